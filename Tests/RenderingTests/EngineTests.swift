import ArgoCD
import FileTree
import Kubernetes
import Rendering
import SourceText
import Testing
import Values

let url = "https://github.com/acme/deploy"

private func render(_ files: [String: String]) -> (RenderedRepository, Provenance) {
  let provenance = Provenance()
  let result = RepositoryRenderer.render(
    tree: MemoryFileTree(text: files), provenance: provenance, options: RenderOptions(repositories: [url]))
  return (result, provenance)
}

private func application(_ name: String, _ source: String) -> String {
  """
  apiVersion: argoproj.io/v1alpha1
  kind: Application
  metadata: {name: \(name), namespace: argocd}
  spec:
    source: {repoURL: \(url), \(source)}
    destination: {namespace: \(name)}

  """
}

private let template = """
  apiVersion: v1
  kind: ConfigMap
  metadata: {name: {{ .Release.Name }}-{{ .Values.env }}, namespace: {{ .Release.Namespace }}}
  data: {x: {{ .Values.x | quote }}}
  """

private let chart = ["web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0", "web/values.yaml": "env: none\nx: default", "web/templates/a.yaml": template]

/// "path:line text" of the place to edit.
private func written(_ origin: Origin?, _ provenance: Provenance) -> String {
  guard let span = provenance.origins.editPlace(origin ?? .none), let file = provenance.sources.file(span.source) else { return "?" }
  return "\(file.path):\(file.position(span.start).line) \(file.text(span))"
}

@Suite struct EngineTests {
  @Test func chartsGetTheApplicationsValues() throws {
    var files = chart
    files["app.yaml"] = application("one", "path: web, helm: {valueFiles: [values-prod.yaml], parameters: [{name: x, value: given}]}")
    files["web/values-prod.yaml"] = "env: prod"
    let (result, provenance) = render(files)
    let unit = try #require(result.units.first)
    #expect(unit.status == .complete && unit.chartName == "web" && unit.chartVersion == "0.1.0")
    let object = try #require(unit.objects.first)
    #expect(object.name == "one-prod" && object.namespace == "one")
    #expect(written(object.root.at("data", "x")?.origin, provenance) == "app.yaml:5 given")
    #expect(unit.values["env"]?.string == "prod")
    #expect(unit.request.evidence.map(\.how).contains("value `env`"))
    #expect(written(unit.request.evidence.first { $0.how == "value `env`" }?.origin, provenance) == "web/values-prod.yaml:1 prod")
  }

  @Test func valuesOfChartsElsewhereAreMerged() throws {
    let (result, provenance) = render([
      "values/driver.yaml": "enableSecretRotation: false\nlinux: {a: 1}",
      "app.yaml": """
      apiVersion: argoproj.io/v1alpha1
      kind: Application
      metadata: {name: driver}
      spec:
        sources:
        - repoURL: https://charts.example.com
          chart: secrets-store-csi-driver
          targetRevision: 1.5.4
          helm:
            valueFiles: [$here/values/driver.yaml]
            valuesObject: {linux: {b: 2}}
            parameters: [{name: enableSecretRotation, value: "true"}]
        - {repoURL: "\(url)", ref: here}
        destination: {namespace: kube-system}
      """,
    ])
    let unit = try #require(result.units.first)
    #expect(unit.status == .external && unit.chartName == "secrets-store-csi-driver" && unit.chartVersion == "1.5.4")
    #expect(JSONWriter(sortsKeys: true).string(unit.values) == #"{"enableSecretRotation":true,"linux":{"a":1,"b":2}}"#)
    #expect(written(unit.values["enableSecretRotation"]?.origin, provenance) == "app.yaml:12 true")
    #expect(unit.diagnostics.isEmpty)
  }

