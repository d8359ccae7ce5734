import SourceText
import Values

/// Makes values of an arena: resolves scalars, follows aliases, merges.
struct YAMLBuilder {
  private let arena: YAMLArena
  private let place: YAMLPlace
  private let dialect: YAMLDialect
  private let provenance: Provenance
  private let limits: Limits
  private let sink: DiagnosticSink
  /// For files: the origin of node 0; the others follow.
  private let base: Origin

  /// Abandons one document; the reason has been reported.
  private struct Abandoned: Error {}

  private struct Work {
    var nodes = 0
    /// Aliases that are being followed.
    var following: [Int32] = []
  }

  init(arena: YAMLArena, place: YAMLPlace, dialect: YAMLDialect, provenance: Provenance, limits: Limits, sink: DiagnosticSink) {
    self.arena = arena
    self.place = place
    self.dialect = dialect
    self.provenance = provenance
    self.limits = limits
    self.sink = sink
    if case .file(let id) = place, !arena.nodes.isEmpty {
      base = provenance.origins.addSources(
        arena.nodes.map { SourceSpan(source: id, start: UInt32(clamping: $0.start), end: UInt32(clamping: max($0.start, $0.end))) })
    } else {
      base = .none
    }
  }

  func build() -> [YAMLDocument] {
    var documents: [YAMLDocument] = []
    for document in arena.documents {
      guard document.root >= 0 else {
        documents.append(YAMLDocument(root: .null, range: document.range))
        continue
      }
      var work = Work()
      do throws(Abandoned) {
        documents.append(YAMLDocument(root: try value(document.root, depth: 0, &work), range: document.range))
      } catch {
        continue
      }
    }
    return documents
  }

  private func report(_ code: String, _ message: String, _ node: YAMLNode, severity: Severity = .error, note: String? = nil) {
    sink.report(
      Diagnostic(
        severity, code: code, message, at: place.span(Int(node.start)..<Int(max(node.start, node.end)), provenance),
        notes: note.map { [$0] } ?? []))
  }

  // MARK: Nodes

  private func value(_ index: Int32, depth: Int, _ work: inout Work) throws(Abandoned) -> Value {
    let node = arena.nodes[Int(index)]
    work.nodes += 1
    guard work.nodes <= limits.expandedNodes else {
      report("yaml/too-many-nodes", "YAML document has more than \(limits.expandedNodes) nodes after its aliases are expanded", node)
      throw Abandoned()
    }
    guard depth <= limits.nesting else {
      report("yaml/nesting", "YAML is nested more than \(limits.nesting) levels deep", node)
      throw Abandoned()
    }
    switch node.kind {
    case .scalar:
      return try scalar(node, index)
    case .alias:
      let target = try follow(node, &work)
      work.following.append(target)
      defer { work.following.removeLast() }
      return try value(target, depth: depth + 1, &work)
    case .sequence:
      var items: [Value] = []
      var child = node.first
      while child >= 0 {
        items.append(try value(child, depth: depth + 1, &work))
        child = arena.nodes[Int(child)].next
      }
      return Value(.list(ValueList(items)), origin: origin(node, index))
    case .mapping:
      let map = ValueMap()
      try fill(map, node, depth: depth, &work)
      return Value(.map(map), origin: origin(node, index))
    }
  }

  private func follow(_ alias: YAMLNode, _ work: inout Work) throws(Abandoned) -> Int32 {
    let name = alias.value.lossy
    guard alias.target >= 0 else {
      report("yaml/alias", "unknown anchor '\(name)'", alias, note: "yaml: unknown anchor '\(name)' referenced")
      throw Abandoned()
    }
    let target = arena.nodes[Int(alias.target)]
    let isOpen = work.following.contains(alias.target) || (target.kind != .scalar && alias.start < target.end && alias.start >= target.start)
    guard !isOpen else {
      report("yaml/alias", "the value of anchor '\(name)' contains itself", alias, note: "yaml: anchor '\(name)' value contains itself")
      throw Abandoned()
    }
    return alias.target
  }

  // MARK: Mappings

