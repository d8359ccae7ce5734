import SourceText
import Values

/// Text that is no HCL.
struct HCLSyntaxError: Error {
  var message: String
  var span: SourceSpan
}

/// Reads HCL's native syntax (hashicorp/hcl, `hclsyntax`), straight from bytes.
package struct HCLParser: Sendable {
  let bytes: [UInt8]
  var at: Int
  let end: Int
  /// Where the bytes stand: in a file from their own offsets, or as a whole in one place (a string that was unescaped).
  let source: SourceID
  let fixed: SourceSpan?
  let provenance: Provenance
  let limits: Limits
  /// Line breaks are space: between brackets.
  var ignoresNewlines = false
  var depth = 0
  /// Top-level blocks of this type are read when they are asked for.
  var deferredType: String?
  var deferred: [DeferredBody] = []

  init(
    bytes: [UInt8], range: Range<Int>? = nil, source: SourceID, fixed: SourceSpan? = nil, provenance: Provenance, limits: Limits
  ) {
    self.bytes = bytes
    at = range?.lowerBound ?? 0
    end = range?.upperBound ?? bytes.count
    self.source = source
    self.fixed = fixed
    self.provenance = provenance
    self.limits = limits
    if range == nil, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
  }

  // MARK: What others call

  /// Reads a file of blocks and attributes. Errors go to the sink (`hcl/syntax`); the parts around them are kept.
  package static func parse(file: SourceFile, provenance: Provenance, limits: Limits = Limits(), sink: DiagnosticSink) -> HCLBody {
    var parser = HCLParser(bytes: file.bytes, source: file.id, provenance: provenance, limits: limits)
    return parser.body(sink: sink, depth: 0)
  }

  /// As `parse`, with the bodies of top-level blocks of one type read when they are first asked for; what is wrong in those is told by
  /// `DeferredBody.isBroken` then.
  package static func parse(
    file: SourceFile, deferring type: String, provenance: Provenance, limits: Limits = Limits(), sink: DiagnosticSink
  ) -> (body: HCLBody, deferred: [DeferredBody]) {
    var parser = HCLParser(bytes: file.bytes, source: file.id, provenance: provenance, limits: limits)
    parser.deferredType = type
    let body = parser.body(sink: sink, depth: 0)
    return (body, parser.deferred)
  }

  /// Reads one expression as if it stood between brackets.
  package static func parseExpression(
    file: SourceFile, provenance: Provenance, limits: Limits = Limits(), sink: DiagnosticSink
  ) -> HCLExpression {
    var parser = HCLParser(bytes: file.bytes, source: file.id, provenance: provenance, limits: limits)
    return parser.wholeExpression(sink: sink)
  }

  /// Reads one expression of a text that stands at `span`.
  package static func parseExpression(
    text: [UInt8], at span: SourceSpan, provenance: Provenance, limits: Limits = Limits(), sink: DiagnosticSink
  ) -> HCLExpression {
    var parser = HCLParser(bytes: text, source: span.source, fixed: span, provenance: provenance, limits: limits)
    return parser.wholeExpression(sink: sink)
  }

  /// Reads a template without quotes: a file of `templatefile`, the text of `templatestring`.
  /// - Parameter span: where the text stands as a whole; nil where its offsets are those of the file.
  package static func parseTemplate(
    _ bytes: [UInt8], source: SourceID, at span: SourceSpan?, provenance: Provenance, limits: Limits = Limits(), sink: DiagnosticSink
  ) -> HCLExpression {
    var parser = HCLParser(bytes: bytes, source: source, fixed: span, provenance: provenance, limits: limits)
    let start = parser.at
    do throws(HCLSyntaxError) {
      return try parser.bareTemplate()
    } catch {
      sink.error("hcl/syntax", error.message, at: error.span)
      return HCLExpression(.invalid, parser.span(start..<parser.end))
    }
  }

  mutating func wholeExpression(sink: DiagnosticSink) -> HCLExpression {
    ignoresNewlines = true
    let start = at
    do throws(HCLSyntaxError) {
      let result = try expression()
      try space()
      if at < end { throw fail("unexpected text after the expression; expected its end") }
      return result
    } catch {
      sink.error("hcl/syntax", error.message, at: error.span)
      return HCLExpression(.invalid, span(start..<end))
    }
  }

  // MARK: Cursor

  func span(_ range: Range<Int>) -> SourceSpan { fixed ?? SourceSpan(source: source, range) }

  func span(from start: Int) -> SourceSpan { span(start..<max(start, at)) }

  func fail(_ message: String) -> HCLSyntaxError { HCLSyntaxError(message: message, span: span(min(at, end)..<min(at + 1, end))) }

  func fail(_ message: String, from start: Int) -> HCLSyntaxError { HCLSyntaxError(message: message, span: span(from: start)) }

  var next: UInt8? { at < end ? bytes[at] : nil }

  func peek(_ offset: Int) -> UInt8? { at + offset < end ? bytes[at + offset] : nil }

  func looking(at text: StaticString) -> Bool { at + text.utf8CodeUnitCount <= end && bytes.starts(with: text, at: at) }

  mutating func take(_ text: StaticString) -> Bool {
    guard looking(at: text) else { return false }
    at += text.utf8CodeUnitCount
    return true
  }

  /// Skips blanks and comments, and line breaks where they mean nothing.
  mutating func space() throws(HCLSyntaxError) {
    while let byte = next {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"): at += 1
      case UInt8(ascii: "\n"):
        guard ignoresNewlines else { return }
        at += 1
      case UInt8(ascii: "\r"):
        guard peek(1) == UInt8(ascii: "\n") else { return }
        guard ignoresNewlines else { return }
        at += 2
      case UInt8(ascii: "#"): lineComment()
      case UInt8(ascii: "/"):
        if peek(1) == UInt8(ascii: "/") {
          lineComment()
        } else if peek(1) == UInt8(ascii: "*") {
          let start = at
          at += 2
          while at < end, !looking(at: "*/") { at += 1 }
          if at >= end { throw fail("this comment has no end; expected `*/`", from: start) }
          at += 2
        } else {
          return
        }
      default: return
      }
    }
  }

  private mutating func lineComment() {
    while let byte = next, byte != UInt8(ascii: "\n") { at += 1 }
    if at > 0, at < end, bytes[at - 1] == UInt8(ascii: "\r") { at -= 1 }
  }

  var atNewline: Bool { next == UInt8(ascii: "\n") || (next == UInt8(ascii: "\r") && peek(1) == UInt8(ascii: "\n")) }

  mutating func takeNewline() -> Bool {
    if next == UInt8(ascii: "\n") {
      at += 1
      return true
    }
    if atNewline {
      at += 2
      return true
    }
    return false
  }

  /// The length of the identifier here; 0 where there is none.
  func identifierLength() -> Int {
    var length = 0
    while at + length < end {
      let byte = bytes[at + length]
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): length += 1
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
        if length == 0 { return 0 }
        length += 1
      case 0x80...:
        guard let (scalar, count) = scalar(at + length) else { return length }
        let properties = scalar.properties
        guard length == 0 ? properties.isIDStart : properties.isIDContinue else { return length }
        length += count
      default: return length
      }
    }
    return length
  }

  /// The Unicode scalar at an offset and its length.
  func scalar(_ offset: Int) -> (Unicode.Scalar, Int)? {
    let first = bytes[offset]
    let count = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 0
    guard count > 0, offset + count <= end else { return nil }
    let text = String(decoding: bytes[offset..<offset + count], as: UTF8.self)
    guard let scalar = text.unicodeScalars.first, scalar != "\u{FFFD}" else { return nil }
    return (scalar, count)
  }

  mutating func identifier() -> String? {
    let length = identifierLength()
    guard length > 0 else { return nil }
    defer { at += length }
    return String(decoding: bytes[at..<at + length], as: UTF8.self)
  }

  /// Whether a certain word stands here.
  func looking(atWord word: StaticString) -> Bool {
    looking(at: word) && identifierLength() == word.utf8CodeUnitCount
  }
}
