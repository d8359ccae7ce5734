import IAM
import Kubernetes
import Rendering
import SourceText
import Terraform
import Values

/// Roles of Terraform (resources and known community modules) and eksctl, with their policies and trust, by reference and by name.
struct RoleLinker {
  let context: LinkContext
  let indexes: [TerraformIndex]

  /// Policies that no known role has.
  struct Loose {
    var statements: [PolicyStatement]
    var policy: String
    var environment: EnvironmentDecision
    var origin: Origin
  }

  func link() -> [Loose] {
    var loose: [Loose] = []
    for index in indexes { loose += link(index) }
    for record in context.objects where record.object.group == "eksctl.io" && record.object.kind == "ClusterConfig" { addEksctl(record) }
    for record in context.objects where record.object.group == "iam.services.k8s.aws" && record.object.kind == "Role" { addACK(record) }
    return loose
  }

  // MARK: One root

  private func link(_ index: TerraformIndex) -> [Loose] {
    var own: [RoleRecord] = []
    var moduleOutcomes: [String: ModuleRoles.Outcome] = [:]
    for resource in index.result.resources where resource.type == "aws_iam_role" && resource.mode == .managed {
      own.append(makeRole(resource, index))
    }
    for module in index.result.externalModules {
      let outcome = ModuleRoles(index: index).read(module)
      moduleOutcomes[module.module.joined(separator: ".")] = outcome
      if case .role(let made) = outcome { own.append(makeRole(module, made, index)) }
    }
    var attached: Set<String> = []
    func attach(_ value: Value?, to role: RoleRecord, place: Origin) {
      guard let value, !value.isNull else { return }
      if let address = self.attach(value, to: role, index, moduleOutcomes) { attached.insert(address) }
    }
    for (role, arns) in pendingARNs(index, own, moduleOutcomes) { for arn in arns { attach(arn, to: role, place: .none) } }
    let roles = Roles(own, index)
    var loose: [Loose] = []
    for resource in index.result.resources where resource.mode == .managed {
      let attributes = resource.attributes
      switch resource.type {
      case "aws_iam_role_policy":
        let document = index.reader.read(attributes["policy"] ?? .null)
        if let role = roles.find(attributes["role"]) {
          add(document, to: role, policy: resource.address)
        } else {
          loose.append(loosen(document, resource, index))
        }
      case "aws_iam_role_policy_attachment":
        if let role = roles.find(attributes["role"]) {
          attach(attributes["policy_arn"], to: role, place: resource.origin)
        } else if let address = policyAddress(attributes["policy_arn"], index) {
          // A role that is not known here has it: the policy stays a loose one.
          attached.remove(address)
        }
      case "aws_iam_policy_attachment":
        for name in attributes["roles"].map(TerraformStructure.known)?.list ?? [] {
          if let role = roles.find(name) { attach(attributes["policy_arn"], to: role, place: resource.origin) }
        }
      case "aws_iam_role_policy_attachments_exclusive":
        guard let role = roles.find(attributes["role_name"]) else { break }
        for arn in attributes["policy_arns"].map(TerraformStructure.known)?.list ?? [] { attach(arn, to: role, place: resource.origin) }
      default: break
      }
    }
    // A permissions boundary grants nothing by itself.
    attached.formUnion(boundaries(index))
    for resource in index.result.resources where resource.type == "aws_iam_policy" && resource.mode == .managed && !attached.contains(resource.address) {
      loose.append(loosen(index.reader.read(resource.attributes["policy"] ?? .null), resource, index))
    }
    for module in index.result.externalModules {
      let address = module.module.joined(separator: ".")
      guard case .policy(let document)? = moduleOutcomes[address], !attached.contains(address) else { continue }
      loose.append(
        Loose(
          statements: document.statements, policy: address,
          environment: TerraformEnvironment(context: context, result: index.result).decide(tags: module.arguments["tags"], name: module.arguments["name"], origin: module.origin),
          origin: module.origin))
    }
    return loose
  }

  /// Addresses of the policies that roles, users or modules have as their permissions boundary.
  private func boundaries(_ index: TerraformIndex) -> [String] {
    let given = index.result.resources.map { $0.attributes["permissions_boundary"] }
    let passed = index.result.externalModules.flatMap { module in
      module.arguments.entries.compactMap { $0.key.string.contains("permissions_boundary") ? $0.value : nil }
    }
    return (given + passed).compactMap { policyAddress($0, index) }
  }

  private func loosen(_ document: PolicyDocument, _ resource: TerraformResource, _ index: TerraformIndex) -> Loose {
    Loose(
      statements: document.statements, policy: resource.address,
      environment: TerraformEnvironment(context: context, result: index.result).decide(resource), origin: resource.origin)
  }

