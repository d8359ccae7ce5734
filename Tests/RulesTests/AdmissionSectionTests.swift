import AccessModel
import BuiltinRules
import FileTree
import Kubernetes
import Rendering
import SourceText
import Support
import Testing
import Values

@testable import Rules

private func load(_ admission: String, parameters: String = "") -> (pack: RulePack, messages: [String]) {
  let text = """
    title: Sample
    severity: error
    why: it breaks
    remediation: Do it.
    \(parameters)
    match: { node: workload }
    validations:
      - { expression: workload.kind != 'Pod', message: a pod }
    admission:
      matchConstraints:
        resourceRules: [{ apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods] }]
    \(admission)
    """
  let provenance = Provenance()
  let sink = DiagnosticSink()
  let pack = RulePack.load([("rules/csi/sample-rule.yaml", Array(text.utf8))], provenance: provenance, sink: sink)
  let messages = sink.diagnostics.map { diagnostic in
    (diagnostic.span.map { provenance.sources.describe($0).replacing("rules/csi/sample-rule.yaml:", with: "") } ?? "-") + " " + diagnostic.message
  }
  return (pack, messages)
}

/// The built-in rules, loaded once.
private let builtin: (pack: RulePack, exportable: [CompiledRule]) = {
  let pack = RulePack.load(BuiltinRules.files, provenance: Provenance(), sink: DiagnosticSink())
  return (pack, pack.rules.filter { $0.rule.admission != nil })
}()

/// What is written of them.
private let policies = builtin.exportable.compactMap { AdmissionRoundTrip.policy($0.rule).rule }

/// The part of a rule that a cluster can judge by itself: checked as an API server would when the rule is loaded.
@Suite struct AdmissionSectionTests {
  @Test func aSectionIsRead() throws {
    let (pack, messages) = load(
      """
        matchConditions:
          - { name: in-a-namespace, expression: request.namespace != '' }
        variables:
          - { name: first, expression: "object.metadata.name.split('-')[0]" }
        validations:
          - expression: "!(variables.first in variables.allowed) && !(variables.first in variables.environments)"
            message: no
            messageExpression: "'no: ' + string(variables.first)"
      """, parameters: "parameters: [{ name: allowed, type: list(string), default: [a] }]")
    #expect(messages == [])
    let section = try #require(pack.rules.first?.rule.admission)
    #expect(section.resourceRules.map(\.resources) == [["pods"]])
    #expect(section.matchConditions.map(\.name) == ["in-a-namespace"])
  }

  struct Mistake: CustomTestStringConvertible, Sendable {
    let body: String
    let message: String
    var testDescription: String { message }
  }

  @Test(arguments: [
    Mistake(
      body: "  validation:\n    - { expression: 'true', message: x }", message: "12:3 admission has no key 'validation', did you mean 'validations'"),
    Mistake(
      body: "  validations:\n    - { expresion: 'true', message: x }", message: "13:9 validation has no key 'expresion', did you mean 'expression'"),
    Mistake(
      body: "  validations:\n    - { expression: request.opration == 'CREATE', message: x }",
      message: "13:21 'kubernetes.AdmissionRequest' has no field 'opration', did you mean 'operation'"),
    Mistake(
      body: "  validations:\n    - { expression: \"glob('a', object.metadata.name)\", message: x }", message: "13:22 there is no function 'glob'"),
    Mistake(
      body: "  validations:\n    - { expression: object.spec.hostNetwork, message: x }",
      message: "13:21 validation is of a type that is not known before it is evaluated: the API server wants 'bool', as by 'bool(…)' or '=='"),
    Mistake(
      body: "  validations:\n    - { expression: 'true', message: x, messageExpression: object.metadata.name }",
      message:
        "13:60 message is of a type that is not known before it is evaluated: the API server wants 'string', as by 'string(…)' or '=='"),
    Mistake(
      body: "  variables: [{ name: a, expression: '1' }]\n  matchConditions: [{ name: b, expression: variables.a == 1 }]\n  validations:\n    - { expression: 'true', message: x }",
      message: "13:44 nothing is called 'variables' here"),
    Mistake(
      body: "  matchConditions: [{ name: not this, expression: 'true' }]\n  validations:\n    - { expression: 'true', message: x }",
      message: "12:29 'not this' cannot name a match condition of a policy: letters, digits, '-', '_' and '.', as 'for-aws'"),
    Mistake(
      body: "  variables: [{ name: environments, expression: '[]' }]\n  validations:\n    - { expression: 'true', message: x }",
      message: "12:50 'environments' is a variable already: of the rule's parameters and the configuration"),
    Mistake(
      body: "  validations:\n    - { expression: \"[1, 2].flatten() == []\", message: x }",
      message: "13:22 'flatten' is known from Kubernetes 1.34 on, and policies are written for 1.30"),
    Mistake(
      body: "  validations:\n    - { expression: \"cel.bind(x, 1, x == 1)\", message: x }", message: "13:22 'cel.bind' is not known in Kubernetes"),
    Mistake(
      body: "  validations:\n    - { expression: \"base64.decode('eA==') == b'x'\", message: x }", message: "13:22 'base64.decode' is not known in Kubernetes"),
    Mistake(
      body: "  validations:\n    - { expression: \"['a'].all(i, v, v == 'a')\", message: x }",
      message: "13:22 'macros with two variables' is known from Kubernetes 1.32 on, and policies are written for 1.30"),
    Mistake(body: "  validations:\n    - { expression: 'true' }", message: "13:7 a validation of a policy needs 'message'"),
    Mistake(body: "  validations:\n    - { expression: 'true', message: \"a\\nb\" }", message: "13:39 the message of a policy is one line"),
    Mistake(body: "  validations: []", message: "10:3 admission has no 'validations'"),
  ])
  func mistakesAreLocated(_ mistake: Mistake) {
    let (pack, messages) = load(mistake.body)
    #expect(pack.rules.isEmpty)
    #expect(messages.first == mistake.message)
  }

