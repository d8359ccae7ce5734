import Glibc
import Values

/// spf13/cast as sprig uses it: what cannot be converted is 0.
enum GoCast {
  /// `cast.ToInt64`, and `cast.ToInt` (64 bits).
  static func int64(_ value: Value) -> Int64 {
    switch value.payload {
    case .int(let number): return number
    case .double(let number): return truncated(number)
    case .bool(let flag): return flag ? 1 : 0
    case .string(let text): return integer(trimZeroDecimal(text.bytes)[...]) ?? 0
    default: return 0
    }
  }

  /// `cast.ToFloat64`.
  static func float64(_ value: Value) -> Double {
    switch value.payload {
    case .int(let number): return Double(number)
    case .double(let number): return number
    case .bool(let flag): return flag ? 1 : 0
    case .string(let text): return float(text.bytes) ?? 0
    default: return 0
    }
  }

  /// Go's conversion of a float to an int64 on amd64: what does not fit becomes the smallest number.
  static func truncated(_ number: Double) -> Int64 { Int64(exactly: number.rounded(.towardZero)) ?? .min }

  /// "12.00" is 12, but "12.10" stays as it is (caste.go, `trimZeroDecimal`).
  private static func trimZeroDecimal(_ bytes: [UInt8]) -> [UInt8] {
    var foundZero = false
    for place in bytes.indices.reversed() {
      switch bytes[place] {
      case UInt8(ascii: "."): if foundZero { return Array(bytes[..<place]) }
      case UInt8(ascii: "0"): foundZero = true
      default: return bytes
      }
    }
    return bytes
  }

  /// `strconv.ParseInt(s, 0, 64)`: the prefix gives the base, underscores may stand between digits. Nil for errors.
  static func integer(_ text: ArraySlice<UInt8>) -> Int64? {
    var rest = text
    var negative = false
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      negative = sign == UInt8(ascii: "-")
      rest = rest.dropFirst()
    }
    var base: UInt64 = 10
    var prefixed = false
    if rest.first == UInt8(ascii: "0"), rest.count > 1 {
      prefixed = true
      switch rest[rest.startIndex + 1] | 0x20 {
      case UInt8(ascii: "x"): base = 16
      case UInt8(ascii: "b"): base = 2
      case UInt8(ascii: "o"): base = 8
      default: base = 8
      }
      let letter = rest[rest.startIndex + 1] | 0x20
      rest = rest.dropFirst("xbo".utf8.contains(letter) ? 2 : 1)
    }
    guard let digits = withoutUnderscores(rest, prefixed: prefixed) else { return nil }
    return number(digits, base: base, negative: negative)
  }

  /// An underscore must stand between digits, or between a prefix and a digit.
  private static func withoutUnderscores(_ text: ArraySlice<UInt8>, prefixed: Bool) -> [UInt8]? {
    var result: [UInt8] = []
    var beforeDigit = prefixed
    for byte in text {
      if byte == UInt8(ascii: "_") {
        guard beforeDigit else { return nil }
        beforeDigit = false
      } else {
        result.append(byte)
        beforeDigit = true
      }
    }
    return beforeDigit ? result : nil
  }

  /// `strconv.ParseInt` in a base; nil for errors.
  static func number(_ digits: some Collection<UInt8>, base: UInt64, negative: Bool) -> Int64? {
    guard !digits.isEmpty else { return nil }
    var value: UInt64 = 0
    for byte in digits {
      let digit: UInt64
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt64(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = UInt64(byte - UInt8(ascii: "a")) + 10
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = UInt64(byte - UInt8(ascii: "A")) + 10
      default: return nil
      }
      guard digit < base else { return nil }
      let (scaled, overflow) = value.multipliedReportingOverflow(by: base)
      let (sum, carry) = scaled.addingReportingOverflow(digit)
      if overflow || carry { return nil }
      value = sum
    }
    if negative { return value <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- value) : nil }
    return Int64(exactly: value)
  }

  /// `strconv.Atoi`: decimal digits and a sign. Nil for errors.
  static func decimal(_ text: [UInt8]) -> Int64? {
    var rest = text[...]
    var negative = false
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      negative = sign == UInt8(ascii: "-")
      rest = rest.dropFirst()
    }
    return number(rest, base: 10, negative: negative)
  }

  /// `strconv.ParseFloat(s, 64)`; nil for errors, of range too.
  static func float(_ text: [UInt8]) -> Double? {
    var lower = text.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
    let signed = lower.first == UInt8(ascii: "+") || lower.first == UInt8(ascii: "-")
    let body = signed ? Array(lower.dropFirst()) : lower
    guard let first = body.first else { return nil }
    switch String(decoding: body, as: UTF8.self) {
    case "inf", "infinity": return lower[0] == UInt8(ascii: "-") ? -.infinity : .infinity
    case "nan": return signed ? nil : .nan
    default: break
    }
    guard 0x30...0x39 ~= first || first == UInt8(ascii: ".") else { return nil }
    let hexadecimal = body.count > 1 && body[0] == UInt8(ascii: "0") && body[1] == UInt8(ascii: "x")
    if body.contains(UInt8(ascii: "_")) {
      // Underscores are only for literals with a prefix.
      guard hexadecimal else { return nil }
      lower.removeAll { $0 == UInt8(ascii: "_") }
    }
    if hexadecimal, !body.contains(UInt8(ascii: "p")) { return nil }
    guard let value = Double(String(decoding: lower, as: UTF8.self)), value.isFinite else { return nil }
    return value
  }
}
