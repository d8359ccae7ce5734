import SourceText
import Values

/// Templates: quoted strings, heredocs, template files (`hclsyntax.parser.parseTemplateParts`).
extension HCLParser {
  /// A stretch of literal text as the scanner cuts it: to the end of a line in heredocs and files. Trimming works on such stretches.
  private struct Chunk {
    var bytes: [UInt8] = []
    /// For each byte its offset in the source; -1 - offset for one that an escape sequence made.
    var offsets: [Int32] = []

    mutating func append(_ byte: UInt8, from offset: Int, verbatim: Bool = true) {
      bytes.append(byte)
      let place = Int32(clamping: offset)
      offsets.append(verbatim ? place : -1 - place)
    }

    mutating func append(_ text: ArraySlice<UInt8>, verbatimFrom offset: Int) {
      bytes.append(contentsOf: text)
      offsets.append(contentsOf: text.indices.lazy.map { Int32(clamping: offset + $0 - text.startIndex) })
    }

    mutating func append(_ text: some Sequence<UInt8>, from offset: Int) {
      for byte in text { append(byte, from: offset, verbatim: false) }
    }

    var leadingSpace: Int { spaces(bytes[...], forward: true) }

    /// Bytes of white space (Unicode's) at one end.
    private func spaces(_ part: ArraySlice<UInt8>, forward: Bool) -> Int {
      let scalars = String(decoding: part, as: UTF8.self).unicodeScalars
      var count = 0
      if forward {
        for scalar in scalars {
          guard scalar.properties.isWhitespace else { break }
          count += UTF8.width(scalar)
        }
      } else {
        for scalar in scalars.reversed() {
          guard scalar.properties.isWhitespace else { break }
          count += UTF8.width(scalar)
        }
      }
      return min(count, part.count)
    }

    mutating func dropFirst(_ count: Int) {
      bytes.removeFirst(min(count, bytes.count))
      offsets.removeFirst(min(count, offsets.count))
    }

    mutating func trimStart() { dropFirst(leadingSpace) }

    mutating func trimEnd() {
      let count = spaces(bytes[...], forward: false)
      bytes.removeLast(count)
      offsets.removeLast(count)
    }
  }

  private enum Part {
    case literal(Chunk, SourceSpan)
    case interpolation(HCLExpression, SourceSpan)
    case ifStart(HCLExpression, SourceSpan)
    case forStart(key: String?, value: String, HCLExpression, SourceSpan)
    case ifElse(SourceSpan)
    case ifEnd(SourceSpan)
    case forEnd(SourceSpan)
  }

  private enum Ending {
    case quote
    case marker([UInt8])
    case text
  }

  mutating func quotedTemplate() throws(HCLSyntaxError) -> HCLExpression {
    let start = at
    at += 1
    if let plain = plainString(start) { return plain }
    let parts = try parts(until: .quote, start: start)
    return try assemble(parts, span(from: start))
  }

  /// A string of nothing but letters that mean themselves, as most are; nil, with nothing read, for any other.
  private mutating func plainString(_ start: Int) -> HCLExpression? {
    var stop = at
    while stop < end, !Self.isSpecial(bytes[stop]) { stop += 1 }
    guard stop < end, bytes[stop] == UInt8(ascii: "\"") else { return nil }
    let content = bytes[at..<stop]
    let text: Text
    if fixed != nil || content.isEmpty {
      text = Text(Array(content))
    } else {
      var builder = TextBuilder()
      builder.append(content, origin: provenance.origins.add(.source, SourceSpan(source: source, at..<stop)), offset: 0)
      text = builder.build()
    }
    at = stop + 1
    return HCLExpression(.literal(HCLValue(.string(text), origin: provenance.origins.add(.source, span(from: start)))), span(from: start))
  }

  mutating func bareTemplate() throws(HCLSyntaxError) -> HCLExpression {
    let start = at
    let parts = try parts(until: .text, start: start)
    return try assemble(parts, span(from: start))
  }

