import Values

/// What the drafts say of schemas themselves, written down from the specifications without titles and defaults.
enum MetaSchemas {
  /// A meta-schema by its address without fragment; nil if it is none.
  static func document(_ url: String) -> Value? {
    guard let text = texts[url] else { return nil }
    return try? JSONReader.read(text)
  }

  /// The meta-schema of a draft, compiled once.
  static func compiled(_ draft: SchemaDraft) -> Schema? {
    switch draft {
    case .draft4: compiled4
    case .draft6: compiled6
    case .draft7: compiled7
    case .draft2019: compiled2019
    case .draft2020: compiled2020
    }
  }

  private static let compiled4 = compile(.draft4)
  private static let compiled6 = compile(.draft6)
  private static let compiled7 = compile(.draft7)
  private static let compiled2019 = compile(.draft2019)
  private static let compiled2020 = compile(.draft2020)

  private static func compile(_ draft: SchemaDraft) -> Schema? {
    guard let text = document(draft.metaSchema) else { return nil }
    let options = Schema.Options(draft: draft, assertsFormat: true, checksMetaSchema: false)
    return try? Schema(text, url: draft.metaSchema, options: options)
  }

  private static let texts: [String: String] = {
    var all: [String: String] = [:]
    all[SchemaDraft.draft4.metaSchema] = draft4
    all[SchemaDraft.draft6.metaSchema] = draft7("06")
    all[SchemaDraft.draft7.metaSchema] = draft7("07")
    for (year, names) in [
      ("2019-09", ["core", "applicator", "validation", "meta-data", "format", "content"]),
      ("2020-12", ["core", "applicator", "unevaluated", "validation", "meta-data", "format-annotation", "content"]),
    ] {
      let base = "https://json-schema.org/draft/\(year)"
      all[base + "/schema"] = whole(year, names)
      for name in names {
        all[base + "/meta/" + name] = part(year, name, year == "2019-09" ? keywords2019[name] ?? "" : keywords2020[name] ?? "")
      }
    }
    let assertion = "https://json-schema.org/draft/2020-12/meta/format-assertion"
    all[assertion] = part("2020-12", "format-assertion", keywords2020["format-annotation"] ?? "")
    return all
  }()

  private static let types = #"["array","boolean","integer","null","number","object","string"]"#

  private static let draft4 = """
    {"id":"http://json-schema.org/draft-04/schema#","$schema":"http://json-schema.org/draft-04/schema#",
    "definitions":{"schemaArray":{"type":"array","minItems":1,"items":{"$ref":"#"}},
    "count":{"type":"integer","minimum":0},"simpleTypes":{"enum":\(types)},
    "stringArray":{"type":"array","items":{"type":"string"},"minItems":1,"uniqueItems":true}},
    "type":"object","properties":{"id":{"format":"uri-reference","type":"string"},"$schema":{"type":"string","format":"uri"},
    "title":{"type":"string"},"description":{"type":"string"},"default":{},
    "multipleOf":{"type":"number","minimum":0,"exclusiveMinimum":true},
    "maximum":{"type":"number"},"exclusiveMaximum":{"type":"boolean"},"minimum":{"type":"number"},"exclusiveMinimum":{"type":"boolean"},
    "maxLength":{"$ref":"#/definitions/count"},"minLength":{"$ref":"#/definitions/count"},"pattern":{"type":"string","format":"regex"},
    "additionalItems":{"anyOf":[{"type":"boolean"},{"$ref":"#"}]},"items":{"anyOf":[{"$ref":"#"},{"$ref":"#/definitions/schemaArray"}]},
    "maxItems":{"$ref":"#/definitions/count"},"minItems":{"$ref":"#/definitions/count"},"uniqueItems":{"type":"boolean"},
    "maxProperties":{"$ref":"#/definitions/count"},"minProperties":{"$ref":"#/definitions/count"},"required":{"$ref":"#/definitions/stringArray"},
    "additionalProperties":{"anyOf":[{"type":"boolean"},{"$ref":"#"}]},
    "definitions":{"type":"object","additionalProperties":{"$ref":"#"}},"properties":{"type":"object","additionalProperties":{"$ref":"#"}},
    "patternProperties":{"type":"object","additionalProperties":{"$ref":"#"}},
    "dependencies":{"type":"object","additionalProperties":{"anyOf":[{"$ref":"#"},{"$ref":"#/definitions/stringArray"}]}},
    "enum":{"type":"array","minItems":1,"uniqueItems":true},
    "type":{"anyOf":[{"$ref":"#/definitions/simpleTypes"},{"type":"array","items":{"$ref":"#/definitions/simpleTypes"},"minItems":1,"uniqueItems":true}]},
    "allOf":{"$ref":"#/definitions/schemaArray"},"anyOf":{"$ref":"#/definitions/schemaArray"},"oneOf":{"$ref":"#/definitions/schemaArray"},
    "not":{"$ref":"#"},"format":{"type":"string"},"$ref":{"type":"string"}},
    "dependencies":{"exclusiveMaximum":["maximum"],"exclusiveMinimum":["minimum"]}}
    """

