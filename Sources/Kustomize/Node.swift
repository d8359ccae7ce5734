import SourceText
import Values

/// A node of a manifest while it is being customized: what kyaml's `RNode` over go-yaml's `Node` is to kustomize.
///
/// Nodes are shared and changed in place, and that is on purpose: kustomize puts one and the same node into several fields
/// (a label into metadata, selector and pod template), so that a later change of one shows in all of them, and its output has to
/// be reproduced. One build owns all its nodes; they never leave it.
final class Node {
  enum Kind: UInt8 { case scalar, map, list }

  /// The tag that go-yaml v3 gives a node. `none`: the text decides when it is printed.
  enum Tag: UInt8 { case none, string, int, float, bool, null, timestamp, binary, merge, map, list, other }

  /// How a scalar was written, as far as it matters.
  enum Style: UInt8 {
    case plain
    /// In quotes or as a literal block: a string, whatever it looks like.
    case quoted
    /// A folded block: go-yaml changes its line breaks when it prints and reads it again.
    case folded
  }

  var kind: Kind
  var tag: Tag
  var style: Style
  /// Of a scalar, without quotes.
  var text: Text
  /// Elements of a list; of a map keys and values by turns.
  var content: [Node]
  var origin: Origin
  /// A null that survives a merge (kyaml's `ShouldKeep`).
  var isKept = false

  init(
    kind: Kind, tag: Tag = .none, style: Style = .plain, text: Text = .empty, content: [Node] = [], origin: Origin = .none
  ) {
    self.kind = kind
    self.tag = tag
    self.style = style
    self.text = text
    self.content = content
    self.origin = origin
  }

  /// A scalar whose type its text decides.
  static func scalar(_ text: Text, _ origin: Origin = .none) -> Node { Node(kind: .scalar, text: text, origin: origin) }

  /// A scalar that is a string.
  static func string(_ text: Text, _ origin: Origin = .none) -> Node {
    Node(kind: .scalar, tag: .string, text: text, origin: origin)
  }

  static func string(_ text: String, _ origin: Origin = .none) -> Node { string(Text(text), origin) }

  static func map() -> Node { Node(kind: .map, tag: .map) }

  var isQuoted: Bool { style != .plain }
  var string: String { text.string }
  var isNull: Bool { tag == .null }
  var isString: Bool { kind == .scalar && (tag == .string || tag == .none) }
  var isEmptyMap: Bool { kind == .map && content.isEmpty }
  /// Null, an empty map or an empty list.
  var isNullOrEmpty: Bool { isNull || (kind != .scalar && content.isEmpty) }

  /// Becomes what the other node is; children are shared with it.
  func assign(_ other: Node) {
    guard other !== self else { return }
    kind = other.kind
    tag = other.tag
    style = other.style
    text = other.text
    content = other.content
    origin = other.origin
  }
}

// MARK: - Maps

extension Node {
  /// Position of a key's node in `content`; nil where this is no map or has no such key.
  func keyPosition(_ name: String) -> Int? {
    guard kind == .map else { return nil }
    let name = name.utf8
    var at = 0
    while at + 1 < content.count {
      let bytes = content[at].text.bytes
      if bytes.count == name.count, bytes.elementsEqual(name) { return at }
      at += 2
    }
    return nil
  }

  /// The value of the first field of that name.
  func field(_ name: String) -> Node? { keyPosition(name).map { content[$0 + 1] } }

  func key(_ name: String) -> Node? { keyPosition(name).map { content[$0] } }

  /// Keys and values in the order of the document; empty for what is no map.
  var fields: [(key: Node, value: Node)] {
    guard kind == .map else { return [] }
    return stride(from: 0, to: content.count - 1, by: 2).map { (content[$0], content[$0 + 1]) }
  }

  /// kyaml's `Get(name)`: an error where this is neither a map nor null.
  func get(_ name: String) throws(KustomizeError) -> Node? {
    if isNull { return nil }
    try require(.map)
    return field(name)
  }

  /// Takes a field away.
  func clear(_ name: String) throws(KustomizeError) {
    if isNull { return }
    try require(.map)
    if let at = keyPosition(name) { content.removeSubrange(at..<at + 2) }
  }

  /// kyaml's `FieldSetter` with a name: an existing field keeps its node, which becomes what the value is, and its style; a
  /// null takes the field away.
  func set(_ name: String, _ value: Node?, keyOrigin: Origin = .none, keyStyle: Style = .plain) throws(KustomizeError) {
    guard let value, !value.isNull || value.isKept else { return try clear(name) }
    value.quoteWhereNeeded()
    if isNull { return }
    try require(.map)
    if let field = field(name) {
      value.style = field.style
      field.assign(value)
      return
    }
    content.append(Node(kind: .scalar, style: keyStyle, text: Text(name), origin: keyOrigin))
    content.append(value)
  }

  /// kyaml's `FieldSetter` without a name: this scalar becomes the value but keeps its style.
  func setScalar(_ value: Node) throws(KustomizeError) {
    if !isNull { try require(.scalar) }
    guard !value.isNull else { return }
    value.style = style
    assign(value)
  }

  /// A string that YAML would read as something else is quoted before it is put into a field.
  func quoteWhereNeeded() {
    if isString, style == .plain, !text.bytes.isEmpty, ScalarResolver.tag(of: text.bytes) != .string { style = .quoted }
  }

  func require(_ wanted: Kind) throws(KustomizeError) {
    guard !isNull, kind != wanted else { return }
    throw KustomizeError("wrong-type", "expected \(wanted.words) but found \(kind.words)", at: origin)
  }

  /// The field of that name, made where it is missing.
  func fieldOrCreate(_ name: String, _ kind: Kind, origin: Origin = .none) throws(KustomizeError) -> Node? {
    if isNull { return nil }
    try require(.map)
    if let field = field(name) { return field }
    let made = Node(kind: kind, origin: origin)
    content.append(Node(kind: .scalar, text: Text(name), origin: origin))
    content.append(made)
    return made
  }
}

extension Node.Kind {
  /// For messages.
  var words: String {
    switch self {
    case .scalar: "a single value"
    case .map: "a mapping"
    case .list: "a list"
    }
  }
}
