import AccessModel
import ArgoCD
import FileTree
import Kubernetes
import Linting
import Rendering
import SourceText
import Support
import Testing
import Values

private func read(_ files: [String: String], base: String = "") -> (setup: LintSetup, messages: [String]) {
  let provenance = Provenance()
  let sink = DiagnosticSink()
  let setup = LintSetup(tree: MemoryFileTree(text: files), base: base, provenance: provenance, sink: sink)
  let messages = sink.diagnostics.map { diagnostic in
    (diagnostic.span.map { provenance.sources.describe($0).replacing(".secretslint.yaml:", with: "") } ?? "-") + " " + diagnostic.message
  }
  return (setup, messages)
}

@Suite struct ConfigurationTests {
  struct Mistake: CustomTestStringConvertible, Sendable {
    var text: String
    var message: String
    var testDescription: String { message }
  }

  @Test(arguments: [
    Mistake(text: "rule: {}", message: "1:1 the configuration has no key 'rule', did you mean 'rules'?"),
    Mistake(text: "rules: [a]", message: "1:8 'rules' is a list, expected a mapping"),
    Mistake(text: "rules: {spc-unused: eror}", message: "1:21 'spc-unused' of 'rules' is 'eror', expected error, warning, info or off, did you mean 'error'?"),
    Mistake(text: "rules: {spc-unusd: error}", message: "1:9 there is no rule, category or tag 'spc-unusd', did you mean 'spc-unused'?"),
    Mistake(
      text: "rules: {secret-path-shape: {parameters: {segmnts: 2}}}",
      message: "1:42 rule 'secret-path-shape' has no parameter 'segmnts', did you mean 'segments'?"),
    Mistake(text: "rules: {secret-path-shape: {parameters: {segments: two}}}", message: "1:42 parameter 'segments' of rule 'secret-path-shape' wants int"),
    Mistake(text: "namespaces: {web: prodution}", message: "1:19 there is no environment 'prodution', did you mean 'production'?"),
    Mistake(text: "rotation: {interval: 2 min}", message: "1:22 'interval' is '2 min', expected a duration such as 2m or 1h30m"),
    Mistake(text: "rotation: {interval: 2m, max: 5m}", message: "1:11 'rotation' has either an interval, or min and max"),
    Mistake(text: "accounts: {production: [123456789012]}", message: "1:25 an item of 'production' of 'accounts' is a number (texts of digits want quotes), expected a text"),
    Mistake(text: "accounts: {production: ['1234']}", message: "1:26 '1234' is no AWS account, expected twelve digits"),
    Mistake(text: "secrets: {path: <app>/<environment>}", message: "1:17 '<app>/<environment>' does not begin with <environment>"),
    Mistake(text: "overrides: [{paths: ['a/**'], rules: {iam: off}}]", message: "1:13 an item of 'overrides' has no 'reason': why; reports show it with what it silences"),
    Mistake(text: "overrides: [{paths: ['[a'], rules: {iam: off}, reason: x}]", message: "1:23 '[a' is no glob"),
    Mistake(text: "overrides: [{paths: [a], rules: {iam: off}, reason: x, until: 2027-13-01}]", message: "1:63 'until' is '2027-13-01', expected a day as YYYY-MM-DD"),
    Mistake(text: "extends: [strct]", message: "1:11 there is no preset 'strct', did you mean 'strict'?"),
    Mistake(text: "extends: [other.yaml]", message: "1:11 no file or directory 'other.yaml'"),
    Mistake(text: "extends: [../up.yaml]", message: "1:11 '../up.yaml' leads out of the repository"),
    Mistake(text: "extends: [./.secretslint.yaml]", message: "1:11 '.secretslint.yaml' extends itself: .secretslint.yaml -> .secretslint.yaml"),
    Mistake(text: "ruleFiles: [policies]", message: "1:13 there is no directory 'policies'"),
    Mistake(text: "baseline: b.yaml", message: "1:11 there is no file 'b.yaml'"),
    Mistake(text: "plugin: {mode: warn}", message: "1:9 plugin mode 'warn' needs a 'reason'"),
    Mistake(text: "- a", message: "1:1 a configuration is one YAML mapping"),
    Mistake(text: "a: [", message: "1:5 "),
  ])
  func mistakesAreLocated(_ mistake: Mistake) {
    let (_, messages) = read([".secretslint.yaml": mistake.text])
    #expect(messages.first.map { $0.hasPrefix(mistake.message) } == true, "\(messages)")
  }