  /// Drafts 6 and 7 differ in `if`, `then`, `else` and in annotations only.
  private static func draft7(_ number: String) -> String {
    let conditions =
      number == "06"
      ? ""
      : ##""if":{"$ref":"#"},"then":{"$ref":"#"},"else":{"$ref":"#"},"$comment":{"type":"string"},"readOnly":{"type":"boolean"},"contentMediaType":{"type":"string"},"contentEncoding":{"type":"string"},"##
    return """
      {"$schema":"http://json-schema.org/draft-\(number)/schema#","$id":"http://json-schema.org/draft-\(number)/schema#",
      "definitions":{"schemaArray":{"type":"array","minItems":1,"items":{"$ref":"#"}},
      "nonNegativeInteger":{"type":"integer","minimum":0},"nonNegativeIntegerDefault0":{"allOf":[{"$ref":"#/definitions/nonNegativeInteger"}]},
      "simpleTypes":{"enum":\(types)},"stringArray":{"type":"array","items":{"type":"string"},"uniqueItems":true}},
      "type":["object","boolean"],"properties":{\(conditions)
      "$id":{"type":"string","format":"uri-reference"},"$schema":{"type":"string","format":"uri"},"$ref":{"type":"string","format":"uri-reference"},
      "title":{"type":"string"},"description":{"type":"string"},"default":true,"examples":{"type":"array","items":true},
      "multipleOf":{"type":"number","exclusiveMinimum":0},"maximum":{"type":"number"},"exclusiveMaximum":{"type":"number"},
      "minimum":{"type":"number"},"exclusiveMinimum":{"type":"number"},
      "maxLength":{"$ref":"#/definitions/nonNegativeInteger"},"minLength":{"$ref":"#/definitions/nonNegativeIntegerDefault0"},
      "pattern":{"type":"string","format":"regex"},"additionalItems":{"$ref":"#"},
      "items":{"anyOf":[{"$ref":"#"},{"$ref":"#/definitions/schemaArray"}]},
      "maxItems":{"$ref":"#/definitions/nonNegativeInteger"},"minItems":{"$ref":"#/definitions/nonNegativeIntegerDefault0"},
      "uniqueItems":{"type":"boolean"},"contains":{"$ref":"#"},
      "maxProperties":{"$ref":"#/definitions/nonNegativeInteger"},"minProperties":{"$ref":"#/definitions/nonNegativeIntegerDefault0"},
      "required":{"$ref":"#/definitions/stringArray"},"additionalProperties":{"$ref":"#"},
      "definitions":{"type":"object","additionalProperties":{"$ref":"#"}},"properties":{"type":"object","additionalProperties":{"$ref":"#"}},
      "patternProperties":{"type":"object","additionalProperties":{"$ref":"#"},"propertyNames":{"format":"regex"}},
      "dependencies":{"type":"object","additionalProperties":{"anyOf":[{"$ref":"#"},{"$ref":"#/definitions/stringArray"}]}},
      "propertyNames":{"$ref":"#"},"const":true,"enum":{"type":"array","items":true},
      "type":{"anyOf":[{"$ref":"#/definitions/simpleTypes"},{"type":"array","items":{"$ref":"#/definitions/simpleTypes"},"minItems":1,"uniqueItems":true}]},
      "format":{"type":"string"},"allOf":{"$ref":"#/definitions/schemaArray"},"anyOf":{"$ref":"#/definitions/schemaArray"},
      "oneOf":{"$ref":"#/definitions/schemaArray"},"not":{"$ref":"#"}}}
      """
  }

