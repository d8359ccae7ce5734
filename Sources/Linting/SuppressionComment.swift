import SourceText

/// `# secretslint: ignore RULE[, RULE] [until=YYYY-MM-DD] -- reason`, on the line of the finding or above it;
/// `# secretslint: ignore-file RULE … -- reason` in the file's first comment block. Works wherever comments do: behind `#` and `//`, in
/// `/* */` of HCL and `{{/* */}}` of templates.
struct SuppressionComment: Sendable {
  /// Line of the comment, from 0.
  var line: Int
  /// The line that it speaks of: its own, or the first one below that is no comment.
  var target: Int
  var wholeFile: Bool
  var rules: [(name: String, span: SourceSpan)]
  /// Last day on which it holds, as YYYY-MM-DD; compared as text.
  var until: String?
  var reason: String
  var span: SourceSpan
  /// What is wrong with its form; "" if nothing.
  var problem = ""

  func covers(_ line: Int) -> Bool { wholeFile || line == self.line || line == target }
}

/// Finds the suppression comments of a file.
struct SuppressionScanner {
  private static let mark = Array("secretslint:".utf8)
  private let file: SourceFile
  private let bytes: [UInt8]

  private init(_ file: SourceFile) {
    self.file = file
    bytes = file.bytes
  }

  static func scan(_ file: SourceFile) -> [SuppressionComment] {
    let places = find(mark, in: file.bytes)
    guard !places.isEmpty else { return [] }
    let scanner = SuppressionScanner(file)
    return places.compactMap(scanner.comment)
  }

  /// All places of a text.
  private static func find(_ needle: [UInt8], in bytes: [UInt8]) -> [Int] {
    guard let first = needle.first, bytes.count >= needle.count else { return [] }
    return bytes.withUnsafeBufferPointer { bytes in
      var found: [Int] = []
      var at = 0
      while at <= bytes.count - needle.count {
        if bytes[at] == first, (0..<needle.count).allSatisfy({ bytes[at + $0] == needle[$0] }) {
          found.append(at)
          at += needle.count
        } else {
          at += 1
        }
      }
      return found
    }
  }

  private func comment(at place: Int) -> SuppressionComment? {
    let line = file.lines.line(at: place)
    let range = file.lines.range(ofLine: line, in: bytes)
    guard let opening = opening(before: place, line: range) else { return nil }
    let end = Self.end(bytes, from: place, to: range.upperBound)
    let text = place + Self.mark.count
    var result = SuppressionComment(
      line: line, target: line, wholeFile: false, rules: [], until: nil, reason: "", span: SourceSpan(source: file.id, place..<end))
    parse(text..<max(text, end), into: &result)
    if bytes[range.lowerBound..<opening].allSatisfy(Self.isSpace), Self.isBlank(bytes, after: end, to: range.upperBound) {
      result.target = nextLine(after: line)
    }
    if result.wholeFile, !isInFirstBlock(line) {
      result.problem = "'ignore-file' stands behind the first comment block of the file"
    }
    return result
  }

  /// Where the comment begins whose first words stand at a place; nil where no comment begins there.
  private func opening(before place: Int, line: Range<Int>) -> Int? {
    var at = place
    while at > line.lowerBound, Self.isSpace(bytes[at - 1]) { at -= 1 }
    // A line inside a block comment, perhaps with a star before it.
    var start = at
    if start > line.lowerBound, bytes[start - 1] == UInt8(ascii: "*"), start - 1 == line.lowerBound || Self.isSpace(bytes[start - 2]) { start -= 1 }
    if bytes[line.lowerBound..<start].allSatisfy(Self.isSpace) { return isInBlockComment(start) ? line.lowerBound : nil }
    if bytes[at - 1] == UInt8(ascii: "#") {
      while at > line.lowerBound, bytes[at - 1] == UInt8(ascii: "#") { at -= 1 }
      return at == line.lowerBound || Self.isSpace(bytes[at - 1]) ? at : nil
    }
    guard at - 2 >= line.lowerBound, bytes[at - 2] == UInt8(ascii: "/"), bytes[at - 1] == UInt8(ascii: "/") || bytes[at - 1] == UInt8(ascii: "*")
    else { return nil }
    at -= 2
    // `{{- /*`
    var brace = at
    while brace > line.lowerBound, Self.isSpace(bytes[brace - 1]) || bytes[brace - 1] == UInt8(ascii: "-") { brace -= 1 }
    if brace - 2 >= line.lowerBound, bytes[brace - 1] == UInt8(ascii: "{"), bytes[brace - 2] == UInt8(ascii: "{") { return brace - 2 }
    return at
  }

