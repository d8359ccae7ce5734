import SourceText
import Testing
import Values

@testable import GoTemplate

/// One template, its data and what it must give.
struct TemplateCase: CustomTestStringConvertible, Sendable {
  let template: String
  let data: String
  let expected: String
  var testDescription: String { template }

  init(_ template: String, _ expected: String, data: String = "{}") {
    self.template = template
    self.data = data
    self.expected = expected
  }
}

/// Executes a template named "t" over JSON data; the output, or Go's error text.
func rendered(
  _ template: String, data: String = "{}", missingKey: MissingKey = .invalid, functions: [TemplateFunction] = [], limits: Limits = Limits()
) -> String {
  let provenance = Provenance()
  let file = provenance.sources.add(path: "templates/t.yaml", bytes: Array(template.utf8))
  let set = TemplateSet(name: "t", functions: FunctionTable(functions), limits: limits)
  do {
    try set.parse(name: "t", file: file, provenance: provenance)
    let data = try JSONReader.read(data)
    return try Executor(set, missingKey: missingKey, provenance: provenance, limits: limits).execute(name: "t", data: data).string
  } catch let error as TemplateError {
    return error.text
  } catch {
    return "\(error)"
  }
}
