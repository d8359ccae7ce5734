import FileTree
import SourceText
import Values

/// Reads files for one kustomization: only what lies in or below its directory (kustomize `LoadRestrictionsRootOnly`).
struct Loader {
  let files: BuildFiles
  /// The kustomization's directory in the tree.
  let root: String
  /// The directories of the kustomizations that led here, the nearest first.
  let referrers: [String]

  /// A file named by a field of the kustomization.
  func file(_ path: Scalar) throws(KustomizeError) -> SourceFile {
    let name = path.string
    if Self.isURL(name) {
      throw KustomizeError(
        "remote-base", "'\(name)' is fetched from a network, which a linter does not do", at: path.origin,
        notes: ["put a copy of it into the repository"])
    }
    guard !name.isEmpty, !name.hasPrefix("/") else {
      throw KustomizeError("no-file", name.isEmpty ? "the path of a file is empty" : "'\(name)' is an absolute path", at: path.origin)
    }
    guard let resolved = TreePath.resolve(name, from: root) else {
      throw KustomizeError("outside-root", "'\(name)' leads out of the repository", at: path.origin)
    }
    guard let kind = files.tree.kind(resolved) else {
      throw KustomizeError("no-file", "there is no file '\(resolved)'", at: path.origin)
    }
    guard kind == .file else { throw KustomizeError("no-file", "'\(resolved)' is a directory, not a file", at: path.origin) }
    guard !files.restrictsLoads || TreePath.isInside(TreePath.directory(of: resolved), root) else {
      throw KustomizeError(
        "outside-root", "'\(resolved)' is not in or below '\(root.isEmpty ? "." : root)'", at: path.origin,
        notes: [
          "kustomize reads only files in or below the directory of the kustomization; make the other directory a base or a component"
        ])
    }
    return try files.read(resolved, at: path.origin)
  }

  /// The loader of a base or component.
  func directory(_ path: Scalar) throws(KustomizeError) -> Loader {
    let name = path.string
    guard !name.isEmpty else { throw KustomizeError("no-directory", "the path of a base is empty", at: path.origin) }
    if RemoteBase.isRemote(name) || Self.isURL(name) {
      throw KustomizeError(
        "remote-base", "the base '\(name)' is fetched from a network, which a linter does not do", at: path.origin,
        notes: ["what it holds is unknown; vendor it into the repository to have it checked"])
    }
    guard !name.hasPrefix("/") else { throw KustomizeError("no-directory", "the base '\(name)' cannot be absolute", at: path.origin) }
    guard let resolved = TreePath.resolve(name, from: root) else {
      throw KustomizeError("outside-root", "the base '\(name)' leads out of the repository", at: path.origin)
    }
    switch files.tree.kind(resolved) {
    case .directory: break
    case .file: throw KustomizeError("no-directory", "'\(resolved)' is a file, not a directory", at: path.origin)
    case nil: throw KustomizeError("no-directory", "there is no file or directory '\(resolved)'", at: path.origin)
    }
    for visited in [root] + referrers where TreePath.isInside(visited, resolved) {
      throw KustomizeError(
        "cycle", "cycle detected: '\(resolved.isEmpty ? "." : resolved)' contains '\(visited.isEmpty ? "." : visited)', which leads here",
        at: path.origin)
    }
    guard referrers.count < files.context.limits.callDepth else {
      throw KustomizeError("limit", "more than \(files.context.limits.callDepth) bases in one another", at: path.origin)
    }
    return Loader(files: files, root: resolved, referrers: [root] + referrers)
  }

  func origin(of file: SourceFile) -> Origin { origin(of: file, 0..<file.bytes.count) }

  func origin(of file: SourceFile, _ range: Range<Int>) -> Origin {
    files.context.origins.add(.source, SourceSpan(source: file.id, range))
  }

  static func isURL(_ path: String) -> Bool {
    let start = path.prefix(8).lowercased()
    return start.hasPrefix("http://") || start.hasPrefix("https://")
  }
}

/// The files of one build, each read once.
final class BuildFiles {
  let tree: any FileTree
  let context: BuildContext
  /// Whether a kustomization reads only files in or below its directory.
  let restrictsLoads: Bool
  private var known: [String: SourceFile] = [:]

  init(tree: any FileTree, context: BuildContext, restrictsLoads: Bool = true) {
    self.restrictsLoads = restrictsLoads
    self.tree = tree
    self.context = context
  }

  /// Paths of all files that were read, in byte order.
  var inputs: [String] { known.keys.sorted { $0.bytesPrecede($1) } }

  func read(_ path: String, at origin: Origin) throws(KustomizeError) -> SourceFile {
    if let file = known[path] { return file }
    do {
      let file = context.provenance.sources.add(path: path, bytes: try tree.read(path))
      known[path] = file
      return file
    } catch {
      throw KustomizeError("no-file", error.message, at: origin)
    }
  }
}

/// Which words of `resources` name a Git repository (`api/internal/git/repospec.go`).
enum RemoteBase {
  static func isRemote(_ name: String) -> Bool {
    var rest = Substring(name)
    if rest.hasPrefix("/") { return false }
    if let query = rest.firstIndex(of: "?") { rest = rest[..<query] }
    rest = dropping("git::", from: rest) ?? rest
    var scheme = ""
    for candidate in ["ssh://", "https://", "http://", "file://"] {
      if let after = dropping(candidate, from: rest) {
        scheme = candidate
        rest = after
        break
      }
    }
    if scheme == "file://" { return !rest.isEmpty }
    var hasUser = false
    if let at = rest.firstIndex(of: "@"), at > rest.startIndex, isUserName(rest[..<at]) {
      hasUser = true
      rest = rest[rest.index(after: at)...]
    }
    let lower = rest.prefix(11).lowercased()
    let isGitHub = lower.hasPrefix("github.com/") || lower.hasPrefix("github.com:")
    let takesColon = scheme.isEmpty && (hasUser || isGitHub)
    if scheme.isEmpty, !takesColon { return false }
    var separator = rest.firstIndex(of: "/")
    if takesColon, let colon = rest.firstIndex(of: ":"), separator.map({ colon < $0 }) ?? true { separator = colon }
    guard let separator else { return false }
    let path = String(rest[rest.index(after: separator)...])
    return hasRepository(path)
  }

  private static func hasRepository(_ path: String) -> Bool {
    if path.contains("_git/") || path.contains("//") || path.contains(".git") { return true }
    return path.split(separator: "/", omittingEmptySubsequences: false).count >= 2
  }

  private static func dropping(_ prefix: String, from text: Substring) -> Substring? {
    text.prefix(prefix.count).lowercased() == prefix ? text.dropFirst(prefix.count) : nil
  }

  private static func isUserName(_ text: Substring) -> Bool {
    guard let first = text.first, first.isASCII, first.isLetter else { return false }
    return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
  }
}
