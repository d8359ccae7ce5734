import ArgoCD
import IAM
import Kubernetes
import Rendering
import Values

/// One deployment while linking.
final class UnitRecord {
  let unit: RenderedUnit
  let index: Int
  let node: ModelNode
  let namespace: String
  /// Every object that the source makes is here.
  let isComplete: Bool
  var objects: [ObjectRecord] = []
  var environment = EnvironmentDecision.none
  /// Files that a deployed kustomization leaves out: what they declare meets nothing of other sources.
  var isStray = false
  /// Another Application of the same name and namespace, declared beside the one that asks for this: only one of them can be there.
  var rival: Origin?

  init(unit: RenderedUnit, index: Int, node: ModelNode) {
    self.unit = unit
    self.index = index
    self.node = node
    namespace = unit.request.namespace.string ?? ""
    isComplete = unit.status == .complete && !unit.request.isIncomplete && unit.missingDependencies.isEmpty
  }

  var name: String { unit.request.name }
  var rendered: [KubernetesObject] { unit.objects }
  var isConventional: Bool { unit.request.isConventional }
  var cluster: String { unit.request.cluster }
}

/// Any rendered object while linking.
final class ObjectRecord {
  let unit: UnitRecord
  let object: KubernetesObject
  /// Its namespace, the deployment's by default; "" where none is told or the kind has none.
  let namespace: String
  /// The same with its origin; unknown where it cannot be known.
  let namespaceValue: Value
  /// `metadata` with the origin of the line that names the object.
  let metadata: Value
  var node: ModelNode?
  var environment = EnvironmentDecision.none

  init(unit: UnitRecord, object: KubernetesObject) {
    self.unit = unit
    self.object = object
    let own = object.root.at("metadata", "namespace")
    if object.isClusterScoped {
      namespaceValue = .string("")
    } else if let own, !own.isNull, own.string != "" {
      namespaceValue = own
    } else {
      let given = unit.unit.request.namespace
      namespaceValue = given.isNull ? .string("", given.origin) : given
    }
    namespace = namespaceValue.string ?? ""
    let map = object.root["metadata"]
    let line = map?.map?.entry("name")?.keyOrigin ?? .none
    metadata = (map ?? .map(ValueMap())).with(origin: line.isKnown ? line : map?.origin ?? object.root.origin)
  }

  var title: String {
    (namespace.isEmpty ? "" : namespace + " ") + object.kind + " `\(object.name)`"
  }

  var id: String { "\(unit.name)/\(namespace)/\(object.kind)/\(object.name)" }
}

final class WorkloadRecord {
  let object: ObjectRecord
  let workload: Workload
  let node: ModelNode
  let accountName: String
  var account: AccountRecord?
  /// The role of its ServiceAccount's EKS Pod Identity association, and whether sessions get tags.
  var podRole: (role: RoleRecord, hasTags: Bool)?
  var mounts: [(volume: PodSpec.Volume, className: String, node: ModelNode, found: ClassRecord?)] = []

  init(object: ObjectRecord, workload: Workload, node: ModelNode) {
    self.object = object
    self.workload = workload
    self.node = node
    accountName = workload.serviceAccountName?.string ?? (workload.serviceAccountName == nil ? "default" : "")
  }
}

final class AccountRecord {
  let namespace: String
  let name: String
  /// nil for those of Terraform and eksctl.
  let object: ObjectRecord?
  let node: ModelNode
  let roleARN: RoleARN?
  /// The annotation is there but not readable (unknown, templated).
  let isRoleUnknown: Bool
  var environment = EnvironmentDecision.none
  var role: RoleRecord?
  /// The role of its EKS Pod Identity association, and whether sessions get tags.
  var podRole: (role: RoleRecord, hasTags: Bool)?
  var workloads: [WorkloadRecord] = []
  /// The role by reference, where Terraform makes the ServiceAccount or gives its chart the role.
  var roleAddress: String?
  /// The Terraform root (`TerraformResult.cluster`) in which that address stands; nil where it is not told.
  var root: String?

  init(namespace: String, name: String, object: ObjectRecord?, node: ModelNode, roleARN: RoleARN?, isRoleUnknown: Bool) {
    self.namespace = namespace
    self.name = name
    self.object = object
    self.node = node
    self.roleARN = roleARN
    self.isRoleUnknown = isRoleUnknown
  }
}

