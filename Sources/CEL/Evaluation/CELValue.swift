import SourceText
import Values

/// How CEL's values are held in the common value type: `uint` is an int with a tag (its bits as they are), and what the
/// common type has no case for is a host object of this room.
public enum CELValue {
  /// Other languages use small tags of their own for kinds of ints, all of which are CEL's `int`.
  public static let uintTag: UInt8 = 0xC1

  public static func uint(_ value: UInt64) -> Value { Value(.int(Int64(bitPattern: value)), tag: uintTag) }

  public static func uint(of value: Value) -> UInt64? {
    guard case .int(let bits) = value.payload, value.tag == uintTag else { return nil }
    return UInt64(bitPattern: bits)
  }

  public static func type(of value: Value) -> CELType {
    switch value.payload {
    case .null: .null
    case .bool: .bool
    case .int: value.tag == uintTag ? .uint : .int
    case .double: .double
    case .string: .string
    case .list: .anyList
    case .map: .anyMap
    case .unknown: .dyn
    case .object(let object):
      switch object {
      case is CELBytes: .bytes
      case is CELTimestamp: .timestamp
      case is CELDuration: .duration
      case is CELMap: .anyMap
      case is CELOptional: .optional(.dyn)
      case is CELTypeValue: .type(.dyn)
      default: .opaque(object.typeName)
      }
    }
  }

  static func typeName(_ value: Value) -> String { value.isUnknown ? "unknown" : type(of: value).plainName }

  /// A map of any keys: a plain map where all keys are strings.
  static func map(_ entries: [(Value, Value)]) throws(CELError) -> Value {
    var plain = true
    for (key, _) in entries where key.text == nil { plain = false }
    if plain {
      let map = ValueMap()
      for (key, value) in entries {
        guard let text = key.text else { continue }
        if map.position(of: text) != nil { throw CELError("key '\(text.string)' stands twice in a map") }
        map.set(text, value, keyOrigin: key.origin)
      }
      return .map(map)
    }
    let map = CELMap()
    for (key, value) in entries {
      guard let wrapped = CELKey(key) else { throw CELError("a \(typeName(key)) cannot be the key of a map") }
      guard map.add(wrapped, key, value) else { throw CELError("key stands twice in a map") }
    }
    return Value(.object(map))
  }
}

/// Why an evaluation gave no value.
public struct CELError: Error, Sendable {
  public var message: String
  /// Byte offsets in the expression, set by the innermost node that failed.
  public var range: Range<Int>?

  public init(_ message: String, range: Range<Int>? = nil) {
    self.message = message
    self.range = range
  }
}

/// A value of type `bytes`.
public final class CELBytes: HostObject, @unchecked Sendable {
  public let bytes: [UInt8]
  init(_ bytes: [UInt8]) { self.bytes = bytes }
  public override var typeName: String { "bytes" }
  public static func value(_ bytes: [UInt8], _ origin: Origin = .none) -> Value { Value(.object(CELBytes(bytes)), origin: origin) }
}

/// A type as a value.
public final class CELTypeValue: HostObject, @unchecked Sendable {
  public let type: CELType
  init(_ type: CELType) { self.type = type }
  public override var typeName: String { "type" }
  public static func value(_ type: CELType) -> Value { Value(.object(CELTypeValue(type))) }
}

/// A value that may be absent.
public final class CELOptional: HostObject, @unchecked Sendable {
  public let value: Value?
  init(_ value: Value?) { self.value = value }
  public override var typeName: String { "optional_type" }
  public static let none = Value(.object(CELOptional(nil)))
  public static func some(_ value: Value) -> Value { Value(.object(CELOptional(value)), origin: value.origin) }
}

/// A key of a map; equal numbers of different types are one key.
public enum CELKey: Hashable, Sendable {
  case bool(Bool)
  case int(Int64)
  /// Only above the range of int.
  case uint(UInt64)
  case string(Text)

  init?(_ value: Value) {
    switch value.payload {
    case .bool(let flag): self = .bool(flag)
    case .int(let number):
      if value.tag == CELValue.uintTag, number < 0 { self = .uint(UInt64(bitPattern: number)) } else { self = .int(number) }
    case .double(let number):
      if let exact = Int64(exactly: number) { self = .int(exact) }
      else if let exact = UInt64(exactly: number) { self = .uint(exact) }
      else { return nil }
    case .string(let text): self = .string(text)
    default: return nil
    }
  }
}

/// A map with keys that are not all strings, in the order of insertion. Not changed after it is built.
public final class CELMap: HostObject, @unchecked Sendable {
  public private(set) var entries: [(key: Value, value: Value)] = []
  private var index: [CELKey: Int] = [:]

  public override var typeName: String { "map" }

  func add(_ key: CELKey, _ original: Value, _ value: Value) -> Bool {
    guard index[key] == nil else { return false }
    index[key] = entries.count
    entries.append((original, value))
    return true
  }

  func value(_ key: CELKey) -> Value? { index[key].map { entries[$0].value } }
}