  @Test func anEmptyFileSaysNothing() {
    let (setup, messages) = read([".secretslint.yaml": "# nothing\n"])
    #expect(messages == [])
    #expect(setup.configuration?.names.environments == LintOptions().model.names.environments)
  }

  @Test func theNearestFileAtOrAboveWins() {
    let files = [".secretslint.yaml": "failOn: warning\n", "a/b/.secretslint.yaml": "failOn: info\n", "a/x": ""]
    #expect(read(files, base: "a/b").setup.configuration?.failOn == .info)
    #expect(read(files, base: "a").setup.configuration?.failOn == .warning)
    #expect(read(files, base: "a").setup.configuration?.files.map(\.path) == ["../.secretslint.yaml"])
  }

  @Test func whatAFileSaysWinsOverWhatItExtends() {
    let (setup, messages) = read([
      ".secretslint.yaml": "extends: [strict, config/base.yaml]\nfailOn: info\nrules: {iam: warning}\n",
      "config/base.yaml": "failOn: warning\nrules: {iam: off, paths: info}\npaths: {live: production}\nsecrets: {shared: [tools]}\n",
    ])
    #expect(messages == [])
    let configuration = setup.configuration
    #expect(configuration?.failOn == .info)
    #expect(configuration?.preset == .strict)
    #expect(configuration?.shared == ["tools"])
    #expect(configuration?.rules.map { $0.name.text + "=" + ($0.level?.name ?? "") } == ["iam=off", "paths=info", "iam=warning"])
    // Paths count from the file that names them.
    #expect(configuration?.paths.keys.sorted() == ["config/live"])
  }

  struct Naming: CustomTestStringConvertible, Sendable {
    var text: String
    var spelling: String
    var canonical: String?
    var testDescription: String { "\(text): \(spelling)" }
  }

  @Test(arguments: [
    Naming(text: "{}", spelling: "prd", canonical: "production"),
    Naming(text: "{production: [blue]}", spelling: "blue", canonical: "production"),
    Naming(text: "{production: [blue]}", spelling: "prd", canonical: "production"),
    Naming(text: "{prod: []}", spelling: "production", canonical: "prod"),
    Naming(text: "{prod: []}", spelling: "live", canonical: "prod"),
    Naming(text: "{production: [], live: []}", spelling: "live", canonical: "live"),
    Naming(text: "{production: [], live: []}", spelling: "prd", canonical: "production"),
    Naming(text: "{perf: [load]}", spelling: "load", canonical: "perf"),
    Naming(text: "{perf: [stage]}", spelling: "staging", canonical: "staging"),
    Naming(text: "{perf: []}\nstandardEnvironments: false", spelling: "production", canonical: nil),
  ])
  func environmentsExtendTheStandardOnes(_ naming: Naming) {
    let (setup, _) = read([".secretslint.yaml": "environments: \(naming.text)\n"])
    #expect(setup.options.model.names.canonical(of: naming.spelling) == naming.canonical)
    #expect(setup.options.rendering.applications.environments.canonical(of: naming.spelling) == naming.canonical)
  }

