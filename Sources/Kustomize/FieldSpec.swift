import SourceText
import Values

/// A field of a kind (kustomize `types.FieldSpec`). In `path` a backslash keeps the slash behind it.
struct FieldSpec {
  var gvk = GroupVersionKind()
  var path = ""
  var create = false
  var origin: Origin = .none

  init(_ path: String, group: String = "", version: String = "", kind: String = "", create: Bool = false, origin: Origin = .none) {
    gvk = GroupVersionKind(group: group, version: version, kind: kind)
    self.path = path
    self.create = create
    self.origin = origin
  }

  func selects(_ object: Node) -> Bool {
    if !gvk.kind.isEmpty, object.field("kind")?.string ?? "" != gvk.kind { return false }
    if gvk.group.isEmpty, gvk.version.isEmpty { return true }
    let (group, version) = GroupVersionKind.parse(object.field("apiVersion")?.string ?? "")
    return (gvk.group.isEmpty || group == gvk.group) && (gvk.version.isEmpty || version == gvk.version)
  }
}

extension [FieldSpec] {
  /// Adds a spec unless one of the list covers it; the same field once to be made and once not is an error (`FsSlice.MergeOne`).
  mutating func merge(_ spec: FieldSpec) throws(KustomizeError) {
    guard let old = first(where: { $0.path == spec.path && $0.gvk.isSelected(by: spec.gvk) }) else {
      append(spec)
      return
    }
    if old.create != spec.create {
      throw KustomizeError(
        "conflicting-fieldspecs", "the field '\(spec.path)' is configured twice, with 'create' and without", at: spec.origin)
    }
  }

  mutating func merge(_ specs: [FieldSpec]) throws(KustomizeError) {
    for spec in specs { try merge(spec) }
  }

  /// The order of kinds that kustomize keeps field specs in.
  mutating func sortByKind() {
    self = enumerated().sorted {
      KindOrder.precedes($0.element.gvk, $1.element.gvk)
        || (!KindOrder.precedes($1.element.gvk, $0.element.gvk) && $0.offset < $1.offset)
    }.map(\.element)
  }
}

/// Walks along field specs and changes what stands at their ends (`api/filters/fieldspec`).
struct FieldSpecWalker {
  let context: BuildContext
  /// What is made where a field is missing; nil: nothing is.
  var createKind: Node.Kind?
  var createTag: Node.Tag = .none
  /// Of fields that are made.
  var createOrigin: Origin = .none

  func apply(_ specs: [FieldSpec], to object: Node, _ change: (Node) throws(KustomizeError) -> Void) throws(KustomizeError) {
    for spec in specs { try apply(spec, to: object, change) }
  }

  func apply(_ spec: FieldSpec, to object: Node, _ change: (Node) throws(KustomizeError) -> Void) throws(KustomizeError) {
    guard spec.selects(object) else { return }
    let path = FieldPath.split(spec.path, by: UInt8(ascii: "/"))
    try walk(object, path[...], spec, change)
  }

  private func walk(
    _ node: Node, _ path: ArraySlice<String>, _ spec: FieldSpec, _ change: (Node) throws(KustomizeError) -> Void
  ) throws(KustomizeError) {
    try context.spend()
    guard let part = path.first else { return try change(node) }
    if node.isNull { return }
    switch node.kind {
    case .list:
      for element in node.content { try walk(element, path, spec, change) }
    case .map:
      let isList = part.hasSuffix("[]")
      let name = isList ? String(part.dropLast(2)) : part
      guard !name.isEmpty else { throw KustomizeError("field-path", "an empty field name in '\(spec.path)'", at: spec.origin) }
      let isLast = path.count == 1
      let field: Node?
      var kind: Node.Kind?
      var tag = Node.Tag.none
      if let createKind, spec.create, !isList {
        kind = isLast ? createKind : .map
        tag = isLast ? createTag : .map
        field = try node.fieldOrCreate(name, isLast ? createKind : .map, origin: createOrigin)
      } else {
        if isList { kind = .list }
        field = node.field(name)
      }
      guard let field else { return }
      if field.isNull, let kind {
        field.kind = kind
        field.tag = tag
      }
      try walk(field, path.dropFirst(), spec, change)
    case .scalar:
      throw KustomizeError(
        "field-path", "the field '\(spec.path)' leads through a single value", at: node.origin,
        notes: ["expected sequence or mapping node"])
    }
  }
}

/// Paths of fields as text (kyaml `utils.PathSplitter`, `SmarterPathSplitter`).
enum FieldPath {
  /// Splits; a backslash before the separator keeps it.
  static func split(_ path: String, by separator: UInt8) -> [String] {
    var parts = Array(path.utf8).split(separator: separator, omittingEmptySubsequences: false).map { Array($0) }
    if parts.count > 1, parts[0].isEmpty { parts.removeFirst() }
    var result: [[UInt8]] = []
    for part in parts {
      if var last = result.last, last.last == UInt8(ascii: "\\") {
        last.removeLast()
        result[result.count - 1] = last + [separator] + part
      } else {
        result.append(part)
      }
    }
    return result.map(\.lossyString)
  }

  /// Splits at points, but not inside `[name=a.b]`; `[a.b]` without `=` is the field `a.b`.
  static func splitDotted(_ path: String) -> [String] {
    let parts = split(path, by: UInt8(ascii: "."))
    var result: [String] = []
    var at = 0
    while at < parts.count {
      let part = parts[at]
      at += 1
      guard part.hasPrefix("["), !part.hasSuffix("]") else {
        result.append(part)
        continue
      }
      var bracketed = [part]
      while at < parts.count {
        bracketed.append(parts[at])
        at += 1
        if parts[at - 1].hasSuffix("]") { break }
      }
      let whole = bracketed.joined(separator: ".")
      if whole.utf8.contains(UInt8(ascii: "=")) {
        result.append(whole)
      } else {
        var bytes = Array(whole.utf8)[...]
        while let first = bytes.first, first == UInt8(ascii: "[") || first == UInt8(ascii: "]") { bytes = bytes.dropFirst() }
        while let last = bytes.last, last == UInt8(ascii: "[") || last == UInt8(ascii: "]") { bytes = bytes.dropLast() }
        result.append(String(decoding: bytes, as: UTF8.self))
      }
    }
    return result
  }
}

/// Orders of kinds: of field specs, and of the output where nothing else is said (`legacy`).
enum KindOrder {
  static let first = [
    "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy", "Role",
    "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service", "LimitRange",
    "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob", "PodDisruptionBudget",
  ]
  static let last = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]

  static func ranks(first: [String], last: [String]) -> [String: Int] {
    var ranks: [String: Int] = [:]
    for (at, kind) in first.enumerated() { ranks[kind] = at - first.count }
    for (at, kind) in last.enumerated() { ranks[kind] = at + 1 }
    return ranks
  }

  static let ranks = ranks(first: first, last: last)

  /// kyaml `Gvk.IsLessThan`.
  static func precedes(_ a: GroupVersionKind, _ b: GroupVersionKind) -> Bool {
    let (x, y) = (ranks[a.kind] ?? 0, ranks[b.kind] ?? 0)
    return x != y ? x < y : a.sortKey.bytesPrecede(b.sortKey)
  }
}
