import SourceText
import Values

/// Operators, conditionals, templates and calls.
extension HCLEvaluator {
  private func operand(_ value: HCLValue, _ type: HCLType, _ span: SourceSpan) throws(HCLError) -> HCLValue {
    if value.isNull { throw HCLError("null-value", "an operand must not be null", at: span) }
    do throws(HCLConversionError) {
      return try HCLConversion.convert(value, to: type)
    } catch {
      throw HCLError("invalid-operand", "unsuitable operand: \(error.message)", at: span)
    }
  }

  func unary(_ operation: HCLOperator, _ value: HCLValue, _ span: SourceSpan, _ whole: SourceSpan) throws(HCLError) -> HCLValue {
    let type: HCLType = operation == .not ? .bool : .number
    let converted = try operand(value, type, span)
    let origin = derived(whole, from: [value])
    let payload: HCLValue.Payload
    switch converted.payload {
    case .bool(let flag): payload = .bool(!flag)
    case .number(let number): payload = .number(-number)
    default: payload = .unknown(HCLUnknown(type: type, reason: converted.unknownReason ?? "unknown", notNull: true))
    }
    return HCLValue(payload, origin: origin, sensitive: value.sensitive)
  }

  /// What `&&` or `||` gives whatever stands on the right; nil where that decides, or for other operators.
  func decision(_ operation: HCLOperator, _ left: HCLValue, _ span: SourceSpan) -> Bool? {
    guard operation == .and || operation == .or, let known = (try? operand(left, .bool, span))?.bool else { return nil }
    return known == (operation == .or) ? known : nil
  }

  func binary(
    _ operation: HCLOperator, _ a: HCLValue, _ b: HCLValue, _ aSpan: SourceSpan, _ bSpan: SourceSpan, _ whole: SourceSpan
  ) throws(HCLError) -> HCLValue {
    let origin = derived(whole, from: [a, b])
    let sensitive = a.sensitive || b.sensitive
    func made(_ payload: HCLValue.Payload) -> HCLValue { HCLValue(payload, origin: origin, sensitive: sensitive) }
    func unknown(_ type: HCLType) -> HCLValue {
      made(.unknown(HCLUnknown(type: type, reason: a.unknownReason ?? b.unknownReason ?? "unknown", notNull: true)))
    }
    switch operation {
    case .equal, .notEqual:
      let marked = sensitive || a.isDeeplySensitive || b.isDeeplySensitive
      guard let same = HCLOrder.equal(a, b) else { return unknown(.bool).marked(marked) }
      return made(.bool(same == (operation == .equal))).marked(marked)
    case .and, .or:
      let x = try operand(a, .bool, aSpan)
      let y = try operand(b, .bool, bSpan)
      guard let p = x.bool, let q = y.bool else { return unknown(.bool) }
      return made(.bool(operation == .and ? p && q : p || q))
    default: break
    }
    let compares = switch operation {
    case .less, .lessEqual, .greater, .greaterEqual: true
    default: false
    }
    let x = try operand(a, .number, aSpan)
    let y = try operand(b, .number, bSpan)
    guard let p = x.number, let q = y.number else { return unknown(compares ? .bool : .number) }
    let number: HCLNumber?
    switch operation {
    case .less: return made(.bool(p < q))
    case .lessEqual: return made(.bool(p <= q))
    case .greater: return made(.bool(p > q))
    case .greaterEqual: return made(.bool(p >= q))
    case .add: number = p + q
    case .subtract: number = p - q
    case .multiply: number = p * q
    case .divide: number = p / q
    default: number = p % q
    }
    guard let number else { throw HCLError("invalid-operation", "this has no result: zero by zero, or infinities", at: whole) }
    return made(.number(number))
  }