  mutating func heredoc() throws(HCLSyntaxError) -> HCLExpression {
    let start = at
    at += 2
    let flush = take("-")
    guard let marker = identifier() else { throw fail("expected a word behind `<<` that ends the text") }
    guard takeNewline() else { throw fail("expected a line break behind the word that begins a heredoc") }
    var parts = try parts(until: .marker(Array(marker.utf8)), start: start)
    if flush { Self.flush(&parts) }
    return try assemble(parts, span(from: start))
  }

  /// Takes from all lines the white space that the least indented one begins with; only literal text that begins a line
  /// counts (`flushHeredocTemplateParts`).
  private static func flush(_ parts: inout [Part]) {
    var least = Int.max
    var atLineStart = true
    var adjusted: [Int] = []
    for (place, part) in parts.enumerated() {
      if atLineStart {
        atLineStart = false
        var spaces = 0
        if case .literal(let chunk, _) = part {
          spaces = chunk.leadingSpace
          if spaces == chunk.bytes.count, chunk.bytes.last == UInt8(ascii: "\n") {
            spaces = .max
          } else {
            adjusted.append(place)
          }
        }
        least = min(least, spaces)
      }
      if case .literal(let chunk, _) = part, chunk.bytes.last == UInt8(ascii: "\n") { atLineStart = true }
    }
    for place in adjusted {
      guard case .literal(var chunk, let span) = parts[place] else { continue }
      chunk.dropFirst(least)
      parts[place] = .literal(chunk, span)
    }
  }

  // MARK: Scanning

  private mutating func parts(until ending: Ending, start: Int) throws(HCLSyntaxError) -> [Part] {
    var parts: [Part] = []
    var chunk = Chunk()
    var chunkStart = at
    var trimsNext = false
    var lineStart = true

    func flush(_ parser: HCLParser) {
      guard !chunk.bytes.isEmpty else { return }
      if trimsNext { chunk.trimStart() }
      trimsNext = false
      parts.append(.literal(chunk, parser.span(chunkStart..<parser.at)))
      chunk = Chunk()
    }
    func trimBefore() {
      guard case .literal(var last, let span)? = parts.last else { return }
      last.trimEnd()
      parts[parts.count - 1] = .literal(last, span)
    }

    while true {
      if lineStart, case .marker(let marker) = ending, chunk.bytes.isEmpty {
        if let close = closing(marker) {
          at = close
          return parts
        }
      }
      lineStart = false
      guard let byte = next else {
        if case .text = ending {
          flush(self)
          return parts
        }
        throw HCLSyntaxError(message: "this string has no end; expected its closing mark", span: span(start..<min(start + 1, end)))
      }
      switch byte {
      case UInt8(ascii: "\""):
        if case .quote = ending {
          flush(self)
          at += 1
          return parts
        }
        chunk.append(byte, from: at)
        at += 1
      case UInt8(ascii: "\n"):
        if case .quote = ending {
          throw fail("a quoted string must not run over lines; use a heredoc or the escape \\n", from: start)
        }
        chunk.append(byte, from: at)
        at += 1
        flush(self)
        chunkStart = at
        lineStart = true
      case UInt8(ascii: "\\"):
        if case .quote = ending { try escape(&chunk) } else {
          chunk.append(byte, from: at)
          at += 1
        }
      case UInt8(ascii: "$"), UInt8(ascii: "%"):
        if peek(1) == byte, peek(2) == UInt8(ascii: "{") {
          chunk.append(byte, from: at + 1)
          chunk.append(UInt8(ascii: "{"), from: at + 2)
          at += 3
        } else if peek(1) == UInt8(ascii: "{") {
          flush(self)
          let from = at
          at += 2
          if next == UInt8(ascii: "~") {
            at += 1
            if from > chunkStart || !parts.isEmpty { trimBefore() }
          }
          trimsNext = false
          let (part, trims) = try newlines(ignored: true) { (parser) throws(HCLSyntaxError) in
            byte == UInt8(ascii: "$") ? try parser.interpolation(from) : try parser.directive(from)
          }
          parts.append(part)
          trimsNext = trims
          chunkStart = at
        } else {
          chunk.append(byte, from: at)
          at += 1
        }
      default:
        let from = at
        repeat { at += 1 } while at < end && !Self.isSpecial(bytes[at])
        chunk.append(bytes[from..<at], verbatimFrom: from)
      }
    }
  }

