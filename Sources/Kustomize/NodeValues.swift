import SourceText
import Values

/// From nodes to values: what go-yaml v3 reads of the text that it prints of a node, which is how kustomize gets at JSON.
struct NodeValues {
  let context: BuildContext

  /// The value of a whole object; its scalars and keys keep their origins.
  func value(_ node: Node) throws(KustomizeError) -> Value { try value(node, depth: 0) }

  private func value(_ node: Node, depth: Int) throws(KustomizeError) -> Value {
    guard depth < context.limits.nesting else {
      throw KustomizeError("limit", "nested more than \(context.limits.nesting) levels deep", at: node.origin)
    }
    switch node.kind {
    case .scalar: return try scalar(node)
    case .list:
      var items: [Value] = []
      items.reserveCapacity(node.content.count)
      for child in node.content { items.append(try value(child, depth: depth + 1)) }
      return .list(items, node.origin)
    case .map:
      let map = ValueMap()
      for (key, child) in node.fields {
        if depth > 0 { try requireStringKey(key) }
        if map.position(of: key.text) != nil {
          throw KustomizeError("duplicate-key", "mapping key '\(key.string)' is already defined", at: key.origin)
        }
        map.set(key.text, try value(child, depth: depth + 1), keyOrigin: key.origin)
      }
      return .map(map, node.origin)
    }
  }

  private func requireStringKey(_ key: Node) throws(KustomizeError) {
    guard key.kind == .scalar else { throw KustomizeError("key-type", "a mapping's key must be text", at: key.origin) }
    let isString = key.isQuoted || key.tag == .string || key.tag == .timestamp || key.tag == .other
      || ScalarResolver.tag(of: key.text.bytes) == .string || ScalarResolver.tag(of: key.text.bytes) == .timestamp
    guard isString else {
      throw KustomizeError(
        "key-type", "the key \(key.string) is no text: put it in quotes", at: key.origin,
        notes: ["json: unsupported type: map[interface {}]interface {}"])
    }
  }

  /// - Parameter isPrinted: whether go-yaml prints the node and reads it again, which changes folded blocks.
  func scalar(_ node: Node, isPrinted: Bool = true) throws(KustomizeError) -> Value {
    if isPrinted, node.style == .folded, node.tag == .string || node.tag == .none {
      return .string(Self.folded(node.text, node.origin), node.origin)
    }
    if node.tag == .string || node.tag == .binary || node.tag == .other || (node.tag == .none && node.isQuoted) {
      return .string(node.text, node.origin)
    }
    let resolved = ScalarResolver.resolve(node.text.bytes)
    if node.tag != .none {
      let text = resolved.tag
      if text == node.tag {
        if node.isQuoted { return .string(node.text, node.origin) }
      } else if !(node.tag == .float && text == .int) {
        throw KustomizeError(
          "scalar-type", "\(text.words) stands where the object has \(node.tag.words)", at: node.origin,
          notes: ["cannot decode \(text.words) as \(node.tag.words)"])
      }
    }
    switch resolved {
    case .string: return .string(node.text, node.origin)
    case .timestamp(let time): return .string(time, node.origin)
    case .null: return .null(node.origin)
    case .bool(let flag): return .bool(flag, node.origin)
    case .int(let number): return .int(number, node.origin)
    case .float(let number):
      guard number.isFinite else {
        throw KustomizeError("scalar-type", "infinity and NaN have no form in JSON", at: node.origin)
      }
      // JSON has one kind of number: 1e3 is printed as 1000.
      if let whole = Int64(exactly: number), abs(number) < 1e18 { return .int(whole, node.origin) }
      return .double(number, node.origin)
    }
  }

  /// A folded block after go-yaml v3 has printed and read it: its emitter looks for the next line's indentation at the beginning of
  /// the text instead (`yaml_emitter_write_folded_scalar`), so that a line break before an indented line comes out twice.
  static func folded(_ text: Text, _ origin: Origin) -> Text {
    let bytes = text.bytes
    let lineBreak = UInt8(ascii: "\n")
    func isBlank(_ at: Int) -> Bool { at < bytes.count && (bytes[at] == 0x20 || bytes[at] == 0x09) }
    guard let first = bytes.firstIndex(where: { $0 != lineBreak }), isBlockAllowed(bytes) else { return text }
    let isDoubled = !isBlank(first)
    var builder = TextBuilder()
    var at = 0
    var isIndented = true
    while at < bytes.count {
      var end = at
      while end < bytes.count, bytes[end] != lineBreak { end += 1 }
      if end > at {
        isIndented = isBlank(at)
        builder.append(text, range: at..<end, origin: origin)
      }
      var next = end
      while next < bytes.count, bytes[next] == lineBreak { next += 1 }
      let breaks = next - end
      if breaks > 0 {
        let printed = breaks + (end > at && !isIndented && isDoubled ? 1 : 0)
        let read: Int
        if end == at {
          read = breaks
        } else if next == bytes.count {
          // A single break at the end is clipped to one.
          read = breaks == 1 ? 1 : printed
        } else {
          read = isIndented || isBlank(next) ? printed : printed - 1
        }
        if read == 0 { builder.append(" ", origin: origin) } else { builder.append(String(repeating: "\n", count: read), origin: origin) }
      }
      at = next
    }
    return builder.build()
  }

  /// Whether go-yaml prints the text as a block at all: no space before a break or at the end, nothing unprintable.
  private static func isBlockAllowed(_ bytes: [UInt8]) -> Bool {
    if bytes.last == 0x20 { return false }
    for (at, byte) in bytes.enumerated() {
      if byte == 0x20, at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "\n") { return false }
      if byte < 0x20, byte != 0x09, byte != 0x0A { return false }
      if byte == 0x7F { return false }
    }
    return true
  }
}

extension Node.Tag {
  /// For messages.
  var words: String {
    switch self {
    case .none, .string, .timestamp, .binary, .merge, .other: "text"
    case .int: "a whole number"
    case .float: "a number"
    case .bool: "a boolean"
    case .null: "null"
    case .map: "a mapping"
    case .list: "a list"
    }
  }
}

/// Go's `strconv.FormatFloat(x, 'g', -1, 64)`.
func goShortest(_ value: Double) -> String {
  guard value.isFinite else { return value.isNaN ? ".nan" : value < 0 ? "-.inf" : ".inf" }
  if value == 0 { return value.sign == .minus ? "-0" : "0" }
  let (negative, digits, exponent) = JSONWriter.shortestDigits(value)
  var text = negative ? "-" : ""
  if exponent < -4 || exponent >= 6 {
    text += String(digits.prefix(1))
    if digits.count > 1 { text += "." + digits.dropFirst() }
    let size = String(exponent.magnitude)
    return text + "e" + (exponent < 0 ? "-" : "+") + (size.count < 2 ? "0" : "") + size
  }
  // Below a million Go prints plainly.
  if exponent < 0 { return text + "0." + String(repeating: "0", count: -exponent - 1) + digits }
  if digits.count <= exponent + 1 { return text + digits + String(repeating: "0", count: exponent + 1 - digits.count) }
  return text + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
}
