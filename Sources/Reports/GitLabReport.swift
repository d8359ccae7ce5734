import Linting
import SourceText
import Values

/// `--format gitlab`: the list that GitLab's code quality widget reads (a subset of Code Climate's issues).
struct GitLabReport {
  let options: ReportOptions

  func write(_ report: LintReport) -> [UInt8] {
    func object(_ pairs: [(String, Value)]) -> Value { .map(ValueMap(pairs)) }
    // GitLab shows one of several issues with the same fingerprint.
    var seen: [String: Int] = [:]
    let issues = report.findings.map { finding -> Value in
      let count = seen[finding.fingerprint, default: 0]
      seen[finding.fingerprint] = count + 1
      let first = finding.place?.start.line ?? 1
      let lines = object([("begin", .int(Int64(first))), ("end", .int(Int64(max(first, finding.place?.end.line ?? 1))))])
      var text = finding.message
      if !finding.help.isEmpty { text += " (help: \(finding.help))" }
      return object([
        ("type", .string("issue")), ("check_name", .string(finding.rule)), ("description", .string(text)),
        ("categories", .list([.string("Security")])), ("severity", .string(severity(finding.severity))),
        ("fingerprint", .string(count == 0 ? finding.fingerprint : "\(finding.fingerprint)-\(count)")),
        ("location", object([("path", .string(finding.place?.path ?? ".")), ("lines", lines)])),
      ])
    }
    return JSONWriter(style: .indented(2)).bytes(.list(issues)) + [UInt8(ascii: "\n")]
  }

  private func severity(_ severity: Severity) -> String {
    switch severity {
    case .error: "critical"
    case .warning: "minor"
    case .info: "info"
    }
  }
}
