import SourceText
import Values

extension CELLibrary {
  /// cel-go ext/strings.go. Indices count code points.
  static let strings: [CELOverload] = {
    let s = CELType.string
    func member(
      _ name: String, _ parameters: [CELType], _ result: CELType, _ body: @escaping CELOverload.Body
    ) -> CELOverload {
      CELOverload(name, parameters, result, member: true) { frame, v throws(CELError) in
        try frame.step(Sizes.cost(v[0]))
        return try body(frame, v)
      }
    }
    @Sendable func range(_ index: Int64) -> CELError { CELError("index out of range: \(index)") }
    return [
      member("charAt", [s, .int], s) { _, v throws(CELError) in
        let scalars = v[0].scalars
        let index = v[1].whole
        guard index >= 0, index <= Int64(scalars.count) else { throw range(index) }
        return index == Int64(scalars.count) ? .string("") : .string(String(Character(scalars[Int(index)])))
      },
      member("indexOf", [s, s], .int) { _, v throws(CELError) in try Strings.index(v[0].scalars, v[1].scalars, 0) },
      member("indexOf", [s, s, .int], .int) { _, v throws(CELError) in
        try Strings.index(v[0].scalars, v[1].scalars, v[2].whole)
      },
      member("lastIndexOf", [s, s], .int) { _, v throws(CELError) in
        let scalars = v[0].scalars
        let sub = v[1].scalars
        if sub.isEmpty { return .int(Int64(scalars.count)) }
        if scalars.isEmpty { return .int(-1) }
        return try Strings.lastIndex(scalars, sub, Int64(scalars.count - 1))
      },
      member("lastIndexOf", [s, s, .int], .int) { _, v throws(CELError) in
        try Strings.lastIndex(v[0].scalars, v[1].scalars, v[2].whole)
      },
      member("lowerAscii", [s], s) { _, v in
        Strings.mapped(v[0]) { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
      },
      member("upperAscii", [s], s) { _, v in
        Strings.mapped(v[0]) { $0 >= 0x61 && $0 <= 0x7A ? $0 & 0xDF : $0 }
      },
      member("replace", [s, s, s], s) { frame, v throws(CELError) in try Strings.replace(v, -1, frame) },
      member("replace", [s, s, s, .int], s) { frame, v throws(CELError) in try Strings.replace(v, v[3].whole, frame) },
      member("split", [s, s], .list(s)) { frame, v throws(CELError) in try Strings.split(v[0], v[1].bytesOfText, -1, frame) },
      member("split", [s, s, .int], .list(s)) { frame, v throws(CELError) in
        try Strings.split(v[0], v[1].bytesOfText, v[2].whole, frame)
      },
      member("substring", [s, .int], s) { _, v throws(CELError) in
        let count = v[0].scalars.count
        guard v[1].whole >= 0, v[1].whole <= Int64(count) else { throw range(v[1].whole) }
        return Strings.slice(v[0], Int(v[1].whole)..<count)
      },
      member("substring", [s, .int, .int], s) { _, v throws(CELError) in
        let count = Int64(v[0].scalars.count)
        let (start, end) = (v[1].whole, v[2].whole)
        guard start <= end else { throw CELError("invalid substring range: \(start) to \(end)") }
        guard start >= 0, start <= count else { throw range(start) }
        guard end <= count else { throw range(end) }
        return Strings.slice(v[0], Int(start)..<Int(end))
      },
      member("trim", [s], s) { _, v in
        let scalars = v[0].scalars
        let start = scalars.firstIndex { !$0.properties.isWhitespace } ?? scalars.count
        let end = (scalars.lastIndex { !$0.properties.isWhitespace } ?? (start - 1)) + 1
        return Strings.slice(v[0], start..<max(start, end))
      },
      member("join", [.list(s)], s) { frame, v throws(CELError) in try Strings.join(v[0].items, Text.empty, frame) },
      member("join", [.list(s), s], s) { frame, v throws(CELError) in
        try Strings.join(v[0].items, v[1].text ?? Text.empty, frame)
      },
      member("reverse", [s], s) { _, v in
        var text = String.UnicodeScalarView()
        text.append(contentsOf: v[0].scalars.reversed())
        return .string(Text(String(text)), v[0].origin)
      },
      member("format", [s, .list(.dyn)], s) { frame, v throws(CELError) in
        try frame.step(v[1].items.count)
        return .string(Text(try Formatting.format(v[0].bytesOfText, v[1].items)))
      },
      // apiserver pkg/cel/library/jsonpatch.go: for a step of a JSON pointer.
      CELOverload("jsonpatch.escapeKey", [s], s) { _, v in
        var out: [UInt8] = []
        for byte in v[0].bytesOfText {
          switch byte {
          case UInt8(ascii: "~"): out += "~0".utf8
          case UInt8(ascii: "/"): out += "~1".utf8
          default: out.append(byte)
          }
        }
        return .string(Text(out), v[0].origin)
      },
      CELOverload("strings.quote", [s], s) { _, v in .string(Text(Strings.quote(v[0].string ?? "")), v[0].origin) },
    ]
  }()
}

private enum Strings {
  static func index(_ text: [Unicode.Scalar], _ sub: [Unicode.Scalar], _ offset: Int64) throws(CELError) -> Value {
    if sub.isEmpty { return .int(offset) }
    if text.isEmpty, offset == 0 { return .int(-1) }
    guard offset >= 0, offset < Int64(text.count) else { throw CELError("index out of range: \(offset)") }
    var at = Int(offset)
    while at + sub.count <= text.count {
      if text[at..<(at + sub.count)].elementsEqual(sub) { return .int(Int64(at)) }
      at += 1
    }
    return .int(-1)
  }

