import SourceText

/// A type of HCL's expression language (go-cty, package `cty`).
package indirect enum HCLType: Hashable, Sendable {
  /// Not known yet, or any.
  case dynamic
  case bool
  case number
  case string
  case list(HCLType)
  case set(HCLType)
  case map(HCLType)
  case tuple([HCLType])
  case object([String: HCLType])

  package var isPrimitive: Bool {
    switch self {
    case .bool, .number, .string: true
    default: false
    }
  }

  package var isCollection: Bool {
    switch self {
    case .list, .set, .map: true
    default: false
    }
  }

  /// Element type of a list, set or map.
  package var element: HCLType? {
    switch self {
    case .list(let element), .set(let element), .map(let element): element
    default: nil
    }
  }

  package var hasDynamic: Bool {
    switch self {
    case .dynamic: true
    case .bool, .number, .string: false
    case .list(let element), .set(let element), .map(let element): element.hasDynamic
    case .tuple(let elements): elements.contains(where: \.hasDynamic)
    case .object(let attributes): attributes.values.contains(where: \.hasDynamic)
    }
  }

  /// The words terraform's messages use.
  package var friendlyName: String {
    switch self {
    case .dynamic: "dynamic"
    case .bool: "bool"
    case .number: "number"
    case .string: "string"
    case .list(let element): "list of \(element.friendlyName)"
    case .set(let element): "set of \(element.friendlyName)"
    case .map(let element): "map of \(element.friendlyName)"
    case .tuple: "tuple"
    case .object: "object"
    }
  }

  /// Terraform's JSON form: `"string"`, `["list","string"]`, `["object",{"a":"number"}]`.
  package var json: String {
    switch self {
    case .dynamic, .bool, .number, .string: "\"\(friendlyName)\""
    case .list(let element): "[\"list\",\(element.json)]"
    case .set(let element): "[\"set\",\(element.json)]"
    case .map(let element): "[\"map\",\(element.json)]"
    case .tuple(let elements): "[\"tuple\",[\(elements.map(\.json).joined(separator: ","))]]"
    case .object(let attributes):
      "[\"object\",{"
        + attributes.sorted { $0.key.bytesPrecede($1.key) }.map { HCLJSON.quote($0.key) + ":" + $0.value.json }
          .joined(separator: ",") + "}]"
    }
  }

  // MARK: Conversion of types (go-cty, `convert.getConversionKnown`)

  /// Whether values of this type can be converted to another; with `unsafe`, some of them.
  package func converts(to target: HCLType, unsafe: Bool = true) -> Bool {
    if self == target { return true }
    switch (self, target) {
    case (_, .dynamic): return true
    case (.dynamic, _): return unsafe
    case (.number, .string), (.bool, .string): return true
    case (.string, .number), (.string, .bool): return unsafe
    case (.list(let a), .list(let b)), (.set(let a), .list(let b)), (.set(let a), .set(let b)), (.map(let a), .map(let b)):
      return a.converts(to: b, unsafe: unsafe)
    case (.list(let a), .set(let b)): return unsafe && a.converts(to: b, unsafe: unsafe)
    case (.tuple(let a), .list(let b)), (.tuple(let a), .set(let b)):
      if b == .dynamic { return HCLType.unify(a, unsafe: unsafe) != nil || a.isEmpty }
      return a.allSatisfy { $0.converts(to: b, unsafe: unsafe) }
    case (.tuple(let a), .tuple(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { $0.converts(to: $1, unsafe: unsafe) }
    case (.object(let a), .map(let b)):
      if b == .dynamic { return a.isEmpty || HCLType.unify(Array(a.values), unsafe: unsafe) != nil }
      return a.values.allSatisfy { $0.converts(to: b, unsafe: unsafe) }
    case (.object(let a), .object(let b)):
      return b.allSatisfy { name, type in a[name].map { $0.converts(to: type, unsafe: unsafe) } ?? false }
    case (.map(let a), .object(let b)):
      return unsafe && b.values.allSatisfy { a.converts(to: $0, unsafe: unsafe) }
    default: return false
    }
  }

  /// The type that values of all the given ones can be converted to (go-cty, `convert.unify`); nil where there is none.
  package static func unify(_ types: [HCLType], unsafe: Bool = true) -> HCLType? {
    guard let first = types.first else { return nil }
    if types.dropFirst().allSatisfy({ $0 == first }) { return first }
    var maps = 0, lists = 0, sets = 0, objects = 0, tuples = 0, dynamics = 0
    for type in types {
      switch type {
      case .map: maps += 1
      case .list: lists += 1
      case .set: sets += 1
      case .object: objects += 1
      case .tuple: tuples += 1
      case .dynamic: dynamics += 1
      default: break
      }
    }
    let count = types.count
    if maps > 0, maps + dynamics == count { return unifyElements(types, unsafe) { .map($0) } }
    if maps > 0, maps + objects + dynamics == count {
      let attributes = types.compactMap { if case .object(let attributes) = $0 { attributes } else { nil } }
      if let element = unify(attributes.flatMap(\.values), unsafe: unsafe) ?? (attributes.allSatisfy(\.isEmpty) ? .dynamic : nil) {
        let empty = attributes.allSatisfy(\.isEmpty)
        let mapped = types.compactMap { type -> HCLType? in
          if case .object = type { return empty ? nil : .map(element) }
          return type
        }
        if let result = unify(mapped, unsafe: unsafe), case .map = result { return result }
      }
    } else if lists > 0, lists + dynamics == count {
      return unifyElements(types, unsafe) { .list($0) }
    } else if lists > 0, lists + tuples + dynamics == count {
      let elements = types.flatMap { if case .tuple(let elements) = $0 { elements } else { [HCLType]() } }
      let element = unify(elements, unsafe: unsafe)
      if element != nil || elements.isEmpty {
        let listed = types.compactMap { type -> HCLType? in
          if case .tuple = type { return element.map { .list($0) } }
          return type
        }
        if let result = unify(listed, unsafe: unsafe), case .list = result { return result }
      }
    } else if sets > 0, sets + dynamics == count {
      return unifyElements(types, unsafe) { .set($0) }
    } else if objects > 0, objects + dynamics == count {
      return dynamics > 0 ? .dynamic : unifyObjects(types, unsafe)
    } else if tuples > 0, tuples + dynamics == count {
      return dynamics > 0 ? .dynamic : unifyTuples(types, unsafe)
    } else if objects > 0, tuples > 0 {
      return nil
    }
    for place in preference(types) where types.allSatisfy({ $0.converts(to: types[place], unsafe: unsafe) }) {
      return types[place]
    }
    return nil
  }

  private static func unifyElements(_ types: [HCLType], _ unsafe: Bool, _ make: (HCLType) -> HCLType) -> HCLType? {
    if types.contains(.dynamic) { return .dynamic }
    return unify(types.compactMap(\.element), unsafe: unsafe).map(make)
  }

  private static func unifyObjects(_ types: [HCLType], _ unsafe: Bool) -> HCLType? {
    let all = types.compactMap { if case .object(let attributes) = $0 { attributes } else { nil } }
    guard let first = all.first else { return nil }
    let names = Set(first.keys)
    guard all.allSatisfy({ Set($0.keys) == names }) else {
      return unify(all.flatMap(\.values), unsafe: unsafe).map { .map($0) }
    }
    var result: [String: HCLType] = [:]
    for name in names {
      guard let type = unify(all.compactMap { $0[name] }, unsafe: unsafe) else { return nil }
      result[name] = type
    }
    return .object(result)
  }

  private static func unifyTuples(_ types: [HCLType], _ unsafe: Bool) -> HCLType? {
    let all = types.compactMap { if case .tuple(let elements) = $0 { elements } else { nil } }
    guard let first = all.first else { return nil }
    guard all.allSatisfy({ $0.count == first.count }) else {
      return unify(all.flatMap { $0 }, unsafe: unsafe).map { .list($0) }
    }
    var result: [HCLType] = []
    for place in first.indices {
      guard let type = unify(all.map { $0[place] }, unsafe: unsafe) else { return nil }
      result.append(type)
    }
    return .tuple(result)
  }

  /// Indices with the more general types first (go-cty, `convert.sortTypes`).
  private static func preference(_ types: [HCLType]) -> [Int] {
    func before(_ a: HCLType, _ b: HCLType) -> Bool { generality(a, b) < 0 }
    var order: [Int] = []
    for place in types.indices {
      let at = order.firstIndex { before(types[place], types[$0]) } ?? order.count
      order.insert(place, at: at)
    }
    return order
  }

  /// Negative where `a` is preferred to `b` (go-cty, `convert.compareTypes`).
  private static func generality(_ a: HCLType, _ b: HCLType) -> Int {
    switch (a, b) {
    case (.dynamic, .dynamic): return 0
    case (.dynamic, _): return 1
    case (_, .dynamic): return -1
    case (.string, .string): return 0
    case (.string, _) where b.isPrimitive: return -1
    case (_, .string) where a.isPrimitive: return 1
    case (.list(let x), .list(let y)), (.set(let x), .set(let y)), (.map(let x), .map(let y)): return generality(x, y)
    case (.list, .set), (.list, .tuple), (.set, .tuple), (.map, .object): return -1
    case (.set, .list), (.tuple, .list), (.tuple, .set), (.object, .map): return 1
    default: return 0
    }
  }
}
