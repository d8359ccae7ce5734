import CYAML

/// Owns one libyaml parser and the bytes it reads.
private final class EventParser {
  var parser = yaml_parser_t()
  private let buffer: UnsafeMutableBufferPointer<UInt8>

  init(_ bytes: [UInt8]) {
    buffer = UnsafeMutableBufferPointer.allocate(capacity: max(1, bytes.count))
    _ = buffer.initialize(from: bytes)
    yaml_parser_initialize(&parser)
    yaml_parser_set_input_string(&parser, buffer.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(&parser)
    buffer.deallocate()
  }
}

/// Turns libyaml's events into an arena.
struct YAMLEventReader {
  private let bytes: [UInt8]
  private let nesting: Int
  private let version11: Bool
  private let version12: Bool
  private var cursor: MarkCursor
  private var arena = YAMLArena()
  private var open: [Int32] = []
  private var anchors: [String: Int32] = [:]
  private var tagIndex: [String: Int32] = [:]

  /// - Parameter version11: refuse what YAML 1.2 added and go-yaml v2 does not know: `%YAML 1.2`, `"\/"`.
  /// - Parameter version12: refuse what YAML 1.2 refuses and libyaml lets pass.
  static func read(_ bytes: [UInt8], nesting: Int, version11: Bool = false, version12: Bool = false) -> YAMLArena {
    var reader = YAMLEventReader(bytes: version12 ? CoreStream.prepared(bytes) : bytes, nesting: nesting, version11: version11, version12: version12)
    reader.run()
    if version12, reader.arena.failure == nil, !reader.cursor.isUTF16, let place = CoreStream.gluedComment(reader.arena, reader.bytes) {
      reader.arena.failure = .init(
        code: "yaml/syntax", message: "found a comment without white space before it", offset: place, original: nil)
    }
    return reader.arena
  }

  private init(bytes: [UInt8], nesting: Int, version11: Bool, version12: Bool) {
    self.bytes = bytes
    self.version11 = version11
    self.version12 = version12
    self.nesting = nesting
    cursor = MarkCursor(bytes)
  }

