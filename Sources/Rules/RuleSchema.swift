import AccessModel
import CEL
import Kubernetes
import Values

/// The JSON schema of rule files, for editors.
package enum RuleSchema {
  package static func text() -> String {
    JSONWriter(style: .indented(2)).string(schema()) + "\n"
  }

  private static func object(_ pairs: [(String, Value)]) -> Value { .map(ValueMap(pairs)) }

  private static func strings(_ texts: [String]) -> Value { .list(texts.map { .string($0) }) }

  private static func text(_ description: String) -> Value {
    object([("type", .string("string")), ("description", .string(description))])
  }

  private static func list(_ item: Value, _ description: String) -> Value {
    object([("type", .string("array")), ("items", item), ("description", .string(description))])
  }

  private static func closed(_ properties: [(String, Value)], required: [String]) -> Value {
    object([
      ("type", .string("object")), ("additionalProperties", .bool(false)), ("required", strings(required)),
      ("properties", object(properties)),
    ])
  }

  private static func schema() -> Value {
    let severity = object([("enum", strings(["error", "warning", "info"]))])
    let expression = object([("type", strings(["string", "boolean", "integer"])), ("description", .string("a CEL expression"))])
    let named = closed([("name", text("its name")), ("expression", expression)], required: ["name", "expression"])
    let message = text("the text; {expression} shows a value, {{ and }} are braces")
    let related = closed(
      [("at", expression), ("message", message), ("messageExpression", expression), ("when", expression)], required: ["at"])
    let validation = closed(
      [
        ("expression", expression), ("at", expression), ("message", message), ("messageExpression", expression), ("label", message),
        ("labelExpression", expression), ("severity", severity), ("severityExpression", expression), ("help", message),
        ("helpExpression", expression), ("related", list(related, "other ends of the broken link")),
      ], required: ["expression"])
    let content = object([
      ("anyOf", .list([
        object([("type", .string("string"))]),
        closed([("files", object([("type", .string("object")), ("additionalProperties", object([("type", .string("string"))]))]))], required: ["files"]),
      ])),
    ])
    let example = closed(
      [
        ("name", text("what it shows")), ("fail", content), ("pass", content), ("unknown", content),
        ("parameters", object([("type", .string("object")), ("description", .string("parameters of the rule in this example"))])),
        ("admitted", object([("type", .string("boolean")), ("description", .string("true: the admission section lets this failing example through"))])),
      ], required: ["name"])
    let parameter = closed(
      [
        ("name", text("its name: params.NAME")), ("type", text("string, int, bool, list(string)")), ("default", object([])),
        ("description", text("one line")),
        ("config", object([("enum", strings(RuleParameter.settings)), ("description", .string("the key of .secretslint.yaml that sets it"))])),
      ], required: ["name", "type", "default"])
    let match = closed(
      [
        ("node", object([("enum", strings(NodeType.allCases.map(\.rawValue)))])),
        ("kinds", list(text("group/version/Kind, * for any"), "kinds of rendered objects")),
      ], required: [])
    let alternative = closed(
      [
        ("match", match), ("matchConditions", list(named, "all must be true")), ("variables", list(named, "variables.NAME")),
        ("forEach", named), ("validations", list(validation, "true means fine")),
      ], required: ["match", "validations"])
    let resourceRule = closed(
      RuleDecoder.resourceRuleKeys.map { key in
        let item = key == "operations" ? object([("enum", strings(["CREATE", "UPDATE"]))]) : object([("type", .string("string"))])
        return (key, object([("type", .string("array")), ("minItems", .int(1)), ("items", item)]))
      }, required: RuleDecoder.resourceRuleKeys)
    let admission = closed(
      [
        ("matchConstraints", closed([("resourceRules", list(resourceRule, "the objects that it sees"))], required: ["resourceRules"])),
        ("matchConditions", list(named, "all must be true; without variables")), ("variables", list(named, "variables.NAME")),
        (
          "validations",
          list(
            closed(
              [("expression", expression), ("message", text("one line")), ("messageExpression", expression)], required: ["expression", "message"]),
            "true means fine, in the CEL of Kubernetes")
        ),
      ], required: ["matchConstraints", "validations"])
    let texts = object([("type", .string("array")), ("items", object([("type", .string("string"))]))])
    let whole = closed(
      [
        ("title", text("the bad thing in a few words")), ("severity", severity), ("since", text("version that brought it")),
        ("tags", texts), ("references", texts), ("why", text("the consequence at run time, one line")),
        ("rationale", text("more about it")), ("remediation", text("what to write instead")), ("match", match),
        ("matchConditions", list(named, "all must be true")), ("variables", list(named, "variables.NAME")), ("forEach", named),
        ("validations", list(validation, "true means fine")), ("alternatives", list(alternative, "other nodes that the rule judges")),
        ("yieldsTo", texts), ("aliases", texts),
        ("enabled", object([("type", .string("boolean")), ("description", .string("false: only on demand (default true)"))])),
        ("parameters", list(parameter, "params.NAME")),
        ("suppressible", object([("type", .string("boolean")), ("description", .string("false: nothing silences it (default true)"))])),
        ("admission", admission),
        ("examples", list(example, "tests and documentation")),
      ], required: ["title", "severity", "why", "remediation", "match", "validations"])
    guard let map = whole.map else { return whole }
    let result = ValueMap([
      ("$schema", .string("https://json-schema.org/draft/2020-12/schema")), ("title", .string("secretslint rule")),
    ])
    for entry in map.entries { result.set(entry.key, entry.value) }
    // Not of JSON Schema: what expressions may call, for people and editors.
    result.set(
      "x-functions",
      .list(RuleFunctions.all(.standard).map { object([("signature", .string($0.signature)), ("documentation", .string($0.documentation))]) }))
    return .map(result)
  }
}
