import Values

/// Equality and order of values, as cty has them.
package enum HCLOrder {
  /// cty's `Equals`: nil where it is not known. Values of different types are not equal.
  package static func equal(_ a: HCLValue, _ b: HCLValue) -> Bool? {
    switch (a.payload, b.payload) {
    case (.null, .null): return true
    case (.null, .unknown(let unknown)), (.unknown(let unknown), .null): return unknown.notNull ? false : nil
    case (.null, _), (_, .null): return false
    case (.unknown(let unknown), _):
      return excludes(unknown, b) ? false : nil
    case (_, .unknown(let unknown)):
      return excludes(unknown, a) ? false : nil
    case (.bool(let x), .bool(let y)): return x == y
    case (.number(let x), .number(let y)): return x == y
    case (.string(let x), .string(let y)): return x == y || HCLOrder.normalized(x) == HCLOrder.normalized(y)
    case (.list(let x, let p), .list(let y, let q)): return p == q || p.hasDynamic || q.hasDynamic ? equal(x, y) : false
    case (.tuple(let x), .tuple(let y)): return equal(x, y)
    case (.set(let x, let p), .set(let y, let q)):
      guard p == q || p.hasDynamic || q.hasDynamic else { return false }
      guard x.allSatisfy(\.isWhollyKnown), y.allSatisfy(\.isWhollyKnown) else { return nil }
      return equal(x, y)
    case (.map(let x, let p), .map(let y, let q)): return p == q || p.hasDynamic || q.hasDynamic ? equal(x, y) : false
    case (.object(let x), .object(let y)): return equal(x, y)
    default: return false
    }
  }

  /// Whether an unknown value certainly differs from a known one.
  private static func excludes(_ unknown: HCLUnknown, _ other: HCLValue) -> Bool {
    if case .unknown = other.payload { return false }
    if let text = other.text, let prefix = HCLText.prefix(unknown), !text.bytes.starts(with: prefix) { return true }
    return !unknown.type.hasDynamic && !other.type.hasDynamic && unknown.type != other.type
  }

  private static func equal(_ a: [HCLValue], _ b: [HCLValue]) -> Bool? {
    guard a.count == b.count else { return false }
    var result: Bool? = true
    for (x, y) in zip(a, b) {
      switch equal(x, y) {
      case false: return false
      case nil: result = nil
      default: break
      }
    }
    return result
  }

  private static func equal(_ a: HCLMap, _ b: HCLMap) -> Bool? {
    guard a.count == b.count else { return false }
    var result: Bool? = true
    for (x, y) in zip(a.entries, b.entries) {
      guard x.key == y.key else { return false }
      switch equal(x.value, y.value) {
      case false: return false
      case nil: result = nil
      default: break
      }
    }
    return result
  }

  /// cty holds strings in NFC; Swift compares by canonical equivalence, which is the same relation.
  private static func normalized(_ text: Text) -> String { text.string }

  /// Equality of known values by type and value, for members of sets.
  package static func identical(_ a: HCLValue, _ b: HCLValue) -> Bool { equal(a.deeplyUnmarked, b.deeplyUnmarked) == true }

  /// The order of a set's elements (go-cty, `setRules.Less`): false before true, numbers by value, strings by bytes, nulls
  /// and unknowns last; other values by their text.
  package static func compare(_ a: HCLValue, _ b: HCLValue) -> Int {
    switch (a.payload, b.payload) {
    case (.null, .null), (.unknown, .unknown): return 0
    case (.unknown, _): return 1
    case (_, .unknown): return -1
    case (.null, _): return 1
    case (_, .null): return -1
    case (.bool(let x), .bool(let y)): return x == y ? 0 : x ? 1 : -1
    case (.number(let x), .number(let y)): return x == y ? 0 : x < y ? -1 : 1
    case (.string(let x), .string(let y)): return x == y ? 0 : x < y ? -1 : 1
    case (.list, .list), (.set, .set), (.tuple, .tuple):
      let x = a.items ?? []
      let y = b.items ?? []
      for (p, q) in zip(x, y) {
        let order = compare(p, q)
        if order != 0 { return order }
      }
      return x.count == y.count ? 0 : x.count < y.count ? -1 : 1
    case (.map(let x, _), .map(let y, _)), (.object(let x), .object(let y)):
      for (p, q) in zip(x.entries, y.entries) {
        if p.key != q.key { return p.key < q.key ? -1 : 1 }
        let order = compare(p.value, q.value)
        if order != 0 { return order }
      }
      return x.count == y.count ? 0 : x.count < y.count ? -1 : 1
    default: return rank(a) == rank(b) ? 0 : rank(a) < rank(b) ? -1 : 1
    }
  }

  private static func rank(_ value: HCLValue) -> Int {
    switch value.payload {
    case .bool: 0
    case .number: 1
    case .string: 2
    case .list, .set, .tuple: 3
    default: 4
    }
  }
}

/// Known and unknown pieces of strings.
package enum HCLText {
  /// The bytes that an unknown string certainly begins with.
  package static func prefix(_ unknown: HCLUnknown) -> [UInt8]? {
    guard case .text(let parts) = unknown.knowledge else { return nil }
    var result: [UInt8] = []
    for part in parts {
      if let text = part.text {
        result.append(contentsOf: text.bytes)
        continue
      }
      if let inner = part.unknown, let more = prefix(inner) { result.append(contentsOf: more) }
      break
    }
    return result.isEmpty ? nil : result
  }

  /// The pieces of a string: itself, or those of an unknown one.
  package static func parts(_ value: HCLValue) -> [HCLValue] {
    if case .text(let parts)? = value.unknown?.knowledge { return parts }
    return [value]
  }

  /// One string of pieces; unknown as soon as one of them is.
  package static func join(_ parts: [HCLValue], origin: Origin) -> HCLValue {
    var sensitive = false
    var merged: [HCLValue] = []
    var builder = TextBuilder()
    func flush() {
      guard builder.count > 0 else { return }
      let text = builder.build()
      merged.append(HCLValue(.string(text), origin: origin))
      builder = TextBuilder()
    }
    var unknown: HCLValue?
    for part in parts.flatMap({ Self.parts($0) }) {
      if part.sensitive { sensitive = true }
      if let text = part.text {
        builder.append(text, origin: part.origin)
      } else {
        flush()
        merged.append(part)
        if unknown == nil { unknown = part }
      }
    }
    if let unknown {
      flush()
      return HCLValue(
        .unknown(HCLUnknown(type: .string, reason: unknown.unknownReason ?? "unknown", notNull: true, knowledge: .text(merged))),
        origin: origin, sensitive: sensitive)
    }
    return HCLValue(.string(builder.build()), origin: origin, sensitive: sensitive)
  }
}
