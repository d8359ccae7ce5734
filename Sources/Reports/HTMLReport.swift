import Linting
import SourceText

/// `--format html`: one file without scripts and without anything from the network.
struct HTMLReport {
  let options: ReportOptions

  func write(_ report: LintReport) -> [UInt8] {
    var out = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <title>secretslint</title>
      <style>
      body { font: 15px/1.5 system-ui, sans-serif; max-width: 72em; margin: 2em auto; padding: 0 1em; color: #1b1f24; background: #fff }
      code, pre { font: 13px/1.45 ui-monospace, monospace }
      pre { background: #f5f6f8; padding: .6em .8em; overflow-x: auto; border-radius: 4px }
      article { border-left: 4px solid #888; padding: .2em 0 .2em 1em; margin: 1.5em 0 }
      article.error { border-color: #c0272d } article.warning { border-color: #b7791f } article.info { border-color: #2b6cb0 }
      h2 { font-size: 1.05em; margin: .2em 0 } .rule { font-weight: normal; color: #57606a } dt { font-weight: 600; float: left; margin-right: .5em }
      dd { margin: 0 } @media (prefers-color-scheme: dark) { body { background: #16191d; color: #dde1e6 } pre { background: #22262c } }
      </style>
      </head>
      <body>
      <h1>secretslint</h1>

      """
    out += "<p>\(escaped(TextReport(options: options).summaryLine(report)))</p>\n"
    for finding in report.findings { out += article(finding, report) }
    if !report.suppressed.isEmpty {
      out += "<details><summary>\(counted(report.suppressed.count, "finding")) suppressed</summary>\n"
      for finding in report.suppressed { out += article(finding, report) }
      out += "</details>\n"
    }
    return Array((out + "</body>\n</html>\n").utf8)
  }

  private func escaped(_ text: String) -> String { MarkupText.escaped(text) }

  private func article(_ finding: Finding, _ report: LintReport) -> String {
    var out = "<article class=\"\(finding.severity.name)\">\n"
    out += "<h2>\(finding.severity.name): \(escaped(finding.message)) <span class=\"rule\">\(escaped(finding.rule))</span></h2>\n"
    if let place = finding.place { out += excerpt(place, finding.label, report) }
    for label in finding.labels { out += excerpt(label.place, label.message, report) }
    out += "<dl>\n"
    if !finding.instance.isEmpty { out += row("where", ([finding.instance] + finding.also).joined(separator: ", ")) }
    if !finding.why.isEmpty { out += row("why", finding.why) }
    if !finding.help.isEmpty { out += row("help", finding.help) }
    if let suppression = finding.suppression { out += row("suppressed", suppression.reason) }
    return out + "</dl>\n</article>\n"
  }

  private func row(_ name: String, _ text: String) -> String { "<dt>\(name)</dt><dd>\(escaped(text))</dd>\n" }

  private func excerpt(_ place: Place, _ label: String, _ report: LintReport) -> String {
    var out = "<div><code>\(escaped(place.path)):\(place.start.line):\(place.start.column)</code> \(escaped(label))</div>\n"
    let hides = report.secretLines.contains(SecretLine(source: place.span.source, line: place.start.line))
    guard let line = Excerpt.line(place, hides: hides) else { return out }
    let caret = String(repeating: " ", count: line.marked.lowerBound) + String(repeating: "^", count: line.marked.count)
    out += "<pre>\(escaped(line.text))\n\(caret)</pre>\n"
    return out
  }
}
