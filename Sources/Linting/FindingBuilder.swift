import AccessModel
import Rules
import SourceText
import Values

/// Turns what the rules said about nodes into findings at places: levels, suppressions and the baseline are applied to each instance, then
/// those of one cause are folded into one finding.
struct FindingBuilder {
  let provenance: Provenance
  let options: LintOptions
  let rules: RulePack
  private var suppressions: Suppressions
  private var questions: Set<OpenQuestion> = []
  private var names: [String: RuleNames] = [:]

  private var prefix: String { options.prefix }

  /// - Parameter skipped: files that are not searched for suppressions.
  init(_ options: LintOptions, rules: RulePack, provenance: Provenance, skipped: Set<SourceID>) {
    self.provenance = provenance
    self.options = options
    self.rules = rules
    suppressions = Suppressions(options, provenance: provenance, skipped: skipped)
  }

  /// - Parameter asked: the rules that were run.
  mutating func report(_ run: RuleRun, graph: AccessGraph, diagnostics: [Diagnostic], asked: [RuleFile]) -> LintReport {
    var report = LintReport()
    var instances: [Finding] = []
    for rule in rules.rules { names[rule.rule.id] = RuleNames(rule.rule) }
    if options.honoursSuppressions { suppressions.noteAnnotations(graph) }
    for result in run.results {
      if case .unknown(let reason) = result.outcome {
        let place = place(result.at)
        if options.honoursSuppressions {
          // A suppression of what cannot be decided here is not one of no use.
          let probe = Finding(rule: result.rule.id, severity: .info, message: "", place: place)
          _ = suppressions.suppression(of: probe, names: RuleNames(result.rule), origin: result.at, node: result.node)
        }
        let question = OpenQuestion(rule: result.rule.id, subject: result.node.title, reason: reason, place: place)
        if questions.insert(question).inserted { report.unknown.append(question) }
        continue
      }
      if let finding = judged(finding(result), result) { instances.append(finding) }
    }
    var own = run.failures.map(finding)
    for diagnostic in diagnostics { if let finding = leveled(finding(diagnostic)) { own.append(finding) } }
    report.baselineKeys = instances.compactMap { $0.suppression == nil ? $0.keys.first : nil }
    // What could not be rendered may be what a suppression or an entry of the baseline is about.
    let isWhole = run.failures.isEmpty && !graph[.failure].contains { $0.fields["severity"]?.string == Severity.error.name }
    if options.honoursSuppressions, let baseline = options.baseline {
      own += apply(baseline, to: &instances, asked: isWhole ? Set(asked.map(\.id)) : []).compactMap(leveled)
    }
    if options.honoursSuppressions, options.judgesSuppressions { own += problems(isWhole ? asked : []).compactMap(leveled) }
    fold(instances, into: &report)
    for node in graph[.deployment] where !report.instances.contains(node.instance) { report.instances.append(node.instance) }
    report.findings += own
    report.isIncomplete = !run.failures.isEmpty || diagnostics.contains { $0.severity == .error }
    report.findings.sort(by: Finding.precedes)
    report.suppressed.sort(by: Finding.precedes)
    report.unknown.sort { ($0.rule, $0.subject, $0.reason) < ($1.rule, $1.subject, $1.reason) }
    return report
  }

  /// What makes two results one finding: the same rule at the same line to edit, silenced by the same word or not at all.
  private struct Cause: Hashable {
    var rule: String
    var place: Place?
    var message: String
    var suppression: Suppression?
  }

  private func fold(_ instances: [Finding], into report: inout LintReport) {
    var index: [Cause: Int] = [:]
    var folded: [Finding] = []
    for finding in instances {
      let cause = Cause(
        rule: finding.rule, place: finding.place, message: finding.place == nil ? finding.message : "", suppression: finding.suppression)
      if let known = index[cause] {
        folded[known].fold(finding)
      } else {
        index[cause] = folded.count
        folded.append(finding)
      }
    }
    for finding in folded {
      if finding.suppression == nil { report.findings.append(finding) } else { report.suppressed.append(finding) }
    }
  }

  // MARK: Levels and suppressions

