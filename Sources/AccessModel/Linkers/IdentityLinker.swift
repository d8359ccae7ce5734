import IAM
import Kubernetes
import Rendering
import SourceText
import Terraform
import Values

/// ServiceAccounts → roles → what they may read; the chain's middle part.
struct IdentityLinker {
  let context: LinkContext

  func link() {
    let managed = context.roles.filter { $0.node.flag("isWebIdentity") == true || $0.node.flag("isPodIdentity") == true }
    for account in context.accounts { join(account, managesRoles: !managed.isEmpty) }
    for workload in context.workloads { associate(workload) }
    for role in context.roles { finish(role) }
    for account in context.accounts { compare(account) }
    for workload in context.workloads {
      for field in ["role", "roleArn"] { if let value = workload.account?.node.fields[field] { workload.node.set(field, value) } }
    }
    for owner in context.classes where owner.reading.isAWS { for (item, node) in owner.items { judge(item, node, owner) } }
  }

  // MARK: Accounts and roles

  private func join(_ account: AccountRecord, managesRoles: Bool) {
    let node = account.node
    let place = node.fields["roleArn"]?.origin ?? node.origin
    node.set("managesRoles", managesRoles)
    node.set("nearestRole", "")
    node.set("admissionDetail", "")
    node.set("trusts", .list([], place))
    node.set("hasPodIdentity", podIdentity(account), because: "an EKS Pod Identity association is not known", place)
    if let address = account.roleAddress {
      let found = context.roles.filter { $0.address == address || $0.address == address + "[0]" }
      account.role = found.first { $0.root == account.root } ?? found.first
      if let role = account.role, node.fields["roleArn"]?.isUnknown ?? true {
        node.set("roleArn", "${\(role.address).arn}", place)
        node.set("roleName", role.name.literal ?? role.address, place)
      }
    }
    let name = account.roleARN?.name ?? node.string("roleName")
    var candidates = account.role.map { [$0] } ?? []
    var isPossible = false
    if candidates.isEmpty, let name, !name.isEmpty {
      candidates = context.roles.filter { $0.name.literal == name }
      isPossible = context.roles.contains { !$0.name.isKnown && WildcardPattern($0.name).matches(name) != false }
    }
    guard !candidates.isEmpty else {
      if account.roleARN == nil, !account.isRoleUnknown {
        node.set("role", .null(place))
        node.set("roleIsDefined", false)
      } else {
        let reason = "no role '\(name ?? "?")' is defined in the repository"
        node.set("role", .unknown(reason, place))
        node.set("roleIsDefined", account.isRoleUnknown || isPossible || context.roles.isEmpty || name == nil ? nil : false, because: reason, place)
        if let name { node.set("nearestRole", nearestName(to: name, in: context.roles.compactMap(\.name.literal)) ?? "") }
      }
      node.set("isAdmitted", .unknown("the role's trust policy is not known", place))
      return
    }
    node.set("roleIsDefined", true)
    admit(account, candidates, place)
  }

  /// Roles of one name may be defined for several accounts: it suffices that one admits.
  private func admit(_ account: AccountRecord, _ candidates: [RoleRecord], _ place: Origin) {
    let node = account.node
    let answers = candidates.map { admits($0, account) }
    let best = answers.firstIndex(of: true) ?? answers.firstIndex(of: nil) ?? 0
    guard candidates.indices.contains(best) else { return }
    let role = candidates[best]
    account.role = role
    if !role.accounts.contains(where: { $0 === account }) { role.accounts.append(account) }
    node.set("role", role.node.value.with(origin: place))
    node.set("trusts", .list(role.trustNodes.filter { $0.flag("isWebIdentity") == true }.map(\.value), role.node.origin))
    let answer = answers[best]
    node.set("isAdmitted", answer, because: "the role's trust policy is not known", place)
    guard answer == false else { return }
    let trusts = role.trust.statements.map(TrustStatement.init)
    let subjects = trusts.filter(\.isWebIdentity).flatMap(\.subjects)
    if let mismatch = trusts.compactMap(\.keyMismatch).first {
      node.set(
        "admissionDetail", "the condition key '\(mismatch.key.text)' is not of the issuer of the principal",
        mismatch.key.origin.isKnown ? mismatch.key.origin : mismatch.origin)
    } else if let trust = trusts.first(where: { $0.missingClaim != nil }), let claim = trust.missingClaim?.claim {
      node.set("admissionDetail", "a token of the cluster has no claim '\(claim)'", trust.deadKey(context.origins)?.origin ?? .none)
    } else if let first = nearest(subjects, account) {
      let names = subjects.map { "'\($0.text)'" }
      let expected = "system:serviceaccount:\(account.namespace):\(account.name)"
      node.set("admissionDetail", "the role admits only \(names.joined(separator: ", "))", first.origin(departingFrom: expected, in: context.origins))
    } else {
      node.set("admissionDetail", "the role's trust policy has no web identity statement", role.trustNodes.first?.origin ?? role.node.origin)
    }
  }

