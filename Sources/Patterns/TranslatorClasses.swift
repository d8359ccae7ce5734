/// A set of characters that has a name in RE2 (`\d`, `\pL`, `[:alpha:]`).
enum CharacterSet {
  /// `\d`, `\s`, `\w` and their negations: the letter.
  case perl(UInt8)
  /// A POSIX class, `alpha` or `^alpha`.
  case posix(String)
  /// PCRE2's name of a Unicode category or script.
  case property(String, negated: Bool)
  case ascii(negated: Bool)

  static let nothing = "[^\\x{0}-\\x{10ffff}]"

  /// As it stands inside `[…]`.
  func member(fold: Bool) -> String {
    switch self {
    case .perl(UInt8(ascii: "s")): "\\t\\n\\f\\r\\x{20}"
    case .perl(UInt8(ascii: "S")): "\\x{0}-\\x{8}\\x{b}\\x{e}-\\x{1f}\\x{21}-\\x{10ffff}"
    // Under (?i) Go folds the word letters, which brings the long s and the Kelvin sign in.
    case .perl(UInt8(ascii: "w")): fold ? "\\w\\x{17f}\\x{212a}" : "\\w"
    case .perl(let letter): "\\" + String(UnicodeScalar(letter))
    case .posix(let name): "[:\(name):]"
    case .property(let name, let negated): (negated ? "\\P{" : "\\p{") + name + "}"
    case .ascii(false): "\\x{0}-\\x{7f}"
    case .ascii(true): "\\x{80}-\\x{10ffff}"
    }
  }

  func standalone(fold: Bool) -> String {
    if case .perl(UInt8(ascii: "W")) = self, fold { return "[^\\w\\x{17f}\\x{212a}]" }
    return "[" + member(fold: fold) + "]"
  }
}