final class ClassRecord {
  let object: ObjectRecord
  let reading: ClassReading
  let node: ModelNode
  var items: [(item: ClassReading.Item, node: ModelNode)] = []
  var synced: [(entry: ClassReading.Synced, node: ModelNode)] = []
  var mountedBy: [WorkloadRecord] = []
  var usedBy: [WorkloadRecord] = []
  var misnamedBy: [ModelNode] = []

  init(object: ObjectRecord, reading: ClassReading, node: ModelNode) {
    self.object = object
    self.reading = reading
    self.node = node
  }

  var name: String { object.object.name }
}

final class SecretRecord {
  let object: ObjectRecord
  let name: String
  let namespace: String
  let madeBy: String
  /// nil where the maker decides.
  let keys: [String]?
  let node: ModelNode

  init(object: ObjectRecord, name: String, namespace: String, madeBy: String, keys: [String]?, node: ModelNode) {
    self.object = object
    self.name = name
    self.namespace = namespace
    self.madeBy = madeBy
    self.keys = keys
    self.node = node
  }
}

final class ReferenceRecord {
  let workload: WorkloadRecord
  let reference: ResourceReference
  let node: ModelNode
  /// The entries that sync it, in the workload's own namespace.
  var synced: [(owner: ClassRecord, entry: ClassReading.Synced, node: ModelNode)] = []

  init(workload: WorkloadRecord, reference: ResourceReference, node: ModelNode) {
    self.workload = workload
    self.reference = reference
    self.node = node
  }
}

final class UseRecord {
  let workload: WorkloadRecord
  let owner: ClassRecord
  let node: ModelNode
  var references: [ReferenceRecord]
  let isMounted: Bool

  init(workload: WorkloadRecord, owner: ClassRecord, node: ModelNode, references: [ReferenceRecord], isMounted: Bool) {
    self.workload = workload
    self.owner = owner
    self.node = node
    self.references = references
    self.isMounted = isMounted
  }
}

final class AWSSecretRecord {
  let address: String
  let name: PolicyText
  let isParameter: Bool
  let node: ModelNode
  /// JSON value, where Terraform shows its structure.
  var content: Value?

  init(address: String, name: PolicyText, isParameter: Bool, node: ModelNode) {
    self.address = address
    self.name = name
    self.isParameter = isParameter
    self.node = node
  }
}

final class RoleRecord {
  let address: String
  /// The Terraform root (`TerraformResult.cluster`) that makes it; "" for others.
  var root = ""
  let name: PolicyText
  let node: ModelNode
  var statements: [(statement: PolicyStatement, policy: String, isModuleDefault: Bool, node: ModelNode?)] = []
  var policiesKnown = true
  var unknownPolicies: [String] = []
  var managed: [AttachedPolicy] = []
  var trust = PolicyDocument.unknown("no trust policy was found")
  var trustNodes: [ModelNode] = []
  var hasBoundary = false
  var accounts: [AccountRecord] = []
  var environment = EnvironmentDecision.none

  init(address: String, name: PolicyText, node: ModelNode) {
    self.address = address
    self.name = name
    self.node = node
  }
}

/// An installation of the driver, the provider or Reloader while linking.
final class InstallationRecord {
  let node: ModelNode
  let cluster: String
  let values: InstallationValues
  let unit: UnitRecord?
  var environment = EnvironmentDecision.none
  /// Reloader only.
  var reloader: ReloaderSettings?

  init(node: ModelNode, cluster: String, values: InstallationValues, unit: UnitRecord?) {
    self.node = node
    self.cluster = cluster
    self.values = values
    self.unit = unit
  }
}

/// An EKS Pod Identity association while linking.
struct PodIdentityRecord {
  /// nil where it is not known.
  var namespace: String?
  var name: String?
  /// Address of the role in Terraform, or of what eksctl makes.
  var roleAddress: String?
  /// Name of the role, where its ARN is written out.
  var roleName: String?
  /// The session gets tags (it does unless `disable_session_tags` is set).
  var hasTags = true
  var origin: Origin
}

/// A policy that is attached by an ARN which no policy of the repository has.
struct AttachedPolicy {
  var arn: String
  /// Where the attachment names it.
  var origin: Origin
}