  /// The subject that is most like the account's.
  private func nearest(_ subjects: [PolicyText], _ account: AccountRecord) -> PolicyText? {
    let expected = "system:serviceaccount:\(account.namespace):\(account.name)"
    return subjects.enumerated().min { (editDistance($0.element.text, expected), $0.offset) < (editDistance($1.element.text, expected), $1.offset) }?.element
  }

  private func admits(_ role: RoleRecord, _ account: AccountRecord) -> Bool? {
    guard !account.namespace.isEmpty, !account.name.isEmpty else { return nil }
    var result: Bool? = role.trust.isComplete ? false : nil
    for statement in role.trust.statements where !statement.isDeny {
      switch TrustStatement(statement).admits(namespace: account.namespace, serviceAccount: account.name) {
      case true?: return true
      case nil: result = nil
      case false?: break
      }
    }
    return result
  }

  // MARK: EKS Pod Identity

  /// The association that names a ServiceAccount; whether one may.
  private func association(_ namespace: String, _ name: String) -> (found: PodIdentityRecord?, isPossible: Bool) {
    if let found = context.podIdentities.first(where: { $0.namespace == namespace && $0.name == name }) { return (found, true) }
    let isPossible = context.podIdentities.contains {
      ($0.namespace == nil || $0.namespace == namespace || namespace.isEmpty) && ($0.name == nil || $0.name == name || name.isEmpty)
    }
    return (nil, isPossible)
  }

  private func podIdentity(_ account: AccountRecord) -> Bool? {
    let (found, isPossible) = association(account.namespace, account.name)
    if let found, let role = role(of: found) { account.podRole = (role, found.hasTags) }
    return found != nil ? true : isPossible ? nil : false
  }

  private func role(of association: PodIdentityRecord) -> RoleRecord? {
    if let address = association.roleAddress {
      return context.roles.first { $0.address == address || $0.address == address + "[0]" }
    }
    guard let name = association.roleName else { return nil }
    return context.roles.first { $0.name.literal == name }
  }

  /// A workload and the association of its ServiceAccount, which need not be in the repository itself.
  private func associate(_ workload: WorkloadRecord) {
    let node = workload.node
    let place = node.fields["serviceAccountName"]?.origin ?? node.origin
    let (found, isPossible) = association(workload.object.namespace, workload.accountName)
    // Without any association here they may all be made elsewhere.
    let answer: Bool? = found != nil ? true : isPossible || context.podIdentities.isEmpty || workload.object.namespace.isEmpty ? nil : false
    let reason = context.podIdentities.isEmpty ? "the repository holds no EKS Pod Identity associations" : "an EKS Pod Identity association is not known"
    node.set("podIdentity", answer, because: reason, found?.origin ?? place)
    var role: RoleRecord?
    if let found { role = self.role(of: found) }
    node.set("podIdentityRole", role?.node.value ?? (found == nil && answer == false ? .null(place) : .unknown("the association's role is not known", place)))
    if let found, let role {
      workload.podRole = (role, found.hasTags)
      if let account = workload.account, !role.accounts.contains(where: { $0 === account }) { role.accounts.append(account) }
    }
  }

  private func finish(_ role: RoleRecord) {
    let node = role.node
    node.set("serviceAccounts", role.accounts.map(\.node))
    node.set("serviceAccountEnvironments", environments(role.accounts))
    let isForWorkloads = node.flag("isWebIdentity") == true || node.flag("isPodIdentity") == true || !role.accounts.isEmpty
    node.set("isWorkloadRole", isForWorkloads)
    // Pods reach the role of their node through the instance's metadata; roles of other services are out of their reach.
    let isOfNode = role.managed.contains { $0.arn.hasSuffix("/AmazonEKSWorkerNodePolicy") }
    let isOfService = node.fields["services"]?.list?.isEmpty == false
    let isOfOthers = role.trust.statements.contains { TrustStatement($0).isForOtherIssuers }
    node.set("isWithinReachOfPods", isForWorkloads || isOfNode || !isOfService && !isOfOthers)
  }

  private func environments(_ accounts: [AccountRecord]) -> [String] {
    Array(Set(accounts.compactMap(\.environment.certain))).sorted { $0.bytesPrecede($1) }
  }

