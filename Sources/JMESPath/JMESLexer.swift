// JMESPath expressions as jmespath/go-jmespath compiles them (lexer.go, parser.go), which the AWS provider of the CSI driver
// uses: enough to say whether one is well formed and what it selects.

import Values

/// Why an expression does not compile.
package struct JMESError: Error, Hashable, Sendable {
  package var message: String
  /// Byte offset in the expression.
  package var offset: Int
}

struct JMESToken: Hashable, Sendable {
  enum Kind: String, Hashable, Sendable {
    case star, dot, filter, flatten, leftParenthesis, rightParenthesis, leftBracket, rightBracket, leftBrace, rightBrace
    case or, pipe, number, identifier, quotedIdentifier, comma, colon
    case less, lessOrEqual, greater, greaterOrEqual, equal, notEqual
    case jsonLiteral, stringLiteral, current, reference, and, not, end
  }

  var kind: Kind
  var text: [UInt8]
  var offset: Int
  var length: Int

  /// Left binding power of the parser.
  var power: Int {
    switch kind {
    case .pipe: 1
    case .or: 2
    case .and: 3
    case .equal, .less, .lessOrEqual, .greater, .greaterOrEqual, .notEqual: 5
    case .flatten: 9
    case .star: 20
    case .filter: 21
    case .dot: 40
    case .not: 45
    case .leftBrace: 50
    case .leftBracket: 55
    case .leftParenthesis: 60
    default: 0
    }
  }
}

struct JMESLexer {
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  static func tokens(_ bytes: [UInt8]) throws(JMESError) -> [JMESToken] {
    var lexer = JMESLexer(bytes)
    var result: [JMESToken] = []
    while let token = try lexer.next() { result.append(token) }
    result.append(JMESToken(kind: .end, text: [], offset: bytes.count, length: 0))
    return result
  }

  private func peek(_ distance: Int = 0) -> UInt8? { at + distance < bytes.count ? bytes[at + distance] : nil }

  private mutating func token(_ kind: JMESToken.Kind, _ length: Int) -> JMESToken {
    defer { at += length }
    return JMESToken(kind: kind, text: Array(bytes[at..<(at + length)]), offset: at, length: length)
  }

  private mutating func next() throws(JMESError) -> JMESToken? {
    while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { at += 1 }
    guard let byte = peek() else { return nil }
    let start = at
    switch byte {
    case _ where Self.isIdentifierStart(byte):
      var end = at + 1
      while end < bytes.count, Self.isIdentifierStart(bytes[end]) || Self.isDigit(bytes[end]) { end += 1 }
      return token(.identifier, end - start)
    case UInt8(ascii: "."): return token(.dot, 1)
    case UInt8(ascii: "*"): return token(.star, 1)
    case UInt8(ascii: ","): return token(.comma, 1)
    case UInt8(ascii: ":"): return token(.colon, 1)
    case UInt8(ascii: "{"): return token(.leftBrace, 1)
    case UInt8(ascii: "}"): return token(.rightBrace, 1)
    case UInt8(ascii: "]"): return token(.rightBracket, 1)
    case UInt8(ascii: "("): return token(.leftParenthesis, 1)
    case UInt8(ascii: ")"): return token(.rightParenthesis, 1)
    case UInt8(ascii: "@"): return token(.current, 1)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      var end = at + 1
      while end < bytes.count, Self.isDigit(bytes[end]) { end += 1 }
      return token(.number, end - start)
    case UInt8(ascii: "["):
      if peek(1) == UInt8(ascii: "?") { return token(.filter, 2) }
      if peek(1) == UInt8(ascii: "]") { return token(.flatten, 2) }
      return token(.leftBracket, 1)
    case UInt8(ascii: "|"): return peek(1) == byte ? token(.or, 2) : token(.pipe, 1)
    case UInt8(ascii: "<"): return peek(1) == UInt8(ascii: "=") ? token(.lessOrEqual, 2) : token(.less, 1)
    case UInt8(ascii: ">"): return peek(1) == UInt8(ascii: "=") ? token(.greaterOrEqual, 2) : token(.greater, 1)
    case UInt8(ascii: "!"): return peek(1) == UInt8(ascii: "=") ? token(.notEqual, 2) : token(.not, 1)
    case UInt8(ascii: "=") where peek(1) == byte: return token(.equal, 2)
    case UInt8(ascii: "&"): return peek(1) == byte ? token(.and, 2) : token(.reference, 1)
    case UInt8(ascii: "\""):
      let text = try delimited(UInt8(ascii: "\""), "quoted identifier")
      guard let value = try? JSONReader.read([byte] + text + [byte]), let decoded = value.text else {
        throw JMESError(message: "the quoted identifier is no JSON string", offset: start)
      }
      return JMESToken(kind: .quotedIdentifier, text: decoded.bytes, offset: start, length: at - start)
    case UInt8(ascii: "'"):
      let text = try delimited(byte, "raw string")
      return JMESToken(kind: .stringLiteral, text: text, offset: start, length: at - start)
    case UInt8(ascii: "`"):
      let text = try delimited(byte, "literal")
      return JMESToken(kind: .jsonLiteral, text: text, offset: start, length: at - start)
    default:
      let rest = String(decoding: bytes[at...], as: UTF8.self)
      throw JMESError(message: "unknown character '\(rest.first.map(String.init) ?? "")'", offset: at)
    }
  }

  /// The text up to a closing mark; a backslash before the mark keeps it.
  private mutating func delimited(_ mark: UInt8, _ what: String) throws(JMESError) -> [UInt8] {
    let start = at
    at += 1
    var text: [UInt8] = []
    while let byte = peek() {
      if byte == mark {
        at += 1
        return text
      }
      if byte == UInt8(ascii: "\\"), let next = peek(1) {
        if next != mark || mark == UInt8(ascii: "\"") { text.append(byte) }
        text.append(next)
        at += 2
      } else {
        text.append(byte)
        at += 1
      }
    }
    throw JMESError(message: "the \(what) is not closed", offset: start)
  }

  static func isIdentifierStart(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
