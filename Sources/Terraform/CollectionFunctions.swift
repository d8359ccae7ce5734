import HCL
import SourceText
import Values

/// Functions on lists, maps and objects (go-cty `function/stdlib/collection.go`, `sequence.go`; terraform
/// `internal/lang/funcs/collection.go`).
extension TerraformFunctions {
  private static func any(_ name: String, null: Bool = false, unknown: Bool = false, marked: Bool = false) -> HCLParameter {
    HCLParameter(name, .dynamic, null: null, unknown: unknown, marked: marked)
  }

  static let elementLimit = 1_000_000

  static func unknown(_ type: HCLType, _ values: [HCLValue], knowledge: HCLKnowledge = .nothing) -> HCLValue {
    for value in values {
      if let reason = value.unknownReason { return .unknown(type, reason, knowledge: knowledge) }
    }
    return .unknown(type, "unknown", knowledge: knowledge)
  }

  static var collections: [String: HCLFunction] {
    var table: [String: HCLFunction] = [:]
    table["length"] = HCLFunction([any("value", unknown: true, marked: true)], result: .number) { (call) throws(HCLError) in
      let value = call.arguments[0]
      let origin = call.evaluator.derived(call.span, from: [value])
      if let text = value.string { return HCLValue.number(text.count, origin).marked(value.sensitive) }
      switch value.type {
      case .list, .set, .map, .tuple, .object, .dynamic, .string: break
      default: throw call.fail("the argument must be a string, a collection or a structural type")
      }
      guard let length = value.knownLength else {
        return HCLValue.unknown(.number, value.unknownReason ?? "unknown", origin, notNull: true).marked(value.sensitive)
      }
      return HCLValue.number(length, origin).marked(value.sensitive)
    }
    table["alltrue"] = HCLFunction([HCLParameter("list", .list(.bool))], result: .bool) { (call) throws(HCLError) in
      for item in call.arguments[0].items ?? [] {
        if item.isUnknown { return unknown(.bool, [item]) }
        if item.bool != true { return .bool(false) }
      }
      return .bool(true)
    }
    table["anytrue"] = HCLFunction([HCLParameter("list", .list(.bool))], result: .bool) { (call) throws(HCLError) in
      let items = call.arguments[0].items ?? []
      if items.contains(where: { $0.bool == true }) { return .bool(true) }
      return items.contains(where: \.isUnknown) ? unknown(.bool, items) : .bool(false)
    }
    table["chunklist"] = HCLFunction([HCLParameter("list", .list(.dynamic), marked: true), HCLParameter("size", .number)]) { (call) throws(HCLError) in
      let value = call.arguments[0]
      let items = value.items ?? []
      let size = try call.int(1)
      guard size >= 0 else { throw call.fail("the size must not be negative") }
      let step = size == 0 ? max(1, items.count) : size
      let type = value.type.element ?? .dynamic
      let chunks = stride(from: 0, to: items.count, by: step).map { start in
        HCLValue.list(Array(items[start..<min(items.count, start + step)]), of: type)
      }
      return HCLValue.list(chunks, of: .list(type)).marked(value.sensitive)
    }
    table["coalesce"] = HCLFunction([], variadic: any("vals", null: true, unknown: true, marked: true)) { (call) throws(HCLError) in
      guard !call.arguments.isEmpty else { throw call.fail("at least one argument is required") }
      guard let type = HCLType.unify(call.arguments.map(\.type).filter { $0 != .dynamic }.isEmpty ? [.dynamic] : call.arguments.map(\.type)) else {
        throw call.fail("all arguments must have the same type")
      }
      for argument in call.arguments {
        let value = try convert(argument, type, call)
        if value.isUnknown {
          // Terraform decides when the value is known; what follows is then not looked at.
          return value.isUnknown && value.unknown?.notNull == true && type != .string ? value : .unknown(type, value.unknownReason ?? "unknown", value.origin, knowledge: value.unknown?.knowledge ?? .nothing)
        }
        if value.isNull || (type == .string && value.text?.count == 0) { continue }
        return value
      }
      throw call.fail("all arguments are null or empty text")
    }
    table["coalescelist"] = HCLFunction([], variadic: any("vals", null: true, unknown: true, marked: true)) { (call) throws(HCLError) in
      guard !call.arguments.isEmpty else { throw call.fail("at least one argument is required") }
      for argument in call.arguments {
        switch argument.type {
        case .list, .tuple: break
        case .dynamic where argument.isUnknown: break
        default: throw call.fail("the arguments must be lists or tuples")
        }
      }
      for argument in call.arguments {
        if argument.isUnknown { return unknown(.dynamic, [argument]) }
        if let items = argument.items, !items.isEmpty { return argument }
      }
      throw call.fail("all lists are empty or null")
    }
    table["compact"] = HCLFunction([HCLParameter("list", .list(.string))], result: .list(.string)) { (call) throws(HCLError) in
      let items = call.arguments[0].items ?? []
      if items.contains(where: \.isUnknown) {
        return unknown(.list(.string), items, knowledge: .elements(items.filter { $0.isUnknown || ($0.text?.count ?? 0) > 0 }))
      }
      return .list(items.filter { ($0.text?.count ?? 0) > 0 }, of: .string)
    }
    table["concat"] = HCLFunction([], variadic: any("seqs", unknown: true, marked: true)) { (call) throws(HCLError) in
      guard !call.arguments.isEmpty else { throw call.fail("at least one argument is required") }
      var items: [HCLValue] = []
      var types: [HCLType] = []
      var lists = true
      var open: HCLValue?
      var sensitive = false
      for argument in call.arguments {
        if argument.sensitive { sensitive = true }
        switch argument.type {
        case .list(let element): types.append(element)
        case .tuple: lists = false
        case .dynamic where argument.isUnknown: lists = false
        default: throw call.fail("all arguments must be lists or tuples, found \(argument.type.friendlyName)")
        }
        if let known = argument.items {
          items += known
        } else {
          open = open ?? argument
          if case .elements(let parts)? = argument.unknown?.knowledge { items += parts } else { items.append(argument) }
        }
        guard items.count <= elementLimit else { throw call.fail("more than \(elementLimit) elements") }
      }
      let type = lists ? HCLType.unify(types) : nil
      if let open {
        return unknown(type.map { .list($0) } ?? .dynamic, [open], knowledge: .elements(items)).marked(sensitive)
      }
      guard let type else { return HCLValue.tuple(items).marked(sensitive) }
      return try convert(.list(items, of: type), .list(type), call).marked(sensitive)
    }
    table["contains"] = HCLFunction([any("list"), any("value", null: true)], result: .bool) { (call) throws(HCLError) in
      guard let items = call.arguments[0].items else { throw call.fail("the argument must be a list, tuple or set") }
      var open = false
      for item in items {
        guard let same = HCLOrder.equal(item, call.arguments[1]) else {
          open = true
          continue
        }
        if same { return .bool(true) }
      }
      return open ? unknown(.bool, items + [call.arguments[1]]) : .bool(false)
    }
    table["distinct"] = HCLFunction([HCLParameter("list", .list(.dynamic))]) { (call) throws(HCLError) in
      let value = call.arguments[0]
      let items = value.items ?? []
      if !value.isWhollyKnown { return unknown(value.type, items, knowledge: .elements(items)) }
      if value.type.element != .string { try checkPairs(items.count, items.count / 2, call) }
      return .list(unique(items), of: value.type.element ?? .dynamic)
    }
    table["element"] = HCLFunction([any("list", marked: true), HCLParameter("index", .number)]) { (call) throws(HCLError) in
      let list = call.arguments[0]
      if case .set = list.type { throw call.fail("a set has no order; convert it to a list first") }
      guard let items = list.items else { throw call.fail("the argument must be a list or tuple") }
      guard !items.isEmpty else { throw call.fail("an empty list has no elements") }
      let index = try call.int(1)
      guard index >= 0 else { throw call.fail("the index must not be negative") }
      return items[index % items.count].marked(list.sensitive)
    }
    table["flatten"] = HCLFunction([any("list", marked: true)]) { (call) throws(HCLError) in
      var result: [HCLValue] = []
      var open: HCLValue?
      var sensitive = false
      guard call.arguments[0].items != nil else { throw call.fail("only lists, sets and tuples can be flattened") }
      try flatten(call.arguments[0], &result, &open, &sensitive, call, 0)
      if let open { return unknown(.dynamic, [open], knowledge: .elements(result)).marked(sensitive) }
      return HCLValue.tuple(result).marked(sensitive)
    }
    table["index"] = HCLFunction([any("list"), any("value")], result: .number) { (call) throws(HCLError) in
      guard let items = call.arguments[0].items else { throw call.fail("the argument must be a list or tuple") }
      if case .set = call.arguments[0].type { throw call.fail("the argument must be a list or tuple") }
      for (place, item) in items.enumerated() {
        guard let same = HCLOrder.equal(item, call.arguments[1]) else { return unknown(.number, [item, call.arguments[1]]) }
        if same { return .number(place) }
      }
      throw call.fail("the value is not in the list")
    }
    table["keys"] = HCLFunction([any("inputMap", unknown: true, marked: true)]) { (call) throws(HCLError) in
      let value = call.arguments[0]
      if let unknown = value.unknown {
        if case .object(let attributes) = unknown.type {
          return HCLValue.tuple(attributes.keys.sorted { $0.bytesPrecede($1) }.map { HCLValue.string($0) }).marked(value.sensitive)
        }
        return Self.unknown(.dynamic, [value]).marked(value.sensitive)
      }
      guard let map = value.map else { throw call.fail("the argument must be a map or object") }
      let keys = map.entries.map { HCLValue.string($0.key, $0.keyOrigin) }
      if case .object = value.payload { return HCLValue.tuple(keys).marked(value.sensitive) }
      return HCLValue.list(keys, of: .string).marked(value.sensitive)
    }
    table["values"] = HCLFunction([any("mapping", marked: true)]) { (call) throws(HCLError) in
      let value = call.arguments[0]
      guard let map = value.map else { throw call.fail("the argument must be a map or object") }
      let values = map.entries.map(\.value)
      if case .map(_, let type) = value.payload { return HCLValue.list(values, of: type).marked(value.sensitive) }
      return HCLValue.tuple(values).marked(value.sensitive)
    }
    table["lookup"] = HCLFunction(
      [any("inputMap", unknown: true, marked: true), HCLParameter("key", .string, marked: true)],
      variadic: any("default", null: true, unknown: true, marked: true)
    ) { (call) throws(HCLError) in
      let value = call.arguments[0]
      guard call.arguments.count <= 3 else { throw call.fail("expected a map, a key and at most one default") }
      let sensitive = value.sensitive || call.arguments[1].sensitive
      let key = call.text(1)
      if value.isUnknown { return unknown(value.type.element ?? .dynamic, [value]).marked(sensitive) }
      guard let map = value.map else { throw call.fail("the first argument must be a map or object") }
      if let entry = map.entry(key) { return entry.value.marked(sensitive) }
      if case .object = value.payload, let other = map.other { return other(key.string).marked(sensitive) }
      guard call.arguments.count == 3 else { throw call.fail("there is no element '\(key.string)', and no default is given") }
      if case .map(_, let type) = value.payload { return try convert(call.arguments[2], type, call).marked(sensitive) }
      return call.arguments[2].marked(sensitive)
    }
    table["matchkeys"] = HCLFunction(
      [HCLParameter("values", .list(.dynamic)), HCLParameter("keys", .list(.dynamic)), HCLParameter("searchset", .list(.dynamic))]
    ) { (call) throws(HCLError) in
      let values = call.arguments[0].items ?? []
      guard let type = HCLType.unify([call.arguments[1].type, call.arguments[2].type]) else {
        throw call.fail("keys and searchset must have the same type")
      }
      let keys = try convert(call.arguments[1], type, call)
      let search = try convert(call.arguments[2], type, call)
      guard values.count == keys.items?.count else { throw call.fail("the lists of values and keys must have the same length") }
      guard keys.isWhollyKnown, search.isWhollyKnown, call.arguments[0].isWhollyKnown else { return unknown(call.arguments[0].type, [keys, search]) }
      try checkPairs(values.count, search.items?.count ?? 0, call)
      var result: [HCLValue] = []
      for (value, key) in zip(values, keys.items ?? [])
      where (search.items ?? []).contains(where: { HCLOrder.equal($0, key) == true }) { result.append(value) }
      return .list(result, of: call.arguments[0].type.element ?? .dynamic)
    }
    table["merge"] = HCLFunction([], variadic: any("maps", null: true, unknown: true, marked: true)) { (call) throws(HCLError) in
      var entries: [HCLMap.Entry] = []
      var parts: [(key: HCLValue, value: HCLValue)] = []
      var open: HCLValue?
      var sensitive = false
      var types: Set<HCLType> = []
      var objects = false
      for argument in call.arguments {
        if argument.sensitive { sensitive = true }
        if argument.isNull { continue }
        if let map = argument.map {
          entries += map.entries
          parts += map.entries.map { (.string($0.key, $0.keyOrigin), $0.value) }
          types.insert(argument.type)
          if case .object = argument.payload { objects = true }
          continue
        }
        switch argument.type {
        case .dynamic where argument.isUnknown: break
        case .map where argument.isUnknown, .object where argument.isUnknown: break
        default: throw call.fail("the arguments must be maps or objects, found \(argument.type.friendlyName)")
        }
        open = open ?? argument
        if case .entries(let known)? = argument.unknown?.knowledge { parts += known } else {
          parts.append((.unknown(.string, argument.unknownReason ?? "unknown", argument.origin), argument))
        }
      }
      if let open { return unknown(.dynamic, [open], knowledge: .entries(parts)).marked(sensitive) }
      if !objects, types.count == 1, case .map(let type)? = types.first {
        return HCLValue(.map(HCLMap(entries), type), sensitive: sensitive)
      }
      return HCLValue(.object(HCLMap(entries)), sensitive: sensitive)
    }
    table["one"] = HCLFunction([any("list", marked: true)]) { (call) throws(HCLError) in
      let list = call.arguments[0]
      guard let items = list.items else { throw call.fail("the argument must be a list, set or tuple with zero or one elements") }
      guard let count = list.knownLength else { return unknown(list.type.element ?? .dynamic, items) }
      guard count <= 1 else { throw call.fail("the argument must have zero or one elements, found \(count)") }
      return (items.first ?? .null(list.type.element ?? .dynamic)).marked(list.sensitive)
    }
    table["range"] = HCLFunction([], variadic: HCLParameter("params", .number), result: .list(.number)) { (call) throws(HCLError) in
      let zero = HCLNumber(0)
      var start = zero
      var end = zero
      var step = HCLNumber(1)
      switch call.arguments.count {
      case 1: end = call.number(0)
      case 2: (start, end) = (call.number(0), call.number(1))
      case 3: (start, end, step) = (call.number(0), call.number(1), call.number(2))
      default: throw call.fail("expected one to three numbers")
      }
      let down = end < start
      if call.arguments.count < 3 { step = HCLNumber(down ? -1 : 1) }
      guard !step.isZero else { throw call.fail("the step must not be zero") }
      if start != end, step.isNegative != down { throw call.fail("the step must lead from the start to the end") }
      var result: [HCLValue] = []
      var at = start
      while down ? at > end : at < end {
        guard result.count < 1024 else { throw call.fail("more than 1024 values are not allowed") }
        result.append(.number(at))
        guard let next = at + step else { break }
        at = next
      }
      return .list(result, of: .number)
    }
    table["reverse"] = HCLFunction([any("list", marked: true)]) { (call) throws(HCLError) in
      let list = call.arguments[0]
      guard let items = list.items else { throw call.fail("only lists, sets and tuples can be reversed") }
      let reversed = Array(items.reversed())
      if case .tuple = list.payload { return HCLValue.tuple(reversed).marked(list.sensitive) }
      return HCLValue.list(reversed, of: list.type.element ?? .dynamic).marked(list.sensitive)
    }
    table["slice"] = HCLFunction(
      [any("list", marked: true), HCLParameter("start_index", .number), HCLParameter("end_index", .number)]
    ) { (call) throws(HCLError) in
      let list = call.arguments[0]
      if case .set = list.type { throw call.fail("a set has no order; convert it to a list first") }
      guard let items = list.items else { throw call.fail("the argument must be a list or tuple") }
      let start = try call.int(1)
      let end = try call.int(2)
      guard start >= 0, end <= items.count, start <= end else {
        throw call.fail("\(start) to \(end) does not lie within a list of \(items.count)")
      }
      let part = Array(items[start..<end])
      if case .tuple = list.payload { return HCLValue.tuple(part).marked(list.sensitive) }
      return HCLValue.list(part, of: list.type.element ?? .dynamic).marked(list.sensitive)
    }
    table["sort"] = HCLFunction([HCLParameter("list", .list(.string))], result: .list(.string)) { (call) throws(HCLError) in
      let items = call.arguments[0].items ?? []
      if items.contains(where: \.isUnknown) {
        return .list(items.map { _ in unknown(.string, items) }, of: .string)
      }
      if items.contains(where: \.isNull) { throw call.fail("null cannot be sorted") }
      return .list(items.enumerated().sorted { a, b in
        let (x, y) = (a.element.text ?? .empty, b.element.text ?? .empty)
        return x == y ? a.offset < b.offset : x < y
      }.map(\.element), of: .string)
    }
    table["sum"] = HCLFunction([any("list")], result: .number) { (call) throws(HCLError) in
      guard let items = call.arguments[0].items else { throw call.fail("the argument must be a list, set or tuple of numbers") }
      guard !items.isEmpty else { throw call.fail("an empty list has no sum") }
      var total = HCLNumber(0)
      var open = false
      for item in items {
        if item.isNull { throw call.fail("all elements must be numbers") }
        let value = try convert(item, .number, call)
        guard let number = value.number else {
          open = true
          continue
        }
        guard let next = total + number else { throw call.fail("the sum is not a number") }
        total = next
      }
      return open ? unknown(.number, items) : .number(total)
    }
    table["transpose"] = HCLFunction([HCLParameter("values", .map(.list(.string)))], result: .map(.list(.string))) { (call) throws(HCLError) in
      let value = call.arguments[0]
      guard value.isWhollyKnown else { return unknown(.map(.list(.string)), [value]) }
      var result: [Text: [HCLValue]] = [:]
      for entry in value.map?.entries ?? [] {
        for item in entry.value.items ?? [] {
          guard let text = item.text else { throw call.fail("the input must not hold null") }
          result[text, default: []].append(.string(entry.key, entry.keyOrigin))
        }
      }
      return HCLValue(.map(HCLMap(result.map { HCLMap.Entry(key: $0.key, value: .list($0.value, of: .string)) }), .list(.string)))
    }
    table["zipmap"] = HCLFunction([HCLParameter("keys", .list(.string)), any("values", marked: true)]) { (call) throws(HCLError) in
      let keys = call.arguments[0].items ?? []
      guard let values = call.arguments[1].items else { throw call.fail("the values must be a list or tuple") }
      guard keys.count == values.count else {
        throw call.fail("the number of keys (\(keys.count)) is not the number of values (\(values.count))")
      }
      guard keys.allSatisfy({ !$0.isUnknown }) else {
        return unknown(.dynamic, keys, knowledge: .entries(zip(keys, values).map { ($0, $1) }))
      }
      if keys.contains(where: \.isNull) { throw call.fail("a key must not be null") }
      let map = HCLMap(zip(keys, values).map { HCLMap.Entry(key: $0.text ?? .empty, keyOrigin: $0.origin, value: $1) })
      let sensitive = call.arguments[1].sensitive
      if case .list(_, let type) = call.arguments[1].payload { return HCLValue(.map(map, type), sensitive: sensitive) }
      return HCLValue(.object(map), sensitive: sensitive)
    }
    return table
  }

