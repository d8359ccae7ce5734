import ArgoCD
import Discovery
import FileTree
import Kubernetes
import Kustomize
import SourceText
import Values

/// Renders one request with the engine that it asks for. Never throws: what fails is in the unit's status and diagnostics.
struct UnitRenderer: Sendable {
  let workspace: Workspace
  let environments: EnvironmentNames
  let charts: ChartRenderer
  /// See `RenderOptions.knowsBuildOptions`.
  let knowsBuildOptions: Bool

  init(workspace: Workspace, environments: EnvironmentNames, knowsBuildOptions: Bool = false) {
    self.knowsBuildOptions = knowsBuildOptions
    self.workspace = workspace
    self.environments = environments
    charts = ChartRenderer(workspace)
  }

  func render(_ work: Work) -> RenderedUnit {
    let request = work.request
    var unit: RenderedUnit
    switch request.location {
    case .external: unit = charts.external(request)
    case .tree(let directory):
      switch request.tool {
      case .helm: unit = charts.render(request, directory)
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
    // What the chart says of itself by default is no sign against what somebody said of this deployment.
    var more = finder.evidence(ofValues: unit.values).filter { new in
      !strong.contains { $0.how == new.how } && (strong.isEmpty || !isChartDefault(new.origin, unit.request))
    }
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

  /// Whether a value stands in the chart's own values.yaml.
  private func isChartDefault(_ origin: Origin, _ request: RenderRequest) -> Bool {
    guard request.tool == .helm, let directory = request.directory, let place = workspace.provenance.origins.editPlace(origin)
    else { return false }
    return workspace.provenance.sources.file(place.source)?.path == TreePath.join(directory, "values.yaml")
  }

  // MARK: Kustomize

  private func kustomize(_ request: RenderRequest, _ directory: String) -> RenderedUnit {
    let sink = DiagnosticSink()
    let inflater = charts.inflater(request)
    let options = KustomizeBuildOptions(request.buildOptions)
    if knowsBuildOptions, !options.unsupported.isEmpty {
      sink.error(
        "kustomize/build-options", "the build options '\(options.unsupported.joined(separator: " "))' are not supported",
        at: workspace.provenance.origins.editPlace(request.origin))
      var unit = RenderedUnit(request: request, status: .failed)
      unit.diagnostics = sink.diagnostics
      return unit
    }
    let helm = knowsBuildOptions && !options.enablesHelm ? nil : KustomizeHelm { inflater.inflate($0) }
    let builder = KustomizeBuilder(
      tree: workspace.tree, provenance: workspace.provenance, limits: workspace.limits, helm: helm, restrictsLoads: options.restrictsLoads)
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
    if result.failed, Self.isRemoteOnly(sink.diagnostics) {
      // What a network would give is unknown, not wrong.
      unit.status = .partial
      unit.diagnostics = sink.diagnostics.map { diagnostic in
        var diagnostic = diagnostic
        if diagnostic.severity == .error { diagnostic.severity = .warning }
        return diagnostic
      }
      unit.diagnostics += inflater.diagnostics.filter { !unit.diagnostics.contains($0) }
      return unit
    }
    unit.diagnostics = sink.diagnostics + inflater.diagnostics.filter { !sink.diagnostics.contains($0) }
    return unit
  }

  /// Whether the only obstacle is something that would be fetched.
  private static func isRemoteOnly(_ diagnostics: [Diagnostic]) -> Bool {
    let errors = diagnostics.filter { $0.severity == .error }
    return !errors.isEmpty && errors.allSatisfy { $0.code == "kustomize/remote-base" || $0.code == KustomizeHelm.missingChart }
  }
}
