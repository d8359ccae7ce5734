import FileTree
import Kubernetes
import SourceText
import Testing
import Values

@testable import Helm

/// Renders a chart of a tree in memory.
struct Rendered {
  let provenance = Provenance()
  let sink = DiagnosticSink()
  let result: HelmResult

  init(_ files: [String: String], _ options: HelmOptions = HelmOptions(releaseName: .string("demo"))) {
    let renderer = HelmRenderer(tree: MemoryFileTree(text: files), provenance: provenance)
    result = renderer.render("c", options, sink: sink)
  }

  var codes: [String] { sink.diagnostics.map(\.code) }

  func place(_ value: Value?) -> String? {
    value.flatMap { provenance.origins.editPlace($0.origin) }.map { provenance.sources.describe($0) }
  }
}

@Suite struct HelmRendererTests {
  static let chart = "apiVersion: v2\nname: c\nversion: 1.0.0\n"

  @Test func `too much text of all templates together is refused at the template that goes beyond`() throws {
    let provenance = Provenance()
    let sink = DiagnosticSink()
    var limits = Limits()
    limits.outputBytes = 30
    let files = ["c/Chart.yaml": Self.chart, "c/templates/a.yaml": "a: xxxxxxxxxxxxxxxx\n", "c/templates/b.yaml": "b: xxxxxxxxxxxxxxxx\n"]
    let renderer = HelmRenderer(tree: MemoryFileTree(text: files), provenance: provenance, limits: limits)
    let result = renderer.render("c", HelmOptions(releaseName: .string("demo")), sink: sink)
    #expect(result.failure == "the templates of chart 'c' write more than 30 bytes")
    let span = try #require(sink.diagnostics.first?.span)
    // Templates are rendered backwards by name.
    #expect(provenance.sources.describe(span) == "c/templates/a.yaml:1:1")
  }

