import SourceText

/// Why a JSON text could not be read.
public struct JSONError: Error, Hashable, Sendable {
  public var message: String
  /// Byte offset in the text.
  public var offset: Int
}

/// Reads JSON text (RFC 8259) into values. Whole numbers that fit become ints, other numbers
/// doubles; the last of equal keys wins.
public struct JSONReader {
  private let bytes: [UInt8]
  private var at = 0
  private let depthLimit: Int
  /// Gives the origin of a value or a key from its range of bytes.
  private let origin: (Range<Int>) -> Origin

  private init(_ bytes: [UInt8], depthLimit: Int, origin: @escaping (Range<Int>) -> Origin) {
    self.bytes = bytes
    self.depthLimit = depthLimit
    self.origin = origin
  }

  /// Reads one value and nothing behind it but white space.
  public static func read(
    _ bytes: [UInt8], depthLimit: Int = 200, origin: @escaping (Range<Int>) -> Origin = { _ in .none }
  ) throws(JSONError) -> Value {
    var reader = JSONReader(bytes, depthLimit: depthLimit, origin: origin)
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    if reader.at < bytes.count { throw reader.fail("unexpected text after the JSON value") }
    return value
  }

  public static func read(_ text: String) throws(JSONError) -> Value { try read(Array(text.utf8)) }

  private func fail(_ message: String) -> JSONError { JSONError(message: message, offset: at) }

  private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
  }

  private mutating func value(depth: Int) throws(JSONError) -> Value {
    guard depth < depthLimit else { throw fail("nested more than \(depthLimit) levels deep") }
    skipSpace()
    let start = at
    guard let byte = next else { throw fail("unexpected end of JSON") }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return Value(.string(Text(try string())), origin: origin(start..<at))
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw fail("unexpected character in JSON")
    }
  }

  private mutating func word(_ text: StaticString, _ payload: Value.Payload) throws(JSONError) -> Value {
    guard bytes.starts(with: text, at: at) else { throw fail("unexpected word in JSON") }
    let start = at
    at += text.utf8CodeUnitCount
    return Value(payload, origin: origin(start..<at))
  }

  private mutating func number() throws(JSONError) -> Value {
    let start = at
    var whole = true
    if next == UInt8(ascii: "-") { at += 1 }
    let first = at
    digits()
    if at == first || (bytes[first] == UInt8(ascii: "0") && at > first + 1) { throw fail("malformed number") }
    if next == UInt8(ascii: ".") {
      whole = false
      at += 1
      let fraction = at
      digits()
      if at == fraction { throw fail("malformed number") }
    }
    if let byte = next, byte | 0x20 == UInt8(ascii: "e") {
      whole = false
      at += 1
      if let sign = next, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { at += 1 }
      let power = at
      digits()
      if at == power { throw fail("malformed number") }
    }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    if whole, let value = Int64(text) { return Value(.int(value), origin: origin(start..<at)) }
    guard let value = Double(text) else { throw fail("malformed number") }
    return Value(.double(value), origin: origin(start..<at))
  }

  private mutating func digits() {
    while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { at += 1 }
  }

  private mutating func array(depth: Int) throws(JSONError) -> Value {
    let start = at
    at += 1
    var items: [Value] = []
    skipSpace()
    if next == UInt8(ascii: "]") {
      at += 1
      return Value(.list(ValueList([])), origin: origin(start..<at))
    }
    while true {
      items.append(try value(depth: depth + 1))
      skipSpace()
      if next == UInt8(ascii: ",") {
        at += 1
      } else if next == UInt8(ascii: "]") {
        at += 1
        return Value(.list(ValueList(items)), origin: origin(start..<at))
      } else {
        throw fail("expected ',' or ']' in a JSON list")
      }
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> Value {
    let start = at
    at += 1
    let map = ValueMap()
    skipSpace()
    if next == UInt8(ascii: "}") {
      at += 1
      return Value(.map(map), origin: origin(start..<at))
    }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw fail("expected a key in double quotes") }
      let keyStart = at
      let key = Text(try string())
      let keyOrigin = origin(keyStart..<at)
      skipSpace()
      guard next == UInt8(ascii: ":") else { throw fail("expected ':' after a JSON key") }
      at += 1
      map.set(key, try value(depth: depth + 1), keyOrigin: keyOrigin)
      skipSpace()
      if next == UInt8(ascii: ",") {
        at += 1
      } else if next == UInt8(ascii: "}") {
        at += 1
        return Value(.map(map), origin: origin(start..<at))
      } else {
        throw fail("expected ',' or '}' in a JSON object")
      }
    }
  }

  private mutating func string() throws(JSONError) -> [UInt8] {
    at += 1
    var out: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        at += 1
        return out
      case UInt8(ascii: "\\"):
        at += 1
        try escape(to: &out)
      case 0..<0x20:
        throw fail("control character in a JSON string")
      default:
        out.append(byte)
        at += 1
      }
    }
    throw fail("JSON string is not closed")
  }

  private mutating func escape(to out: inout [UInt8]) throws(JSONError) {
    guard let byte = next else { throw fail("JSON string is not closed") }
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
    case UInt8(ascii: "b"): out.append(0x08)
    case UInt8(ascii: "f"): out.append(0x0C)
    case UInt8(ascii: "n"): out.append(0x0A)
    case UInt8(ascii: "r"): out.append(0x0D)
    case UInt8(ascii: "t"): out.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hex()
      if 0xD800..<0xDC00 ~= code, bytes.starts(with: #"\u"#, at: at) {
        let mark = at
        at += 2
        let low = try hex()
        if 0xDC00..<0xE000 ~= low { code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) } else { at = mark }
      }
      let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
      out.append(contentsOf: Array(String(Character(scalar)).utf8))
    default: throw fail("unknown escape in a JSON string")
    }
  }

  private mutating func hex() throws(JSONError) -> UInt32 {
    guard at + 4 <= bytes.count, let code = UInt32(String(decoding: bytes[at..<(at + 4)], as: UTF8.self), radix: 16)
    else { throw fail("malformed \\u escape") }
    at += 4
    return code
  }
}