  // MARK: 2019-09 and 2020-12

  private static func anchor(_ year: String) -> String {
    year == "2019-09" ? #""$recursiveAnchor":true"# : #""$dynamicAnchor":"meta""#
  }

  private static func whole(_ year: String, _ names: [String]) -> String {
    let base = "https://json-schema.org/draft/\(year)"
    let parts = names.map { "{\"$ref\":\"meta/\($0)\"}" }.joined(separator: ",")
    let words = names.map { "\"\(base)/vocab/\($0)\":\($0.hasPrefix("format") && year == "2019-09" ? "false" : "true")" }
    let again = reference(year)
    return """
      {"$schema":"\(base)/schema","$id":"\(base)/schema","$vocabulary":{\(words.joined(separator: ","))},\(anchor(year)),
      "allOf":[\(parts)],"type":["object","boolean"],"properties":{
      "definitions":{"type":"object","additionalProperties":\(again)},
      "dependencies":{"type":"object","additionalProperties":{"anyOf":[\(again),{"type":"array","items":{"type":"string"},"uniqueItems":true}]}}}}
      """
  }

  private static func part(_ year: String, _ name: String, _ keywords: String) -> String {
    let base = "https://json-schema.org/draft/\(year)"
    return """
      {"$schema":"\(base)/schema","$id":"\(base)/meta/\(name)","$vocabulary":{"\(base)/vocab/\(name)":true},\(anchor(year)),
      "type":["object","boolean"],"properties":{\(keywords)},
      "$defs":{"schemaArray":{"type":"array","minItems":1,"items":\(reference(year))},
      "nonNegativeInteger":{"type":"integer","minimum":0},"simpleTypes":{"enum":\(types)},
      "stringArray":{"type":"array","items":{"type":"string"},"uniqueItems":true},
      "anchorString":{"type":"string","pattern":"^[A-Za-z_][-A-Za-z0-9._]*$"},
      "uriString":{"type":"string","format":"uri"},"uriReferenceString":{"type":"string","format":"uri-reference"}}}
      """
  }

  private static func reference(_ year: String) -> String {
    year == "2019-09" ? ##"{"$recursiveRef":"#"}"## : ##"{"$dynamicRef":"#meta"}"##
  }

  private static func core(_ year: String) -> String {
    let dynamic =
      year == "2019-09"
      ? ##""$anchor":{"type":"string","pattern":"^[A-Za-z][-A-Za-z0-9.:_]*$"},"$recursiveRef":{"$ref":"#/$defs/uriReferenceString"},"$recursiveAnchor":{"type":"boolean"}"##
      : ##""$anchor":{"$ref":"#/$defs/anchorString"},"$dynamicRef":{"$ref":"#/$defs/uriReferenceString"},"$dynamicAnchor":{"$ref":"#/$defs/anchorString"}"##
    return ##""$id":{"type":"string","format":"uri-reference","pattern":"^[^#]*#?$"},"$schema":{"$ref":"#/$defs/uriString"},"$ref":{"$ref":"#/$defs/uriReferenceString"},"$comment":{"type":"string"},"$vocabulary":{"type":"object","propertyNames":{"type":"string","format":"uri"},"additionalProperties":{"type":"boolean"}},"$defs":{"type":"object","additionalProperties":"##
      + reference(year) + "}," + dynamic
  }

