import CEL
import SourceText
import Values

/// Rule files: decoded, compiled to type-checked CEL programs over the access model, run, tested by their own
/// examples, documented. Entry points: `RulePack.load`, `RuleEngine.run`, `RuleExamples.check`, `RuleDocumentation`.
///
/// One rule as its file says it, not yet compiled.
package struct RuleFile: Sendable {
  /// The file's base name.
  package var id: String
  /// The folder's name.
  package var category: String
  package var source: SourceFile
  /// The bad thing in a few words.
  package var title: String
  package var severity: Severity
  package var since: String
  package var tags: [String]
  package var references: [String]
  /// The consequence at run time, one line; shown with each finding.
  package var why: String
  /// More about it, for the rule's page.
  package var rationale: String
  package var remediation: String
  /// What the rule looks at and asks: the file's own part first, then its `alternatives`.
  package var bodies: [RuleBody]
  /// Rules whose finding on the same cause silences this one's.
  package var yieldsTo: [String]
  /// False: it runs only where it is asked for by its id.
  package var isOnByDefault: Bool
  /// Former ids.
  package var aliases: [String]
  package var parameters: [RuleParameter]
  /// Whether a comment, an annotation, an override or the baseline can silence it.
  package var isSuppressible = true
  /// What an API server can judge of it by itself; nil where its verdict hangs on more than one object.
  package var admission: AdmissionSection? = nil
  package var examples: [RuleExample]
}

/// One kind of node that a rule judges, with its questions.
package struct RuleBody: Sendable {
  package var match: RuleMatch
  package var matchConditions: [NamedExpression]
  package var variables: [NamedExpression]
  /// A list; the validations are evaluated once for each of its items, which has this name.
  package var forEach: NamedExpression?
  package var validations: [RuleValidation]
  /// nil for rules of our own form.
  package var policy: AdmissionContext? = nil
}

/// What a rule looks at.
package enum RuleMatch: Sendable, Equatable {
  case node(String)
  /// Rendered objects by `group/version/Kind`, where `*` stands for any word; the group and the version may be left out.
  case kinds([String])
}

/// An expression as the file has it.
package struct RuleExpression: Sendable {
  package var text: Text
  /// Of the scalar in the rule file.
  package var origin: Origin

  package init(text: Text, origin: Origin) {
    self.text = text
    self.origin = origin
  }
}

package struct NamedExpression: Sendable {
  package var name: String
  package var expression: RuleExpression
}

/// A message: either a text with `{expression}` in it, or one expression that gives the text.
package enum RuleMessage: Sendable {
  case template(RuleExpression)
  case expression(RuleExpression)
}

/// One condition that must hold.
package struct RuleValidation: Sendable {
  /// True means fine.
  package var expression: RuleExpression
  /// The finding points at the origin of this expression's value; the node's own place without it.
  package var at: RuleExpression?
  package var message: RuleMessage
  /// What the caret says.
  package var label: RuleMessage?
  package var severity: Severity?
  package var severityExpression: RuleExpression?
  package var help: RuleMessage?
  package var related: [RelatedPlace]
}

/// Another end of the broken link.
package struct RelatedPlace: Sendable {
  package var at: RuleExpression
  package var message: RuleMessage
  /// Left out unless true.
  package var when: RuleExpression?
}

/// A value that a repository's configuration may set.
package struct RuleParameter: Sendable {
  package var name: String
  /// As declared: `string`, `list(string)`, `int`, `bool`.
  package var type: String
  package var defaultValue: Value
  package var description: String
  /// Key of the configuration that sets it where the rule's own parameters do not, one of `settings`; "" for none.
  package var setting = ""

  /// What a parameter may take from the configuration.
  package static let settings = ["accounts", "rotation.interval", "rotation.min", "rotation.max", "secrets.path", "secrets.segments"]

  /// Whether a value of the configuration is of the declared type.
  package func accepts(_ value: Value) -> Bool { Self.fits(value, CELType(declaration: type) ?? .dyn) }

  private static func fits(_ value: Value, _ type: CELType) -> Bool {
    switch type {
    case .string: return value.string != nil
    case .int: return value.int != nil
    case .double: return value.number != nil
    case .bool: return value.bool != nil
    case .list(let item): return value.list?.allSatisfy { fits($0, item) } ?? false
    case .map(_, let item): return value.map?.entries.allSatisfy { fits($0.value, item) } ?? false
    default: return true
    }
  }
}

/// A small repository, and whether the rule finds something in it.
package struct RuleExample: Sendable {
  package enum Outcome: String, Sendable {
    case fail
    case pass
    /// The rule cannot decide.
    case unknown
  }

  package var name: String
  package var outcome: Outcome
  /// Parameters of the rule that are set for it.
  package var parameters: [String: Value] = [:]
  /// The rule's admission policy lets it through, though it fails: what is wrong does not show in one object.
  package var isAdmitted = false
  /// In the order of the file; texts as written, with their markers.
  package var files: [(path: String, text: String)]
  package var origin: Origin
}
