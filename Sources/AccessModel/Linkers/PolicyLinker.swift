import IAM
import Kubernetes
import SourceText
import Values

/// Statements of policies and trusts → `policyStatement`, `policyResource` and `trust` nodes.
struct PolicyLinker {
  let context: LinkContext

  func link(loose: [RoleLinker.Loose]) {
    for role in context.roles {
      decideEnvironment(role)
      for index in role.statements.indices {
        let entry = role.statements[index]
        role.statements[index].node = makeStatement(entry.statement, policy: entry.policy, isDefault: entry.isModuleDefault, role: role, environment: role.environment)
      }
      makeTrusts(role)
      fill(role)
    }
    for policy in loose {
      for statement in policy.statements {
        _ = makeStatement(statement, policy: policy.policy, isDefault: false, role: nil, environment: policy.environment, fallback: policy.origin)
      }
    }
  }

  // MARK: Roles

  /// Without a stronger sign the namespaces that the trust names speak for the role.
  private func decideEnvironment(_ role: RoleRecord) {
    guard role.environment.strength != .strong, role.environment.strength != .conflict else { return }
    var signs = role.environment.signs
    for statement in role.trust.statements {
      for subject in TrustStatement(statement).subjects {
        guard let text = subject.literal, text.hasPrefix("system:serviceaccount:") else { continue }
        let namespace = text.split(separator: ":", omittingEmptySubsequences: false).dropFirst(2).first.map(String.init) ?? ""
        if let sign = context.sign(.string(namespace, subject.origin), "namespace in the trust policy", atEnds: true) { signs.insert(sign, at: 0) }
      }
    }
    role.environment = EnvironmentDecision(signs)
  }

  private func fill(_ role: RoleRecord) {
    let node = role.node
    role.environment.apply(to: node)
    node.set("statements", role.statements.compactMap(\.node))
    node.set("managedPolicies", .list(role.managed.map { .string($0.arn, $0.origin) }, node.origin))
    let broad = role.managed.filter { ManagedPolicy.grant(ofARN: $0.arn) == .allSecrets }
    node.set(
      "broadManagedPolicies",
      .list(broad.compactMap { policy in ManagedPolicy.name(ofARN: policy.arn).map { .string($0, policy.origin) } }, node.origin))
    node.set("policiesKnown", role.policiesKnown)
    node.set("trustKnown", role.trust.isComplete)
    let trusts = role.trust.statements.map(TrustStatement.init)
    node.set("isWebIdentity", trusts.contains(where: \.isForServiceAccounts))
    node.set("isPodIdentity", trusts.contains(where: \.isPodIdentity))
    let reads = role.statements.compactMap { $0.node?.fields["grantsRead"]?.bool }
    node.set("readsSecrets", reads.contains(true) || role.managed.contains { ManagedPolicy.grant(ofARN: $0.arn) == .allSecrets } ? true : role.policiesKnown ? false : nil, because: role.unknownPolicies.first ?? "")
    var environments: [(name: String, origin: Origin)] = []
    for statement in role.statements where statement.node?.flag("grantsRead") == true {
      for resource in statement.node?.fields["secretResources"]?.list ?? [] {
        guard let found = resource.object?.member("resourceEnvironment"), let name = found.string, !environments.contains(where: { $0.name == name }) else { continue }
        environments.append((name, found.origin))
      }
    }
    environments.sort { $0.name.bytesPrecede($1.name) }
    node.set("readEnvironments", .list(environments.map { .string($0.name, $0.origin.isKnown ? $0.origin : node.origin) }, node.origin))
    let services = role.trust.statements.filter(\.isAllow).flatMap(\.principals).filter { $0.type == "Service" }.flatMap(\.identifiers)
    node.set("services", texts(services, node.origin))
    let subjects = trusts.flatMap(\.subjects)
    node.set("subjects", .list(subjects.map { .string($0.text, $0.origin.isKnown ? $0.origin : node.origin) }, node.origin))
    node.set("trustsDriver", subjects.contains { subject in
      guard let name = subject.literal?.split(separator: ":").last else { return false }
      return AccountLinker.drivers.contains(String(name))
    })
  }

  // MARK: Trust

