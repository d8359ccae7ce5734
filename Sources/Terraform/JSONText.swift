import HCL
import SourceText
import Values

/// JSON text of values whose scalars keep their origins as runs.
struct JSONText {
  /// Spaces a level; nil for compact text.
  var indent: Int?

  /// As `jsonencode` writes: keys in order, `<`, `>` and `&` escaped (go-cty, `function/stdlib/json.go`).
  static func encode(_ value: HCLValue, indent: Int? = nil) -> Text {
    var builder = TextBuilder()
    JSONText(indent: indent).write(value, 0, &builder)
    return builder.build()
  }

  func write(_ value: HCLValue, _ level: Int, _ out: inout TextBuilder) {
    // Values share their parts, so the text can be far longer than what is held.
    guard out.count <= Limits().outputBytes else { return }
    switch value.payload {
    case .null, .unknown: out.append("null", origin: value.origin)
    case .bool(let flag): out.append(flag ? "true" : "false", origin: value.origin)
    case .number(let number): out.append(number.text, origin: value.origin)
    case .string(let text): string(text, value.origin, &out)
    case .list(let items, _), .set(let items, _), .tuple(let items): list(items.map { .value($0) }, level, &out)
    case .map(let map, _), .object(let map):
      object(map.entries.map { ($0.key, $0.keyOrigin, .value($0.value)) }, level, &out)
    }
  }

  /// A tree whose keys keep the order they are given in.
  indirect enum Node {
    case value(HCLValue)
    case list([Node])
    case object([(Text, Origin, Node)])
  }

  func write(_ node: Node, _ level: Int, _ out: inout TextBuilder) {
    switch node {
    case .value(let value): write(value, level, &out)
    case .list(let items): list(items, level, &out)
    case .object(let entries): object(entries, level, &out)
    }
  }

  private func list(_ items: [Node], _ level: Int, _ out: inout TextBuilder) {
    out.append(UInt8(ascii: "["))
    for (place, item) in items.enumerated() {
      if place > 0 { out.append(UInt8(ascii: ",")) }
      newline(level + 1, &out)
      write(item, level + 1, &out)
    }
    if !items.isEmpty { newline(level, &out) }
    out.append(UInt8(ascii: "]"))
  }

  private func object(_ entries: [(Text, Origin, Node)], _ level: Int, _ out: inout TextBuilder) {
    out.append(UInt8(ascii: "{"))
    for (place, entry) in entries.enumerated() {
      if place > 0 { out.append(UInt8(ascii: ",")) }
      newline(level + 1, &out)
      string(entry.0, entry.1, &out)
      out.append(indent == nil ? ":" : ": ")
      write(entry.2, level + 1, &out)
    }
    if !entries.isEmpty { newline(level, &out) }
    out.append(UInt8(ascii: "}"))
  }

  private func newline(_ level: Int, _ out: inout TextBuilder) {
    guard let indent else { return }
    out.append("\n" + String(repeating: " ", count: indent * level))
  }

  private func string(_ text: Text, _ origin: Origin, _ out: inout TextBuilder) {
    out.append("\"", origin: origin)
    var at = 0
    for run in text.runs {
      let start = Int(run.start)
      if start > at { escaped(text.bytes[at..<start], origin, &out) }
      let end = min(Int(run.end), text.count)
      guard end > start else { continue }
      let part = text.bytes[start..<end]
      if run.isVerbatim, !part.contains(where: Self.needsEscape) {
        out.append(part, origin: run.origin, offset: run.offset)
      } else {
        escaped(part, run.origin, &out)
      }
      at = end
    }
    if at < text.count { escaped(text.bytes[at...], origin, &out) }
    out.append("\"", origin: origin)
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "<")
      || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "&")
  }

  private func escaped(_ bytes: ArraySlice<UInt8>, _ origin: Origin, _ out: inout TextBuilder) {
    var quoted: [UInt8] = []
    JSONWriter(escapesHTML: true).writeString(Array(bytes), to: &quoted)
    out.append(quoted.dropFirst().dropLast(), origin: origin)
  }
}
