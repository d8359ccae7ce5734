import SourceText
import Values

/// Why an ApplicationSet could not be expanded; the whole set makes no Application then.
package struct ExpansionError: Error, Sendable {
  package var message: String
  /// The place to edit; the set itself where nil.
  package var span: SourceSpan?

  package init(_ message: String, span: SourceSpan? = nil) {
    self.message = message
    self.span = span
  }
}

/// The parameters that one element of a generator hands to the template.
package struct ParameterSet: Sendable {
  package var map: ValueMap
  /// Names that are not in `map` may exist all the same: their values are supplied by something outside of the repository.
  package var isOpen: Bool
  /// Why the rest is not known.
  package var reason: String

  package init(_ map: ValueMap, isOpen: Bool = false, reason: String = "") {
    self.map = map
    self.isOpen = isOpen
    self.reason = reason
  }

  func find(_ name: String) -> Value? { map[name] }

  var isEmpty: Bool { map.isEmpty && !isOpen }

  /// Names joined with dots and values as Go's `%v` prints them, for selectors (generator_spec_processor.go
  /// `flattenParameters`). Unknown values stay unknown.
  func flattened() -> ValueMap {
    let result = ValueMap()
    Self.flatten(.map(map), prefix: "", depth: 0, into: result)
    return result
  }

  /// Source: jeremywohl/flatten `Flatten` with `DotStyle`: empty maps and lists vanish.
  static func flatten(_ value: Value, prefix: String, depth: Int, into result: ValueMap) {
    guard depth < 100 else { return }
    switch value.payload {
    case .map(let map):
      for entry in map.sortedEntries {
        let key = entry.key.string
        flatten(entry.value, prefix: prefix.isEmpty ? key : prefix + "." + key, depth: depth + 1, into: result)
      }
    case .list(let list):
      for (index, item) in list.items.enumerated() {
        flatten(item, prefix: prefix.isEmpty ? String(index) : prefix + "." + String(index), depth: depth + 1, into: result)
      }
    case .unknown: result.set(prefix, value)
    default: result.set(prefix, goText(value))
    }
  }

  /// A map as Go's encoding/json reads it into `map[string]any`: all numbers are float64.
  static func asJSON(_ map: ValueMap) -> ValueMap {
    func convert(_ value: Value, _ depth: Int) -> Value {
      switch value.payload {
      case .int(let number): return .double(Double(number), value.origin)
      case .list(let list) where depth < 200: return .list(list.items.map { convert($0, depth + 1) }, value.origin)
      case .map(let map) where depth < 200:
        return .map(ValueMap(map.entries.map { ValueMap.Entry(key: $0.key, keyOrigin: $0.keyOrigin, value: convert($0.value, depth + 1)) }), value.origin)
      default: return value
      }
    }
    return convert(.map(map), 0).map ?? map
  }

  /// A scalar as Go's `%v` prints it after JSON: numbers are doubles there.
  static func goText(_ value: Value) -> Value {
    switch value.payload {
    case .string, .unknown: value
    case .null: .string("<nil>", value.origin)
    case .bool(let flag): .string(flag ? "true" : "false", value.origin)
    case .int(let number): .string(goNumber(Double(number)), value.origin)
    case .double(let number): .string(goNumber(number), value.origin)
    case .list, .map, .object: .string(JSONWriter(sortsKeys: true).string(value), value.origin)
    }
  }

  /// Go's `%v` of a float64: the shortest digits, with an exponent below 1e-4 and from 1e21.
  private static func goNumber(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
    if value != 0, value.magnitude < 1e-4 || value.magnitude >= 1e21 {
      let (negative, digits, exponent) = JSONWriter.shortestDigits(value)
      let mantissa = String(digits.first ?? "0") + (digits.count > 1 ? "." + digits.dropFirst() : "")
      let power = String(exponent.magnitude)
      return (negative ? "-" : "") + mantissa + "e" + (exponent < 0 ? "-" : "+") + (power.count < 2 ? "0" + power : power)
    }
    return JSONWriter.number(value)
  }
}

extension Value {
  /// Whether Go's mergo sees it as empty: the zero value of its type.
  var isGoEmpty: Bool {
    switch payload {
    case .null: true
    case .bool(let flag): !flag
    case .int(let number): number == 0
    case .double(let number): number == 0
    case .string(let text): text.bytes.isEmpty
    case .list(let list): list.items.isEmpty
    case .map(let map): map.isEmpty
    case .object, .unknown: false
    }
  }
}
