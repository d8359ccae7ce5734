import SourceText
import Values

/// Go's own functions (text/template/funcs.go).
extension Executor {
  /// - Parameter operands: the command's operands, which `call` names in errors.
  func run(_ builtin: Builtin, _ values: [Value], _ operands: [Operand]) throws(TemplateError) -> Value {
    if let unknown = values.lazy.compactMap({ GoFormatter.firstUnknown($0, depth: 0) }).first {
      return Value(.unknown(unknown), origin: values.first(where: \.isUnknown)?.origin ?? .none)
    }
    switch builtin {
    case .and, .or: return values.last ?? Value(.null)
    case .not: return .bool(values.first?.goTruth == false)
    case .len: return Value(.int(Int64(try length(values[0]))), tag: GoNumber.int, origin: values[0].origin)
    case .index: return try index(values)
    case .slice: return try slice(values)
    case .eq:
      guard values.count > 1 else { throw TemplateError("missing argument for comparison") }
      for other in values.dropFirst() where try GoComparison.equal(values[0], other) { return .bool(true) }
      return .bool(false)
    case .ne: return .bool(!(try GoComparison.equal(values[0], values[1])))
    case .lt: return .bool(try GoComparison.less(values[0], values[1]))
    case .le: return .bool(try lessOrEqual(values[0], values[1]))
    case .gt: return .bool(!(try lessOrEqual(values[0], values[1])))
    case .ge: return .bool(!(try GoComparison.less(values[0], values[1])))
    case .print: return text(of: values) { $0.sprint(values) }
    case .println: return text(of: values) { $0.sprintln(values) }
    case .printf:
      let format = values[0].text ?? .empty
      let origin = values[0].origin
      let rest = Array(values.dropFirst())
      return try checked(text(of: rest + [values[0]]) { $0.sprintf(format, formatOrigin: origin, rest) })
    case .html: return escaped(values, GoEscape.html)
    case .js: return escaped(values, GoEscape.javaScript)
    case .urlquery: return escaped(values, GoEscape.query)
    case .call: return try callValue(values, operands)
    }
  }

  private func checked(_ value: Value) throws(TemplateError) -> Value {
    if let count = value.text?.count, count > limits.outputBytes {
      throw TemplateError("text of more than \(limits.outputBytes) bytes", code: "template/limit")
    }
    return value
  }

  /// A text made of values, with the values' origins.
  private func text(of values: [Value], _ make: (inout GoFormatter) -> Void) -> Value {
    var formatter = GoFormatter(depth: limits.nesting, bytes: limits.outputBytes)
    make(&formatter)
    return Value(.string(formatter.out.build()), origin: joined(values))
  }

  private func joined(_ values: [Value]) -> Origin {
    var first = Origin.none
    var several = false
    for value in values where value.origin.isKnown {
      if !first.isKnown { first = value.origin } else if value.origin != first { several = true }
    }
    return several ? tracker.join(values.map(\.origin)) : first
  }

  private func lessOrEqual(_ a: Value, _ b: Value) throws(TemplateError) -> Bool {
    if try GoComparison.less(a, b) { return true }
    return try GoComparison.equal(a, b)
  }

  // MARK: len, index, slice

  private func length(_ value: Value) throws(TemplateError) -> Int {
    switch value.payload {
    case .null:
      throw TemplateError(value.isBoxed ? "len of nil pointer" : "reflect: call of reflect.Value.Type on zero Value")
    case .string(let text): return text.count
    case .list(let list): return list.items.count
    case .map(let map): return map.count
    case .object(let object as GoObject): if let length = object.length { return length }
    default: break
    }
    throw TemplateError("len of type \(value.goTypeName)")
  }

  /// - Parameter capacity: the highest index that Go lets through to the access itself.
  private func position(_ value: Value, capacity: Int) throws(TemplateError) -> Int {
    switch value.payload {
    case .int(let index):
      guard index >= 0, index <= capacity else { throw TemplateError("index out of range: \(index)") }
      return Int(index)
    case .null: throw TemplateError("cannot index slice/array with nil")
    default: throw TemplateError("cannot index slice/array with type \(value.goTypeName)")
    }
  }

