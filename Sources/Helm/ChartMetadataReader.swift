import SourceText
import Values

/// Why a chart could not be loaded, in Helm's words.
struct ChartError: Error {
  var message: String
  var span: SourceSpan?
  var code = "helm/chart"

  init(_ message: String, at span: SourceSpan? = nil, code: String = "helm/chart") {
    self.message = message
    self.span = span
    self.code = code
  }

  func wrapped(_ prefix: String) -> ChartError { ChartError(prefix + ": " + message, at: span, code: code) }
}

/// Reads Chart.yaml's and requirements.yaml's values into `ChartMetadata`, as Go's JSON decoder fills Helm's struct.
struct ChartMetadataReader {
  let origins: OriginTable

  func fill(_ metadata: inout ChartMetadata, from root: Value) throws(ChartError) {
    guard !root.isNull else { return }
    guard let map = root.map else { throw mismatch(root, "", "Metadata") }
    for entry in map.entries {
      let key = entry.key.string
      if let field = ChartMetadata.stringFields[key] {
        metadata.strings[field] = try string(entry.value, key)
        continue
      }
      switch key {
      case "sources": metadata.sources = try strings(entry.value, key)
      case "keywords": metadata.keywords = try strings(entry.value, key)
      case "maintainers":
        metadata.maintainers = []
        for item in try list(entry.value, key) {
          guard let map = item.map else {
            if item.isNull { throw ChartError("validation: maintainers must not contain empty or null nodes", at: place(item)) }
            throw mismatch(item, "maintainers", "Maintainer")
          }
          var fields: [String: Value] = ["Name": .string(""), "Email": .string(""), "URL": .string("")]
          for (name, field) in [("name", "Name"), ("email", "Email"), ("url", "URL")] {
            if let value = map[name] { fields[field] = try string(value, "maintainers." + name) }
          }
          metadata.maintainers.append(fields)
        }
      case "deprecated":
        switch entry.value.payload {
        case .bool: metadata.isDeprecated = entry.value
        case .null: break
        default: throw mismatch(entry.value, "deprecated", "bool")
        }
      case "annotations":
        switch entry.value.payload {
        case .null: metadata.annotations = nil
        case .map(let annotations):
          let copy = ValueMap()
          for item in annotations.entries { copy.set(item.key, try string(item.value, "annotations"), keyOrigin: item.keyOrigin) }
          metadata.annotations = copy
        default: throw mismatch(entry.value, "annotations", "map[string]string")
        }
      case "dependencies":
        metadata.dependencies = []
        for item in try list(entry.value, key) { metadata.dependencies.append(try dependency(item)) }
      default: break
      }
    }
  }

  private func dependency(_ item: Value) throws(ChartError) -> ChartDependency {
    guard let map = item.map else {
      if item.isNull { throw ChartError("validation: dependencies must not contain empty or null nodes", at: place(item)) }
      throw mismatch(item, "dependencies", "Dependency")
    }
    var fields: [String: Value] = [:]
    for (key, field) in [("name", "Name"), ("version", "Version"), ("repository", "Repository"), ("condition", "Condition"), ("alias", "Alias")] {
      fields[field] = try map[key].map { value throws(ChartError) in try string(value, "dependencies." + key) } ?? .string("")
    }
    let tags = try map["tags"].map { value throws(ChartError) in try strings(value, "dependencies.tags") } ?? []
    let imports = try map["import-values"].map { value throws(ChartError) in try list(value, "dependencies.import-values") } ?? []
    return ChartDependency(
      name: fields["Name"]?.string ?? "", version: fields["Version"]?.string ?? "", repository: fields["Repository"]?.string ?? "",
      condition: fields["Condition"]?.string ?? "", tags: tags.compactMap(\.string), alias: fields["Alias"]?.string ?? "", importValues: imports,
      isEnabled: map["enabled"]?.bool ?? false, origin: item.origin, fields: fields)
  }

  // MARK: Go's conversions

  func place(_ value: Value) -> SourceSpan? { origins.editPlace(value.origin) }

  private func list(_ value: Value, _ key: String) throws(ChartError) -> [Value] {
    switch value.payload {
    case .null: return []
    case .list(let list): return list.items
    default: throw mismatch(value, key, "[]string")
    }
  }

  private func strings(_ value: Value, _ key: String) throws(ChartError) -> [Value] {
    var result: [Value] = []
    for item in try list(value, key) { result.append(try string(item, key)) }
    return result
  }

  /// sigs.k8s.io/yaml turns numbers and booleans into text where the target is a string; floats with the precision of a float32.
  func string(_ value: Value, _ key: String) throws(ChartError) -> Value {
    guard let text = GoConversion.string(value) else { throw mismatch(value, key, "string") }
    return text
  }

  private func mismatch(_ value: Value, _ key: String, _ want: String) -> ChartError {
    let got: String
    switch value.payload {
    case .map: got = "object"
    case .list: got = "array"
    case .string: got = "string"
    case .bool: got = "bool"
    default: got = "number"
    }
    let field = key.isEmpty ? "Go value" : "Go struct field Metadata.\(key)"
    return ChartError("error unmarshaling JSON: while decoding JSON: json: cannot unmarshal \(got) into \(field) of type \(want)", at: place(value))
  }
}

enum GoConversion {
  /// The text of a scalar for a Go field of type string; "" for null, nil for lists and maps.
  static func string(_ value: Value) -> Value? {
    switch value.payload {
    case .string: value
    case .null: .string("", value.origin)
    case .bool(let flag): .string(flag ? "true" : "false", value.origin)
    case .int(let number): .string(String(number), value.origin)
    case .double(let number): .string(Self.float32(number), value.origin)
    default: nil
    }
  }

  private static func float32(_ number: Double) -> String {
    let (negative, digits, exponent) = JSONWriter.shortestDigits(Double(Float(number).description) ?? number)
    var text = negative ? "-" : ""
    if exponent < -4 || exponent >= 21 {
      text += digits.prefix(1) + (digits.count > 1 ? "." + digits.dropFirst() : "")
      let power = String(exponent.magnitude)
      return text + "e" + (exponent < 0 ? "-" : "+") + (power.count < 2 ? "0" : "") + power
    }
    if exponent < 0 { return text + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    if digits.count <= exponent + 1 { return text + digits + String(repeating: "0", count: exponent + 1 - digits.count) }
    return text + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
  }

  /// A value of YAML as Helm holds it: all numbers are float64, since they come through JSON.
  static func floats(_ value: Value) -> Value {
    switch value.payload {
    case .int(let number): return Value(.double(Double(number)), origin: value.origin)
    case .list(let list): return Value(.list(ValueList(list.items.map(floats))), origin: value.origin)
    case .map(let map):
      let copy = ValueMap(map.entries.map { ValueMap.Entry(key: $0.key, keyOrigin: $0.keyOrigin, value: floats($0.value)) })
      return Value(.map(copy), origin: value.origin)
    default: return value
    }
  }
}
