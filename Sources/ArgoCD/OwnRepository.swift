import FileTree
import SourceText
import Values

/// Which repository URLs mean the linted checkout, and how that is known.
///
/// Two URLs are one repository when host and path are the same: scheme, user, default port, `.git` and letter case do not count. That is
/// looser than Argo CD's own comparison (util/git `NormalizeGitURL`), under which https and ssh stay different.
package struct OwnRepository: Sendable {
  /// Strongest first.
  package enum Evidence: UInt8, Sendable, Comparable {
    /// The plugin was told.
    case plugin
    case configuration
    case gitRemote
    case continuousIntegration
    /// The Applications of the repository refer to paths that exist here.
    case guess

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    package var words: String {
      switch self {
      case .plugin: "told by Argo CD"
      case .configuration: "configuration"
      case .gitRemote: "remote in .git/config"
      case .continuousIntegration: "variables of the CI system"
      case .guess: "guess: its Applications refer to paths that exist here"
      }
    }
  }

  private var known: [String: Evidence] = [:]
  /// URLs as they were given, for `inspect`, in the order of `add`.
  package private(set) var urls: [(url: String, evidence: Evidence)] = []
  /// Branches that this checkout stands for, beside `HEAD`, "" and the customary defaults.
  package private(set) var branches: Set<String> = ["main", "master"]

  package init() {}

  package mutating func add(_ url: String, _ evidence: Evidence) {
    guard let key = Self.key(url) else { return }
    if let old = known[key], old <= evidence { return }
    known[key] = evidence
    urls.append((url, evidence))
  }

  package mutating func add(branch: String) { branches.insert(branch) }

  /// Whether anything better than a guess is known.
  package var isKnown: Bool { known.values.contains { $0 != .guess } }

  /// How it is known that a URL is this checkout; nil if it is another repository.
  package func recognize(_ url: String) -> Evidence? { Self.key(url).flatMap { known[$0] } }

  /// Whether a revision means what is checked out.
  package func isOwn(revision: String) -> Bool {
    if revision.isEmpty || revision == "HEAD" { return true }
    for prefix in ["refs/heads/", "origin/"] where revision.hasPrefix(prefix) {
      return branches.contains(String(revision.dropFirst(prefix.count)))
    }
    return branches.contains(revision)
  }

  /// Host and path in lower case; nil where a URL has no path.
  package static func key(_ url: String) -> String? {
    var text = Substring(url.lowercased())
    while let first = text.unicodeScalars.first, first.properties.isWhitespace { text.removeFirst() }
    while let last = text.unicodeScalars.last, last.properties.isWhitespace { text.removeLast() }
    if let scheme = text.range(of: "://") {
      text = text[scheme.upperBound...]
      guard let slash = text.firstIndex(of: "/") else { return nil }
      var host = text[..<slash]
      if let at = host.lastIndex(of: "@") { host = host[host.index(after: at)...] }
      if let colon = host.lastIndex(of: ":"), ["443", "22", "80"].contains(host[host.index(after: colon)...]) { host = host[..<colon] }
      return join(String(host), text[slash...])
    }
    // git@host:path
    guard let colon = text.firstIndex(of: ":") else {
      return text.hasPrefix("/") || text.isEmpty ? nil : join("", text)
    }
    var host = text[..<colon]
    if let at = host.lastIndex(of: "@") { host = host[host.index(after: at)...] }
    return join(String(host), text[text.index(after: colon)...])
  }

  private static func join(_ host: String, _ path: Substring) -> String? {
    var parts = path.split(separator: "/").map(String.init)
    guard var last = parts.popLast() else { return nil }
    if last.hasSuffix(".git"), last != ".git" { last.removeLast(4) }
    // Azure DevOps writes `/_git/` into https addresses and `v3` into ssh ones.
    parts.removeAll { $0 == "_git" }
    return ([host] + parts + [last]).joined(separator: "/")
  }
}

extension Substring {
  fileprivate func range(of mark: String) -> Range<Index>? {
    var at = startIndex
    while at < endIndex {
      if self[at...].hasPrefix(mark) { return at..<index(at, offsetBy: mark.count) }
      at = index(after: at)
    }
    return nil
  }
}

extension OwnRepository {
  /// Remotes and the current branch, where the tree holds a `.git` directory.
  package mutating func readGit(_ tree: any FileTree) {
    if let head = try? tree.read(".git/HEAD") {
      let text = head.lossyString.split(whereSeparator: \.isNewline).first ?? ""
      if text.hasPrefix("ref: refs/heads/") { add(branch: String(text.dropFirst(16))) }
    }
    if let head = try? tree.read(".git/refs/remotes/origin/HEAD") {
      let text = head.lossyString.split(whereSeparator: \.isNewline).first ?? ""
      if text.hasPrefix("ref: refs/remotes/origin/") { add(branch: String(text.dropFirst(25))) }
    }
    guard let config = try? tree.read(".git/config") else { return }
    for url in GitConfig.remotes(config.lossyString) { add(url, .gitRemote) }
  }

  /// The variables that CI systems set for a build.
  package mutating func readEnvironment(_ variables: [String: String]) {
    if let server = variables["GITHUB_SERVER_URL"], let name = variables["GITHUB_REPOSITORY"] {
      add(server + "/" + name, .continuousIntegration)
    }
    for name in ["CI_REPOSITORY_URL", "BUILD_REPOSITORY_URI", "BITBUCKET_GIT_HTTP_ORIGIN"] {
      if let url = variables[name], !url.isEmpty { add(url, .continuousIntegration) }
    }
    for name in ["GITHUB_REF_NAME", "GITHUB_BASE_REF", "CI_COMMIT_REF_NAME", "BUILD_SOURCEBRANCHNAME", "BITBUCKET_BRANCH"] {
      if let branch = variables[name], !branch.isEmpty { add(branch: branch) }
    }
  }
}

/// The little of git's configuration files that is needed: URLs of remotes, rewritten by `insteadOf`.
enum GitConfig {
  static func remotes(_ text: String) -> [String] {
    var section = ""
    var name = ""
    var urls: [String] = []
    var rewrites: [(from: String, to: String)] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let line = trim(line)
      if line.hasPrefix("["), let end = line.firstIndex(of: "]") {
        let inner = line[line.index(after: line.startIndex)..<end]
        let parts = inner.split(separator: "\"", maxSplits: 1, omittingEmptySubsequences: false)
        section = trim(parts[0]).lowercased()
        name = parts.count > 1 ? String(parts[1].hasSuffix("\"") ? parts[1].dropLast() : parts[1]) : ""
        continue
      }
      guard let equals = line.firstIndex(of: "=") else { continue }
      let key = trim(line[..<equals]).lowercased()
      let value = String(trim(line[line.index(after: equals)...]))
      if section == "remote", key == "url" || key == "pushurl" { urls.append(value) }
      if section == "url", key == "insteadof" { rewrites.append((value, name)) }
    }
    return urls.flatMap { url in
      let rule = rewrites.filter { url.hasPrefix($0.from) }.max { $0.from.utf8.count < $1.from.utf8.count }
      return rule.map { [url, $0.to + url.dropFirst($0.from.count)] } ?? [url]
    }
  }

  private static func trim(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }
}