  private func isInBlockComment(_ place: Int) -> Bool {
    var at = place - 1
    while at > 0 {
      if bytes[at - 1] == UInt8(ascii: "/"), bytes[at] == UInt8(ascii: "*") { return true }
      if bytes[at - 1] == UInt8(ascii: "*"), bytes[at] == UInt8(ascii: "/") { return false }
      at -= 1
    }
    return false
  }

  /// Behind the comment's words: before what closes it, or the end of the line.
  private static func end(_ bytes: [UInt8], from place: Int, to end: Int) -> Int {
    var at = place
    while at + 1 < end {
      if bytes[at] == UInt8(ascii: "*"), bytes[at + 1] == UInt8(ascii: "/") { break }
      at += 1
    }
    var stop = at + 1 < end ? at : end
    while stop > place, isSpace(bytes[stop - 1]) { stop -= 1 }
    return stop
  }

  /// Whether nothing but the comment's end follows.
  private static func isBlank(_ bytes: [UInt8], after place: Int, to end: Int) -> Bool {
    bytes[min(place, end)..<end].allSatisfy { isSpace($0) || $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "}") }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

  /// The first line below that is no comment.
  private func nextLine(after line: Int) -> Int {
    var next = line + 1
    while next < file.lines.count, isComment(next) { next += 1 }
    return next
  }

  /// Whether a line is nothing but a comment, or the end of one.
  private func isComment(_ line: Int) -> Bool {
    let text = bytes[file.lines.range(ofLine: line, in: bytes)].drop(while: Self.isSpace)
    return ["#", "//", "/*", "*/", "{{/*", "{{- /*", "{{-/*"].contains { text.starts(with: $0.utf8) }
  }

  private func isInFirstBlock(_ line: Int) -> Bool {
    var at = 0
    while at < line {
      let text = bytes[file.lines.range(ofLine: at, in: bytes)].drop(while: Self.isSpace)
      let start = file.lines.range(ofLine: at, in: bytes).lowerBound
      guard text.isEmpty || text.elementsEqual("---".utf8) || isComment(at) || isInBlockComment(start) else { return false }
      at += 1
    }
    return true
  }

  // MARK: The words

  private func parse(_ range: Range<Int>, into result: inout SuppressionComment) {
    var head = range
    let dashes = Array(" -- ".utf8)
    var at = range.lowerBound
    while at + dashes.count <= range.upperBound {
      if bytes[at..<(at + dashes.count)].elementsEqual(dashes) {
        head = range.lowerBound..<at
        result.reason = String(decoding: bytes[(at + dashes.count)..<range.upperBound], as: UTF8.self).trimmed
        break
      }
      at += 1
    }
    var words = Self.words(bytes, head)
    guard let verb = words.first else {
      result.problem = "the comment says nothing, expected 'ignore RULE -- reason'"
      return
    }
    words.removeFirst()
    switch text(verb) {
    case "ignore": break
    case "ignore-file": result.wholeFile = true
    case let other:
      let near = nearestName(to: other, in: ["ignore", "ignore-file"]).map { ", did you mean '\($0)'?" } ?? ", expected 'ignore' or 'ignore-file'"
      result.problem = "there is no '\(other)'\(near)"
      return
    }
    for word in words {
      let text = text(word)
      guard text.hasPrefix("until=") else {
        result.rules.append((text, SourceSpan(source: file.id, word)))
        continue
      }
      let day = String(text.dropFirst("until=".count))
      result.until = day
      if !CalendarDay.isValid(day) { result.problem = "'\(day)' is no day, expected until=YYYY-MM-DD" }
    }
    if result.rules.isEmpty { result.problem = "it names no rule; there is no blanket ignore" }
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  private static func words(_ bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start: Int?
    for at in range.lowerBound...range.upperBound {
      let isEnd = at == range.upperBound || isSpace(bytes[at]) || bytes[at] == UInt8(ascii: ",")
      if isEnd, let from = start {
        result.append(from..<at)
        start = nil
      } else if !isEnd, start == nil {
        start = at
      }
    }
    return result
  }
}

extension String {
  /// Without blanks at its ends.
  var trimmed: String {
    var text = self[...]
    while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
    return String(text.drop { $0 == " " || $0 == "\t" })
  }
}
