import SourceText
import Values

extension CELLibrary {
  /// Kubernetes' lists (apiserver pkg/cel/library/lists.go) and cel-go's (ext/lists.go).
  static let lists: [CELOverload] = {
    let a = CELType.parameter(0)
    let list = CELType.list(a)
    func extreme(_ name: String, _ wanted: Operations.Order) -> CELOverload {
      CELOverload(name, [list], a, member: true) { _, v throws(CELError) in
        guard var best = v[0].items.first else { throw CELError("\(name)() of an empty list") }
        for item in v[0].items {
          if item.isUnknown { return item }
          guard let order = Operations.compare(item, best) else { throw CELError("\(name)() needs values that have an order") }
          if order == wanted { best = item }
        }
        return best
      }
    }
    return [
      CELOverload("isSorted", [list], .bool, member: true) { _, v throws(CELError) in
        let items = v[0].items
        for (left, right) in zip(items, items.dropFirst()) {
          if left.isUnknown { return left }
          if right.isUnknown { return right }
          guard let order = Operations.compare(left, right) else { throw CELError("isSorted() needs values that have an order") }
          if order == .greater { return .bool(false) }
        }
        return .bool(true)
      },
      CELOverload("sum", [list], a, member: true) { _, v throws(CELError) in
        guard var total = v[0].items.first else { return .int(0) }
        for item in v[0].items.dropFirst() { total = try Operations.binary(.add, total, item) }
        return total
      },
      extreme("min", .less), extreme("max", .greater),
      CELOverload("indexOf", [list, a], .int, member: true) { _, v in
        for (place, item) in v[0].items.enumerated() {
          guard let same = Operations.equal(item, v[1]) else { return Operations.unknown(item, v[1]) }
          if same { return .int(Int64(place)) }
        }
        return .int(-1)
      },
      CELOverload("lastIndexOf", [list, a], .int, member: true) { _, v in
        for (place, item) in v[0].items.enumerated().reversed() {
          guard let same = Operations.equal(item, v[1]) else { return Operations.unknown(item, v[1]) }
          if same { return .int(Int64(place)) }
        }
        return .int(-1)
      },
      CELOverload("slice", [list, .int, .int], list, member: true) { _, v throws(CELError) in
        let (start, end) = (v[1].whole, v[2].whole)
        guard start >= 0, end >= 0 else { throw CELError("negative indexes of slice()") }
        guard start <= end else { throw CELError("slice() starts behind its end") }
        guard end <= Int64(v[0].items.count) else { throw CELError("slice() ends behind the list's end") }
        return .list(Array(v[0].items[Int(start)..<Int(end)]), v[0].origin)
      },
      CELOverload("flatten", [.list(.dyn)], .list(.dyn), member: true) { frame, v throws(CELError) in
        .list(try flattened(v[0].items, 1, frame), v[0].origin)
      },
      CELOverload("flatten", [.list(.dyn), .int], .list(.dyn), member: true) { frame, v throws(CELError) in
        guard v[1].whole >= 0 else { throw CELError("level of flatten() must not be negative") }
        return .list(try flattened(v[0].items, min(v[1].whole, 100), frame), v[0].origin)
      },
      CELOverload("distinct", [list], list, member: true) { frame, v throws(CELError) in
        var result: [Value] = []
        for item in v[0].items {
          try frame.step(result.count + 1)
          if !result.contains(where: { Operations.equal($0, item) == true }) { result.append(item) }
        }
        return .list(result, v[0].origin)
      },
      CELOverload("reverse", [list], list, member: true) { _, v in .list(v[0].items.reversed(), v[0].origin) },
      CELOverload("first", [list], .optional(a), member: true) { _, v in v[0].items.first.map(CELOptional.some) ?? CELOptional.none },
      CELOverload("last", [list], .optional(a), member: true) { _, v in v[0].items.last.map(CELOptional.some) ?? CELOptional.none },
      CELOverload("lists.range", [.int], .list(.int)) { frame, v throws(CELError) in
        let count = max(0, v[0].whole)
        try frame.step(Int(clamping: count))
        return .list((0..<count).map { .int($0) })
      },
      CELOverload("sort", [list], list, member: true) { frame, v throws(CELError) in
        try sorted(v[0].items, by: v[0].items, v[0].origin, frame)
      },
      CELOverload("@sortByAssociatedKeys", [list, .list(.parameter(1))], list, member: true) { frame, v throws(CELError) in
        try sorted(v[0].items, by: v[1].items, v[0].origin, frame)
      },
    ]
  }()

  /// Stable; all keys must be of one type that has an order.
  private static func sorted(_ items: [Value], by keys: [Value], _ origin: Origin, _ frame: CELFrame) throws(CELError) -> Value {
    for key in keys {
      if key.isUnknown { return key }
      if let first = keys.first, Operations.compare(first, key) == nil { throw CELError("sort() needs values of one type that has an order") }
    }
    guard keys.count == items.count else { throw CELError("sortBy() needs a key for each item") }
    try frame.step(items.count * 4)
    let order = items.indices.sorted { left, right in
      switch Operations.compare(keys[left], keys[right]) {
      case .less: true
      case .greater: false
      default: left < right
      }
    }
    return .list(order.map { items[$0] }, origin)
  }

  private static func flattened(_ items: [Value], _ depth: Int64, _ frame: CELFrame) throws(CELError) -> [Value] {
    var result: [Value] = []
    for item in items {
      try frame.step()
      if depth > 0, let inner = item.list {
        result += try flattened(inner, depth - 1, frame)
      } else {
        result.append(item)
      }
    }
    return result
  }

  /// cel-go ext/sets.go.
  static let sets: [CELOverload] = {
    let list = CELType.list(.parameter(0))
    /// nil: not known.
    @Sendable func holds(_ items: [Value], _ wanted: Value, _ frame: CELFrame) throws(CELError) -> Bool? {
      try frame.step(items.count)
      var result: Bool? = false
      for item in items {
        switch Operations.equal(item, wanted) {
        case true?: return true
        case nil: result = nil
        default: break
        }
      }
      return result
    }
    @Sendable func all(_ items: [Value], _ wanted: [Value], _ frame: CELFrame) throws(CELError) -> Bool? {
      var result: Bool? = true
      for item in wanted {
        switch try holds(items, item, frame) {
        case false?: return false
        case nil: result = nil
        default: break
        }
      }
      return result
    }
    @Sendable func answer(_ result: Bool?, _ v: [Value]) -> Value { result.map { .bool($0) } ?? Operations.unknown(v[0], v[1]) }
    return [
      CELOverload("sets.contains", [list, list], .bool) { frame, v throws(CELError) in
        answer(try all(v[0].items, v[1].items, frame), v)
      },
      CELOverload("sets.equivalent", [list, list], .bool) { frame, v throws(CELError) in
        let left = try all(v[0].items, v[1].items, frame)
        let right = try all(v[1].items, v[0].items, frame)
        if left == false || right == false { return .bool(false) }
        return answer(left == nil || right == nil ? nil : true, v)
      },
      CELOverload("sets.intersects", [list, list], .bool) { frame, v throws(CELError) in
        var result: Bool? = false
        for item in v[0].items {
          switch try holds(v[1].items, item, frame) {
          case true?: return .bool(true)
          case nil: result = nil
          default: break
          }
        }
        return answer(result, v)
      },
    ]
  }()
}
