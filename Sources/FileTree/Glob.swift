/// File name patterns.
package struct Glob: Sendable {
  private enum Token: Sendable {
    case literal(Unicode.Scalar)
    case anyOne
    /// `*`: any number, no separator.
    case anyInSegment
    /// `**`: any number, separators too.
    case anything
    case set(negated: Bool, ranges: [ClosedRange<UInt32>])

    var isLiteral: Bool { if case .literal = self { true } else { false } }
  }

  /// Alternatives without braces.
  private let patterns: [Pattern]
  private static let maximumAlternatives = 1000

  /// Tokens, and the letters that every name that matches begins and ends with: most names differ there already.
  private struct Pattern: Sendable {
    let tokens: [Token]
    let prefix: [UInt8]
    let suffix: [UInt8]

    init(_ tokens: [Token]) {
      self.tokens = tokens
      prefix = Self.letters(tokens)
      suffix = prefix.count > 0 && tokens.allSatisfy(\.isLiteral) ? prefix : Self.letters(tokens.reversed()).reversed()
    }

    /// Leading ASCII letters.
    private static func letters(_ tokens: some Sequence<Token>) -> [UInt8] {
      var bytes: [UInt8] = []
      for token in tokens {
        guard case .literal(let letter) = token, letter.isASCII else { break }
        bytes.append(UInt8(truncatingIfNeeded: letter.value))
      }
      return bytes
    }

    func canMatch(_ name: String.UTF8View) -> Bool {
      var at = name.startIndex
      for byte in prefix {
        guard at != name.endIndex, name[at] == byte else { return false }
        at = name.index(after: at)
      }
      at = name.endIndex
      for byte in suffix.reversed() {
        guard at != name.startIndex else { return false }
        at = name.index(before: at)
        guard name[at] == byte else { return false }
      }
      return true
    }
  }

  package func matches(_ name: String) -> Bool {
    var scalars: [Unicode.Scalar]?
    for pattern in patterns where pattern.canMatch(name.utf8) {
      let letters = scalars ?? Array(name.unicodeScalars)
      scalars = letters
      if Self.match(pattern.tokens, letters) { return true }
    }
    return false
  }

  /// gobwas/glob with the separator `/`, as Helm's `.Files.Glob` uses it: `*`, `**`, `?`, `[a-z]`, `[!a]`, `{a,b}`, `\x`. nil where the
  /// pattern is malformed.
  package init?(gobwas pattern: String) {
    var parser = Parser(Array(pattern.unicodeScalars))
    guard let patterns = parser.alternatives(depth: 0), parser.isAtEnd, patterns.count <= Self.maximumAlternatives else { return nil }
    self.patterns = patterns.map(Pattern.init)
  }

  /// Go's path/filepath.Match: `*` and `?` do not match `/`; `[^a]` negates. nil where the pattern is malformed.
  package init?(filepath pattern: String) {
    var parser = Parser(Array(pattern.unicodeScalars))
    guard let tokens = parser.filepath() else { return nil }
    patterns = [Pattern(tokens)]
  }

  /// All tokens against all of the name; time is their product.
  private static func match(_ tokens: [Token], _ name: [Unicode.Scalar]) -> Bool {
    var reached = [Bool](repeating: false, count: name.count + 1)
    reached[0] = true
    for token in tokens {
      var next = [Bool](repeating: false, count: name.count + 1)
      switch token {
      case .anything, .anyInSegment:
        var open = false
        for place in 0...name.count {
          if reached[place] { open = true }
          next[place] = open
          if place < name.count, case .anyInSegment = token, name[place] == "/" { open = false }
        }
      default:
        for place in 0..<name.count where reached[place] && accepts(token, name[place]) { next[place + 1] = true }
      }
      reached = next
    }
    return reached[name.count]
  }

  private static func accepts(_ token: Token, _ letter: Unicode.Scalar) -> Bool {
    switch token {
    case .literal(let want): letter == want
    case .anyOne: letter != "/"
    case .set(let negated, let ranges): ranges.contains { $0.contains(letter.value) } != negated
    case .anything, .anyInSegment: false
    }
  }

  private struct Parser {
    private let text: [Unicode.Scalar]
    private var at = 0

    init(_ text: [Unicode.Scalar]) { self.text = text }

    var isAtEnd: Bool { at == text.count }

    private mutating func next() -> Unicode.Scalar? {
      guard at < text.count else { return nil }
      at += 1
      return text[at - 1]
    }

    /// A sequence up to the end, or inside braces up to `,` or `}`.
    mutating func alternatives(depth: Int) -> [[Token]]? {
      guard depth < 20 else { return nil }
      var results: [[Token]] = [[]]
      while at < text.count {
        let letter = text[at]
        if depth > 0, letter == "," || letter == "}" { return results }
        at += 1
        switch letter {
        case "*":
          var deep = false
          while at < text.count, text[at] == "*" {
            deep = true
            at += 1
          }
          results = results.map { $0 + [deep ? .anything : .anyInSegment] }
        case "?": results = results.map { $0 + [.anyOne] }
        case "\\":
          guard let escaped = next() else { return nil }
          results = results.map { $0 + [.literal(escaped)] }
        case "[":
          guard let set = set(negation: "!") else { return nil }
          results = results.map { $0 + [set] }
        case "{":
          var options: [[Token]] = []
          while true {
            guard let part = alternatives(depth: depth + 1), let end = next() else { return nil }
            options += part
            if end == "}" { break }
          }
          guard results.count * options.count <= maximumAlternatives else { return nil }
          results = results.flatMap { start in options.map { start + $0 } }
        default: results = results.map { $0 + [.literal(letter)] }
        }
      }
      return depth == 0 ? results : nil
    }

    mutating func filepath() -> [Token]? {
      var tokens: [Token] = []
      while let letter = next() {
        switch letter {
        case "*": tokens.append(.anyInSegment)
        case "?": tokens.append(.anyOne)
        case "\\":
          guard let escaped = next() else { return nil }
          tokens.append(.literal(escaped))
        case "[":
          guard let set = set(negation: "^") else { return nil }
          tokens.append(set)
        default: tokens.append(.literal(letter))
        }
      }
      return tokens
    }

    private mutating func set(negation: Unicode.Scalar) -> Token? {
      var negated = false
      if at < text.count, text[at] == negation {
        negated = true
        at += 1
      }
      var ranges: [ClosedRange<UInt32>] = []
      while let letter = next() {
        if letter == "]", !ranges.isEmpty { return .set(negated: negated, ranges: ranges) }
        if letter == "]" { return nil }
        var low = letter
        if letter == "\\" {
          guard let escaped = next() else { return nil }
          low = escaped
        }
        var high = low
        if at + 1 < text.count, text[at] == "-", text[at + 1] != "]" {
          at += 1
          guard var end = next() else { return nil }
          if end == "\\" {
            guard let escaped = next() else { return nil }
            end = escaped
          }
          high = end
        }
        guard low.value <= high.value else { return nil }
        ranges.append(low.value...high.value)
      }
      return nil
    }
  }
}
