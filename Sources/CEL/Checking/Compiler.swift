import SourceText
import Values

/// Checks an expression and plans it in one pass: names become slots, calls become lists of overloads.
struct Compiler {
  let environment: CELEnvironment
  var unifier = Unifier()
  /// Variables of macros, the innermost last.
  private var scope: [(name: String, slot: Int, type: CELType)] = []
  private(set) var localCount = 0

  typealias Planned = (node: PlanNode, type: CELType)

  init(environment: CELEnvironment) { self.environment = environment }

  private var checks: Bool { environment.isChecked }

  mutating func compile(_ node: SyntaxNode) throws(ExpressionProblem) -> Planned {
    switch node.kind {
    case .literal(let value): return (LiteralNode(value, node.range), CELValue.type(of: value))
    case .name(let name, let rooted): return try self.name(name, rooted, node.range)
    case .select(let operand, let field, let optional): return try select(node, operand, field, optional)
    case .presence(let operand, let field):
      let operand = try compile(operand)
      _ = try fieldType(operand.type, field, node.range)
      return (PresenceNode(operand.node, field, node.range), .bool)
    case .index(let operand, let index, let optional): return try self.index(node, operand, index, optional)
    case .call(let name, let target, let arguments, let rooted):
      return try call(node, name, target, arguments, rooted)
    case .unary(let sign, let operand):
      let operand = try compile(operand)
      let type = try operatorType(sign, [operand.type], node.range)
      return (UnaryNode(sign, operand.node, node.range), type)
    case .binary(let sign, let left, let right):
      let left = try compile(left)
      let right = try compile(right)
      let type = try operatorType(sign, [left.type, right.type], node.range)
      return (BinaryNode(sign, left.node, right.node, node.range), type)
    case .and(let items): return (LogicNode(try logic(items), decisive: false, node.range), .bool)
    case .or(let items): return (LogicNode(try logic(items), decisive: true, node.range), .bool)
    case .conditional(let condition, let yes, let no):
      let test = try compile(condition)
      try require(test.type, .bool, condition.range, "the condition of '?:'")
      let yes = try compile(yes)
      let no = try compile(no)
      return (ConditionalNode(test.node, yes.node, no.node, node.range), unifier.join(yes.type, no.type))
    case .list(let items): return try list(node, items)
    case .map(let entries): return try map(node, entries)
    case .loop(let loop): return try self.loop(node, loop)
    case .bind(let name, let value, let body):
      try admit(name == "@sortBy" ? "sortBy" : "cel.bind", node.range)
      let value = try compile(value)
      let slot = enter(name, value.type)
      let inner = try compile(body)
      leave(1)
      return (BindNode(slot, value.node, inner.node, node.range), inner.type)
    case .optionalMap(let target, let name, let body, let flat):
      let operand = try compile(target)
      let item = unifier.fresh()
      try require(operand.type, .optional(item), target.range, flat ? "the target of optFlatMap()" : "the target of optMap()")
      let slot = enter(name, unifier.resolve(item))
      let inner = try compile(body)
      leave(1)
      if flat { try require(inner.type, .optional(unifier.fresh()), body.range, "the result of optFlatMap()") }
      return (OptionalMapNode(slot, operand.node, inner.node, flat: flat, node.range), flat ? inner.type : .optional(inner.type))
    }
  }

  private mutating func require(_ given: CELType, _ wanted: CELType, _ range: Range<Int>, _ what: String) throws(ExpressionProblem) {
    if !unifier.assign(given, to: wanted), checks {
      throw ExpressionProblem("\(what) is of type '\(unifier.final(given).name)', expected '\(unifier.final(wanted).name)'", range)
    }
  }

  /// Refuses what the environment does.
  private func admit(_ name: String, _ range: Range<Int>) throws(ExpressionProblem) {
    if let reason = environment.refused[name] { throw ExpressionProblem("'\(name)' \(reason)", range) }
  }

