import ArgoCD
import IAM
import Kubernetes
import Rendering
import SourceText
import Terraform
import Values

/// ServiceAccounts of manifests, of Terraform and of eksctl → `serviceAccount` nodes; workloads → the account they run as.
struct AccountLinker {
  let context: LinkContext

  private static let audienceKey = "eks.amazonaws.com/audience"
  static let drivers: Set<String> = [
    "secrets-store-csi-driver", "secrets-store-csi-driver-provider-aws", "csi-secrets-store-provider-aws", "csi-secrets-store-driver",
  ]

  func link() {
    for record in context.objects where record.object.kind == "ServiceAccount" && record.object.group.isEmpty {
      add(record)
    }
    for record in context.objects where record.object.group == "eksctl.io" && record.object.kind == "ClusterConfig" { addEksctl(record) }
    for record in context.objects { addAssociations(record) }
    for result in context.repository.terraform { addTerraform(result) }
    for workload in context.workloads { connect(workload) }
    for account in context.accounts { account.node.set("workloads", account.workloads.map(\.node)) }
  }

  // MARK: Makers

  private func add(_ record: ObjectRecord) {
    let arn = record.object.annotation(WorkloadLinker.roleKey)
    let account = make(
      id: record.id, title: record.title, origin: record.metadata.origin, namespace: record.namespaceValue, name: record.object.root.at("metadata", "name") ?? .string(""),
      annotations: record.object.annotations, metadata: record.metadata, arn: arn, source: "manifest", object: record)
    context.place(account.node, record)
    account.environment = record.environment
    account.roleAddress = TerraformText.reference(arn)?.address ?? given(arn, record.unit.unit.request.release)
    account.root = record.unit.cluster
  }

  /// The role that a `helm_release` gives its chart by reference: what is unknown in the rendered annotation is, at its place to edit, a
  /// reference in the arguments of the release.
  private func given(_ arn: Value?, _ release: Value?) -> String? {
    guard let arn, arn.isUnknown, let release, let place = context.origins.editPlace(arn.origin) else { return nil }
    var pending = [release]
    var found: Set<String> = []
    var visited = 0
    while let next = pending.popLast(), visited < 100_000 {
      visited += 1
      if let reference = TerraformText.reference(next) {
        if context.origins.editPlace(next.origin) == place { found.insert(reference.address) }
        continue
      }
      if case .unknown(let unknown) = next.payload, let partial = unknown.refinement as? TerraformPartialText {
        pending += partial.parts
        continue
      }
      let known = TerraformStructure.known(next)
      pending += known.list ?? known.map?.entries.map(\.value) ?? []
    }
    // Several instances of one resource: which one the annotation is cannot be told.
    return found.count == 1 ? found.first : nil
  }

  /// `iam.serviceAccounts` of an eksctl ClusterConfig makes the account together with its role.
  private func addEksctl(_ record: ObjectRecord) {
    for item in record.object.root.at("iam", "serviceAccounts")?.list ?? [] {
      guard let name = item.at("metadata", "name") else { continue }
      let account = make(
        id: record.id + "/" + (name.string ?? "?"), title: "ServiceAccount `\(name.string ?? "?")` of eksctl", origin: name.origin,
        namespace: item.at("metadata", "namespace") ?? .string("default", name.origin), name: name, annotations: item.at("metadata", "annotations")?.map,
        metadata: (item["metadata"] ?? .null).with(origin: name.origin), arn: item["attachRoleARN"] ?? .unknown("eksctl makes the role", name.origin), source: "eksctl",
        object: nil)
      place(account, environment: record.environment)
    }
  }

