import Linting
import SourceText

/// `--format github`: workflow commands that GitHub shows as annotations at the lines of a pull request. GitHub shows ten of each kind a
/// step; the rest is told in the log. `--format markdown --output "$GITHUB_STEP_SUMMARY"` makes the job's summary.
struct GitHubReport {
  static let limit = 10
  let options: ReportOptions

  func write(_ report: LintReport) -> [UInt8] {
    var out = ""
    for (severity, command) in [(Severity.error, "error"), (.warning, "warning"), (.info, "notice")] {
      let findings = report.findings.filter { $0.severity == severity }
      for finding in findings.prefix(Self.limit) { out += line(finding, command) }
      for finding in findings.dropFirst(Self.limit) {
        let place = finding.place.map { "\($0.path):\($0.start.line): " } ?? ""
        // A line that begins with `::` would be a command: the name of a file is none.
        out += "- " + Self.data("\(place)\(finding.severity.name)[\(finding.rule)]: \(finding.message)") + "\n"
      }
    }
    if options.showsSummary { out += TextReport(options: options).ending(report) }
    return Array(out.utf8)
  }

  private func line(_ finding: Finding, _ command: String) -> String {
    var properties: [String] = []
    if let place = finding.place {
      properties += ["file=\(Self.property(place.path))", "line=\(place.start.line)", "endLine=\(place.end.line)"]
      // Columns count only on one line.
      if place.start.line == place.end.line { properties += ["col=\(place.start.column)", "endColumn=\(max(place.end.column, place.start.column))"] }
    }
    properties.append("title=\(Self.property("secretslint(\(finding.rule))"))")
    var message = finding.message
    for label in finding.labels { message += "\n\(label.place.path):\(label.place.start.line): \(label.message)" }
    if !finding.why.isEmpty { message += "\nwhy: \(finding.why)" }
    if !finding.help.isEmpty { message += "\nhelp: \(finding.help)" }
    return "::\(command) \(properties.joined(separator: ","))::\(Self.data(message))\n"
  }

  static func data(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": out += "%25"
      case "\r": out += "%0D"
      case "\n": out += "%0A"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  static func property(_ text: String) -> String {
    var out = ""
    for scalar in data(text).unicodeScalars {
      switch scalar {
      case ":": out += "%3A"
      case ",": out += "%2C"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
