/// Go's view of text: runes decoded from bytes, one by one, U+FFFD with width 1 for a byte that is none.
enum GoRune {
  static let replacement: UInt32 = 0xFFFD

  static func decode(_ bytes: [UInt8], _ at: Int) -> (scalar: UInt32, width: Int) {
    let first = bytes[at]
    if first < 0x80 { return (UInt32(first), 1) }
    let count: Int
    var scalar: UInt32
    switch first {
    case 0xC2...0xDF: (count, scalar) = (2, UInt32(first & 0x1F))
    case 0xE0...0xEF: (count, scalar) = (3, UInt32(first & 0x0F))
    case 0xF0...0xF4: (count, scalar) = (4, UInt32(first & 0x07))
    default: return (replacement, 1)
    }
    guard at + count <= bytes.count else { return (replacement, 1) }
    for offset in 1..<count {
      let next = bytes[at + offset]
      guard next & 0xC0 == 0x80 else { return (replacement, 1) }
      scalar = scalar << 6 | UInt32(next & 0x3F)
    }
    let valid = count == 2 || (count == 3 ? scalar >= 0x800 && !(0xD800...0xDFFF ~= scalar) : 0x10000...0x10FFFF ~= scalar)
    return valid ? (scalar, count) : (replacement, 1)
  }

  static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
    guard scalar >= 0x80 else { return bytes.append(UInt8(truncatingIfNeeded: scalar)) }
    let rune = Unicode.Scalar(scalar) ?? "\u{FFFD}"
    bytes.append(contentsOf: UTF8.encode(rune) ?? UTF8.encodedReplacementCharacter)
  }

  /// `unicode.IsLetter`, `unicode.IsDigit` or an underscore.
  static func isAlphaNumeric(_ scalar: UInt32) -> Bool {
    if scalar < 0x80 {
      let byte = UInt8(truncatingIfNeeded: scalar)
      return byte == UInt8(ascii: "_") || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
        || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }
    guard let rune = Unicode.Scalar(scalar) else { return false }
    switch rune.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: return true
    default: return false
    }
  }

  /// `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space.
  static func isPrint(_ scalar: UInt32) -> Bool {
    if scalar < 0x7F { return scalar >= 0x20 }
    guard let rune = Unicode.Scalar(scalar) else { return false }
    switch rune.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator, .paragraphSeparator: return false
    default: return true
    }
  }

  static func hex(_ value: UInt32, width: Int, uppercase: Bool = false) -> String {
    let digits = String(value, radix: 16, uppercase: uppercase)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  /// Go's `%#U`.
  static func describe(_ scalar: UInt32) -> String {
    let code = "U+" + hex(scalar, width: 4, uppercase: true)
    guard isPrint(scalar), let rune = Unicode.Scalar(scalar) else { return code }
    return "\(code) '\(Character(rune))'"
  }
}

/// Go's string literals (strconv.Quote and Unquote).
enum GoQuote {
  static func quoted(_ text: String) -> String { quoted(Array(text.utf8)[...]) }

  /// `%q`: a double-quoted literal.
  static func quoted(_ slice: ArraySlice<UInt8>, ascii: Bool = false) -> String {
    String(decoding: quotedBytes(Array(slice), ascii: ascii), as: UTF8.self)
  }

  static func quotedBytes(_ bytes: [UInt8], ascii: Bool = false) -> [UInt8] {
    var result: [UInt8] = [UInt8(ascii: "\"")]
    result.reserveCapacity(bytes.count + 2)
    var at = 0
    while at < bytes.count {
      var end = at
      while end < bytes.count, 0x20..<0x7F ~= bytes[end], bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\") { end += 1 }
      result.append(contentsOf: bytes[at..<end])
      guard end < bytes.count else { break }
      at = end
      let (scalar, width) = GoRune.decode(bytes, at)
      if width == 1, scalar == GoRune.replacement {
        result.append(contentsOf: "\\x\(GoRune.hex(UInt32(bytes[at]), width: 2))".utf8)
      } else {
        appendEscaped(scalar, quote: UInt8(ascii: "\""), ascii: ascii, to: &result)
      }
      at += width
    }
    result.append(UInt8(ascii: "\""))
    return result
  }

