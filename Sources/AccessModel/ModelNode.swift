// The chain from AWS secret to Reloader as a graph: nodes with three-valued fields, built by small linkers from what was rendered.

import Values

/// The types of nodes; `match.node` of a rule names one.
public enum NodeType: String, Sendable, CaseIterable {
  case deployment
  case application
  case workload
  case serviceAccount
  case secretProviderClass
  /// One item of a SecretProviderClass's `objects`.
  case secretObject
  /// A Secret that an SPC's `secretObjects` entry makes.
  case syncedSecret
  /// A Secret that a manifest or generator of the repository makes.
  case secret
  /// A workload's use of a Secret by env, envFrom or volume.
  case secretReference
  /// A workload's volume of the Secrets Store CSI driver.
  case csiVolume
  /// A workload's consumption of one SecretProviderClass, with Reloader's decision.
  case secretUse
  /// A secret of AWS that Terraform declares.
  case awsSecret
  case role
  case policyStatement
  /// One Resource of a policy statement that can be a secret.
  case policyResource
  /// One statement of a role's trust policy.
  case trust
  /// An installation of the Secrets Store CSI driver.
  case driver
  /// An installation of the AWS provider.
  case provider
  /// An installation of Stakater Reloader.
  case reloader
  /// A chart of the tree, by itself (its own values.yaml), or a Kustomize base.
  case chart
  /// A default of a chart that names one environment.
  case chartDefault
  /// A source that could not be rendered or evaluated.
  case failure
  /// A question of a rule that the repository does not answer; made while rules run.
  case openQuestion
  /// A call of a Terraform module that is not in the repository.
  case terraformModule
  /// A resource or data source of Terraform.
  case terraformResource
  /// Any rendered object.
  case object
}

/// One node of the access model. Rules see its fields by name.
///
/// Fields hold plain values, lists, maps and other nodes; what cannot be known is `unknown`. Built by one thread while
/// linking, not changed afterwards.
public final class ModelNode: HostObject, @unchecked Sendable {
  public let type: NodeType
  /// Unique and the same in every run: "workload/web-staging/staging/Deployment/web".
  public let id: String
  /// How people call it: "staging Deployment `web`".
  public let title: String
  public let fields: ValueMap
  /// The place that stands for the node as a whole (its name in the source).
  public var origin: Origin

  public init(_ type: NodeType, id: String, title: String, fields: ValueMap = ValueMap(), origin: Origin = .none) {
    self.type = type
    self.id = id
    self.title = title
    self.fields = fields
    self.origin = origin
  }

  public override var typeName: String { type.rawValue }

  public override func member(_ name: String) -> Value? { fields[name] }

  public override func member(_ name: Text) -> Value? { fields[name] }

  public override var memberNames: [String] { fields.keys.map(\.string) }

  /// The node as a value, with its origin.
  public var value: Value { Value(.object(self), origin: origin) }
}

/// The model of one repository.
package struct AccessGraph: Sendable {
  package var nodes: [NodeType: [ModelNode]]
  /// What roles may do, by the id of their node.
  package var permissions: [String: RolePermissions]

  package init(nodes: [NodeType: [ModelNode]] = [:], permissions: [String: RolePermissions] = [:]) {
    self.nodes = nodes
    self.permissions = permissions
  }

  package subscript(_ type: NodeType) -> [ModelNode] { nodes[type] ?? [] }
}
