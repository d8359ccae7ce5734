import SourceText
import Testing
import Values

@testable import YAMLSyntax

/// Reads a text as a file of its own.
struct Reading {
  let provenance = Provenance()
  let sink = DiagnosticSink()
  let file: SourceFile
  let documents: [YAMLDocument]

  init(_ text: String, _ dialect: YAMLDialect = .kubernetes, limits: Limits = Limits()) { self.init(Array(text.utf8), dialect, limits: limits) }

  init(_ bytes: [UInt8], _ dialect: YAMLDialect = .kubernetes, limits: Limits = Limits()) {
    file = provenance.sources.add(path: "x.yaml", bytes: bytes)
    documents = YAMLReader.read(file: file, dialect: dialect, provenance: provenance, limits: limits, sink: sink)
  }

  var root: Value { documents.first?.root ?? .null }

  func source(_ origin: Origin) -> String? { provenance.origins.editPlace(origin).map { file.text($0) } }

  var codes: [String] { sink.diagnostics.map(\.code) }

  var json: [String] { documents.map { JSONWriter(sortsKeys: true).string($0.root) } }
}

@Suite struct OriginTests {
  struct Span: Sendable {
    var text: String
    var key: String
    var want: String
  }

  static let spans: [Span] = [
    .init(text: "a: plain value  # note", key: "a", want: "plain value"),
    .init(text: "a: 'single'", key: "a", want: "single"),
    .init(text: "a: \"dou\\tble\"", key: "a", want: "dou\\tble"),
    .init(text: "é: ü\na: größer", key: "a", want: "größer"),
    .init(text: "\u{FEFF}a: 5", key: "a", want: "5"),
    .init(text: "a: &anchor !!str 5", key: "a", want: "5"),
    .init(text: "a: |\n  one\n  two\n\nb: 1", key: "a", want: "one\n  two"),
    .init(text: "x:\r\n  - 1\r\na: last\r\n", key: "a", want: "last"),
    .init(text: "a: [1, {b: 2}]", key: "a", want: "[1, {b: 2}]"),
    .init(text: "a: &x\n  b: 1\n  c: 2\nd: 1", key: "a", want: "b: 1\n  c: 2"),
  ]

  @Test(arguments: spans) func `a value's origin is its own bytes`(_ item: Span) {
    let reading = Reading(item.text)
    #expect(reading.root[item.key].flatMap { reading.source($0.origin) } == item.want)
  }

  @Test func `a key has its own origin`() {
    let reading = Reading("a:\n  'b c': 1\n")
    #expect(reading.root["a"]?.map?.entry("b c").flatMap { reading.source($0.keyOrigin) } == "b c")
  }

  @Test(arguments: [
    "objects: |\n    - objectName: db\n      alias: 'x y'\n",
    "objects: |-\r\n    - objectName: db\r\n      alias: 'x y'\r\n",
    "é: 1\nobjects: >\n    - objectName: db\n\n      alias: 'x y'\n",
    "objects: \"- objectName: db\\n  alias: 'x y'\"\n",
    "objects: '- {objectName: db,\n\n  alias: ''x y''}'\n",
  ]) func `text inside a scalar is found again`(_ text: String) {
    let reading = Reading(text)
    let outer = reading.root["objects"]
    let inner = YAMLReader.read(
      text: outer?.text ?? .empty, whole: outer?.origin ?? .none, dialect: .kubernetes, provenance: reading.provenance, sink: reading.sink)
    let item = inner.first?.root[0] ?? .null
    #expect(item["objectName"]?.string == "db")
    #expect(item["objectName"].flatMap { reading.source($0.origin) } == "db")
    #expect(item["alias"]?.string == "x y")
    #expect(item["alias"].flatMap { reading.source($0.origin) } == "x y")
    #expect(reading.codes.isEmpty)
  }

  @Test func `an aliased value points at its anchor`() {
    let reading = Reading("a: &x {k: 1}\nb: *x\nc:\n  <<: *x\n  m: 2\n")
    #expect(reading.root.at("b", "k").flatMap { reading.source($0.origin) } == "1")
    #expect(reading.root.at("c", "k").flatMap { reading.provenance.origins.editPlace($0.origin) }?.start == 10)
  }

  @Test func `what is printed and read again leads to the first source`() {
    let reading = Reading("b: [one, 'two words']\na: {x: 5}\n")
    let text = YAMLWriter.write(reading.root)
    #expect(text.string == "a:\n  x: 5\nb:\n- one\n- two words\n")
    let again = YAMLReader.read(text: text, whole: .none, dialect: .kubernetes, provenance: reading.provenance, sink: reading.sink)
    let root = again.first?.root ?? .null
    #expect(root.at("a", "x").flatMap { reading.source($0.origin) } == "5")
    #expect(root["b"]?[1].flatMap { reading.source($0.origin) } == "two words")
    #expect(root.map?.entry("b").flatMap { reading.source($0.keyOrigin) } == "b")
  }

  @Test func `comments are found outside of scalars only`() {
    let text = "# one\na: 'x # no'  # two\nb: |  # three\n  # no\nc: x#no\n#four"
    #expect(YAMLReader.comments(Array(text.utf8)).map(\.text) == ["one", "two", "three", "four"])
  }
}
