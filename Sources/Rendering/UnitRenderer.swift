import ArgoCD
import Discovery
import FileTree
import Helm
import Kubernetes
import Kustomize
import SourceText
import Values

/// Renders one request with the engine that it asks for. Never throws: what fails is in the unit's status and diagnostics.
struct UnitRenderer: Sendable {
  let workspace: Workspace
  let environments: EnvironmentNames
  /// Keeps charts and templates that several requests share.
  private let charts: HelmRenderer
  /// The same for charts that are not in the tree.
  private let externalCharts: HelmRenderer

  init(workspace: Workspace, environments: EnvironmentNames) {
    self.workspace = workspace
    self.environments = environments
    charts = HelmRenderer(tree: workspace.tree, provenance: workspace.provenance, limits: workspace.limits)
    externalCharts = HelmRenderer(
      tree: ExternalChartTree(base: workspace.tree), provenance: workspace.provenance, limits: workspace.limits)
  }

  func render(_ work: Work) -> RenderedUnit {
    let request = work.request
    var unit: RenderedUnit
    switch request.location {
    case .external: unit = external(request)
    case .tree(let directory):
      switch request.tool {
      case .helm: unit = helm(request, directory)
      case .kustomize: unit = kustomize(request, directory)
      case .directory(let recurse, let include, let exclude):
        if let manifests = work.manifests {
          unit = DirectoryRenderer(workspace: workspace).render(request, manifests)
        } else {
          unit = DirectoryRenderer(workspace: workspace).render(request, directory, recurse: recurse, include: include, exclude: exclude)
        }
      }
    }
    if request.isIncomplete, unit.status == .complete { unit.status = .partial }
    addEvidence(&unit)
    return unit
  }

  /// What shows only in the rendering: `environment` in merged values, one environment in all the objects' namespaces.
  private func addEvidence(_ unit: inout RenderedUnit) {
    let finder = EnvironmentFinder(names: environments)
    var found = unit.request.evidence
    let strong = found.filter { $0.strength == .strong }
    var more = finder.evidence(ofValues: unit.values).filter { new in !strong.contains { $0.how == new.how } }
    if unit.request.isConventional, unit.request.namespace.isNull {
      let namespaces = unit.objects.compactMap { object -> EnvironmentEvidence? in
        guard let value = object.root.at("metadata", "namespace"), let text = value.string, let match = environments.environment(atEndsOf: text) else { return nil }
        return EnvironmentEvidence(
          environment: match.environment, spelling: match.spelling, strength: .strong, how: "namespace `\(text)`", origin: value.origin)
      }
      if let first = namespaces.first, namespaces.allSatisfy({ $0.environment == first.environment }) { more.insert(first, at: 0) }
    }
    let weak = found.filter { $0.strength == .weak }
    found = strong + more + weak
    unit.request.evidence = found
  }

  // MARK: Helm

  private func helm(_ request: RenderRequest, _ directory: String) -> RenderedUnit {
    let sink = DiagnosticSink()
    let result = charts.render(directory, options(request), sink: sink)
    var unit = RenderedUnit(
      request: request, objects: result.objects, status: .complete, values: result.values, chartName: result.chartName,
      chartVersion: result.chartVersion, missingDependencies: result.missing.map(Self.missing), inputs: [directory] + files(request))
    unit.text = result.text
    if request.skipTests { unit.objects.removeAll(where: Self.isTest) }
    if request.skipTests, unit.objects.count != result.objects.count { unit.text = nil }
    if result.failed {
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
        }
      return HelmSetting(kind, name: parameter.name, value: parameter.value)
    }
    return HelmOptions(
      releaseName: request.releaseName, namespace: request.namespace, values: values, settings: settings, kubeVersion: request.kubeVersion,
      apiVersions: request.apiVersions, includeCRDs: request.includeCRDs, isLenient: true, skipsSchema: request.skipSchemaValidation)
  }

  /// A source that is not in the tree: of a chart at least the values are known.
  private func external(_ request: RenderRequest) -> RenderedUnit {
    guard case .external(_, let chart, _, let revision, _) = request.location else { return RenderedUnit(request: request, status: .external) }
    var unit = RenderedUnit(request: request, status: .external, chartName: chart ?? "", chartVersion: revision, inputs: files(request))
    guard request.tool == .helm else { return unit }
    let sink = DiagnosticSink()
    let result = externalCharts.render(ExternalChartTree.directory, options(request), sink: sink)
    unit.values = result.values
    unit.diagnostics = sink.diagnostics
    return unit
  }

  // MARK: Kustomize

  private func kustomize(_ request: RenderRequest, _ directory: String) -> RenderedUnit {
    let sink = DiagnosticSink()
    let inflater = ChartInflater(
      charts: charts, external: externalCharts, tree: workspace.tree, kubeVersion: request.kubeVersion, apiVersions: request.apiVersions)
    let builder = KustomizeBuilder(
      tree: workspace.tree, provenance: workspace.provenance, limits: workspace.limits, helm: KustomizeHelm { inflater.inflate($0) })
    let edits = request.kustomize.map { KustomizeEdits(section: $0.section) } ?? KustomizeEdits()
    let result = builder.build(directory: directory, edits: edits, sink: sink)
    var unit = RenderedUnit(
      request: request, objects: result.objects, status: .complete, missingDependencies: inflater.missing, inputs: result.inputs)
    unit.text = result.text
    if result.failed {
      unit.status = .failed
      if !sink.hasErrors {
        sink.error("kustomize/failed", "the kustomization cannot be built", at: workspace.provenance.origins.editPlace(request.origin))
      }
    } else if !inflater.missing.isEmpty || inflater.isIncomplete {
      unit.status = .partial
    }
    unit.diagnostics = sink.diagnostics + inflater.diagnostics.filter { !sink.diagnostics.contains($0) }
    return unit
  }
}