  static func lastIndex(_ text: [Unicode.Scalar], _ sub: [Unicode.Scalar], _ offset: Int64) throws(CELError) -> Value {
    if sub.isEmpty { return .int(offset) }
    guard offset >= 0, offset < Int64(text.count) else { throw CELError("index out of range: \(offset)") }
    var at = min(Int(offset), text.count - sub.count)
    while at >= 0 {
      if text[at..<(at + sub.count)].elementsEqual(sub) { return .int(Int64(at)) }
      at -= 1
    }
    return .int(-1)
  }

  /// Same length, so the runs still hold, but no longer letter for letter.
  static func mapped(_ value: Value, _ change: (UInt8) -> UInt8) -> Value {
    guard let text = value.text else { return value }
    let bytes = text.bytes.map(change)
    if bytes == text.bytes { return value }
    return .string(Text(bytes), value.origin)
  }

  static func slice(_ value: Value, _ range: Range<Int>) -> Value {
    guard let text = value.text else { return value }
    let view = text.string.unicodeScalars
    // Only valid UTF-8 keeps its offsets when decoded.
    guard text.string.utf8.count == text.count else {
      var part = String.UnicodeScalarView()
      part.append(contentsOf: Array(view)[range])
      return .string(Text(String(part)), value.origin)
    }
    // Offset of a code point in the text's bytes.
    func offset(_ place: Int) -> Int {
      let index = view.index(view.startIndex, offsetBy: place, limitedBy: view.endIndex) ?? view.endIndex
      return text.string.utf8.distance(from: text.string.startIndex, to: index)
    }
    return .string(text.slice(offset(range.lowerBound)..<offset(range.upperBound)), value.origin)
  }

  static func replace(_ v: [Value], _ limit: Int64, _ frame: CELFrame) throws(CELError) -> Value {
    guard let text = v[0].text, let new = v[2].text else { return v[0] }
    let old = v[1].bytesOfText
    var builder = TextBuilder()
    var count: Int64 = 0
    var at = 0
    if old.isEmpty {
      // Go puts the new text in front of every code point and behind the last.
      for place in 0...text.count {
        let isBoundary = place == text.count || text.bytes[place] & 0xC0 != 0x80
        if isBoundary, limit < 0 || count < limit {
          builder.append(new, origin: v[2].origin)
          count += 1
          try frame.step(1 + new.count / 32)
        }
        if place < text.count { builder.append(text, range: place..<(place + 1), origin: v[0].origin) }
      }
      return .string(builder.build(), v[0].origin)
    }
    while limit < 0 || count < limit, let found = ByteSearch.first(old, in: text.bytes, from: at) {
      builder.append(text, range: at..<found, origin: v[0].origin)
      builder.append(new, origin: v[2].origin)
      at = found + old.count
      count += 1
      try frame.step(1 + new.count / 32)
    }
    if count == 0 { return v[0] }
    builder.append(text, range: at..<text.count, origin: v[0].origin)
    return .string(builder.build(), v[0].origin)
  }

  static func split(_ value: Value, _ separator: [UInt8], _ limit: Int64, _ frame: CELFrame) throws(CELError) -> Value {
    guard let text = value.text, limit != 0 else { return .list([]) }
    var parts: [Value] = []
    func add(_ range: Range<Int>) { parts.append(.string(text.slice(range), value.origin)) }
    var at = 0
    if separator.isEmpty {
      var start = 0
      var place = 0
      while place < text.count {
        var next = place + 1
        while next < text.count, text.bytes[next] & 0xC0 == 0x80 { next += 1 }
        if limit > 0, Int64(parts.count) == limit - 1 { break }
        add(place..<next)
        try frame.step()
        start = next
        place = next
      }
      if start < text.count { add(start..<text.count) }
      return .list(parts)
    }
    while limit < 0 || Int64(parts.count) < limit - 1, let found = ByteSearch.first(separator, in: text.bytes, from: at) {
      add(at..<found)
      at = found + separator.count
      try frame.step()
    }
    add(at..<text.count)
    return .list(parts)
  }

  static func join(_ items: [Value], _ separator: Text, _ frame: CELFrame) throws(CELError) -> Value {
    var builder = TextBuilder()
    for (place, item) in items.enumerated() {
      if item.isUnknown { return item }
      guard let text = item.text else { throw CELError("join() needs strings, got \(CELValue.typeName(item))") }
      if place > 0 { builder.append(separator) }
      builder.append(text, origin: item.origin)
      try frame.step(1 + (text.count + separator.count) / 32)
    }
    return .string(builder.build(), items.first?.origin ?? .none)
  }

  static func quote(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\u{7}": out += "\\a"
      case "\u{8}": out += "\\b"
      case "\u{c}": out += "\\f"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case "\u{b}": out += "\\v"
      case "\\": out += "\\\\"
      case "\"": out += "\\\""
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
