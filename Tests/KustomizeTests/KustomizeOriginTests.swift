import Kustomize
import SourceText
import Testing
import Values

/// Which line a person edits to change a value of the output.
struct KustomizeOriginTests {
  static let built = Built(
    [
      "base/kustomization.yaml": """
        resources:
        - web.yaml
        commonLabels:
          app: web
        """,
      "base/web.yaml": """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          replicas: 1
          template:
            spec:
              serviceAccountName: web
              containers:
              - name: app
                image: nginx:1
                env:
                - name: MODE
                  value: slow
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: web
          annotations:
            role: arn:aws:iam::1:role/web
        """,
      "prod/kustomization.yaml": """
        resources:
        - ../base
        namePrefix: prod-
        namespace: production
        images:
        - name: nginx
          newTag: "2"
        replicas:
        - name: web
          count: 3
        patches:
        - path: patch.yaml
        - target:
            kind: ServiceAccount
          patch: |-
            - op: replace
              path: /metadata/annotations/role
              value: arn:aws:iam::1:role/prod
        commonAnnotations:
          note: here
        configMapGenerator:
        - name: settings
          literals:
          - LEVEL=debug
          files:
          - app.conf
          envs:
          - app.env
        """,
      "prod/patch.yaml": """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          template:
            spec:
              containers:
              - name: app
                env:
                - name: MODE
                  value: fast
                - name: NEW
                  value: x
        """,
      "prod/app.conf": "a = b\n",
      "prod/app.env": "# comment\nTOKEN=abc\n",
    ], "prod")

  struct Row: Sendable, CustomTestStringConvertible {
    var kind: String
    var path: [String]
    var place: String
    var testDescription: String { kind + " " + path.joined(separator: ".") }

    init(_ kind: String, _ path: String, _ place: String) {
      self.kind = kind
      self.path = path.split(separator: "/").map(String.init)
      self.place = place
    }
  }

  @Test(arguments: [
    Row("Deployment", "kind", "base/web.yaml:2:7"),
    Row("Deployment", "metadata/name", "prod/kustomization.yaml:3:13"),
    Row("Deployment", "metadata/namespace", "prod/kustomization.yaml:4:12"),
    Row("Deployment", "metadata/labels/app", "base/kustomization.yaml:4:8"),
    Row("Deployment", "spec/selector/matchLabels/app", "base/kustomization.yaml:4:8"),
    Row("Deployment", "metadata/annotations/note", "prod/kustomization.yaml:20:9"),
    Row("Deployment", "spec/replicas", "prod/kustomization.yaml:10:10"),
    Row("Deployment", "spec/template/spec/containers/0/name", "prod/patch.yaml:9:15"),
    Row("Deployment", "spec/template/spec/containers/0/image", "prod/kustomization.yaml:7:12"),
    Row("Deployment", "spec/template/spec/containers/0/env/0/value", "prod/patch.yaml:12:18"),
    Row("Deployment", "spec/template/spec/containers/0/env/1/value", "prod/patch.yaml:14:18"),
    Row("Deployment", "spec/template/spec/serviceAccountName", "prod/kustomization.yaml:3:13"),
    Row("ServiceAccount", "metadata/annotations/role", "prod/kustomization.yaml:18:14"),
    Row("ConfigMap", "metadata/name", "prod/kustomization.yaml:3:13"),
    Row("ConfigMap", "data/LEVEL", "prod/kustomization.yaml:24:11"),
    Row("ConfigMap", "data/app.conf", "prod/app.conf:1:1"),
    Row("ConfigMap", "data/TOKEN", "prod/app.env:2:7"),
  ])
  func editPlace(_ row: Row) {
    #expect(Self.built.place(row.kind, row.path) == row.place)
  }

  @Test("a patch's value is a patch step over the patch's own line")
  func patchStep() {
    let path = ["spec", "template", "spec", "containers", "0", "env", "0", "value"]
    #expect(Self.built.steps("Deployment", path) == [.patch, .source])
  }

  @Test("a transformer's step stands where the value was before")
  func transformerStep() {
    #expect(Self.built.steps("Deployment", ["spec", "replicas"]) == [.transformer, .source])
    #expect(Self.built.entries("Deployment", ["spec", "replicas"]) == ["base/web.yaml:6:13", "prod/kustomization.yaml:10:10"])
  }

  @Test("a renamed object's name keeps the place of its own part")
  func nameParts() throws {
    let name = try #require(Self.built.value("ServiceAccount", ["metadata", "name"])?.text)
    let own = name.origin(of: 5..<8, in: Self.built.provenance.origins)
    let span = try #require(Self.built.provenance.origins.editPlace(own))
    #expect(Self.built.provenance.sources.describe(span) == "base/web.yaml:20:9")
  }

  @Test("the printed text carries the origins")
  func runs() throws {
    let text = Self.built.result.text
    let bytes = text.bytes
    let needle = Array("value: fast".utf8)
    let at = try #require(bytes.indices.first { $0 + needle.count <= bytes.count && bytes[$0..<$0 + needle.count].elementsEqual(needle) })
    let origin = text.origin(of: at + 7..<at + 11, in: Self.built.provenance.origins)
    let span = try #require(Self.built.provenance.origins.editPlace(origin))
    #expect(Self.built.provenance.sources.describe(span) == "prod/patch.yaml:12:18")
  }

  @Test("an image without a new tag keeps its own place")
  func untouched() {
    let built = Built([
      "kustomization.yaml": "images: [{name: nginx, newName: nginx}]\nresources: [p.yaml]\n",
      "p.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: \"nginx:1\"}]}\n",
    ])
    #expect(built.place("Pod", ["spec", "containers", "0", "image"]) == "p.yaml:4:39")
  }

  @Test("a replacement leads to the line of its source")
  func replacement() {
    let built = Built([
      "kustomization.yaml": """
        resources: [a.yaml]
        replacements:
        - source: {kind: ConfigMap, fieldPath: data.arn}
          targets:
          - select: {kind: ServiceAccount}
            fieldPaths: [metadata.annotations.role]
            options: {create: true}
        """,
      "a.yaml": """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: c}
        data:
          arn: arn:aws:iam::1:role/x
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: s}
        """,
    ])
    #expect(built.place("ServiceAccount", ["metadata", "annotations", "role"]) == "a.yaml:5:8")
  }

  @Test("inputs are the files that were read")
  func inputs() {
    #expect(
      Self.built.result.inputs == [
        "base/kustomization.yaml", "base/web.yaml", "prod/app.conf", "prod/app.env", "prod/kustomization.yaml", "prod/patch.yaml",
      ])
  }
}
