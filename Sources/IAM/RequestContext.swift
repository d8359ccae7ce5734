/// What is known of a request beside its action and its resource: the condition keys of AWS and what they hold.
package struct RequestContext: Hashable, Sendable {
  package enum Entry: Hashable, Sendable {
    case values([String])
    /// The request does not have the key.
    case absent
    case unknown
  }

  private var entries: [String: Entry] = [:]
  /// Beginnings of keys of which those that are not listed are absent.
  private var closed: [String] = []

  /// Nothing is known.
  package init() {}

  package init(_ entries: [String: Entry]) {
    for (key, entry) in entries { set(key, entry) }
  }

  /// Names of keys are compared whatever their case, tags' too.
  package subscript(key: String) -> Entry {
    let key = key.lowercased()
    if let entry = entries[key] { return entry }
    return closed.contains { key.hasPrefix($0) } ? .absent : .unknown
  }

  package mutating func set(_ key: String, _ entry: Entry) { entries[key.lowercased()] = entry }
  package mutating func set(_ key: String, _ value: String) { set(key, .values([value])) }

  /// All keys that begin so and are not set are absent.
  package mutating func close(_ prefix: String) { closed.append(prefix.lowercased()) }

  /// A pod that takes its role by EKS Pod Identity: the agent tags the session (AWS documentation, EKS Pod Identity, session tags).
  package static func podIdentity(namespace: String, serviceAccount: String, roleTags: [String: String]? = nil) -> RequestContext {
    var context = webIdentity(roleTags: roleTags)
    context.set("aws:PrincipalTag/kubernetes-namespace", namespace)
    context.set("aws:PrincipalTag/kubernetes-service-account", serviceAccount)
    for key in ["eks-cluster-name", "eks-cluster-arn", "kubernetes-pod-name", "kubernetes-pod-uid"] { context.set("aws:PrincipalTag/" + key, .unknown) }
    return context
  }

  /// A pod that takes its role by web identity: no session tags, only those of the role itself.
  /// - Parameter roleTags: nil where they are not (all) known.
  package static func webIdentity(roleTags: [String: String]? = nil) -> RequestContext {
    var context = RequestContext()
    context.set("aws:SecureTransport", "true")
    context.set("aws:username", .absent)
    context.set("aws:MultiFactorAuthPresent", .absent)
    guard let roleTags else { return context }
    for (key, value) in roleTags { context.set("aws:PrincipalTag/" + key, value) }
    context.close("aws:PrincipalTag/")
    return context
  }
}

extension WildcardPattern {
  /// What has become of a pattern when its policy variables were filled in.
  package enum Filled: Hashable, Sendable {
    case pattern(WildcardPattern)
    /// A variable has no value: the statement does not apply.
    case inapplicable
  }

  /// Fills in policy variables: `${aws:PrincipalTag/team}`, `${aws:PrincipalTag/team, 'none'}`. A variable whose value is not known stays.
  package func filled(from context: RequestContext) -> Filled {
    guard hasVariable else { return .pattern(self) }
    var result: [Element] = []
    for element in elements {
      guard case .variable(let text) = element else {
        result.append(element)
        continue
      }
      let parts = text.split(separator: ",", maxSplits: 1).map(Self.trimmed)
      switch context[parts.first ?? ""] {
      case .values(let values) where values.count == 1: result += values.joined().utf8.map { .byte($0) }
      case .absent:
        guard parts.count == 2, parts[1].count >= 2, parts[1].hasPrefix("'"), parts[1].hasSuffix("'") else { return .inapplicable }
        result += parts[1].dropFirst().dropLast().utf8.map { .byte($0) }
      default: result.append(element)
      }
    }
    return .pattern(WildcardPattern(elements: result))
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first == " " { text = text.dropFirst() }
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}
