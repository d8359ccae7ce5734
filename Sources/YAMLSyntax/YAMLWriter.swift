import SourceText
import Values

/// Writes values as go-yaml writes them, byte for byte.
package enum YAMLWriter {
  package enum Style: Sendable, Hashable {
    /// `sigs.k8s.io/yaml.Marshal`: through JSON, then go-yaml v2. Keys in natural order, lists at their key's indentation,
    /// plain and quoted text folded at 80 columns.
    case goYAML
    /// Helm's `toYamlPretty`: go-yaml v3 with an indent of 2. Lists are indented, nothing is folded.
    case goYAMLPretty
  }

  /// The document, with a line break at its end. The runs carry the origins of the scalars and keys; what is only frame
  /// (indentation, dashes, colons) has none. Host objects and unknowns are written as `null`.
  package static func write(_ value: Value, style: Style = .goYAML, limits: Limits = Limits()) -> Text {
    var emitter = YAMLEmitter(style: style, nesting: max(limits.nesting, 1000))
    emitter.document(value)
    return emitter.out.build()
  }

  /// Whether a string must be quoted, because YAML 1.1 reads it as something else.
  package static func needsQuotes(_ text: [UInt8]) -> Bool { !YAMLEmitter.readsAsString(text, style: .goYAML) }
}

/// The states of libyaml's emitter that matter for block output, as recursion.
struct YAMLEmitter {
  let style: YAMLWriter.Style
  var out = TextBuilder()
  private let nesting: Int
  private let width: Int
  private var indent = -1
  private var column = 0
  private var isWhitespace = true
  private var isIndention = true

  init(style: YAMLWriter.Style, nesting: Int) {
    self.style = style
    self.nesting = nesting
    width = style == .goYAML ? 80 : Int.max
  }

  mutating func document(_ value: Value) {
    node(value, inMapping: false, isKey: false, depth: 0)
    writeIndent()
  }

  // MARK: Output

  private mutating func put(_ byte: UInt8) {
    out.append(byte)
    column += 1
  }

  private mutating func lineBreak() {
    out.append(0x0A)
    column = 0
    // v3 moved this here from the callers (`put_break`).
    if style == .goYAMLPretty { isIndention = true }
  }

  private mutating func writeIndent() {
    let indent = max(indent, 0)
    if !isIndention || column > indent || (column == indent && !isWhitespace) { lineBreak() }
    while column < indent { put(0x20) }
    isWhitespace = true
    if style == .goYAML { isIndention = true }
  }

  private mutating func indicator(_ text: StaticString, needsSpace: Bool, isWhitespace white: Bool = false, isIndention indention: Bool = false) {
    if needsSpace, !isWhitespace { put(0x20) }
    text.withUTF8Buffer { for byte in $0 { put(byte) } }
    isWhitespace = white
    isIndention = isIndention && indention
  }

  // MARK: Nodes

  private mutating func node(_ value: Value, inMapping: Bool, isKey: Bool, depth: Int) {
    switch value.payload {
    case .null, .object, .unknown: plain("null", value.origin)
    case .bool(let flag): plain(flag ? "true" : "false", value.origin)
    case .int(let number): plain(value.tag == Self.unsigned ? String(UInt64(bitPattern: number)) : String(number), value.origin)
    case .double(let number): plain(self.number(number), value.origin)
    case .string(let text): string(text, value.origin, isKey: isKey)
    case .list(let list) where list.isNil: plain("null", value.origin)
    case .list(let list):
      guard !list.items.isEmpty, depth < nesting else {
        indicator("[", needsSpace: true, isWhitespace: true)
        indicator("]", needsSpace: false)
        return
      }
      sequence(list.items, inMapping: inMapping, depth: depth)
    case .map(let map):
      guard !map.isEmpty, depth < nesting else {
        indicator("{", needsSpace: true, isWhitespace: true)
        indicator("}", needsSpace: false)
        return
      }
      mapping(map, depth: depth)
    }
  }

  /// The tag of Go's uint64 among Go's kinds of numbers.
  private static let unsigned: UInt8 = 3

  private mutating func increaseIndent(flow: Bool = false, indentless: Bool = false) -> Int {
    let before = indent
    if indent < 0 { indent = flow ? 2 : 0 } else if !indentless { indent += 2 }
    return before
  }

  private mutating func sequence(_ items: [Value], inMapping: Bool, depth: Int) {
    let before = increaseIndent(indentless: style == .goYAML && inMapping && !isIndention)
    for item in items {
      writeIndent()
      indicator("-", needsSpace: true, isIndention: true)
      node(item, inMapping: false, isKey: false, depth: depth + 1)
    }
    indent = before
  }