  @Test func constraintsAreChecked() {
    let text = """
      title: Sample
      severity: error
      why: it breaks
      remediation: Do it.
      match: { node: workload }
      validations:
        - { expression: workload.kind != 'Pod', message: a pod }
      admission:
        matchConstraints:
          resourceRules: [{ apiGroups: [""], operations: [DELETE], resource: [pods] }]
        validations:
          - { expression: 'true', message: x }
      """
    let sink = DiagnosticSink()
    _ = RulePack.load([("rules/csi/sample-rule.yaml", Array(text.utf8))], provenance: Provenance(), sink: sink)
    #expect(
      sink.diagnostics.map(\.message) == [
        "resource rule has no key 'resource', did you mean 'resources'", "a resource rule needs 'apiVersions'", "a resource rule needs 'resources'",
        "an operation is CREATE or UPDATE, not 'DELETE'",
      ])
  }

  @Test func examplesSayWhatThePolicyDoesWithThem() throws {
    func problems(_ expression: String, _ example: String) throws -> [String] {
      let text = """
        title: Sample
        severity: error
        why: it breaks
        remediation: Do it.
        match: { kinds: [v1/ConfigMap] }
        validations:
          - { expression: "object.metadata.name != 'bad'", at: object.metadata.name, message: bad }
        admission:
          matchConstraints:
            resourceRules: [{ apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps] }]
          validations:
            - { expression: "\(expression)", message: bad }
        examples:
        \(example)
        """
      let provenance = Provenance()
      let sink = DiagnosticSink()
      let pack = RulePack.load([("rules/csi/sample-rule.yaml", Array(text.utf8))], provenance: provenance, sink: sink)
      #expect(sink.diagnostics.map(\.message) == [])
      return RuleExamples.check(try #require(pack.rules.first), rules: provenance, build: model).flatMap(\.problems)
    }
    func example(_ outcome: String, _ name: String, _ marker: String = "", more: String = "") -> String {
      "  - name: x\n\(more)    \(outcome): |\n      apiVersion: v1\n      kind: ConfigMap\n      metadata:\n        name: \(name)\(marker)\n"
    }
    let bad = example("fail", "bad", " # <- finding")
    #expect(try problems("object.metadata.name != 'bad'", bad) == [])
    #expect(try problems("true", bad) == ["the admission section lets it through; say 'admitted: true' where one object does not show what is wrong"])
    #expect(try problems("true", example("fail", "bad", " # <- finding", more: "    admitted: true\n")) == [])
    #expect(try problems("object.metadata.name != 'good'", example("pass", "good")) == ["the admission section refuses it: ConfigMap `good`: bad"])
    #expect(try problems("object.data.x != 'good'", example("pass", "good")).first?.contains("expression failed: no such key") == true)
  }

  // MARK: The built-in rules

  /// The sentence that makes the policies safe to use: what a cluster refuses, the linter reports. Judged are the examples of all rules.
  @Test(arguments: builtin.pack.rules.map { RuleID(id: $0.rule.id) })
  func whatAPolicyRefusesIsAFindingOfItsRule(_ id: RuleID) throws {
    let rule = try #require(builtin.pack[id.id])
    #expect(policies.count == builtin.exportable.count)
    for example in rule.rule.examples {
      let files = Dictionary(example.files.map { ($0.path, RuleExamples.unmarked($0.text).text) }, uniquingKeysWith: { first, _ in first })
      let (graph, provenance) = model(files)
      let refused = Set(RuleEngine.run(policies, graph: graph, provenance: provenance).results.filter { $0.outcome == .violated }.map(\.rule.id))
      guard !refused.isEmpty else { continue }
      let judges = builtin.exportable.filter { refused.contains(AdmissionPolicyWriter.prefix + $0.rule.id) }
      // One at a time: none yields to another.
      let found = Set(judges.filter { judge in
        RuleEngine.run([judge], graph: graph, provenance: provenance).results.contains { $0.outcome == .violated }
      }.map { AdmissionPolicyWriter.prefix + $0.rule.id })
      #expect(refused.subtracting(found) == [], "example '\(example.name)'")
    }
  }

  @Test(arguments: builtin.exportable.map { RuleID(id: $0.rule.id) })
  func theManifestIsWhatAnAPIServerTakes(_ id: RuleID) throws {
    let rule = try #require(builtin.pack[id.id]).rule
    let (compiled, problems) = AdmissionRoundTrip.policy(rule)
    #expect(problems == [])
    #expect(compiled?.rule.id == "secretslint-" + id.id)
    #expect(rule.admission.map { $0.validations.allSatisfy { $0.message.utf8.count <= 1024 } } == true)
    // The name of a policy is one of a DNS subdomain.
    #expect(("secretslint-" + id.id).utf8.count <= 253)
  }

  /// A section that refuses nothing would pass all other tests.
  @Test(arguments: builtin.exportable.map { RuleID(id: $0.rule.id) })
  func somethingIsRefused(_ id: RuleID) throws {
    let rule = try #require(builtin.pack[id.id]).rule
    #expect(rule.examples.contains { $0.outcome == .fail && !$0.isAdmitted })
  }

  /// Mutation testing: each validation of a section has an example that notices when it is gone.
  @Test(arguments: builtin.exportable.map { RuleID(id: $0.rule.id) })
  func examplesNoticeWhatIsGone(_ id: RuleID) throws {
    let rule = try #require(builtin.pack[id.id])
    var models: [[String: String]: (graph: AccessGraph, provenance: Provenance)] = [:]
    func isNoticed(_ section: AdmissionSection?) -> Bool {
      var copy = rule.rule
      copy.admission = section
      return !RuleExamples.check(CompiledRule(rule: copy, bodies: rule.bodies), rules: Provenance()) { files in
        if let known = models[files] { return known }
        let made = model(files)
        models[files] = made
        return made
      }.isEmpty
    }
    let section = try #require(rule.rule.admission)
    let survivors = section.validations.indices.filter { place in
      var broken = section
      broken.validations[place].expression = RuleExpression(text: Text("true"), origin: .none)
      return !isNoticed(broken)
    }
    #expect(survivors.map { $0 + 1 } == [], "validations that no example needs")
  }

  @Test func oneManifestLooksLikeThis() throws {
    let rule = try #require(builtin.pack["csi-volume-not-readonly"]).rule
    let text = try #require(AdmissionPolicyWriter(names: .standard).text(rule, parameters: [:], action: .warn))
    expectGolden(text, "admission/csi-volume-not-readonly.yaml")
  }

  @Test func valuesAreWrittenAsLiterals() {
    func map(_ pairs: [(String, Value)]) -> Value { .map(ValueMap(pairs)) }
    #expect(AdmissionPolicyWriter.literal(.string("it's \\ \n\u{1}ü")) == "'it\\'s \\\\ \\n\\x01ü'")
    #expect(AdmissionPolicyWriter.literal(.list([.string("a"), .string("b")])) == "['a', 'b']")
    #expect(AdmissionPolicyWriter.literal(map([("a", .list([.int(1), .bool(true)]))])) == "{'a': [1, true]}")
  }
}

private func model(_ files: [String: String]) -> (graph: AccessGraph, provenance: Provenance) {
  let provenance = Provenance()
  let tree = MemoryFileTree(text: files)
  let repository = RepositoryRenderer.render(tree: tree, provenance: provenance)
  return (AccessModelBuilder.build(repository: repository, provenance: provenance, tree: tree), provenance)
}
