import IAM
import Rendering
import SourceText
import Terraform
import Values

/// What a known community module makes of its arguments (terraform-aws-modules/terraform-aws-iam v5 and v6,
/// terraform-aws-eks-pod-identity: main.tf and variables.tf of each module).
struct ModuleRole {
  var name: PolicyText
  var trust: PolicyDocument
  var statements: [(statement: PolicyStatement, isDefault: Bool, policy: String)] = []
  /// Values that are ARNs of further policies.
  var policyARNs: [Value] = []
  /// Why not all policies are known; "" if they are.
  var gap = ""
}

struct ModuleRoles {
  let index: TerraformIndex

  enum Outcome {
    case role(ModuleRole)
    /// A policy by itself (`iam-policy`).
    case policy(PolicyDocument)
    case nothing
    /// No module that we know.
    case unknown
  }

  func read(_ module: TerraformExternalModule) -> Outcome {
    let arguments = module.arguments
    guard let name = Self.name(of: module.source) else { return .unknown }
    switch name {
    case "iam-role-for-service-accounts-eks": return serviceAccounts(module, isOld: true)
    case "iam-role-for-service-accounts": return serviceAccounts(module, isOld: false)
    case "iam-assumable-role-with-oidc":
      // The module makes nothing unless it is told to.
      return isOn(arguments["create_role"], default: false) ? assumable(module) : .nothing
    case "iam-eks-role": return isOn(arguments["create_role"], default: true) ? clusterRole(module) : .nothing
    case "iam-role": return isOn(arguments["create"], default: true) ? role(module) : .nothing
    case "iam-policy": return policy(module)
    case "eks-pod-identity": return isOn(arguments["create"], default: true) ? podIdentity(module) : .nothing
    default: return .unknown
    }
  }

  /// The sub-module of a registry address or git URL.
  static func name(of source: String) -> String? {
    let base = source.split(separator: "?").first.map(String.init) ?? source
    if base.contains("eks-pod-identity") { return "eks-pod-identity" }
    guard base.contains("terraform-aws-modules/iam/") || base.contains("terraform-aws-iam") else { return nil }
    return base.split(separator: "/").last.map(String.init)
  }

  private func isOn(_ value: Value?, default fallback: Bool) -> Bool {
    guard let value, !value.isNull else { return fallback }
    return value.looseBool ?? true
  }

  private func list(_ value: Value?) -> (items: [Value], isKnown: Bool) {
    guard let value, !value.isNull else { return ([], true) }
    let structure = TerraformText.structure(value)
    if let items = structure.list { return (items, true) }
    if let map = structure.map { return (map.entries.map(\.value), true) }
    return structure.text != nil ? ([structure], true) : ([], false)
  }

  private func texts(_ value: Value?) -> (items: [PolicyText], isKnown: Bool) {
    let (items, isKnown) = list(value)
    var result: [PolicyText] = []
    for item in items {
      if var text = index.text(item) {
        if !text.origin.isKnown { text.origin = value?.origin ?? .none }
        result.append(text)
      }
    }
    return (result, isKnown && result.count == items.count)
  }

  private func literal(_ text: String) -> PolicyText.Piece { .literal(Array(text.utf8)) }

  // MARK: Trust

  /// One web identity statement.
  private func webIdentity(
    provider: PolicyText, issuer: PolicyText, subjects: [(test: String, values: [PolicyText], isKnown: Bool)], audiences: [PolicyText]?, origin: Origin
  ) -> PolicyStatement {
    var statement = PolicyStatement()
    statement.origin = origin
    statement.actions = [PolicyText("sts:AssumeRoleWithWebIdentity", origin: origin)]
    statement.principals = [PolicyPrincipal(type: "Federated", identifiers: [provider])]
    var sub = issuer
    sub.pieces.append(literal(":sub"))
    for subject in subjects {
      statement.conditions.append(
        PolicyCondition(test: subject.test, key: sub, values: subject.values, isPartial: !subject.isKnown, origin: subject.values.first?.origin ?? origin))
    }
    if let audiences {
      var aud = issuer
      aud.pieces.append(literal(":aud"))
      statement.conditions.append(PolicyCondition(test: "StringEquals", key: aud, values: audiences, origin: origin))
    }
    return statement
  }

  /// What stands behind `provider/` of an OIDC provider's ARN.
  private func issuer(ofARN arn: PolicyText) -> PolicyText {
    guard let text = arn.literal, let slash = text.firstIndex(of: "/") else { return PolicyText(pieces: [.gap(.token, label: "issuer")], origin: arn.origin) }
    return PolicyText(String(text[text.index(after: slash)...]), origin: arn.origin)
  }

  private func subject(_ account: PolicyText) -> PolicyText {
    PolicyText(pieces: [literal("system:serviceaccount:")] + account.pieces, origin: account.origin)
  }

