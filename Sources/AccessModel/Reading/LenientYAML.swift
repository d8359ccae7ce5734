import SourceText
import Values
import YAMLSyntax

/// A map that was decoded into Go structs of strings: keys match whatever their case, scalars become text
/// (sigs.k8s.io/yaml, convertToJSONableObject with a string as target; encoding/json for the keys).
struct LenientMap {
  let map: ValueMap
  let raw: ValueMap?

  /// A field as text.
  struct Field {
    var text: String
    var origin: Origin
    var keyOrigin: Origin
    /// What stood there unquoted, if the reader changed it.
    var rewrittenFrom: String?
    /// A list or map where text is wanted.
    var isStructured: Bool
  }

  func entry(_ name: String) -> ValueMap.Entry? {
    map.entry(name) ?? map.entries.last { $0.key.string.lowercased() == name.lowercased() }
  }

  func value(_ name: String) -> Value? { entry(name)?.value }

  /// nil where the field is absent or null.
  func field(_ name: String) -> Field? {
    guard let entry = entry(name), !entry.value.isNull else { return nil }
    let value = entry.value
    let origin = value.origin.isKnown ? value.origin : entry.keyOrigin
    guard let text = value.scalarText else {
      return Field(text: "", origin: origin, keyOrigin: entry.keyOrigin, rewrittenFrom: nil, isStructured: true)
    }
    var rewritten: String?
    if value.text == nil, let written = raw?[entry.key], let spelled = written.scalarText, written.text != nil, spelled != text {
      rewritten = spelled
    }
    return Field(text: text, origin: origin, keyOrigin: entry.keyOrigin, rewrittenFrom: rewritten, isStructured: false)
  }
}

/// YAML text inside another object, read twice: as the program reads it, and with each scalar as it is spelled.
struct EmbeddedYAML {
  let root: Value
  /// Scalars as spelled; null where that reading failed.
  let spelled: Value
  let failure: Diagnostic?

  init(_ value: Value, provenance: Provenance, limits: Limits) {
    let text = value.text ?? .empty
    let sink = DiagnosticSink()
    root = YAMLReader.read(text: text, whole: value.origin, dialect: .kubernetes, provenance: provenance, limits: limits, sink: sink)
      .first?.root ?? .null
    failure = sink.diagnostics.first { $0.severity == .error }
    spelled = Self.spell(root, provenance, text)
  }

  /// The same structure in which plain scalars that were no text are their source's letters.
  private static func spell(_ value: Value, _ provenance: Provenance, _ text: Text) -> Value {
    switch value.payload {
    case .list(let list): return .list(list.items.map { spell($0, provenance, text) }, value.origin)
    case .map(let map):
      let copy = ValueMap()
      for entry in map.entries { copy.set(entry.key, spell(entry.value, provenance, text), keyOrigin: entry.keyOrigin) }
      return .map(copy, value.origin)
    case .bool, .int, .double:
      guard let entry = provenance.origins[value.origin], let file = provenance.sources.file(entry.span.source) else { return value }
      let letters = file.text(entry.span)
      // Only where the place holds the bare scalar: an action of a template may stand there instead.
      guard !letters.isEmpty, letters.utf8.count <= 64, !letters.utf8.contains(UInt8(ascii: "{")), !letters.utf8.contains(0x0A) else { return value }
      return .string(letters, value.origin)
    default: return value
    }
  }
}
