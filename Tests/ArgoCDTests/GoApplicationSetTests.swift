import ArgoCD
import SourceText
import Testing
import Values

private func expand(
  _ generators: String, name: String, options: String = "[]", files: [String: String] = [:]
) -> (names: [String], problems: [String], memory: MemoryRepository, applications: [ExpandedApplication]) {
  let memory = MemoryRepository(files)
  let sink = DiagnosticSink()
  let text = """
    kind: ApplicationSet
    metadata: {name: s, namespace: argocd}
    spec:
      goTemplate: true
      goTemplateOptions: \(options)
      generators:
    \(generators.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }.joined(separator: "\n"))
      template:
        metadata: {name: '\(name)'}
        spec: {project: p}
    """
  let applications = ApplicationSetExpander(files: memory, repository: own(), sink: sink).expand(memory.read(text))
  let names = applications.map { application in
    let name = application.value.at("metadata", "name")
    return name?.isUnknown == true ? "?" : name?.string ?? "nil"
  }
  return (names, sink.diagnostics.filter { $0.severity > .info }.map(\.message), memory, applications)
}

@Suite struct GoApplicationSetTests {
  struct Case: CustomTestStringConvertible {
    var testDescription: String
    var generators: String
    var name: String
    var files: [String: String] = [:]
    var names: [String]
  }

  static let directories = ["apps/My_App/x.yaml": "", "apps/web/x.yaml": ""]
  static let cases: [Case] = [
    Case(
      testDescription: "elements keep their form", generators: "- list: {elements: [{e: {name: dev}, ports: [80, 1000000]}]}",
      name: "{{.e.name}}-{{index .ports 0}}-{{index .ports 1}}", names: ["dev-80-1e+06"]),
    Case(
      testDescription: "paths of directories", generators: "- git: {repoURL: '\(ownURL)', directories: [{path: apps/*}]}",
      name: "{{.path.path}} {{.path.basename}} {{.path.basenameNormalized}} {{index .path.segments 1}}", files: directories,
      names: ["apps/My_App My_App my-app My_App", "apps/web web web web"]),
    Case(
      testDescription: "paths of files, with prefix and values",
      generators: "- git: {repoURL: '\(ownURL)', files: [{path: '**.yaml'}], pathParamPrefix: own, values: {v: '{{.a}}!'}}",
      name: "{{.own.path.filename}} {{.own.path.filenameNormalized}} {{.own.path.path}} {{.values.v}}", files: ["c/A_b.yaml": "a: 1"],
      names: ["A_b.yaml a-b.yaml c 1!"]),
    Case(
      testDescription: "the first child of a matrix wins, maps merge, lists replace",
      generators: """
        - matrix:
            generators:
            - list: {elements: [{m: {a: one, e: ''}, l: [x]}]}
            - list: {elements: [{m: {a: two, b: two, e: full}, l: [p, q]}]}
        """, name: "{{.m.a}} {{.m.b}} [{{.m.e}}] {{len .l}}", names: ["one two [] 1"]),
    Case(
      testDescription: "the second child of a matrix is filled, its values too where they can be",
      generators: """
        - matrix:
            generators:
            - list: {elements: [{dir: apps, e: dev}]}
            - git: {repoURL: '\(ownURL)', directories: [{path: '{{.dir}}/w*'}], values: {one: '{{.e}}', two: '{{.path.basename}}'}}
        """, name: "{{.values.one}}-{{.values.two}}", files: directories, names: ["dev-web"]),
    Case(
      testDescription: "later children of a merge win deeply",
      generators: """
        - merge:
            mergeKeys: [id]
            generators:
            - list: {elements: [{id: a, m: {k: '1', l: '1'}}, {id: b, m: {k: '1', l: '1'}}]}
            - list: {elements: [{id: b, m: {k: '2'}}]}
        """, name: "{{.id}}{{.m.k}}{{.m.l}}", names: ["a11", "b21"]),
    Case(
      testDescription: "selectors see flattened parameters",
      generators: "- list: {elements: [{e: {name: dev}}, {e: {name: prod}}]}\n  selector: {matchLabels: {e.name: prod}}",
      name: "{{.e.name}}", names: ["prod"]),
    Case(
      testDescription: "what depends on unknown parameters is unknown, the rest is not",
      generators: "- matrix:\n    generators:\n    - list: {elements: [{e: dev}]}\n    - pullRequest: {}", name: "{{.e}}-{{.number}}", names: ["?"]),
    Case(
      testDescription: "known parameters beside unknown ones", generators: "- matrix:\n    generators:\n    - list: {elements: [{e: dev}]}\n    - pullRequest: {}",
      name: "{{.e}}", names: ["dev"]),
    Case(testDescription: "flat list of clusters", generators: "- clusters: {flatList: true}", name: "{{(index .clusters 0).name}}", names: ["in-cluster"]),
    Case(testDescription: "conditions", generators: "- list: {elements: [{e: dev}, {e: prod}]}", name: "{{if eq .e \"prod\"}}live{{else}}test{{end}}", names: ["test", "live"]),
  ]

  @Test(arguments: cases) func expands(_ example: Case) {
    let result = expand(example.generators, name: example.name, files: example.files)
    #expect(result.names == example.names, "\(result.problems)")
  }

  @Test func missingKeysAreReported() {
    let lenient = expand("- list: {elements: [{e: dev}]}", name: "x-{{.nope}}")
    #expect(lenient.names == ["x-<no value>"])
    #expect(lenient.problems.first?.hasPrefix("the template shows a parameter that no generator gives") == true)
    let strict = expand("- list: {elements: [{e: dev}]}", name: "x-{{.nope}}", options: "[missingkey=error]")
    #expect(strict.names.isEmpty)
    #expect(strict.problems.first?.contains("map has no entry for key \"nope\"") == true)
    #expect(expand("- list: {elements: [{e: dev}]}", name: "x", options: "[missingkey=oops]").problems.first?.hasPrefix("unknown Go template option") == true)
  }

  @Test func originsLeadToTheElement() throws {
    let result = expand("- list:\n    elements:\n    - env: prod", name: "web-{{.env}}")
    let name = try #require(result.applications.first?.value.at("metadata", "name"))
    #expect(result.memory.written(name.origin) == "set.yaml:9 prod")
    let text = try #require(name.text)
    #expect(result.memory.written(text.origin(of: 4..<8, in: result.memory.provenance.origins)) == "set.yaml:9 prod")
    #expect(result.memory.written(text.origin(of: 0..<4, in: result.memory.provenance.origins)) == "set.yaml:11 web-")
  }
}
