/// The one value type of all evaluators. 16 bytes: a payload with at most one reference, a tag that the
/// language in question is free to use, and the origin.
public struct Value: Sendable {
  public enum Payload: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(Text)
    case list(ValueList)
    case map(ValueMap)
    /// Something that only one language or room knows: a timestamp, a function, a node of the model.
    case object(HostObject)
    /// Not known from the repository. Poisons what is made of it; no rule fires on it.
    case unknown(Unknown)
  }

  public var payload: Payload
  /// Free for each language: Go's kind of number, CEL's uint, … 0 everywhere else.
  public var tag: UInt8
  public var origin: Origin

  public init(_ payload: Payload, tag: UInt8 = 0, origin: Origin = .none) {
    self.payload = payload
    self.tag = tag
    self.origin = origin
  }

  public static let null = Value(.null)
  public static func null(_ origin: Origin) -> Value { Value(.null, origin: origin) }
  public static func bool(_ value: Bool, _ origin: Origin = .none) -> Value { Value(.bool(value), origin: origin) }
  public static func int(_ value: Int64, _ origin: Origin = .none) -> Value { Value(.int(value), origin: origin) }
  public static func double(_ value: Double, _ origin: Origin = .none) -> Value { Value(.double(value), origin: origin) }
  public static func string(_ text: Text, _ origin: Origin = .none) -> Value { Value(.string(text), origin: origin) }
  public static func string(_ text: String, _ origin: Origin = .none) -> Value {
    Value(.string(Text(text)), origin: origin)
  }
  public static func list(_ items: [Value], _ origin: Origin = .none) -> Value {
    Value(.list(ValueList(items)), origin: origin)
  }
  public static func map(_ map: ValueMap, _ origin: Origin = .none) -> Value { Value(.map(map), origin: origin) }
  public static func unknown(_ why: String, _ origin: Origin = .none) -> Value {
    Value(.unknown(Unknown(why)), origin: origin)
  }

  /// The same value with another origin.
  public func with(origin: Origin) -> Value { Value(payload, tag: tag, origin: origin) }
}

extension Value {
  public var isNull: Bool { if case .null = payload { true } else { false } }
  public var isUnknown: Bool { if case .unknown = payload { true } else { false } }
  public var bool: Bool? { if case .bool(let value) = payload { value } else { nil } }
  public var int: Int64? { if case .int(let value) = payload { value } else { nil } }
  public var text: Text? { if case .string(let value) = payload { value } else { nil } }
  public var string: String? { text?.string }
  public var list: [Value]? { if case .list(let value) = payload { value.items } else { nil } }
  public var map: ValueMap? { if case .map(let value) = payload { value } else { nil } }
  public var object: HostObject? { if case .object(let value) = payload { value } else { nil } }

  /// The number as a double, whichever way it is held.
  public var number: Double? {
    switch payload {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  /// The member of a map; nil where there is none or this is no map.
  public subscript(_ key: String) -> Value? { map?[key] }

  /// The element of a list; nil where there is none or this is no list.
  public subscript(_ index: Int) -> Value? {
    guard case .list(let list) = payload, list.items.indices.contains(index) else { return nil }
    return list.items[index]
  }

  /// The value behind a path of keys; nil as soon as one is missing.
  public func at(_ path: String...) -> Value? {
    var value = self
    for key in path {
      guard let next = value[key] else { return nil }
      value = next
    }
    return value
  }
}

/// A list. Never changed after it is made.
public final class ValueList: Sendable {
  public let items: [Value]
  /// Go's nil slice: empty as any other, but null in JSON and YAML.
  public let isNil: Bool

  public init(_ items: [Value]) {
    self.items = items
    isNil = false
  }

  /// - Parameter elseNil: what a Go function appends to a slice that it declared and never made.
  public init(_ items: [Value], elseNil: Bool) {
    self.items = items
    isNil = elseNil && items.isEmpty
  }
}

/// Why a value is not known.
public final class Unknown: Sendable {
  /// One clause for people: "data source `aws_caller_identity.current`", "remote chart".
  public let reason: String
  /// What a language knows of it all the same (a type, a prefix).
  public let refinement: HostObject?

  public init(_ reason: String, refinement: HostObject? = nil) {
    self.reason = reason
    self.refinement = refinement
  }
}

/// Base class of what only one language or room knows. Subclasses are immutable or confined to
/// one evaluation.
open class HostObject: @unchecked Sendable {
  public init() {}

  /// The word for its type in error messages.
  open var typeName: String { "object" }

  /// A named member, for languages that select fields (`x.name`); nil where there is none.
  open func member(_ name: String) -> Value? { nil }

  /// The same by a text that the caller keeps, for evaluators that look members up again and again.
  open func member(_ name: Text) -> Value? { member(name.string) }

  /// The names that `member` knows, in a fixed order.
  open var memberNames: [String] { [] }
}
