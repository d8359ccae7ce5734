/// The one value type of all evaluators. 16 bytes: a payload with at most one reference, a tag that the
/// language in question is free to use, and the origin.
package struct Value: Sendable {
  package enum Payload: Sendable {
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

  package var payload: Payload
  /// Free for each language: Go's kind of number, CEL's uint, … 0 everywhere else.
  package var tag: UInt8
  package var origin: Origin

  package init(_ payload: Payload, tag: UInt8 = 0, origin: Origin = .none) {
    self.payload = payload
    self.tag = tag
    self.origin = origin
  }

  package static let null = Value(.null)
  package static func null(_ origin: Origin) -> Value { Value(.null, origin: origin) }
  package static func bool(_ value: Bool, _ origin: Origin = .none) -> Value { Value(.bool(value), origin: origin) }
  package static func int(_ value: Int64, _ origin: Origin = .none) -> Value { Value(.int(value), origin: origin) }
  package static func double(_ value: Double, _ origin: Origin = .none) -> Value { Value(.double(value), origin: origin) }
  package static func string(_ text: Text, _ origin: Origin = .none) -> Value { Value(.string(text), origin: origin) }
  package static func string(_ text: String, _ origin: Origin = .none) -> Value {
    Value(.string(Text(text)), origin: origin)
  }
  package static func list(_ items: [Value], _ origin: Origin = .none) -> Value {
    Value(.list(ValueList(items)), origin: origin)
  }
  package static func map(_ map: ValueMap, _ origin: Origin = .none) -> Value { Value(.map(map), origin: origin) }
  package static func unknown(_ why: String, _ origin: Origin = .none) -> Value {
    Value(.unknown(Unknown(why)), origin: origin)
  }

  /// The same value with another origin.
  package func with(origin: Origin) -> Value { Value(payload, tag: tag, origin: origin) }
}

extension Value {
  package var isNull: Bool { if case .null = payload { true } else { false } }
  package var isUnknown: Bool { if case .unknown = payload { true } else { false } }
  package var bool: Bool? { if case .bool(let value) = payload { value } else { nil } }
  package var int: Int64? { if case .int(let value) = payload { value } else { nil } }
  package var text: Text? { if case .string(let value) = payload { value } else { nil } }
  package var string: String? { text?.string }
  package var list: [Value]? { if case .list(let value) = payload { value.items } else { nil } }
  package var map: ValueMap? { if case .map(let value) = payload { value } else { nil } }
  package var object: HostObject? { if case .object(let value) = payload { value } else { nil } }

  /// The number as a double, whichever way it is held.
  package var number: Double? {
    switch payload {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  /// The member of a map; nil where there is none or this is no map.
  package subscript(_ key: String) -> Value? { map?[key] }

  /// The element of a list; nil where there is none or this is no list.
  package subscript(_ index: Int) -> Value? {
    guard case .list(let list) = payload, list.items.indices.contains(index) else { return nil }
    return list.items[index]
  }

  /// The value behind a path of keys; nil as soon as one is missing.
  package func at(_ path: String...) -> Value? {
    var value = self
    for key in path {
      guard let next = value[key] else { return nil }
      value = next
    }
    return value
  }
}

/// A list. Never changed after it is made.
package final class ValueList: Sendable {
  package let items: [Value]

  package init(_ items: [Value]) { self.items = items }
}

/// Why a value is not known.
package final class Unknown: Sendable {
  /// One clause for people: "data source `aws_caller_identity.current`", "remote chart".
  package let reason: String
  /// What a language knows of it all the same (a type, a prefix).
  package let refinement: HostObject?

  package init(_ reason: String, refinement: HostObject? = nil) {
    self.reason = reason
    self.refinement = refinement
  }
}

/// Base class of what only one language or room knows. Subclasses are immutable or confined to
/// one evaluation.
package class HostObject: @unchecked Sendable {
  package init() {}

  /// The word for its type in error messages.
  package var typeName: String { "object" }

  /// A named member, for languages that select fields (`x.name`); nil where there is none.
  package func member(_ name: String) -> Value? { nil }

  /// The names that `member` knows, in a fixed order.
  package var memberNames: [String] { [] }
}
