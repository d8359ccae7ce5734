import SourceText

/// `# secretslint: ignore RULE[, RULE] [until=YYYY-MM-DD] -- reason`, on the line of the finding or on the line above it;
/// `# secretslint: ignore-file RULE … -- reason` anywhere in the file's first comment block. Works wherever comments do: it is
/// found by its words, whatever marks the comment (`#`, `//`, `{{/* */}}`).
struct SuppressionComment: Sendable {
  /// Line of the comment, from 0.
  var line: Int
  var wholeFile: Bool
  var rules: [String]
  /// Last day on which it holds, as YYYY-MM-DD; compared as text.
  var until: String?
  var reason: String
  var span: SourceSpan
}

/// The suppression comments of the files of one run.
struct Suppressions {
  private static let mark = Array("secretslint:".utf8)
  private var cache: [SourceID: [SuppressionComment]] = [:]
  /// Today as YYYY-MM-DD.
  let today: String

  init(today: String) { self.today = today }

  /// The comment that silences a finding, if one does and has a reason and is not over.
  mutating func suppression(of finding: Finding) -> Suppression? {
    for place in [finding.place].compactMap({ $0 }) {
      for comment in comments(in: place.file) {
        guard comment.rules.contains(finding.rule), !comment.reason.isEmpty else { continue }
        if let until = comment.until, until.bytesPrecede(today) { continue }
        let line = place.start.line - 1
        guard comment.wholeFile || comment.line == line || comment.line == line - 1 else { continue }
        return Suppression(place: Place(file: place.file, span: comment.span), reason: comment.reason)
      }
    }
    return nil
  }

  private mutating func comments(in file: SourceFile) -> [SuppressionComment] {
    if let known = cache[file.id] { return known }
    let found = Self.scan(file)
    cache[file.id] = found
    return found
  }

  static func scan(_ file: SourceFile) -> [SuppressionComment] {
    var found: [SuppressionComment] = []
    let bytes = file.bytes
    guard bytes.count >= mark.count else { return [] }
    var at = 0
    while at <= bytes.count - mark.count {
      guard bytes[at] == mark[0], bytes[at..<(at + mark.count)].elementsEqual(mark) else {
        at += 1
        continue
      }
      let line = file.lines.line(at: at)
      let range = file.lines.range(ofLine: line, in: bytes)
      let words = String(decoding: bytes[(at + mark.count)..<max(at + mark.count, range.upperBound)], as: UTF8.self)
      let span = SourceSpan(source: file.id, at..<max(at, range.upperBound))
      if let comment = parse(words, line: line, span: span) { found.append(comment) }
      at += mark.count
    }
    return found
  }

  private static func parse(_ text: String, line: Int, span: SourceSpan) -> SuppressionComment? {
    var head = text
    var reason = ""
    if let dashes = text.range(ofBytes: " -- ") {
      head = String(text[..<dashes.lowerBound])
      reason = trimmed(String(text[dashes.upperBound...]))
    }
    var words = head.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "\t" }).map(String.init)
    guard let verb = words.first, verb == "ignore" || verb == "ignore-file" else { return nil }
    words.removeFirst()
    let until = words.first { $0.hasPrefix("until=") }.map { String($0.dropFirst("until=".count)) }
    let rules = words.filter { !$0.hasPrefix("until=") }
    guard !rules.isEmpty else { return nil }
    return SuppressionComment(
      line: line, wholeFile: verb == "ignore-file", rules: rules, until: until, reason: reason, span: span)
  }

  /// Without white space and without what closes a comment.
  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    for close in ["*/ -}}", "*/ }}", "*/-}}", "*/}}", "*/", "-->"] where text.hasSuffix(close) { text = text.dropLast(close.count) }
    while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
    while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
    return String(text)
  }
}

extension String {
  /// The first place of a short ASCII text.
  fileprivate func range(ofBytes needle: StaticString) -> Range<String.Index>? {
    let count = needle.utf8CodeUnitCount
    let own = Array(utf8)
    guard count > 0, own.count >= count else { return nil }
    for start in 0...(own.count - count) where own.starts(with: needle, at: start) {
      let from = utf8.index(utf8.startIndex, offsetBy: start)
      return from..<utf8.index(from, offsetBy: count)
    }
    return nil
  }
}
