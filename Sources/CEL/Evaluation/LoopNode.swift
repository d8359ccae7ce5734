import SourceText
import Values

/// A macro that goes through a list or a map.
final class LoopNode: PlanNode, @unchecked Sendable {
  private let kind: Loop.Kind
  private let source: PlanNode
  private let first: Int
  private let second: Int?
  private let filter: PlanNode?
  private let body: PlanNode

  init(
    _ kind: Loop.Kind, _ source: PlanNode, _ first: Int, _ second: Int?, _ filter: PlanNode?, _ body: PlanNode,
    _ range: Range<Int>
  ) {
    self.kind = kind
    self.source = source
    self.first = first
    self.second = second
    self.filter = filter
    self.body = body
    super.init(range)
  }

  override var operand: PlanNode? { source }

  /// The index or key (with two variables) or the element, and the value.
  private func items(_ value: Value) throws(CELError) -> [(Value, Value)] {
    switch value.payload {
    case .list(let list):
      if second == nil { return list.items.map { ($0, .null) } }
      return list.items.enumerated().map { (.int(Int64($0.offset)), $0.element) }
    case .map(let map): return map.entries.map { (.string($0.key, $0.keyOrigin), $0.value) }
    case .object(let object):
      if let map = object as? CELMap { return map.entries.map { ($0.key, $0.value) } }
    default: break
    }
    throw source.fail("no such overload: a macro goes through a list or a map, not a \(CELValue.typeName(value))")
  }

  override func evaluate(_ frame: CELFrame) throws(CELError) -> Value {
    let value = try source.evaluate(frame)
    if value.isUnknown { return value }
    let items = try items(value)
    switch kind {
    case .all, .exists: return try quantified(items, decisive: kind == .exists, frame)
    case .existsOne: return try existsOne(items, frame)
    case .filter, .map, .transformList: return try list(items, frame, origin: value.origin)
    case .transformMap, .transformMapEntry: return try map(items, frame)
    }
  }

  private func enter(_ item: (Value, Value), _ frame: CELFrame) throws(CELError) {
    try frame.step()
    frame.locals[first] = item.0
    if let second { frame.locals[second] = item.1 }
  }

  private func quantified(_ items: [(Value, Value)], decisive: Bool, _ frame: CELFrame) throws(CELError) -> Value {
    var outcome = Outcome()
    for item in items {
      try enter(item, frame)
      do {
        let value = try body.evaluate(frame)
        if value.bool == decisive { return .bool(decisive) }
        if value.bool == nil { outcome.note(value, body) }
      } catch {
        outcome.note(error)
      }
    }
    return try outcome.finish() ?? .bool(!decisive)
  }

  private func existsOne(_ items: [(Value, Value)], _ frame: CELFrame) throws(CELError) -> Value {
    var count = 0
    var unknown: Value?
    for item in items {
      try enter(item, frame)
      let value = try body.evaluate(frame)
      if value.isUnknown { unknown = unknown ?? value }
      else if let flag = value.bool { if flag { count += 1 } }
      else { throw body.fail("no such overload: expected a bool, got \(CELValue.typeName(value))") }
    }
    if count > 1 { return .bool(false) }
    return unknown ?? .bool(count == 1)
  }

  /// Whether the item passes the filter; nil with `unknown` set where that is not known.
  private func passes(_ frame: CELFrame, _ unknown: inout Value?) throws(CELError) -> Bool {
    guard let filter else { return true }
    let value = try filter.evaluate(frame)
    if value.isUnknown {
      unknown = unknown ?? value
      return false
    }
    guard let flag = value.bool else { throw filter.fail("no such overload: expected a bool, got \(CELValue.typeName(value))") }
    return flag
  }

  private func list(_ items: [(Value, Value)], _ frame: CELFrame, origin: Origin) throws(CELError) -> Value {
    var result: [Value] = []
    var unknown: Value?
    for item in items {
      try enter(item, frame)
      if kind == .filter {
        let value = try body.evaluate(frame)
        if value.isUnknown { unknown = unknown ?? value }
        else if let flag = value.bool { if flag { result.append(item.0) } }
        else { throw body.fail("no such overload: expected a bool, got \(CELValue.typeName(value))") }
      } else if try passes(frame, &unknown) {
        result.append(try body.evaluate(frame))
      }
    }
    return unknown ?? .list(result, origin)
  }

  private func map(_ items: [(Value, Value)], _ frame: CELFrame) throws(CELError) -> Value {
    var pairs: [(Value, Value)] = []
    var unknown: Value?
    for item in items {
      try enter(item, frame)
      guard try passes(frame, &unknown) else { continue }
      let value = try body.evaluate(frame)
      if kind == .transformMap {
        pairs.append((item.0, value))
      } else if value.isUnknown {
        unknown = unknown ?? value
      } else {
        switch value.payload {
        case .map(let map): pairs.append(contentsOf: map.entries.map { (.string($0.key, $0.keyOrigin), $0.value) })
        case .object(let object):
          guard let map = object as? CELMap else { throw body.fail("transformMapEntry() needs a map") }
          pairs.append(contentsOf: map.entries.map { ($0.key, $0.value) })
        default: throw body.fail("transformMapEntry() needs a map")
        }
      }
    }
    if let unknown { return unknown }
    return try placed { () throws(CELError) in try CELValue.map(pairs) }
  }
}
