import SourceText
import Values

/// Sprig's functions of strings (strings.go, functions.go) that cut, join and decorate. Texts keep the origins of their parts.
enum StringFunctions {
  static let all: [TemplateFunction] = [
    .strict("hello", []) { _, _ in .string("Hello!") },
    .strict("trim", [.string]) { _, a in trim(a.value(0)) { isSpace($0) } },
    .strict("trimAll", [.string, .string]) { _, a in trimSet(a.value(1), a.bytes(0)) },
    .strict("trimall", [.string, .string]) { _, a in trimSet(a.value(1), a.bytes(0)) },
    .strict("trimSuffix", [.string, .string]) { _, a in
      let suffix = a.bytes(0)
      let text = a.text(1)
      guard !suffix.isEmpty, ends(text.bytes, with: suffix) else { return a.value(1) }
      return part(a.value(1), 0..<(text.count - suffix.count))
    },
    .strict("trimPrefix", [.string, .string]) { _, a in
      let prefix = a.bytes(0)
      guard !prefix.isEmpty, a.bytes(1).starts(with: prefix) else { return a.value(1) }
      return part(a.value(1), prefix.count..<a.text(1).count)
    },
    .strict("trunc", [.int, .string]) { _, a in
      let count = a.int(0)
      let length = a.text(1).count
      if count < 0, count > -length { return part(a.value(1), (length + count)..<length) }
      if count >= 0, length > count { return part(a.value(1), 0..<count) }
      return a.value(1)
    },
    .strict("substr", [.int, .int, .string]) { (_, a) throws(TemplateError) in
      let (start, end) = (a.int(0), a.int(1))
      let length = a.text(2).count
      if start < 0 {
        guard end >= 0, end <= length else { throw bounds("[:\(end)]", length, end) }
        return part(a.value(2), 0..<end)
      }
      if end < 0 || end > length {
        guard start <= length else { throw TemplateError("runtime error: slice bounds out of range [\(start):\(length)]") }
        return part(a.value(2), start..<length)
      }
      guard start <= end else { throw TemplateError("runtime error: slice bounds out of range [\(start):\(end)]") }
      return part(a.value(2), start..<end)
    },
    .strict("repeat", [.int, .string]) { (_, a) throws(TemplateError) in
      let count = a.int(0)
      if count < 0 { throw TemplateError("strings: negative Repeat count") }
      try GoValue.checkSize(count.multipliedReportingOverflow(by: a.text(1).count).overflow ? .max : count * a.text(1).count)
      if count == 1 { return a.value(1) }
      var builder = TextBuilder()
      if a.text(1).count > 0 { for _ in 0..<count { builder.append(a.text(1), origin: a.value(1).origin) } }
      return .string(builder.build(), a.value(1).origin)
    },
    .strict("contains", [.string, .string]) { _, a in .bool(find(a.bytes(1), a.bytes(0), from: 0) != nil) },
    .strict("hasPrefix", [.string, .string]) { _, a in .bool(a.bytes(1).starts(with: a.bytes(0))) },
    .strict("hasSuffix", [.string, .string]) { _, a in .bool(ends(a.bytes(1), with: a.bytes(0))) },
    .strict("indent", [.int, .string]) { (_, a) throws(TemplateError) in try indent(a, leadingBreak: false) },
    .strict("nindent", [.int, .string]) { (_, a) throws(TemplateError) in try indent(a, leadingBreak: true) },
    .strict("replace", [.string, .string, .string]) { call, a in replace(call, a) },
    .strict("plural", [.string, .string, .int]) { _, a in a.int(2) == 1 ? a.value(0) : a.value(1) },
    .strict("quote", [], variadic: .any) { call, a in
      wrap(call, a) { (value, builder) in
        let text = GoValue.text(value)
        builder.append(UInt8(ascii: "\""))
        appendQuoted(text, origin: value.origin, to: &builder)
        builder.append(UInt8(ascii: "\""))
      }
    },
    .strict("squote", [], variadic: .any) { call, a in
      wrap(call, a) { (value, builder) in
        builder.append(UInt8(ascii: "'"))
        builder.append(GoValue.text(value), origin: value.origin)
        builder.append(UInt8(ascii: "'"))
      }
    },
    .strict("cat", [], variadic: .any) { call, a in
      wrap(call, a) { (value, builder) in builder.append(GoValue.text(value), origin: value.origin) }
    },
    .strict("toString", [.any]) { _, a in
      if case .string = a.value(0).payload { return a.value(0) }
      if let unknown = GoValue.unknown(in: a.value(0)) { return unknown }
      return .string(GoValue.text(a.value(0)), a.value(0).origin)
    },
    .strict("toStrings", [.any]) { _, a in
      GoValue.unknown(in: a.value(0)) ?? GoValue.strings(stringItems(a.value(0)), a.value(0).origin)
    },
    .strict("join", [.string, .any]) { call, a in join(call, a) },
    .strict("splitList", [.string, .string]) { _, a in
      GoValue.strings(split(a.value(1), a.bytes(0), limit: -1), a.value(1).origin)
    },
    .strict("split", [.string, .string]) { _, a in numbered(split(a.value(1), a.bytes(0), limit: -1), a.value(1)) },
    .strict("splitn", [.string, .int, .string]) { _, a in
      numbered(split(a.value(2), a.bytes(0), limit: a.int(1)), a.value(2))
    },
    .strict("abbrev", [.int, .string]) { _, a in
      a.int(0) < 4 ? a.value(1) : abbreviate(a.value(1), offset: 0, width: a.int(0))
    },
    .strict("abbrevboth", [.int, .int, .string]) { _, a in
      let (left, right) = (a.int(0), a.int(1))
      return right < 4 || (left > 0 && right < 7) ? a.value(2) : abbreviate(a.value(2), offset: left, width: right)
    },
    .strict("wrap", [.int, .string]) { (_, a) throws(TemplateError) in
      try WordWrap.wrap(a.value(1), width: a.int(0), separator: [0x0A], cutsWords: false)
    },
    .strict("wrapWith", [.int, .string, .string]) { (_, a) throws(TemplateError) in
      try WordWrap.wrap(a.value(2), width: a.int(0), separator: a.bytes(1).isEmpty ? [0x0A] : a.bytes(1), cutsWords: true)
    },
  ]