  private func index(_ values: [Value]) throws(TemplateError) -> Value {
    var item = values[0]
    if item.isNull { throw TemplateError("index of untyped nil") }
    for key in values.dropFirst() {
      switch item.payload {
      case .null: throw TemplateError("index of nil pointer")
      case .list(let list):
        let at = try position(key, capacity: list.items.count)
        guard at < list.items.count else { throw TemplateError("reflect: slice index out of range") }
        item = item.tag & ~GoTag.boxed == GoList.any ? list.items[at].boxed : list.items[at]
      case .string(let text):
        let at = try position(key, capacity: text.count)
        guard at < text.count else { throw TemplateError("reflect: string index out of range") }
        item = Value(.int(Int64(text.bytes[at])), tag: GoNumber.uint8, origin: item.origin)
      case .map(let map):
        let isStrings = item.tag & ~GoTag.boxed == GoMap.strings
        switch key.payload {
        case .string(let name):
          if let found = map[name] {
            item = isStrings ? found : found.boxed
          } else {
            item = isStrings ? .string(.empty, item.origin) : Value(.null, tag: GoTag.boxed, origin: item.origin)
          }
        case .null: throw TemplateError("value is nil; should be of type string")
        default: throw TemplateError("value has type \(key.goTypeName); should be string")
        }
      case .object(let object as GoObject):
        guard object.isMap || object.rangeEntries != nil else {
          throw TemplateError("can't index item of type \(item.goTypeName)")
        }
        item = object.index(key.unboxed) ?? Value(.null, tag: GoTag.boxed)
      default: throw TemplateError("can't index item of type \(item.goTypeName)")
      }
    }
    return item
  }

  private func slice(_ values: [Value]) throws(TemplateError) -> Value {
    let item = values[0]
    let indexes = values.dropFirst()
    if item.isNull { throw TemplateError("slice of untyped nil") }
    if indexes.count > 3 { throw TemplateError("too many slice indexes: \(indexes.count)") }
    let count: Int
    switch item.payload {
    case .string(let text):
      if indexes.count == 3 { throw TemplateError("cannot 3-index slice a string") }
      count = text.count
    case .list(let list): count = list.items.count
    default: throw TemplateError("can't slice item of type \(item.goTypeName)")
    }
    var bounds = [0, count]
    for (place, index) in indexes.enumerated() {
      let at = try position(index, capacity: count)
      if place < bounds.count { bounds[place] = at } else { bounds.append(at) }
    }
    if bounds[0] > bounds[1] { throw TemplateError("invalid slice index: \(bounds[0]) > \(bounds[1])") }
    if bounds.count == 3, bounds[1] > bounds[2] { throw TemplateError("invalid slice index: \(bounds[1]) > \(bounds[2])") }
    let range = bounds[0]..<bounds[1]
    switch item.payload {
    case .string(let text): return Value(.string(text.slice(range)), origin: item.origin)
    case .list(let list):
      return Value(.list(ValueList(Array(list.items[range]))), tag: item.tag & ~GoTag.boxed, origin: item.origin)
    default: return item
    }
  }

  // MARK: call