  private func make(_ address: String, name: PolicyText, source: String, origin: Origin, _ directory: String) -> RoleRecord {
    let node = context.make(
      .role, id: directory + "/" + address, title: "role `\(name.literal ?? address)`", origin: name.origin.isKnown ? name.origin : origin)
    let record = RoleRecord(address: address, name: name, node: node)
    context.roles.append(record)
    node.set("name", name.literal.map { .string($0, node.origin) } ?? .unknown("a part of the name is not known: \(name.text)", node.origin))
    node.set("address", address)
    node.set("source", source)
    return record
  }

  private func makeRole(_ resource: TerraformResource, _ index: TerraformIndex) -> RoleRecord {
    let attributes = resource.attributes
    let role = make(resource.address, name: index.name(attributes), source: "resource", origin: resource.origin, index.result.directory + "/" + index.result.variableFile)
    role.root = index.result.cluster
    role.environment = TerraformEnvironment(context: context, result: index.result).decide(resource)
    role.node.set("tags", attributes["tags"].map(TerraformStructure.known).flatMap { $0.isNull ? nil : $0 } ?? .map(ValueMap(), resource.origin))
    role.trust = attributes["assume_role_policy"].map { index.reader.read($0) } ?? .unknown("the role has no trust policy")
    if let boundary = attributes["permissions_boundary"], !boundary.isNull, boundary.string != "" { role.hasBoundary = true }
    if let inline = attributes["inline_policy"].map(TerraformStructure.known), !inline.isNull {
      if let blocks = inline.list {
        for block in blocks {
          if let policy = TerraformStructure.known(block)["policy"], !policy.isNull { add(index.reader.read(policy), to: role, policy: resource.address + ".inline_policy") }
        }
      } else {
        miss(role, "inline_policy is not known")
      }
    }
    return role
  }

  private func makeRole(_ module: TerraformExternalModule, _ made: ModuleRole, _ index: TerraformIndex) -> RoleRecord {
    let address = module.module.joined(separator: ".")
    let role = make(address, name: made.name, source: "module", origin: module.origin, index.result.directory + "/" + index.result.variableFile)
    role.root = index.result.cluster
    role.environment = TerraformEnvironment(context: context, result: index.result).decide(
      tags: module.arguments["tags"], name: module.arguments["role_name"] ?? module.arguments["name"], origin: module.origin)
    role.node.set("tags", module.arguments["tags"].map(TerraformStructure.known).flatMap { $0.isNull ? nil : $0 } ?? .map(ValueMap(), module.origin))
    role.trust = made.trust
    for statement in made.statements { role.statements.append((statement.statement, address + ": " + statement.policy, statement.isDefault, nil)) }
    if !made.gap.isEmpty { miss(role, made.gap) }
    if let boundary = module.arguments["role_permissions_boundary_arn"] ?? module.arguments["permissions_boundary"], !boundary.isNull, boundary.string != "" {
      role.hasBoundary = true
    }
    return role
  }

  // MARK: Policies

  private func add(_ document: PolicyDocument, to role: RoleRecord, policy: String) {
    role.statements += document.statements.map { ($0, policy, false, nil) }
    if !document.isComplete { miss(role, document.reason) }
  }

  private func miss(_ role: RoleRecord, _ reason: String) {
    role.policiesKnown = false
    role.unknownPolicies.append(reason)
  }

  /// ARNs in a role's own arguments.
  private func pendingARNs(
    _ index: TerraformIndex, _ own: [RoleRecord], _ outcomes: [String: ModuleRoles.Outcome]
  ) -> [(RoleRecord, [Value])] {
    var result: [(RoleRecord, [Value])] = []
    for role in own {
      if case .role(let made)? = outcomes[role.address] { result.append((role, made.policyARNs)) }
      guard let resource = index.resource(role.address), let arns = resource.attributes["managed_policy_arns"].map(TerraformStructure.known), !arns.isNull else { continue }
      if let list = arns.list {
        result.append((role, list))
      } else if !isComputed(arns, resource) {
        miss(role, "managed_policy_arns is not known")
      }
    }
    return result
  }

  /// An attribute that the configuration does not set comes back as a reference to itself.
  private func isComputed(_ value: Value, _ resource: TerraformResource) -> Bool {
    TerraformText.reference(value)?.address == resource.address
  }

  private func policyAddress(_ value: Value?, _ index: TerraformIndex) -> String? {
    guard let reference = TerraformText.reference(value) else { return nil }
    if let resource = index.resource(reference.address) { return resource.address }
    return index.module(reference.address)?.module.joined(separator: ".")
  }

