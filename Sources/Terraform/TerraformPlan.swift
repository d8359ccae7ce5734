import SourceText
import Values

/// What `terraform show -json` prints of a plan (or of a state), as the exact values of a root: what evaluation alone cannot know, such as data
/// sources and the inside of modules from elsewhere, is in it (hashicorp/terraform, `internal/command/jsonplan`, `jsonstate`, `jsonconfig`).
package struct TerraformPlan: Sendable {
  /// Path of the file in the source table.
  package let path: String
  private let root: Value

  /// nil where the text is no plan, which is reported.
  package init?(file: SourceFile, provenance: Provenance, limits: Limits = Limits(), sink: DiagnosticSink) {
    path = file.path
    do throws(JSONError) {
      root = try JSONReader.read(file.bytes, depthLimit: limits.nesting) { provenance.origins.add(.source, SourceSpan(source: file.id, $0)) }
    } catch {
      let end = min(error.offset + 1, file.bytes.count)
      sink.error("terraform/plan", "the plan is no JSON: \(error.message)", at: SourceSpan(source: file.id, min(error.offset, end)..<end))
      return nil
    }
    guard root["format_version"] != nil, root["planned_values"]?.map != nil || root["values"]?.map != nil else {
      sink.error("terraform/plan", "this is not what `terraform show -json` prints of a plan", at: SourceSpan(source: file.id, start: 0, end: 0))
      return nil
    }
  }

  /// An instance of the plan.
  struct Instance {
    var address: String
    var mode: TerraformResource.Mode
    var type: String
    var name: String
    var key: String
    /// Addresses of the modules from the root.
    var module: [String]
    var values: Value
    /// `true` where a value is known only after apply, in the same structure as the values.
    var unknown: Value
    var sensitive: Value
  }

  // MARK: Reading

  /// All instances, the planned ones first, then data sources that were read.
  func instances() -> [Instance] {
    var unknown: [String: Value] = [:]
    for change in root["resource_changes"]?.list ?? [] {
      guard let address = change["address"]?.string, let after = change.at("change", "after_unknown") else { continue }
      unknown[address] = after
    }
    var result: [Instance] = []
    var seen: Set<String> = []
    for (tree, onlyData) in [
      (root.at("planned_values", "root_module"), false), (root.at("values", "root_module"), false), (root.at("prior_state", "values", "root_module"), true),
    ] {
      guard let tree else { continue }
      collect(tree, module: [], unknown, onlyData: onlyData, &seen, &result, depth: 0)
    }
    return result
  }

  private func collect(
    _ module: Value, module path: [String], _ unknown: [String: Value], onlyData: Bool, _ seen: inout Set<String>, _ result: inout [Instance], depth: Int
  ) {
    guard depth < 50 else { return }
    for resource in module["resources"]?.list ?? [] {
      guard let address = resource["address"]?.string, let type = resource["type"]?.string, let name = resource["name"]?.string else { continue }
      let isData = resource["mode"]?.string == "data"
      guard isData || !onlyData, seen.insert(address).inserted else { continue }
      let key =
        switch resource["index"]?.payload {
        case .int(let index): "[\(index)]"
        case .string(let text): "[" + JSONWriter().string(.string(text)) + "]"
        default: ""
        }
      result.append(
        Instance(
          address: address, mode: isData ? .data : .managed, type: type, name: name, key: key, module: path, values: resource["values"] ?? .map(ValueMap()),
          unknown: unknown[address] ?? .null, sensitive: resource["sensitive_values"] ?? .null))
    }
    for child in module["child_modules"]?.list ?? [] {
      guard let address = child["address"]?.string else { continue }
      collect(child, module: Self.modules(address), unknown, onlyData: onlyData, &seen, &result, depth: depth + 1)
    }
  }

  var outputs: [(name: String, value: Value)] {
    let map = root.at("planned_values", "outputs")?.map ?? root.at("values", "outputs")?.map ?? ValueMap()
    return map.entries.map { entry in
      let value = entry.value["value"] ?? .unknown("known after apply", entry.value.origin)
      return (entry.key.string, entry.value["sensitive"]?.bool == true ? Value(value.payload, tag: ValueExport.sensitiveTag, origin: value.origin) : value)
    }
  }

  var variables: [(name: String, value: Value)] {
    (root["variables"]?.map?.entries ?? []).compactMap { entry in entry.value["value"].map { (entry.key.string, $0) } }
  }

  /// `module.a["x"].module.b` → `["module.a[\"x\"]", "module.b"]`.
  static func modules(_ address: String) -> [String] {
    let parts = steps(address)
    var result: [String] = []
    var at = 0
    while at + 1 < parts.count, parts[at] == "module" {
      result.append("module." + parts[at + 1])
      at += 2
    }
    return result
  }

  /// The parts between dots that stand outside of brackets and quotes.
  static func steps(_ address: String) -> [String] {
    var parts: [String] = [""]
    var depth = 0
    var isQuoted = false
    var isEscaped = false
    for character in address {
      if isEscaped { isEscaped = false } else if isQuoted, character == "\\" { isEscaped = true } else if character == "\"" { isQuoted.toggle() }
      if !isQuoted, character == "[" { depth += 1 }
      if !isQuoted, character == "]" { depth -= 1 }
      if character == ".", depth == 0, !isQuoted { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    return parts
  }

  /// An address without keys of instances.
  static func keyless(_ address: String) -> String {
    steps(address).map { step in String(step.prefix { $0 != "[" }) }.joined(separator: ".")
  }

  // MARK: References

  /// The expressions' references of an attribute in the plan's configuration.
  private func references(module names: [String], _ instance: Instance, _ attribute: String) -> [String] {
    guard let module = configuration(names) else { return [] }
    let mode = instance.mode == .data ? "data" : "managed"
    let found = module["resources"]?.list?.first {
      $0["type"]?.string == instance.type && $0["name"]?.string == instance.name && $0["mode"]?.string == mode
    }
    return found?.at("expressions", attribute, "references")?.list?.compactMap(\.string) ?? []
  }

  private func configuration(_ names: [String]) -> Value? {
    var module = root.at("configuration", "root_module")
    for name in names { module = module?.at("module_calls", name, "module") }
    return module
  }

  /// What an attribute that is known only after apply refers to, followed through variables and outputs of modules: the address of a
  /// resource without keys, and the attribute.
  func target(_ instance: Instance, _ attribute: String) -> (address: String, attribute: String)? {
    let names = Self.names(instance.module)
    return references(module: names, instance, attribute).lazy.compactMap { self.follow($0, names, depth: 0) }.first
  }

  /// The same for an output of a module, by the address of its instance.
  func target(ofOutput output: String, module address: String) -> (address: String, attribute: String)? {
    follow(Self.modules(address).last.map { $0 + "." + output } ?? "", Self.names(Array(Self.modules(address).dropLast())), depth: 0)
  }

  private static func names(_ modules: [String]) -> [String] { modules.map { keyless($0).split(separator: ".").dropFirst().joined() } }

  private func follow(_ reference: String, _ names: [String], depth: Int) -> (address: String, attribute: String)? {
    guard depth < 20 else { return nil }
    let parts = Self.steps(Self.keyless(reference))
    func first(_ references: Value?, _ names: [String]) -> (address: String, attribute: String)? {
      (references?.list ?? []).lazy.compactMap(\.string).compactMap { self.follow($0, names, depth: depth + 1) }.first
    }
    switch parts.first {
    case "each", "count", "local", "path", "self", "terraform", nil: return nil
    case "var":
      guard parts.count > 1, let name = names.last else { return nil }
      return first(configuration(names.dropLast())?.at("module_calls", name, "expressions", parts[1], "references"), names.dropLast())
    case "module":
      guard parts.count > 2 else { return nil }
      let inner = names + [parts[1]]
      return first(configuration(inner)?.at("outputs", parts[2], "expression", "references"), inner)
    default:
      let width = parts.first == "data" ? 3 : 2
      guard parts.count > width else { return nil }
      return ((names.map { "module." + $0 } + [parts[..<width].joined(separator: ".")]).joined(separator: "."), parts[width...].joined(separator: "."))
    }
  }
}
