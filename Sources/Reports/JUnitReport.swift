import Linting
import SourceText

/// `--format junit`: a suite for each deployment and one for the rest of the repository, a case for each rule, so that passes show.
/// Errors and warnings are failures; suppressed findings are skipped cases with their reason.
struct JUnitReport {
  private static let rest = "repository"
  let options: ReportOptions

  func write(_ report: LintReport) -> [UInt8] {
    var suites = report.instances
    if !suites.contains(Self.rest) { suites.append(Self.rest) }
    let known = Set(suites)
    var cases: [String: [String: [Finding]]] = [:]
    for finding in report.findings + report.suppressed {
      let named = ([finding.instance] + finding.also).filter(known.contains)
      for suite in named.isEmpty ? [Self.rest] : named { cases[suite, default: [:]][finding.rule, default: []].append(finding) }
    }
    let rules = report.rules.map(\.id)
    var body = ""
    var total = (tests: 0, failures: 0, skipped: 0)
    for suite in suites {
      let found = cases[suite] ?? [:]
      // Rules that failed beside those that ran come last.
      let ids = rules + found.keys.filter { !rules.contains($0) }.sorted { $0.bytesPrecede($1) }
      var count = (tests: ids.count, failures: 0, skipped: 0)
      var text = ""
      for id in ids { text += testCase(id, suite, found[id] ?? [], &count) }
      body += "  <testsuite name=\"\(MarkupText.escaped(suite))\" tests=\"\(count.tests)\" failures=\"\(count.failures)\" skipped=\"\(count.skipped)\">\n"
      body += text + "  </testsuite>\n"
      total = (total.tests + count.tests, total.failures + count.failures, total.skipped + count.skipped)
    }
    let head =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"secretslint\" tests=\"\(total.tests)\" failures=\"\(total.failures)\" skipped=\"\(total.skipped)\">\n"
    return Array((head + body + "</testsuites>\n").utf8)
  }

  private func testCase(_ id: String, _ suite: String, _ findings: [Finding], _ count: inout (tests: Int, failures: Int, skipped: Int)) -> String {
    let head = "    <testcase classname=\"\(MarkupText.escaped(suite))\" name=\"\(MarkupText.escaped(id))\""
    let failed = findings.filter { $0.suppression == nil && $0.severity > .info }
    let notes = findings.filter { $0.suppression == nil && $0.severity == .info }
    if let first = failed.first {
      count.failures += 1
      let file = first.place.map { " file=\"\(MarkupText.escaped($0.path))\" line=\"\($0.start.line)\"" } ?? ""
      let text = failed.map(Self.text).joined(separator: "\n")
      return head + file + ">\n      <failure type=\"\(first.severity.name)\" message=\"\(MarkupText.escaped(first.message))\">"
        + MarkupText.escaped(text) + "</failure>\n    </testcase>\n"
    }
    if !notes.isEmpty {
      return head + ">\n      <system-out>" + MarkupText.escaped(notes.map(Self.text).joined(separator: "\n")) + "</system-out>\n    </testcase>\n"
    }
    if let suppression = findings.first?.suppression {
      count.skipped += 1
      return head + ">\n      <skipped message=\"\(MarkupText.escaped(suppression.reason))\"/>\n    </testcase>\n"
    }
    return head + "/>\n"
  }

  private static func text(_ finding: Finding) -> String {
    var text = finding.place.map { "\($0.path):\($0.start.line):\($0.start.column): " } ?? ""
    text += "\(finding.severity.name): \(finding.message)"
    if !finding.why.isEmpty { text += "\nwhy: \(finding.why)" }
    if !finding.help.isEmpty { text += "\nhelp: \(finding.help)" }
    return text
  }
}
