import SourceText
import Values

/// Copies values of fields into fields of other objects (`api/filters/replacement`).
struct Replacements {
  let context: BuildContext

  func apply(_ replacement: ReplacementEntry, to map: ResourceMap) throws(KustomizeError) {
    guard let source = replacement.source, let targets = replacement.targets else {
      throw KustomizeError("replacement", "a replacement needs a source and targets", at: replacement.origin)
    }
    guard let value = try value(of: source, in: map) else { return }
    for target in targets { try locating(target.origin) { () throws(KustomizeError) in try apply(value, to: target, in: map) } }
  }

  // MARK: Source

  /// nil where the object may be one that is not known.
  private func value(of source: ReplacementEntry.Source, in map: ResourceMap) throws(KustomizeError) -> Node? {
    let selector = source.id.id(scopes: context.schema.scopes)
    var found: Resource?
    for resource in map.resources where ids(resource).contains(where: { $0.isSelected(by: selector) }) {
      if found != nil {
        throw KustomizeError("replacement-source", "several objects are \(selector.description)", at: source.origin)
      }
      found = resource
    }
    guard let node = found?.node else {
      if !context.unknownBases.isEmpty { return nil }
      throw KustomizeError("replacement-source", "no object is \(selector.description)", at: source.origin)
    }
    let path = source.fieldPath.isEmpty ? "metadata.name" : source.fieldPath.string
    let origin = source.fieldPath.origin.isKnown ? source.fieldPath.origin : source.origin
    let value = try locating(origin) { () throws(KustomizeError) in try NodeLookup.find(node, FieldPath.splitDotted(path)) }
    guard let value, !value.isNullOrEmpty else {
      throw KustomizeError("replacement-source", "the field '\(path)' of \(selector.description) is missing", at: origin)
    }
    guard let options = source.options, !options.delimiter.isEmpty else { return value }
    guard value.kind == .scalar else {
      throw KustomizeError("replacement-source", "'delimiter' can only be used with single values", at: options.delimiter.origin)
    }
    let parts = Self.split(value.text, options.delimiter.text)
    guard options.index >= 0, options.index < Int64(parts.count) else {
      throw KustomizeError("replacement-source", "index \(options.index) is out of bounds: there are \(parts.count) parts", at: origin)
    }
    let copy = try context.copy(value)
    copy.text = parts[Int(options.index)]
    return copy
  }

  /// Current and previous ids without regard to scopes, as the filter makes them.
  private func ids(_ resource: Resource) -> [ResourceID] {
    var current = resource.currentID
    current.isClusterScoped = false
    return [current] + resource.previousIDs
  }

  static func split(_ text: Text, _ delimiter: Text) -> [Text] {
    let bytes = text.bytes
    let mark = delimiter.bytes
    guard !mark.isEmpty else { return [text] }
    var parts: [Text] = []
    var start = 0
    var at = 0
    while at + mark.count <= bytes.count {
      if bytes[at..<at + mark.count].elementsEqual(mark) {
        parts.append(text.slice(start..<at))
        at += mark.count
        start = at
      } else {
        at += 1
      }
    }
    parts.append(text.slice(start..<bytes.count))
    return parts
  }

  // MARK: Targets

  private func apply(_ value: Node, to target: ReplacementEntry.Target, in map: ResourceMap) throws(KustomizeError) {
    guard let select = target.select else {
      throw KustomizeError("replacement-target", "a target must select objects", at: target.origin)
    }
    let scopes = context.schema.scopes
    let selector = select.id(scopes: scopes)
    let paths = target.fieldPaths.isEmpty ? [Scalar(text: "metadata.name", origin: target.origin)] : target.fieldPaths
    for resource in map.resources {
      guard let node = resource.node, try matchesLabels(resource, select) else { continue }
      let ids = ids(resource)
      var isRejected = false
      for reject in target.reject {
        if !reject.annotationSelector.isEmpty || !reject.labelSelector.isEmpty, try matchesLabels(resource, reject) {
          isRejected = true
        }
        let id = reject.id(scopes: scopes)
        if !id.isEmpty, ids.contains(where: { $0.isSelected(by: id) }) { isRejected = true }
      }
      guard !isRejected, ids.contains(where: { $0.isSelected(by: selector) }) else { continue }
      for path in paths { try copy(value, to: node, path, target.options) }
    }
  }

  private func matchesLabels(_ resource: Resource, _ selector: Selector) throws(KustomizeError) -> Bool {
    let annotations = try LabelRequirements(selector.annotationSelector).match(resource.annotations)
    return try LabelRequirements(selector.labelSelector).match(resource.labels) && annotations
  }

  private func copy(_ value: Node, to node: Node, _ path: Scalar, _ options: FieldOptions?) throws(KustomizeError) {
    let creates = options?.create == true
    let finder = NodeMatcher(context: context, create: creates ? value.kind : nil, origin: path.origin)
    let fields = try locating(path.origin) { () throws(KustomizeError) in
      try finder.find(node, FieldPath.splitDotted(path.string)[...])
    }
    guard !fields.isEmpty else {
      throw KustomizeError(
        "replacement-target",
        creates ? "the field '\(path.string)' can neither be found nor made" : "there is no field '\(path.string)' in the target",
        at: path.origin)
    }
    for field in fields { try set(field, try context.copy(value), options, path) }
  }

