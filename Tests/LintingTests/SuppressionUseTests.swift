import Linting
import SourceText
import Testing

/// Suppressions in whole runs: what they silence, and what is said of those that are wrong, over or of no use.
@Suite struct SuppressionUseTests {
  private func findings(_ files: [String: String], rules: [String] = ["secret-path-missing-env"], today: String = "2026-11-25") -> [String] {
    LintFixture.lines(LintFixture.run(files, rules: rules, today: today).findings)
  }

  @Test func aCommentInsideTheBlockSilencesAndKeepsItsReason() {
    let report = LintFixture.run(["k8s/spc.yaml": LintFixture.spc(above: "  # secretslint: ignore secret-path-missing-env -- legacy")])
    #expect(report.findings.map(\.message) == [])
    #expect(report.suppressed.map { $0.suppression?.reason } == ["legacy"])
    #expect(report.suppressed.map { $0.suppression?.kind } == [.comment])
  }

  @Test func withoutSuppressionsEverythingIsShown() {
    let files = ["k8s/spc.yaml": LintFixture.spc(above: "  # secretslint: ignore secret-path-missing-env -- legacy")]
    #expect(LintFixture.lines(LintFixture.run(files, honours: false).findings) == ["secret-path-missing-env k8s/spc.yaml:12"])
  }

  @Test func anAnnotationSilencesItsObject() {
    let report = LintFixture.run(["k8s/spc.yaml": LintFixture.spc(annotations: "secretslint.dev/ignore.secret-path-missing-env: legacy")])
    #expect(report.findings.map(\.message) == [])
    #expect(report.suppressed.map { $0.suppression?.kind } == [.annotation])
    #expect(report.suppressed.map { $0.suppression?.place.start.line } == [7])
  }

  @Test func anAnnotationMayEnd() {
    let files = ["k8s/spc.yaml": LintFixture.spc(annotations: "secretslint.dev/ignore.secret-path-missing-env: until=2026-11-30 -- legacy")]
    #expect(findings(files) == [])
    #expect(findings(files, today: "2026-12-01") == ["suppression-expired k8s/spc.yaml:7", "secret-path-missing-env k8s/spc.yaml:12"])
  }

  @Test func anAnnotationOfNoUseIsReported() {
    let files = [
      "k8s/spc.yaml": LintFixture.spc("        - objectName: production/web/database", annotations: "secretslint.dev/ignore.secret-path-missing-env: legacy")
    ]
    #expect(findings(files) == ["suppression-unused k8s/spc.yaml:7"])
  }

  @Test func anEndedCommentIsReportedWithItsFinding() {
    let files = ["k8s/spc.yaml": LintFixture.spc(above: "  # secretslint: ignore secret-path-missing-env until=2026-11-24 -- legacy")]
    #expect(findings(files) == ["suppression-expired k8s/spc.yaml:11", "secret-path-missing-env k8s/spc.yaml:12"])
  }

  @Test func aCommentWithoutAReasonHasNoEffect() {
    let files = ["k8s/spc.yaml": LintFixture.spc(above: "  # secretslint: ignore secret-path-missing-env")]
    #expect(findings(files) == ["suppression-invalid k8s/spc.yaml:11", "secret-path-missing-env k8s/spc.yaml:12"])
  }

  @Test func theConfigurationMayMakeReasonsOptional() {
    let report = LintFixture.run([
      ".secretslint.yaml": "suppressions: {reason: optional}\n",
      "k8s/spc.yaml": LintFixture.spc(above: "  # secretslint: ignore secret-path-missing-env"),
    ])
    #expect(LintFixture.lines(report.findings) == ["suppression-invalid k8s/spc.yaml:11"])
    #expect(report.findings.map(\.severity) == [.warning])
    #expect(report.suppressed.count == 1)
  }

  @Test func unknownRulesAreNamedWithTheNearestOne() {
    let report = LintFixture.run(["k8s/spc.yaml": LintFixture.spc(above: "  # secretslint: ignore secret-path-mising-env -- legacy")])
    let invalid = report.findings.first { $0.rule == "suppression-invalid" }
    #expect(invalid?.message == "suppression names `secret-path-mising-env`, which is no rule")
    #expect(invalid?.help == "use `secret-path-missing-env`")
  }

  @Test func aSuppressionOfARuleThatWasNotAskedIsNotOfNoUse() {
    let files = ["k8s/spc.yaml": LintFixture.spc("        - objectName: production/web/database", above: "  # secretslint: ignore secret-path-missing-env -- legacy")]
    #expect(findings(files) == ["suppression-unused k8s/spc.yaml:11"])
    #expect(findings(files, rules: ["spc-unused"]).contains { $0.hasPrefix("suppression") } == false)
  }

  private static let chart = [
    "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    "web/values.yaml": "name: none\n",
    "web/ci/production-values.yaml": "name: web/database\n",
    "app.yaml": """
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: {name: web-production, namespace: argocd}
    spec:
      project: default
      source:
        repoURL: https://github.com/acme/here.git
        path: web
        targetRevision: main
        helm: {valueFiles: [ci/production-values.yaml]}
      destination: {server: https://kubernetes.default.svc, namespace: production}
    """,
  ]

  private static func template(_ comment: String) -> String {
    """
    apiVersion: secrets-store.csi.x-k8s.io/v1
    kind: SecretProviderClass
    metadata: {name: web}
    spec:
      provider: aws
      parameters:
        objects: |
          \(comment)
          - objectName: {{ .Values.name }}
            objectType: secretsmanager
    """
  }

  @Test func aCommentInTheValuesFileSilences() {
    var files = Self.chart
    files["web/templates/spc.yaml"] = Self.template("# the template")
    #expect(findings(files) == ["secret-path-missing-env web/ci/production-values.yaml:1"])
    files["web/ci/production-values.yaml"] = "name: web/database # secretslint: ignore secret-path-missing-env -- legacy\n"
    #expect(findings(files) == [])
  }

  @Test func aCommentInTheTemplateSilencesAllThatItPrints() {
    var files = Self.chart
    files["web/templates/spc.yaml"] = Self.template("{{- /* secretslint: ignore secret-path-missing-env -- legacy */}}")
    #expect(findings(files) == [])
  }

  @Test func aCommentInTerraformSilences() {
    func terraform(_ comment: String) -> [String: String] {
      ["terraform/main.tf": "resource \"aws_secretsmanager_secret\" \"db\" {\n  \(comment)\n  name = \"web/database\"\n}\n"]
    }
    #expect(findings(terraform("// words")) == ["secret-path-missing-env terraform/main.tf:3"])
    #expect(findings(terraform("// secretslint: ignore secret-path-missing-env -- legacy")) == [])
    #expect(findings(terraform("# secretslint: ignore secret-path-missing-env -- legacy")) == [])
  }

  @Test func aRuleMayForbidSuppression() {
    let rule = """
      title: Fixed
      severity: error
      why: it matters
      remediation: Repair it.
      suppressible: false
      match: { node: secretProviderClass }
      validations:
        - { expression: "false", at: secretProviderClass.name, message: found }
      """
    let report = LintFixture.run(
      [
        ".secretslint/rules/mine/fixed.yaml": rule,
        "k8s/spc.yaml": "# secretslint: ignore-file fixed -- please\n" + LintFixture.spc(),
      ], rules: ["fixed"])
    #expect(report.findings.map(\.rule) == ["suppression-invalid", "fixed"])
    #expect(report.findings.first?.message == "rule `fixed` cannot be suppressed")
  }
}
