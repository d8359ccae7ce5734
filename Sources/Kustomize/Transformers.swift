import SourceText
import Values

/// The built-in transformers that change fields (`api/internal/builtins`, `api/filters`). Each new value's origin is a step
/// whose parent is the field of the kustomization that asks for it.
struct Transformers {
  let context: BuildContext

  // MARK: Namespace

  enum SubjectMode: String { case defaultOnly, allServiceAccounts, none }

  func setNamespace(
    _ namespace: Scalar, in map: ResourceMap, specs: [FieldSpec], unsetOnly: Bool = false, subjects: SubjectMode = .defaultOnly
  ) throws(KustomizeError) {
    guard !namespace.isEmpty else { return }
    var counts: [ResourceID.Key: Int] = [:]
    for resource in map.resources { counts[resource.currentID.matchKey, default: 0] += 1 }
    for resource in map.resources {
      guard let node = resource.node, !node.isNullOrEmpty else { continue }
      counts[resource.currentID.matchKey, default: 0] -= 1
      try resource.storePreviousID()
      try setNamespace(namespace, in: node, specs: specs, unsetOnly: unsetOnly, subjects: subjects)
      let key = resource.currentID.matchKey
      counts[key, default: 0] += 1
      guard counts[key] == 1 else {
        throw KustomizeError(
          "duplicate-id", "in this namespace two objects are called \(resource.currentID.description)", at: namespace.origin,
          notes: ["namespace transformation produces ID conflict"])
      }
    }
  }

  func setNamespace(
    _ namespace: Scalar, in node: Node, specs: [FieldSpec], unsetOnly: Bool, subjects: SubjectMode
  ) throws(KustomizeError) {
    let apiVersion = node.field("apiVersion")?.string ?? ""
    let gvk = GroupVersionKind(apiVersion: apiVersion, kind: node.field("kind")?.string ?? "")
    var specs = specs.filter { $0.path != "metadata/namespace" && (apiVersion == "v1" || $0.path != "metadata/name") }
    func set(_ field: Node) throws(KustomizeError) {
      if unsetOnly, field.kind == .scalar, !field.isNull, !field.text.bytes.isEmpty { return }
      try field.setScalar(value(namespace, replacing: field, tag: .string))
    }
    if !context.schema.scopes.isClusterScoped(gvk) {
      let walker = FieldSpecWalker(context: context, createKind: .scalar, createOrigin: namespace.origin)
      try walker.apply(FieldSpec("metadata/namespace", create: true), to: node, set)
    }
    if gvk.kind == "RoleBinding" || gvk.kind == "ClusterRoleBinding" {
      specs.removeAll { ($0.gvk.kind == "RoleBinding" || $0.gvk.kind == "ClusterRoleBinding") && $0.path == "subjects/namespace" }
      if subjects != .none, let list = node.field("subjects"), !list.isNull {
        try list.require(.list)
        for subject in list.content {
          let isWanted = subjects == .defaultOnly
            ? try subject.get("name")?.string == "default" : try subject.get("kind")?.string == "ServiceAccount"
          guard isWanted, let field = try subject.fieldOrCreate("namespace", .scalar, origin: namespace.origin) else { continue }
          try set(field)
        }
      }
    }
    let walker = FieldSpecWalker(context: context, createKind: .scalar, createTag: .string, createOrigin: namespace.origin)
    try walker.apply(specs, to: node, set)
  }

  /// The value of a field of the kustomization as a node.
  private func value(_ scalar: Scalar, replacing old: Node, tag: Node.Tag) -> Node {
    let node = Node(
      kind: .scalar, tag: tag, text: scalar.text, origin: context.transformed(by: scalar.origin, from: old.origin))
    node.quoteWhereNeeded()
    return node
  }

  // MARK: Names

  /// Puts a prefix before, or a suffix behind, the fields of the specs; of names only those of kinds that may be renamed.
  func affix(_ affix: Scalar, isPrefix: Bool, in map: ResourceMap, specs: [FieldSpec]) throws(KustomizeError) {
    for resource in map.resources {
      let id = resource.originalID
      if Self.keepsName(id.gvk) { continue }
      for spec in specs where id.gvk.isSelected(by: spec.gvk) {
        guard let node = resource.node else { continue }
        if spec.path == "metadata/name" {
          try resource.appendToAnnotation(isPrefix ? BuildAnnotation.prefixes : BuildAnnotation.suffixes, affix.string)
          if !affix.isEmpty { try resource.storePreviousID() }
        }
        let walker = FieldSpecWalker(context: context, createKind: .scalar, createTag: .string, createOrigin: affix.origin)
        try walker.apply(spec, to: node) { field throws(KustomizeError) in
          try field.setScalar(self.affixed(field, affix, isPrefix: isPrefix))
        }
      }
    }
  }

  private static func keepsName(_ gvk: GroupVersionKind) -> Bool {
    gvk.kind == "CustomResourceDefinition" || gvk.kind == "Namespace"
      || (gvk.kind == "APIService" && gvk.group == "apiregistration.k8s.io")
  }

  private func affixed(_ field: Node, _ affix: Scalar, isPrefix: Bool) -> Node {
    let origin = context.transformed(by: affix.origin, from: field.origin)
    var builder = TextBuilder()
    if isPrefix { builder.append(affix.text.bytes, origin: origin) }
    builder.append(field.text, origin: field.origin)
    if !isPrefix { builder.append(affix.text.bytes, origin: origin) }
    return .scalar(builder.build(), origin)
  }

  // MARK: Labels and annotations

