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

  func place(_ origin: Origin) -> String {
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

  func nodes(_ value: Value?) -> [ModelNode] { (value?.list ?? []).compactMap { $0.object as? ModelNode } }
  func strings(_ value: Value?) -> [String] { (value?.list ?? []).compactMap(\.string) }
}
