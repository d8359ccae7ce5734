import Values

/// Exact decimal numbers, as much of shopspring/decimal as sprig's float arithmetic needs.
struct BigDecimal {
  /// Digits of the coefficient, the lowest first, without zeros at the upper end.
  private var digits: [UInt8]
  private var exponent: Int
  private var isNegative: Bool

  /// The shortest decimal that reads back as the same float; nil for what is not finite.
  init?(_ number: Double) {
    guard number.isFinite else { return nil }
    let (negative, text, first) = JSONWriter.shortestDigits(number)
    self.init(text.utf8.reversed().map { $0 &- 0x30 }, first - text.utf8.count + 1, negative)
  }

  private init(_ digits: [UInt8], _ exponent: Int, _ isNegative: Bool) {
    var digits = digits
    while digits.last == 0 { digits.removeLast() }
    self.digits = digits
    self.exponent = digits.isEmpty ? 0 : exponent
    self.isNegative = isNegative && !digits.isEmpty
  }

  /// The nearest float.
  var double: Double {
    if digits.isEmpty { return 0 }
    let text = String(decoding: digits.reversed().map { $0 + 0x30 }, as: UTF8.self)
    return Double((isNegative ? "-" : "") + text + "e\(exponent)") ?? 0
  }

  var negated: BigDecimal { BigDecimal(digits, exponent, !isNegative) }

  func adding(_ other: BigDecimal) -> BigDecimal {
    let low = min(exponent, other.exponent)
    let a = scaled(to: low)
    let b = other.scaled(to: low)
    if isNegative == other.isNegative { return BigDecimal(Self.sum(a, b), low, isNegative) }
    if Self.isLess(a, b) { return BigDecimal(Self.difference(b, a), low, other.isNegative) }
    return BigDecimal(Self.difference(a, b), low, isNegative)
  }

  func multiplied(by other: BigDecimal) -> BigDecimal {
    var result = [Int](repeating: 0, count: digits.count + other.digits.count + 1)
    for (i, x) in digits.enumerated() {
      for (j, y) in other.digits.enumerated() { result[i + j] += Int(x) * Int(y) }
    }
    for place in result.indices.dropLast() {
      result[place + 1] += result[place] / 10
      result[place] %= 10
    }
    return BigDecimal(
      result.map { UInt8(truncatingIfNeeded: $0) }, exponent + other.exponent, isNegative != other.isNegative)
  }

  /// The quotient to 16 places, halves away from zero (`DivisionPrecision`); nil for a division by 0.
  func divided(by other: BigDecimal) -> BigDecimal? {
    guard !other.digits.isEmpty else { return nil }
    let shift = exponent - other.exponent + 16
    let numerator = [UInt8](repeating: 0, count: max(0, shift)) + digits
    let divisor = [UInt8](repeating: 0, count: max(0, -shift)) + other.digits
    var quotient = [UInt8](repeating: 0, count: numerator.count)
    var rest: [UInt8] = []
    for place in numerator.indices.reversed() {
      rest.insert(numerator[place], at: 0)
      while rest.last == 0 { rest.removeLast() }
      var count: UInt8 = 0
      while !Self.isLess(rest, divisor) {
        rest = Self.difference(rest, divisor)
        count += 1
      }
      quotient[place] = count
    }
    if !Self.isLess(Self.sum(rest, rest), divisor) { quotient = Self.sum(quotient, [1]) }
    return BigDecimal(quotient, -16, isNegative != other.isNegative)
  }

  private func scaled(to low: Int) -> [UInt8] {
    digits.isEmpty ? [] : [UInt8](repeating: 0, count: exponent - low) + digits
  }

  private static func isLess(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    if a.count != b.count { return a.count < b.count }
    for place in a.indices.reversed() where a[place] != b[place] { return a[place] < b[place] }
    return false
  }

  private static func sum(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var carry: UInt8 = 0
    for place in 0..<max(a.count, b.count) {
      let digit = (place < a.count ? a[place] : 0) + (place < b.count ? b[place] : 0) + carry
      result.append(digit % 10)
      carry = digit / 10
    }
    if carry > 0 { result.append(carry) }
    return result
  }

  /// `a` - `b`, where `b` is not the larger one.
  private static func difference(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var borrow: UInt8 = 0
    for place in a.indices {
      let take = (place < b.count ? b[place] : 0) + borrow
      borrow = a[place] < take ? 1 : 0
      result.append(a[place] + 10 * borrow - take)
    }
    while result.last == 0 { result.removeLast() }
    return result
  }
}
