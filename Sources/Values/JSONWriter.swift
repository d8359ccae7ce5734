import SourceText

/// Writes values as JSON text.
public struct JSONWriter: Sendable {
  public enum Style: Sendable, Equatable {
    case compact
    /// Line breaks and this many spaces a level.
    case indented(Int)
  }

  public var style: Style
  /// Keys in byte order instead of insertion order.
  public var sortsKeys: Bool
  /// `<`, `>`, `&`, U+2028, U+2029 as `\u…`, as Go's encoding/json does by default.
  public var escapesHTML: Bool
  /// How a host object or an unknown is written; `null` by default.
  public var custom: (@Sendable (Value) -> String?)?

  public init(style: Style = .compact, sortsKeys: Bool = false, escapesHTML: Bool = false) {
    self.style = style
    self.sortsKeys = sortsKeys
    self.escapesHTML = escapesHTML
  }

  public func string(_ value: Value) -> String { String(decoding: bytes(value), as: UTF8.self) }

  public func bytes(_ value: Value) -> [UInt8] {
    var out: [UInt8] = []
    write(value, level: 0, to: &out)
    return out
  }

  public func write(_ value: Value, level: Int = 0, to out: inout [UInt8]) {
    switch value.payload {
    case .null: out.append(contentsOf: "null".utf8)
    case .bool(let flag): out.append(contentsOf: (flag ? "true" : "false").utf8)
    case .int(let number): out.append(contentsOf: String(number).utf8)
    case .double(let number): out.append(contentsOf: Self.number(number).utf8)
    case .string(let text): writeString(text.bytes, to: &out)
    case .list(let list):
      out.append(UInt8(ascii: "["))
      for (place, item) in list.items.enumerated() {
        if place > 0 { out.append(UInt8(ascii: ",")) }
        newline(level + 1, to: &out)
        write(item, level: level + 1, to: &out)
      }
      if !list.items.isEmpty { newline(level, to: &out) }
      out.append(UInt8(ascii: "]"))
    case .map(let map):
      out.append(UInt8(ascii: "{"))
      for (place, entry) in (sortsKeys ? map.sortedEntries : map.entries).enumerated() {
        if place > 0 { out.append(UInt8(ascii: ",")) }
        newline(level + 1, to: &out)
        writeString(entry.key.bytes, to: &out)
        out.append(UInt8(ascii: ":"))
        if style != .compact { out.append(UInt8(ascii: " ")) }
        write(entry.value, level: level + 1, to: &out)
      }
      if !map.isEmpty { newline(level, to: &out) }
      out.append(UInt8(ascii: "}"))
    case .object, .unknown:
      out.append(contentsOf: (custom?(value) ?? "null").utf8)
    }
  }

  private func newline(_ level: Int, to out: inout [UInt8]) {
    guard case .indented(let width) = style else { return }
    out.append(UInt8(ascii: "\n"))
    out.append(contentsOf: repeatElement(UInt8(ascii: " "), count: width * level))
  }

  /// The shortest text that reads back as the same double, in the form Go's encoding/json gives it:
  /// plain from 1e-6 up to below 1e21, else with an exponent. NaN and the infinities, which JSON has no text for,
  /// become null.
  public static func number(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    if value == 0 { return value.sign == .minus ? "-0" : "0" }
    let (negative, digits, exponent) = shortestDigits(value)
    let magnitude = value.magnitude
    var text = negative ? "-" : ""
    if magnitude < 1e-6 || magnitude >= 1e21 {
      text += String(digits.first ?? "0")
      if digits.count > 1 { text += "." + digits.dropFirst() }
      return text + "e" + (exponent < 0 ? "-" : "+") + String(exponent.magnitude)
    }
    return text + plain(digits, exponent)
  }

  /// Sign, significant digits without trailing zeros, and the decimal exponent of the first digit.
  public static func shortestDigits(_ value: Double) -> (negative: Bool, digits: String, exponent: Int) {
    // Swift prints the shortest digits that read back as the same double.
    var mantissa = Substring(value.magnitude.description)
    var exponent = 0
    if let mark = mantissa.firstIndex(where: { $0 == "e" }) {
      exponent = Int(mantissa[mantissa.index(after: mark)...]) ?? 0
      mantissa = mantissa[..<mark]
    }
    let parts = mantissa.split(separator: ".", omittingEmptySubsequences: false)
    let whole = String(parts[0])
    var digits = whole + (parts.count > 1 ? String(parts[1]) : "")
    exponent += whole.count - 1
    while digits.first == "0", digits.count > 1 {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.last == "0", digits.count > 1 { digits.removeLast() }
    return (value.sign == .minus, digits, exponent)
  }

  private static func plain(_ digits: String, _ exponent: Int) -> String {
    if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + digits }
    if digits.count <= exponent + 1 { return digits + String(repeating: "0", count: exponent + 1 - digits.count) }
    return digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
  }

  public func writeString(_ bytes: [UInt8], to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    // Decoding repairs what is not UTF-8, as Go's encoder does.
    let plain = bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    if plain, !escapesHTML {
      out.append(contentsOf: bytes)
      out.append(UInt8(ascii: "\""))
      return
    }
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\"": out.append(contentsOf: #"\""#.utf8)
      case "\\": out.append(contentsOf: #"\\"#.utf8)
      case "\n": out.append(contentsOf: #"\n"#.utf8)
      case "\r": out.append(contentsOf: #"\r"#.utf8)
      case "\t": out.append(contentsOf: #"\t"#.utf8)
      case "\u{8}" where escapesHTML: out.append(contentsOf: #"\b"#.utf8)
      case "\u{c}" where escapesHTML: out.append(contentsOf: #"\f"#.utf8)
      case "<", ">", "&", "\u{2028}", "\u{2029}":
        if escapesHTML || scalar.value > 0x2000 { unicode(scalar.value, to: &out) } else { out.append(UInt8(truncatingIfNeeded: scalar.value)) }
      case "\u{0}"..."\u{1f}": unicode(scalar.value, to: &out)
      default:
        if scalar.isASCII { out.append(UInt8(truncatingIfNeeded: scalar.value)) } else { out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter) }
      }
    }
    out.append(UInt8(ascii: "\""))
  }

  private func unicode(_ value: UInt32, to out: inout [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    out.append(contentsOf: #"\u"#.utf8)
    for shift in [12, 8, 4, 0] { out.append(digits[Int(value >> UInt32(shift)) & 15]) }
  }
}
