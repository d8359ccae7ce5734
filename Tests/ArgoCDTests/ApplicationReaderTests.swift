import ArgoCD
import FileTree
import SourceText
import Testing
import Values

private func read(
  _ spec: String, files: [String: String], metadata: String = "{name: web}", own repository: OwnRepository = own()
) -> (requests: [RenderRequest], diagnostics: [Diagnostic], memory: MemoryRepository) {
  let memory = MemoryRepository(files)
  let sink = DiagnosticSink()
  let text = "kind: Application\nmetadata: \(metadata)\nspec:\n" + spec.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
  let reader = ApplicationReader(files: memory, repository: repository, sink: sink)
  return (reader.requests(ExpandedApplication(value: memory.read(text, path: "app.yaml"))), sink.diagnostics, memory)
}

private func layers(_ request: RenderRequest) -> [String] {
  request.values.map { layer in
    switch layer {
    case .file(let path, _, _): "file \(path)"
    case .text(let value): "text \(json(value))"
    case .object(let value): "object \(json(value))"
    case .external(let name, _): "external \(name)"
    }
  }
}

private let chart = ["charts/web/Chart.yaml": "name: web", "charts/web/values.yaml": "", "charts/web/values-prod.yaml": "", "shared/common.yaml": "", "envs/prod.yaml": ""]

@Suite struct ApplicationReaderTests {
  @Test func aChartMayBearARefThatNobodyUses() {
    func codes(_ file: String) -> [String] {
      read(
        """
        sources:
          - {repoURL: "https://charts.example.com", chart: vault, targetRevision: 0.30.0, ref: helm}
          - {repoURL: "\(ownURL)", path: charts/web, helm: {valueFiles: [\(file)]}}
        destination: {server: "https://kubernetes.default.svc", namespace: prod}
        """, files: chart
      ).diagnostics.map(\.code)
    }
    #expect(codes("values-prod.yaml") == [])
    #expect(codes("$helm/values.yaml") == ["argocd/ref-on-chart"])
  }

