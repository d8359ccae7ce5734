import Linting
import SourceText

/// The default report: a block for each finding, as compilers print it.
struct TextReport {
  let options: ReportOptions
  private var secretLines: Set<SecretLine> = []

  init(options: ReportOptions) { self.options = options }

  func write(_ report: LintReport) -> [UInt8] {
    var copy = self
    copy.secretLines = report.secretLines
    return copy.text(report)
  }

  private func text(_ report: LintReport) -> [UInt8] {
    var out = ""
    for finding in report.findings {
      write(finding, to: &out)
      out += "\n"
    }
    if options.showsUnknown { writeUnknown(report, to: &out) }
    if options.showsSummary { out += ending(report) }
    return Array(out.utf8)
  }

  // MARK: A finding

  private func write(_ finding: Finding, to out: inout String) {
    out += style(finding.severity, "\(finding.severity.name)[\(finding.rule)]") + bold(": \(finding.message)") + "\n"
    let places = finding.labels.map { ($0.place, $0.message) }
    let numbers = ([finding.place].compactMap { $0 } + finding.labels.map(\.place)).map(\.end.line)
    let gutter = max(2, String(numbers.max() ?? 0).utf8.count)
    if let place = finding.place {
      let where_ = finding.instance.isEmpty ? "" : "   (\(finding.instance))"
      out += pad(gutter) + dim("-->") + " \(place.path):\(place.start.line):\(place.start.column)\(where_)\n"
      write([(place, finding.label)], context: true, gutter: gutter, mark: "^", severity: finding.severity, to: &out)
    } else if !finding.instance.isEmpty {
      out += pad(gutter) + dim("-->") + " \(finding.instance)\n"
    }
    var last = finding.place?.path
    for (place, message) in places {
      let arrow = place.path == last ? "..." : ":::"
      out += pad(gutter) + dim(arrow) + " \(place.path):\(place.start.line):\(place.start.column)\n"
      write([(place, message)], context: false, gutter: gutter, mark: "-", severity: .info, to: &out)
      last = place.path
    }
    if !finding.why.isEmpty { note("why", finding.why, gutter, &out) }
    if !finding.help.isEmpty { note("help", finding.help, gutter, &out) }
    writeAlso(finding, gutter, &out)
    note("docs", "secretslint explain \(finding.rule)", gutter, &out)
  }

  private func writeAlso(_ finding: Finding, _ gutter: Int, _ out: inout String) {
    guard !finding.also.isEmpty else { return }
    let shown = options.showsAllInstances ? finding.also : Array(finding.also.prefix(3))
    var text = shown.joined(separator: ", ")
    if finding.also.count > shown.count {
      text += " (\(counted(finding.also.count - shown.count, "more place")), --all-instances shows all)"
    }
    note("also", text, gutter, &out)
  }

  private func write(
    _ marks: [(Place, String)], context: Bool, gutter: Int, mark: String, severity: Severity, to out: inout String
  ) {
    out += pad(gutter) + " " + dim("|") + "\n"
    for (place, message) in marks {
      guard let line = Excerpt.line(place, hides: isSecret(place.span.source, place.start.line)) else { continue }
      if context, let before = parent(of: place) { writeLine(before, gutter, &out) }
      writeLine(line, gutter, &out)
      let caret = String(repeating: mark, count: line.marked.count) + (message.isEmpty ? "" : " " + message)
      out += pad(gutter) + " " + dim("|") + " " + pad(line.marked.lowerBound)
      out += (mark == "^" ? style(severity, caret) : blue(caret)) + "\n"
    }
    out += pad(gutter) + " " + dim("|") + "\n"
  }

  /// The line above, where it is not blank: it mostly holds the key that the line belongs to.
  private func parent(of place: Place) -> Excerpt.Line? {
    guard place.start.line > 1 else { return nil }
    let range = place.file.lines.range(ofLine: place.start.line - 2, in: place.file.bytes)
    let span = SourceSpan(source: place.span.source, range.lowerBound..<range.lowerBound)
    let hides = isSecret(place.span.source, place.start.line - 1)
    guard let line = Excerpt.line(Place(file: place.file, span: span), hides: hides) else { return nil }
    return line.text.contains { $0 != " " } ? line : nil
  }

