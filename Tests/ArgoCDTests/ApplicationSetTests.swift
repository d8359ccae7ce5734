import ArgoCD
import SourceText
import Testing
import Values

/// An ApplicationSet whose Applications show their parameters in the annotation `x`.
private func set(_ generators: String, goTemplate: Bool = false, shows: String, extra: String = "") -> String {
  """
  apiVersion: argoproj.io/v1alpha1
  kind: ApplicationSet
  metadata: {name: s, namespace: argocd}
  spec:
    goTemplate: \(goTemplate)
  \(extra.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }.joined(separator: "\n"))
    generators:
  \(generators.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }.joined(separator: "\n"))
    template:
      metadata:
        name: "\(shows)"
      spec: {project: default}
  """
}

private func names(
  _ text: String, files: [String: String] = [:], clusters: [String] = [], own repository: OwnRepository = own()
) -> (names: [String], problems: [String]) {
  let memory = MemoryRepository(files)
  let sink = DiagnosticSink()
  let expander = ApplicationSetExpander(
    files: memory, repository: repository, clusterSecrets: clusters.map { memory.read($0, path: "cluster.yaml") }, sink: sink)
  let applications = expander.expand(memory.read(text))
  return (
    applications.map { application in
      let name = application.value.at("metadata", "name")
      return name?.isUnknown == true ? "?" : name?.string ?? "nil"
    }, sink.diagnostics.filter { $0.severity > .info }.map(\.message)
  )
}

@Suite struct FastTemplateTests {
  private static let directories = ["apps/web/kustomization.yaml": "", "apps/API_v2/x.yaml": "", "apps/.hidden/x.yaml": "", "other/x.yaml": ""]

  struct Case: CustomTestStringConvertible {
    var testDescription: String
    var generators: String
    var shows: String
    var files: [String: String] = [:]
    var names: [String]
    var extra = ""
  }

