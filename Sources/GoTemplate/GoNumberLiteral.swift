/// A number in a template under all the types that can hold it, as Go's ideal constants (parse/node.go, newNumber).
struct GoNumberLiteral {
  var int: Int64?
  var uint: UInt64?
  var float: Double?
  /// The value where no type is asked for: nil if it overflows `int`.
  var ideal: Ideal?

  enum Ideal {
    case int(Int64)
    case float(Double)
    case complex(GoComplex)
  }

  /// - Parameter failure: set to Go's message.
  init?(_ bytes: ArraySlice<UInt8>, kind: TemplateToken.Kind, failure: inout String) {
    let text = String(decoding: bytes, as: UTF8.self)
    if kind == .charConstant {
      guard let rune = Self.character(Array(bytes)) else {
        failure = bytes.count > 2 ? "malformed character constant: \(text)" : "invalid syntax"
        return nil
      }
      int = Int64(rune)
      uint = UInt64(rune)
      float = Double(rune)
      ideal = .int(Int64(rune))
      return
    }
    if bytes.last == UInt8(ascii: "i"), let complex = Self.complex(text, isSum: kind == .complex) {
      ideal = .complex(complex)
      if complex.imaginary == 0 {
        float = complex.real
        int = Int64(exactly: complex.real)
        uint = UInt64(exactly: complex.real)
      }
      return
    }
    uint = Self.unsigned(bytes)
    int = Self.signed(bytes)
    if int == 0 { uint = 0 }
    let looksFloat = bytes.contains { byte in ".eEpP".utf8.contains(byte) }
    if let int {
      float = Double(int)
    } else if let uint {
      float = Double(uint)
    } else if let value = Self.floating(text) {
      guard looksFloat else {
        failure = "integer overflow: \(GoQuote.quoted(text))"
        return nil
      }
      float = value
      if let whole = Int64(exactly: value) { int = whole }
      if let whole = UInt64(exactly: value) { uint = whole }
    }
    guard int != nil || uint != nil || float != nil else {
      failure = "illegal number syntax: \(GoQuote.quoted(text))"
      return nil
    }
    let lowered = text.lowercased()
    let isHexInteger = lowered.utf8.count > 2 && lowered.hasPrefix("0x") && !lowered.contains("p")
    if let float, looksFloat, !isHexInteger {
      ideal = .float(float)
    } else if let int {
      ideal = .int(int)
    }
  }

  private static func character(_ bytes: [UInt8]) -> UInt32? {
    guard bytes.count >= 3, bytes.last == UInt8(ascii: "'") else { return nil }
    if bytes[1] == UInt8(ascii: "\\") {
      guard let (value, _, width) = GoQuote.escape(bytes, 1, end: bytes.count - 1, quote: UInt8(ascii: "'")),
        width == bytes.count - 2
      else { return nil }
      return value
    }
    let (scalar, width) = GoRune.decode(bytes, 1)
    return width == bytes.count - 2 ? scalar : nil
  }

  /// Digits behind an optional base prefix; nil where underscores or digits are misplaced (strconv.ParseUint with base 0).
  private static func unsigned(_ bytes: ArraySlice<UInt8>) -> UInt64? {
    var digits = bytes
    var radix: UInt64 = 10
    var prefixed = false
    if digits.count >= 2, digits.first == UInt8(ascii: "0") {
      prefixed = true
      switch digits[digits.startIndex + 1] | 0x20 {
      case UInt8(ascii: "x"): (radix, digits) = (16, digits.dropFirst(2))
      case UInt8(ascii: "o"): (radix, digits) = (8, digits.dropFirst(2))
      case UInt8(ascii: "b"): (radix, digits) = (2, digits.dropFirst(2))
      default: (radix, digits) = (8, digits.dropFirst())
      }
    }
    guard let last = digits.last, last != UInt8(ascii: "_") else { return nil }
    var value: UInt64 = 0
    var afterDigit = prefixed
    for byte in digits {
      if byte == UInt8(ascii: "_") {
        guard afterDigit else { return nil }
        afterDigit = false
        continue
      }
      guard let digit = GoQuote.digitValue(byte), UInt64(digit) < radix else { return nil }
      let (product, over) = value.multipliedReportingOverflow(by: radix)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
      if over || carry { return nil }
      value = sum
      afterDigit = true
    }
    return value
  }

  private static func signed(_ bytes: ArraySlice<UInt8>) -> Int64? {
    guard let sign = bytes.first else { return nil }
    let isSigned = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
    guard let magnitude = unsigned(isSigned ? bytes.dropFirst() : bytes) else { return nil }
    if sign == UInt8(ascii: "-") {
      return magnitude <= UInt64(Int64.max) + 1 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
    }
    return Int64(exactly: magnitude)
  }

  /// `2i`, `1+2i`.
  private static func complex(_ text: String, isSum: Bool) -> GoComplex? {
    let body = text.utf8.dropLast()
    if !isSum { return floating(String(Substring(body))).map { GoComplex(real: 0, imaginary: $0) } }
    var previous: UInt8 = 0
    var split: Substring.UTF8View.Index?
    for index in body.indices {
      let byte = body[index]
      if index != body.startIndex, byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"), !"eEpP".utf8.contains(previous) { split = index }
      previous = byte
    }
    guard let split, let real = floating(String(Substring(body[..<split]))), let imaginary = floating(String(Substring(body[split...])))
    else { return nil }
    return GoComplex(real: real, imaginary: imaginary)
  }

  /// `strconv.ParseFloat`: hexadecimal digits need a binary exponent, words for infinities are no numbers here.
  private static func floating(_ text: String) -> Double? {
    let bytes = Array(text.utf8)
    let isHex = bytes.contains { $0 | 0x20 == UInt8(ascii: "x") }
    guard !isHex || bytes.contains(where: { $0 | 0x20 == UInt8(ascii: "p") }) else { return nil }
    guard let value = Double(text.filter { $0 != "_" }), value.isFinite else { return nil }
    return value
  }
}
