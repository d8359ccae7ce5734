import SourceText
import Terraform
import Values

/// Resources, modules and outputs of a Terraform root, for people and as JSON. Values of secrets are left out of both.
struct TerraformListing {
  let result: TerraformResult
  let diagnostics: [Diagnostic]
  let provenance: Provenance

  /// Arguments that hold a secret's value whatever the resource.
  private static let secretNames: Set<String> = [
    "secret_string", "secret_binary", "secret_string_wo", "password", "password_wo", "master_password", "master_user_password", "auth_token", "private_key", "private_key_pem",
    "client_secret", "binary_data", "string_data", "secret_access_key", "set_sensitive",
  ]

  /// Arguments that do for some types.
  private static let secretArguments: [String: Set<String>] = [
    "aws_ssm_parameter": ["value", "insecure_value", "value_wo"], "random_password": ["result", "bcrypt_hash"], "random_string": ["result"],
    "kubernetes_secret": ["data"], "kubernetes_secret_v1": ["data"], "vault_generic_secret": ["data_json"],
  ]

  private func isSecret(_ resource: TerraformResource, _ name: String, _ value: Value) -> Bool {
    value.tag != 0 && !value.isNull || Self.secretNames.contains(name) || Self.secretArguments[resource.type]?.contains(name) ?? false
  }

  private func span(_ origin: Origin) -> SourceSpan? { provenance.origins.editPlace(origin) }

  private func place(_ origin: Origin) -> String { span(origin).map { provenance.sources.describe($0) } ?? "" }

  /// `file` and `line` of a place.
  private func located(_ fields: [(String, Value)], _ span: SourceSpan?) -> Value {
    let map = ValueMap(fields)
    if let span, let file = provenance.sources.file(span.source) {
      map.set("file", .string(file.path))
      map.set("line", .int(Int64(file.position(span.start).line)))
    }
    return .map(map)
  }

  // MARK: JSON

  /// `resources`, `modules` (of elsewhere), `moduleInstances` and `outputPlaces`.
  var lists: [(String, [Value])] {
    let resources = result.resources.map { resource -> Value in
      let values = ValueMap()
      for entry in resource.attributes.entries {
        values.set(entry.key, isSecret(resource, entry.key.string, entry.value) ? .map(ValueMap([("sensitive", .bool(true))])) : plain(entry.value, depth: 0))
      }
      return located(
        [
          ("address", .string(resource.address)), ("mode", .string(resource.mode == .data ? "data" : "managed")), ("type", .string(resource.type)),
          ("values", .map(values)),
        ], span(resource.origin))
    }
    let modules = result.externalModules.map { module in
      located(
        [
          ("address", .string(module.module.joined(separator: "."))), ("source", .string(module.source)), ("version", .string(module.version)),
          ("arguments", plain(.map(module.arguments), depth: 0)),
        ], span(module.origin))
    }
    let instances = result.moduleInstances.map { instance in
      located([("address", .string(instance.module.joined(separator: "."))), ("directory", .string(instance.directory))], instance.header)
    }
    let outputs = result.outputs.entries.map { located([("name", .string($0.key))], span($0.keyOrigin)) }
    return [("resources", resources), ("modules", modules), ("moduleInstances", instances), ("outputPlaces", outputs)]
  }

  /// Unknown values say why.
  private func plain(_ value: Value, depth: Int) -> Value {
    guard depth < 60 else { return .null }
    if value.tag != 0, !value.isNull { return .map(ValueMap([("sensitive", .bool(true))])) }
    switch value.payload {
    case .unknown(let unknown): return .map(ValueMap([("unknown", .bool(true)), ("reason", .string(unknown.reason))]))
    case .list(let list): return .list(list.items.map { plain($0, depth: depth + 1) })
    case .map(let map):
      let copy = ValueMap()
      for entry in map.entries {
        copy.set(entry.key, Self.secretNames.contains(entry.key.string) && !entry.value.isNull ? .map(ValueMap([("sensitive", .bool(true))])) : plain(entry.value, depth: depth + 1))
      }
      return .map(copy)
    default: return value
    }
  }

  // MARK: Text

  var text: String {
    var out = ""
    for instance in result.moduleInstances {
      out += "\(instance.module.joined(separator: "."))  \(instance.directory.isEmpty ? "." : instance.directory)  \(provenance.sources.describe(instance.header))\n"
    }
    for module in result.externalModules {
      out += "\(module.module.joined(separator: "."))  \(module.source) \(module.version)  \(place(module.origin))\n"
      for entry in module.arguments.entries { out += line(entry.key.string, entry.value, isSecret: Self.secretNames.contains(entry.key.string)) }
    }
    for resource in result.resources {
      out += "\(resource.address)  \(place(resource.origin))\n"
      for entry in resource.attributes.entries where !entry.value.isNull {
        out += line(entry.key.string, entry.value, isSecret: isSecret(resource, entry.key.string, entry.value))
      }
    }
    for entry in result.outputs.entries { out += "output " + line(entry.key.string, entry.value, isSecret: entry.value.tag != 0).drop { $0 == " " } }
    for diagnostic in diagnostics {
      let place = diagnostic.span.map { provenance.sources.describe($0) + ": " } ?? ""
      out += "\(place)\(diagnostic.severity.name): \(diagnostic.message) [\(diagnostic.code)]\n"
    }
    return out
  }

  private func line(_ name: String, _ value: Value, isSecret: Bool) -> String {
    if isSecret { return "  \(name) = (sensitive)\n" }
    if case .unknown(let unknown) = value.payload { return "  \(name) = unknown: \(unknown.reason)\n" }
    var writer = JSONWriter()
    writer.custom = { value in value.isUnknown ? "unknown" : value.tag != 0 ? "(sensitive)" : nil }
    let text = writer.string(plainUnknown(value, depth: 0))
    return "  \(name) = \(text.count > 160 ? text.prefix(157) + "..." : text)\n"
  }

  private func plainUnknown(_ value: Value, depth: Int) -> Value {
    guard depth < 60 else { return .null }
    switch value.payload {
    case .list(let list): return .list(list.items.map { plainUnknown($0, depth: depth + 1) })
    case .map(let map):
      let copy = ValueMap()
      for entry in map.entries {
        copy.set(entry.key, Self.secretNames.contains(entry.key.string) ? .string("(sensitive)") : plainUnknown(entry.value, depth: depth + 1))
      }
      return .map(copy)
    default: return value
    }
  }
}