  @Test func levelsOfRulesWinOverThoseOfGroups() {
    func severity(_ text: String) -> [Severity] {
      LintFixture.run([".secretslint.yaml": text, "k8s/spc.yaml": LintFixture.spc()], rules: ["paths"]).findings
        .filter { $0.rule == "secret-path-missing-env" }.map(\.severity)
    }
    #expect(severity("{}") == [.error])
    #expect(severity("rules: {paths: info}") == [.info])
    #expect(severity("rules: {paths: off, secret-path-missing-env: warning}") == [.warning])
    #expect(severity("rules: {paths: off}") == [])
    #expect(severity("rules: {secret-path-missing-env: warning, paths: info}") == [.warning])
  }

  @Test func aLevelOfItsOwnSwitchesOnARuleThatIsOffByDefault() {
    let rule = """
      title: Mine
      severity: warning
      enabled: false
      tags: [own]
      why: it matters
      remediation: Repair it.
      match: { node: secretProviderClass }
      validations:
        - { expression: "false", at: secretProviderClass.name, message: found }
      """
    func findings(_ text: String, rules: [String] = []) -> [String] {
      let files = [".secretslint.yaml": text, ".secretslint/rules/mine/mine.yaml": rule, "k8s/spc.yaml": LintFixture.spc()]
      return LintFixture.run(files, rules: rules).findings.map { $0.rule + "=" + $0.severity.name }.filter { $0.hasPrefix("mine") }
    }
    #expect(findings("{}") == [])
    #expect(findings("rules: {own: error}") == [])
    #expect(findings("rules: {mine: error}") == ["mine=error"])
    #expect(findings("rules: {mine: error}", rules: ["paths"]) == [])
    #expect(findings("{}", rules: ["mine"]) == ["mine=warning"])
  }

  @Test func strictRaisesWarnings() {
    let spc = LintFixture.spc("        - objectName: production/database")
    let usual = LintFixture.run(["k8s/spc.yaml": spc], rules: ["secret-path-shape"])
    let strict = LintFixture.run([".secretslint.yaml": "extends: [strict]", "k8s/spc.yaml": spc], rules: ["secret-path-shape"])
    #expect(usual.findings.map(\.severity) == [.warning])
    #expect(strict.findings.map(\.severity) == [.error])
  }

  @Test func keysOfTheConfigurationReachParameters() {
    let spc = LintFixture.spc("        - objectName: production/database")
    func findings(_ text: String) -> [String] {
      LintFixture.run([".secretslint.yaml": text, "k8s/spc.yaml": spc], rules: ["secret-path-shape"]).findings.map(\.help)
    }
    #expect(findings("{}") == ["use `<environment>/<app>/<purpose>`"])
    #expect(findings("secrets: {path: <environment>/<purpose>}") == [])
    #expect(findings("rules: {secret-path-shape: {parameters: {segments: 2}}}") == [])
    // The rule's own parameters are nearer.
    #expect(findings("secrets: {path: <environment>/a/<b>/<c>}\nrules: {secret-path-shape: {parameters: {segments: 2, shape: <environment>/<b>}}}") == [])
  }

  @Test func overridesHoldBelowTheirPathsWithTheirReason() {
    let text = """
      overrides:
        - paths: ["old/**"]
          rules: {paths: off}
          reason: moves in spring
          until: 2026-12-31
        - paths: ["old/kept/*"]
          rules: {secret-path-missing-env: warning}
          reason: half moved
      """
    func files(_ path: String) -> [String: String] { [".secretslint.yaml": text, path: LintFixture.spc()] }
    let off = LintFixture.run(files("old/a/spc.yaml"))
    #expect(off.findings.map(\.rule) == [])
    #expect(off.suppressed.map { $0.suppression?.reason } == ["moves in spring"])
    #expect(off.suppressed.map { $0.suppression?.place.path } == [".secretslint.yaml"])
    #expect(LintFixture.run(files("old/kept/spc.yaml")).findings.map(\.severity) == [.warning])
    #expect(LintFixture.run(files("new/spc.yaml")).findings.map(\.severity) == [.error])
    #expect(LintFixture.run(files("old/a/spc.yaml"), base: "old").findings.map(\.rule) == [])
    let over = LintFixture.run(files("old/a/spc.yaml"), today: "2027-01-01")
    #expect(over.findings.map(\.rule) == ["suppression-expired", "secret-path-missing-env"])
  }

