import SourceText
import Values

/// Looking into maps, lists, host objects and optionals. Members come back as they are, with their own origins.
enum Members {
  /// nil: there is no such field. A host object's null field counts as absent only for `has` and optional selection.
  static func field(_ value: Value, _ name: Text) throws(CELError) -> Value? {
    switch value.payload {
    case .map(let map): return map[name]
    case .object(let object):
      switch object {
      case let map as CELMap: return map.value(.string(name))
      case is CELBytes, is CELTimestamp, is CELDuration, is CELTypeValue, is CELOptional:
        throw CELError("no such overload: a \(CELValue.typeName(value)) has no fields")
      default: return object.member(name)
      }
    default: throw CELError("no such overload: a \(CELValue.typeName(value)) has no fields")
    }
  }

  static func isPresent(_ value: Value, _ member: Value?) -> Bool {
    guard let member else { return false }
    if case .object(let object) = value.payload, !(object is CELMap) { return !member.isNull }
    return true
  }

  /// nil: no such element.
  static func element(_ value: Value, _ index: Value) throws(CELError) -> Value? {
    switch value.payload {
    case .list(let list):
      guard let place = whole(index) else { throw CELError("no such overload: a list has no element '\(CELValue.typeName(index))'") }
      guard place >= 0, place < Int64(list.items.count) else { return nil }
      return list.items[Int(place)]
    case .map(let map):
      guard let key = index.text else {
        guard CELKey(index) != nil || index.number != nil else { throw CELError("no such overload: a \(CELValue.typeName(index)) is no key") }
        return nil
      }
      return map[key]
    case .object(let object):
      if let map = object as? CELMap {
        guard let key = CELKey(index) else {
          if index.number != nil { return nil }
          throw CELError("no such overload: a \(CELValue.typeName(index)) is no key")
        }
        return map.value(key)
      }
      guard let name = index.text else { break }
      return try field(value, name)
    default: break
    }
    throw CELError("no such overload: a \(CELValue.typeName(value)) has no elements")
  }

  private static func whole(_ index: Value) -> Int64? {
    switch index.payload {
    case .int(let number): index.tag == CELValue.uintTag && number < 0 ? Int64.max : number
    case .double(let number): Int64(exactly: number)
    default: nil
    }
  }

  static func describe(_ key: Value) -> String {
    switch key.payload {
    case .string(let text): "'\(text.string)'"
    case .int(let number): String(number)
    case .bool(let flag): String(flag)
    default: CELValue.typeName(key)
    }
  }
}

final class SelectNode: PlanNode, @unchecked Sendable {
  private let target: PlanNode
  private let field: Text
  init(_ target: PlanNode, _ field: String, _ range: Range<Int>) {
    self.target = target
    self.field = Text(field)
    super.init(range)
  }
  override var operand: PlanNode? { target }
  override func evaluate(_ frame: CELFrame) throws(CELError) -> Value {
    let value = try target.evaluate(frame)
    if value.isUnknown { return value }
    return try placed { () throws(CELError) in
      if let optional = value.object as? CELOptional {
        guard let inner = optional.value else { return CELOptional.none }
        if inner.isUnknown { return inner }
        guard let member = try Members.field(inner, field) else { return CELOptional.none }
        return CELOptional.some(member)
      }
      guard let member = try Members.field(value, field) else { throw CELError("no such key: '\(field.string)'") }
      return member
    }
  }
}

final class OptionalSelectNode: PlanNode, @unchecked Sendable {
  private let target: PlanNode
  private let field: Text
  init(_ target: PlanNode, _ field: String, _ range: Range<Int>) {
    self.target = target
    self.field = Text(field)
    super.init(range)
  }
  override var operand: PlanNode? { target }
  override func evaluate(_ frame: CELFrame) throws(CELError) -> Value {
    var value = try target.evaluate(frame)
    if let optional = value.object as? CELOptional {
      guard let inner = optional.value else { return CELOptional.none }
      value = inner
    }
    if value.isUnknown { return value }
    return try placed { () throws(CELError) in
      guard let member = try Members.field(value, field), Members.isPresent(value, member) else { return CELOptional.none }
      return member.isUnknown ? member : CELOptional.some(member)
    }
  }
}

final class PresenceNode: PlanNode, @unchecked Sendable {
  private let target: PlanNode
  private let field: Text
  init(_ target: PlanNode, _ field: String, _ range: Range<Int>) {
    self.target = target
    self.field = Text(field)
    super.init(range)
  }
  override var operand: PlanNode? { target }
  override func evaluate(_ frame: CELFrame) throws(CELError) -> Value {
    var value = try target.evaluate(frame)
    if let optional = value.object as? CELOptional {
      guard let inner = optional.value else { return .bool(false) }
      value = inner
    }
    if value.isUnknown { return value }
    return try placed { () throws(CELError) in
      let member = try Members.field(value, field)
      if let member, member.isUnknown { return member }
      return .bool(Members.isPresent(value, member))
    }
  }
}

final class IndexNode: PlanNode, @unchecked Sendable {
  private let target: PlanNode
  private let index: PlanNode
  init(_ target: PlanNode, _ index: PlanNode, _ range: Range<Int>) {
    self.target = target
    self.index = index
    super.init(range)
  }
  override var operand: PlanNode? { target }
  override func evaluate(_ frame: CELFrame) throws(CELError) -> Value {
    try frame.step()
    let value = try target.evaluate(frame)
    let key = try index.evaluate(frame)
    if value.isUnknown { return value }
    if key.isUnknown { return key }
    return try placed { () throws(CELError) in
      if let optional = value.object as? CELOptional {
        guard let inner = optional.value else { return CELOptional.none }
        if inner.isUnknown { return inner }
        return try Members.element(inner, key).map(CELOptional.some) ?? CELOptional.none
      }
      guard let item = try Members.element(value, key) else {
        throw CELError(value.list == nil ? "no such key: \(Members.describe(key))" : "index out of bounds: \(Members.describe(key))")
      }
      return item
    }
  }
}

final class OptionalIndexNode: PlanNode, @unchecked Sendable {
  private let target: PlanNode
  private let index: PlanNode
  init(_ target: PlanNode, _ index: PlanNode, _ range: Range<Int>) {
    self.target = target
    self.index = index
    super.init(range)
  }
  override var operand: PlanNode? { target }
  override func evaluate(_ frame: CELFrame) throws(CELError) -> Value {
    var value = try target.evaluate(frame)
    let key = try index.evaluate(frame)
    if let optional = value.object as? CELOptional {
      guard let inner = optional.value else { return CELOptional.none }
      value = inner
    }
    if value.isUnknown { return value }
    if key.isUnknown { return key }
    return try placed { () throws(CELError) in
      guard let item = try Members.element(value, key) else { return CELOptional.none }
      return item.isUnknown ? item : CELOptional.some(item)
    }
  }
}