  static let cases: [Case] = [
    Case(
      testDescription: "list elements and their values",
      generators: "- list:\n    elements:\n    - {env: dev, values: {k: a}}\n    - {env: prod, values: {k: b}}",
      shows: "web-{{env}}-{{ values.k }}", names: ["web-dev-a", "web-prod-b"]),
    Case(
      testDescription: "a placeholder without parameter stays",
      generators: "- list:\n    elements:\n    - {env: dev}", shows: "{{ env }}-{{nope}}", names: ["dev-{{nope}}"]),
    Case(
      testDescription: "two generators in one entry give both",
      generators: "- list:\n    elements: [{a: x}]\n- list:\n    elements: [{a: z}]", shows: "{{a}}", names: ["x", "z"]),
    Case(
      testDescription: "git directories are sorted, hidden ones skipped, excluded ones dropped",
      generators: "- git:\n    repoURL: \(ownURL)\n    directories:\n    - path: apps/*\n    - {path: apps/w*, exclude: true}",
      shows: "{{path}}|{{path.basename}}|{{path.basenameNormalized}}|{{path[0]}}", files: directories, names: ["apps/API_v2|API_v2|api-v2|apps"]),
    Case(
      testDescription: "the star of directories stops at a slash",
      generators: "- git:\n    repoURL: git@github.com:Acme/deploy\n    directories:\n    - path: '*'", shows: "{{path}}",
      files: directories, names: ["apps", "other"]),
    Case(
      testDescription: "git files are flattened, lists give several elements",
      generators: "- git:\n    repoURL: \(ownURL)\n    files:\n    - path: 'config/*.yaml'\n    pathParamPrefix: p",
      shows: "{{a.b}}-{{num}}-{{l.1}}-{{p.path.filename}}",
      files: ["config/x.yaml": "- {a: {b: one}, num: 1, l: [p, q]}\n- {a: {b: two}, num: 2.5, l: [p, q]}"],
      names: ["one-1-q-x.yaml", "two-2.5-q-x.yaml"]),
    Case(
      testDescription: "the star of files crosses slashes",
      generators: "- git:\n    repoURL: \(ownURL)\n    files:\n    - path: 'c/*.json'", shows: "{{n}}-{{path[1]}}",
      files: ["c/a/x.json": #"{"n": "1"}"#, "c/b/d/y.json": #"{"n": "2"}"#], names: ["1-a", "2-b"]),
    Case(
      testDescription: "values see the parameters of their generator",
      generators: "- git:\n    repoURL: \(ownURL)\n    directories: [{path: 'apps/w*'}]\n    values: {k: 'x-{{path.basename}}', m: '{{values.k}}'}",
      shows: "{{values.k}} {{values.m}}", files: directories, names: ["x-web {{values.k}}"]),
    Case(
      testDescription: "matrix is the product, and fills its second child",
      generators: """
        - matrix:
            generators:
            - list:
                elements: [{dir: apps, e: dev}, {dir: other, e: prod}]
            - git:
                repoURL: \(ownURL)
                directories: [{path: '{{dir}}/*'}, {path: '{{dir}}'}]
        """, shows: "{{e}}:{{path}}", files: directories, names: ["dev:apps", "dev:apps/API_v2", "dev:apps/web", "prod:other"]),
    Case(
      testDescription: "merge joins by key, later children win, base keeps its order",
      generators: """
        - merge:
            mergeKeys: [id]
            generators:
            - list:
                elements: [{id: b, v: '1'}, {id: a, v: '1'}]
            - list:
                elements: [{id: a, v: '2', w: x}, {id: c, v: '3'}]
        """, shows: "{{id}}{{v}}{{w}}", names: ["b1{{w}}", "a2x"]),
    Case(
      testDescription: "selector filters by flattened parameters",
      generators: """
        - list:
            elements: [{e: dev}, {e: prod}, {x: z}]
          selector:
            matchExpressions: [{key: e, operator: In, values: [prod]}]
        """, shows: "{{e}}", names: ["prod"]),
    Case(
      testDescription: "in-cluster alone is known of the clusters", generators: "- clusters: {}", shows: "{{name}}-{{nameNormalized}}{{project}}",
      names: ["in-cluster-in-cluster"]),
    Case(
      testDescription: "pull requests are unknown", generators: "- pullRequest: {github: {}}\n- list: {elements: [{number: '7'}]}",
      shows: "pr-{{number}}", names: ["?", "pr-7"]),
    Case(
      testDescription: "a foreign repository is unknown",
      generators: "- git:\n    repoURL: https://example.com/other/repo\n    directories: [{path: '*'}]", shows: "{{path}}", names: ["?"]),
    Case(
      testDescription: "elementsYaml is read",
      generators: "- list:\n    elementsYaml: |\n      - {a: x}\n      - {a: z}", shows: "{{a}}", names: ["x", "z"]),
  ]

  @Test(arguments: cases) func expands(_ example: Case) {
    #expect(names(set(example.generators, shows: example.shows, extra: example.extra), files: example.files).names == example.names)
  }

  @Test(arguments: [
    ("- list:\n    elements: [{num: 1}]", "error parsing value as string: 'num' is no string"),
    ("- list:\n    elements: [{values: x}]", "error parsing values map"),
    ("- lists: {}", "unrecognized generator 'lists', did you mean 'list'?"),
    ("- matrix:\n    generators:\n    - list: {elements: [{a: x}]}", "found less than two generators"),
    (
      "- matrix:\n    generators:\n    - list: {elements: [{a: x}]}\n    - list: {elements: [{a: z}]}",
      "found duplicate key a with different value, a: x ,b: z"
    ),
    (
      "- merge:\n    mergeKeys: [a]\n    generators:\n    - list: {elements: [{a: x}, {a: x}]}\n    - list: {elements: []}",
      "the parameters from a generator were not unique by the given mergeKeys"
    ),
    ("- list:\n    elements: [{a: x}]\n  selector: {matchLabels: {'path[0]': x}}", "error parsing label selector: key 'path[0]'"),
    ("- list: {elements: [{a: x}, {a: x}]}", "ApplicationSet makes the Application 'x' more than once"),
    ("- git: {repoURL: '\(ownURL)', directories: [{path: none/*}]}", "the generators give no element"),
  ]) func refuses(_ generators: String, _ message: String) {
    let result = names(set(generators, shows: "{{a}}"))
    #expect(result.problems.contains { $0.hasPrefix(message) }, "\(result.problems)")
  }

  @Test func generatorsNestOnceOnly() {
    func nested(_ inner: String, _ depth: Int) -> String {
      guard depth > 0 else { return inner }
      let child = nested(inner, depth - 1).split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
      return "- matrix:\n    generators:\n    - list: {elements: [{k\(depth): v}]}\n\(child)"
    }
    #expect(names(set(nested("- list: {elements: [{a: x}]}", 2), shows: "{{a}}")).names == ["x"])
    #expect(names(set(nested("- list: {elements: [{a: x}]}", 3), shows: "{{a}}")).names.isEmpty)
  }

  @Test func clusterSecretsAreDeclaredClusters() {
    let secret = """
      apiVersion: v1
      kind: Secret
      metadata: {name: c, labels: {argocd.argoproj.io/secret-type: cluster, env: prod}}
      stringData: {name: Big_One, server: 'https://1.2.3.4'}
      """
    #expect(names(set("- clusters: {}", shows: "{{name}}|{{metadata.labels.env}}"), clusters: [secret]).names == ["Big_One|prod", "?"])
    let selecting = "- clusters: {selector: {matchLabels: {env: prod}}, values: {v: 'x-{{nameNormalized}}'}}"
    #expect(names(set(selecting, shows: "{{values.v}}"), clusters: [secret]).names == ["x-big-one"])
    #expect(names(set(selecting, shows: "{{values.v}}")).names == ["?"])
  }

  @Test func originsLeadToParameterAndTemplate() throws {
    let memory = MemoryRepository(["config/prod.yaml": "env: production\nregion: eu"])
    let text = """
      kind: ApplicationSet
      metadata: {name: s, namespace: argocd}
      spec:
        generators:
        - git:
            repoURL: \(ownURL)
            files: [{path: config/*.yaml}]
        template:
          metadata:
            name: web-{{env}}
            labels:
              "{{env}}": "x {{path.basename}}"
          spec:
            project: default
            destination: {namespace: "{{env}}"}
      """
    let applications = ApplicationSetExpander(files: memory, repository: own(), sink: DiagnosticSink()).expand(memory.read(text))
    let value = try #require(applications.first?.value)
    let name = try #require(value.at("metadata", "name"))
    #expect(name.string == "web-production")
    #expect(memory.written(name.origin) == "config/prod.yaml:1 production")
    let nameText = try #require(name.text)
    #expect(memory.written(nameText.origin(of: 0..<4, in: memory.provenance.origins)) == "set.yaml:10 web-")
    #expect(memory.written(nameText.origin(of: 4..<14, in: memory.provenance.origins)) == "config/prod.yaml:1 production")
    let namespace = try #require(value.at("spec", "destination", "namespace"))
    #expect(memory.written(namespace.origin) == "config/prod.yaml:1 production")
    let label = try #require(value.at("metadata", "labels")?.map?.entries.first)
    #expect(label.key.string == "production")
    #expect(memory.written(label.keyOrigin) == "config/prod.yaml:1 production")
    #expect(memory.written(label.value.origin) == "set.yaml:7 config/*.yaml")
    #expect(memory.written(value.at("spec", "project")?.origin ?? .none) == "set.yaml:14 default")
  }

  @Test func generatorTemplatesFillFieldByField() {
    let memory = MemoryRepository([:])
    let text = """
      kind: ApplicationSet
      metadata: {name: s, namespace: argocd}
      spec:
        generators:
        - list:
            elements: [{e: dev}]
            template:
              metadata: {labels: {a: own}}
              spec: {source: {path: "own-{{e}}", helm: {valueFiles: [own.yaml]}}}
        template:
          metadata: {name: x, namespace: elsewhere, labels: {a: base, b: base}}
          spec: {project: p, source: {path: base, repoURL: u, helm: {valueFiles: [base.yaml]}}}
        syncPolicy: {preserveResourcesOnDeletion: true}
      """
    let value = ApplicationSetExpander(files: memory, repository: own(), sink: DiagnosticSink()).expand(memory.read(text)).first?.value
    #expect(json(value?["metadata"]) == #"{"labels":{"a":"own","b":"base"},"name":"x","namespace":"argocd"}"#)
    #expect(
      json(value?["spec"]) == #"{"project":"p","source":{"helm":{"valueFiles":["own.yaml"]},"path":"own-dev","repoURL":"u"}}"#)
  }

  @Test func templatePatchMergesAndCannotChangeTheProject() {
    let memory = MemoryRepository([:])
    let text = """
      kind: ApplicationSet
      metadata: {name: s}
      spec:
        generators: [{list: {elements: [{e: dev}]}}]
        templatePatch: |
          metadata: {finalizers: [more]}
          spec:
            project: stolen
            source: {path: "p-{{e}}", chart: null, helm: {valueFiles: [z.yaml]}}
        template:
          metadata: {name: x}
          spec: {project: p, source: {chart: c, repoURL: u, helm: {valueFiles: [a.yaml, b.yaml]}}}
      """
    let value = ApplicationSetExpander(files: memory, repository: own(), sink: DiagnosticSink()).expand(memory.read(text)).first?.value
    #expect(json(value?["spec"]) == #"{"project":"p","source":{"helm":{"valueFiles":["z.yaml"]},"path":"p-dev","repoURL":"u"}}"#)
    #expect(json(value?.at("metadata", "finalizers")) == #"["resources-finalizer.argocd.argoproj.io","more"]"#)
    #expect(memory.written(value?.at("spec", "source", "path")?.origin ?? .none) == "set.yaml:4 dev")
  }
}
