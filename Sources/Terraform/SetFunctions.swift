import HCL
import SourceText
import Values

/// Functions on sets (go-cty `function/stdlib/set.go`, `setproduct`).
extension TerraformFunctions {
  static var sets: [String: HCLFunction] {
    var table: [String: HCLFunction] = [:]
    let first = HCLParameter("first_set", .set(.dynamic))
    let others = HCLParameter("other_sets", .set(.dynamic))
    func operation(partly: Bool = false, _ combine: @escaping @Sendable ([HCLValue], [HCLValue]) -> [HCLValue]) -> HCLFunction {
      HCLFunction([first], variadic: others) { (call) throws(HCLError) in
        guard let type = HCLType.unify(call.arguments.map(\.type).filter { $0 != .set(.dynamic) }.isEmpty
          ? [.set(.dynamic)] : call.arguments.map(\.type).filter { $0 != .set(.dynamic) })
        else { throw call.fail("the sets must have the same type") }
        var sets: [[HCLValue]] = []
        for argument in call.arguments {
          let set = try convert(argument, type, call)
          guard set.isWhollyKnown || partly else { return unknown(type, [set]) }
          sets.append(set.items ?? [])
        }
        var result = sets.first ?? []
        for set in sets.dropFirst() {
          try checkPairs(result.count, set.count, call)
          result = combine(result, set)
          guard result.count <= elementLimit else { throw call.fail("more than \(elementLimit) elements") }
        }
        return .set(result, of: type.element ?? .dynamic)
      }
    }
    table["setunion"] = operation(partly: true) { $0 + $1 }
    table["setintersection"] = operation { a, b in a.filter { item in b.contains { HCLOrder.identical($0, item) } } }
    table["setsubtract"] = operation { a, b in a.filter { item in !b.contains { HCLOrder.identical($0, item) } } }
    table["setproduct"] = HCLFunction([], variadic: HCLParameter("sets", .dynamic, marked: true)) { (call) throws(HCLError) in
      guard call.arguments.count >= 2 else { throw call.fail("at least two arguments are required") }
      var rows: [[HCLValue]] = [[]]
      var types: [HCLType] = []
      var allSets = true
      var sensitive = false
      for argument in call.arguments {
        if argument.sensitive { sensitive = true }
        guard let items = argument.items else { throw call.fail("the arguments must be lists, sets or tuples") }
        var column = items
        switch argument.payload {
        case .set(_, let type): types.append(type)
        case .list(_, let type):
          allSets = false
          types.append(type)
        default:
          allSets = false
          guard let type = items.isEmpty ? .dynamic : HCLType.unify(items.map(\.type)) else {
            throw call.fail("all elements of an argument must have the same type")
          }
          types.append(type)
          column = []
          for item in items { column.append(try convert(item, type, call)) }
        }
        let (count, overflow) = rows.count.multipliedReportingOverflow(by: max(1, column.count))
        guard !overflow, count <= elementLimit else { throw call.fail("more than \(elementLimit) combinations") }
        rows = rows.flatMap { row in column.map { row + [$0] } }
      }
      let tuples = rows.map { HCLValue.tuple($0) }
      let type = HCLType.tuple(types)
      return (allSets ? HCLValue.set(tuples, of: type) : .list(tuples, of: type)).marked(sensitive)
    }
    return table
  }

  // MARK: Conversions

  static var conversions: [String: HCLFunction] {
    var table: [String: HCLFunction] = [:]
    func conversion(_ type: HCLType) -> HCLFunction {
      HCLFunction([HCLParameter("v", .dynamic, null: true, unknown: true, marked: true)], result: type) { (call) throws(HCLError) in
        let value = call.arguments[0]
        do throws(HCLConversionError) {
          let result = try HCLConversion.convert(value, to: type)
          if case .set = result.payload, result.isDeeplySensitive { return result.deeplyUnmarked.marked(true) }
          return result
        } catch {
          throw call.fail("cannot convert \(value.type.friendlyName) to \(type.friendlyName): \(error.message)")
        }
      }
    }
    table["tostring"] = conversion(.string)
    table["tonumber"] = conversion(.number)
    table["tobool"] = conversion(.bool)
    table["tolist"] = conversion(.list(.dynamic))
    table["toset"] = conversion(.set(.dynamic))
    table["tomap"] = conversion(.map(.dynamic))
    let any = HCLParameter("value", .dynamic, null: true, unknown: true, marked: true)
    table["sensitive"] = HCLFunction([any]) { (call) throws(HCLError) in call.arguments[0].marked(true) }
    table["nonsensitive"] = HCLFunction([any]) { (call) throws(HCLError) in call.arguments[0].unmarked }
    table["issensitive"] = HCLFunction([any], result: .bool) { (call) throws(HCLError) in
      if call.arguments[0].isUnknown, !call.arguments[0].sensitive { return unknown(.bool, call.arguments) }
      return .bool(call.arguments[0].sensitive)
    }
    table["ephemeralasnull"] = HCLFunction([any]) { (call) throws(HCLError) in call.arguments[0] }
    return table
  }
}