  @Test func helmSourceBecomesRequest() throws {
    let result = read(
      """
      source:
        repoURL: \(ownURL)
        path: ./charts/web
        targetRevision: main
        helm:
          releaseName: rel
          valueFiles: [values-prod.yaml, /shared/common.yaml, "/envs/$ARGOCD_APP_NAMESPACE.yaml"]
          valuesObject: {a: 1}
          values: ignored
          parameters: [{name: s, value: "1", forceString: true}, {name: p, value: "$ARGOCD_APP_NAME"}]
          skipCrds: true
          apiVersions: [x/v1]
          kubeVersion: 1.30.0
      destination: {server: "https://kubernetes.default.svc", namespace: prod}
      """, files: chart)
    let request = try #require(result.requests.first)
    #expect(result.diagnostics.isEmpty, "\(result.diagnostics)")
    #expect(request.tool == .helm && request.directory == "charts/web" && request.releaseName.string == "rel")
    #expect(request.namespace.string == "prod" && !request.includeCRDs && request.kubeVersion == "1.30.0" && request.apiVersions == ["x/v1"])
    #expect(layers(request) == ["file charts/web/values-prod.yaml", "file shared/common.yaml", "file envs/prod.yaml", #"object {"a":1}"#])
    #expect(request.parameters.map { "\($0.kind) \($0.name.string ?? "")=\($0.value.string ?? "")" } == ["set p=web", "setString s=1"])
    #expect(request.cluster == "in-cluster")
    #expect(request.evidence.map { "\($0.strength) \($0.environment) \($0.how)" }.prefix(2) == [
      "strong production destination namespace", "strong production values file `prod.yaml`",
    ])
  }

  @Test func multiSourceValuesComeFromRefs() throws {
    let result = read(
      """
      sources:
      - repoURL: https://charts.example.com
        chart: redis
        targetRevision: 1.2.3
        helm: {valueFiles: [$values/envs/prod.yaml, $other/x.yaml, $nope/y.yaml, $values/envs/prud.yaml]}
      - {repoURL: "\(ownURL)", targetRevision: HEAD, ref: values, path: ignored-is-not}
      - {repoURL: "\(ownURL)", ref: values2}
      - {repoURL: "https://example.com/foreign", ref: other}
      """, files: chart)
    let request = try #require(result.requests.first)
    #expect(result.requests.count == 1)
    guard case .external(let repository, let chart, _, let revision, _) = request.location else {
      Issue.record("expected an external source")
      return
    }
    #expect(repository == "https://charts.example.com" && chart == "redis" && revision == "1.2.3")
    #expect(layers(request) == ["file envs/prod.yaml", "external https://example.com/foreign/x.yaml"])
    #expect(request.isIncomplete)
    #expect(result.diagnostics.map(\.code) == ["argocd/unknown-ref", "argocd/values-file-missing", "argocd/path-missing"])
    #expect(result.diagnostics[0].span.map { result.memory.provenance.sources.describe($0) }?.hasPrefix("app.yaml:8:") == true)
    #expect(result.diagnostics[1].notes == ["did you mean 'envs/prod.yaml'?"])
  }

  struct Refusal: CustomTestStringConvertible {
    var spec: String
    var code: String
    var severity = Severity.error
    var repository = own()
    var testDescription: String { code + " " + severity.name }
  }

  static let refusals = [
    Refusal(spec: "source: {repoURL: '\(ownURL)', path: charts/wob}", code: "argocd/path-missing"),
    Refusal(spec: "source: {repoURL: '\(ownURL)', path: charts/wob}", code: "argocd/path-missing", severity: .warning, repository: own(.guess)),
    Refusal(spec: "source: {repoURL: '\(ownURL)', path: charts/wob, targetRevision: v1.0}", code: "argocd/path-missing", severity: .warning),
    Refusal(spec: "source: {repoURL: '\(ownURL)', path: ../x}", code: "argocd/path-outside"),
    Refusal(spec: "source: {repoURL: '\(ownURL)', path: /charts}", code: "argocd/absolute-path"),
    Refusal(spec: "source: {repoURL: '\(ownURL)', path: charts/web/Chart.yaml}", code: "argocd/path-not-directory"),
    Refusal(spec: "source: {repoURL: '\(ownURL)'}", code: "argocd/no-path"),
    Refusal(spec: "source: {path: charts/web}", code: "argocd/no-repository"),
    Refusal(spec: "project: x", code: "argocd/no-source"),
    Refusal(spec: "source: {repoURL: x, chart: c}", code: "argocd/chart-without-version"),
    Refusal(spec: "source: {repoURL: '\(ownURL)', path: charts/web, helm: {}, kustomize: {}}", code: "argocd/several-source-types"),
    Refusal(spec: "source: {repoURL: '\(ownURL)', path: charts/web, helm: {valueFiles: [../../../x.yaml]}}", code: "argocd/file-outside"),
    Refusal(spec: "source: {repoURL: '\(ownURL)', path: charts/web, plugin: {name: other}}", code: "argocd/foreign-plugin", severity: .info),
    Refusal(
      spec: "source: {repoURL: '\(ownURL)', path: charts/web, plugin: {name: secretslint, parameters: [{name: value-file, array: []}]}}",
      code: "plugin/unknown-parameter"),
  ]

  @Test(arguments: refusals) func refuses(_ example: Refusal) {
    let result = read(example.spec, files: chart, own: example.repository)
    #expect(result.diagnostics.map { $0.code + " " + $0.severity.name }.contains(example.code + " " + example.severity.name), "\(result.diagnostics)")
    #expect(result.diagnostics.allSatisfy { $0.span != nil })
  }

  @Test func pluginParametersMeanTheNativeFields() throws {
    let native = read(
      """
      source:
        repoURL: \(ownURL)
        path: charts/web
        helm: {releaseName: r, valueFiles: [values-prod.yaml], parameters: [{name: a, value: b}, {name: c, value: "1", forceString: true}], skipTests: true}
      """, files: chart)
    let plugin = read(
      """
      source:
        repoURL: \(ownURL)
        path: charts/web
        plugin:
          name: secretslint-v1
          parameters:
          - {name: release-name, string: r}
          - {name: value-files, array: [values-prod.yaml]}
          - {name: parameters, map: {a: b}}
          - {name: string-parameters, map: {c: "1"}}
          - {name: skip-tests, string: "true"}
      """, files: chart)
    func shown(_ request: RenderRequest?) -> String {
      guard let request else { return "" }
      return "\(request.tool) \(request.releaseName.string ?? "") \(layers(request)) \(request.skipTests) "
        + request.parameters.map { "\($0.kind)\($0.name.string ?? "")\($0.value.string ?? "")" }.joined()
    }
    #expect(plugin.diagnostics.isEmpty, "\(plugin.diagnostics)")
    #expect(shown(plugin.requests.first) == shown(native.requests.first))
    #expect(shown(native.requests.first).contains("helm r"))
  }

  @Test func overridesChangeAllButTheSource() throws {
    var files = chart
    files["charts/web/.argocd-source.yaml"] = "path: elsewhere\nhelm: {releaseName: one, valueFiles: [values-prod.yaml]}"
    files["charts/web/.argocd-source-web.yaml"] = "helm: {releaseName: two, skipCrds: null}"
    let request = try #require(
      read("source: {repoURL: '\(ownURL)', path: charts/web, helm: {skipCrds: true}}", files: files).requests.first)
    #expect(request.directory == "charts/web" && request.releaseName.string == "two" && !request.includeCRDs)
    #expect(layers(request) == ["file charts/web/values-prod.yaml"])
  }

  @Test(arguments: [
    (["d/Chart.yaml": ""], "helm"), (["d/kustomization.yml": "", "d/Chart.yaml": ""], "kustomize"),
    (["d/a.yaml": ""], "directory"), (["d/MyChart.yaml": ""], "helm"),
  ]) func toolFollowsTheFiles(_ files: [String: String], _ name: String) {
    let request = read("source: {repoURL: '\(ownURL)', path: d}", files: files).requests.first
    #expect(request.map { "\($0.tool)".hasPrefix(name) } == true)
  }

  @Test func urlsOfOneRepositoryAreOne() {
    let same = [
      "https://github.com/acme/deploy", "https://user@GitHub.com/acme/deploy.git/", "git@github.com:acme/deploy.git",
      "ssh://git@github.com:22/acme/deploy", " https://github.com:443/Acme/Deploy.git ",
    ]
    #expect(Set(same.map(OwnRepository.key)) == ["github.com/acme/deploy"])
    #expect(OwnRepository.key("https://github.com/acme/deploy2") != OwnRepository.key(same[0]))
    #expect(OwnRepository.key("https://github.com") == nil)
  }

  @Test func gitConfigurationTellsRemotesAndBranch() {
    var repository = OwnRepository()
    repository.readGit(
      MemoryFileTree(text: [
        ".git/HEAD": "ref: refs/heads/trunk\n",
        ".git/config": "[core]\n\tbare = false\n[remote \"origin\"]\n\turl = gh:acme/deploy.git\n[url \"https://github.com/\"]\n\tinsteadOf = gh:\n",
      ]))
    #expect(repository.recognize("https://github.com/acme/deploy") == .gitRemote)
    #expect(repository.isOwn(revision: "trunk") && !repository.isOwn(revision: "v1.2.3") && repository.isOwn(revision: "HEAD"))
  }

  @Test(arguments: [
    ("a/*", GlobPattern.Dialect.goPath, "a/b", true), ("a/*", .goPath, "a/b/c", false), ("a/*", .pathspec, "a/b/c", true),
    ("a", .pathspec, "a/b/c", true), ("a", .pathspec, "ab", false), ("*.yaml", .gobwas, "a/b.yaml", true),
    ("{a,b/*}.yaml", .gobwas, "b/c.yaml", true), ("{a,b}.yaml", .goPath, "a.yaml", false), ("a/**/x", .doublestar, "a/x", true),
    ("a/**/x", .doublestar, "a/b/c/x", true), ("a/*/x", .doublestar, "a/b/c/x", false), ("[!a]b", .gobwas, "cb", true),
    ("[^a]b", .goPath, "ab", false), ("a?c", .goPath, "a/c", false), ("é*", .goPath, "éa", true), ("**", .doublestar, "a/b", true),
  ]) func globs(_ pattern: String, _ dialect: GlobPattern.Dialect, _ path: String, _ matches: Bool) {
    #expect(GlobPattern(pattern, dialect)?.matches(path) == matches)
  }

  @Test func kustomizeSectionsAreExpanded() throws {
    let request = try #require(
      read(
        "source: {repoURL: '\(ownURL)', path: d, kustomize: {images: ['a=$ARGOCD_APP_NAME:1'], commonLabels: {x: '${ARGOCD_APP_NAME}$$'}, commonAnnotations: {y1: $ARGOCD_APP_NAME}}}",
        files: ["d/kustomization.yaml": ""]
      ).requests.first)
    #expect(json(request.kustomize?.section) == #"{"commonAnnotations":{"y1":"$ARGOCD_APP_NAME"},"commonLabels":{"x":"web$"},"images":["a=web:1"]}"#)
  }

  @Test func overlappingParametersAreReported() {
    let result = read(
      "source: {repoURL: '\(ownURL)', path: charts/web, helm: {parameters: [{name: a.b, value: x}, {name: a, value: '{}'}, {name: ab, value: x}]}}", files: chart)
    #expect(result.diagnostics.map(\.code) == ["argocd/overlapping-parameters"])
  }
}
