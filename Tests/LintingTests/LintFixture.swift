import FileTree
import Linting
import SourceText
import Values

/// A small repository: a SecretProviderClass by plain manifests whose secret has no environment, and what a run says of it.
struct LintFixture {
  /// `secret-path-missing-env` and `secret-path-shape` find fault with this line.
  static let objectLine = "        - objectName: web/database"

  static func spc(_ line: String = objectLine, annotations: String = "", above: String = "") -> String {
    """
    apiVersion: secrets-store.csi.x-k8s.io/v1
    kind: SecretProviderClass
    metadata:
      name: web
      namespace: production
    \(annotations.isEmpty ? "" : "  annotations:\n    " + annotations)
    spec:
      provider: aws
      parameters:
        objects: |
    \(above.isEmpty ? "" : "      " + above + "\n")\(line)
              objectType: secretsmanager

    """
  }

  /// Runs one rule, with the tree's own configuration.
  static func run(
    _ files: [String: String], rules: [String] = ["secret-path-missing-env"], base: String = "", today: String = "2026-11-25",
    honours: Bool = true
  ) -> LintReport {
    var options = LintOptions()
    options.selection.select = rules
    options.today = today
    options.honoursSuppressions = honours
    let provenance = Provenance()
    let sink = DiagnosticSink()
    let setup = LintSetup(tree: MemoryFileTree(text: files), base: base, options: options, provenance: provenance, sink: sink)
    let below = base.isEmpty ? files : Dictionary(uniqueKeysWithValues: files.filter { $0.key.hasPrefix(base + "/") }.map { (String($0.key.dropFirst(base.count + 1)), $0.value) })
    var report = Linter.lint(MemoryFileTree(text: below), options: setup.options, provenance: provenance).report
    report.findings += Linter.findings(sink.diagnostics, provenance: provenance)
    return report
  }

  /// "rule path:line: message" of findings.
  static func lines(_ findings: [Finding]) -> [String] {
    findings.map { "\($0.rule) \($0.place?.path ?? ""):\($0.place?.start.line ?? 0)" }
  }
}
