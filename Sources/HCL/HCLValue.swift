import SourceText
import Values

/// A value of HCL's expression language: go-cty's semantics with an origin.
package struct HCLValue: Sendable {
  package enum Payload: Sendable {
    case null(HCLType)
    case bool(Bool)
    case number(HCLNumber)
    case string(Text)
    case list([HCLValue], HCLType)
    /// In cty's order, without equals.
    case set([HCLValue], HCLType)
    case tuple([HCLValue])
    case map(HCLMap, HCLType)
    case object(HCLMap)
    case unknown(HCLUnknown)
  }

  package var payload: Payload
  package var origin: Origin
  /// Marked by `sensitive`, or made of something that is.
  package var sensitive: Bool

  package init(_ payload: Payload, origin: Origin = .none, sensitive: Bool = false) {
    self.payload = payload
    self.origin = origin
    self.sensitive = sensitive
  }

  package static let null = HCLValue(.null(.dynamic))
  package static func null(_ type: HCLType, _ origin: Origin = .none) -> HCLValue { HCLValue(.null(type), origin: origin) }
  package static func bool(_ value: Bool, _ origin: Origin = .none) -> HCLValue { HCLValue(.bool(value), origin: origin) }
  package static func number(_ value: HCLNumber, _ origin: Origin = .none) -> HCLValue { HCLValue(.number(value), origin: origin) }
  package static func number(_ value: Int, _ origin: Origin = .none) -> HCLValue { HCLValue(.number(HCLNumber(value)), origin: origin) }
  package static func string(_ text: String, _ origin: Origin = .none) -> HCLValue { HCLValue(.string(Text(text)), origin: origin) }
  package static func string(_ text: Text, _ origin: Origin = .none) -> HCLValue { HCLValue(.string(text), origin: origin) }
  package static func tuple(_ items: [HCLValue], _ origin: Origin = .none) -> HCLValue { HCLValue(.tuple(items), origin: origin) }
  package static func object(_ map: HCLMap, _ origin: Origin = .none) -> HCLValue { HCLValue(.object(map), origin: origin) }
  package static func object(_ pairs: [(String, HCLValue)], _ origin: Origin = .none) -> HCLValue {
    HCLValue(.object(HCLMap(pairs.map { HCLMap.Entry(key: Text($0.0), value: $0.1) })), origin: origin)
  }

  package static func unknown(
    _ type: HCLType, _ reason: String, _ origin: Origin = .none, notNull: Bool = false, knowledge: HCLKnowledge = .nothing
  ) -> HCLValue {
    HCLValue(.unknown(HCLUnknown(type: type, reason: reason, notNull: notNull, knowledge: knowledge)), origin: origin)
  }

  /// A list whose elements already have one type.
  package static func list(_ items: [HCLValue], of type: HCLType, _ origin: Origin = .none) -> HCLValue {
    HCLValue(.list(items, type), origin: origin)
  }

  /// Sorts and drops equals. Where an element is unknown the set's length is not known; the value stands all the same.
  package static func set(_ items: [HCLValue], of type: HCLType, _ origin: Origin = .none) -> HCLValue {
    var sorted = items.enumerated().sorted { a, b in
      let order = HCLOrder.compare(a.element, b.element)
      return order == 0 ? a.offset < b.offset : order < 0
    }.map(\.element)
    var at = 1
    while at < sorted.count {
      if !sorted[at].isUnknown, HCLOrder.identical(sorted[at - 1], sorted[at]) {
        let marked = sorted.remove(at: at).sensitive
        if marked { sorted[at - 1].sensitive = true }
      } else {
        at += 1
      }
    }
    return HCLValue(.set(sorted, type), origin: origin)
  }

  package func with(origin: Origin) -> HCLValue { HCLValue(payload, origin: origin, sensitive: sensitive) }

  package func marked(_ sensitive: Bool) -> HCLValue {
    sensitive && !self.sensitive ? HCLValue(payload, origin: origin, sensitive: true) : self
  }

  package var unmarked: HCLValue { HCLValue(payload, origin: origin) }

  /// The same with an origin where it has none.
  package func orOrigin(_ other: Origin) -> HCLValue { origin.isKnown ? self : with(origin: other) }
}

