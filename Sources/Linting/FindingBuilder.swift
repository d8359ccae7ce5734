import AccessModel
import Rules
import SourceText
import Values

/// Turns what the rules said about nodes into findings at places: one finding for each cause, further instances folded into it.
struct FindingBuilder {
  let provenance: Provenance
  let prefix: String
  private var questions: Set<OpenQuestion> = []

  init(provenance: Provenance, prefix: String) {
    self.provenance = provenance
    self.prefix = prefix
  }

  mutating func report(_ run: RuleRun, diagnostics: [Diagnostic]) -> LintReport {
    var report = LintReport()
    var index: [Cause: Int] = [:]
    for result in run.results {
      if case .unknown(let reason) = result.outcome {
        let question = OpenQuestion(
          rule: result.rule.id, subject: result.node.title, reason: reason, place: place(result.at))
        if questions.insert(question).inserted { report.unknown.append(question) }
        continue
      }
      let finding = finding(result)
      let cause = Cause(rule: finding.rule, place: finding.place, message: finding.place == nil ? finding.message : "")
      if let known = index[cause] {
        report.findings[known].fold(finding)
      } else {
        index[cause] = report.findings.count
        report.findings.append(finding)
      }
    }
    report.findings += run.failures.map(finding) + diagnostics.map(finding)
    report.isIncomplete = !run.failures.isEmpty || diagnostics.contains { $0.severity == .error }
    report.findings.sort(by: Finding.precedes)
    report.unknown.sort { ($0.rule, $0.subject, $0.reason) < ($1.rule, $1.subject, $1.reason) }
    return report
  }

  /// What makes two results one finding: the same rule at the same line to edit.
  private struct Cause: Hashable {
    var rule: String
    var place: Place?
    var message: String
  }

  private func place(_ origin: Origin) -> Place? {
    provenance.origins.editPlace(origin).flatMap(place)
  }

  private func place(_ span: SourceSpan) -> Place? {
    provenance.sources.file(span.source).map { Place(file: $0, span: span, prefix: prefix) }
  }

  private func finding(_ result: RuleResult) -> Finding {
    let place = place(result.at)
    var labels: [FindingLabel] = []
    for (origin, message) in result.related {
      guard let other = self.place(origin), other != place, !labels.contains(where: { $0.place == other }) else { continue }
      labels.append(FindingLabel(place: other, message: message))
    }
    // A chart's defaults alone are an example of what somebody may deploy: worth a note, not a failed check.
    let severity = result.node.isOfDefaults ? min(result.severity, .info) : result.severity
    return Finding(
      rule: result.rule.id, severity: severity, message: Self.oneLine(result.message), place: place, label: result.label, labels: labels,
      why: result.rule.why, help: result.help.isEmpty ? result.rule.remediation : result.help, instance: result.node.instance,
      objects: [result.node.objectName])
  }

  /// A message as one line of bearable length: chains of template calls may have thousands of links, of which the ends matter.
  private static func oneLine(_ text: String) -> String {
    var line = text
    if text.utf8.contains(UInt8(ascii: "\n")) {
      line = text.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " } }.joined(separator: " ")
    }
    guard line.utf8.count > 480 else { return line }
    return "\(line.prefix(200)) … \(line.suffix(240))"
  }

  /// A rule that failed is a defect of the rule; what it would have found is not known.
  private func finding(_ failure: RuleFailure) -> Finding {
    let span = SourceSpan(source: failure.rule.source.id, 0..<0)
    return Finding(
      rule: failure.rule.id, severity: .error, message: "rule failed on \(failure.node.title): \(failure.message)",
      place: Place(file: failure.rule.source, span: span), objects: [failure.node.objectName])
  }

  private func finding(_ diagnostic: Diagnostic) -> Finding {
    Finding(
      rule: "rule-invalid", severity: diagnostic.severity, message: diagnostic.message, place: diagnostic.span.flatMap(place),
      labels: diagnostic.labels.compactMap { label in
        place(label.span).map { FindingLabel(place: $0, message: label.message) }
      }, help: diagnostic.notes.joined(separator: "\n"))
  }
}

extension Finding {
  /// Adds another instance of the same cause.
  fileprivate mutating func fold(_ other: Finding) {
    severity = max(severity, other.severity)
    for object in other.objects where !objects.contains(object) { objects.append(object) }
    if !other.instance.isEmpty, other.instance != instance, !also.contains(other.instance) { also.append(other.instance) }
  }
}

extension ModelNode {
  /// The deployment or Terraform address that shows it, for people; "" where there is none.
  fileprivate var instance: String {
    if let deployment = fields["deployment"]?.object as? ModelNode { return deployment.instance }
    if type == .deployment {
      guard fields["application"]?.object is ModelNode, let name = fields["name"]?.string else { return title }
      let namespace = fields["namespace"]?.string ?? ""
      return "Application \(name)" + (namespace.isEmpty ? "" : ", namespace \(namespace)")
    }
    return fields["address"]?.string ?? ""
  }

  /// Whether it belongs to a chart that was rendered with nothing but its own defaults.
  fileprivate var isOfDefaults: Bool {
    let deployment = type == .deployment ? self : fields["deployment"]?.object as? ModelNode
    return deployment?.fields["isDefault"]?.bool == true
  }

  /// "Deployment/web", for formats that carry names of objects.
  fileprivate var objectName: String {
    guard let name = fields["name"]?.string, !name.isEmpty else { return id }
    return (fields["kind"]?.string ?? type.rawValue) + "/" + name
  }
}
