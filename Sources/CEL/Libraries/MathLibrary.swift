import SourceText
import Values

extension CELLibrary {
  /// cel-go ext/math.go.
  static let math: [CELOverload] = {
    var result: [CELOverload] = []
    let numbers: [CELType] = [.int, .uint, .double]
    @Sendable func extreme(_ values: [Value], _ wanted: Operations.Order) throws(CELError) -> Value {
      guard var best = values.first else { throw CELError("no numbers") }
      for value in values {
        if value.isUnknown { return value }
        guard value.number != nil else { throw CELError("no such overload: \(CELValue.typeName(value)) is no number") }
        if Operations.compareNumbers(value, best) == wanted { best = value }
      }
      return best
    }
    for (name, wanted) in [("math.greatest", Operations.Order.greater), ("math.least", .less)] {
      for type in numbers {
        result.append(CELOverload(name, [type], type) { _, v in v[0] })
        result.append(CELOverload(name, [type, type], type) { _, v throws(CELError) in try extreme(v, wanted) })
        result.append(CELOverload(name, [type, type, type], type, variadic: true) { _, v throws(CELError) in try extreme(v, wanted) })
        result.append(
          CELOverload(name, [.list(type)], type) { _, v throws(CELError) in try extreme(v[0].items, wanted) })
      }
      for left in numbers {
        for right in numbers where left != right {
          result.append(CELOverload(name, [left, right], .dyn) { _, v throws(CELError) in try extreme(v, wanted) })
        }
      }
      result.append(CELOverload(name, [.dyn, .dyn, .dyn], .dyn, variadic: true) { _, v throws(CELError) in try extreme(v, wanted) })
      result.append(CELOverload(name, [.list(.dyn)], .dyn) { _, v throws(CELError) in try extreme(v[0].items, wanted) })
    }
    func real(_ name: String, _ body: @escaping @Sendable (Double) -> Double) {
      result.append(CELOverload(name, [.double], .double) { _, v in .double(body(v[0].number ?? 0)) })
    }
    real("math.ceil") { $0.rounded(.up) }
    real("math.floor") { $0.rounded(.down) }
    real("math.round") { $0.rounded(.toNearestOrAwayFromZero) }
    real("math.trunc") { $0.rounded(.towardZero) }
    real("math.abs") { $0.magnitude }
    real("math.sign") { $0.isNaN || $0 == 0 ? $0 : $0 < 0 ? -1 : 1 }
    real("math.sqrt") { $0.squareRoot() }
    result += [
      CELOverload("math.sqrt", [.int], .double) { _, v in .double(Double(v[0].whole).squareRoot()) },
      CELOverload("math.sqrt", [.uint], .double) { _, v in .double(Double(UInt64(bitPattern: v[0].whole)).squareRoot()) },
      CELOverload("math.abs", [.int], .int) { _, v throws(CELError) in
        guard v[0].whole != Int64.min else { throw CELError("integer overflow") }
        return .int(abs(v[0].whole))
      },
      CELOverload("math.abs", [.uint], .uint) { _, v in v[0] },
      CELOverload("math.sign", [.int], .int) { _, v in .int(v[0].whole.signum()) },
      CELOverload("math.sign", [.uint], .uint) { _, v in CELValue.uint(v[0].whole == 0 ? 0 : 1) },
      CELOverload("math.isInf", [.double], .bool) { _, v in .bool(v[0].number?.isInfinite ?? false) },
      CELOverload("math.isNaN", [.double], .bool) { _, v in .bool(v[0].number?.isNaN ?? false) },
      CELOverload("math.isFinite", [.double], .bool) { _, v in .bool(v[0].number?.isFinite ?? false) },
      CELOverload("math.bitNot", [.int], .int) { _, v in .int(~v[0].whole) },
      CELOverload("math.bitNot", [.uint], .uint) { _, v in CELValue.uint(~UInt64(bitPattern: v[0].whole)) },
    ]
    func bits(_ name: String, _ body: @escaping @Sendable (Int64, Int64) -> Int64) {
      for type in [CELType.int, .uint] {
        result.append(CELOverload(name, [type, type], type) { _, v in Value(.int(body(v[0].whole, v[1].whole)), tag: v[0].tag == CELValue.uintTag ? v[0].tag : 0) })
      }
    }
    bits("math.bitAnd") { $0 & $1 }
    bits("math.bitOr") { $0 | $1 }
    bits("math.bitXor") { $0 ^ $1 }
    for (name, left) in [("math.bitShiftLeft", true), ("math.bitShiftRight", false)] {
      for type in [CELType.int, .uint] {
        result.append(
          CELOverload(name, [type, .int], type) { _, v throws(CELError) in
            guard v[1].whole >= 0 else { throw CELError("\(name)() with a negative offset: \(v[1].whole)") }
            let bits = UInt64(bitPattern: v[0].whole)
            // Swift's smart shifts give 0 beyond the width, as Go does; the shift of an int is a logical one.
            let shifted = left ? bits << UInt64(v[1].whole) : bits >> UInt64(v[1].whole)
            return Value(.int(Int64(bitPattern: shifted)), tag: v[0].tag == CELValue.uintTag ? v[0].tag : 0)
          })
      }
    }
    return result
  }()
}
