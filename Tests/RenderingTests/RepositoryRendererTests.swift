import ArgoCD
import FileTree
import Kubernetes
import Rendering
import SourceText
import Testing
import Values


private func application(_ name: String, _ path: String, more: String = "", namespace: String = "x") -> String {
  """
  apiVersion: argoproj.io/v1alpha1
  kind: Application
  metadata: {name: \(name), namespace: argocd}
  spec:
    project: default
    source: {repoURL: \(url), path: \(path)\(more)}
    destination: {server: "https://kubernetes.default.svc", namespace: \(namespace)}

  """
}

private func object(_ name: String, kind: String = "ConfigMap", namespace: String? = nil) -> String {
  "apiVersion: v1\nkind: \(kind)\nmetadata: {name: \(name)\(namespace.map { ", namespace: \($0)" } ?? "")}\n"
}

private func render(_ files: [String: String], options: RenderOptions = RenderOptions(repositories: [url])) -> RenderedRepository {
  RepositoryRenderer.render(tree: MemoryFileTree(text: files), options: options)
}

private func shown(_ repository: RenderedRepository) -> [String] {
  repository.units.map { unit in
    "\(unit.request.isConventional ? "?" : "")\(unit.request.name): \(unit.objects.map(\.name).joined(separator: " ")) \(unit.status)"
  }
}

@Suite struct RepositoryRendererTests {
  @Test func appsOfAppsAreRenderedOnce() {
    let result = render([
      "root.yaml": application("root", "apps"),
      "apps/web.yaml": application("web", "web", namespace: "web-prod"),
      "apps/self.yaml": application("root", "apps"),
      "web/a.yaml": object("a") + "---\n" + object("b"), "web/values.yaml": "x: 1",
      "stray/c.yaml": object("c", namespace: "staging"),
    ])
    #expect(shown(result) == ["root: root web complete", "web: a b complete", "?.: root complete", "?stray: c complete"])
    #expect(result.applications.map { $0.value.at("metadata", "name")?.string } == ["root", "web"])
    #expect(result.units[1].request.evidence.first?.environment == "production")
    #expect(result.units[3].request.evidence.first.map { "\($0.environment) \($0.how)" } == "staging namespace `staging`")
    #expect(result.diagnostics.isEmpty)
  }

  @Test func cyclesOfAppsEnd() {
    let result = render(["a/one.yaml": application("one", "b"), "b/two.yaml": application("two", "a")])
    #expect(shown(result) == ["one: two complete", "two: one complete"])
  }

