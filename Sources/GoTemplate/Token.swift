/// A token of a template: kind and byte range; its text is made on demand.
struct TemplateToken {
  /// Go's item types (text/template/parse/lex.go). All behind `variable` are keywords.
  enum Kind: UInt8 {
    case error, bool, char, charConstant, complex, assign, declare, eof, field, identifier, leftDelim, leftParen
    case number, pipe, rawString, rightDelim, rightParen, space, string, text, variable
    case block, breakWord, continueWord, dot, define, elseWord, end, ifWord, nilWord, range, template, with

    var isKeyword: Bool { rawValue > Kind.variable.rawValue }
  }

  var kind: Kind
  var start: Int
  var end: Int

  static let none = TemplateToken(kind: .eof, start: 0, end: 0)
}
