import SourceText
import Testing
import Values

@testable import HCL

/// Top-level blocks that are read when they are asked for hold what they hold when they are read at once.
@Suite struct DeferredBodyTests {
  private func file(_ text: String, _ provenance: Provenance) -> SourceFile { provenance.sources.add(path: "main.tf", bytes: Array(text.utf8)) }

  /// A body as text, to compare two readings.
  private func shape(_ body: HCLBody) -> String {
    body.attributes.map { "\($0.name)@\($0.span.start)-\($0.span.end);" }.joined()
      + body.blocks.map { "\($0.type) \($0.labels) @\($0.span.start)-\($0.span.end) {\(shape($0.body))}" }.joined()
  }

  @Test(arguments: [
    ("data \"a\" \"b\" {\n  x = 1\n}\nresource \"r\" \"s\" {\n  y = 2\n}\n", 1),
    ("data \"a\" \"b\" {\nx {\ny = { a = \"}\" }\n}\n}\nlocals {\n  z = 1\n}\n", 1),
    ("data \"a\" \"b\" {\n  x = \"${lookup({ k = \"}\" }, \"k\")} {\"\n}\n", 1),
    ("data \"a\" \"b\" {\n  x = \"$${ { \\\" }\"\n  # }\n  // }\n  y = 4 / 2\n}\n", 1),
    ("data \"a\" \"b\" {\n  x = \"%{ if true }{%{ endif }\"\n}\n", 1),
    // Read at once.
    ("data \"a\" \"b\" {\n  x = <<EOT\n}\nEOT\n}\nlocals {\n  z = 1\n}\n", 0),
    ("data \"a\" \"b\" {\n  /* } */\n  x = 1\n}\n", 0),
    ("data \"a\" \"b\" { x = 1 }\ndata \"c\" \"d\" {}\n", 0),
    ("resource \"a\" \"b\" {\n  data {\n    x = 1\n  }\n}\n", 0),
  ]) func holdsTheSame(_ text: String, _ count: Int) {
    let provenance = Provenance()
    let sink = DiagnosticSink()
    let whole = HCLParser.parse(file: file(text, provenance), provenance: provenance, sink: sink)
    let (body, deferred) = HCLParser.parse(file: file(text, provenance), deferring: "data", provenance: provenance, sink: sink)
    #expect(sink.diagnostics.isEmpty && deferred.count == count)
    #expect(shape(body) == shape(whole))
    #expect(deferred.allSatisfy { !$0.isBroken })
  }

  @Test func whatIsWrongIsToldOnceItIsRead() {
    let provenance = Provenance()
    let sink = DiagnosticSink()
    let (body, deferred) = HCLParser.parse(file: file("data \"a\" \"b\" {\n  x = = 1\n}\n", provenance), deferring: "data", provenance: provenance, sink: sink)
    #expect(sink.diagnostics.isEmpty && deferred.count == 1 && !deferred[0].isBroken)
    _ = body.blocks.first?.body.attributes
    #expect(deferred[0].isBroken)
  }
}
