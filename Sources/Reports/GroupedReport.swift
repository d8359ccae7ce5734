import Linting
import SourceText

/// `--format grouped`: findings below the file to edit.
struct GroupedReport {
  let options: ReportOptions

  func write(_ report: LintReport) -> [UInt8] {
    var out = ""
    var paths: [String] = []
    var groups: [String: [Finding]] = [:]
    for finding in report.findings {
      let path = finding.place?.path ?? "(no file)"
      if groups[path] == nil { paths.append(path) }
      groups[path, default: []].append(finding)
    }
    for path in paths {
      let findings = groups[path] ?? []
      out += path + "\n"
      let places = findings.map { $0.place.map { "\($0.start.line):\($0.start.column)" } ?? "-" }
      let width = places.map(\.utf8.count).max() ?? 0
      for (finding, place) in zip(findings, places) {
        let gap = String(repeating: " ", count: width - place.utf8.count)
        let severity = finding.severity.name + String(repeating: " ", count: max(0, 7 - finding.severity.name.utf8.count))
        out += "  \(gap)\(place)  \(severity)  \(finding.message)  \(finding.rule)\n"
      }
      out += "\n"
    }
    if options.showsSummary { out += TextReport(options: options).ending(report) }
    return Array(out.utf8)
  }
}
