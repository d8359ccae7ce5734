/// What a pattern found: byte offsets in the text that was given.
package struct PatternMatch: Hashable, Sendable {
  /// Group 0 is the whole match; nil for groups that took no part.
  package let groups: [Range<Int>?]

  package var range: Range<Int> { groups.first.flatMap { $0 } ?? 0..<0 }

  package subscript(_ group: Int) -> Range<Int>? { groups.indices.contains(group) ? groups[group] : nil }
}

extension Pattern {
  /// Whether the pattern matches anywhere in the text.
  package func matches(_ text: [UInt8]) throws(PatternError) -> Bool { try firstMatch(in: text) != nil }

  package func matches(_ text: String) throws(PatternError) -> Bool { try matches(Array(text.utf8)) }

  package func firstMatch(in text: [UInt8]) throws(PatternError) -> PatternMatch? {
    let subject = Subject(text)
    var result: PatternMatch?
    try scan(subject) { groups in
      result = PatternMatch(groups: groups.map { $0.map(subject.original) })
      return nil
    }
    return result
  }

  /// Successive matches as Go's `FindAll`: an empty match that touches the one before it does not count.
  /// - Parameter limit: how many at most; negative for all.
  package func allMatches(in text: [UInt8], limit: Int = -1) throws(PatternError) -> [PatternMatch] {
    guard limit != 0 else { return [] }
    let subject = Subject(text)
    var result: [PatternMatch] = []
    var position = 0
    var previousEnd = -1
    try scan(subject) { groups in
      guard let whole = groups.first.flatMap({ $0 }) else { return nil }
      var accepted = true
      if whole.upperBound == position {
        // Go looks at the place where the search began, not at the match.
        if whole.lowerBound == previousEnd { accepted = false }
        position += position < subject.bytes.count ? UTF8Scan.width(subject.bytes, position) : 1
      } else {
        position = whole.upperBound
      }
      previousEnd = whole.upperBound
      if accepted { result.append(PatternMatch(groups: groups.map { $0.map(subject.original) })) }
      return limit >= 0 && result.count >= limit ? nil : position
    }
    return result
  }

  /// The pieces between the matches as Go's `Regexp.Split`.
  /// - Parameter limit: how many pieces at most, the last one unsplit; negative for all, 0 for none.
  package func split(_ text: [UInt8], limit: Int = -1) throws(PatternError) -> [Range<Int>] {
    if limit == 0 { return [] }
    if !source.isEmpty && text.isEmpty { return [0..<0] }
    var result: [Range<Int>] = []
    var begin = 0
    var end = 0
    for match in try allMatches(in: text, limit: limit) {
      if limit > 0, result.count == limit - 1 { break }
      end = match.range.lowerBound
      if match.range.upperBound != 0 { result.append(begin..<max(begin, end)) }
      begin = match.range.upperBound
    }
    if end != text.count { result.append(begin..<text.count) }
    return result
  }

  /// Whether the whole text matches, as `^(?:pattern)$` would say.
  package static func whole(_ source: String) throws(PatternError) -> Pattern {
    // Checked alone first, so that `a)(b` is refused and errors show the pattern as written.
    _ = try Pattern(source)
    return try Pattern("^(?:" + source + ")$")
  }

  /// The pattern that matches exactly the given text (Go's `regexp.QuoteMeta`).
  package static func quoteMeta(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for byte in text {
      if special.contains(byte) { result.append(UInt8(ascii: "\\")) }
      result.append(byte)
    }
    return result
  }

  private static let special = Set(#"\.+*?()|[]{}^$"#.utf8)
}
