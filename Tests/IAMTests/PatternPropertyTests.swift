import Glibc
import Testing

@testable import IAM

/// Whether a text matches, by trying every split: slow, and plain to see.
private func bruteMatches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
  guard let first = pattern.first else { return text.isEmpty }
  if first == UInt8(ascii: "*") {
    var rest = text
    while true {
      if bruteMatches(pattern.dropFirst(), rest) { return true }
      if rest.isEmpty { return false }
      rest = rest.dropFirst()
    }
  }
  guard let letter = text.first, first == UInt8(ascii: "?") || first == letter else { return false }
  return bruteMatches(pattern.dropFirst(), text.dropFirst())
}

/// Every text over some letters up to a length, the shorter ones first.
private func texts(_ letters: String, upTo length: Int) -> [[UInt8]] {
  var all: [[UInt8]] = [[]]
  var last: [[UInt8]] = [[]]
  for _ in 0..<length {
    last = last.flatMap { text in letters.utf8.map { text + [$0] } }
    all += last
  }
  return all
}

/// A pattern with the texts that it matches, as bits.
private struct Sample {
  let pattern: WildcardPattern
  let bits: [UInt64]

  init(_ bytes: [UInt8], _ universe: [[UInt8]]) {
    pattern = WildcardPattern(String(decoding: bytes, as: UTF8.self))
    var bits = [UInt64](repeating: 0, count: (universe.count + 63) / 64)
    for (place, text) in universe.enumerated() where bruteMatches(bytes[...], text[...]) { bits[place / 64] |= 1 << UInt64(place % 64) }
    self.bits = bits
  }

  func intersects(_ other: Sample) -> Bool { zip(bits, other.bits).contains { $0.0 & $0.1 != 0 } }
  func covers(_ other: Sample) -> Bool { zip(bits, other.bits).allSatisfy { $0.1 & ~$0.0 == 0 } }
}

/// xorshift64*, so that every run asks the same questions.
private struct Dice {
  var state: UInt64

  mutating func roll(_ sides: Int) -> Int {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return Int((state &* 2_685_821_657_736_338_717) >> 33) % sides
  }

  mutating func pattern(_ letters: [UInt8], upTo length: Int) -> [UInt8] { (0..<roll(length + 1)).map { _ in letters[roll(letters.count)] } }
}

/// `covers`, `intersects` and the questions about segments against all texts of a small alphabet. With `SECRETSLINT_LONG_TESTS` set more than
/// a million pairs are asked, and how many is printed.
struct PatternPropertyTests {
  static let isLong = getenv("SECRETSLINT_LONG_TESTS") != nil

