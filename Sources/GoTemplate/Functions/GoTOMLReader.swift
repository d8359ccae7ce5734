import SourceText
import Values

/// TOML 1.0 into `map[string]interface{}` as BurntSushi/toml decodes it: integers are int64, dates stay text of their own kind.
/// Scalars have the origin of their own bytes.
struct GoTOMLReader {
  struct Failure: Error { let message: String }

  private let text: Text
  private let whole: Origin
  private let table: OriginTable
  private let bytes: [UInt8]
  private var at = 0
  private var line = 1
  /// The table that is being read, and the key in it (the parser's `context` and `currentKey`).
  private var header: [Text] = []
  private var lastKey: [Text] = []

  static func read(_ text: Text, whole: Origin, table: OriginTable) throws(Failure) -> Value {
    var reader = GoTOMLReader(text: text, whole: whole, table: table, bytes: text.bytes)
    return .map(try reader.document(), whole)
  }

  private init(text: Text, whole: Origin, table: OriginTable, bytes: [UInt8]) {
    self.text = text
    self.whole = whole
    self.table = table
    self.bytes = bytes
  }

  private var next: UInt8? { at < bytes.count ? bytes[at] : nil }
  private func peek(_ ahead: Int) -> UInt8? { at + ahead < bytes.count ? bytes[at + ahead] : nil }
  private func failure(_ message: String) -> Failure {
    let key = (header + lastKey).map(\.string).joined(separator: ".")
    return Failure(message: "toml: line \(line)\(key.isEmpty ? "" : " (last key \(GoQuote.quoted(key)))"): \(message)")
  }
  private func origin(_ range: Range<Int>) -> Origin { text.origin(of: range, in: table, whole: whole) }

  private mutating func skipBlanks() { while next == 0x20 || next == 0x09 { at += 1 } }

  private mutating func skipComment() {
    if next == UInt8(ascii: "#") { while let byte = next, byte != 0x0A { _ = byte; at += 1 } }
  }

  /// Blanks, line breaks and comments.
  private mutating func skipSpace() {
    while let byte = next {
      switch byte {
      case 0x20, 0x09, 0x0D: at += 1
      case 0x0A: line += 1; at += 1
      case UInt8(ascii: "#"): skipComment()
      default: return
      }
    }
  }

  private mutating func endLine() throws(Failure) {
    skipBlanks()
    skipComment()
    if next == 0x0D { at += 1 }
    guard let byte = next else { return }
    guard byte == 0x0A else { throw failure("expected a line break, but got '\(UnicodeScalar(byte))' instead") }
  }

  private mutating func document() throws(Failure) -> ValueMap {
    let root = ValueMap()
    var current = root
    /// Tables that a header or a dotted key made; inline ones may not be extended.
    var defined: Set<ObjectIdentifier> = []
    while true {
      skipSpace()
      guard let byte = next else { return root }
      guard byte == UInt8(ascii: "[") else {
        try keyValue(into: current)
        try endLine()
        continue
      }
      let isArray = peek(1) == UInt8(ascii: "[")
      at += isArray ? 2 : 1
      let path = try key()
      header = path.map(\.0)
      for _ in 0..<(isArray ? 2 : 1) {
        guard next == UInt8(ascii: "]") else { throw failure("expected ']' at the end of a table's name") }
        at += 1
      }
      var map = root
      for (name, origin) in path.dropLast() { map = try descend(map, name, origin) }
      guard let (name, nameOrigin) = path.last else { throw failure("table without a name") }
      if isArray {
        let made = ValueMap()
        switch map[name]?.payload {
        case nil: map.set(name, .list([.map(made, nameOrigin)], nameOrigin), keyOrigin: nameOrigin)
        case .list(let list): map.set(name, .list(list.items + [.map(made, nameOrigin)], nameOrigin))
        default: throw failure("Key '\(name.string)' was already created and cannot be used as an array")
        }
        current = made
      } else {
        current = try descend(map, name, nameOrigin)
        guard defined.insert(ObjectIdentifier(current)).inserted else {
          throw failure("Key '\(name.string)' has already been defined")
        }
      }
      try endLine()
    }
  }

