import Patterns
import SourceText
import Values

/// Argo CD's own functions of ApplicationSets (applicationset/utils).
enum ArgoCDFunctions {
  static let all: [TemplateFunction] =
    EncodingFunctions.argoCD + [
      .strict("normalize", [.string]) { _, a in sanitized(a.value(0)) },
      // All three arguments may be left out: the longest length, whether to cut at words, the text.
      .strict("slugify", [], variadic: .any) { (_, a) throws(TemplateError) in
        var longest = 50
        if let value = a.first {
          guard let number = value.int, value.goTypeName == "int" else { throw mismatch(value, "int") }
          longest = Int(clamping: number)
        }
        if a.count > 1, a[1].bool == nil { throw mismatch(a[1], "bool") }
        if a.count > 2, a[2].text == nil { throw mismatch(a[2], "string") }
        let source = a.count > 2 ? a[2] : .string(.empty)
        return try slug(sanitized(source), longest: longest, cutsAtWords: a.count > 1 && a.flag(1))
      },
    ]

  private static func mismatch(_ value: Value, _ wanted: String) -> TemplateError {
    TemplateError("interface conversion: interface {} is \(value.isNull ? "nil" : value.goTypeName), not \(wanted)")
  }

  /// utils.go, `SanitizeName`: letters of a DNS name only, at most 253 bytes.
  private static func sanitized(_ value: Value) -> Value {
    let lowered = CaseFunctions.map(value) { rune, _ in CaseFunctions.lower(rune) }
    var cleaned = CaseFunctions.map(lowered) { rune, _ in
      switch rune {
      case 0x2D, 0x2E, 0x30...0x39, 0x61...0x7A: rune
      default: 0x2D
      }
    }
    if let count = cleaned.text?.count, count > 253 { cleaned = StringFunctions.part(cleaned, 0..<253) }
    return StringFunctions.trim(cleaned) { $0 == 0x2D || $0 == 0x2E }
  }

  /// gosimple/slug on a name that is ASCII already.
  private static func slug(_ value: Value, longest: Int, cutsAtWords: Bool) throws(TemplateError) -> Value {
    var value = value
    if !cutsAtWords, let count = value.text?.count, count >= longest {
      if longest < 0 { throw TemplateError("runtime error: slice bounds out of range [:\(longest)]") }
      value = StringFunctions.part(value, 0..<min(longest, count))
    }
    let bytes = value.text?.bytes ?? []
    var rewriter = TextRewriter(value)
    var afterDash = false
    for (place, byte) in bytes.enumerated() {
      let isDash = byte == 0x2D || byte == 0x2E
      if isDash, !afterDash { rewriter.put([0x2D], at: place) }
      if !isDash { rewriter.keep(place..<(place + 1)) }
      afterDash = isDash
    }
    value = StringFunctions.trim(rewriter.value()) { $0 == 0x2D || $0 == 0x5F }
    guard cutsAtWords, longest > 0, let text = value.text, text.count > longest else { return value }
    let cut = text.bytes[...longest].lastIndex(of: 0x2D) ?? longest
    return StringFunctions.part(value, 0..<cut)
  }
}