  /// Every pair of patterns of a length. A letter that no pattern names stands for all others.
  @Test func pairsOfPatternsAgreeWithAllTexts() {
    let size = Self.isLong ? 5 : 3
    let universe = texts("abc", upTo: Self.isLong ? 8 : 5)
    let samples = texts("ab*?", upTo: size).map { Sample($0, universe) }
    var wrong: [String] = []
    for a in samples {
      for b in samples {
        if a.pattern.covers(b.pattern) != a.covers(b) { wrong.append("covers \(a.pattern.text) \(b.pattern.text)") }
        if a.pattern.intersects(b.pattern) != a.intersects(b) { wrong.append("intersects \(a.pattern.text) \(b.pattern.text)") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(10))")
    if Self.isLong { print("\(samples.count * samples.count) pairs of patterns agree with \(universe.count) texts") }
  }

  /// Longer patterns with slashes, drawn by lot.
  @Test func drawnPairsAgreeWithAllTexts() {
    let universe = texts("ab/", upTo: Self.isLong ? 9 : 6)
    var dice = Dice(state: 88_172_645_463_325_252)
    let letters = Array("aab/**?".utf8)
    let samples = (0..<(Self.isLong ? 700 : 40)).map { _ in Sample(dice.pattern(letters, upTo: Self.isLong ? 7 : 5), universe) }
    var wrong: [String] = []
    for a in samples {
      for b in samples {
        // Texts of the alphabet know no other letter: a pattern that covers all of them need not cover the rest.
        if a.pattern.covers(b.pattern), !a.covers(b) { wrong.append("covers \(a.pattern.text) \(b.pattern.text)") }
        if a.intersects(b), !a.pattern.intersects(b.pattern) { wrong.append("misses \(a.pattern.text) \(b.pattern.text)") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(10))")
    if Self.isLong { print("\(samples.count * samples.count) drawn pairs agree with \(universe.count) texts") }
  }

  /// The first segments of all texts that a pattern matches are those of its segment patterns, and no others.
  @Test func firstSegmentsAgreeWithAllTexts() {
    let size = Self.isLong ? 5 : 3
    let universe = texts("ab/", upTo: size + 3)
    let short = texts("ab", upTo: 2)
    var wrong: [String] = []
    var count = 0
    for bytes in texts("a/*?", upTo: size) {
      let pattern = WildcardPattern(String(decoding: bytes, as: UTF8.self))
      var found: Set<[UInt8]> = []
      for text in universe where bruteMatches(bytes[...], text[...]) { found.insert(Array(text.prefix { $0 != UInt8(ascii: "/") })) }
      let segments = pattern.firstSegments
      for segment in short {
        count += 1
        let said = segments.contains { $0.matches(String(decoding: segment, as: UTF8.self)) == true }
        if said != found.contains(segment) { wrong.append("\(pattern.text) and \(String(decoding: segment, as: UTF8.self))") }
      }
      for segment in ["a", "b"] {
        let isBounded = found.allSatisfy { $0 == Array(segment.utf8) } && universe.allSatisfy { !bruteMatches(bytes[...], $0[...]) || $0.contains(UInt8(ascii: "/")) }
        if (pattern.isBounded(by: segment) == true) != isBounded { wrong.append("\(pattern.text) bounded by \(segment)") }
      }
      let only = found.count == 1 ? found.first.map { String(decoding: $0, as: UTF8.self) } : nil
      if pattern.onlyFirstSegment != (only == "" ? nil : only) { wrong.append("only segment of \(pattern.text)") }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(10))")
    if Self.isLong { print("\(count) pairs of patterns and segments agree") }
  }

  @Test(arguments: [
    ("production/*", ["production"]), ("prod*", ["prod*"]), ("prod*/x", ["prod*"]), ("*", ["*"]), ("*/x", ["*"]), ("a?b/*", ["a", "a?b"]), ("a", ["a"]), ("/a", [""]),
    ("production/*/*", ["production"]), ("a??/*", ["a", "a?", "a??"]), ("a*b*/c", ["a*"]), ("", [""]),
  ])
  func firstSegments(pattern: String, expected: [String]) {
    #expect(WildcardPattern(pattern).firstSegments.map(\.text) == expected)
  }

  @Test(arguments: [("production/*", true), ("production/web", true), ("production*", false), ("*", false), ("staging/*", false), ("${aws:PrincipalTag/a}/*", nil), ("production/${aws:x}", true), ("x${aws:x}", false)] as [(String, Bool?)])
  func bounds(pattern: String, expected: Bool?) {
    #expect(WildcardPattern(pattern).isBounded(by: "production") == expected)
  }

  @Test func patternsMadeToBeHardAreAnsweredInTime() {
    let wide = WildcardPattern(String(repeating: "*a", count: 200) + "*")
    let narrow = WildcardPattern(String(repeating: "?*", count: 200))
    #expect(!wide.covers(narrow))
    #expect(wide.intersects(narrow))
    let exponential = WildcardPattern("*a" + String(repeating: "?", count: 40))
    #expect(!exponential.covers(WildcardPattern("*" + String(repeating: "?", count: 41))))
    #expect(WildcardPattern("*" + String(repeating: "?", count: 41)).covers(exponential))
  }
}