  private func descend(_ map: ValueMap, _ name: Text, _ origin: Origin) throws(Failure) -> ValueMap {
    switch map[name]?.payload {
    case nil:
      let made = ValueMap()
      map.set(name, .map(made, origin), keyOrigin: origin)
      return made
    case .map(let next): return next
    case .list(let list):
      if let last = list.items.last?.map { return last }
      fallthrough
    default: throw failure("Key '\(name.string)' has already been defined")
    }
  }

  private mutating func keyValue(into map: ValueMap) throws(Failure) {
    var map = map
    let path = try key()
    guard next == UInt8(ascii: "=") else { throw failure("expected key separator '='") }
    at += 1
    skipBlanks()
    lastKey = path.map(\.0)
    let value = try value(depth: 0)
    lastKey = []
    for (name, origin) in path.dropLast() { map = try descend(map, name, origin) }
    guard let (name, origin) = path.last else { throw failure("missing key") }
    if map[name] != nil { throw failure("Key '\(name.string)' has already been defined") }
    map.set(name, value, keyOrigin: origin)
  }

  /// A dotted key.
  private mutating func key() throws(Failure) -> [(Text, Origin)] {
    var parts: [(Text, Origin)] = []
    while true {
      skipBlanks()
      let start = at
      let name: Text
      switch next {
      case UInt8(ascii: "\""): name = try basic()
      case UInt8(ascii: "'"): name = try literal()
      default:
        while let byte = next, isBare(byte) { at += 1 }
        guard at > start else { throw failure("expected a key") }
        name = text.slice(start..<at)
      }
      parts.append((name, origin(start..<at)))
      skipBlanks()
      guard next == UInt8(ascii: "."), parts.count < Limits().nesting else { return parts }
      at += 1
    }
  }