  func conditional(
    _ condition: HCLExpression, _ whenTrue: HCLExpression, _ whenFalse: HCLExpression, _ span: SourceSpan, _ scope: HCLScope?
  ) throws(HCLError) -> HCLValue {
    func arm(_ expression: HCLExpression) -> Result<HCLValue, HCLError> {
      do throws(HCLError) { return .success(try evaluate(expression, scope: scope)) } catch { return .failure(error) }
    }
    let first = arm(whenTrue)
    let second = arm(whenFalse)
    let a = (try? first.get()) ?? HCLValue.unknown(.dynamic, "evaluation failed")
    let b = (try? second.get()) ?? HCLValue.unknown(.dynamic, "evaluation failed")
    var type = HCLType.dynamic
    func isDynamicNull(_ value: HCLValue) -> Bool { if case .null(.dynamic) = value.payload { true } else { false } }
    if isDynamicNull(a) {
      type = b.type
    } else if isDynamicNull(b) {
      type = a.type
    } else if a.type != .dynamic, b.type != .dynamic {
      guard let common = HCLType.unify([a.type, b.type]) else {
        throw HCLError(
          "inconsistent-types",
          "the results of this conditional have no type in common: \(a.type.friendlyName) and \(b.type.friendlyName)", at: span)
      }
      type = common
    }
    let test = try evaluate(condition, scope: scope)
    if test.isNull { throw HCLError("null-value", "a condition must not be null", at: condition.span) }
    let sensitive = test.sensitive || a.sensitive || b.sensitive
    guard let flag = try? HCLConversion.convert(test, to: .bool) else {
      throw HCLError("invalid-condition", "a condition must be true or false, not a \(test.type.friendlyName)", at: condition.span)
    }
    guard let chosen = flag.bool else {
      if a.isNull, b.isNull { return HCLValue.null(type, a.origin).marked(sensitive) }
      // Both ways lead to the same: nothing is unknown then (a number's or a list's bounds say so in cty).
      if HCLOrder.equal(a, b) == true, a.number != nil { return a.marked(sensitive) }
      if type.isCollection, a.type == b.type, let length = a.knownLength, length == b.knownLength {
        if length == 0 { return a.marked(sensitive) }
        if case .list(let element) = type {
          let item = HCLValue.unknown(element, test.unknownReason ?? "unknown condition", derived(span, from: [test]))
          return HCLValue(.list(Array(repeating: item, count: length), element), origin: derived(span, from: [test]), sensitive: sensitive)
        }
      }
      let notNull = !a.isNull && !b.isNull && (a.unknown?.notNull ?? true) && (b.unknown?.notNull ?? true)
      return HCLValue.unknown(type, test.unknownReason ?? "unknown condition", derived(span, from: [test]), notNull: notNull)
        .marked(sensitive)
    }
    let value = try (chosen ? first : second).get()
    do throws(HCLConversionError) {
      return try HCLConversion.convert(value, to: type).marked(sensitive)
    } catch {
      throw HCLError("inconsistent-types", "the result of this conditional does not fit the other one: \(error.message)", at: span)
    }
  }

  // MARK: Templates

  func template(_ nodes: [HCLTemplateNode], _ span: SourceSpan, _ scope: HCLScope?) throws(HCLError) -> HCLValue {
    var parts: [HCLValue] = []
    var size = 0
    try append(nodes, scope, &parts, &size)
    return HCLText.join(parts, origin: provenance.origins.add(.source, span))
  }

