import SourceText
import Values

/// A node of a planned expression. Immutable once planned.
class PlanNode: @unchecked Sendable {
  let range: Range<Int>
  init(_ range: Range<Int>) { self.range = range }

  func evaluate(_ frame: CELFrame) throws(CELError) -> Value { .null }

  /// What is selected from, for finding the nearest place of something absent.
  var operand: PlanNode? { nil }

  func fail(_ message: String) -> CELError { CELError(message, range: range) }

  /// Adds the place to an error that has none.
  @inline(__always)
  func placed<T>(_ body: () throws(CELError) -> T) throws(CELError) -> T {
    do { return try body() } catch {
      if error.range != nil { throw error }
      throw CELError(error.message, range: range)
    }
  }
}

final class LiteralNode: PlanNode, @unchecked Sendable {
  let value: Value
  init(_ value: Value, _ range: Range<Int>) {
    self.value = value
    super.init(range)
  }
  override func evaluate(_ frame: CELFrame) throws(CELError) -> Value { value }
}

final class FailureNode: PlanNode, @unchecked Sendable {
  private let message: String
  init(_ message: String, _ range: Range<Int>) {
    self.message = message
    super.init(range)
  }
  override func evaluate(_ frame: CELFrame) throws(CELError) -> Value { throw fail(message) }
}

final class VariableNode: PlanNode, @unchecked Sendable {
  private let name: String
  private let slot: Int
  init(_ name: String, _ slot: Int, _ range: Range<Int>) {
    self.name = name
    self.slot = slot
    super.init(range)
  }
  override func evaluate(_ frame: CELFrame) throws(CELError) -> Value {
    guard slot < frame.activation.slots.count else { throw fail("'\(name)' has no value") }
    switch frame.activation.slots[slot] {
    case .value(let value): return value
    case .program(let lazy):
      do throws(CELError) { return try lazy.value() } catch {
        throw CELError("'\(name)' failed: \(error.message)", range: range)
      }
    case .absent: throw fail("'\(name)' has no value")
    }
  }
}

final class LocalNode: PlanNode, @unchecked Sendable {
  private let slot: Int
  init(_ slot: Int, _ range: Range<Int>) {
    self.slot = slot
    super.init(range)
  }
  override func evaluate(_ frame: CELFrame) throws(CELError) -> Value { frame.locals[slot] }
}

final class UnaryNode: PlanNode, @unchecked Sendable {
  private let sign: Operator
  private let inner: PlanNode
  init(_ sign: Operator, _ inner: PlanNode, _ range: Range<Int>) {
    self.sign = sign
    self.inner = inner
    super.init(range)
  }
  override func evaluate(_ frame: CELFrame) throws(CELError) -> Value {
    let value = try inner.evaluate(frame)
    switch (sign, value.payload) {
    case (_, .unknown): return value
    case (.not, .bool(let flag)): return .bool(!flag)
    case (.negate, .double(let number)): return .double(-number)
    case (.negate, .int(let number)) where value.tag != CELValue.uintTag:
      guard number != Int64.min else { throw fail("integer overflow") }
      return .int(-number)
    default: throw CELError(Operations.noOverload(sign, [value]).message, range: range)
    }
  }
}

final class BinaryNode: PlanNode, @unchecked Sendable {
  private let sign: Operator
  private let left: PlanNode
  private let right: PlanNode
  init(_ sign: Operator, _ left: PlanNode, _ right: PlanNode, _ range: Range<Int>) {
    self.sign = sign
    self.left = left
    self.right = right
    super.init(range)
  }
  override func evaluate(_ frame: CELFrame) throws(CELError) -> Value {
    try frame.step()
    let a = try left.evaluate(frame)
    let b = try right.evaluate(frame)
    if sign == .add { try frame.step(Sizes.cost(a) + Sizes.cost(b)) }
    return try placed { () throws(CELError) in try Operations.binary(sign, a, b) }
  }
}

/// What copying a value costs in steps.
enum Sizes {
  static func cost(_ value: Value) -> Int {
    switch value.payload {
    case .string(let text): text.count / 32
    case .list(let list): list.items.count
    default: 0
    }
  }
}

/// `&&` and `||`: a decisive operand decides from either side, in front of unknowns, and unknowns in front of errors.
final class LogicNode: PlanNode, @unchecked Sendable {
  private let items: [PlanNode]
  private let decisive: Bool
  init(_ items: [PlanNode], decisive: Bool, _ range: Range<Int>) {
    self.items = items
    self.decisive = decisive
    super.init(range)
  }
  override func evaluate(_ frame: CELFrame) throws(CELError) -> Value {
    var outcome = Outcome()
    for item in items {
      do {
        let value = try item.evaluate(frame)
        if value.bool == decisive { return .bool(decisive) }
        if value.bool == nil { outcome.note(value, item) }
      } catch {
        outcome.note(error)
      }
    }
    return try outcome.finish() ?? .bool(!decisive)
  }
}

/// The first unknown and the first error met.
struct Outcome {
  private var unknown: Value?
  private var error: CELError?

  mutating func note(_ value: Value, _ node: PlanNode) {
    if value.isUnknown { unknown = unknown ?? value }
    else { error = error ?? node.fail("no such overload: expected a bool, got \(CELValue.typeName(value))") }
  }

