import ArgoCD
import Discovery
import FileTree
import Kubernetes
import SourceText
import Values

/// A request with, where they are known already, the objects of its files.
struct Work: Sendable {
  var request: RenderRequest
  /// Of plain manifests that convention takes in; nil: the files of the request's directory.
  var manifests: [ManifestUnit]?
}

/// Requests for sources that no Application deploys.
struct Conventions {
  let scan: RepositoryScan
  let workspace: Workspace
  let environments: EnvironmentNames

  private var finder: EnvironmentFinder { EnvironmentFinder(names: environments) }

  /// Kustomizations that nothing rendered so far.
  /// - Parameter onlyApplications: those that make Applications.
  func kustomizations(covered units: [RenderedUnit], onlyApplications: Bool = false) -> [Work] {
    let used = directories(units)
    return scan.kustomizations.filter { $0.isTop && !used.contains($0.directory) && (!onlyApplications || $0.makesApplications) }
      .map { Work(request: request($0)) }
  }

  /// Bases of conventional kustomizations that could not be built: what they hold would go unseen.
  func parts(of units: [RenderedUnit]) -> [Work] {
    let broken = Set(units.filter(Self.isBroken).compactMap(\.request.directory))
    let used = directories(units.filter { !Self.isBroken($0) }).union(broken)
    let table = Dictionary(scan.kustomizations.map { ($0.directory, $0.directories) }, uniquingKeysWith: { a, _ in a })
    let wanted = Set(broken.flatMap { table[$0] ?? [] }).subtracting(used)
    return scan.kustomizations.filter { wanted.contains($0.directory) && !$0.isComponent }.map { unit in
      var request = request(unit)
      request.isPart = true
      return Work(request: request)
    }
  }

  private static func isBroken(_ unit: RenderedUnit) -> Bool {
    unit.request.isConventional && unit.request.tool == .kustomize && unit.status == .failed
  }

  /// Charts that nothing rendered so far.
  func charts(covered units: [RenderedUnit], onlyApplications: Bool = false) -> [Work] {
    let used = directories(units).union(scan.kustomizations.flatMap(\.directories))
    return scan.charts.filter { unit in
      unit.parent == nil && !unit.isLibrary && !used.contains(unit.directory) && (!onlyApplications || unit.makesApplications)
    }
    .flatMap { requests($0).map { Work(request: $0) } }
  }

  /// Directories that the units were rendered of. Manifests that convention took in leave a chart or kustomization beside them free.
  private func directories(_ units: [RenderedUnit]) -> Set<String> {
    let sources = units.filter { unit in
      if case .directory = unit.request.tool, unit.request.isConventional { return false }
      return true
    }
    var used = Set(sources.compactMap(\.request.directory))
    spread(&used)
    return used
  }

  /// What a rendered kustomization builds on is rendered too.
  private func spread(_ used: inout Set<String>) {
    let table = Dictionary(scan.kustomizations.map { ($0.directory, $0.directories) }, uniquingKeysWith: { a, _ in a })
    var pending = Array(used)
    while let directory = pending.popLast() {
      for next in table[directory] ?? [] where used.insert(next).inserted { pending.append(next) }
    }
  }

  private func request(_ unit: KustomizationUnit) -> RenderRequest {
    var request = RenderRequest(
      tool: .kustomize, location: .tree(unit.directory), releaseName: .null, namespace: .null, name: shown(unit.directory),
      isConventional: true, origin: unit.origin)
    request.evidence = finder.evidence(request)
    return request
  }

  /// One request for each values file that stands for a deployment; the chart's own values alone where there is none.
  private func requests(_ unit: ChartUnit) -> [RenderRequest] {
    func request(_ file: ValuesFileUnit?) -> RenderRequest {
      var request = RenderRequest(
        tool: .helm, location: .tree(unit.directory), releaseName: .string(unit.name, unit.origin), namespace: .null,
        name: shown(unit.directory) + (file.map { " with " + inside($0.path, unit.directory) } ?? ""), isConventional: true, origin: unit.origin)
      if let file {
        let source = workspace.provenance.origins
        let start = (try? workspace.parse(file.path)).map { SourceSpan(source: $0.source.id, start: 0, end: 0) }
        let origin = start.map { source.add(.source, $0) } ?? unit.origin
        request.values = [.file(path: file.path, origin: origin, optional: false)]
        request.origin = origin
      }
      request.evidence = finder.evidence(request)
      return request
    }
    return unit.valuesFiles.isEmpty ? [request(nil)] : unit.valuesFiles.map { request($0) }
  }

  /// Plain manifests that nothing took in, by directory.
  func manifests(covered units: [RenderedUnit]) -> [Work] {
    let used = Set(units.flatMap(\.inputs))
    var groups: [String: [ManifestUnit]] = [:]
    for unit in scan.manifests where !used.contains(unit.path) { groups[TreePath.directory(of: unit.path), default: []].append(unit) }
    return groups.keys.sorted { $0.bytesPrecede($1) }.map { directory in
      let files = groups[directory] ?? []
      var request = RenderRequest(
        tool: .directory(recurse: false, include: nil, exclude: nil), location: .tree(directory), releaseName: .null, namespace: .null,
        name: shown(directory), isConventional: true, origin: files.first?.objects.first?.origin ?? .none)
      request.evidence = finder.evidence(request)
      return Work(request: request, manifests: files)
    }
  }

  private func shown(_ directory: String) -> String { directory.isEmpty ? "." : directory }

  private func inside(_ path: String, _ directory: String) -> String { TreePath.relative(path, to: directory) }
}
