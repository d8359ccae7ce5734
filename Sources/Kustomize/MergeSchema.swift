import SourceText
import Values

/// How lists are merged: the built-in table, or a custom OpenAPI document (`openapi.path`) in its place.
struct MergeSchema {
  /// What is known of the type of a field.
  indirect enum Field {
    /// Nothing: an object that says its kind may stand there.
    case unknown
    /// A type without lists that are merged by key.
    case opaque
    case builtin(String)
    case list(keys: [String], element: Field)
    /// A schema of the custom document.
    case custom(Value)
  }

  var scopes = Scopes()
  /// Whether some kustomization has chosen: later ones are not asked.
  var isSet = false
  /// `definitions` of the custom document.
  private var definitions: ValueMap?
  private var customKinds: [String: Value] = [:]

  private struct Entry {
    var keys: [String]?
    var type: String
  }

  private static let types: [String: [String: Entry]] = {
    var result: [String: [String: Entry]] = [:]
    for line in MergeSchemaTable.types.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      var fields: [String: Entry] = [:]
      for word in parts[1].split(separator: " ") {
        let halves = word.split(separator: ">", omittingEmptySubsequences: false)
        let name = halves[0].split(separator: "*", omittingEmptySubsequences: false)
        let keys = name.count > 1 ? name[1].split(separator: "+").map(String.init) : nil
        fields[String(name[0])] = Entry(keys: keys, type: halves.count > 1 ? String(halves[1]) : "")
      }
      result[parts[0].trimmingSpaces] = fields
    }
    return result
  }()

  private static let kinds: [String: String] = {
    var result: [String: String] = [:]
    for line in MergeSchemaTable.kinds.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let names = parts[0].trimmingSpaces.split(separator: "=")
      guard let kind = names.first, let type = names.last else { continue }
      for version in parts[1].split(separator: " ") { result[version + " " + kind] = String(type) }
    }
    return result
  }()

  /// What is known of a kind; `unknown` for kinds that are not built in.
  func root(apiVersion: String, kind: String) -> Field {
    let key = apiVersion + " " + kind
    if let schema = customKinds[key] { return .custom(schema) }
    if definitions != nil { return .unknown }
    return Self.kinds[key].map { .builtin($0) } ?? .unknown
  }

  func field(_ name: String, of parent: Field) -> Field {
    switch parent {
    case .unknown: return .unknown
    case .opaque, .list: return .opaque
    case .builtin(let type):
      guard let entry = Self.types[type]?[name] else { return .opaque }
      let inner: Field = entry.type.isEmpty ? .opaque : .builtin(entry.type)
      return entry.keys.map { .list(keys: $0, element: inner) } ?? inner
    case .custom(let schema):
      guard let found = schema["properties"]?[name] ?? schema["additionalProperties"], found.map != nil else { return .unknown }
      return describe(resolve(found))
    }
  }

  private func describe(_ schema: Value?) -> Field {
    guard let schema else { return .unknown }
    let strategies = schema["x-kubernetes-patch-strategy"]?.string?.split(separator: ",") ?? []
    guard strategies.contains("merge") else { return .custom(schema) }
    var keys = (schema["x-kubernetes-list-map-keys"]?.list ?? []).compactMap(\.string)
    if keys.isEmpty, let key = schema["x-kubernetes-patch-merge-key"]?.string { keys = [key] }
    let element = schema["type"]?.string == "array" ? schema["items"].flatMap(resolve) : nil
    return .list(keys: keys, element: element.map { .custom($0) } ?? .unknown)
  }

  private func resolve(_ schema: Value) -> Value? {
    var schema = schema
    for _ in 0..<100 {
      guard let reference = schema["$ref"]?.string else { return schema }
      guard reference.hasPrefix("#/definitions/"), let next = definitions?[String(reference.dropFirst(14))] else { return nil }
      schema = next
    }
    return nil
  }

  /// Uses a custom OpenAPI document instead of the built-in kinds (`openapi.SetSchema`).
  mutating func use(_ document: Value) {
    let definitions = document["definitions"]?.map ?? ValueMap()
    self.definitions = definitions
    isSet = true
    for entry in definitions.entries {
      for kind in entry.value["x-kubernetes-group-version-kind"]?.list ?? [] {
        if let key = Self.key(kind) { customKinds[key] = entry.value }
      }
    }
    for entry in document["paths"]?.map?.entries ?? [] {
      guard let kind = entry.value["get"]?["x-kubernetes-group-version-kind"], let key = Self.key(kind) else { continue }
      let isNamespaced = entry.key.string.contains("namespaces/{namespace}")
      if isNamespaced { scopes.custom[key] = false } else if scopes.custom[key] == nil { scopes.custom[key] = true }
    }
  }

  private static func key(_ kind: Value) -> String? {
    guard let name = kind["kind"]?.string, let version = kind["version"]?.string else { return nil }
    let group = kind["group"]?.string ?? ""
    return (group.isEmpty ? "" : group + "/") + version + " " + name
  }
}

extension StringProtocol {
  var trimmingSpaces: String {
    var bytes = Array(utf8)[...]
    while let byte = bytes.first, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { bytes = bytes.dropFirst() }
    while let byte = bytes.last, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { bytes = bytes.dropLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
