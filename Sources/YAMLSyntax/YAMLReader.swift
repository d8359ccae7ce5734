/// YAML text to located values and back: libyaml's events, read as go-yaml (or YAML 1.2, or Terraform) reads them, and values
/// written as go-yaml writes them.
///
/// Reading has two passes: `YAMLEventReader` turns libyaml's events into a flat arena of nodes with byte ranges; `YAMLBuilder` resolves
/// scalars, aliases and merge keys and makes values whose origins are those ranges. Writing is `YAMLWriter`.
import SourceText
import Values

/// Which reader's rules hold for plain scalars, keys and duplicates.
package enum YAMLDialect: Sendable {
  /// sigs.k8s.io/yaml on go-yaml v2 as Helm and kubectl read: YAML 1.1 booleans and numbers, the last of equal keys
  /// wins, keys become strings, numbers are int where they fit, else double.
  case kubernetes
  /// Kustomize's reader (kyaml, go-yaml v3): `yes` and `on` are text, equal keys are errors, keys keep their text.
  case kustomize
  /// YAML 1.2's core schema.
  case core
  /// Terraform's `yamldecode` (go-cty-yaml): YAML 1.1 words, unknown tags are errors.
  case terraform
}

/// A comment, kept for suppressions.
package struct YAMLComment: Hashable, Sendable {
  /// Byte offset of `#` in the text.
  package var offset: Int
  /// Text behind `#`, trimmed.
  package var text: String

  package init(offset: Int, text: String) {
    self.offset = offset
    self.text = text
  }
}

/// One document of a YAML stream.
package struct YAMLDocument: Sendable {
  package var root: Value
  /// Bytes of the stream that the document takes, its `---` included.
  package var range: Range<Int>

  package init(root: Value, range: Range<Int>) {
    self.root = root
    self.range = range
  }
}

package enum YAMLReader {
  /// Reads all documents of a file. Every scalar, key, list and map gets the origin of its own bytes (quotes not included);
  /// scalars that do not stand verbatim carry runs, one for each stretch that does.
  ///
  /// Syntax errors become a `yaml/syntax` diagnostic with libyaml's words, whose first note is go-yaml's text of the error; the documents before it
  /// are returned.
  package static func read(
    file: SourceFile, dialect: YAMLDialect, provenance: Provenance, limits: Limits = Limits(), sink: DiagnosticSink
  ) -> [YAMLDocument] {
    read(bytes: file.bytes, place: .file(file.id), dialect: dialect, provenance: provenance, limits: limits, sink: sink)
  }

  /// Reads all documents of a string that stands in another file. Origins come from the text's runs; where they are
  /// verbatim they are exact.
  /// - Parameter whole: the origin of the value that holds the text, for parts without a run.
  package static func read(
    text: Text, whole: Origin, dialect: YAMLDialect, provenance: Provenance, limits: Limits = Limits(), sink: DiagnosticSink
  ) -> [YAMLDocument] {
    read(
      bytes: text.bytes, place: .text(text, whole), dialect: dialect, provenance: provenance, limits: limits, sink: sink)
  }

  private static func read(
    bytes: [UInt8], place: YAMLPlace, dialect: YAMLDialect, provenance: Provenance, limits: Limits, sink: DiagnosticSink
  ) -> [YAMLDocument] {
    guard bytes.count < Int(Int32.max) else {
      sink.error("yaml/too-large", "YAML text is larger than 2 GiB", at: place.span(0..<0, provenance))
      return []
    }
    let arena = YAMLEventReader.read(bytes, nesting: limits.nesting, version11: dialect == .kubernetes, version12: dialect == .core)
    let builder = YAMLBuilder(
      arena: arena, place: place, dialect: dialect, provenance: provenance, limits: limits, sink: sink)
    let documents = builder.build()
    if let failure = arena.failure {
      sink.report(
        Diagnostic(
          .error, code: failure.code, failure.message, at: place.span(failure.offset..<failure.offset, provenance),
          notes: failure.original.map { [$0] } ?? []))
    }
    return documents
  }

  /// The comments of a text, in order. What stands behind a syntax error is judged line by line.
  package static func comments(_ bytes: [UInt8]) -> [YAMLComment] {
    guard bytes.contains(UInt8(ascii: "#")), bytes.count < Int(Int32.max) else { return [] }
    let arena = YAMLEventReader.read(bytes, nesting: Limits().nesting)
    var opaque: [Range<Int>] = []
    for node in arena.nodes where node.kind == .scalar && Int(node.tokenEnd) > Int(node.tokenStart) {
      opaque.append(Int(node.tokenStart)..<Int(node.tokenEnd))
    }
    opaque.sort { $0.lowerBound < $1.lowerBound }
    var comments: [YAMLComment] = []
    var next = 0
    var at = 0
    while at < bytes.count {
      while next < opaque.count, opaque[next].upperBound <= at { next += 1 }
      if next < opaque.count, opaque[next].contains(at) {
        at = opaque[next].upperBound
        continue
      }
      guard bytes[at] == UInt8(ascii: "#"), at == 0 || bytes[at - 1] <= 0x20 else {
        at += 1
        continue
      }
      var end = at
      while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
      let text = bytes[(at + 1)..<end]
      let trimmed = text.drop { $0 == 0x20 || $0 == 0x09 }.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed()
      comments.append(YAMLComment(offset: at, text: String(decoding: trimmed, as: UTF8.self)))
      at = end
    }
    return comments
  }
}

/// What the bytes belong to, for origins.
enum YAMLPlace {
  case file(SourceID)
  case text(Text, Origin)

  /// The place of a range, for diagnostics.
  func span(_ range: Range<Int>, _ provenance: Provenance) -> SourceSpan? {
    switch self {
    case .file(let id):
      return SourceSpan(source: id, range)
    case .text(let text, let whole):
      let origin = text.origin(of: range, in: provenance.origins, whole: whole)
      return provenance.origins.editPlace(origin.isKnown ? origin : whole)
    }
  }
}