  private func serviceAccounts(_ module: TerraformExternalModule, isOld: Bool) -> Outcome {
    let arguments = module.arguments
    guard isOn(arguments[isOld ? "create_role" : "create"], default: true) else { return .nothing }
    let test = arguments[isOld ? "assume_role_condition_test" : "trust_condition_test"]?.string ?? "StringEquals"
    var trust = PolicyDocument()
    let providers = arguments["oidc_providers"].map(TerraformText.structure)
    if let map = providers?.map {
      for entry in map.entries {
        let value = TerraformText.structure(entry.value)
        let provider = value["provider_arn"].flatMap(index.text) ?? .unknown("provider_arn")
        let accounts = texts(value["namespace_service_accounts"])
        trust.statements.append(
          webIdentity(
            provider: provider, issuer: issuer(ofARN: provider), subjects: [(test, accounts.items.map(subject), accounts.isKnown)],
            audiences: [PolicyText("sts.amazonaws.com")], origin: value.origin.isKnown ? value.origin : module.origin))
      }
    } else if providers?.isUnknown == true {
      trust = .unknown("oidc_providers is not known")
    }
    var role = ModuleRole(name: index.name(arguments, isOld ? "role_name" : "name", prefix: isOld ? "role_name_prefix" : "name_prefix"), trust: trust)
    let policies = list(arguments[isOld ? "role_policy_arns" : "policies"])
    role.policyARNs = policies.items
    if !policies.isKnown { role.gap = "the list of policies is not known" }
    addExternalSecrets(&role, module, hasDefaults: isOld)
    if !isOld { addPermissions(&role, arguments["permissions"], arguments) }
    return .role(role)
  }

  private func assumable(_ module: TerraformExternalModule) -> Outcome {
    let arguments = module.arguments
    var trust = PolicyDocument()
    var urls = texts(arguments["provider_urls"]).items
    if let url = arguments["provider_url"], !url.isNull, url.string != "", let text = index.text(url) { urls.append(text) }
    let exact = texts(arguments["oidc_fully_qualified_subjects"])
    let like = texts(arguments["oidc_subjects_with_wildcards"])
    let audiences = texts(arguments["oidc_fully_qualified_audiences"])
    for url in urls {
      trust.statements.append(oidc(url, exact: exact, like: like, audiences: audiences, module))
    }
    if urls.isEmpty { trust = .unknown("provider_url is not known") }
    var role = ModuleRole(name: index.name(arguments, "role_name", prefix: "role_name_prefix"), trust: trust)
    let policies = list(arguments["role_policy_arns"])
    role.policyARNs = policies.items
    if !policies.isKnown { role.gap = "role_policy_arns is not known" }
    addPermissions(&role, arguments["inline_policy_statements"], arguments)
    return .role(role)
  }

  /// Each condition exists only if its list holds something.
  private func oidc(
    _ url: PolicyText, exact: (items: [PolicyText], isKnown: Bool), like: (items: [PolicyText], isKnown: Bool), audiences: (items: [PolicyText], isKnown: Bool),
    _ module: TerraformExternalModule
  ) -> PolicyStatement {
    var issuer = url
    if let text = url.literal, text.hasPrefix("https://") { issuer = PolicyText(String(text.dropFirst("https://".count)), origin: url.origin) }
    var subjects: [(test: String, values: [PolicyText], isKnown: Bool)] = []
    if !exact.items.isEmpty || !exact.isKnown { subjects.append(("StringEquals", exact.items, exact.isKnown)) }
    if !like.items.isEmpty || !like.isKnown { subjects.append(("StringLike", like.items, like.isKnown)) }
    var provider = issuer
    provider.pieces.insert(literal("arn:aws:iam::0:oidc-provider/"), at: 0)
    var statement = webIdentity(
      provider: provider, issuer: issuer, subjects: subjects, audiences: audiences.items.isEmpty ? nil : audiences.items, origin: module.origin)
    if !audiences.isKnown { statement.unknownElements.append("Condition") }
    return statement
  }

  private func clusterRole(_ module: TerraformExternalModule) -> Outcome {
    let arguments = module.arguments
    var trust = PolicyDocument()
    let clusters = arguments["cluster_service_accounts"].map(TerraformText.structure)
    if let map = clusters?.map {
      for entry in map.entries {
        let accounts = texts(entry.value)
        let issuer = PolicyText(pieces: [.gap(.token, label: "issuer of \(entry.key.string)")])
        trust.statements.append(
          webIdentity(
            provider: PolicyText(pieces: [literal("arn:aws:iam::0:oidc-provider/")] + issuer.pieces), issuer: issuer,
            subjects: [(arguments["assume_role_condition_test"]?.string ?? "StringEquals", accounts.items.map(subject), accounts.isKnown)], audiences: nil,
            origin: entry.value.origin.isKnown ? entry.value.origin : module.origin))
      }
    } else {
      trust = .unknown("cluster_service_accounts is not known")
    }
    var role = ModuleRole(name: index.name(arguments, "role_name", prefix: "role_name_prefix"), trust: trust)
    let policies = list(arguments["role_policy_arns"])
    role.policyARNs = policies.items
    if !policies.isKnown { role.gap = "role_policy_arns is not known" }
    return .role(role)
  }