  private mutating func logic(_ items: [SyntaxNode]) throws(ExpressionProblem) -> [PlanNode] {
    var nodes: [PlanNode] = []
    for item in items {
      let planned = try compile(item)
      try require(planned.type, .bool, item.range, "an operand of '&&' or '||'")
      nodes.append(planned.node)
    }
    return nodes
  }

  // MARK: Names

  private mutating func enter(_ name: String, _ type: CELType) -> Int {
    let slot = localCount
    localCount += 1
    scope.append((name, slot, type))
    return slot
  }

  private mutating func leave(_ count: Int) { scope.removeLast(count) }

  private func local(_ name: String) -> (slot: Int, type: CELType)? {
    scope.last { $0.name == name }.map { ($0.slot, $0.type) }
  }

  /// The parts of `a.b.c`, where no part is a variable of a macro.
  private func qualified(_ node: SyntaxNode) -> (name: String, rooted: Bool)? {
    switch node.kind {
    case .name(let name, let rooted): return rooted || local(name) == nil ? (name, rooted) : nil
    case .select(let operand, let field, false):
      guard let (name, rooted) = qualified(operand) else { return nil }
      return (name + "." + field, rooted)
    default: return nil
    }
  }

  private func global(_ name: String, rooted: Bool, _ range: Range<Int>) -> Planned? {
    for candidate in environment.candidates(name, rooted: rooted) {
      if let slot = environment.slot(candidate) {
        return (VariableNode(candidate, slot, range), checks ? environment.variables[slot].type : .dyn)
      }
      if let type = CELType.values[candidate] ?? CELLibrary.types[candidate] {
        return (LiteralNode(CELTypeValue.value(type), range), .type(type))
      }
    }
    return nil
  }

  private mutating func name(_ name: String, _ rooted: Bool, _ range: Range<Int>) throws(ExpressionProblem) -> Planned {
    if !rooted, let (slot, type) = local(name) { return (LocalNode(slot, range), type) }
    if let found = global(name, rooted: rooted, range) { return found }
    let message = "nothing is called '\(name)' here"
    guard checks else { return (FailureNode(message, range), .dyn) }
    let known = environment.variables.map { String($0.name.prefix { $0 != "." }) } + scope.map(\.name)
    throw ExpressionProblem(message + suggestion(name, known), range)
  }

  private func suggestion(_ name: String, _ known: [String]) -> String {
    nearestName(to: name, in: known.filter { $0 != name }).map { ", did you mean '\($0)'" } ?? ""
  }

  // MARK: Members

  private mutating func select(
    _ node: SyntaxNode, _ operand: SyntaxNode, _ field: String, _ optional: Bool
  ) throws(ExpressionProblem) -> Planned {
    if !optional, let (name, rooted) = qualified(node), let found = global(name, rooted: rooted, node.range) { return found }
    if !optional, let (name, rooted) = qualified(operand), checks, isVariablePrefix(name, rooted) {
      // `variables.typo`: say which ones there are.
      let prefix = name + "."
      let known = environment.variables.map(\.name).filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
      throw ExpressionProblem("'\(name)' has no '\(field)'" + suggestion(field, known), node.range)
    }
    let target = try compile(operand)
    let type = try fieldType(target.type, field, node.range)
    if optional {
      if case .optional = unifier.resolve(type) { return (OptionalSelectNode(target.node, field, node.range), type) }
      return (OptionalSelectNode(target.node, field, node.range), .optional(type))
    }
    return (SelectNode(target.node, field, node.range), type)
  }

  /// Whether a name is no variable itself but the beginning of qualified ones.
  private func isVariablePrefix(_ name: String, _ rooted: Bool) -> Bool {
    environment.candidates(name, rooted: rooted).contains { candidate in
      environment.slot(candidate) == nil && environment.variables.contains { $0.name.hasPrefix(candidate + ".") }
    }
  }

