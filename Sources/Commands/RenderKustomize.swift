import FileTree
import Glibc
import Kustomize
import SourceText
import Values

/// `secretslint render` of a kustomization: the bytes that `kubectl kustomize` prints.
enum RenderKustomize {
  /// Whether a directory holds a kustomization file.
  static func isKustomization(_ path: String) -> Bool {
    guard let tree = DiskFileTree(root: path) else { return false }
    return ["kustomization.yaml", "kustomization.yml", "Kustomization"].contains { tree.isFile($0) }
  }

  static func run(_ path: String, _ arguments: Arguments, output: Output) throws(UsageError) -> Int32 {
    guard let real = DiskFileTree.realPath(path) else { throw UsageError("there is no directory '\(path)'") }
    let root = repository(of: real)
    guard let tree = DiskFileTree(root: root) else { throw UsageError("'\(root)' cannot be read") }
    let directory = real == root ? "" : String(real.dropFirst(root == "/" ? 1 : root.utf8.count + 1))
    let provenance = Provenance()
    let sink = DiagnosticSink()
    let result = KustomizeBuilder(tree: tree, provenance: provenance).build(directory: directory, sink: sink)
    for diagnostic in sink.diagnostics {
      let place = diagnostic.span.map { (root == "/" ? "/" : "") + provenance.sources.describe($0) + ": " } ?? ""
      output.error("\(place)\(diagnostic.severity.name): \(diagnostic.message) [\(diagnostic.code)]")
      for note in diagnostic.notes { output.error("  \(note)") }
    }
    if result.failed { return ExitCode.incomplete }
    output.write(arguments["explain-origin"] == nil ? result.text.bytes : RenderHelm.explained(result.text, provenance))
    return ExitCode.clean
  }

  /// The directory that bases may lie in: the nearest one above with `.git`, else the whole machine, as for kustomize itself.
  private static func repository(of directory: String) -> String {
    var at = directory
    while !at.isEmpty, at != "/" {
      if access(at + "/.git", F_OK) == 0 { return at }
      at = TreePath.directory(of: at)
    }
    return "/"
  }
}
