import Testing

@testable import Patterns

@Suite struct PatternSyntaxTests {
  struct Refusal: CustomTestStringConvertible, Sendable {
    let pattern: String
    let message: String
    init(_ pattern: String, _ message: String) {
      self.pattern = pattern
      self.message = message
    }
    var testDescription: String { pattern }
  }

  /// Go's own words for what RE2 does not accept.
  static let refusals: [Refusal] = [
    Refusal("[a", "missing closing ]: `[a`"),
    Refusal("a[b]c[", "missing closing ]: `[`"),
    Refusal("[]a", "missing closing ]: `[]a`"),
    Refusal("(abc", "missing closing ): `(abc`"),
    Refusal("a)b", "unexpected ): `a)b`"),
    Refusal("*", "missing argument to repetition operator: `*`"),
    Refusal("a|*", "missing argument to repetition operator: `*`"),
    Refusal("(+)", "missing argument to repetition operator: `+`"),
    Refusal("{2}", "missing argument to repetition operator: `{2}`"),
    Refusal("a**", "invalid nested repetition operator: `**`"),
    Refusal("a*+", "invalid nested repetition operator: `*+`"),
    Refusal("a??*", "invalid nested repetition operator: `??*`"),
    Refusal("a{2}{3}", "invalid nested repetition operator: `{2}{3}`"),
    Refusal("a{1001}", "invalid repeat count: `{1001}`"),
    Refusal("a{2,1}", "invalid repeat count: `{2,1}`"),
    Refusal("(a{100}){11}", "invalid repeat count: `{11}`"),
    Refusal("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
    Refusal("(?!a)", "invalid or unsupported Perl syntax: `(?!`"),
    Refusal("(?<=a)b", "invalid named capture: `(?<=a)b`"),
    Refusal("(?>a)", "invalid or unsupported Perl syntax: `(?>`"),
    Refusal("(?i-)a", "invalid or unsupported Perl syntax: `(?i-)`"),
    Refusal("(?P<n!>a)", "invalid named capture: `(?P<n!>`"),
    Refusal("(?P<>a)", "invalid named capture: `(?P<>`"),
    Refusal("(?P=n)", "invalid or unsupported Perl syntax: `(?P`"),
    Refusal(#"(a)\1"#, #"invalid escape sequence: `\1`"#),
    Refusal(#"\Z"#, #"invalid escape sequence: `\Z`"#),
    Refusal(#"\C"#, #"invalid escape sequence: `\C`"#),
    Refusal(#"a\"#, "trailing backslash at end of expression: ``"),
    Refusal(#"\xZZ"#, #"invalid escape sequence: `\xZZ`"#),
    Refusal(#"\x{110000}"#, #"invalid escape sequence: `\x{110000`"#),
    Refusal("[z-a]", "invalid character class range: `z-a`"),
    Refusal(#"[a-\d]"#, #"invalid escape sequence: `\d`"#),
    Refusal("[[:nope:]]", "invalid character class range: `[:nope:]`"),
    Refusal(#"\p{Nope}"#, #"invalid character class range: `\p{Nope}`"#),
    Refusal(#"\pX"#, #"invalid character class range: `\pX`"#),
  ]

  @Test(arguments: refusals) func whatRE2RefusesIsRefusedInItsWords(_ refusal: Refusal) {
    #expect(throws: PatternError.syntax("error parsing regexp: " + refusal.message)) {
      _ = try Pattern(refusal.pattern)
    }
  }

  struct Match: CustomTestStringConvertible, Sendable {
    let pattern: String
    let text: String
    let groups: [String?]?
    init(_ pattern: String, _ text: String, _ groups: [String?]?) {
      self.pattern = pattern
      self.text = text
      self.groups = groups
    }
    var testDescription: String { "\(pattern) on \(text)" }
  }

  static let matches: [Match] = [
    Match("a|ab", "ab", ["a"]),
    Match("(a|ab)(c|bcd)(d*)", "abcd", ["abcd", "a", "bcd", ""]),
    Match("(a+)(b+)?", "aac", ["aa", "aa", nil]),
    Match("a$", "a\n", nil),
    Match("(?m)a$", "a\n", ["a"]),
    Match("^b", "a\nb", nil),
    Match("(?m)^b", "a\nb", ["b"]),
    Match("(?m)^$", "a\n", [""]),
    Match("a.b", "a\nb", nil),
    Match("(?s)a.b", "a\nb", ["a\nb"]),
    Match("a[^x]b", "a\nb", ["a\nb"]),
    Match("(?i)straSSe", "STRASSE", ["STRASSE"]),
    Match("(?i)ж", "Ж", ["Ж"]),
    Match("a(?i)b|c", "C", ["C"]),
    Match("(?i:a)b", "AB", nil),
    Match("(?i)a(?-i)b", "Ab", ["Ab"]),
    Match("((?i)a)b", "AB", nil),
    Match("(?U)a+", "aaa", ["a"]),
    Match("(?U)a+?", "aaa", ["aaa"]),
    Match("a+?", "aaa", ["a"]),
    Match("a{,2}", "a{,2}", ["a{,2}"]),
    Match("a{2,}", "aaaa", ["aaaa"]),
    Match("a{0}b", "b", ["b"]),
    Match("x{", "x{", ["x{"]),
    Match("^*a", "a", ["a"]),
    Match(#"\Q.*\E+"#, "x.***", [".***"]),
    Match(#"\Qa\b"#, #"a\b"#, [#"a\b"#]),
    Match(#"a(?i)*"#, "aaa", ["aaa"]),
    Match(#"\bfoo\b"#, "a foo.", ["foo"]),
    Match(#"\bé"#, "é", nil),
    Match(#"\d+"#, "٣4", ["4"]),
    Match(#"\w+"#, "éa_9", ["a_9"]),
    Match(#"[\s]"#, "\u{0B}", nil),
    Match(#"\S"#, "\u{0B}", ["\u{0B}"]),
    Match("[[:space:]]", "\u{0B}", ["\u{0B}"]),
    Match("[[:^alpha:]]+", "ab12", ["12"]),
    Match("[]a]+", "]a", ["]a"]),
    Match("[^]a]+", "]ab", ["b"]),
    Match("[a-]+", "-a", ["-a"]),
    Match("[-a]+", "-a", ["-a"]),
    Match("[a-c-e]+", "-be", ["-be"]),
    Match(#"[\]\-]+"#, "]-", ["]-"]),
    Match(#"\pL+"#, "1żółć2", ["żółć"]),
    Match(#"\p{^L}+"#, "ab12", ["12"]),
    Match(#"\P{Greek}+"#, "αxyβ", ["xy"]),
    Match(#"\p{greek}+"#, "xα", ["α"]),
    Match(#"\p{Uppercase_Letter}+"#, "aBCd", ["BC"]),
    Match(#"\x41\x{42}\103"#, "ABC", ["ABC"]),
    Match(#"\a\f\t\n\r\v"#, "\u{7}\u{C}\t\n\r\u{B}", ["\u{7}\u{C}\t\n\r\u{B}"]),
    Match(#"(?P<first>\w)(?<second>\w)"#, "ab", ["ab", "a", "b"]),
    Match(#"\A(?:a|b)*\z"#, "abab", ["abab"]),
    Match("(?i)k", "\u{212A}", ["\u{212A}"]),
    Match(#"(?i)\W"#, "k\u{212A}", nil),
    Match("日.", "日本", ["日本"]),
    Match("", "x", [""]),
    Match("a||b", "b", [""]),
    Match("()", "", ["", ""]),
    Match(#"\_\-\/"#, "_-/", ["_-/"]),
    Match("a#b c", "a#b c", ["a#b c"]),
  ]

  @Test(arguments: matches) func theLeftmostFirstMatchIsFound(_ match: Match) throws {
    let text = Array(match.text.utf8)
    let found = try Pattern(match.pattern).firstMatch(in: text)
    let groups = found?.groups.map { range in range.map { String(decoding: text[$0], as: UTF8.self) } }
    #expect(groups == match.groups)
  }

  @Test func namesOfGroupsAreKept() throws {
    let pattern = try Pattern("(?P<a>x)(y)(?<b>z)")
    #expect(pattern.groupNames == [nil, "a", nil, "b"])
    #expect(pattern.groupCount == 3)
  }

  @Test func endlessBacktrackingEndsWithAnError() throws {
    let pattern = try Pattern("(a*)*(a*)*(a*)*b$")
    #expect(throws: PatternError.limit) { _ = try pattern.matches(String(repeating: "a", count: 400) + "bc") }
  }

  @Test func deepNestingIsRefusedNotCrashed() {
    let deep = String(repeating: "(", count: 20_000) + String(repeating: ")", count: 20_000)
    #expect(throws: PatternError.self) { _ = try Pattern(deep) }
  }

  @Test func wholeMatchesFromEndToEnd() throws {
    let pattern = try Pattern.whole("a|b")
    #expect(try pattern.matches("a"))
    #expect(try !pattern.matches("ab"))
    #expect(throws: PatternError.self) { _ = try Pattern.whole("a)(b") }
  }

  @Test func aCacheRemembersPatternsAndRefusals() throws {
    let cache = PatternCache(capacity: 2)
    let first = try cache.pattern("a+")
    #expect(try cache.pattern("a+") === first)
    #expect(throws: PatternError.self) { _ = try cache.pattern("(") }
    #expect(throws: PatternError.self) { _ = try cache.pattern("(") }
    for number in 0..<10 { _ = try cache.pattern("b{\(number)}") }
    #expect(try cache.pattern("a+").matches("xaa"))
  }
}
