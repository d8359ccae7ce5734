import SourceText
import Values

/// What of the language a parser reads.
public struct ParserOptions: Sendable {
  public var macros = true
  /// `cel.block`, `cel.index`, `cel.iterVar`: the form in which optimisers of CEL print expressions.
  public var blocks = false
  /// Deepest nesting of an expression.
  public var depthLimit = 250

  public init() {}
}

/// Recursive descent over the grammar of cel-spec ("Syntax"), with optional syntax and macros.
struct Parser {
  let bytes: [UInt8]
  let options: ParserOptions
  private let tokens: [Token]
  private var at = 0
  private var nesting = 0

  private init(_ bytes: [UInt8], options: ParserOptions) throws(ExpressionProblem) {
    self.bytes = bytes
    self.options = options
    tokens = try Lexer.tokens(bytes)
  }

  static func parse(_ bytes: [UInt8], options: ParserOptions = ParserOptions()) throws(ExpressionProblem) -> SyntaxNode {
    var parser = try Parser(bytes, options: options)
    let node = try parser.expression()
    guard parser.kind == .end else { throw parser.unexpected("the end of the expression") }
    return node
  }

  private var kind: TokenKind { tokens[at].kind }
  private var range: Range<Int> { tokens[at].range }

  private mutating func advance() { if at < tokens.count - 1 { at += 1 } }

  private mutating func take(_ wanted: TokenKind) -> Bool {
    guard kind == wanted else { return false }
    advance()
    return true
  }

  private mutating func expect(_ wanted: TokenKind, _ words: String) throws(ExpressionProblem) {
    guard take(wanted) else { throw unexpected(words) }
  }

