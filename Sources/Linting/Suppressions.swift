import AccessModel
import FileTree
import SourceText
import Values

/// What silences findings: comments, annotations, overrides of the configuration. Keeps count of what was of use, so that the rest can be
/// reported.
struct Suppressions {
  /// Today as YYYY-MM-DD.
  let today: String
  /// Whether a suppression without a reason has no effect.
  let requiresReason: Bool
  private let provenance: Provenance
  private let prefix: String
  private let overrides: [PathOverride]
  private let overrideBase: String
  private var comments: [SourceID: [Int]] = [:]
  private var all: [(comment: SuppressionComment, file: SourceFile)] = []
  /// Per comment the rules that it silenced.
  private var used: [Set<String>] = []
  /// Annotations that were met, by their place.
  private var annotations: [SourceSpan: AnnotationSuppression] = [:]
  private var annotationOrder: [SourceSpan] = []
  private var expiredOverrides: Set<Int> = []

  /// - Parameter skipped: files that are ours: rules, configuration, baseline.
  init(_ options: LintOptions, provenance: Provenance, skipped: Set<SourceID>) {
    today = options.today
    requiresReason = options.requiresReason
    prefix = options.prefix
    overrides = options.overrides
    overrideBase = options.overrideBase
    self.provenance = provenance
    for file in provenance.sources.files where !skipped.contains(file.id) {
      for comment in SuppressionScanner.scan(file) {
        comments[file.id, default: []].append(all.count)
        all.append((comment, file))
        used.append([])
      }
    }
  }

  /// The annotation's key without the rule's id.
  static let annotationPrefix = "secretslint.dev/ignore."

  /// What silences a finding, if something does, has a reason and is not over.
  /// - Parameters:
  ///   - origin: of the value that the rule blames. A comment counts at every place that the value came through: the values file and the
  ///     template's action.
  ///   - node: nil where no object stands behind the finding.
  mutating func suppression(of finding: Finding, names: RuleNames, origin: Origin, node: ModelNode?) -> Suppression? {
    if !comments.isEmpty {
      for place in [finding.place].compactMap({ $0 }) {
        if let found = comment(place.span, names) { return found }
      }
      for entry in provenance.origins.chain(origin) {
        if let found = comment(entry.span, names) { return found }
      }
    }
    if let node, let found = annotation(node, names) { return found }
    return nil
  }

  private mutating func comment(_ span: SourceSpan, _ names: RuleNames) -> Suppression? {
    for index in comments[span.source] ?? [] {
      let (comment, file) = all[index]
      guard comment.problem.isEmpty, let named = comment.rules.first(where: { $0.name == names.id || names.aliases.contains($0.name) }),
        comment.covers(file.position(span.start).line - 1)
      else { continue }
      used[index].insert(named.name)
      if let until = comment.until, until.bytesPrecede(today) { continue }
      if comment.reason.isEmpty, requiresReason { continue }
      return Suppression(
        kind: .comment, place: Place(file: file, span: comment.span, prefix: prefix), reason: comment.reason)
    }
    return nil
  }

  // MARK: Annotations

  private mutating func annotation(_ node: ModelNode, _ names: RuleNames) -> Suppression? {
    for map in Self.annotations(of: node) {
      for id in [names.id] + names.aliases {
        guard let entry = map.entry(Self.annotationPrefix + id) else { continue }
        let origin = entry.keyOrigin.isKnown ? entry.keyOrigin : entry.value.origin
        guard let text = entry.value.string, let span = provenance.origins.editPlace(origin), let file = provenance.sources.file(span.source)
        else { continue }
        let known = note(AnnotationSuppression(text, rule: id, file: file, span: span))
        if !known.problem.isEmpty { continue }
        annotations[span]?.isUsed = true
        if let until = known.until, until.bytesPrecede(today) { continue }
        if known.reason.isEmpty, requiresReason { continue }
        return Suppression(kind: .annotation, place: Place(file: file, span: span, prefix: prefix), reason: known.reason)
      }
    }
    return nil
  }

