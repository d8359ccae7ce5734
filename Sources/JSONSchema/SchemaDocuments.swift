import Values

/// One document that holds schemas, with the resources (`$id`) and anchors in it (santhosh-tekuri/jsonschema: root.go).
final class SchemaRoot {
  final class Resource {
    let pointer: String
    let id: String
    var dialect: SchemaDialect
    var anchors: [String: String] = [:]
    var dynamicAnchors: [String] = []

    init(pointer: String, id: String, dialect: SchemaDialect) {
      self.pointer = pointer
      self.id = id
      self.dialect = dialect
    }
  }

  let url: String
  let document: Value
  /// By pointer; "" is the document itself.
  var resources: [String: Resource] = [:]
  var byID: [String: Resource] = [:]
  var processed: Set<String> = []

  init(url: String, document: Value) {
    self.url = url
    self.document = document
  }

  /// The resource that a pointer lies in.
  func resource(at pointer: String) -> Resource? {
    var pointer = pointer
    while true {
      if let found = resources[pointer] { return found }
      guard let slash = pointer.utf8.lastIndex(of: UInt8(ascii: "/")) else { return resources[""] }
      pointer = String(pointer[..<slash])
    }
  }

  func lookup(_ pointer: String) -> Value? {
    var value = document
    for token in SchemaPointer.tokens(pointer) {
      switch value.payload {
      case .map(let map):
        guard let next = map[token] else { return nil }
        value = next
      case .list(let list):
        guard let index = Int(token), list.items.indices.contains(index) else { return nil }
        value = list.items[index]
      default: return nil
      }
    }
    return value
  }
}

/// A draft and, where the meta-schema names them, the vocabularies in force.
struct SchemaDialect {
  var draft: SchemaDraft
  var vocabularies: [String]?

  func has(_ vocabulary: String) -> Bool {
    if vocabulary == "core" || draft < .draft2019 { return true }
    if let vocabularies { return vocabularies.contains(vocabulary) }
    switch draft {
    case .draft2019: return ["applicator", "validation"].contains(vocabulary)
    default: return ["applicator", "unevaluated", "validation"].contains(vocabulary)
    }
  }
}

/// All documents that a schema reaches.
final class SchemaDocuments {
  private let options: Schema.Options
  private var roots: [String: SchemaRoot] = [:]

  init(options: Schema.Options) { self.options = options }

  func add(_ document: Value, url: String) throws(SchemaError) -> SchemaRoot {
    let root = SchemaRoot(url: url, document: document)
    try collect(root, document, base: SchemaURI(url), pointer: "", fallback: SchemaDialect(draft: options.draft), depth: 0)
    roots[url] = root
    return root
  }

  /// A document by its address; loaded if it is not yet there.
  func root(_ url: String, from origin: Origin) throws(SchemaError) -> SchemaRoot {
    if let root = roots[url] { return root }
    let document = try load(url, from: origin)
    return try add(document, url: url)
  }

  private func load(_ url: String, from origin: Origin) throws(SchemaError) -> Value {
    if let document = options.documents[url] ?? options.documents[url + "#"] { return document }
    if let document = MetaSchemas.document(url) { return document }
    let uri = SchemaURI(url)
    switch uri.scheme {
    case "http", "https":
      throw SchemaError(
        kind: .unknown, message: "failing loading \"\(url)\": it is on the network, from which nothing is fetched", origin: origin)
    case "urn":
      // Helm takes a URN that nothing resolves for a schema that everything meets.
      return .bool(true, origin)
    case "file":
      throw SchemaError(
        kind: .invalid, message: "failing loading \"\(url)\": open \(uri.path): no such file or directory", origin: origin)
    default:
      throw SchemaError(kind: .invalid, message: "no URLLoader registered for \"\(url)\"", origin: origin)
    }
  }

  // MARK: Resources and anchors

