import Testing

@testable import Patterns

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite struct PatternUseTests {
  struct All: CustomTestStringConvertible, Sendable {
    let pattern: String
    let text: String
    let limit: Int
    let found: [String]
    init(_ pattern: String, _ text: String, _ found: [String], limit: Int = -1) {
      self.pattern = pattern
      self.text = text
      self.limit = limit
      self.found = found
    }
    var testDescription: String { "\(pattern) on \(text)" }
  }

  /// Expected: "start-end" of each match.
  static let all: [All] = [
    All("a*", "baaac", ["0-0", "1-4", "5-5"]),
    All("", "abc", ["0-0", "1-1", "2-2", "3-3"]),
    All("", "é", ["0-0", "2-2"]),
    All("a", "aaa", ["0-1", "1-2", "2-3"]),
    All("a", "aaa", ["0-1", "1-2"], limit: 2),
    All("a", "aaa", [], limit: 0),
    All("^", "ab", ["0-0"]),
    All("$", "ab", ["2-2"]),
    All(#"\b"#, "ab cd", ["0-0", "2-2", "3-3", "5-5"]),
    All("x*", "axb", ["0-0", "1-2", "3-3"]),
    All("(?m)^", "a\nb\n", ["0-0", "2-2", "4-4"]),
    All("z", "abc", []),
  ]

  @Test(arguments: all) func allMatchesFollowGosRuleForEmptyOnes(_ test: All) throws {
    let found = try Pattern(test.pattern).allMatches(in: bytes(test.text), limit: test.limit)
    #expect(found.map { "\($0.range.lowerBound)-\($0.range.upperBound)" } == test.found)
  }

  struct Replacement: CustomTestStringConvertible, Sendable {
    let pattern: String
    let text: String
    let with: String
    let result: String
    init(_ pattern: String, _ text: String, _ with: String, _ result: String) {
      self.pattern = pattern
      self.text = text
      self.with = with
      self.result = result
    }
    var testDescription: String { "\(pattern) on \(text) with \(with)" }
  }

  static let replacements: [Replacement] = [
    Replacement("a(x*)b", "-ab-axxb-", "${1}W", "-W-xxW-"),
    Replacement("a(x*)b", "-ab-axxb-", "$1", "--xx-"),
    Replacement("a(x*)b", "-ab-axxb-", "$1W", "---"),
    Replacement("a(?P<n>x*)b", "-axb-", "<$n>", "-<x>-"),
    Replacement("a", "banana", "$$", "b$n$n$"),
    Replacement("a", "ba", "$", "b$"),
    Replacement("a", "ba", "${", "b${"),
    Replacement("a", "ba", "${x", "b${x"),
    Replacement("a", "ba", "$9", "b"),
    Replacement("a", "ba", "$0$0", "baa"),
    Replacement("(a)|(b)", "ab", "[$1|$2]", "[a|][|b]"),
    Replacement("x*", "abc", "-", "-a-b-c-"),
    Replacement("x*", "axc", "-", "-a-c-"),
    Replacement("", "", "X", "X"),
    Replacement("^", "ab", ">", ">ab"),
    Replacement("[^a-z0-9-]+", "My App_1", "-", "-y-pp-1"),
    Replacement("é", "aéb", "e", "aeb"),
    Replacement("(?P<n>a)(?P<n>b)?", "a", "$n", "a"),
  ]

  @Test(arguments: replacements) func replacementsExpandGosTemplates(_ test: Replacement) throws {
    let pattern = try Pattern(test.pattern)
    #expect(String(decoding: try pattern.replaceAll(in: bytes(test.text), with: bytes(test.with)), as: UTF8.self) == test.result)
  }

  @Test func literalReplacementsExpandNothing() throws {
    let pattern = try Pattern("a(x*)b")
    let result = try pattern.replaceAllLiteral(in: bytes("-ab-axxb-"), with: bytes("${1}"))
    #expect(String(decoding: result, as: UTF8.self) == "-${1}-${1}-")
  }

  @Test func piecesSayWhereBytesComeFrom() throws {
    let pieces = try Pattern("b(.)").replacementPieces(in: bytes("abcd"), template: bytes("<$1>"))
    #expect(pieces == [.text(0..<1), .replacement(0..<1), .text(2..<3), .replacement(3..<4), .text(3..<4)])
  }

  struct Split: CustomTestStringConvertible, Sendable {
    let pattern: String
    let text: String
    let limit: Int
    let parts: [String]
    init(_ pattern: String, _ text: String, _ limit: Int, _ parts: [String]) {
      self.pattern = pattern
      self.text = text
      self.limit = limit
      self.parts = parts
    }
    var testDescription: String { "\(pattern) on \(text), \(limit)" }
  }

  static let splits: [Split] = [
    Split("a", "banana", -1, ["b", "n", "n", ""]),
    Split("a", "banana", 2, ["b", "nana"]),
    Split("a", "banana", 1, ["banana"]),
    Split("a", "banana", 0, []),
    Split("z+", "pizza", -1, ["pi", "a"]),
    Split("", "abc", -1, ["a", "b", "c"]),
    Split("a*", "baaac", -1, ["b", "c"]),
    Split(",", "", -1, [""]),
    Split("", "", -1, []),
    Split(",", ",a,", -1, ["", "a", ""]),
    Split(":", "a", -1, ["a"]),
  ]

  @Test(arguments: splits) func splittingFollowsGo(_ test: Split) throws {
    let text = bytes(test.text)
    let parts = try Pattern(test.pattern).split(text, limit: test.limit)
    #expect(parts.map { String(decoding: text[$0], as: UTF8.self) } == test.parts)
  }

  @Test func bytesThatAreNotUTF8CountAsOneCharacterEach() throws {
    let text: [UInt8] = [0x61, 0xFF, 0xFE, 0x62]
    let found = try Pattern("a(.)(.)b").firstMatch(in: text)
    #expect(found?.groups == [0..<4, 1..<2, 2..<3])
    #expect(try Pattern("b").firstMatch(in: text)?.range == 3..<4)
    #expect(throws: PatternError.self) { _ = try Pattern([0x61, 0xFF]) }
  }

  @Test func quotingGivesThePatternOfTheTextItself() throws {
    let text = #"a.b*c[d]\e{f}^$|?+()"#
    let quoted = Pattern.quoteMeta(bytes(text))
    #expect(String(decoding: quoted, as: UTF8.self) == #"a\.b\*c\[d\]\\e\{f\}\^\$\|\?\+\(\)"#)
    #expect(try Pattern(quoted).firstMatch(in: bytes("x" + text))?.range == 1..<(1 + text.utf8.count))
  }
}
