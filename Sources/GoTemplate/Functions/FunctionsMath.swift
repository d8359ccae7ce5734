import Glibc
import Values

/// Sprig's arithmetic (numeric.go, functions.go). Integers are int64 and wrap as Go's do.
enum MathFunctions {
  static let all: [TemplateFunction] = [
    .strict("atoi", [.string]) { _, a in at(Value(.int(atoi(a.bytes(0))), tag: GoNumber.int), a) },
    .strict("int", [.any]) { _, a in at(Value(.int(GoCast.int64(a.value(0))), tag: GoNumber.int), a) },
    .strict("int64", [.any]) { _, a in at(GoValue.int64(GoCast.int64(a.value(0))), a) },
    .strict("float64", [.any]) { _, a in at(GoValue.float64(GoCast.float64(a.value(0))), a) },
    .strict("toDecimal", [.any]) { _, a in
      let bytes = GoValue.text(a.value(0)).bytes
      let signed = bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+")
      let digits = signed ? bytes.dropFirst() : bytes[...]
      let value = GoCast.number(digits, base: 8, negative: bytes.first == UInt8(ascii: "-"))
      return at(GoValue.int64(value ?? 0), a)
    },
    .strict("add1", [.any]) { _, a in at(GoValue.int64(GoCast.int64(a.value(0)) &+ 1), a) },
    .strict("add", [], variadic: .any) { call, a in
      GoValue.int64(a.reduce(0) { $0 &+ GoCast.int64($1) }).with(origin: call.joined(a))
    },
    .strict("sub", [.any, .any]) { call, a in
      GoValue.int64(GoCast.int64(a.value(0)) &- GoCast.int64(a.value(1))).with(origin: call.joined(a))
    },
    .strict("mul", [.any], variadic: .any) { call, a in
      GoValue.int64(a.reduce(1) { $0 &* GoCast.int64($1) }).with(origin: call.joined(a))
    },
    .strict("div", [.any, .any]) { (call, a) throws(TemplateError) in
      let divisor = GoCast.int64(a.value(1))
      if divisor == 0 { throw TemplateError("runtime error: integer divide by zero") }
      return GoValue.int64(GoCast.int64(a.value(0)).dividedReportingOverflow(by: divisor).partialValue)
        .with(origin: call.joined(a))
    },
    .strict("mod", [.any, .any]) { (call, a) throws(TemplateError) in
      let divisor = GoCast.int64(a.value(1))
      if divisor == 0 { throw TemplateError("runtime error: integer divide by zero") }
      return GoValue.int64(GoCast.int64(a.value(0)).remainderReportingOverflow(dividingBy: divisor).partialValue)
        .with(origin: call.joined(a))
    },
    largest("max"),
    largest("biggest"),
    .strict("min", [.any], variadic: .any) { call, a in
      GoValue.int64(a.map(GoCast.int64).min() ?? 0).with(origin: call.joined(a))
    },
    .strict("maxf", [.any], variadic: .any) { call, a in
      GoValue.float64(extreme(a) { $0 > $1 || ($0 == $1 && $1.sign == .minus) }).with(origin: call.joined(a))
    },
    .strict("minf", [.any], variadic: .any) { call, a in
      GoValue.float64(extreme(a) { $0 < $1 || ($0 == $1 && $0.sign == .minus) }).with(origin: call.joined(a))
    },
    .strict("ceil", [.any]) { _, a in at(GoValue.float64(GoCast.float64(a.value(0)).rounded(.up)), a) },
    .strict("floor", [.any]) { _, a in at(GoValue.float64(GoCast.float64(a.value(0)).rounded(.down)), a) },
    .strict("round", [.any, .int], variadic: .float64) { _, a in
      let roundOn = a.count > 2 ? a.number(2) : 0.5
      let power = pow(10, Double(a.int(1)))
      let scaled = power * GoCast.float64(a.value(0))
      let fraction = scaled - scaled.rounded(.towardZero)
      let rounded = fraction >= roundOn ? scaled.rounded(.up) : scaled.rounded(.down)
      return at(GoValue.float64(rounded / power), a)
    },
    .strict("until", [.int]) { (call, a) throws(TemplateError) in
      try list(0, a.int(0), a.int(0) < 0 ? -1 : 1).with(origin: call.joined(a))
    },
    .strict("untilStep", [.int, .int, .int]) { (call, a) throws(TemplateError) in
      try list(a.int(0), a.int(1), a.int(2)).with(origin: call.joined(a))
    },
    .strict("seq", [], variadic: .int) { (call, a) throws(TemplateError) in
      let numbers = try sequence(a.indices.map { a.int($0) })
      return .string(Text(numbers.map(String.init).joined(separator: " ")), call.joined(a))
    },
    .strict("randInt", [.int, .int]) { (call, a) throws(TemplateError) in
      let (low, high) = (a.int(0), a.int(1))
      guard low < high, !high.subtractingReportingOverflow(low).overflow else {
        throw TemplateError("invalid argument to Intn")
      }
      return GoValue.int(Int.random(in: low..<high)).with(origin: call.origin)
    },
    .strict("add1f", [.any]) { (call, a) throws(TemplateError) in
      try decimal(call, a + [GoValue.int(1)]) { $0.adding($1) }
    },
    .strict("addf", [], variadic: .any) { (call, a) throws(TemplateError) in
      try decimal(call, [GoValue.float64(0)] + a) { $0.adding($1) }
    },
    .strict("subf", [.any], variadic: .any) { (call, a) throws(TemplateError) in
      try decimal(call, a) { $0.adding($1.negated) }
    },
    .strict("mulf", [.any], variadic: .any) { (call, a) throws(TemplateError) in
      try decimal(call, a) { $0.multiplied(by: $1) }
    },
    .strict("divf", [.any], variadic: .any) { (call, a) throws(TemplateError) in
      try decimal(call, a) { (x, y) throws(TemplateError) in
        guard let quotient = x.divided(by: y) else { throw TemplateError("decimal division by 0") }
        return quotient
      }
    },
  ]

