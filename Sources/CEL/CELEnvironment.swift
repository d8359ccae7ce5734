import SourceText
import Values

/// The Common Expression Language (cel-spec, cel-go): expressions are parsed, checked against declarations, planned into
/// nodes with resolved names and overloads, and evaluated over values with origins and unknowns. Entry points:
/// `CELEnvironment.compile` and `CELProgram.evaluate`.
///
/// An environment says which names, types and functions an expression may use.
public struct CELEnvironment: Sendable {
  /// Declared variables; their places are the slots of a `CELActivation`. Names may be qualified (`variables.x`).
  public private(set) var variables: [(name: String, type: CELType)] = []
  private var slots: [String: Int] = [:]
  /// Host object types: name → field → type.
  public var objects: [String: [String: CELType]] = [:]
  /// Functions beside the libraries of this room.
  public private(set) var functions: [String: [CELOverload]] = [:]
  /// Names are looked up inside it first, from the innermost part outwards.
  public var container = ""
  /// Without checking, wrong types and unknown names are errors only when evaluated.
  public var isChecked = true
  public var parserOptions = ParserOptions()
  /// Functions and macros of this room that an expression must not use, and why: it is meant for an evaluator that lacks them.
  public var refused: [String: String] = [:]
  /// Steps that one evaluation may take.
  public var stepLimit = 5_000_000
  /// The bytes of a zone of the tz database (TZif); nil where not known.
  public var timeZone: (@Sendable (String) -> [UInt8]?)?

  public init() {}

  /// Declares a variable; a name known already gets the new type.
  public mutating func declare(_ name: String, _ type: CELType) {
    if let slot = slots[name] {
      variables[slot].type = type
      return
    }
    slots[name] = variables.count
    variables.append((name, type))
  }

  public func slot(_ name: String) -> Int? { slots[name] }

  /// Declares functions beside the libraries.
  public mutating func add(_ overloads: [CELOverload]) {
    for overload in overloads { functions[overload.name, default: []].append(overload) }
  }

  func overloads(_ name: String) -> [CELOverload] {
    (functions[name] ?? []) + (CELLibrary.functions[name] ?? [])
  }

  /// The names that a written name may mean, the innermost container first.
  func candidates(_ name: String, rooted: Bool) -> [String] {
    if rooted || container.isEmpty { return [name] }
    var result: [String] = []
    var parts = container.split(separator: ".")
    while !parts.isEmpty {
      result.append(parts.joined(separator: ".") + "." + name)
      parts.removeLast()
    }
    return result + [name]
  }

  /// Parses, checks and plans an expression.
  public func compile(_ expression: String) throws(ExpressionProblem) -> CELProgram {
    let node = try Parser.parse(Array(expression.utf8), options: parserOptions)
    var compiler = Compiler(environment: self)
    let (plan, type) = try compiler.compile(node)
    return CELProgram(
      root: plan, type: compiler.unifier.final(type), localCount: compiler.localCount, stepLimit: stepLimit, timeZone: timeZone)
  }
}

/// One form of a function.
public struct CELOverload: Sendable {
  public typealias Body = @Sendable (_ frame: CELFrame, _ arguments: [Value]) throws(CELError) -> Value

  public let name: String
  /// For a member function the first one is the receiver.
  public let parameters: [CELType]
  /// The last parameter may come any number of times more.
  public let isVariadic: Bool
  public let isMember: Bool
  public let result: CELType
  /// A strict function with an unknown argument is unknown without being called.
  public let isStrict: Bool
  /// One sentence for the generated documentation; empty for functions of the language.
  public let documentation: String
  public let body: Body

  public init(
    _ name: String, _ parameters: [CELType], _ result: CELType, member: Bool = false, variadic: Bool = false,
    strict: Bool = true, documentation: String = "", _ body: @escaping Body
  ) {
    self.name = name
    self.parameters = parameters
    self.result = result
    isMember = member
    isVariadic = variadic
    isStrict = strict
    self.documentation = documentation
    self.body = body
  }

  /// As written in documentation: `string.find(string) -> string`.
  public var signature: String {
    let rest = isMember ? parameters.dropFirst() : parameters[...]
    let receiver = isMember ? (parameters.first?.name ?? "dyn") + "." : ""
    return "\(receiver)\(name)(\(rest.map(\.name).joined(separator: ", "))\(isVariadic ? ", …" : "")) -> \(result.name)"
  }

