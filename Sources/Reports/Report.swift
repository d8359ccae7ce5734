import Linting
import SourceText

/// The formats that a report can be written in.
package enum ReportFormat: String, Sendable, CaseIterable {
  case text
  case concise
  case grouped
  case json
  case jsonl
  case sarif
  case junit
  case github
  case gitlab
  case checkstyle
  case markdown
  case html

  /// For the help.
  package static var list: String { allCases.map(\.rawValue).joined(separator: "|") }
}

/// What the reporters need beside the findings.
package struct ReportOptions: Sendable {
  package var color = false
  package var showsUnknown = false
  package var showsAllInstances = false
  /// The closing lines of the text report.
  package var showsSummary = true
  /// The number of findings of each rule, at the end of the text report.
  package var showsStatistics = false
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
    case .concise: ConciseReport(options: options).write(self)
    case .grouped: GroupedReport(options: options).write(self)
    case .jsonl: JSONLinesReport(options: options).write(self)
    case .junit: JUnitReport(options: options).write(self)
    case .github: GitHubReport(options: options).write(self)
    case .gitlab: GitLabReport(options: options).write(self)
    case .checkstyle: CheckstyleReport(options: options).write(self)
    case .markdown: MarkdownReport(options: options).write(self)
    case .html: HTMLReport(options: options).write(self)
    case .json: JSONReport(options: options).write(self)
    case .sarif: SARIFReport(options: options).write(self)
    }
  }
}

/// "1 error", "2 errors".
func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
  "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}
