import Values

/// The macros of cel-spec ("Macros") and of cel-go's extensions (ext/bindings.go, ext/comprehensions.go, cel/library.go).
extension Parser {
  /// The expansion of a call; nil where it is no macro.
  func expandMacro(
    _ name: String, _ target: SyntaxNode?, _ arguments: [SyntaxNode], _ range: Range<Int>, _ nameRange: Range<Int>
  ) throws(ExpressionProblem) -> SyntaxNode? {
    guard let target else { return name == "has" && arguments.count == 1 ? try presence(arguments[0], range) : nil }
    if case .name("cel", false) = target.kind, let block = try celMacro(name, arguments, range) { return block }
    switch (name, arguments.count) {
    case ("optMap", 2), ("optFlatMap", 2):
      let variable = try variable(arguments[0])
      return try node(
        .optionalMap(target, variable, arguments[1], flat: name == "optFlatMap"), range, [target, arguments[1]])
    case ("sortBy", 2):
      // The list is evaluated once, the keys beside it (ext/lists.go).
      let variable = try variable(arguments[0])
      let input = try node(.name("@sortBy", rooted: false), range, [])
      let keys = try node(
        .loop(Loop(kind: .map, source: input, first: variable, second: nil, filter: nil, body: arguments[1])), range, [input, arguments[1]])
      let sorted = try node(.call("@sortByAssociatedKeys", target: input, arguments: [keys], rooted: false), range, [input, keys])
      return try node(.bind("@sortBy", target, sorted), range, [target, sorted])
    default: break
    }
    guard let loop = try loop(name, target, arguments) else { return nil }
    return try node(.loop(loop), range, [loop.source, loop.body] + (loop.filter.map { [$0] } ?? []))
  }

  private func presence(_ argument: SyntaxNode, _ range: Range<Int>) throws(ExpressionProblem) -> SyntaxNode {
    guard case .select(let operand, let field, false) = argument.kind else {
      throw ExpressionProblem("has() takes a field selection such as 'a.b'", argument.range)
    }
    return try node(.presence(operand, field: field), range, [operand])
  }

  private func loop(_ name: String, _ target: SyntaxNode, _ arguments: [SyntaxNode]) throws(ExpressionProblem) -> Loop? {
    let kind: Loop.Kind
    switch (name, arguments.count) {
    case ("all", 2), ("all", 3): kind = .all
    case ("exists", 2), ("exists", 3): kind = .exists
    case ("exists_one", 2), ("existsOne", 2), ("existsOne", 3), ("exists_one", 3): kind = .existsOne
    case ("map", 2), ("map", 3): kind = .map
    case ("filter", 2): kind = .filter
    case ("transformList", 3), ("transformList", 4): kind = .transformList
    case ("transformMap", 3), ("transformMap", 4): kind = .transformMap
    case ("transformMapEntry", 3), ("transformMapEntry", 4): kind = .transformMapEntry
    default: return nil
    }
    let first = try variable(arguments[0])
    let last = arguments[arguments.count - 1]
    switch kind {
    case .map:
      return Loop(
        kind: kind, source: target, first: first, second: nil, filter: arguments.count == 3 ? arguments[1] : nil, body: last)
    case .filter:
      return Loop(kind: kind, source: target, first: first, second: nil, filter: nil, body: last)
    case .all, .exists, .existsOne:
      let second = arguments.count == 3 ? try variable(arguments[1]) : nil
      if second == first { throw ExpressionProblem("the two variables of a macro need different names", arguments[1].range) }
      return Loop(kind: kind, source: target, first: first, second: second, filter: nil, body: last)
    case .transformList, .transformMap, .transformMapEntry:
      let second = try variable(arguments[1])
      if second == first { throw ExpressionProblem("the two variables of a macro need different names", arguments[1].range) }
      return Loop(
        kind: kind, source: target, first: first, second: second, filter: arguments.count == 4 ? arguments[2] : nil, body: last)
    }
  }

  private func variable(_ argument: SyntaxNode) throws(ExpressionProblem) -> String {
    guard case .name(let name, false) = argument.kind else {
      throw ExpressionProblem("expected a simple name for the variable of a macro", argument.range)
    }
    return name
  }

  private func celMacro(
    _ name: String, _ arguments: [SyntaxNode], _ range: Range<Int>
  ) throws(ExpressionProblem) -> SyntaxNode? {
    switch (name, arguments.count) {
    case ("bind", 3):
      let variable = try variable(arguments[0])
      return try node(.bind(variable, arguments[1], arguments[2]), range, [arguments[1], arguments[2]])
    case ("index", 1) where options.blocks:
      return try node(.name("@index\(try number(arguments[0]))", rooted: false), range, [])
    case ("iterVar", 2) where options.blocks:
      return try node(.name("@it:\(try number(arguments[0])):\(try number(arguments[1]))", rooted: false), range, [])
    case ("block", 2) where options.blocks:
      guard case .list(let items) = arguments[0].kind else {
        throw ExpressionProblem("cel.block() takes a list literal", arguments[0].range)
      }
      var body = arguments[1]
      for (place, item) in items.enumerated().reversed() {
        body = try node(.bind("@index\(place)", item.node, body), range, [item.node, body])
      }
      return body
    default: return nil
    }
  }

  private func number(_ node: SyntaxNode) throws(ExpressionProblem) -> Int64 {
    guard case .literal(let value) = node.kind, let number = value.int, number >= 0 else {
      throw ExpressionProblem("expected a whole number", node.range)
    }
    return number
  }
}
