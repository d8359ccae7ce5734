import SourceText

/// A place in a file of the repository.
package struct Place: Hashable, Sendable {
  package let file: SourceFile
  package let span: SourceSpan
  package let start: SourcePosition
  package let end: SourcePosition
  /// The path as people see it: relative to the working directory.
  package let path: String

  /// - Parameter prefix: the linted directory as seen from the working directory, with its slash; "" for `.`.
  package init(file: SourceFile, span: SourceSpan, prefix: String = "") {
    self.file = file
    self.span = span
    // Files of ours may lie above the linted directory.
    let whole = prefix + file.path
    path = file.path.hasPrefix("../") && !prefix.isEmpty ? TreePathText.resolve(whole, from: "") ?? whole : whole
    start = file.position(span.start)
    end = file.position(max(span.start, span.end))
  }

  /// By path and bytes: a file that several renderings read is registered several times.
  package static func == (a: Place, b: Place) -> Bool {
    a.path == b.path && a.span.start == b.span.start && a.span.end == b.span.end
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(span.start)
    hasher.combine(span.end)
  }

  /// Order in which findings are shown.
  package static func precedes(_ a: Place, _ b: Place) -> Bool {
    if a.path != b.path { return a.path.bytesPrecede(b.path) }
    if a.start != b.start { return a.start < b.start }
    return a.end < b.end
  }
}

/// The other end of a broken link, with what it has to do with it.
package struct FindingLabel: Hashable, Sendable {
  package var place: Place
  package var message: String

  package init(place: Place, message: String) {
    self.place = place
    self.message = message
  }
}

/// Why a finding is not reported.
package struct Suppression: Hashable, Sendable {
  package enum Kind: String, Sendable {
    case comment
    case annotation
    /// An override of the configuration.
    case configuration
    case baseline
  }

  package var kind: Kind
  package var place: Place
  /// As somebody wrote it; may be empty in a baseline.
  package var reason: String

  package init(kind: Kind = .comment, place: Place, reason: String) {
    self.kind = kind
    self.place = place
    self.reason = reason
  }
}

/// What a rule has against the repository, at the line that a person must edit.
package struct Finding: Hashable, Sendable {
  package var rule: String
  package var severity: Severity
  /// One sentence that names the objects.
  package var message: String
  /// nil only where there is no line to show (a file that cannot be read).
  package var place: Place?
  /// What the caret says at `place`; may be empty.
  package var label: String
  package var labels: [FindingLabel]
  /// The consequence at run time, one line.
  package var why: String
  /// A concrete value to write.
  package var help: String
  /// The deployment or module instance that shows it, for the header.
  package var instance: String
  /// Further instances of the same cause.
  package var also: [String]
  /// Names of objects concerned, for the formats that carry them.
  package var objects: [String]
  package var suppression: Suppression?
  /// What a baseline knows it by, for each instance that is folded into it; empty for findings that no baseline takes.
  package var keys: [BaselineKey] = []

  package init(
    rule: String, severity: Severity, message: String, place: Place?, label: String = "", labels: [FindingLabel] = [],
    why: String = "", help: String = "", instance: String = "", also: [String] = [], objects: [String] = []
  ) {
    self.rule = rule
    self.severity = severity
    self.message = message
    self.place = place
    self.label = label
    self.labels = labels
    self.why = why
    self.help = help
    self.instance = instance
    self.also = also
    self.objects = objects
  }

  /// Path, line, column, rule, message: the same order on every run.
  package static func precedes(_ a: Finding, _ b: Finding) -> Bool {
    switch (a.place, b.place) {
    case (nil, .some): return true
    case (.some, nil): return false
    case (.some(let x), .some(let y)) where x != y: return Place.precedes(x, y)
    default: break
    }
    if a.rule != b.rule { return a.rule.bytesPrecede(b.rule) }
    return a.message.bytesPrecede(b.message)
  }
}

/// A question that a rule asked and the repository does not answer.
package struct OpenQuestion: Hashable, Sendable {
  package var rule: String
  package var subject: String
  package var reason: String
  package var place: Place?

  package init(rule: String, subject: String, reason: String, place: Place?) {
    self.rule = rule
    self.subject = subject
    self.reason = reason
    self.place = place
  }
}

/// What a run knows of the rules that it used, for the formats that list them.
package struct RuleDescription: Hashable, Sendable {
  package var id: String
  package var title: String
  package var severity: Severity
  package var rationale: String
  package var remediation: String
  package var tags: [String]

  package init(id: String, title: String, severity: Severity, rationale: String, remediation: String, tags: [String]) {
    self.id = id
    self.title = title
    self.severity = severity
    self.rationale = rationale
    self.remediation = remediation
    self.tags = tags
  }
}

/// A line of a source that holds the value of a secret: no report shows it.
package struct SecretLine: Hashable, Sendable {
  package var source: SourceID
  /// From 1.
  package var line: Int

  package init(source: SourceID, line: Int) {
    self.source = source
    self.line = line
  }
}

/// The outcome of one run.
package struct LintReport: Sendable {
  package var secretLines: Set<SecretLine> = []
  /// In order; without the suppressed ones.
  package var findings: [Finding] = []
  package var suppressed: [Finding] = []
  package var unknown: [OpenQuestion] = []
  /// Of all findings that a baseline may take: reported ones and those that one took.
  package var baselineKeys: [BaselineKey] = []
  package var rules: [RuleDescription] = []
  /// Files with a finding are counted from `findings`; this is how many files were looked at.
  package var filesRead = 0
  package var deployments = 0
  /// Deployments as `Finding.instance` names them, in order.
  package var instances: [String] = []
  package var terraformRoots = 0
  package var rulesRun = 0
  /// Whether something could not be rendered or evaluated.
  package var isIncomplete = false
  /// Whether there was nothing to lint at all.
  package var isEmpty = false

  package init() {}

  package func count(_ severity: Severity) -> Int { findings.count { $0.severity == severity } }

  /// Paths of files that have a finding.
  package var filesWithFindings: Int { Set(findings.compactMap { $0.place?.path }).count }
}
