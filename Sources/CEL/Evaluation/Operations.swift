import SourceText
import Values

/// A host object of this room or another whose equality is not identity.
open class CELComparable: HostObject, @unchecked Sendable {
  open func isEqual(to other: HostObject) -> Bool { self === other }
}

/// Equality, order and arithmetic of CEL (cel-spec, "Equality", "Ordering", "Overflow").
enum Operations {
  /// nil: it depends on something unknown.
  static func equal(_ a: Value, _ b: Value) -> Bool? {
    switch (a.payload, b.payload) {
    case (.unknown, _), (_, .unknown): return nil
    case (.null, .null): return true
    case (.bool(let x), .bool(let y)): return x == y
    case (.int, .int), (.int, .double), (.double, .int), (.double, .double): return compareNumbers(a, b) == .equal
    case (.string(let x), .string(let y)): return x == y
    case (.list(let x), .list(let y)):
      guard x.items.count == y.items.count else { return false }
      var result: Bool? = true
      for (left, right) in zip(x.items, y.items) {
        switch equal(left, right) {
        case false?: return false
        case nil: result = nil
        default: break
        }
      }
      return result
    case (.map(let x), .map(let y)):
      if x === y { return true }
      guard x.count == y.count else { return false }
      var result: Bool? = true
      for entry in x.entries {
        guard let other = y[entry.key] else { return false }
        switch equal(entry.value, other) {
        case false?: return false
        case nil: result = nil
        default: break
        }
      }
      return result
    case (.object(let x), .object(let y)): return equal(x, y)
    default: return false
    }
  }

  private static func equal(_ a: HostObject, _ b: HostObject) -> Bool? {
    switch (a, b) {
    case (let x as CELBytes, let y as CELBytes): return x.bytes == y.bytes
    case (let x as CELTimestamp, let y as CELTimestamp): return x.seconds == y.seconds && x.nanos == y.nanos
    case (let x as CELDuration, let y as CELDuration): return x.nanos == y.nanos
    case (let x as CELTypeValue, let y as CELTypeValue): return x.type.plainName == y.type.plainName
    case (let x as CELOptional, let y as CELOptional):
      switch (x.value, y.value) {
      case (nil, nil): return true
      case (let left?, let right?): return equal(left, right)
      default: return false
      }
    case (let x as CELMap, let y as CELMap):
      guard x.entries.count == y.entries.count else { return false }
      var result: Bool? = true
      for entry in x.entries {
        guard let key = CELKey(entry.key), let other = y.value(key) else { return false }
        switch equal(entry.value, other) {
        case false?: return false
        case nil: result = nil
        default: break
        }
      }
      return result
    case (let x as CELComparable, _): return x.isEqual(to: b)
    default: return a === b
    }
  }

  enum Order { case less, equal, greater, unordered }

  private static func order<T: Comparable>(_ a: T, _ b: T) -> Order { a < b ? .less : a == b ? .equal : .greater }

  /// Numbers of all three types on one line.
  static func compareNumbers(_ a: Value, _ b: Value) -> Order {
    switch (a.payload, b.payload) {
    case (.int(let x), .int(let y)):
      switch (a.tag == CELValue.uintTag, b.tag == CELValue.uintTag) {
      case (true, true): return order(UInt64(bitPattern: x), UInt64(bitPattern: y))
      case (false, false): return order(x, y)
      case (true, false): return y < 0 ? .greater : order(UInt64(bitPattern: x), UInt64(y))
      case (false, true): return x < 0 ? .less : order(UInt64(x), UInt64(bitPattern: y))
      }
    case (.double(let x), .double(let y)):
      return x.isNaN || y.isNaN ? .unordered : order(x, y)
    case (.int, .double(let y)): return compare(a, y)
    case (.double(let x), .int):
      switch compare(b, x) {
      case .less: return .greater
      case .greater: return .less
      case let same: return same
      }
    default: return .unordered
    }
  }