  private func makeTrusts(_ role: RoleRecord) {
    for (index, statement) in role.trust.statements.enumerated() {
      let trust = TrustStatement(statement)
      let origin = statement.origin.isKnown ? statement.origin : role.node.origin
      let node = context.make(.trust, id: "\(role.node.id)/\(index)", title: "trust of \(role.node.title)", origin: origin)
      role.trustNodes.append(node)
      role.environment.apply(to: node)
      node.set("role", role.node.value)
      node.set("effect", statement.effectKnown ? .string(statement.effect, origin) : .unknown("the effect is not known", origin))
      node.set("actions", texts(statement.actions, origin))
      node.set("isWebIdentity", trust.isWebIdentity)
      node.set("isPodIdentity", trust.isPodIdentity)
      node.set("issuer", trust.issuer?.text ?? "", trust.issuer?.origin ?? .none)
      node.set("issuerKind", trust.issuerKind.rawValue)
      node.set("isForServiceAccounts", trust.isForServiceAccounts)
      let subject = trust.subjectConditions.first
      let place = subject.map { $0.origin.isKnown ? $0.origin : origin } ?? origin
      node.set("subjects", texts(trust.subjects, place))
      node.set("subjectTest", subject?.test ?? "", place)
      let scope = trust.subjectScope
      let first = trust.subjects.first?.origin ?? .none
      node.set("subjectScope", scope == .unknown ? .unknown("the subject is not known", place) : .string(scope.rawValue, first.isKnown ? first : place))
      let audience = trust.audienceConditions.first
      let audiencePlace = audience.map { $0.origin.isKnown ? $0.origin : origin } ?? origin
      node.set("audiences", texts(trust.audienceConditions.flatMap(\.values), audiencePlace))
      let state = trust.audienceState
      node.set("audienceState", state == .unknown ? .unknown("the audience is not known", audiencePlace) : .string(state.rawValue, audiencePlace))
      let dead = trust.deadKey(context.origins)
      node.set("keyMismatch", dead?.key ?? "", dead?.origin ?? .none)
      // Another statement may add the second action.
      node.set("hasTagSession", trust.hasTagSession || role.trust.statements.contains { TrustStatement($0).isPodIdentity && TrustStatement($0).hasTagSession })
      node.set("isNotPrincipal", !statement.notPrincipals.isEmpty, statement.notPrincipals.first?.identifiers.first?.origin ?? .none)
    }
    role.node.set("trusts", role.trustNodes)
  }

  private func texts(_ list: [PolicyText], _ fallback: Origin) -> Value {
    let values = list.map { item -> Value in
      let origin = item.origin.isKnown ? item.origin : fallback
      // Where it is put together, its parts keep their places: the namespace and the name of a subject.
      if let source = item.source { return Value(.string(source), origin: origin) }
      return .string(item.text, origin)
    }
    return .list(values, list.first?.origin.isKnown == true ? list.first?.origin ?? fallback : fallback)
  }

  // MARK: Statements

