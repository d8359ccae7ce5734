import SourceText
import Testing
import Values

@testable import Helm

@Suite struct SchemaCheckTests {
  private static let chart = "apiVersion: v2\nname: c\nversion: 1.0.0\n"
  private static let child = "apiVersion: v2\nname: child\nversion: 1.0.0\n"
  private static let schema = #"{"properties": {"port": {"type": "integer"}, "name": {"pattern": "^[a-z]+$"}}, "required": ["port"]}"#

  private static func render(_ files: [String: String]) -> Rendered {
    Rendered(files.merging(["c/Chart.yaml": chart, "c/templates/x.yaml": "kind: Pod\n"]) { own, _ in own })
  }

  @Test func `values that meet the schema render`() {
    let rendered = Self.render(["c/values.yaml": "port: 80\nname: web\n", "c/values.schema.json": Self.schema])
    #expect(!rendered.result.failed && rendered.codes.isEmpty)
  }

  @Test func `a value of another type is named and located`() {
    let rendered = Self.render(["c/values.yaml": "# x\nport: \"80\"\n", "c/values.schema.json": Self.schema])
    #expect(rendered.result.failed)
    #expect(
      rendered.result.failure
        == "values don't meet the specifications of the schema(s) in the following chart(s):\nc:\n- at '/port': got string, want integer\n")
    let diagnostic = rendered.sink.diagnostics.first
    #expect(diagnostic?.code == "helm/schema")
    #expect(diagnostic?.span.map(rendered.provenance.sources.describe) == "c/values.yaml:2:8")
    #expect(diagnostic?.labels.first?.message == "got string, want integer")
  }

  @Test func `subcharts are judged by their own schemas`() {
    let files = [
      "c/values.yaml": "child: {port: a}\n", "c/charts/child/Chart.yaml": Self.child, "c/charts/child/values.yaml": "name: web\n",
      "c/charts/child/values.schema.json": Self.schema,
    ]
    let rendered = Self.render(files)
    #expect(rendered.result.failure?.hasSuffix("child:\n- at '/port': got string, want integer\n") == true)
    #expect(rendered.sink.diagnostics.first?.span.map(rendered.provenance.sources.describe) == "c/values.yaml:1:15")
  }

  @Test func `a value that may be a secret is not shown`() {
    let rendered = Self.render(["c/values.yaml": "port: 1\nname: Hunter2\n", "c/values.schema.json": Self.schema])
    let diagnostic = rendered.sink.diagnostics.first
    #expect(diagnostic != nil)
    #expect(!"\(String(describing: diagnostic)) \(rendered.result.failure ?? "")".contains("Hunter2"))
  }

  @Test func `a schema on the network judges nothing, and fails a strict rendering as it fails Helm without a network`() {
    let files = [
      "c/Chart.yaml": Self.chart, "c/templates/x.yaml": "kind: Pod\n", "c/values.yaml": "a: 1\n",
      "c/values.schema.json": #"{"$ref": "https://example.com/s.json"}"#,
    ]
    let lenient = Rendered(files, HelmOptions(releaseName: .string("demo"), isLenient: true))
    #expect(!lenient.result.failed)
    #expect(lenient.codes == ["helm/schema-unknown"])
    let strict = Rendered(files)
    #expect(strict.result.failed)
    #expect(strict.result.failure?.contains(#"c:\#nfailing loading "https://example.com/s.json""#) == true)
    #expect(!Rendered(files, HelmOptions(releaseName: .string("demo"), skipsSchema: true)).result.failed)
  }

  @Test func `a broken schema fails`() {
    for text in ["{", #"{"type": "strings"}"#, ##"{"$ref": "#/nowhere"}"##] {
      let rendered = Self.render(["c/values.yaml": "a: 1\n", "c/values.schema.json": text])
      #expect(rendered.result.failed)
      #expect(rendered.sink.diagnostics.first?.span != nil)
    }
  }
}
