import ArgoPlugin
import FileTree
import Foundation
import Linting
import SourceText
import Testing
import Values

private let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: ns}\ndata: {a: 'yes', b: \"010\"}"
private let files = ["app/a.yaml": object, "app/b.yaml": object + "\n---\n" + object, ".secretslint/x.yaml": ""]

private func call(
  _ files: [String: String] = files, parameters: String? = nil, more: [String: String] = [:], directory: String = "app"
) -> PluginCall {
  var environment = [
    "ARGOCD_APP_NAME": "team_web", "ARGOCD_APP_NAMESPACE": "", "ARGOCD_APP_SOURCE_PATH": directory,
    "ARGOCD_APP_SOURCE_REPO_URL": "https://github.com/acme/deploy", "KUBE_VERSION": "",
  ]
  environment["ARGOCD_APP_PARAMETERS"] = parameters
  for (name, value) in more { environment[name] = value }
  return PluginCall(environment: environment, tree: MemoryFileTree(text: files), directory: directory)
}

private func finding(_ severity: Severity, _ index: Int = 1) -> Finding {
  Finding(rule: "rule-\(index)", severity: severity, message: "message \u{2026} of “\(index)”", place: nil, help: "write x", instance: "deployment `web`")
}

private func generate(_ call: PluginCall, _ findings: [Finding] = []) -> (out: String, err: String, code: Int32) {
  let answer = PluginCommand.generate(call) { _, _ in PluginJudgement(findings: findings) }
  return (answer.standardOutput.lossyString, answer.standardError.lossyString, answer.exitCode)
}

@Suite struct PluginCommandTests {
  @Test func cleanSourceGivesItsObjects() {
    let result = generate(call())
    let one = "---\napiVersion: v1\ndata:\n  a: \"yes\"\n  b: \"010\"\nkind: ConfigMap\nmetadata:\n  name: x\n  namespace: ns\n"
    #expect(result == (one + one + one, "", 0))
  }

  @Test(arguments: ["null", "[]", ""]) func absentParametersAreNone(_ parameters: String) {
    #expect(generate(call(parameters: parameters)).code == 0)
  }

  @Test(arguments: [
    (#"[{"name":"valeu-files","array":[]}]"#, "unknown parameter 'valeu-files', did you mean 'value-files'?"),
    (#"[{"name":"value-files","string":"x"}]"#, "parameter 'value-files' is given as string, expected array"),
    (#"[{"name":"mode","string":"lax"}]"#, "parameter 'mode' is 'lax', expected enforce, warn, audit or off"),
    (#"[{"name":"mode","string":"warn"}]"#, "mode 'warn' needs a parameter 'reason'"),
    (#"[{"name":"skip-crds","string":"yes"}]"#, "parameter 'skip-crds' is 'yes', expected 'true' or 'false'"),
    ("{", "ARGOCD_APP_PARAMETERS is no JSON"),
  ]) func wrongParametersFail(_ parameters: String, _ message: String) {
    let result = generate(call(parameters: parameters))
    #expect(result.code == 1 && result.out.isEmpty)
    #expect(result.err.contains(message), "\(result.err)")
    #expect(result.err.hasPrefix("secretslint: BLOCKED web: "))
  }

  @Test func findingsBlockInTwoLinesEach() {
    let result = generate(call(), [finding(.error, 1), finding(.warning, 2), finding(.error, 3)])
    #expect(result.code == 1 && result.out.isEmpty)
    #expect(
      result.err.hasPrefix(
        "secretslint: BLOCKED 2 errors in web:\n[1] rule-1 message ... of \"1\";\n    fix: write x |\n[2] rule-3 message ... of \"3\";\n    fix: write x\n| details:"),
      "\(result.err)")
  }

  @Test func theGravestComesFirst() {
    let result = generate(call(parameters: #"[{"name":"fail-on","string":"warning"}]"#), [finding(.warning, 1), finding(.error, 2)])
    #expect(result.err.contains("[1] rule-2 message") && result.err.contains("[2] rule-1 (warning) message"), "\(result.err)")
  }

  @Test func findingsOfOthersDoNotBlock() {
    let other = Finding(rule: "r", severity: .error, message: "m", place: nil, instance: "aws_iam_role.other")
    #expect(generate(call(), [other]).code == 0)
    var folded = other
    folded.also = ["deployment `web`"]
    #expect(generate(call(), [folded]).code == 1)
  }

  @Test func messagesAreBounded() {
    let result = generate(call(), (0..<500).map { finding(.error, $0) })
    #expect(result.err.utf8.count <= 8 * 1024)
    #expect(result.err.contains("|\nand 480 more"))
    let long = generate(call(), (0..<30).map { Finding(rule: "r\($0)", severity: .error, message: String(repeating: "x", count: 3000), place: nil, instance: "deployment `web`") })
    #expect(long.err.utf8.count <= 8 * 1024)
    #expect(long.err.contains("|\nand 28 more"))
    #expect(long.err.utf8.allSatisfy { $0 < 0x80 })
  }

  struct Mode: CustomTestStringConvertible {
    var parameters = "[]"
    var environment: [String: String] = [:]
    var severity = Severity.error
    var code: Int32
    var testDescription: String
  }

  static let warn = #"[{"name":"mode","string":"warn"},{"name":"reason","string":"trial"}]"#
  static let modes = [
    Mode(code: 1, testDescription: "enforce by default"),
    Mode(severity: .warning, code: 0, testDescription: "warnings pass"),
    Mode(parameters: #"[{"name":"fail-on","string":"warning"}]"#, severity: .warning, code: 1, testDescription: "fail-on warning"),
    Mode(parameters: warn, code: 0, testDescription: "warn with a reason"),
    Mode(environment: ["ARGOCD_ENV_SECRETSLINT_MODE": "off", "ARGOCD_ENV_SECRETSLINT_REASON": "x"], code: 0, testDescription: "off by plugin environment"),
    Mode(environment: ["SECRETSLINT_MODE": "warn"], code: 0, testDescription: "the operator needs no reason"),
    Mode(parameters: warn, environment: ["SECRETSLINT_MODE_FLOOR": "enforce"], code: 1, testDescription: "the floor holds"),
    Mode(parameters: warn, environment: ["ARGOCD_ENV_SECRETSLINT_MODE_FLOOR": "off", "SECRETSLINT_MODE_FLOOR": "enforce"], code: 1, testDescription: "users cannot lower the floor"),
    Mode(parameters: warn, environment: ["SECRETSLINT_OVERRIDES": "deny"], code: 1, testDescription: "overrides denied"),
    Mode(parameters: #"[{"name":"mode","string":"warn"}]"#, environment: ["SECRETSLINT_OVERRIDES": "allow"], code: 0, testDescription: "overrides without reason"),
  ]

  struct Configured: CustomTestStringConvertible, Sendable {
    var text: String
    var parameters: String?
    var environment: [String: String] = [:]
    var severity: Severity
    var code: Int32
    var testDescription: String { text + (parameters ?? "") }
  }

  @Test(arguments: [
    Configured(text: "{}", severity: .error, code: 1),
    Configured(text: "plugin: {mode: warn, reason: first days}", severity: .error, code: 0),
    Configured(text: "plugin: {mode: warn, reason: first days}", environment: ["SECRETSLINT_OVERRIDES": "deny"], severity: .error, code: 1),
    Configured(text: "plugin: {mode: warn, reason: first days}", environment: ["SECRETSLINT_MODE_FLOOR": "enforce"], severity: .error, code: 1),
    Configured(text: "plugin: {mode: warn, reason: first days}", parameters: #"[{"name":"mode","string":"enforce"}]"#, severity: .error, code: 1),
    Configured(text: "plugin: {failOn: warning}", severity: .warning, code: 1),
    Configured(text: "{}", severity: .warning, code: 0),
    Configured(text: "plugin: {mode: wrn}", severity: .info, code: 1),
  ]) func theConfigurationIsTheWeakestWord(_ example: Configured) {
    for path in [".secretslint.yaml", "app/.secretslint.yaml"] {
      var tree = files
      tree["app/a.yaml"] = object
      tree[path] = example.text
      let result = generate(call(tree, parameters: example.parameters, more: example.environment), [finding(example.severity)])
      #expect(result.code == example.code, "\(path): \(result.err)")
      if example.text.contains("wrn") { #expect(result.err.contains("\(path):1: 'mode' is 'wrn'"), "\(result.err)") }
    }
  }

  @Test func auditCounts() {
    let parameters = #"[{"name":"mode","string":"audit"},{"name":"reason","string":"roll-out"}]"#
    let result = generate(call(parameters: parameters), [finding(.error, 1), finding(.error, 1), finding(.warning, 2)])
    #expect(result.code == 0 && !result.out.isEmpty)
    #expect(result.err == "secretslint: audit of web, set by parameter, reason: roll-out: 2 errors, 1 warnings (rule-1 x2, rule-2 x1)\n")
  }

  @Test func aLoweredModeIsLoggedThoughNothingIsFound() {
    #expect(generate(call(parameters: Self.warn)).err == "secretslint: mode warn in web, set by parameter, reason: trial: nothing found\n")
    #expect(generate(call(more: ["SECRETSLINT_MODE": "warn"])).err.isEmpty)
  }

  @Test func theOperatorSaysWhichRulesBlock() {
    func run(_ words: String) -> (out: String, err: String, code: Int32) {
      let names = ["rule-1": ["rule-1", "iam"], "rule-2": ["rule-2", "csi"]]
      let answer = PluginCommand.generate(call(more: ["SECRETSLINT_BLOCKING_RULES": words])) { _, _ in
        PluginJudgement(findings: [finding(.error, 1)], ruleNames: names)
      }
      return (answer.standardOutput.lossyString, answer.standardError.lossyString, answer.exitCode)
    }
    #expect(run("rule-1").code == 1)
    #expect(run("csi,iam").code == 1)
    let other = run("csi")
    #expect(other.code == 0 && other.err.contains("[1] rule-1"), "\(other.err)")
    let wrong = run("irm")
    #expect(wrong.code == 1 && wrong.err.contains("no rule, category or tag 'irm'"))
  }

  @Test func logsAreJSONLines() throws {
    var blocked = call()
    blocked.logFormat = .json
    let failed = PluginCommand.generate(blocked) { _, _ in PluginJudgement(findings: [finding(.error)]) }
    let lines = failed.standardError.lossyString.split(separator: "\n")
    #expect(lines.count == 1)
    let value = try JSONReader.read(String(lines.first ?? ""))
    #expect(value["verdict"]?.string == "blocked" && value["level"]?.string == "error" && value["mode"]?.string == "enforce")
    #expect(value["message"]?.string?.hasPrefix("secretslint: BLOCKED 1 error in web: [1] rule-1") ?? false)
    var passed = call(parameters: Self.warn)
    passed.logFormat = .json
    let warned = PluginCommand.generate(passed) { _, _ in PluginJudgement(findings: [finding(.error), finding(.warning, 2)]) }
    let rows = try warned.standardError.lossyString.split(separator: "\n").map { try JSONReader.read(String($0)) }
    #expect(rows.map { $0["rule"]?.string } == [nil, "rule-1", "rule-2"])
    #expect(rows.first?["reason"]?.string == "trial")
  }

  @Test func whatWasNotSentIsSaidOnce() {
    let objects = ["a.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: x\n  annotations: {eks.amazonaws.com/role-arn: 'arn:aws:iam::1:role/x'}\n"]
    let result = generate(call(objects, more: ["ARGOCD_APP_SOURCE_PATH": "apps/web"], directory: ""))
    #expect(result.code == 0)
    #expect(
      result.err == """
        secretslint: note: only 'apps/web' and what is below was sent (manifest-generate-paths): files of the repository outside of it were not seen
        secretslint: note: no Terraform was sent: what roles and secret stores allow is not known here

        """)
  }

  // MARK: official binaries

  private static let chart = [
    "app/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "app/values.yaml": "a: 1\n", "app/more.yaml": "a: 2\n",
    "app/templates/x.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: '{{ .Values.a }}'}\n",
  ]

  private func toolCall(_ output: String, failure: String? = nil, missing: Bool = false, renderer: PluginRenderer = .auto) -> PluginCall {
    var made = call(
      Self.chart, parameters: #"[{"name":"value-files","array":["more.yaml"]},{"name":"parameters","map":{"b":"x,y"}},{"name":"values","string":"c: 1"}]"#,
      more: ["ARGOCD_APP_NAMESPACE": "ns", "KUBE_VERSION": "1.31.4", "KUBE_API_VERSIONS": "v1"])
    made.root = "/r"
    made.renderer = renderer
    made.runTool = { plan in
      #expect(plan.program == "helm" && plan.workingDirectory == "/r/app")
      #expect(
        plan.steps == [
          [
            "template", ".", "--name-template", "web", "--namespace", "ns", "--kube-version", "1.31.4", "--set", "b=x\\,y", "--values", "/r/app/more.yaml",
            "--values", "{tmp}/values-0.yaml", "--api-versions", "v1", "--include-crds",
          ]
        ])
      #expect(plan.files.map(\.path) == ["values-0.yaml"])
      return ToolResult(output: Array(output.utf8), failure: failure, isMissing: missing)
    }
    return made
  }

  @Test func theOfficialBinaryRendersWhatIsPrinted() {
    let same = generate(toolCall("---\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: x}\ndata: {a: '2'}\n"))
    #expect(same.code == 0 && same.err.isEmpty, "\(same.err)")
    #expect(same.out.hasPrefix("---\nkind: ConfigMap\n"))
    let other = generate(toolCall("---\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: x}\ndata: {a: '3'}\n"))
    #expect(other.code == 0 && other.out.contains("'3'"))
    #expect(other.err.contains("helm and secretslint render differently: ConfigMap/x;"), "\(other.err)")
  }

  /// A text that keeps its newlines (`|+`) has more of them in a stream than in the document alone.
  @Test func whatBothPrintAlikeIsNoDifference() {
    let files = [
      "app/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n",
      "app/templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept}\ndata:\n  a: |+\n    x\n\n",
      "app/templates/b.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata: {a: '1'}\n",
    ]
    func rendered(_ output: String) -> (out: String, err: String, code: Int32) {
      var made = call(files)
      made.root = "/r"
      made.renderer = .helm
      made.runTool = { _ in ToolResult(output: Array(output.utf8)) }
      return generate(made)
    }
    let native = generate(call(files)).out
    #expect(native.contains("a: |+"))
    let same = rendered(native)
    #expect(same.code == 0 && same.out == native && same.err.isEmpty, "\(same.err)")
    let other = rendered(native.replacingOccurrences(of: "'1'", with: "'2'"))
    #expect(other.err.contains("render differently: ConfigMap/other;"), "\(other.err)")
    // Laid out otherwise, the same objects.
    let laidOut = rendered(native.replacingOccurrences(of: "# Source", with: "# From"))
    #expect(laidOut.code == 0 && laidOut.out.contains("# From") && laidOut.err.isEmpty, "\(laidOut.err)")
  }

  @Test func aBinaryThatFailsBlocksAndOneThatIsMissingOnlyWhereItIsAskedFor() {
    let failed = generate(toolCall("", failure: "Error: no"))
    #expect(failed.code == 1 && failed.err.contains("helm fails where secretslint renders: Error: no"))
    #expect(generate(toolCall("x: [", renderer: .helm)).err.contains("no stream of objects"))
    #expect(generate(toolCall("", failure: "none", missing: true)).code == 0)
    #expect(generate(toolCall("", failure: "none", missing: true, renderer: .helm)).code == 1)
  }

  @Test(arguments: [
    ("", "kustomize/helm-charts-disabled"), ("--enable-helm", nil), ("--enable-helm --helm-command helm3", nil),
    ("--enable-star", "the build options '--enable-star' are not supported"),
  ]) func buildOptionsDecideAboutCharts(_ options: String, _ message: String?) {
    let files = [
      "app/kustomization.yaml": "helmCharts: [{name: c}]\n", "app/charts/c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n",
      "app/charts/c/templates/x.yaml": object,
    ]
    let result = generate(call(files, more: ["SECRETSLINT_KUSTOMIZE_BUILD_OPTIONS": options]))
    #expect(result.code == (message == nil ? 0 : 1), "\(result.err)")
    if let message { #expect(result.err.contains(message), "\(result.err)") }
  }

  @Test(arguments: modes) func modesDecide(_ mode: Mode) {
    let result = generate(call(parameters: mode.parameters, more: mode.environment), [finding(mode.severity)])
    #expect(result.code == mode.code, "\(result.err)")
    #expect(result.out.isEmpty == (mode.code == 1))
    #expect(!result.err.isEmpty)
  }

  @Test func failuresToRenderBlockInEveryMode() {
    var broken = files
    broken["app/a.yaml"] = "apiVersion: v1\nkind: Secret\nmetadata: {\n"
    for mode in ["warn", "off"] {
      let result = generate(call(broken, parameters: #"[{"name":"mode","string":"\#(mode)"},{"name":"reason","string":"x"}]"#))
      #expect(result.code == 1 && result.out.isEmpty)
      #expect(result.err.contains("yaml/syntax app/a.yaml:"), "\(result.err)")
    }
  }

  @Test func nothingFromSomethingIsAFailure() {
    let empty = ["app/readme.txt": "x"]
    #expect(generate(call(empty)).code == 1)
    #expect(generate(call(empty, parameters: #"[{"name":"allow-empty","string":"true"}]"#)).code == 0)
    #expect(generate(call(files, directory: "none")).err.contains("the directory 'none' was not sent"))
  }

  @Test func discoveryIsSilentWithoutOurConfiguration() {
    #expect(PluginCommand.discover(call()).standardOutput.lossyString == "directory\n")
    #expect(PluginCommand.discover(call(["app/a.yaml": object])) == PluginAnswer())
  }

  @Test func parametersAreAnnounced() {
    let text = PluginCommand.parameters(call(["app/Chart.yaml": ""])).standardOutput.lossyString
    #expect(text.hasPrefix(#"[{"name":"release-name","#))
    #expect(text.contains(#"{"name":"value-files","title":"Values files","tooltip":"relative to the source's path; a leading / means the repository's root","required":false,"itemType":"string","collectionType":"array","array":[]}"#))
    #expect(text.contains(#""name":"mode""#) && !text.contains("kustomize-images"))
    #expect(PluginCommand.parameters(call([:])).exitCode == 0)
  }

  @Test(arguments: [
    ("/tmp/_cmp_server/1234/apps/web", "apps/web", "/tmp/_cmp_server/1234", "apps/web"),
    ("/tmp/_cmp_server/1234", ".", "/tmp/_cmp_server/1234", ""),
    ("/checkout/repo/apps/web", "./apps/web", "/checkout/repo", "apps/web"),
    ("/checkout/repo/other", "apps/web", "/checkout/repo/other", ""),
  ]) func theRootIsFound(_ directory: String, _ path: String, _ root: String, _ inside: String) {
    let found = PluginCall.locate(workingDirectory: directory, environment: ["ARGOCD_APP_SOURCE_PATH": path])
    #expect(found.root == root && found.directory == inside)
  }
}