  private func addTerraform(_ result: TerraformResult) {
    for resource in result.resources where resource.mode == .managed {
      switch resource.type {
      case "kubernetes_service_account", "kubernetes_service_account_v1", "kubernetes_default_service_account", "kubernetes_default_service_account_v1":
        guard let metadata = resource.attributes["metadata"].map(TerraformStructure.known).map({ $0[0] ?? $0 })?.map else { break }
        let annotations = metadata["annotations"].map(TerraformStructure.known)
        let name = metadata["name"] ?? .string("default", resource.origin)
        let account = make(
          id: resource.address, title: "ServiceAccount `\(name.string ?? resource.address)` of Terraform", origin: name.origin.isKnown ? name.origin : resource.origin,
          namespace: metadata["namespace"] ?? .string("default", resource.origin), name: name, annotations: annotations?.map,
          metadata: .map(metadata, resource.origin), arn: annotations?.isUnknown == true ? annotations : annotations?[WorkloadLinker.roleKey], source: "terraform", object: nil)
        account.roleAddress = TerraformText.reference(annotations?[WorkloadLinker.roleKey])?.address
        account.root = result.cluster
        place(account, environment: TerraformEnvironment(context: context, result: result).decide(resource, name: name))
      case "kubernetes_annotations":
        guard resource.attributes["kind"]?.string == "ServiceAccount" else { break }
        let metadata = resource.attributes["metadata"].map(TerraformStructure.known).map { $0[0] ?? $0 }
        let annotations = resource.attributes["annotations"].map(TerraformStructure.known)
        guard let name = metadata?["name"] else { break }
        let account = make(
          id: resource.address, title: "ServiceAccount `\(name.string ?? resource.address)` of Terraform", origin: resource.origin,
          namespace: metadata?["namespace"] ?? .string("default", resource.origin), name: name, annotations: annotations?.map, metadata: metadata ?? .null,
          arn: annotations?[WorkloadLinker.roleKey], source: "terraform", object: nil)
        account.roleAddress = TerraformText.reference(annotations?[WorkloadLinker.roleKey])?.address
        account.root = result.cluster
        place(account, environment: TerraformEnvironment(context: context, result: result).decide(resource, name: name))
      case "aws_eks_pod_identity_association": addAssociation(resource.attributes, origin: resource.origin)
      default: break
      }
    }
    for module in result.externalModules where module.source.contains("eks-pod-identity") {
      let defaults = module.arguments["association_defaults"].map(TerraformStructure.known)
      let address = module.module.joined(separator: ".")
      for entry in module.arguments["associations"].map(TerraformStructure.known)?.map?.entries ?? [] {
        let value = TerraformStructure.known(entry.value)
        context.podIdentities.append(
          PodIdentityRecord(
            namespace: (value["namespace"] ?? defaults?["namespace"])?.string, name: (value["service_account"] ?? defaults?["service_account"])?.string,
            roleAddress: address, hasTags: (value["disable_session_tags"] ?? defaults?["disable_session_tags"])?.looseBool != true,
            origin: value.origin.isKnown ? value.origin : module.origin))
      }
      if let associations = module.arguments["associations"], TerraformStructure.known(associations).map == nil {
        context.podIdentities.append(PodIdentityRecord(roleAddress: address, origin: module.origin))
      }
    }
  }

  /// `aws_eks_pod_identity_association`.
  private func addAssociation(_ attributes: ValueMap, origin: Origin) {
    let role = attributes["role_arn"]
    context.podIdentities.append(
      PodIdentityRecord(
        namespace: attributes["namespace"]?.string, name: attributes["service_account"]?.string, roleAddress: TerraformText.reference(role)?.address,
        roleName: role?.string.flatMap { RoleARN($0).name }, hasTags: attributes["disable_session_tags"]?.looseBool != true, origin: origin))
  }

  /// `iam.podIdentityAssociations` of an eksctl ClusterConfig (eksctl-io/eksctl, iam.go) and ACK's PodIdentityAssociation.
  private func addAssociations(_ record: ObjectRecord) {
    let root = record.object.root
    if record.object.group == "eksctl.io", record.object.kind == "ClusterConfig" {
      for item in root.at("iam", "podIdentityAssociations")?.list ?? [] {
        let (namespace, name) = (item["namespace"]?.string, item["serviceAccountName"]?.string)
        let arn = item["roleARN"]?.string
        context.podIdentities.append(
          PodIdentityRecord(
            namespace: namespace, name: name, roleAddress: arn == nil ? RoleLinker.eksctlPodAddress(namespace, name) : nil,
            roleName: arn.flatMap { RoleARN($0).name }, origin: item["serviceAccountName"]?.origin ?? item.origin))
      }
    } else if record.object.group == "eks.services.k8s.aws", record.object.kind == "PodIdentityAssociation", let spec = root["spec"] {
      context.podIdentities.append(
        PodIdentityRecord(
          namespace: spec["namespace"]?.string, name: spec["serviceAccount"]?.string, roleName: spec["roleARN"]?.string.flatMap { RoleARN($0).name },
          origin: spec["serviceAccount"]?.origin ?? record.metadata.origin))
    }
  }

  private func place(_ account: AccountRecord, environment: EnvironmentDecision) {
    var decision = environment
    if let sign = context.sign(account.node.fields["namespace"], "namespace", atEnds: true), decision.strength != .strong { decision = decision.adding([sign]) }
    account.environment = decision
    decision.apply(to: account.node)
    account.node.set("deployment", .unknown("no deployment makes it", account.node.origin))
    account.node.set("isConventional", false)
  }