  private func set(_ field: Node, _ value: Node, _ options: FieldOptions?, _ path: Scalar) throws(KustomizeError) {
    if let options, !options.delimiter.isEmpty {
      guard field.kind == .scalar else {
        throw KustomizeError("replacement-target", "'delimiter' can only be used with single values", at: options.delimiter.origin)
      }
      var parts = Self.split(field.text, options.delimiter.text)
      let own = value.isNull ? Text.empty : value.text
      if options.index < 0 {
        parts.insert(own, at: 0)
      } else if options.index >= Int64(parts.count) {
        parts.append(own)
      } else {
        parts[Int(options.index)] = own
      }
      var builder = TextBuilder()
      for (at, part) in parts.enumerated() {
        if at > 0 { builder.append(options.delimiter.text.bytes) }
        builder.append(part, origin: part === own ? value.origin : field.origin)
      }
      value.text = builder.build()
    }
    let origin = context.transformed(by: value.origin, from: field.origin)
    if field.kind == .scalar {
      field.text = value.text
      field.origin = origin
    } else {
      field.assign(value)
      field.origin = origin
    }
  }
}

/// Follows paths of field names (kyaml `PathGetter` without making anything).
enum NodeLookup {
  static func find(_ node: Node, _ path: [String]) throws(KustomizeError) -> Node? {
    var node = node
    for part in path.map(\.trimmingSpaces) where !part.isEmpty {
      let next: Node?
      if let index = Int(part) {
        guard index >= 0 else { throw KustomizeError("field-path", "the place \(index) of a list cannot be negative") }
        if !node.isNull { try node.require(.list) }
        next = node.content.indices.contains(index) && node.kind == .list ? node.content[index] : nil
      } else if part == "-" {
        if !node.isNull { try node.require(.list) }
        next = node.kind == .list ? node.content.last : nil
      } else if part == "*" {
        throw KustomizeError("field-path", "'*' is not supported here")
      } else if part.hasPrefix("["), part.hasSuffix("]") {
        guard let (name, value) = NodeMatcher.condition(part) else {
          throw KustomizeError("field-path", "'\(part)' must have the form [name=value]")
        }
        if !node.isNull { try node.require(.list) }
        next = ListElements.find(node, [name], [value])
      } else {
        next = try node.get(part)
      }
      guard let next else { return nil }
      node = next
    }
    return node
  }
}

/// Finds all nodes that a path with conditions and wildcards means (kyaml `PathMatcher`).
struct NodeMatcher {
  let context: BuildContext
  /// Of what is missing at the end of the path; nil: nothing is made.
  let create: Node.Kind?
  let origin: Origin

  func find(_ node: Node, _ path: ArraySlice<String>) throws(KustomizeError) -> [Node] {
    try context.spend()
    guard let part = path.first else { return [node] }
    let rest = path.dropFirst()
    if let index = Int(part), index >= 0 { return try findIndex(node, index, rest) }
    if part.hasPrefix("["), part.hasSuffix("]") { return try findElements(node, part, rest, path) }
    if part == "*" {
      if !node.isNull { try node.require(.list) }
      var result: [Node] = []
      for element in elements(node) { result += try find(element, rest) }
      return result
    }
    if let field = try node.get(part) { return try find(field, rest) }
    guard let create else { return [] }
    let made = Node(kind: Self.kind(before: rest.first, create), origin: origin)
    try node.set(part, made, keyOrigin: origin)
    guard let field = try node.get(part) else { return [] }
    return try find(field, rest)
  }

  private func elements(_ node: Node) -> [Node] { node.kind == .list ? node.content : [] }

  private static func kind(before next: String?, _ kind: Node.Kind) -> Node.Kind {
    guard let next, !next.isEmpty else { return kind }
    if next.hasPrefix("["), next.hasSuffix("]") { return .list }
    if let index = Int(next), index >= 0 { return .list }
    return .map
  }

  private func findIndex(_ node: Node, _ index: Int, _ rest: ArraySlice<String>) throws(KustomizeError) -> [Node] {
    if !node.isNull { try node.require(.list) }
    if let create, node.kind == .list, node.content.count == index {
      node.content.append(Node(kind: Self.kind(before: rest.first, create), origin: origin))
    }
    let elements = elements(node)
    guard index < elements.count else {
      throw KustomizeError("field-path", "place \(index) of a list that has \(elements.count) elements", at: origin)
    }
    return try find(elements[index], rest)
  }

  /// `[name=pattern]`; the name may be empty for lists of plain values.
  static func condition(_ part: String) -> (name: String, value: String)? {
    let inner = part.dropFirst().dropLast()
    guard let mark = inner.firstIndex(of: "=") else { return nil }
    return (String(inner[..<mark]), String(inner[inner.index(after: mark)...]))
  }

  private func findElements(
    _ node: Node, _ part: String, _ rest: ArraySlice<String>, _ path: ArraySlice<String>, again: Bool = false
  ) throws(KustomizeError) -> [Node] {
    guard let (name, pattern) = Self.condition(part) else {
      throw KustomizeError("field-path", "'\(part)' must have the form [name=value]", at: origin)
    }
    if !node.isNull { try node.require(.list) }
    var result: [Node] = []
    for element in elements(node) {
      if name.isEmpty {
        if try context.matches(pattern, element.string, at: origin) { result.append(element) }
      } else if let field = element.field(name), try context.matches(pattern, shown(field), at: origin) {
        result += try find(element, rest)
      }
    }
    if !result.isEmpty || create == nil || again { return result }
    let value = Node.scalar(Text(pattern), origin)
    if name.isEmpty {
      node.content.append(value)
    } else {
      node.content.append(Node(kind: .map, content: [.scalar(Text(name), origin), value], origin: origin))
    }
    return try findElements(node, part, rest, path, again: true)
  }

  /// The text as YAML would print it: quoted where it was quoted.
  private func shown(_ node: Node) -> String {
    if node.kind != .scalar || !node.isQuoted { return node.string }
    return "\"" + node.string + "\""
  }
}