  private func role(_ module: TerraformExternalModule) -> Outcome {
    let arguments = module.arguments
    var trust = PolicyDocument()
    if isOn(arguments["enable_oidc"], default: false) {
      let urls = texts(arguments["oidc_provider_urls"])
      for url in urls.items {
        trust.statements.append(
          oidc(url, exact: texts(arguments["oidc_subjects"]), like: texts(arguments["oidc_wildcard_subjects"]), audiences: texts(arguments["oidc_audiences"]), module))
      }
      if !urls.isKnown { trust = .unknown("oidc_provider_urls is not known") }
    }
    if arguments["trust_policy_permissions"] != nil || arguments["source_trust_policy_documents"] != nil {
      trust.isComplete = false
      trust.reason = "further trust statements"
    }
    var role = ModuleRole(name: index.name(arguments), trust: trust)
    let policies = list(arguments["policies"])
    role.policyARNs = policies.items
    if !policies.isKnown { role.gap = "policies is not known" }
    if isOn(arguments["create_inline_policy"], default: false) { addPermissions(&role, arguments["inline_policy_permissions"], arguments) }
    return .role(role)
  }

  private func podIdentity(_ module: TerraformExternalModule) -> Outcome {
    let arguments = module.arguments
    var statement = PolicyStatement()
    statement.origin = module.origin
    statement.actions = [PolicyText("sts:AssumeRole"), PolicyText("sts:TagSession")]
    statement.principals = [PolicyPrincipal(type: "Service", identifiers: [PolicyText("pods.eks.amazonaws.com")])]
    var role = ModuleRole(name: index.name(arguments), trust: PolicyDocument(statements: [statement]))
    let policies = list(arguments["additional_policy_arns"])
    role.policyARNs = policies.items
    if !policies.isKnown { role.gap = "additional_policy_arns is not known" }
    addExternalSecrets(&role, module, hasDefaults: false)
    addPermissions(&role, arguments["policy_statements"], arguments)
    return .role(role)
  }

  private func policy(_ module: TerraformExternalModule) -> Outcome {
    guard isOn(module.arguments[module.arguments["create_policy"] != nil ? "create_policy" : "create"], default: true) else { return .nothing }
    guard let text = module.arguments["policy"], !text.isNull else { return .policy(.unknown("the policy is not known")) }
    return .policy(index.reader.read(text))
  }

  // MARK: Policies

  /// `attach_external_secrets_policy`.
  private func addExternalSecrets(_ role: inout ModuleRole, _ module: TerraformExternalModule, hasDefaults: Bool) {
    let flag = module.arguments["attach_external_secrets_policy"]
    guard let flag, !flag.isNull else { return }
    guard let isOn = flag.looseBool else {
      role.gap = "attach_external_secrets_policy is not known"
      return
    }
    guard isOn else { return }
    let given = module.arguments["external_secrets_secrets_manager_arns"].flatMap { $0.isNull ? nil : $0 }
    var statement = PolicyStatement()
    statement.origin = flag.origin
    let actions = ["GetResourcePolicy", "GetSecretValue", "DescribeSecret", "ListSecretVersionIds"]
    let more = module.arguments["external_secrets_secrets_manager_create_permission"]?.looseBool == true
      ? ["CreateSecret", "PutSecretValue", "TagResource", "DeleteSecret"] : []
    statement.actions = (actions + more).map { PolicyText("secretsmanager:" + $0, origin: flag.origin) }
    if let given {
      let arns = texts(given)
      statement.resources = arns.items
      if !arns.isKnown { statement.unknownElements.append("Resource") }
      if arns.items.isEmpty, arns.isKnown { return }
      role.statements.append((statement, false, "external_secrets"))
    } else if hasDefaults {
      statement.resources = [PolicyText("arn:aws:secretsmanager:*:*:secret:*", origin: flag.origin)]
      role.statements.append((statement, true, "default of external_secrets_secrets_manager_arns"))
    }
  }

  /// Statements as maps: `permissions`, `inline_policy_statements`, `policy_statements`.
  private func addPermissions(_ role: inout ModuleRole, _ value: Value?, _ arguments: ValueMap) {
    for name in ["source_policy_documents", "override_policy_documents", "source_inline_policy_documents", "override_inline_policy_documents"] {
      let documents = list(arguments[name])
      if !documents.isKnown { role.gap = "\(name) is not known" }
      for item in documents.items {
        let document = index.reader.read(item)
        role.statements += document.statements.map { ($0, false, name) }
        if !document.isComplete { role.gap = document.reason }
      }
    }
    guard let value, !value.isNull else { return }
    let items = list(value)
    if !items.isKnown { role.gap = "the module's statements are not known" }
    let blocks = items.items.map { item -> Value in
      // The modules call the blocks `condition` or `conditions`.
      guard let map = TerraformText.structure(item).map, map["condition"] == nil, let conditions = map["conditions"] else { return item }
      let copy = map.copy()
      copy.set("condition", conditions)
      return .map(copy, item.origin)
    }
    let document = index.reader.read(terraform: ValueMap([("statement", .list(blocks, value.origin))]))
    role.statements += document.statements.map { ($0, false, "statements of the module call") }
  }
}