  /// Bytes that may mean more than themselves.
  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\\"), UInt8(ascii: "$"), UInt8(ascii: "%"): true
    default: false
    }
  }

  /// The end of the marker's line where this line is the marker alone; the line break stays.
  private func closing(_ marker: [UInt8]) -> Int? {
    var from = at
    while from < end, bytes[from] == UInt8(ascii: " ") || bytes[from] == UInt8(ascii: "\t") { from += 1 }
    guard from + marker.count <= end, bytes[from..<from + marker.count].elementsEqual(marker) else { return nil }
    var behind = from + marker.count
    let close = behind
    while behind < end, bytes[behind] == UInt8(ascii: " ") || bytes[behind] == UInt8(ascii: "\t") || bytes[behind] == UInt8(ascii: "\r") { behind += 1 }
    return behind >= end || bytes[behind] == UInt8(ascii: "\n") ? close : nil
  }

  private mutating func escape(_ chunk: inout Chunk) throws(HCLSyntaxError) {
    let start = at
    guard let kind = peek(1) else { throw fail("a backslash ends the text; expected an escape sequence") }
    at += 2
    switch kind {
    case UInt8(ascii: "n"): chunk.append([0x0A], from: start)
    case UInt8(ascii: "r"): chunk.append([0x0D], from: start)
    case UInt8(ascii: "t"): chunk.append([0x09], from: start)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): chunk.append([kind], from: start)
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      let count = kind == UInt8(ascii: "u") ? 4 : 8
      guard at + count <= end, let code = UInt32(String(decoding: bytes[at..<at + count], as: UTF8.self), radix: 16) else {
        throw fail("expected \(count) hexadecimal digits in this escape sequence", from: start)
      }
      at += count
      let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
      chunk.append(UTF8.encode(scalar).map(Array.init) ?? [], from: start)
    default:
      throw fail("the backslash does not begin an escape sequence here; expected \\n, \\r, \\t, \\\", \\\\, \\u or \\U", from: start)
    }
  }

  private mutating func close(_ from: Int) throws(HCLSyntaxError) -> Bool {
    try space()
    if looking(at: "~}") {
      at += 2
      return true
    }
    guard next == UInt8(ascii: "}") else {
      if at >= end || next == UInt8(ascii: "\"") {
        throw HCLSyntaxError(message: "this template sequence has no end; expected `}`", span: span(from: from))
      }
      throw fail("expected `}` to end the template sequence; `$${` writes a literal `${`")
    }
    at += 1
    return false
  }

  private mutating func interpolation(_ from: Int) throws(HCLSyntaxError) -> (Part, Bool) {
    let inner = try expression()
    let trims = try close(from)
    return (.interpolation(inner, span(from: from)), trims)
  }

  private mutating func directive(_ from: Int) throws(HCLSyntaxError) -> (Part, Bool) {
    try space()
    let start = at
    guard let word = identifier() else { throw fail("expected a keyword (`if`, `for`, …) behind `%{`") }
    switch word {
    case "if":
      let condition = try expression()
      let trims = try close(from)
      return (.ifStart(condition, span(from: from)), trims)
    case "for":
      try space()
      guard var value = identifier() else { throw fail("expected a variable's name behind `for`") }
      var key: String?
      try space()
      if next == UInt8(ascii: ",") {
        at += 1
        try space()
        key = value
        guard let name = identifier() else { throw fail("expected a second variable's name behind the comma") }
        value = name
        try space()
      }
      guard looking(atWord: "in") else { throw fail("expected `in` behind the variables of `for`") }
      at += 2
      let collection = try expression()
      let trims = try close(from)
      return (.forStart(key: key, value: value, collection, span(from: from)), trims)
    case "else":
      let trims = try close(from)
      return (.ifElse(span(from: from)), trims)
    case "endif":
      let trims = try close(from)
      return (.ifEnd(span(from: from)), trims)
    case "endfor":
      let trims = try close(from)
      return (.forEnd(span(from: from)), trims)
    default: throw fail("'\(word)' is no template keyword; expected if, else, endif, for or endfor", from: start)
    }
  }

  // MARK: Building

  private func assemble(_ parts: [Part], _ span: SourceSpan) throws(HCLSyntaxError) -> HCLExpression {
    if parts.count == 1, case .interpolation(let inner, _) = parts[0] { return HCLExpression(.wrapped(inner), span) }
    var plain = true
    for part in parts { if case .literal = part {} else { plain = false } }
    if plain {
      var whole = Chunk()
      for case .literal(let chunk, _) in parts {
        whole.bytes.append(contentsOf: chunk.bytes)
        whole.offsets.append(contentsOf: chunk.offsets)
      }
      let text = text(whole, .source)
      return HCLExpression(.literal(HCLValue(.string(text), origin: provenance.origins.add(.source, span))), span)
    }
    var at = 0
    let nodes = try nodes(parts, &at, span, level: 0)
    if at < parts.count { throw HCLSyntaxError(message: "this directive has no beginning", span: Self.span(of: parts[at])) }
    return HCLExpression(.template(nodes), span)
  }

  private static func span(of part: Part) -> SourceSpan {
    switch part {
    case .literal(_, let span), .interpolation(_, let span), .ifStart(_, let span), .forStart(_, _, _, let span), .ifElse(let span),
      .ifEnd(let span), .forEnd(let span):
      span
    }
  }

  private func text(_ chunk: Chunk, _ step: OriginStep) -> Text {
    guard fixed == nil else { return Text(chunk.bytes) }
    var builder = TextBuilder()
    var from = 0
    while from < chunk.bytes.count {
      let first = chunk.offsets[from]
      var to = from + 1
      while to < chunk.bytes.count, first >= 0 ? chunk.offsets[to] == chunk.offsets[to - 1] + 1 : chunk.offsets[to] == first { to += 1 }
      let start = Int(first >= 0 ? first : -1 - first)
      let origin = provenance.origins.add(step, SourceSpan(source: source, start..<start + (first >= 0 ? to - from : 1)))
      builder.append(chunk.bytes[from..<to], origin: origin, offset: first >= 0 ? 0 : OriginRun.derived)
      from = to
    }
    return builder.build()
  }

  /// Nodes up to an `else` or an end, which is left for the caller.
  private func nodes(_ parts: [Part], _ at: inout Int, _ whole: SourceSpan, level: Int) throws(HCLSyntaxError) -> [HCLTemplateNode] {
    guard level < limits.nesting else {
      throw HCLSyntaxError(message: "template directives nested more than \(limits.nesting) levels deep", span: whole)
    }
    var result: [HCLTemplateNode] = []
    while at < parts.count {
      switch parts[at] {
      case .literal(var chunk, let span):
        at += 1
        while at < parts.count, case .literal(let more, _) = parts[at] {
          chunk.bytes.append(contentsOf: more.bytes)
          chunk.offsets.append(contentsOf: more.offsets)
          at += 1
        }
        if !chunk.bytes.isEmpty { result.append(.literal(text(chunk, .templateText), span)) }
      case .interpolation(let inner, let span):
        at += 1
        result.append(.interpolation(inner, span))
      case .ifStart(let condition, let span):
        at += 1
        let whenTrue = try nodes(parts, &at, whole, level: level + 1)
        var whenFalse: [HCLTemplateNode] = []
        if at < parts.count, case .ifElse = parts[at] {
          at += 1
          whenFalse = try nodes(parts, &at, whole, level: level + 1)
        }
        guard at < parts.count, case .ifEnd = parts[at] else {
          throw HCLSyntaxError(message: "this `if` has no `endif`", span: span)
        }
        at += 1
        result.append(.condition(condition, whenTrue, whenFalse, span))
      case .forStart(let key, let value, let collection, let span):
        at += 1
        let body = try nodes(parts, &at, whole, level: level + 1)
        guard at < parts.count, case .forEnd = parts[at] else {
          throw HCLSyntaxError(message: "this `for` has no `endfor`", span: span)
        }
        at += 1
        result.append(.loop(key: key, value: value, collection, body, span))
      case .ifElse, .ifEnd, .forEnd: return result
      }
    }
    return result
  }
}