  private func unexpected(_ wanted: String) -> ExpressionProblem {
    if kind == .end { return ExpressionProblem("unexpected end of the expression, expected \(wanted)", range) }
    return ExpressionProblem("unexpected '\(text(range))', expected \(wanted)", range)
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  func node(_ kind: SyntaxNode.Kind, _ range: Range<Int>, _ children: [SyntaxNode]) throws(ExpressionProblem) -> SyntaxNode {
    var depth = 0
    for child in children where child.depth > depth { depth = child.depth }
    guard depth < options.depthLimit else {
      throw ExpressionProblem("expression is nested more than \(options.depthLimit) levels deep", range)
    }
    return SyntaxNode(kind, range, depth: depth + 1)
  }

  private mutating func expression() throws(ExpressionProblem) -> SyntaxNode {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= options.depthLimit else {
      throw ExpressionProblem("expression is nested more than \(options.depthLimit) levels deep", range)
    }
    let condition = try disjunction()
    guard take(.question) else { return condition }
    let yes = try disjunction()
    try expect(.colon, "':' of a conditional")
    let no = try expression()
    return try node(.conditional(condition, yes, no), condition.range.lowerBound..<no.range.upperBound, [condition, yes, no])
  }

  private mutating func disjunction() throws(ExpressionProblem) -> SyntaxNode {
    let first = try conjunction()
    guard kind == .or else { return first }
    var items = [first]
    while take(.or) { items.append(try conjunction()) }
    return try node(.or(items), first.range.lowerBound..<(items.last?.range.upperBound ?? 0), items)
  }

  private mutating func conjunction() throws(ExpressionProblem) -> SyntaxNode {
    let first = try relation()
    guard kind == .and else { return first }
    var items = [first]
    while take(.and) { items.append(try relation()) }
    return try node(.and(items), first.range.lowerBound..<(items.last?.range.upperBound ?? 0), items)
  }

  private mutating func relation() throws(ExpressionProblem) -> SyntaxNode {
    var left = try sum()
    while true {
      let sign: Operator
      switch kind {
      case .equal: sign = .equal
      case .notEqual: sign = .notEqual
      case .less: sign = .less
      case .lessEqual: sign = .lessEqual
      case .greater: sign = .greater
      case .greaterEqual: sign = .greaterEqual
      case .inWord: sign = .contained
      default: return left
      }
      advance()
      let right = try sum()
      left = try node(.binary(sign, left, right), left.range.lowerBound..<right.range.upperBound, [left, right])
    }
  }

  private mutating func sum() throws(ExpressionProblem) -> SyntaxNode {
    var left = try product()
    while kind == .plus || kind == .minus {
      let sign: Operator = kind == .plus ? .add : .subtract
      advance()
      let right = try product()
      left = try node(.binary(sign, left, right), left.range.lowerBound..<right.range.upperBound, [left, right])
    }
    return left
  }

  private mutating func product() throws(ExpressionProblem) -> SyntaxNode {
    var left = try unary()
    while true {
      let sign: Operator
      switch kind {
      case .star: sign = .multiply
      case .slash: sign = .divide
      case .percent: sign = .remainder
      default: return left
      }
      advance()
      let right = try unary()
      left = try node(.binary(sign, left, right), left.range.lowerBound..<right.range.upperBound, [left, right])
    }
  }

  private mutating func unary() throws(ExpressionProblem) -> SyntaxNode {
    guard kind == .bang || kind == .minus else { return try member() }
    let sign: Operator = kind == .bang ? .not : .negate
    let start = range.lowerBound
    let wanted = kind
    var count = 0
    while kind == wanted {
      if wanted == .minus, at + 1 < tokens.count, tokens[at + 1].kind == .int || tokens[at + 1].kind == .double { break }
      advance()
      count += 1
    }
    let operand = try member()
    guard count % 2 == 1 || (count > 0 && sign == .negate) else {
      // An even number of negations leaves the operand, but it must still be a bool.
      if count == 0 { return operand }
      let once = try node(.unary(sign, operand), start..<operand.range.upperBound, [operand])
      return try node(.unary(sign, once), start..<operand.range.upperBound, [once])
    }
    let once = try node(.unary(sign, operand), start..<operand.range.upperBound, [operand])
    guard count % 2 == 0 else { return once }
    return try node(.unary(sign, once), start..<operand.range.upperBound, [once])
  }

  private mutating func member() throws(ExpressionProblem) -> SyntaxNode {
    var operand = try primary()
    while true {
      let start = operand.range.lowerBound
      switch kind {
      case .dot:
        advance()
        let optional = take(.question)
        let nameRange = range
        let quoted = kind == .quotedIdentifier
        guard kind == .identifier || kind == .quotedIdentifier || kind == .inWord else { throw unexpected("a field name") }
        if kind == .inWord { throw unexpected("a field name") }
        let name = quoted ? text((nameRange.lowerBound + 1)..<(nameRange.upperBound - 1)) : text(nameRange)
        advance()
        if kind == .leftParen, !optional, !quoted {
          let (arguments, end) = try arguments()
          operand = try call(name, target: operand, arguments, start..<end, nameRange, rooted: false)
        } else {
          operand = try node(.select(operand, field: name, optional: optional), start..<nameRange.upperBound, [operand])
        }
      case .leftBracket:
        advance()
        let optional = take(.question)
        let index = try expression()
        let end = range.upperBound
        try expect(.rightBracket, "']'")
        operand = try node(.index(operand, index, optional: optional), start..<end, [operand, index])
      case .leftBrace where isTypeName(operand):
        throw ExpressionProblem("messages cannot be built here: there are no protocol buffer types", operand.range)
      default: return operand
      }
    }
  }

  private func isTypeName(_ node: SyntaxNode) -> Bool {
    switch node.kind {
    case .name: true
    case .select(let operand, _, let optional): !optional && isTypeName(operand)
    default: false
    }
  }

  private mutating func arguments() throws(ExpressionProblem) -> ([SyntaxNode], end: Int) {
    advance()
    var result: [SyntaxNode] = []
    if kind != .rightParen {
      repeat { result.append(try expression()) } while take(.comma)
    }
    let end = range.upperBound
    try expect(.rightParen, "',' or ')'")
    return (result, end)
  }

  private mutating func primary() throws(ExpressionProblem) -> SyntaxNode {
    let start = range.lowerBound
    switch kind {
    case .leftParen:
      advance()
      let inner = try expression()
      let end = range.upperBound
      try expect(.rightParen, "')'")
      return SyntaxNode(inner.kind, start..<end, depth: inner.depth)
    case .leftBracket: return try list()
    case .leftBrace: return try map()
    case .dot, .identifier:
      let rooted = take(.dot)
      let nameRange = range
      guard kind == .identifier else { throw unexpected("a name") }
      let name = text(nameRange)
      guard !Lexer.reserved.contains(name) else {
        throw ExpressionProblem("'\(name)' is a reserved word", nameRange)
      }
      advance()
      if kind == .leftParen {
        let (arguments, end) = try arguments()
        return try call(name, target: nil, arguments, start..<end, nameRange, rooted: rooted)
      }
      return try node(.name(name, rooted: rooted), start..<nameRange.upperBound, [])
    case .trueWord, .falseWord:
      let value = kind == .trueWord
      advance()
      return try node(.literal(.bool(value)), start..<tokens[at - 1].range.upperBound, [])
    case .nullWord:
      advance()
      return try node(.literal(.null), start..<tokens[at - 1].range.upperBound, [])
    case .minus, .int, .uint, .double:
      let negative = take(.minus)
      let literalRange = range
      guard kind == .int || kind == .uint || kind == .double else { throw unexpected("an expression") }
      let value = try Literal.number(kind, Array(bytes[literalRange]), negative: negative, literalRange)
      advance()
      return try node(.literal(value), start..<literalRange.upperBound, [])
    case .string, .bytes:
      let literalRange = range
      let value = try Literal.string(Array(bytes[literalRange]), literalRange)
      advance()
      return try node(.literal(value), literalRange, [])
    default: throw unexpected("an expression")
    }
  }

  private mutating func list() throws(ExpressionProblem) -> SyntaxNode {
    let start = range.lowerBound
    advance()
    var items: [(node: SyntaxNode, optional: Bool)] = []
    while kind != .rightBracket {
      let optional = take(.question)
      items.append((try expression(), optional))
      guard take(.comma) else { break }
    }
    let end = range.upperBound
    try expect(.rightBracket, "',' or ']'")
    return try node(.list(items), start..<end, items.map(\.node))
  }

  private mutating func map() throws(ExpressionProblem) -> SyntaxNode {
    let start = range.lowerBound
    advance()
    var entries: [(key: SyntaxNode, value: SyntaxNode, optional: Bool)] = []
    while kind != .rightBrace {
      let optional = take(.question)
      let key = try expression()
      try expect(.colon, "':' of a map entry")
      entries.append((key, try expression(), optional))
      guard take(.comma) else { break }
    }
    let end = range.upperBound
    try expect(.rightBrace, "',' or '}'")
    return try node(.map(entries), start..<end, entries.flatMap { [$0.key, $0.value] })
  }

  private func call(
    _ name: String, target: SyntaxNode?, _ arguments: [SyntaxNode], _ range: Range<Int>, _ nameRange: Range<Int>,
    rooted: Bool
  ) throws(ExpressionProblem) -> SyntaxNode {
    if options.macros, !rooted, let expanded = try expandMacro(name, target, arguments, range, nameRange) { return expanded }
    return try node(
      .call(name, target: target, arguments: arguments, rooted: rooted), range, arguments + (target.map { [$0] } ?? []))
  }
}
