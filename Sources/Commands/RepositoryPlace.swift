import FileTree
import Glibc
import Linting
import Reports
import SourceText
import Values

/// A linted directory and the repository around it.
struct RepositoryPlace {
  /// The repository: the nearest directory at or above the linted one that has `.git`, else the linted one itself.
  let tree: DiskFileTree
  /// The linted directory in it; "" for the repository itself.
  let base: String

  init?(directory: String) {
    guard let real = DiskFileTree.realPath(directory) else { return nil }
    var root = real
    while access((root == "/" ? "" : root) + "/.git", F_OK) != 0 {
      guard root != "/" else {
        root = real
        break
      }
      root = TreePath.directory(of: root)
      if root.isEmpty { root = "/" }
    }
    guard let tree = DiskFileTree(root: root) else { return nil }
    self.tree = tree
    base = real == root ? "" : String(real.dropFirst(root == "/" ? 1 : root.utf8.count + 1))
  }

  /// A path given on the command line as a path of the tree; nil where it lies outside.
  func inside(_ path: String) -> String? {
    let directory = TreePath.directory(of: path)
    let start = directory.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : directory
    guard let real = DiskFileTree.realPath(start) else { return nil }
    guard TreePath.isInside(real, tree.root) else { return nil }
    return TreePath.join(TreePath.relative(real, to: tree.root) == "." ? "" : TreePath.relative(real, to: tree.root), TreePath.name(of: path))
  }
}

/// What the commands share that read a repository's configuration.
enum SetupLine {
  static let configuration = [
    OptionSpec("config", value: "FILE", "configuration, instead of the nearest .secretslint.yaml"),
    OptionSpec("no-config", "use no configuration"),
  ]
  static let options = configuration + [OptionSpec("baseline", value: "FILE", "accepted findings (default .secretslint-baseline.yaml)")]

  /// The setup of one linted directory. Mistakes end the run with exit status 2.
  static func load(
    _ directory: String, prefix: String, arguments: Arguments, options: LintOptions, provenance: Provenance
  ) throws(UsageError) -> LintSetup {
    guard let place = RepositoryPlace(directory: directory) else { throw UsageError("no directory '\(directory)'") }
    let sink = DiagnosticSink()
    var file: String?
    if let given = arguments["config"] {
      guard let path = place.inside(given), place.tree.isFile(path) else {
        throw UsageError("--config: no file '\(given)' in the repository")
      }
      file = path
    }
    var baseline: String?
    if let given = arguments["baseline"] {
      guard let path = place.inside(given) else { throw UsageError("--baseline: '\(given)' is not in the repository") }
      baseline = path
    }
    let setup = LintSetup(
      tree: place.tree, base: place.base, file: file, baseline: baseline, usesConfiguration: !arguments.has("no-config"),
      options: options, provenance: provenance, sink: sink)
    if sink.hasErrors {
      // What the command line says has no place in a file.
      if let said = sink.diagnostics.first(where: { $0.severity == .error && $0.span == nil }) { throw UsageError(said.message) }
      throw UsageError(
        DiagnosticText(provenance: provenance, prefix: prefix).text(sink.diagnostics.filter { $0.severity == .error }), isReport: true)
    }
    return setup
  }
}