/// Why a value is not known, and what is known of it all the same.
package final class HCLUnknown: Sendable {
  package let type: HCLType
  /// One clause for people.
  package let reason: String
  package let notNull: Bool
  package let knowledge: HCLKnowledge

  package init(type: HCLType, reason: String, notNull: Bool = false, knowledge: HCLKnowledge = .nothing) {
    self.type = type
    self.reason = reason
    self.notNull = notNull
    self.knowledge = knowledge
  }
}

/// What is known of an unknown value.
package indirect enum HCLKnowledge: Sendable {
  case nothing
  /// A string of known and unknown pieces, in order; the unknown ones are values of their own.
  case text([HCLValue])
  /// A string of JSON or YAML whose structure is known, with unknown parts.
  case json(HCLValue)
  /// A list whose elements are in part known: an unknown one stands for any number of elements.
  case elements([HCLValue])
  /// A map or object some of whose keys are unknown, or that was merged with something unknown.
  case entries([(key: HCLValue, value: HCLValue)])
  /// What only the language above knows, e.g. which resource it is an attribute of.
  case host(HostObject, HCLTrace?)
}

/// A map from names to values in the order of the names' bytes, as cty iterates. Immutable.
package final class HCLMap: Sendable {
  package struct Entry: Sendable {
    package let key: Text
    package var keyOrigin: Origin
    package var value: HCLValue

    package init(key: Text, keyOrigin: Origin = .none, value: HCLValue) {
      self.key = key
      self.keyOrigin = keyOrigin
      self.value = value
    }
  }

  package let entries: [Entry]
  /// Gives attributes that are not in `entries` (what a provider computes); nil for closed objects.
  package let other: (@Sendable (String) -> HCLValue)?

  /// The last of equal keys wins.
  package init(_ entries: [Entry], other: (@Sendable (String) -> HCLValue)? = nil) {
    self.other = other
    var ordered = true
    for place in entries.indices.dropFirst() where !(entries[place - 1].key < entries[place].key) { ordered = false }
    if ordered {
      self.entries = entries
      return
    }
    let sorted = entries.enumerated().sorted { ($0.element.key, $0.offset) < ($1.element.key, $1.offset) }.map(\.element)
    var result: [Entry] = []
    for entry in sorted {
      if result.last?.key == entry.key { result[result.count - 1] = entry } else { result.append(entry) }
    }
    self.entries = result
  }

  package static let empty = HCLMap([])

  package var count: Int { entries.count }

  package func entry(_ key: Text) -> Entry? {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].key < key { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].key == key ? entries[low] : nil
  }

  package subscript(_ key: Text) -> HCLValue? { entry(key)?.value ?? other?(key.string) }
  package subscript(_ key: String) -> HCLValue? { self[Text(key)] }

  package func mapValues<E: Error>(_ change: (Entry) throws(E) -> HCLValue) throws(E) -> HCLMap {
    var result: [Entry] = []
    result.reserveCapacity(entries.count)
    for entry in entries { result.append(Entry(key: entry.key, keyOrigin: entry.keyOrigin, value: try change(entry))) }
    return HCLMap(result, other: other)
  }
}

extension HCLValue {
  package var type: HCLType {
    switch payload {
    case .null(let type): type
    case .bool: .bool
    case .number: .number
    case .string: .string
    case .list(_, let element): .list(element)
    case .set(_, let element): .set(element)
    case .map(_, let element): .map(element)
    case .tuple(let items): .tuple(items.map(\.type))
    case .object(let map):
      .object(Dictionary(map.entries.map { ($0.key.string, $0.value.type) }, uniquingKeysWith: { $1 }))
    case .unknown(let unknown): unknown.type
    }
  }

