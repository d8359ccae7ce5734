import SourceText
import Terraform
import Values

/// The values of a `helm_release` of Terraform (or what looks like one inside a module's argument): YAML texts in `values`, then `set`,
/// `set_list` and `set_sensitive` entries.
struct HelmReleaseValues {
  let provenance: Provenance
  let limits: Limits

  func read(_ attributes: ValueMap, place: Origin) -> InstallationValues {
    let merged = ValueMap()
    var isKnown = true
    var block = place
    if let entry = attributes.entry("values"), !entry.value.isNull {
      if entry.keyOrigin.isKnown { block = entry.keyOrigin }
      if let list = TerraformStructure.known(entry.value).list {
        for text in list where !text.isNull { if !merge(text, into: merged) { isKnown = false } }
      } else if !merge(entry.value, into: merged) {
        isKnown = false
      }
    }
    for name in ["set", "set_list", "set_sensitive", "set_string"] {
      guard let value = attributes[name].map(TerraformStructure.known), !value.isNull else { continue }
      guard let list = value.list ?? value.map.map({ _ in [value] }) else {
        isKnown = false
        continue
      }
      for item in list {
        guard let name = item["name"], let path = name.string, let value = item["value"] else {
          isKnown = false
          continue
        }
        set(path, value, at: name.origin, in: merged)
      }
    }
    return InstallationValues(root: .map(merged, block), isKnown: isKnown, place: block)
  }

  private func merge(_ value: Value, into map: ValueMap) -> Bool {
    let value = TerraformStructure.known(value)
    if let direct = value.map {
      mergeMaps(map, direct, depth: 0)
      return true
    }
    // A template with gaps: what stands in them is unknown, the rest is not.
    guard let text = TerraformPartialText.marked(value) else { return false }
    let yaml = EmbeddedYAML(.string(text, value.origin), provenance: provenance, limits: limits)
    if yaml.failure != nil { return false }
    let root = UnknownMark.restored(yaml.root, Unknown("a part of the template is not known"))
    if let inner = root.map { mergeMaps(map, inner, depth: 0) }
    return true
  }

  private func mergeMaps(_ target: ValueMap, _ source: ValueMap, depth: Int) {
    for entry in source.entries {
      if depth < 50, let below = entry.value.map, let old = target[entry.key]?.map {
        let copy = old.copy()
        mergeMaps(copy, below, depth: depth + 1)
        target.set(entry.key, .map(copy, target[entry.key]?.origin ?? entry.value.origin))
      } else {
        target.set(entry.key, entry.value, keyOrigin: entry.keyOrigin)
      }
    }
  }

  /// `a.b[0].c` with `\.` for a dot in a key, as Helm's strvals reads it.
  /// - Parameter name: where the path stands, which is where its keys do.
  private func set(_ path: String, _ value: Value, at name: Origin, in map: ValueMap) {
    var steps: [String] = []
    var current = ""
    var isEscaped = false
    for character in path {
      if isEscaped {
        current.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "." || character == "[" {
        if !current.isEmpty { steps.append(current) }
        current = character == "[" ? "[" : ""
      } else if character == "]" {
        steps.append(current)
        current = ""
      } else {
        current.append(character)
      }
    }
    if !current.isEmpty { steps.append(current) }
    guard !steps.isEmpty, steps.count < 50 else { return }
    map.set(steps[0], put(map[steps[0]] ?? .null, steps.dropFirst(), typed(value), name), keyOrigin: name)
  }

  private func put(_ old: Value, _ steps: ArraySlice<String>, _ value: Value, _ name: Origin) -> Value {
    guard let step = steps.first else { return value }
    if step.hasPrefix("[") {
      var list = old.list ?? []
      let index = Int(step.dropFirst()) ?? 0
      guard index >= 0, index < 1000 else { return old }
      while list.count <= index { list.append(.null(value.origin)) }
      list[index] = put(list[index], steps.dropFirst(), value, name)
      return .list(list, value.origin)
    }
    let map = old.map?.copy() ?? ValueMap()
    map.set(step, put(map[step] ?? .null, steps.dropFirst(), value, name), keyOrigin: name)
    return .map(map, old.origin.isKnown ? old.origin : value.origin)
  }

  /// `--set` reads `true`, `false`, `null` and whole numbers out of text.
  private func typed(_ value: Value) -> Value {
    switch value.string {
    case "true"?: .bool(true, value.origin)
    case "false"?: .bool(false, value.origin)
    case "null"?: .null(value.origin)
    default: value
    }
  }
}
