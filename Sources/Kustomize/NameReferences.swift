import SourceText
import Values

/// Lets names of objects in fields of others follow their renaming (`accumulator/namereferencetransformer.go`, `filters/nameref`).
struct NameReferences {
  let context: BuildContext
  let references: [NameReference]

  /// A possible target with all that does not change any more.
  private struct Candidate {
    var resource: Resource
    var previous: [ResourceID]
    var current: ResourceID
    var prefixes: [String]
    var suffixes: [String]
    var name: Text
    var nameOrigin: Origin
    var namespace: Text
    var namespaceOrigin: Origin

    init(_ resource: Resource) {
      self.resource = resource
      previous = resource.previousIDs
      current = resource.currentID
      prefixes = resource.prefixes
      suffixes = resource.suffixes
      name = resource.nameText
      namespace = resource.namespaceText
      let metadata = resource.node?.field("metadata")
      nameOrigin = metadata?.field("name")?.origin ?? .none
      namespaceOrigin = metadata?.field("namespace")?.origin ?? .none
    }
  }

  func apply(to map: ResourceMap) throws(KustomizeError) {
    let all = map.resources.map(Candidate.init)
    // Only what was ever renamed can be found by a previous name.
    var byOldName: [String: [Int]] = [:]
    for (at, candidate) in all.enumerated() {
      for name in Set(candidate.previous.map(\.name)) { byOldName[name, default: []].append(at) }
    }
    for referrer in all {
      let namespaces = try bindingNamespaces(referrer.resource)
      guard !byOldName.isEmpty else { continue }
      let original = referrer.previous.first ?? referrer.current
      for reference in references {
        for spec in reference.referrers where original.gvk.isSelected(by: spec.gvk) {
          guard let node = referrer.resource.node else { continue }
          // The kind itself may have been changed since; the field is what counts.
          var field = spec
          field.gvk = GroupVersionKind()
          let finder = Finder(
            context: context, spec: spec, target: reference.gvk, referrer: referrer, all: all, byOldName: byOldName,
            bindingNamespaces: namespaces)
          try FieldSpecWalker(context: context).apply(field, to: node) { node throws(KustomizeError) in try finder.set(node) }
        }
      }
    }
  }

  /// Namespaces of a RoleBinding's ServiceAccounts: those may lie elsewhere.
  private func bindingNamespaces(_ resource: Resource) throws(KustomizeError) -> Set<String> {
    guard resource.kind == "RoleBinding", let subjects = resource.node?.field("subjects"), subjects.kind == .list else { return [] }
    var result = Set<String>()
    for subject in subjects.content where subject.field("kind")?.string == "ServiceAccount" {
      guard let namespace = subject.field("namespace") else { continue }
      guard case .string(let text) = try NodeValues(context: context).value(namespace).payload else {
        throw KustomizeError(
          "blank-namespace", "the namespace of a subject of \(resource.currentID.description) is blank", at: namespace.origin)
      }
      result.insert(text.string)
    }
    return result
  }

  private struct Finder {
    let context: BuildContext
    let spec: FieldSpec
    let target: GroupVersionKind
    let referrer: Candidate
    let all: [Candidate]
    let byOldName: [String: [Int]]
    let bindingNamespaces: Set<String>

    /// Whether the referrer can mean it at all (`SubsetThatCouldBeReferencedByResource`).
    private func isInReach(_ candidate: Candidate) -> Bool {
      referrer.current.isClusterScoped || candidate.current.isClusterScoped
        || candidate.current.hasSameNamespace(referrer.current) || bindingNamespaces.contains(candidate.resource.namespace)
    }

    func set(_ node: Node) throws(KustomizeError) {
      if node.isNull { return }
      switch node.kind {
      case .scalar: try setScalar(node)
      case .map: try setMap(node)
      case .list:
        for element in node.content where !element.isNull {
          switch element.kind {
          case .scalar: try setScalar(element)
          case .map: try setMap(element)
          case .list:
            throw KustomizeError("field-path", "'\(spec.path)' should lead to a name or a mapping with one", at: element.origin)
          }
        }
      }
    }