  @Test func applicationsThatOnlyARootMakesAreFollowed() {
    let result = render([
      "root.yaml": application("root", "apps", more: ", directory: {recurse: true, exclude: '*skip*'}"),
      "apps/deep/er/web.json": #"{"apiVersion":"argoproj.io/v1alpha1","kind":"ApplicationSet","metadata":{"name":"s","namespace":"argocd"},"spec":{"generators":[{"list":{"elements":[{"env":"dev"},{"env":"prod"}]}}],"template":{"metadata":{"name":"web-{{env}}"},"spec":{"project":"p","source":{"repoURL":"\#(url)","path":"envs/{{env}}"},"destination":{"namespace":"n"}}}}}"#,
      "apps/skip.yaml": object("skipped"), "envs/dev/a.yaml": object("dev"), "envs/prod/a.yaml": object("prod"),
    ])
    #expect(shown(result) == ["web-dev: dev complete", "web-prod: prod complete", "root: s complete", "?.: root complete", "?apps: skipped complete"])
    #expect(result.units[1].request.evidence.prefix(2).map { "\($0.environment) \($0.how)" } == [
      "production ApplicationSet parameter `env`", "production directory `envs/prod`",
    ])
  }

  @Test func conventionsTakeWhatNoApplicationDeploys() {
    let result = render([
      "charts/web/Chart.yaml": "name: web", "charts/web/values-prod.yaml": "a: 1", "charts/web/values-dev.yaml": "a: 1",
      "charts/api/Chart.yaml": "name: api", "charts/lib/Chart.yaml": "name: lib\ntype: library",
      "charts/api/charts/sub/Chart.yaml": "name: sub",
      "k/base/kustomization.yaml": "resources: []", "k/overlays/prod/kustomization.yaml": "resources: [../../base]",
      "app.yaml": application("api", "charts/api"),
    ])
    #expect(result.units.map { "\($0.request.isConventional) \($0.request.name)" } == [
      "false api", "true k/overlays/prod", "true .", "true charts/web with values-dev.yaml", "true charts/web with values-prod.yaml",
    ])
    #expect(result.units[1].request.evidence.first?.environment == "production")
    #expect(result.units[3].request.evidence.first?.environment == "development")
    #expect(render(["charts/web/Chart.yaml": "name: web"], options: RenderOptions(rendersConventions: false)).units.isEmpty)
    #expect(render(["Chart.yaml": "name: web", "namespace.yaml": object("n")]).units.map(\.request.tool) == [.directory(recurse: false, include: nil, exclude: nil), .helm])
  }

  @Test func chartsBesidePlainManifestsAreRendered() {
    let result = render([
      "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0", "values-dev.yaml": "a: 1", "templates/a.yaml": object("a"), "rendered.yaml": object("b"),
      "k/kustomization.yaml": "resources: [c.yaml]", "k/c.yaml": object("c"), "k/left-out.yaml": object("d"),
    ])
    #expect(shown(result) == ["?k: c complete", "?.: b complete", "?k: d complete", "?. with values-dev.yaml: a complete"])
  }

  @Test func basesOfOverlaysThatCannotBeBuiltAreRenderedAlone() {
    let result = render([
      "all/kustomization.yaml": "resources: [../middle, ../fetched]", "middle/kustomization.yaml": "resources: [../base, ../gone]",
      "base/kustomization.yaml": "resources: [a.yaml]", "base/a.yaml": object("a"),
      "good/kustomization.yaml": "resources: [../used]", "used/kustomization.yaml": "resources: [b.yaml]", "used/b.yaml": object("b"),
    ])
    #expect(shown(result) == ["?all:  failed", "?good: b complete", "?middle:  failed", "?base: a complete"])
    #expect(result.units.map(\.request.isPart) == [false, false, true, true])
  }

  @Test func failuresAreNeverSilent() {
    let result = render([
      "app.yaml": application("web", "missing"), "bad/app.yaml": application("bad", "broken"),
      "broken/a.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {\n", "broken/b.yaml": object("b"), "broken/notes.yaml": "a: [",
    ])
    #expect((result.conventionalDiagnostics + result.diagnostics).map(\.code) == ["yaml/syntax", "argocd/path-missing"])
    #expect(shown(result).first == "bad: b partial")
    #expect(result.units.first?.diagnostics.map(\.code) == ["yaml/syntax"])
  }

  @Test func ownRepositoryIsGuessedFromPathsThatExist() {
    let files = [
      "apps/web.yaml": application("web", "web"), "apps/api.yaml": application("api", "api"), "web/a.yaml": object("a"),
      "api/a.yaml": object("a"),
      "apps/foreign.yaml": application("foreign", "nowhere").replacing(url, "https://example.com/else"),
    ]
    let result = render(files, options: RenderOptions())
    #expect(result.repository.recognize(url) == .guess)
    #expect(result.repository.recognize("https://example.com/else") == nil)
    #expect(result.units.filter { $0.status == .external }.map(\.request.name) == ["foreign"])
    #expect(shown(result).contains("web: a complete"))
    // Templated paths count by their fixed beginning.
    let set = """
      apiVersion: argoproj.io/v1alpha1
      kind: ApplicationSet
      metadata: {name: s}
      spec:
        generators: [{list: {elements: [{e: dev}]}}]
        template: {metadata: {name: x}, spec: {source: {repoURL: "\(url)", path: "envs/{{e}}"}}}
      """
    #expect(render(["s.yaml": set, "envs/dev/a.yaml": object("a")], options: RenderOptions()).repository.recognize(url) == .guess)
    #expect(render(["s.yaml": set, "envs/dev/a.yaml": object("a"), ".git/config": "[remote \"o\"]\nurl = \(url)"], options: RenderOptions()).repository.recognize(url) == .gitRemote)
  }

  @Test func directoriesAreReadAsArgoReadsThem() {
    let result = render([
      "app.yaml": application("d", "d"),
      "d/list.yml": "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Secret, metadata: {name: in-list}}]",
      "d/skip.yaml": "# +argocd:skip-file-rendering\n" + object("skipped"), "d/values.yaml": "a: {{ broken", "d/sub/x.yaml": object("sub"),
      "d/x.txt": object("text"), "d/y.jsonnet": "{}",
    ])
    #expect(shown(result).first == "d: in-list partial")
    #expect(result.units.first?.diagnostics.map(\.code) == ["directory/jsonnet"])
  }

  @Test func resultsDoNotDependOnScheduling() {
    var files = ["apps/s.yaml": ""]
    for index in 0..<40 {
      files["apps/a\(index).yaml"] = application("a\(index)", "src/\(index)")
      files["src/\(index)/x.yaml"] = object("x\(index)")
    }
    let one = render(files, options: RenderOptions(repositories: [url], workers: 1))
    let many = render(files, options: RenderOptions(repositories: [url], workers: 8))
    #expect(shown(one) == shown(many))
    #expect(one.units.count == 41)
  }

  @Test func planNamesRepositoriesAndReasons() {
    let provenance = Provenance()
    let result = RepositoryRenderer.render(
      tree: MemoryFileTree(text: ["app.yaml": application("web", "web", namespace: "staging"), "web/a.yaml": object("a")]), provenance: provenance,
      options: RenderOptions(repositories: [url]))
    let lines = RenderPlan(result, provenance: provenance).lines
    #expect(lines.prefix(5) == [
      "repository \(url) (configuration)",
      "found 0 charts, 0 kustomizations, 2 manifest files, 0 Terraform directories, 1 Application",
      "application web: directory web (1 object)", "  asked for at app.yaml:6:11", "  namespace staging on in-cluster",
    ])
    #expect(lines.contains("  environment staging (strong: destination namespace at app.yaml:7:70)"))
  }
}

extension String {
  fileprivate func replacing(_ part: String, _ other: String) -> String {
    var result = ""
    var rest = self[...]
    while let range = rest.firstRange(of: part) {
      result += rest[..<range.lowerBound] + other
      rest = rest[range.upperBound...]
    }
    return result + rest
  }
}