  /// Attaches what an ARN names. Returns the address of a policy of this root.
  private func attach(_ value: Value, to role: RoleRecord, _ index: TerraformIndex, _ outcomes: [String: ModuleRoles.Outcome]) -> String? {
    if let text = value.string {
      role.managed.append(AttachedPolicy(arn: text, origin: value.origin))
      if ManagedPolicy.grant(ofARN: text) == .unknown { miss(role, "the policy \(text) is not in the repository") }
      return nil
    }
    if let address = policyAddress(value, index) {
      if let resource = index.resource(address) {
        if resource.type == "aws_iam_policy", resource.mode == .managed {
          add(index.reader.read(resource.attributes["policy"] ?? .null), to: role, policy: address)
          return address
        }
        if resource.type == "aws_iam_policy", let name = resource.attributes["name"]?.string {
          let arn = "arn:aws:iam::aws:policy/" + name
          if ManagedPolicy.grant(ofARN: arn) != .unknown {
            role.managed.append(AttachedPolicy(arn: arn, origin: value.origin))
            return nil
          }
        }
      }
      if case .policy(let document)? = outcomes[address] {
        add(document, to: role, policy: address)
        return address
      }
      miss(role, "the policy `\(address)` is not known")
      return nil
    }
    // `arn:${partition}:iam::aws:policy/Name`: the name is what counts.
    if let text = index.text(value), let name = text.text.split(separator: "/").last, text.text.contains(":iam::aws:policy/") {
      let arn = "arn:aws:iam::aws:policy/" + name
      role.managed.append(AttachedPolicy(arn: arn, origin: value.origin))
      if ManagedPolicy.grant(ofARN: arn) == .unknown { miss(role, "the policy \(arn) is not known") }
      return nil
    }
    miss(role, "an attached policy is not known")
    return nil
  }

  /// The roles of one root, looked up by what other resources say of them.
  private struct Roles {
    let index: TerraformIndex
    private var byAddress: [String: RoleRecord] = [:]
    /// A name that is not known at all is no name.
    private var byName: [PolicyText: RoleRecord] = [:]

    init(_ roles: [RoleRecord], _ index: TerraformIndex) {
      self.index = index
      for role in roles {
        if byAddress[role.address] == nil { byAddress[role.address] = role }
        if role.name.isKnown || role.name.pieces.count > 1, byName[role.name] == nil { byName[role.name] = role }
      }
    }

    /// The role that a value names: by reference, else by its name.
    func find(_ value: Value?) -> RoleRecord? {
      guard let value, !value.isNull else { return nil }
      if let reference = TerraformText.reference(value) { return byAddress[reference.address] ?? byAddress[reference.address + "[0]"] }
      return index.text(value).flatMap { byName[$0] }
    }
  }

  // MARK: ACK

  /// A Role of AWS Controllers for Kubernetes (aws-controllers-k8s/iam-controller, apis/v1alpha1/role.go).
  private func addACK(_ record: ObjectRecord) {
    guard let spec = record.object.root["spec"] else { return }
    let name = spec["name"]
    let role = make(
      "ack/\(record.namespace)/\(record.object.name)", name: name?.string.map { PolicyText($0, origin: name?.origin ?? .none) } ?? .unknown("name", origin: record.metadata.origin),
      source: "ack", origin: record.metadata.origin, record.id)
    role.environment = record.environment
    let tags = ValueMap()
    for tag in spec["tags"]?.list ?? [] { if let key = tag["key"]?.string, let value = tag["value"] { tags.set(key, value) } }
    role.node.set("tags", .map(tags, record.metadata.origin))
    let reader = PolicyReader(origins: context.origins)
    role.trust = spec["assumeRolePolicyDocument"].map { reader.read($0) } ?? .unknown("the role has no trust policy")
    if let boundary = spec["permissionsBoundary"], !boundary.isNull { role.hasBoundary = true }
    for entry in spec["inlinePolicies"]?.map?.entries ?? [] { add(reader.read(entry.value), to: role, policy: entry.key.string) }
    for arn in spec["policies"]?.list ?? [] {
      role.managed.append(AttachedPolicy(arn: arn.string ?? "?", origin: arn.origin))
      if ManagedPolicy.grant(ofARN: arn.string ?? "") == .unknown { miss(role, "the policy \(arn.string ?? "?") is not in the repository") }
    }
    if spec["policyRefs"]?.list?.isEmpty == false { miss(role, "policyRefs of ACK are not followed") }
  }

  // MARK: eksctl

  /// Address of the role that eksctl makes for an association.
  static func eksctlPodAddress(_ namespace: String?, _ name: String?) -> String { "eksctl/pod/\(namespace ?? "?")/\(name ?? "?")" }