  mutating func note(_ failure: CELError) { error = error ?? failure }

  func finish() throws(CELError) -> Value? {
    if let unknown { return unknown }
    if let error { throw error }
    return nil
  }
}

final class ConditionalNode: PlanNode, @unchecked Sendable {
  private let condition: PlanNode
  private let yes: PlanNode
  private let no: PlanNode
  init(_ condition: PlanNode, _ yes: PlanNode, _ no: PlanNode, _ range: Range<Int>) {
    self.condition = condition
    self.yes = yes
    self.no = no
    super.init(range)
  }
  override func evaluate(_ frame: CELFrame) throws(CELError) -> Value {
    let value = try condition.evaluate(frame)
    if value.isUnknown { return value }
    guard let flag = value.bool else { throw condition.fail("no such overload: the condition of '?:' is no bool") }
    return flag ? try yes.evaluate(frame) : try no.evaluate(frame)
  }
}

final class CallNode: PlanNode, @unchecked Sendable {
  private let name: String
  private let overloads: [CELOverload]
  private let arguments: [PlanNode]
  init(_ name: String, _ overloads: [CELOverload], _ arguments: [PlanNode], _ range: Range<Int>) {
    self.name = name
    self.overloads = overloads
    self.arguments = arguments
    super.init(range)
  }
  override func evaluate(_ frame: CELFrame) throws(CELError) -> Value {
    try frame.step()
    var values: [Value] = []
    values.reserveCapacity(arguments.count)
    var unknown: Value?
    for argument in arguments {
      let value = try argument.evaluate(frame)
      if value.isUnknown { unknown = unknown ?? value }
      values.append(value)
    }
    for overload in overloads where overload.admits(values) {
      if overload.isStrict, let unknown { return unknown }
      return try placed { () throws(CELError) in try overload.body(frame, values) }
    }
    if let unknown { return unknown }
    throw fail("no such overload: '\(name)' on (\(values.map(CELValue.typeName).joined(separator: ", ")))")
  }
}

final class BindNode: PlanNode, @unchecked Sendable {
  private let slot: Int
  private let value: PlanNode
  private let body: PlanNode
  init(_ slot: Int, _ value: PlanNode, _ body: PlanNode, _ range: Range<Int>) {
    self.slot = slot
    self.value = value
    self.body = body
    super.init(range)
  }
  override func evaluate(_ frame: CELFrame) throws(CELError) -> Value {
    frame.locals[slot] = try value.evaluate(frame)
    return try body.evaluate(frame)
  }
}

final class OptionalMapNode: PlanNode, @unchecked Sendable {
  private let slot: Int
  private let target: PlanNode
  private let body: PlanNode
  private let flat: Bool
  init(_ slot: Int, _ target: PlanNode, _ body: PlanNode, flat: Bool, _ range: Range<Int>) {
    self.slot = slot
    self.target = target
    self.body = body
    self.flat = flat
    super.init(range)
  }
  override func evaluate(_ frame: CELFrame) throws(CELError) -> Value {
    let value = try target.evaluate(frame)
    if value.isUnknown { return value }
    guard let optional = value.object as? CELOptional else { throw fail("no such overload: the target of optMap() is no optional") }
    guard let inner = optional.value else { return CELOptional.none }
    frame.locals[slot] = inner
    let result = try body.evaluate(frame)
    if result.isUnknown || flat { return result }
    return CELOptional.some(result)
  }
}

final class ListNode: PlanNode, @unchecked Sendable {
  private let items: [(PlanNode, optional: Bool)]
  init(_ items: [(PlanNode, optional: Bool)], _ range: Range<Int>) {
    self.items = items
    super.init(range)
  }
  override func evaluate(_ frame: CELFrame) throws(CELError) -> Value {
    try frame.step(items.count)
    var values: [Value] = []
    values.reserveCapacity(items.count)
    for (node, optional) in items {
      let value = try node.evaluate(frame)
      guard optional else {
        values.append(value)
        continue
      }
      if value.isUnknown { return value }
      guard let inner = value.object as? CELOptional else { throw node.fail("an element behind '?' is no optional") }
      if let value = inner.value { values.append(value) }
    }
    return .list(values)
  }
}

final class MapNode: PlanNode, @unchecked Sendable {
  private let entries: [(key: PlanNode, value: PlanNode, optional: Bool)]
  init(_ entries: [(key: PlanNode, value: PlanNode, optional: Bool)], _ range: Range<Int>) {
    self.entries = entries
    super.init(range)
  }
  override func evaluate(_ frame: CELFrame) throws(CELError) -> Value {
    try frame.step(entries.count)
    var pairs: [(Value, Value)] = []
    for entry in entries {
      let key = try entry.key.evaluate(frame)
      if key.isUnknown { return key }
      let value = try entry.value.evaluate(frame)
      guard entry.optional else {
        pairs.append((key, value))
        continue
      }
      if value.isUnknown { return value }
      guard let inner = value.object as? CELOptional else { throw entry.value.fail("a value behind '?' is no optional") }
      if let value = inner.value { pairs.append((key, value)) }
    }
    return try placed { () throws(CELError) in try CELValue.map(pairs) }
  }
}