  private func fill(_ map: ValueMap, _ node: YAMLNode, depth: Int, _ work: inout Work) throws(Abandoned) {
    // The node's own keys in order; told from merged ones only where a key comes again.
    var own: [(text: Text, node: Int32)] = []
    var known: [Text: Int32] = [:]
    var counted = 0
    var merges: [Int32] = []
    var child = node.first
    while child >= 0 {
      let key = arena.nodes[Int(child)]
      let content = key.next
      guard content >= 0 else { return }
      defer { child = arena.nodes[Int(content)].next }
      if isMerge(key) {
        // go-yaml v2 merges where the key stands, over what came before; the others merge below all own keys.
        if dialect == .kubernetes { try merge(content, into: map, depth: depth, &work) } else { merges.append(content) }
        continue
      }
      work.nodes += 1
      let (text, keyOrigin) = try self.key(child, depth: depth, &work)
      let value = try value(content, depth: depth + 1, &work)
      guard let text else { continue }
      if map.position(of: text) != nil {
        note(own, &counted, &known)
        if let before = known[text] {
          reportDuplicate(text, key, arena.nodes[Int(before)])
          if dialect == .kustomize { throw Abandoned() }
        }
      }
      own.append((text, child))
      map.set(text, value, keyOrigin: keyOrigin)
    }
    if merges.isEmpty { return }
    note(own, &counted, &known)
    for content in merges {
      let below = ValueMap()
      try merge(content, into: below, depth: depth, &work)
      for entry in below.entries where known[entry.key] == nil { map.set(entry.key, entry.value, keyOrigin: entry.keyOrigin) }
    }
  }

  /// Brings the index of a node's own keys up to date.
  private func note(_ own: [(text: Text, node: Int32)], _ counted: inout Int, _ known: inout [Text: Int32]) {
    for key in own[counted...] { known[key.text] = key.node }
    counted = own.count
  }

  private func reportDuplicate(_ text: Text, _ key: YAMLNode, _ before: YAMLNode) {
    let strict = dialect == .kustomize
    var diagnostic = Diagnostic(
      strict ? .error : .warning, code: "yaml/duplicate-key", "key '\(text.string)' is given twice in the same mapping",
      at: place.span(Int(key.start)..<Int(key.end), provenance))
    if let first = place.span(Int(before.start)..<Int(before.end), provenance) {
      diagnostic.labels = [DiagnosticLabel(span: first, message: strict ? "first given here" : "first given here, overridden by the later one")]
    }
    sink.report(diagnostic)
  }

  private func isMerge(_ key: YAMLNode) -> Bool {
    guard dialect != .core, key.kind == .scalar, key.value == [UInt8(ascii: "<"), UInt8(ascii: "<")] else { return false }
    return key.isImplicit || (key.tag >= 0 && arena.tags[Int(key.tag)] == "tag:yaml.org,2002:merge")
  }

  private func merge(_ index: Int32, into map: ValueMap, depth: Int, _ work: inout Work) throws(Abandoned) {
    let node = arena.nodes[Int(index)]
    var parts: [Int32] = [index]
    if node.kind == .sequence {
      parts = []
      var child = node.first
      while child >= 0 {
        parts.append(child)
        child = arena.nodes[Int(child)].next
      }
      // Backwards: earlier ones take precedence.
      parts.reverse()
    }
    for part in parts {
      let source = arena.nodes[Int(part)]
      let isMap = source.kind == .mapping || (source.kind == .alias && (source.target < 0 || arena.nodes[Int(source.target)].kind == .mapping))
      guard isMap else {
        report(
          "yaml/merge", "merge key '<<' needs a mapping or a list of mappings", source,
          note: "yaml: map merge requires map or sequence of maps as the value")
        throw Abandoned()
      }
      guard case .map(let merged) = try value(part, depth: depth + 1, &work).payload else { continue }
      for entry in merged.entries { map.set(entry.key, entry.value, keyOrigin: entry.keyOrigin) }
    }
  }

