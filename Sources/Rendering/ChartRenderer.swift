import ArgoCD
import Discovery
import Helm
import Kubernetes
import SourceText
import Values

/// Renders the requests for charts.
struct ChartRenderer: Sendable {
  private let workspace: Workspace
  /// Keeps charts and templates that several requests share.
  private let charts: HelmRenderer
  /// The same for charts that are not in the tree.
  private let missingCharts: HelmRenderer

  init(_ workspace: Workspace) {
    self.workspace = workspace
    charts = HelmRenderer(tree: workspace.tree, provenance: workspace.provenance, limits: workspace.limits)
    missingCharts = HelmRenderer(
      tree: ExternalChartTree(base: workspace.tree), provenance: workspace.provenance, limits: workspace.limits)
  }

  /// For the charts of one kustomization.
  func inflater(_ request: RenderRequest) -> ChartInflater {
    ChartInflater(
      charts: charts, external: missingCharts, tree: workspace.tree, kubeVersion: request.kubeVersion, apiVersions: request.apiVersions)
  }

  /// Renders a chart of the tree.
  func render(_ request: RenderRequest, _ directory: String) -> RenderedUnit {
    let sink = DiagnosticSink()
    let result = charts.render(directory, options(request), sink: sink)
    var unit = RenderedUnit(
      request: request, objects: result.objects, status: .complete, values: result.values, chartName: result.chartName,
      chartVersion: result.chartVersion, missingDependencies: result.missing.map(Self.missing), inputs: [directory] + files(request))
    unit.text = result.unknowns.isEmpty ? result.text : nil
    if request.skipTests { unit.objects.removeAll(where: Self.isTest) }
    if request.skipTests, unit.objects.count != result.objects.count { unit.text = nil }
    let isOnlyUnknown = !sink.hasErrors && sink.diagnostics.contains { $0.code == HelmResult.unknownCode }
    if isOnlyUnknown {
      unit.status = .partial
    } else if result.failed {
      unit.status = unit.objects.isEmpty ? .failed : .partial
      if !sink.hasErrors {
        let place = workspace.provenance.origins.editPlace(request.origin)
        sink.error("helm/failed", result.failure ?? "the chart cannot be rendered", at: place)
      }
    } else if !result.missing.isEmpty {
      unit.status = .partial
    }
    unit.diagnostics = sink.diagnostics
    return unit
  }

  private static func missing(_ chart: MissingChart) -> MissingDependency {
    MissingDependency(
      name: chart.name, alias: chart.alias, version: chart.version, repository: chart.repository, values: chart.values, origin: chart.origin)
  }

  /// Hooks of `helm test`, which `--skip-tests` leaves out.
  private static func isTest(_ object: KubernetesObject) -> Bool {
    let hooks = object.root.at("metadata", "annotations", "helm.sh/hook")?.string ?? ""
    return hooks.split(separator: ",").contains { hook in
      let name = hook.drop { $0 == " " }
      return name == "test" || name == "test-success" || name == "test-failure"
    }
  }

  private func files(_ request: RenderRequest) -> [String] {
    request.values.compactMap { if case .file(let path, _, _) = $0 { path } else { nil } }
  }

  private func options(_ request: RenderRequest) -> HelmOptions {
    let values = request.values.map { layer -> HelmValues in
      switch layer {
      case .file(let path, let origin, let optional): .file(path: path, optional: optional, origin: origin)
      case .text(let value): value.text.map { .text($0, value.origin) } ?? .unknown("values of the Application", origin: value.origin)
      case .object(let value): .object(value)
      case .external(let name, let origin): .unknown(name, origin: origin)
      }
    }
    let settings = request.parameters.map { parameter in
      let kind: HelmSetting.Kind =
        switch parameter.kind {
        case .set: .set
        case .setString: .setString
        case .setFile: .setFile
        case .setLiteral: .setLiteral
        }
      return HelmSetting(kind, name: parameter.name, value: argument(parameter.value))
    }
    return HelmOptions(
      releaseName: argument(request.releaseName), namespace: argument(request.namespace), values: values, settings: settings, kubeVersion: request.kubeVersion,
      apiVersions: request.apiVersions, includeCRDs: request.includeCRDs, isLenient: true, skipsSchema: request.skipSchemaValidation)
  }

  /// What an Application hands to a chart is one value there, whatever its ApplicationSet made it of: a chart's own actions that show it
  /// are told apart from those that composed it.
  private func argument(_ value: Value) -> Value {
    let origins = workspace.provenance.origins
    guard let text = value.text, let span = origins[value.origin]?.span else { return value }
    return .string(Text(text.bytes), origins.add(.argument, span, parent: value.origin))
  }

  /// A source that is not in the tree: of a chart at least the values are known.
  func external(_ request: RenderRequest) -> RenderedUnit {
    guard case .external(_, let chart, _, let revision, _) = request.location else { return RenderedUnit(request: request, status: .external) }
    var unit = RenderedUnit(request: request, status: .external, chartName: chart ?? "", chartVersion: revision, inputs: files(request))
    guard request.tool == .helm else { return unit }
    let sink = DiagnosticSink()
    let result = missingCharts.render(ExternalChartTree.directory, options(request), sink: sink)
    unit.values = result.values
    unit.diagnostics = sink.diagnostics
    return unit
  }
}
