import Rules
import SourceText

/// How a finding of a rule is judged, or that the rule is not asked.
package enum RuleLevel: Hashable, Sendable {
  case off
  case severity(Severity)

  package init?(name: String) {
    if name == "off" {
      self = .off
    } else if let severity = Severity(name: name) {
      self = .severity(severity)
    } else {
      return nil
    }
  }

  package var name: String {
    switch self {
    case .off: "off"
    case .severity(let severity): severity.name
    }
  }
}

/// A named set of levels.
package enum RulePreset: String, Sendable {
  /// The rules' own levels.
  case recommended
  /// Warnings are errors, notes are warnings.
  case strict

  func apply(_ severity: Severity) -> Severity {
    switch self {
    case .recommended: severity
    case .strict: severity == .info ? .warning : .error
    }
  }
}

/// Levels by name; a rule's own id wins over its category and tags, of equals the later one.
package struct RuleLevels: Sendable {
  package var preset = RulePreset.recommended
  private(set) var entries: [(name: String, level: RuleLevel)] = []

  package init() {}

  mutating func add(_ name: String, _ level: RuleLevel) { entries.append((name, level)) }

  /// What is said of a rule by its own name.
  package func ownLevel(_ rule: RuleNames) -> RuleLevel? {
    entries.last { $0.name == rule.id || rule.aliases.contains($0.name) }?.level
  }

  /// What is said of a rule; nil where nothing is.
  package func level(_ rule: RuleNames) -> RuleLevel? {
    ownLevel(rule) ?? entries.last { rule.groups.contains($0.name) }?.level
  }

  /// The severity of a finding whose rule says `severity` on the whole and `own` for this case: cases that the rule itself finds less
  /// grave stay less grave.
  package func severity(of own: Severity, rule: RuleNames, usual: Severity) -> Severity {
    guard case .severity(let given)? = level(rule) else { return preset.apply(own) }
    return own == usual || own > given ? given : own
  }
}

/// The names by which a rule is spoken of.
package struct RuleNames: Sendable {
  package var id: String
  package var aliases: [String] = []
  /// Category and tags.
  package var groups: [String] = []

  package init(_ rule: RuleFile) {
    id = rule.id
    aliases = rule.aliases
    groups = [rule.category] + rule.tags
  }

  package init(id: String) { self.id = id }

  package func contains(_ word: String) -> Bool { word == id || aliases.contains(word) || groups.contains(word) }
}