  package var isNull: Bool { if case .null = payload { true } else { false } }
  package var isUnknown: Bool { if case .unknown = payload { true } else { false } }
  package var unknown: HCLUnknown? { if case .unknown(let unknown) = payload { unknown } else { nil } }
  package var text: Text? { if case .string(let text) = payload { text } else { nil } }
  package var string: String? { text?.string }
  package var number: HCLNumber? { if case .number(let number) = payload { number } else { nil } }
  package var bool: Bool? { if case .bool(let flag) = payload { flag } else { nil } }

  /// Elements of a list, set or tuple.
  package var items: [HCLValue]? {
    switch payload {
    case .list(let items, _), .set(let items, _), .tuple(let items): items
    default: nil
    }
  }

  /// Entries of a map or object.
  package var map: HCLMap? {
    switch payload {
    case .map(let map, _), .object(let map): map
    default: nil
    }
  }

  package subscript(_ key: String) -> HCLValue? { map?[key] }

  /// Counts the value and its parts down; false as soon as nothing is left.
  func weigh(_ left: inout Int) -> Bool {
    left -= 1
    guard left >= 0 else { return false }
    switch payload {
    case .list(let items, _), .set(let items, _), .tuple(let items):
      for item in items { guard item.weigh(&left) else { return false } }
    case .map(let map, _), .object(let map):
      for entry in map.entries { guard entry.value.weigh(&left) else { return false } }
    default: break
    }
    return true
  }

  /// Whether nothing in it is unknown.
  package var isWhollyKnown: Bool {
    switch payload {
    case .unknown: false
    case .list(let items, _), .set(let items, _), .tuple(let items): items.allSatisfy(\.isWhollyKnown)
    case .map(let map, _), .object(let map): map.entries.allSatisfy { $0.value.isWhollyKnown }
    default: true
    }
  }

  /// Whether it or anything in it is marked.
  package var isDeeplySensitive: Bool {
    if sensitive { return true }
    switch payload {
    case .list(let items, _), .set(let items, _), .tuple(let items): return items.contains(where: \.isDeeplySensitive)
    case .map(let map, _), .object(let map): return map.entries.contains { $0.value.isDeeplySensitive }
    default: return false
    }
  }

  /// Without marks anywhere.
  package var deeplyUnmarked: HCLValue {
    guard isDeeplySensitive else { return self }
    switch payload {
    case .list(let items, let type): return HCLValue(.list(items.map(\.deeplyUnmarked), type), origin: origin)
    case .set(let items, let type): return HCLValue(.set(items.map(\.deeplyUnmarked), type), origin: origin)
    case .tuple(let items): return HCLValue(.tuple(items.map(\.deeplyUnmarked)), origin: origin)
    case .map(let map, let type): return HCLValue(.map(map.mapValues { $0.value.deeplyUnmarked }, type), origin: origin)
    case .object(let map): return HCLValue(.object(map.mapValues { $0.value.deeplyUnmarked }), origin: origin)
    default: return unmarked
    }
  }

  /// The reason of the first unknown in it.
  package var unknownReason: String? {
    switch payload {
    case .unknown(let unknown): return unknown.reason
    case .list(let items, _), .set(let items, _), .tuple(let items):
      for item in items { if let reason = item.unknownReason { return reason } }
    case .map(let map, _), .object(let map):
      for entry in map.entries { if let reason = entry.value.unknownReason { return reason } }
    default: break
    }
    return nil
  }

  /// The length of a collection; nil where it has none or it is not known.
  package var knownLength: Int? {
    switch payload {
    case .list(let items, _), .tuple(let items): items.count
    case .set(let items, _): items.count < 2 || items.allSatisfy(\.isWhollyKnown) ? items.count : nil
    case .map(let map, _), .object(let map): map.count
    case .unknown(let unknown):
      switch unknown.type {
      case .tuple(let types): types.count
      case .object(let attributes): attributes.count
      default: nil
      }
    default: nil
    }
  }
}
