import SourceText
import Values

/// Pipelines, commands, operands and fields (exec.go, the eval functions). `frame.node` follows Go's `state.at`, which is never set back,
/// so that error texts name the same node.
extension Executor {
  func evaluate(_ pipe: PipeNode, dot: Value) throws(TemplateError) -> Value {
    frame.node = pipe.id
    var value: Value?
    for command in pipe.commands { value = try evaluate(command, dot: dot, final: value).unboxed }
    let result = value ?? Value(.null)
    for declaration in pipe.declarations { try assign(result, to: declaration) }
    return result
  }

  private func evaluate(_ command: CommandNode, dot: Value, final: Value?) throws(TemplateError) -> Value {
    guard let first = command.arguments.first else { return Value(.null) }
    switch first {
    case .field(let node):
      frame.node = node.id
      return try fields(node.names, of: dot, dot: dot, node: node.id, arguments: command.arguments, final: final)
    case .chain(let node): return try evaluate(node, dot: dot, arguments: command.arguments, final: final)
    case .function(let node): return try call(node, command: command.id, arguments: command.arguments, dot: dot, final: final)
    case .pipe(let node):
      try refuseArguments(command.arguments, final)
      return try evaluate(node, dot: dot)
    case .variable(let node): return try evaluate(node, dot: dot, arguments: command.arguments, final: final)
    case .dot(let node):
      frame.node = node.id
      try refuseArguments(command.arguments, final)
      return dot
    case .nothing(let node):
      frame.node = node.id
      try refuseArguments(command.arguments, final)
      throw fail("nil is not a command")
    case .constant(let node):
      frame.node = node.id
      try refuseArguments(command.arguments, final)
      return try constant(node)
    }
  }

  private func refuseArguments(_ arguments: [Operand], _ final: Value?) throws(TemplateError) {
    guard arguments.count > 1 || final != nil, let first = arguments.first else { return }
    throw fail("can't give argument to non-function \(frame.definition.source.text(of: first))")
  }

  private func constant(_ node: ConstantNode) throws(TemplateError) -> Value {
    if let value = node.value { return value }
    throw fail("\(frame.definition.source.text(of: .constant(node))) overflows int")
  }

  private func evaluate(
    _ node: ChainNode, dot: Value, arguments: [Operand], final: Value?
  ) throws(TemplateError) -> Value {
    frame.node = node.id
    let value: Value
    switch node.operand {
    case .pipe(let pipe):
      frame.node = pipe.id
      value = try evaluate(pipe, dot: dot)
    case .function(let function): value = try call(function, command: function.id, arguments: [], dot: dot, final: nil)
    default: value = try argument(node.operand, .any, dot: dot)
    }
    return try fields(node.fields, of: value, dot: dot, node: node.id, arguments: arguments, final: final)
  }

  private func evaluate(
    _ node: VariableNode, dot: Value, arguments: [Operand], final: Value?
  ) throws(TemplateError) -> Value {
    frame.node = node.id
    let index = frame.base + node.slot
    guard node.slot >= 0, index < vars.count, vars[index].tag & GoTag.unset == 0 else {
      throw fail("undefined variable: \(node.name.string)", code: "template/undefined-variable")
    }
    if node.fields.isEmpty {
      try refuseArguments(arguments, final)
      return vars[index]
    }
    return try fields(node.fields, of: vars[index], dot: dot, node: node.id, arguments: arguments, final: final)
  }

  /// `.X.Y.Z`, the last of which may be a method with arguments.
  private func fields(
    _ names: [Text], of receiver: Value, dot: Value, node: Int, arguments: [Operand], final: Value?
  ) throws(TemplateError) -> Value {
    var value = receiver
    let last = names.count - 1
    for (index, name) in names.enumerated() {
      if index == last { return try field(name, of: value, dot: dot, node: node, arguments: arguments, final: final) }
      value = try field(name, of: value, dot: dot, node: node, arguments: [], final: nil)
    }
    return value
  }

