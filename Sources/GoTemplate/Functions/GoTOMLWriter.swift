import Values

/// BurntSushi/toml's encoder (encode.go): keys in byte order, plain ones before tables, two spaces a level.
struct GoTOMLWriter {
  struct Failure: Error { let message: String }

  /// The panic of the reflection that the encoder begins with.
  static let nilFailure = "reflect: call of reflect.Value.Type on zero Value"

  private var builder = TextBuilder()

  static func text(_ value: Value) throws(Failure) -> Text {
    var toml = GoTOMLWriter()
    let value = GoValue.plain(value)
    if value.isNull { throw Failure(message: nilFailure) }
    try toml.encode([], value)
    return toml.builder.build()
  }

  private mutating func newline() { if builder.count > 0 { builder.append(0x0A) } }

  private mutating func indent(_ key: [Text]) {
    for _ in 0..<max(0, key.count - 1) { builder.append("  ") }
  }

  private static func part(_ key: Text) -> String {
    let isBare = key.bytes.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: true
      default: false
      }
    }
    return isBare && key.count > 0 ? key.string : quoted(key)
  }

  private static func path(_ key: [Text]) -> String { key.map(part).joined(separator: ".") }

  private static func quoted(_ text: Text) -> String {
    var out = "\""
    for scalar in text.string.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\u{8}": out += "\\b"
      case "\t": out += "\\t"
      case "\n": out += "\\n"
      case "\u{c}": out += "\\f"
      case "\r": out += "\\r"
      case "\u{0}"..."\u{1f}", "\u{7f}": out += "\\u" + GoRune.hex(scalar.value, width: 4)
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }

  private enum Kind { case nothing, table, tables, other }

  private func kind(_ value: Value) throws(Failure) -> Kind {
    switch value.payload {
    case .null, .unknown: return .nothing
    case .map: return .table
    case .list(let list):
      if list.items.isEmpty { return .other }
      if list.items.contains(where: \.isNull) { throw Failure(message: "toml: cannot encode array with nil element") }
      return list.items.allSatisfy { $0.map != nil } ? .tables : .other
    default: return .other
    }
  }

  private mutating func encode(_ key: [Text], _ value: Value) throws(Failure) {
    guard key.count < GoValue.deepest else { throw Failure(message: "toml: nested too deeply") }
    switch try kind(value) {
    case .nothing: break
    case .table:
      if key.count == 1 { newline() }
      if !key.isEmpty {
        indent(key)
        builder.append("[\(Self.path(key))]")
        newline()
      }
      if let map = value.map { try table(key, map) }
    case .tables:
      if key.isEmpty { throw Failure(message: "toml: top-level values must be Go maps or structs") }
      for item in value.list ?? [] {
        newline()
        indent(key)
        builder.append("[[\(Self.path(key))]]")
        newline()
        if let map = item.map { try table(key, map) }
      }
    case .other: try keyValue(key, value, inline: false)
    }
  }

  private mutating func table(_ key: [Text], _ map: ValueMap) throws(Failure) {
    for wantsTables in [false, true] {
      for entry in map.sortedEntries {
        let kind = try kind(entry.value)
        if (kind == .table || kind == .tables) == wantsTables { try encode(key + [entry.key], entry.value) }
      }
    }
  }

  private mutating func keyValue(_ key: [Text], _ value: Value, inline: Bool) throws(Failure) {
    if let last = key.last {
      indent(key)
      builder.append(Self.part(last) + " = ")
    }
    try element(value, depth: 0)
    if !key.isEmpty, !inline { newline() }
  }

  private mutating func element(_ value: Value, depth: Int) throws(Failure) {
    guard depth < GoValue.deepest else { throw Failure(message: "toml: nested too deeply") }
    switch value.payload {
    case .string(let text): builder.append(Self.quoted(text), origin: value.origin)
    case .bool(let flag): builder.append(flag ? "true" : "false", origin: value.origin)
    case .int(let number): builder.append(String(number), origin: value.origin)
    case .double(let number):
      var text = GoFloat.format(number, UInt8(ascii: "g"), precision: nil)
      if number.isNaN {
        text = "nan"
      } else if number.isInfinite {
        text = number < 0 ? "-inf" : "inf"
      } else if !text.contains("e"), !text.contains(".") {
        text += ".0"
      }
      builder.append(text, origin: value.origin)
    case .list(let list):
      _ = try kind(value)
      builder.append(UInt8(ascii: "["))
      for (place, item) in list.items.enumerated() {
        if place > 0 { builder.append(", ") }
        try element(item, depth: depth + 1)
      }
      builder.append(UInt8(ascii: "]"))
    case .map(let map):
      builder.append(UInt8(ascii: "{"))
      var direct: [ValueMap.Entry] = []
      var tables: [ValueMap.Entry] = []
      for entry in map.sortedEntries {
        let kind = try kind(entry.value)
        if kind == .table || kind == .tables { tables.append(entry) } else { direct.append(entry) }
      }
      for (place, entry) in direct.enumerated() where !entry.value.isNull {
        try inlineKey(entry, depth)
        if !tables.isEmpty || place != direct.count - 1 { builder.append(", ") }
      }
      for (place, entry) in tables.enumerated() {
        try inlineKey(entry, depth)
        if place != tables.count - 1 { builder.append(", ") }
      }
      builder.append(UInt8(ascii: "}"))
    case .null, .unknown, .object: throw Failure(message: "unexpected type: \(value.goTypeName)")
    }
  }

  private mutating func inlineKey(_ entry: ValueMap.Entry, _ depth: Int) throws(Failure) {
    builder.append(Self.part(entry.key) + " = ", origin: entry.keyOrigin)
    try element(entry.value, depth: depth + 1)
  }
}