  private mutating func fieldType(_ type: CELType, _ field: String, _ range: Range<Int>) throws(ExpressionProblem) -> CELType {
    let resolved = unifier.resolve(type)
    guard checks else { return .dyn }
    switch resolved {
    case .dyn, .parameter: return .dyn
    case .map(_, let value): return value
    case .nullable(let inner): return try fieldType(inner, field, range)
    case .optional(let inner):
      let type = try fieldType(inner, field, range)
      if case .optional = type { return type }
      return .optional(type)
    case .object(let name):
      guard let fields = environment.objects[name] else { return .dyn }
      if let type = fields[field] { return type }
      throw ExpressionProblem("'\(name)' has no field '\(field)'" + suggestion(field, fields.keys.sorted()), range)
    default:
      throw ExpressionProblem("a value of type '\(resolved.name)' has no fields", range)
    }
  }

  private mutating func index(
    _ node: SyntaxNode, _ operand: SyntaxNode, _ index: SyntaxNode, _ optional: Bool
  ) throws(ExpressionProblem) -> Planned {
    let target = try compile(operand)
    let key = try compile(index)
    let type = try itemType(target.type, key.type, index.range)
    if !optional { return (IndexNode(target.node, key.node, node.range), type) }
    if case .optional = unifier.resolve(type) { return (OptionalIndexNode(target.node, key.node, node.range), type) }
    return (OptionalIndexNode(target.node, key.node, node.range), .optional(type))
  }

  private mutating func itemType(_ type: CELType, _ key: CELType, _ range: Range<Int>) throws(ExpressionProblem) -> CELType {
    let resolved = unifier.resolve(type)
    guard checks else { return .dyn }
    switch resolved {
    case .dyn, .parameter: return .dyn
    case .list(let item):
      try require(key, .int, range, "the index of a list")
      return item
    case .map(let wanted, let value):
      if case .optional = unifier.resolve(key) {} else { try require(key, wanted, range, "the key of a map") }
      return value
    case .nullable(let inner): return try itemType(inner, key, range)
    case .optional(let inner): return .optional(try itemType(inner, key, range))
    case .object(let name) where environment.objects[name] == nil: return .dyn
    default: throw ExpressionProblem("a value of type '\(resolved.name)' has no elements", range)
    }
  }

  // MARK: Calls

  private mutating func call(
    _ node: SyntaxNode, _ name: String, _ target: SyntaxNode?, _ arguments: [SyntaxNode], _ rooted: Bool
  ) throws(ExpressionProblem) -> Planned {
    if let target, let (prefix, prefixRooted) = qualified(target) {
      for candidate in environment.candidates(prefix + "." + name, rooted: prefixRooted) {
        let overloads = environment.overloads(candidate).filter { !$0.isMember }
        if !overloads.isEmpty { return try dispatch(node, candidate, overloads, arguments, isMember: false) }
      }
    }
    if let target {
      return try dispatch(node, name, environment.overloads(name).filter(\.isMember), [target] + arguments, isMember: true)
    }
    for candidate in environment.candidates(name, rooted: rooted) {
      let overloads = environment.overloads(candidate).filter { !$0.isMember }
      if !overloads.isEmpty { return try dispatch(node, candidate, overloads, arguments, isMember: false) }
    }
    return try dispatch(node, name, [], arguments, isMember: false)
  }

