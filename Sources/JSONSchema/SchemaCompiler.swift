import Patterns
import SourceText
import Values

/// Turns schema documents into nodes (santhosh-tekuri/jsonschema: compiler.go, objcompiler.go). References are resolved at once; a schema that
/// is referred to is compiled once.
final class SchemaCompiler {
  private let options: Schema.Options
  private let documents: SchemaDocuments
  private var nodes: [String: SchemaNode] = [:]
  private var queue: [SchemaNode] = []
  private let patterns = PatternCache()

  init(options: Schema.Options) {
    self.options = options
    documents = SchemaDocuments(options: options)
  }

  var allNodes: [SchemaNode] { queue }

  func compile(_ document: Value, url: String) throws(SchemaError) -> SchemaNode {
    let root = try documents.add(document, url: url)
    if options.checksMetaSchema { try checkMetaSchema(document, root) }
    let node = enqueue(url, "")
    try run()
    return node
  }

  private func run() throws(SchemaError) {
    var next = 0
    while next < queue.count {
      try fill(queue[next])
      next += 1
    }
  }

  private func enqueue(_ url: String, _ pointer: String) -> SchemaNode {
    let key = url + "#" + pointer
    if let node = nodes[key] { return node }
    let node = SchemaNode(url: url, pointer: pointer)
    nodes[key] = node
    queue.append(node)
    return node
  }

  private func checkMetaSchema(_ document: Value, _ root: SchemaRoot) throws(SchemaError) {
    guard let resource = root.resources[""], resource.dialect.vocabularies == nil else { return }
    guard let schema = MetaSchemas.compiled(resource.dialect.draft) else { return }
    if case .invalid(let violation) = schema.validate(document) {
      throw SchemaError(
        kind: .invalid, message: "\"\(root.url)#\" is not valid against metaschema: \(violation.text)",
        origin: violation.leaves.first?.instanceOrigin ?? document.origin)
    }
  }

  // MARK: One schema

  private func fill(_ node: SchemaNode) throws(SchemaError) {
    let root = try documents.root(node.url, from: .none)
    try documents.ensure(root, node.pointer)
    guard let value = root.lookup(node.pointer), let resource = root.resource(at: node.pointer) else {
      throw SchemaError(
        kind: .invalid, message: "json-pointer in \"\(node.location)\" not found", origin: root.document.origin)
    }
    node.draft = resource.dialect.draft
    node.origin = value.origin
    let owner = enqueue(node.url, resource.pointer)
    node.resource = owner
    if node.draft >= .draft2020, node === owner {
      for anchor in resource.dynamicAnchors {
        if let pointer = resource.anchors[anchor] { node.dynamicAnchors[anchor] = enqueue(node.url, pointer) }
      }
    }
    switch value.payload {
    case .bool(let flag): node.constant = flag
    case .map(let map):
      if map.isEmpty {
        node.constant = true
      } else {
        let keywords = Keywords(compiler: self, node: node, map: map, root: root, resource: resource)
        try keywords.fill()
      }
    default: break
    }
  }

  /// The keywords of one schema object.
  private struct Keywords {
    let compiler: SchemaCompiler
    let node: SchemaNode
    let map: ValueMap
    let root: SchemaRoot
    let resource: SchemaRoot.Resource

    private var draft: SchemaDraft { node.draft }
    private func has(_ vocabulary: String) -> Bool { resource.dialect.has(vocabulary) }

    func fill() throws(SchemaError) {
      node.reference = try reference("$ref")
      if draft < .draft2019, node.reference != nil { return }
      if draft == .draft2019 {
        node.recursiveReference = try reference("$recursiveRef")
        node.isRecursiveAnchor = map["$recursiveAnchor"]?.bool == true
      }
      if draft >= .draft2020 {
        if let target = try reference("$dynamicRef"), let text = map["$dynamicRef"]?.string {
          let fragment = SchemaURI(text).fragment ?? ""
          node.dynamicReference = (target, fragment.isEmpty || fragment.hasPrefix("/") ? nil : fragment)
        }
        node.dynamicAnchor = map["$dynamicAnchor"]?.string
      }
      if has("applicator") { try fillApplicators() }
      if draft == .draft2019 ? has("applicator") : draft > .draft2019 && has("unevaluated") {
        node.unevaluatedItems = schema("unevaluatedItems")
        node.unevaluatedProperties = schema("unevaluatedProperties")
      }
      if has("validation") { try fillAssertions() }
      let asserts =
        draft < .draft2019 || has(draft == .draft2019 ? "format" : "format-assertion")
      if compiler.options.assertsFormat ?? asserts { node.format = map["format"]?.string }
    }

    private func fillApplicators() throws(SchemaError) {
      node.allOf = schemas("allOf") ?? []
      node.anyOf = schemas("anyOf") ?? []
      node.oneOf = schemas("oneOf") ?? []
      node.not = schema("not")
      if draft < .draft2020 {
        if map["items"]?.list != nil {
          node.prefixItems = schemas("items")
          node.additionalItems = additional("additionalItems")
        } else {
          node.items = schema("items")
        }
      } else {
        node.prefixItems = schemas("prefixItems")
        node.items = schema("items")
      }
      for entry in map["properties"]?.map?.entries ?? [] {
        node.properties[entry.key] = schema("properties", entry.key.string)
      }
      for entry in map["patternProperties"]?.map?.entries ?? [] {
        let pattern = try pattern(entry.key.string, "patternProperties", entry.keyOrigin)
        node.patternProperties.append((pattern, schema("patternProperties", entry.key.string)))
      }
      node.additionalProperties = additional("additionalProperties")
      for entry in map["dependencies"]?.map?.entries ?? [] {
        if let names = entry.value.list {
          node.dependencies.append((entry.key, .names(names.compactMap(\.text))))
        } else {
          node.dependencies.append((entry.key, .schema(schema("dependencies", entry.key.string))))
        }
      }
      if draft >= .draft6 {
        node.contains = schema("contains")
        node.propertyNames = schema("propertyNames")
      }
      if draft >= .draft7, let condition = schema("if") {
        node.condition = condition
        let fixed = map["if"]?.bool
        if fixed != false { node.then = schema("then") }
        if fixed != true { node.otherwise = schema("else") }
      }
      if draft >= .draft2019 {
        for entry in map["dependentSchemas"]?.map?.entries ?? [] {
          node.dependentSchemas.append((entry.key, schema("dependentSchemas", entry.key.string)))
        }
      }
    }