  private func makeStatement(
    _ statement: PolicyStatement, policy: String, isDefault: Bool, role: RoleRecord?, environment: EnvironmentDecision, fallback: Origin = .none
  ) -> ModelNode {
    let origin = statement.origin.isKnown ? statement.origin : role?.node.origin ?? fallback
    let owner = role?.node.id ?? "loose/\(policy)"
    let node = context.make(.policyStatement, id: owner + "/" + policy + "/" + statement.sid, title: "statement of `\(policy)`", origin: origin)
    environment.apply(to: node)
    node.set("role", role?.node.value ?? .null(origin))
    node.set("policy", policy)
    node.set("isModuleDefault", isDefault)
    node.set("sid", statement.sid)
    node.set("effect", statement.effectKnown ? .string(statement.effect, origin) : .unknown("the effect is not known", origin))
    node.set("isAllow", statement.effectKnown ? statement.isAllow : nil, because: "the effect is not known")
    node.set("actions", texts(statement.actions, origin))
    node.set("notActions", texts(statement.notActions, statement.notActionOrigin.isKnown ? statement.notActionOrigin : origin))
    node.set("resources", texts(statement.resources, origin))
    node.set("notResources", texts(statement.notResources, statement.notResourceOrigin.isKnown ? statement.notResourceOrigin : origin))
    node.set(
      "conditions",
      .list(
        statement.conditions.map { condition in
          makeRecord(
            .policyCondition, condition.origin,
            [("test", .string(condition.test, condition.origin)), ("key", .string(condition.key.text, condition.origin)), ("values", texts(condition.values, condition.origin))])
        }, origin))
    let concerns = statement.concerns(action: ActionCatalog.readValue)
    let grants: Bool? = !statement.effectKnown ? nil : statement.isAllow ? concerns : false
    let pattern = statement.pattern(for: ActionCatalog.readValue)
    let place = pattern.map { $0.origin.isKnown ? $0.origin : origin } ?? origin
    node.set("grantsRead", grants, because: "the actions are not known", place)
    node.set("readAction", pattern?.text ?? "", place)
    setActions(node, statement, origin)
    let narrowing = statement.narrowingCondition
    node.set("isNarrowed", narrowing != nil ? true : statement.unknownElements.contains("Condition") ? nil : false, because: "the conditions are not known", narrowing?.origin ?? .none)
    node.set("narrowedBy", narrowing?.key.text ?? "", narrowing?.origin ?? .none)
    let isBounded = role.map { role in role.hasBoundary || role.statements.contains { $0.statement.isDeny && !$0.statement.notResources.isEmpty && $0.statement.concerns(action: ActionCatalog.readValue) != false } } ?? false
    node.set("isBoundedByDeny", isBounded)
    setNegated(node, statement, origin)
    var resources: [ModelNode] = []
    for resource in statement.resources {
      if let made = makeResource(resource, statement, node, grants, isDefault: isDefault, isNarrowed: narrowing != nil || isBounded, role: role, environment: environment, origin) {
        resources.append(made)
      }
    }
    node.set("secretResources", resources)
    let aboutSecrets = statement.notActions.isEmpty ? statement.actions.contains(where: ActionCatalog.isAboutSecrets) : true
    let touches = aboutSecrets && (!resources.isEmpty || !statement.notResources.isEmpty)
    node.set("touchesSecrets", touches ? true : statement.unknownElements.contains("Resource") && aboutSecrets ? nil : false, because: "the resources are not known")
    return node
  }

  private func setActions(_ node: ModelNode, _ statement: PolicyStatement, _ origin: Origin) {
    let isAllow = statement.isAllow
    let writing = statement.actions.filter { !ActionCatalog.taken($0, of: ActionCatalog.writing).isEmpty }
    node.set("grantsWrite", isAllow && !writing.isEmpty, writing.first?.origin ?? .none)
    node.set("broadActions", texts(isAllow ? writing : [], origin))
    let excess = statement.actions.filter { action in
      !ActionCatalog.taken(action, of: ActionCatalog.excess).isEmpty && ActionCatalog.matches(action, ActionCatalog.readValue) != true && !writing.contains(action)
    }
    node.set("excessActions", texts(isAllow ? excess : [], origin))
  }

  private func setNegated(_ node: ModelNode, _ statement: PolicyStatement, _ origin: Origin) {
    guard statement.isAllow else {
      node.set("negatedElement", "")
      return
    }
    if !statement.notActions.isEmpty, statement.concerns(action: ActionCatalog.readValue) == true {
      node.set("negatedElement", "NotAction", statement.notActionOrigin.isKnown ? statement.notActionOrigin : origin)
    } else if !statement.notResources.isEmpty, statement.concerns(action: ActionCatalog.readValue) == true {
      node.set("negatedElement", "NotResource", statement.notResourceOrigin.isKnown ? statement.notResourceOrigin : origin)
    } else {
      node.set("negatedElement", "")
    }
  }

  // MARK: Resources

