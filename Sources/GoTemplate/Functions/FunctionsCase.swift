import Crypto
import Values

/// Sprig's functions that change the letters of a string (functions.go; goutils; xstrings).
enum CaseFunctions {
  static let all: [TemplateFunction] = [
    .strict("upper", [.string]) { _, a in map(a.value(0)) { rune, _ in upper(rune) } },
    .strict("lower", [.string]) { _, a in map(a.value(0)) { rune, _ in lower(rune) } },
    .strict("title", [.string]) { _, a in
      var before: UInt32 = 0x20
      return map(a.value(0)) { rune, _ in
        let begins = isSeparator(before)
        before = rune
        return begins ? title(rune) : rune
      }
    },
    .strict("untitle", [.string]) { _, a in
      var begins = true
      return map(a.value(0)) { rune, _ in
        if StringFunctions.isSpace(rune) {
          begins = true
        } else if begins {
          begins = false
          return lower(rune)
        }
        return rune
      }
    },
    .strict("swapcase", [.string]) { _, a in
      var afterSpace = true
      return map(a.value(0)) { rune, _ in
        let kind = category(rune)
        if kind == .uppercaseLetter || kind == .titlecaseLetter {
          afterSpace = false
          return lower(rune)
        }
        if kind == .lowercaseLetter {
          let first = afterSpace
          afterSpace = false
          return first ? title(rune) : upper(rune)
        }
        afterSpace = StringFunctions.isSpace(rune)
        return rune
      }
    },
    // goutils works byte by byte here: other bytes than ASCII become the characters of those numbers.
    .strict("nospace", [.string]) { _, a in
      let bytes = a.bytes(0)
      guard bytes.contains(where: { StringFunctions.isSpace(UInt32($0)) }) else { return a.value(0) }
      var rewriter = TextRewriter(a.value(0))
      for (place, byte) in bytes.enumerated() where !StringFunctions.isSpace(UInt32(byte)) {
        if byte < 0x80 { rewriter.keep(place..<(place + 1)) } else { rewriter.put(encoded(UInt32(byte)), at: place) }
      }
      return rewriter.value()
    },
    .strict("initials", [.string]) { _, a in
      var rewriter = TextRewriter(a.value(0))
      var begins = true
      for (place, byte) in a.bytes(0).enumerated() {
        if StringFunctions.isSpace(UInt32(byte)) {
          begins = true
        } else if begins {
          rewriter.put(encoded(UInt32(byte)), at: place)
          begins = false
        }
      }
      return rewriter.value()
    },
    .strict("snakecase", [.string]) { _, a in WordCase.joined(a.value(0), by: 0x5F) },
    .strict("kebabcase", [.string]) { _, a in WordCase.joined(a.value(0), by: 0x2D) },
    .strict("camelcase", [.string]) { _, a in WordCase.pascal(a.value(0)) },
    .strict("shuffle", [.string]) { _, a in
      var runes = scalars(a.bytes(0))
      runes.shuffle()
      return .string(Text(runes.flatMap(encoded)), a.value(0).origin)
    },
    random("randAlphaNum", Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)),
    random("randAlpha", Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)),
    random("randNumeric", Array("0123456789".utf8)),
    random("randAscii", Array(32...126)),
  ]

  /// Random letters, new ones for each call as in Helm: two renderings differ there.
  private static func random(_ name: String, _ letters: [UInt8]) -> TemplateFunction {
    .strict(name, [.int]) { (call, a) throws(TemplateError) in
      let count = a.int(0)
      try GoValue.checkSize(count)
      var generator = SystemRandomNumberGenerator()
      let bytes = (0..<max(0, count)).map { _ in letters.randomElement(using: &generator) ?? 0x61 }
      return .string(Text(bytes), call.origin)
    }
  }

  // MARK: Runes

  static func scalars(_ bytes: [UInt8]) -> [UInt32] {
    var result: [UInt32] = []
    var at = 0
    while at < bytes.count {
      let (rune, width) = GoRune.decode(bytes, at)
      result.append(rune)
      at += width
    }
    return result
  }

  static func encoded(_ rune: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    GoRune.append(rune, to: &bytes)
    return bytes
  }

  /// Changes a string rune by rune; unchanged stretches keep their exact origin.
  static func map(_ value: Value, _ change: (UInt32, Int) -> UInt32) -> Value {
    let bytes = value.text?.bytes ?? []
    var rewriter = TextRewriter(value)
    var kept = 0
    var at = 0
    while at < bytes.count {
      let (rune, width) = GoRune.decode(bytes, at)
      let other = change(rune, at)
      // A byte that is no rune becomes U+FFFD, as in Go's strings.Map.
      if other != rune || (rune == GoRune.replacement && width == 1) {
        rewriter.keep(kept..<at)
        rewriter.put(encoded(other), at: at)
        kept = at + width
      }
      at += width
    }
    rewriter.keep(kept..<bytes.count)
    return rewriter.value()
  }

  static func category(_ rune: UInt32) -> Unicode.GeneralCategory {
    Unicode.Scalar(rune)?.properties.generalCategory ?? .unassigned
  }

  /// One code point for one: mappings to several do not exist in Go.
  private static func single(_ rune: UInt32, _ mapping: (Unicode.Scalar.Properties) -> String) -> UInt32 {
    guard let scalar = Unicode.Scalar(rune) else { return rune }
    let mapped = mapping(scalar.properties).unicodeScalars
    guard mapped.count == 1, let first = mapped.first else { return rune }
    return first.value
  }

  static func upper(_ rune: UInt32) -> UInt32 {
    if rune < 0x80 { return 0x61...0x7A ~= rune ? rune - 32 : rune }
    return single(rune, \.uppercaseMapping)
  }

  static func lower(_ rune: UInt32) -> UInt32 {
    if rune < 0x80 { return 0x41...0x5A ~= rune ? rune + 32 : rune }
    // The only letter whose full mapping to lower case has two code points.
    if rune == 0x130 { return 0x69 }
    return single(rune, \.lowercaseMapping)
  }

  static func title(_ rune: UInt32) -> UInt32 { rune < 0x80 ? upper(rune) : single(rune, \.titlecaseMapping) }

  static func isUpper(_ rune: UInt32) -> Bool { category(rune) == .uppercaseLetter }

  /// Go's strings.isSeparator, for `strings.Title`.
  private static func isSeparator(_ rune: UInt32) -> Bool {
    if rune < 0x80 {
      switch rune {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: return false
      default: return true
      }
    }
    switch category(rune) {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: return false
    default: return StringFunctions.isSpace(rune)
    }
  }
}
