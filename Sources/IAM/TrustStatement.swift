import Values

/// One statement of a trust policy, as it decides which ServiceAccounts become the role.
package struct TrustStatement: Sendable {
  package let statement: PolicyStatement

  package init(_ statement: PolicyStatement) { self.statement = statement }

  /// The audience that the driver's AWS provider and the SDKs present.
  package static let audience = "sts.amazonaws.com"

  package enum IssuerKind: String, Hashable, Sendable {
    /// `oidc.eks.<region>.amazonaws.com/id/…`
    case eks
    /// GitHub, GitLab, Google, …
    case other
    case unclear
  }

  /// The federated principals.
  package var federated: [PolicyText] { statement.principals.filter { $0.type == "Federated" }.flatMap(\.identifiers) }

  package var isWebIdentity: Bool {
    statement.isAllow && !federated.isEmpty && statement.concerns(action: "sts:AssumeRoleWithWebIdentity") != false
  }

  package var isPodIdentity: Bool {
    statement.isAllow
      && statement.principals.contains { $0.type == "Service" && $0.identifiers.contains { $0.literal == "pods.eks.amazonaws.com" } }
  }

  package var hasTagSession: Bool { statement.concerns(action: "sts:TagSession") != false }

  /// Issuer of the first federated principal: the text behind `oidc-provider/`.
  package var issuer: PolicyText? { federated.first.map(Self.issuer) }

  private static func issuer(_ principal: PolicyText) -> PolicyText {
    let mark = Array("oidc-provider/".utf8)
    for (index, piece) in principal.pieces.enumerated() {
      guard case .literal(let bytes) = piece, bytes.count >= mark.count else { continue }
      for start in 0...(bytes.count - mark.count) where bytes[start..<(start + mark.count)].elementsEqual(mark) {
        let rest = Array(bytes[(start + mark.count)...])
        let pieces: [PolicyText.Piece] = (rest.isEmpty ? [] : [.literal(rest)]) + principal.pieces[(index + 1)...]
        return PolicyText(pieces: pieces, origin: principal.origin)
      }
    }
    return principal
  }

  package var issuerKind: IssuerKind {
    for text in (federated + statement.conditions.map(\.key)).map({ $0.text.lowercased() }) {
      if text.contains("oidc.eks") || text.contains("/id/") && text.contains("amazonaws") { return .eks }
    }
    for text in federated.map({ $0.text.lowercased() }) + statement.conditions.map({ $0.key.text.lowercased() }) {
      for mark in ["githubusercontent", "gitlab", "github", "accounts.google", "cognito", "saml-provider", "bitbucket", "circleci", "app.terraform.io", "graph.facebook", "www.amazon.com", "buildkite", "spacelift"]
      where text.contains(mark) {
        return .other
      }
    }
    return .unclear
  }

  private func conditions(on suffix: String) -> [PolicyCondition] {
    statement.conditions.filter { $0.key.hasSuffix(":" + suffix) }
  }

  package var subjectConditions: [PolicyCondition] { conditions(on: "sub") }
  package var audienceConditions: [PolicyCondition] { conditions(on: "aud") }

  /// Whether it is meant for ServiceAccounts of a cluster.
  package var isForServiceAccounts: Bool {
    guard isWebIdentity else { return false }
    if subjectConditions.contains(where: { $0.values.contains { $0.text.hasPrefix("system:serviceaccount:") } }) { return true }
    return issuerKind == .eks
  }

  /// Whether it is meant for what another issuer than a cluster's signs: a pipeline, a person, another cloud.
  package var isForOtherIssuers: Bool {
    guard isWebIdentity, !isForServiceAccounts else { return false }
    if issuerKind == .other { return true }
    let subjects = subjectConditions.flatMap(\.values)
    // What is known of each subject's beginning is none of a ServiceAccount's.
    return !subjects.isEmpty
      && subjects.allSatisfy { subject in
        guard case .literal(let bytes)? = subject.pieces.first else { return false }
        let known = String(decoding: bytes, as: UTF8.self).prefix { $0 != "*" && $0 != "?" }
        return !known.isEmpty && !"system:serviceaccount:".hasPrefix(known)
      }
  }

  package enum SubjectScope: String, Hashable, Sendable {
    case exact
    /// `system:serviceaccount:ns:*`
    case namespace
    /// A wildcard in the namespace.
    case anyNamespace = "any-namespace"
    /// `*`, or no condition at all.
    case everyone
    /// ForAllValues or IfExists: true without a subject too.
    case void
    /// A wildcard under an operator that compares letter for letter.
    case never
    case unknown
  }

  package var subjectScope: SubjectScope {
    let conditions = subjectConditions
    if conditions.isEmpty { return statement.unknownElements.contains("Condition") || hasUnclearKey ? .unknown : .everyone }
    var best = SubjectScope.everyone
    for condition in conditions {
      let scope = scope(of: condition)
      // All conditions must hold: the narrowest one counts.
      if Self.width(scope) < Self.width(best) { best = scope }
    }
    return best
  }

  /// A condition key that is not known to its end may be the subject's.
  private var hasUnclearKey: Bool {
    statement.conditions.contains { if case .gap? = $0.key.pieces.last { true } else { false } }
  }

  private static func width(_ scope: SubjectScope) -> Int {
    switch scope {
    case .never: 0
    case .exact: 1
    case .unknown: 2
    case .namespace: 3
    case .anyNamespace: 4
    case .void: 5
    case .everyone: 6
    }
  }

  private func scope(of condition: PolicyCondition) -> SubjectScope {
    if condition.isForAllValues || condition.isIfExists { return .void }
    if condition.isPartial { return .unknown }
    guard ["StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnLike", "ArnEquals"].contains(condition.baseTest) else { return .everyone }
    let isLike = condition.baseTest != "StringEquals" && condition.baseTest != "StringEqualsIgnoreCase"
    var widest: SubjectScope?
    for value in condition.values {
      let scope = Self.scope(of: value, isLike: isLike)
      if widest.map({ Self.width($0) < Self.width(scope) }) ?? true { widest = scope }
    }
    return widest ?? .never
  }

  private static func scope(of value: PolicyText, isLike: Bool) -> SubjectScope {
    let pattern = WildcardPattern(value)
    guard pattern.hasWildcard else { return pattern.hasGap && value.pieces.count == 1 ? .unknown : .exact }
    guard isLike else { return .never }
    let prefix = "system:serviceaccount:"
    let text = value.text
    guard text.hasPrefix(prefix) else { return pattern.elements.first == .any || prefix.hasPrefix(String(text.prefix { $0 != "*" && $0 != "?" })) ? .everyone : .exact }
    let rest = text.dropFirst(prefix.count)
    let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    if parts[0].contains("*") || parts[0].contains("?") {
      return parts.count < 2 && parts[0] == "*" ? .everyone : .anyNamespace
    }
    return parts.count > 1 && parts[1] == "*" ? .namespace : .exact
  }

  package enum AudienceState: String, Hashable, Sendable {
    case ok
    case missing
    case wrong
    case unknown
  }

  package var audienceState: AudienceState {
    let conditions = audienceConditions
    if conditions.isEmpty { return statement.unknownElements.contains("Condition") || hasUnclearKey ? .unknown : .missing }
    let values = conditions.flatMap(\.values)
    if values.contains(where: { WildcardPattern($0).matches(Self.audience) == true }) { return .ok }
    return conditions.contains(where: \.isPartial) || values.contains { !$0.isKnown } ? .unknown : .wrong
  }

  /// A condition on `sub` or `aud` whose key can't be of the principal's issuer: another text, or one with `https://` in it.
  package var keyMismatch: PolicyCondition? {
    guard let issuer else { return nil }
    for condition in subjectConditions + audienceConditions {
      let suffix = condition.key.hasSuffix(":sub") ? ":sub" : ":aud"
      let key = condition.key.droppingSuffix(suffix)
      if key.text.hasPrefix("https://") { return condition }
      guard key.isKnown, issuer.isKnown else { continue }
      if key.text != issuer.text, !federated.dropFirst().contains(where: { Self.issuer($0).text == key.text }) { return condition }
    }
    return nil
  }

  /// Claims of a cluster's tokens that STS compares (AWS documentation: IAM and STS condition keys, OIDC federation).
  private static let clusterClaims: Set<String> = ["aud", "sub"]

  /// A condition that must hold on a claim that no cluster puts into its tokens, such as a misspelled `aud`, and the claim's name.
  package var missingClaim: (condition: PolicyCondition, claim: String)? {
    guard issuerKind == .eks, let issuer else { return nil }
    for condition in statement.conditions where ["StringEquals", "StringEqualsIgnoreCase", "StringLike"].contains(condition.test) {
      guard case .literal(let bytes)? = condition.key.pieces.last, let colon = bytes.lastIndex(of: UInt8(ascii: ":")) else { continue }
      let claim = String(decoding: bytes[(colon + 1)...], as: UTF8.self)
      if !Self.clusterClaims.contains(claim.lowercased()), condition.key.droppingSuffix(":" + claim) == issuer { return (condition, claim) }
    }
    return nil
  }

  /// The key of a condition that no token can answer, and its place: that of the claim where only the claim is wrong.
  package func deadKey(_ origins: OriginTable) -> (key: String, origin: Origin)? {
    if let condition = keyMismatch { return (condition.key.text, condition.key.origin.isKnown ? condition.key.origin : condition.origin) }
    guard let (condition, claim) = missingClaim else { return nil }
    let origin = condition.key.origin(of: ":", before: claim, in: origins) ?? condition.key.origin
    return (condition.key.text, origin.isKnown ? origin : condition.origin)
  }

  /// Whether the statement lets a ServiceAccount become the role; nil where that is not known.
  package func admits(namespace: String, serviceAccount: String) -> Bool? {
    guard isWebIdentity else {
      // A statement that is not readable may admit anybody.
      return statement.effectKnown && !statement.unknownElements.contains("Principal") ? false : nil
    }
    let subject = "system:serviceaccount:\(namespace):\(serviceAccount)"
    if keyMismatch != nil || missingClaim != nil { return false }
    var result: Bool? = true
    for condition in subjectConditions {
      if condition.isForAllValues || condition.isIfExists { continue }
      let isLike = condition.baseTest == "StringLike" || condition.baseTest == "ArnLike"
      guard isLike || condition.baseTest == "StringEquals" || condition.baseTest == "StringEqualsIgnoreCase" else {
        result = result == false ? false : nil
        continue
      }
      var admitted: Bool? = condition.isPartial ? nil : false
      for value in condition.values {
        let matches: Bool?
        if isLike {
          matches = WildcardPattern(value).matches(subject)
        } else if let literal = value.literal {
          matches = literal == subject || condition.baseTest == "StringEqualsIgnoreCase" && literal.lowercased() == subject.lowercased()
        } else {
          matches = WildcardPattern(elements: WildcardPattern(value).elements.map { $0 == .any ? .byte(UInt8(ascii: "*")) : $0 }).matches(subject)
        }
        if matches == true { admitted = true } else if matches == nil, admitted == false { admitted = nil }
      }
      if admitted == false { return false }
      if admitted == nil { result = nil }
    }
    if statement.unknownElements.contains("Condition") || subjectConditions.isEmpty && hasUnclearKey { return nil }
    return result
  }

  /// Whether STS lets a token of a ServiceAccount become the role by this statement: subject, audience and all other conditions.
  /// - Parameter audience: of the token; the driver's AWS provider and the webhook of EKS ask for this one.
  package func assumes(namespace: String, serviceAccount: String, audience: String = Self.audience) -> Bool? {
    var answers = [admits(namespace: namespace, serviceAccount: serviceAccount)]
    for condition in statement.conditions where !condition.key.hasSuffix(":sub") {
      guard condition.key.hasSuffix(":aud") else {
        answers.append(condition.holds(in: RequestContext()))
        continue
      }
      var plain = condition
      plain.key = PolicyText("aud")
      answers.append(plain.holds(in: RequestContext(["aud": .values([audience])])))
    }
    return PolicyCondition.all(answers)
  }

  /// The subjects that it admits, as written.
  package var subjects: [PolicyText] { subjectConditions.flatMap(\.values) }
}
