import SourceText

/// Cuts an expression into tokens, all at once.
struct Lexer {
  private let bytes: [UInt8]
  private var at = 0

  /// Words that may name fields and methods but not variables and functions (cel-spec, "Syntax", RESERVED).
  static let reserved: Set<String> = [
    "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
    "namespace", "return", "var", "void", "while",
  ]

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The tokens, closed by one of kind `end`.
  static func tokens(_ bytes: [UInt8]) throws(ExpressionProblem) -> [Token] {
    var lexer = Lexer(bytes)
    var result: [Token] = []
    while let token = try lexer.next() { result.append(token) }
    result.append(Token(kind: .end, range: bytes.count..<bytes.count))
    return result
  }

  private func peek(_ ahead: Int = 0) -> UInt8 { at + ahead < bytes.count ? bytes[at + ahead] : 0 }

  private static func isLetter(_ byte: UInt8) -> Bool { byte == 0x5F || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) }
  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
  private static func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x66) }

  private mutating func skip() {
    while at < bytes.count {
      switch bytes[at] {
      case 0x20, 0x09, 0x0A, 0x0C, 0x0D: at += 1
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
        while at < bytes.count, bytes[at] != 0x0A { at += 1 }
      default: return
      }
    }
  }

  private mutating func next() throws(ExpressionProblem) -> Token? {
    skip()
    guard at < bytes.count else { return nil }
    let start = at
    let byte = bytes[at]
    if let prefix = stringPrefix() { return try string(start: start, prefix: prefix) }
    if Self.isLetter(byte) { return word(start) }
    if Self.isDigit(byte) || (byte == UInt8(ascii: ".") && Self.isDigit(peek(1))) { return try number(start) }
    if byte == UInt8(ascii: "`") { return try quoted(start) }
    return try sign(start, byte)
  }

  private mutating func word(_ start: Int) -> Token {
    while at < bytes.count, Self.isLetter(bytes[at]) || Self.isDigit(bytes[at]) { at += 1 }
    let kind: TokenKind =
      switch bytes[start..<at] {
      case let text where text.elementsEqual("true".utf8): .trueWord
      case let text where text.elementsEqual("false".utf8): .falseWord
      case let text where text.elementsEqual("null".utf8): .nullWord
      case let text where text.elementsEqual("in".utf8): .inWord
      default: .identifier
      }
    return Token(kind: kind, range: start..<at)
  }

  private mutating func quoted(_ start: Int) throws(ExpressionProblem) -> Token {
    at += 1
    while at < bytes.count, bytes[at] != UInt8(ascii: "`") {
      let byte = bytes[at]
      guard Self.isLetter(byte) || Self.isDigit(byte) || [0x2E, 0x2D, 0x2F, 0x20].contains(byte) else {
        throw ExpressionProblem("unexpected character in a quoted field name", at..<(at + 1))
      }
      at += 1
    }
    guard at < bytes.count, at > start + 1 else { throw ExpressionProblem("quoted field name is not closed", start..<at) }
    at += 1
    return Token(kind: .quotedIdentifier, range: start..<at)
  }

  private mutating func number(_ start: Int) throws(ExpressionProblem) -> Token {
    var kind = TokenKind.int
    if peek() == 0x30, peek(1) | 0x20 == UInt8(ascii: "x"), Self.isHex(peek(2)) {
      at += 2
      while Self.isHex(peek()) { at += 1 }
    } else {
      while Self.isDigit(peek()) { at += 1 }
      if peek() == UInt8(ascii: "."), Self.isDigit(peek(1)) {
        kind = .double
        at += 1
        while Self.isDigit(peek()) { at += 1 }
      }
      if peek() | 0x20 == UInt8(ascii: "e") {
        let signed = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
        if Self.isDigit(peek(signed ? 2 : 1)) {
          kind = .double
          at += signed ? 2 : 1
          while Self.isDigit(peek()) { at += 1 }
        }
      }
    }
    if kind == .int, peek() | 0x20 == UInt8(ascii: "u") {
      kind = .uint
      at += 1
    }
    if Self.isLetter(peek()) { throw ExpressionProblem("unexpected letter behind a number", at..<(at + 1)) }
    return Token(kind: kind, range: start..<at)
  }

  /// The length of `r`, `b`, `rb`, `br` in front of a quote (0 for a bare quote), or nil where no literal begins.
  private func stringPrefix() -> Int? {
    for length in 0...2 {
      let byte = peek(length)
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        let letters = (0..<length).map { peek($0) | 0x20 }
        switch letters {
        case [], [UInt8(ascii: "r")], [UInt8(ascii: "b")], [UInt8(ascii: "r"), UInt8(ascii: "b")],
          [UInt8(ascii: "b"), UInt8(ascii: "r")]:
          return length
        default: return nil
        }
      }
      if byte | 0x20 != UInt8(ascii: "r"), byte | 0x20 != UInt8(ascii: "b") { return nil }
    }
    return nil
  }

  private mutating func string(start: Int, prefix: Int) throws(ExpressionProblem) -> Token {
    var raw = false
    var binary = false
    for _ in 0..<prefix {
      if peek() | 0x20 == UInt8(ascii: "r") { raw = true } else { binary = true }
      at += 1
    }
    let quote = peek()
    let triple = peek(1) == quote && peek(2) == quote
    at += triple ? 3 : 1
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\\"), !raw {
        at += 2
      } else if byte == quote, !triple || (peek(1) == quote && peek(2) == quote) {
        at += triple ? 3 : 1
        return Token(kind: binary ? .bytes : .string, range: start..<at)
      } else if !triple, byte == 0x0A || byte == 0x0D {
        break
      } else {
        at += 1
      }
    }
    throw ExpressionProblem("string is not closed", start..<min(at, bytes.count))
  }

  private mutating func sign(_ start: Int, _ byte: UInt8) throws(ExpressionProblem) -> Token {
    let next = peek(1)
    let equals = next == UInt8(ascii: "=")
    var length = 1
    let kind: TokenKind
    switch byte {
    case UInt8(ascii: "("): kind = .leftParen
    case UInt8(ascii: ")"): kind = .rightParen
    case UInt8(ascii: "["): kind = .leftBracket
    case UInt8(ascii: "]"): kind = .rightBracket
    case UInt8(ascii: "{"): kind = .leftBrace
    case UInt8(ascii: "}"): kind = .rightBrace
    case UInt8(ascii: "."): kind = .dot
    case UInt8(ascii: ","): kind = .comma
    case UInt8(ascii: ":"): kind = .colon
    case UInt8(ascii: "?"): kind = .question
    case UInt8(ascii: "+"): kind = .plus
    case UInt8(ascii: "-"): kind = .minus
    case UInt8(ascii: "*"): kind = .star
    case UInt8(ascii: "/"): kind = .slash
    case UInt8(ascii: "%"): kind = .percent
    case UInt8(ascii: "!"):
      kind = equals ? .notEqual : .bang
      length = equals ? 2 : 1
    case UInt8(ascii: "<"):
      kind = equals ? .lessEqual : .less
      length = equals ? 2 : 1
    case UInt8(ascii: ">"):
      kind = equals ? .greaterEqual : .greater
      length = equals ? 2 : 1
    case UInt8(ascii: "=") where equals:
      kind = .equal
      length = 2
    case UInt8(ascii: "&") where next == byte:
      kind = .and
      length = 2
    case UInt8(ascii: "|") where next == byte:
      kind = .or
      length = 2
    default:
      throw ExpressionProblem("unexpected character", start..<(start + 1))
    }
    at += length
    return Token(kind: kind, range: start..<at)
  }
}
