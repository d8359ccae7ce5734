import SourceText
import Testing
import Values

@testable import GoTemplate

@Suite("origins of output")
struct ProvenanceTests {
  /// A chart in memory: its values (JSON, whose strings are verbatim texts of the file) and its templates.
  struct Chart {
    let provenance = Provenance()
    let set = TemplateSet(functions: FunctionTable(ErrorTextTests.functions))
    let data: Value

    init(values: String, _ templates: [(String, String)]) throws {
      let file = provenance.sources.add(path: "values.json", bytes: Array(values.utf8))
      let table = provenance.origins
      data = Chart.withRuns(
        try JSONReader.read(file.bytes) { range in
          table.add(.source, SourceSpan(source: file.id, range))
        }, file)
      for (name, text) in templates {
        let source = provenance.sources.add(path: name, bytes: Array(text.utf8))
        try set.parse(name: "chart/" + name, file: source, provenance: provenance)
      }
    }

    /// Gives strings without escapes a run that says that they stand verbatim behind their quote.
    private static func withRuns(_ value: Value, _ file: SourceFile) -> Value {
      switch value.payload {
      case .string(let text):
        let run = OriginRun(start: 0, end: UInt32(text.count), origin: value.origin, offset: 1)
        return .string(Text(text.bytes, runs: text.count == 0 ? [] : [run]), value.origin)
      case .list(let list): return .list(list.items.map { withRuns($0, file) }, value.origin)
      case .map(let map):
        return .map(
          ValueMap(map.entries.map { ValueMap.Entry(key: $0.key, keyOrigin: $0.keyOrigin, value: withRuns($0.value, file)) }),
          value.origin)
      default: return value
      }
    }

    func render(_ name: String) throws -> Text {
      try Executor(set, provenance: provenance).execute(name: "chart/" + name, data: data)
    }

    /// Where a part of the output came from: the steps to what a person edits, then the calls in brackets.
    /// - Parameter behind: what follows the part, to tell it from others like it.
    func trace(_ text: Text, _ part: String, behind: String = "") -> String {
      let wanted = Array((part + behind).utf8)
      guard let from = text.bytes.indices.first(where: { text.bytes[$0...].starts(with: wanted) }) else {
        return "no '\(part)' in \(text.string)"
      }
      let origin = text.origin(of: from..<from + part.utf8.count, in: provenance.origins)
      let steps = provenance.origins.chain(origin).map { "\(provenance.sources.describe($0.span))" }
      let calls = provenance.origins.calls(origin).map(provenance.sources.describe)
      return steps.joined(separator: " < ") + (calls.isEmpty ? "" : " [" + calls.joined(separator: ", ") + "]")
    }
  }

  @Test func literalTextIsTheTemplates() throws {
    let chart = try Chart(values: "{}", [("a.yaml", "kind: Pod\nspec:\n  name: x {{- /* c */ -}}  yz\n")])
    let text = try chart.render("a.yaml")
    #expect(chart.trace(text, "Pod") == "a.yaml:1:7")
    #expect(chart.trace(text, "name") == "a.yaml:3:3")
    #expect(chart.trace(text, "yz") == "a.yaml:3:28")
    #expect(text.runs.allSatisfy { $0.isVerbatim })
  }

  @Test func valuesOfActions() throws {
    let chart = try Chart(
      values: #"{"image": {"tag": "v1.2", "n": 3}, "list": ["one", "two"]}"#,
      [("a.yaml", "tag: {{ .image.tag }}\nn: {{ .image.n }}\nx: {{ \"lit\" }}-{{ print \"a\" .image.tag }}\nall: {{ .list }}\n")])
    let text = try chart.render("a.yaml")
    #expect(text.string == "tag: v1.2\nn: 3\nx: lit-av1.2\nall: [one two]\n")
    #expect(chart.trace(text, "v1.2") == "a.yaml:1:6 < values.json:1:19")
    // A part of a value is a part of its letters.
    #expect(chart.trace(text, "1.2", behind: "\nn") == "a.yaml:1:6 < values.json:1:21")
    #expect(chart.trace(text, "3") == "a.yaml:2:4 < values.json:1:32")
    #expect(chart.trace(text, "lit") == "a.yaml:3:4 < a.yaml:3:7")
    #expect(chart.trace(text, "a", behind: "v1") == "a.yaml:3:16 < a.yaml:3:25")
    #expect(chart.trace(text, "v1.2", behind: "\nall") == "a.yaml:3:16 < values.json:1:19")
    #expect(chart.trace(text, "two") == "a.yaml:4:6 < values.json:1:52")
  }

