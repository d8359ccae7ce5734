import Glibc
import HCL
import SourceText
import Values

/// `format` and `formatlist` (go-cty `function/stdlib/format.go`): Go's verbs, widths in characters as people see them.
enum FormatFunction {
  static let format = HCLFunction(
    [HCLParameter("format", .string)], variadic: HCLParameter("args", .dynamic, null: true, unknown: true), result: .string
  ) { (call) throws(HCLError) in
    if let vague = call.arguments.dropFirst().first(where: { if case .null(.dynamic) = $0.payload { true } else { false } }) {
      // As terraform has it: a null without a type may still become anything.
      return .unknown(.string, "null without a type", vague.origin)
    }
    return try run(call, Array(call.arguments.dropFirst()))
  }

  static let formatList = HCLFunction(
    [HCLParameter("format", .string)], variadic: HCLParameter("args", .dynamic, null: true, unknown: true), result: .list(.string)
  ) { (call) throws(HCLError) in
    let arguments = Array(call.arguments.dropFirst())
    if let vague = arguments.first(where: { if case .null(.dynamic) = $0.payload { true } else { false } }) {
      return .unknown(.list(.string), "null without a type", vague.origin)
    }
    var length: Int?
    for argument in arguments where !argument.isNull {
      let isSequence = switch argument.type {
      case .list, .set, .tuple: true
      default: false
      }
      if argument.isUnknown, isSequence || argument.type == .dynamic {
        return TerraformFunctions.unknown(.list(.string), [argument])
      }
      guard let items = argument.items else { continue }
      if let length, length != items.count {
        throw call.fail("the lists have different lengths: \(length) and \(items.count)")
      }
      length = items.count
    }
    if length == 0 { return .list([], of: .string) }
    var result: [HCLValue] = []
    for place in 0..<(length ?? 1) {
      let row = arguments.map { argument in argument.isNull ? argument : argument.items?[place] ?? argument }
      result.append(try run(call, row))
    }
    return .list(result, of: .string)
  }

  private struct Verb {
    var plus = false, minus = false, sharp = false, zero = false, space = false
    var width: Int?
    var precision: Int?
    var mode: UInt8 = 0
    var raw = ""
  }