  /// A finding with the level that configuration gives it and with what silences it.
  private mutating func judged(_ finding: Finding, _ result: RuleResult) -> Finding? {
    var finding = finding
    let rule = result.rule
    let names = self.names[rule.id] ?? RuleNames(rule)
    finding.severity = options.levels.severity(of: result.severity, rule: names, usual: rule.severity)
    if let (level, suppression) = suppressions.override(finding, names) {
      switch level {
      case .severity(let severity): finding.severity = severity
      case .off: if options.honoursSuppressions, rule.isSuppressible { finding.suppression = suppression }
      }
    }
    // A chart's defaults alone are an example of what somebody may deploy: worth a note, not a failed check.
    if result.node.isOfDefaults { finding.severity = min(finding.severity, .info) }
    if options.honoursSuppressions, rule.isSuppressible, finding.suppression == nil {
      finding.suppression = suppressions.suppression(of: finding, names: names, origin: result.at, node: result.node)
    }
    let path = TreePathText.resolve(finding.place?.file.path ?? "", from: options.overrideBase) ?? ""
    finding.keys = [BaselineKey(rule: rule.id, deployment: result.node.deploymentName, object: result.node.id, path: path)]
    return finding
  }

  /// A finding of the linter's own with the level that the configuration gives it; nil for off.
  private func leveled(_ finding: Finding) -> Finding? {
    var finding = finding
    switch options.levels.level(RuleNames(id: finding.rule)) {
    case .off?: return finding.rule == LinterRules.broken.id ? finding : nil
    case .severity(let severity)?: finding.severity = severity
    case nil: break
    }
    return finding
  }

  private func problems(_ asked: [RuleFile]) -> [Finding] {
    let all = rules.rules.map(\.rule)
    return suppressions.problems(
      run: Set(asked.flatMap { [$0.id] + $0.aliases }), known: Set(all.flatMap { [$0.id] + $0.aliases }),
      fixed: Set(all.filter { !$0.isSuppressible }.flatMap { [$0.id] + $0.aliases }))
  }

  /// Silences what the baseline holds, and gives the entries that match nothing. Where there are more findings of one key than the baseline
  /// has, all of them are reported: which of them is new cannot be told.
  private func apply(_ baseline: Baseline, to instances: inout [Finding], asked: Set<String>) -> [Finding] {
    var counts: [BaselineKey: Int] = [:]
    for finding in instances where finding.suppression == nil { for key in finding.keys { counts[key, default: 0] += 1 } }
    var accepted: [BaselineKey: Baseline.Entry] = [:]
    var stale: [Finding] = []
    for entry in baseline.entries {
      let count = counts[entry.key] ?? 0
      if count <= entry.count, count > 0 { accepted[entry.key] = entry }
      guard options.judgesSuppressions, options.judgesBaseline, count < entry.count, asked.contains(entry.key.rule) || rules[entry.key.rule] == nil
      else { continue }
      let place = Place(file: baseline.file, span: entry.span, prefix: prefix)
      let what = count == 0 ? "is gone" : "is there \(count) times, not \(entry.count)"
      stale.append(
        LinterRules.stale.finding(
          "baseline: finding of `\(entry.key.rule)` in \(entry.key.path) \(what)", at: place, help: "run `secretslint lint --prune-baseline`"))
    }
    guard !accepted.isEmpty else { return stale }
    for index in instances.indices where instances[index].suppression == nil {
      guard let key = instances[index].keys.first, let entry = accepted[key], rules[key.rule]?.rule.isSuppressible ?? true else { continue }
      let place = Place(file: baseline.file, span: entry.span, prefix: prefix)
      instances[index].suppression = Suppression(
        kind: .baseline, place: place, reason: entry.reason.isEmpty ? "accepted in the baseline" : entry.reason)
    }
    return stale
  }

  // MARK: Places

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
    return Finding(
      rule: result.rule.id, severity: result.severity, message: Self.oneLine(result.message), place: place, label: result.label, labels: labels,
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
      rule: LinterRules.broken.id, severity: diagnostic.severity, message: diagnostic.message, place: diagnostic.span.flatMap(place),
      labels: diagnostic.labels.compactMap { label in
        place(label.span).map { FindingLabel(place: $0, message: label.message) }
      }, help: diagnostic.notes.joined(separator: "\n"))
  }
}

extension Finding {
  /// Adds another instance of the same cause.
  fileprivate mutating func fold(_ other: Finding) {
    severity = max(severity, other.severity)
    keys += other.keys
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

  /// The deployment's name, or the directory of the Terraform root.
  fileprivate var deploymentName: String {
    if type == .deployment { return fields["name"]?.string ?? "" }
    if let deployment = fields["deployment"]?.object as? ModelNode { return deployment.deploymentName }
    return fields["directory"]?.string ?? ""
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
