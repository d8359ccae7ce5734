import Glibc
import HCL
import SourceText
import Values

/// Functions on numbers (go-cty `function/stdlib/number.go`, terraform `internal/lang/funcs/number.go`).
extension TerraformFunctions {
  /// A result of 64-bit arithmetic, which terraform prints with no more digits than that has.
  private static func shortest(_ value: Double) -> HCLNumber {
    value.isFinite ? HCLNumber(value.description) ?? HCLNumber(value) : HCLNumber(value)
  }

  static var numbers: [String: HCLFunction] {
    var table: [String: HCLFunction] = [:]
    let num = HCLParameter("num", .number)
    table["abs"] = HCLFunction([num], result: .number) { (call) throws(HCLError) in
      .number(call.number(0).isNegative ? -call.number(0) : call.number(0))
    }
    table["ceil"] = HCLFunction([num], result: .number) { (call) throws(HCLError) in .number(call.number(0).ceiling) }
    table["floor"] = HCLFunction([num], result: .number) { (call) throws(HCLError) in .number(call.number(0).floor) }
    table["signum"] = HCLFunction([num], result: .number) { (call) throws(HCLError) in
      let value = call.number(0)
      return .number(value.isZero ? 0 : value.isNegative ? -1 : 1)
    }
    table["log"] = HCLFunction([num, HCLParameter("base", .number)], result: .number) { (call) throws(HCLError) in
      let value = Glibc.log(call.number(0).double) / Glibc.log(call.number(1).double)
      guard !value.isNaN else { throw call.fail("the logarithm is not defined") }
      return .number(shortest(value))
    }
    table["pow"] = HCLFunction([num, HCLParameter("power", .number)], result: .number) { (call) throws(HCLError) in
      let value = Glibc.pow(call.number(0).double, call.number(1).double)
      guard !value.isNaN else { throw call.fail("the power is not defined") }
      return .number(shortest(value))
    }
    for name in ["max", "min"] {
      table[name] = HCLFunction([], variadic: HCLParameter("numbers", .number), result: .number) { (call) throws(HCLError) in
        guard var best = call.arguments.first else { throw call.fail("at least one number is required") }
        for value in call.arguments.dropFirst() {
          if let a = best.number, let b = value.number, name == "max" ? a < b : b < a { best = value }
        }
        return best
      }
    }
    table["parseint"] = HCLFunction([HCLParameter("number", .dynamic), HCLParameter("base", .number)], result: .number) { (call) throws(HCLError) in
      guard let text = call.arguments[0].string else { throw call.fail("the first argument must be a string") }
      let base = try call.int(1)
      guard (2...62).contains(base) else { throw call.fail("the base must lie between 2 and 62") }
      guard let value = HCLNumber(digits: text, radix: base) else { throw call.fail("cannot parse the text in base \(base)") }
      return .number(value)
    }
    return table
  }
}
