import Linting
import SourceText

/// `--format checkstyle`: the XML of Checkstyle, which many CI systems read.
struct CheckstyleReport {
  let options: ReportOptions

  func write(_ report: LintReport) -> [UInt8] {
    var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"8.0\">\n"
    var open: String?
    for finding in report.findings {
      let path = finding.place?.path ?? "."
      if path != open {
        if open != nil { out += "  </file>\n" }
        out += "  <file name=\"\(MarkupText.escaped(path))\">\n"
        open = path
      }
      let place = finding.place.map { " line=\"\($0.start.line)\" column=\"\($0.start.column)\"" } ?? " line=\"1\""
      let message = finding.message + (finding.help.isEmpty ? "" : " (help: \(finding.help))")
      out += "    <error\(place) severity=\"\(finding.severity.name)\" message=\"\(MarkupText.escaped(message))\" "
      out += "source=\"secretslint.\(MarkupText.escaped(finding.rule))\"/>\n"
    }
    if open != nil { out += "  </file>\n" }
    return Array((out + "</checkstyle>\n").utf8)
  }
}
