/// Whether a condition narrows which secrets an Allow is about.
package enum ConditionEffect: Hashable, Sendable {
  /// It binds the secret's tags or name to given values.
  case narrows
  /// It looks as if, but does not: `…IfExists`, `ForAllValues`, `StringLike *`, a deny-list.
  case void
  /// It is about something else: time, network, organisation, version stage.
  case unrelated
}

extension PolicyCondition {
  /// Operator without prefix and suffix.
  package var baseTest: String {
    var test = Substring(self.test)
    for prefix in ["ForAllValues:", "ForAnyValue:"] where test.hasPrefix(prefix) { test = test.dropFirst(prefix.count) }
    if test.hasSuffix("IfExists") { test = test.dropLast("IfExists".count) }
    return String(test)
  }

  package var isForAllValues: Bool { test.hasPrefix("ForAllValues:") }
  package var isIfExists: Bool { test.hasSuffix("IfExists") }

  package var effect: ConditionEffect {
    let key = self.key.text.lowercased()
    let isTag = key.hasPrefix("secretsmanager:resourcetag/") || key.hasPrefix("aws:resourcetag/")
    guard isTag || key == "secretsmanager:secretid" else { return .unrelated }
    if isForAllValues || isIfExists { return .void }
    switch baseTest {
    case "StringEquals", "StringEqualsIgnoreCase", "ArnEquals", "StringLike", "ArnLike":
      let isOpen = values.contains { $0.text == "*" } || values.isEmpty && !isPartial
      return isOpen && baseTest.hasSuffix("Like") ? .void : .narrows
    default: return .void
    }
  }
}

extension PolicyStatement {
  /// The condition that narrows which secrets the statement is about; nil if none does.
  package var narrowingCondition: PolicyCondition? { conditions.first { $0.effect == .narrows } }
}
