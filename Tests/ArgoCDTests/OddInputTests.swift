import ArgoCD
import SourceText
import Testing
import Values

/// Replaces each part of a value, one after the other, by odd ones; nothing may trap.
@Suite struct OddInputTests {
  private static let odd: [Value] = [
    .null, .bool(true), .int(-1), .int(.max), .double(.nan), .string(""), .string("{{"), .string("{{ . }}"), .string("{{.path[}}"), .string("../../.."),
    .string("$"), .string("${"), .string("$x/"), .string("[["), .string("{a,{b"), .list([]), .list([.null]), .map(ValueMap()), .unknown("odd"),
    .map(ValueMap([("", .null)])),
  ]

  private static func variants(_ value: Value, _ depth: Int = 0) -> [Value] {
    var result = odd
    switch value.payload {
    case .map(let map):
      for entry in map.entries {
        for variant in variants(entry.value, depth + 1) {
          let copy = map.copy()
          copy.set(entry.key, variant)
          result.append(.map(copy, value.origin))
        }
      }
    case .list(let list):
      for (index, item) in list.items.enumerated() {
        for variant in variants(item, depth + 1) {
          var items = list.items
          items[index] = variant
          result.append(.list(items, value.origin))
        }
      }
    default: break
    }
    return result
  }

  private static func run(_ text: String) -> Int {
    let memory = MemoryRepository([
      "apps/web/Chart.yaml": "name: web", "apps/web/values.yaml": "a: 1", "config/a.yaml": "- {a: 1}\n- x", "config/b.json": "{", "apps/k/kustomization.yaml": "",
      "apps/web/.argocd-source.yaml": "[]",
    ])
    let variants = variants(memory.read(text))
    for variant in variants {
      let sink = DiagnosticSink()
      let reader = ApplicationReader(files: memory, repository: own(), sink: sink)
      if variant["kind"]?.string == "Application" {
        _ = reader.requests(ExpandedApplication(value: variant))
      } else {
        for application in ApplicationSetExpander(files: memory, repository: own(), clusterSecrets: [variant], sink: sink).expand(variant) {
          _ = reader.requests(application)
        }
      }
    }
    return variants.count
  }

  @Test(arguments: [true, false]) func applicationSetsNeverTrap(_ goTemplate: Bool) {
    let text = """
      kind: ApplicationSet
      metadata: {name: s, namespace: argocd}
      spec:
        goTemplate: \(goTemplate)
        goTemplateOptions: [missingkey=error]
        generators:
        - matrix:
            generators:
            - git: {repoURL: "\(ownURL)", directories: [{path: apps/*, exclude: false}], values: {k: v}, pathParamPrefix: p}
            - list: {elements: [{a: b, values: {c: d}}], elementsYaml: "[{a: b}]"}
          selector: {matchLabels: {a: b}, matchExpressions: [{key: a, operator: In, values: [b]}]}
        - merge:
            mergeKeys: [a]
            generators:
            - git: {repoURL: "\(ownURL)", files: [{path: "config/*"}]}
            - clusters: {selector: {matchLabels: {x: z}}, values: {k: v}, flatList: false}
        template:
          metadata: {name: "x{{a}}", labels: {"{{a}}": b}}
          spec: {source: {repoURL: "\(ownURL)", path: apps/web, helm: {valuesObject: {a: "{{a}}"}}}}
        templatePatch: "spec: {project: x}"
      """
    #expect(Self.run(text) > 1000)
  }

  @Test func applicationsNeverTrap() {
    let text = """
      kind: Application
      metadata: {name: web, labels: {env: prod}}
      spec:
        project: p
        sources:
        - {repoURL: "\(ownURL)", path: apps/web, targetRevision: main, helm: {releaseName: r, valueFiles: [values.yaml, $v/x, "*.yaml"], values: "a: 1", parameters: [{name: a, value: b, forceString: true}], fileParameters: [{name: a, path: b}], apiVersions: [a], skipCrds: true}}
        - {repoURL: "\(ownURL)", path: apps/k, kustomize: {images: [a=b], replicas: [{name: a, count: 1}], commonLabels: {a: b}}}
        - {repoURL: "\(ownURL)", path: apps, directory: {recurse: true, include: "*.yaml", exclude: a}}
        - {repoURL: "\(ownURL)", path: apps/web, plugin: {name: secretslint, env: [{name: a, value: b}], parameters: [{name: value-files, array: [a]}, {name: parameters, map: {a: b}}]}}
        - {repoURL: "\(ownURL)", ref: v}
        - {repoURL: u, chart: c, targetRevision: "1"}
        destination: {server: s, namespace: n, name: x}
      """
    #expect(Self.run(text) > 1000)
  }
}
