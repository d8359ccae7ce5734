import Rules
import SourceText

/// What the linter itself finds fault with: rules, suppressions and the baseline. These have levels as rules have, and pages.
package struct LinterRules: Sendable {
  package let description: RuleDescription
  let why: String

  package var id: String { description.id }

  package static let broken = LinterRules(
    "rule-invalid", "A rule file has a mistake", .error, "the rule is not asked, so what it would find goes unseen",
    "Repair the file; `secretslint rules test` shows its mistakes.")
  package static let configuration = LinterRules(
    "config-invalid", "The configuration has a mistake", .error, "what it was meant to say does not hold, so nothing is judged",
    "Repair the file; `secretslint config check` shows its mistakes.")
  package static let invalid = LinterRules(
    "suppression-invalid", "A suppression has no effect", .error, "what it was meant to silence is reported, or the reader believes that it is silenced",
    "Write `# secretslint: ignore RULE -- reason`, with an optional `until=YYYY-MM-DD` before the dashes. The rule and the reason are required.")
  package static let expired = LinterRules(
    "suppression-expired", "A suppression is over", .warning, "its finding is reported again",
    "Repair the finding and delete the suppression, or agree on a later day.")
  package static let unused = LinterRules(
    "suppression-unused", "A suppression silences nothing", .warning, "it would silence a new defect that nobody has agreed to",
    "Delete it.")
  package static let stale = LinterRules(
    "baseline-stale", "An entry of the baseline matches nothing", .error, "it would let the same defect in again unseen",
    "Run `secretslint lint --prune-baseline`, which deletes such entries.")

  package static let all: [RuleDescription] = [broken, configuration, invalid, expired, unused, stale].map(\.description)

  /// The id's texts, for `explain`.
  package static func text(_ id: String) -> String? {
    guard let rule = [broken, configuration, invalid, expired, unused, stale].first(where: { $0.id == id }) else { return nil }
    return """
      \(rule.description.severity.name)[\(id)]: \(rule.description.title)

      What happens
        \(rule.why)

      How to fix it
        \(rule.description.remediation)

      """
  }

  /// The same as a page, as `RuleDocumentation.page` writes those of rules.
  package static func page(_ id: String) -> String? {
    guard let rule = all.first(where: { $0.id == id }), let told = text(id) else { return nil }
    let lines = told.split(separator: "\n").dropFirst().map { $0.hasPrefix("  ") ? $0.dropFirst(2) + "\n" : "\n## \($0)\n\n" }
    return "# \(id)\n\n\(rule.title).\n\nSeverity: **\(rule.severity.name)** · the linter's own\n" + lines.joined()
  }

  private init(_ id: String, _ title: String, _ severity: Severity, _ why: String, _ remediation: String) {
    description = RuleDescription(id: id, title: title, severity: severity, rationale: why, remediation: remediation, tags: ["linter"])
    self.why = why
  }

  func finding(_ message: String, at place: Place, help: String) -> Finding {
    Finding(rule: id, severity: description.severity, message: message, place: place, why: why, help: help)
  }
}