  /// Accounts that carry the very same role.
  private func compare(_ account: AccountRecord) {
    let arn = account.node.string("roleArn") ?? ""
    let same = context.accounts.filter { other in
      // A reference means another role in each Terraform root.
      if account.roleAddress != nil || other.roleAddress != nil { return account.role != nil && other.role === account.role }
      return !arn.isEmpty && other.node.string("roleArn") == arn
    }
    account.node.set("roleEnvironments", environments(same))
  }

  // MARK: Items

  /// A role as some pods have it, with what is known of their requests.
  private struct Reader {
    var role: RoleRecord
    var context: RequestContext
  }

  /// The roles with which pods mount the items of a class; incomplete where some pod's is not known.
  private func readers(_ owner: ClassRecord) -> (list: [Reader], isComplete: Bool) {
    let usesIdentity = owner.node.fields["usePodIdentity"]?.bool
    var list: [Reader] = []
    var isComplete = !owner.mountedBy.isEmpty
    for workload in owner.mountedBy {
      var reader: Reader?
      if usesIdentity == true, let (role, hasTags) = workload.podRole {
        let namespace = workload.object.namespace
        let session = hasTags && !namespace.isEmpty
          ? RequestContext.podIdentity(namespace: namespace, serviceAccount: workload.accountName) : RequestContext.webIdentity()
        reader = Reader(role: role, context: withTags(session, role))
      } else if usesIdentity == false, let role = workload.account?.role {
        var session = RequestContext.webIdentity()
        // Web identity gives no session tags; a role that carries tags of these names by itself would have them among its own.
        if let tags = role.node.fields["tags"]?.map {
          for key in ["kubernetes-namespace", "kubernetes-service-account", "eks-cluster-name"] where tags[key] == nil { session.set("aws:PrincipalTag/" + key, .absent) }
        }
        reader = Reader(role: role, context: withTags(session, role))
      }
      guard let reader else {
        isComplete = false
        continue
      }
      if !list.contains(where: { $0.role === reader.role && $0.context == reader.context }) { list.append(reader) }
    }
    return (list, isComplete)
  }

  /// With the role's own tags; a provider may add more by default.
  private func withTags(_ context: RequestContext, _ role: RoleRecord) -> RequestContext {
    var context = context
    for entry in role.node.fields["tags"]?.map?.entries ?? [] {
      let key = "aws:PrincipalTag/" + entry.key.string
      if case .values = context[key] { continue }
      if let value = entry.value.string { context.set(key, value) }
    }
    return context
  }

  /// With the tags of the secret, as far as Terraform shows them.
  private func withTags(_ context: RequestContext, of secret: ModelNode?) -> RequestContext {
    var context = context
    for entry in secret?.fields["tags"]?.map?.entries ?? [] {
      guard let value = entry.value.string else { continue }
      for prefix in ["aws:ResourceTag/", "secretsmanager:ResourceTag/"] { context.set(prefix + entry.key.string, value) }
    }
    return context
  }

  /// Whether the roles of all pods that mount an item may read it.
  private func judge(_ item: ClassReading.Item, _ node: ModelNode, _ owner: ClassRecord) {
    let (found, isComplete) = readers(owner)
    let secret = node.fields["awsSecret"]?.object as? ModelNode
    let readers = found.map { Reader(role: $0.role, context: withTags($0.context, of: secret)) }
    var roles: [RoleRecord] = []
    for reader in readers where !roles.contains(where: { $0 === reader.role }) { roles.append(reader.role) }
    node.set("roles", roles.map(\.node))
    node.setEmpty("missingActions")
    node.set("isCovered", .unknown("the role that reads it is not known", node.origin))
    node.set("canDecrypt", .unknown("the role that reads it is not known", node.origin))
    node.set("decryptsAny", .unknown("the role that reads it is not known", node.origin))
    node.set("needsDescribe", needsDescribe(item), because: "the driver's version or rotation is not known")
    let isParameter = item.effectiveType == "ssmparameter"
    guard item.effectiveType == "secretsmanager" || isParameter, !roles.isEmpty, !ARN.isTemplated(item.objectName) else {
      node.set("isReadable", .unknown("the role that reads it is not known", node.origin))
      return
    }
    let target = isParameter ? SecretTarget(parameter: item.objectName) : SecretTarget(objectName: item.objectName)
    let reading = isParameter ? "ssm:GetParameters" : ActionCatalog.readValue
    setActions(node, item, target, readers, isParameter: isParameter)
    var result: Bool? = isComplete ? true : nil
    for reader in readers {
      let role = reader.role
      var answer: Bool? = true
      if isParameter || role.hasBoundary || !role.managed.contains(where: { ManagedPolicy.grant(ofARN: $0.arn) == .allSecrets }) {
        let decision = EffectivePermission.decide(
          action: reading, on: target, statements: role.statements.map(\.statement), isComplete: role.policiesKnown, context: reader.context)
        answer = decision.isAllowed
        // The secret's own policy may allow what the role's do not.
        if decision.reason == .implicitDeny, secret?.flag("hasPolicy") == true { answer = nil }
      }
      switch answer {
      case false?:
        result = false
        let patterns = role.statements.filter { $0.statement.isAllow && $0.statement.concerns(action: reading) == true }
          .flatMap { $0.statement.resources.map(\.text) }
        let may = patterns.isEmpty ? "may read none" : "may read only \(patterns.prefix(4).map { "'\($0)'" }.joined(separator: ", "))"
        node.set("unreadableDetail", "\(role.node.title) \(may)", role.node.origin)
      case nil: if result == true { result = nil }
      case true?: if role.hasBoundary, result == true { result = nil }
      }
    }
    node.set("isReadable", result, because: "a policy of the role is not known")
  }

