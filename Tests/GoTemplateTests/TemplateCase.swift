import SourceText
import Testing
import Values

@testable import GoTemplate

/// One template and what it must give: its output, or Go's error text.
struct TemplateCase: CustomTestStringConvertible, Sendable {
  let template: String
  let expected: String
  /// Whether the data's numbers are float64, as in Helm's values.
  let floats: Bool
  var testDescription: String { template }

  init(_ template: String, _ expected: String, floats: Bool = false) {
    self.template = template
    self.expected = expected
    self.floats = floats
  }
}

/// Executes a template named "t" over JSON data; the output, or Go's error text.
func rendered(
  _ template: String, data: String = "{}", floats: Bool = false, missingKey: MissingKey = .invalid,
  functions: [TemplateFunction] = [], limits: Limits = Limits()
) -> String {
  let provenance = Provenance()
  let file = provenance.sources.add(path: "templates/t.yaml", bytes: Array(template.utf8))
  let set = TemplateSet(name: "t", functions: FunctionTable(functions), limits: limits)
  do {
    try set.parse(name: "t", file: file, provenance: provenance)
    var data = try JSONReader.read(data)
    if floats { data = withFloats(data) }
    return try Executor(set, missingKey: missingKey, provenance: provenance, limits: limits).execute(name: "t", data: data).string
  } catch let error as TemplateError {
    return error.text
  } catch {
    return "\(error)"
  }
}

func withFloats(_ value: Value) -> Value {
  switch value.payload {
  case .int(let int): Value(.double(Double(int)), origin: value.origin)
  case .list(let list): .list(list.items.map(withFloats), value.origin)
  case .map(let map):
    .map(ValueMap(map.entries.map { ValueMap.Entry(key: $0.key, keyOrigin: $0.keyOrigin, value: withFloats($0.value)) }), value.origin)
  default: value
  }
}
