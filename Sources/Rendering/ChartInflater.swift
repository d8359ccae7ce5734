import ArgoCD
import FileTree
import Helm
import Kubernetes
import Kustomize
import SourceText
import Values

/// Renders the charts of a kustomization's `helmCharts`. Belongs to one build.
///
/// Source: kustomize api/internal/builtins/HelmChartInflationGenerator.go.
final class ChartInflater {
  private let charts: HelmRenderer
  private let external: HelmRenderer
  private let tree: any FileTree
  private let kubeVersion: String?
  private let apiVersions: [String]
  /// Charts that are not in the tree.
  private(set) var missing: [MissingDependency] = []
  private(set) var isIncomplete = false
  private(set) var diagnostics: [Diagnostic] = []

  init(charts: HelmRenderer, external: HelmRenderer, tree: any FileTree, kubeVersion: String?, apiVersions: [String]) {
    self.charts = charts
    self.external = external
    self.tree = tree
    self.kubeVersion = kubeVersion
    self.apiVersions = apiVersions
  }

  func inflate(_ request: KustomizeHelmRequest) -> (objects: [Value], diagnostics: [Diagnostic]) {
    let sink = DiagnosticSink()
    let chart = request.chart
    let name = chart["name"]?.string ?? ""
    let version = chart["version"]?.string ?? ""
    let repository = chart["repo"]?.string ?? ""
    let home = TreePath.resolve(request.globals?["chartHome"]?.string ?? "charts", from: request.directory)
    let places = [version.isEmpty || repository.isEmpty ? nil : home.map { TreePath.join($0, "\(name)-\(version)/\(name)") }, home.map { TreePath.join($0, name) }]
    let directory = places.compactMap { $0 }.first { tree.isFile(TreePath.join($0, "Chart.yaml")) }
    var options = HelmOptions(
      releaseName: nonEmpty(chart["releaseName"]) ?? .string("release-name", chart.origin),
      namespace: nonEmpty(chart["namespace"]) ?? .null, kubeVersion: chart["kubeVersion"]?.string ?? kubeVersion,
      apiVersions: apiVersions + (chart["apiVersions"]?.list ?? []).compactMap(\.string), includeCRDs: chart["includeCRDs"]?.bool ?? false,
      isLenient: true)
    options.values = values(chart, request.directory)
    guard let directory else {
      let result = external.render(ExternalChartTree.directory, options, sink: sink)
      missing.append(
        MissingDependency(
          name: name, alias: nonEmpty(chart["releaseName"])?.string ?? "", version: version, repository: repository, values: result.values,
          origin: chart["name"]?.origin ?? chart.origin))
      diagnostics += sink.diagnostics
      let what = version.isEmpty ? "'\(name)'" : "'\(name)' \(version)"
      return ([], [Diagnostic(.error, code: KustomizeHelm.missingChart, "the chart \(what) is not in the repository: what it renders is not known")])
    }
    let result = charts.render(directory, options, sink: sink)
    for chart in result.missing {
      missing.append(
        MissingDependency(
          name: chart.name, alias: chart.alias, version: chart.version, repository: chart.repository, values: chart.values, origin: chart.origin))
    }
    if result.failed { isIncomplete = true }
    let skipsTests = chart["skipTests"]?.bool ?? false
    let skipsHooks = chart["skipHooks"]?.bool ?? false
    var objects: [Value] = []
    for object in result.objects {
      let hook = object.root.at("metadata", "annotations", "helm.sh/hook")?.string
      if skipsHooks, hook != nil { continue }
      if skipsTests, let hook, hook.split(separator: ",").contains(where: { $0.contains("test") }) { continue }
      objects.append(object.root)
    }
    diagnostics += sink.diagnostics
    return (objects, sink.diagnostics)
  }

  private func nonEmpty(_ value: Value?) -> Value? {
    guard let value, value.string?.isEmpty == false else { return nil }
    return value
  }

  /// Layers: the values file (the chart's own by default), `additionalValuesFiles`, `valuesInline` over or under them.
  private func values(_ chart: Value, _ directory: String) -> [HelmValues] {
    func file(_ value: Value) -> HelmValues? {
      guard let text = value.string else { return nil }
      if text.contains("://") { return .unknown(text, origin: value.origin) }
      guard let path = TreePath.resolve(text, from: directory) else { return .unknown(text, origin: value.origin) }
      return .file(path: path, optional: false, origin: value.origin)
    }
    var layers = nonEmpty(chart["valuesFile"]).flatMap(file).map { [$0] } ?? []
    if let inline = chart["valuesInline"], inline.map?.isEmpty == false {
      switch chart["valuesMerge"]?.string ?? "" {
      case "replace": layers = [.object(inline)]
      case "merge": layers.insert(.object(inline), at: 0)
      default: layers.append(.object(inline))
      }
    }
    return layers + (chart["additionalValuesFiles"]?.list ?? []).compactMap(file)
  }
}
