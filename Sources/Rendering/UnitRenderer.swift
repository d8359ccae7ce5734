import ArgoCD
import Discovery
import FileTree
import Kubernetes
import SourceText
import Values

/// Renders one request with the engine that it asks for. Never throws: what fails is in the unit's status and diagnostics.
struct UnitRenderer: Sendable {
  let workspace: Workspace
  let environments: EnvironmentNames

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

  private func helm(_ request: RenderRequest, _ directory: String) -> RenderedUnit { missingEngine(request, "Helm") }

  private func kustomize(_ request: RenderRequest, _ directory: String) -> RenderedUnit { missingEngine(request, "Kustomize") }

  private func missingEngine(_ request: RenderRequest, _ name: String) -> RenderedUnit {
    let place = workspace.provenance.origins.editPlace(request.origin)
    return RenderedUnit(
      request: request, status: .failed,
      diagnostics: [Diagnostic(.error, code: "render/engine", "\(name) sources cannot be rendered yet", at: place)])
  }

  private func external(_ request: RenderRequest) -> RenderedUnit {
    guard case .external(_, let chart, _, let revision, _) = request.location else { return RenderedUnit(request: request, status: .external) }
    return RenderedUnit(request: request, status: .external, chartName: chart ?? "", chartVersion: revision)
  }
}