  func setEntries(_ entries: ScalarMap, in map: ResourceMap, specs: [FieldSpec]) throws(KustomizeError) {
    guard !entries.isEmpty else { return }
    for resource in map.resources {
      guard let node = resource.node else { continue }
      for (key, value) in entries {
        // One node for all fields: a later change of one changes them all, as in kustomize.
        let shared = Node.string(value.text, context.transformed(by: value.origin, from: .none))
        let walker = FieldSpecWalker(context: context, createKind: .map, createTag: .map, createOrigin: key.origin)
        try walker.apply(specs, to: node) { field throws(KustomizeError) in
          try field.set(key.string, shared, keyOrigin: self.context.transformed(by: key.origin, from: .none))
        }
      }
    }
    map.dropEmpty()
  }

  // MARK: Images

  func setImage(_ image: ImageEntry, in map: ResourceMap, specs: [FieldSpec]) throws(KustomizeError) {
    for resource in map.resources {
      guard let node = resource.node, resource.kind != "CustomResourceDefinition" else { continue }
      try updateContainers(of: node, image, depth: 0)
    }
    for resource in map.resources {
      guard let node = resource.node, resource.kind != "CustomResourceDefinition" else { continue }
      try FieldSpecWalker(context: context).apply(specs, to: node) { field throws(KustomizeError) in
        try self.update(field, image)
      }
    }
  }

  /// Lists called `containers` or `initContainers`, wherever they are.
  private func updateContainers(of node: Node, _ image: ImageEntry, depth: Int) throws(KustomizeError) {
    guard depth < context.limits.nesting else { return }
    switch node.kind {
    case .scalar: return
    case .list:
      for element in node.content { try updateContainers(of: element, image, depth: depth + 1) }
    case .map:
      for (key, value) in node.fields {
        try updateContainers(of: value, image, depth: depth + 1)
        guard value.kind == .list, key.string == "containers" || key.string == "initContainers" else { continue }
        for container in value.content {
          guard let field = try container.get("image") else { continue }
          try update(field, image)
        }
      }
    }
  }

  private func update(_ field: Node, _ image: ImageEntry) throws(KustomizeError) {
    if !field.isNull { try field.require(.scalar) }
    let old = field.string
    guard
      try context.matches(
        "^" + image.name.string + "(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$", old, at: image.name.origin)
    else { return }
    var (name, tag, digest) = Self.split(old)
    var cause = image.name.origin
    if !image.newName.isEmpty {
      name = image.newName.string
      cause = image.newName.origin
    }
    if !image.newTag.isEmpty {
      tag = image.newTag.string
      digest = image.digest.string
      cause = image.newTag.origin
    } else if !image.digest.isEmpty {
      tag = ""
      digest = image.digest.string
      cause = image.digest.origin
    } else if !image.tagSuffix.isEmpty {
      tag += image.tagSuffix.string
      digest = ""
      cause = image.tagSuffix.origin
    }
    if !tag.isEmpty { name += ":" + tag }
    if !digest.isEmpty { name += "@" + digest }
    // What stays what it was keeps its place.
    let origin = name == old ? field.origin : context.transformed(by: cause, from: field.origin)
    let text = name == old ? field.text : Text(name)
    try field.setScalar(.scalar(text, origin))
  }

  /// Name, tag and digest; a colon before the first slash belongs to the registry.
  static func split(_ image: String) -> (name: String, tag: String, digest: String) {
    let bytes = Array(image.utf8)
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    var start = bytes.firstIndex(of: UInt8(ascii: "/")) ?? 0
    if start < 0 { start = 0 }
    let at = bytes[start...].firstIndex(of: UInt8(ascii: "@"))
    let colon = bytes[start...].firstIndex(of: UInt8(ascii: ":"))
    switch (at, colon) {
    case (nil, nil): return (image, "", "")
    case (let at?, let colon) where colon.map({ at < $0 }) ?? true: return (text(0..<at), "", text(at + 1..<bytes.count))
    case (let at?, let colon?): return (text(0..<colon), text(colon + 1..<at), text(at + 1..<bytes.count))
    case (nil, let colon?): return (text(0..<colon), text(colon + 1..<bytes.count), "")
    default: return (image, "", "")
    }
  }

  // MARK: Replicas

  func setReplicas(_ replica: ReplicaEntry, in map: ResourceMap, specs: [FieldSpec]) throws(KustomizeError) {
    let name = replica.name.string
    var isFound = false
    for spec in specs {
      let found = map.matchingAnyID { $0.name == name && $0.gvk.isSelected(by: spec.gvk) }
      for resource in found {
        isFound = true
        guard let node = resource.node else { continue }
        let walker = FieldSpecWalker(context: context, createKind: .scalar, createTag: .int, createOrigin: replica.origin)
        try walker.apply(spec, to: node) { field throws(KustomizeError) in
          let count = Node(
            kind: .scalar, tag: .int, text: Text(String(replica.count)),
            origin: self.context.transformed(by: replica.origin, from: field.origin))
          try field.setScalar(count)
        }
      }
    }
    guard isFound || !context.unknownBases.isEmpty else {
      throw KustomizeError(
        "no-replicas-target", "no object with replicas is called '\(name)'", at: replica.name.origin,
        notes: ["resource with name \(name) does not match a config"])
    }
  }

  // MARK: Names of generated objects

  func addHashes(to map: ResourceMap) throws(KustomizeError) {
    let hash = NameHash(context: context)
    for resource in map.resources where resource.isEnabled(BuildAnnotation.needsHash) {
      let suffix = try hash.hash(resource)
      try resource.storePreviousID()
      let origin = resource.node?.field("metadata")?.field("name")?.origin ?? .none
      var builder = TextBuilder()
      builder.append(resource.nameText, origin: origin)
      builder.append("-" + suffix, origin: origin)
      try resource.setName(builder.build(), origin)
    }
  }
}
