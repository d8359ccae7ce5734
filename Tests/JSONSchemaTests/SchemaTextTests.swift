import SourceText
import Testing
import Values

@testable import JSONSchema

/// What Helm prints of a schema's violations, without its first line.
private func check(_ schema: String, _ instance: String, _ options: Schema.Options = Schema.Options()) -> String {
  do {
    let schema = try Schema(JSONReader.read(schema), options: options)
    switch schema.validate(try JSONReader.read(instance)) {
    case .valid: return "valid"
    case .unknown(let why): return "unknown: " + why
    case .invalid(let violation):
      let lines = violation.text.split(separator: "\n").dropFirst()
      return lines.joined(separator: "\n")
    }
  } catch let error as SchemaError {
    return "\(error.kind): \(error.message)"
  } catch {
    return "\(error)"
  }
}

@Suite struct SchemaTextTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let schema: String
    let instance: String
    let text: String
    init(_ schema: String, _ instance: String, _ text: String) {
      self.schema = schema
      self.instance = instance
      self.text = text
    }
    var testDescription: String { "\(schema) for \(instance)" }
  }

  static let violations: [Case] = [
    Case(#"{"type": "integer"}"#, #""x""#, "- at '': got string, want integer"),
    Case(#"{"type": ["string", "null"]}"#, "1", "- at '': got number, want null or string"),
    Case(#"{"type": "integer"}"#, "1.5", "- at '': got number, want integer"),
    Case(#"{"type": "integer"}"#, "1.0", "valid"),
    Case(#"{"properties": {"a": {"properties": {"b/c": {"type": "boolean"}}}}}"#, #"{"a": {"b/c": 1}}"#, "- at '/a/b~1c': got number, want boolean"),
    Case(#"{"required": ["a"]}"#, "{}", "- at '': missing property 'a'"),
    Case(#"{"required": ["a", "b"]}"#, "{}", "- at '': missing properties 'a', 'b'"),
    Case(#"{"additionalProperties": false}"#, #"{"x": 1, "y": 2}"#, "- at '': additional properties 'x', 'y' not allowed"),
    Case(#"{"enum": ["a", 1, null]}"#, #""b""#, "- at '': value must be one of 'a', 1, <nil>"),
    Case(#"{"enum": ["a"]}"#, #""b""#, "- at '': value must be 'a'"),
    Case(#"{"enum": [[1]]}"#, #""b""#, "- at '': enum failed"),
    Case(#"{"const": "it's"}"#, "1", #"- at '': value must be 'it\'s'"#),
    Case(#"{"minimum": 1}"#, "0", "- at '': minimum: got 0, want 1"),
    Case(#"{"maximum": 1000}"#, "12345", "- at '': maximum: got 12,345, want 1,000"),
    Case(#"{"exclusiveMinimum": 1}"#, "1", "- at '': exclusiveMinimum: got 1, want 1"),
    Case(#"{"multipleOf": 0.01}"#, "0.075", "- at '': multipleOf: got 0.075, want 0.01"),
    Case(#"{"multipleOf": 0.0001}"#, "0.0075", "valid"),
    Case(#"{"minLength": 3}"#, #""éa""#, "- at '': minLength: got 2, want 3"),
    Case(#"{"maxLength": 1}"#, #""ab""#, "- at '': maxLength: got 2, want 1"),
    Case(#"{"pattern": "^a$"}"#, #""b""#, "- at '': 'b' does not match pattern '^a$'"),
    Case(#"{"minItems": 1}"#, "[]", "- at '': minItems: got 0, want 1"),
    Case(#"{"maxItems": 0}"#, "[1]", "- at '': maxItems: got 1, want 0"),
    Case(#"{"uniqueItems": true}"#, "[1, 2, 1.0]", "- at '': items at 0 and 2 are equal"),
    Case(#"{"minProperties": 1}"#, "{}", "- at '': minProperties: got 0, want 1"),
    Case(#"{"items": {"type": "string"}}"#, #"["a", 1]"#, "- at '/1': got number, want string"),
    Case(#"{"contains": {"type": "string"}}"#, "[]", "- at '': no items match contains schema"),
    Case(#"{"not": {"type": "string"}}"#, #""a""#, "- at '': not failed"),
    Case(#"{"properties": {"a": false}}"#, #"{"a": 1}"#, "- at '/a': false schema"),
    Case(
      #"{"properties": {"p": {"type": "integer"}, "q": {"type": "string"}}}"#, #"{"q": 1, "p": "x"}"#,
      "- at '/p': got string, want integer\n- at '/q': got number, want string"),
    Case(
      #"{"properties": {"a": {"anyOf": [{"type": "string"}, {"type": "null"}]}}}"#, #"{"a": 1}"#,
      "- at '/a': anyOf failed\n  - at '/a': got number, want string\n  - at '/a': got number, want null"),
    Case(#"{"oneOf": [{"type": "number"}, {"minimum": 0}]}"#, "1", "- at '': oneOf failed, subschemas 0, 1 matched"),
    Case(
      #"{"oneOf": [{"type": "string"}]}"#, "1", "- at '': oneOf failed, none matched\n  - at '': got number, want string"),
    Case(
      ##"{"$ref": "#/$defs/port", "$defs": {"port": {"type": "integer"}}}"##, #""x""#, "- at '': got string, want integer"),
    Case(
      ##"{"$ref": "#/$defs/p", "$defs": {"p": {"type": "object", "required": ["a"], "maxProperties": 0}}}"##,
      #"{"b": 1}"#,
      "- at '': validation failed\n  - at '': maxProperties: got 1, want 0\n  - at '': missing property 'a'"),
    Case(#"{"if": {"required": ["a"]}, "then": {"required": ["b"]}}"#, #"{"a": 1}"#, "- at '': missing property 'b'"),
    Case(#"{"dependentRequired": {"a": ["b"]}}"#, #"{"a": 1}"#, "- at '': properties 'b' required, if 'a' exists"),
    Case(#"{"propertyNames": {"maxLength": 1}}"#, #"{"ab": 1}"#, "- at '': invalid propertyName 'ab'\n  - at '': maxLength: got 2, want 1"),
    Case(#"{"$schema": "http://json-schema.org/draft-07/schema#", "format": "ipv4"}"#, #""1.2.3""#, "- at '': '1.2.3' is not valid ipv4: expected four decimals"),
    Case(#"{"format": "ipv4"}"#, #""1.2.3""#, "valid"),
    Case(#"{"$schema": "http://json-schema.org/draft-07/schema#", "items": [{"type": "string"}], "additionalItems": false}"#, #"["a", 1, 2]"#, "- at '': last 2 additionalItem(s) not allowed"),
    Case(#"{"unevaluatedProperties": false, "properties": {"a": true}, "allOf": [{"properties": {"b": true}}]}"#, #"{"a": 1, "b": 2, "c": 3}"#, "- at '/c': false schema"),
  ]

  @Test(arguments: violations) func violationsReadAsInHelm(_ test: Case) {
    #expect(check(test.schema, test.instance) == test.text)
  }

  static let refusals: [Case] = [
    Case(#"{"$ref": "https://example.com/a.json"}"#, "1", #"unknown: failing loading "https://example.com/a.json": it is on the network, from which nothing is fetched"#),
    Case(#"{"$ref": "other.json"}"#, "1", #"invalid: failing loading "file:///other.json": open /other.json: no such file or directory"#),
    Case(##"{"$ref": "#/$defs/x"}"##, "1", #"invalid: json-pointer in "file:///values.schema.json#/$defs/x" not found"#),
    Case(##"{"$ref": "#x"}"##, "1", #"invalid: anchor in "file:///values.schema.json#x" not found in schema "file:///values.schema.json""#),
    Case(#"{"$ref": "urn:example:a"}"#, "1", "valid"),
  ]

  @Test(arguments: refusals) func whatCannotBeFollowedIsSaid(_ test: Case) {
    #expect(check(test.schema, test.instance) == test.text)
  }

  @Test func aSchemaMustMeetItsMetaSchema() {
    let text = check(#"{"type": "strings"}"#, "1")
    #expect(text.hasPrefix(#"invalid: "file:///values.schema.json#" is not valid against metaschema: jsonschema validation failed with 'https://json-schema.org/draft/2020-12/schema#'"#))
    #expect(text.contains("at '/type'"))
    #expect(check(#"{"pattern": "("}"#, #""a""#).contains("missing closing )"))
    #expect(check(##"{"$schema": "http://json-schema.org/draft-07/schema#", "required": true}"##, "1").contains("at '/required': got boolean, want array"))
    #expect(check(##"{"$schema": "http://json-schema.org/draft-04/schema#", "exclusiveMinimum": true, "minimum": 1}"##, "1") == "- at '': exclusiveMinimum: got 1, want 1")
  }

  @Test func aValueIsNotShownWhereItMayBeASecret() throws {
    let options = Schema.Options(assertsFormat: true)
    for text in [#"{"pattern": "^a"}"#, #"{"format": "ipv4"}"#, #"{"anyOf": [{"pattern": "^a"}, {"format": "date"}]}"#] {
      guard case .invalid(let violation) = try Schema(JSONReader.read(text), options: options).validate(.string("hunter2"))
      else {
        Issue.record("\(text) was met")
        continue
      }
      #expect(violation.text.contains("hunter2"))
      #expect(!violation.discreetText.contains("hunter2"))
    }
  }

  @Test func endlessReferencesEnd() {
    #expect(check(##"{"$ref": "#"}"##, "1").contains("causing reference cycle"))
    let double = (0..<40).map { ##""d\##($0)": {"anyOf": [{"$ref": "#/$defs/d\##($0 + 1)"}, {"$ref": "#/$defs/d\##($0 + 1)"}]}"## }
    let schema = ##"{"$ref": "#/$defs/d0", "$defs": {"## + double.joined(separator: ",") + #", "d40": false}}"#
    var options = Schema.Options()
    options.steps = 10_000
    #expect(check(schema, "1", options) == "unknown: validation takes more than 10000 steps")
  }

  @Test func whatIsNotKnownIsNoViolation() throws {
    let schema = try Schema(JSONReader.read(#"{"properties": {"a": {"type": "string"}}, "required": ["a"]}"#))
    let instance = Value.map(ValueMap([("a", .unknown("given elsewhere"))]))
    guard case .valid = schema.validate(instance) else {
      Issue.record("an unknown value was judged")
      return
    }
    let other = try Schema(JSONReader.read(#"{"not": {"properties": {"a": {"type": "string"}}}}"#))
    guard case .unknown("given elsewhere") = other.validate(instance) else {
      Issue.record("a judgement was made of an unknown value")
      return
    }
  }

  @Test func violationsPointAtInstanceAndSchema() throws {
    let table = OriginTable()
    let sources = SourceMap()
    func read(_ path: String, _ text: String) throws -> (SourceFile, Value) {
      let file = sources.add(path: path, bytes: Array(text.utf8))
      let value = try JSONReader.read(file.bytes) { table.add(.source, SourceSpan(source: file.id, $0)) }
      return (file, value)
    }
    let (schemaFile, schema) = try read("values.schema.json", #"{"properties": {"a": {"items": {"type": "string"}}}}"#)
    let (valuesFile, values) = try read("values.json", #"{"a": ["x", 12]}"#)
    guard case .invalid(let violation) = try Schema(schema).validate(values), let leaf = violation.leaves.first else {
      Issue.record("no violation found")
      return
    }
    #expect(leaf.instancePath == ["a", "1"])
    #expect(table.editPlace(leaf.instanceOrigin).map(valuesFile.text) == "12")
    #expect(table.editPlace(leaf.schemaOrigin).map(schemaFile.text) == #"{"type": "string"}"#)
    #expect(leaf.schemaLocation == "file:///values.schema.json#/properties/a/items")
  }
}
