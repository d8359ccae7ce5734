import SourceText
import Values

/// A plan's values laid over what evaluation found: the values are the plan's, the places to edit those of the source.
struct PlanOverlay {
  let plan: TerraformPlan

  func apply(to result: TerraformResult) -> TerraformResult {
    let instances = plan.instances()
    var result = result
    let known = Dictionary(result.resources.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
    let calls = Dictionary(result.externalModules.map { ($0.module.joined(separator: "."), $0) }, uniquingKeysWith: { first, _ in first })
    let index = Dictionary(grouping: instances.map(\.address), by: TerraformPlan.keyless)
    var resources: [TerraformResource] = []
    for instance in instances {
      let source = known[instance.address] ?? known[unkeyed(instance, known)]
      resources.append(merge(instance, source, call(of: instance, calls), index))
    }
    let planned = Set(resources.map(\.address))
    // A data source that waits for apply is in no part of the plan.
    resources += result.resources.filter { $0.mode == .data && !planned.contains($0.address) }
    result.resources = resources
    let expanded = Set(instances.flatMap { instance in instance.module.indices.map { instance.module[...$0].joined(separator: ".") } })
    result.externalModules.removeAll { expanded.contains($0.module.joined(separator: ".")) }
    for (name, value) in plan.outputs { result.outputs.set(name, value.with(origin: result.outputs[name]?.origin ?? value.origin)) }
    for (name, value) in plan.variables { result.variables.set(name, value.with(origin: result.variables[name]?.origin ?? value.origin)) }
    return result
  }

  /// The address by which evaluation knows an instance whose `count` or `for_each` it does not know.
  private func unkeyed(_ instance: TerraformPlan.Instance, _ known: [String: TerraformResource]) -> String {
    let local = (instance.mode == .data ? "data." : "") + instance.type + "." + instance.name
    return (instance.module + [local + "[*]"]).joined(separator: ".")
  }

  /// The innermost call of a module from elsewhere that an instance lies in.
  private func call(of instance: TerraformPlan.Instance, _ calls: [String: TerraformExternalModule]) -> TerraformExternalModule? {
    for end in instance.module.indices.reversed() {
      if let call = calls[instance.module[...end].joined(separator: ".")] { return call }
    }
    return nil
  }

  private func merge(
    _ instance: TerraformPlan.Instance, _ source: TerraformResource?, _ call: TerraformExternalModule?, _ index: [String: [String]]
  ) -> TerraformResource {
    let origin = source?.origin ?? call?.origin ?? instance.values.origin
    let attributes = ValueMap()
    let values = instance.values.map ?? ValueMap()
    var names = values.keys.map(\.string)
    for name in instance.unknown.map?.keys.map(\.string) ?? [] where values[name] == nil { names.append(name) }
    for name in names {
      let written = source?.attributes.entry(name)
      let value = attribute(
        values[name] ?? .null, unknown: instance.unknown[name] ?? .null, written: written?.value, reference: { self.reference(instance, name, written?.value, index) })
      let place = written?.value.origin ?? .none
      let fallback = place.isKnown ? place : source != nil || call != nil ? origin : value.origin
      attributes.set(
        name, Value(value.payload, tag: instance.sensitive[name]?.bool == true ? ValueExport.sensitiveTag : value.tag, origin: fallback),
        keyOrigin: written?.keyOrigin ?? .none)
    }
    return TerraformResource(
      mode: instance.mode, type: instance.type, name: instance.name, module: instance.module, key: instance.key, attributes: attributes, origin: origin)
  }

  /// The plan's value; as written where that is the same or where the plan does not know it.
  private func attribute(_ value: Value, unknown: Value, written: Value?, reference: () -> Value) -> Value {
    if unknown.bool == true { return reference() }
    if let written, !written.isUnknown, Self.same(value, written) { return written }
    return Self.marked(value, unknown, depth: 0)
  }

  /// Puts unknowns where the plan has no value.
  private static func marked(_ value: Value, _ unknown: Value, depth: Int) -> Value {
    guard depth < 60 else { return value }
    if unknown.bool == true { return .unknown("known after apply", value.origin) }
    if let marks = unknown.map, !marks.isEmpty {
      let copy = value.map?.copy() ?? ValueMap()
      for entry in marks.entries { copy.set(entry.key, marked(copy[entry.key] ?? .null, entry.value, depth: depth + 1)) }
      return .map(copy, value.origin)
    }
    if let marks = unknown.list, let items = value.list {
      return .list(items.enumerated().map { marks.indices.contains($0.offset) ? marked($0.element, marks[$0.offset], depth: depth + 1) : $0.element }, value.origin)
    }
    return value
  }

  /// Equal, or two spellings of the same JSON.
  private static func same(_ a: Value, _ b: Value) -> Bool {
    let writer = JSONWriter(sortsKeys: true)
    func canonical(_ value: Value) -> String {
      if let text = value.text, let first = text.bytes.first, first == UInt8(ascii: "{"), let read = try? JSONReader.read(text.bytes) { return writer.string(read) }
      return writer.string(value)
    }
    func isKnown(_ value: Value, _ depth: Int) -> Bool {
      guard depth < 60, !value.isUnknown else { return false }
      if let list = value.list { return list.allSatisfy { isKnown($0, depth + 1) } }
      return value.map?.entries.allSatisfy { isKnown($0.value, depth + 1) } ?? true
    }
    return isKnown(a, 0) && isKnown(b, 0) && canonical(a) == canonical(b)
  }

  /// What an attribute refers to that is known only after apply.
  private func reference(_ instance: TerraformPlan.Instance, _ name: String, _ written: Value?, _ index: [String: [String]]) -> Value {
    func unknown(_ address: String, _ attribute: String) -> Value {
      let refinement = TerraformReference(address: address, attribute: attribute)
      return Value(.unknown(Unknown(TerraformReference.reason(address, attribute), refinement: refinement)), origin: written?.origin ?? .none)
    }
    func made(_ target: (address: String, attribute: String)) -> Value {
      let candidates = index[target.address] ?? []
      let near = candidates.first { TerraformPlan.modules($0) == instance.module && $0.hasSuffix(instance.key) } ?? candidates.first
      let address = near ?? target.address
      return unknown(address, target.attribute)
    }
    if let written, case .unknown(let unknown) = written.payload {
      // An output of a module that only the plan looks into.
      if let reference = unknown.refinement as? TerraformReference, TerraformPlan.steps(reference.address).dropLast(1).last == "module",
        let target = plan.target(ofOutput: reference.attributePath, module: reference.address)
      {
        return made(target)
      }
      return written
    }
    if let target = plan.target(instance, name) { return made(target) }
    return unknown(instance.address, name)
  }
}