  /// As cel-go (common/types/compare.go): beyond the range of the whole number's type by the range, inside it as doubles, so that
  /// large ints equal the double they round to.
  private static func compare(_ whole: Value, _ number: Double) -> Order {
    if number.isNaN { return .unordered }
    if let unsigned = CELValue.uint(of: whole) {
      if number < 0 { return .greater }
      return number > 0x1p64 ? .less : order(Double(unsigned), number)
    }
    if number < -0x1p63 { return .greater }
    return number > 0x1p63 ? .less : order(Double(whole.int ?? 0), number)
  }

  /// nil where the types have no order.
  static func compare(_ a: Value, _ b: Value) -> Order? {
    switch (a.payload, b.payload) {
    case (.int, .int), (.int, .double), (.double, .int), (.double, .double): return compareNumbers(a, b)
    case (.bool(let x), .bool(let y)): return order(x ? 1 : 0, y ? 1 : 0)
    case (.string(let x), .string(let y)): return order(x, y)
    case (.object(let x), .object(let y)):
      switch (x, y) {
      case (let x as CELBytes, let y as CELBytes):
        return x.bytes == y.bytes ? .equal : x.bytes.lexicographicallyPrecedes(y.bytes) ? .less : .greater
      case (let x as CELTimestamp, let y as CELTimestamp):
        return x.seconds != y.seconds ? order(x.seconds, y.seconds) : order(x.nanos, y.nanos)
      case (let x as CELDuration, let y as CELDuration): return order(x.nanos, y.nanos)
      default: return nil
      }
    default: return nil
    }
  }

  static func noOverload(_ sign: Operator, _ values: [Value]) -> CELError {
    CELError("no such overload: '\(sign.sign)' on (\(values.map(CELValue.typeName).joined(separator: ", ")))")
  }

  static func binary(_ sign: Operator, _ a: Value, _ b: Value) throws(CELError) -> Value {
    switch sign {
    case .equal:
      guard let result = equal(a, b) else { return unknown(a, b) }
      return .bool(result)
    case .notEqual:
      guard let result = equal(a, b) else { return unknown(a, b) }
      return .bool(!result)
    case .contained: return try contains(b, a)
    default: break
    }
    if a.isUnknown { return a }
    if b.isUnknown { return b }
    switch sign {
    case .less, .lessEqual, .greater, .greaterEqual:
      guard let order = compare(a, b) else { throw noOverload(sign, [a, b]) }
      switch sign {
      case .less: return .bool(order == .less)
      case .lessEqual: return .bool(order == .less || order == .equal)
      case .greater: return .bool(order == .greater)
      default: return .bool(order == .greater || order == .equal)
      }
    default: return try arithmetic(sign, a, b)
    }
  }

  /// The first unknown inside two values.
  static func unknown(_ values: Value...) -> Value {
    for value in values { if let found = firstUnknown(value) { return found } }
    return .unknown("a part of a value")
  }

  private static func firstUnknown(_ value: Value) -> Value? {
    switch value.payload {
    case .unknown: return value
    case .list(let list):
      for item in list.items { if let found = firstUnknown(item) { return found } }
    case .map(let map):
      for entry in map.entries { if let found = firstUnknown(entry.value) { return found } }
    default: break
    }
    return nil
  }

  static func contains(_ container: Value, _ item: Value) throws(CELError) -> Value {
    switch container.payload {
    case .unknown: return container
    case .list(let list):
      var undecided: Value?
      for element in list.items {
        switch equal(element, item) {
        case true?: return .bool(true)
        case nil: undecided = undecided ?? unknown(element, item)
        default: break
        }
      }
      return undecided ?? .bool(false)
    case .map(let map):
      if item.isUnknown { return item }
      guard let key = item.text else { return .bool(false) }
      return .bool(map.position(of: key) != nil)
    case .object(let object):
      if item.isUnknown { return item }
      if let map = object as? CELMap { return .bool(CELKey(item).map { map.value($0) != nil } ?? false) }
      throw noOverload(.contained, [item, container])
    default: throw noOverload(.contained, [item, container])
    }
  }

