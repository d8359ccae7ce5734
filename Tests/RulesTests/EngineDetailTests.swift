import AccessModel
import SourceText
import Testing
import Values

@testable import Rules

/// Two rules over drivers and providers, loaded under their ids.
private func pack(_ files: [String: String]) -> RulePack {
  let sink = DiagnosticSink()
  let pack = RulePack.load(files.map { ("rules/a/\($0.key).yaml", Array($0.value.utf8)) }, provenance: Provenance(), sink: sink)
  #expect(sink.diagnostics.map(\.message) == [])
  return pack
}

private func rule(_ node: String, _ expression: String, at: String = "node", yieldsTo: String = "[]") -> String {
  """
  title: \(node) at \(at)
  severity: error
  why: it breaks
  remediation: Do it.
  match: { node: \(node) }
  validations:
    - expression: "\(expression)"
      at: \(at)
      message: "{node.name}"
  yieldsTo: \(yieldsTo)

  """
}

@Suite struct YieldingTests {
  private let provenance = Provenance()

  private func place(_ path: String, _ start: UInt32) -> Origin {
    let file = provenance.sources.add(path: path, bytes: Array("name: web\n".utf8))
    return provenance.origins.add(.source, SourceSpan(source: file.id, start: start, end: start + 3))
  }

  private func results(_ files: [String: String], _ graph: AccessGraph) -> [String] {
    RuleEngine.run(pack(files).rules, graph: graph, provenance: provenance).results.map { "\($0.rule.id) \($0.message)" }
  }

  @Test func theSameNodeYields() {
    let node = ModelNode(.driver, id: "a", title: "a", fields: ValueMap([("name", .string("a")), ("rotationEnabled", .bool(false))]))
    let graph = AccessGraph(nodes: [.driver: [node]])
    #expect(
      results(
        ["first": rule("driver", "driver.rotationEnabled"), "second": rule("driver", "driver.rotationEnabled", yieldsTo: "[first]")],
        graph) == ["first a"])
    #expect(
      results(
        ["first": rule("driver", "'true' != ''"), "second": rule("driver", "driver.rotationEnabled", yieldsTo: "[first]")], graph)
        == ["second a"])
  }

  @Test func theSameLineYieldsThoughTheFileWasReadTwice() {
    let driver = ModelNode(.driver, id: "a", title: "a", fields: ValueMap([("name", .string(Text("a"), place("x.yaml", 6)))]))
    let other = ModelNode(.provider, id: "b", title: "b", fields: ValueMap([("name", .string(Text("b"), place("x.yaml", 6)))]))
    let far = ModelNode(.provider, id: "c", title: "c", fields: ValueMap([("name", .string(Text("c"), place("x.yaml", 1)))]))
    let graph = AccessGraph(nodes: [.driver: [driver], .provider: [other, far]])
    #expect(
      results(
        ["first": rule("driver", "'' != ''", at: "node.name"), "second": rule("provider", "'' != ''", at: "node.name", yieldsTo: "[first]")],
        graph) == ["first a", "second c"])
  }

  @Test func aNeighbourYields() {
    let driver = ModelNode(.driver, id: "a", title: "a", fields: ValueMap([("name", .string("a"))]))
    let near = ModelNode(.provider, id: "b", title: "b", fields: ValueMap([("name", .string("b")), ("driver", driver.value)]))
    let far = ModelNode(.provider, id: "c", title: "c", fields: ValueMap([("name", .string("c")), ("driver", .null)]))
    let graph = AccessGraph(nodes: [.driver: [driver], .provider: [near, far]])
    #expect(
      results(["first": rule("driver", "'' != ''"), "second": rule("provider", "'' != ''", yieldsTo: "[first]")], graph)
        == ["first a", "second c"])
  }
}

@Suite struct KindPatternTests {
  @Test(arguments: [
    ("Deployment", "apps/v1", "Deployment", true), ("apps/*/Deployment", "apps/v1", "Deployment", true),
    ("apps/v1/Deployment", "apps/v1beta1", "Deployment", false), ("external-secrets.io/*/*", "external-secrets.io/v1", "ExternalSecret", true),
    ("external-secrets.io/*/*", "generators.external-secrets.io/v1", "ECRAuthorizationToken", false), ("v1/Secret", "v1", "Secret", true),
    ("Secret", "v1", "ConfigMap", false),
  ])
  func patternsMatch(_ pattern: String, _ apiVersion: String, _ kind: String, _ expected: Bool) {
    let node = ModelNode(.object, id: "x", title: "x", fields: ValueMap([("apiVersion", .string(apiVersion)), ("kind", .string(kind))]))
    #expect(KindPattern(pattern).matches(node) == expected)
  }
}

@Suite struct LazyVariableTests {
  @Test func anUnusedVariableThatFailsDoesNoHarm() {
    let text = """
      title: Lazy
      severity: error
      why: it breaks
      remediation: Do it.
      match: { node: driver }
      variables:
        - { name: broken, expression: "driver.tokenAudiences[7]" }
      validations:
        - expression: driver.rotationEnabled || variables.broken == 'x'
          message: x

      """
    func run(_ enabled: Bool) -> RuleRun {
      let node = ModelNode(
        .driver, id: "a", title: "a", fields: ValueMap([("rotationEnabled", .bool(enabled)), ("tokenAudiences", .list([]))]))
      return RuleEngine.run(pack(["lazy": text]).rules, graph: AccessGraph(nodes: [.driver: [node]]), provenance: Provenance())
    }
    #expect(run(true).satisfied == 1)
    #expect(run(true).failures.isEmpty)
    #expect(run(false).failures.map(\.message) == ["'variables.broken' failed: index out of bounds: 7"])
  }
}
