/// Finds where the bytes of a scalar's value stand in the source. Each way checks what it finds against libyaml's own value and gives
/// up (a layout without segments) where they differ.
enum ScalarLayout {
  /// Sets a scalar's content range and, where its value does not stand verbatim, its layout.
  static func place(_ node: inout YAMLNode, in bytes: [UInt8], _ token: Range<Int>) {
    switch node.style {
    case .single, .double:
      let inner = token.count >= 2 ? (token.lowerBound + 1)..<(token.upperBound - 1) : token
      node.start = Int32(clamping: inner.lowerBound)
      node.end = Int32(clamping: inner.upperBound)
      if !stands(node.value, in: bytes, inner) {
        node.layout = node.style == .single ? single(node.value, bytes, inner) : double(node.value, bytes, inner)
      }
    case .literal, .folded:
      let body = lineEnd(bytes, token.lowerBound)
      node.tokenStart = Int32(clamping: min(body, token.upperBound))
      let lines = sourceLines(bytes, min(body + 1, bytes.count)..<max(min(body + 1, bytes.count), token.upperBound))
      let layout = node.style == .literal ? literal(node.value, bytes, lines) : folded(node.value, bytes, lines, keepsTrailing: true)
      if let first = layout.first, let last = layout.last {
        node.start = Int32(clamping: first.source)
        var end = last.source + last.end - last.start
        while end > first.source, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
        node.end = Int32(clamping: end)
      } else {
        node.end = Int32(clamping: min(body, token.upperBound))
      }
      node.layout = layout
    default:
      if !stands(node.value, in: bytes, token) {
        node.layout = folded(node.value, bytes, sourceLines(bytes, token), keepsTrailing: false)
      }
    }
  }

  /// Where `\/` stands in a double-quoted scalar.
  static func escapedSlash(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
    var at = range.lowerBound
    while at + 1 < range.upperBound {
      if bytes[at] == UInt8(ascii: "\\") {
        if bytes[at + 1] == UInt8(ascii: "/") { return at }
        at += 1
      }
      at += 1
    }
    return nil
  }

  private static func stands(_ value: [UInt8], in bytes: [UInt8], _ range: Range<Int>) -> Bool {
    value.count == range.count && bytes[range].elementsEqual(value)
  }

  private static func lineEnd(_ bytes: [UInt8], _ from: Int) -> Int {
    var at = from
    while at < bytes.count, bytes[at] != 0x0A { at += 1 }
    return at
  }

  /// Ranges of lines without their ends.
  private static func sourceLines(_ bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var start = range.lowerBound
    var at = start
    while at < range.upperBound {
      if bytes[at] == 0x0A {
        lines.append(start..<(at > start && bytes[at - 1] == 0x0D ? at - 1 : at))
        start = at + 1
      }
      at += 1
    }
    if start < range.upperBound { lines.append(start..<range.upperBound) }
    return lines
  }

  /// Line by line: each line of the value ends its source line.
  private static func literal(_ value: [UInt8], _ bytes: [UInt8], _ lines: [Range<Int>]) -> [ScalarSegment] {
    var segments: [ScalarSegment] = []
    var at = 0
    for line in lines {
      guard at < value.count else { break }
      let end = lineEnd(value, at)
      let length = end - at
      guard length <= line.count, value[at..<end].elementsEqual(bytes[(line.upperBound - length)..<line.upperBound]) else { return [] }
      let hasBreak = end < value.count && line.upperBound < bytes.count && bytes[line.upperBound] == 0x0A
      let stop = hasBreak ? end + 1 : end
      if stop > at { segments.append(ScalarSegment(start: at, end: stop, source: line.upperBound - length)) }
      at = end + 1
    }
    return segments
  }

  /// Line by line: what is not white space at a line's edges stands in the value, in this order.
  private static func folded(_ value: [UInt8], _ bytes: [UInt8], _ lines: [Range<Int>], keepsTrailing: Bool) -> [ScalarSegment] {
    var segments: [ScalarSegment] = []
    var at = 0
    for line in lines {
      var from = line.lowerBound
      var to = line.upperBound
      while from < to, bytes[from] == 0x20 || bytes[from] == 0x09 { from += 1 }
      if !keepsTrailing { while to > from, bytes[to - 1] == 0x20 || bytes[to - 1] == 0x09 { to -= 1 } }
      guard from < to else { continue }
      while at < value.count, value[at] == 0x20 || value[at] == 0x09 || value[at] == 0x0A { at += 1 }
      let length = to - from
      guard at + length <= value.count, value[at..<(at + length)].elementsEqual(bytes[from..<to]) else { return [] }
      segments.append(ScalarSegment(start: at, end: at + length, source: from))
      at += length
    }
    return segments
  }