  /// Whether rotation calls DescribeSecret: drivers before 1.6 that rotate do.
  private func needsDescribe(_ item: ClassReading.Item) -> Bool? {
    if item.effectiveType == "ssmparameter" { return false }
    if context.drivers.isEmpty { return nil }
    // A loop instead of a map over optionals, on which the release optimizer of Swift 6.3.1 crashes.
    var isSure = true
    for driver in context.drivers {
      let rotates = driver.node.flag("rotationEnabled")
      let republishes = driver.node.flag("isRotationByRepublish")
      if rotates == false || republishes == true { continue }
      if rotates == true, republishes == false { return true }
      isSure = false
    }
    return isSure ? false : nil
  }

  /// Which actions some role surely lacks although its resources cover the item.
  private func setActions(_ node: ModelNode, _ item: ClassReading.Item, _ target: SecretTarget, _ readers: [Reader], isParameter: Bool) {
    var isCovered: Bool? = true
    var missing: [Value] = []
    var canDecrypt: Bool? = true
    var any: Origin?
    for (role, context) in readers.map({ ($0.role, $0.context) }) where !role.managed.contains(where: { ManagedPolicy.grant(ofARN: $0.arn) == .allSecrets }) {
      let covering = role.statements.filter { $0.statement.isAllow && $0.statement.concerns(secret: target, context: context) == true && concernsStore($0.statement, isParameter) }
      if covering.isEmpty { isCovered = role.policiesKnown ? false : isCovered == true ? nil : isCovered }
      let place = covering.first?.statement.actions.first?.origin ?? role.node.origin
      for action in isParameter ? ["ssm:GetParameters"] : [ActionCatalog.readValue, ActionCatalog.describe] {
        let allowed = EffectivePermission.allows(action: action, on: target, statements: role.statements.map(\.statement), isComplete: role.policiesKnown, context: context)
        if allowed == false, !covering.isEmpty, !missing.contains(where: { $0.string == action }) { missing.append(.string(action, place)) }
      }
      let decrypts = role.statements.contains { $0.statement.isAllow && $0.statement.concerns(action: "kms:Decrypt") != false }
      for statement in role.statements.map(\.statement) where statement.isAllow && statement.conditions.isEmpty && statement.concerns(action: "kms:Decrypt") == true {
        if let all = statement.resources.first(where: { $0.literal == "*" || ARNPattern.isEveryKey($0) }) { any = any ?? (all.origin.isKnown ? all.origin : statement.origin) }
      }
      if !decrypts { canDecrypt = role.policiesKnown && !keysGrant ? false : canDecrypt == true ? nil : canDecrypt }
    }
    node.set("isCovered", isCovered, because: "a policy of the role is not known")
    node.set("missingActions", .list(missing, node.origin))
    node.set("canDecrypt", canDecrypt, because: canDecrypt == nil && keysGrant ? "keys have policies or grants of their own" : "a policy of the role is not known")
    node.set("decryptsAny", any != nil, any ?? .none)
  }

  /// Whether a key of the repository has a policy of its own or grants: they may let a role decrypt that no policy of the role's does. Which key a
  /// secret's `kms_key_id` means (id, alias, ARN) is often known to AWS only, so one such key is enough for doubt.
  private var keysGrant: Bool {
    context.repository.terraform.contains { result in
      result.resources.contains { resource in
        switch resource.type {
        case "aws_kms_grant", "aws_kms_key_policy": true
        case "aws_kms_key": resource.attributes["policy"].map { !$0.isNull } ?? false
        default: false
        }
      }
    }
  }

  private func concernsStore(_ statement: PolicyStatement, _ isParameter: Bool) -> Bool {
    guard statement.notActions.isEmpty else { return true }
    let all = WildcardPattern(isParameter ? "ssm:*" : "secretsmanager:*")
    return statement.actions.contains { WildcardPattern($0).lowercased.intersects(all) }
  }
}
