import HCL
import SourceText
import Values

/// Bodies of resources and of their nested blocks (hashicorp/terraform `lang/blocktoattr`, hcl `ext/dynblock`). Schemas are not known: an
/// argument is an attribute, a block type a list of objects.
struct BlockEvaluator {
  private let module: ModuleInstance
  /// Attributes set to null count as not written.
  private var computesNulls = false

  init(_ module: ModuleInstance) { self.module = module }

  private var context: EvaluationContext { module.context }

  private static let metaArguments: Set<String> = ["count", "for_each", "provider", "depends_on"]
  private static let metaBlocks: Set<String> = ["lifecycle", "provisioner", "connection"]

  func attributes(_ body: HCLBody, skipping: Set<String>, scope: HCLScope?) -> [HCLMap.Entry] {
    var entries: [HCLMap.Entry] = []
    for attribute in body.attributes where !skipping.contains(attribute.name) {
      let value = module.value(attribute.expression, scope: scope)
      entries.append(
        HCLMap.Entry(key: Text(attribute.name), keyOrigin: context.origins.add(.source, attribute.nameSpan), value: value))
    }
    return entries
  }

  func resource(_ resource: ModuleConfiguration.Resource, address: String, scope: HCLScope?) -> HCLValue {
    let body = resource.declaration.body
    let value = bare(resource, address: address, scope: scope)
    for block in body.blocks where block.type == "lifecycle" {
      let after = block.body.reading(blocks: ["precondition": 0, "postcondition": 0], sink: context.sink).blocks
        .filter { $0.type == "postcondition" }
      if !after.isEmpty { module.conditions(after, scope: HCLScope(["self": value], parent: scope)) }
    }
    return value
  }

  private func bare(_ resource: ModuleConfiguration.Resource, address: String, scope: HCLScope?) -> HCLValue {
    let body = resource.declaration.body
    let origin = context.origins.add(.source, resource.declaration.header)
    if let known = ProviderKnowledge.arguments(resource.isData, resource.type) {
      for attribute in body.attributes where !known.contains(attribute.name) && !Self.metaArguments.contains(attribute.name) {
        let near = nearestName(to: attribute.name, in: known.sorted()).map { "; did you mean '\($0)'?" } ?? ""
        context.sink.error(
          "terraform/unsupported-argument", "'\(resource.type)' has no argument '\(attribute.name)'\(near)", at: attribute.nameSpan)
      }
    }
    let lifecycle = body.blocks.filter { $0.type == "lifecycle" }
      .map { $0.body.reading(blocks: ["precondition": 0, "postcondition": 0], sink: context.sink) }
    for block in lifecycle { module.conditions(block.blocks.filter { $0.type == "precondition" }, scope: scope) }
    var entries = attributes(body, skipping: Self.metaArguments, scope: scope)
    var inner = self
    inner.computesNulls = ProviderKnowledge.computesNulls(resource.type)
    entries += inner.blocks(body, skipping: Self.metaBlocks, address: address, scope: scope, level: 0)
    if resource.isData, resource.type == "aws_iam_policy_document" {
      entries += PolicyDocument(module).entries(HCLMap(entries), address: address, origin: origin)
    }
    // An argument that is null is as good as not written: the provider may compute it.
    if ProviderKnowledge.computesNulls(resource.type) { entries.removeAll { $0.value.isNull } }
    let known = HCLMap(entries)
    let (isData, type) = (resource.isData, resource.type)
    if let all = ProviderKnowledge.attributes(isData, type) {
      let whole = all.map { name in
        HCLMap.Entry(
          key: Text(name),
          value: known.entry(Text(name))?.value ?? ProviderKnowledge.computed(isData, type, address, name, known).orOrigin(origin))
      }
      return .object(HCLMap(whole), origin)
    }
    let value = HCLValue.object(
      HCLMap(known.entries, other: { ProviderKnowledge.computed(isData, type, address, $0, known).orOrigin(origin) }), origin)
    return value
  }

