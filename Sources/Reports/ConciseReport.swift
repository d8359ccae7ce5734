import Linting
import SourceText

/// `--format concise`: one line a finding, as compilers and `grep -n` print it.
struct ConciseReport {
  let options: ReportOptions

  func write(_ report: LintReport) -> [UInt8] {
    var out = ""
    for finding in report.findings {
      let place = finding.place.map { "\($0.path):\($0.start.line):\($0.start.column): " } ?? ""
      out += "\(place)\(finding.severity.name)[\(finding.rule)]: \(finding.message)\n"
    }
    if options.showsSummary { out += TextReport(options: options).ending(report) }
    return Array(out.utf8)
  }
}
