import Patterns
import Values

/// A revision of JSON Schema.
package enum SchemaDraft: Int, Sendable, Comparable {
  case draft4 = 4
  case draft6 = 6
  case draft7 = 7
  case draft2019 = 2019
  case draft2020 = 2020

  package static func < (a: SchemaDraft, b: SchemaDraft) -> Bool { a.rawValue < b.rawValue }

  /// By the address of its meta-schema, with or without an empty fragment.
  package init?(url: String) {
    let uri = SchemaURI(url)
    guard uri.fragment ?? "" == "", uri.scheme == "http" || uri.scheme == "https", uri.authority == "json-schema.org" else {
      return nil
    }
    switch uri.path {
    case "/draft-04/schema": self = .draft4
    case "/draft-06/schema": self = .draft6
    case "/draft-07/schema": self = .draft7
    case "/draft/2019-09/schema": self = .draft2019
    case "/draft/2020-12/schema", "/schema": self = .draft2020
    default: return nil
    }
  }

  var metaSchema: String {
    switch self {
    case .draft4: "http://json-schema.org/draft-04/schema"
    case .draft6: "http://json-schema.org/draft-06/schema"
    case .draft7: "http://json-schema.org/draft-07/schema"
    case .draft2019: "https://json-schema.org/draft/2019-09/schema"
    case .draft2020: "https://json-schema.org/draft/2020-12/schema"
    }
  }
}

/// The JSON types of a keyword `type`.
struct SchemaTypes: OptionSet, Sendable {
  let rawValue: UInt8
  static let null = SchemaTypes(rawValue: 1)
  static let boolean = SchemaTypes(rawValue: 2)
  static let number = SchemaTypes(rawValue: 4)
  static let integer = SchemaTypes(rawValue: 8)
  static let string = SchemaTypes(rawValue: 16)
  static let array = SchemaTypes(rawValue: 32)
  static let object = SchemaTypes(rawValue: 64)

  static let names: [(SchemaTypes, String)] = [
    (.null, "null"), (.boolean, "boolean"), (.number, "number"), (.integer, "integer"), (.string, "string"),
    (.array, "array"), (.object, "object"),
  ]

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(name: String) { self = Self.names.first { $0.1 == name }?.0 ?? [] }

  /// The type of a value; nothing for what JSON does not have.
  init(of value: Value) {
    switch value.payload {
    case .null: self = .null
    case .bool: self = .boolean
    case .int, .double: self = .number
    case .string: self = .string
    case .list: self = .array
    case .map: self = .object
    case .object, .unknown: self = []
    }
  }

  var words: [String] { Self.names.filter { contains($0.0) }.map(\.1) }
}

/// One compiled schema. Filled by the compiler, constant from then on.
final class SchemaNode: @unchecked Sendable {
  /// A keyword whose value is true, false or a schema.
  enum Additional {
    case flag(Bool)
    case schema(SchemaNode)
  }

  enum Dependency {
    case names([Text])
    case schema(SchemaNode)
  }

  /// Address of the document, and the pointer in it.
  let url: String
  let pointer: String
  var draft = SchemaDraft.draft2020
  var origin = Origin.none
  /// The schema that the nearest `$id` above names.
  unowned var resource: SchemaNode?
  var dynamicAnchors: [String: SchemaNode] = [:]

  var constant: Bool?
  var reference: SchemaNode?
  var recursiveReference: SchemaNode?
  var isRecursiveAnchor = false
  var dynamicReference: (node: SchemaNode, anchor: String?)?
  var dynamicAnchor: String?

  var types: SchemaTypes = []
  var constValue: Value?
  var enumeration: [Value]?
  var format: String?

  var not: SchemaNode?
  var allOf: [SchemaNode] = []
  var anyOf: [SchemaNode] = []
  var oneOf: [SchemaNode] = []
  var condition: SchemaNode?
  var then: SchemaNode?
  var otherwise: SchemaNode?

  var minProperties: Int?
  var maxProperties: Int?
  var required: [Text] = []
  var properties: [Text: SchemaNode] = [:]
  var patternProperties: [(Pattern, SchemaNode)] = []
  var additionalProperties: Additional?
  var propertyNames: SchemaNode?
  var dependencies: [(Text, Dependency)] = []
  var dependentRequired: [(Text, [Text])] = []
  var dependentSchemas: [(Text, SchemaNode)] = []
  var unevaluatedProperties: SchemaNode?

  var minItems: Int?
  var maxItems: Int?
  var hasUniqueItems = false
  var items: SchemaNode?
  /// `items` of the older drafts as a list, `prefixItems` of the newest.
  var prefixItems: [SchemaNode]?
  var additionalItems: Additional?
  var contains: SchemaNode?
  var minContains: Int?
  var maxContains: Int?
  var unevaluatedItems: SchemaNode?

  var minLength: Int?
  var maxLength: Int?
  var pattern: Pattern?

  var minimum: Value?
  var maximum: Value?
  var exclusiveMinimum: Value?
  var exclusiveMaximum: Value?
  var multipleOf: Value?

  init(url: String, pointer: String) {
    self.url = url
    self.pointer = pointer
  }

  /// Lets go of all other schemas: schemas refer to each other in circles.
  func unlink() {
    dynamicAnchors = [:]
    (reference, recursiveReference, dynamicReference, resource) = (nil, nil, nil, nil)
    (not, condition, then, otherwise) = (nil, nil, nil, nil)
    (allOf, anyOf, oneOf) = ([], [], [])
    (properties, patternProperties, additionalProperties, propertyNames) = ([:], [], nil, nil)
    (dependencies, dependentSchemas, unevaluatedProperties) = ([], [], nil)
    (items, prefixItems, additionalItems, contains, unevaluatedItems) = (nil, nil, nil, nil, nil)
  }

  /// As errors name it.
  var location: String { url + "#" + pointer }

  var evaluatesAllProperties: Bool { additionalProperties != nil }

  var evaluatesAllItems: Bool {
    draft < .draft2020 ? additionalItems != nil || items != nil : items != nil
  }

  var evaluatedPrefix: Int { prefixItems?.count ?? 0 }
}
