import SourceText
import Values

/// JSON patches (RFC 6902) as evanphx/json-patch version 4 applies them to an object that kustomize has first turned into JSON and
/// back: keys are text, numbers doubles in Go's shortest form.
struct JSONPatch {
  struct Operation {
    var name: String
    var path: Scalar
    var from: Scalar
    /// nil: not given. A null that is written out is a null node.
    var value: Node?
    var origin: Origin
  }

  let operations: [Operation]
  let context: BuildContext

  /// Reads the operations of a list of mappings.
  init(_ node: Node, _ context: BuildContext) throws(KustomizeError) {
    self.context = context
    if node.isNull {
      operations = []
      return
    }
    guard node.kind == .list else {
      throw KustomizeError("json-patch", "a JSON patch must be a list of operations", at: node.origin)
    }
    var list: [Operation] = []
    for item in node.content {
      guard item.kind == .map || item.isNull else {
        throw KustomizeError("json-patch", "an operation of a JSON patch must be a mapping", at: item.origin)
      }
      func text(_ name: String) -> Scalar {
        item.field(name).map { Scalar(text: $0.text, origin: $0.origin) } ?? Scalar(origin: item.origin)
      }
      list.append(
        Operation(name: text("op").string, path: text("path"), from: text("from"), value: item.field("value"), origin: item.origin))
    }
    operations = list
  }

  /// The object with the patch applied; the object itself is left alone.
  func apply(to node: Node) throws(KustomizeError) -> Node {
    var root = try plain(node, depth: 0)
    for operation in operations {
      try context.spend()
      try apply(operation, to: &root)
    }
    guard root.kind == .map else {
      throw KustomizeError("json-patch", "the patch leaves no object", at: operations.last?.origin ?? .none)
    }
    // Numbers of the patch take Go's form too.
    return try plain(root, depth: 0)
  }

  /// The node as it is after a round through JSON.
  private func plain(_ node: Node, depth: Int) throws(KustomizeError) -> Node {
    try context.spend()
    guard depth < context.limits.nesting else {
      throw KustomizeError("limit", "nested more than \(context.limits.nesting) levels deep", at: node.origin)
    }
    switch node.kind {
    case .list:
      let list = Node(kind: .list, tag: .list, origin: node.origin)
      for child in node.content { list.content.append(try plain(child, depth: depth + 1)) }
      return list
    case .map:
      let map = Node(kind: .map, tag: .map, origin: node.origin)
      for (key, child) in node.fields {
        if map.field(key.string) != nil {
          throw KustomizeError("duplicate-key", "mapping key '\(key.string)' is already defined", at: key.origin)
        }
        map.content.append(Node(kind: .scalar, tag: .string, style: key.style, text: key.text, origin: key.origin))
        map.content.append(try plain(child, depth: depth + 1))
      }
      return map
    case .scalar:
      let value = try NodeValues(context: context).scalar(node)
      let (text, tag): (Text, Node.Tag) =
        switch value.payload {
        case .string(let text): (text, .string)
        case .bool(let flag): (Text(flag ? "true" : "false"), .bool)
        case .int(let number):
          number.magnitude < 1_000_000 ? (Text(String(number)), .int) : (Text(goShortest(Double(number))), .none)
        case .double(let number): (Text(goShortest(number)), .none)
        default: (Text("null"), .null)
        }
      let isQuoted = tag == .string && (text.bytes.contains(UInt8(ascii: "\n")) || ScalarResolver.tag(of: text.bytes) != .string)
      return Node(
        kind: .scalar, tag: tag == .none ? ScalarResolver.tag(of: text.bytes) : tag, style: isQuoted ? .quoted : .plain, text: text,
        origin: node.origin)
    }
  }

  // MARK: Operations

  private func failure(_ operation: Operation, _ why: String) -> KustomizeError {
    KustomizeError(
      "json-patch", "\(operation.name) does not apply: \(why): '\(operation.path.string)'",
      at: operation.path.origin.isKnown ? operation.path.origin : operation.origin)
  }