  @Test func variablesRangesAndWith() throws {
    let chart = try Chart(
      values: #"{"map": {"key": "val"}, "list": ["one", "two"]}"#,
      [
        (
          "a.yaml",
          "{{ $m := .map }}{{ range $k, $v := $m }}{{ $k }}={{ $v }}{{ end }}\n{{ range .list }}- {{ . }}\n{{ end }}{{ with .map.key }}w{{ . }}{{ end }}{{ index .list 1 | printf \"%s!\" }}"
        )
      ])
    let text = try chart.render("a.yaml")
    #expect(text.string == "key=val\n- one\n- two\nwvaltwo!")
    #expect(chart.trace(text, "val") == "a.yaml:1:50 < values.json:1:17")
    #expect(chart.trace(text, "one") == "a.yaml:2:20 < values.json:1:34")
    #expect(chart.trace(text, "two", behind: "\n") == "a.yaml:2:20 < values.json:1:41")
    #expect(chart.trace(text, "- ") == "a.yaml:2:18")
    #expect(chart.trace(text, "val", behind: "two") == "a.yaml:3:30 < values.json:1:17")
    #expect(chart.trace(text, "two", behind: "!") == "a.yaml:3:46 < values.json:1:41")
  }

  @Test func includesAndTemplatesKeepTheChainOfCalls() throws {
    let chart = try Chart(
      values: #"{"name": "web"}"#,
      [
        ("_helpers.tpl", "{{ define \"name\" }}n-{{ .name }}{{ end }}\n{{ define \"outer\" }}[{{ include \"name\" . }}]{{ end }}"),
        ("a.yaml", "a: {{ include \"name\" . }}\nb: {{ template \"name\" . }}\nc: {{ include \"outer\" . }}\n"),
      ])
    let text = try chart.render("a.yaml")
    #expect(text.string == "a: n-web\nb: n-web\nc: [n-web]\n")
    #expect(chart.trace(text, "n-") == "_helpers.tpl:1:20 [a.yaml:1:4]")
    #expect(chart.trace(text, "web", behind: "\nb") == "_helpers.tpl:1:22 < values.json:1:10 [a.yaml:1:4]")
    #expect(chart.trace(text, "web", behind: "\nc") == "_helpers.tpl:1:22 < values.json:1:10 [a.yaml:2:4]")
    #expect(chart.trace(text, "web", behind: "]") == "_helpers.tpl:1:22 < values.json:1:10 [_helpers.tpl:2:22, a.yaml:3:4]")
    #expect(chart.trace(text, "[") == "_helpers.tpl:2:21 [a.yaml:3:4]")
  }

  @Test func textsOfTplMapBackToTheirFile() throws {
    let chart = try Chart(
      values: #"{"t": "host-{{ .d }}.{{ .e }}", "d": "dom", "e": "end", "plain": "no actions"}"#,
      [("a.yaml", "h: {{ tpl .t . }}\np: {{ tpl .plain . }}\nq: {{ tpl (printf \"%s?\" .t) . }}\n")])
    let text = try chart.render("a.yaml")
    #expect(text.string == "h: host-dom.end\np: no actions\nq: host-dom.end?\n")
    #expect(chart.trace(text, "host-") == "a.yaml:1:4 < values.json:1:8")
    #expect(chart.trace(text, "dom", behind: ".end\np") == "values.json:1:13 < values.json:1:38 [a.yaml:1:4]")
    #expect(chart.trace(text, "dom") == "values.json:1:13 < values.json:1:38 [a.yaml:1:4]")
    #expect(chart.trace(text, "end") == "values.json:1:22 < values.json:1:50 [a.yaml:1:4]")
    #expect(chart.trace(text, "no actions") == "a.yaml:2:4 < values.json:1:66")
    #expect(chart.trace(text, "?") == "a.yaml:3:4 < a.yaml:3:19")
  }

  @Test func originsDoNotMultiply() throws {
    let items = (0..<2000).map { "\"i\($0 % 10)\"" }.joined(separator: ",")
    let chart = try Chart(
      values: "{\"list\": [\(items)]}",
      [("a.yaml", "{{ define \"x\" }}<{{ . }}>{{ end }}{{ $l := .list }}{{ range 10 }}{{ range $l }}{{ include \"x\" \"c\" }}{{ end }}{{ end }}")])
    let before = chart.provenance.origins.add(.source, SourceSpan(source: SourceID(0), 0..<0)).rawValue
    _ = try chart.render("a.yaml")
    let after = chart.provenance.origins.add(.source, SourceSpan(source: SourceID(0), 0..<0)).rawValue
    #expect(after - before < 20)
  }

  @Test func htmlAndSliceKeepParts() throws {
    let chart = try Chart(values: #"{"s": "a<b>c"}"#, [("a.yaml", "{{ html .s }} {{ slice .s 2 4 }}")])
    let text = try chart.render("a.yaml")
    #expect(text.string == "a&lt;b&gt;c b>")
    #expect(chart.trace(text, "a") == "a.yaml:1:1 < values.json:1:8")
    #expect(chart.trace(text, "b>") == "a.yaml:1:15 < values.json:1:10")
  }
}
