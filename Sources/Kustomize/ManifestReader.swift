import SourceText
import Values
import YAMLSyntax

/// Reads YAML into nodes and objects as kyaml's `kio` and kustomize's resource factory do.
struct ManifestReader {
  let context: BuildContext

  // MARK: Documents

  /// The documents of a file.
  func documents(_ file: SourceFile, _ dialect: YAMLDialect = .kustomize) throws(KustomizeError) -> [Value] {
    // Kyaml cuts files at `---` before it reads them, so that a directive stands alone.
    if dialect == .kustomize, file.bytes.first == UInt8(ascii: "%") {
      throw KustomizeError(
        "directive", "kustomize does not read YAML directives",
        at: context.origins.add(.source, SourceSpan(source: file.id, 0..<1)))
    }
    let sink = DiagnosticSink()
    let documents = YAMLReader.read(
      file: file, dialect: dialect, provenance: context.provenance, limits: context.limits, sink: sink)
    try check(sink)
    return documents.map(\.root)
  }

  /// The documents of a text inside another file.
  func documents(_ text: Scalar, _ dialect: YAMLDialect = .kustomize) throws(KustomizeError) -> [Value] {
    let sink = DiagnosticSink()
    let documents = YAMLReader.read(
      text: text.text, whole: text.origin, dialect: dialect, provenance: context.provenance, limits: context.limits, sink: sink)
    try check(sink)
    return documents.map(\.root)
  }

  private func check(_ sink: DiagnosticSink) throws(KustomizeError) {
    let errors = sink.diagnostics.filter { $0.severity == .error }
    if !errors.isEmpty { throw KustomizeError(reported: errors) }
  }

  // MARK: Nodes

  func node(_ value: Value) -> Node {
    switch value.payload {
    case .map(let map):
      let node = Node(kind: .map, tag: .map, origin: value.origin)
      node.content.reserveCapacity(map.count * 2)
      for entry in map.entries {
        node.content.append(string(entry.key, entry.keyOrigin, isKey: true))
        node.content.append(self.node(entry.value))
      }
      return node
    case .list(let list):
      return Node(kind: .list, tag: .list, content: list.items.map(node), origin: value.origin)
    case .string(let text):
      return string(text, value.origin)
    case .bool(let flag):
      return plain(value, .bool, flag ? "true" : "false")
    case .int(let number):
      return plain(value, .int, String(number))
    case .double(let number):
      return plain(value, .float, goShortest(number))
    case .null, .object, .unknown:
      return plain(value, .null, "")
    }
  }

  /// The node of a value that came through JSON: what it is, not how it was written.
  func jsonNode(_ value: Value) -> Node {
    switch value.payload {
    case .map(let map):
      let node = Node(kind: .map, tag: .map, origin: value.origin)
      for entry in map.entries {
        node.content.append(Node(kind: .scalar, tag: .string, style: .quoted, text: entry.key, origin: entry.keyOrigin))
        node.content.append(jsonNode(entry.value))
      }
      return node
    case .list(let list): return Node(kind: .list, tag: .list, content: list.items.map(jsonNode), origin: value.origin)
    case .string(let text): return Node(kind: .scalar, tag: .string, style: .quoted, text: text, origin: value.origin)
    case .bool(let flag): return Node(kind: .scalar, tag: .bool, text: Text(flag ? "true" : "false"), origin: value.origin)
    case .int(let number): return Node(kind: .scalar, tag: .int, text: Text(String(number)), origin: value.origin)
    case .double(let number): return Node(kind: .scalar, text: Text(goShortest(number)), origin: value.origin)
    case .null, .object, .unknown: return Node(kind: .scalar, tag: .null, text: Text("null"), origin: value.origin)
    }
  }

  /// A text that YAML would read as something else must have been in quotes.
  private func string(_ text: Text, _ origin: Origin, isKey: Bool = false) -> Node {
    let resolved = ScalarResolver.tag(of: text.bytes)
    var isQuoted = resolved != .string || text.bytes.contains(UInt8(ascii: "\n"))
    var tag = Node.Tag.string
    if resolved == .timestamp || (isKey && isQuoted) {
      // Dates are text to the reader, quoted or not, and so are all keys: look.
      isQuoted = !stands(text, at: origin)
      if !isQuoted { tag = resolved == .timestamp ? .timestamp : .none }
    }
    let style: Node.Style = !isQuoted ? .plain : isFolded(text, at: origin) ? .folded : .quoted
    return Node(kind: .scalar, tag: tag, style: style, text: text, origin: origin)
  }

  /// Whether a text is a folded block: the line above its first one ends with `>` and its hints.
  private func isFolded(_ text: Text, at origin: Origin) -> Bool {
    guard text.bytes.contains(UInt8(ascii: "\n")), let entry = context.origins[origin],
      let file = context.provenance.sources.file(entry.span.source)
    else { return false }
    var end = min(Int(entry.span.start), file.bytes.count)
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
    while end > 0, isSpace(file.bytes[end - 1]) { end -= 1 }
    var start = end
    while start > 0, file.bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
    var line = file.bytes[start..<end]
    if let comment = line.indices.last(where: { line[$0] == UInt8(ascii: "#") && $0 > start && isSpace(line[$0 - 1]) }) {
      line = line[..<comment]
    }
    while let last = line.last, isSpace(last) || last == UInt8(ascii: "+") || last == UInt8(ascii: "-") || (last >= 0x30 && last <= 0x39) {
      line = line.dropLast()
    }
    guard line.last == UInt8(ascii: ">") else { return false }
    line = line.dropLast()
    return line.last.map { isSpace($0) } ?? true
  }

