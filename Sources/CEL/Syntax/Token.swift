/// Kinds of tokens of CEL (cel-spec, language definition, "Syntax").
enum TokenKind: Sendable, Equatable {
  case identifier
  /// A field name between backquotes.
  case quotedIdentifier
  case int
  case uint
  case double
  case string
  case bytes
  case trueWord
  case falseWord
  case nullWord
  case inWord
  case leftParen, rightParen, leftBracket, rightBracket, leftBrace, rightBrace
  case dot, comma, colon, question
  case plus, minus, star, slash, percent, bang
  case equal, notEqual, less, lessEqual, greater, greaterEqual
  case and, or
  case end
}

/// A token as a range of bytes of the expression.
struct Token: Sendable {
  var kind: TokenKind
  var range: Range<Int>
}

/// A problem of an expression before it runs: syntax or types.
public struct ExpressionProblem: Error, Hashable, Sendable {
  public var message: String
  /// Byte offsets in the expression.
  public var range: Range<Int>

  public init(_ message: String, _ range: Range<Int>) {
    self.message = message
    self.range = range
  }
}