  private func field(
    _ name: Text, of receiver: Value, dot: Value, node: Int, arguments: [Operand], final: Value?
  ) throws(TemplateError) -> Value {
    switch receiver.payload {
    case .map(let map):
      if arguments.count > 1 || final != nil { throw fail("\(name.string) is not a method but has arguments") }
      if let value = map[name] { return receiver.tag & ~GoTag.boxed == GoMap.strings ? value : value.boxed }
      return try missingKey(name, receiver)
    case .null:
      if receiver.isBoxed { throw fail("nil pointer evaluating interface {}.\(name.string)", code: "template/nil-pointer") }
      if missingKey == .error {
        throw fail("nil data; no entry for key \(GoQuote.quoted(name.bytes[...]))", code: "template/missing-key")
      }
      return Value(.null)
    case .unknown: return receiver
    case .object(let object as GoObject):
      if let method = object.method(name) {
        return try call(method, node: node, command: node, arguments: arguments, dot: dot, final: final)
      }
      let hasArguments = arguments.count > 1 || final != nil
      if object.isMap {
        if hasArguments { throw fail("\(name.string) is not a method but has arguments") }
        if let value = object.field(name) { return value }
        return try missingKey(name, receiver)
      }
      if let value = object.field(name) {
        if hasArguments { throw fail("\(name.string) has arguments but cannot be invoked as function") }
        return value
      }
    case .object(let object):
      if let value = object.member(name.string) { return value }
    default: break
    }
    throw fail("can't evaluate field \(name.string) in type \(receiver.staticTypeName)", code: "template/no-field")
  }

  private func missingKey(_ name: Text, _ receiver: Value) throws(TemplateError) -> Value {
    switch missingKey {
    case .invalid: return Value(.null, origin: receiver.origin)
    case .zero:
      return receiver.tag & ~GoTag.boxed == GoMap.strings ? .string(.empty, receiver.origin) : Value(.null, tag: GoTag.boxed, origin: receiver.origin)
    case .error: throw fail("map has no entry for key \(GoQuote.quoted(name.bytes[...]))", code: "template/missing-key")
    }
  }

  // MARK: Arguments

  /// An operand as the argument of a parameter.
  func argument(_ operand: Operand, _ type: GoType, dot: Value) throws(TemplateError) -> Value {
    frame.node = operand.id
    switch operand {
    case .dot: return try validated(dot, type)
    case .nothing:
      switch type {
      case .any, .object: return Value(.null)
      case .dict: return Value(.map(ValueMap()), tag: GoMap.absent)
      case .list: return .list([])
      case .strings: return Value(.list(ValueList([])), tag: GoList.strings)
      default: throw fail("cannot assign nil to \(type.name)")
      }
    case .field(let node):
      return try validated(try fields(node.names, of: dot, dot: dot, node: node.id, arguments: [], final: nil), type)
    case .variable(let node): return try validated(try evaluate(node, dot: dot, arguments: [], final: nil), type)
    case .pipe(let node): return try validated(try evaluate(node, dot: dot), type)
    case .function(let node):
      return try validated(try call(node, command: node.id, arguments: [], dot: dot, final: nil), type)
    case .chain(let node): return try validated(try evaluate(node, dot: dot, arguments: [], final: nil), type)
    case .constant(let node): return try literal(node, type)
    }
  }

  private func literal(_ node: ConstantNode, _ type: GoType) throws(TemplateError) -> Value {
    let origin = node.value?.origin ?? .none
    switch (type, node.kind) {
    case (.any, _): return try constant(node)
    case (.string, .string), (.bool, .bool): return try constant(node)
    case (.int, .number(let number)):
      if let int = number.int { return Value(.int(int), tag: GoNumber.int, origin: origin) }
    case (.int64, .number(let number)):
      if let int = number.int { return Value(.int(int), tag: GoNumber.int64, origin: origin) }
    case (.float64, .number(let number)):
      if let float = number.float { return Value(.double(float), tag: GoNumber.float64, origin: origin) }
    default: break
    }
    let text = frame.definition.source.text(of: .constant(node))
    switch type {
    case .string: throw fail("expected string; found \(text)")
    case .bool: throw fail("expected bool; found \(text)")
    case .int, .int64: throw fail("expected integer; found \(text)")
    case .float64: throw fail("expected float; found \(text)")
    default: throw fail("can't handle \(text) for arg of type \(type.name)")
    }
  }

  /// Refuses values that Go could not assign to the parameter.
  func validated(_ value: Value, _ type: GoType) throws(TemplateError) -> Value {
    let tag = value.tag & ~GoTag.boxed
    switch (type, value.payload) {
    case (.any, _), (_, .unknown), (.object, _), (.string, .string), (.bool, .bool): return value
    case (.int, .int): if tag == GoNumber.int { return value }
    case (.int64, .int): if tag == GoNumber.document || tag == GoNumber.int64 { return value }
    case (.float64, .double): if tag != GoNumber.float32 { return value }
    case (.dict, .map): if tag != GoMap.strings { return value }
    case (.list, .list): if tag == GoList.any { return value }
    case (.strings, .list): if tag == GoList.strings { return value }
    case (_, .null):
      if value.isBoxed { break }
      switch type {
      case .dict: return Value(.map(ValueMap()), tag: GoMap.absent, origin: value.origin)
      case .list: return .list([], value.origin)
      case .strings: return Value(.list(ValueList([])), tag: GoList.strings, origin: value.origin)
      default: throw fail("invalid value; expected \(type.name)")
      }
    default: break
    }
    throw fail("wrong type for value; expected \(type.name); got \(value.isNull ? "interface {}" : value.goTypeName)")
  }

