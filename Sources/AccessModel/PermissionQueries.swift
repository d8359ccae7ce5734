import IAM
import SourceText
import Values

/// What a role may do, for questions that rules do not ask.
package struct RolePermissions: Sendable {
  let statements: [PolicyStatement]
  /// The node of each statement.
  let nodes: [ModelNode?]
  /// All policies of the role are among the statements.
  let isComplete: Bool
  let hasBoundary: Bool
  /// Policies of AWS that grant all secrets.
  let broad: [AttachedPolicy]
  /// What is known of a request that a pod makes with the role.
  let context: RequestContext

  init(_ role: RoleRecord) {
    statements = role.statements.map(\.statement)
    nodes = role.statements.map(\.node)
    isComplete = role.policiesKnown
    hasBoundary = role.hasBoundary
    broad = role.managed.filter { ManagedPolicy.grant(ofARN: $0.arn) == .allSecrets }
    var context = RequestContext.webIdentity()
    if role.node.flag("isPodIdentity") == true, role.accounts.count == 1, let only = role.accounts.first, !only.namespace.isEmpty {
      context = .podIdentity(namespace: only.namespace, serviceAccount: only.name)
    }
    for entry in role.node.fields["tags"]?.map?.entries ?? [] {
      if let value = entry.value.string { context.set("aws:PrincipalTag/" + entry.key.string, value) }
    }
    self.context = context
  }
}

/// Who may read which secret: `who-can` and `can`.
extension ModelQueries {
  /// What one role may do with a secret, and who has the role.
  package struct Answer: Sendable {
    package var role: ModelNode
    /// nil: it depends on what is not known.
    package var isAllowed: Bool?
    /// One clause for people.
    package var reason: String
    /// The statement that decides, and its resource that takes the secret in.
    package var statement: ModelNode?
    package var resource: ModelNode?
    /// The attachment that decides, where a policy of AWS does.
    package var place: Origin = .none

    /// Whether it is worth a line in a list of readers.
    package var isReader: Bool { isAllowed != false }
  }

  // MARK: Decisions

  /// - Parameter secret: a name, the full ARN of a secret, or the ARN of a parameter.
  package func answer(_ role: ModelNode, _ secret: String) -> Answer {
    guard let permissions = graph.permissions[role.id] else { return Answer(role: role, isAllowed: nil, reason: "its policies are not known") }
    let isParameter = ARN(secret)?.service == "ssm"
    let target = isParameter ? SecretTarget(parameter: secret) : SecretTarget(objectName: secret)
    if let broad = permissions.broad.first, !isParameter {
      let name = ManagedPolicy.name(ofARN: broad.arn) ?? broad.arn
      let suffix = permissions.hasBoundary ? ", unless its permissions boundary forbids it" : ""
      return Answer(role: role, isAllowed: permissions.hasBoundary ? nil : true, reason: "the managed policy \(name) grants all secrets" + suffix, place: broad.origin)
    }
    var context = permissions.context
    let declared = graph[.awsSecret].first { $0.string("name") == target.name && $0.flag("isParameter") == isParameter }
    for entry in declared?.fields["tags"]?.map?.entries ?? [] {
      guard let value = entry.value.string else { continue }
      for prefix in ["aws:ResourceTag/", "secretsmanager:ResourceTag/"] { context.set(prefix + entry.key.string, value) }
    }
    let decision = EffectivePermission.decide(
      action: isParameter ? "ssm:GetParameters" : ActionCatalog.readValue, on: target, statements: permissions.statements, isComplete: permissions.isComplete,
      context: context)
    var result = Answer(role: role, isAllowed: decision.isAllowed, reason: decision.reason.rawValue)
    if decision.isAllowed == true, permissions.hasBoundary {
      result.isAllowed = nil
      result.reason += ", unless its permissions boundary forbids it"
    }
    if decision.reason == .implicitDeny, declared?.flag("hasPolicy") == true {
      result.isAllowed = nil
      result.reason = "none of its policies allows it; the secret's own policy may"
    }
    if decision.reason == .unknownPolicy { result.reason = "a policy of the role is not in the repository" }
    guard let index = decision.statement, permissions.nodes.indices.contains(index) else { return result }
    result.statement = permissions.nodes[index]
    let resources = nodes(result.statement?.fields["secretResources"])
    let texts = permissions.statements[index].resources
    result.resource = resources.first { node in
      guard let text = texts.first(where: { $0.text == node.string("pattern") }), case .pattern(let pattern) = ARNPattern.read(text) else { return false }
      return pattern.matches(target, context: context) != false
    }
    return result
  }

  /// Every role that can read a secret or may, by environment, those without one last.
  package func readers(of secret: String) -> [(environment: String, answers: [Answer])] {
    var order: [String] = []
    var groups: [String: [Answer]] = [:]
    for role in graph[.role] {
      let answer = answer(role, secret)
      guard answer.isReader else { continue }
      let environment = role.string("environment") ?? ""
      if groups[environment] == nil { order.append(environment) }
      groups[environment, default: []].append(answer)
    }
    order.sort { a, b in a.isEmpty != b.isEmpty ? b.isEmpty : a.bytesPrecede(b) }
    return order.map { ($0, groups[$0] ?? []) }
  }