  /// A number keeps the origin of what it was made of.
  private static func at(_ number: Value, _ a: [Value]) -> Value { number.with(origin: a.value(0).origin) }

  /// `strconv.Atoi` whose error sprig drops: an error of range leaves the nearest number, one of syntax 0.
  private static func atoi(_ text: [UInt8]) -> Int64 {
    if let value = GoCast.decimal(text) { return value }
    let signed = text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+")
    let digits = signed ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return 0 }
    return text.first == UInt8(ascii: "-") ? .min : .max
  }

  private static func largest(_ name: String) -> TemplateFunction {
    .strict(name, [.any], variadic: .any) { call, a in
      GoValue.int64(a.map(GoCast.int64).max() ?? 0).with(origin: call.joined(a))
    }
  }

  /// `math.Max` and `math.Min`: NaN wins.
  private static func extreme(_ a: [Value], _ wins: (Double, Double) -> Bool) -> Double {
    var result = GoCast.float64(a.value(0))
    for value in a.dropFirst() {
      let next = GoCast.float64(value)
      if result.isNaN { return result }
      if next.isNaN || wins(next, result) { result = next }
    }
    return result
  }

  /// Most numbers that one call may make.
  private static let longest = 1_000_000

  /// Sprig's `untilStep`.
  private static func numbers(_ start: Int, _ stop: Int, _ step: Int) throws(TemplateError) -> [Int] {
    if stop < start ? step >= 0 : step <= 0 { return [] }
    var result: [Int] = []
    var at = start
    while stop < start ? at > stop : at < stop {
      if result.count >= longest { throw TemplateError("list of more than \(longest) numbers", code: "template/too-large") }
      result.append(at)
      let (next, overflow) = at.addingReportingOverflow(step)
      if overflow { break }
      at = next
    }
    return result
  }

  private static func list(_ start: Int, _ stop: Int, _ step: Int) throws(TemplateError) -> Value {
    let items = try numbers(start, stop, step).map { GoValue.int($0) }
    return Value(.list(ValueList(items)), tag: GoList.ints)
  }

  private static func sequence(_ a: [Int]) throws(TemplateError) -> [Int] {
    func run(_ start: Int, _ step: Int, _ end: Int, _ increment: Int) throws(TemplateError) -> [Int] {
      let (stop, overflow) = end.addingReportingOverflow(increment)
      return overflow ? [] : try numbers(start, stop, step)
    }
    switch a.count {
    case 1:
      let step = a[0] < 1 ? -1 : 1
      return try run(1, step, a[0], step)
    case 2:
      let step = a[1] < a[0] ? -1 : 1
      return try run(a[0], step, a[1], step)
    case 3:
      if a[2] < a[0] { return a[1] > 0 ? [] : try run(a[0], a[1], a[2], -1) }
      return try run(a[0], a[1], a[2], 1)
    default: return []
    }
  }

  private static func decimal(
    _ call: TemplateCall, _ a: [Value], _ operation: (BigDecimal, BigDecimal) throws(TemplateError) -> BigDecimal
  ) throws(TemplateError) -> Value {
    var result: BigDecimal?
    for value in a {
      let number = GoCast.float64(value)
      guard let next = BigDecimal(number) else {
        throw TemplateError("Cannot create a Decimal from \(number.isNaN ? "NaN" : number > 0 ? "+Inf" : "-Inf")")
      }
      result = try result.map { (sum: BigDecimal) throws(TemplateError) -> BigDecimal in try operation(sum, next) } ?? next
    }
    return GoValue.float64(result?.double ?? 0).with(origin: call.joined(a))
  }
}
