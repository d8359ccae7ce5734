import SourceText
import Values

/// Parses one text into definitions as Go's parser does (text/template/parse/parse.go), with the same look-ahead, so that the lines
/// in error texts are the same. Variables get slots, functions are looked up, nodes get ids.
final class TemplateParser {
  private let source: TemplateSource
  private let functions: FunctionTable
  private let table: OriginTable?
  private let nesting: Int
  private var lexer: TemplateLexer
  private var tokens: [TemplateToken] = [.none, .none, .none]
  private var peekCount = 0
  /// Line of the left delimiter of the action being read; 0 outside.
  private var actionLine = 0
  private var actionStart = 0
  private var depth = 0
  /// The definitions of this text, in order.
  private(set) var definitions: [Definition] = []
  private var scope = Scope()
  /// An offset and its line, from which the next one is counted on.
  private var counted = (offset: 0, line: 1)

  /// What is known while one definition is being read.
  private struct Scope {
    /// Names that Go's parser takes for defined.
    var known: [Text] = [Text("$")]
    /// Variables that the executor will have, by slot.
    var declared: [Text] = [Text("$")]
    var slots = 1
    var rangeDepth = 0
  }

  private enum Item {
    case statement(Statement)
    case end
    case elseWord
  }

  init(_ source: TemplateSource, functions: FunctionTable, table: OriginTable?, nesting: Int) {
    self.source = source
    self.functions = functions
    self.table = table
    self.nesting = nesting
    lexer = TemplateLexer(
      source.bytes, breakIsWord: functions["break"] == nil, continueIsWord: functions["continue"] == nil)
  }

  /// Parses the whole text. The last definition is the text itself, under `name`.
  func parse(name: Text) throws(TemplateError) -> [Definition] {
    var root: [Statement] = []
    while peek().kind != .eof {
      if peek().kind == .leftDelim {
        let delim = next()
        if nextNonSpace().kind == .define {
          let outer = scope
          scope = Scope()
          try definition(start: delim.start)
          scope = outer
          continue
        }
        backup2(delim)
      }
      switch try textOrAction() {
      case .end: throw fail("unexpected {{end}}")
      case .elseWord: throw fail("unexpected {{else}}")
      case .statement(let statement): root.append(statement)
      case nil: break
      }
    }
    try add(Definition(name: name, source: source, body: root, slots: scope.slots))
    return definitions
  }

  private func add(_ definition: Definition) throws(TemplateError) {
    guard let old = definitions.firstIndex(where: { $0.name == definition.name }) else {
      definitions.append(definition)
      return
    }
    if definitions[old].isEmpty {
      definitions[old] = definition
    } else if !definition.isEmpty {
      throw fail("template: multiple definition of template \(GoQuote.quoted(definition.name.bytes[...]))")
    }
  }

  // MARK: Tokens

  private func next() -> TemplateToken {
    if peekCount > 0 { peekCount -= 1 } else { tokens[0] = lexer.next() }
    return tokens[peekCount]
  }

  private func backup() { peekCount += 1 }

  private func backup2(_ token: TemplateToken) {
    tokens[1] = token
    peekCount = 2
  }

  private func backup3(_ second: TemplateToken, _ first: TemplateToken) {
    tokens[1] = first
    tokens[2] = second
    peekCount = 3
  }

  private func peek() -> TemplateToken {
    if peekCount > 0 { return tokens[peekCount - 1] }
    peekCount = 1
    tokens[0] = lexer.next()
    return tokens[0]
  }

  private func nextNonSpace() -> TemplateToken {
    while true {
      let token = next()
      if token.kind != .space { return token }
    }
  }

  private func peekNonSpace() -> TemplateToken {
    let token = nextNonSpace()
    backup()
    return token
  }

  private func line(at offset: Int) -> Int {
    if offset < counted.offset { return source.line(at: offset) }
    for byte in source.bytes[counted.offset..<min(offset, source.bytes.count)] where byte == UInt8(ascii: "\n") { counted.line += 1 }
    counted.offset = min(offset, source.bytes.count)
    return counted.line
  }