  private static let single = [
    "not", "additionalProperties", "items", "additionalItems", "propertyNames", "contains", "if", "then", "else",
    "unevaluatedProperties", "unevaluatedItems", "contentSchema",
  ]
  private static let lists = ["allOf", "anyOf", "oneOf", "items", "prefixItems"]
  private static let maps = [
    "definitions", "properties", "patternProperties", "dependencies", "$defs", "dependentSchemas",
  ]
  /// Since when a keyword holds schemas.
  private static let since: [String: SchemaDraft] = [
    "propertyNames": .draft6, "contains": .draft6, "if": .draft7, "then": .draft7, "else": .draft7,
    "unevaluatedProperties": .draft2019, "unevaluatedItems": .draft2019, "contentSchema": .draft2019,
    "$defs": .draft2019, "dependentSchemas": .draft2019, "prefixItems": .draft2020,
  ]

  /// Makes known what stands below a pointer that a reference led to, for places that are no subschemas by themselves.
  func ensure(_ root: SchemaRoot, _ pointer: String) throws(SchemaError) {
    guard !root.processed.contains(pointer), let value = root.lookup(pointer), let outer = root.resource(at: pointer) else {
      return
    }
    try collect(root, value, base: SchemaURI(outer.id), pointer: pointer, fallback: outer.dialect, depth: 0)
  }

  private func collect(
    _ root: SchemaRoot, _ schema: Value, base: SchemaURI, pointer: String, fallback: SchemaDialect, depth: Int
  ) throws(SchemaError) {
    guard depth < 500, root.processed.insert(pointer).inserted else { return }
    func add(_ resource: SchemaRoot.Resource) {
      root.resources[pointer] = resource
      root.byID[resource.id] = resource
    }
    guard case .map(let map) = schema.payload else {
      if pointer.isEmpty { add(SchemaRoot.Resource(pointer: pointer, id: base.base, dialect: fallback)) }
      return
    }
    var dialect = fallback
    var named = false
    if let address = map["$schema"]?.string {
      dialect = try self.dialect(address, schema.origin, depth: depth)
      named = true
    }
    var id = Self.id(map, dialect.draft)
    if id == nil, !pointer.isEmpty {
      // `$schema` counts only where a resource begins.
      dialect = fallback
      named = false
      id = Self.id(map, dialect.draft)
    }
    var base = base
    if id != nil || pointer.isEmpty {
      if let id { base = base.resolving(SchemaURI(id)) }
      base.fragment = nil
      if let other = root.byID[base.base] {
        if other.pointer != pointer {
          throw SchemaError(
            kind: .invalid,
            message: "duplicate id \"\(base.base)\" in \"\(root.url)\" at \"\(pointer)\" and \"\(other.pointer)\"",
            origin: schema.origin)
        }
      } else {
        add(SchemaRoot.Resource(pointer: pointer, id: base.base, dialect: named ? dialect : fallback))
      }
    }
    guard let resource = root.byID[base.base] else { return }
    try collectAnchors(map, root, resource, pointer, schema.origin)
    if dialect.draft < .draft2019, map["$ref"] != nil { /* Subschemas beside `$ref` may still be referred to. */ }
    for keyword in Self.single where Self.since[keyword].map({ $0 <= dialect.draft }) ?? true {
      guard let value = map[keyword], value.list == nil else { continue }
      try collect(
        root, value, base: base, pointer: SchemaPointer.appending(pointer, keyword), fallback: resource.dialect,
        depth: depth + 1)
    }
    for keyword in Self.lists where Self.since[keyword].map({ $0 <= dialect.draft }) ?? true {
      for (place, value) in (map[keyword]?.list ?? []).enumerated() {
        let path = SchemaPointer.appending(SchemaPointer.appending(pointer, keyword), String(place))
        try collect(root, value, base: base, pointer: path, fallback: resource.dialect, depth: depth + 1)
      }
    }
    for keyword in Self.maps where Self.since[keyword].map({ $0 <= dialect.draft }) ?? true {
      for entry in map[keyword]?.map?.entries ?? [] {
        let path = SchemaPointer.appending(SchemaPointer.appending(pointer, keyword), entry.key.string)
        try collect(root, entry.value, base: base, pointer: path, fallback: resource.dialect, depth: depth + 1)
      }
    }
  }

