/// What rules can ask of the model: node type → field → type and one line of documentation. A node has exactly the fields
/// that stand here.
///
/// Conventions:
/// - A value that cannot be known from the repository is `unknown`; a rule that depends on it does not fire.
/// - `null` means: known not to be there. Lists and maps that are not there are empty.
/// - Names of the field and the origin of its value go together: `at: node.field` points at the line that a person edits. Where the
///   value is absent or a default, its origin is the nearest existing parent (the `metadata` of the object, the values block).
/// - Enumerations are strings; their words stand in the documentation.
package enum ModelSchema {
  package static let nodes: [NodeDefinition] =
    deploymentNodes + workloadNodes + secretNodes + identityNodes + installationNodes

  /// Definitions of the records in fields.
  package static let records: [RecordDefinition] = recordDefinitions

  private static let nodeTable: [NodeType: NodeDefinition] =
    Dictionary(nodes.map { ($0.type, $0) }, uniquingKeysWith: { first, _ in first })
  private static let recordTable: [RecordType: RecordDefinition] =
    Dictionary(records.map { ($0.type, $0) }, uniquingKeysWith: { first, _ in first })

  package static func fields(of type: NodeType) -> [FieldDefinition] { nodeTable[type]?.fields ?? [] }
  package static func fields(of type: RecordType) -> [FieldDefinition] { recordTable[type]?.fields ?? [] }

  package static func documentation(of type: NodeType) -> String { nodeTable[type]?.documentation ?? "" }

  package static func field(_ name: String, of type: NodeType) -> FieldDefinition? {
    fields(of: type).first { $0.name == name }
  }

  /// Fields of everything that a deployment brings: where it runs and for which environment.
  static let placement: [FieldDefinition] = [
    FieldDefinition("deployment", .node(.deployment), "the deployment that brings it"),
    FieldDefinition("isConventional", .bool, "it is rendered by convention only: no Application or overlay of the repository deploys it"),
  ] + environment

  /// Fields of everything that belongs to an environment.
  static let environment: [FieldDefinition] = [
    FieldDefinition(
      "environment", .string,
      "canonical name of its environment (`production`); unknown where no sign of one is found or strong signs disagree. The origin is the sign"),
    FieldDefinition(
      "environmentStrength", .string, "`strong`, `weak` (a name only), `none` or `conflict`"),
    FieldDefinition("environmentHow", .string, "what the environment was read from, one clause; \"\" if it was not"),
  ]
}