  /// `iam.serviceAccounts` and `iam.podIdentityAssociations` of a ClusterConfig (eksctl-io/eksctl, pkg/apis/eksctl.io/v1alpha5/iam.go).
  private func addEksctl(_ record: ObjectRecord) {
    for item in record.object.root.at("iam", "serviceAccounts")?.list ?? [] {
      guard let name = item.at("metadata", "name"), item["attachRoleARN"] == nil else { continue }
      let namespace = item.at("metadata", "namespace")?.string ?? "default"
      let role = makeEksctl("eksctl/" + namespace + "/" + (name.string ?? "?"), name, item["roleName"], record)
      var statement = PolicyStatement()
      statement.origin = name.origin
      statement.actions = [PolicyText("sts:AssumeRoleWithWebIdentity", origin: name.origin)]
      let issuer = PolicyText(pieces: [.gap(.token, label: "issuer")], origin: name.origin)
      func with(_ suffix: String) -> PolicyText { PolicyText(pieces: issuer.pieces + [.literal(Array(suffix.utf8))], origin: name.origin) }
      statement.principals = [PolicyPrincipal(type: "Federated", identifiers: [PolicyText(pieces: [.literal(Array("arn:aws:iam::0:oidc-provider/".utf8))] + issuer.pieces)])]
      let pattern = item["subjectPattern"]
      let subject = pattern?.string.map { PolicyText($0, origin: pattern?.origin ?? .none) }
        ?? PolicyText("system:serviceaccount:\(namespace):\(name.string ?? "?")", origin: name.origin)
      statement.conditions = [
        PolicyCondition(test: pattern == nil ? "StringEquals" : "StringLike", key: with(":sub"), values: [subject], origin: subject.origin),
        PolicyCondition(test: "StringEquals", key: with(":aud"), values: [PolicyText("sts.amazonaws.com")], origin: name.origin),
      ]
      role.trust = PolicyDocument(statements: [statement])
      addEksctlPolicies(role, item["attachPolicy"], item["attachPolicyARNs"], item["wellKnownPolicies"])
      if let account = context.accounts.first(where: { $0.object == nil && $0.node.string("source") == "eksctl" && $0.name == name.string && $0.namespace == namespace }) {
        account.role = role
        account.roleAddress = role.address
      }
    }
    for item in record.object.root.at("iam", "podIdentityAssociations")?.list ?? [] {
      guard let name = item["serviceAccountName"], item["roleARN"] == nil else { continue }
      let role = makeEksctl(Self.eksctlPodAddress(item["namespace"]?.string, name.string), name, item["roleName"], record)
      var statement = PolicyStatement()
      statement.origin = name.origin
      statement.actions = [PolicyText("sts:AssumeRole", origin: name.origin), PolicyText("sts:TagSession", origin: name.origin)]
      statement.principals = [PolicyPrincipal(type: "Service", identifiers: [PolicyText("pods.eks.amazonaws.com")])]
      role.trust = PolicyDocument(statements: [statement])
      addEksctlPolicies(role, item["permissionPolicy"], item["permissionPolicyARNs"], item["wellKnownPolicies"])
    }
  }

  private func makeEksctl(_ address: String, _ name: Value, _ roleName: Value?, _ record: ObjectRecord) -> RoleRecord {
    let role = make(
      address, name: roleName?.string.map { PolicyText($0, origin: roleName?.origin ?? .none) } ?? .unknown("generated name", origin: name.origin),
      source: "eksctl", origin: name.origin, record.id)
    role.environment = record.environment
    role.node.set("tags", .map(ValueMap(), name.origin))
    return role
  }

  /// The well-known policies are of the cluster's own controllers; that of External Secrets reads every secret.
  private func addEksctlPolicies(_ role: RoleRecord, _ inline: Value?, _ arns: Value?, _ known: Value?) {
    let reader = PolicyReader(origins: context.origins)
    if let inline, !inline.isNull { add(reader.read(inline), to: role, policy: "attachPolicy") }
    for arn in arns?.list ?? [] {
      role.managed.append(AttachedPolicy(arn: arn.string ?? "?", origin: arn.origin))
      if ManagedPolicy.grant(ofARN: arn.string ?? "") == .unknown { miss(role, "the policy \(arn.string ?? "?") is not in the repository") }
    }
    guard let flag = known?["externalSecrets"], flag.looseBool == true else { return }
    var statement = PolicyStatement()
    statement.origin = flag.origin
    statement.actions = ["GetResourcePolicy", "GetSecretValue", "DescribeSecret", "ListSecretVersionIds"].map { PolicyText("secretsmanager:" + $0, origin: flag.origin) }
    statement.resources = [PolicyText("arn:aws:secretsmanager:*:*:secret:*", origin: flag.origin)]
    role.statements.append((statement, "wellKnownPolicies.externalSecrets", true, nil))
  }
}
