import SourceText
import Testing
import Values

@testable import GoTemplate

/// Executes a template over JSON data with Helm's functions; numbers of the data are float64 as Helm's are. The output, or what the
/// function said.
func helm(_ template: String, _ data: String = "{}", functions: FunctionTable = FunctionLibrary.helm) -> String {
  let provenance = Provenance()
  let file = provenance.sources.add(path: "templates/t.yaml", bytes: Array(template.utf8))
  let set = TemplateSet(name: "gotpl", functions: functions)
  do {
    try set.parse(name: "t", file: file, provenance: provenance)
    let data = GoValue.asJSON(try JSONReader.read(data))
    return try Executor(set, missingKey: .zero, provenance: provenance).execute(name: "t", data: data).string
  } catch let error as TemplateError {
    let text = error.text
    guard let mark = text.range(of: "error calling ") else { return text }
    return String(text[mark.lowerBound...])
  } catch {
    return "\(error)"
  }
}

extension String {
  fileprivate func range(of part: String) -> Range<String.Index>? {
    var at = startIndex
    while at < endIndex {
      if self[at...].hasPrefix(part) { return at..<endIndex }
      at = index(after: at)
    }
    return nil
  }
}

/// An expression of a template (without brackets) and what it must print.
struct FunctionCase: CustomTestStringConvertible, Sendable {
  let template: String
  let expected: String
  let data: String
  var testDescription: String { template }

  init(_ template: String, _ expected: String, data: String = "{}") {
    self.template = template
    self.expected = expected
    self.data = data
  }

  /// The printed value of the expression with Helm's functions.
  var actual: String { helm("{{ " + template + " }}", data) }
}
