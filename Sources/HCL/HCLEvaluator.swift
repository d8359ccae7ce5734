import SourceText
import Values

/// Names that an expression binds: the variables of `for`, `each`, the iterator of a dynamic block.
package final class HCLScope: Sendable {
  private let variables: [String: HCLValue]
  private let parent: HCLScope?

  package init(_ variables: [String: HCLValue], parent: HCLScope? = nil) {
    self.variables = variables
    self.parent = parent
  }

  package subscript(_ name: String) -> HCLValue? {
    var scope: HCLScope? = self
    while let here = scope {
      if let value = here.variables[name] { return value }
      scope = here.parent
    }
    return nil
  }
}

/// Evaluates expressions. One evaluator belongs to one evaluation; it is not shared between threads.
package final class HCLEvaluator {
  /// Resolves a reference that no scope binds: the value and how many of the steps it used up.
  package typealias Resolver = (_ root: String, _ steps: [HCLStep], _ span: SourceSpan) throws(HCLError) -> (HCLValue, Int)

  package let provenance: Provenance
  package let limits: Limits
  package var functions: [String: HCLFunction]
  package var resolve: Resolver
  /// Resolves `reference[key]` where the element can be had without the rest of the collection; nil from it: not so.
  package var resolveElement: ((_ root: String, _ steps: [HCLStep], _ key: HCLValue, _ span: SourceSpan) throws(HCLError) -> HCLValue?)?
  /// `try` takes a value whose parts are not all known, where terraform leaves the decision to apply.
  package var triesPartly = false
  /// An error on the right of `&&` or `||` does not count where the left side decides, as of Terraform 1.12 (hashicorp/hcl,
  /// hclsyntax/expression_ops.go, ShortCircuit); before, it does.
  package var shortCircuits = false
  private let budget: HCLBudget
  private var anonymous: [HCLValue] = []
  private var depth = 0

  package init(
    provenance: Provenance, limits: Limits, functions: [String: HCLFunction], budget: HCLBudget? = nil, resolve: @escaping Resolver
  ) {
    self.provenance = provenance
    self.limits = limits
    self.functions = functions
    self.resolve = resolve
    self.budget = budget ?? HCLBudget(limits.steps)
  }

  package func evaluate(_ expression: HCLExpression, scope: HCLScope? = nil) throws(HCLError) -> HCLValue {
    guard depth < limits.nesting * 4 else {
      throw HCLError("nesting", "expressions nested more than \(limits.nesting * 4) levels deep", at: expression.span)
    }
    guard budget.spend() else { throw HCLError("steps", "the evaluation takes more than \(limits.steps) steps", at: expression.span) }
    depth += 1
    defer { depth -= 1 }
    switch expression.kind {
    case .literal(let value): return value
    case .wrapped(let inner), .parentheses(let inner): return try evaluate(inner, scope: scope)
    case .invalid: throw HCLError("syntax", "this expression could not be read", at: expression.span)
    case .anonymous:
      guard let value = anonymous.last else { throw HCLError("syntax", "misplaced splat", at: expression.span) }
      return value
    case .template(let nodes): return try template(nodes, expression.span, scope)
    case .traversal(let root, let steps):
      if let value = scope?[root] { return try follow(value, steps[...]) }
      let (value, used) = try resolve(root, steps, expression.span)
      return try follow(value, steps.dropFirst(used))
    case .relative(let inner, let steps):
      return try follow(try evaluate(inner, scope: scope), steps[...])
    case .index(let collection, let key):
      if let resolveElement, case .traversal(let root, let steps) = collection.kind, scope?[root] == nil {
        let place = try evaluate(key, scope: scope)
        if let element = try resolveElement(root, steps, place, collection.span) { return element }
        return try index(try evaluate(collection, scope: scope), place, at: key.span)
      }
      let value = try evaluate(collection, scope: scope)
      return try index(value, try evaluate(key, scope: scope), at: key.span)
    case .splat(let source, let each): return try splat(source, each, expression.span, scope)
    case .unary(let operation, let operand):
      return try unary(operation, try evaluate(operand, scope: scope), operand.span, expression.span)
    case .binary(let operation, let left, let right):
      let a = try evaluate(left, scope: scope)
      if shortCircuits, let decided = decision(operation, a, left.span) {
        guard let b = try? evaluate(right, scope: scope), let both = try? binary(operation, a, b, left.span, right.span, expression.span) else {
          return HCLValue(.bool(decided), origin: derived(expression.span, from: [a]), sensitive: a.sensitive)
        }
        return both
      }
      let b = try evaluate(right, scope: scope)
      return try binary(operation, a, b, left.span, right.span, expression.span)
    case .conditional(let condition, let whenTrue, let whenFalse):
      return try conditional(condition, whenTrue, whenFalse, expression.span, scope)
    case .tuple(let items):
      var values: [HCLValue] = []
      values.reserveCapacity(items.count)
      for item in items { values.append(try evaluate(item, scope: scope)) }
      return try bounded(.tuple(values, provenance.origins.add(.source, expression.span)), at: expression.span)
    case .object(let items): return try bounded(try object(items, expression.span, scope), at: expression.span)
    case .loop(let loop): return try bounded(try self.loop(loop, expression.span, scope), at: expression.span)
    case .call(let name, let nameSpan, let arguments, let expands):
      return try bounded(try call(name, nameSpan, arguments, expands, expression.span, scope), at: expression.span)
    }
  }

  /// How many parts a value may have, those it shares with others counted each time.
  private static let partLimit = 1_000_000

  /// Refuses values that are small in memory, for their parts are shared, but endless to walk.
  private func bounded(_ value: HCLValue, at span: SourceSpan) throws(HCLError) -> HCLValue {
    var left = Self.partLimit
    guard value.weigh(&left) else {
      throw HCLError("value-size", "the value has more than \(Self.partLimit) parts", at: span)
    }
    return value
  }

  // MARK: Origins

  /// The origin of what an expression made of other values: its parent is the first of them that comes from elsewhere.
  package func derived(_ span: SourceSpan, from operands: [HCLValue]) -> Origin {
    for operand in operands {
      guard let entry = provenance.origins[operand.origin] else { continue }
      let inside = entry.span.source == span.source && entry.span.start >= span.start && entry.span.end <= span.end
      if !inside || entry.parent.isKnown { return provenance.origins.add(.expression, span, parent: operand.origin) }
    }
    return provenance.origins.add(.expression, span)
  }

  // MARK: Traversal

  package func follow(_ value: HCLValue, _ steps: ArraySlice<HCLStep>) throws(HCLError) -> HCLValue {
    var value = value
    for step in steps {
      switch step.kind {
      case .attribute(let name): value = try attribute(value, name, at: step.span)
      case .index(let key): value = try index(value, key, at: step.span)
      }
    }
    return value
  }

  private func attribute(_ value: HCLValue, _ name: String, at span: SourceSpan) throws(HCLError) -> HCLValue {
    switch value.payload {
    case .null: throw HCLError("null-value", "this value is null, so it has no attribute '\(name)'", at: span)
    case .object(let map):
      guard let result = map[name] else {
        let near = nearestName(to: name, in: map.entries.map(\.key.string)).map { "; did you mean '\($0)'?" } ?? ""
        throw HCLError("unsupported-attribute", "this object has no attribute '\(name)'\(near)", at: span)
      }
      return result.marked(value.sensitive)
    case .map(let map, _):
      guard let result = map[name] else { throw HCLError("invalid-index", "this map has no element '\(name)'", at: span) }
      return result.marked(value.sensitive)
    case .unknown(let unknown):
      let reason = unknown.reason
      switch unknown.type {
      case .dynamic: break
      case .map(let element): return HCLValue.unknown(element, reason, value.origin).marked(value.sensitive)
      case .object(let attributes):
        guard let type = attributes[name] else {
          throw HCLError("unsupported-attribute", "this object has no attribute '\(name)'", at: span)
        }
        return HCLValue.unknown(type, reason, value.origin).marked(value.sensitive)
      default: throw HCLError("unsupported-attribute", "a value of type \(unknown.type.friendlyName) has no attributes", at: span)
      }
      if case .host(_, let trace?) = unknown.knowledge, let traced = trace.attribute(name) {
        return traced.orOrigin(value.origin).marked(value.sensitive)
      }
      return HCLValue.unknown(.dynamic, reason, value.origin).marked(value.sensitive)
    default:
      throw HCLError("unsupported-attribute", "a value of type \(value.type.friendlyName) has no attributes, asked for '\(name)'", at: span)
    }
  }

  /// `value[key]` (hashicorp/hcl, `hcl.Index`).
  package func index(_ value: HCLValue, _ key: HCLValue, at span: SourceSpan) throws(HCLError) -> HCLValue {
    let sensitive = value.sensitive || key.sensitive
    if value.isNull { throw HCLError("null-value", "this value is null, so it has no indices", at: span) }
    if key.isNull { throw HCLError("invalid-index", "an index must not be null", at: span) }
    func number() throws(HCLError) -> HCLNumber? {
      guard let converted = try? HCLConversion.convert(key, to: .number) else {
        throw HCLError("invalid-index", "a number is required as an index here", at: span)
      }
      return converted.number
    }
    func name() throws(HCLError) -> Text? {
      guard let converted = try? HCLConversion.convert(key, to: .string) else {
        throw HCLError("invalid-index", "a string is required as an index here", at: span)
      }
      return converted.text
    }
    func unknown(_ type: HCLType) -> HCLValue {
      HCLValue.unknown(type, key.unknownReason ?? value.unknownReason ?? "unknown index", key.origin).marked(sensitive)
    }
    switch value.payload {
    case .list(let items, _), .tuple(let items):
      guard let number = try number() else {
        if case .list(_, let element) = value.payload { return unknown(element) }
        return unknown(.dynamic)
      }
      guard let place = number.int, items.indices.contains(place) else {
        throw HCLError(
          "invalid-index",
          items.isEmpty ? "this list has no elements" : "there is no element \(number.text) in a list of \(items.count)", at: span)
      }
      return items[place].marked(sensitive)
    case .map(let map, let element):
      guard let name = try name() else { return unknown(element) }
      guard let entry = map.entry(name) else { throw HCLError("invalid-index", "this map has no element '\(name.string)'", at: span) }
      return entry.value.marked(sensitive)
    case .object(let map):
      guard let name = try name() else { return unknown(.dynamic) }
      if let entry = map.entry(name) { return entry.value.marked(sensitive) }
      if key.number == nil, let other = map.other { return other(name.string).marked(sensitive) }
      throw HCLError("invalid-index", "this object has no attribute '\(name.string)'", at: span)
    case .unknown(let why):
      switch why.type {
      case .list(let element):
        _ = try number()
        return HCLValue.unknown(element, why.reason, value.origin).marked(sensitive)
      case .map(let element):
        _ = try name()
        return HCLValue.unknown(element, why.reason, value.origin).marked(sensitive)
      case .tuple(let types):
        guard let place = try number()?.int else { return unknown(.dynamic) }
        guard types.indices.contains(place) else { throw HCLError("invalid-index", "there is no element \(place)", at: span) }
        return HCLValue.unknown(types[place], why.reason, value.origin).marked(sensitive)
      case .object:
        guard let name = try name() else { return unknown(.dynamic) }
        return try attribute(value, name.string, at: span).marked(sensitive)
      case .dynamic:
        if case .host(_, let trace?) = why.knowledge, let traced = trace.index(key) {
          return traced.orOrigin(value.origin).marked(sensitive)
        }
        return HCLValue.unknown(.dynamic, why.reason, value.origin).marked(sensitive)
      default: break
      }
    default: break
    }
    throw HCLError("invalid-index", "a value of type \(value.type.friendlyName) has no indices", at: span)
  }

  private func splat(_ source: HCLExpression, _ each: HCLExpression, _ span: SourceSpan, _ scope: HCLScope?) throws(HCLError) -> HCLValue {
    var value = try evaluate(source, scope: scope)
    let sensitive = value.sensitive
    var listed = false
    var single = true
    switch value.type {
    case .list, .set: (listed, single) = (true, false)
    case .tuple: single = false
    case .dynamic where value.isUnknown:
      return HCLValue.unknown(.dynamic, value.unknownReason ?? "unknown", value.origin).marked(sensitive)
    default: break
    }
    if value.isNull {
      if single { return HCLValue.tuple([], provenance.origins.add(.source, span)).marked(sensitive) }
      throw HCLError("null-value", "a splat cannot be made of null", at: source.span)
    }
    // What may turn out to be null may turn out to be no element.
    if single, let unknown = value.unknown, !unknown.notNull {
      return HCLValue.unknown(.dynamic, unknown.reason, value.origin).marked(sensitive)
    }
    if single { value = .tuple([value.unmarked], value.origin) }
    guard let items = value.items else {
      return HCLValue.unknown(listed ? .list(.dynamic) : .dynamic, value.unknownReason ?? "unknown", value.origin).marked(sensitive)
    }
    var results: [HCLValue] = []
    for item in items {
      anonymous.append(item)
      defer { anonymous.removeLast() }
      results.append(try evaluate(each, scope: scope))
    }
    let origin = value.origin
    if listed, let type = HCLType.unify(results.map(\.type)) {
      return HCLValue(.list(results, type), origin: origin, sensitive: sensitive)
    }
    if listed { return HCLValue(.list([], value.type.element ?? .dynamic), origin: origin, sensitive: sensitive) }
    return HCLValue(.tuple(results), origin: origin, sensitive: sensitive)
  }

  // MARK: Constructors

  private func object(_ items: [HCLObjectItem], _ span: SourceSpan, _ scope: HCLScope?) throws(HCLError) -> HCLValue {
    var entries: [HCLMap.Entry] = []
    var unknownKey: HCLValue?
    var all: [(key: HCLValue, value: HCLValue)] = []
    var sensitive = false
    for item in items {
      if case .traversal(_, let steps) = item.key.kind {
        if !steps.isEmpty {
          throw HCLError(
            "ambiguous-key", "this key is a reference: put it in parentheses, or in quotes if it is meant literally", at: item.key.span)
        }
      }
      var key = item.key.keyword.map { HCLValue.string($0) } ?? HCLValue.null
      if item.key.keyword == nil { key = try evaluate(item.key, scope: scope) }
      let value = try evaluate(item.value, scope: scope)
      if key.isNull { throw HCLError("null-value", "a key must not be null", at: item.key.span) }
      if key.sensitive { sensitive = true }
      guard let converted = try? HCLConversion.convert(key, to: .string) else {
        throw HCLError("invalid-key", "a \(key.type.friendlyName) cannot be a key; a string is required", at: item.key.span)
      }
      all.append((converted, value))
      if let text = converted.text {
        let origin = converted.origin.isKnown ? converted.origin : provenance.origins.add(.source, item.key.span)
        entries.append(HCLMap.Entry(key: text, keyOrigin: origin, value: value))
      } else if unknownKey == nil {
        unknownKey = converted
      }
    }
    let origin = provenance.origins.add(.source, span)
    if let unknownKey {
      return HCLValue.unknown(.dynamic, unknownKey.unknownReason ?? "unknown key", origin, notNull: true, knowledge: .entries(all))
        .marked(sensitive)
    }
    return HCLValue(.object(HCLMap(entries)), origin: origin, sensitive: sensitive)
  }

  /// What a `for` runs over: key and value of each element.
  package func iterate(_ value: HCLValue) -> [(key: HCLValue, value: HCLValue)]? {
    switch value.payload {
    case .list(let items, _), .tuple(let items):
      items.enumerated().map { (HCLValue.number($0.offset), $0.element) }
    case .set(let items, _): items.map { ($0, $0) }
    case .map(let map, _), .object(let map): map.entries.map { (HCLValue.string($0.key, $0.keyOrigin), $0.value) }
    default: nil
    }
  }

  private func loop(_ loop: HCLFor, _ span: SourceSpan, _ scope: HCLScope?) throws(HCLError) -> HCLValue {
    let collection = try evaluate(loop.collection, scope: scope)
    if collection.isNull { throw HCLError("null-value", "`for` cannot run over null", at: loop.collection.span) }
    var sensitive = collection.sensitive
    let origin = provenance.origins.add(.source, span)
    if let unknown = collection.unknown {
      guard unknown.type == .dynamic || unknown.type.isCollection || { if case .tuple = unknown.type { true } else if case .object = unknown.type { true } else { false } }() else {
        throw HCLError("not-iterable", "`for` cannot run over a \(unknown.type.friendlyName)", at: loop.collection.span)
      }
      return HCLValue.unknown(.dynamic, unknown.reason, collection.origin).marked(sensitive)
    }
    guard let elements = iterate(collection) else {
      throw HCLError("not-iterable", "`for` cannot run over a \(collection.type.friendlyName)", at: loop.collection.span)
    }
    var values: [HCLValue] = []
    var entries: [(key: HCLValue, value: HCLValue)] = []
    var unknown: HCLValue?
    for element in elements {
      var names = [loop.value: element.value]
      if let key = loop.key { names[key] = element.key }
      let inner = HCLScope(names, parent: scope)
      if let condition = loop.condition {
        let test = try evaluate(condition, scope: inner)
        if test.isNull { throw HCLError("null-value", "the condition of `for` must not be null", at: condition.span) }
        guard let flag = try? HCLConversion.convert(test, to: .bool) else {
          throw HCLError("invalid-condition", "the condition of `for` must be true or false", at: condition.span)
        }
        if flag.sensitive { sensitive = true }
        if flag.isUnknown {
          unknown = unknown ?? flag
          continue
        }
        if flag.bool == false { continue }
      }
      guard let keyResult = loop.keyResult else {
        values.append(try evaluate(loop.valueResult, scope: inner))
        continue
      }
      let key = try evaluate(keyResult, scope: inner)
      if key.isNull { throw HCLError("null-value", "a key must not be null", at: keyResult.span) }
      guard let name = try? HCLConversion.convert(key, to: .string) else {
        throw HCLError("invalid-key", "a \(key.type.friendlyName) cannot be a key; a string is required", at: keyResult.span)
      }
      if name.sensitive { sensitive = true }
      if name.isUnknown { unknown = unknown ?? name }
      entries.append((name, try evaluate(loop.valueResult, scope: inner)))
    }
    if let unknown {
      let knowledge = loop.keyResult == nil ? HCLKnowledge.elements(values + [unknown]) : .entries(entries)
      return HCLValue.unknown(.dynamic, unknown.unknownReason ?? "unknown", origin, knowledge: knowledge).marked(sensitive)
    }
    if loop.keyResult == nil { return HCLValue(.tuple(values), origin: origin, sensitive: sensitive) }
    var order: [Text] = []
    var grouped: [Text: [HCLValue]] = [:]
    var keyOrigins: [Text: Origin] = [:]
    for entry in entries {
      guard let name = entry.key.text else { continue }
      if grouped[name] == nil {
        order.append(name)
        keyOrigins[name] = entry.key.origin
      } else if !loop.groups {
        throw HCLError(
          "duplicate-key", "two items of this `for` have the key '\(name.string)'; put `...` behind the value to group them", at: span)
      }
      grouped[name, default: []].append(entry.value)
    }
    let map = HCLMap(order.map { name in
      let items = grouped[name] ?? []
      return HCLMap.Entry(
        key: name, keyOrigin: keyOrigins[name] ?? .none, value: loop.groups ? .tuple(items, origin) : items.first ?? .null)
    })
    return HCLValue(.object(map), origin: origin, sensitive: sensitive)
  }
}

/// Bounds the steps of an evaluation that several evaluators share.
package final class HCLBudget {
  private var left: Int

  package init(_ steps: Int) { left = steps }

  func spend() -> Bool {
    left -= 1
    return left >= 0
  }
}

/// Follows the attributes and elements of an unknown value of which its owner knows more: a resource, the outputs of a module.
package final class HCLTrace: Sendable {
  package let attribute: @Sendable (String) -> HCLValue?
  package let index: @Sendable (HCLValue) -> HCLValue?

  package init(
    attribute: @escaping @Sendable (String) -> HCLValue? = { _ in nil }, index: @escaping @Sendable (HCLValue) -> HCLValue? = { _ in nil }
  ) {
    self.attribute = attribute
    self.index = index
  }
}
