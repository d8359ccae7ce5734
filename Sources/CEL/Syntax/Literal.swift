import SourceText
import Values

/// Values of literals (cel-spec, "Numeric Values" and "String and Bytes Values").
enum Literal {
  static func number(_ kind: TokenKind, _ bytes: [UInt8], negative: Bool, _ range: Range<Int>) throws(ExpressionProblem) -> Value {
    var text = Substring(bytes.lossyString)
    if kind == .double {
      guard let value = Double(text) else { throw ExpressionProblem("malformed number", range) }
      return .double(negative ? -value : value)
    }
    if kind == .uint { text = text.dropLast() }
    let hex = text.hasPrefix("0x") || text.hasPrefix("0X")
    let magnitude = UInt64(hex ? text.dropFirst(2) : text, radix: hex ? 16 : 10)
    guard let magnitude else { throw ExpressionProblem("number is out of range", range) }
    if kind == .uint {
      guard !negative else { throw ExpressionProblem("an unsigned number has no sign", range) }
      return CELValue.uint(magnitude)
    }
    if negative {
      guard magnitude <= UInt64(Int64.max) + 1 else { throw ExpressionProblem("number is out of range", range) }
      return .int(magnitude == UInt64(Int64.max) + 1 ? Int64.min : -Int64(magnitude))
    }
    guard let value = Int64(exactly: magnitude) else { throw ExpressionProblem("number is out of range", range) }
    return .int(value)
  }

  /// - Parameter bytes: the whole literal, prefix and quotes included.
  static func string(_ bytes: [UInt8], _ range: Range<Int>) throws(ExpressionProblem) -> Value {
    var start = 0
    var raw = false
    var binary = false
    while start < bytes.count, bytes[start] != UInt8(ascii: "\""), bytes[start] != UInt8(ascii: "'") {
      if bytes[start] | 0x20 == UInt8(ascii: "r") { raw = true } else { binary = true }
      start += 1
    }
    let triple = bytes.count >= start + 6 && bytes[start + 1] == bytes[start] && bytes[start + 2] == bytes[start]
    let width = triple ? 3 : 1
    guard bytes.count >= start + 2 * width else { throw ExpressionProblem("string is not closed", range) }
    let body = Array(bytes[(start + width)..<(bytes.count - width)])
    let content = try unescape(body, raw: raw, binary: binary, range)
    return binary ? CELBytes.value(content) : .string(Text(content))
  }

  private static func unescape(
    _ body: [UInt8], raw: Bool, binary: Bool, _ range: Range<Int>
  ) throws(ExpressionProblem) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(body.count)
    var at = 0
    func byte(_ place: Int) -> UInt8 { place < body.count ? body[place] : 0 }
    func scalar(_ code: UInt32) throws(ExpressionProblem) {
      guard let scalar = Unicode.Scalar(code) else { throw ExpressionProblem("escape names no Unicode character", range) }
      out.append(contentsOf: Array(String(Character(scalar)).utf8))
    }
    func digits(_ from: Int, _ count: Int, radix: Int) throws(ExpressionProblem) -> UInt32 {
      guard from + count <= body.count, body[from] != UInt8(ascii: "+"), body[from] != UInt8(ascii: "-"),
        let code = UInt32(body[from..<(from + count)].map { Character(Unicode.Scalar($0)) }.reduce(into: "") { $0.append($1) }, radix: radix)
      else { throw ExpressionProblem("malformed escape in a string", range) }
      return code
    }
    while at < body.count {
      let current = body[at]
      if current == 0x0D {
        // Line breaks are read as \n, as cel-go does (common/parser unescape).
        out.append(0x0A)
        at += byte(at + 1) == 0x0A ? 2 : 1
        continue
      }
      guard current == UInt8(ascii: "\\"), !raw else {
        out.append(current)
        at += 1
        continue
      }
      let code = byte(at + 1)
      at += 2
      switch code {
      case UInt8(ascii: "a"): out.append(0x07)
      case UInt8(ascii: "b"): out.append(0x08)
      case UInt8(ascii: "f"): out.append(0x0C)
      case UInt8(ascii: "n"): out.append(0x0A)
      case UInt8(ascii: "r"): out.append(0x0D)
      case UInt8(ascii: "t"): out.append(0x09)
      case UInt8(ascii: "v"): out.append(0x0B)
      case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "?"): out.append(code)
      case UInt8(ascii: "x"), UInt8(ascii: "X"):
        let value = try digits(at, 2, radix: 16)
        at += 2
        if binary { out.append(UInt8(truncatingIfNeeded: value)) } else { try scalar(value) }
      case UInt8(ascii: "u") where !binary:
        try scalar(try digits(at, 4, radix: 16))
        at += 4
      case UInt8(ascii: "U") where !binary:
        try scalar(try digits(at, 8, radix: 16))
        at += 8
      case UInt8(ascii: "0")...UInt8(ascii: "3"):
        let value = try digits(at - 1, 3, radix: 8)
        at += 2
        if binary { out.append(UInt8(truncatingIfNeeded: value)) } else { try scalar(value) }
      default: throw ExpressionProblem("unknown escape in a string", range)
      }
    }
    return out
  }
}
