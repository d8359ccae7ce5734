import SourceText

/// What the text of a plain scalar means.
enum ResolvedScalar: Equatable {
  case null
  case bool(Bool)
  case int(Int64)
  /// Beyond int64.
  case uint(UInt64)
  case double(Double)
  /// A date or time of YAML 1.1; go-yaml v2 hands it on as its text.
  case timestamp
  case string
}

/// The resolution of plain scalars (go-yaml v2 and v3 `resolve.go`, YAML 1.2 chapter 10.3).
enum ScalarResolver {
  static func resolve(_ text: [UInt8], _ dialect: YAMLDialect) -> ResolvedScalar {
    switch dialect {
    case .kubernetes, .terraform: go(text, oldWords: true)
    case .kustomize: go(text, oldWords: false)
    case .core: core(text)
    }
  }

  // MARK: go-yaml

  /// - Parameter oldWords: whether `yes`, `on`, `y` … are booleans (v2), or only `true` and `false` (v3).
  private static func go(_ text: [UInt8], oldWords: Bool) -> ResolvedScalar {
    guard let first = text.first else { return .null }
    switch first {
    case UInt8(ascii: "~"), UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"),
      UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "o"), UInt8(ascii: "O"):
      return text.count <= 5 ? word(text.lossy, oldWords: oldWords) : .string
    case UInt8(ascii: "."):
      if let special = special(text) { return special }
      if isFloat(text), let number = finite(text) { return .double(number) }
      return .string
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      if let special = special(text) { return special }
      if isTimestamp(text) { return .timestamp }
      let plain = text.contains(UInt8(ascii: "_")) ? text.filter { $0 != UInt8(ascii: "_") } : text
      if let number = integer(plain) { return number }
      if isFloat(plain), let number = finite(plain) { return .double(number) }
      return .string
    default:
      return .string
    }
  }

  private static func word(_ text: String, oldWords: Bool) -> ResolvedScalar {
    switch text {
    case "~", "null", "Null", "NULL": .null
    case "true", "True", "TRUE": .bool(true)
    case "false", "False", "FALSE": .bool(false)
    case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON": oldWords ? .bool(true) : .string
    case "n", "N", "no", "No", "NO", "off", "Off", "OFF": oldWords ? .bool(false) : .string
    default: .string
    }
  }

  private static func special(_ text: [UInt8]) -> ResolvedScalar? {
    guard text.count == 4 || text.count == 5 else { return nil }
    switch text.lossy {
    case ".nan", ".NaN", ".NAN": return .double(.nan)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .double(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .double(-.infinity)
    default: return nil
    }
  }

  /// Go's `strconv.ParseInt(text, 0, 64)`, then `ParseUint`.
  static func integer(_ text: [UInt8]) -> ResolvedScalar? {
    var digits = text[...]
    var negative = false
    var signed = false
    if let sign = digits.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      negative = sign == UInt8(ascii: "-")
      signed = true
      digits = digits.dropFirst()
    }
    var radix: UInt64 = 10
    if digits.first == UInt8(ascii: "0"), digits.count > 1 {
      switch digits[digits.startIndex + 1] | 0x20 {
      case UInt8(ascii: "x"): radix = 16
      case UInt8(ascii: "o"): radix = 8
      case UInt8(ascii: "b"): radix = 2
      default: radix = 8
      }
      let isPrefixed = digits[digits.startIndex + 1] > UInt8(ascii: "9")
      digits = digits.dropFirst(isPrefixed ? 2 : 1)
    }
    guard let magnitude = magnitude(digits, radix) else { return nil }
    if negative {
      guard magnitude <= UInt64(Int64.max) + 1 else { return nil }
      return .int(Int64(truncatingIfNeeded: 0 &- magnitude))
    }
    if let small = Int64(exactly: magnitude) { return .int(small) }
    return signed ? nil : .uint(magnitude)
  }

  private static func magnitude(_ digits: ArraySlice<UInt8>, _ radix: UInt64) -> UInt64? {
    guard !digits.isEmpty else { return nil }
    var result: UInt64 = 0
    for byte in digits {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: return nil
      }
      guard UInt64(digit) < radix else { return nil }
      let (scaled, over) = result.multipliedReportingOverflow(by: radix)
      let (sum, carry) = scaled.addingReportingOverflow(UInt64(digit))
      guard !over, !carry else { return nil }
      result = sum
    }
    return result
  }

  /// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
  static func isFloat(_ text: [UInt8]) -> Bool {
    var at = 0
    func isDigit(_ place: Int) -> Bool { place < text.count && text[place] >= UInt8(ascii: "0") && text[place] <= UInt8(ascii: "9") }
    if at < text.count, text[at] == UInt8(ascii: "+") || text[at] == UInt8(ascii: "-") { at += 1 }
    if isDigit(at) {
      while isDigit(at) { at += 1 }
      if at < text.count, text[at] == UInt8(ascii: ".") {
        at += 1
        while isDigit(at) { at += 1 }
      }
    } else {
      guard at < text.count, text[at] == UInt8(ascii: "."), isDigit(at + 1) else { return false }
      at += 1
      while isDigit(at) { at += 1 }
    }
    if at < text.count, text[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < text.count, text[at] == UInt8(ascii: "+") || text[at] == UInt8(ascii: "-") { at += 1 }
      guard isDigit(at) else { return false }
      while isDigit(at) { at += 1 }
    }
    return at == text.count
  }

  /// nil where the number is out of range, as Go's ParseFloat reports it.
  private static func finite(_ text: [UInt8]) -> Double? {
    var text = text
    if text.last == UInt8(ascii: ".") { text.removeLast() }
    if text.first == UInt8(ascii: "+") { text.removeFirst() }
    guard let number = Double(text.lossy), number.isFinite else { return nil }
    return number
  }

  // MARK: YAML 1.2

  private static func core(_ text: [UInt8]) -> ResolvedScalar {
    if text.isEmpty { return .null }
    if text.count <= 5 {
      let word = word(text.lossy, oldWords: false)
      if word != .string { return word }
      if let special = special(text) { return special }
    }
    if text.count > 2, text[0] == UInt8(ascii: "0"), text[1] == UInt8(ascii: "x") || text[1] == UInt8(ascii: "o") {
      guard let value = magnitude(text[2...], text[1] == UInt8(ascii: "x") ? 16 : 8) else { return .string }
      return Int64(exactly: value).map { .int($0) } ?? .uint(value)
    }
    guard isFloat(text) else { return .string }
    let isWhole = !text.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }
    if isWhole, let value = Int64(text.lossy) { return .int(value) }
    return finite(text).map { .double($0) } ?? .string
  }

  // MARK: Timestamps

  /// The formats of go-yaml's `parseTimestamp`, as Go's time.Parse admits them.
  static func isTimestamp(_ text: [UInt8]) -> Bool {
    var scan = TimeScan(text)
    guard let year = scan.number(4...4), scan.take("-") else { return false }
    guard let month = scan.number(1...2), (1...12).contains(month), scan.take("-") else { return false }
    guard let day = scan.number(1...2), day >= 1 else { return false }
    guard day <= Gregorian.days(in: month, of: year) else { return false }
    if scan.isAtEnd { return true }
    let zoned = scan.take("T") || scan.take("t")
    guard zoned || scan.take(" ") else { return false }
    guard let hour = scan.number(1...2), hour < 24, scan.take(":"), let minute = scan.number(1...2), minute < 60, scan.take(":"),
      let second = scan.number(1...2), second < 60
    else { return false }
    scan.fraction()
    guard zoned else { return scan.isAtEnd }
    if scan.take("Z") { return scan.isAtEnd }
    guard scan.take("+") || scan.take("-"), let hours = scan.number(2...2), hours <= 24, scan.take(":"),
      let minutes = scan.number(2...2), minutes < 60
    else { return false }
    return scan.isAtEnd
  }
}