  // MARK: Calls

  private func call(
    _ node: FunctionNode, command: Int, arguments: [Operand], dot: Value, final: Value?
  ) throws(TemplateError) -> Value {
    frame.node = node.id
    switch node.callee {
    case .function(let function):
      return try call(function, node: node.id, command: command, arguments: arguments, dot: dot, final: final)
    case .builtin(let builtin):
      let given = max(0, arguments.count - 1) + (final == nil ? 0 : 1)
      let (fixed, variadic) = builtin.arity
      try checkCount(builtin.rawValue, given: given, written: max(0, arguments.count - 1), fixed: fixed, variadic: variadic)
      if builtin == .and || builtin == .or {
        return try shortCircuit(arguments, until: builtin == .or, dot: dot, final: final)
      }
      var values: [Value] = []
      values.reserveCapacity(given)
      for (index, operand) in arguments.enumerated().dropFirst() {
        values.append(try argument(operand, builtin == .printf && index == 1 ? .string : .any, dot: dot))
      }
      if let final { values.append(try validated(final, builtin == .printf && given == 1 ? .string : .any)) }
      do {
        return try run(builtin, marked.isEmpty ? values : values.map { seen($0, by: builtin.rawValue) }, arguments)
      } catch {
        throw wrapped(error, name: builtin.rawValue, command: command)
      }
    }
  }

  private func checkCount(
    _ name: String, given: Int, written: Int, fixed: Int, variadic: Bool
  ) throws(TemplateError) {
    if variadic {
      if given < fixed { throw fail("wrong number of args for \(name): want at least \(fixed) got \(written)") }
    } else if given != fixed {
      throw fail("wrong number of args for \(name): want \(fixed) got \(given)")
    }
  }

  private func shortCircuit(
    _ arguments: [Operand], until: Bool, dot: Value, final: Value?
  ) throws(TemplateError) -> Value {
    var value = Value(.null)
    for operand in arguments.dropFirst() {
      value = try argument(operand, .any, dot: dot)
      if try isTrue(value) == until { return value }
    }
    return final ?? value
  }

  private func call(
    _ function: TemplateFunction, node: Int, command: Int, arguments: [Operand], dot: Value, final: Value?
  ) throws(TemplateError) -> Value {
    let written = max(0, arguments.count - 1)
    let given = written + (final == nil ? 0 : 1)
    let fixed = function.parameters.count
    try checkCount(function.name, given: given, written: written, fixed: fixed, variadic: function.variadic != nil)
    var values: [Value] = []
    values.reserveCapacity(given)
    var unknown: Value?
    func take(_ value: Value, _ type: GoType) {
      let value = seen(value, by: function.name)
      if type != .any, value.isUnknown, unknown == nil { unknown = value }
      values.append(value.unboxed)
    }
    for index in 0..<written {
      let type = index < fixed ? function.parameters[index] : function.variadic ?? .any
      take(try argument(arguments[index + 1], type, dot: dot), type)
    }
    if let final {
      let type = given - 1 < fixed ? function.parameters[given - 1] : function.variadic ?? .any
      take(try validated(final, type), type)
    }
    if unknown != nil, marksUnknowns, Self.layouts.contains(function.name) {
      values = values.map { marking($0) ?? $0 }
    } else if let unknown {
      // What is made of something unknown is unknown.
      return unknown.unboxed
    }
    let action = frame.action
    let call = TemplateCall(
      provenance: provenance, origin: tracker.shown(.none, action: action, context: frame.context), executor: self)
    do {
      let result = try function.body(call, values)
      return result.isNull ? result.boxed : result
    } catch {
      throw wrapped(error, name: function.name, command: command)
    }
  }

  /// A function's error as the template's.
  private func wrapped(_ error: TemplateError, name: String, command: Int) -> TemplateError {
    frame.node = command
    return placed(TemplateError(wrapping: error, "error calling \(name): "))
  }
}