  /// The nested blocks by type, in the order of the text.
  private func blocks(_ body: HCLBody, skipping: Set<String>, address: String, scope: HCLScope?, level: Int) -> [HCLMap.Entry] {
    var order: [String] = []
    var found: [String: [HCLValue]] = [:]
    var unknown: [String: HCLValue] = [:]
    var headers: [String: SourceSpan] = [:]
    func note(_ type: String, _ header: SourceSpan) {
      if headers[type] == nil {
        headers[type] = header
        order.append(type)
        found[type] = []
      }
    }
    for block in body.blocks where !skipping.contains(block.type) || level > 0 {
      if block.type == "dynamic", let type = block.labels.first {
        note(type, block.header)
        let (made, rest) = dynamic(block, type, address: address, scope: scope, level: level)
        found[type, default: []] += made
        if let rest {
          unknown[type] = rest
          found[type, default: []].append(rest)
        }
      } else {
        note(block.type, block.header)
        let place = found[block.type]?.count ?? 0
        found[block.type, default: []].append(
          object(block, block.body, address: address + "." + block.type + "[\(place)]", scope: scope, level: level))
      }
    }
    return order.map { type in
      let items = found[type] ?? []
      let origin = headers[type].map { context.origins.add(.source, $0) } ?? .none
      let value = unknown[type].map {
        HCLValue.unknown(.dynamic, $0.unknownReason ?? "unknown", origin, notNull: true, knowledge: .elements(items))
      }
      return HCLMap.Entry(key: Text(type), keyOrigin: origin, value: value ?? .tuple(items, origin))
    }
  }

  private func object(_ block: HCLBlock, _ content: HCLBody, address: String, scope: HCLScope?, level: Int) -> HCLValue {
    let body = content.reading(blocks: ["dynamic": 1], sink: context.sink)
    var entries = attributes(body, skipping: [], scope: scope)
    if computesNulls { entries.removeAll { $0.value.isNull } }
    if level < context.limits.nesting {
      entries += blocks(body, skipping: [], address: address, scope: scope, level: level + 1)
    }
    for label in block.type == "dynamic" ? [] : block.labels {
      entries.append(HCLMap.Entry(key: "label", value: .string(label, context.origins.add(.source, block.header))))
    }
    let attributePath = address
    return .object(
      HCLMap(entries, other: { TerraformReference.value(attributePath, $0) }), context.origins.add(.source, block.header))
  }

  /// The blocks that a `dynamic` block makes, and what stands for them where its `for_each` is not known.
  private func dynamic(
    _ block: HCLBlock, _ type: String, address: String, scope: HCLScope?, level: Int
  ) -> ([HCLValue], HCLValue?) {
    let body = block.body.reading(blocks: ["content": 0], sink: context.sink)
    guard let forEach = body.attribute("for_each") else {
      context.sink.error("terraform/missing-argument", "a dynamic block needs the argument 'for_each'", at: block.header)
      return ([], nil)
    }
    guard let content = body.blocks.first(where: { $0.type == "content" }) else {
      context.sink.error("terraform/missing-content", "a dynamic block needs a nested block 'content'", at: block.header)
      return ([], nil)
    }
    let iterator = body.attribute("iterator")?.expression.keyword ?? body.attribute("iterator")?.expression.constantString ?? type
    let value = module.value(forEach.expression, scope: scope)
    if value.isNull {
      context.sink.error("terraform/invalid-for-each", "'for_each' of a dynamic block must not be null", at: forEach.expression.span)
      return ([], nil)
    }
    func make(_ key: HCLValue, _ item: HCLValue, _ place: String) -> HCLValue {
      let inner = HCLScope([iterator: .object([("key", key), ("value", item)])], parent: scope)
      return object(block, content.body, address: address + "." + type + place, scope: inner, level: level)
    }
    if let unknown = value.unknown {
      if unknown.type.isPrimitive {
        context.sink.error("terraform/invalid-for-each", "'for_each' must be a collection", at: forEach.expression.span)
        return ([], nil)
      }
      // One block stands for all, so that what its content says is seen.
      let template = make(.unknown(.dynamic, unknown.reason), .unknown(.dynamic, unknown.reason), "[*]")
      let rest = HCLValue.unknown(.dynamic, unknown.reason, context.origins.add(.source, block.header))
      return ([template], rest)
    }
    guard let elements = module.evaluator.iterate(value) else {
      context.sink.error(
        "terraform/invalid-for-each", "'for_each' must be a collection, not a \(value.type.friendlyName)", at: forEach.expression.span)
      return ([], nil)
    }
    guard elements.count <= EvaluationContext.instanceLimit else {
      context.sink.error(
        "terraform/invalid-for-each", "'for_each' has more than \(EvaluationContext.instanceLimit) elements", at: forEach.expression.span)
      return ([], nil)
    }
    return (elements.enumerated().map { make($0.element.key, $0.element.value.marked(value.sensitive), "[\($0.offset)]") }, nil)
  }
}
