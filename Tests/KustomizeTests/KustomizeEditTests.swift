import Kustomize
import SourceText
import Testing
import Values

/// What an Application changes before the build.
struct KustomizeEditTests {
  static let files = [
    "kustomization.yaml": "resources: [d.yaml]\nimages: [{name: nginx, newTag: \"2\"}]\ncommonLabels: {team: a}\n",
    "d.yaml": """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        template:
          spec:
            containers: [{name: app, image: nginx}]
      """,
    "comp/kustomization.yaml": "kind: Component\ncommonAnnotations: {comp: here}\n",
  ]

  private func section(_ json: String) throws -> KustomizeEdits { KustomizeEdits(section: try JSONReader.read(json)) }

  @Test(arguments: [
    (#"{"namePrefix": "p-", "nameSuffix": "-s"}"#, "name: p-web-s"),
    (#"{"images": ["nginx:3"]}"#, "image: nginx:3"),
    (#"{"images": ["nginx=other/nginx@sha256:ab"]}"#, "image: other/nginx@sha256:ab"),
    (#"{"replicas": [{"name": "web", "count": 7}]}"#, "replicas: 7"),
    (#"{"replicas": [{"name": "web", "count": "7"}]}"#, "replicas: 7"),
    (#"{"commonLabels": {"x": "y"}}"#, "    matchLabels:\n      team: a\n      x: \"y\""),
    (#"{"commonLabels": {"team": "b"}, "forceCommonLabels": true}"#, "    matchLabels:\n      team: b"),
    (#"{"commonAnnotations": {"n": "1"}}"#, "    \"n\": \"1\""),
    (#"{"namespace": "prod"}"#, "namespace: prod"),
    (#"{"patches": [{"target": {"kind": "Deployment"}, "patch": "- {op: add, path: /spec/paused, value: true}"}]}"#, "paused: true"),
    (#"{"components": ["comp"]}"#, "comp: here"),
    (#"{"components": ["comp", "none"], "ignoreMissingComponents": true}"#, "comp: here"),
  ])
  func changes(_ json: String, _ expected: String) throws {
    let built = Built(Self.files, edits: try section(json))
    #expect(built.diagnostics.isEmpty)
    #expect(built.text.contains(expected))
  }

  @Test("labels without selectors stay out of selectors")
  func withoutSelectors() throws {
    let built = Built(
      Self.files, edits: try section(#"{"commonLabels": {"x": "z"}, "labelWithoutSelector": true, "labelIncludeTemplates": true}"#))
    #expect(built.text.contains("    matchLabels:\n      team: a\n  template:"))
    #expect(built.value("Deployment", ["spec", "template", "metadata", "labels", "x"])?.string == "z")
  }

  @Test("a label that is there needs force")
  func conflict() throws {
    #expect(Built(Self.files, edits: try section(#"{"commonLabels": {"team": "b"}}"#)).refusal == "kustomize/edit-conflict")
  }

  @Test("what is not known is not guessed")
  func unknown() {
    var edits = KustomizeEdits()
    edits.namespace = .unknown("parameter of the generator")
    let built = Built(Self.files, edits: edits)
    #expect(built.refusal == "kustomize/unknown-edit")
    #expect(built.result.failed)
  }

  @Test("charts are rendered where somebody can")
  func helm() throws {
    let object = try JSONReader.read(#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "chart"}}"#)
    let hook = KustomizeHelm { request in
      ([object], request.chart["name"]?.string == "c" && request.directory == "k" ? [] : [Diagnostic(.error, code: "test/wrong", "wrong request")])
    }
    let built = Built(["k/kustomization.yaml": "namePrefix: p-\nhelmCharts: [{name: c}]\n"], "k", helm: hook)
    #expect(built.diagnostics.isEmpty)
    #expect(built.text.contains("name: p-chart"))
  }
}
