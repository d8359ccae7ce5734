import Values

/// Sprig's functions of maps (dict.go). `set`, `unset` and the merges change their first map in place, as in Go.
enum DictFunctions {
  static let all: [TemplateFunction] = [
    TemplateFunction("dict", [], variadic: .any) { call, a in
      let map = ValueMap()
      for place in stride(from: 0, to: a.count, by: 2) {
        if a[place].isUnknown { return a[place] }
        let value = place + 1 < a.count ? a[place + 1] : .string(.empty, call.origin)
        map.set(GoValue.text(a[place]), value, keyOrigin: a[place].origin)
      }
      return .map(map, call.origin)
    },
    TemplateFunction("get", [.dict, .string]) { _, a in a.map(0)?[a.text(1)] ?? .string(.empty, a.value(0).origin) },
    TemplateFunction("set", [.dict, .string, .any]) { (_, a) throws(TemplateError) in
      guard let map = a.map(0), a.value(0).tag != GoMap.absent else { throw TemplateError("assignment to entry in nil map") }
      map.set(a.text(1), a.value(2), keyOrigin: a.value(1).origin)
      return a.value(0)
    },
    TemplateFunction("unset", [.dict, .string]) { _, a in
      a.map(0)?.remove(a.text(1))
      return a.value(0)
    },
    TemplateFunction("hasKey", [.dict, .string]) { _, a in .bool(a.map(0)?[a.text(1)] != nil) },
    TemplateFunction("pluck", [.string], variadic: .dict) { call, a in
      .list(a.dropFirst().compactMap { $0.map?[a.text(0)] }, call.joined(Array(a.dropFirst())))
    },
    // Go gives keys and values in random order; ours is that of the keys' bytes, as `range` has it.
    TemplateFunction("keys", [], variadic: .dict) { call, a in
      let keys = a.flatMap { value in
        (value.map?.sortedEntries ?? []).map { entry in
          Value.string(entry.key, entry.keyOrigin.isKnown ? entry.keyOrigin : entry.value.origin)
        }
      }
      return GoValue.strings(keys, call.joined(a))
    },
    TemplateFunction("values", [.dict]) { _, a in
      .list((a.map(0)?.sortedEntries ?? []).map(\.value), a.value(0).origin)
    },
    TemplateFunction("pick", [.dict], variadic: .string) { _, a in
      let wanted = Set(a.dropFirst().compactMap(\.text))
      return filtered(a.value(0)) { wanted.contains($0) }
    },
    TemplateFunction("omit", [.dict], variadic: .string) { _, a in
      let unwanted = Set(a.dropFirst().compactMap(\.text))
      return filtered(a.value(0)) { !unwanted.contains($0) }
    },
    TemplateFunction("dig", [], variadic: .any) { (_, a) throws(TemplateError) in try dig(a) },
    merging("merge", overwrites: false),
    merging("mustMerge", overwrites: false),
    merging("mergeOverwrite", overwrites: true),
    merging("mustMergeOverwrite", overwrites: true),
    .strict("deepCopy", [.any]) { (_, a) throws(TemplateError) in try deepCopy(a.value(0)) },
    .strict("mustDeepCopy", [.any]) { (_, a) throws(TemplateError) in try deepCopy(a.value(0)) },
  ]

  private static func filtered(_ value: Value, _ keeps: (Text) -> Bool) -> Value {
    .map(ValueMap((value.map?.entries ?? []).filter { keeps($0.key) }), value.origin)
  }

  private static func deepCopy(_ value: Value) throws(TemplateError) -> Value {
    // copystructure asks nil for its type.
    if value.isNull { throw TemplateError("reflect: call of reflect.Value.Type on zero Value") }
    return value.deepCopy()
  }

  private static func dig(_ a: [Value]) throws(TemplateError) -> Value {
    guard a.count >= 3, var value = a.last else { throw TemplateError("dig needs at least three arguments") }
    if value.isUnknown { return value }
    let fallback = a[a.count - 2]
    for (place, key) in a.dropLast(2).enumerated() {
      if value.isUnknown { return value }
      guard let map = value.map else { throw conversion(value, "map[string]interface {}") }
      if key.isUnknown { return key }
      guard let name = key.text else { throw conversion(key, "string") }
      guard let next = map[name] else { return fallback }
      value = next
      if place == a.count - 3 { return value }
    }
    return fallback
  }

  /// Go's panic of a type assertion.
  private static func conversion(_ value: Value, _ wanted: String) -> TemplateError {
    TemplateError(
      "interface conversion: interface {} is \(value.isNull ? "nil" : value.goTypeName), not \(wanted)")
  }

  private static func merging(_ name: String, overwrites: Bool) -> TemplateFunction {
    TemplateFunction(name, [.dict], variadic: .dict) { (_, a) throws(TemplateError) in
      guard let target = a.map(0) else {
        // mergo gives a nil map a body, and sprig returns it.
        let made = ValueMap()
        for source in a.dropFirst() { if let map = source.map { DictMerge.merge(into: made, map, overwrites: overwrites) } }
        return .map(made, a.dropFirst().first?.origin ?? .none)
      }
      for source in a.dropFirst() { if let map = source.map { DictMerge.merge(into: target, map, overwrites: overwrites) } }
      return a.value(0)
    }
  }
}

/// dario.cat/mergo's merge of two maps of `interface{}` (merge.go, `deepMerge`).
enum DictMerge {
  static func merge(into target: ValueMap, _ source: ValueMap, overwrites: Bool, depth: Int = 0) {
    guard depth < GoValue.deepest, target !== source else { return }
    for entry in source.entries {
      let present = target[entry.key]
      func take() { target.set(entry.key, entry.value, keyOrigin: entry.keyOrigin) }
      switch entry.value.payload {
      case .null:
        if overwrites { take() }
      case .map(let map):
        if let own = present?.map {
          merge(into: own, map, overwrites: overwrites, depth: depth + 1)
          if own.isEmpty { take() }
        } else if overwrites || isEmpty(present) {
          take()
        }
      default:
        if overwrites || isEmpty(present) { take() }
      }
    }
  }

  /// An unknown value may be there: it is kept, and stays unknown.
  private static func isEmpty(_ value: Value?) -> Bool { value.map(GoValue.isEmpty) ?? true }
}
