/// The type of a field of a node, in the words of CEL. Every field may also hold `unknown`.
package indirect enum FieldType: Sendable, Hashable {
  case string
  case bool
  case int
  case list(FieldType)
  /// Keys are strings.
  case map(FieldType)
  /// A small record inside a node, not a node itself; its fields are typed like a node's.
  case record(RecordType)
  case node(NodeType)
  /// The type or null (CEL: a wrapper type; compare with `null`).
  case optional(FieldType)
  /// Anything: a part of a manifest, a chart's values.
  case dynamic

  /// As documentation shows it: `list(workload)`, `string or null`.
  package var text: String {
    switch self {
    case .string: "string"
    case .bool: "bool"
    case .int: "int"
    case .list(let item): "list(\(item.text))"
    case .map(let value): "map(string, \(value.text))"
    case .record(let type): type.rawValue
    case .node(let type): type.rawValue
    case .optional(let type): "\(type.text) or null"
    case .dynamic: "dyn"
    }
  }
}

/// The records that fields hold. As values they are maps with exactly these keys.
package enum RecordType: String, Sendable, Hashable, CaseIterable {
  /// A defect that the original tool reports in the same words.
  case problem
  /// One sign of an environment.
  case environmentSign
  /// One container's mount of a volume.
  case volumeMount
  /// One item of `secretObjects[].data`.
  case syncedItem
  /// One item of `jmesPath`.
  case jmesItem
  /// One condition of a policy statement.
  case policyCondition
  /// A chart value that the chart does not know.
  case unknownValue
  /// An annotation or label of Reloader, with what is wrong with it.
  case reloaderKey
  /// A key of a JSON secret in Terraform.
  case secretKey
}

/// One field of a node or record.
package struct FieldDefinition: Sendable, Hashable {
  package let name: String
  package let type: FieldType
  /// One line for the documentation.
  package let documentation: String

  package init(_ name: String, _ type: FieldType, _ documentation: String) {
    self.name = name
    self.type = type
    self.documentation = documentation
  }
}

/// One type of node with all its fields.
package struct NodeDefinition: Sendable {
  package let type: NodeType
  package let documentation: String
  package let fields: [FieldDefinition]

  package init(_ type: NodeType, _ documentation: String, _ fields: [FieldDefinition]) {
    self.type = type
    self.documentation = documentation
    self.fields = fields
  }
}

/// One type of record with all its fields.
package struct RecordDefinition: Sendable {
  package let type: RecordType
  package let documentation: String
  package let fields: [FieldDefinition]

  package init(_ type: RecordType, _ documentation: String, _ fields: [FieldDefinition]) {
    self.type = type
    self.documentation = documentation
    self.fields = fields
  }
}