  func takes(_ count: Int) -> Bool { isVariadic ? count >= parameters.count : count == parameters.count }

  func parameter(_ place: Int) -> CELType { parameters[min(place, parameters.count - 1)] }

  func admits(_ arguments: [Value]) -> Bool {
    guard takes(arguments.count) else { return false }
    for (place, argument) in arguments.enumerated() where !parameter(place).admits(argument) { return false }
    return true
  }
}

/// Values of an environment's variables for one evaluation.
public struct CELActivation: Sendable {
  enum Slot: Sendable {
    case absent
    case value(Value)
    /// Evaluated when it is first used, over the variables that are bound by then.
    case program(LazyValue)
  }

  var slots: [Slot]

  public init(_ environment: CELEnvironment) {
    slots = Array(repeating: .absent, count: environment.variables.count)
  }

  /// Binds a variable by the slot that `CELEnvironment.slot` gives.
  public mutating func set(_ slot: Int, _ value: Value) {
    if slots.indices.contains(slot) { slots[slot] = .value(value) }
  }

  /// A variable that is evaluated only if it is used, and once; its error is one for those who use it.
  public mutating func set(_ slot: Int, program: CELProgram) {
    if slots.indices.contains(slot) { slots[slot] = .program(LazyValue(program, self)) }
  }
}

/// A variable's value, evaluated at most once. Belongs to one evaluation, so to one thread.
final class LazyValue: @unchecked Sendable {
  private let program: CELProgram
  private let activation: CELActivation
  private var result: Result<Value, CELError>?

  init(_ program: CELProgram, _ activation: CELActivation) {
    self.program = program
    self.activation = activation
  }

  func value() throws(CELError) -> Value {
    if let result { return try result.get() }
    do throws(CELError) {
      let value = try program.evaluate(activation)
      result = .success(value)
      return value
    } catch {
      result = .failure(error)
      throw error
    }
  }
}

/// A compiled expression. Safe to evaluate from several threads.
public final class CELProgram: Sendable {
  let root: PlanNode
  /// The type that checking found; `dyn` without.
  public let type: CELType
  private let localCount: Int
  private let stepLimit: Int
  private let timeZone: (@Sendable (String) -> [UInt8]?)?

  init(
    root: PlanNode, type: CELType, localCount: Int, stepLimit: Int, timeZone: (@Sendable (String) -> [UInt8]?)?
  ) {
    self.root = root
    self.type = type
    self.localCount = localCount
    self.stepLimit = stepLimit
    self.timeZone = timeZone
  }

  private func frame(_ activation: CELActivation) -> CELFrame {
    CELFrame(activation: activation, localCount: localCount, stepLimit: stepLimit, timeZone: timeZone)
  }

  /// The value, which may be unknown.
  public func evaluate(_ activation: CELActivation) throws(CELError) -> Value {
    try root.evaluate(frame(activation))
  }

  /// The origin of the expression's value; where that is absent or has none, of the nearest selection in front of
  /// it (`a.b.c` → `a.b` → `a`).
  public func origin(_ activation: CELActivation, in table: OriginTable) -> Origin {
    let frame = frame(activation)
    var node: PlanNode? = root
    while let current = node {
      if let value = try? current.evaluate(frame) {
        let value = (value.object as? CELOptional)?.value ?? value
        // A part of a text knows its place better than the text does.
        if let text = value.text, !text.runs.isEmpty { return text.origin(of: 0..<text.count, in: table, whole: value.origin) }
        if value.origin.isKnown { return value.origin }
      }
      node = current.operand
    }
    return .none
  }
}

/// The state of one evaluation.
public final class CELFrame {
  let activation: CELActivation
  var locals: [Value]
  private var steps = 0
  private let stepLimit: Int
  let timeZone: (@Sendable (String) -> [UInt8]?)?

  init(activation: CELActivation, localCount: Int, stepLimit: Int, timeZone: (@Sendable (String) -> [UInt8]?)?) {
    self.activation = activation
    locals = Array(repeating: .null, count: localCount)
    self.stepLimit = stepLimit
    self.timeZone = timeZone
  }

  /// Counts work; one step is about one node or a few dozen bytes.
  public func step(_ count: Int = 1) throws(CELError) {
    steps += min(max(count, 0), 1 << 32)
    if steps > stepLimit { throw CELError("evaluation takes more than \(stepLimit) steps") }
  }
}
