import Discovery
import FileTree
import Foundation
import SourceText
import Testing

private func scan(_ files: [String: String]) -> RepositoryScan { RepositoryScan(Workspace(tree: MemoryFileTree(text: files))) }

private let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"

@Suite struct RepositoryScanTests {
  @Test func chartsWithSubchartsAndLocalDependencies() {
    let result = scan([
      "web/Chart.yaml": "name: web\nversion: 1.2.3\ndependencies: [{name: common, repository: 'file://../common'}]",
      "web/charts/redis/Chart.yaml": "name: redis", "common/Chart.yaml": "name: common\ntype: library",
      "charts/api/Chart.yaml": "name: api\nversion: 1",
      "web/templates/app.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: '{{ .Release.Name }}'}",
      "web/crds/x.yaml": object, "web/notes/x.yaml": object,
    ])
    #expect(result.charts.map { "\($0.directory) \($0.name) \($0.version) \($0.parent ?? "-") \($0.isLibrary) \($0.makesApplications)" } == [
      "charts/api api 1 - false false", "common common  web true false", "web web 1.2.3 - false true", "web/charts/redis redis  web false false",
    ])
    #expect(result.manifests.map(\.path) == ["web/notes/x.yaml"])
    #expect(result.diagnostics.isEmpty)
  }

  @Test func valuesFilesForEnvironmentsBelongToCharts() {
    let result = scan([
      "c/Chart.yaml": "name: c", "c/values.yaml": "", "c/values-prod.yaml": "a: 1", "c/values.staging.yaml": "a: 1",
      "c/values-ha.yaml": "a: 1", "c/ci/service-a-production.yaml": "a: 1", "c/ci/minimal-values.yaml": "a: 1", "c/ci/notes.yaml": "a: 1",
      "c/environments/dev/values.yaml": "a: 1", "c/values/qa.yaml": "a: 1", "c/templates/prod-values.yaml": "a: 1",
      "c/environments/prod/secret.yaml": object, "c/prod.yaml": "a: 1",
    ])
    #expect(result.charts.first?.valuesFiles.map { "\($0.path) \($0.environment ?? "-")" } == [
      "c/ci/minimal-values.yaml -", "c/ci/service-a-production.yaml production", "c/environments/dev/values.yaml development",
      "c/values-prod.yaml production", "c/values.staging.yaml staging", "c/values/qa.yaml qa",
    ])
  }

  @Test func valuesInTheirOwnDirectoryStandForMissingDefaults() {
    let result = scan(["Chart.yaml": "name: c", "helmvalues/values.yaml": "a: 1", "templates/x.yaml": ""])
    #expect(result.charts.first?.valuesFiles.map(\.path) == ["helmvalues/values.yaml"])
  }

  @Test func kustomizationsOwnTheirFiles() {
    let result = scan([
      "base/kustomization.yaml": "resources: [deployment.yaml]\npatches: [{path: patch.yaml}]\nconfigMapGenerator: [{files: [k=data.yaml]}]",
      "base/deployment.yaml": object, "base/patch.yaml": object, "base/data.yaml": object, "base/stray.yaml": object,
      "overlays/prod/kustomization.yml": "resources: [../../base]\ncomponents: [../../parts/tls]",
      "overlays/dev/Kustomization": "bases: [../../base]", "parts/tls/kustomization.yaml": "kind: Component",
      "flux/kustomization.yaml": "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization",
    ])
    #expect(result.kustomizations.map { "\($0.directory) \($0.isTop) \($0.isComponent)" } == [
      "base false false", "overlays/dev true false", "overlays/prod true false", "parts/tls false true",
    ])
    #expect(result.manifests.map(\.path) == ["base/stray.yaml", "flux/kustomization.yaml"])
  }

  struct Judged: CustomTestStringConvertible {
    var text: String
    var isManifest: Bool
    var code: String?
    var testDescription: String
  }

  static let judged = [
    Judged(text: object, isManifest: true, testDescription: "object"),
    Judged(text: "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Secret}]", isManifest: true, testDescription: "list"),
    Judged(text: "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster", isManifest: false, testDescription: "configuration of a tool"),
    Judged(text: "a: 1\nkind: x", isManifest: false, testDescription: "no apiVersion"),
    Judged(text: "apiVersion: v1\nkind: Secret\n  bad: [", isManifest: false, code: "yaml/syntax", testDescription: "broken manifest"),
    Judged(text: "x: [\n# apiVersion kind", isManifest: false, testDescription: "broken something"),
    Judged(
      text: "apiVersion: v1\nkind: Secret\nmetadata: {name: {{ .Values.x }} }", isManifest: false, code: "discovery/template-outside-chart",
      testDescription: "template that is no YAML"),
    Judged(
      text: "apiVersion: v1\nkind: Secret\nmetadata: {name: \"{{ app }}\"}", isManifest: false, code: "discovery/template-outside-chart",
      testDescription: "template that is YAML"),
    Judged(
      text: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: \"{{ $labels.x }}\"}", isManifest: true, testDescription: "braces in data"),
    Judged(
      text: "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec: {template: {metadata: {name: \"{{ .Values }}\"}}}", isManifest: true,
      testDescription: "ApplicationSet"),
  ]

  @Test(arguments: judged) func judges(_ example: Judged) {
    let result = scan(["a/x.yaml": example.text])
    #expect((result.manifests.count == 1) == example.isManifest)
    #expect(result.diagnostics.map(\.code) == (example.code.map { [$0] } ?? []))
  }

  @Test func terraformDirectoriesAndTheirVariables() {
    let result = scan([
      "tf/main.tf": "", "tf/terraform.tfvars": "", "tf/prod.tfvars": "", "tf/a.auto.tfvars": "", "tf/envs/dev/terraform.tfvars": "",
      "tf/modules/x/main.tf": "", "tf/modules/x/x.tfvars": "", "other/x.tfvars": "",
    ])
    #expect(result.terraform.map { "\($0.directory) \($0.variableFiles)" } == [
      #"tf ["tf/envs/dev/terraform.tfvars", "tf/prod.tfvars"]"#, #"tf/modules/x ["tf/modules/x/x.tfvars"]"#,
    ])
  }

  @Test func vendoredAndHiddenDirectoriesAreSkipped() {
    let result = scan(["node_modules/x/a.yaml": object, ".git/a.yaml": object, "vendor/a.yaml": object, "x/.config/a.yaml": object])
    #expect(result.manifests.map(\.path) == ["x/.config/a.yaml"])
  }

  @Test func linksThatLeadUpEndTheWalk() throws {
    let manager = FileManager.default
    let root = manager.temporaryDirectory.appendingPathComponent("scan-\(UUID().uuidString)")
    defer { try? manager.removeItem(at: root) }
    try manager.createDirectory(at: root.appendingPathComponent("a/b"), withIntermediateDirectories: true)
    try object.write(to: root.appendingPathComponent("a/b/x.yaml"), atomically: true, encoding: .utf8)
    for name in ["up", "again", "more"] {
      try manager.createSymbolicLink(atPath: root.appendingPathComponent("a/b/\(name)").path, withDestinationPath: "../..")
    }
    try manager.createSymbolicLink(atPath: root.appendingPathComponent("link.yaml").path, withDestinationPath: "a/b/x.yaml")
    let tree = try #require(DiskFileTree(root: root.path))
    let result = RepositoryScan(Workspace(tree: tree))
    #expect(result.manifests.map(\.path) == ["a/b/x.yaml", "link.yaml"])
    #expect(result.diagnostics.isEmpty)
  }
}
