import HCL
import SourceText
import Testing
import Values

@Suite struct BodyTests {
  private func parse(_ text: String) -> (HCLBody, [Diagnostic], Provenance) {
    let provenance = Provenance()
    let sink = DiagnosticSink()
    let file = provenance.sources.add(path: "main.tf", bytes: Array(text.utf8))
    return (HCLParser.parse(file: file, provenance: provenance, sink: sink), sink.diagnostics, provenance)
  }

  @Test func readsBlocksAndArguments() {
    let (body, diagnostics, _) = parse(
      """
      # comment
      resource "aws_iam_role" web {
        name = "x" // trailing
        inline {
          a = [
            1,
          ]
        }
        empty {}
        one { b = 2 }
      }
      locals { c = 1 }
      d = {
        e = 1
      }
      """)
    #expect(diagnostics.isEmpty)
    #expect(body.blocks.map(\.type) == ["resource", "locals"])
    #expect(body.blocks.first?.labels == ["aws_iam_role", "web"])
    #expect(body.blocks.first?.body.blocks.map(\.type) == ["inline", "empty", "one"])
    #expect(body.attributes.map(\.name) == ["d"])
  }

  @Test(arguments: [
    ("a = 1 b = 2\n", 1), ("a =\nb = 1\n", 1), ("a {\n", 1), ("}\na = 1\n", 1), ("a = 1\na = 2\n", 2), ("locals { a = 1 } x = 1\n", 1),
    ("x { a = 1, b = 2 }\n", 1), ("\"a\" = 1\n", 1), ("a\n", 1), ("b \"x\n{\n}\n", 1), ("a = \"x\ny\"\n", 1), ("a = [1 2]\n", 1),
  ])
  func errorsHavePlaces(_ text: String, _ line: Int) {
    let (_, diagnostics, provenance) = parse(text)
    #expect(diagnostics.first?.code == "hcl/syntax")
    let span = diagnostics.first?.span
    #expect(span.flatMap { provenance.sources.file($0.source)?.position($0.start).line } == line)
  }

  @Test func goesOnBehindErrors() {
    let (body, diagnostics, _) = parse("a = 1 +\nresource \"x\" \"y\" {\n  b = )\n  c = 3\n}\nd = 4\n")
    #expect(diagnostics.count == 2)
    #expect(body.attributes.map(\.name) == ["d"])
    #expect(body.blocks.first?.body.attributes.map(\.name) == ["c"])
  }

  @Test func anyBytesAreSurvived() {
    var state: UInt64 = 42
    let alphabet = Array("a1\"${%{~}}[](){}<<-EOT\n=,.#/*\\: \r\té\u{0}".utf8)
    for _ in 0..<3000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int(state % 60) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(alphabet[Int(state >> 33) % alphabet.count])
      }
      state = state &* 6_364_136_223_846_793_005 &+ 1
      let provenance = Provenance()
      let file = provenance.sources.add(path: "main.tf", bytes: bytes)
      _ = HCLParser.parse(file: file, provenance: provenance, sink: DiagnosticSink())
      _ = HCLJSONParser.parse(file: file, provenance: provenance, sink: DiagnosticSink())
      _ = HCLParser.parseTemplate(bytes, source: file.id, at: nil, provenance: provenance, sink: DiagnosticSink())
    }
  }

  @Test func deepBlocksAreRefused() {
    let (_, diagnostics, _) = parse(String(repeating: "a {\n", count: 3000))
    #expect(!diagnostics.isEmpty)
  }

  @Test func readsJSON() {
    let provenance = Provenance()
    let sink = DiagnosticSink()
    let text = #"{"//": "c", "variable": {"a": {"default": 1}, "b": [{"default": "${x}"}]}, "locals": [{"c": true}, {"d": null}]}"#
    let file = provenance.sources.add(path: "main.tf.json", bytes: Array(text.utf8))
    let body = HCLJSONParser.parse(file: file, provenance: provenance, sink: sink)
      .reading(blocks: ["variable": 1, "locals": 0], sink: sink)
    #expect(sink.diagnostics.isEmpty)
    #expect(body.blocks.map(\.type) == ["variable", "variable", "locals", "locals"])
    #expect(body.blocks.map(\.labels) == [["a"], ["b"], [], []])
  }

  @Test(arguments: ["{", "[1", "{\"a\": }", "{\"a\": 1,}", "{\"a\": \"${\"}", "1", "{\"a\": 01x}"])
  func refusesBrokenJSON(_ text: String) {
    let provenance = Provenance()
    let sink = DiagnosticSink()
    let file = provenance.sources.add(path: "main.tf.json", bytes: Array(text.utf8))
    _ = HCLJSONParser.parse(file: file, provenance: provenance, sink: sink)
    #expect(sink.diagnostics.first?.code == "hcl/syntax")
    #expect(sink.diagnostics.first?.span != nil)
  }
}