  /// The text of a key; nil where the document goes on without it.
  private func key(_ index: Int32, depth: Int, _ work: inout Work) throws(Abandoned) -> (Text?, Origin) {
    var node = arena.nodes[Int(index)]
    var index = index
    var hops = 0
    while node.kind == .alias, hops < limits.nesting {
      index = try follow(node, &work)
      node = arena.nodes[Int(index)]
      hops += 1
    }
    guard node.kind == .scalar else {
      report("yaml/key", "a key of a mapping must be a scalar", node, note: "yaml: invalid map key")
      throw Abandoned()
    }
    guard dialect == .kubernetes || dialect == .terraform else {
      let (text, origin) = text(node, index)
      return (text, origin)
    }
    if node.isImplicit, node.tag < 0, let text = try numberKey(node) { return (Text(text), origin(node, index)) }
    let value = try scalar(node, index)
    switch value.payload {
    case .string(let text): return (text, value.origin)
    case .bool(let flag): return (Text(flag ? "true" : "false"), value.origin)
    case .int(let number): return (Text(String(number)), value.origin)
    case .double(let number): return (Text(GoNumberText.general(Float(number))), value.origin)
    default:
      report("yaml/key", "a key of a mapping cannot be null", node, note: "error converting YAML to JSON: unsupported map key of type: %!s(<nil>)")
      throw Abandoned()
    }
  }

  /// Keys that are floats: sigs.k8s.io/yaml prints them with the precision of a float32, infinities too, and refuses uint64.
  private func numberKey(_ node: YAMLNode) throws(Abandoned) -> String? {
    switch ScalarResolver.resolve(node.value, dialect) {
    case .double(let number): return GoNumberText.general(Float(number))
    case .uint(let number):
      report("yaml/key", "key \(number) is larger than an int64", node, note: "error converting YAML to JSON: unsupported map key of type: uint64")
      throw Abandoned()
    default: return nil
    }
  }

  // MARK: Scalars

  private func scalar(_ node: YAMLNode, _ index: Int32) throws(Abandoned) -> Value {
    var tag = node.tag >= 0 ? arena.tags[Int(node.tag)] : ""
    if tag.hasPrefix(Self.longTag) { tag = "!!" + tag.dropFirst(Self.longTag.count) }
    if tag.isEmpty, !node.isImplicit { return string(node, index) }
    switch tag {
    case "", "!!bool", "!!int", "!!float", "!!null", "!!timestamp":
      break
    case "!!binary" where dialect != .core:
      guard let decoded = try? Base64.decode(node.value) else {
        report("yaml/tag", "!!binary value is not valid base64", node, note: "yaml: !!binary value contains invalid base64 data")
        throw Abandoned()
      }
      return Value(.string(Text(decoded)), origin: origin(node, index))
    case "!!str":
      return string(node, index)
    default:
      if dialect == .terraform {
        report("yaml/tag", "unsupported tag '\(tag)'", node)
        throw Abandoned()
      }
      return string(node, index)
    }
    let resolved = ScalarResolver.resolve(node.value, dialect)
    if !tag.isEmpty, !fits(resolved, tag) {
      report(
        "yaml/tag", "scalar is not a \(tag)", node,
        note: "yaml: cannot decode \(Self.name(resolved)) `\(node.value.lossy)` as a \(tag)")
      throw Abandoned()
    }
    let origin = origin(node, index)
    switch resolved {
    case .null: return .null(origin)
    case .bool(let flag): return .bool(flag, origin)
    case .int(let number): return tag == "!!float" && dialect != .kubernetes ? .double(Double(number), origin) : .int(number, origin)
    case .uint(let number): return .double(Double(number), origin)
    case .timestamp where dialect == .terraform:
      return Value(.string(Text(Self.rfc3339(node.value))), origin: origin)
    case .string, .timestamp: return string(node, index)
    case .double(let number):
      guard dialect == .kubernetes else { return .double(number, origin) }
      guard number.isFinite else {
        report("yaml/not-json", "'\(node.value.lossy)' has no form in JSON", node, note: "json: unsupported value: \(GoNumberText.special(number))")
        throw Abandoned()
      }
      // The way through JSON loses the point of whole numbers.
      if let whole = Int64(JSONWriter.number(number)) { return .int(whole, origin) }
      return .double(number, origin)
    }
  }

