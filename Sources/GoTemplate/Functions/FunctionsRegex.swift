import Patterns
import SourceText
import Values

/// Sprig's functions of regular expressions (regex.go): RE2 on bytes.
enum RegexFunctions {
  static let all: [TemplateFunction] = {
    // Remembers what a pure function gave; charts use the same few patterns again and again.
    let cache = PatternCache()
    return [
      .strict("regexMatch", [.string, .string]) { (_, a) throws(TemplateError) in
        guard let pattern = try? cache.pattern(a.string(0)) else { return .bool(false) }
        return .bool(try run { () throws(PatternError) in try pattern.matches(a.bytes(1)) })
      },
      .strict("mustRegexMatch", [.string, .string]) { (_, a) throws(TemplateError) in
        .bool(try run { () throws(PatternError) in try cache.pattern(a.string(0)).matches(a.bytes(1)) })
      },
      .strict("regexQuoteMeta", [.string]) { _, a in
        var rewriter = TextRewriter(a.value(0))
        for (place, byte) in a.bytes(0).enumerated() {
          if #"\.+*?()|[]{}^$"#.utf8.contains(byte) { rewriter.put([UInt8(ascii: "\\")], at: place) }
          rewriter.keep(place..<(place + 1))
        }
        return rewriter.value()
      },
    ]
      + both("regexFind", [.string, .string]) { (pattern, a) throws(PatternError) in
        guard let match = try pattern.firstMatch(in: a.bytes(1)) else { return .string(.empty, a.value(1).origin) }
        return StringFunctions.part(a.value(1), match.range)
      }
      + both("regexFindAll", [.string, .string, .int]) { (pattern, a) throws(PatternError) in
        let matches = try pattern.allMatches(in: a.bytes(1), limit: a.int(2))
        let found = ValueList(matches.map { StringFunctions.part(a.value(1), $0.range) }, elseNil: true)
        return Value(.list(found), tag: GoList.strings, origin: a.value(1).origin)
      }
      + both("regexReplaceAll", [.string, .string, .string]) { (pattern, a) throws(PatternError) in
        try replaced(pattern, a, literal: false)
      }
      + both("regexReplaceAllLiteral", [.string, .string, .string]) { (pattern, a) throws(PatternError) in
        try replaced(pattern, a, literal: true)
      }
      + both("regexSplit", [.string, .string, .int]) { (pattern, a) throws(PatternError) in
        let pieces = try pattern.split(a.bytes(1), limit: a.int(2))
        return GoValue.strings(pieces.map { StringFunctions.part(a.value(1), $0) }, a.value(1).origin)
      }

    /// The plain form panics on a bad pattern, the `must…` form gives the error; their texts differ.
    func both(
      _ name: String, _ parameters: [GoType], _ body: @escaping @Sendable (Pattern, [Value]) throws(PatternError) -> Value
    ) -> [TemplateFunction] {
      let must = "must" + name.prefix(1).uppercased() + name.dropFirst()
      return [
        .strict(name, parameters) { (_, a) throws(TemplateError) in
          let pattern: Pattern
          do throws(PatternError) { pattern = try cache.pattern(a.string(0)) } catch {
            throw TemplateError("regexp: Compile(\(quoted(a.bytes(0)))): \(error.message)")
          }
          return try run { () throws(PatternError) in try body(pattern, a) }
        },
        .strict(must, parameters) { (_, a) throws(TemplateError) in
          try run { () throws(PatternError) in try body(try cache.pattern(a.string(0)), a) }
        },
      ]
    }
  }()

  private static func run<R>(_ body: () throws(PatternError) -> R) throws(TemplateError) -> R {
    do throws(PatternError) { return try body() } catch { throw TemplateError(error.message) }
  }

  /// Go's regexp package quotes patterns with backquotes where it can.
  private static func quoted(_ bytes: [UInt8]) -> String {
    let isRaw = bytes.allSatisfy { ($0 >= 0x20 || $0 == 0x09) && $0 != 0x60 && $0 != 0x7F }
    return isRaw ? "`" + bytes.lossyString + "`" : GoQuote.quoted(bytes[...])
  }

  private static func replaced(_ pattern: Pattern, _ a: [Value], literal: Bool) throws(PatternError) -> Value {
    let pieces = try pattern.replacementPieces(in: a.bytes(1), template: a.bytes(2), literal: literal)
    if pieces == [.text(0..<a.text(1).count)] { return a.value(1) }
    var builder = TextBuilder()
    for piece in pieces {
      switch piece {
      case .text(let range): builder.append(a.text(1), range: range, origin: a.value(1).origin)
      case .replacement(let range): builder.append(a.text(2), range: range, origin: a.value(2).origin)
      }
    }
    return .string(builder.build(), a.value(1).origin)
  }
}
