import SourceText
import Testing

@testable import Linting

private struct SuppressionCase: CustomTestStringConvertible, Sendable {
  var text: String
  var suppressed: Bool
  var testDescription: String { text }
}

@Suite struct SuppressionTests {
  @Test(arguments: [
    SuppressionCase(text: "x: 1 # secretslint: ignore r -- agreed with ops", suppressed: true),
    SuppressionCase(text: "# secretslint: ignore other, r -- why\nx: 1", suppressed: true),
    SuppressionCase(text: "{{/* secretslint: ignore r -- why */}}\nx: 1", suppressed: true),
    SuppressionCase(text: "# secretslint: ignore-file r -- why\n\n\nx: 1", suppressed: true),
    SuppressionCase(text: "# secretslint: ignore r until=2030-01-01 -- why\nx: 1", suppressed: true),
    SuppressionCase(text: "# secretslint: ignore r until=2020-01-01 -- why\nx: 1", suppressed: false),
    SuppressionCase(text: "# secretslint: ignore r\nx: 1", suppressed: false),
    SuppressionCase(text: "# secretslint: ignore -- all\nx: 1", suppressed: false),
    SuppressionCase(text: "# secretslint: ignore q -- why\nx: 1", suppressed: false),
    SuppressionCase(text: "# secretslint: ignore r -- why\n\nx: 1", suppressed: false),
  ])
  private func commentsSilenceTheNamedRulesWithAReason(_ example: SuppressionCase) {
    let file = SourceMap().add(path: "f", bytes: Array(example.text.utf8))
    let start = example.text.utf8.count - (example.text.hasPrefix("x") ? example.text.utf8.count : 4)
    let place = Place(file: file, span: SourceSpan(source: file.id, start..<(start + 1)))
    let finding = Finding(rule: "r", severity: .error, message: "m", place: place)
    var suppressions = Suppressions(today: "2026-11-24")
    #expect((suppressions.suppression(of: finding) != nil) == example.suppressed)
  }
}