  static func convert(_ value: HCLValue, _ type: HCLType, _ call: HCLCall) throws(HCLError) -> HCLValue {
    do throws(HCLConversionError) {
      return try HCLConversion.convert(value, to: type)
    } catch {
      throw call.fail(error.message)
    }
  }

  /// Refuses comparisons of each element of one list with each of another that would take too long.
  static func checkPairs(_ a: Int, _ b: Int, _ call: HCLCall) throws(HCLError) {
    let (pairs, overflow) = a.multipliedReportingOverflow(by: b)
    guard !overflow, pairs <= 20_000_000 else { throw call.fail("the lists are too long to be compared") }
  }

  static func unique(_ items: [HCLValue]) -> [HCLValue] {
    var result: [HCLValue] = []
    var texts: Set<Text> = []
    for item in items {
      if let text = item.text {
        if texts.insert(text).inserted { result.append(item) }
      } else if !result.contains(where: { $0.text == nil && HCLOrder.identical($0, item) }) {
        result.append(item)
      }
    }
    return result
  }

  private static func flatten(
    _ value: HCLValue, _ result: inout [HCLValue], _ open: inout HCLValue?, _ sensitive: inout Bool, _ call: HCLCall, _ depth: Int
  ) throws(HCLError) {
    guard depth < call.evaluator.limits.nesting else { throw call.fail("lists nested more than \(depth) levels deep") }
    if value.sensitive { sensitive = true }
    for item in value.items ?? [] {
      switch item.type {
      case .list where !item.isNull, .set where !item.isNull, .tuple where !item.isNull:
        if item.isUnknown {
          open = open ?? item
          result.append(item)
        } else {
          try flatten(item, &result, &open, &sensitive, call, depth + 1)
        }
      case .dynamic where item.isUnknown:
        open = open ?? item
        if case .elements(let parts)? = item.unknown?.knowledge { result += parts } else { result.append(item) }
      default: result.append(item)
      }
      guard result.count <= elementLimit else { throw call.fail("more than \(elementLimit) elements") }
    }
  }
}
