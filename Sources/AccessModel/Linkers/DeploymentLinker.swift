import ArgoCD
import FileTree
import Kubernetes
import Rendering
import SourceText
import Terraform
import Values

/// Rendered units → deployments and Applications. A rendering by convention is left out where the repository itself
/// deploys the same source; files that a deployed kustomization leaves out stand alone.
struct DeploymentLinker {
  let context: LinkContext

  func link() {
    var applications: [String: ModelNode] = [:]
    var deployed: [ModelNode: [ModelNode]] = [:]
    let real = context.repository.units.filter { !$0.request.isConventional }
    for (index, unit) in context.repository.units.enumerated() {
      if unit.request.isConventional, isDeployed(unit, by: real) { continue }
      let record = makeUnit(unit, index)
      // Files beside those that an Application's kustomization names: they are written, but nothing deploys them.
      if unit.request.isConventional, isPlain(unit), let own = path(unit) { record.isStray = real.contains { touches($0, own) } }
      if let application = unit.request.application {
        let key = "\(application.at("metadata", "namespace")?.string ?? "")/\(application.at("metadata", "name")?.string ?? unit.request.name)"
        let node = applications[key] ?? makeApplication(application, unit)
        applications[key] = node
        deployed[node, default: []].append(record.node)
        record.node.set("application", node.value)
      } else {
        record.node.set("application", .null(record.node.origin))
      }
      context.units.append(record)
    }
    for (node, list) in deployed { node.set("deployments", list) }
    findRivals()
    addTerraform()
  }

  /// Applications that bear one name in one namespace and stand in one directory replace each other; which one is there is not told.
  private func findRivals() {
    struct Place: Hashable {
      var key: String
      var directory: String
    }
    // A file that is read twice has two ids, so by its path.
    var declared: [Place: [(record: UnitRecord, name: Origin, place: String)]] = [:]
    for record in context.units {
      guard let application = record.unit.request.application, record.unit.request.generatorParameters == nil,
        let name = application.at("metadata", "name"), let text = name.string,
        let span = context.origins.editPlace(name.origin), let file = context.provenance.sources.file(span.source)
      else { continue }
      let key = "\(application.at("metadata", "namespace")?.string ?? "")/\(text)"
      declared[Place(key: key, directory: TreePath.directory(of: file.path)), default: []].append((record, name.origin, "\(file.path):\(span.start)"))
    }
    for list in declared.values {
      for entry in list { entry.record.rival = list.first { $0.place != entry.place }?.name }
    }
  }

  /// Each Terraform root that declares objects of Kubernetes is a deployment of them. Of a root that is evaluated for several sets of
  /// variables each one is only what may be.
  private func addTerraform() {
    let reader = TerraformObjects(provenance: context.provenance, limits: context.limits)
    for result in context.repository.terraform {
      let several = context.repository.terraform.count { $0.directory == result.directory } > 1
      let environment = TerraformEnvironment(context: context, result: result).decide(tags: nil, name: nil, origin: .none)
      guard let unit = reader.unit(result, evidence: environment.signs, isOneOfSeveral: several) else { continue }
      let record = makeUnit(unit, context.units.count)
      record.node.set("tool", "terraform")
      record.node.set("application", .null(record.node.origin))
      context.units.append(record)
    }
  }

  private func path(_ unit: RenderedUnit) -> String? {
    if case .tree(let path) = unit.request.location { path } else { nil }
  }

  private func isDeployed(_ unit: RenderedUnit, by real: [RenderedUnit]) -> Bool {
    guard let own = path(unit) else { return false }
    return real.contains { isPlain(unit) && $0.request.tool == .kustomize ? false : touches($0, own) }
  }

  private func touches(_ other: RenderedUnit, _ own: String) -> Bool {
    guard let path = path(other) else { return false }
    return path == own || other.inputs.contains(own) || other.inputs.contains { $0.hasPrefix(own + "/") && own != "" }
  }

  private func isPlain(_ unit: RenderedUnit) -> Bool {
    if case .directory = unit.request.tool { true } else { false }
  }