  private func make(
    id: String, title: String, origin: Origin, namespace: Value, name: Value, annotations: ValueMap?, metadata: Value, arn: Value?, source: String, object: ObjectRecord?
  ) -> AccountRecord {
    let node = context.make(.serviceAccount, id: id, title: title, origin: origin)
    let text = arn?.scalarText
    let role: RoleARN? = arn == nil || arn?.isNull == true ? nil : text.map { RoleARN($0) }
    let isUnknown = arn?.isUnknown == true || role == .templated || role == .empty
    node.set("name", name.located(origin))
    node.set("namespace", namespace.located(origin))
    node.set("source", source)
    node.set("annotations", .map(annotations ?? ValueMap(), origin))
    node.set("metadata", metadata)
    let place = arn.map { $0.origin.isKnown ? $0.origin : origin } ?? metadata.origin
    setRole(node, role, arn: arn, text: text, place: place)
    node.set("audience", (annotations?[Self.audienceKey] ?? .string("")).located(origin))
    node.set("isDriver", name.string.map(Self.drivers.contains) ?? false)
    let record = AccountRecord(
      namespace: namespace.string ?? "", name: name.string ?? "", object: object, node: node, roleARN: role, isRoleUnknown: isUnknown)
    context.accounts.append(record)
    return record
  }

  private func setRole(_ node: ModelNode, _ role: RoleARN?, arn: Value?, text: String?, place: Origin) {
    func unknown(_ why: String) {
      node.set("roleArn", .unknown(why, place))
      node.set("roleName", .unknown(why, place))
    }
    func problem(_ code: String, _ detail: String) {
      node.set("roleArnProblem", code, place)
      node.set("roleArnDetail", detail, place)
    }
    problem("", "")
    switch role {
    case nil where arn?.isUnknown == true: unknown("the role is not known here")
    case nil:
      node.set("roleArn", "", place)
      node.set("roleName", "", place)
    case .templated?: unknown("the role is filled in by another tool")
    case .empty?:
      unknown("the role is empty, to be filled in elsewhere")
      problem("empty", "the annotation is empty")
    case .malformed(let why)?:
      node.set("roleArn", text ?? "", place)
      node.set("roleName", .unknown(why, place))
      problem("malformed", why)
    case .placeholder(let why)?:
      node.set("roleArn", text ?? "", place)
      let tail = text?.split(separator: "/").last.map(String.init)
      node.set("roleName", tail.map { .string($0, place) } ?? .unknown(why, place))
      problem("placeholder", why)
    case .documentation(let arn, let name)?:
      node.set("roleArn", text ?? "", place)
      node.set("roleName", name, place)
      problem("documentation-account", "\(arn.account) is an account of AWS's documentation")
    case .valid(_, let name)?:
      node.set("roleArn", text ?? "", place)
      node.set("roleName", name, place)
    }
  }

  // MARK: Workloads

  private func connect(_ workload: WorkloadRecord) {
    let node = workload.node
    let place = node.fields["serviceAccountName"]?.origin ?? node.origin
    let name = workload.accountName
    let near: [(AccountRecord, Neighbourhood)] = context.accounts.filter { $0.name == name && !name.isEmpty }.map { account in
      if let object = account.object { return (account, context.neighbourhood(workload.object, object)) }
      return (account, account.namespace == workload.object.namespace || workload.object.namespace.isEmpty ? .same : .other)
    }
    let found = near.first { $0.1 == .same && $0.0.object?.unit === workload.object.unit }?.0 ?? context.meant(near)
    guard let found else {
      // `default` exists everywhere, without a role unless somebody annotates it.
      let reason = "the repository does not hold the ServiceAccount '\(name)'"
      for field in ["serviceAccount", "roleArn", "role"] { node.set(field, .unknown(reason, place)) }
      if name == "default", workload.workload.serviceAccountName == nil || workload.workload.serviceAccountName?.string == "default" {
        node.set("serviceAccount", .null(place))
        node.set("roleArn", "", place)
        node.set("role", .null(place))
      }
      return
    }
    workload.account = found
    found.workloads.append(workload)
    node.set("serviceAccount", found.node.value)
    if let arn = found.node.fields["roleArn"] { node.set("roleArn", arn) }
    node.set("role", .unknown("no role of that name is defined here", place))
  }
}