  /// Roles that a word names: by name, ARN or address.
  package func roles(named word: String) -> [ModelNode] {
    let name = RoleARN(word).name ?? word
    return graph[.role].filter { role in
      if role.string("address") == word { return true }
      return role.string("name") == name
    }
  }

  package var roleNames: [String] { graph[.role].compactMap { $0.string("name") } }

  // MARK: Text

  private func describe(_ answer: Answer, indent: String) -> String {
    var out = ""
    if let resource = answer.resource {
      out += "\(indent)through \(resource.string("pattern") ?? "?")  \(place(resource.origin))\n"
      if let statement = answer.statement, place(statement.origin) != place(resource.origin) { out += "\(indent)by \(statement.title)  \(place(statement.origin))\n" }
    } else if let statement = answer.statement {
      out += "\(indent)through \(statement.title)  \(place(statement.origin))\n"
    } else if answer.place.isKnown {
      out += "\(indent)attached at \(place(answer.place))\n"
    }
    return out
  }

  private func holders(_ role: ModelNode, indent: String) -> String {
    var out = ""
    let accounts = nodes(role.fields["serviceAccounts"])
    for account in accounts {
      out += "\(indent)as \(account.title)  \(place(account.origin))\n"
      for workload in nodes(account.fields["workloads"]) { out += "\(indent)in \(workload.title)  \(place(workload.origin))\n" }
    }
    let known = Set(accounts.map { "system:serviceaccount:\($0.string("namespace") ?? ""):\($0.string("name") ?? "")" })
    for subject in role.fields["subjects"]?.list ?? [] {
      guard let text = subject.string, !known.contains(text) else { continue }
      out += "\(indent)trusts \(text)  \(place(subject.origin))\n"
    }
    return out
  }

  package func whoCanText(_ secret: String) -> [UInt8] {
    let groups = readers(of: secret)
    var out = ""
    for (environment, answers) in groups {
      if groups.count > 1 || !environment.isEmpty { out += environment.isEmpty ? "no environment:\n" : "\(environment):\n" }
      for answer in answers {
        out += "\(answer.isAllowed == true ? "can" : "may"): \(answer.role.title)  \(place(answer.role.origin))\n"
        if answer.isAllowed == nil { out += "  \(answer.reason)\n" }
        out += describe(answer, indent: "  ") + holders(answer.role, indent: "  ")
      }
    }
    if groups.isEmpty { out += "no role of the repository can read '\(secret)'\n" }
    for item in graph[.secretObject] where item.string("secretName") == secret || item.string("objectName") == secret {
      for workload in nodes(item.fields["mountedBy"]) { out += "mounted by \(workload.title)  \(place(item.origin))\n" }
    }
    return Array(out.utf8)
  }

  /// One line for each role of that name: may it read the secret, why, by which line.
  package func canText(_ answers: [Answer], _ secret: String) -> [UInt8] {
    var out = ""
    for answer in answers {
      let word = answer.isAllowed.map { $0 ? "yes" : "no" } ?? "unknown"
      out += "\(word): \(answer.role.title), '\(secret)': \(answer.reason)  \(place(answer.role.origin))\n"
      out += describe(answer, indent: "  ") + holders(answer.role, indent: "  ")
    }
    return Array(out.utf8)
  }

  // MARK: JSON

  private func entry(_ node: ModelNode) -> Value { .map(ValueMap([("id", .string(node.id)), ("title", .string(node.title)), ("place", .string(place(node.origin)))])) }

  private func json(_ answer: Answer) -> Value {
    let accounts = nodes(answer.role.fields["serviceAccounts"])
    return .map(
      ValueMap([
        ("role", entry(answer.role)), ("environment", .string(answer.role.string("environment") ?? "")), ("allowed", answer.isAllowed.map { .bool($0) } ?? .null),
        ("certain", .bool(answer.isAllowed == true)), ("reason", .string(answer.reason)), ("statement", answer.statement.map(entry) ?? .null),
        ("resource", answer.resource.map { .map(ValueMap([("pattern", $0.fields["pattern"] ?? .null), ("place", .string(place($0.origin)))])) } ?? .null),
        ("serviceAccounts", .list(accounts.map(entry))), ("workloads", .list(accounts.flatMap { nodes($0.fields["workloads"]) }.map(entry))),
        ("subjects", .list(strings(answer.role.fields["subjects"]).map { .string($0) })),
      ]))
  }

  private func bytes(_ map: ValueMap) -> [UInt8] { JSONWriter(style: .indented(2)).bytes(.map(map)) + [UInt8(ascii: "\n")] }

  package func whoCanJSON(_ secret: String) -> [UInt8] {
    bytes(ValueMap([("secret", .string(secret)), ("readers", .list(readers(of: secret).flatMap(\.answers).map(json)))]))
  }

  package func canJSON(_ answers: [Answer], _ secret: String) -> [UInt8] {
    bytes(ValueMap([("secret", .string(secret)), ("answers", .list(answers.map(json)))]))
  }
}
