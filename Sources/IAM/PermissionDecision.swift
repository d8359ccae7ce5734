/// What the policies of a principal together say about one action on one secret, and which statement decides.
package struct PermissionDecision: Hashable, Sendable {
  /// nil where a gap, a condition or an unknown policy decides.
  package var isAllowed: Bool?
  /// Index of the statement that decides: the Deny, the Allow, or the first one that leaves a doubt; nil where none concerns the request.
  package var statement: Int?
  package var reason: Reason

  package enum Reason: String, Hashable, Sendable {
    case explicitDeny = "an explicit Deny"
    case allow = "an Allow, and no Deny"
    /// Nothing concerns the request, and nothing is missing.
    case implicitDeny = "no statement allows it"
    /// An Allow or Deny of which a part, or a condition of which, is not known.
    case doubtfulAllow = "an Allow that depends on what is not known"
    case doubtfulDeny = "a Deny that depends on what is not known"
    case unknownPolicy = "a policy that is not known"
    case unknownEffect = "a statement whose effect is not known"
  }
}

/// Whether the statements of all policies of a role together allow an action on a secret: an Allow that concerns it and no Deny.
package enum EffectivePermission {
  /// - Parameter isComplete: all policies of the role are among `statements`.
  package static func allows(
    action: String, on secret: SecretTarget, statements: [PolicyStatement], isComplete: Bool, context: RequestContext = RequestContext()
  ) -> Bool? {
    decide(action: action, on: secret, statements: statements, isComplete: isComplete, context: context).isAllowed
  }

  /// As IAM evaluates policies of one account: an explicit Deny wins, then an Allow, else the request is denied.
  package static func decide(
    action: String, on secret: SecretTarget, statements: [PolicyStatement], isComplete: Bool, context: RequestContext = RequestContext()
  ) -> PermissionDecision {
    var allow: Int?
    var doubtfulAllow: Int?
    var doubtfulDeny: Int?
    var unknownEffect: Int?
    for (index, statement) in statements.enumerated() {
      let applies = statement.applies(action: action, on: secret, context: context)
      guard applies != false else { continue }
      guard statement.effectKnown else {
        unknownEffect = unknownEffect ?? index
        continue
      }
      if statement.isDeny {
        if applies == true { return PermissionDecision(isAllowed: false, statement: index, reason: .explicitDeny) }
        doubtfulDeny = doubtfulDeny ?? index
      } else if applies == true {
        allow = allow ?? index
      } else {
        doubtfulAllow = doubtfulAllow ?? index
      }
    }
    if let allow {
      if let doubtfulDeny { return PermissionDecision(isAllowed: nil, statement: doubtfulDeny, reason: .doubtfulDeny) }
      if let unknownEffect { return PermissionDecision(isAllowed: nil, statement: unknownEffect, reason: .unknownEffect) }
      // A policy that is not known may hold a Deny; an Allow that is seen speaks all the same.
      return PermissionDecision(isAllowed: true, statement: allow, reason: .allow)
    }
    if let doubtfulAllow { return PermissionDecision(isAllowed: nil, statement: doubtfulAllow, reason: .doubtfulAllow) }
    if let unknownEffect { return PermissionDecision(isAllowed: nil, statement: unknownEffect, reason: .unknownEffect) }
    if !isComplete { return PermissionDecision(isAllowed: nil, statement: nil, reason: .unknownPolicy) }
    return PermissionDecision(isAllowed: false, statement: nil, reason: .implicitDeny)
  }
}

extension PolicyStatement {
  /// Whether the statement, Allow or Deny, is about a request; nil where something that is not known decides.
  package func applies(action: String, on secret: SecretTarget, context: RequestContext = RequestContext()) -> Bool? {
    var answers: [Bool?] = [concerns(action: action), concerns(secret: secret, context: context)]
    answers += conditions.map { $0.holds(in: context) }
    if unknownElements.contains("Condition") { answers.append(nil) }
    return PolicyCondition.all(answers)
  }
}