  private static func arithmetic(_ sign: Operator, _ a: Value, _ b: Value) throws(CELError) -> Value {
    switch (a.payload, b.payload) {
    case (.int(let x), .int(let y)):
      if let left = CELValue.uint(of: a), let right = CELValue.uint(of: b) {
        return CELValue.uint(try whole(sign, left, right))
      }
      guard a.tag != CELValue.uintTag, b.tag != CELValue.uintTag else { throw noOverload(sign, [a, b]) }
      return .int(try whole(sign, x, y))
    case (.double(let x), .double(let y)):
      switch sign {
      case .add: return .double(x + y)
      case .subtract: return .double(x - y)
      case .multiply: return .double(x * y)
      case .divide: return .double(x / y)
      default: throw noOverload(sign, [a, b])
      }
    case (.string(let x), .string(let y)):
      guard sign == .add else { throw noOverload(sign, [a, b]) }
      var builder = TextBuilder()
      builder.append(x, origin: a.origin)
      builder.append(y, origin: b.origin)
      return .string(builder.build(), a.origin.isKnown ? a.origin : b.origin)
    case (.list(let x), .list(let y)):
      guard sign == .add else { throw noOverload(sign, [a, b]) }
      return .list(x.items + y.items, a.origin.isKnown ? a.origin : b.origin)
    case (.object(let x), .object(let y)):
      if let x = x as? CELBytes, let y = y as? CELBytes, sign == .add { return CELBytes.value(x.bytes + y.bytes) }
      return try times(sign, a, b, x, y)
    default: throw noOverload(sign, [a, b])
    }
  }

  private static func whole<T: FixedWidthInteger>(_ sign: Operator, _ a: T, _ b: T) throws(CELError) -> T {
    let result: (partialValue: T, overflow: Bool)
    switch sign {
    case .add: result = a.addingReportingOverflow(b)
    case .subtract: result = a.subtractingReportingOverflow(b)
    case .multiply: result = a.multipliedReportingOverflow(by: b)
    case .divide:
      if b == 0 { throw CELError("division by zero") }
      result = a.dividedReportingOverflow(by: b)
    case .remainder:
      if b == 0 { throw CELError("modulus by zero") }
      result = a.remainderReportingOverflow(dividingBy: b)
    default: throw CELError("no such overload: '\(sign.sign)'")
    }
    if result.overflow { throw CELError("integer overflow") }
    return result.partialValue
  }

  private static func times(
    _ sign: Operator, _ a: Value, _ b: Value, _ x: HostObject, _ y: HostObject
  ) throws(CELError) -> Value {
    switch (sign, x, y) {
    case (.add, let time as CELTimestamp, let span as CELDuration), (.add, let span as CELDuration, let time as CELTimestamp):
      return try moved(time, span.nanos)
    case (.subtract, let time as CELTimestamp, let span as CELDuration):
      guard span.nanos != Int64.min else { throw CELError("timestamp is out of range") }
      return try moved(time, -span.nanos)
    case (.subtract, let left as CELTimestamp, let right as CELTimestamp):
      let (scaled, over) = (left.seconds - right.seconds).multipliedReportingOverflow(by: Times.second)
      let (sum, carry) = scaled.addingReportingOverflow(left.nanos - right.nanos)
      guard !over, !carry else { throw CELError("duration is out of range") }
      return CELDuration.value(sum)
    case (.add, let left as CELDuration, let right as CELDuration):
      let (sum, over) = left.nanos.addingReportingOverflow(right.nanos)
      guard !over else { throw CELError("duration is out of range") }
      return CELDuration.value(sum)
    case (.subtract, let left as CELDuration, let right as CELDuration):
      let (sum, over) = left.nanos.subtractingReportingOverflow(right.nanos)
      guard !over else { throw CELError("duration is out of range") }
      return CELDuration.value(sum)
    default: throw noOverload(sign, [a, b])
    }
  }

  private static func moved(_ time: CELTimestamp, _ nanos: Int64) throws(CELError) -> Value {
    let seconds = Times.floor(nanos, Times.second)
    var rest = time.nanos + (nanos - seconds * Times.second)
    var total = time.seconds + seconds
    if rest >= Times.second {
      rest -= Times.second
      total += 1
    }
    guard let value = CELTimestamp.value(seconds: total, nanos: rest) else { throw CELError("timestamp is out of range") }
    return value
  }
}