  private func makeResource(
    _ text: PolicyText, _ statement: PolicyStatement, _ owner: ModelNode, _ grants: Bool?, isDefault: Bool, isNarrowed: Bool, role: RoleRecord?,
    environment: EnvironmentDecision, _ fallback: Origin
  ) -> ModelNode? {
    let found = SecretPatternClass.of(text)
    if found == .otherService { return nil }
    // Nothing is known of it and the actions are not about secrets: not ours.
    if found == .unknown || text.text == "*", statement.notActions.isEmpty, !statement.actions.contains(where: ActionCatalog.isAboutSecrets) { return nil }
    let origin = text.origin.isKnown ? text.origin : fallback
    let node = context.make(.policyResource, id: owner.id + "/" + text.text, title: "resource `\(text.text)` of `\(owner.string("policy") ?? "")`", origin: origin)
    environment.apply(to: node)
    node.set("statement", owner.value)
    node.set("role", role?.node.value ?? .null(origin))
    node.set("pattern", text.text, origin)
    var part = ""
    var isKnownPart = true
    if case .pattern(let pattern) = ARNPattern.read(text), let first = pattern.secretPatterns.first {
      part = first.text
      isKnownPart = !first.hasGap
    }
    node.set("secretPattern", part, origin)
    let word = word(found)
    node.set("class", word.map { .string($0, origin) } ?? .unknown("a part of the resource is not known: \(text.text)", origin))
    var problem = ""
    if case .never(let defect) = found { problem = defect.rawValue }
    if case .firstSegment(.extraWildcard) = found { problem = "extra-wildcard" }
    node.set("problem", problem, origin)
    setSegment(node, text, part, isKnown: isKnownPart || found != .unknown, found, origin)
    node.set("grantsRead", grants, because: "the actions are not known", origin)
    node.set("isNarrowed", isNarrowed)
    node.set("isModuleDefault", isDefault)
    node.set("suggestion", suggestion(text, found, environment), origin)
    return node
  }

  private func word(_ found: SecretPatternClass) -> String? {
    switch found {
    case .unbounded: "unbounded"
    case .partialSegment: "partial-segment"
    case .slashFreeName(let name): context.names.canonical(of: name) != nil ? "partial-segment" : "name-wildcard"
    case .firstSegment: "environment"
    case .prefix, .policyVariable, .nameAndHyphen, .openName: "prefix"
    case .exact: "exact"
    case .never: "never"
    case .unknown, .otherService: nil
    }
  }

  /// The first segment, where a wildcard does not cut it short.
  private func setSegment(_ node: ModelNode, _ text: PolicyText, _ part: String, isKnown: Bool, _ found: SecretPatternClass, _ whole: Origin) {
    guard isKnown, found != .unknown else {
      for field in ["firstSegment", "resourceEnvironment", "isShared"] { node.set(field, .unknown("a part of the resource is not known", whole)) }
      return
    }
    let trimmed = part.hasPrefix("/") ? part.dropFirst() : part[...]
    let segment = String(trimmed.split(separator: "/", omittingEmptySubsequences: false).first ?? "")
    let literal = String(segment.prefix { $0 != "*" && $0 != "?" })
    // Where the text is put together, the segment has a place of its own.
    let origin = text.origin(of: ":secret:" + (part.hasPrefix("/") ? "/" : ""), before: literal, in: context.origins) ?? whole
    node.set("firstSegment", literal, origin)
    let isWhole = literal == segment && segment != part
    node.set("resourceEnvironment", isWhole ? context.names.canonical(of: segment).map { .string($0, origin) } ?? .null(origin) : .null(origin))
    node.set("isShared", isWhole && context.names.isShared(segment), origin)
  }

  private func suggestion(_ text: PolicyText, _ found: SecretPatternClass, _ environment: EnvironmentDecision) -> String {
    switch found {
    case .unbounded: return "secret:\((environment.certain == nil ? nil : environment.spelling) ?? "<environment>")/<application>/*"
    case .partialSegment:
      guard case .pattern(let pattern) = ARNPattern.read(text), let part = pattern.secretPatterns.first?.text else { return "" }
      let literal = String(part.prefix { $0 != "*" && $0 != "?" })
      let bare = literal.hasSuffix("-") ? String(literal.dropLast()) : literal
      return context.names.canonical(of: bare) != nil ? "secret:\(bare)/*" : ""
    case .slashFreeName(let name): return context.names.canonical(of: name) != nil ? "secret:\(name)/*" : ""
    case .never(.noSuffix): return text.text + "-??????"
    default: return ""
    }
  }
}
