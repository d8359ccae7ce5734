import Values

extension JMESExpression {
  /// What a JSON value gives; nil where the expression uses something that is not evaluated here (filters, functions but
  /// `to_string` and `length`), or the value holds unknown parts that decide.
  package func evaluate(_ value: Value) -> Value? { Self.evaluate(root, value, depth: 0) }

  private static func evaluate(_ node: Node, _ value: Value, depth: Int) -> Value? {
    guard depth < 200, !value.isUnknown else { return nil }
    func run(_ node: Node, _ value: Value) -> Value? { evaluate(node, value, depth: depth + 1) }
    switch node {
    case .current: return value
    case .literal(let literal): return literal
    case .field(let name): return value.map?[name] ?? .null
    case .index(let index):
      guard let list = value.list else { return .null }
      let place = index < 0 ? list.count + index : index
      return list.indices.contains(place) ? list[place] : .null
    case .subexpression(let left, let right), .pipe(let left, let right):
      guard let inner = run(left, value) else { return nil }
      return inner.isNull ? .null : run(right, inner)
    case .or(let left, let right):
      guard let first = run(left, value) else { return nil }
      return isFalse(first) ? run(right, value) : first
    case .and(let left, let right):
      guard let first = run(left, value) else { return nil }
      return isFalse(first) ? first : run(right, value)
    case .not(let inner): return run(inner, value).map { .bool(isFalse($0)) }
    case .multiSelectList(let items):
      var result: [Value] = []
      for item in items {
        guard let one = run(item, value) else { return nil }
        result.append(one)
      }
      return .list(result)
    case .multiSelectHash(let items):
      let map = ValueMap()
      for (key, item) in items {
        guard let one = run(item, value) else { return nil }
        map.set(key, one)
      }
      return .map(map)
    case .function(let name, let arguments):
      guard name == "to_string" || name == "length", arguments.count == 1, let inner = run(arguments[0], value), !inner.isUnknown else { return nil }
      if name == "to_string" { return inner.text == nil ? .string(Text(JSONWriter().bytes(inner))) : inner }
      return inner.list.map { .int(Int64($0.count)) }
    case .slice, .comparison, .projection, .valueProjection, .filter, .flatten, .reference: return nil
    }
  }

  private static func isFalse(_ value: Value) -> Bool {
    switch value.payload {
    case .null: true
    case .bool(let flag): !flag
    case .string(let text): text.count == 0
    case .list(let list): list.items.isEmpty
    case .map(let map): map.isEmpty
    default: false
    }
  }

  /// JMESPath's word for the type of a value.
  package static func typeName(_ value: Value) -> String {
    switch value.payload {
    case .null: "null"
    case .bool: "boolean"
    case .int, .double: "number"
    case .string: "string"
    case .list: "array"
    case .map: "object"
    case .object, .unknown: "unknown"
    }
  }
}