  private func append(
    _ nodes: [HCLTemplateNode], _ scope: HCLScope?, _ parts: inout [HCLValue], _ size: inout Int
  ) throws(HCLError) {
    for node in nodes {
      switch node {
      case .literal(let text, let span):
        size += text.count
        guard size <= limits.outputBytes else { throw HCLError("output-size", "the text grows beyond \(limits.outputBytes) bytes", at: span) }
        parts.append(HCLValue(.string(text)))
      case .interpolation(let expression, let span):
        let value = try evaluate(expression, scope: scope)
        let part = try interpolated(value, span)
        size += part.text?.count ?? 0
        guard size <= limits.outputBytes else { throw HCLError("output-size", "the text grows beyond \(limits.outputBytes) bytes", at: span) }
        parts.append(part)
      case .condition(let condition, let whenTrue, let whenFalse, _):
        let test = try evaluate(condition, scope: scope)
        if test.isNull { throw HCLError("null-value", "a condition must not be null", at: condition.span) }
        guard let flag = try? HCLConversion.convert(test, to: .bool) else {
          throw HCLError("invalid-condition", "a condition must be true or false, not a \(test.type.friendlyName)", at: condition.span)
        }
        if flag.sensitive { parts.append(HCLValue(.string(Text.empty), sensitive: true)) }
        if let chosen = flag.bool {
          try append(chosen ? whenTrue : whenFalse, scope, &parts, &size)
        } else {
          parts.append(.unknown(.string, flag.unknownReason ?? "unknown condition", test.origin, notNull: true))
        }
      case .loop(let key, let value, let collection, let body, _):
        let over = try evaluate(collection, scope: scope)
        if over.isNull { throw HCLError("null-value", "`for` cannot run over null", at: collection.span) }
        if over.sensitive { parts.append(HCLValue(.string(Text.empty), sensitive: true)) }
        if let unknown = over.unknown {
          parts.append(.unknown(.string, unknown.reason, over.origin, notNull: true))
          continue
        }
        guard let elements = iterate(over) else {
          throw HCLError("not-iterable", "`for` cannot run over a \(over.type.friendlyName)", at: collection.span)
        }
        for element in elements {
          var names = [value: element.value]
          if let key { names[key] = element.key }
          try append(body, HCLScope(names, parent: scope), &parts, &size)
        }
      }
    }
  }

  /// A value as a piece of a template.
  private func interpolated(_ value: HCLValue, _ span: SourceSpan) throws(HCLError) -> HCLValue {
    if value.isNull { throw HCLError("null-value", "the value is null and cannot stand in a template", at: span) }
    guard let converted = try? HCLConversion.convert(value, to: .string) else {
      throw HCLError(
        "invalid-template-value", "a value of type \(value.type.friendlyName) cannot stand in a template; a string is required", at: span)
    }
    let origin = provenance.origins.add(.expression, span, parent: value.origin)
    // The origins of the pieces of a text that was put together are more exact than one for the whole.
    if let text = converted.text, text.runs.count <= 1 {
      return HCLValue(.string(Text(text.bytes)), origin: origin, sensitive: value.sensitive)
    }
    if case .text? = converted.unknown?.knowledge { return converted }
    return converted.with(origin: origin)
  }

  // MARK: Calls

  func call(
    _ name: String, _ nameSpan: SourceSpan, _ arguments: [HCLExpression], _ expands: Bool, _ span: SourceSpan, _ scope: HCLScope?
  ) throws(HCLError) -> HCLValue {
    let plain = name.hasPrefix("core::") ? String(name.dropFirst(6)) : name
    if plain == "try" || plain == "can", !expands { return try attempt(plain, arguments, span, scope) }
    if plain == "templatestring", let template = arguments.first {
      switch template.kind {
      case .traversal, .relative, .index, .splat: break
      default:
        throw HCLError(
          "invalid-function-argument", "'templatestring' takes its template from elsewhere; write a template here instead",
          at: template.span)
      }
    }
    if triesPartly, plain.hasPrefix("provider::") {
      var operands: [HCLValue] = []
      for argument in arguments { operands.append(try evaluate(argument, scope: scope)) }
      return .unknown(.dynamic, "function `\(plain)` of a provider", derived(span, from: operands))
    }
    guard let function = functions[plain] else {
      let near = nearestName(to: plain, in: functions.keys.sorted()).map { "; did you mean '\($0)'?" } ?? ""
      throw HCLError("unknown-function", "there is no function named '\(name)'\(near)", at: nameSpan)
    }
    var values: [HCLValue] = []
    var spans: [SourceSpan] = []
    for (place, argument) in arguments.enumerated() {
      let value = try evaluate(argument, scope: scope)
      guard expands, place == arguments.count - 1 else {
        values.append(value)
        spans.append(argument.span)
        continue
      }
      if value.isNull { throw HCLError("invalid-function-argument", "the expanded argument must not be null", at: argument.span) }
      if value.isUnknown {
        return HCLValue.unknown(function.result, value.unknownReason ?? "unknown", value.origin).marked(value.sensitive)
      }
      guard let items = value.items else {
        throw HCLError("invalid-function-argument", "the expanded argument must be a list, set or tuple", at: argument.span)
      }
      values.append(contentsOf: items.map { $0.marked(value.sensitive) })
      spans.append(contentsOf: items.map { _ in argument.span })
    }
    return try call(plain, function, values, spans, span)
  }

