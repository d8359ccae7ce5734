import ArgoCD
import Discovery
import FileTree
import Rendering
import SourceText
import Values

/// `secretslint render` of a directory of plain manifests: the objects that Argo CD reads there.
enum RenderDirectory {
  static func run(_ path: String, _ arguments: Arguments, output: Output) throws(UsageError) -> Int32 {
    guard let tree = DiskFileTree(root: path) else { throw UsageError("there is no directory '\(path)'") }
    if arguments["explain-origin"] != nil { throw UsageError("--explain-origin is for charts and kustomizations: a manifest is where it stands") }
    let provenance = Provenance()
    let workspace = Workspace(tree: tree, provenance: provenance)
    let request = RenderRequest(
      tool: .directory(recurse: arguments["recurse"] != nil, include: nil, exclude: nil), location: .tree(""), releaseName: .null, namespace: .null, name: path)
    guard let unit = RepositoryRenderer.render([request], in: workspace, evaluatesTerraform: false).units.first else {
      throw UsageError("there is nothing in '\(path)'")
    }
    for diagnostic in unit.diagnostics {
      let place = diagnostic.span.map { provenance.sources.describe($0) + ": " } ?? ""
      output.error("\(place)\(diagnostic.severity.name): \(diagnostic.message) [\(diagnostic.code)]")
      for note in diagnostic.notes { output.error("  \(note)") }
    }
    guard unit.status == .complete else { return ExitCode.incomplete }
    guard !unit.objects.isEmpty else { throw UsageError("no chart, kustomization or manifest in '\(path)'") }
    output.write(unit.manifests)
    return ExitCode.clean
  }
}