  private func apply(_ operation: Operation, to root: inout Node) throws(KustomizeError) {
    let value = try operation.value.map { (value) throws(KustomizeError) in try context.copy(value) }
    if let value { context.markAsPatch(value) }
    switch operation.name {
    case "add":
      try add(value ?? .null(), at: operation.path, to: root, operation)
    case "remove":
      let (container, key) = try container(operation.path, in: root, operation)
      try remove(key, from: container, operation)
    case "replace":
      if operation.path.isEmpty {
        guard let value, value.kind != .scalar else { throw failure(operation, "the whole object needs an object in its place") }
        root = value
        return
      }
      let (container, key) = try container(operation.path, in: root, operation)
      switch container.kind {
      case .map:
        // A missing key is made: version 4 of the library does not look.
        try put(value ?? .null(), at: key, in: container)
      default:
        guard let index = try index(key, in: container, operation), container.content.indices.contains(index) else {
          throw failure(operation, "doc is missing key")
        }
        container.content[index] = value ?? .null()
      }
    case "move":
      let (container, key) = try container(operation.from, in: root, operation)
      guard let moved = try child(key, of: container, operation) else { throw failure(operation, "the key to move is missing") }
      try remove(key, from: container, operation)
      try add(moved, at: operation.path, to: root, operation)
    case "copy":
      let (container, key) = try container(operation.from, in: root, operation)
      let found = try child(key, of: container, operation)
      let copied = try found.map { (found) throws(KustomizeError) in try context.copy(found) } ?? .null()
      try add(copied, at: operation.path, to: root, operation)
    case "test":
      let found: Node?
      if operation.path.isEmpty {
        found = root
      } else {
        let (container, key) = try container(operation.path, in: root, operation)
        found = try child(key, of: container, operation)
      }
      let left = try (found ?? .null()).equalityValue(context)
      let right = try (value ?? .null()).equalityValue(context)
      guard left == right else { throw failure(operation, "the value is another one") }
    default:
      throw KustomizeError("json-patch", "unexpected kind of operation: '\(operation.name)'", at: operation.origin)
    }
  }

  private func add(_ value: Node, at path: Scalar, to root: Node, _ operation: Operation) throws(KustomizeError) {
    let (container, key) = try container(path, in: root, operation)
    guard container.kind == .list else { return try put(value, at: key, in: container) }
    if key == "-" {
      container.content.append(value)
      return
    }
    guard let number = Int(key) else { throw failure(operation, "'\(key)' is no place in a list") }
    let count = container.content.count + 1
    guard number < count else { throw failure(operation, "the list is shorter") }
    var place = number
    if place < 0 {
      guard place >= -count else { throw failure(operation, "the list is shorter") }
      place += count
    }
    container.content.insert(value, at: place)
  }

  private func put(_ value: Node, at key: String, in map: Node) throws(KustomizeError) {
    if let at = map.keyPosition(key) {
      map.content[at + 1] = value
    } else {
      map.content.append(Node(kind: .scalar, tag: .string, text: Text(key), origin: value.origin))
      map.content.append(value)
    }
  }

  private func remove(_ key: String, from container: Node, _ operation: Operation) throws(KustomizeError) {
    if container.kind == .map {
      guard container.keyPosition(key) != nil else { throw failure(operation, "there is no such key") }
      return try container.clear(key)
    }
    guard let index = try index(key, in: container, operation), container.content.indices.contains(index) else {
      throw failure(operation, "the list is shorter")
    }
    container.content.remove(at: index)
  }

  private func child(_ key: String, of container: Node, _ operation: Operation) throws(KustomizeError) -> Node? {
    if container.kind == .map { return container.field(key) }
    guard let index = try index(key, in: container, operation), container.content.indices.contains(index) else {
      throw failure(operation, "the list is shorter")
    }
    return container.content[index]
  }

  /// A place in a list; negative ones count from the end.
  private func index(_ key: String, in list: Node, _ operation: Operation) throws(KustomizeError) -> Int? {
    guard let number = Int(key) else { throw failure(operation, "'\(key)' is no place in a list") }
    return number < 0 ? number + list.content.count : number
  }

  /// The map or list that holds the last part of a path.
  private func container(_ path: Scalar, in root: Node, _ operation: Operation) throws(KustomizeError) -> (Node, String) {
    let parts = path.string.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 2 else { throw failure(operation, "the path must begin with a slash") }
    var node = root
    for part in parts[1..<(parts.count - 1)] {
      let key = Self.unescape(String(part))
      let next: Node?
      switch node.kind {
      case .map: next = node.field(key)
      case .list: next = Int(key).flatMap { number in
        let at = number < 0 ? number + node.content.count : number
        return node.content.indices.contains(at) ? node.content[at] : nil
      }
      case .scalar: next = nil
      }
      guard let next, next.kind != .scalar else { throw failure(operation, "doc is missing path") }
      node = next
    }
    guard node.kind != .scalar else { throw failure(operation, "doc is missing path") }
    return (node, Self.unescape(String(parts[parts.count - 1])))
  }

  /// `~1` is a slash, `~0` a tilde.
  private static func unescape(_ part: String) -> String {
    guard part.utf8.contains(UInt8(ascii: "~")) else { return part }
    var result: [UInt8] = []
    var bytes = Array(part.utf8)[...]
    while let byte = bytes.first {
      bytes = bytes.dropFirst()
      if byte == UInt8(ascii: "~"), let next = bytes.first, next == UInt8(ascii: "0") || next == UInt8(ascii: "1") {
        result.append(next == UInt8(ascii: "0") ? byte : UInt8(ascii: "/"))
        bytes = bytes.dropFirst()
      } else {
        result.append(byte)
      }
    }
    return result.lossyString
  }
}

extension Node {
  static func null() -> Node { Node(kind: .scalar, tag: .null, text: Text("null")) }

  fileprivate func equalityValue(_ context: BuildContext) throws(KustomizeError) -> Value {
    try NodeValues(context: context).value(self)
  }
}