  private func callValue(_ values: [Value], _ operands: [Operand]) throws(TemplateError) -> Value {
    let callee = values[0]
    let name = operands.count > 1 ? frame.definition.source.text(of: operands[1]) : GoFormatter.string(callee)
    if callee.isNull { throw TemplateError("call of nil") }
    guard case .object(let object as GoObject) = callee.payload, let function = object.function else {
      throw TemplateError("non-function \(name) of type \(callee.goTypeName)")
    }
    let given = Array(values.dropFirst())
    let fixed = function.parameters.count
    if function.variadic != nil, given.count < fixed {
      throw TemplateError("wrong number of args for \(name): got \(given.count) want at least \(fixed)")
    } else if function.variadic == nil, given.count != fixed {
      throw TemplateError("wrong number of args for \(name): got \(given.count) want \(fixed)")
    }
    var arguments: [Value] = []
    for (index, value) in given.enumerated() {
      let type = index < fixed ? function.parameters[index] : function.variadic ?? .any
      do {
        arguments.append(try validated(value.unboxed, type).unboxed)
      } catch {
        throw TemplateError(
          value.isNull
            ? "arg \(index): value is nil; should be of type \(type.name)"
            : "arg \(index): value has type \(value.goTypeName); should be \(type.name)")
      }
    }
    let call = TemplateCall(
      provenance: provenance, origin: tracker.shown(.none, action: frame.action, context: frame.context), executor: self)
    let result = try function.body(call, arguments)
    return result.isNull ? result.boxed : result
  }

  // MARK: Escapes

  private func escaped(_ values: [Value], _ escape: (Text, inout TextBuilder) -> Void) -> Value {
    let whole: Text
    if values.count == 1, let text = values[0].text {
      whole = text
    } else {
      var formatter = GoFormatter(depth: limits.nesting, bytes: limits.outputBytes)
      formatter.sprint(values.map { $0.isNull ? .string("<no value>", $0.origin) : $0 })
      whole = formatter.out.build()
    }
    var out = TextBuilder()
    escape(whole, &out)
    return Value(.string(out.build()), origin: joined(values))
  }
}

/// `html`, `js` and `urlquery`.
enum GoEscape {
  /// Copies a text, replacing the ranges for which `replace` gives bytes. Runs of what is copied stay.
  private static func rewrite(
    _ text: Text, _ out: inout TextBuilder, _ replace: (_ scalar: UInt32, _ byte: UInt8, _ width: Int) -> String?
  ) {
    var copied = 0
    var at = 0
    while at < text.count {
      let (scalar, width) = GoRune.decode(text.bytes, at)
      if let other = replace(scalar, text.bytes[at], width) {
        out.append(text, range: copied..<at)
        let index = text.runIndex(at: at)
        let origin = index < text.runs.count && Int(text.runs[index].start) <= at ? text.runs[index].origin : .none
        out.append(other, origin: origin)
        copied = at + width
      }
      at += width
    }
    out.append(text, range: copied..<text.count)
  }

  static func html(_ text: Text, _ out: inout TextBuilder) {
    rewrite(text, &out) { scalar, _, _ in
      switch scalar {
      case 0: "\u{FFFD}"
      case 0x22: "&#34;"
      case 0x27: "&#39;"
      case 0x26: "&amp;"
      case 0x3C: "&lt;"
      case 0x3E: "&gt;"
      default: nil
      }
    }
  }

  static func javaScript(_ text: Text, _ out: inout TextBuilder) {
    rewrite(text, &out) { scalar, _, _ in
      switch scalar {
      case 0x5C: return "\\\\"
      case 0x27: return "\\'"
      case 0x22: return "\\\""
      case 0x3C, 0x3E, 0x26, 0x3D, ..<0x20: return "\\u" + GoRune.hex(scalar, width: 4, uppercase: true)
      case 0x80...: return GoRune.isPrint(scalar) ? nil : "\\u" + GoRune.hex(scalar, width: 4, uppercase: true)
      default: return nil
      }
    }
  }

  /// `url.QueryEscape`.
  static func query(_ text: Text, _ out: inout TextBuilder) {
    rewrite(text, &out) { scalar, byte, width in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
        return nil
      case UInt8(ascii: " "): return "+"
      default:
        if width == 1 { return "%" + GoRune.hex(UInt32(byte), width: 2, uppercase: true) }
        guard let rune = Unicode.Scalar(scalar) else { return nil }
        return String(Character(rune)).utf8.map { "%" + GoRune.hex(UInt32($0), width: 2, uppercase: true) }.joined()
      }
    }
  }
}
