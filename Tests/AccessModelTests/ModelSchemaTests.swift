import Testing

@testable import AccessModel

struct ModelSchemaTests {
  @Test func everyNodeTypeAndRecordIsDescribedOnce() {
    #expect(ModelSchema.nodes.map(\.type.rawValue).sorted() == NodeType.allCases.map(\.rawValue).sorted())
    #expect(ModelSchema.records.map(\.type.rawValue).sorted() == RecordType.allCases.map(\.rawValue).sorted())
  }

  @Test(arguments: NodeType.allCases)
  func fieldsAreUniqueAndDocumented(type: NodeType) {
    let fields = ModelSchema.fields(of: type)
    #expect(Set(fields.map(\.name)).count == fields.count)
    #expect(!fields.isEmpty)
    for field in fields {
      #expect(!field.documentation.isEmpty && !field.documentation.hasSuffix("."), "\(type).\(field.name)")
      #expect(!["in", "true", "false", "null"].contains(field.name))
    }
  }
}