  private mutating func run() {
    let owner = EventParser(bytes)
    var event = yaml_event_t()
    var documentStart = 0
    var endedImplicitly = false
    var root: Int32 = -1
    while true {
      guard yaml_parser_parse(&owner.parser, &event) != 0 else {
        fail(owner.parser)
        return
      }
      defer { yaml_event_delete(&event) }
      let start = cursor.byteOffset(event.start_mark.index)
      let end = max(start, cursor.byteOffset(event.end_mark.index))
      switch event.type {
      case YAML_STREAM_END_EVENT, YAML_NO_EVENT:
        return
      case YAML_DOCUMENT_START_EVENT:
        documentStart = start
        root = -1
        if version11, let version = event.data.document_start.version_directive, version.pointee.major != 1 || version.pointee.minor != 1 {
          arena.failure = .init(
            code: "yaml/syntax", message: "found incompatible YAML document: version \(version.pointee.major).\(version.pointee.minor), expected 1.1",
            offset: start, original: "yaml: found incompatible YAML document")
          return
        }
        anchors.removeAll(keepingCapacity: true)
        let data = event.data.document_start
        if version12, endedImplicitly, data.version_directive != nil || data.tag_directives.start != data.tag_directives.end {
          arena.failure = .init(
            code: "yaml/syntax", message: "found a directive behind a document that '...' does not end", offset: start, original: nil)
          return
        }
      case YAML_DOCUMENT_END_EVENT:
        endedImplicitly = event.data.document_end.implicit != 0
        arena.documents.append(.init(root: root, range: documentStart..<max(documentStart, end)))
      case YAML_SEQUENCE_START_EVENT:
        let data = event.data.sequence_start
        var node = YAMLNode(kind: .sequence, style: .block)
        node.isFlow = data.style == YAML_FLOW_SEQUENCE_STYLE
        node.start = Int32(clamping: skipProperties(start, end, data.anchor != nil || data.tag != nil))
        node.end = Int32(clamping: end)
        node.tag = tag(data.tag)
        guard opened(add(node, anchor: data.anchor), at: start, root: &root) else { return }
      case YAML_MAPPING_START_EVENT:
        let data = event.data.mapping_start
        var node = YAMLNode(kind: .mapping, style: .block)
        node.isFlow = data.style == YAML_FLOW_MAPPING_STYLE
        node.start = Int32(clamping: skipProperties(start, end, data.anchor != nil || data.tag != nil))
        node.end = Int32(clamping: end)
        node.tag = tag(data.tag)
        guard opened(add(node, anchor: data.anchor), at: start, root: &root) else { return }
      case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
        guard let closed = open.popLast() else { continue }
        close(Int(closed), end: end)
      case YAML_SCALAR_EVENT:
        let node = scalar(event, start, end)
        if version11, node.style == .double, node.layout != nil, let slash = ScalarLayout.escapedSlash(bytes, Int(node.start)..<Int(node.end)) {
          let line = Int(event.start_mark.line) + bytes[Int(node.start)..<slash].reduce(into: 1) { if $1 == 0x0A { $0 += 1 } }
          arena.failure = .init(
            code: "yaml/syntax", message: "found unknown escape character '/' while parsing a quoted scalar", offset: slash,
            original: "yaml: " + (line > 1 ? "line \(line): " : "") + "found unknown escape character")
          return
        }
        if version12, node.style == .single || node.style == .double,
          let line = CoreStream.outdentedLine(bytes, Int(node.start)..<Int(max(node.start, node.end)), column: blockColumn)
        {
          arena.failure = .init(
            code: "yaml/syntax", message: "found a line of a quoted scalar that is not indented more than its block", offset: line, original: nil)
          return
        }
        let place = add(node, anchor: event.data.scalar.anchor)
        if open.isEmpty { root = place }
      case YAML_ALIAS_EVENT:
        var node = YAMLNode(kind: .alias, style: .plain)
        node.start = Int32(clamping: start)
        node.end = Int32(clamping: end)
        let name = string(event.data.alias.anchor)
        node.value = Array(name.utf8)
        node.target = anchors[name] ?? -1
        let place = add(node, anchor: nil)
        if open.isEmpty { root = place }
      default:
        continue
      }
    }
  }

  /// The column of the innermost block that is open; -1 without one.
  private var blockColumn: Int {
    guard let block = open.last(where: { !arena.nodes[Int($0)].isFlow }) else { return -1 }
    let start = Int(arena.nodes[Int(block)].start)
    var at = start
    while at > 0, bytes[at - 1] != 0x0A { at -= 1 }
    return start - at
  }

  private mutating func opened(_ place: Int32, at start: Int, root: inout Int32) -> Bool {
    if open.isEmpty { root = place }
    open.append(place)
    if open.count > nesting {
      arena.failure = .init(
        code: "yaml/nesting", message: "YAML is nested more than \(nesting) levels deep", offset: start, original: nil)
      return false
    }
    return true
  }

  private mutating func close(_ place: Int, end: Int) {
    if arena.nodes[place].isFlow {
      arena.nodes[place].end = Int32(clamping: end)
    } else if arena.nodes[place].last >= 0 {
      let last = arena.nodes[Int(arena.nodes[place].last)].end
      arena.nodes[place].end = max(arena.nodes[place].end, last)
    }
    if !arena.nodes[place].isFlow, arena.nodes[place].first >= 0, arena.nodes[place].kind == .mapping {
      // A block mapping has no first byte of its own; libyaml's mark is that of its first key or of its properties.
      arena.nodes[place].start = arena.nodes[Int(arena.nodes[place].first)].start
    }
  }

