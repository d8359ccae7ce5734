/// The file name patterns that Argo CD uses, each with its own meaning of `*` and `/`.
package struct GlobPattern: Sendable {
  package enum Dialect: Sendable {
    /// Go's `path.Match`: `*` stops at `/`, `[^…]`, no braces. Git directories.
    case goPath
    /// Git pathspecs without magic: `*` and `?` cross `/`; a plain directory name matches all below. Git files.
    case pathspec
    /// gobwas/glob without separators: `*` crosses `/`, `{a,b}`, `[!…]`. `directory.include` and `exclude`.
    case gobwas
    /// bmatcuk/doublestar: `*` stops at `/`, `**` between slashes is any depth, `{a,b}`. Value files since 3.4.
    case doublestar
  }

  private enum Token: Hashable {
    case byte(UInt8)
    case any
    case star
    case doubleStar
    /// `**/`: any number of whole directories.
    case directories
    case set(ranges: [ClosedRange<UInt32>], negated: Bool)
  }

  private let dialect: Dialect
  private let alternatives: [[Token]]
  /// The pattern's text where it has no special character.
  private let literal: String?

  /// nil where the pattern is malformed.
  package init?(_ pattern: String, _ dialect: Dialect) {
    self.dialect = dialect
    let bytes = Array(pattern.utf8)
    var texts = [bytes]
    if dialect == .gobwas || dialect == .doublestar {
      guard let expanded = Self.expandBraces(bytes, budget: 256) else { return nil }
      texts = expanded
    }
    var alternatives: [[Token]] = []
    for text in texts {
      guard let tokens = Self.tokens(text, dialect) else { return nil }
      alternatives.append(tokens)
    }
    self.alternatives = alternatives
    literal = Self.hasMeta(pattern) ? nil : pattern
  }

  /// Whether a text holds a character with a meaning in patterns.
  package static func hasMeta(_ text: String) -> Bool {
    text.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "\\") }
  }

  package func matches(_ path: String) -> Bool {
    if dialect == .pathspec, let literal {
      let directory = literal.hasSuffix("/") ? String(literal.dropLast()) : literal
      return path == directory || path.hasPrefix(directory + "/") || directory.isEmpty || directory == "."
    }
    let scalars = Array(path.unicodeScalars).map(\.value)
    return alternatives.contains { match($0, scalars) }
  }

  /// Table of which prefixes of the path the tokens so far can have consumed: no backtracking, whatever the pattern.
  private func match(_ tokens: [Token], _ path: [UInt32]) -> Bool {
    let slash = UInt32(UInt8(ascii: "/"))
    let crosses = dialect == .pathspec || dialect == .gobwas
    var reached = [Bool](repeating: false, count: path.count + 1)
    reached[0] = true
    for token in tokens {
      var next = [Bool](repeating: false, count: path.count + 1)
      switch token {
      case .star, .doubleStar:
        let all = crosses || token == .doubleStar
        var open = false
        for at in 0...path.count {
          if at > 0, open, !all, path[at - 1] == slash { open = false }
          if reached[at] { open = true }
          next[at] = open
        }
      case .directories:
        var open = false
        for at in 0...path.count {
          if reached[at] {
            open = true
            next[at] = true
          } else if open, at > 0, path[at - 1] == slash {
            next[at] = true
          }
        }
      default:
        for at in 0..<path.count where reached[at] && Self.accepts(token, path[at], crosses: crosses) { next[at + 1] = true }
      }
      reached = next
    }
    return reached[path.count]
  }

  private static func accepts(_ token: Token, _ scalar: UInt32, crosses: Bool) -> Bool {
    switch token {
    case .byte(let byte): UInt32(byte) == scalar
    case .any: crosses || scalar != UInt32(UInt8(ascii: "/"))
    case .set(let ranges, let negated):
      (crosses || scalar != UInt32(UInt8(ascii: "/"))) && ranges.contains { $0.contains(scalar) } != negated
    case .star, .doubleStar, .directories: false
    }
  }

  private static func tokens(_ bytes: [UInt8], _ dialect: Dialect) -> [Token]? {
    // Tokens compare scalars; bytes beyond ASCII are turned into sets of one scalar.
    let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars).map(\.value)
    var result: [Token] = []
    var at = 0
    func literal(_ scalar: UInt32) -> Token {
      scalar < 0x80 ? .byte(UInt8(truncatingIfNeeded: scalar)) : .set(ranges: [scalar...scalar], negated: false)
    }
    while at < scalars.count {
      let scalar = scalars[at]
      at += 1
      switch scalar {
      case UInt32(UInt8(ascii: "*")):
        let isDouble = at < scalars.count && scalars[at] == scalar
        while at < scalars.count, scalars[at] == scalar { at += 1 }
        if isDouble, dialect == .doublestar {
          let startsSegment = result.isEmpty || result.last == .byte(UInt8(ascii: "/")) || result.last == .directories
          if startsSegment, at < scalars.count, scalars[at] == UInt32(UInt8(ascii: "/")) {
            at += 1
            result.append(.directories)
          } else {
            result.append(startsSegment && at == scalars.count ? .doubleStar : .star)
          }
        } else {
          result.append(.star)
        }
      case UInt32(UInt8(ascii: "?")): result.append(.any)
      case UInt32(UInt8(ascii: "\\")):
        guard at < scalars.count else { return nil }
        result.append(literal(scalars[at]))
        at += 1
      case UInt32(UInt8(ascii: "[")):
        guard let set = set(scalars, &at) else { return nil }
        result.append(set)
      default: result.append(literal(scalar))
      }
    }
    return result
  }

  private static func set(_ scalars: [UInt32], _ at: inout Int) -> Token? {
    var negated = false
    if at < scalars.count, scalars[at] == UInt32(UInt8(ascii: "^")) || scalars[at] == UInt32(UInt8(ascii: "!")) {
      negated = true
      at += 1
    }
    var ranges: [ClosedRange<UInt32>] = []
    while at < scalars.count {
      if scalars[at] == UInt32(UInt8(ascii: "]")), !ranges.isEmpty {
        at += 1
        return .set(ranges: ranges, negated: negated)
      }
      guard let low = member(scalars, &at) else { return nil }
      var high = low
      if at + 1 < scalars.count, scalars[at] == UInt32(UInt8(ascii: "-")), scalars[at + 1] != UInt32(UInt8(ascii: "]")) {
        at += 1
        guard let end = member(scalars, &at) else { return nil }
        high = end
      }
      if low <= high { ranges.append(low...high) }
    }
    return nil
  }

  private static func member(_ scalars: [UInt32], _ at: inout Int) -> UInt32? {
    if scalars[at] == UInt32(UInt8(ascii: "\\")) { at += 1 }
    guard at < scalars.count else { return nil }
    at += 1
    return scalars[at - 1]
  }

  /// `a{b,c}d` → `abd`, `acd`; nil where braces do not match or there would be too many.
  private static func expandBraces(_ bytes: [UInt8], budget: Int) -> [[UInt8]]? {
    var done: [[UInt8]] = []
    var pending = [bytes]
    while let text = pending.popLast() {
      guard done.count + pending.count < budget else { return nil }
      guard let (open, close, commas) = firstBraces(text) else { return nil }
      guard open < close else {
        done.append(text)
        continue
      }
      let marks = [open] + commas + [close]
      for index in marks.indices.dropLast().reversed() {
        let part = text[(marks[index] + 1)..<marks[index + 1]]
        pending.append(Array(text[..<open]) + Array(part) + Array(text[(close + 1)...]))
      }
    }
    return done
  }

  /// The first pair of braces and the commas directly in it; `(0, 0, [])` where there is none.
  private static func firstBraces(_ text: [UInt8]) -> (open: Int, close: Int, commas: [Int])? {
    var open: Int?
    var depth = 0
    var commas: [Int] = []
    var at = 0
    while at < text.count {
      switch text[at] {
      case UInt8(ascii: "\\"): at += 1
      case UInt8(ascii: "{"):
        if open == nil { open = at }
        depth += 1
      case UInt8(ascii: "}") where depth > 0:
        depth -= 1
        if depth == 0, let open { return (open, at, commas) }
      case UInt8(ascii: ",") where depth == 1: commas.append(at)
      default: break
      }
      at += 1
    }
    return open == nil ? (0, 0, []) : nil
  }
}
