import FileTree
import Linting
import Rules
import SourceText
import Testing
import Values

/// What a repository's configuration and its own rules make of the exported policies.
@Suite struct PolicyExportTests {
  private func export(_ configuration: String, _ names: [String], files: [String: String] = [:], action: AdmissionPolicyWriter.Action? = nil) -> PolicyExport {
    var options = LintOptions()
    options.selection.select = names
    let provenance = Provenance()
    let sink = DiagnosticSink()
    let tree = MemoryFileTree(text: files.merging([".secretslint.yaml": configuration]) { first, _ in first })
    let setup = LintSetup(tree: tree, options: options, provenance: provenance, sink: sink)
    let export = PolicyExport(tree, options: setup.options, action: action, provenance: provenance, sink: sink)
    #expect(sink.diagnostics.map(\.message) == [])
    return export
  }

  private func text(_ configuration: String, _ name: String) -> String { export(configuration, [name]).policies.first?.text ?? "" }

  /// The text behind the name of a variable.
  private func variable(_ name: String, _ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let place = lines.firstIndex(of: "    - name: \(name)"), place + 2 < lines.count else { return "" }
    let expression = lines[place + 1].drop { $0 == " " }
    return String(expression == "expression: >-" ? lines[place + 2].drop { $0 == " " } : expression.dropFirst("expression: ".count))
  }

  @Test func environmentsAndParametersAreLiterals() {
    let configuration = """
      environments: { live: [prod] }
      standardEnvironments: false
      secrets: { shared: [common] }
      rules: { secret-path-missing-env: { parameters: { allowed: ["it's"] } } }

      """
    let policy = text(configuration, "secret-path-missing-env")
    #expect(variable("environments", policy) == "['live', 'prod']")
    #expect(variable("sharedSegments", policy) == "['common']")
    #expect(variable("allowed", policy) == "['it\\'s']")
  }

  @Test func keysForAllRulesAreLiteralsToo() {
    let policy = text("rotation: { interval: 5m }\n", "csi-rotation-interval-policy")
    #expect(variable("interval", policy) == "'5m'")
    #expect(variable("segments", text("secrets: { path: <environment>/<team>/<app>/<purpose> }\n", "secret-path-shape")) == "4")
  }

  @Test func levelsSayWhatTheClusterDoes() {
    let id = "csi-volume-not-readonly"
    #expect(text("", id).hasSuffix("validationActions: [Deny]\n"))
    #expect(text("rules: { \(id): warning }\n", id).hasSuffix("validationActions: [Warn, Audit]\n"))
    #expect(text("rules: { \(id): info }\n", id).hasSuffix("validationActions: [Audit]\n"))
    #expect(text("extends: [strict]\n", "irsa-annotation-misplaced").hasSuffix("validationActions: [Deny]\n"))
    #expect(export("rules: { \(id): off }\n", []).policies.contains { $0.rule == id } == false)
    #expect(export("", [id], action: .audit).policies.first?.text.hasSuffix("validationActions: [Audit]\n") == true)
  }

  @Test func aRepositorysOwnRulesAreWritten() {
    let rule = """
      title: A ConfigMap without an owner
      severity: warning
      why: nobody knows whom to ask
      remediation: Label it.
      match: { kinds: [v1/ConfigMap] }
      validations:
        - { expression: "'owner' in node.labels", message: no owner }
      admission:
        matchConstraints:
          resourceRules: [{ apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [configmaps] }]
        validations:
          - { expression: "'owner' in object.metadata.?labels.orValue({})", message: no owner }

      """
    let outcome = export("", [], files: [".secretslint/rules/mine/config-map-owner.yaml": rule])
    let text = outcome.policies.first { $0.rule == "config-map-owner" }?.text ?? ""
    #expect(text.contains("        'owner' in object.metadata.?labels.orValue({})\n") && text.hasSuffix("validationActions: [Warn, Audit]\n"))
  }

  @Test func whatIsWrittenIsJudgedAsARuleOfTheRepository() {
    let text = export("", ["secret-path-missing-env"]).policies.map(\.text).joined()
    let files = [
      ".secretslint.yaml": "policies: [cluster/policies.yaml]\n", "cluster/policies.yaml": text, "k8s/spc.yaml": LintFixture.spc(),
      "k8s/fine.yaml": LintFixture.spc(LintFixture.objectLine.replacing("web/database", with: "production/web/database")).replacing("name: web", with: "name: fine"),
    ]
    let found = LintFixture.run(files, rules: []).findings.filter { $0.rule.hasPrefix("secretslint-") || $0.rule == "rule-invalid" }
    #expect(found.map(\.message) == ["production SecretProviderClass `web`: the path of a secret begins with web, which is no environment"])
  }
}
