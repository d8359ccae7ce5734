import AccessModel
import CEL
import Kubernetes
import SourceText
import Values

/// The names and types that a rule's expressions may use.
enum RuleEnvironment {
  /// The record and node types of the model as CEL object types.
  static let objects: [String: [String: CELType]] = {
    var result: [String: [String: CELType]] = [:]
    for node in ModelSchema.nodes { result[node.type.rawValue] = fields(node.fields) }
    for record in ModelSchema.records { result[record.type.rawValue] = fields(record.fields) }
    result["model"] = Dictionary(
      ModelSchema.nodes.map { ($0.type.rawValue, CELType.list(.object($0.type.rawValue))) }, uniquingKeysWith: { first, _ in first })
    return result
  }()

  private static func fields(_ definitions: [FieldDefinition]) -> [String: CELType] {
    Dictionary(definitions.map { ($0.name, type($0.type)) }, uniquingKeysWith: { first, _ in first })
  }

  static func type(_ type: FieldType) -> CELType {
    switch type {
    case .string: .string
    case .bool: .bool
    case .int: .int
    case .list(let item): .list(self.type(item))
    case .map(let value): .map(.string, self.type(value))
    case .record(let record): .object(record.rawValue)
    case .node(let node): .object(node.rawValue)
    case .optional(let item): .nullable(self.type(item))
    case .dynamic: .dyn
    }
  }

  /// What expressions of a ValidatingAdmissionPolicy may use (apiserver pkg/admission/plugin/cel/compile.go). `authorizer` asks a cluster, and
  /// is not there.
  static func admission(withParameters: Bool = true) -> CELEnvironment {
    var environment = CELEnvironment()
    environment.stepLimit = 2_000_000
    for name in ["object", "oldObject", "namespaceObject"] + (withParameters ? ["params"] : []) { environment.declare(name, .dyn) }
    environment.objects = requestTypes
    environment.declare("request", .object("kubernetes.AdmissionRequest"))
    return environment
  }

  private static let requestTypes: [String: [String: CELType]] = [
    "kubernetes.AdmissionRequest": [
      "kind": .object("kubernetes.GroupVersionKind"), "resource": .object("kubernetes.GroupVersionResource"), "subResource": .string,
      "requestKind": .object("kubernetes.GroupVersionKind"), "requestResource": .object("kubernetes.GroupVersionResource"),
      "requestSubResource": .string, "name": .string, "namespace": .string, "operation": .string, "userInfo": .object("kubernetes.UserInfo"),
      "dryRun": .bool, "options": .dyn,
    ],
    "kubernetes.GroupVersionKind": ["group": .string, "version": .string, "kind": .string],
    "kubernetes.GroupVersionResource": ["group": .string, "version": .string, "resource": .string],
    "kubernetes.UserInfo": [
      "username": .string, "uid": .string, "groups": .list(.string), "extra": .map(.string, .list(.string)),
    ],
  ]

  /// An environment with all that holds for every rule on a node type.
  static func make(_ match: RuleMatch, names: EnvironmentNames) -> CELEnvironment {
    var environment = CELEnvironment()
    environment.objects = objects
    environment.stepLimit = 2_000_000
    switch match {
    case .node(let name):
      environment.declare("node", .object(name))
      environment.declare(name, .object(name))
    case .kinds:
      environment.declare("node", .object(NodeType.object.rawValue))
      environment.declare("object", .dyn)
    }
    environment.declare("model", .object("model"))
    environment.add(RuleFunctions.all(names))
    return environment
  }
}

/// `model` in expressions: all nodes by type.
final class ModelRoot: HostObject, @unchecked Sendable {
  private let lists: [String: Value]

  init(_ graph: AccessGraph) {
    lists = Dictionary(
      NodeType.allCases.map { ($0.rawValue, Value.list(graph[$0].map(\.value))) }, uniquingKeysWith: { first, _ in first })
  }

  override var typeName: String { "model" }
  override func member(_ name: String) -> Value? { lists[name] }
  override var memberNames: [String] { NodeType.allCases.map(\.rawValue) }
}
