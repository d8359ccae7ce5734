import Kubernetes
import Values

/// Rendered objects → `object` nodes with namespace and environment.
struct ObjectLinker {
  let context: LinkContext

  func link() {
    for unit in context.units {
      for object in unit.rendered { add(object, unit, depth: 0) }
    }
    let namespaces = namespaceSigns()
    for record in context.objects { decide(record, namespaces) }
    for unit in context.units { unit.node.set("objects", unit.objects.compactMap(\.node)) }
  }

  /// `kind: List` is what it lists.
  private func add(_ object: KubernetesObject, _ unit: UnitRecord, depth: Int) {
    if object.kind.hasSuffix("List"), object.apiVersion == "v1", let items = object.root["items"]?.list, depth < 10 {
      for item in items { if let inner = KubernetesObject(item) { add(inner, unit, depth: depth + 1) } }
      return
    }
    let record = ObjectRecord(unit: unit, object: object)
    let name = object.root.at("metadata", "name").map { $0.isNull ? Value.string("", $0.origin) : $0 }
    let node = context.make(.object, id: record.id, title: record.title, origin: record.metadata.origin)
    record.node = node
    node.set("apiVersion", (object.root["apiVersion"] ?? .string("")).located(node.origin))
    node.set("group", object.group)
    node.set("kind", (object.root["kind"] ?? .string("")).located(node.origin))
    node.set("name", (name ?? .string("")).located(node.origin))
    node.set("namespace", record.namespaceValue.located(node.origin))
    node.set("labels", object.root.at("metadata", "labels").flatMap { $0.isNull ? nil : $0 } ?? .map(ValueMap(), node.origin))
    node.set("annotations", object.root.at("metadata", "annotations").flatMap { $0.isNull ? nil : $0 } ?? .map(ValueMap(), node.origin))
    node.set("object", object.root)
    node.set("metadata", record.metadata)
    node.set("reloaderKeys", .list([], node.origin))
    unit.objects.append(record)
    context.objects.append(record)
  }

  private func namespaceSigns() -> [String: EnvironmentDecision] {
    var result: [String: EnvironmentDecision] = [:]
    for record in context.objects where record.object.kind == "Namespace" && record.object.group.isEmpty {
      let signs = context.signs(of: record.object)
      if !signs.isEmpty, result[record.object.name] == nil { result[record.object.name] = EnvironmentDecision(signs) }
    }
    return result
  }

  private func decide(_ record: ObjectRecord, _ namespaces: [String: EnvironmentDecision]) {
    let path = record.unit.node.string("path") ?? ""
    if let configured = context.configured(namespace: record.namespace, application: record.unit.name, path: path) {
      record.environment = configured
    } else {
      let own = context.signs(of: record.object) + (namespaces[record.namespace]?.signs ?? [])
      record.environment = record.unit.environment.adding(own)
    }
    if let node = record.node { context.place(node, record) }
  }
}

extension LinkContext {
  /// Fills the fields that all objects of a deployment share.
  func place(_ node: ModelNode, _ record: ObjectRecord) {
    node.set("deployment", record.unit.node.value)
    node.set("isConventional", record.unit.isConventional)
    record.environment.apply(to: node)
  }
}
