import SourceText
import Values

/// `vars`, deprecated: `$(NAME)` in certain fields becomes the value of a field of an object (`filters/refvar`,
/// `resaccumulator.go`).
struct Vars {
  let context: BuildContext

  /// The value of a var: text, or a number or boolean that may stand alone.
  struct Resolved {
    var text: Text
    var tag: Node.Tag
    var origin: Origin
  }

  /// Looks up what vars stand for.
  func resolve(_ vars: [VarEntry], in map: ResourceMap) throws(KustomizeError) -> [String: Resolved?] {
    var result: [String: Resolved?] = [:]
    for variable in vars.sorted(by: { $0.name.text < $1.name.text }) {
      let name = variable.name.string
      guard let resource = map.resources.first(where: { $0.referringVars.contains(name) }) else {
        if !context.unknownBases.isEmpty { continue }
        throw KustomizeError("var", "no object is what the var '\(name)' refers to", at: variable.name.origin)
      }
      let path = variable.fieldPath.string
      let parts = FieldPath.splitDotted(path).flatMap(Self.withoutIndex)
      let node = try locating(variable.fieldPath.origin) { () throws(KustomizeError) in
        try resource.node.flatMap { (node) throws(KustomizeError) in try NodeLookup.find(node, parts) }
      }
      guard let node else {
        throw KustomizeError(
          "var", "the field '\(path)' of the var '\(name)' is not there",
          at: variable.fieldPath.origin.isKnown ? variable.fieldPath.origin : variable.name.origin)
      }
      result[name] = .some(node.kind == .scalar ? Resolved(text: node.text, tag: node.tag, origin: node.origin) : nil)
    }
    return result
  }

  /// `a[0]` is `a`, `0`.
  private static func withoutIndex(_ part: String) -> [String] {
    guard part.hasSuffix("]"), let open = part.lastIndex(of: "[") else { return [part] }
    let digits = part[part.index(after: open)...].dropLast()
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return [part] }
    let name = String(part[..<open])
    return name.isEmpty ? [String(digits)] : [name, String(digits)]
  }

  func replace(_ values: [String: Resolved?], in map: ResourceMap, specs: [FieldSpec]) throws(KustomizeError) {
    guard !values.isEmpty else { return }
    for resource in map.resources {
      guard let node = resource.node else { continue }
      try FieldSpecWalker(context: context).apply(specs, to: node) { field throws(KustomizeError) in
        try self.replace(values, in: field)
      }
    }
  }

  private func replace(_ values: [String: Resolved?], in field: Node) throws(KustomizeError) {
    if field.isNull { return }
    switch field.kind {
    case .scalar:
      if field.isString { replaceText(values, in: field) }
    case .map:
      for (key, value) in field.fields {
        guard key.isString else { throw KustomizeError("key-type", "the key \(key.string) is no text", at: key.origin) }
        if value.isString { replaceText(values, in: value) }
      }
    case .list:
      for element in field.content {
        guard element.isString else { throw KustomizeError("var", "vars can only stand in texts", at: element.origin) }
        replaceText(values, in: element)
      }
    }
  }

  private func replaceText(_ values: [String: Resolved?], in node: Node) {
    let bytes = node.text.bytes
    var builder = TextBuilder()
    var done = 0
    var at = 0
    while at < bytes.count {
      guard bytes[at] == UInt8(ascii: "$"), at + 1 < bytes.count else {
        at += 1
        continue
      }
      builder.append(node.text, range: done..<at, origin: node.origin)
      switch bytes[at + 1] {
      case UInt8(ascii: "("):
        guard let close = bytes[(at + 2)...].firstIndex(of: UInt8(ascii: ")")) else {
          builder.append("$(", origin: node.origin)
          at += 2
          break
        }
        let name = Array(bytes[(at + 2)..<close]).lossyString
        if let known = values[name], let value = known {
          if at == 0, close == bytes.count - 1 {
            become(node, value)
            return
          }
          builder.append(value.text, origin: value.origin)
        } else {
          builder.append(node.text, range: at..<close + 1, origin: node.origin)
        }
        at = close + 1
      case UInt8(ascii: "$"):
        builder.append("$", origin: node.origin)
        at += 2
      default:
        builder.append(node.text, range: at..<at + 2, origin: node.origin)
        at += 2
      }
      done = at
    }
    if done == 0 {
      finish(node)
      return
    }
    builder.append(node.text, range: done..<bytes.count, origin: node.origin)
    node.text = builder.build()
    finish(node)
  }

  /// Texts that went through replacement are strings in plain style.
  private func finish(_ node: Node) {
    node.tag = .string
    node.style = .plain
  }

  private func become(_ node: Node, _ value: Resolved) {
    node.origin = context.transformed(by: value.origin, from: node.origin)
    node.text = value.text
    node.style = .plain
    switch value.tag {
    case .int, .bool, .float: node.tag = value.tag
    default: node.tag = .string
    }
  }
}