  private mutating func note(_ annotation: AnnotationSuppression) -> AnnotationSuppression {
    if let known = annotations[annotation.span] { return known }
    annotations[annotation.span] = annotation
    annotationOrder.append(annotation.span)
    return annotation
  }

  /// Annotations of the object that a node stands for, then of the objects that it belongs to.
  private static func annotations(of node: ModelNode) -> [ValueMap] {
    var result: [ValueMap] = []
    func add(_ node: ModelNode) {
      if let map = node.fields["object"]?.at("metadata", "annotations")?.map ?? node.fields["annotations"]?.map { result.append(map) }
    }
    add(node)
    for owner in ["workload", "secretProviderClass", "serviceAccount", "secret"] where node.type != .workload && node.type != .serviceAccount {
      if let other = node.fields[owner]?.object as? ModelNode { add(other) }
    }
    if node.type == .deployment, let application = node.fields["application"]?.object as? ModelNode { add(application) }
    return result
  }

  /// Notes all annotations of rendered objects, so that those of no use are reported too.
  mutating func noteAnnotations(_ graph: AccessGraph) {
    for node in graph[.object] + graph[.application] {
      let map = node.fields["object"]?.at("metadata", "annotations")?.map
      for entry in map?.entries ?? [] {
        let key = entry.key.string
        guard key.hasPrefix(Self.annotationPrefix) else { continue }
        let origin = entry.keyOrigin.isKnown ? entry.keyOrigin : entry.value.origin
        guard let span = provenance.origins.editPlace(origin), let file = provenance.sources.file(span.source), let text = entry.value.string
        else { continue }
        _ = note(AnnotationSuppression(text, rule: String(key.dropFirst(Self.annotationPrefix.utf8.count)), file: file, span: span))
      }
    }
  }

  // MARK: Overrides

  /// The level that the last override gives a finding, with what to say of it where it is off.
  mutating func override(_ finding: Finding, _ names: RuleNames) -> (level: RuleLevel, suppression: Suppression)? {
    guard !overrides.isEmpty, let place = finding.place,
      let path = TreePathText.resolve(place.file.path, from: overrideBase)
    else { return nil }
    for (index, override) in overrides.enumerated().reversed() {
      guard let level = override.levels.last(where: { names.contains($0.name.text) })?.level, override.globs.contains(where: { $0.matches(path) })
      else { continue }
      if !override.until.isEmpty, override.until.bytesPrecede(today) {
        expiredOverrides.insert(index)
        continue
      }
      guard let file = provenance.sources.file(override.span.source) else { continue }
      return (level, Suppression(kind: .configuration, place: Place(file: file, span: override.span, prefix: prefix), reason: override.reason))
    }
    return nil
  }

  // MARK: What is wrong with them

  /// Findings about suppressions: malformed, without a reason, over, of no use.
  /// - Parameters:
  ///   - run: ids of the rules that were asked.
  ///   - known: all ids and former ids.
  ///   - fixed: ids of rules that nothing silences.
  func problems(run: Set<String>, known: Set<String>, fixed: Set<String>) -> [Finding] {
    var findings: [Finding] = []
    // Several renderings may have read one file in several versions.
    var usedAt: [Place: Set<String>] = [:]
    for (index, (comment, file)) in all.enumerated() {
      usedAt[Place(file: file, span: comment.span, prefix: prefix), default: []].formUnion(used[index])
    }
    for (comment, file) in all {
      let place = Place(file: file, span: comment.span, prefix: prefix)
      guard let used = usedAt.removeValue(forKey: place) else { continue }
      judge(
        comment.rules.map { ($0.name, Place(file: file, span: $0.span, prefix: prefix)) }, used: used, at: place, problem: comment.problem,
        reason: comment.reason, until: comment.until, known: known, fixed: fixed, run: run, into: &findings)
    }
    for span in annotationOrder {
      guard let annotation = annotations[span] else { continue }
      let place = Place(file: annotation.file, span: span, prefix: prefix)
      judge(
        [(annotation.rule, place)], used: annotation.isUsed ? [annotation.rule] : [], at: place, problem: annotation.problem,
        reason: annotation.reason, until: annotation.until, known: known, fixed: fixed, run: run, into: &findings)
    }
    for index in expiredOverrides.sorted() {
      let override = overrides[index]
      guard let file = provenance.sources.file(override.span.source) else { continue }
      findings.append(
        LinterRules.expired.finding(
          "the override ended on \(override.until)", at: Place(file: file, span: override.span, prefix: prefix),
          help: "delete it, or give it a later `until`"))
    }
    return findings
  }