private struct TimeScan {
  private let text: [UInt8]
  private var at = 0

  init(_ text: [UInt8]) { self.text = text }

  var isAtEnd: Bool { at == text.count }

  mutating func take(_ letter: Unicode.Scalar) -> Bool {
    guard at < text.count, text[at] == UInt8(ascii: letter) else { return false }
    at += 1
    return true
  }

  mutating func number(_ width: ClosedRange<Int>) -> Int? {
    var value = 0
    var count = 0
    while count < width.upperBound, at < text.count, text[at] >= UInt8(ascii: "0"), text[at] <= UInt8(ascii: "9") {
      value = value * 10 + Int(text[at] - UInt8(ascii: "0"))
      at += 1
      count += 1
    }
    return width.contains(count) ? value : nil
  }

  mutating func fraction() {
    guard at + 1 < text.count, text[at] == UInt8(ascii: ".") || text[at] == UInt8(ascii: ","),
      text[at + 1] >= UInt8(ascii: "0"), text[at + 1] <= UInt8(ascii: "9")
    else { return }
    at += 1
    while at < text.count, text[at] >= UInt8(ascii: "0"), text[at] <= UInt8(ascii: "9") { at += 1 }
  }
}

extension Collection<UInt8> {
  var lossy: String { String(decoding: self, as: UTF8.self) }
}
