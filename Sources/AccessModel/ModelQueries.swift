import IAM
import SourceText
import Values

/// Questions that people ask the graph on the command line.
package struct ModelQueries {
  package let graph: AccessGraph
  package let provenance: Provenance

  package init(graph: AccessGraph, provenance: Provenance) {
    self.graph = graph
    self.provenance = provenance
  }

  private func place(_ origin: Origin) -> String {
    provenance.origins.editPlace(origin).map { provenance.sources.describe($0) } ?? ""
  }

  // MARK: inspect

  /// All nodes as JSON: `{"workload": [{"id": …, "place": …, "fields": {…}}]}`. Nodes in fields are their ids, unknown values are
  /// `{"unknown": reason}`; whole manifests are left out.
  package func inspectJSON() -> [UInt8] {
    let root = ValueMap()
    for type in NodeType.allCases {
      let nodes = graph[type].map { node -> Value in
        let fields = ValueMap()
        for entry in node.fields.entries where !isBulky(type, entry.key.string) { fields.set(entry.key, plain(entry.value, depth: 0)) }
        return .map(
          ValueMap([("id", .string(node.id)), ("title", .string(node.title)), ("place", .string(place(node.origin))), ("fields", .map(fields))]))
      }
      root.set(type.rawValue, .list(nodes))
    }
    var bytes = JSONWriter(style: .indented(2)).bytes(.map(root))
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// Parts of manifests may hold values of secrets and say nothing about the model.
  private func isBulky(_ type: NodeType, _ field: String) -> Bool {
    guard ["object", "podSpec", "metadata", "values", "attributes", "sources", "parameters"].contains(field) else { return false }
    return ModelSchema.field(field, of: type)?.type != .string
  }

  private func plain(_ value: Value, depth: Int) -> Value {
    guard depth < 20 else { return .null }
    switch value.payload {
    case .object(let object): return (object as? ModelNode).map { .string($0.id) } ?? .string(object.typeName)
    case .unknown(let unknown): return .map(ValueMap([("unknown", .string(unknown.reason))]))
    case .list(let list): return .list(list.items.map { plain($0, depth: depth + 1) })
    case .map(let map):
      let copy = ValueMap()
      for entry in map.entries { copy.set(entry.key, plain(entry.value, depth: depth + 1)) }
      return .map(copy)
    default: return value
    }
  }

  /// The chain of every workload that takes secrets of AWS, for people.
  package func inspectText() -> [UInt8] {
    var out = ""
    for type in NodeType.allCases where !graph[type].isEmpty { out += "\(type.rawValue): \(graph[type].count)\n" }
    for workload in graph[.workload] where workload.flag("usesAwsSecrets") == true {
      out += "\n\(workload.title)  \(place(workload.origin))\n"
      out += "  environment: \(show(workload.fields["environment"]))\n"
      out += "  ServiceAccount: \(show(workload.fields["serviceAccountName"])), role: \(show(workload.fields["roleArn"]))\n"
      for use in nodes(workload.fields["secretUses"]) {
        guard let owner = use.fields["secretProviderClass"]?.object as? ModelNode else { continue }
        out += "  \(owner.title) by \(strings(use.fields["ways"]).joined(separator: ", "))  \(place(owner.origin))\n"
        for item in nodes(owner.fields["objects"]) {
          out += "    \(show(item.fields["objectName"])) as \(show(item.fields["fileName"])), readable: \(show(item.fields["isReadable"]))  \(place(item.origin))\n"
        }
        for synced in nodes(owner.fields["syncedSecrets"]) {
          out += "    syncs Secret \(show(synced.fields["name"])): \(strings(synced.fields["keys"]).joined(separator: ", "))  \(place(synced.origin))\n"
        }
        out += "    reload: \(show(use.fields["reload"])), \(show(use.fields["reloadMessage"]))\n"
      }
    }
    return Array(out.utf8)
  }

  private func show(_ value: Value?) -> String {
    guard let value else { return "?" }
    if case .unknown(let unknown) = value.payload { return "unknown (\(unknown.reason))" }
    if let text = value.scalarText { return text.isEmpty ? "none" : text }
    return value.isNull ? "none" : "?"
  }

  private func nodes(_ value: Value?) -> [ModelNode] { (value?.list ?? []).compactMap { $0.object as? ModelNode } }
  private func strings(_ value: Value?) -> [String] { (value?.list ?? []).compactMap(\.string) }

  // MARK: who-can

  /// One who can read a secret, or may.
  package struct Reader: Sendable {
    package var role: ModelNode
    /// The statement that grants it; nil where a policy that is not known may.
    package var statement: ModelNode?
    package var resource: ModelNode?
    package var isCertain: Bool
    package var accounts: [ModelNode]
    package var workloads: [ModelNode]
  }

  /// Every role that can read a secret, and through which line. Denies are not weighed for a role with a permissions boundary.
  package func readers(of secret: String) -> [Reader] {
    let target = SecretTarget(objectName: secret)
    var result: [Reader] = []
    for role in graph[.role] {
      var found: Reader?
      func take(_ statement: ModelNode?, _ resource: ModelNode?, _ isCertain: Bool) {
        if let found, found.isCertain || !isCertain { return }
        let accounts = nodes(role.fields["serviceAccounts"])
        let workloads = accounts.flatMap { nodes($0.fields["workloads"]) }
        found = Reader(role: role, statement: statement, resource: resource, isCertain: isCertain, accounts: accounts, workloads: workloads)
      }
      for statement in nodes(role.fields["statements"]) where statement.fields["grantsRead"]?.bool != false && statement.flag("isAllow") != false {
        for resource in nodes(statement.fields["secretResources"]) {
          let pattern = resource.string("pattern") ?? ""
          guard case .pattern(let arn) = ARNPattern.read(PolicyText(pattern)) else {
            take(statement, resource, false)
            continue
          }
          switch arn.matches(target) {
          case true?: take(statement, resource, resource.flag("isNarrowed") == false && statement.fields["grantsRead"]?.bool == true)
          case nil: take(statement, resource, false)
          case false?: break
          }
        }
        if !strings(statement.fields["notResources"]).isEmpty { take(statement, nil, false) }
      }
      if !strings(role.fields["broadManagedPolicies"]).isEmpty { take(nil, nil, true) }
      if role.flag("policiesKnown") == false { take(nil, nil, false) }
      if let found { result.append(found) }
    }
    return result
  }

  package func whoCanText(_ secret: String) -> [UInt8] {
    let readers = readers(of: secret)
    var out = ""
    let mounts = graph[.secretObject].filter { $0.string("secretName") == secret || $0.string("objectName") == secret }
    for reader in readers {
      out += "\(reader.isCertain ? "can" : "may"): \(reader.role.title)  \(place(reader.role.origin))\n"
      if let resource = reader.resource {
        out += "  through \(resource.string("pattern") ?? "?")  \(place(resource.origin))\n"
      } else if let statement = reader.statement {
        out += "  through \(statement.title)  \(place(statement.origin))\n"
      } else if reader.isCertain {
        out += "  through \(strings(reader.role.fields["broadManagedPolicies"]).joined(separator: ", "))\n"
      } else {
        out += "  by a policy that is not in the repository\n"
      }
      for account in reader.accounts { out += "  as \(account.title)  \(place(account.origin))\n" }
      for workload in reader.workloads { out += "  in \(workload.title)  \(place(workload.origin))\n" }
    }
    if readers.isEmpty { out += "no role of the repository can read '\(secret)'\n" }
    for item in mounts {
      for workload in nodes(item.fields["mountedBy"]) { out += "mounted by \(workload.title)  \(place(item.origin))\n" }
    }
    return Array(out.utf8)
  }

  package func whoCanJSON(_ secret: String) -> [UInt8] {
    func entry(_ node: ModelNode) -> Value { .map(ValueMap([("id", .string(node.id)), ("title", .string(node.title)), ("place", .string(place(node.origin)))])) }
    let list = readers(of: secret).map { reader -> Value in
      .map(
        ValueMap([
          ("role", entry(reader.role)), ("certain", .bool(reader.isCertain)),
          ("resource", reader.resource.map { .map(ValueMap([("pattern", $0.fields["pattern"] ?? .null), ("place", .string(place($0.origin)))])) } ?? .null),
          ("serviceAccounts", .list(reader.accounts.map(entry))), ("workloads", .list(reader.workloads.map(entry))),
        ]))
    }
    var bytes = JSONWriter(style: .indented(2)).bytes(.map(ValueMap([("secret", .string(secret)), ("readers", .list(list))])))
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }
}