  /// A timestamp as go-cty-yaml hands it on: RFC 3339 without fractions, a date alone at midnight in UTC.
  private static func rfc3339(_ text: [UInt8]) -> [UInt8] {
    let isDigit = { (byte: UInt8) in byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
    var numbers: [[UInt8]] = []
    var at = 0
    var zone = Array("Z".utf8)
    while at < text.count, numbers.count < 6 {
      let start = at
      while at < text.count, isDigit(text[at]) { at += 1 }
      numbers.append(Array(text[start..<at]))
      if numbers.count < 6 { at += 1 }
    }
    while at < text.count, text[at] == UInt8(ascii: ".") || isDigit(text[at]) { at += 1 }
    let rest = at < text.count ? Array(text[at...]).filter { $0 != UInt8(ascii: " ") } : []
    if rest.count >= 2, rest[0] == UInt8(ascii: "+") || rest[0] == UInt8(ascii: "-") {
      let digits = rest.dropFirst().filter(isDigit)
      let padded = (digits.count % 2 == 1 ? [UInt8(ascii: "0")] : []) + digits + Array("00".utf8)
      let hours = Array(padded.prefix(2))
      let minutes = Array(padded.dropFirst(2).prefix(2))
      if !(hours + minutes).allSatisfy({ $0 == UInt8(ascii: "0") }) { zone = [rest[0]] + hours + [UInt8(ascii: ":")] + minutes }
    }
    func part(_ index: Int) -> [UInt8] {
      let digits = index < numbers.count ? numbers[index] : []
      return Array(repeating: UInt8(ascii: "0"), count: max(0, (index == 0 ? 4 : 2) - digits.count)) + digits
    }
    let date = [part(0), part(1), part(2)].joined(separator: [UInt8(ascii: "-")])
    let time = [part(3), part(4), part(5)].joined(separator: [UInt8(ascii: ":")])
    return Array(date) + [UInt8(ascii: "T")] + Array(time) + zone
  }

  private static let longTag = "tag:yaml.org,2002:"

  private func fits(_ resolved: ResolvedScalar, _ tag: String) -> Bool {
    switch resolved {
    case .null: tag == "!!null"
    case .bool: tag == "!!bool"
    case .int, .uint: tag == "!!int" || tag == "!!float"
    case .double: tag == "!!float"
    case .timestamp: tag == "!!timestamp"
    case .string: false
    }
  }

  private static func name(_ resolved: ResolvedScalar) -> String {
    switch resolved {
    case .null: "!!null"
    case .bool: "!!bool"
    case .int, .uint: "!!int"
    case .double: "!!float"
    case .timestamp: "!!timestamp"
    case .string: "!!str"
    }
  }

  private func string(_ node: YAMLNode, _ index: Int32) -> Value {
    let (text, origin) = text(node, index)
    return Value(.string(text), origin: origin)
  }

  // MARK: Origins

  private func origin(_ node: YAMLNode, _ index: Int32) -> Origin {
    switch place {
    case .file:
      return base.isKnown ? Origin(rawValue: base.rawValue + UInt32(index)) : .none
    case .text(let text, let whole):
      var range = Int(node.start)..<Int(max(node.start, node.end))
      // A collection's place is its beginning: all that it holds may have come from a thousand places.
      if node.kind == .mapping, !node.isFlow, node.first >= 0 {
        let first = arena.nodes[Int(node.first)]
        range = Int(first.start)..<Int(max(first.start, first.end))
      } else if node.kind != .scalar {
        range = Int(node.start)..<(Int(node.start) + 1)
      }
      return text.origin(of: range, in: provenance.origins, whole: whole)
    }
  }

  /// The value of a scalar as text with its origin, and the runs that lead into it.
  private func text(_ node: YAMLNode, _ index: Int32) -> (Text, Origin) {
    let origin = origin(node, index)
    switch place {
    case .file:
      guard let layout = node.layout, !layout.isEmpty, origin.isKnown else { return (Text(node.value), origin) }
      let runs = layout.map {
        OriginRun(
          start: UInt32(clamping: $0.start), end: UInt32(clamping: $0.end), origin: origin,
          offset: UInt32(clamping: $0.source - Int(node.start)))
      }
      return (Text(node.value, runs: runs), origin)
    case .text(let source, let whole):
      guard let layout = node.layout else {
        let part = source.slice(Int(node.start)..<Int(node.end))
        return (part.runs.count <= 1 ? Text(node.value) : part, origin)
      }
      var builder = TextBuilder()
      builder.reserve(node.value.count)
      for segment in layout {
        if segment.start > builder.count { builder.append(node.value[builder.count..<segment.start], origin: origin) }
        builder.append(source, range: segment.source..<(segment.source + segment.end - segment.start), origin: whole)
      }
      if builder.count < node.value.count { builder.append(node.value[builder.count...], origin: origin) }
      return (builder.build(), origin)
    }
  }
}