  private mutating func mapping(_ map: ValueMap, depth: Int) {
    let before = increaseIndent()
    for entry in NaturalOrder.sorted(map.entries) {
      writeIndent()
      let analysis = ScalarAnalysis(entry.key.bytes, tabsArePrintable: style == .goYAMLPretty)
      if entry.key.count <= 128, !analysis.isMultiline {
        string(entry.key, entry.keyOrigin, isKey: true)
        indicator(":", needsSpace: false)
      } else {
        indicator("?", needsSpace: true, isIndention: true)
        string(entry.key, entry.keyOrigin, isKey: false)
        writeIndent()
        indicator(":", needsSpace: true, isIndention: true)
      }
      node(entry.value, inMapping: true, isKey: false, depth: depth + 1)
    }
    indent = before
  }

  private func number(_ number: Double) -> String {
    // v2 sees the number as JSON writes it, where whole numbers have no point.
    if style == .goYAML, number.isFinite {
      let json = JSONWriter.number(number)
      if Int64(json) != nil || UInt64(json) != nil { return json == "-0" ? "0" : json }
    }
    return GoNumberText.general(number)
  }

  // MARK: Scalars

  private mutating func plain(_ text: String, _ origin: Origin) {
    if !isWhitespace { put(0x20) }
    out.append(text.utf8, origin: origin)
    column += text.utf8.count
    isWhitespace = false
    isIndention = false
  }

  static func readsAsString(_ value: [UInt8], style: YAMLWriter.Style) -> Bool {
    guard ScalarResolver.resolve(value, style == .goYAML ? .kubernetes : .kustomize) == .string else { return false }
    if style == .goYAMLPretty, ScalarResolver.resolve(value, .kubernetes) != .string { return false }
    return !isBase60(value)
  }

  /// `^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$`
  private static func isBase60(_ value: [UInt8]) -> Bool {
    guard value.contains(UInt8(ascii: ":")) else { return false }
    var at = 0
    func digit(_ place: Int) -> Bool { place < value.count && value[place] >= 0x30 && value[place] <= 0x39 }
    if value[0] == UInt8(ascii: "+") || value[0] == UInt8(ascii: "-") { at += 1 }
    guard digit(at) else { return false }
    while digit(at) || (at < value.count && value[at] == UInt8(ascii: "_")) { at += 1 }
    var groups = 0
    while at < value.count, value[at] == UInt8(ascii: ":") {
      guard digit(at + 1) else { return false }
      if digit(at + 2) {
        guard value[at + 1] <= 0x35 else { return false }
        at += 3
      } else {
        at += 2
      }
      groups += 1
    }
    guard groups > 0 else { return false }
    if at < value.count, value[at] == UInt8(ascii: ".") {
      at += 1
      while digit(at) || (at < value.count && value[at] == UInt8(ascii: "_")) { at += 1 }
    }
    return at == value.count
  }

  private mutating func string(_ original: Text, _ origin: Origin, isKey: Bool) {
    // JSON repairs what is not UTF-8.
    let text = String(validating: original.bytes, as: UTF8.self) == nil ? Text(original.string) : original
    let analysis = ScalarAnalysis(text.bytes, tabsArePrintable: style == .goYAMLPretty)
    let before = increaseIndent(flow: true)
    defer { indent = before }
    if text.bytes.contains(0x0A), !isKey, analysis.allowsBlock {
      literal(text, origin)
    } else if text.bytes.contains(0x0A) || !Self.readsAsString(text.bytes, style: style) || (isKey && analysis.isMultiline) {
      doubleQuoted(text, origin, folds: !isKey)
    } else if analysis.allowsPlain, !(isKey && text.count == 0) {
      folded(text, origin, quoted: false, folds: !isKey)
    } else if analysis.allowsSingle {
      folded(text, origin, quoted: true, folds: !isKey)
    } else {
      doubleQuoted(text, origin, folds: !isKey)
    }
  }

  private mutating func write(_ text: Text, _ range: Range<Int>, _ origin: Origin) {
    guard !range.isEmpty else { return }
    out.append(text, range: range, origin: origin)
    for place in range where text.bytes[place] & 0xC0 != 0x80 { column += 1 }
  }

  /// Plain and single-quoted text without line feeds.
  private mutating func folded(_ text: Text, _ origin: Origin, quoted: Bool, folds: Bool) {
    if quoted { indicator("'", needsSpace: true) } else if !isWhitespace { put(0x20) }
    let bytes = text.bytes
    var from = 0
    var spaces = false
    var counted = 0
    /// Writes what waits; the column must be known before each decision to fold.
    func flush(_ emitter: inout Self, to end: Int) {
      emitter.column -= counted
      counted = 0
      emitter.write(text, from..<end, origin)
      from = end
    }
    var at = 0
    while at < bytes.count {
      let byte = bytes[at]
      if byte == 0x20 {
        let nextIsSpace = at + 1 < bytes.count && bytes[at + 1] == 0x20
        let inside = !quoted || (at > 0 && at < bytes.count - 1)
        if folds, !spaces, column > width, inside, !nextIsSpace {
          flush(&self, to: at)
          writeIndent()
          from = at + 1
        } else {
          column += 1
          counted += 1
        }
        spaces = true
      } else {
        if quoted, byte == UInt8(ascii: "'") {
          flush(&self, to: at)
          put(byte)
        }
        if byte & 0xC0 != 0x80 {
          column += 1
          counted += 1
        }
        isIndention = false
        spaces = false
      }
      at += 1
    }
    flush(&self, to: bytes.count)
    if quoted { indicator("'", needsSpace: false) }
    isWhitespace = false
    isIndention = false
  }

