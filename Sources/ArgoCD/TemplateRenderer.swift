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
    if let reason = GoTemplateReferences.unknown(in: text.bytes, parameters) { return .unknown(reason, value.origin) }
    throw ExpansionError("Go templates of ApplicationSets are not supported yet", span: origins.editPlace(value.origin))
  }
}