  private static func applicator(_ year: String) -> String {
    let schema = reference(year)
    let map = "{\"type\":\"object\",\"additionalProperties\":\(schema)}"
    let array = ##"{"$ref":"#/$defs/schemaArray"}"##
    let patterns = "{\"type\":\"object\",\"additionalProperties\":\(schema),\"propertyNames\":{\"format\":\"regex\"}}"
    let items =
      year == "2019-09"
      ? "\"additionalItems\":\(schema),\"unevaluatedItems\":\(schema),\"unevaluatedProperties\":\(schema),\"items\":{\"anyOf\":[\(schema),\(array)]}"
      : "\"prefixItems\":\(array),\"items\":\(schema)"
    return """
      \(items),"contains":\(schema),"additionalProperties":\(schema),"properties":\(map),"patternProperties":\(patterns),
      "dependentSchemas":\(map),"propertyNames":\(schema),"if":\(schema),"then":\(schema),"else":\(schema),
      "allOf":\(array),"anyOf":\(array),"oneOf":\(array),"not":\(schema)
      """
  }

  private static let validation = ##"""
    "type":{"anyOf":[{"$ref":"#/$defs/simpleTypes"},{"type":"array","items":{"$ref":"#/$defs/simpleTypes"},"minItems":1,"uniqueItems":true}]},
    "const":true,"enum":{"type":"array","items":true},"multipleOf":{"type":"number","exclusiveMinimum":0},
    "maximum":{"type":"number"},"exclusiveMaximum":{"type":"number"},"minimum":{"type":"number"},"exclusiveMinimum":{"type":"number"},
    "maxLength":{"$ref":"#/$defs/nonNegativeInteger"},"minLength":{"$ref":"#/$defs/nonNegativeInteger"},"pattern":{"type":"string","format":"regex"},
    "maxItems":{"$ref":"#/$defs/nonNegativeInteger"},"minItems":{"$ref":"#/$defs/nonNegativeInteger"},"uniqueItems":{"type":"boolean"},
    "maxContains":{"$ref":"#/$defs/nonNegativeInteger"},"minContains":{"$ref":"#/$defs/nonNegativeInteger"},
    "maxProperties":{"$ref":"#/$defs/nonNegativeInteger"},"minProperties":{"$ref":"#/$defs/nonNegativeInteger"},
    "required":{"$ref":"#/$defs/stringArray"},"dependentRequired":{"type":"object","additionalProperties":{"$ref":"#/$defs/stringArray"}}
    """##

  private static let annotations =
    #""title":{"type":"string"},"description":{"type":"string"},"default":true,"deprecated":{"type":"boolean"},"readOnly":{"type":"boolean"},"writeOnly":{"type":"boolean"},"examples":{"type":"array","items":true}"#

  private static func content(_ year: String) -> String {
    #""contentMediaType":{"type":"string"},"contentEncoding":{"type":"string"},"contentSchema":"# + reference(year)
  }

  private static let keywords2019: [String: String] = [
    "core": core("2019-09"), "applicator": applicator("2019-09"), "validation": validation, "meta-data": annotations,
    "format": #""format":{"type":"string"}"#, "content": content("2019-09"),
  ]

  private static let keywords2020: [String: String] = [
    "core": core("2020-12"), "applicator": applicator("2020-12"), "validation": validation, "meta-data": annotations,
    "unevaluated":
      ##""unevaluatedItems":{"$dynamicRef":"#meta"},"unevaluatedProperties":{"$dynamicRef":"#meta"}"##,
    "format-annotation": #""format":{"type":"string"}"#, "content": content("2020-12"),
  ]
}
