import SourceText
import Values

/// The older dialect of ApplicationSets: `{{key}}` is replaced by the parameter of that very name.
///
/// Source: applicationset/utils/utils.go `Render.Replace`, valyala/fasttemplate `NewTemplate`.
struct FastTemplate {
  /// Literal text or the tag between braces, as ranges of the template's bytes.
  private enum Piece {
    case literal(Range<Int>)
    /// - whole: the tag with its braces.
    case tag(inner: Range<Int>, whole: Range<Int>)
  }

  private let text: Text
  private let pieces: [Piece]

  /// nil where the text holds no placeholder and stays as it is.
  init?(_ text: Text) throws(ExpansionError) {
    guard Self.isTemplated(text.bytes) else { return nil }
    let bytes = text.bytes
    var pieces: [Piece] = []
    var at = 0
    while let open = Self.find("{{", in: bytes, from: at) {
      if open > at { pieces.append(.literal(at..<open)) }
      guard let close = Self.find("}}", in: bytes, from: open + 2) else {
        throw ExpansionError("invalid template: cannot find end tag \"}}\" in '\(text.string)'")
      }
      pieces.append(.tag(inner: (open + 2)..<close, whole: open..<(close + 2)))
      at = close + 2
    }
    if at < bytes.count { pieces.append(.literal(at..<bytes.count)) }
    self.text = text
    self.pieces = pieces
  }

  /// Argo CD replaces only where one line holds both `{{` and a later `}}` (`.*{{.*}}.*`).
  private static func isTemplated(_ bytes: [UInt8]) -> Bool {
    var at = 0
    while let open = find("{{", in: bytes, from: at) {
      var index = open + 2
      while index < bytes.count, bytes[index] != UInt8(ascii: "\n") {
        if bytes.starts(with: "}}", at: index) { return true }
        index += 1
      }
      at = open + 1
    }
    return false
  }

  private static func find(_ mark: StaticString, in bytes: [UInt8], from: Int) -> Int? {
    var at = from
    while at + 1 < bytes.count {
      if bytes.starts(with: mark, at: at) { return at }
      at += 1
    }
    return nil
  }

  /// Fills the placeholders.
  /// - Parameters:
  ///   - whole: the value that holds the template.
  ///   - unresolved: called with the name of each placeholder that stays as it stands.
  func fill(
    _ whole: Value, _ parameters: ParameterSet, origins: OriginTable, unresolved: (String) -> Void
  ) -> Value {
    var builder = TextBuilder()
    var shown: [Origin] = []
    for piece in pieces {
      switch piece {
      case .literal(let range): append(range, whole, to: &builder, origins)
      case .tag(let inner, let range):
        let name = trimmed(inner)
        guard !name.isEmpty, let parameter = parameters.find(name) else {
          if parameters.isOpen, !name.isEmpty { return Value.unknown(parameters.reason, whole.origin) }
          unresolved(name)
          append(range, whole, to: &builder, origins)
          continue
        }
        if parameter.isUnknown { return parameter.with(origin: whole.origin) }
        guard let value = parameter.text else {
          unresolved(name)
          append(range, whole, to: &builder, origins)
          continue
        }
        let place = origins.literal(range, of: text, whole: whole.origin).origin
        let argument = origins.argument(of: parameter.origin, at: place)
        builder.append(value.bytes, origin: argument)
        shown.append(argument)
      }
    }
    return Value(.string(builder.build()), origin: origins.expansion(of: shown, template: whole.origin))
  }

  private func append(_ range: Range<Int>, _ whole: Value, to builder: inout TextBuilder, _ origins: OriginTable) {
    let (origin, offset) = origins.literal(range, of: text, whole: whole.origin)
    builder.append(text.bytes[range], origin: origin, offset: offset)
  }

  private func trimmed(_ range: Range<Int>) -> String {
    var bytes = text.bytes[range]
    while let byte = bytes.first, byte == 0x20 || (0x09...0x0D).contains(byte) { bytes.removeFirst() }
    while let byte = bytes.last, byte == 0x20 || (0x09...0x0D).contains(byte) { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension OriginTable {
  /// Letters of a template that stand around its placeholders: exactly those bytes where the text is written as it reads, else the
  /// whole text's place.
  func literal(_ range: Range<Int>, of text: Text, whole: Origin) -> (origin: Origin, offset: UInt32) {
    let place = text.origin(of: range, in: self, whole: whole)
    guard var span = self[place]?.span else { return (place, OriginRun.derived) }
    if text.runs.isEmpty, span.count == text.count {
      span = SourceSpan(source: span.source, (Int(span.start) + range.lowerBound)..<(Int(span.start) + range.upperBound))
    }
    return (add(.templateText, span), span.count == range.count ? 0 : OriginRun.derived)
  }

  /// A parameter's value shown by a placeholder.
  func argument(of value: Origin, at placeholder: Origin) -> Origin {
    guard let span = self[placeholder]?.span else { return value }
    return add(.argument, span, parent: value)
  }

  /// The whole of a filled template: the values that it shows first, then the template.
  func expansion(of shown: [Origin], template: Origin) -> Origin {
    guard !shown.isEmpty else { return template }
    return join(shown + [template])
  }
}