  @Test func `output has Helm's form and order`() {
    let rendered = Rendered([
      "c/Chart.yaml": Self.chart, "c/values.yaml": "name: web\nport: 80\n",
      "c/templates/b.yaml": "kind: Deployment\nmetadata:\n  name: {{ .Values.name }}\n---\nkind: Service\nport: {{ .Values.port }}\n\n\n",
      "c/templates/a.yaml": "# only a comment\n", "c/templates/_h.tpl": "not printed", "c/templates/NOTES.txt": "notes",
      "c/templates/h.yaml": "kind: Job\nmetadata:\n  annotations: {helm.sh/hook: pre-install}\n",
      "c/crds/x.yaml": "kind: CustomResourceDefinition\n",
    ])
    #expect(
      rendered.result.text.string == """
        ---
        # Source: c/templates/b.yaml
        kind: Service
        port: 80



        ---
        # Source: c/templates/b.yaml
        kind: Deployment
        metadata:
          name: web

        ---
        # Source: c/templates/a.yaml
        # only a comment
        ---
        # Source: c/templates/h.yaml
        kind: Job
        metadata:
          annotations: {helm.sh/hook: pre-install}


        """)
    #expect(rendered.result.objects.map(\.kind) == ["Service", "Deployment", "Job"])
  }

  @Test func `a rendered value leads to the layer that won`() {
    let files = [
      "c/Chart.yaml": Self.chart, "c/values.yaml": "image:\n  tag: old\n  name: app\n", "c/prod.yaml": "image:\n  tag: new\n",
      "c/templates/x.yaml": "kind: Pod\nimage: {{ .Values.image.name }}:{{ .Values.image.tag }}\ntag: {{ .Values.image.tag }}\n",
    ]
    var options = HelmOptions(releaseName: .string("demo"))
    options.values = [.file(path: "c/prod.yaml", optional: false, origin: .none)]
    let rendered = Rendered(files, options)
    let root = rendered.result.objects.first?.root ?? .null
    #expect(rendered.place(root["tag"]) == "c/prod.yaml:2:8")
    #expect(root["image"]?.string == "app:new")
    #expect(rendered.place(root["kind"]) == "c/templates/x.yaml:1:7")
  }

  @Test func `nulls delete and globals descend`() {
    let files = [
      "c/Chart.yaml": Self.chart, "c/over.yaml": "s: {a: null}\n", "c/values.yaml": "global: {g: 1}\ns:\n  b: 2\nt: {x: 1, y: null}\n",
      "c/charts/s/Chart.yaml": "apiVersion: v2\nname: s\nversion: 1.0.0\n", "c/charts/s/values.yaml": "a: 1\nb: 1\nc: {d: 3}\n",
      "c/charts/s/templates/x.yaml": "{{ range $k, $v := .Values }}{{ $k }}: {{ $v }}\n{{ end }}",
      "c/templates/x.yaml": "{{ range $k, $v := .Values.t }}{{ $k }}: {{ $v }}\n{{ end }}",
    ]
    var options = HelmOptions(releaseName: .string("demo"))
    options.values = [.file(path: "c/over.yaml", optional: false, origin: .none)]
    let rendered = Rendered(files, options)
    #expect(rendered.result.manifests.map(\.text.string) == ["b: 2\nc: map[d:3]\nglobal: map[g:1]\n", "x: 1\n"])
  }

  @Test func `conditions, tags and aliases choose dependencies`() {
    let files = [
      "c/Chart.yaml": Self.chart + """
        dependencies:
        - {name: s, version: ">=1", alias: one, condition: one.enabled}
        - {name: s, version: ">=1", alias: two, condition: "nothing,two.enabled"}
        - {name: s, version: ">=1", alias: three, tags: [t]}
        """,
      "c/values.yaml": "one: {enabled: true, v: 5}\ntwo: {enabled: false}\ntags: {t: false}\n",
      "c/charts/s/Chart.yaml": "apiVersion: v2\nname: s\nversion: 1.2.0\n", "c/charts/s/values.yaml": "v: 1\n",
      "c/charts/s/templates/x.yaml": "chart: {{ .Chart.Name }}\nv: {{ .Values.v }}\n",
    ]
    let rendered = Rendered(files)
    #expect(rendered.result.manifests.map(\.path) == ["c/charts/one/templates/x.yaml"])
    #expect(rendered.result.manifests.first?.text.string == "chart: one\nv: 5\n")
  }

  @Test func `values are imported from children`() {
    let rendered = Rendered([
      "c/Chart.yaml": Self.chart + "dependencies:\n- name: s\n  version: 1.0.0\n  import-values: [data, {child: deep.er, parent: here}]\n",
      "c/values.yaml": "own: 1\n", "c/charts/s/Chart.yaml": "apiVersion: v2\nname: s\nversion: 1.0.0\n",
      "c/charts/s/values.yaml": "exports: {data: {own: 2, up: 3}}\ndeep: {er: {z: 4}}\n",
      "c/templates/x.yaml": "a: {{ .Values.own }}{{ .Values.up }}{{ .Values.here.z }}\n",
    ])
    #expect(rendered.result.manifests.first?.text.string == "a: 134\n")
    #expect(rendered.place(rendered.result.values["up"]) == "c/charts/s/values.yaml:1:30")
  }

  @Test func `missing charts fail, or are named in a lenient rendering`() {
    let files = [
      "c/Chart.yaml": Self.chart + "dependencies:\n- {name: gone, version: 1.0.0, repository: https://x}\n", "c/values.yaml": "gone: {a: 1}\n",
      "c/templates/x.yaml": "kind: Pod\n",
    ]
    let strict = Rendered(files)
    #expect(strict.result.failed && strict.codes == ["helm/missing-dependency"])
    let lenient = Rendered(files, HelmOptions(releaseName: .string("demo"), isLenient: true))
    #expect(!lenient.result.failed && lenient.result.objects.count == 1)
    #expect(lenient.result.missing.map(\.name) == ["gone"])
    #expect(lenient.result.missing.first?.values["a"]?.number == 1)
  }

  @Test func `a broken template is a located error and the others render`() {
    let files = [
      "c/Chart.yaml": Self.chart, "c/templates/a.yaml": "kind: Pod\n", "c/templates/b.yaml": "kind: Pod\nx: {{ index .Values.list 3 }}\n",
      "c/values.yaml": "list: [1]\n",
    ]
    let rendered = Rendered(files, HelmOptions(releaseName: .string("demo"), isLenient: true))
    #expect(rendered.result.failed)
    #expect(rendered.codes == ["helm/render-failed"])
    #expect(rendered.sink.diagnostics.first?.span.map { rendered.provenance.sources.describe($0).hasPrefix("c/templates/b.yaml:2:") } == true)
    #expect(rendered.result.objects.count == 1)
    #expect(Rendered(files).result.objects.isEmpty)
  }

  @Test(arguments: [
    ("apiVersion: v2\nversion: 1.0.0\n", "validation: chart.metadata.name is required"),
    ("apiVersion: v2\nname: c\nversion: x\n", "validation: chart.metadata.version \"x\" is invalid"),
    ("apiVersion: v2\nname: c\nversion: 1.0.0\ntype: odd\n", "validation: chart.metadata.type must be application or library"),
    ("apiVersion: v2\nname: c\nversion: 1.0.0\ntype: library\n", "library charts are not installable"),
    ("apiVersion: v2\nname: c\nversion: 1.0.0\nkubeVersion: '>=99'\n", "chart requires kubeVersion: >=99 which is incompatible with Kubernetes v1.37.0\n\nUse --debug flag to render out invalid YAML"),
    ("a: b: c\n", "cannot load Chart.yaml: error converting YAML to JSON: yaml: mapping values are not allowed in this context"),
  ])
  func `charts are checked as Helm checks them`(_ chart: String, _ failure: String) {
    let rendered = Rendered(["c/Chart.yaml": chart, "c/templates/x.yaml": "a: b\n"])
    #expect(rendered.result.failure == failure)
    #expect(rendered.sink.diagnostics.contains { $0.severity == .error })
  }

  @Test func `what is not known stays unknown in the objects`() {
    let files = [
      "c/Chart.yaml": Self.chart, "c/values.yaml": "tag: x\nreplicas: 1\n",
      "c/templates/_h.tpl": "{{ define \"name\" }}{{ .Release.Namespace }}-app{{ end }}",
      "c/templates/a.yaml":
        "kind: Pod\nmetadata:\n  name: {{ include \"name\" . | trunc 63 | quote }}\n  namespace: {{ .Release.Namespace }}\nimage: app:{{ .Values.tag }}\nhash: {{ .Values.tag | sha256sum }}\n{{- if eq .Values.replicas 1.0 }}\none: yes\n{{- end }}\n",
      "c/templates/b.yaml": "kind: Service\n{{ if eq .Values.tag \"y\" }}a: b{{ end }}\n",
      "c/templates/d.yaml": "kind: Secret\n{{ if eq (include \"name\" .) \"y\" }}a: b{{ end }}\n",
    ]
    var options = HelmOptions(releaseName: .string("demo"), namespace: .unknown("cluster"), isLenient: true)
    options.settings = [HelmSetting(.set, name: .string("tag"), value: .unknown("commit"))]
    let rendered = Rendered(files, options)
    let root = rendered.result.objects.first?.root ?? .null
    #expect(rendered.result.objects.map(\.kind) == ["Pod"])
    #expect(root.at("metadata", "name")?.isUnknown == true)
    #expect(root.at("metadata", "namespace")?.isUnknown == true)
    #expect(root["image"]?.isUnknown == true)
    #expect(root["hash"]?.isUnknown == true)
    #expect(root["one"]?.bool == true)
    // What a decision hangs on is not guessed: those templates are lost, and said to be.
    #expect(rendered.codes == ["helm/unknown", "helm/unknown"])
    #expect(rendered.result.unknowns.count == 2)
  }

  @Test func `files of the chart are at hand`() {
    let rendered = Rendered([
      "c/Chart.yaml": Self.chart, "c/files/a.txt": "one\ntwo\n", "c/files/b.bin": "x",
      "c/templates/x.yaml":
        "a: {{ .Files.Get \"files/a.txt\" | printf \"%q\" }}\nn: {{ len (.Files.Glob \"files/*\") }}\nl: {{ range .Files.Lines \"files/a.txt\" }}{{ . }}-{{ end }}\nd:\n{{ (.Files.Glob \"files/*\").AsConfig }}\n---\n{{ (.Files.Glob \"files/b*\").AsSecrets }}\n",
    ])
    #expect(
      rendered.result.manifests.map(\.text.string) == [
        "a: \"one\\ntwo\\n\"\nn: 2\nl: one-two-\nd:\na.txt: |\n  one\n  two\nb.bin: x\n", "b.bin: eA==\n",
      ])
  }
}
