/// What is new compared with another revision, told by the keys that a baseline knows findings by: moved lines and better words are not new.
extension LintReport {
  /// Drops the findings that were there before, and tells how many. Where there are more findings of one key than there were, all of them
  /// stay: which of them is new cannot be told.
  package mutating func keepNew(since before: LintReport) -> Int {
    let known = Self.counts(before.findings)
    let now = Self.counts(findings)
    let count = findings.count
    findings.removeAll { finding in
      let identities = Self.identities(finding)
      return !identities.isEmpty && identities.allSatisfy { now[$0, default: 0] <= known[$0, default: 0] }
    }
    return count - findings.count
  }

  private static func counts(_ findings: [Finding]) -> [Identity: Int] {
    var result: [Identity: Int] = [:]
    for finding in findings { for identity in identities(finding) { result[identity, default: 0] += 1 } }
    return result
  }

  /// Of each instance that is folded into a finding. Suppressions that are wrong, over or of no use go by their words; what says that the
  /// run itself is broken (a rule, the configuration, the baseline) has none and stays.
  private static func identities(_ finding: Finding) -> [Identity] {
    if !finding.keys.isEmpty { return finding.keys.map(Identity.key) }
    guard [LinterRules.invalid.id, LinterRules.expired.id, LinterRules.unused.id].contains(finding.rule) else { return [] }
    return [.words(finding.rule, finding.place?.path ?? "", finding.message)]
  }

  private enum Identity: Hashable {
    case key(BaselineKey)
    case words(String, String, String)
  }
}