  /// The `$id` of a schema without its fragment; nil if it names nothing.
  static func id(_ map: ValueMap, _ draft: SchemaDraft) -> String? {
    if draft < .draft2019, map["$ref"] != nil { return nil }
    guard let id = map[draft == .draft4 ? "id" : "$id"]?.string else { return nil }
    let bare = id.utf8.firstIndex(of: UInt8(ascii: "#")).map { String(id[..<$0]) } ?? id
    return bare.isEmpty ? nil : bare
  }

  private func collectAnchors(
    _ map: ValueMap, _ root: SchemaRoot, _ resource: SchemaRoot.Resource, _ pointer: String, _ origin: Origin
  ) throws(SchemaError) {
    func add(_ anchor: String) throws(SchemaError) {
      if let other = resource.anchors[anchor], other != pointer {
        throw SchemaError(
          kind: .invalid,
          message: "duplicate anchor \"\(anchor)\" in \"\(root.url)\" at \"\(other)\" and \"\(pointer)\"", origin: origin)
      }
      resource.anchors[anchor] = pointer
    }
    if resource.dialect.draft < .draft2019 {
      guard map["$ref"] == nil else { return }
      let id = map[resource.dialect.draft == .draft4 ? "id" : "$id"]?.string ?? ""
      if let fragment = SchemaURI(id).fragment, !fragment.isEmpty, !fragment.hasPrefix("/") { try add(fragment) }
      return
    }
    if let anchor = map["$anchor"]?.string { try add(anchor) }
    if resource.dialect.draft >= .draft2020, let anchor = map["$dynamicAnchor"]?.string {
      try add(anchor)
      if !resource.dynamicAnchors.contains(anchor) { resource.dynamicAnchors.append(anchor) }
    }
  }

  // MARK: Dialects

  /// The dialect that a `$schema` names: a draft, or a meta-schema of one's own on top of a draft.
  private func dialect(_ address: String, _ origin: Origin, depth: Int) throws(SchemaError) -> SchemaDialect {
    if let draft = SchemaDraft(url: address) { return SchemaDialect(draft: draft) }
    var uri = SchemaURI(address)
    uri.fragment = nil
    var draft: SchemaDraft?
    var vocabularies: [String]?
    var next = uri.base
    var visited: Set<String> = []
    while draft == nil {
      guard visited.insert(next).inserted else {
        throw SchemaError(kind: .invalid, message: "cycle in resolving $schema in \"\(address)\"", origin: origin)
      }
      let document = try load(next, from: origin)
      if vocabularies == nil, let words = document["$vocabulary"]?.map {
        vocabularies = words.entries.filter { $0.value.bool == true }.map(\.key.string)
      }
      guard let above = document["$schema"]?.string else {
        draft = options.draft
        break
      }
      draft = SchemaDraft(url: above)
      var uri = SchemaURI(above)
      uri.fragment = nil
      next = uri.base
    }
    let found = draft ?? options.draft
    guard found >= .draft2019, let words = vocabularies else { return SchemaDialect(draft: found) }
    let prefix =
      found == .draft2019
      ? "https://json-schema.org/draft/2019-09/vocab/" : "https://json-schema.org/draft/2020-12/vocab/"
    var known: [String] = ["core"]
    for word in words {
      guard word.hasPrefix(prefix) else {
        throw SchemaError(
          kind: .invalid, message: "unsupported vocabulary \"\(word)\" in \"\(address)\"", origin: origin)
      }
      known.append(String(word.dropFirst(prefix.count)))
    }
    return SchemaDialect(draft: found, vocabularies: known)
  }
}
