import SourceText
import Values

/// Why the evaluation of an expression was given up.
package struct HCLError: Error {
  /// A stable name without area: "unsupported-attribute". The language above puts its own before it.
  package var code: String
  package var message: String
  package var span: SourceSpan?

  package init(_ code: String, _ message: String, at span: SourceSpan? = nil) {
    self.code = code
    self.message = message
    self.span = span
  }

  package func at(_ span: SourceSpan) -> HCLError {
    self.span == nil ? HCLError(code, message, at: span) : self
  }
}

/// One parameter of a function (go-cty, `function.Parameter`).
package struct HCLParameter: Sendable {
  package var name: String
  package var type: HCLType
  package var allowsNull = false
  /// Called all the same where the argument as a whole is unknown.
  package var allowsUnknown = false
  /// Gets marked values; the function passes marks on itself.
  package var allowsMarked = false

  package init(_ name: String, _ type: HCLType, null: Bool = false, unknown: Bool = false, marked: Bool = false) {
    self.name = name
    self.type = type
    allowsNull = null
    allowsUnknown = unknown
    allowsMarked = marked
  }
}

/// One call of a function.
package struct HCLCall {
  package let name: String
  package let arguments: [HCLValue]
  package let span: SourceSpan
  package let evaluator: HCLEvaluator

  /// Refuses an argument.
  package func fail(_ message: String) -> HCLError { HCLError("invalid-function-argument", "\(name): \(message)", at: span) }

  package func string(_ index: Int) -> String { index < arguments.count ? arguments[index].string ?? "" : "" }

  package func text(_ index: Int) -> Text { index < arguments.count ? arguments[index].text ?? .empty : .empty }

  package func number(_ index: Int) -> HCLNumber { index < arguments.count ? arguments[index].number ?? HCLNumber(0) : HCLNumber(0) }

  /// A whole number.
  package func int(_ index: Int) throws(HCLError) -> Int {
    guard let value = number(index).int else { throw fail("a whole number is required") }
    return value
  }
}

package struct HCLFunction: Sendable {
  package typealias Body = @Sendable (HCLCall) throws(HCLError) -> HCLValue

  package var parameters: [HCLParameter]
  package var variadic: HCLParameter?
  /// Type of the result where an argument is unknown.
  package var result: HCLType
  package var body: Body

  package init(
    _ parameters: [HCLParameter], variadic: HCLParameter? = nil, result: HCLType = .dynamic, _ body: @escaping Body
  ) {
    self.parameters = parameters
    self.variadic = variadic
    self.result = result
    self.body = body
  }
}

/// Small helpers for JSON text.
enum HCLJSON {
  static func quote(_ text: String) -> String {
    var out: [UInt8] = []
    JSONWriter().writeString(Array(text.utf8), to: &out)
    return out.lossyString
  }
}

extension HCLValue {
  /// As JSON text for tools: sets as lists, unknown parts as `{"unknown":true}`, numbers with all digits.
  package func writeJSON(to out: inout [UInt8]) {
    switch payload {
    case .null: out.append(contentsOf: "null".utf8)
    case .bool(let flag): out.append(contentsOf: (flag ? "true" : "false").utf8)
    case .number(let number): out.append(contentsOf: (number.isInfinite ? "null" : number.text).utf8)
    case .string(let text): JSONWriter().writeString(text.bytes, to: &out)
    case .list(let items, _), .set(let items, _), .tuple(let items):
      out.append(UInt8(ascii: "["))
      for (place, item) in items.enumerated() {
        if place > 0 { out.append(UInt8(ascii: ",")) }
        item.writeJSON(to: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .map(let map, _), .object(let map):
      out.append(UInt8(ascii: "{"))
      for (place, entry) in map.entries.enumerated() {
        if place > 0 { out.append(UInt8(ascii: ",")) }
        JSONWriter().writeString(entry.key.bytes, to: &out)
        out.append(UInt8(ascii: ":"))
        entry.value.writeJSON(to: &out)
      }
      out.append(UInt8(ascii: "}"))
    case .unknown: out.append(contentsOf: #"{"unknown":true}"#.utf8)
    }
  }
}