  private mutating func dispatch(
    _ node: SyntaxNode, _ name: String, _ overloads: [CELOverload], _ arguments: [SyntaxNode], isMember: Bool
  ) throws(ExpressionProblem) -> Planned {
    try admit(name, node.range)
    var nodes: [PlanNode] = []
    var types: [CELType] = []
    for argument in arguments {
      let planned = try compile(argument)
      nodes.append(planned.node)
      types.append(planned.type)
    }
    guard !overloads.isEmpty else {
      let message = "there is no function '\(name)'"
      guard checks else { return (FailureNode(message, node.range), .dyn) }
      let known = CELLibrary.functions.merging(environment.functions) { a, _ in a }
        .filter { $0.value.contains { $0.isMember == isMember } }.keys.sorted()
      throw ExpressionProblem(message + suggestion(name, known), node.range)
    }
    let fitting = overloads.filter { $0.takes(nodes.count) }
    guard checks else {
      return fitting.isEmpty
        ? (FailureNode("no such overload: \(name) with \(nodes.count) arguments", node.range), .dyn)
        : (CallNode(name, fitting, nodes, node.range), .dyn)
    }
    var chosen: [CELOverload] = []
    var result: CELType?
    for overload in fitting {
      let before = unifier
      let wanted = unifier.instantiate(types.indices.map(overload.parameter) + [overload.result])
      var matches = true
      for (place, type) in types.enumerated() where !unifier.assign(type, to: wanted[place]) {
        matches = false
        break
      }
      guard matches, let made = wanted.last else {
        unifier = before
        continue
      }
      let type = unifier.resolve(made)
      chosen.append(overload)
      if let known = result, known != type { result = .dyn } else { result = type }
    }
    guard let result else {
      throw ExpressionProblem(
        "'\(name)' does not take (\(types.map { unifier.final($0).name }.joined(separator: ", ")))", node.range)
    }
    return (CallNode(name, chosen, nodes, node.range), result)
  }

  private mutating func operatorType(_ sign: Operator, _ types: [CELType], _ range: Range<Int>) throws(ExpressionProblem) -> CELType {
    guard checks else { return .dyn }
    var result: CELType?
    for (parameters, made) in sign.forms {
      let before = unifier
      let wanted = unifier.instantiate(parameters + [made])
      var matches = true
      for (place, type) in types.enumerated() where !unifier.assign(type, to: wanted[place]) {
        matches = false
        break
      }
      guard matches, let last = wanted.last else {
        unifier = before
        continue
      }
      let type = unifier.resolve(last)
      if let known = result, known != type { return .dyn }
      result = type
    }
    if let result { return result }
    let given = types.map { unifier.final($0).name }.joined(separator: ", ")
    throw ExpressionProblem("'\(sign.sign)' does not take (\(given))", range)
  }

  // MARK: Literals and macros

  private mutating func list(
    _ node: SyntaxNode, _ items: [(node: SyntaxNode, optional: Bool)]
  ) throws(ExpressionProblem) -> Planned {
    var type: CELType?
    var nodes: [(PlanNode, optional: Bool)] = []
    for item in items {
      let planned = try compile(item.node)
      var itemType = planned.type
      if item.optional {
        let inner = unifier.fresh()
        try require(planned.type, .optional(inner), item.node.range, "an element behind '?'")
        itemType = unifier.resolve(inner)
      }
      nodes.append((planned.node, item.optional))
      type = type.map { unifier.join($0, itemType) } ?? itemType
    }
    let listType = CELType.list(checks ? type ?? unifier.fresh() : .dyn)
    let constants = nodes.compactMap { $0.optional ? nil : ($0.0 as? LiteralNode)?.value }
    if constants.count == nodes.count { return (LiteralNode(.list(constants), node.range), listType) }
    return (ListNode(nodes, node.range), listType)
  }

  private mutating func map(
    _ node: SyntaxNode, _ entries: [(key: SyntaxNode, value: SyntaxNode, optional: Bool)]
  ) throws(ExpressionProblem) -> Planned {
    var keyType: CELType?
    var valueType: CELType?
    var nodes: [(key: PlanNode, value: PlanNode, optional: Bool)] = []
    for entry in entries {
      let key = try compile(entry.key)
      let value = try compile(entry.value)
      var itemType = value.type
      if entry.optional {
        let inner = unifier.fresh()
        try require(value.type, .optional(inner), entry.value.range, "a value behind '?'")
        itemType = unifier.resolve(inner)
      }
      nodes.append((key.node, value.node, entry.optional))
      keyType = keyType.map { unifier.join($0, key.type) } ?? key.type
      valueType = valueType.map { unifier.join($0, itemType) } ?? itemType
    }
    let type = CELType.map(checks ? keyType ?? unifier.fresh() : .dyn, checks ? valueType ?? unifier.fresh() : .dyn)
    return (MapNode(nodes, node.range), type)
  }

