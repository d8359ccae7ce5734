import Kubernetes
import Kustomize
import SourceText
import Testing
import Values

/// What kustomize refuses is refused with a place.
struct KustomizeRefusalTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    var files: [String: String]
    var refusal: String
    var testDescription: String { name }

    init(_ name: String, _ refusal: String, _ files: [String: String]) {
      self.name = name
      self.files = files
      self.refusal = refusal
    }
  }

  static let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"

  static let rows: [Row] = [
    Row("a directive", "kustomize/directive a.yaml:1:1", ["kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": "%YAML 1.1\n---\n" + config]),
    Row("no kustomization", "kustomize/no-kustomization", ["a.yaml": config]),
    Row(
      "two kustomizations", "kustomize/several-kustomizations kustomization.yaml:1:1",
      [
        "kustomization.yaml": "namePrefix: a-\n",
        "Kustomization": "namePrefix: a-\n",
      ]),
    Row("empty", "kustomize/empty kustomization.yaml:1:1", ["kustomization.yaml": "kind: Kustomization\n"]),
    Row("unknown field", "kustomize/unknown-field kustomization.yaml:2:1", ["kustomization.yaml": "resources: []\nresorces: []\n"]),
    Row(
      "unknown field of a label", "kustomize/unknown-field kustomization.yaml:2:3",
      [
        "kustomization.yaml": "labels:\n- includeVolumeClaimTemplates: true\n",
      ]),
    Row("number for text", "kustomize/wrong-type kustomization.yaml:2:21", ["kustomization.yaml": "images:\n- {name: a, newTag: 1.0}\n"]),
    Row("wrong kind", "kustomize/kind kustomization.yaml:1:7", ["kustomization.yaml": "kind: Other\nresources: []\n"]),
    Row("wrong version", "kustomize/api-version kustomization.yaml:1:13", ["kustomization.yaml": "apiVersion: v1\nresources: []\n"]),
    Row("missing file", "kustomize/no-file kustomization.yaml:1:13", ["kustomization.yaml": "resources: [a.yaml]\n"]),
    Row("missing patch", "kustomize/no-file kustomization.yaml:1:18", ["kustomization.yaml": "patches: [{path: p.yaml}]\n"]),
    Row("bad YAML of a resource", "yaml/syntax a.yaml:2:1", ["kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": "a: [1\n"]),
    Row(
      "object without a name", "kustomize/no-name a.yaml:1:1",
      [
        "kustomization.yaml": "resources: [a.yaml]\n",
        "a.yaml": "kind: ConfigMap\n",
      ]),
    Row(
      "twice the same object", "kustomize/duplicate-id b.yaml:3:18",
      [
        "kustomization.yaml": "resources: [a.yaml, b.yaml]\n",
        "a.yaml": config,
        "b.yaml": config,
      ]),
    Row(
      "patch without a target", "kustomize/patch-without-target p.yaml:3:18",
      [
        "kustomization.yaml": "patches: [{path: p.yaml}]\n",
        "p.yaml": config,
      ]),
    Row(
      "JSON patch without a target", "kustomize/patch kustomization.yaml:1:20",
      [
        "kustomization.yaml": "patches: [{patch: '[{\"op\": \"remove\", \"path\": \"/a\"}]'}]\n",
      ]),
    Row(
      "JSON patch to a missing path", "kustomize/json-patch p.yaml:1:22",
      [
        "kustomization.yaml": "resources: [a.yaml]\npatches: [{path: p.yaml, target: {name: c}}]\n",
        "a.yaml": config,
        "p.yaml": "- {op: remove, path: /a/b}\n",
      ]),
    Row(
      "map in place of a list", "kustomize/patch-type p.yaml:4:7",
      [
        "kustomization.yaml": "resources: [a.yaml]\npatches: [{path: p.yaml}]\n",
        "a.yaml": config + "data: [a]\n",
        "p.yaml": config + "data: {a: b}\n",
      ]),
    Row(
      "bad pattern", "kustomize/invalid-pattern kustomization.yaml:2:46",
      [
        "kustomization.yaml": "resources: [a.yaml]\npatches: [{path: p.yaml, target: {name:     '('}}]\n",
        "a.yaml": config,
        "p.yaml": config,
      ]),
    Row(
      "literal without a value", "kustomize/literal kustomization.yaml:1:43",
      [
        "kustomization.yaml": "configMapGenerator: [{name: a, literals: [x]}]\n",
      ]),
    Row(
      "generated twice", "kustomize/already-exists kustomization.yaml:1:40",
      [
        "kustomization.yaml": "configMapGenerator: [{name: a}, {name: a}]\n",
      ]),
    Row(
      "nothing to merge", "kustomize/no-merge-target kustomization.yaml:1:29",
      [
        "kustomization.yaml": "configMapGenerator: [{name: a, behavior: merge}]\n",
      ]),
    Row(
      "remote base", "kustomize/remote-base kustomization.yaml:2:3",
      [
        "kustomization.yaml": "resources:\n- github.com/org/repo//base?ref=v1\n",
      ]),
    Row(
      "remote file", "kustomize/remote-base kustomization.yaml:2:3",
      [
        "kustomization.yaml": "resources:\n- https://example.com/a.yaml\n",
      ]),
    Row("Helm charts", "kustomize/helm-charts-disabled kustomization.yaml:2:3", ["kustomization.yaml": "helmCharts:\n- name: a\n"]),
    Row(
      "external plugin", "kustomize/external-plugin t.yaml:3:18",
      [
        "kustomization.yaml": "transformers: [t.yaml]\n",
        "t.yaml": "apiVersion: x.com/v1\nkind: Sed\nmetadata: {name: s}\n",
      ]),
    Row(
      "replacement without a source object", "kustomize/replacement-source kustomization.yaml:2:11",
      [
        "kustomization.yaml": "replacements:\n- source: {kind: A}\n  targets: [{select: {kind: B}}]\n",
      ]),
    Row(
      "replicas of nothing", "kustomize/no-replicas-target kustomization.yaml:1:20",
      [
        "kustomization.yaml": "replicas: [{name:  web, count: 1}]\n",
      ]),
    Row("unknown order", "kustomize/sort-order kustomization.yaml:1:23", ["kustomization.yaml": "sortOptions: {order:  up}\n"]),
    Row(
      "a component as a resource", "kustomize/component kustomization.yaml:1:13",
      [
        "kustomization.yaml": "resources: [c]\n",
        "c/kustomization.yaml": "kind: Component\nnamePrefix: a-\n",
      ]),
    Row(
      "keys that are no text", "kustomize/key-type a.yaml:4:8",
      [
        "kustomization.yaml": "resources: [a.yaml]\n",
        "a.yaml": config + "data: {5: a}\n",
      ]),
    Row(
      "namespace conflict", "kustomize/duplicate-id kustomization.yaml:1:12",
      [
        "kustomization.yaml": "namespace: prod\nresources: [a.yaml]\n",
        "a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: b}\n",
      ]),
  ]

  @Test("refuses and says where", arguments: rows)
  func refuses(_ row: Row) {
    let built = Built(row.files)
    #expect(built.refusal == row.refusal)
    #expect(built.result.failed)
    #expect(built.result.objects.isEmpty)
  }

  @Test("files above the kustomization are out of reach, bases are not")
  func outside() {
    let files = [
      "a.yaml": Self.config, "k/kustomization.yaml": "resources: [../a.yaml]\n", "b/kustomization.yaml": "resources: [../c]\n",
      "c/kustomization.yaml": "resources: [a.yaml]\n", "c/a.yaml": Self.config,
    ]
    #expect(Built(files, "k").refusal == "kustomize/outside-root k/kustomization.yaml:1:13")
    #expect(Built(files, "b").result.objects.count == 1)
    #expect(Built(["kustomization.yaml": "resources: [../../a]\n"]).refusal == "kustomize/outside-root kustomization.yaml:1:13")
  }

  @Test("bases in a circle")
  func cycles() {
    let files = ["a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../a]\n"]
    #expect(Built(files, "a").refusal == "kustomize/cycle b/kustomization.yaml:1:13")
    #expect(Built(["a/kustomization.yaml": "resources: [.]\n"], "a").refusal == "kustomize/cycle a/kustomization.yaml:1:13")
    let upwards = ["kustomization.yaml": "resources: [a]\n", "a/kustomization.yaml": "resources: [..]\n"]
    #expect(Built(upwards).refusal == "kustomize/cycle a/kustomization.yaml:1:13")
  }

  @Test("work and output are bounded")
  func limits() {
    var steps = Limits()
    steps.steps = 2
    let files = ["kustomization.yaml": "commonLabels: {a: b}\nresources: [a.yaml]\n", "a.yaml": Self.config]
    #expect(Built(files, limits: steps).refusal.hasPrefix("kustomize/limit"))
    var output = Limits()
    output.buildBytes = 10
    #expect(Built(files, limits: output).refusal == "kustomize/limit a.yaml:3:18")
    var depth = Limits()
    depth.callDepth = 2
    let deep = Dictionary(uniqueKeysWithValues: (0..<6).map { ("\($0)/kustomization.yaml", "resources: [../\($0 + 1)]\n") })
    #expect(Built(deep, "0", limits: depth).refusal == "kustomize/limit 2/kustomization.yaml:1:13")
  }

  @Test("where a base comes from a network the rest is built, and what looks for its objects is let be")
  func remote() {
    let files = [
      "kustomization.yaml": """
        resources:
        - github.com/org/repo//base?ref=v1
        - a.yaml
        namePrefix: p-
        patches:
        - patch: |
            apiVersion: v1
            kind: Secret
            metadata: {name: remote}
        configMapGenerator:
        - {name: remote, behavior: merge, literals: [a=b]}
        replicas: [{name: remote, count: 2}]
        """,
      "a.yaml": Self.config,
    ]
    let built = Built(files)
    #expect(built.refusal == "kustomize/remote-base kustomization.yaml:2:3")
    #expect(built.diagnostics.count == 1)
    #expect(built.result.failed)
    #expect(built.result.objects.map(\.name) == ["p-c"])
    let component = Built(["kustomization.yaml": "components: [https://example.com/org/repo]\nresources: [a.yaml]\n", "a.yaml": Self.config])
    #expect(component.refusal == "kustomize/remote-base kustomization.yaml:1:14")
    #expect(component.result.objects.isEmpty)
  }

  @Test("copies of copies are bounded")
  func doubling() {
    let operations = (0..<60).map { "- {op: copy, from: /data, path: /data/\($0)}\n" }.joined()
    let files = [
      "kustomization.yaml": "resources: [a.yaml]\npatches: [{path: p.yaml, target: {name: c}}]\n",
      "a.yaml": Self.config + "data: {a: b}\n", "p.yaml": operations,
    ]
    var limits = Limits()
    limits.steps = 100_000
    #expect(Built(files, limits: limits).refusal.hasPrefix("kustomize/limit"))
  }

  @Test("a secret's value is in no message")
  func secrecy() {
    let built = Built([
      "kustomization.yaml": "resources: [a.yaml]\npatches: [{path: p.yaml}]\n",
      "a.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: {hidden: hunter2}}\n",
      "p.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter3}\n",
    ])
    #expect(built.refusal == "kustomize/patch-type p.yaml:4:24")
    let words = built.diagnostics.flatMap { [$0.message] + $0.notes }.joined()
    #expect(!words.contains("hunter"))
  }
}