  private func bytes(_ token: TemplateToken) -> ArraySlice<UInt8> { source.bytes[token.start..<token.end] }

  // MARK: Errors

  private func fail(_ message: String, code: String = "template/syntax", notes: [String] = []) -> TemplateError {
    let token = tokens[0]
    let line = line(at: token.start)
    let end = max(token.start, min(token.end, source.bytes.count))
    return TemplateError(
      message, span: source.span(min(token.start, end)..<end, in: table), placed: "template: \(source.name):\(line): \(message)",
      code: code, notes: notes)
  }

  private func describe(_ token: TemplateToken) -> String {
    let text = bytes(token)
    switch token.kind {
    case .eof: return "EOF"
    case .error: return lexer.errorMessage
    case _ where token.kind.isKeyword: return "<\(String(decoding: text, as: UTF8.self))>"
    default:
      let string = String(decoding: text, as: UTF8.self)
      if text.count > 10 { return GoQuote.quoted(String(String.UnicodeScalarView(string.unicodeScalars.prefix(10)))) + "..." }
      return GoQuote.quoted(text)
    }
  }

  private func unexpected(_ token: TemplateToken, _ context: String) -> TemplateError {
    guard token.kind == .error else { return fail("unexpected \(describe(token)) in \(context)") }
    var extra = ""
    if actionLine != 0, actionLine != line(at: token.start) {
      extra = " in action started at \(source.name):\(actionLine)"
      if lexer.errorMessage.hasSuffix(" action") { extra = String(extra.dropFirst(" in action".count)) }
    }
    return fail(lexer.errorMessage + extra)
  }

  @discardableResult
  private func expect(_ kind: TemplateToken.Kind, _ context: String) throws(TemplateError) -> TemplateToken {
    let token = nextNonSpace()
    if token.kind != kind { throw unexpected(token, context) }
    return token
  }

  // MARK: Nodes

  private func reserve() -> Int {
    source.nodes.append(.none)
    return source.nodes.count - 1
  }

  private func span(from start: Int, to end: Int) -> SourceSpan {
    let range = min(start, end)..<end
    return source.span(range, in: table) ?? SourceSpan(source: SourceID(UInt32.max), range)
  }

  /// The origin of a literal.
  private func origin(of token: TemplateToken) -> Origin {
    guard let table, let span = source.span(token.start..<token.end, in: table) else { return .none }
    return table.add(.templateConstant, span)
  }

  // MARK: Lists and actions

  private func definition(start: Int) throws(TemplateError) {
    let context = "define clause"
    let token = nextNonSpace()
    guard token.kind == .string || token.kind == .rawString else { throw unexpected(token, context) }
    guard let name = GoQuote.unquoted(bytes(token)) else { throw fail("invalid syntax") }
    try expect(.rightDelim, context)
    let (body, end) = try list()
    if end == .elseWord { throw fail("unexpected {{else}} in \(context)") }
    try add(Definition(name: Text(name), source: source, body: body, slots: scope.slots))
  }

  private enum End { case end, elseWord }

