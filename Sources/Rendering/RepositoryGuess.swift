import ArgoCD
import FileTree
import Values
import YAMLSyntax

/// Which repository URL probably means the linted tree, where nothing says so: the one whose paths exist here (argocd.md §10 step 5).
struct RepositoryGuess {
  let files: any RepositoryFiles
  let objects: [Value]

  private struct Votes {
    var url: String
    var hits = 0
    var misses = 0
    /// A path that exists here and holds Applications: a root app.
    var isRoot = false
  }

  /// nil where a URL of the Applications is known already, or none fits.
  func guess(known: OwnRepository) -> String? {
    var votes: [String: Votes] = [:]
    var order: [String] = []
    func vote(_ url: Value?, _ change: (inout Votes) -> Void) {
      guard let text = url?.string, !text.contains("{{"), let key = OwnRepository.key(text) else { return }
      if votes[key] == nil { order.append(key) }
      var entry = votes[key] ?? Votes(url: text)
      change(&entry)
      votes[key] = entry
    }
    for source in objects.flatMap(Self.sources) {
      guard source["chart"]?.string?.isEmpty ?? true, source["repoURL"]?.string?.hasPrefix("oci://") != true else { continue }
      vote(source["repoURL"]) { _ in }
      guard let path = source["path"]?.string, let fixed = Self.fixedPart(path) else { continue }
      let exists = TreePath.normalize(fixed).map(files.tree.isDirectory) ?? false
      vote(source["repoURL"]) { entry in
        if exists { entry.hits += 1 } else { entry.misses += 1 }
        if exists, holdsApplications(fixed) { entry.isRoot = true }
      }
    }
    for (url, path) in objects.flatMap(Self.referredFiles) {
      let exists = TreePath.normalize(path).map(files.tree.isFile) ?? false
      vote(url) { entry in if exists { entry.hits += 1 } else { entry.misses += 1 } }
    }
    for git in objects.flatMap({ Self.gitGenerators($0["spec"] ?? .null, depth: 0) }) {
      let found = matches(git)
      vote(git["repoURL"]) { entry in if found { entry.hits += 1 } else { entry.misses += 1 } }
    }
    let candidates = order.compactMap { votes[$0] }
    if candidates.contains(where: { known.recognize($0.url) != nil }) { return nil }
    if let root = candidates.filter(\.isRoot).max(by: { $0.hits < $1.hits }) { return root.url }
    let fitting = candidates.filter { $0.hits > $0.misses }
    if let best = fitting.map(\.hits).max(), let winner = fitting.first(where: { $0.hits == best }) { return winner.url }
    if candidates.count == 1, candidates[0].misses == 0 { return candidates[0].url }
    return nil
  }

  /// The directories before the first placeholder; nil where nothing is fixed.
  private static func fixedPart(_ path: String) -> String? {
    guard let brace = path.utf8.firstIndex(of: UInt8(ascii: "{")) else { return path }
    let before = String(path[..<brace])
    guard let slash = before.lastIndex(of: "/"), slash > before.startIndex else { return nil }
    return String(before[..<slash])
  }

  private func holdsApplications(_ path: String) -> Bool {
    guard let directory = TreePath.normalize(path), let entries = try? files.tree.list(directory) else { return false }
    return entries.contains { entry in
      guard entry.kind == .file, entry.name.hasSuffix(".yaml") || entry.name.hasSuffix(".yml") else { return false }
      guard let parsed = try? files.parse(TreePath.join(directory, entry.name)) else { return false }
      return parsed.documents.contains { ($0.root["apiVersion"]?.string ?? "").hasPrefix("argoproj.io/") && $0.root["kind"]?.string?.hasPrefix("Application") == true }
    }
  }

  private static func specs(_ object: Value) -> [Value] {
    guard object["kind"]?.string == "ApplicationSet" else { return [object["spec"] ?? .null] }
    return [object.at("spec", "template", "spec") ?? .null]
  }

  private static func sources(_ object: Value) -> [Value] {
    specs(object).flatMap { spec -> [Value] in
      var result = spec["sources"]?.list ?? []
      if let source = spec["source"] { result.append(source) }
      if let dry = spec.at("sourceHydrator", "drySource") { result.append(dry) }
      return result
    }
  }

  /// Values files of the form `$ref/path` with the URL of their ref.
  private static func referredFiles(_ object: Value) -> [(Value?, String)] {
    specs(object).flatMap { spec -> [(Value?, String)] in
      let sources = spec["sources"]?.list ?? []
      return sources.flatMap { source -> [(Value?, String)] in
        (source.at("helm", "valueFiles")?.list ?? []).compactMap { file in
          guard let text = file.string, text.utf8.first == UInt8(ascii: "$"), !text.contains("{{"), let slash = text.firstIndex(of: "/") else { return nil }
          let name = text[text.index(after: text.startIndex)..<slash]
          guard let ref = sources.first(where: { $0["ref"]?.string == String(name) }) else { return nil }
          return (ref["repoURL"], String(text[text.index(after: slash)...]))
        }
      }
    }
  }

  private static func gitGenerators(_ value: Value, depth: Int) -> [Value] {
    guard depth < 6 else { return [] }
    return (value["generators"]?.list ?? []).flatMap { entry -> [Value] in
      var result = entry["git"].map { [$0] } ?? []
      for kind in ["matrix", "merge"] { if let inner = entry[kind] { result += gitGenerators(inner, depth: depth + 1) } }
      return result
    }
  }

  private func matches(_ git: Value) -> Bool {
    for item in git["directories"]?.list ?? [] {
      guard item["exclude"]?.bool != true, let path = item["path"]?.string, let glob = GlobPattern(path, .goPath) else { continue }
      if path.contains("{{") || files.directories.contains(where: glob.matches) { return true }
    }
    for item in git["files"]?.list ?? [] {
      guard let path = item["path"]?.string, let glob = GlobPattern(path, .pathspec) else { continue }
      if path.contains("{{") || files.files.contains(where: glob.matches) { return true }
    }
    return false
  }
}
