import HCL
import Patterns
import SourceText
import Values

/// `regex`, `regexall`, `replace` (go-cty `function/stdlib/regexp.go`, terraform `internal/lang/funcs/string.go`).
extension TerraformFunctions {
  private static func pattern(_ call: HCLCall, _ index: Int) throws(HCLError) -> Pattern {
    do throws(PatternError) {
      return try Pattern(call.string(index))
    } catch {
      throw call.fail("invalid regular expression: \(error.message)")
    }
  }

  private static func type(_ pattern: Pattern) -> HCLType {
    let names = pattern.groupNames.dropFirst()
    if names.isEmpty { return .string }
    if names.contains(where: { $0 != nil }) {
      return .object(Dictionary(names.compactMap { $0.map { ($0, HCLType.string) } }, uniquingKeysWith: { $1 }))
    }
    return .tuple(names.map { _ in .string })
  }

  private static func result(_ match: PatternMatch, _ pattern: Pattern, _ call: HCLCall) -> HCLValue {
    let text = call.text(1)
    let whole = call.arguments[1].origin
    let origins = call.evaluator.provenance.origins
    func value(_ range: Range<Int>?) -> HCLValue {
      guard let range else { return .null(.string) }
      return .string(text.slice(range), range.isEmpty ? whole : text.origin(of: range, in: origins, whole: whole))
    }
    let names = Array(pattern.groupNames.dropFirst())
    if names.isEmpty { return value(match.range) }
    if names.contains(where: { $0 != nil }) {
      return .object(names.enumerated().compactMap { place, name in name.map { ($0, value(match[place + 1])) } })
    }
    return .tuple(names.indices.map { value(match[$0 + 1]) })
  }

  static var patterns: [String: HCLFunction] {
    var table: [String: HCLFunction] = [:]
    let parameters = [HCLParameter("pattern", .string), HCLParameter("string", .string)]
    table["regex"] = HCLFunction(parameters) { (call) throws(HCLError) in
      let pattern = try pattern(call, 0)
      try checkNames(pattern, call)
      let match: PatternMatch?
      do throws(PatternError) {
        match = try pattern.firstMatch(in: call.text(1).bytes)
      } catch {
        throw call.fail(error.message)
      }
      guard let match else { throw call.fail("the pattern did not match any part of the string") }
      return result(match, pattern, call)
    }
    table["regexall"] = HCLFunction(parameters) { (call) throws(HCLError) in
      let pattern = try pattern(call, 0)
      try checkNames(pattern, call)
      do throws(PatternError) {
        let matches = try pattern.allMatches(in: call.text(1).bytes)
        return .list(matches.map { result($0, pattern, call) }, of: type(pattern))
      } catch {
        throw call.fail(error.message)
      }
    }
    table["replace"] = HCLFunction(
      [HCLParameter("str", .string), HCLParameter("substr", .string), HCLParameter("replace", .string)], result: .string
    ) { (call) throws(HCLError) in
      let text = call.text(0)
      let search = call.text(1).bytes
      let replacement = call.text(2)
      var builder = TextBuilder()
      func copy(_ range: Range<Int>) { builder.append(text, range: range, origin: call.arguments[0].origin) }
      if search.count > 1, search.first == UInt8(ascii: "/"), search.last == UInt8(ascii: "/") {
        do throws(PatternError) {
          let pattern = try Pattern(Array(search[1..<search.count - 1]))
          for piece in try pattern.replacementPieces(in: text.bytes, template: replacement.bytes)
          where builder.count <= call.evaluator.limits.outputBytes {
            switch piece {
            case .text(let range): copy(range)
            case .replacement(let range): builder.append(replacement, range: range, origin: call.arguments[2].origin)
            }
          }
        } catch {
          throw call.fail("invalid regular expression: \(error.message)")
        }
      } else {
        var from = 0
        var places = occurrences(of: search, in: text.bytes)
        if search.isEmpty {
          // Go puts the replacement before each character and at the end.
          var at = 0
          places = [0]
          for scalar in text.string.unicodeScalars {
            at += UTF8.width(scalar)
            places.append(at)
          }
        }
        for place in places {
          guard builder.count <= call.evaluator.limits.outputBytes else { throw call.fail("the text grows too large") }
          copy(from..<place)
          builder.append(replacement, origin: call.arguments[2].origin)
          from = place + search.count
        }
        copy(from..<text.count)
      }
      guard builder.count <= call.evaluator.limits.outputBytes else { throw call.fail("the text grows too large") }
      return .string(builder.build(), call.evaluator.derived(call.span, from: call.arguments))
    }
    return table
  }

  private static func checkNames(_ pattern: Pattern, _ call: HCLCall) throws(HCLError) {
    let names = pattern.groupNames.dropFirst()
    if names.contains(where: { $0 != nil }), names.contains(where: { $0 == nil }) {
      throw call.fail("named and unnamed groups cannot be mixed")
    }
  }
}
