import HCL
import SourceText
import Values

/// What one application asks of Terraform. An evaluation that is given it leaves out what has no say in the application's chain: roles that
/// it does not wear, with their policies, secrets that it does not read, and all types that no chain goes through.
package struct TerraformFocus: Sendable {
  /// Names of the roles that its ServiceAccounts wear.
  package var roles: Set<String> = []
  /// Names of the secrets and parameters that its pods read.
  package var secrets: Set<String> = []
  package var parameters: Set<String> = []
  /// Names of its ServiceAccounts.
  package var accounts: Set<String> = []
  /// Whether a secret of another name belongs to the picture all the same, such as one that spells an environment differently.
  package var isAlike: @Sendable (_ secret: String) -> Bool = { _ in false }

  package init() {}
}

/// What of a focus was declared by a root.
package struct TerraformCoverage: Sendable {
  package var declaresRoles = false
  package var declaresSecrets = false
  package var declaresParameters = false
  package var roles: Set<String> = []
  package var secrets: Set<String> = []
  package var parameters: Set<String> = []

  package init() {}

  package mutating func add(_ other: TerraformCoverage) {
    declaresRoles = declaresRoles || other.declaresRoles
    declaresSecrets = declaresSecrets || other.declaresSecrets
    declaresParameters = declaresParameters || other.declaresParameters
    roles.formUnion(other.roles)
    secrets.formUnion(other.secrets)
    parameters.formUnion(other.parameters)
  }

  /// Whether all that is asked for is declared by its name, so that nothing that was left out can be what is missing.
  package func covers(_ focus: TerraformFocus) -> Bool {
    (!declaresRoles || focus.roles.isSubset(of: roles)) && (!declaresSecrets || focus.secrets.isSubset(of: secrets))
      && (!declaresParameters || focus.parameters.isSubset(of: parameters))
  }
}

/// The evaluation of one root for one application. Values are made on demand, so leaving a block out costs others nothing.
struct FocusedEvaluation {
  private let focus: TerraformFocus
  private let context: EvaluationContext
  private let root: ModuleInstance
  private var modules: [ModuleInstance] = []
  private(set) var coverage = TerraformCoverage()
  /// Associations of other ServiceAccounts, with no more than whose they are: that there are others is an answer, too.
  private(set) var others: [TerraformResource] = []
  /// Addresses of modules that were left out.
  private var omitted: Set<String> = []

  init(_ root: ModuleInstance, _ focus: TerraformFocus) {
    self.root = root
    self.focus = focus
    context = root.context
  }

  /// Types of which every block counts, by their beginnings.
  private static let always = ["kubernetes_", "kubectl_", "helm_", "aws_kms_", "aws_eks_addon", "aws_iam_policy_attachment"]
  /// Types that belong to a role or a secret, with the argument that names it.
  private static let dependents = [
    "aws_iam_role_policy": "role", "aws_iam_role_policy_attachment": "role", "aws_iam_role_policy_attachments_exclusive": "role_name",
    "aws_secretsmanager_secret_version": "secret_id", "aws_secretsmanager_secret_policy": "secret_arn",
  ]
  /// Variables and locals of a root that tell its environment.
  private static let environmentKeys = ["environment", "env", "stage"]
  /// Parts of the sources of modules that make one role each.
  private static let roleModules = ["iam-role-for-service-accounts", "iam-assumable-role-with-oidc", "iam-eks-role"]

  mutating func run() {
    gather(root)
    for key in Self.environmentKeys {
      if let place = root.configuration.variableIndex[key] { _ = try? root.variable(key, at: root.configuration.variables[place].header) }
      if let place = root.configuration.localIndex[key] { _ = try? root.local(key, at: root.configuration.locals[place].nameSpan) }
    }
    each { run, module, resource in
      if Self.always.contains(where: resource.type.hasPrefix) { run.evaluate(module, resource) }
      if resource.type == "aws_eks_pod_identity_association" { run.associate(module, resource) }
    }
    each { run, module, resource in
      switch resource.type {
      case "aws_iam_role": run.role(module, resource)
      case "aws_secretsmanager_secret":
        run.coverage.declaresSecrets = true
        run.secret(module, resource, run.focus.secrets, \.secrets)
      case "aws_ssm_parameter":
        run.coverage.declaresParameters = true
        run.secret(module, resource, run.focus.parameters, \.parameters)
      default: break
      }
    }
    for module in modules {
      for declaration in module.configuration.modules {
        guard let call = module.calls[declaration.name], call.external != nil else { continue }
        external(module, declaration, call)
      }
    }
    each { run, module, resource in
      if let argument = Self.dependents[resource.type] { run.dependent(module, resource, argument) }
    }
  }

  private mutating func gather(_ module: ModuleInstance) {
    modules.append(module)
    for declaration in module.configuration.modules {
      module.expandModule(declaration)
      for instance in module.calls[declaration.name]?.instances ?? [] { gather(instance.module) }
    }
  }

  /// All managed resources of all modules.
  private mutating func each(_ body: (inout Self, ModuleInstance, ModuleConfiguration.Resource) -> Void) {
    for module in modules {
      for resource in module.configuration.resources where !resource.isData { body(&self, module, resource) }
    }
  }

  private func evaluate(_ module: ModuleInstance, _ resource: ModuleConfiguration.Resource) {
    _ = try? module.resource(resource.address, at: resource.declaration.header)
  }