  private static func run(_ call: HCLCall, _ arguments: [HCLValue]) throws(HCLError) -> HCLValue {
    let text = call.text(0)
    let bytes = text.bytes
    let origin = call.arguments[0].origin
    var parts: [HCLValue] = []
    var at = 0
    var from = 0
    var next = 0
    var used = -1
    func literal(_ end: Int) {
      if end > from { parts.append(.string(text.slice(from..<end), origin)) }
    }
    // Go's fmt takes no more either.
    let limit = 1_000_000
    func number() -> Int? {
      let start = at
      while at < bytes.count, bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") { at += 1 }
      return at > start ? min(Int(String(decoding: bytes[start..<at], as: UTF8.self)) ?? .max, limit + 1) : nil
    }
    while at < bytes.count {
      guard bytes[at] == UInt8(ascii: "%") else {
        at += 1
        continue
      }
      literal(at)
      let start = at
      at += 1
      var verb = Verb()
      flags: while at < bytes.count {
        switch bytes[at] {
        case UInt8(ascii: "+"): verb.plus = true
        case UInt8(ascii: "-"): verb.minus = true
        case UInt8(ascii: "#"): verb.sharp = true
        case UInt8(ascii: "0"): verb.zero = true
        case UInt8(ascii: " "): verb.space = true
        default: break flags
        }
        at += 1
      }
      verb.width = number()
      if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
        at += 1
        verb.precision = number() ?? 0
      }
      guard (verb.width ?? 0) <= limit, (verb.precision ?? 0) <= limit else { throw call.fail("a width or precision over \(limit) at offset \(start)") }
      if at < bytes.count, bytes[at] == UInt8(ascii: "[") {
        at += 1
        guard let index = number(), index > 0, at < bytes.count, bytes[at] == UInt8(ascii: "]") else {
          throw call.fail("malformed argument index at offset \(start)")
        }
        at += 1
        next = index - 1
      }
      guard at < bytes.count else { throw call.fail("the format ends within a verb at offset \(start)") }
      verb.mode = bytes[at]
      at += 1
      verb.raw = String(decoding: bytes[start..<at], as: UTF8.self)
      from = at
      if verb.mode == UInt8(ascii: "%"), at == start + 2 {
        parts.append(.string("%", origin))
        continue
      }
      guard next < arguments.count else {
        throw call.fail("not enough arguments for '\(verb.raw)' at \(start): \(arguments.count) given")
      }
      used = max(used, next)
      parts.append(try piece(verb, arguments[next], call))
      next += 1
    }
    literal(bytes.count)
    if used + 1 < arguments.count, arguments.allSatisfy(\.isWhollyKnown) {
      throw call.fail("too many arguments; only \(used + 1) used by the format")
    }
    try TerraformFunctions.checkSize(parts, call)
    return HCLText.join(parts, origin: call.evaluator.derived(call.span, from: call.arguments))
  }

  private static func piece(_ verb: Verb, _ value: HCLValue, _ call: HCLCall) throws(HCLError) -> HCLValue {
    func unsupported(_ why: String) -> HCLError { call.fail("unsupported value for '\(verb.raw)': \(why)") }
    guard "vtbdoxXeEfgGsq".utf8.contains(verb.mode) else { throw call.fail("unsupported verb '\(verb.raw)'") }
    if !value.isWhollyKnown {
      let plain = (verb.mode == UInt8(ascii: "s") || verb.mode == UInt8(ascii: "v")) && verb.width == nil && verb.precision == nil && !verb.sharp
      if plain, value.isUnknown, value.type == .string || value.type == .dynamic { return value }
      return .unknown(.string, value.unknownReason ?? "unknown", value.origin, notNull: true)
    }
    if verb.mode != UInt8(ascii: "v"), value.isNull { throw unsupported("null cannot be formatted") }
    func converted(_ type: HCLType) throws(HCLError) -> HCLValue {
      do throws(HCLConversionError) {
        return try HCLConversion.convert(value, to: type)
      } catch {
        throw unsupported(error.message)
      }
    }
    func made(_ text: String) -> HCLValue { .string(text, value.origin) }
    switch verb.mode {
    case UInt8(ascii: "v"):
      if !verb.sharp {
        if value.text != nil, verb.width == nil { return value }
        if let text = value.string { return made(pad(text, verb)) }
        if let number = value.number { return made(pad(general(number, verb.precision), verb)) }
      }
      return made(pad(JSONText.encode(value).string, verb))
    case UInt8(ascii: "t"): return made(try converted(.bool).bool == true ? "true" : "false")
    case UInt8(ascii: "s"), UInt8(ascii: "q"):
      let text = try converted(.string)
      if verb.mode == UInt8(ascii: "s"), verb.width == nil, (verb.precision ?? 0) == 0 { return text.with(origin: value.origin) }
      var string = text.string ?? ""
      if let precision = verb.precision, precision > 0 { string = String(string.prefix(precision)) }
      if verb.mode == UInt8(ascii: "q") { string = JSONText.encode(.string(string)).string }
      return made(pad(string, verb))
    case UInt8(ascii: "b"), UInt8(ascii: "d"), UInt8(ascii: "o"), UInt8(ascii: "x"), UInt8(ascii: "X"):
      guard let number = try converted(.number).number, number.isInteger else { throw unsupported("a whole number is required") }
      return made(integer(number, verb))
    default:
      guard let number = try converted(.number).number else { throw unsupported("a number is required") }
      return made(float(number.double, number, verb))
    }
  }

  private static func pad(_ text: String, _ verb: Verb) -> String {
    guard let width = verb.width, text.count < width else { return text }
    let fill = String(repeating: verb.zero ? "0" : " ", count: width - text.count)
    return verb.minus ? text + fill : fill + text
  }

  private static func signed(_ digits: String, negative: Bool, _ verb: Verb) -> String {
    let sign = negative ? "-" : verb.plus ? "+" : verb.space ? " " : ""
    guard let width = verb.width, digits.utf8.count + sign.utf8.count < width else { return sign + digits }
    let missing = width - digits.utf8.count - sign.utf8.count
    if verb.minus { return sign + digits + String(repeating: " ", count: missing) }
    if verb.zero { return sign + String(repeating: "0", count: missing) + digits }
    return String(repeating: " ", count: missing) + sign + digits
  }

  private static func integer(_ number: HCLNumber, _ verb: Verb) -> String {
    let magnitude = number.isNegative ? -number : number
    var digits: String
    let radix: UInt32 = switch verb.mode {
    case UInt8(ascii: "b"): 2
    case UInt8(ascii: "o"): 8
    case UInt8(ascii: "x"), UInt8(ascii: "X"): 16
    default: 10
    }
    if radix == 10 {
      digits = magnitude.text
    } else if let small = magnitude.int {
      digits = String(small, radix: Int(radix), uppercase: verb.mode == UInt8(ascii: "X"))
    } else {
      digits = magnitude.text(radix: radix)
      if verb.mode == UInt8(ascii: "X") { digits = digits.uppercased() }
    }
    if let precision = verb.precision, digits.utf8.count < precision {
      digits = String(repeating: "0", count: precision - digits.utf8.count) + digits
    }
    if verb.sharp {
      switch verb.mode {
      case UInt8(ascii: "b"): digits = "0b" + digits
      case UInt8(ascii: "o"): digits = "0" + digits
      case UInt8(ascii: "x"): digits = "0x" + digits
      case UInt8(ascii: "X"): digits = "0X" + digits
      default: break
      }
    }
    return signed(digits, negative: number.isNegative, verb)
  }

  private static func float(_ value: Double, _ number: HCLNumber, _ verb: Verb) -> String {
    var digits: String
    switch verb.mode {
    case UInt8(ascii: "g"), UInt8(ascii: "G"):
      digits = general(number.isNegative ? -number : number, verb.precision)
      if verb.mode == UInt8(ascii: "G") { digits = digits.uppercased() }
    default:
      let conversion = String(UnicodeScalar(verb.mode))
      digits = printed("%.\(verb.precision ?? 6)\(conversion)", value.magnitude)
    }
    return signed(digits, negative: number.isNegative, verb)
  }

  private static func printed(_ format: String, _ value: Double) -> String {
    var buffer = [CChar](repeating: 0, count: 12_000)
    let count = withVaList([value]) { vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer.prefix(max(0, min(Int(count), buffer.count - 1))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Go's `%g` of a big float: the shortest digits, with an exponent from 10^6 on.
  static func general(_ number: HCLNumber, _ precision: Int?) -> String {
    if let precision { return printed("%.\(max(1, precision))g", number.double) }
    let text = number.text
    let negative = text.hasPrefix("-")
    var plain = Substring(negative ? text.dropFirst() : text[...])
    var exponent = 0
    if let point = plain.firstIndex(of: ".") {
      exponent = plain.distance(from: plain.startIndex, to: point)
      plain = plain[..<point] + plain[plain.index(after: point)...]
    } else {
      exponent = plain.count
    }
    var digits = String(plain)
    while digits.hasPrefix("0"), digits.count > 1 {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.hasSuffix("0"), digits.count > 1 { digits.removeLast() }
    if digits == "0" { return "0" }
    let scientific = exponent - 1
    guard scientific < -4 || scientific >= 6 else { return text }
    let tail = digits.dropFirst()
    let power = scientific.magnitude < 10 ? "0\(scientific.magnitude)" : "\(scientific.magnitude)"
    return (negative ? "-" : "") + digits.prefix(1) + (tail.isEmpty ? "" : "." + tail) + "e" + (scientific < 0 ? "-" : "+") + power
  }
}
