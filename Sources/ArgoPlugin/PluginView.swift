import ArgoCD
import FileTree
import Linting
import Rendering
import Values

/// What one call may judge. It sees one source; other sources and Applications of the cluster exist but were not sent.
enum PluginView {
  /// The rendering with a stand-in for everything else that runs in the cluster: an Application whose source is elsewhere, so that
  /// absence proves nothing.
  static func open(_ repository: RenderedRepository) -> RenderedRepository {
    var open = repository
    let rest = RenderRequest(
      tool: .directory(recurse: true, include: nil, exclude: nil),
      location: .external(repository: "", chart: nil, path: nil, revision: "", origin: .none), releaseName: .unknown("other Applications"),
      namespace: .unknown("other Applications"), name: "other Applications")
    open.units.append(RenderedUnit(request: rest, status: .external))
    return open
  }

  /// Whether a finding is about the source of the call (its deployment, or a file that was rendered for it), or about the rules. What is wrong elsewhere in
  /// the repository (a role of another service) is for the run over the whole repository and must not stop this Application.
  static func concerns(_ finding: Finding, _ unit: RenderedUnit, _ call: PluginCall) -> Bool {
    let title = "`\(unit.request.name)`"
    if ([finding.instance] + finding.also).contains(where: { $0.hasSuffix(title) }) { return true }
    guard let path = finding.place?.path else { return false }
    // A rule or a configuration that cannot be read judges nothing: that is no reason to let pass.
    let isConfiguration = [".secretslint.yaml", ".secretslint.yml"].contains(TreePath.name(of: path))
    if isConfiguration || path.hasPrefix(".secretslint/") || !call.tree.isFile(path) { return true }
    let directory = call.directory
    if !directory.isEmpty, TreePath.isInside(path, directory) { return true }
    return unit.inputs.contains(path)
  }

  /// What was not sent and would have had a say, in sentences for the log: unknown is no finding, but nobody shall think that it was looked at.
  static func unseen(_ call: PluginCall, _ unit: RenderedUnit, _ repository: RenderedRepository) -> [String] {
    var notes: [String] = []
    let path = TreePath.normalize(call.environment["ARGOCD_APP_SOURCE_PATH"] ?? "") ?? ""
    if !path.isEmpty, path != call.directory {
      let sent = call.directory.isEmpty ? path : TreePath.directory(of: path)
      notes.append("only '\(sent)' and what is below was sent (manifest-generate-paths): files of the repository outside of it were not seen")
    }
    if repository.terraform.isEmpty, TerraformNeed.concerns(unit.objects) {
      notes.append("no Terraform was sent: what roles and secret stores allow is not known here")
    }
    return notes
  }
}