  private mutating func loop(_ node: SyntaxNode, _ loop: Loop) throws(ExpressionProblem) -> Planned {
    if loop.second != nil { try admit("macros with two variables", node.range) }
    let source = try compile(loop.source)
    let two = loop.second != nil
    var first = CELType.dyn
    var second = CELType.dyn
    var resolved = unifier.resolve(source.type)
    if case .nullable(let inner) = resolved { resolved = inner }
    switch resolved {
    case .list(let item):
      first = two ? .int : item
      second = item
    case .map(let key, let value):
      first = key
      second = value
    case .dyn, .parameter: break
    default:
      if checks { throw ExpressionProblem("'\(loop.kind.rawValue)' goes through a list or a map, not '\(resolved.name)'", loop.source.range) }
    }
    let firstSlot = enter(loop.first, first)
    let secondSlot = loop.second.map { enter($0, second) }
    let filter = try loop.filter.map { node throws(ExpressionProblem) in try compile(node) }
    if let filter { try require(filter.type, .bool, loop.filter?.range ?? node.range, "the filter of a macro") }
    let body = try compile(loop.body)
    leave(two ? 2 : 1)
    let type: CELType
    switch loop.kind {
    case .all, .exists, .existsOne:
      try require(body.type, .bool, loop.body.range, "the predicate of '\(loop.kind.rawValue)'")
      type = .bool
    case .filter:
      try require(body.type, .bool, loop.body.range, "the predicate of 'filter'")
      type = .list(first)
    case .map, .transformList: type = .list(body.type)
    case .transformMap:
      if case .list = resolved { type = .map(.int, body.type) } else { type = .map(first, body.type) }
    case .transformMapEntry: type = body.type
    }
    return (LoopNode(loop.kind, source.node, firstSlot, secondSlot, filter?.node, body.node, node.range), type)
  }
}

extension Operator {
  /// What the operator takes and gives (cel-spec, "List of Standard Definitions").
  var forms: [([CELType], CELType)] {
    let a = CELType.parameter(0)
    switch self {
    case .add:
      return [
        ([.int, .int], .int), ([.uint, .uint], .uint), ([.double, .double], .double), ([.string, .string], .string),
        ([.bytes, .bytes], .bytes), ([.list(a), .list(a)], .list(a)), ([.timestamp, .duration], .timestamp),
        ([.duration, .timestamp], .timestamp), ([.duration, .duration], .duration),
      ]
    case .subtract:
      return [
        ([.int, .int], .int), ([.uint, .uint], .uint), ([.double, .double], .double), ([.timestamp, .timestamp], .duration),
        ([.timestamp, .duration], .timestamp), ([.duration, .duration], .duration),
      ]
    case .multiply, .divide: return [([.int, .int], .int), ([.uint, .uint], .uint), ([.double, .double], .double)]
    case .remainder: return [([.int, .int], .int), ([.uint, .uint], .uint)]
    case .negate: return [([.int], .int), ([.double], .double)]
    case .not: return [([.bool], .bool)]
    case .equal, .notEqual: return [([a, a], .bool)]
    case .contained: return [([a, .list(a)], .bool), ([a, .map(a, .parameter(1))], .bool)]
    case .less, .lessEqual, .greater, .greaterEqual:
      let numbers: [CELType] = [.int, .uint, .double]
      var forms: [([CELType], CELType)] = [.bool, .string, .bytes, .timestamp, .duration].map { ([$0, $0], .bool) }
      for left in numbers { for right in numbers { forms.append(([left, right], .bool)) } }
      return forms
    }
  }
}
