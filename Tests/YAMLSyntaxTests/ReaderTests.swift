import SourceText
import Testing
import Values

@testable import YAMLSyntax

@Suite struct ReaderTests {
  struct Case: Sendable {
    var text: String
    var dialect = YAMLDialect.kubernetes
    var want: [String]
    var codes: [String] = []
  }

  static let cases: [Case] = [
    .init(text: "", want: []),
    .init(text: "---\n---\na: 1\n", want: ["null", #"{"a":1}"#]),
    .init(text: "y: 1\n1: x\n1.5: f\n", want: [#"{"1":"x","1.5":"f","true":1}"#]),
    .init(text: "y: 1\n", dialect: .kustomize, want: [#"{"y":1}"#]),
    .init(text: "a: 1\na: 2\n", want: [#"{"a":2}"#], codes: ["yaml/duplicate-key"]),
    .init(text: "a: 1\na: 2\n", dialect: .kustomize, want: [], codes: ["yaml/duplicate-key"]),
    .init(text: "~: 1\n", want: [], codes: ["yaml/key"]),
    .init(text: "[a]: 1\n", want: [], codes: ["yaml/key"]),
    .init(text: "a: .inf\n", want: [], codes: ["yaml/not-json"]),
    .init(text: "a: 1.0\nb: 1e3\nc: 18446744073709551615\n", want: [#"{"a":1,"b":1000,"c":18446744073709552000}"#]),
    .init(text: "a: !!str 5\nb: !!int '7'\nc: !!binary aGk=\nd: !x 5\n", want: [#"{"a":"5","b":7,"c":"hi","d":"5"}"#]),
    .init(text: "a: !!int x\n", want: [], codes: ["yaml/tag"]),
    .init(text: "a: !x 5\n", dialect: .terraform, want: [], codes: ["yaml/tag"]),
    .init(text: "a: &x {k: 1, l: 1}\nb: {<<: *x, k: 2}\n", want: [#"{"a":{"k":1,"l":1},"b":{"k":2,"l":1}}"#]),
    .init(text: "a: &x {k: 1}\nb: &y {k: 2}\nc: {<<: [*x, *y]}\n", want: [#"{"a":{"k":1},"b":{"k":2},"c":{"k":1}}"#]),
    .init(text: "b: {k: 2, <<: {k: 1}}\n", want: [#"{"b":{"k":1}}"#]),
    .init(text: "b: {k: 2, <<: {k: 1}}\n", dialect: .kustomize, want: [#"{"b":{"k":2}}"#]),
    .init(text: "<<: 5\n", want: [], codes: ["yaml/merge"]),
    .init(text: "a: *no\n", want: [], codes: ["yaml/alias"]),
    .init(text: "a: &x [*x]\n", want: [], codes: ["yaml/alias"]),
    .init(text: "a: 1\n---\nb: [\n", want: [#"{"a":1}"#], codes: ["yaml/syntax"]),
    .init(text: "a: \"\\/\"\n", want: [], codes: ["yaml/syntax"]),
    .init(text: "%FOO bar\n---\na\n...\nb: c\n", dialect: .core, want: [#""a""#, #"{"b":"c"}"#]),
    .init(text: "...\n", dialect: .core, want: []),
    .init(text: "a\n%YAML 1.2\n---\nb\n", dialect: .core, want: [#""a %YAML 1.2""#, #""b""#]),
    .init(text: "a: b\n%YAML 1.2\n---\nb\n", dialect: .core, want: [#"{"a":"b"}"#], codes: ["yaml/syntax"]),
    .init(text: "a: 'b'# c\n", dialect: .core, want: [#"{"a":"b"}"#], codes: ["yaml/syntax"]),
    .init(text: "a: 'b\nc'\n", dialect: .core, want: [], codes: ["yaml/syntax"]),
    .init(text: "a: 'b\nc'\n", want: [#"{"a":"b c"}"#]),
    .init(text: "a: \"\\/\"\n", dialect: .core, want: [#"{"a":"/"}"#]),
  ]

  @Test(arguments: cases) func `documents read by their dialect`(_ item: Case) {
    let reading = Reading(item.text, item.dialect)
    #expect(reading.json == item.want)
    #expect(reading.codes == item.codes)
  }

  @Test func `a syntax error has its place and go-yaml's words`() {
    let reading = Reading("a: b\nc: d: e\n")
    let diagnostic = reading.sink.diagnostics.first
    #expect(diagnostic?.notes == ["yaml: line 2: mapping values are not allowed in this context"])
    #expect(diagnostic?.span.map { reading.file.position($0.start) } == SourcePosition(line: 2, column: 5))
  }

  @Test func `bytes that are not UTF-8 are a located error`() {
    let reading = Reading([0x61, 0x3A, 0x20, 0xFF, 0x0A])
    #expect(reading.codes == ["yaml/syntax"])
    #expect(reading.sink.diagnostics.first?.span?.start == 3)
  }

  @Test func `a bomb of aliases is refused`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let alias = "*a\(level - 1)"
      text += "a\(level): &a\(level) [\(Array(repeating: alias, count: 10).joined(separator: ", "))]\n"
    }
    #expect(Reading(text).codes == ["yaml/too-many-nodes"])
  }

  @Test(arguments: [String(repeating: "[", count: 100_000), String(repeating: "- ", count: 3000), String(repeating: "{a: ", count: 5000)])
  func `deep nesting is refused`(_ text: String) {
    #expect(Reading(text).codes == ["yaml/nesting"])
  }

  @Test func `a chain of aliases is bounded too`() {
    var text = "a0: &a0 [x]\n"
    for level in 1...2000 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    #expect(Reading(text).codes == ["yaml/nesting"])
  }

  @Test func `no bytes make the reader trap`() {
    var state: UInt64 = 42
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    let alphabet = Array("ab:- \n\t#'\"|>&*!{}[],?%@~<.0x\\\r\u{FEFF}é😀".utf8) + [0xFF, 0xFE, 0x00]
    for _ in 0..<3000 {
      let bytes = (0..<Int(next() % 60)).map { _ in alphabet[Int(next() % UInt64(alphabet.count))] }
      for dialect in [YAMLDialect.kubernetes, .core] {
        let reading = Reading(bytes, dialect)
        for document in reading.documents { _ = YAMLWriter.write(document.root) }
      }
      _ = YAMLReader.comments(bytes)
    }
  }
}

@Suite struct WriterTests {
  struct Case: Sendable {
    var value: String
    var want: String
  }

  static let plain: [Case] = [
    "x": "x", "yes": "\"yes\"", "1.0": "\"1.0\"", "": "\"\"", "~": "\"~\"", "12:30": "\"12:30\"", "2020-01-01": "\"2020-01-01\"", "#x": "'#x'",
    "a:": "'a:'", " x": "' x'", "=": "=", "<<": "<<", "it's": "it's", "'q'": "'''q'''", "a\tb": "\"a\\tb\"", "a\nb": "|-\n  a\n  b",
    "a\n": "|\n  a", "a\n\n": "|+\n  a\n", " a\nb": "|2-\n   a\n  b", "a \nb": "\"a \\nb\"", "😀": "\"\\U0001F600\"", "é": "é", "0o7": "\"0o7\"",
    "-": "'-'", "--- x": "'--- x'", "a #b": "'a #b'", "a#b": "a#b",
  ].map { Case(value: $0.key, want: $0.value) }

  @Test(arguments: plain) func `text is quoted where go-yaml quotes it`(_ item: Case) {
    let text = YAMLWriter.write(.map(ValueMap([("k", .string(item.value))]))).string
    #expect(text == "k: " + item.want + "\n")
  }

  @Test func `numbers are written as JSON's way through go-yaml gives them`() {
    let list = Value.list([.double(1_000_000), .double(0.1), .double(1e21), .double(12_345_678.5), .double(-0.0), .int(-3), .double(1e-7)])
    #expect(YAMLWriter.write(list).string == "- 1000000\n- 0.1\n- 1e+21\n- 1.23456785e+07\n- 0\n- -3\n- 1e-07\n")
    #expect(YAMLWriter.write(.list([.double(1_000_000)]), style: .goYAMLPretty).string == "- 1e+06\n")
  }

  @Test func `long text folds behind column 80`() {
    let text = Array(repeating: "word", count: 40).joined(separator: " ")
    let out = YAMLWriter.write(.map(ValueMap([("k", .string(text))]))).string
    #expect(out.split(separator: "\n").map(\.count) == [82, 81, 41])
    let pretty = YAMLWriter.write(.map(ValueMap([("k", .string(text))])), style: .goYAMLPretty).string
    #expect(pretty == "k: \(text)\n")
  }

  @Test func `keys stand in natural order and lists at their key`() {
    let map = ValueMap(["a10", "a2", "basicAuthPlugin", "basic_auth", "B", "x.1", "x-1"].map { ($0, Value.list([.int(1)])) })
    let out = YAMLWriter.write(.map(map)).string
    #expect(out.split(separator: "\n").filter { $0.hasSuffix(":") } == ["B:", "a2:", "a10:", "basic_auth:", "basicAuthPlugin:", "x-1:", "x.1:"])
    #expect(out.hasPrefix("B:\n- 1\n"))
    #expect(YAMLWriter.write(.map(map), style: .goYAMLPretty).string.hasPrefix("B:\n  - 1\n"))
  }

  @Test func `nested collections`() {
    let value = Value.map(ValueMap([("a", .list([.list([.int(1), .map(ValueMap([("b", .null), ("c", .list([]))]))])])), ("d", .map(ValueMap()))]))
    #expect(YAMLWriter.write(value).string == "a:\n- - 1\n  - b: null\n    c: []\nd: {}\n")
  }
}