  private mutating func doubleQuoted(_ text: Text, _ origin: Origin, folds: Bool) {
    indicator("\"", needsSpace: true)
    let bytes = text.bytes
    var spaces = false
    var at = 0
    while at < bytes.count {
      let byte = bytes[at]
      let width = ScalarAnalysis.width(bytes, at)
      if !ScalarAnalysis.isPrintable(bytes, at) || ScalarAnalysis.isBreak(bytes, at) || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        let escape = Self.escape(bytes[at..<(at + width)])
        out.append(escape.utf8, origin: text.origin(at: at, origin))
        column += escape.utf8.count
        spaces = false
        at += width
      } else if byte == 0x20 {
        if folds, !spaces, column > self.width, at > 0, at < bytes.count - 1 {
          writeIndent()
          if bytes[at + 1] == 0x20 { put(UInt8(ascii: "\\")) }
        } else {
          write(text, at..<(at + 1), origin)
        }
        spaces = true
        at += 1
      } else {
        write(text, at..<(at + width), origin)
        spaces = false
        at += width
      }
    }
    indicator("\"", needsSpace: false)
    isWhitespace = false
    isIndention = false
  }

  private static func escape(_ bytes: ArraySlice<UInt8>) -> String {
    guard let scalar = String(decoding: bytes, as: UTF8.self).unicodeScalars.first else { return "" }
    switch scalar.value {
    case 0x00: return "\\0"
    case 0x07: return "\\a"
    case 0x08: return "\\b"
    case 0x09: return "\\t"
    case 0x0A: return "\\n"
    case 0x0B: return "\\v"
    case 0x0C: return "\\f"
    case 0x0D: return "\\r"
    case 0x1B: return "\\e"
    case 0x22: return "\\\""
    case 0x5C: return "\\\\"
    case 0x85: return "\\N"
    case 0xA0: return "\\_"
    case 0x2028: return "\\L"
    case 0x2029: return "\\P"
    case let code:
      let (letter, count) = code <= 0xFF ? ("x", 2) : code <= 0xFFFF ? ("u", 4) : ("U", 8)
      let digits = String(code, radix: 16, uppercase: true)
      return "\\" + letter + String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
  }

  private mutating func literal(_ text: Text, _ origin: Origin) {
    let bytes = text.bytes
    indicator("|", needsSpace: true)
    if bytes[0] == 0x20 || ScalarAnalysis.isBreak(bytes, 0) { indicator("2", needsSpace: false) }
    let chomp = Self.chomping(bytes)
    if chomp == UInt8(ascii: "-") { indicator("-", needsSpace: false) }
    if chomp == UInt8(ascii: "+") { indicator("+", needsSpace: false) }
    lineBreak()
    isIndention = true
    isWhitespace = true
    var breaks = true
    var at = 0
    while at < bytes.count {
      if bytes[at] == 0x0A {
        out.append(text, range: at..<(at + 1), origin: origin)
        column = 0
        isIndention = true
        breaks = true
        at += 1
      } else if ScalarAnalysis.isBreak(bytes, at) {
        let width = ScalarAnalysis.width(bytes, at)
        out.append(text, range: at..<(at + width), origin: origin)
        column = 0
        isIndention = true
        breaks = true
        at += width
      } else {
        if breaks { writeIndent() }
        var end = at
        while end < bytes.count, !ScalarAnalysis.isBreak(bytes, end) { end += 1 }
        write(text, at..<end, origin)
        isIndention = false
        breaks = false
        at = end
      }
    }
  }

  /// `-` without a final line break, `+` with more than one (or nothing else), else 0.
  private static func chomping(_ bytes: [UInt8]) -> UInt8 {
    func start(ofCharacterEndingAt end: Int) -> Int {
      var place = end
      while place > 0, bytes[place] & 0xC0 == 0x80 { place -= 1 }
      return place
    }
    let last = start(ofCharacterEndingAt: bytes.count - 1)
    guard ScalarAnalysis.isBreak(bytes, last) else { return UInt8(ascii: "-") }
    guard last > 0 else { return UInt8(ascii: "+") }
    return ScalarAnalysis.isBreak(bytes, start(ofCharacterEndingAt: last - 1)) ? UInt8(ascii: "+") : 0
  }
}

extension Text {
  /// The origin of the run at an offset, else the given one.
  fileprivate func origin(at offset: Int, _ whole: Origin) -> Origin {
    let index = runIndex(at: offset)
    return index < runs.count && Int(runs[index].start) <= offset ? runs[index].origin : whole
  }
}
