import SourceText
import Values

/// What a plain scalar is by its text, as go-yaml v3 (`resolve.go`) decides it.
enum ScalarResolver {
  enum Resolved {
    case string
    case int(Int64)
    /// Also whole numbers beyond 64 bits, as the nearest double.
    case float(Double)
    case bool(Bool)
    case null
    /// With the time as Go prints it into JSON (RFC 3339).
    case timestamp(String)

    var tag: Node.Tag {
      switch self {
      case .string: .string
      case .int: .int
      case .float: .float
      case .bool: .bool
      case .null: .null
      case .timestamp: .timestamp
      }
    }
  }

  static func tag(of bytes: [UInt8]) -> Node.Tag { resolve(bytes).tag }

  static func resolve(_ bytes: [UInt8]) -> Resolved {
    guard let first = bytes.first else { return .null }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"): return number(bytes)
    case UInt8(ascii: "."):
      if let special = specials[bytes.lossyString] { return .float(special) }
      // Go's ParseFloat takes underscores only with a prefix, hexadecimal floats not behind a point.
      return decimal(bytes).map { .float($0) } ?? .string
    case UInt8(ascii: "~"): return bytes.count == 1 ? .null : .string
    case UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"):
      guard bytes.count <= 5 else { return .string }
      switch bytes.lossyString {
      case "null", "Null", "NULL": return .null
      case "true", "True", "TRUE": return .bool(true)
      case "false", "False", "FALSE": return .bool(false)
      default: return .string
      }
    default: return .string
    }
  }

  private static let specials: [String: Double] = [
    ".nan": .nan, ".NaN": .nan, ".NAN": .nan, ".inf": .infinity, ".Inf": .infinity, ".INF": .infinity,
    "+.inf": .infinity, "+.Inf": .infinity, "+.INF": .infinity, "-.inf": -.infinity, "-.Inf": -.infinity, "-.INF": -.infinity,
  ]

  private static func number(_ bytes: [UInt8]) -> Resolved {
    guard bytes.count <= 400 else { return .string }
    if let special = specials[bytes.lossyString] { return .float(special) }
    if let time = timestamp(bytes) { return .timestamp(time) }
    let plain = bytes.filter { $0 != UInt8(ascii: "_") }
    if let whole = integer(plain) { return whole }
    if let value = decimal(plain) { return .float(value) }
    return .string
  }

  /// Go's `strconv.ParseInt` and `ParseUint` with base 0.
  private static func integer(_ bytes: [UInt8]) -> Resolved? {
    var digits = bytes[...]
    var negative = false
    if let sign = digits.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
      negative = sign == UInt8(ascii: "-")
      digits = digits.dropFirst()
    }
    var radix = 10
    if digits.first == UInt8(ascii: "0"), digits.count > 1 {
      let mark = digits[digits.startIndex + 1] | 0x20
      switch mark {
      case UInt8(ascii: "x"): radix = 16
      case UInt8(ascii: "o"): radix = 8
      case UInt8(ascii: "b"): radix = 2
      default: radix = 8
      }
      let hasMark = mark == UInt8(ascii: "x") || mark == UInt8(ascii: "o") || mark == UInt8(ascii: "b")
      digits = digits.dropFirst(hasMark ? 2 : 1)
    }
    guard let first = digits.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else { return nil }
    let text = String(decoding: digits, as: UTF8.self)
    if let value = Int64((negative ? "-" : "") + text, radix: radix) { return .int(value) }
    if !negative, let value = UInt64(text, radix: radix) { return .float(Double(value)) }
    return nil
  }

  /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`; nil also where the number is too large for a double.
  private static func decimal(_ bytes: [UInt8]) -> Double? {
    var at = 0
    func skipDigits() -> Int {
      let start = at
      while at < bytes.count, bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") { at += 1 }
      return at - start
    }
    if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
    let whole = skipDigits()
    var fraction = 0
    if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
      at += 1
      fraction = skipDigits()
    }
    guard whole > 0 || fraction > 0 else { return nil }
    if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
      guard skipDigits() > 0 else { return nil }
    }
    guard at == bytes.count else { return nil }
    var text = bytes.lossyString
    if text.hasPrefix("+") { text.removeFirst() }
    if text.hasPrefix(".") { text = "0" + text }
    if text.hasPrefix("-.") { text = "-0" + text.dropFirst() }
    if let point = text.firstIndex(of: ".") {
      let next = text.index(after: point)
      if next == text.endIndex || text[next] == "e" || text[next] == "E" { text.insert("0", at: next) }
    }
    guard let value = Double(text), value.isFinite else { return nil }
    return value
  }

  /// The four forms of `parseTimestamp`: a date, alone or with a time of day; nil where it is none.
  private static func timestamp(_ bytes: [UInt8]) -> String? {
    var at = 0
    func digits(_ range: ClosedRange<Int>) -> Int? {
      var value = 0
      var count = 0
      while at < bytes.count, count < range.upperBound, let digit = digit(bytes[at]) {
        value = value * 10 + digit
        at += 1
        count += 1
      }
      return range.contains(count) ? value : nil
    }
    func take(_ byte: UInt8) -> Bool {
      guard at < bytes.count, bytes[at] == byte else { return false }
      at += 1
      return true
    }
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    guard let year = digits(4...4), take(UInt8(ascii: "-")), let month = digits(1...2), 1...12 ~= month, take(UInt8(ascii: "-")),
      let day = digits(1...2), day >= 1, day <= Gregorian.days(in: month, of: year)
    else { return nil }
    let date = String(decoding: bytes[0..<4], as: UTF8.self) + "-\(two(month))-\(two(day))T"
    if at == bytes.count { return date + "00:00:00Z" }
    let hasZone: Bool
    if take(UInt8(ascii: "T")) || take(UInt8(ascii: "t")) {
      hasZone = true
    } else if take(UInt8(ascii: " ")) {
      hasZone = false
    } else {
      return nil
    }
    guard let hour = digits(1...2), hour < 24, take(UInt8(ascii: ":")), let minute = digits(1...2), minute < 60,
      take(UInt8(ascii: ":")), let second = digits(1...2), second < 60
    else { return nil }
    var time = date + "\(two(hour)):\(two(minute)):\(two(second))"
    if take(UInt8(ascii: ".")) {
      let start = at
      guard digits(1...9) != nil else { return nil }
      var fraction = bytes[start..<at]
      while fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
      if !fraction.isEmpty { time += "." + String(decoding: fraction, as: UTF8.self) }
    }
    guard hasZone else { return at == bytes.count ? time + "Z" : nil }
    if take(UInt8(ascii: "Z")) { return at == bytes.count ? time + "Z" : nil }
    let start = at
    guard take(UInt8(ascii: "+")) || take(UInt8(ascii: "-")), let hours = digits(2...2), take(UInt8(ascii: ":")),
      let minutes = digits(2...2), hours < 24, minutes < 60, at == bytes.count
    else { return nil }
    return time + (hours == 0 && minutes == 0 ? "Z" : String(decoding: bytes[start..<at], as: UTF8.self))
  }

  private static func digit(_ byte: UInt8) -> Int? {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int(byte - UInt8(ascii: "0")) : nil
  }
}
