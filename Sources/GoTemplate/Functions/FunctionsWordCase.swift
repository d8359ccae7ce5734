import Values

/// huandu/xstrings 1.5 (convert.go): snake, kebab and Pascal case. The result has the origin of its argument as a whole.
enum WordCase {
  private enum Word { case invalid, number, upper, alphabet, connector, punctuation, other }

  /// `ToSnakeCase` and `ToKebabCase`: camelCaseToLowerCase.
  static func joined(_ value: Value, by connector: UInt32) -> Value {
    var splitter = Splitter(CaseFunctions.scalars(value.text?.bytes ?? []))
    if splitter.isAtEnd { return value }
    var out: [UInt32] = []
    func write(_ kind: Word, _ word: ArraySlice<UInt32>) {
      for rune in word {
        if kind != .upper && kind != .connector {
          out.append(rune)
        } else {
          out.append(isConnector(rune) ? connector : CaseFunctions.isUpper(rune) ? CaseFunctions.lower(rune) : rune)
        }
      }
    }
    var (kind, word) = splitter.next()
    while !splitter.isAtEnd {
      if kind != .connector { write(kind, word) }
      let previous = (kind, word)
      (kind, word) = splitter.next()
      switch previous.0 {
      case .number:
        while kind == .alphabet || kind == .number {
          write(kind, word)
          (kind, word) = splitter.next()
        }
        if kind != .invalid, kind != .punctuation, kind != .connector { out.append(connector) }
      case .connector: write(.connector, previous.1)
      case .punctuation: break
      default:
        if kind != .number {
          if kind != .connector, kind != .punctuation { out.append(connector) }
          break
        }
        if splitter.isAtEnd { break }
        let number = word
        (kind, word) = splitter.next()
        if kind != .alphabet {
          // The number belongs to the word before it.
          write(.number, number)
          if kind != .connector, kind != .punctuation { out.append(connector) }
          break
        }
        out.append(connector)
        write(.number, number)
        while kind == .alphabet || kind == .number {
          write(kind, word)
          (kind, word) = splitter.next()
        }
        if kind != .invalid, kind != .connector, kind != .punctuation { out.append(connector) }
      }
    }
    write(kind, word)
    return .string(Text(out.flatMap(CaseFunctions.encoded)), value.origin)
  }

  /// `ToPascalCase`: words begin with a capital, runs of capitals are lowered.
  static func pascal(_ value: Value) -> Value {
    let runes = CaseFunctions.scalars(value.text?.bytes ?? [])
    guard !runes.isEmpty else { return value }
    var out: [UInt32] = []
    var at = 0
    var current: UInt32 = 0
    var beganUpper = false
    while at < runes.count {
      current = runes[at]
      at += 1
      if !isConnector(current) {
        beganUpper = CaseFunctions.isUpper(current)
        current = CaseFunctions.upper(current)
        break
      }
      out.append(current)
    }
    while at < runes.count {
      let before = current
      current = runes[at]
      at += 1
      if isConnector(current), isConnector(before) {
        out.append(before)
        continue
      }
      if isConnector(before) {
        beganUpper = CaseFunctions.isUpper(current)
        current = CaseFunctions.upper(current)
      } else {
        if beganUpper {
          if CaseFunctions.isUpper(current) { current = CaseFunctions.lower(current) } else { beganUpper = false }
        }
        out.append(before)
      }
    }
    out.append(current)
    return .string(Text(out.flatMap(CaseFunctions.encoded)), value.origin)
  }

  private static func isConnector(_ rune: UInt32) -> Bool {
    rune == 0x2D || rune == 0x5F || StringFunctions.isSpace(rune)
  }

  private static func isPunctuation(_ rune: UInt32) -> Bool {
    switch CaseFunctions.category(rune) {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      true
    default: false
    }
  }

  private static func isNumber(_ rune: UInt32) -> Bool {
    switch CaseFunctions.category(rune) {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }

  /// A letter of a script that has words of letters: not of the ideographs (common.go, `isAlphabet`).
  private static func isAlphabet(_ rune: UInt32) -> Bool {
    switch rune {
    case 0x3400...0x4D85, 0x4E00...0x9FCC, 0x20000...0x2B81D: return false
    default: break
    }
    switch CaseFunctions.category(rune) {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
    default: return false
    }
  }

  private struct Splitter {
    private let runes: [UInt32]
    private var at = 0

    init(_ runes: [UInt32]) { self.runes = runes }

    var isAtEnd: Bool { at >= runes.count }

    private mutating func skip(while holds: (UInt32) -> Bool) {
      while at < runes.count, holds(runes[at]) { at += 1 }
    }

    /// xstrings: `nextWord`.
    mutating func next() -> (Word, ArraySlice<UInt32>) {
      let start = at
      guard at < runes.count else { return (.invalid, []) }
      let first = runes[at]
      at += 1
      let kind: Word
      if isConnector(first) {
        kind = .connector
        skip(while: isConnector)
      } else if isPunctuation(first) {
        kind = .punctuation
        skip(while: isPunctuation)
      } else if CaseFunctions.isUpper(first) {
        kind = .upper
        if at < runes.count {
          if CaseFunctions.isUpper(runes[at]) {
            skip(while: CaseFunctions.isUpper)
            // Of "HTTPStatus" the "S" belongs to the next word.
            if at < runes.count, isAlphabet(runes[at]) { at -= 1 }
          } else if isAlphabet(runes[at]) {
            skip { isAlphabet($0) && !CaseFunctions.isUpper($0) }
          }
        }
      } else if isAlphabet(first) {
        kind = .alphabet
        skip { isAlphabet($0) && !CaseFunctions.isUpper($0) }
      } else if isNumber(first) {
        kind = .number
        skip(while: isNumber)
      } else {
        kind = .other
        skip { !(isConnector($0) || isAlphabet($0) || isNumber($0) || isPunctuation($0)) }
      }
      return (kind, runes[start..<at])
    }
  }
}