  private func makeUnit(_ unit: RenderedUnit, _ index: Int) -> UnitRecord {
    let request = unit.request
    let origin = request.origin.isKnown ? request.origin : request.application?["metadata"]?["name"]?.origin ?? .none
    let node = context.make(.deployment, id: request.name, title: "deployment `\(request.name)`", origin: origin)
    let record = UnitRecord(unit: unit, index: index, node: node)
    let path = path(unit)
    node.set("name", request.name)
    let tool =
      switch request.tool {
      case .helm: "helm"
      case .kustomize: "kustomize"
      case .directory: "directory"
      }
    node.set("tool", tool)
    node.set("path", path ?? "")
    node.set("isExternal", path == nil)
    node.set("isConventional", request.isConventional)
    let isBare = request.tool == .helm && request.values.isEmpty && request.parameters.isEmpty
    node.set("isDefault", request.isConventional && (isBare || request.isPart || Self.isSample(path ?? "")))
    node.set("isSample", request.isConventional && Self.isSample(path ?? ""))
    node.set("releaseName", request.releaseName.isNull ? .string("", origin) : request.releaseName.located(origin))
    node.set("namespace", request.namespace.isNull ? .string("", origin) : request.namespace.located(origin))
    node.set("cluster", request.cluster)
    let status =
      switch unit.status {
      case .complete: "complete"
      case .partial: "partial"
      case .failed: "failed"
      case .external: "external"
      }
    node.set("status", status)
    node.set("chartName", unit.chartName)
    node.set("chartVersion", unit.chartVersion)
    node.set("values", unit.values.located(origin))
    record.environment = decide(unit, path: path ?? "")
    record.environment.apply(to: node)
    node.set(
      "signs",
      .list(
        record.environment.signs.map { sign in
          makeRecord(
            .environmentSign, sign.origin,
            [
              ("environment", .string(sign.environment, sign.origin)), ("spelling", .string(sign.spelling, sign.origin)),
              ("strength", .string(sign.strength == .strong ? "strong" : "weak", sign.origin)), ("how", .string(sign.how, sign.origin)),
            ])
        }, origin))
    return record
  }

  private func decide(_ unit: RenderedUnit, path: String) -> EnvironmentDecision {
    let request = unit.request
    if let configured = context.configured(namespace: request.namespace.string ?? "", application: request.name, path: path) { return configured }
    var signs = request.evidence
    if !signs.contains(where: { $0.strength == .strong }) {
      signs = EnvironmentFinder(names: context.names).evidence(ofValues: unit.values) + signs
    }
    if !signs.contains(where: { $0.strength == .strong }), request.release != nil,
      let root = context.repository.terraform.first(where: { $0.cluster == request.cluster })
    {
      signs += TerraformEnvironment(context: context, result: root).decide(tags: nil, name: nil, origin: request.origin).signs
    }
    return EnvironmentDecision(signs)
  }

  /// Whether a path leads through a directory whose manifests are inputs or expected outputs of somebody's tests, or part of a text. Not
  /// `test`: that is an environment.
  static func isSample(_ path: String) -> Bool {
    let names: Set<Substring> = [
      "tests", "testdata", "test_data", "test-data", "fixtures", "__fixtures__", "__tests__", "e2e", "docs", "doc", "documentation",
    ]
    return path.split(separator: "/").contains { names.contains($0) }
  }

  private func makeApplication(_ application: Value, _ unit: RenderedUnit) -> ModelNode {
    let name = application.at("metadata", "name")
    let node = context.make(
      .application, id: name?.string ?? unit.request.name, title: "Application `\(name?.string ?? unit.request.name)`",
      origin: name?.origin ?? application.origin)
    let spec = application["spec"]
    func text(_ value: Value?) -> Value { value.map { $0.isNull ? .string("", node.origin) : $0.located(node.origin) } ?? .string("", node.origin) }
    node.set("name", text(name))
    node.set("namespace", text(application.at("metadata", "namespace")))
    node.set("project", text(spec?["project"]))
    node.set("destinationNamespace", text(spec?.at("destination", "namespace")))
    node.set("destinationCluster", text(spec?.at("destination", "name") ?? spec?.at("destination", "server")))
    let automated = spec?.at("syncPolicy", "automated")
    node.set("isAutomated", automated != nil && automated?.isNull == false, automated?.origin ?? .none)
    node.set("selfHeals", automated?["selfHeal"]?.bool ?? false, automated?["selfHeal"]?.origin ?? .none)
    node.set("sources", spec?["sources"] ?? .list(spec?["source"].map { [$0] } ?? [], node.origin))
    node.set("object", application)
    node.setEmpty("deployments")
    return node
  }
}

extension ModelNode: Hashable {
  public static func == (a: ModelNode, b: ModelNode) -> Bool { a === b }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
