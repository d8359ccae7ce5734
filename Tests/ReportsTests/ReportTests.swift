import Linting
import Reports
import SourceText
import Support
import Testing

/// A report with one finding of three places, one without a place, wide letters and a tab.
private func sampleReport() -> LintReport {
  let sources = SourceMap()
  func place(_ file: SourceFile, _ needle: String, _ offset: Int = 0) -> Place {
    let bytes = Array(needle.utf8)
    let all = file.bytes
    let start = (0..<all.count).first { all[$0...].starts(with: bytes) } ?? 0
    return Place(file: file, span: SourceSpan(source: file.id, (start + offset)..<(start + bytes.count)))
  }
  let values = sources.add(
    path: "charts/web/values/staging.yaml",
    bytes: Array("  objects:\n    - objectName: production/shop/web/database\n".utf8))
  let apps = sources.add(path: "apps/web.yaml", bytes: Array("elements:\n\t- env: staging # 環境 é\n".utf8))
  var report = LintReport()
  report.findings = [
    Finding(
      rule: "secret-path-env-mismatch", severity: .error, message: "staging pod `web` reads a production secret",
      place: place(values, "production"), label: "environment `production`",
      labels: [FindingLabel(place: place(apps, "staging"), message: "this element deploys to `staging`")],
      why: "a staging pod holds production's password", help: "use `staging/shop/web/database`",
      instance: "Application web-staging, namespace staging", also: ["web-dev"], objects: ["Deployment/web"]),
    Finding(
      rule: "render-failed", severity: .warning, message: "wide line", place: place(apps, "環境"), objects: []),
  ]
  var silenced = Finding(
    rule: "secret-path-env-mismatch", severity: .error, message: "accepted | <here>", place: place(apps, "elements"),
    instance: "Application web-staging, namespace staging")
  silenced.suppression = Suppression(kind: .comment, place: place(apps, "# 環境"), reason: "agreed with ops")
  report.suppressed = [silenced]
  report.instances = ["Application web-staging, namespace staging", "Application web-production, namespace production"]
  report.rules = [
    RuleDescription(
      id: "secret-path-env-mismatch", title: "Secret of another environment", severity: .error, rationale: "Why.",
      remediation: "How.", tags: ["core"])
  ]
  report.filesRead = 96
  report.deployments = 6
  report.terraformRoots = 1
  report.rulesRun = 13
  return report
}

@Suite struct ReportTests {
  @Test(arguments: ReportFormat.allCases)
  func eachFormatHasOneCannedReport(_ format: ReportFormat) {
    var options = ReportOptions()
    options.toolVersion = "0.0.0"
    options.seconds = 0.18
    let text = String(decoding: sampleReport().written(as: format, options: options), as: UTF8.self)
    expectGolden(text, "reports/sample.\(format.rawValue)")
  }

  /// GitHub takes a line of the log that begins with `::` as a command.
  @Test func namesOfFilesAreNoCommandsOfGitHub() {
    let file = SourceMap().add(path: "::error::owned\n::add-mask::x/a.yaml", bytes: Array("a: 1\n".utf8))
    let finding = Finding(rule: "x", severity: .error, message: "told\n::stop-commands::x", place: Place(file: file, span: SourceSpan(source: file.id, 0..<1)))
    var report = LintReport()
    report.findings = Array(repeating: finding, count: 12)
    let lines = String(decoding: report.written(as: .github), as: UTF8.self).split(separator: "\n")
    let commands = lines.filter { $0.hasPrefix("::") }
    #expect(commands.count == 10 && commands.allSatisfy { $0.hasPrefix("::error file=%3A%3Aerror%3A%3Aowned%0A%3A%3Aadd-mask") })
    #expect(lines.count { $0.hasPrefix("- ::error::owned%0A::add-mask::x/a.yaml:1: error[x]: told%0A::stop-commands::x") } == 2)
  }

  @Test func aCleanReportSaysWhatWasChecked() {
    var report = LintReport()
    report.filesRead = 1
    report.rulesRun = 2
    let text = String(decoding: report.written(as: .text), as: UTF8.self)
    #expect(text == "No findings in 1 file (2 rules).\n")
  }

  @Test func longLinesAreCutAroundTheCaret() {
    let sources = SourceMap()
    let line = String(repeating: "a", count: 300) + "X" + String(repeating: "b", count: 300)
    let file = sources.add(path: "f", bytes: Array(line.utf8))
    var report = LintReport()
    report.findings = [
      Finding(rule: "r", severity: .error, message: "m", place: Place(file: file, span: SourceSpan(source: file.id, 300..<301)))
    ]
    let lines = String(decoding: report.written(as: .text), as: UTF8.self).split(separator: "\n")
    let shown = lines.first { $0.contains("X") } ?? ""
    let caret = lines.first { $0.contains("^") } ?? ""
    #expect(shown.count < 140)
    #expect(shown.distance(from: shown.startIndex, to: shown.firstIndex(of: "X") ?? shown.endIndex)
      == caret.distance(from: caret.startIndex, to: caret.firstIndex(of: "^") ?? caret.endIndex))
  }
}
