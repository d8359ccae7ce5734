import Linting
import SourceText

/// Lines of source with carets below what is meant.
struct Excerpt {
  /// Longest line shown; longer ones are cut around the caret.
  static let width = 120

  /// One line of a source, made fit to be shown: tabs become four spaces, control characters and bidirectional marks a
  /// replacement, the rest stays.
  struct Line {
    /// From 1.
    var number: Int
    var text: String
    /// Columns (of a terminal) of the marked part.
    var marked: Range<Int>
  }

  /// The line that a place begins on, with the marked columns; a place of several lines is marked to the end of its first one.
  /// - Parameter hides: the line holds the value of a secret: what stands behind the key is not shown.
  static func line(_ place: Place, hides: Bool = false) -> Line? {
    guard let line = wholeLine(place) else { return nil }
    return cut(hides ? masked(line) : line)
  }

  private static func wholeLine(_ place: Place) -> Line? {
    let file = place.file
    let range = file.lines.range(ofLine: place.start.line - 1, in: file.bytes)
    guard Int(place.span.start) <= file.bytes.count else { return nil }
    let start = min(max(Int(place.span.start), range.lowerBound), range.upperBound)
    let end = min(max(Int(place.span.end), start), range.upperBound)
    var text = ""
    var columns = 0
    var from = 0
    var to = 0
    var offset = range.lowerBound
    for scalar in String(decoding: file.bytes[range], as: UTF8.self).unicodeScalars {
      if offset <= start { from = columns }
      if offset < end { to = columns }
      let (shown, width) = show(scalar)
      text += shown
      columns += width
      if offset < end { to = columns }
      offset += UTF8.width(scalar)
    }
    if start >= offset { from = columns }
    to = max(to, from + 1)
    return Line(number: place.start.line, text: text, marked: from..<to)
  }

  private static func masked(_ line: Line) -> Line {
    var line = line
    let indent = line.text.prefix { $0 == " " || $0 == "-" }
    let rest = line.text.dropFirst(indent.count)
    let key = rest.prefix { $0 != ":" && $0 != "=" }
    line.text = indent + (key.count < rest.count ? key + String(rest.dropFirst(key.count).prefix(1)) + " " : "") + "(hidden)"
    let end = line.text.count
    let from = min(line.marked.lowerBound, max(0, end - 1))
    line.marked = from..<max(from + 1, min(line.marked.upperBound, end))
    return line
  }

  private static func show(_ scalar: Unicode.Scalar) -> (String, Int) {
    switch scalar.value {
    case 0x09: return ("    ", 4)
    case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: return ("\u{FFFD}", 1)
    default: return (String(Character(scalar)), columns(scalar))
    }
  }

  /// Columns that a terminal gives a scalar: 0 for combining marks, 2 for wide East Asian letters and emoji.
  static func columns(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD: return 2
    default: return 1
    }
  }

  private static func cut(_ line: Line) -> Line {
    var line = line
    let scalars = Array(line.text.unicodeScalars)
    guard scalars.count > width else { return line }
    let start = max(0, min(line.marked.lowerBound - width / 3, scalars.count - width))
    var text = ""
    for scalar in scalars[start..<min(scalars.count, start + width)] { text.unicodeScalars.append(scalar) }
    let lead = start > 0 ? "…" : ""
    line.text = lead + text + (start + width < scalars.count ? "…" : "")
    let shift = start - lead.count
    let from = max(0, line.marked.lowerBound - shift)
    line.marked = from..<max(from + 1, min(line.marked.upperBound - shift, width + 1))
    return line
  }
}

extension UTF8 {
  /// Bytes that a scalar takes in UTF-8.
  fileprivate static func width(_ scalar: Unicode.Scalar) -> Int {
    scalar.value < 0x80 ? 1 : scalar.value < 0x800 ? 2 : scalar.value < 0x10000 ? 3 : 4
  }
}