  static func appendEscaped(_ scalar: UInt32, quote: UInt8, ascii: Bool, to result: inout [UInt8]) {
    if scalar == UInt32(quote) || scalar == UInt32(UInt8(ascii: "\\")) {
      result.append(UInt8(ascii: "\\"))
      result.append(UInt8(truncatingIfNeeded: scalar))
      return
    }
    if scalar < 0x80 ? (0x20..<0x7F ~= scalar) : (!ascii && GoRune.isPrint(scalar)) {
      GoRune.append(scalar, to: &result)
      return
    }
    let escape: String
    switch scalar {
    case 0x07: escape = "\\a"
    case 0x08: escape = "\\b"
    case 0x0C: escape = "\\f"
    case 0x0A: escape = "\\n"
    case 0x0D: escape = "\\r"
    case 0x09: escape = "\\t"
    case 0x0B: escape = "\\v"
    case ..<0x20, 0x7F: escape = "\\x" + GoRune.hex(scalar, width: 2)
    case ..<0x10000: escape = "\\u" + GoRune.hex(scalar, width: 4)
    default: escape = "\\U" + GoRune.hex(scalar, width: 8)
    }
    result.append(contentsOf: escape.utf8)
  }

  /// The bytes of a literal with its quotes; nil where Go says "invalid syntax".
  static func unquoted(_ literal: ArraySlice<UInt8>) -> [UInt8]? {
    let bytes = Array(literal)
    guard bytes.count >= 2, let quote = bytes.first, bytes.last == quote else { return nil }
    if quote == UInt8(ascii: "`") {
      return bytes[1..<bytes.count - 1].filter { $0 != UInt8(ascii: "\r") }
    }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var at = 1
    while at < bytes.count - 1 {
      if bytes[at] == UInt8(ascii: "\n") || bytes[at] == quote { return nil }
      guard bytes[at] == UInt8(ascii: "\\") else {
        result.append(bytes[at])
        at += 1
        continue
      }
      guard let (value, isByte, width) = escape(bytes, at, end: bytes.count - 1, quote: quote) else { return nil }
      if isByte { result.append(UInt8(truncatingIfNeeded: value)) } else { GoRune.append(value, to: &result) }
      at += width
    }
    return result
  }

  /// Reads an escape at a backslash.
  static func escape(_ bytes: [UInt8], _ at: Int, end: Int, quote: UInt8) -> (value: UInt32, isByte: Bool, width: Int)? {
    guard at + 1 < end else { return nil }
    let kind = bytes[at + 1]
    func digits(_ count: Int, radix: UInt32) -> UInt32? {
      guard at + 2 + count <= end else { return nil }
      var value: UInt32 = 0
      for byte in bytes[at + 2..<at + 2 + count] {
        guard let digit = digitValue(byte), digit < radix else { return nil }
        value = value &* radix &+ digit
      }
      return value
    }
    switch kind {
    case UInt8(ascii: "a"): return (7, false, 2)
    case UInt8(ascii: "b"): return (8, false, 2)
    case UInt8(ascii: "f"): return (12, false, 2)
    case UInt8(ascii: "n"): return (10, false, 2)
    case UInt8(ascii: "r"): return (13, false, 2)
    case UInt8(ascii: "t"): return (9, false, 2)
    case UInt8(ascii: "v"): return (11, false, 2)
    case UInt8(ascii: "\\"): return (92, false, 2)
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return kind == quote ? (UInt32(kind), false, 2) : nil
    case UInt8(ascii: "x"): return digits(2, radix: 16).map { ($0, true, 4) }
    case UInt8(ascii: "u"):
      guard let value = digits(4, radix: 16), !(0xD800...0xDFFF ~= value) else { return nil }
      return (value, false, 6)
    case UInt8(ascii: "U"):
      guard let value = digits(8, radix: 16), value <= 0x10FFFF, !(0xD800...0xDFFF ~= value) else { return nil }
      return (value, false, 10)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      guard at + 4 <= end else { return nil }
      var value: UInt32 = 0
      for byte in bytes[at + 1..<at + 4] {
        guard let digit = digitValue(byte), digit < 8 else { return nil }
        value = value * 8 + digit
      }
      return value > 255 ? nil : (value, true, 4)
    default: return nil
    }
  }

  static func digitValue(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}
