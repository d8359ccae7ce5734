import Values

/// `eq`, `lt` and the rest (funcs.go).
enum GoComparison {
  enum Kind {
    case invalid, bool, int, uint, float, string
  }

  static func kind(_ value: Value) -> Kind {
    switch value.payload {
    case .bool: return .bool
    case .int:
      switch value.tag & ~GoTag.boxed {
      case GoNumber.uint64, GoNumber.uint32, GoNumber.uint8: return .uint
      default: return .int
      }
    case .double: return .float
    case .string: return .string
    default: return .invalid
    }
  }

  private static func incompatible(_ a: Value, _ b: Value) -> TemplateError {
    TemplateError("incompatible types for comparison: \(a.goTypeName) and \(b.goTypeName)")
  }

  /// uint64 values are held in the bits of an int64.
  private static func unsigned(_ value: Int64) -> UInt64 { UInt64(bitPattern: value) }

  static func equal(_ a: Value, _ b: Value) throws(TemplateError) -> Bool {
    let (kindA, kindB) = (kind(a), kind(b))
    if kindA != kindB {
      if case .int(let x) = a.payload, case .int(let y) = b.payload {
        return kindA == .int ? x >= 0 && x == y : y >= 0 && x == y
      }
      if a.isNull || b.isNull { return false }
      throw incompatible(a, b)
    }
    switch (a.payload, b.payload) {
    case (.bool(let x), .bool(let y)): return x == y
    case (.int(let x), .int(let y)): return x == y
    case (.double(let x), .double(let y)): return x == y
    case (.string(let x), .string(let y)): return x == y
    case (.null, .null): return true
    case (.null, _), (_, .null): return false
    default: break
    }
    guard a.goKind == b.goKind else {
      throw TemplateError(
        "non-comparable types \(GoFormatter.string(a)): \(a.goTypeName), \(b.goTypeName): \(GoFormatter.string(b))")
    }
    if case .object(let x as GoObject) = a.payload, case .object(let y as GoObject) = b.payload {
      return x.goTypeName == y.goTypeName && x.isEqual(y)
    }
    throw TemplateError("non-comparable type \(GoFormatter.string(b)): \(b.goTypeName)")
  }

  static func less(_ a: Value, _ b: Value) throws(TemplateError) -> Bool {
    let (kindA, kindB) = (kind(a), kind(b))
    if kindA == .invalid || kindB == .invalid { throw TemplateError("invalid type for comparison") }
    switch (a.payload, b.payload) {
    case (.int(let x), .int(let y)):
      switch (kindA, kindB) {
      case (.int, .uint): return x < 0 || unsigned(x) < unsigned(y)
      case (.uint, .int): return y >= 0 && unsigned(x) < unsigned(y)
      case (.uint, .uint): return unsigned(x) < unsigned(y)
      default: return x < y
      }
    case (.double(let x), .double(let y)): return x < y
    case (.string(let x), .string(let y)): return x < y
    case (.bool, .bool): throw TemplateError("invalid type for comparison")
    default: throw incompatible(a, b)
    }
  }
}
