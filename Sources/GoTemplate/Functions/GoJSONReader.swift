import SourceText
import Values

/// Go's encoding/json reading into `interface{}`: numbers are float64, errors have Go's words (scanner.go, decode.go).
struct GoJSONReader {
  struct Failure: Error { let message: String }

  private let text: Text
  private let whole: Origin
  private let table: OriginTable
  private let bytes: [UInt8]
  private var at = 0

  /// - Parameter whole: the origin of the value that holds the text.
  static func read(_ text: Text, whole: Origin, table: OriginTable) throws(Failure) -> Value {
    var reader = GoJSONReader(text: text, whole: whole, table: table)
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    if reader.at < reader.bytes.count { throw reader.invalid("after top-level value") }
    return value
  }

  private init(text: Text, whole: Origin, table: OriginTable) {
    self.text = text
    self.whole = whole
    self.table = table
    bytes = text.bytes
  }

  /// Go's name of a value's JSON type, for its errors of types.
  static func typeName(_ value: Value) -> String {
    switch value.payload {
    case .bool: "bool"
    case .int, .double: "number"
    case .string: "string"
    case .list: "array"
    default: "object"
    }
  }

  private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  private func invalid(_ context: String) -> Failure {
    guard at < bytes.count else { return Failure(message: "unexpected end of JSON input") }
    let name: String
    switch bytes[at] {
    case UInt8(ascii: "'"): name = #"'\''"#
    case UInt8(ascii: "\""): name = "'\"'"
    default:
      let quoted = GoQuote.quoted(Array(String(UnicodeScalar(bytes[at])).utf8)[...])
      name = "'" + quoted.dropFirst().dropLast() + "'"
    }
    return Failure(message: "invalid character \(name) \(context)")
  }

  private func origin(_ range: Range<Int>) -> Origin { text.origin(of: range, in: table, whole: whole) }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
  }

  private mutating func value(depth: Int) throws(Failure) -> Value {
    guard depth < Limits().nesting else { throw Failure(message: "exceeded max depth") }
    skipSpace()
    let start = at
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""):
      let text = try string()
      return .string(text, origin(start..<at))
    case UInt8(ascii: "t"): return .bool(true, try word("true"))
    case UInt8(ascii: "f"): return .bool(false, try word("false"))
    case UInt8(ascii: "n"): return .null(try word("null"))
    case let byte? where byte == UInt8(ascii: "-") || 0x30...0x39 ~= byte: return try number()
    default: throw invalid("looking for beginning of value")
    }
  }

  private mutating func word(_ word: String) throws(Failure) -> Origin {
    let start = at
    for byte in word.utf8 {
      guard next == byte else { throw invalid("in literal \(word) (expecting '\(UnicodeScalar(byte))')") }
      at += 1
    }
    return origin(start..<at)
  }

  private mutating func digits() -> Bool {
    let start = at
    while let byte = next, 0x30...0x39 ~= byte { at += 1 }
    return at > start
  }

  private mutating func number() throws(Failure) -> Value {
    let start = at
    if next == UInt8(ascii: "-") { at += 1 }
    if next == UInt8(ascii: "0") {
      at += 1
    } else if !digits() {
      throw invalid("in numeric literal")
    }
    if next == UInt8(ascii: ".") {
      at += 1
      if !digits() { throw invalid("after decimal point in numeric literal") }
    }
    if let byte = next, byte | 0x20 == UInt8(ascii: "e") {
      at += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
      if !digits() { throw invalid("in exponent of numeric literal") }
    }
    let literal = String(decoding: bytes[start..<at], as: UTF8.self)
    guard let value = Double(literal), value.isFinite else {
      throw Failure(message: "json: cannot unmarshal number \(literal) into Go value of type float64")
    }
    return .double(value, origin(start..<at))
  }

  private mutating func array(depth: Int) throws(Failure) -> Value {
    let start = at
    at += 1
    var items: [Value] = []
    skipSpace()
    if next == UInt8(ascii: "]") {
      at += 1
      return .list([], origin(start..<at))
    }
    while true {
      items.append(try value(depth: depth + 1))
      skipSpace()
      if next == UInt8(ascii: "]") { break }
      guard next == UInt8(ascii: ",") else { throw invalid("after array element") }
      at += 1
    }
    at += 1
    return .list(items, origin(start..<at))
  }

  private mutating func object(depth: Int) throws(Failure) -> Value {
    let start = at
    at += 1
    let map = ValueMap()
    skipSpace()
    if next == UInt8(ascii: "}") {
      at += 1
      return .map(map, origin(start..<at))
    }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw invalid("looking for beginning of object key string") }
      let keyStart = at
      let key = try string()
      let keyOrigin = origin(keyStart..<at)
      skipSpace()
      guard next == UInt8(ascii: ":") else { throw invalid("after object key") }
      at += 1
      map.set(key, try value(depth: depth + 1), keyOrigin: keyOrigin)
      skipSpace()
      if next == UInt8(ascii: "}") { break }
      guard next == UInt8(ascii: ",") else { throw invalid("after object key:value pair") }
      at += 1
    }
    at += 1
    return .map(map, origin(start..<at))
  }

  private mutating func string() throws(Failure) -> Text {
    at += 1
    var builder = TextBuilder()
    var start = at
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        builder.append(text, range: start..<at)
        at += 1
        return builder.build()
      case UInt8(ascii: "\\"):
        builder.append(text, range: start..<at)
        let escapeStart = at
        let bytes = try escape()
        builder.append(bytes, origin: text.runs.isEmpty ? .none : origin(escapeStart..<at))
        start = at
      case ..<0x20: throw invalid("in string literal")
      default: at += 1
      }
    }
    throw Failure(message: "unexpected end of JSON input")
  }

  private mutating func escape() throws(Failure) -> [UInt8] {
    at += 1
    let letter = next
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
      at += 1
      return [letter ?? 0]
    case UInt8(ascii: "b"): at += 1; return [0x08]
    case UInt8(ascii: "f"): at += 1; return [0x0C]
    case UInt8(ascii: "n"): at += 1; return [0x0A]
    case UInt8(ascii: "r"): at += 1; return [0x0D]
    case UInt8(ascii: "t"): at += 1; return [0x09]
    case UInt8(ascii: "u"):
      var rune = try hexadecimal()
      if 0xD800..<0xDC00 ~= rune, next == UInt8(ascii: "\\"), at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "u") {
        let mark = at
        at += 1
        let low = try hexadecimal()
        if 0xDC00..<0xE000 ~= low { rune = 0x10000 + (rune - 0xD800) << 10 + (low - 0xDC00) } else { at = mark }
      }
      return CaseFunctions.encoded(rune)
    default: throw invalid("in string escape code")
    }
  }

  private mutating func hexadecimal() throws(Failure) -> UInt32 {
    at += 1
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = GoQuote.digitValue(byte), digit < 16 else {
        throw invalid("in \\u hexadecimal character escape")
      }
      value = value << 4 | digit
      at += 1
    }
    return value
  }
}
