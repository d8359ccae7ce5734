/// A number as HCL has it (cty, `cty.Number`): a binary floating point number with 512 bits of mantissa, rounded to the nearest,
/// ties to even. Integers of 64 bits take a short way.
package struct HCLNumber: Hashable, Sendable {
  private enum Storage: Hashable, Sendable {
    /// Every integer that fits is held so.
    case small(Int64)
    /// ± mantissa · 2^exponent with an odd mantissa.
    case big(negative: Bool, mantissa: [UInt32], exponent: Int)
    case infinity(negative: Bool)
  }

  private let storage: Storage
  static let precision = 512
  /// Decimal exponents beyond are refused: nothing sensible has them, and their digits would fill the memory.
  static let exponentLimit = 4000
  /// Beyond 2^±40000 a number is infinite, or zero: far past all that configurations compute with, and bounded in memory.
  private static let bitLimit = 40_000

  private init(_ storage: Storage) { self.storage = storage }

  package init(_ value: Int) { storage = .small(Int64(value)) }
  package init(_ value: Int64) { storage = .small(value) }

  package init(_ value: Double) {
    if let whole = Int64(exactly: value) {
      storage = .small(whole)
    } else if value.isInfinite || value.isNaN {
      storage = .infinity(negative: value < 0)
    } else {
      let bits = value.significandBitPattern | (value.isNormal ? 1 << 52 : 0)
      let exponent = (value.isNormal ? Int(value.exponentBitPattern) : 1) - 1075
      self = Self.make(negative: value < 0, mantissa: Limbs.make(bits), exponent: exponent)
    }
  }

  static let zero = HCLNumber(0)

  /// Rounds and normalises.
  private static func make(negative: Bool, mantissa: [UInt32], exponent: Int, sticky: Bool = false) -> HCLNumber {
    var mantissa = mantissa
    var exponent = exponent
    let excess = Limbs.bitCount(mantissa) - precision
    if excess > 0 {
      let half = Limbs.bit(mantissa, excess - 1)
      let rest = sticky || Limbs.trailingZeros(mantissa) < excess - 1
      var kept = Limbs.shiftRight(mantissa, excess)
      if half, rest || Limbs.bit(kept, 0) { kept = Limbs.add(kept, [1]) }
      mantissa = kept
      exponent += excess
    }
    if mantissa.isEmpty { return zero }
    let zeros = Limbs.trailingZeros(mantissa)
    mantissa = Limbs.shiftRight(mantissa, zeros)
    exponent += zeros
    let magnitude = Limbs.bitCount(mantissa) + exponent
    if magnitude > bitLimit { return HCLNumber(.infinity(negative: negative)) }
    if magnitude < -bitLimit { return zero }
    if exponent >= 0, Limbs.bitCount(mantissa) + exponent <= 63 {
      let whole = Limbs.shiftLeft(mantissa, exponent)
      var value: UInt64 = 0
      for limb in whole.reversed() { value = value << 32 | UInt64(limb) }
      return HCLNumber(negative ? -Int64(value) : Int64(value))
    }
    return HCLNumber(.big(negative: negative, mantissa: mantissa, exponent: exponent))
  }

  private var parts: (negative: Bool, mantissa: [UInt32], exponent: Int)? {
    switch storage {
    case .small(let value): (value < 0, Limbs.make(value.magnitude), 0)
    case .big(let negative, let mantissa, let exponent): (negative, mantissa, exponent)
    case .infinity: nil
    }
  }

  package var isInfinite: Bool { if case .infinity = storage { true } else { false } }
  package var isZero: Bool { storage == .small(0) }

  package var isNegative: Bool {
    switch storage {
    case .small(let value): value < 0
    case .big(let negative, _, _), .infinity(let negative): negative
    }
  }

  package var isInteger: Bool {
    switch storage {
    case .small: true
    case .big(_, _, let exponent): exponent >= 0
    case .infinity: false
    }
  }

  /// nil where it is no integer or too large.
  package var int: Int? { if case .small(let value) = storage { Int(exactly: value) } else { nil } }

  package var double: Double {
    guard let (negative, mantissa, exponent) = parts else { return isNegative ? -.infinity : .infinity }
    if case .small(let value) = storage { return Double(value) }
    // The 64 leading bits, the last one sticky: rounding to 53 bits is then exact.
    let excess = max(0, Limbs.bitCount(mantissa) - 64)
    let head = Limbs.shiftRight(mantissa, excess)
    var value: UInt64 = 0
    for limb in head.reversed() { value = value << 32 | UInt64(limb) }
    if excess > 0, Limbs.trailingZeros(mantissa) < excess { value |= 1 }
    let power = exponent + excess
    guard power > -1200 else { return negative ? -0.0 : 0 }
    guard power < 1100 else { return negative ? -.infinity : .infinity }
    let magnitude = Double(sign: .plus, exponent: power, significand: Double(value))
    return negative ? -magnitude : magnitude
  }

  // MARK: Text

  /// Reads decimal text: digits with an optional sign, point and exponent. nil for anything else.
  package init?(_ text: some Collection<UInt8>) {
    var digits: [UInt8] = []
    var scale = 0
    var seenPoint = false
    var seenDigit = false
    var negative = false
    var at = text.startIndex
    if at < text.endIndex, text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") {
      negative = text[at] == UInt8(ascii: "-")
      text.formIndex(after: &at)
    }
    scan: while at < text.endIndex {
      switch text[at] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        seenDigit = true
        let digit = text[at] - UInt8(ascii: "0")
        if !(digits.isEmpty && digit == 0) { digits.append(digit) }
        if seenPoint { scale -= 1 }
      case UInt8(ascii: "."):
        if seenPoint { return nil }
        seenPoint = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"): break scan
      default: return nil
      }
      text.formIndex(after: &at)
    }
    guard seenDigit, digits.count <= Self.exponentLimit * 2 else { return nil }
    if at < text.endIndex {
      let tail = text[text.index(after: at)...]
      guard let exponent = Int(String(decoding: tail, as: UTF8.self)), exponent.magnitude <= Self.exponentLimit else { return nil }
      scale += exponent
    }
    guard scale.magnitude <= Self.exponentLimit * 3 else { return nil }
    if scale >= 0, digits.count + scale <= 18 {
      var value: Int64 = 0
      for digit in digits { value = value * 10 + Int64(digit) }
      for _ in 0..<scale { value *= 10 }
      self.init(negative ? -value : value)
      return
    }
    let number = Limbs.parse(digits)
    if scale >= 0 {
      self = Self.make(negative: negative, mantissa: Limbs.multiply(number, Limbs.powerOfTen(scale)), exponent: 0)
    } else {
      self = Self.quotient(negative: negative, number, 0, Limbs.powerOfTen(-scale), 0)
    }
  }

  package init?(_ text: String) { self.init(text.utf8) }

  /// Digits in a base from 2 to 62 (Go's big.Int.SetString); nil where one does not belong to it.
  package init?(digits text: String, radix: Int) {
    guard (2...62).contains(radix) else { return nil }
    var digits: [UInt8] = []
    var bytes = Substring(text)
    let negative = bytes.hasPrefix("-")
    if negative || bytes.hasPrefix("+") { bytes.removeFirst() }
    for byte in bytes.utf8 {
      let value: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "z"): value = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = byte - UInt8(ascii: "A") + (radix <= 36 ? 10 : 36)
      default: return nil
      }
      guard Int(value) < radix else { return nil }
      digits.append(value)
    }
    guard !digits.isEmpty, digits.count <= Self.exponentLimit else { return nil }
    self = Self.make(negative: negative, mantissa: Limbs.parse(digits, radix: UInt32(radix)), exponent: 0)
  }

  /// Plain decimal text, the shortest that reads back as the same number (Go's `big.Float.Text('f', -1)`).
  package var text: String {
    guard let (negative, mantissa, exponent) = parts else { return isNegative ? "-Inf" : "+Inf" }
    if case .small(let value) = storage { return String(value) }
    let sign = negative ? "-" : ""
    if exponent >= 0 { return sign + Self.wholeText(mantissa, exponent) }
    let scale = -exponent
    var whole = Limbs.shiftRight(mantissa, scale)
    var rest = Limbs.subtract(mantissa, Limbs.shiftLeft(whole, scale))
    // Half a unit in the last place of a mantissa of full length, in the same scale, which one more bit makes whole.
    let unit = Limbs.bitCount(mantissa) - Self.precision - 1
    let extra = max(0, -unit)
    rest = Limbs.shiftLeft(rest, extra)
    var half = Limbs.shiftLeft([1], unit + extra)
    let one = Limbs.shiftLeft([1], scale + extra)
    let even = Limbs.bitCount(mantissa) < Self.precision
    var digits: [UInt8] = []
    while !rest.isEmpty {
      rest = Limbs.multiply(rest, small: 10)
      half = Limbs.multiply(half, small: 10)
      let digit = Limbs.shiftRight(rest, scale + extra)
      rest = Limbs.subtract(rest, Limbs.shiftLeft(digit, scale + extra))
      digits.append(UInt8(truncatingIfNeeded: digit.first ?? 0))
      let below = Limbs.compare(rest, half)
      let above = Limbs.compare(Limbs.add(rest, half), one)
      let low = below < 0 || (even && below == 0)
      let high = above > 0 || (even && above == 0)
      guard low || high else { continue }
      let up = low && high ? Limbs.compare(Limbs.shiftLeft(rest, 1), one) > 0 : high
      if up {
        var place = digits.count - 1
        while place >= 0, digits[place] == 9 {
          digits[place] = 0
          place -= 1
        }
        if place >= 0 { digits[place] += 1 } else { whole = Limbs.add(whole, [1]) }
      }
      break
    }
    while digits.last == 0 { digits.removeLast() }
    let text = sign + Limbs.decimal(whole)
    if digits.isEmpty { return text }
    return text + "." + String(decoding: digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
  }

  /// The digits of a whole number; of one with more bits than the mantissa has only as many as tell it from its neighbours.
  private static func wholeText(_ mantissa: [UInt32], _ exponent: Int) -> String {
    let number = Limbs.shiftLeft(mantissa, exponent)
    let unit = Limbs.bitCount(number) - precision
    guard unit > 0 else { return Limbs.decimal(number) }
    let half = Limbs.shiftLeft([1], unit - 1)
    var zeros = Limbs.decimal(half).utf8.count
    while zeros > 0 {
      let scale = Limbs.powerOfTen(zeros)
      var (quotient, remainder) = Limbs.divide(number, scale)
      var distance = remainder
      if Limbs.compare(Limbs.shiftLeft(remainder, 1), scale) > 0 {
        quotient = Limbs.add(quotient, [1])
        distance = Limbs.subtract(scale, remainder)
      }
      if Limbs.compare(distance, half) < 0 { return Limbs.decimal(quotient) + String(repeating: "0", count: zeros) }
      zeros -= 1
    }
    return Limbs.decimal(number)
  }

  /// The digits of a whole number in a base up to 36.
  package func text(radix: UInt32) -> String {
    guard let (negative, mantissa, exponent) = parts, exponent >= 0, (2...36).contains(radix) else { return text }
    let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
    var rest = Limbs.shiftLeft(mantissa, exponent)
    var digits: [UInt8] = []
    while !rest.isEmpty {
      let (quotient, remainder) = Limbs.divide(rest, small: radix)
      digits.append(alphabet[Int(remainder)])
      rest = quotient
    }
    return (negative ? "-" : "") + (digits.isEmpty ? "0" : String(decoding: digits.reversed(), as: UTF8.self))
  }

  // MARK: Arithmetic

  package static prefix func - (a: HCLNumber) -> HCLNumber {
    switch a.storage {
    case .small(let value):
      if value != .min { return HCLNumber(-value) }
      return make(negative: false, mantissa: Limbs.make(value.magnitude), exponent: 0)
    case .big(let negative, let mantissa, let exponent):
      return make(negative: !negative, mantissa: mantissa, exponent: exponent)
    case .infinity(let negative): return HCLNumber(.infinity(negative: !negative))
    }
  }

  /// nil for the difference of infinities.
  package static func + (a: HCLNumber, b: HCLNumber) -> HCLNumber? {
    if case .small(let x) = a.storage, case .small(let y) = b.storage {
      let (sum, overflow) = x.addingReportingOverflow(y)
      if !overflow { return HCLNumber(sum) }
    }
    guard let x = a.parts, let y = b.parts else {
      if a.isInfinite, b.isInfinite, a.isNegative != b.isNegative { return nil }
      return a.isInfinite ? a : b
    }
    let exponent = min(x.exponent, y.exponent)
    // An operand far below the other's last place only decides ties.
    guard max(x.exponent, y.exponent) - exponent <= exponentLimit * 8 else { return x.exponent > y.exponent ? a : b }
    let left = Limbs.shiftLeft(x.mantissa, x.exponent - exponent)
    let right = Limbs.shiftLeft(y.mantissa, y.exponent - exponent)
    if x.negative == y.negative { return make(negative: x.negative, mantissa: Limbs.add(left, right), exponent: exponent) }
    if Limbs.compare(left, right) >= 0 {
      return make(negative: x.negative, mantissa: Limbs.subtract(left, right), exponent: exponent)
    }
    return make(negative: y.negative, mantissa: Limbs.subtract(right, left), exponent: exponent)
  }

  package static func - (a: HCLNumber, b: HCLNumber) -> HCLNumber? { a + (-b) }

  /// nil for zero times infinity.
  package static func * (a: HCLNumber, b: HCLNumber) -> HCLNumber? {
    if case .small(let x) = a.storage, case .small(let y) = b.storage {
      let (product, overflow) = x.multipliedReportingOverflow(by: y)
      if !overflow { return HCLNumber(product) }
    }
    guard let x = a.parts, let y = b.parts else {
      if a.isZero || b.isZero { return nil }
      return HCLNumber(.infinity(negative: a.isNegative != b.isNegative))
    }
    return make(
      negative: x.negative != y.negative, mantissa: Limbs.multiply(x.mantissa, y.mantissa), exponent: x.exponent + y.exponent)
  }

  /// nil for zero by zero and infinity by infinity.
  package static func / (a: HCLNumber, b: HCLNumber) -> HCLNumber? {
    if (a.isZero && b.isZero) || (a.isInfinite && b.isInfinite) { return nil }
    if b.isInfinite { return zero }
    if b.isZero || a.isInfinite { return HCLNumber(.infinity(negative: a.isNegative != b.isNegative)) }
    guard let x = a.parts, let y = b.parts else { return nil }
    return quotient(negative: x.negative != y.negative, x.mantissa, x.exponent, y.mantissa, y.exponent)
  }

  private static func quotient(negative: Bool, _ a: [UInt32], _ aExponent: Int, _ b: [UInt32], _ bExponent: Int) -> HCLNumber {
    let shift = max(0, precision + 2 + Limbs.bitCount(b) - Limbs.bitCount(a))
    let (quotient, remainder) = Limbs.divide(Limbs.shiftLeft(a, shift), b)
    // The quotient has at least 513 bits, so one more that stands for the remainder decides ties.
    let mantissa = Limbs.add(Limbs.shiftLeft(quotient, 1), remainder.isEmpty ? [] : [1])
    return make(negative: negative, mantissa: mantissa, exponent: aExponent - bExponent - shift - 1)
  }

  /// The remainder of truncated division; the dividend itself where the divisor is zero (as cty has it).
  package static func % (a: HCLNumber, b: HCLNumber) -> HCLNumber? {
    if b.isZero || b.isInfinite { return a.isInfinite ? nil : a }
    guard let ratio = a / b, let product = b * ratio.truncated else { return nil }
    return a - product
  }

  package var truncated: HCLNumber {
    guard case .big(let negative, let mantissa, let exponent) = storage, exponent < 0 else { return self }
    return Self.make(negative: negative, mantissa: Limbs.shiftRight(mantissa, -exponent), exponent: 0)
  }

  package var floor: HCLNumber {
    let whole = truncated
    return isNegative && whole != self ? (whole - HCLNumber(1)) ?? whole : whole
  }

  package var ceiling: HCLNumber {
    let whole = truncated
    return !isNegative && whole != self ? (whole + HCLNumber(1)) ?? whole : whole
  }
}

extension HCLNumber: Comparable {
  package static func < (a: HCLNumber, b: HCLNumber) -> Bool {
    if case .small(let x) = a.storage, case .small(let y) = b.storage { return x < y }
    guard let x = a.parts, let y = b.parts else {
      if a.storage == b.storage { return false }
      return a.isInfinite ? a.isNegative : !b.isNegative
    }
    if x.negative != y.negative { return x.negative }
    let left = Limbs.bitCount(x.mantissa) + x.exponent
    let right = Limbs.bitCount(y.mantissa) + y.exponent
    if x.mantissa.isEmpty || y.mantissa.isEmpty {
      return x.mantissa.isEmpty ? !y.mantissa.isEmpty && !y.negative : x.negative
    }
    if left != right { return (left < right) != x.negative }
    let exponent = min(x.exponent, y.exponent)
    let order = Limbs.compare(
      Limbs.shiftLeft(x.mantissa, x.exponent - exponent), Limbs.shiftLeft(y.mantissa, y.exponent - exponent))
    return x.negative ? order > 0 : order < 0
  }
}
