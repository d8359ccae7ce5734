import SourceText
import Values

/// A compiled expression.
package struct JMESExpression: Sendable {
  indirect enum Node: Sendable {
    case current
    case field(Text)
    case literal(Value)
    case index(Int)
    case slice(Int?, Int?, Int?)
    case subexpression(Node, Node)
    case pipe(Node, Node)
    case or(Node, Node)
    case and(Node, Node)
    case not(Node)
    case comparison(JMESToken.Kind, Node, Node)
    case projection(Node, Node)
    case valueProjection(Node, Node)
    case filter(Node, Node, Node)
    case flatten(Node)
    case multiSelectList([Node])
    case multiSelectHash([(Text, Node)])
    case function(String, [Node])
    case reference(Node)
  }

  let root: Node

  /// Compiles an expression.
  /// - Throws: `JMESError` with the place and what was expected.
  package init(_ text: String, limits: Limits = Limits()) throws(JMESError) {
    var parser = JMESParser(tokens: try JMESLexer.tokens(Array(text.utf8)), limit: limits.nesting)
    root = try parser.parse()
  }

  /// Why a text does not compile; nil if it does.
  package static func problem(_ text: String) -> JMESError? {
    do throws(JMESError) {
      _ = try JMESExpression(text)
      return nil
    } catch {
      return error
    }
  }

  /// The text with every segment between dots that is no identifier put into double quotes: `db-url` → `"db-url"`. nil where that
  /// does not make it compile, or nothing was to repair.
  package static func quoted(_ text: String) -> String? {
    guard problem(text) != nil, !text.isEmpty else { return nil }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { part -> String in
      let bytes = Array(part.utf8)
      let isPlain = bytes.first.map(JMESLexer.isIdentifierStart) ?? false
      if isPlain, bytes.allSatisfy({ JMESLexer.isIdentifierStart($0) || JMESLexer.isDigit($0) }) { return String(part) }
      if part.hasPrefix("\"") || part.isEmpty { return String(part) }
      return JSONWriter().string(.string(String(part)))
    }
    let result = parts.joined(separator: ".")
    return problem(result) == nil ? result : nil
  }
}

/// The Pratt parser of go-jmespath.
struct JMESParser {
  let tokens: [JMESToken]
  let limit: Int
  private var at = 0
  private var depth = 0

  init(tokens: [JMESToken], limit: Int) {
    self.tokens = tokens
    self.limit = limit
  }

  private var current: JMESToken { tokens[min(at, tokens.count - 1)] }
  private func ahead(_ distance: Int) -> JMESToken.Kind { tokens[min(at + distance, tokens.count - 1)].kind }

  mutating func parse() throws(JMESError) -> JMESExpression.Node {
    guard current.kind != .end else { throw JMESError(message: "the expression is empty", offset: 0) }
    let node = try expression(0)
    guard current.kind == .end else { throw unexpected("the end") }
    return node
  }

  private func unexpected(_ expected: String) -> JMESError {
    let what = current.kind == .end ? "the end" : "'\(String(decoding: current.text, as: UTF8.self))'"
    return JMESError(message: "found \(what), expected \(expected)", offset: current.offset)
  }

  private mutating func take(_ kind: JMESToken.Kind, _ name: String) throws(JMESError) {
    guard current.kind == kind else { throw unexpected(name) }
    at += 1
  }

  private mutating func expression(_ power: Int) throws(JMESError) -> JMESExpression.Node {
    depth += 1
    defer { depth -= 1 }
    guard depth < limit else { throw JMESError(message: "nested more than \(limit) levels deep", offset: current.offset) }
    let token = current
    at += 1
    var left = try prefix(token)
    while power < current.power {
      let token = current
      at += 1
      left = try infix(token, left)
    }
    return left
  }

  private mutating func prefix(_ token: JMESToken) throws(JMESError) -> JMESExpression.Node {
    switch token.kind {
    case .jsonLiteral:
      guard let value = try? JSONReader.read(token.text) else { throw JMESError(message: "the literal is no JSON", offset: token.offset) }
      return .literal(value)
    case .stringLiteral: return .literal(.string(Text(token.text)))
    case .identifier: return .field(Text(token.text))
    case .quotedIdentifier:
      guard current.kind != .leftParenthesis else {
        throw JMESError(message: "a quoted identifier can be no function's name", offset: token.offset)
      }
      return .field(Text(token.text))
    case .star:
      return .valueProjection(.current, current.kind == .rightBracket ? .current : try projectionRight(token.power))
    case .filter: return try filter(.current)
    case .leftBrace: return try multiSelectHash()
    case .flatten: return .projection(.flatten(.current), try projectionRight(token.power))
    case .leftBracket:
      if current.kind == .number || current.kind == .colon { return try projectIfSlice(.current, try indexExpression()) }
      if current.kind == .star, ahead(1) == .rightBracket {
        at += 2
        return .projection(.current, try projectionRight(JMESToken(kind: .star, text: [], offset: 0, length: 0).power))
      }
      return try multiSelectList()
    case .current: return .current
    case .reference: return .reference(try expression(0))
    case .not: return .not(try expression(token.power))
    case .leftParenthesis:
      let inner = try expression(0)
      try take(.rightParenthesis, "')'")
      return inner
    default:
      at -= 1
      throw unexpected("an expression")
    }
  }

