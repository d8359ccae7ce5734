/// Reads RE2 syntax as Go's regexp/syntax does (src/regexp/syntax/parse.go, flags `Perl`) and writes a PCRE2 pattern
/// with the same meaning. What RE2 refuses is refused with Go's words.
struct Translator {
  /// Flags in force at a place of the pattern.
  struct Flags {
    var fold = false
    var multiline = false
    var dotAll = false
    var ungreedy = false
  }

  private struct Frame {
    var flags: Flags
    /// Case folding as written to the output so far in the surrounding group.
    var emittedFold: Bool
    var start: Int
    var weight: Int
  }

  let source: [UInt8]
  var at = 0
  private(set) var out: [UInt8] = []
  private(set) var groupNames: [String?] = [nil]
  var flags = Flags()
  private var emittedFold = false
  private var frames: [Frame] = []
  /// Start in `out` of the thing that a repetition would repeat; nil where there is none.
  private var atom: Int?
  /// Whether the atom needs no brackets to be repeated.
  private var atomIsSimple = false
  /// Largest product of nested counted repetitions in the atom and in the group so far.
  private var atomWeight = 1
  private var groupWeight = 1

  static let maxRepeat = 1000

  init(_ source: [UInt8]) { self.source = source }

  static func error(_ code: String, _ part: some Collection<UInt8>) -> PatternError {
    .syntax("error parsing regexp: \(code): `\(String(decoding: part, as: UTF8.self))`")
  }

  func peek(_ ahead: Int = 0) -> UInt8? { at + ahead < source.count ? source[at + ahead] : nil }

  mutating func translate() throws(PatternError) {
    var lastRepeat: Int?
    while let byte = peek() {
      var repeatStart: Int?
      switch byte {
      case UInt8(ascii: "("):
        if peek(1) == UInt8(ascii: "?") { try perlGroup() } else { open(capture: nil) }
      case UInt8(ascii: "|"):
        out.append(byte)
        at += 1
        atom = nil
      case UInt8(ascii: ")"):
        try close()
      case UInt8(ascii: "^"):
        at += 1
        push(flags.multiline ? "(?<![^\\n])" : "\\A", simple: false)
      case UInt8(ascii: "$"):
        at += 1
        push(flags.multiline ? "(?![^\\n])" : "\\z", simple: false)
      case UInt8(ascii: "."):
        at += 1
        push(flags.dotAll ? "[\\s\\S]" : "[^\\n]", simple: true)
      case UInt8(ascii: "["):
        let text = try characterClass()
        push(text, simple: true)
      case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
        repeatStart = at
        at += 1
        try repetition(String(UnicodeScalar(byte)), bounds: nil, from: repeatStart ?? 0, lastRepeat: lastRepeat)
      case UInt8(ascii: "{"):
        let before = at
        if let bounds = repeatBounds() {
          repeatStart = before
          let (low, high) = bounds
          if low < 0 || low > Self.maxRepeat || high > Self.maxRepeat || (high >= 0 && low > high) {
            throw Self.error("invalid repeat count", source[before..<at])
          }
          let text = high < 0 ? "{\(low),}" : low == high ? "{\(low)}" : "{\(low),\(high)}"
          try repetition(text, bounds: bounds, from: before, lastRepeat: lastRepeat)
        } else {
          at = before + 1
          literal(0x7B)
        }
      case UInt8(ascii: "\\"):
        try escape()
      default:
        literal(try rune())
      }
      lastRepeat = repeatStart
    }
    if !frames.isEmpty { throw Self.error("missing closing )", source) }
  }

  // MARK: Output

  private mutating func push(_ text: String, simple: Bool, weight: Int = 1) {
    if emittedFold != flags.fold {
      out.append(contentsOf: (flags.fold ? "(?i)" : "(?-i)").utf8)
      emittedFold = flags.fold
    }
    atom = out.count
    atomIsSimple = simple
    atomWeight = weight
    groupWeight = max(groupWeight, weight)
    out.append(contentsOf: text.utf8)
  }

  private mutating func literal(_ rune: UInt32) {
    push(Self.escaped(rune) ?? CharacterSet.nothing, simple: true)
  }

  /// A code point as it stands in a pattern or a class; nil for surrogates, which no text holds.
  static func escaped(_ rune: UInt32) -> String? {
    guard let scalar = UnicodeScalar(rune) else { return nil }
    switch scalar {
    case "0"..."9", "a"..."z", "A"..."Z": return String(scalar)
    default: return "\\x{" + String(rune, radix: 16) + "}"
    }
  }

  // MARK: Groups

  private mutating func open(capture name: String?, length: Int = 1) {
    groupNames.append(name)
    push("(", simple: true)
    enter()
    at += length
  }

  private mutating func enter() {
    frames.append(Frame(flags: flags, emittedFold: emittedFold, start: atom ?? out.count, weight: groupWeight))
    groupWeight = 1
    atom = nil
  }

  private mutating func close() throws(PatternError) {
    guard let frame = frames.popLast() else { throw Self.error("unexpected )", source) }
    at += 1
    out.append(UInt8(ascii: ")"))
    flags = frame.flags
    emittedFold = frame.emittedFold
    atom = frame.start
    atomIsSimple = true
    atomWeight = groupWeight
    groupWeight = max(frame.weight, groupWeight)
  }

