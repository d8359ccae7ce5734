import AccessModel
import Kubernetes
import SourceText
import Values

/// What a ValidatingAdmissionPolicy says beside its expressions: which requests it sees, with which parameters, and what an error means.
/// Names and meaning are those of `admissionregistration.k8s.io/v1`.
package struct AdmissionContext: Sendable {
  /// One of `matchConstraints.resourceRules`.
  struct ResourceRule: Sendable {
    var groups: [String]
    var versions: [String]
    var resources: [String]
    var names: [String]
    /// `Namespaced`, `Cluster` or `*`.
    var scope: String
    /// Whether it concerns objects that are made or changed; rules about deletions alone do not.
    var concernsWrites: Bool

    func matches(group: String, version: String, resource: String, name: String, isNamespaced: Bool) -> Bool {
      func has(_ list: [String], _ word: String) -> Bool { list.contains("*") || list.contains(word) }
      guard concernsWrites, has(groups, group), has(versions, version) else { return false }
      guard resources.contains("*") || resources.contains("*/*") || resources.contains(resource) else { return false }
      if scope == "Namespaced", !isNamespaced { return false }
      if scope == "Cluster", isNamespaced { return false }
      return names.isEmpty || names.contains(name)
    }
  }

  /// `matchConstraints` of the policy, or `matchResources` of a binding.
  struct Selection: Sendable {
    /// nil: no constraint on resources.
    var rules: [ResourceRule]?
    var excluded: [ResourceRule] = []
    var objects: LabelSelector?
    var namespaces: LabelSelector?
  }

  /// All of them have to hold.
  var selections: [Selection]
  /// The object that `params` is; null without one.
  var params = Value.null
  /// Parameters without a namespace of their own hold where they lie.
  var onlyNamespace: String?
  /// `failurePolicy: Ignore`: an expression that fails lets the object pass.
  var ignoresErrors: Bool
  /// What validations say whose message is an expression that fails.
  var fallbacks: [String]

  /// Whether the policy sees an object; nil where that depends on a namespace that the repository does not hold.
  func matches(_ request: AdmissionRequest) -> Bool? {
    // The API server exempts policies from policies.
    if request.group == "admissionregistration.k8s.io", request.kind.hasPrefix("ValidatingAdmissionPolicy") { return false }
    if let onlyNamespace, onlyNamespace != request.namespace { return false }
    var isOpen = false
    for selection in selections {
      func names(_ rule: ResourceRule) -> Bool {
        rule.matches(
          group: request.group, version: request.version, resource: request.resource, name: request.name, isNamespaced: !request.namespace.isEmpty)
      }
      if let rules = selection.rules, !rules.contains(where: names) { return false }
      if selection.excluded.contains(where: names) { return false }
      if let objects = selection.objects {
        guard let matches = objects.matches(request.labels) else {
          isOpen = true
          continue
        }
        if !matches { return false }
      }
      guard let namespaces = selection.namespaces, !request.namespace.isEmpty || request.kind == "Namespace" else { continue }
      var labels = request.kind == "Namespace" ? request.labels : request.namespaceObject?.at("metadata", "labels")?.map
      let isKnown = request.kind == "Namespace" || request.namespaceObject != nil
      if !isKnown, namespaces.requirements.contains(where: { $0.key != "kubernetes.io/metadata.name" }) {
        isOpen = true
        continue
      }
      // The API server puts this label on every Namespace.
      labels = labels?.copy() ?? ValueMap()
      labels?.set(Text("kubernetes.io/metadata.name"), .string(request.kind == "Namespace" ? request.name : request.namespace))
      guard let matches = namespaces.matches(labels) else {
        isOpen = true
        continue
      }
      if !matches { return false }
    }
    return isOpen ? nil : true
  }
}

/// A rendered object as the request that makes it.
struct AdmissionRequest {
  let group: String
  let version: String
  let kind: String
  /// The plural, by English rules: custom resources with another one are not recognised.
  let resource: String
  let name: String
  let namespace: String
  let labels: ValueMap?
  let object: Value
  let namespaceObject: Value?

  init(_ node: ModelNode, graph: AccessGraph) {
    let apiVersion = node.fields["apiVersion"]?.string ?? ""
    let parts = apiVersion.split(separator: "/").map(String.init)
    group = parts.count > 1 ? parts[0] : ""
    version = parts.last ?? ""
    kind = node.fields["kind"]?.string ?? ""
    resource = Self.plural(kind)
    name = node.fields["name"]?.string ?? ""
    let namespace = node.fields["namespace"]?.string ?? ""
    self.namespace = namespace
    let root = node.fields["object"] ?? .null
    labels = root.at("metadata", "labels")?.map ?? ValueMap()
    object = Self.placed(Self.withoutNulls(root), in: node.fields["namespace"])
    namespaceObject =
      graph[.object].first { $0.fields["kind"]?.string == "Namespace" && $0.fields["name"]?.string == namespace && !namespace.isEmpty }?
      .fields["object"]
  }

  /// `request` of expressions. Who asks is not known.
  var value: Value {
    func map(_ pairs: [(String, Value)]) -> Value { .map(ValueMap(pairs)) }
    let whole = map([("group", .string(group)), ("version", .string(version)), ("kind", .string(kind))])
    let plural = map([("group", .string(group)), ("version", .string(version)), ("resource", .string(resource))])
    return map([
      ("operation", .string("CREATE")), ("name", .string(name)), ("namespace", .string(namespace)), ("subResource", .string("")),
      ("requestSubResource", .string("")), ("kind", whole), ("requestKind", whole), ("resource", plural), ("requestResource", plural),
      ("dryRun", .bool(false)), ("userInfo", .unknown("who applies it")), ("options", .unknown("how it is applied")),
    ])
  }

  /// The object in its namespace, which the API server writes into it.
  private static func placed(_ root: Value, in namespace: Value?) -> Value {
    guard let map = root.map, let metadata = map["metadata"]?.map, metadata["namespace"] == nil, let namespace,
      namespace.string?.isEmpty != true, namespace.isUnknown || namespace.string != nil
    else { return root }
    let own = metadata.copy()
    own.set(Text("namespace"), namespace)
    let whole = map.copy()
    whole.set(Text("metadata"), .map(own, map["metadata"]?.origin ?? .none))
    return .map(whole, root.origin)
  }

  /// The API server drops fields that are null before it asks policies: `has()` of them is false.
  private static func withoutNulls(_ value: Value) -> Value {
    if let map = value.map {
      let copy = ValueMap()
      for entry in map.entries where !entry.value.isNull { copy.set(entry.key, withoutNulls(entry.value), keyOrigin: entry.keyOrigin) }
      return .map(copy, value.origin)
    }
    if let list = value.list { return .list(list.map(withoutNulls), value.origin) }
    return value
  }

  static func plural(_ kind: String) -> String {
    let word = kind.lowercased()
    if word == "endpoints" { return word }
    if word.hasSuffix("y"), let before = word.dropLast().last, !"aeiou".contains(before) { return word.dropLast() + "ies" }
    if ["s", "x", "ch", "sh", "z"].contains(where: word.hasSuffix) { return word + "es" }
    return word + "s"
  }
}

extension ValueMap {
  /// Another map with the same entries.
  fileprivate func copy() -> ValueMap { ValueMap(entries) }
}
