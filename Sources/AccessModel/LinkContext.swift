import ArgoCD
import FileTree
import Kubernetes
import Rendering
import SourceText
import Terraform
import Values

/// What the linkers share while the graph is built. Confined to one thread.
final class LinkContext {
  let repository: RenderedRepository
  let provenance: Provenance
  let configuration: ModelConfiguration
  /// The linked tree, for a chart's own values.yaml; nil where only renderings are at hand.
  let tree: (any FileTree)?
  let limits: Limits

  private(set) var nodes: [NodeType: [ModelNode]] = [:]
  private var ids: Set<String> = []

  // What linkers found, in the order of the repository.
  var units: [UnitRecord] = []
  var objects: [ObjectRecord] = []
  var workloads: [WorkloadRecord] = []
  var accounts: [AccountRecord] = []
  var classes: [ClassRecord] = []
  var secrets: [SecretRecord] = []
  var references: [ReferenceRecord] = []
  var uses: [UseRecord] = []
  var awsSecrets: [AWSSecretRecord] = []
  var roles: [RoleRecord] = []
  var drivers: [InstallationRecord] = []
  var providers: [InstallationRecord] = []
  var reloaders: [InstallationRecord] = []
  var podIdentities: [PodIdentityRecord] = []

  init(
    repository: RenderedRepository, provenance: Provenance, configuration: ModelConfiguration, tree: (any FileTree)?, limits: Limits
  ) {
    self.repository = repository
    self.provenance = provenance
    self.configuration = configuration
    self.tree = tree
    self.limits = limits
  }

  var names: EnvironmentNames { configuration.names }
  var origins: OriginTable { provenance.origins }

  /// Makes a node whose fields are all there and unknown; the linkers fill them.
  func make(_ type: NodeType, id: String, title: String, origin: Origin) -> ModelNode {
    var unique = "\(type.rawValue)/\(id)"
    var count = 2
    while !ids.insert(unique).inserted {
      unique = "\(type.rawValue)/\(id)#\(count)"
      count += 1
    }
    let fields = ValueMap()
    for field in ModelSchema.fields(of: type) { fields.set(field.name, .unknown("not determined", origin)) }
    let node = ModelNode(type, id: unique, title: title, fields: fields, origin: origin)
    nodes[type, default: []].append(node)
    return node
  }

  func graph() -> AccessGraph {
    var permissions: [String: RolePermissions] = [:]
    for role in roles { permissions[role.node.id] = RolePermissions(role) }
    return AccessGraph(nodes: nodes, permissions: permissions)
  }

  /// The file or directory that a span lies in, for ids and messages.
  func describe(_ origin: Origin) -> String {
    origins.editPlace(origin).map { provenance.sources.describe($0) } ?? "?"
  }
}

extension ModelNode {
  /// Sets a field of the schema. An unknown name is a mistake of ours.
  func set(_ name: String, _ value: Value) {
    assert(fields[name] != nil, "the schema has no field \(type.rawValue).\(name)")
    fields.set(name, value)
  }

  func set(_ name: String, _ text: String, _ origin: Origin = .none) { set(name, .string(text, origin.isKnown ? origin : self.origin)) }
  func set(_ name: String, _ flag: Bool, _ origin: Origin = .none) { set(name, .bool(flag, origin.isKnown ? origin : self.origin)) }
  func set(_ name: String, _ nodes: [ModelNode]) { set(name, .list(nodes.map(\.value), origin)) }
  func setEmpty(_ name: String) { set(name, .list([], origin)) }
  func set(_ name: String, _ texts: [String]) { set(name, .list(texts.map { .string($0, origin) }, origin)) }

  /// A three-valued answer.
  func set(_ name: String, _ answer: Bool?, because reason: String, _ origin: Origin = .none) {
    let origin = origin.isKnown ? origin : self.origin
    set(name, answer.map { .bool($0, origin) } ?? .unknown(reason, origin))
  }

  func string(_ name: String) -> String? { fields[name]?.string }
  func flag(_ name: String) -> Bool? { fields[name]?.bool }
  func related(_ name: String) -> ModelNode? { fields[name]?.object as? ModelNode }
}

/// A record of the schema as a value.
func makeRecord(_ type: RecordType, _ origin: Origin, _ values: [(String, Value)]) -> Value {
  let map = ValueMap()
  for field in ModelSchema.fields(of: type) { map.set(field.name, .unknown("not determined", origin)) }
  for (name, value) in values {
    assert(map[name] != nil, "the schema has no field \(type.rawValue).\(name)")
    map.set(name, value)
  }
  return .map(map, origin)
}

/// A `problem` record.
func makeProblem(_ code: String, _ message: String, _ origin: Origin) -> Value {
  makeRecord(.problem, origin, [("code", .string(code, origin)), ("message", .string(message, origin))])
}

extension Value {
  /// The text of a scalar as Kubernetes' clients would write it; nil for lists, maps and unknown values.
  var scalarText: String? {
    switch payload {
    case .string(let text): text.string
    case .bool(let flag): flag ? "true" : "false"
    case .int(let number): String(number)
    case .double(let number): JSONWriter.number(number)
    default: nil
    }
  }

  /// A bool, or a text that Go reads as one (Helm's templates print both alike).
  var looseBool: Bool? {
    switch payload {
    case .bool(let flag): flag
    case .string(let text): GoScalars.bool(text.string)
    default: nil
    }
  }

  /// Whether Go templates take it for true.
  var isTruthy: Bool? {
    switch payload {
    case .null: false
    case .bool(let flag): flag
    case .int(let number): number != 0
    case .double(let number): number != 0
    case .string(let text): text.count > 0
    case .list(let list): !list.items.isEmpty
    case .map(let map): !map.isEmpty
    case .object: true
    case .unknown: nil
    }
  }

  /// The same value, with an origin where it has none.
  func located(_ fallback: Origin) -> Value { origin.isKnown ? self : with(origin: fallback) }
}
