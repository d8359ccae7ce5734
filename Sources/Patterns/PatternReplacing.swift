/// A stretch of the result of a replacement; the caller puts them together, so that origins of texts can be kept.
package enum ReplacementPiece: Hashable, Sendable {
  /// Bytes of the text that was searched.
  case text(Range<Int>)
  /// Bytes of the replacement, by their offsets in it.
  case replacement(Range<Int>)
}

extension Pattern {
  /// Replaces all matches as Go's `ReplaceAllString`; `$1`, `${name}` and `$$` are expanded in the replacement.
  /// - Parameter limit: how many matches at most; negative for all.
  package func replaceAll(in text: [UInt8], with template: [UInt8], limit: Int = -1) throws(PatternError) -> [UInt8] {
    assemble(try replacementPieces(in: text, template: template, limit: limit), text, template)
  }

  /// Replaces all matches by the text as it stands (Go's `ReplaceAllLiteralString`).
  package func replaceAllLiteral(in text: [UInt8], with replacement: [UInt8]) throws(PatternError) -> [UInt8] {
    assemble(try replacementPieces(in: text, template: replacement, literal: true), text, replacement)
  }

  private func assemble(_ pieces: [ReplacementPiece], _ text: [UInt8], _ replacement: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for piece in pieces {
      switch piece {
      case .text(let range): result.append(contentsOf: text[range])
      case .replacement(let range): result.append(contentsOf: replacement[range])
      }
    }
    return result
  }

  /// The pieces of the text after all replacements (Go: regexp.go, `replaceAll`).
  package func replacementPieces(
    in text: [UInt8], template: [UInt8], literal: Bool = false, limit: Int = -1
  ) throws(PatternError) -> [ReplacementPiece] {
    let subject = Subject(text)
    let parts = literal ? [TemplatePart.text(0..<template.count)] : templateParts(template)
    var result: [ReplacementPiece] = []
    func add(_ piece: ReplacementPiece) {
      switch piece {
      case .text(let range), .replacement(let range): if !range.isEmpty { result.append(piece) }
      }
    }
    var lastEnd = 0
    var position = 0
    var done = 0
    try scan(subject) { groups in
      if limit >= 0, done >= limit { return nil }
      done += 1
      guard let whole = groups.first.flatMap({ $0 }) else { return nil }
      add(.text(subject.original(lastEnd..<max(lastEnd, whole.lowerBound))))
      // An empty match right behind a match is left alone.
      if whole.upperBound > lastEnd || whole.lowerBound == 0 {
        for part in parts {
          switch part {
          case .text(let range): add(.replacement(range))
          case .group(let candidates):
            for group in candidates where groups.indices.contains(group) {
              guard let range = groups[group] else { continue }
              add(.text(subject.original(range)))
              break
            }
          }
        }
      }
      lastEnd = whole.upperBound
      let width = position < subject.bytes.count ? UTF8Scan.width(subject.bytes, position) : 0
      if position + width > whole.upperBound {
        position += width
      } else if position + 1 > whole.upperBound {
        position += 1
      } else {
        position = whole.upperBound
      }
      return position
    }
    add(.text(subject.original(lastEnd..<subject.bytes.count)))
    return result
  }

  private enum TemplatePart {
    case text(Range<Int>)
    /// The first of the groups that took part in the match.
    case group([Int])
  }

  /// Go: regexp.go, `expand` and `extract`.
  private func templateParts(_ template: [UInt8]) -> [TemplatePart] {
    var parts: [TemplatePart] = []
    var at = 0
    var textStart = 0
    while at < template.count {
      guard template[at] == UInt8(ascii: "$") else {
        at += 1
        continue
      }
      if at > textStart { parts.append(.text(textStart..<at)) }
      if at + 1 < template.count, template[at + 1] == UInt8(ascii: "$") {
        parts.append(.text(at..<(at + 1)))
        at += 2
      } else if let (name, end) = reference(template, at + 1) {
        parts.append(.group(groups(named: name)))
        at = end
      } else {
        parts.append(.text(at..<(at + 1)))
        at += 1
      }
      textStart = at
    }
    if template.count > textStart { parts.append(.text(textStart..<template.count)) }
    return parts
  }

  private func reference(_ template: [UInt8], _ start: Int) -> (String, Int)? {
    let braced = start < template.count && template[start] == UInt8(ascii: "{")
    let from = braced ? start + 1 : start
    var end = from
    while let (rune, length) = UTF8Scan.decode(template, end), isNameRune(rune) { end += length }
    guard end > from else { return nil }
    let name = String(decoding: template[from..<end], as: UTF8.self)
    if !braced { return (name, end) }
    guard end < template.count, template[end] == UInt8(ascii: "}") else { return nil }
    return (name, end + 1)
  }

  private func isNameRune(_ rune: UInt32) -> Bool {
    guard let scalar = UnicodeScalar(rune) else { return false }
    if scalar == "_" { return true }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: return true
    default: return false
    }
  }

  private func groups(named name: String) -> [Int] {
    if name.utf8.allSatisfy(isDigit) {
      // Go takes numbers of up to eight digits; none is as high as that.
      return Int(name).map { [$0] } ?? []
    }
    return groupNames.indices.filter { groupNames[$0] == name }
  }
}