  package func call(
    _ name: String, _ function: HCLFunction, _ values: [HCLValue], _ spans: [SourceSpan], _ span: SourceSpan
  ) throws(HCLError) -> HCLValue {
    if values.count < function.parameters.count {
      let missing = function.parameters[values.count].name
      throw HCLError("function-arguments", "'\(name)' expects \(function.parameters.count) arguments; '\(missing)' is missing", at: span)
    }
    if values.count > function.parameters.count, function.variadic == nil {
      throw HCLError("function-arguments", "'\(name)' expects only \(function.parameters.count) arguments, found \(values.count)", at: span)
    }
    var converted: [HCLValue] = []
    converted.reserveCapacity(values.count)
    var sensitive = false
    var unknown: HCLValue?
    for (place, value) in values.enumerated() {
      guard let parameter = place < function.parameters.count ? function.parameters[place] : function.variadic else { continue }
      let at = place < spans.count ? spans[place] : span
      if value.isNull, !parameter.allowsNull {
        throw HCLError("invalid-function-argument", "'\(name)': the argument '\(parameter.name)' must not be null", at: at)
      }
      var argument = value
      do throws(HCLConversionError) {
        argument = try HCLConversion.convert(value, to: parameter.type)
      } catch {
        throw HCLError("invalid-function-argument", "'\(name)', argument '\(parameter.name)': \(error.message)", at: at)
      }
      if !parameter.allowsMarked, argument.isDeeplySensitive {
        sensitive = true
        argument = argument.deeplyUnmarked
      }
      if argument.isUnknown, !parameter.allowsUnknown, unknown == nil { unknown = argument }
      converted.append(argument)
    }
    if let unknown {
      return HCLValue.unknown(function.result, unknown.unknownReason ?? "unknown", derived(span, from: [unknown])).marked(sensitive)
    }
    let result: HCLValue
    do throws(HCLError) {
      result = try function.body(HCLCall(name: name, arguments: converted, span: span, evaluator: self))
    } catch {
      throw error.at(span)
    }
    if result.origin.isKnown { return result.marked(sensitive) }
    return result.with(origin: derived(span, from: values)).marked(sensitive)
  }

  /// `try` and `can`, which look at errors (go-hcl, `tryfunc`).
  private func attempt(
    _ name: String, _ arguments: [HCLExpression], _ span: SourceSpan, _ scope: HCLScope?
  ) throws(HCLError) -> HCLValue {
    if name == "can" {
      guard arguments.count == 1, let argument = arguments.first else {
        throw HCLError("function-arguments", "'can' expects one argument", at: span)
      }
      let origin = provenance.origins.add(.expression, span)
      do throws(HCLError) {
        let value = try evaluate(argument, scope: scope)
        if !value.isWhollyKnown { return .unknown(.bool, value.unknownReason ?? "unknown", origin, notNull: true) }
        return .bool(true, origin)
      } catch {
        if Self.isStatic(error) { throw error }
        return .bool(false, origin)
      }
    }
    guard !arguments.isEmpty else { throw HCLError("function-arguments", "'try' expects at least one argument", at: span) }
    var last: HCLError?
    for argument in arguments {
      do throws(HCLError) {
        let value = try evaluate(argument, scope: scope)
        // An unknown value may still fail once it is known, so no decision is made.
        if triesPartly || value.isUnknown || value.isWhollyKnown { return value }
        return .unknown(.dynamic, value.unknownReason ?? "unknown", value.origin)
      } catch {
        if Self.isStatic(error) { throw error }
        last = error
      }
    }
    throw HCLError("no-successful-expression", "'try': no expression succeeded: \(last?.message ?? "none given")", at: span)
  }

  /// Errors that terraform finds before it evaluates anything, so that `try` and `can` cannot catch them.
  private static func isStatic(_ error: HCLError) -> Bool {
    switch error.code {
    case "undeclared-reference", "invalid-reference", "unknown-function", "syntax", "cycle", "steps", "nesting", "output-size", "value-size": true
    default: false
    }
  }
}
