import Values

/// Sprig's functions of lists (list.go). Lists are never changed; elements keep their origins.
enum ListFunctions {
  static let all: [TemplateFunction] = base.flatMap { function -> [TemplateFunction] in
    guard let alias = musts[function.name] else { return [function] }
    return [function] + alias.map { function.named($0) }
  }

  /// The `must…` forms fail alike: a panic and an error read the same in a template.
  private static let musts: [String: [String]] = [
    "append": ["push", "mustAppend", "mustPush"], "prepend": ["mustPrepend"], "first": ["mustFirst"],
    "rest": ["mustRest"], "last": ["mustLast"], "initial": ["mustInitial"], "reverse": ["mustReverse"],
    "uniq": ["mustUniq"], "without": ["mustWithout"], "has": ["mustHas"], "slice": ["mustSlice"],
    "compact": ["mustCompact"], "chunk": ["mustChunk"],
  ]

  private static let base: [TemplateFunction] = [
    TemplateFunction("list", [], variadic: .any) { call, a in .list(a, call.joined(a)) },
    TemplateFunction("tuple", [], variadic: .any) { call, a in .list(a, call.joined(a)) },
    TemplateFunction("append", [.any, .any]) { (call, a) throws(TemplateError) in
      guard let items = try known(a, "Cannot push on type") else { return a.value(0) }
      return .list(items + [a.value(1)], call.joined(a))
    },
    TemplateFunction("prepend", [.any, .any]) { (call, a) throws(TemplateError) in
      guard let items = try known(a, "Cannot prepend on type") else { return a.value(0) }
      return .list([a.value(1)] + items, call.joined(a))
    },
    TemplateFunction("first", [.any]) { (_, a) throws(TemplateError) in
      guard let items = try known(a, "Cannot find first on type") else { return a.value(0) }
      return items.first ?? .null(a.value(0).origin)
    },
    TemplateFunction("last", [.any]) { (_, a) throws(TemplateError) in
      guard let items = try known(a, "Cannot find last on type") else { return a.value(0) }
      return items.last ?? .null(a.value(0).origin)
    },
    TemplateFunction("rest", [.any]) { (_, a) throws(TemplateError) in
      guard let items = try known(a, "Cannot find rest on type") else { return a.value(0) }
      return items.isEmpty ? Value(.list(ValueList([], elseNil: true)), origin: a.value(0).origin) : .list(Array(items.dropFirst()), a.value(0).origin)
    },
    TemplateFunction("initial", [.any]) { (_, a) throws(TemplateError) in
      guard let items = try known(a, "Cannot find initial on type") else { return a.value(0) }
      return items.isEmpty ? Value(.list(ValueList([], elseNil: true)), origin: a.value(0).origin) : .list(Array(items.dropLast()), a.value(0).origin)
    },
    TemplateFunction("reverse", [.any]) { (_, a) throws(TemplateError) in
      guard let items = try known(a, "Cannot find reverse on type") else { return a.value(0) }
      return .list(items.reversed(), a.value(0).origin)
    },
    TemplateFunction("compact", [.any]) { (_, a) throws(TemplateError) in
      guard let items = try known(a, "Cannot compact on type") else { return a.value(0) }
      for item in items where item.isUnknown { return item }
      return .list(items.filter { !GoValue.isEmpty($0) }, a.value(0).origin)
    },
    TemplateFunction("uniq", [.any]) { (_, a) throws(TemplateError) in
      guard let items = try known(a, "Cannot find uniq on type") else { return a.value(0) }
      if let unknown = GoValue.unknown(in: a.value(0)) { return unknown }
      var result: [Value] = []
      var seen: Set<Text> = []
      for item in items {
        if case .string(let text) = item.payload {
          if seen.insert(text).inserted { result.append(item) }
        } else if !holds(result, item) {
          result.append(item)
        }
      }
      return .list(result, a.value(0).origin)
    },
    TemplateFunction("without", [.any], variadic: .any) { (_, a) throws(TemplateError) in
      guard let items = try known(a, "Cannot find without on type") else { return a.value(0) }
      for value in a { if let unknown = GoValue.unknown(in: value) { return unknown } }
      let omitted = Array(a.dropFirst())
      return .list(items.filter { !holds(omitted, $0) }, a.value(0).origin)
    },
    TemplateFunction("has", [.any, .any]) { (_, a) throws(TemplateError) in
      let haystack = a.value(1)
      if haystack.isNull { return .bool(false) }
      if haystack.isUnknown { return haystack }
      let items = try GoValue.elements(haystack, or: "Cannot find has on type")
      if holds(items, a.value(0)) { return .bool(true) }
      return GoValue.unknown(in: a.value(0)) ?? GoValue.unknown(in: haystack) ?? .bool(false)
    },
    TemplateFunction("slice", [.any], variadic: .any) { (_, a) throws(TemplateError) in
      for value in a where value.isUnknown { return value }
      let list = a.value(0)
      let items = try GoValue.elements(list, or: "list should be type of slice or array but")
      if items.isEmpty { return .null(list.origin) }
      let start = a.count > 1 ? Int(GoCast.int64(a.value(1))) : 0
      let end = a.count > 2 ? Int(GoCast.int64(a.value(2))) : items.count
      guard start >= 0, start <= end, end <= items.count else {
        throw TemplateError("reflect.Value.Slice: slice index out of bounds")
      }
      return Value(.list(ValueList(Array(items[start..<end]))), tag: list.list == nil ? 0 : list.tag, origin: list.origin)
    },
    TemplateFunction("chunk", [.int, .any]) { (_, a) throws(TemplateError) in
      let list = a.value(1)
      if list.isUnknown { return list }
      let items = try GoValue.elements(list, or: "Cannot chunk type")
      let size = a.int(0)
      // With no size Go divides by zero and makes a slice of an impossible length.
      guard size > 0 else { throw TemplateError("runtime error: makeslice: len out of range") }
      var chunks: [Value] = []
      var at = 0
      while at < items.count {
        let end = size < items.count - at ? at + size : items.count
        chunks.append(.list(Array(items[at..<end]), list.origin))
        at = end
      }
      return .list(chunks, list.origin)
    },
    TemplateFunction("concat", [], variadic: .any) { (call, a) throws(TemplateError) in
      var result: [Value] = []
      for list in a {
        if list.isUnknown { return list }
        if list.isNull { throw TemplateError(GoValue.nilPointer) }
        guard let items = GoValue.elements(list) else {
          throw TemplateError("Cannot concat type \(list.goKind) as list")
        }
        result += items
      }
      return Value(.list(ValueList(result, elseNil: true)), origin: call.joined(a))
    },
    .strict("sortAlpha", [.any]) { _, a in
      let list = a.value(0)
      if let unknown = GoValue.unknown(in: list) { return unknown }
      guard GoValue.elements(list) != nil else {
        return GoValue.strings([.string(GoValue.text(list), list.origin)], list.origin)
      }
      let items = StringFunctions.stringItems(list)
      let sorted = items.sorted { ($0.text ?? .empty) < ($1.text ?? .empty) }
      return GoValue.strings(sorted, list.origin)
    },
  ]

  /// The elements of the first argument; nil if it is unknown.
  private static func known(_ a: [Value], _ complaint: String) throws(TemplateError) -> [Value]? {
    if a.value(0).isUnknown { return nil }
    return try GoValue.elements(a.value(0), or: complaint)
  }

  private static func holds(_ items: [Value], _ value: Value) -> Bool {
    items.contains { GoValue.deepEqual(value, $0) }
  }
}