  // MARK: Parts

  static func part(_ value: Value, _ range: Range<Int>) -> Value {
    guard let text = value.text else { return value }
    return .string(text.slice(range), value.origin)
  }

  private static func bounds(_ text: String, _ length: Int, _ end: Int) -> TemplateError {
    TemplateError("runtime error: slice bounds out of range \(text)" + (end > length ? " with length \(length)" : ""))
  }

  static func ends(_ bytes: [UInt8], with suffix: [UInt8]) -> Bool {
    bytes.count >= suffix.count && bytes[(bytes.count - suffix.count)...].elementsEqual(suffix)
  }

  /// Offset of the next place where `part` stands.
  static func find(_ bytes: [UInt8], _ part: [UInt8], from start: Int) -> Int? {
    guard let first = part.first else { return start <= bytes.count ? start : nil }
    var at = start
    while at + part.count <= bytes.count {
      if bytes[at] == first, bytes[at..<(at + part.count)].elementsEqual(part) { return at }
      at += 1
    }
    return nil
  }

  /// `unicode.IsSpace`.
  static func isSpace(_ rune: UInt32) -> Bool {
    switch rune {
    case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  static func trim(_ value: Value, _ drops: (UInt32) -> Bool) -> Value {
    let bytes = value.text?.bytes ?? []
    var start = 0
    while start < bytes.count {
      let (rune, width) = GoRune.decode(bytes, start)
      guard drops(rune) else { break }
      start += width
    }
    var end = bytes.count
    while end > start {
      var last = end - 1
      while last > start, bytes[last] & 0xC0 == 0x80, end - last < 4 { last -= 1 }
      var (rune, width) = GoRune.decode(bytes, last)
      if last + width != end { (rune, width, last) = (GoRune.replacement, 1, end - 1) }
      guard drops(rune) else { break }
      end = last
    }
    return start == 0 && end == bytes.count ? value : part(value, start..<end)
  }

  private static func trimSet(_ value: Value, _ cutset: [UInt8]) -> Value {
    var runes: Set<UInt32> = []
    var at = 0
    while at < cutset.count {
      let (rune, width) = GoRune.decode(cutset, at)
      runes.insert(rune)
      at += width
    }
    return runes.isEmpty ? value : trim(value) { runes.contains($0) }
  }

  // MARK: Lines

  private static func indent(_ a: [Value], leadingBreak: Bool) throws(TemplateError) -> Value {
    let spaces = a.int(0)
    if spaces < 0 { throw TemplateError("strings: negative Repeat count") }
    let text = a.text(1)
    let breaks = text.bytes.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
    try GoValue.checkSize(spaces.multipliedReportingOverflow(by: breaks).overflow ? .max : spaces * breaks)
    let pad = [UInt8](repeating: 0x20, count: spaces)
    var builder = TextBuilder()
    builder.reserve(text.count + pad.count * breaks + 1)
    if leadingBreak { builder.append(0x0A) }
    builder.append(pad)
    var start = 0
    for (place, byte) in text.bytes.enumerated() where byte == 0x0A {
      builder.append(text, range: start..<(place + 1), origin: a.value(1).origin)
      builder.append(pad)
      start = place + 1
    }
    builder.append(text, range: start..<text.count, origin: a.value(1).origin)
    return .string(builder.build(), a.value(1).origin)
  }

  private static func replace(_ call: TemplateCall, _ a: [Value]) -> Value {
    let old = a.bytes(0)
    let new = a.value(1)
    let source = a.value(2)
    let bytes = a.bytes(2)
    guard old != a.bytes(1) else { return source }
    var builder = TextBuilder()
    var start = 0
    var replaced = false
    func insert() {
      builder.append(a.text(1), origin: new.origin)
      replaced = true
    }
    if old.isEmpty {
      // Go puts the new text before each character and at the end.
      while start < bytes.count {
        insert()
        let width = GoRune.decode(bytes, start).width
        builder.append(a.text(2), range: start..<(start + width), origin: source.origin)
        start += width
      }
      insert()
    } else {
      while let place = find(bytes, old, from: start) {
        builder.append(a.text(2), range: start..<place, origin: source.origin)
        insert()
        start = place + old.count
      }
      builder.append(a.text(2), range: start..<bytes.count, origin: source.origin)
    }
    guard replaced else { return source }
    return .string(builder.build(), a.text(1).count == 0 ? source.origin : call.joined([source, new]))
  }

  // MARK: Decoration

  /// The parts that are not nil, with a blank between them.
  private static func wrap(_ call: TemplateCall, _ a: [Value], _ body: (Value, inout TextBuilder) -> Void) -> Value {
    var builder = TextBuilder()
    var used: [Value] = []
    for value in a where !value.isNull {
      if let unknown = GoValue.unknown(in: value) { return unknown }
      if !used.isEmpty { builder.append(0x20) }
      body(value, &builder)
      used.append(value)
    }
    return .string(builder.build(), call.joined(used))
  }

  /// The inside of Go's `%q`, stretch by stretch.
  static func appendQuoted(_ text: Text, origin: Origin, to builder: inout TextBuilder) {
    let bytes = text.bytes
    var start = 0
    var at = 0
    while at < bytes.count {
      let (rune, width) = GoRune.decode(bytes, at)
      let isBroken = rune == GoRune.replacement && width == 1
      if !isBroken, rune != 0x22, rune != 0x5C, GoRune.isPrint(rune) {
        at += width
        continue
      }
      builder.append(text, range: start..<at, origin: origin)
      let index = text.runIndex(at: at)
      let covered = index < text.runs.count && Int(text.runs[index].start) <= at
      let quoted = GoQuote.quotedBytes(Array(bytes[at..<(at + width)]))
      builder.append(quoted.dropFirst().dropLast(), origin: covered ? text.runs[index].origin : origin)
      at += width
      start = at
    }
    builder.append(text, range: start..<bytes.count, origin: origin)
  }

  // MARK: Lists of strings

  /// Sprig's `strslice`: the elements as strings, without the nil ones.
  static func stringItems(_ value: Value) -> [Value] {
    if let items = GoValue.elements(value) {
      return items.filter { !$0.isNull }.map { .string(GoValue.text($0), $0.origin) }
    }
    return value.isNull ? [] : [.string(GoValue.text(value), value.origin)]
  }

  private static func join(_ call: TemplateCall, _ a: [Value]) -> Value {
    if let unknown = GoValue.unknown(in: a.value(1)) { return unknown }
    let items = stringItems(a.value(1))
    if items.count == 1 { return items[0] }
    var builder = TextBuilder()
    for (place, item) in items.enumerated() {
      if place > 0 { builder.append(a.text(0), origin: a.value(0).origin) }
      builder.append(item.text ?? .empty, origin: item.origin)
    }
    return .string(builder.build(), call.joined(items.isEmpty ? [a.value(1)] : items))
  }

  /// `strings.SplitN`: at most `limit` pieces, all if it is negative.
  static func split(_ value: Value, _ separator: [UInt8], limit: Int) -> [Value] {
    let bytes = value.text?.bytes ?? []
    if limit == 0 { return [] }
    var pieces: [Value] = []
    var start = 0
    if separator.isEmpty {
      while start < bytes.count, limit < 0 || pieces.count < limit - 1 {
        let width = GoRune.decode(bytes, start).width
        pieces.append(part(value, start..<(start + width)))
        start += width
      }
      if start < bytes.count { pieces.append(part(value, start..<bytes.count)) }
      return pieces
    }
    while limit < 0 || pieces.count < limit - 1, let place = find(bytes, separator, from: start) {
      pieces.append(part(value, start..<place))
      start = place + separator.count
    }
    pieces.append(part(value, start..<bytes.count))
    return pieces
  }

  /// `map[string]string` with the keys `_0`, `_1` …
  private static func numbered(_ pieces: [Value], _ source: Value) -> Value {
    let map = ValueMap()
    for (place, piece) in pieces.enumerated() { map.set("_\(place)", piece) }
    return Value(.map(map), tag: GoMap.strings, origin: source.origin)
  }

  /// goutils: stringutils.go, `AbbreviateFull`.
  private static func abbreviate(_ value: Value, offset: Int, width: Int) -> Value {
    let length = value.text?.count ?? 0
    if length <= width { return value }
    var offset = min(offset, length)
    if length - offset < width - 3 { offset = length - (width - 3) }
    var rewriter = TextRewriter(value)
    if offset <= 4 {
      rewriter.keep(0..<(width - 3))
      rewriter.insert("...".utf8)
      return rewriter.value()
    }
    if width < 7 { return .string("", value.origin) }
    rewriter.insert("...".utf8)
    if offset + width - 3 < length {
      // The inner call gives nothing if its own width is too small.
      if width - 3 >= 4, length - offset > width - 3 {
        rewriter.keep(offset..<(offset + width - 6))
        rewriter.insert("...".utf8)
      } else if width - 3 >= 4 {
        rewriter.keep(offset..<length)
      }
    } else {
      rewriter.keep((length - (width - 3))..<length)
    }
    return rewriter.value()
  }
}

/// goutils: wordutils.go, `WrapCustom`. Counts bytes.
enum WordWrap {
  static func wrap(_ value: Value, width: Int, separator: [UInt8], cutsWords: Bool) throws(TemplateError) -> Value {
    let bytes = value.text?.bytes ?? []
    if bytes.isEmpty { return value }
    let width = max(1, width)
    let breaks = bytes.count / width + 1
    try GoValue.checkSize(
      breaks.multipliedReportingOverflow(by: separator.count).overflow ? .max : breaks * separator.count)
    var rewriter = TextRewriter(value)
    var at = 0
    while bytes.count - at > width {
      if bytes[at] == 0x20 {
        at += 1
        continue
      }
      if let space = bytes[at..<(at + width + 1)].lastIndex(of: 0x20) {
        rewriter.keep(at..<space)
        rewriter.insert(separator)
        at = space + 1
      } else if cutsWords {
        rewriter.keep(at..<(at + width))
        rewriter.insert(separator)
        at += width
      } else if let space = bytes[(at + width)...].firstIndex(of: 0x20) {
        rewriter.keep(at..<space)
        rewriter.insert(separator)
        at = space + 1
      } else {
        rewriter.keep(at..<bytes.count)
        at = bytes.count
      }
    }
    rewriter.keep(at..<bytes.count)
    return rewriter.value()
  }
}