    private func setScalar(_ node: Node) throws(KustomizeError) {
      guard let found = try select(node.string, byNamespace: false), found.name != node.text else { return }
      try node.setScalar(renamed(found.name, found.nameOrigin, from: node))
    }

    private func renamed(_ text: Text, _ origin: Origin, from old: Node) -> Node {
      // A name that stays as it is stays its own line's.
      let node = Node.scalar(text, text == old.text ? old.origin : context.transformed(by: origin, from: old.origin))
      node.quoteWhereNeeded()
      return node
    }

    private func setMap(_ node: Node) throws(KustomizeError) {
      guard let name = node.field("name") else {
        throw KustomizeError("field-path", "'\(spec.path)' leads to a mapping without 'name'", at: node.origin)
      }
      var isAllowed: (Candidate) -> Bool = { _ in true }
      if let namespace = node.field("namespace") {
        let wanted = namespace.string
        let isOriginal = all.contains { isInReach($0) && Self.namespace($0.previous.first ?? $0.current) == wanted }
        isAllowed = isOriginal
          ? { Self.namespace($0.previous.first ?? $0.current) == wanted } : { Self.namespace($0.current) == wanted }
      }
      guard let found = try select(name.string, byNamespace: true, where: isAllowed) else { return }
      if found.name == name.text, found.namespace.bytes.isEmpty { return }
      try node.set("name", renamed(found.name, found.nameOrigin, from: name))
      if found.namespace.bytes.isEmpty { return }
      try node.set(
        "namespace", renamed(found.namespace, found.namespaceOrigin, from: node.field("namespace") ?? name),
        keyOrigin: node.field("namespace")?.origin ?? found.namespaceOrigin)
    }

    /// nil for kinds without namespaces: they are in no group.
    private static func namespace(_ id: ResourceID) -> String? { id.isClusterScoped ? nil : id.effectiveNamespace }

    private func select(
      _ oldName: String, byNamespace: Bool, where isAllowed: (Candidate) -> Bool = { _ in true }
    ) throws(KustomizeError) -> Candidate? {
      guard let places = byOldName[oldName] else { return nil }
      try context.spend(places.count)
      var list = places.map { all[$0] }.filter { candidate in
        candidate.previous.contains { $0.gvk.isSelected(by: target) } && isInReach(candidate) && isAllowed(candidate)
      }
      if spec.path.hasSuffix("roleRef/name"), let role = referrer.resource.node?.field("roleRef"),
        let group = role.field("apiGroup"), let kind = role.field("kind")
      {
        let gvk = GroupVersionKind(group: group.string, kind: kind.string)
        list = list.filter { $0.previous.contains { $0.gvk.isSelected(by: gvk) } }
      }
      if !referrer.current.isClusterScoped {
        list = list.filter {
          $0.current.isClusterScoped || $0.current.gvk.kind == "ServiceAccount" || referrer.current.hasSameNamespace($0.current)
        }
      }
      if list.count == 1 { return list[0] }
      list = list.filter { matchesAffixes($0, allowsNone: true) }
      if list.count > 1 { list = list.filter { matchesAffixes($0, allowsNone: false) } }
      guard let first = list.first else { return nil }
      let isOne = list.allSatisfy { $0.name == first.name && (!byNamespace || $0.namespace == first.namespace) }
      if list.count == 1 || isOne { return first }
      throw KustomizeError(
        "ambiguous-reference",
        "'\(oldName)' in \(referrer.current.description) could mean several objects: "
          + list.map(\.current.description).joined(separator: ", "), at: referrer.nameOrigin)
    }

    private func matchesAffixes(_ candidate: Candidate, allowsNone: Bool) -> Bool {
      func matches(_ a: [String], _ b: [String]) -> Bool {
        if allowsNone, a.isEmpty || b.isEmpty { return true }
        let (short, long) = a.count <= b.count ? (a, b) : (b, a)
        if short.isEmpty { return long.isEmpty }
        return long.suffix(short.count).elementsEqual(short)
      }
      return matches(candidate.prefixes, referrer.prefixes) && matches(candidate.suffixes, referrer.suffixes)
    }
  }
}
