import HCL
import SourceText
import Values

/// Functions on strings (go-cty `function/stdlib/string.go`, terraform `internal/lang/funcs/string.go`).
extension TerraformFunctions {
  private static let str = HCLParameter("str", .string)

  private static func mapped(_ change: @escaping @Sendable (String) -> String) -> HCLFunction {
    HCLFunction([str], result: .string) { (call) throws(HCLError) in .string(change(call.string(0))) }
  }

  /// One scalar for one: what has no single counterpart stays (Go's unicode.ToUpper).
  private static func simple(_ scalar: Unicode.Scalar, _ mapping: String) -> Unicode.Scalar {
    let scalars = mapping.unicodeScalars
    return scalars.count == 1 ? scalars.first ?? scalar : scalar
  }

  private static func scalars(_ text: String, _ change: (Unicode.Scalar) -> Unicode.Scalar) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(change(scalar)) }
    return String(result)
  }

  /// Go's strings.Title.
  private static func title(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var before: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      let separates: Bool
      if before.value < 0x80 {
        separates = !(before.properties.isAlphabetic || (before.value >= 48 && before.value <= 57) || before == "_")
      } else {
        separates = !(before.properties.isAlphabetic || before.properties.numericType != nil) && before.properties.isWhitespace
      }
      result.append(separates ? simple(scalar, scalar.properties.titlecaseMapping) : scalar)
      before = scalar
    }
    return String(result)
  }

  /// A part of the first argument, with its origins.
  private static func part(_ call: HCLCall, _ range: Range<Int>) -> HCLValue {
    .string(call.text(0).slice(range), call.evaluator.derived(call.span, from: [call.arguments[0]]))
  }

  private static func trimmed(_ text: Text, start: Bool, end: Bool, _ drops: (Unicode.Scalar) -> Bool) -> Range<Int> {
    var from = 0
    var to = text.count
    let scalars = Array(text.string.unicodeScalars)
    if start {
      for scalar in scalars {
        guard drops(scalar) else { break }
        from += UTF8.width(scalar)
      }
    }
    if end {
      for scalar in scalars.reversed() {
        guard drops(scalar), to > from else { break }
        to -= UTF8.width(scalar)
      }
    }
    return min(from, text.count)..<max(min(from, text.count), to)
  }

  static var strings: [String: HCLFunction] {
    var table: [String: HCLFunction] = [:]
    let partial = HCLParameter("str", .string, unknown: true)
    table["upper"] = mapped { text in
      scalars(text) { scalar in
        let upper = simple(scalar, scalar.properties.uppercaseMapping)
        return upper == scalar ? simple(scalar, scalar.properties.titlecaseMapping) : upper
      }
    }
    // The dotted capital I is the one letter whose full lower case is longer than its simple one.
    table["lower"] = mapped { scalars($0) { $0 == "\u{130}" ? "i" : simple($0, $0.properties.lowercaseMapping) } }
    table["title"] = mapped(title)
    table["strrev"] = mapped { String($0.reversed()) }
    table["chomp"] = HCLFunction([str], result: .string) { (call) throws(HCLError) in
      let bytes = call.text(0).bytes
      var end = bytes.count
      while end > 0, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
      return part(call, 0..<end)
    }
    table["indent"] = HCLFunction([HCLParameter("spaces", .number), str], result: .string) { (call) throws(HCLError) in
      let count = try call.int(0)
      guard count >= 0, count <= 10_000 else { throw call.fail("the number of spaces must lie between 0 and 10000") }
      let text = call.text(1)
      var builder = TextBuilder()
      var from = 0
      let pad = String(repeating: " ", count: count)
      for (place, byte) in text.bytes.enumerated() where byte == 0x0A {
        builder.append(text, range: from..<place + 1, origin: call.arguments[1].origin)
        builder.append(pad)
        from = place + 1
        guard builder.count < call.evaluator.limits.outputBytes else { throw call.fail("the text grows too large") }
      }
      builder.append(text, range: from..<text.count, origin: call.arguments[1].origin)
      return .string(builder.build())
    }
    table["trimspace"] = HCLFunction([str], result: .string) { (call) throws(HCLError) in
      part(call, trimmed(call.text(0), start: true, end: true) { $0.properties.isWhitespace })
    }
    table["trim"] = HCLFunction([str, HCLParameter("cutset", .string)], result: .string) { (call) throws(HCLError) in
      let cut = Set(call.string(1).unicodeScalars)
      return part(call, trimmed(call.text(0), start: true, end: true) { cut.contains($0) })
    }
    table["trimprefix"] = HCLFunction([partial, HCLParameter("prefix", .string)], result: .string) { (call) throws(HCLError) in
      let prefix = call.text(1).bytes
      if let unknown = call.arguments[0].unknown {
        var parts = HCLText.parts(call.arguments[0])
        if let first = parts.first, let text = first.text, text.count >= prefix.count {
          if text.bytes.starts(with: prefix) { parts[0] = .string(text.slice(prefix.count..<text.count), first.origin) }
          return HCLText.join(parts, origin: call.evaluator.derived(call.span, from: [call.arguments[0]]))
        }
        return HCLValue.unknown(.string, unknown.reason, call.evaluator.derived(call.span, from: [call.arguments[0]]), notNull: true)
      }
      let text = call.text(0)
      return part(call, text.bytes.starts(with: prefix) ? prefix.count..<text.count : 0..<text.count)
    }
    table["trimsuffix"] = HCLFunction([str, HCLParameter("suffix", .string)], result: .string) { (call) throws(HCLError) in
      let text = call.text(0)
      let suffix = call.text(1).bytes
      let has = text.count >= suffix.count && text.bytes.suffix(suffix.count).elementsEqual(suffix)
      return part(call, 0..<(has ? text.count - suffix.count : text.count))
    }
    table["startswith"] = HCLFunction([partial, HCLParameter("prefix", .string)], result: .bool) { (call) throws(HCLError) in
      let prefix = call.text(1).bytes
      if let unknown = call.arguments[0].unknown {
        if prefix.isEmpty { return .bool(true) }
        let known = HCLText.prefix(unknown) ?? []
        if known.count >= prefix.count { return .bool(known.starts(with: prefix)) }
        if !prefix.starts(with: known) { return .bool(false) }
        return TerraformFunctions.unknown(.bool, call.arguments)
      }
      return .bool(call.text(0).bytes.starts(with: prefix))
    }
    table["endswith"] = HCLFunction([str, HCLParameter("suffix", .string)], result: .bool) { (call) throws(HCLError) in
      let suffix = call.text(1).bytes
      return .bool(call.text(0).bytes.suffix(suffix.count).elementsEqual(suffix))
    }
    table["strcontains"] = HCLFunction([str, HCLParameter("substr", .string)], result: .bool) { (call) throws(HCLError) in
      .bool(!occurrences(of: call.text(1).bytes, in: call.text(0).bytes, limit: 1).isEmpty || call.text(1).count == 0)
    }
    table["substr"] = HCLFunction([str, HCLParameter("offset", .number), HCLParameter("length", .number)], result: .string) { (call) throws(HCLError) in
      let text = call.string(0)
      let count = text.count
      var offset = try call.int(1)
      let length = try call.int(2)
      if offset < 0 { offset = max(0, count + offset) }
      if length == 0 || offset >= count { return .string("") }
      let end = length < 0 ? count : min(count, offset.addingReportingOverflow(length).overflow ? count : offset + length)
      guard end > offset else { return .string("") }
      let from = text.index(text.startIndex, offsetBy: offset)
      let to = text.index(text.startIndex, offsetBy: end)
      return part(
        call, text.utf8.distance(from: text.startIndex, to: from)..<text.utf8.distance(from: text.startIndex, to: to))
    }
    table["split"] = HCLFunction([HCLParameter("separator", .string), str], result: .list(.string)) { (call) throws(HCLError) in
      let text = call.text(1)
      let separator = call.text(0).bytes
      let whole = call.arguments[1].origin
      let origins = call.evaluator.provenance.origins
      func piece(_ range: Range<Int>) -> HCLValue {
        .string(text.slice(range), range.isEmpty ? whole : text.origin(of: range, in: origins, whole: whole))
      }
      if separator.isEmpty {
        var at = 0
        return .list(
          text.string.unicodeScalars.map { scalar in
            defer { at += UTF8.width(scalar) }
            return piece(at..<at + UTF8.width(scalar))
          }, of: .string)
      }
      var items: [HCLValue] = []
      var from = 0
      for place in occurrences(of: separator, in: text.bytes) {
        items.append(piece(from..<place))
        from = place + separator.count
      }
      items.append(piece(from..<text.count))
      return .list(items, of: .string)
    }
    table["join"] = HCLFunction(
      [HCLParameter("separator", .string)], variadic: HCLParameter("lists", .list(.string), unknown: true), result: .string
    ) { (call) throws(HCLError) in
      guard call.arguments.count > 1 else { throw call.fail("at least two arguments are required") }
      var parts: [HCLValue] = []
      let separator = call.arguments[0]
      var first = true
      for list in call.arguments.dropFirst() {
        let items: [HCLValue]
        if let unknown = list.unknown {
          if case .elements(let known) = unknown.knowledge { items = known } else { items = [list] }
        } else {
          items = list.items ?? []
        }
        for (place, item) in items.enumerated() {
          if item.isNull { throw call.fail("element \(place) is null; null cannot be joined") }
          if !first { parts.append(separator) }
          first = false
          parts.append(
            item.isUnknown && item.type != .string ? .unknown(.string, item.unknownReason ?? "unknown", item.origin, notNull: true) : item)
        }
      }
      try checkSize(parts, call)
      return HCLText.join(parts, origin: call.evaluator.derived(call.span, from: parts))
    }
    table["format"] = FormatFunction.format
    table["formatlist"] = FormatFunction.formatList
    return table
  }

  /// Refuses to put together more than one evaluation may produce.
  static func checkSize(_ parts: [HCLValue], _ call: HCLCall) throws(HCLError) {
    var size = 0
    for part in parts {
      size += part.text?.count ?? 0
      guard size <= call.evaluator.limits.outputBytes else { throw call.fail("the text grows too large") }
    }
  }

  /// Offsets of a text in another, without overlap.
  static func occurrences(of part: [UInt8], in text: [UInt8], limit: Int = .max) -> [Int] {
    guard let first = part.first, part.count <= text.count else { return [] }
    var result: [Int] = []
    var at = 0
    while at <= text.count - part.count, result.count < limit {
      if text[at] == first, text[at..<at + part.count].elementsEqual(part) {
        result.append(at)
        at += part.count
      } else {
        at += 1
      }
    }
    return result
  }
}