  private func evaluate(_ module: ModuleInstance, _ resource: ModuleConfiguration.Resource, _ instance: Instance) {
    _ = try? module.evaluate(resource, instance, at: resource.declaration.header)
  }

  // MARK: What is named

  private mutating func role(_ module: ModuleInstance, _ resource: ModuleConfiguration.Resource) {
    coverage.declaresRoles = true
    guard let name = resource.declaration.body.attribute("name") else { return }
    for instance in module.instances(of: resource) {
      guard let text = module.value(name.expression, scope: instance.scope).string, focus.roles.contains(text) else { continue }
      coverage.roles.insert(text)
      evaluate(module, resource, instance)
    }
  }

  /// One whose name is not wholly known may be any.
  private mutating func secret(
    _ module: ModuleInstance, _ resource: ModuleConfiguration.Resource, _ wanted: Set<String>, _ found: WritableKeyPath<TerraformCoverage, Set<String>>
  ) {
    guard let name = resource.declaration.body.attribute("name") else { return evaluate(module, resource) }
    for instance in module.instances(of: resource) {
      let text = module.value(name.expression, scope: instance.scope).string
      if let text, wanted.contains(text) { coverage[keyPath: found].insert(text) } else if let text, !focus.isAlike(text) { continue }
      evaluate(module, resource, instance)
    }
  }

  /// An association of EKS Pod Identity.
  private mutating func associate(_ module: ModuleInstance, _ resource: ModuleConfiguration.Resource) {
    let body = resource.declaration.body
    for instance in module.instances(of: resource) {
      guard let account = body.attribute("service_account").map({ module.value($0.expression, scope: instance.scope) }), let name = account.string,
        !focus.accounts.contains(name)
      else {
        evaluate(module, resource, instance)
        continue
      }
      let attributes = ValueMap([("service_account", ValueExport.value(account))])
      if let namespace = body.attribute("namespace") { attributes.set("namespace", ValueExport.value(module.value(namespace.expression, scope: instance.scope))) }
      others.append(
        TerraformResource(
          mode: .managed, type: resource.type, name: resource.declaration.name, module: module.path, key: instance.key.suffix, attributes: attributes,
          origin: context.origins.add(.source, resource.declaration.header)))
    }
  }

  /// A module of elsewhere. One that makes a role is left out where its role has another name and nothing refers to it.
  private mutating func external(_ module: ModuleInstance, _ declaration: Declaration, _ call: ModuleInstance.ModuleCall) {
    guard let (_, instances, source, _, _) = call.pending else { return }
    let isSecret = source.contains("secrets-manager")
    let isRole = Self.roleModules.contains(where: source.contains)
    let name = declaration.body.attribute("role_name") ?? declaration.body.attribute("name")
    let names = name.map { name in instances.map { module.value(name.expression, scope: $0.scope).string } } ?? []
    let known = names.compactMap(\.self)
    if isSecret {
      coverage.declaresSecrets = true
      coverage.secrets.formUnion(known.filter(focus.secrets.contains))
    } else if source.contains("iam") || source.contains("pod-identity") {
      coverage.declaresRoles = true
      coverage.roles.formUnion(known.filter(focus.roles.contains))
    }
    let isOther = isRole && !known.isEmpty && known.count == names.count && !known.contains(where: focus.roles.contains)
    if isOther, !call.isReferred {
      for (key, _) in call.external ?? [] { omitted.insert(module.address("module." + declaration.name + key.suffix)) }
    } else {
      ModuleCaller(module).finish(call)
    }
  }

  // MARK: What belongs to it

  /// Evaluates a resource as far as it belongs to a role or secret that is evaluated, or may.
  private func dependent(_ module: ModuleInstance, _ resource: ModuleConfiguration.Resource, _ argument: String) {
    guard let attribute = resource.declaration.body.attribute(argument) else { return evaluate(module, resource) }
    let owner = Self.owner(attribute.expression, module)
    // `aws_iam_role.web.name` says whose it is without being evaluated.
    if let owner, module.resourceInstances[owner.address] == nil { return }
    for instance in module.instances(of: resource) {
      if let owner, let index = owner.index, let key = module.value(index, scope: instance.scope).text {
        if module.isEvaluated(owner.address, key) { evaluate(module, resource, instance) }
      } else if owner != nil || mayBelong(module.value(attribute.expression, scope: instance.scope)) {
        evaluate(module, resource, instance)
      }
    }
  }

  /// The resource of the module that an expression refers to, and the index behind it.
  private static func owner(_ expression: HCLExpression, _ module: ModuleInstance) -> (address: String, index: HCLExpression?)? {
    switch expression.kind {
    case .traversal(let type, let steps):
      guard let name = steps.first?.name, module.configuration.resourceIndex[type + "." + name] != nil else { return nil }
      return (type + "." + name, nil)
    case .relative(let inner, _): return owner(inner, module)
    case .index(let collection, let key):
      guard case .traversal(_, let steps) = collection.kind, steps.count == 1, let found = owner(collection, module) else { return nil }
      return (found.address, key)
    default: return nil
    }
  }

  private func mayBelong(_ value: HCLValue) -> Bool {
    if let text = value.string { return focus.roles.contains(text) || focus.secrets.contains(text) || text.hasPrefix("arn:") }
    // What a reference leads to has been evaluated for it, unless it is a module of elsewhere.
    guard case .host(let host, _)? = value.unknown?.knowledge, let reference = host as? TerraformReference else { return true }
    return !omitted.contains(reference.address)
  }
}
