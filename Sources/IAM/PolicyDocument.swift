import Values

/// One condition of a statement: an operator, a key, values.
package struct PolicyCondition: Hashable, Sendable {
  /// With its prefix and suffix: `ForAllValues:StringLikeIfExists`.
  package var test: String
  package var key: PolicyText
  package var values: [PolicyText]
  /// The values are not all known.
  package var isPartial: Bool
  package var origin: Origin

  package init(test: String, key: PolicyText, values: [PolicyText], isPartial: Bool = false, origin: Origin = .none) {
    self.test = test
    self.key = key
    self.values = values
    self.isPartial = isPartial
    self.origin = origin
  }
}

/// Who a statement is about.
package struct PolicyPrincipal: Hashable, Sendable {
  /// `AWS`, `Federated`, `Service`, `CanonicalUser`, or `*`.
  package var type: String
  package var identifiers: [PolicyText]

  package init(type: String, identifiers: [PolicyText]) {
    self.type = type
    self.identifiers = identifiers
  }
}

/// One statement of a policy.
package struct PolicyStatement: Hashable, Sendable {
  package var sid = ""
  package var effect = "Allow"
  /// The effect is known.
  package var effectKnown = true
  package var actions: [PolicyText] = []
  package var notActions: [PolicyText] = []
  package var resources: [PolicyText] = []
  package var notResources: [PolicyText] = []
  package var principals: [PolicyPrincipal] = []
  package var notPrincipals: [PolicyPrincipal] = []
  package var conditions: [PolicyCondition] = []
  /// Names of elements of which a part is unknown in a way that more entries may be there: `Resource`, `Condition`, …
  package var unknownElements: [String] = []
  package var origin: Origin = .none
  /// Where `NotAction` and `NotResource` stand.
  package var notActionOrigin: Origin = .none
  package var notResourceOrigin: Origin = .none

  package init() {}

  package var isAllow: Bool { effectKnown && effect == "Allow" }
  package var isDeny: Bool { effectKnown && effect == "Deny" }

  /// Whether the statement is about an action: by Action or by NotAction; nil where a gap decides.
  package func concerns(action: String) -> Bool? {
    if !notActions.isEmpty {
      let excluded = notActions.map { ActionCatalog.matches($0, action) }
      if excluded.contains(true) { return false }
      return excluded.contains(nil) || unknownElements.contains("NotAction") ? nil : true
    }
    let taken = actions.map { ActionCatalog.matches($0, action) }
    if taken.contains(true) { return true }
    return taken.contains(nil) || unknownElements.contains("Action") ? nil : false
  }

  /// Makes plain text of what looks like policy variables in resources and conditions.
  mutating func escapeVariables() {
    resources = resources.map(\.withoutVariables)
    notResources = notResources.map(\.withoutVariables)
    for index in conditions.indices { conditions[index].values = conditions[index].values.map(\.withoutVariables) }
  }

  /// The pattern of Action that takes in an action.
  package func pattern(for action: String) -> PolicyText? { actions.first { ActionCatalog.matches($0, action) == true } }

  /// Whether the statement is about a secret; nil where a gap decides.
  /// - Parameter context: what policy variables stand for.
  package func concerns(secret: SecretTarget, context: RequestContext = RequestContext()) -> Bool? {
    func matches(_ text: PolicyText) -> Bool? {
      switch ARNPattern.read(text) {
      case .malformed: false
      case .unknown: nil
      case .pattern(let pattern): pattern.matches(secret, context: context)
      }
    }
    if !notResources.isEmpty {
      let excluded = notResources.map(matches)
      if excluded.contains(true) { return false }
      return excluded.contains(nil) || unknownElements.contains("NotResource") ? nil : true
    }
    let taken = resources.map(matches)
    if taken.contains(true) { return true }
    return taken.contains(nil) || unknownElements.contains("Resource") ? nil : false
  }
}

/// A policy.
package struct PolicyDocument: Sendable {
  package var statements: [PolicyStatement]
  /// Nothing of it is missing: statements that are not known may allow or deny more.
  package var isComplete: Bool
  /// Why it could not be read (completely), one clause; "" if it was.
  package var reason: String

  package init(statements: [PolicyStatement] = [], isComplete: Bool = true, reason: String = "") {
    self.statements = statements
    self.isComplete = isComplete
    self.reason = reason
  }

  package static func unknown(_ reason: String) -> PolicyDocument {
    PolicyDocument(isComplete: false, reason: reason)
  }
}
