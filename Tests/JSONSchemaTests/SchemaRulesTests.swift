import Testing
import Values

@testable import JSONSchema

@Suite struct SchemaRulesTests {
  struct Rule: CustomTestStringConvertible, Sendable {
    let schema: String
    let valid: [String]
    let invalid: [String]
    let draft: SchemaDraft
    init(_ schema: String, valid: [String], invalid: [String], draft: SchemaDraft = .draft2020) {
      self.schema = schema
      self.valid = valid
      self.invalid = invalid
      self.draft = draft
    }
    var testDescription: String { schema }
  }

  static let rules: [Rule] = [
    Rule(#"{"prefixItems": [{"type": "string"}], "items": {"type": "integer"}}"#, valid: [#"["a", 1]"#, "[]"], invalid: [#"["a", "b"]"#, "[1]"]),
    Rule(#"{"items": {"type": "integer"}, "unevaluatedItems": false}"#, valid: ["[1, 2]"], invalid: [#"["a"]"#]),
    Rule(#"{"prefixItems": [true], "unevaluatedItems": false}"#, valid: ["[1]"], invalid: ["[1, 2]"]),
    Rule(#"{"contains": {"type": "string"}, "unevaluatedItems": {"type": "integer"}}"#, valid: [#"["a", 1]"#], invalid: [#"["a", true]"#]),
    Rule(#"{"contains": {"const": 1}, "minContains": 0}"#, valid: ["[]", "[2]"], invalid: []),
    Rule(#"{"contains": {"const": 1}, "minContains": 2, "maxContains": 2}"#, valid: ["[1, 1, 2]"], invalid: ["[1]", "[1, 1, 1]"]),
    Rule(#"{"if": {"properties": {"kind": {"const": "a"}}}, "unevaluatedProperties": false}"#, valid: [#"{"kind": "a"}"#], invalid: [#"{"kind": "b"}"#, #"{"kind": "a", "x": 1}"#]),
    Rule(#"{"patternProperties": {"^x-": {"type": "string"}}, "additionalProperties": false}"#, valid: [#"{"x-a": "b"}"#], invalid: [#"{"x-a": 1}"#, #"{"y": 1}"#]),
    Rule(#"{"dependentSchemas": {"a": {"required": ["b"]}}}"#, valid: [#"{"a": 1, "b": 2}"#, "{}"], invalid: [#"{"a": 1}"#]),
    Rule(##"{"$dynamicRef": "#node", "$dynamicAnchor": "node", "type": "object", "additionalProperties": {"$dynamicRef": "#node"}}"##, valid: [], invalid: ["1"]),
    Rule(##"{"$defs": {"a": {"$anchor": "here", "type": "string"}}, "$ref": "#here"}"##, valid: [#""x""#], invalid: ["1"]),
    Rule(#"{"$id": "http://x/root.json", "$defs": {"a": {"$id": "a.json", "type": "string"}}, "$ref": "a.json"}"#, valid: [#""x""#], invalid: ["1"]),
    Rule(##"{"properties": {"a~b": {"type": "string"}, "c": {"$ref": "#/properties/a~0b"}}}"##, valid: [#"{"c": "x"}"#], invalid: [#"{"c": 1}"#]),
    Rule(#"{"const": 1}"#, valid: ["1", "1.0"], invalid: ["true", #""1""#]),
    Rule(#"{"enum": [[1, {"a": 2}]]}"#, valid: [#"[1.0, {"a": 2}]"#], invalid: ["[1, {}]"]),
    Rule(#"{"multipleOf": 0.1}"#, valid: ["0.3", "1e20", "0"], invalid: ["0.35"]),
    Rule(#"{"multipleOf": 3}"#, valid: ["9007199254740993", "-6"], invalid: ["9007199254740992"]),
    Rule(#"{"maximum": 9007199254740992}"#, valid: ["9007199254740992.0"], invalid: ["9007199254740993"]),
    Rule(#"{"type": "integer"}"#, valid: ["1e3", "12345678910111213141516"], invalid: ["1.1", "true"]),
    Rule(#"{"propertyNames": {"pattern": "^a"}}"#, valid: [#"{"a": 1}"#], invalid: [#"{"b": 1}"#]),
    Rule(#"true"#, valid: ["1"], invalid: []),
    Rule(#"{}"#, valid: ["1"], invalid: []),
    Rule(##"{"$ref": "#/definitions/a", "type": "string", "definitions": {"a": {"type": "integer"}}}"##, valid: ["1"], invalid: [#""x""#], draft: .draft7),
    Rule(#"{"dependencies": {"a": ["b"], "c": {"required": ["d"]}}}"#, valid: [#"{"a": 1, "b": 1}"#, #"{"c": 1, "d": 1}"#], invalid: [#"{"a": 1}"#, #"{"c": 1}"#], draft: .draft7),
    Rule(##"{"id": "http://x/y", "definitions": {"p": {"id": "#p", "type": "integer"}}, "items": {"$ref": "#p"}}"##, valid: ["[1]"], invalid: [#"["a"]"#], draft: .draft4),
    Rule(#"{"minimum": 1, "exclusiveMinimum": true}"#, valid: ["2"], invalid: ["1"], draft: .draft4),
    Rule(#"{"const": 1, "contains": {"type": "string"}}"#, valid: ["2", "[]"], invalid: [], draft: .draft4),
    Rule(##"{"$recursiveAnchor": true, "type": "object", "additionalProperties": {"$recursiveRef": "#"}}"##, valid: [#"{"a": {"b": {}}}"#], invalid: [#"{"a": {"b": 1}}"#], draft: .draft2019),
  ]

  @Test(arguments: rules) func keywordsMeanWhatTheirDraftsSay(_ rule: Rule) throws {
    let schema: Schema
    do {
      schema = try Schema(JSONReader.read(rule.schema), options: Schema.Options(draft: rule.draft))
    } catch let error as SchemaError {
      Issue.record("\(error.message)")
      return
    }
    for text in rule.valid {
      if case .valid = schema.validate(try JSONReader.read(text)) { continue }
      Issue.record("\(text) is valid")
    }
    for text in rule.invalid {
      if case .invalid = schema.validate(try JSONReader.read(text)) { continue }
      Issue.record("\(text) is not valid")
    }
  }

  @Test(arguments: [
    ("date-time", "1990-12-31T23:59:60Z", "1990-02-31T15:59:59Z"), ("date", "2024-02-29", "2023-02-29"),
    ("time", "08:30:06.283185+01:00", "08:30:06"), ("email", "joe.bloggs@example.com", "joe..bloggs@example.com"),
    ("hostname", "www.example.com", "-bad.example"), ("ipv4", "127.0.0.1", "256.1.1.1"), ("ipv6", "::1", "12345::"),
    ("uri", "http://foo.bar/?q=Test%20x", "//foo/bar"), ("uri-reference", "/abc", "\\\\WINDOWS\\share"),
    ("uuid", "2EB8AA08-aa98-11ea-b4aa-73b441d16380", "2eb8aa08-aa98-11ea-b4aa-73b441d1638"),
    ("json-pointer", "/a~0b/~1", "/a~2"), ("relative-json-pointer", "1/a", "01/a"), ("duration", "P4DT12H30M5S", "P1D2H"),
    ("regex", "([abc])+\\s+$", "^(abc]"), ("semver", "1.2.3-a.1+b", "01.2.3"), ("uri-template", "http://x/{id}", "http://x/{id"),
    ("period", "P1D/2020-01-01T00:00:00Z", "P1D"),
  ]) func formats(_ name: String, _ good: String, _ bad: String) {
    #expect(SchemaFormat.problem(.string(good), name) == nil)
    #expect(SchemaFormat.problem(.string(bad), name) != nil)
    #expect(SchemaFormat.problem(.int(1), name) == nil)
  }

  @Test(arguments: [
    ("http://a/b/c/d?q", "../g", "http://a/b/g"), ("http://a/b/c/d", "/g", "http://a/g"), ("http://a/b", "//h/x", "http://h/x"),
    ("http://a/b/c", "?y", "http://a/b/c?y"), ("file:///values.schema.json", "other.json", "file:///other.json"),
    ("urn:x:y", "#/a", "urn:x:y"), ("http://a/b/", "./c/./d", "http://a/b/c/d"), ("http://a", "b", "http://a/b"),
  ]) func referencesAreResolved(_ base: String, _ reference: String, _ result: String) {
    #expect(SchemaURI(base).resolving(SchemaURI(reference)).base == result)
  }
}