  private func isSecret(_ source: SourceID, _ line: Int) -> Bool {
    secretLines.contains(SecretLine(source: source, line: line))
  }

  private func writeLine(_ line: Excerpt.Line, _ gutter: Int, _ out: inout String) {
    let number = String(line.number)
    out += dim(pad(gutter - number.utf8.count) + number + " |") + (line.text.isEmpty ? "" : " " + line.text) + "\n"
  }

  private func note(_ name: String, _ text: String, _ gutter: Int, _ out: inout String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
    guard let first = lines.first else { return }
    out += pad(gutter) + " " + dim("=") + " " + bold(name + ":") + " \(first)\n"
    for line in lines.dropFirst() { out += pad(gutter + 5 + name.utf8.count) + line + "\n" }
  }

  // MARK: The end

  private func writeUnknown(_ report: LintReport, to out: inout String) {
    for question in report.unknown {
      let place = question.place.map { " (\($0.path):\($0.start.line):\($0.start.column))" } ?? ""
      out += "unknown[\(question.rule)]: \(question.subject)\(place): \(question.reason)\n"
    }
    if !report.unknown.isEmpty { out += "\n" }
  }

  /// The closing lines of a report for people.
  func ending(_ report: LintReport) -> String {
    var out = ""
    if options.showsStatistics, !report.findings.isEmpty {
      var counts: [String: Int] = [:]
      for finding in report.findings { counts[finding.rule, default: 0] += 1 }
      for (rule, count) in counts.sorted(by: { $0.value != $1.value ? $0.value > $1.value : $0.key.bytesPrecede($1.key) }) {
        out += pad(4 - String(count).utf8.count) + "\(count)  \(rule)\n"
      }
      out += "\n"
    }
    return out + summaryLine(report) + "\n"
  }

  func summaryLine(_ report: LintReport) -> String {
    var looked: [String] = []
    if report.deployments > 0 { looked.append(counted(report.deployments, "deployment")) }
    if report.terraformRoots > 0 { looked.append(counted(report.terraformRoots, "Terraform root")) }
    looked.append(counted(report.rulesRun, "rule"))
    if let seconds = options.seconds { looked.append(Self.twoDigits(seconds) + " s") }
    let inside = "(\(looked.joined(separator: ", ")))"
    var text: String
    if report.findings.isEmpty {
      text = "No findings in \(counted(report.filesRead, "file")) \(inside)."
    } else {
      let counts = [(Severity.error, "error"), (.warning, "warning"), (.info, "note")]
        .map { (report.count($0.0), $0.1) }.filter { $0.0 > 0 }.map { counted($0.0, $0.1) }
      text = "Found \(counts.joined(separator: ", ")) in \(report.filesWithFindings) of \(counted(report.filesRead, "file")) \(inside)."
    }
    let accepted = report.suppressed.count { $0.suppression?.kind == .baseline }
    let silenced = report.suppressed.count - accepted
    if silenced > 0 { text += " \(counted(silenced, "finding")) suppressed." }
    if accepted > 0 { text += " \(counted(accepted, "finding")) in the baseline." }
    if !report.unknown.isEmpty {
      text += " \(report.unknown.count) unknown" + (options.showsUnknown ? "." : " (--show-unknown).")
    }
    if report.isIncomplete { text += " Something could not be rendered: what depends on it was not judged." }
    return text
  }

  static func twoDigits(_ seconds: Double) -> String {
    let hundredths = Int((max(0, min(seconds, 1e9)) * 100).rounded())
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }

  // MARK: Colours

  private func pad(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
  private func paint(_ code: String, _ text: String) -> String { options.color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
  private func bold(_ text: String) -> String { paint("1", text) }
  private func dim(_ text: String) -> String { paint("34", text) }
  private func blue(_ text: String) -> String { paint("36", text) }

  private func style(_ severity: Severity, _ text: String) -> String {
    switch severity {
    case .error: paint("1;31", text)
    case .warning: paint("1;33", text)
    case .info: paint("1;36", text)
    }
  }
}