  @Test func namespacesAndPathsGiveTheEnvironment() {
    let spc = LintFixture.spc("        - objectName: production/web/database").replacing("namespace: production", with: "namespace: shop")
    func findings(_ text: String, base: String = "") -> [String] {
      LintFixture.run([".secretslint.yaml": text, "clusters-a/spc.yaml": spc], rules: ["secret-path-env-mismatch"], base: base).findings.map(\.rule)
    }
    #expect(findings("{}") == [])
    #expect(findings("namespaces: {shop: staging}") == ["secret-path-env-mismatch"])
    #expect(findings("paths: {clusters-a: staging}") == ["secret-path-env-mismatch"])
    #expect(findings("paths: {clusters-a: staging}", base: "clusters-a") == ["secret-path-env-mismatch"])
    #expect(findings("paths: {clusters-a: production}") == [])
  }

  @Test func rulesOfFurtherDirectoriesAreRun() {
    let rule = """
      title: Mine
      severity: warning
      why: it matters
      remediation: Repair it.
      match: { node: secretProviderClass }
      validations:
        - { expression: "false", at: secretProviderClass.name, message: found }
      """
    for files in [
      [".secretslint.yaml": "ruleFiles: [policies]\n", "policies/mine/mine.yaml": rule],
      [".secretslint/rules/mine/mine.yaml": rule],
    ] {
      let all = files.merging(["k8s/spc.yaml": LintFixture.spc()]) { first, _ in first }
      #expect(LintFixture.run(all, rules: ["mine"]).findings.map(\.rule) == ["mine"])
      #expect(LintFixture.run(all, rules: ["mine"], base: "k8s").findings.map(\.rule) == ["mine"])
    }
  }

  @Test func theSchemaInTheRepositoryIsFresh() {
    expectFresh(ConfigurationSchema.text(), "schema/secretslint.schema.json")
  }
}

@Suite struct ConfigurationTextTests {
  @Test func theCommentedFileIsACommentedConfiguration() throws {
    let (_, empty) = read([".secretslint.yaml": ConfigurationText.commented])
    #expect(empty == [])
    // Without its marks it is a configuration without mistakes.
    let lines = ConfigurationText.commented.split(separator: "\n", omittingEmptySubsequences: false).map { line -> Substring in
      guard line.hasPrefix("# ") else { return line }
      let text = line.dropFirst(2)
      let isYAML = text.hasPrefix(" ") || text.prefix { $0.isLetter }.count > 3 && text.drop { $0.isLetter }.hasPrefix(":")
      return isYAML && !text.hasSuffix(":") || ["environments:", "accounts:", "secrets:", "rules:", "overrides:"].contains(text) ? text : line
    }
    let (setup, messages) = read([".secretslint.yaml": lines.joined(separator: "\n")])
    #expect(messages == [])
    #expect(setup.configuration?.overrides.count == 1)
    #expect(setup.configuration?.failOn == .warning)
  }

  @Test func whatHoldsIsAConfigurationThatSaysTheSame() throws {
    let text = """
      extends: [strict]
      environments: {prod: [blue]}
      accounts: {prod: ["111122223333"]}
      rules: {iam: off, secret-path-shape: {level: info, parameters: {segments: 2}}}
      overrides: [{paths: ["a/**"], rules: {paths: warning}, reason: why, until: 2027-01-01}]
      plugin: {mode: warn, reason: first days}
      """
    let first = try #require(read([".secretslint.yaml": text]).setup.configuration)
    let shown = ConfigurationText.effective(first)
    let (setup, messages) = read([".secretslint.yaml": shown])
    #expect(messages == [])
    let second = try #require(setup.configuration)
    #expect(ConfigurationText.effective(second) == shown)
    #expect(second.names.canonical(of: "live") == "prod")
  }
}
