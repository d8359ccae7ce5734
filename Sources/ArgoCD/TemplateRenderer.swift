import GoTemplate
import SourceText
import Values

/// Fills ApplicationSet templates in either dialect, string by string, as Argo CD walks the typed Application.
///
/// Source: applicationset/utils/utils.go `deeplyReplaceWithFilter`, `Replace`.
struct TemplateRenderer {
  let isGoTemplate: Bool
  /// `goTemplateOptions`.
  let options: [String]
  let provenance: Provenance
  let limits: Limits
  let sink: DiagnosticSink
  /// Where a placeholder that stays unresolved is reported; nothing is while a generator is filled, whose own parameters come later.
  var reportsUnresolved = true

  /// The same renderer with another `missingkey` option.
  func with(missingKey: String) -> TemplateRenderer {
    TemplateRenderer(
      isGoTemplate: isGoTemplate, options: options.filter { !$0.hasPrefix("missingkey=") } + ["missingkey=" + missingKey],
      provenance: provenance, limits: limits, sink: sink, reportsUnresolved: reportsUnresolved)
  }

  private var origins: OriginTable { provenance.origins }

  /// All strings and keys below a value filled. Numbers, booleans and nulls stay.
  func fill(_ value: Value, _ parameters: ParameterSet) throws(ExpansionError) -> Value {
    switch value.payload {
    case .string: return try fillString(value, parameters)
    case .list(let list):
      var items: [Value] = []
      items.reserveCapacity(list.items.count)
      for item in list.items { items.append(try fill(item, parameters)) }
      return Value(.list(ValueList(items)), origin: value.origin)
    case .map(let map):
      let result = ValueMap()
      for entry in map.entries {
        let key = try fillString(.string(entry.key, entry.keyOrigin), parameters)
        // A key that is not known cannot be named; the entry is left out and the map's other entries stay.
        guard let text = key.text else { continue }
        result.set(text, try fill(entry.value, parameters), keyOrigin: key.origin)
      }
      return Value(.map(result), origin: value.origin)
    default: return value
    }
  }

  /// One string filled: a string, or unknown where it shows something that is not known.
  func fillString(_ value: Value, _ parameters: ParameterSet) throws(ExpansionError) -> Value {
    guard let text = value.text, text.bytes.contains(UInt8(ascii: "{")) else { return value }
    if isGoTemplate { return try fillGo(value, text, parameters) }
    do {
      guard let template = try FastTemplate(text) else { return value }
      return template.fill(value, parameters, origins: origins) { name in
        guard reportsUnresolved else { return }
        sink.warning(
          "applicationset/unresolved-placeholder",
          "no generator gives the parameter '\(name)': '{{\(name)}}' stays as it is", at: origins.editPlace(value.origin))
      }
    } catch {
      throw ExpansionError(error.message, span: error.span ?? origins.editPlace(value.origin))
    }
  }

  private func fillGo(_ value: Value, _ text: Text, _ parameters: ParameterSet) throws(ExpansionError) -> Value {
    guard Self.hasAction(text.bytes) else { return value }
    if let reason = GoTemplateReferences.unknown(in: text.bytes, parameters) { return .unknown(reason, value.origin) }
    let template = framed(text, value.origin)
    let result: Text
    do throws(TemplateError) {
      let set = TemplateSet(name: "", functions: Self.functions, limits: limits)
      try set.parse(name: "", text: template, whole: value.origin, provenance: provenance)
      var missingKey = MissingKey.invalid
      for option in options { if let named = MissingKey(name: String(option.dropFirst(11))) { missingKey = named } }
      result = try set.execute(name: "", data: .map(parameters.map), missingKey: missingKey, provenance: provenance, limits: limits)
    } catch {
      throw ExpansionError("failed to execute go template: \(error.placed ?? error.message)", span: error.span ?? origins.editPlace(value.origin))
    }
    if reportsUnresolved, result.string.contains("<no value>"), !text.string.contains("<no value>") {
      sink.warning(
        "applicationset/missing-key", "the template shows a parameter that no generator gives: it becomes '<no value>'",
        at: origins.editPlace(value.origin), notes: ["goTemplateOptions: [missingkey=error] makes this an error"])
    }
    let whole = result.origin(of: 0..<result.count, in: origins, whole: value.origin)
    return Value(.string(result), origin: whole.isKnown ? whole : value.origin)
  }

  /// The text with its letters marked as a template's, each with its exact place where the text is written as it reads: what a
  /// placeholder shows comes first among the origins of the result.
  private func framed(_ text: Text, _ whole: Origin) -> Text {
    func frame(_ origin: Origin) -> Origin { origins[origin].map { origins.add(.templateText, $0.span, parent: $0.parent) } ?? origin }
    if text.runs.isEmpty {
      let isVerbatim = origins[whole]?.span.count == text.count
      let run = OriginRun(
        start: 0, end: UInt32(clamping: text.count), origin: frame(whole), offset: isVerbatim ? 0 : OriginRun.derived)
      return Text(text.bytes, runs: [run])
    }
    return Text(
      text.bytes, runs: text.runs.map { OriginRun(start: $0.start, end: $0.end, origin: frame($0.origin), offset: $0.offset) })
  }

  private static func hasAction(_ bytes: [UInt8]) -> Bool {
    bytes.indices.contains { bytes.starts(with: "{{", at: $0) }
  }

  private static let functions = FunctionLibrary.applicationSet
}
