import SourceText
import Values

/// Field specs that the OpenAPI definitions of `crds:` ask for (`accumulator/loadconfigfromcrds.go`).
enum CRDConfig {
  static func config(_ definitions: Value, _ context: BuildContext) throws(KustomizeError) -> TransformerConfig {
    var config = TransformerConfig()
    guard let map = definitions.map else { return config }
    for entry in map.sortedEntries {
      guard let properties = properties(entry.value), properties["kind"] != nil, properties["apiVersion"] != nil,
        properties["metadata"] != nil
      else { continue }
      let kind = entry.key.string.split(separator: ".").last.map(String.init) ?? entry.key.string
      try load(entry.value, kind, map, [], &config, context, depth: 0)
    }
    config.sort()
    return config
  }

  private static func properties(_ definition: Value) -> ValueMap? {
    (definition["Schema"] ?? definition["schema"])?["properties"]?.map
  }

  private static func load(
    _ definition: Value, _ kind: String, _ map: ValueMap, _ path: [String], _ config: inout TransformerConfig, _ context: BuildContext,
    depth: Int
  ) throws(KustomizeError) {
    try context.spend()
    guard depth < 50 else { return }
    for entry in properties(definition)?.sortedEntries ?? [] {
      let name = entry.key.string
      let property = entry.value
      func spec(_ more: String...) -> FieldSpec {
        FieldSpec((path + [name] + more).joined(separator: "/"), kind: kind, origin: entry.keyOrigin)
      }
      if property["x-kubernetes-annotation"]?.text != nil { try config.commonAnnotations.merge(spec()) }
      if property["x-kubernetes-label-selector"]?.text != nil { try config.commonLabels.merge(spec()) }
      if property["x-kubernetes-identity"]?.text != nil { try config.namePrefix.merge(spec()) }
      if let version = property["x-kubernetes-object-ref-api-version"]?.string,
        let target = property["x-kubernetes-object-ref-kind"]?.string
      {
        let key = property["x-kubernetes-object-ref-name-key"]?.string ?? "name"
        try config.merge(NameReference(gvk: GroupVersionKind(version: version, kind: target), referrers: [spec(key)]))
      }
      if let reference = property["$ref"]?.string, let next = map[reference] {
        try load(next, kind, map, path + [name], &config, context, depth: depth + 1)
      }
    }
  }
}