    private func fillAssertions() throws(SchemaError) {
      if let name = map["type"]?.string { node.types = SchemaTypes(name: name) }
      for item in map["type"]?.list ?? [] { node.types.formUnion(SchemaTypes(name: item.string ?? "")) }
      node.enumeration = map["enum"]?.list
      node.multipleOf = number("multipleOf")
      node.maximum = number("maximum")
      node.minimum = number("minimum")
      if map["exclusiveMaximum"]?.bool == true {
        (node.exclusiveMaximum, node.maximum) = (node.maximum, nil)
      } else {
        node.exclusiveMaximum = number("exclusiveMaximum")
      }
      if map["exclusiveMinimum"]?.bool == true {
        (node.exclusiveMinimum, node.minimum) = (node.minimum, nil)
      } else {
        node.exclusiveMinimum = number("exclusiveMinimum")
      }
      node.minLength = count("minLength")
      node.maxLength = count("maxLength")
      if let text = map["pattern"]?.string { node.pattern = try pattern(text, "pattern", map["pattern"]?.origin ?? .none) }
      node.minItems = count("minItems")
      node.maxItems = count("maxItems")
      node.hasUniqueItems = map["uniqueItems"]?.bool == true
      node.minProperties = count("minProperties")
      node.maxProperties = count("maxProperties")
      node.required = (map["required"]?.list ?? []).compactMap(\.text)
      if draft >= .draft6 { node.constValue = map["const"] }
      if draft >= .draft2019 {
        if map["contains"] != nil {
          node.minContains = count("minContains")
          node.maxContains = count("maxContains")
        }
        for entry in map["dependentRequired"]?.map?.entries ?? [] {
          if let names = entry.value.list { node.dependentRequired.append((entry.key, names.compactMap(\.text))) }
        }
      }
    }

    // MARK: Values of keywords

    private func schema(_ keyword: String) -> SchemaNode? {
      guard map[keyword] != nil else { return nil }
      return compiler.enqueue(node.url, SchemaPointer.appending(node.pointer, keyword))
    }

    private func schema(_ keyword: String, _ key: String) -> SchemaNode {
      compiler.enqueue(node.url, SchemaPointer.appending(SchemaPointer.appending(node.pointer, keyword), key))
    }

    private func schemas(_ keyword: String) -> [SchemaNode]? {
      map[keyword]?.list.map { $0.indices.map { schema(keyword, String($0)) } }
    }

    private func additional(_ keyword: String) -> SchemaNode.Additional? {
      if let flag = map[keyword]?.bool { return .flag(flag) }
      return schema(keyword).map { .schema($0) }
    }

    private func number(_ keyword: String) -> Value? { map[keyword].flatMap { $0.number == nil ? nil : $0 } }

    private func count(_ keyword: String) -> Int? {
      guard let value = map[keyword], SchemaNumber.isInteger(value) else { return nil }
      // Written out: the release optimizer of Swift 6.3.1 crashes on the chain of optional maps.
      switch value.payload {
      case .int(let number): return Int(clamping: number)
      case .double(let number): return Int(exactly: number) ?? .max
      default: return nil
      }
    }

    private func pattern(_ text: String, _ keyword: String, _ origin: Origin) throws(SchemaError) -> Pattern {
      do throws(PatternError) { return try compiler.patterns.pattern(text) } catch {
        throw SchemaError(
          kind: .invalid,
          message: "invalid regex \(SchemaText.quoted(text)) at \"\(node.location)/\(keyword)\": \(error.message)",
          origin: origin)
      }
    }

    private func reference(_ keyword: String) throws(SchemaError) -> SchemaNode? {
      guard let value = map[keyword], let text = value.string else { return nil }
      let target = SchemaURI(resource.id).resolving(SchemaURI(text))
      let base = target.base
      let fragment = target.fragment ?? ""
      let home: SchemaRoot
      let found: SchemaRoot.Resource?
      if base == root.url {
        (home, found) = (root, root.resources[""])
      } else if let local = root.byID[base] {
        (home, found) = (root, local)
      } else {
        home = try compiler.documents.root(base, from: value.origin)
        found = home.resources[""]
      }
      guard let found else { return nil }
      if fragment.isEmpty || fragment.hasPrefix("/") {
        let pointer = found.pointer + fragment
        try compiler.documents.ensure(home, pointer)
        guard home.lookup(pointer) != nil else {
          throw SchemaError(
            kind: .invalid, message: "json-pointer in \"\(home.url)#\(pointer)\" not found", origin: value.origin)
        }
        return compiler.enqueue(home.url, pointer)
      }
      guard let pointer = found.anchors[fragment] else {
        throw SchemaError(
          kind: .invalid, message: "anchor in \"\(found.id)#\(fragment)\" not found in schema \"\(home.url)\"",
          origin: value.origin)
      }
      return compiler.enqueue(home.url, pointer)
    }
  }
}