  /// Whether the bytes stand in the source without quotes around them.
  private func stands(_ text: Text, at origin: Origin) -> Bool {
    guard let entry = context.origins[origin], let file = context.provenance.sources.file(entry.span.source) else { return false }
    let start = Int(entry.span.start)
    guard entry.span.count == text.count, start >= 0, start + text.count <= file.bytes.count else { return false }
    let before = start > 0 ? file.bytes[start - 1] : 0x20
    return before != UInt8(ascii: "\"") && before != UInt8(ascii: "'") && file.bytes[start..<start + text.count].elementsEqual(text.bytes)
  }

  /// A scalar that is no text, with the letters that stand in the source.
  private func plain(_ value: Value, _ tag: Node.Tag, _ canonical: String) -> Node {
    if let entry = context.origins[value.origin], let file = context.provenance.sources.file(entry.span.source),
      entry.span.count <= 400, entry.span.end <= UInt32(clamping: file.bytes.count), entry.span.start <= entry.span.end
    {
      let bytes = Array(file.bytes[Int(entry.span.start)..<Int(entry.span.end)])
      let own = ScalarResolver.tag(of: bytes)
      let isNumber = tag == .int || tag == .float
      // `!!float 1` has the letters of a whole number.
      if own == tag || (isNumber && (own == .int || own == .float)) {
        return Node(kind: .scalar, tag: own == .int ? tag : own, text: Text(bytes), origin: value.origin)
      }
    }
    return Node(kind: .scalar, tag: tag, text: Text(canonical), origin: value.origin)
  }

  // MARK: Objects

  /// The objects of documents: empty ones are skipped, lists are taken apart, what has no kind or name is an error
  /// (`Factory.RNodesFromBytes`).
  func objects(_ documents: [Value]) throws(KustomizeError) -> [Node] {
    var nodes: [Node] = []
    let whole = documents.filter { !$0.isNull }
    for document in documents {
      let node = node(document)
      if node.isNull { continue }
      if documents.count == 1 || whole.count == 1, node.field("kind")?.string == "List" || node.field("kind")?.string == "ResourceList",
        node.field("items") != nil || node.field("functionConfig") != nil
      {
        nodes += node.field("items")?.content ?? []
        continue
      }
      nodes.append(node)
    }
    return try takeListsApart(try dropEmpty(nodes))
  }

  private func dropEmpty(_ nodes: [Node]) throws(KustomizeError) -> [Node] {
    var result: [Node] = []
    for node in nodes where !node.isNullOrEmpty {
      guard let kind = node.field("kind"), !kind.isNullOrEmpty, !kind.text.bytes.isEmpty else {
        throw KustomizeError("no-kind", "an object without 'kind'", at: node.origin)
      }
      if !kind.string.hasSuffix("List") {
        let name = node.field("metadata")?.field("name")
        guard let name, !name.isNullOrEmpty, !name.text.bytes.isEmpty else {
          throw KustomizeError("no-name", "a \(kind.string) without 'metadata.name'", at: node.origin)
        }
      }
      result.append(node)
    }
    return result
  }

  private func takeListsApart(_ nodes: [Node]) throws(KustomizeError) -> [Node] {
    var queue = nodes
    var result: [Node] = []
    var at = 0
    while at < queue.count {
      try context.spend()
      let node = queue[at]
      at += 1
      guard node.field("kind")?.string.hasSuffix("List") == true, let items = node.field("items") else {
        result.append(node)
        continue
      }
      if items.isNull { continue }
      guard items.kind == .list else {
        throw KustomizeError("wrong-type", "'items' of a \(node.field("kind")?.string ?? "List") must be a list", at: items.origin)
      }
      var inner: [Node] = []
      for item in items.content { inner.append(try throughJSON(item, depth: 0)) }
      queue += try dropEmpty(inner)
    }
    return result
  }

  /// The node as JSON text would give it: all strings quoted, numbers in their shortest form.
  private func throughJSON(_ node: Node, depth: Int) throws(KustomizeError) -> Node {
    guard depth < context.limits.nesting else {
      throw KustomizeError("limit", "nested more than \(context.limits.nesting) levels deep", at: node.origin)
    }
    switch node.kind {
    case .map, .list:
      let copy = Node(kind: node.kind, tag: node.tag, origin: node.origin)
      for child in node.content { copy.content.append(try throughJSON(child, depth: depth + 1)) }
      return copy
    case .scalar:
      let value = try NodeValues(context: context).scalar(node, isPrinted: false)
      switch value.payload {
      case .string(let text): return Node(kind: .scalar, tag: .string, style: .quoted, text: text, origin: node.origin)
      case .int(let number): return Node(kind: .scalar, tag: .int, text: Text(String(number)), origin: node.origin)
      case .double(let number): return Node(kind: .scalar, tag: .float, text: Text(JSONWriter.number(number)), origin: node.origin)
      case .bool(let flag): return Node(kind: .scalar, tag: .bool, text: Text(flag ? "true" : "false"), origin: node.origin)
      default: return Node(kind: .scalar, tag: .null, text: Text("null"), origin: node.origin)
      }
    }
  }
}