  private static func single(_ value: [UInt8], _ bytes: [UInt8], _ range: Range<Int>) -> [ScalarSegment] {
    var decoder = QuotedDecoder(bytes, range)
    while decoder.at < range.upperBound {
      if decoder.bytes[decoder.at] == UInt8(ascii: "'") {
        decoder.literal(width: 2)
      } else if !decoder.fold() {
        decoder.literal(width: 1)
      }
    }
    return decoder.value == value ? decoder.segments : []
  }

  private static func double(_ value: [UInt8], _ bytes: [UInt8], _ range: Range<Int>) -> [ScalarSegment] {
    var decoder = QuotedDecoder(bytes, range)
    while decoder.at < range.upperBound {
      if decoder.bytes[decoder.at] == UInt8(ascii: "\\") {
        guard decoder.escape() else { return [] }
      } else if !decoder.fold() {
        decoder.literal(width: 1)
      }
    }
    return decoder.value == value ? decoder.segments : []
  }
}

/// Reads a quoted scalar once more, noting what stands verbatim.
private struct QuotedDecoder {
  let bytes: [UInt8]
  let end: Int
  var at: Int
  var value: [UInt8] = []
  var segments: [ScalarSegment] = []

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    at = range.lowerBound
    end = range.upperBound
  }

  /// Takes the byte here and moves on by `width`.
  mutating func literal(width: Int) {
    let place = value.count
    value.append(bytes[at])
    if let last = segments.last, last.end == place, last.source + last.end - last.start == at {
      segments[segments.count - 1].end += 1
    } else {
      segments.append(ScalarSegment(start: place, end: place + 1, source: at))
    }
    at += width
  }

  /// Folds white space around line breaks; false where there is none here.
  mutating func fold() -> Bool {
    var look = at
    while look < end, bytes[look] == 0x20 || bytes[look] == 0x09 { look += 1 }
    guard look < end, bytes[look] == 0x0A || bytes[look] == 0x0D else { return false }
    at = look
    let breaks = skipBreaks()
    if breaks == 1 { value.append(0x20) } else { value.append(contentsOf: repeatElement(0x0A, count: breaks - 1)) }
    return true
  }

  /// Skips line breaks and the white space behind each.
  private mutating func skipBreaks() -> Int {
    var breaks = 0
    while at < end, bytes[at] == 0x0A || bytes[at] == 0x0D {
      at += bytes[at] == 0x0D && at + 1 < end && bytes[at + 1] == 0x0A ? 2 : 1
      breaks += 1
      while at < end, bytes[at] == 0x20 || bytes[at] == 0x09 { at += 1 }
    }
    return breaks
  }

  mutating func escape() -> Bool {
    guard at + 1 < end else { return false }
    let letter = bytes[at + 1]
    at += 2
    let simple: UInt32
    switch letter {
    case UInt8(ascii: "0"): simple = 0
    case UInt8(ascii: "a"): simple = 7
    case UInt8(ascii: "b"): simple = 8
    case UInt8(ascii: "t"), 0x09: simple = 9
    case UInt8(ascii: "n"): simple = 10
    case UInt8(ascii: "v"): simple = 11
    case UInt8(ascii: "f"): simple = 12
    case UInt8(ascii: "r"): simple = 13
    case UInt8(ascii: "e"): simple = 27
    case UInt8(ascii: " "), UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): simple = UInt32(letter)
    case UInt8(ascii: "N"): simple = 0x85
    case UInt8(ascii: "_"): simple = 0xA0
    case UInt8(ascii: "L"): simple = 0x2028
    case UInt8(ascii: "P"): simple = 0x2029
    case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"):
      let count = letter == UInt8(ascii: "x") ? 2 : letter == UInt8(ascii: "u") ? 4 : 8
      guard at + count <= end, let code = UInt32(String(decoding: bytes[at..<(at + count)], as: UTF8.self), radix: 16) else { return false }
      at += count
      simple = code
    case 0x0A, 0x0D:
      at -= 1
      let breaks = skipBreaks()
      value.append(contentsOf: repeatElement(0x0A, count: max(0, breaks - 1)))
      return true
    default: return false
    }
    guard let scalar = Unicode.Scalar(simple) else { return false }
    value.append(contentsOf: Array(String(Character(scalar)).utf8))
    return true
  }
}
