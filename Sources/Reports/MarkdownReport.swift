import Linting
import SourceText

/// `--format markdown`: for a comment on a pull request or a job's summary.
struct MarkdownReport {
  /// What one report lists at most; a comment of GitHub holds 65,536 characters.
  static let limit = 100
  let options: ReportOptions

  func write(_ report: LintReport) -> [UInt8] {
    var out = "### secretslint\n\n"
    out += TextReport(options: options).ending(report)
    if !report.findings.isEmpty {
      out += "\n| | rule | where | what |\n| --- | --- | --- | --- |\n"
      for finding in report.findings.prefix(Self.limit) {
        let place = finding.place.map { "`\($0.path):\($0.start.line)`" } ?? ""
        var what = finding.message
        if !finding.help.isEmpty { what += "<br>**help:** \(finding.help)" }
        if !finding.also.isEmpty { what += "<br>also: \(finding.also.prefix(3).joined(separator: ", "))" }
        out += "| \(mark(finding.severity)) | `\(finding.rule)` | \(Self.cell(place)) | \(Self.cell(what)) |\n"
      }
      let more = report.findings.count - Self.limit
      if more > 0 { out += "\n…and \(counted(more, "more finding")).\n" }
    }
    if !report.suppressed.isEmpty {
      out += "\n<details><summary>\(counted(report.suppressed.count, "finding")) suppressed</summary>\n\n| rule | where | reason |\n| --- | --- | --- |\n"
      for finding in report.suppressed.prefix(Self.limit) {
        let place = finding.place.map { "`\($0.path):\($0.start.line)`" } ?? ""
        out += "| `\(finding.rule)` | \(Self.cell(place)) | \(Self.cell(finding.suppression?.reason ?? "")) |\n"
      }
      out += "\n</details>\n"
    }
    return Array(out.utf8)
  }

  private func mark(_ severity: Severity) -> String {
    switch severity {
    case .error: "❌ error"
    case .warning: "⚠️ warning"
    case .info: "ℹ️ note"
    }
  }

  /// Text for a cell of a table: one line, no bars, no markup but our own line breaks.
  static func cell(_ text: String) -> String {
    var out = ""
    var rest = text[...]
    // Between backquotes nothing is markup, and nothing is decoded.
    var isCode = false
    while let scalar = rest.unicodeScalars.first {
      if rest.hasPrefix("<br>") {
        out += "<br>"
        rest = rest.dropFirst(4)
        continue
      }
      switch scalar {
      case "|": out += "\\|"
      case "\n", "\r": out += " "
      case "`":
        isCode.toggle()
        out += "`"
      case "<": out += isCode ? "<" : "&lt;"
      default: out.unicodeScalars.append(scalar)
      }
      rest.unicodeScalars.removeFirst()
    }
    return out
  }
}
