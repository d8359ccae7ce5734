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
    guard let known = KnownModule.find(source: module.source, version: module.version) else { return .unknown }
    if known.shape == .addons { return isOn(module.arguments[known.create.0], default: known.create.1) ? addons(module, known) : .nothing }
    guard isOn(module.arguments[known.create.0], default: known.create.1) else { return .nothing }
    switch known.shape {
    case .serviceAccounts, .addon: return serviceAccounts(module, known)
    case .subjects: return subjects(module, known)
    case .clusters: return clusterRole(module, known)
    case .oneAccount: return oneAccount(module, known)
    case .podIdentity: return podIdentity(module, known)
    case .policy: return policy(module)
    case .addons: return .nothing
    }
  }

  private func isOn(_ value: Value?, default fallback: Bool) -> Bool {
    guard let value, !value.isNull else { return fallback }
    return value.looseBool ?? true
  }

  private func list(_ value: Value?) -> (items: [Value], isKnown: Bool) {
    guard let value, !value.isNull else { return ([], true) }
    let structure = TerraformStructure.known(value)
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

  /// The role's name, or its known beginning.
  private func name(_ arguments: ValueMap, _ known: KnownModule, default fallback: String? = nil) -> PolicyText {
    var name = index.name(arguments, known.roleName, prefix: known.namePrefix)
    if arguments[known.roleName]?.isNull ?? true, let fallback { name = PolicyText(fallback) }
    guard let flag = known.usesPrefix, isOn(arguments[flag], default: true), name.isKnown else { return name }
    name.pieces += [literal("-"), .gap(.token, label: "suffix")]
    return name
  }

  private func test(_ arguments: ValueMap, _ known: KnownModule) -> String { arguments[known.conditionTestInput]?.string ?? known.conditionTest }

  /// Policies by ARN, by document and by statement.
  private func addPolicies(_ role: inout ModuleRole, _ arguments: ValueMap, _ known: KnownModule) {
    let policies = list(arguments[known.policies])
    role.policyARNs = policies.items
    if !policies.isKnown { role.gap = "\(known.policies) is not known" }
    func isNeeded(_ flag: String?) -> Bool { flag.map { isOn(arguments[$0], default: false) } ?? true }
    for (input, flag) in known.documents where isNeeded(flag) { addDocuments(&role, input, arguments) }
    for (input, flag) in known.statements where isNeeded(flag) { addStatements(&role, arguments[input]) }
  }

  private func serviceAccounts(_ module: TerraformExternalModule, _ known: KnownModule) -> Outcome {
    let arguments = module.arguments
    let test = test(arguments, known)
    var trust = PolicyDocument()
    let providers = arguments["oidc_providers"].map(TerraformStructure.known)
    if let map = providers?.map {
      for entry in map.entries {
        let value = TerraformStructure.known(entry.value)
        let provider = value["provider_arn"].flatMap(index.text) ?? .unknown("provider_arn")
        var accounts = texts(value["namespace_service_accounts"])
        if known.shape == .addon, let account = value["service_account"], let text = index.text(account) {
          var full = (value["namespace"] ?? arguments["namespace"]).flatMap { $0.isNull ? nil : index.text($0) } ?? PolicyText("default", origin: account.origin)
          full.pieces += [literal(":")] + text.pieces
          full.origin = account.origin
          accounts = ([full], true)
        }
        trust.statements.append(
          webIdentity(
            provider: provider, issuer: issuer(ofARN: provider), subjects: [(test, accounts.items.map(subject), accounts.isKnown)],
            audiences: [PolicyText("sts.amazonaws.com")], origin: value.origin.isKnown ? value.origin : module.origin))
      }
    } else if providers?.isUnknown == true {
      trust = .unknown("oidc_providers is not known")
    }
    var role = ModuleRole(name: name(arguments, known), trust: trust)
    addPolicies(&role, arguments, known)
    addExternalSecrets(&role, module, known, flag: arguments["attach_external_secrets_policy"])
    return .role(role)
  }

  /// aws-ia/terraform-aws-eks-blueprints-addons: `enable_external_secrets` makes a role that reads what `external_secrets_*_arns` name, which is
  /// everything by default.
  private func addons(_ module: TerraformExternalModule, _ known: KnownModule) -> Outcome {
    let arguments = module.arguments
    let given = arguments["external_secrets"].map(TerraformStructure.known)
    let inner = given?.map ?? ValueMap()
    guard isOn(inner["create_role"], default: true) else { return .nothing }
    let provider = arguments["oidc_provider_arn"].flatMap(index.text) ?? .unknown("oidc_provider_arn")
    let namespace = inner["namespace"].flatMap(index.text)?.text ?? "external-secrets"
    let account = inner["service_account_name"].flatMap(index.text)?.text ?? "external-secrets-sa"
    var trust = PolicyDocument(statements: [
      webIdentity(
        provider: provider, issuer: issuer(ofARN: provider), subjects: [("StringEquals", [subject(PolicyText("\(namespace):\(account)"))], given == nil || given?.map != nil)],
        audiences: [PolicyText("sts.amazonaws.com")], origin: module.origin)
    ])
    if inner["trust_policy_statements"]?.isNull == false {
      trust.isComplete = false
      trust.reason = "further trust statements"
    }
    var role = ModuleRole(name: name(inner, known, default: "external-secrets"), trust: trust)
    addPolicies(&role, inner, known)
    addStatements(&role, inner["policy_statements"])
    if given != nil, given?.map == nil { role.gap = "external_secrets is not known" }
    addExternalSecrets(&role, module, known, flag: arguments["enable_external_secrets"])
    return .role(role)
  }

  private func subjects(_ module: TerraformExternalModule, _ known: KnownModule) -> Outcome {
    let arguments = module.arguments
    let inputs = known.subjectInputs
    var trust = PolicyDocument()
    if inputs.needs.map({ isOn(arguments[$0], default: false) }) ?? true {
      var urls: [PolicyText] = []
      var isKnown = true
      for input in inputs.urls {
        guard let value = arguments[input], !value.isNull, value.string != "" else { continue }
        let found = texts(value)
        urls += found.items
        isKnown = isKnown && found.isKnown
      }
      let exact = texts(arguments[inputs.exact])
      let like = texts(arguments[inputs.like])
      let audiences = texts(arguments[inputs.audiences])
      for url in urls { trust.statements.append(oidc(url, exact: exact, like: like, audiences: audiences, module)) }
      if urls.isEmpty || !isKnown { trust = .unknown("\(inputs.urls.last ?? "") is not known") }
    }
    for input in known.furtherTrust where arguments[input].map({ !$0.isNull && $0.looseBool != false }) ?? false {
      trust.isComplete = false
      trust.reason = "further trust statements"
    }
    var role = ModuleRole(name: name(arguments, known), trust: trust)
    addPolicies(&role, arguments, known)
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

  private func clusterRole(_ module: TerraformExternalModule, _ known: KnownModule) -> Outcome {
    let arguments = module.arguments
    var trust = PolicyDocument()
    let clusters = arguments["cluster_service_accounts"].map(TerraformStructure.known)
    if let map = clusters?.map {
      for entry in map.entries {
        let accounts = texts(entry.value)
        let issuer = PolicyText(pieces: [.gap(.token, label: "issuer of \(entry.key.string)")])
        trust.statements.append(
          webIdentity(
            provider: PolicyText(pieces: [literal("arn:aws:iam::0:oidc-provider/")] + issuer.pieces), issuer: issuer,
            subjects: [(test(arguments, known), accounts.items.map(subject), accounts.isKnown)], audiences: nil,
            origin: entry.value.origin.isKnown ? entry.value.origin : module.origin))
      }
    } else {
      trust = .unknown("cluster_service_accounts is not known")
    }
    var role = ModuleRole(name: name(arguments, known), trust: trust)
    addPolicies(&role, arguments, known)
    return .role(role)
  }

  /// Versions differ in whether they demand an audience and in how they name a role that nobody named.
  private func oneAccount(_ module: TerraformExternalModule, _ known: KnownModule) -> Outcome {
    let arguments = module.arguments
    let provider =
      (arguments["eks_oidc_provider_arn"] ?? arguments["addon_context"].map(TerraformStructure.known)?["eks_oidc_provider_arn"])
      .flatMap(index.text) ?? .unknown("eks_oidc_provider_arn")
    func text(_ input: String) -> PolicyText { arguments[input].flatMap(index.text) ?? .unknown(input) }
    let account = text("kubernetes_service_account")
    let full = PolicyText(pieces: text("kubernetes_namespace").pieces + [literal(":")] + account.pieces, origin: account.origin)
    var statement = webIdentity(
      provider: provider, issuer: issuer(ofARN: provider), subjects: [(test(arguments, known), [subject(full)], true)],
      audiences: nil, origin: module.origin)
    statement.unknownElements.append("Condition")
    var role = ModuleRole(
      name: arguments[known.roleName].map { _ in name(arguments, known) } ?? .unknown("irsa_iam_role_name"),
      trust: PolicyDocument(statements: [statement]))
    addPolicies(&role, arguments, known)
    return .role(role)
  }

  private func podIdentity(_ module: TerraformExternalModule, _ known: KnownModule) -> Outcome {
    let arguments = module.arguments
    var statement = PolicyStatement()
    statement.origin = module.origin
    statement.actions = [PolicyText("sts:AssumeRole"), PolicyText("sts:TagSession")]
    statement.principals = [PolicyPrincipal(type: "Service", identifiers: [PolicyText("pods.eks.amazonaws.com")])]
    var trust = PolicyDocument(statements: [statement])
    for input in known.furtherTrust where arguments[input]?.isNull == false {
      trust.isComplete = false
      trust.reason = "further trust statements"
    }
    var role = ModuleRole(name: name(arguments, known), trust: trust)
    addPolicies(&role, arguments, known)
    addExternalSecrets(&role, module, known, flag: arguments["attach_external_secrets_policy"])
    return .role(role)
  }

  private func policy(_ module: TerraformExternalModule) -> Outcome {
    guard let text = module.arguments["policy"], !text.isNull else { return .policy(.unknown("the policy is not known")) }
    return .policy(index.reader.read(text))
  }

  // MARK: Policies

  /// `attach_external_secrets_policy`: all statements are about the ARNs that are given, or the module's defaults.
  private func addExternalSecrets(_ role: inout ModuleRole, _ module: TerraformExternalModule, _ known: KnownModule, flag: Value?) {
    guard let flag, !flag.isNull else { return }
    guard let isOn = flag.looseBool else {
      role.gap = "attach_external_secrets_policy is not known"
      return
    }
    guard isOn else { return }
    let given = module.arguments["external_secrets_secrets_manager_arns"].flatMap { $0.isNull ? nil : $0 }
    func add(_ actions: [String], _ resources: [PolicyText], isKnown: Bool, isDefault: Bool, _ name: String) {
      guard !resources.isEmpty || !isKnown else { return }
      var statement = PolicyStatement()
      statement.origin = flag.origin
      statement.actions = actions.map { PolicyText($0, origin: flag.origin) }
      statement.resources = resources
      if !isKnown { statement.unknownElements.append("Resource") }
      role.statements.append((statement, isDefault, name))
    }
    var actions = ["GetResourcePolicy", "GetSecretValue", "DescribeSecret", "ListSecretVersionIds"]
    if module.arguments[known.createPermission]?.looseBool == true { actions += ["CreateSecret", "PutSecretValue", "TagResource", "DeleteSecret"] }
    let secrets = texts(given)
    add(
      actions.map { "secretsmanager:" + $0 }, given == nil ? known.externalSecrets.map { PolicyText($0, origin: flag.origin) } : secrets.items, isKnown: secrets.isKnown,
      isDefault: given == nil, given == nil ? "default of external_secrets_secrets_manager_arns" : "external_secrets")
    // What the modules grant on parameters and keys follows the same inputs.
    let hasDefaults = !known.externalSecrets.isEmpty
    for (input, actions, fallback) in [
      ("external_secrets_ssm_parameter_arns", ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"], "arn:aws:ssm:*:*:parameter/*"),
      ("external_secrets_kms_key_arns", ["kms:Decrypt"], "arn:aws:kms:*:*:key/*"),
    ] {
      let value = module.arguments[input].flatMap { $0.isNull ? nil : $0 }
      let arns = texts(value)
      // eks-pod-identity grants every key where none is named.
      let isOpen = value == nil && hasDefaults || known.shape == .podIdentity && input.hasSuffix("key_arns") && arns.items.isEmpty && arns.isKnown
      add(actions, isOpen ? [PolicyText(fallback, origin: flag.origin)] : arns.items, isKnown: arns.isKnown, isDefault: isOpen, isOpen ? "default of \(input)" : input)
    }
  }

  private func addDocuments(_ role: inout ModuleRole, _ name: String, _ arguments: ValueMap) {
    let documents = list(arguments[name])
    if !documents.isKnown { role.gap = "\(name) is not known" }
    for item in documents.items {
      let document = index.reader.read(item)
      role.statements += document.statements.map { ($0, false, name) }
      if !document.isComplete { role.gap = document.reason }
    }
  }

  /// Statements as maps: `permissions`, `inline_policy_statements`, `policy_statements`.
  private func addStatements(_ role: inout ModuleRole, _ value: Value?) {
    guard let value, !value.isNull else { return }
    let items = list(value)
    if !items.isKnown { role.gap = "the module's statements are not known" }
    let blocks = items.items.map { item -> Value in
      // The modules call the blocks `condition` or `conditions`.
      guard let map = TerraformStructure.known(item).map, map["condition"] == nil, let conditions = map["conditions"] else { return item }
      let copy = map.copy()
      copy.set("condition", conditions)
      return .map(copy, item.origin)
    }
    let document = index.reader.read(terraform: ValueMap([("statement", .list(blocks, value.origin))]))
    role.statements += document.statements.map { ($0, false, "statements of the module call") }
  }
}
