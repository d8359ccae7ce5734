import SourceText
import Values
import YAMLSyntax

/// Values files: one or more YAML documents, merged (`loader.LoadValues`).
enum ValuesFile {
  /// The first document of a file, as `yaml.Unmarshal` reads it.
  static func document(_ file: SourceFile, provenance: Provenance, limits: Limits, sink: DiagnosticSink) throws(ChartError) -> Value {
    let inner = DiagnosticSink()
    let documents = YAMLReader.read(file: file, dialect: .kubernetes, provenance: provenance, limits: limits, sink: inner)
    try check(inner, sink)
    return documents.first?.root ?? .null
  }

  static func read(_ file: SourceFile, provenance: Provenance, limits: Limits, sink: DiagnosticSink) throws(ChartError) -> Value {
    let inner = DiagnosticSink()
    let documents = YAMLReader.read(file: file, dialect: .kubernetes, provenance: provenance, limits: limits, sink: inner)
    do throws(ChartError) { try check(inner, sink) } catch { throw error.wrapped("cannot unmarshal yaml document") }
    return try merge(documents, origins: provenance.origins)
  }

  static func read(text: Text, whole: Origin, provenance: Provenance, limits: Limits, sink: DiagnosticSink) throws(ChartError) -> Value {
    let inner = DiagnosticSink()
    let documents = YAMLReader.read(text: text, whole: whole, dialect: .kubernetes, provenance: provenance, limits: limits, sink: inner)
    do throws(ChartError) { try check(inner, sink) } catch { throw error.wrapped("cannot unmarshal yaml document") }
    return try merge(documents, origins: provenance.origins)
  }

  private static func merge(_ documents: [YAMLDocument], origins: OriginTable) throws(ChartError) -> Value {
    var result = Value.map(ValueMap())
    for document in documents {
      switch document.root.payload {
      case .null: continue
      case .map(let map):
        let floats = GoConversion.floats(document.root)
        if let before = result.map, !before.isEmpty, let next = floats.map {
          result = Value(.map(mergeMaps(before, next)), origin: result.origin)
        } else {
          result = map.isEmpty ? result : floats
        }
      default:
        throw ChartError(
          "cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal \(jsonType(document.root)) into Go value of type map[string]interface {}",
          at: origins.editPlace(document.root.origin))
      }
    }
    return result
  }

  /// `loader.MergeMaps`: `b` wins; maps are merged.
  static func mergeMaps(_ a: ValueMap, _ b: ValueMap) -> ValueMap {
    let out = a.copy()
    for entry in b.entries {
      if case .map(let inner) = entry.value.payload, case .map(let before)? = out[entry.key]?.payload {
        out.set(entry.key, Value(.map(mergeMaps(before, inner)), origin: entry.value.origin), keyOrigin: entry.keyOrigin)
      } else {
        out.set(entry.key, entry.value, keyOrigin: entry.keyOrigin)
      }
    }
    return out
  }

  static func jsonType(_ value: Value) -> String {
    switch value.payload {
    case .string: "string"
    case .bool: "bool"
    case .list: "array"
    case .map: "object"
    default: "number"
    }
  }

  /// Hands warnings on; the first error becomes Go's text of it.
  private static func check(_ inner: DiagnosticSink, _ sink: DiagnosticSink) throws(ChartError) {
    for diagnostic in inner.diagnostics where diagnostic.severity != .error { sink.report(diagnostic) }
    guard let first = inner.diagnostics.first(where: { $0.severity == .error }) else { return }
    throw ChartError(YAMLErrorText.text(first), at: first.span, code: first.code)
  }
}

enum YAMLErrorText {
  /// The text that sigs.k8s.io/yaml gives an error of the reader.
  static func text(_ diagnostic: Diagnostic) -> String {
    let original = diagnostic.notes.first ?? diagnostic.message
    return original.hasPrefix("error converting") ? original : "error converting YAML to JSON: " + original
  }
}