extension Translator {
  private static let posixNames: Set<String> = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word",
    "xdigit",
  ]

  /// A class in brackets, from its `[` on, as PCRE2 wants it.
  mutating func characterClass() throws(PatternError) -> String {
    let start = at
    at += 1
    var text = "["
    if peek() == UInt8(ascii: "^") {
      at += 1
      text += "^"
    }
    let opened = text.utf8.count
    var first = true
    while first || peek() != UInt8(ascii: "]") {
      first = false
      if peek() == UInt8(ascii: "["), peek(1) == UInt8(ascii: ":"), let set = try posixClass() {
        text += set.member(fold: flags.fold)
        continue
      }
      if peek() == UInt8(ascii: "\\"), let set = try namedSet() {
        text += set.member(fold: flags.fold)
        continue
      }
      let rangeStart = at
      var low = try classRune(start)
      var high = low
      if peek() == UInt8(ascii: "-"), let next = peek(1), next != UInt8(ascii: "]") {
        at += 1
        high = try classRune(start)
        if high < low { throw Self.error("invalid character class range", source[rangeStart..<at]) }
      }
      // No text holds surrogates, and PCRE2 refuses to hear of them.
      if 0xD800..<0xE000 ~= low { low = 0xE000 }
      if 0xD800..<0xE000 ~= high { high = 0xD7FF }
      guard low <= high, let lowText = Self.escaped(low), let highText = Self.escaped(high) else { continue }
      text += low == high ? lowText : lowText + "-" + highText
    }
    at += 1
    if text.utf8.count == opened { return opened == 1 ? CharacterSet.nothing : "[\\x{0}-\\x{10ffff}]" }
    return text + "]"
  }

  private mutating func classRune(_ classStart: Int) throws(PatternError) -> UInt32 {
    guard let byte = peek() else { throw Self.error("missing closing ]", source[classStart...]) }
    return byte == UInt8(ascii: "\\") ? try escapedRune() : try rune()
  }

  private mutating func posixClass() throws(PatternError) -> CharacterSet? {
    var end = at + 2
    while end + 1 < source.count, !(source[end] == UInt8(ascii: ":") && source[end + 1] == UInt8(ascii: "]")) {
      end += 1
    }
    guard end + 1 < source.count else { return nil }
    let name = String(decoding: source[(at + 2)..<end], as: UTF8.self)
    let bare = name.hasPrefix("^") ? String(name.dropFirst()) : name
    guard Self.posixNames.contains(bare) else {
      throw Self.error("invalid character class range", source[at..<(end + 2)])
    }
    at = end + 2
    return .posix(name)
  }

  /// `\d`, `\pL`, `\p{Greek}` …; nil, and nothing read, if there is none.
  mutating func namedSet() throws(PatternError) -> CharacterSet? {
    guard let letter = peek(1) else { return nil }
    switch letter {
    case UInt8(ascii: "d"), UInt8(ascii: "D"), UInt8(ascii: "s"), UInt8(ascii: "S"), UInt8(ascii: "w"),
      UInt8(ascii: "W"):
      at += 2
      return .perl(letter)
    case UInt8(ascii: "p"), UInt8(ascii: "P"):
      break
    default:
      return nil
    }
    let start = at
    at += 2
    guard peek() != nil else {
      at = start
      return nil
    }
    var negated = letter == UInt8(ascii: "P")
    var name: [UInt8]
    if peek() == UInt8(ascii: "{") {
      guard let end = source[at...].firstIndex(of: UInt8(ascii: "}")) else {
        throw Self.error("invalid character class range", source[start...])
      }
      name = Array(source[(at + 1)..<end])
      at = end + 1
    } else {
      let from = at
      _ = try rune()
      name = Array(source[from..<at])
    }
    if name.first == UInt8(ascii: "^") {
      negated.toggle()
      name.removeFirst()
    }
    let sequence = source[start..<at]
    switch UnicodeNames.resolve(name) {
    case .property(let property): return .property(property, negated: negated)
    case .assigned: return .property("Cn", negated: !negated)
    case .ascii: return .ascii(negated: negated)
    case nil: throw Self.error("invalid character class range", sequence)
    }
  }

  /// An escape that stands for one code point.
  mutating func escapedRune() throws(PatternError) -> UInt32 {
    let start = at
    at += 1
    guard peek() != nil else { throw Self.error("trailing backslash at end of expression", []) }
    let letter = try rune()
    switch letter {
    case 0x31...0x37:
      guard let next = peek(), 0x30...0x37 ~= next else { break }
      return octal(letter)
    case 0x30: return octal(letter)
    case 0x78:
      if let value = try hexadecimal() { return value }
    case 0x61: return 0x07
    case 0x66: return 0x0C
    case 0x6E: return 0x0A
    case 0x72: return 0x0D
    case 0x74: return 0x09
    case 0x76: return 0x0B
    default:
      if letter < 0x80, !isAlphanumeric(UInt8(truncatingIfNeeded: letter)) { return letter }
    }
    throw Self.error("invalid escape sequence", source[start..<at])
  }

  private mutating func octal(_ first: UInt32) -> UInt32 {
    var value = first - 0x30
    for _ in 0..<2 {
      guard let next = peek(), 0x30...0x37 ~= next else { break }
      value = value * 8 + UInt32(next - 0x30)
      at += 1
    }
    return value
  }

  private mutating func hexadecimal() throws(PatternError) -> UInt32? {
    guard peek() != nil else { return nil }
    let first = try rune()
    if first == 0x7B {
      var value: UInt32 = 0
      var digits = 0
      while peek() != nil {
        let next = try rune()
        if next == 0x7D { return digits > 0 ? value : nil }
        guard let digit = hexDigit(next) else { return nil }
        value = value * 16 + digit
        if value > 0x10FFFF { return nil }
        digits += 1
      }
      return nil
    }
    let high = hexDigit(first)
    guard peek() != nil else { throw Self.error("invalid UTF-8", []) }
    let low = hexDigit(try rune())
    guard let high, let low else { return nil }
    return high * 16 + low
  }

  private func hexDigit(_ rune: UInt32) -> UInt32? {
    switch rune {
    case 0x30...0x39: rune - 0x30
    case 0x41...0x46: rune - 0x37
    case 0x61...0x66: rune - 0x57
    default: nil
    }
  }
}
