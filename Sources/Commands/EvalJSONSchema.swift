import JSONSchema
import Values

/// `eval --lang jsonschema`: `{"schema", "instance", "draft"?, "remotes"?: {address: schema}, "format"?: bool}` → `{"valid": bool, "error"?: text}` or
/// `{"error": text}` where the schema is no schema, or `{"unknown": reason}`.
enum EvalJSONSchema {
  static func answer(_ request: Value) -> Value {
    guard let schema = request["schema"] else { return error("request has no 'schema'") }
    var options = Schema.Options()
    switch request["draft"]?.string {
    case "draft4": options.draft = .draft4
    case "draft6": options.draft = .draft6
    case "draft7": options.draft = .draft7
    case "draft2019-09": options.draft = .draft2019
    default: options.draft = .draft2020
    }
    // Later drafts assert formats only if their vocabulary says so.
    if request["format"]?.bool == true {
      options.assertsFormat = true
    } else if options.draft < .draft2019 {
      options.assertsFormat = false
    }
    for entry in request["remotes"]?.map?.entries ?? [] { options.documents[entry.key.string] = entry.value }
    do throws(SchemaError) {
      switch try Schema(schema, options: options).validate(request["instance"] ?? .null) {
      case .valid: return .map(ValueMap([("valid", .bool(true))]))
      case .invalid(let violation):
        return .map(ValueMap([("valid", .bool(false)), ("error", .string(violation.text))]))
      case .unknown(let reason): return .map(ValueMap([("unknown", .string(reason))]))
      }
    } catch {
      return error.kind == .unknown ? .map(ValueMap([("unknown", .string(error.message))])) : self.error(error.message)
    }
  }

  private static func error(_ message: String) -> Value { .map(ValueMap([("error", .string(message))])) }
}