  @Test func chartsOfApplicationsAreFollowed() {
    var files = chart
    files["apps/Chart.yaml"] = "apiVersion: v2\nname: apps\nversion: 0.1.0"
    files["apps/values.yaml"] = "envs: [dev, prod]"
    files["apps/templates/apps.yaml"] = """
      {{ range .Values.envs }}
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: Application
      metadata: {name: web-{{ . }}}
      spec:
        source: {repoURL: \(url), path: web, helm: {parameters: [{name: env, value: {{ . }}}]}}
        destination: {namespace: {{ . }}}
      {{ end }}
      """
    let (result, provenance) = render(files)
    #expect(result.units.map { "\($0.request.isConventional) \($0.request.name) \($0.objects.map(\.name))" } == [
      #"true apps ["web-dev", "web-prod"]"#, #"true web-dev ["web-dev-dev"]"#, #"true web-prod ["web-prod-prod"]"#,
    ])
    #expect(written(result.units.last?.request.namespace.origin, provenance) == "apps/values.yaml:1 prod")
  }

  @Test func kustomizationsGetTheApplicationsEdits() throws {
    let (result, provenance) = render([
      "k/kustomization.yaml": "resources: [a.yaml]", "k/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}",
      "app.yaml": application("one", "path: k, kustomize: {namePrefix: pre-, namespace: given}"),
    ])
    let object = try #require(result.units.first?.objects.first)
    #expect(object.name == "pre-a" && object.namespace == "given")
    #expect(written(object.root.at("metadata", "namespace")?.origin, provenance) == "app.yaml:5 given")
  }

  @Test func chartsInKustomizationsAreInflated() throws {
    var files = chart.reduce(into: [:]) { $0["k/charts/" + $1.key] = $1.value }
    files["k/kustomization.yaml"] = """
      helmCharts:
      - {name: web, releaseName: rel, namespace: ns, valuesInline: {env: prod}}
      - {name: absent, version: 1.0.0, repo: "https://charts.example.com", valuesInline: {a: 1}}
      patches:
      - {target: {kind: Deployment, name: absent}, patch: '[{"op": "remove", "path": "/x"}]'}
      - patch: "{apiVersion: v1, kind: Service, metadata: {name: absent}, spec: {a: b}}"
      """
    let (result, _) = render(files)
    let unit = try #require(result.units.first { $0.request.tool == .kustomize })
    #expect(result.units.count == 1)
    #expect(unit.objects.map(\.name) == ["rel-prod"])
    #expect(unit.status == .partial)
    #expect(unit.diagnostics.map { "\($0.severity) \($0.code)" } == ["warning kustomize/remote-chart"])
    #expect(unit.missingDependencies.map { "\($0.name) \($0.version) \(JSONWriter().string($0.values))" } == [#"absent 1.0.0 {"a":1}"#])
  }

  @Test func failingChartsSayWhy() throws {
    var files = chart
    files["app.yaml"] = application("one", "path: web")
    files["web/templates/b.yaml"] = "{{ fail \"no\" }}"
    let (result, _) = render(files)
    let unit = try #require(result.units.first)
    #expect(unit.status != .complete)
    #expect(unit.diagnostics.contains { $0.severity == .error && $0.span != nil })
  }

  @Test func brokenValuesFilesThatNobodyReadsAreReported() {
    var files = chart
    files["app.yaml"] = application("one", "path: web")
    files["web/values-qa.yaml"] = "a: [1"
    files["web/values-prod.yaml"] = "a: {{ .Values.x }}"
    let (result, _) = render(files)
    #expect(result.diagnostics.filter { $0.severity == .error }.count == 2, "\(result.diagnostics)")
    #expect(result.units.first?.status == .complete)
  }

  @Test func templatesInDirectoriesAreOneMistake() {
    let (result, _) = render([
      "app.yaml": application("one", "path: d"),
      "d/a.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nx: {{ .Values.x }}\n---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .y }}\n",
    ])
    #expect(result.units.first?.diagnostics.map(\.code) == ["directory/template"])
  }

  @Test func hugeSourcesAreRefusedAsArgoRefusesThem() {
    let (result, _) = render([
      "app.yaml": application("one", "path: d"), "d/a.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n",
      "d/b.yaml": "apiVersion: v1\nkind: Secret\n#" + String(repeating: "x", count: 11 << 20),
    ])
    #expect(result.units.first?.objects.map(\.name) == ["a"])
    #expect(result.units.first?.diagnostics.map(\.code) == ["directory/too-large"])
    #expect(result.conventionalDiagnostics.map(\.code) == ["discovery/too-large"])
  }
}