  private func list() throws(TemplateError) -> ([Statement], End) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= nesting else {
      throw fail("max control structure depth exceeded", code: "template/limit")
    }
    var body: [Statement] = []
    while peekNonSpace().kind != .eof {
      switch try textOrAction() {
      case .end: return (body, .end)
      case .elseWord: return (body, .elseWord)
      case .statement(let statement): body.append(statement)
      case nil: break
      }
    }
    throw fail("unexpected EOF")
  }

  private func textOrAction() throws(TemplateError) -> Item? {
    let token = nextNonSpace()
    switch token.kind {
    case .text: return .statement(.text(start: UInt32(clamping: token.start), end: UInt32(clamping: token.end)))
    case .leftDelim:
      actionLine = line(at: token.start)
      actionStart = token.start
      defer { actionLine = 0 }
      return try action()
    default: throw unexpected(token, "input")
    }
  }

  private func action() throws(TemplateError) -> Item? {
    let start = actionStart
    let token = nextNonSpace()
    switch token.kind {
    case .block: return .statement(try block(start: start))
    case .breakWord, .continueWord:
      let word = token.kind == .breakWord ? "{{break}}" : "{{continue}}"
      let following = nextNonSpace()
      if following.kind != .rightDelim { throw unexpected(following, word) }
      if scope.rangeDepth == 0 { throw fail("\(word) outside {{range}}") }
      return .statement(token.kind == .breakWord ? .breakLoop : .continueLoop)
    case .elseWord:
      let following = peekNonSpace()
      if following.kind == .ifWord || following.kind == .with { return .elseWord }
      try expect(.rightDelim, "else")
      return .elseWord
    case .end:
      try expect(.rightDelim, "end")
      return .end
    case .ifWord: return .statement(.branch(try branch("if", start: start)))
    case .with: return .statement(.branch(try branch("with", start: start)))
    case .range: return .statement(.range(try range(start: start)))
    case .template: return .statement(try template(start: start))
    default: break
    }
    backup()
    let first = peek()
    let id = reserve()
    let pipe = try pipeline("command", end: .rightDelim)
    let node = ActionNode(id: id, start: first.start, span: span(from: start, to: tokens[0].end), pipe: pipe)
    source.nodes[id] = .action(node)
    return .statement(.action(node))
  }

  /// `if` and `with` with their `else if`s and `else with`s, which Go nests: what an arm's pipeline declares stays for the
  /// arms behind it, what its body declares is forgotten by the executor, not by the parser.
  private func branch(_ word: String, start: Int) throws(TemplateError) -> BranchNode {
    let outer = scope
    defer {
      scope.known.removeLast(max(0, scope.known.count - outer.known.count))
      scope.declared.removeLast(max(0, scope.declared.count - outer.declared.count))
    }
    var arms: [BranchNode.Arm] = []
    var start = start
    let following: TemplateToken.Kind = word == "if" ? .ifWord : .with
    while true {
      let pipe = try pipeline(word, end: .rightDelim)
      let armSpan = span(from: start, to: tokens[0].end)
      let declared = scope.declared.count
      let (body, end) = try list()
      scope.declared.removeLast(max(0, scope.declared.count - declared))
      arms.append(BranchNode.Arm(pipe: pipe, span: armSpan, body: body))
      if end == .end { return BranchNode(setsDot: word == "with", arms: arms, otherwise: []) }
      if peek().kind == following {
        start = actionStart
        _ = next()
        continue
      }
      let (otherwise, last) = try list()
      if last == .elseWord { throw fail("expected end; found {{else}}") }
      return BranchNode(setsDot: word == "with", arms: arms, otherwise: otherwise)
    }
  }

  private func range(start: Int) throws(TemplateError) -> RangeNode {
    let outer = scope
    defer {
      scope.known.removeLast(max(0, scope.known.count - outer.known.count))
      scope.declared.removeLast(max(0, scope.declared.count - outer.declared.count))
    }
    let id = reserve()
    let pipe = try pipeline("range", end: .rightDelim)
    let whole = span(from: start, to: tokens[0].end)
    scope.rangeDepth += 1
    let declared = scope.declared.count
    let (body, end) = try list()
    scope.declared.removeLast(max(0, scope.declared.count - declared))
    scope.rangeDepth -= 1
    var otherwise: [Statement] = []
    if end == .elseWord {
      let last: End
      (otherwise, last) = try list()
      if last == .elseWord { throw fail("expected end; found {{else}}") }
    }
    let node = RangeNode(id: id, start: pipe.start, span: whole, pipe: pipe, body: body, otherwise: otherwise)
    source.nodes[id] = .range(node)
    return node
  }

  private func templateName(_ token: TemplateToken, _ context: String) throws(TemplateError) -> Text {
    guard token.kind == .string || token.kind == .rawString else { throw unexpected(token, context) }
    guard let name = GoQuote.unquoted(bytes(token)) else { throw fail("invalid syntax") }
    return Text(name)
  }

  private func block(start: Int) throws(TemplateError) -> Statement {
    let context = "block clause"
    let token = nextNonSpace()
    let name = try templateName(token, context)
    let id = reserve()
    let pipe = try pipeline(context, end: .rightDelim)
    let whole = span(from: start, to: tokens[0].end)
    let outer = scope
    scope = Scope()
    let (body, end) = try list()
    if end == .elseWord { throw fail("unexpected {{else}} in \(context)") }
    try add(Definition(name: name, source: source, body: body, slots: scope.slots))
    scope = outer
    let node = CallNode(id: id, start: token.start, span: whole, name: name, pipe: pipe)
    source.nodes[id] = .call(node)
    return .call(node)
  }

  private func template(start: Int) throws(TemplateError) -> Statement {
    let context = "template clause"
    let token = nextNonSpace()
    let name = try templateName(token, context)
    let id = reserve()
    var pipe: PipeNode?
    if nextNonSpace().kind != .rightDelim {
      backup()
      pipe = try pipeline(context, end: .rightDelim)
    }
    let node = CallNode(id: id, start: token.start, span: span(from: start, to: tokens[0].end), name: name, pipe: pipe)
    source.nodes[id] = .call(node)
    return .call(node)
  }

  // MARK: Pipelines

  private func pipeline(_ context: String, end: TemplateToken.Kind) throws(TemplateError) -> PipeNode {
    let first = peekNonSpace()
    let id = reserve()
    var assigns = false
    var names: [Text] = []
    while case let variable = peekNonSpace(), variable.kind == .variable {
      _ = next()
      let afterVariable = peek()
      let following = peekNonSpace()
      let name = Text(Array(bytes(variable)))
      if following.kind == .assign || following.kind == .declare {
        assigns = following.kind == .assign
        _ = nextNonSpace()
        names.append(name)
        scope.known.append(name)
      } else if following.kind == .char, bytes(following).first == UInt8(ascii: ",") {
        _ = nextNonSpace()
        names.append(name)
        scope.known.append(name)
        if context == "range", names.count < 2 {
          switch peekNonSpace().kind {
          case .variable, .rightDelim, .rightParen: continue
          default: throw fail("range can only initialize variables")
          }
        }
        throw fail("too many declarations in \(context)")
      } else if afterVariable.kind == .space {
        backup3(variable, afterVariable)
      } else {
        backup2(variable)
      }
      break
    }
    var commands: [CommandNode] = []
    loop: while true {
      let token = nextNonSpace()
      switch token.kind {
      case end:
        try check(commands, context)
        break loop
      case .bool, .charConstant, .complex, .dot, .field, .identifier, .number, .nilWord, .rawString, .string, .variable, .leftParen:
        backup()
        commands.append(try command())
        if commands.count > 100_000 { throw fail("pipeline too long") }
      default: throw unexpected(token, context)
      }
    }
    var declarations: [Declaration] = []
    for name in names {
      let slot: Int
      if assigns {
        slot = scope.declared.lastIndex(of: name) ?? -1
      } else {
        slot = scope.declared.count
        scope.declared.append(name)
        scope.slots = max(scope.slots, scope.declared.count)
      }
      declarations.append(Declaration(name: name, slot: slot))
    }
    let node = PipeNode(id: id, start: first.start, assigns: assigns, declarations: declarations, commands: commands)
    source.nodes[id] = .pipe(node)
    return node
  }

  private func check(_ commands: [CommandNode], _ context: String) throws(TemplateError) {
    if commands.isEmpty { throw fail("missing value for \(context)") }
    for (index, command) in commands.enumerated().dropFirst() {
      switch command.arguments.first {
      case .constant, .dot, .nothing: throw fail("non executable command in pipeline stage \(index + 1)")
      default: break
      }
    }
  }

  private func command() throws(TemplateError) -> CommandNode {
    let start = peekNonSpace().start
    let id = reserve()
    var arguments: [Operand] = []
    loop: while true {
      _ = peekNonSpace()
      if let operand = try operand() { arguments.append(operand) }
      let token = next()
      switch token.kind {
      case .space: continue
      case .rightDelim, .rightParen: backup()
      case .pipe: break
      default: throw unexpected(token, "operand")
      }
      break loop
    }
    if arguments.isEmpty { throw fail("empty command") }
    let node = CommandNode(id: id, start: start, arguments: arguments)
    source.nodes[id] = .command(node)
    return node
  }

  private func operand() throws(TemplateError) -> Operand? {
    guard let term = try term() else { return nil }
    guard peek().kind == .field else { return term }
    let start = peek().start
    var fields: [Text] = []
    while peek().kind == .field { fields.append(fieldName(next())) }
    let id = term.id
    let operand: Operand
    switch term {
    case .field(let node): operand = .field(FieldNode(id: id, start: start, names: node.names + fields))
    case .variable(let node):
      operand = .variable(VariableNode(id: id, start: start, name: node.name, slot: node.slot, fields: node.fields + fields))
    case .constant, .nothing, .dot:
      throw fail("unexpected . after term \(GoQuote.quoted(source.text(of: term)))")
    case .chain, .function, .pipe:
      let own = reserve()
      operand = .chain(ChainNode(id: own, start: start, operand: term, fields: fields))
      source.nodes[own] = .operand(operand)
      return operand
    }
    source.nodes[id] = .operand(operand)
    return operand
  }

  private func fieldName(_ token: TemplateToken) -> Text { Text(Array(bytes(token).dropFirst())) }

  private func term() throws(TemplateError) -> Operand? {
    let token = nextNonSpace()
    let operand: Operand
    let id: Int
    switch token.kind {
    case .identifier:
      let name = String(decoding: bytes(token), as: UTF8.self)
      guard let callee = functions.callee(name) else {
        var notes: [String] = []
        if let near = nearestName(to: name, in: functions.names) { notes.append("did you mean '\(near)'?") }
        throw fail("function \(GoQuote.quoted(name)) not defined", code: "template/undefined-function", notes: notes)
      }
      id = reserve()
      operand = .function(FunctionNode(id: id, start: token.start, name: name, callee: callee))
    case .dot:
      id = reserve()
      operand = .dot(NilNode(id: id, start: token.start))
    case .nilWord:
      id = reserve()
      operand = .nothing(NilNode(id: id, start: token.start))
    case .variable:
      let name = Text(Array(bytes(token)))
      guard scope.known.contains(name) else {
        throw fail("undefined variable \(GoQuote.quoted(name.bytes[...]))", code: "template/undefined-variable")
      }
      id = reserve()
      let slot = scope.declared.lastIndex(of: name) ?? -1
      operand = .variable(VariableNode(id: id, start: token.start, name: name, slot: slot, fields: []))
    case .field:
      id = reserve()
      operand = .field(FieldNode(id: id, start: token.start, names: [fieldName(token)]))
    case .bool:
      id = reserve()
      let value = Value.bool(bytes(token).first == UInt8(ascii: "t"), origin(of: token))
      operand = .constant(ConstantNode(id: id, start: token.start, end: token.end, kind: .bool, value: value))
    case .charConstant, .complex, .number:
      var failure = ""
      guard let number = GoNumberLiteral(bytes(token), kind: token.kind, failure: &failure) else { throw fail(failure) }
      id = reserve()
      let value: Value? =
        switch number.ideal {
        case .int(let int): Value(.int(int), tag: GoNumber.int, origin: origin(of: token))
        case .float(let float): Value(.double(float), tag: GoNumber.float64, origin: origin(of: token))
        case .complex(let complex): Value(.object(complex), origin: origin(of: token))
        case nil: nil
        }
      operand = .constant(ConstantNode(id: id, start: token.start, end: token.end, kind: .number(number), value: value))
    case .leftParen:
      depth += 1
      defer { depth -= 1 }
      guard depth <= nesting else { throw fail("max expression depth exceeded", code: "template/limit") }
      return .pipe(try pipeline("parenthesized pipeline", end: .rightParen))
    case .string, .rawString:
      guard let string = GoQuote.unquoted(bytes(token)) else { throw fail("invalid syntax") }
      id = reserve()
      let value = Value(.string(Text(string)), origin: origin(of: token))
      operand = .constant(ConstantNode(id: id, start: token.start, end: token.end, kind: .string, value: value))
    default:
      backup()
      return nil
    }
    source.nodes[id] = .operand(operand)
    return operand
  }
}