  private func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: true
    default: false
    }
  }

  private mutating func value(depth: Int) throws(Failure) -> Value {
    guard depth < Limits().nesting else { throw failure("nested too deeply") }
    let start = at
    switch next {
    case UInt8(ascii: "\""):
      let text = try basic(multiline: peek(1) == UInt8(ascii: "\"") && peek(2) == UInt8(ascii: "\""))
      return .string(text, origin(start..<at))
    case UInt8(ascii: "'"):
      let text = try literal(multiline: peek(1) == UInt8(ascii: "'") && peek(2) == UInt8(ascii: "'"))
      return .string(text, origin(start..<at))
    case UInt8(ascii: "["):
      at += 1
      var items: [Value] = []
      while true {
        skipSpace()
        if next == UInt8(ascii: "]") { break }
        items.append(try value(depth: depth + 1))
        skipSpace()
        if next == UInt8(ascii: ",") { at += 1 } else if next != UInt8(ascii: "]") { throw failure("expected a comma or array terminator ']'") }
      }
      at += 1
      return .list(items, origin(start..<at))
    case UInt8(ascii: "{"):
      at += 1
      let map = ValueMap()
      skipSpace()
      while next != UInt8(ascii: "}") {
        try keyValue(into: map)
        skipSpace()
        if next == UInt8(ascii: ",") {
          at += 1
          skipSpace()
        } else if next != UInt8(ascii: "}") {
          throw failure("expected a comma or an inline table terminator '}'")
        }
      }
      at += 1
      return .map(map, origin(start..<at))
    case nil: throw failure("unexpected EOF; expected value")
    default: return try word(start)
    }
  }

  private mutating func word(_ start: Int) throws(Failure) -> Value {
    while let byte = next, isBare(byte) || "+.:".utf8.contains(byte) { at += 1 }
    // A date and a time may have a blank between them.
    if at - start == 10, next == 0x20, let digit = peek(1), 0x30...0x39 ~= digit, bytes[start + 4] == 0x2D {
      at += 1
      while let byte = next, isBare(byte) || "+.:".utf8.contains(byte) { at += 1 }
    }
    let bytes = Array(bytes[start..<at])
    let place = origin(start..<at)
    let literal = bytes.lossyString
    switch literal {
    case "true": return .bool(true, place)
    case "false": return .bool(false, place)
    case "inf", "+inf": return .double(.infinity, place)
    case "-inf": return .double(-.infinity, place)
    case "nan", "+nan", "-nan": return .double(.nan, place)
    default: break
    }
    guard let first = bytes.first, 0x30...0x39 ~= first || first == 0x2B || first == 0x2D else {
      throw failure("expected value but found \(GoQuote.quoted(literal)) instead")
    }
    let isPrefixed = literal.hasPrefix("0x") || literal.hasPrefix("0o") || literal.hasPrefix("0b")
    let digits = bytes.drop { $0 == 0x2B || $0 == 0x2D }
    let isDate = digits.count >= 8 && (bytes.dropFirst(4).first == 0x2D || bytes.dropFirst(2).first == 0x3A)
    if isDate, !isPrefixed { return try date(bytes, place) }
    if !isPrefixed, literal.contains(where: { ".eE".contains($0) }) {
      guard let number = GoCast.float(bytes.filter { $0 != UInt8(ascii: "_") }) else {
        throw failure("Invalid float value: \(GoQuote.quoted(literal))")
      }
      return .double(number, place)
    }
    let leadingZero = !isPrefixed && digits.count > 1 && digits.first == 0x30
    guard !leadingZero, let number = GoCast.integer(bytes[...]) else {
      throw failure("Invalid integer \(GoQuote.quoted(literal))")
    }
    return Value(.int(number), tag: GoNumber.int64, origin: place)
  }

  private func date(_ bytes: [UInt8], _ place: Origin) throws(Failure) -> Value {
    let layouts = [
      "2006-01-02T15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999",
      "2006-01-02 15:04:05.999999999", "2006-01-02", "15:04:05.999999999",
    ]
    for layout in layouts {
      if let time = try? GoTimeParser.parse(layout: Array(layout.utf8), bytes) {
        return Value(.object(GoTime(time)), origin: place)
      }
    }
    throw failure("Invalid TOML Datetime: \(GoQuote.quoted(bytes[...])).")
  }

  private mutating func literal(multiline: Bool = false) throws(Failure) -> Text {
    try quoted(UInt8(ascii: "'"), multiline: multiline, escapes: false)
  }

  private mutating func basic(multiline: Bool = false) throws(Failure) -> Text {
    try quoted(UInt8(ascii: "\""), multiline: multiline, escapes: true)
  }

  private mutating func quoted(_ quote: UInt8, multiline: Bool, escapes: Bool) throws(Failure) -> Text {
    at += multiline ? 3 : 1
    if multiline {
      if next == 0x0D, peek(1) == 0x0A { at += 1 }
      if next == 0x0A {
        at += 1
        line += 1
      }
    }
    var builder = TextBuilder()
    var start = at
    while let byte = next {
      if byte == quote {
        if !multiline || (peek(1) == quote && peek(2) == quote) {
          // Up to two more quotes may stand before the end.
          while multiline, peek(3) == quote { at += 1 }
          builder.append(text, range: start..<at)
          at += multiline ? 3 : 1
          return builder.build()
        }
        at += 1
      } else if byte == UInt8(ascii: "\\"), escapes {
        builder.append(text, range: start..<at)
        builder.append(try escape(multiline: multiline))
        start = at
      } else if byte == 0x0A {
        if !multiline { throw failure("strings cannot contain newlines") }
        line += 1
        at += 1
      } else if byte < 0x20, byte != 0x09, byte != 0x0D {
        throw failure("control characters are not allowed inside strings: '0x\(GoRune.hex(UInt32(byte), width: 2))'")
      } else {
        at += 1
      }
    }
    throw failure("unexpected EOF; expected '\(UnicodeScalar(quote))'")
  }

  private mutating func escape(multiline: Bool) throws(Failure) -> [UInt8] {
    at += 1
    guard let letter = next else { throw failure("unexpected EOF; expected '\"'") }
    at += 1
    switch letter {
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "e"): return [0x1B]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return [letter]
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      var rune: UInt32 = 0
      for _ in 0..<(letter == UInt8(ascii: "u") ? 4 : 8) {
        guard let byte = next, let digit = GoQuote.digitValue(byte), digit < 16, rune < 0x1000_0000 else {
          throw failure("expected hexadecimal digits in an escape")
        }
        rune = rune << 4 | digit
        at += 1
      }
      guard UnicodeScalar(rune) != nil else { throw failure("Escaped character is not valid UTF-8") }
      return CaseFunctions.encoded(rune)
    case 0x20, 0x09, 0x0D, 0x0A:
      if multiline {
        at -= 1
        var broke = false
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A {
          if byte == 0x0A {
            line += 1
            broke = true
          }
          at += 1
        }
        if broke { return [] }
      }
      fallthrough
    default: throw failure("invalid escape character '\\\(UnicodeScalar(letter))'")
    }
  }
}