  private mutating func infix(_ token: JMESToken, _ left: JMESExpression.Node) throws(JMESError) -> JMESExpression.Node {
    switch token.kind {
    case .dot:
      if current.kind != .star { return .subexpression(left, try dotRight(token.power)) }
      at += 1
      return .valueProjection(left, try projectionRight(token.power))
    case .pipe: return .pipe(left, try expression(token.power))
    case .or: return .or(left, try expression(token.power))
    case .and: return .and(left, try expression(token.power))
    case .leftParenthesis:
      guard case .field(let name) = left, at >= 2, tokens[at - 2].kind == .identifier else {
        throw JMESError(message: "only a name can be called", offset: token.offset)
      }
      var arguments: [JMESExpression.Node] = []
      while current.kind != .rightParenthesis {
        arguments.append(try expression(0))
        if current.kind == .comma { at += 1 }
      }
      try take(.rightParenthesis, "')'")
      return .function(name.string, arguments)
    case .filter: return try filter(left)
    case .flatten: return .projection(.flatten(left), try projectionRight(token.power))
    case .equal, .notEqual, .greater, .greaterOrEqual, .less, .lessOrEqual:
      return .comparison(token.kind, left, try expression(token.power))
    case .leftBracket:
      if current.kind == .number || current.kind == .colon { return try projectIfSlice(left, try indexExpression()) }
      try take(.star, "an index, a slice or '*'")
      try take(.rightBracket, "']'")
      return .projection(left, try projectionRight(JMESToken(kind: .star, text: [], offset: 0, length: 0).power))
    default:
      at -= 1
      throw unexpected("an operator")
    }
  }

  private mutating func indexExpression() throws(JMESError) -> JMESExpression.Node {
    if current.kind == .colon || ahead(1) == .colon {
      var parts: [Int?] = [nil, nil, nil]
      var index = 0
      while current.kind != .rightBracket, index < 3 {
        if current.kind == .colon {
          index += 1
          at += 1
        } else if current.kind == .number {
          parts[min(index, 2)] = try number()
        } else {
          throw unexpected("':' or a number")
        }
      }
      try take(.rightBracket, "']'")
      if parts[2] == 0 { throw JMESError(message: "the step of a slice cannot be 0", offset: current.offset) }
      return .slice(parts[0], parts[1], parts[2])
    }
    let index = try number()
    try take(.rightBracket, "']'")
    return .index(index)
  }

  private mutating func number() throws(JMESError) -> Int {
    guard let value = Int(String(decoding: current.text, as: UTF8.self)) else { throw unexpected("a number") }
    at += 1
    return value
  }

  private mutating func projectIfSlice(
    _ left: JMESExpression.Node, _ right: JMESExpression.Node
  ) throws(JMESError) -> JMESExpression.Node {
    let indexed = JMESExpression.Node.subexpression(left, right)
    guard case .slice = right else { return indexed }
    return .projection(indexed, try projectionRight(JMESToken(kind: .star, text: [], offset: 0, length: 0).power))
  }

  private mutating func filter(_ left: JMESExpression.Node) throws(JMESError) -> JMESExpression.Node {
    let condition = try expression(0)
    try take(.rightBracket, "']'")
    if current.kind == .flatten { return .filter(left, .current, condition) }
    return .filter(left, try projectionRight(21), condition)
  }

  private mutating func dotRight(_ power: Int) throws(JMESError) -> JMESExpression.Node {
    switch current.kind {
    case .quotedIdentifier, .identifier, .star: return try expression(power)
    case .leftBracket:
      at += 1
      return try multiSelectList()
    case .leftBrace:
      at += 1
      return try multiSelectHash()
    default: throw unexpected("an identifier, '[' or '{' behind the dot")
    }
  }

  private mutating func projectionRight(_ power: Int) throws(JMESError) -> JMESExpression.Node {
    if current.power < 10 { return .current }
    switch current.kind {
    case .leftBracket, .filter: return try expression(power)
    case .dot:
      at += 1
      return try dotRight(power)
    default: throw unexpected("'.', '[' or '[?'")
    }
  }

  private mutating func multiSelectList() throws(JMESError) -> JMESExpression.Node {
    var items: [JMESExpression.Node] = []
    while true {
      items.append(try expression(0))
      if current.kind == .rightBracket { break }
      try take(.comma, "',' or ']'")
    }
    at += 1
    return .multiSelectList(items)
  }

  private mutating func multiSelectHash() throws(JMESError) -> JMESExpression.Node {
    var items: [(Text, JMESExpression.Node)] = []
    while true {
      guard current.kind == .identifier || current.kind == .quotedIdentifier else { throw unexpected("a key") }
      let key = Text(current.text)
      at += 1
      try take(.colon, "':'")
      items.append((key, try expression(0)))
      if current.kind == .comma {
        at += 1
      } else {
        try take(.rightBrace, "',' or '}'")
        return .multiSelectHash(items)
      }
    }
  }
}
