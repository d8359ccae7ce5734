import GoTemplate
import SourceText
import Values

/// `eval --lang gotemplate`: `{"template": text, "data": any, "name"?: text, "missingkey"?: "default"|"zero"|"error"}` → `{"output": text}` or
/// `{"error": text}`. As Go's encoding/json gives them, all numbers of `data` are float64.
enum EvalGoTemplate {
  static func answer(_ request: Value) -> Value {
    guard let template = request["template"]?.text else { return error("request has no 'template'") }
    let name = request["name"]?.string ?? "template"
    let option = request["missingkey"]?.string ?? "default"
    guard let missingKey = MissingKey(name: option) else { return error("unrecognized option: missingkey=\(option)") }
    let provenance = Provenance()
    let file = provenance.sources.add(path: name, bytes: template.bytes)
    let set = TemplateSet(name: name, functions: functions)
    do throws(TemplateError) {
      try set.parse(name: name, file: file, provenance: provenance)
      let text = try Executor(set, missingKey: missingKey, provenance: provenance)
        .execute(name: name, data: floats(request["data"] ?? .null, depth: 0))
      return .map(ValueMap([("output", .string(text))]))
    } catch {
      return self.error(error.text)
    }
  }

  private static let functions = FunctionLibrary.helm

  private static func error(_ message: String) -> Value { .map(ValueMap([("error", .string(message))])) }

  /// Depth is bounded by the JSON reader.
  private static func floats(_ value: Value, depth: Int) -> Value {
    switch value.payload {
    case .int(let int): return Value(.double(Double(int)), origin: value.origin)
    case .list(let list): return .list(list.items.map { floats($0, depth: depth + 1) }, value.origin)
    case .map(let map):
      return .map(
        ValueMap(map.entries.map { ValueMap.Entry(key: $0.key, keyOrigin: $0.keyOrigin, value: floats($0.value, depth: depth + 1)) }),
        value.origin)
    default: return value
    }
  }
}
