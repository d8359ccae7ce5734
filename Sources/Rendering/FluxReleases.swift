import ArgoCD
import Discovery
import FileTree
import Kubernetes
import SourceText
import Values

/// HelmReleases of Flux with a chart of the tree → render requests (fluxcd/helm-controller, api/v2/helmrelease_types.go; the chart's path
/// and values files count from the root of the GitRepository, fluxcd/source-controller, helmchart_controller.go).
struct FluxReleases {
  let workspace: Workspace
  let environments: EnvironmentNames
  let units: [RenderedUnit]

  func requests() -> [RenderRequest] {
    units.flatMap { unit in
      unit.objects.filter { $0.kind == "HelmRelease" && $0.group == "helm.toolkit.fluxcd.io" }.compactMap { request($0.root, unit) }
    }
  }

  private func request(_ root: Value, _ unit: RenderedUnit) -> RenderRequest? {
    guard let spec = root["spec"], let chart = spec.at("chart", "spec"), chart.at("sourceRef", "kind")?.string == "GitRepository",
      let name = root.at("metadata", "name"), let path = chart["chart"]?.string, let directory = TreePath.normalize(path),
      workspace.tree.isFile(TreePath.join(directory, "Chart.yaml"))
    else { return nil }
    let namespace = spec["targetNamespace"] ?? root.at("metadata", "namespace") ?? unit.request.namespace
    var request = RenderRequest(
      tool: .helm, location: .tree(directory), releaseName: releaseName(spec, name), namespace: namespace,
      name: "HelmRelease \(name.string ?? "?") of \(unit.request.name)", cluster: unit.request.cluster,
      isConventional: unit.request.isConventional && unit.request.tool == .helm, origin: name.origin)
    request.release = root
    readFiles(chart, directory, into: &request)
    for source in spec["valuesFrom"]?.list ?? [] {
      let kind = source["kind"]?.string ?? "ConfigMap"
      request.values.append(.external(name: "\(kind) \(source["name"]?.string ?? "?")", origin: source.origin))
    }
    if let values = spec["values"], !values.isNull { request.values.append(.object(values)) }
    if let filters = spec["postRenderers"]?.list, !filters.isEmpty { request.isIncomplete = true }
    let own = EnvironmentFinder(names: environments).evidence(request)
    let inherited = unit.request.evidence.filter { $0.strength == .strong }
    request.evidence = own.contains { $0.strength == .strong } ? own : inherited + own
    return request
  }

  /// helm-controller, `HelmRelease.GetReleaseName`; names that it would shorten are not known.
  private func releaseName(_ spec: Value, _ name: Value) -> Value {
    if let given = spec["releaseName"], !given.isNull { return given }
    guard let target = spec["targetNamespace"]?.string, let own = name.string, !target.isEmpty else { return name }
    let full = target + "-" + own
    return full.utf8.count > 53 ? .unknown("Flux shortens the name of the release", name.origin) : .string(full, name.origin)
  }

  /// `valuesFiles` stand for the chart's own values.yaml, which counts only where they name it.
  private func readFiles(_ chart: Value, _ directory: String, into request: inout RenderRequest) {
    let files = chart["valuesFiles"]?.list ?? chart["valuesFile"].map { [$0] } ?? []
    let own = TreePath.join(directory, "values.yaml")
    let paths = files.map { $0.string.flatMap(TreePath.normalize) }
    for (file, path) in zip(files, paths) where path != own {
      guard let path else {
        request.values.append(.external(name: file.string ?? "?", origin: file.origin))
        continue
      }
      request.values.append(.file(path: path, origin: file.origin, optional: chart["ignoreMissingValuesFiles"]?.bool == true))
    }
    if !files.isEmpty, !paths.contains(own), workspace.tree.isFile(own) { request.isIncomplete = true }
  }
}