  private func judge(
    _ rules: [(name: String, place: Place)], used: Set<String>, at place: Place, problem: String, reason: String, until: String?,
    known: Set<String>, fixed: Set<String>, run: Set<String>, into findings: inout [Finding]
  ) {
    if !problem.isEmpty {
      findings.append(LinterRules.invalid.finding("suppression has no effect: \(problem)", at: place, help: "write `# secretslint: ignore RULE -- reason`"))
      return
    }
    for (name, place) in rules {
      if !known.contains(name) {
        let near = nearestName(to: name, in: known.sorted()).map { "use `\($0)`" } ?? "`secretslint rules list` shows the rules"
        findings.append(LinterRules.invalid.finding("suppression names `\(name)`, which is no rule", at: place, help: near))
      } else if fixed.contains(name) {
        findings.append(LinterRules.invalid.finding("rule `\(name)` cannot be suppressed", at: place, help: "delete the suppression and repair the cause"))
      } else if let until, until.bytesPrecede(today) {
        let help = used.contains(name) ? "repair the finding and delete the suppression, or give it a later `until`" : "delete it"
        findings.append(LinterRules.expired.finding("the suppression of `\(name)` ended on \(until)", at: place, help: help))
      } else if run.contains(name), !used.contains(name) {
        findings.append(LinterRules.unused.finding("the suppression of `\(name)` silences nothing", at: place, help: "delete it"))
      }
    }
    if reason.isEmpty, rules.contains(where: { known.contains($0.name) }) {
      var finding = LinterRules.invalid.finding(
        requiresReason ? "suppression without a reason has no effect" : "suppression has no reason", at: place,
        help: "say why at its end: ` -- reads the file on every request`")
      if !requiresReason { finding.severity = .warning }
      findings.append(finding)
    }
  }
}

/// `secretslint.dev/ignore.RULE: [until=YYYY-MM-DD] reason` on an object.
private struct AnnotationSuppression: Sendable {
  var rule: String
  var until: String?
  var reason: String
  var file: SourceFile
  var span: SourceSpan
  var problem = ""
  var isUsed = false

  init(_ text: String, rule: String, file: SourceFile, span: SourceSpan) {
    self.rule = rule
    self.file = file
    self.span = span
    var rest = text.trimmed
    if rest.hasPrefix("until=") {
      let day = String(rest.dropFirst("until=".count).prefix { $0 != " " })
      until = day
      rest = String(rest.dropFirst("until=".count + day.count)).trimmed
      if rest.hasPrefix("-- ") { rest = String(rest.dropFirst(3)).trimmed }
      if !CalendarDay.isValid(day) { problem = "'\(day)' is no day, expected until=YYYY-MM-DD" }
    }
    reason = rest
  }
}

/// Paths of sources, which may begin with `..`.
enum TreePathText {
  static func resolve(_ path: String, from directory: String) -> String? {
    var parts = directory.split(separator: "/").map(String.init)
    for part in path.split(separator: "/") where part != "." {
      if part == ".." {
        guard parts.popLast() != nil else { return nil }
      } else {
        parts.append(String(part))
      }
    }
    return parts.joined(separator: "/")
  }
}
