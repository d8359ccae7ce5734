import SourceText
import Values

/// Why a value cannot be converted, with the path to the part at fault.
package struct HCLConversionError: Error {
  package var message: String

  init(_ message: String) { self.message = message }

  func below(_ step: String) -> HCLConversionError {
    HCLConversionError(message.hasPrefix("[") || message.hasPrefix(".") ? step + message : step + ": " + message)
  }
}

/// Conversion of values (go-cty, package `convert`). Origins stay with the values.
package enum HCLConversion {
  /// Decimal texts of booleans that convert (`convert.primitiveConversionsUnsafe`).
  private static func bool(_ text: String) -> Bool? {
    switch text {
    case "true", "1": true
    case "false", "0": false
    default: nil
    }
  }

  package static func convert(_ value: HCLValue, to target: HCLType) throws(HCLConversionError) -> HCLValue {
    if target == .dynamic { return value }
    switch value.payload {
    case .null(let type):
      if !type.converts(to: target) { throw mismatch(value, target) }
      return HCLValue(.null(replaced(type, target)), origin: value.origin, sensitive: value.sensitive)
    case .unknown(let unknown):
      if !unknown.type.converts(to: target) { throw mismatch(value, target) }
      let type = replaced(unknown.type, target)
      if type == unknown.type { return value }
      return HCLValue(
        .unknown(HCLUnknown(type: type, reason: unknown.reason, notNull: unknown.notNull, knowledge: unknown.knowledge)),
        origin: value.origin, sensitive: value.sensitive)
    default: break
    }
    func made(_ payload: HCLValue.Payload) -> HCLValue {
      HCLValue(payload, origin: value.origin, sensitive: value.sensitive)
    }
    switch (value.payload, target) {
    case (.string, .string), (.number, .number), (.bool, .bool): return value
    case (.number(let number), .string): return made(.string(derived(number.text, value.origin)))
    case (.bool(let flag), .string): return made(.string(derived(flag ? "true" : "false", value.origin)))
    case (.string(let text), .number):
      guard let number = HCLNumber(text.bytes) else { throw HCLConversionError("a number is required") }
      return made(.number(number))
    case (.string(let text), .bool):
      guard let flag = bool(text.string) else {
        let lowered = text.string.lowercased()
        if bool(lowered) != nil {
          throw HCLConversionError("a bool is required; to convert from string, use lowercase \"\(lowered)\"")
        }
        throw HCLConversionError("a bool is required")
      }
      return made(.bool(flag))
    case (.list(let items, let from), .list(let element)), (.set(let items, let from), .list(let element)):
      return made(try list(items, from, element))
    case (.tuple(let items), .list(let element)):
      return made(try list(items, nil, element))
    case (.list(let items, let from), .set(let element)), (.set(let items, let from), .set(let element)):
      guard case .list(let converted, let type) = try list(items, from, element) else { return value }
      return made(HCLValue.set(converted, of: type).payload)
    case (.tuple(let items), .set(let element)):
      guard case .list(let converted, let type) = try list(items, nil, element) else { return value }
      return made(HCLValue.set(converted, of: type).payload)
    case (.tuple(let items), .tuple(let types)):
      guard items.count == types.count else {
        throw HCLConversionError("\(items.count < types.count ? "\(types.count) elements are" : "only \(types.count) elements are") required")
      }
      var result: [HCLValue] = []
      for (place, pair) in zip(items, types).enumerated() {
        do throws(HCLConversionError) { result.append(try convert(pair.0, to: pair.1)) } catch { throw error.below("element \(place)") }
      }
      return made(.tuple(result))
    case (.map(let map, let from), .map(let element)):
      if from == element { return value }
      return made(try mapped(map, element))
    case (.object(let map), .map(let element)):
      return made(try mapped(map, element))
    case (.object(let map), .object(let types)), (.map(let map, _), .object(let types)):
      var entries: [HCLMap.Entry] = []
      for (name, type) in types.sorted(by: { $0.key.bytesPrecede($1.key) }) {
        let key = Text(name)
        guard let entry = map.entry(key) ?? map.other.map({ HCLMap.Entry(key: key, value: $0(name)) }) else {
          throw HCLConversionError("attribute \"\(name)\" is required")
        }
        do throws(HCLConversionError) {
          entries.append(HCLMap.Entry(key: key, keyOrigin: entry.keyOrigin, value: try convert(entry.value, to: type)))
        } catch { throw error.below("attribute \"\(name)\"") }
      }
      return made(.object(HCLMap(entries)))
    default: throw mismatch(value, target)
    }
  }

  private static func list(_ items: [HCLValue], _ from: HCLType?, _ element: HCLType) throws(HCLConversionError) -> HCLValue.Payload {
    if let from, from == element { return .list(items, element) }
    var type = element
    if element.hasDynamic {
      let types = items.map(\.type)
      guard let common = items.isEmpty ? (from ?? element) : HCLType.unify(types) else {
        throw HCLConversionError("all list elements must have the same type")
      }
      type = element == .dynamic ? common : element
    }
    var result: [HCLValue] = []
    for (place, item) in items.enumerated() {
      do throws(HCLConversionError) { result.append(try convert(item, to: type)) } catch { throw error.below("element \(place)") }
    }
    if type.hasDynamic, let first = result.first(where: { !$0.isNull }) {
      let common = HCLType.unify(result.map(\.type)) ?? first.type
      if common != type, !common.hasDynamic {
        var again: [HCLValue] = []
        for item in result { again.append(try convert(item, to: common)) }
        return .list(again, common)
      }
      type = common
    }
    return .list(result, type)
  }

  private static func mapped(_ map: HCLMap, _ element: HCLType) throws(HCLConversionError) -> HCLValue.Payload {
    guard case .list(let values, let type) = try labelled(map, element) else { return .map(map, element) }
    var entries: [HCLMap.Entry] = []
    for (entry, value) in zip(map.entries, values) {
      entries.append(HCLMap.Entry(key: entry.key, keyOrigin: entry.keyOrigin, value: value))
    }
    return .map(HCLMap(entries), type)
  }

  private static func labelled(_ map: HCLMap, _ element: HCLType) throws(HCLConversionError) -> HCLValue.Payload {
    do throws(HCLConversionError) {
      return try list(map.entries.map(\.value), nil, element)
    } catch {
      if error.message.hasPrefix("all list") { throw HCLConversionError("all map elements must have the same type") }
      throw error
    }
  }

  private static func derived(_ text: String, _ origin: Origin) -> Text { Text(text) }

  /// `dynamic` parts of the target replaced by what the source has there.
  private static func replaced(_ from: HCLType, _ target: HCLType) -> HCLType {
    switch (from, target) {
    case (_, .dynamic): from
    case (.list(let a), .list(let b)), (.set(let a), .list(let b)): .list(replaced(a, b))
    case (.list(let a), .set(let b)), (.set(let a), .set(let b)): .set(replaced(a, b))
    case (.map(let a), .map(let b)): .map(replaced(a, b))
    default: target
    }
  }

  private static func mismatch(_ value: HCLValue, _ target: HCLType) -> HCLConversionError {
    switch target {
    case .string, .number, .bool: return HCLConversionError("\(target.friendlyName) required")
    case .list, .set, .map: return HCLConversionError("\(target.friendlyName) required")
    default: return HCLConversionError("\(target.friendlyName) required, but have \(value.type.friendlyName)")
    }
  }
}