  private mutating func add(_ node: YAMLNode, anchor: UnsafeMutablePointer<UInt8>?) -> Int32 {
    let place = Int32(clamping: arena.nodes.count)
    arena.nodes.append(node)
    if let parent = open.last.map(Int.init) {
      let previous = arena.nodes[parent].last
      if previous < 0 { arena.nodes[parent].first = place } else { arena.nodes[Int(previous)].next = place }
      arena.nodes[parent].last = place
    }
    if anchor != nil { anchors[string(anchor)] = place }
    return place
  }

  private mutating func scalar(_ event: yaml_event_t, _ start: Int, _ end: Int) -> YAMLNode {
    let data = event.data.scalar
    var node = YAMLNode(kind: .scalar, style: .plain)
    switch data.style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: node.style = .single
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: node.style = .double
    case YAML_LITERAL_SCALAR_STYLE: node.style = .literal
    case YAML_FOLDED_SCALAR_STYLE: node.style = .folded
    default: node.style = .plain
    }
    node.isImplicit = data.plain_implicit != 0
    node.tag = tag(data.tag)
    if let value = data.value { node.value = Array(UnsafeBufferPointer(start: value, count: data.length)) }
    let start = skipProperties(start, end, data.anchor != nil || data.tag != nil)
    node.tokenStart = Int32(clamping: start)
    node.tokenEnd = Int32(clamping: end)
    node.start = Int32(clamping: start)
    node.end = Int32(clamping: end)
    if cursor.isUTF16 {
      node.layout = []
    } else {
      ScalarLayout.place(&node, in: bytes, start..<end)
    }
    return node
  }

  private mutating func tag(_ pointer: UnsafeMutablePointer<UInt8>?) -> Int32 {
    guard pointer != nil else { return -1 }
    let name = string(pointer)
    if let known = tagIndex[name] { return known }
    let place = Int32(clamping: arena.tags.count)
    arena.tags.append(name)
    tagIndex[name] = place
    return place
  }

  private func string(_ pointer: UnsafeMutablePointer<UInt8>?) -> String {
    guard let pointer else { return "" }
    return pointer.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
  }

  /// libyaml's range of a node begins with its anchor and tag; its content behind them.
  private func skipProperties(_ start: Int, _ end: Int, _ hasProperties: Bool) -> Int {
    guard hasProperties, !cursor.isUTF16 else { return start }
    var at = start
    while at < bytes.count {
      switch bytes[at] {
      case 0x20, 0x09, 0x0A, 0x0D:
        at += 1
      case UInt8(ascii: "#") where at > start && bytes[at - 1] <= 0x20:
        while at < bytes.count, bytes[at] != 0x0A { at += 1 }
      case UInt8(ascii: "&"), UInt8(ascii: "!"):
        while at < bytes.count, at < end, bytes[at] > 0x20 { at += 1 }
        if at >= end { return min(at, max(end, start)) }
      default:
        return min(at, max(end, start))
      }
    }
    return min(at, max(end, start))
  }

  private mutating func fail(_ parser: yaml_parser_t) {
    let problem = parser.problem.map { String(cString: $0) } ?? "unknown problem parsing YAML content"
    let context = parser.context.map { String(cString: $0) }
    if parser.error == YAML_READER_ERROR {
      arena.failure = .init(
        code: "yaml/syntax", message: problem, offset: min(bytes.count, parser.problem_offset), original: "yaml: \(problem)")
      return
    }
    // The lines as go-yaml counts them (its `parser.fail`), which users of Helm know.
    var line = 0
    if parser.problem_mark.line != 0 {
      line = Int(parser.problem_mark.line) + (parser.error == YAML_SCANNER_ERROR ? 1 : 0)
    } else if parser.context_mark.line != 0 {
      line = Int(parser.context_mark.line)
    }
    let words = context.map { "\(problem) \($0)" } ?? problem
    arena.failure = .init(
      code: "yaml/syntax", message: words, offset: cursor.byteOffset(parser.problem_mark.index),
      original: "yaml: " + (line > 0 ? "line \(line): " : "") + problem)
  }
}
