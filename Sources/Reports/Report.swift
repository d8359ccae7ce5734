import Linting
import SourceText

/// The formats that a report can be written in.
package enum ReportFormat: String, Sendable, CaseIterable {
  case text
  case json
  case sarif
}

/// What the reporters need beside the findings.
package struct ReportOptions: Sendable {
  package var color = false
  package var showsUnknown = false
  package var showsAllInstances = false
  /// The closing lines of the text report.
  package var showsSummary = true
  /// Seconds that the run took; left out of the report where nil, so that the same tree gives the same bytes.
  package var seconds: Double?
  package var toolVersion = ""

  package init() {}
}

extension LintReport {
  /// The report in one format, ready to be written.
  package func written(as format: ReportFormat, options: ReportOptions = ReportOptions()) -> [UInt8] {
    switch format {
    case .text: TextReport(options: options).write(self)
    case .json: JSONReport(options: options).write(self)
    case .sarif: SARIFReport(options: options).write(self)
    }
  }
}

/// "1 error", "2 errors".
func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
  "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}
