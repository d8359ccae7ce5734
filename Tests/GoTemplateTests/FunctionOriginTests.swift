import SourceText
import Testing
import Values
import YAMLSyntax

@testable import GoTemplate

/// What a function makes still shows which line of the values file a person must edit.
@Suite struct FunctionOriginTests {
  private static let values = """
    name: my-app
    image:
      repository: registry/app
      tag: "1.2.3"
    resources:
      limits:
        cpu: 500m
        memory: 1Gi
    hosts:
      - one.example
      - two.example
    extra: |
      alpha: first
      beta: second
    """

  struct Place: CustomTestStringConvertible, Sendable {
    let template: String
    /// A part of the output, and the text of the line of the values file that made it.
    let shown: String
    let line: String
    init(_ template: String, _ shown: String, _ line: String) {
      self.template = template
      self.shown = shown
      self.line = line
    }
    var testDescription: String { "\(template): \(shown)" }
  }

  static let places: [Place] = [
    Place("{{ toYaml .resources | nindent 4 }}", "500m", "    cpu: 500m"),
    Place("{{ toYaml .resources | nindent 4 }}", "1Gi", "    memory: 1Gi"),
    Place("{{ toYaml .hosts | indent 2 }}", "two.example", "  - two.example"),
    Place("{{ .name | quote }}", "my-app", "name: my-app"),
    Place("{{ .name | upper | trunc 2 }}", "MY", "name: my-app"),
    Place("{{ .name | squote | nindent 2 }}", "my-app", "name: my-app"),
    Place("{{ .name | replace \"my\" \"our\" }}", "-app", "name: my-app"),
    Place("{{ cat .name .image.tag }}", "1.2.3", "  tag: \"1.2.3\""),
    Place("{{ printf \"%s:%s\" .image.repository .image.tag }}", "registry/app", "  repository: registry/app"),
    Place("{{ printf \"%s:%s\" .image.repository .image.tag | quote }}", "1.2.3", "  tag: \"1.2.3\""),
    Place("{{ join \",\" .hosts }}", "two", "  - two.example"),
    Place("{{ .missing | default .name }}", "my-app", "name: my-app"),
    Place("{{ ternary .name \"x\" true }}", "my-app", "name: my-app"),
    Place("{{ coalesce .missing .image.tag }}", "1.2.3", "  tag: \"1.2.3\""),
    Place("{{ (split \"-\" .name)._1 }}", "app", "name: my-app"),
    Place("{{ index .hosts 1 | splitList \".\" | first }}", "two", "  - two.example"),
    Place("{{ regexReplaceAll \"-.*\" .name \"\" }}", "my", "name: my-app"),
    Place("{{ regexFind \"[a-z]+$\" .name }}", "app", "name: my-app"),
    Place("{{ toJson .resources }}", "1Gi", "    memory: 1Gi"),
    Place("{{ (fromJson (toJson .resources)).limits.cpu }}", "500m", "    cpu: 500m"),
    Place("{{ (fromYaml (toYaml .resources)).limits.cpu }}", "500m", "    cpu: 500m"),
    Place("{{ (fromYaml .extra).beta }}", "second", "  beta: second"),
    Place("{{ merge (dict \"limits\" (dict \"cpu\" \"1\")) .resources | toYaml }}", "1Gi", "    memory: 1Gi"),
    Place("{{ mergeOverwrite (dict \"limits\" (dict \"cpu\" \"1\")) .resources | toYaml }}", "500m", "    cpu: 500m"),
    Place("{{ omit .resources.limits \"cpu\" | toYaml }}", "1Gi", "    memory: 1Gi"),
    Place("{{ set (dict) \"x\" .name | toYaml }}", "my-app", "name: my-app"),
    Place("{{ append .hosts .name | toYaml }}", "my-app", "name: my-app"),
    Place("{{ .name | b64enc }}", "bXktYXBw", "name: my-app"),
    Place("{{ .name | sha256sum }}", "a", "name: my-app"),
    Place("{{ .name | camelcase }}", "MyApp", "name: my-app"),
    Place("{{ required \"x\" .name | trimSuffix \"-app\" }}", "my", "name: my-app"),
    Place("{{ toToml .resources }}", "500m", "    cpu: 500m"),
    Place("{{ define \"n\" }}[{{ .name }}]{{ end }}{{ include \"n\" . | nindent 2 }}", "my-app", "name: my-app"),
    Place("{{ tpl \"{{ .name }}!\" . | quote }}", "my-app", "name: my-app"),
  ]

  @Test(arguments: places) func theResultPointsAtTheValuesFile(_ place: Place) throws {
    let provenance = Provenance()
    let valuesFile = provenance.sources.add(path: "values.yaml", bytes: Array(Self.values.utf8))
    let sink = DiagnosticSink()
    let documents = YAMLReader.read(file: valuesFile, dialect: .kubernetes, provenance: provenance, sink: sink)
    let file = provenance.sources.add(path: "templates/t.yaml", bytes: Array(place.template.utf8))
    let set = TemplateSet(name: "gotpl", functions: FunctionLibrary.helm)
    try set.parse(name: "t", file: file, provenance: provenance)
    let root = try #require(documents.first?.root)
    let text = try Executor(set, provenance: provenance).execute(name: "t", data: root)
    let start = try #require(StringFunctions.find(text.bytes, Array(place.shown.utf8), from: 0))
    let origin = text.origin(of: start..<(start + place.shown.utf8.count), in: provenance.origins)
    let places = provenance.origins.editPlaces(origin).filter { $0.source == valuesFile.id }
    let lines = places.map { span in
      let line = valuesFile.lines.line(at: Int(span.start))
      return String(decoding: valuesFile.bytes[valuesFile.lines.range(ofLine: line, in: valuesFile.bytes)], as: UTF8.self)
    }
    #expect(lines == [place.line])
  }
}