  /// `(?P<name>`, `(?<name>`, `(?flags)`, `(?flags:`.
  private mutating func perlGroup() throws(PatternError) {
    let start = at
    let rest = source.count - at
    let long = rest > 4 && peek(2) == UInt8(ascii: "P") && peek(3) == UInt8(ascii: "<")
    let short = rest > 3 && peek(2) == UInt8(ascii: "<")
    if long || short {
      guard let end = source[at...].firstIndex(of: UInt8(ascii: ">")) else {
        throw Self.error("invalid named capture", source[at...])
      }
      let name = source[(at + (short ? 3 : 4))..<max(end, at + (short ? 3 : 4))]
      let valid = !name.isEmpty && name.allSatisfy { $0 == UInt8(ascii: "_") || isAlphanumeric($0) }
      if !valid { throw Self.error("invalid named capture", source[at...end]) }
      open(capture: String(decoding: name, as: UTF8.self), length: end + 1 - at)
      return
    }
    at += 2
    var wanted = flags
    var negative = false
    var sawFlag = false
    scan: while peek() != nil {
      switch try rune() {
      case 0x69: wanted.fold = !negative; sawFlag = true
      case 0x6D: wanted.multiline = !negative; sawFlag = true
      case 0x73: wanted.dotAll = !negative; sawFlag = true
      case 0x55: wanted.ungreedy = !negative; sawFlag = true
      case 0x2D:
        if negative { break scan }
        negative = true
        sawFlag = false
      case 0x3A:
        if negative && !sawFlag { break scan }
        // The group begins under the old flags: what follows it has them again.
        push("(?:", simple: true)
        enter()
        flags = wanted
        return
      case 0x29:
        if negative && !sawFlag { break scan }
        flags = wanted
        return
      default: break scan
      }
    }
    throw Self.error("invalid or unsupported Perl syntax", source[start..<at])
  }

  // MARK: Repetitions

  private mutating func repetition(
    _ text: String, bounds: (Int, Int)?, from start: Int, lastRepeat: Int?
  ) throws(PatternError) {
    var lazy = flags.ungreedy
    if peek() == UInt8(ascii: "?") {
      at += 1
      lazy.toggle()
    }
    if let lastRepeat { throw Self.error("invalid nested repetition operator", source[lastRepeat..<at]) }
    guard let atom else { throw Self.error("missing argument to repetition operator", source[start..<at]) }
    if !atomIsSimple {
      out.insert(contentsOf: Array("(?:".utf8), at: atom)
      out.append(UInt8(ascii: ")"))
    }
    out.append(contentsOf: text.utf8)
    if lazy { out.append(UInt8(ascii: "?")) }
    atomIsSimple = false
    if let (low, high) = bounds {
      let count = high < 0 ? low : high
      if high == 0 {
        atomWeight = 1
      } else if count > 0 {
        atomWeight = count * atomWeight
      }
      if low >= 2 || high >= 2, atomWeight > Self.maxRepeat {
        throw Self.error("invalid repeat count", source[start..<at])
      }
      atomWeight = min(atomWeight, Self.maxRepeat + 1)
      groupWeight = max(groupWeight, atomWeight)
    }
  }

  /// `{n}`, `{n,}`, `{n,m}` (m = -1 for none); -1 for numbers too big. Nil, and `at` anywhere, if it is no repetition.
  private mutating func repeatBounds() -> (Int, Int)? {
    at += 1
    guard var low = integer() else { return nil }
    var high = low
    if peek() == UInt8(ascii: ",") {
      at += 1
      if peek() == UInt8(ascii: "}") {
        high = -1
      } else if let number = integer() {
        high = number
        if number < 0 { low = -1 }
      } else {
        return nil
      }
    }
    guard peek() == UInt8(ascii: "}") else { return nil }
    at += 1
    return (low, high)
  }

  private mutating func integer() -> Int? {
    guard let first = peek(), isDigit(first) else { return nil }
    if first == UInt8(ascii: "0"), let second = peek(1), isDigit(second) { return nil }
    var number = 0
    while let digit = peek(), isDigit(digit) {
      at += 1
      if number >= 0 { number = number >= 100_000_000 ? -1 : number * 10 + Int(digit - 0x30) }
    }
    return number
  }

  // MARK: Escapes outside classes

  private mutating func escape() throws(PatternError) {
    switch peek(1) {
    case UInt8(ascii: "A"): assertion("\\A")
    case UInt8(ascii: "b"): assertion("\\b")
    case UInt8(ascii: "B"): assertion("\\B")
    case UInt8(ascii: "z"): assertion("\\z")
    case UInt8(ascii: "C"): throw Self.error("invalid escape sequence", source[at..<(at + 2)])
    case UInt8(ascii: "Q"):
      at += 2
      while let byte = peek() {
        if byte == UInt8(ascii: "\\"), peek(1) == UInt8(ascii: "E") {
          at += 2
          return
        }
        literal(try rune())
      }
    default:
      if let set = try namedSet() {
        push(set.standalone(fold: flags.fold), simple: true)
      } else {
        literal(try escapedRune())
      }
    }
  }

  private mutating func assertion(_ text: String) {
    at += 2
    push(text, simple: false)
  }

  /// The next code point of the pattern.
  mutating func rune() throws(PatternError) -> UInt32 {
    guard let (rune, length) = UTF8Scan.decode(source, at) else { throw Self.error("invalid UTF-8", source[at...]) }
    at += length
    return rune
  }
}

func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

func isAlphanumeric(_ byte: UInt8) -> Bool {
  isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
}
