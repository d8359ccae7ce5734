import FileTree
import Glibc
import Linting
import Reports
import Rules
import SourceText
import Values

/// `secretslint rules export --vap`: the rules that a cluster can judge by itself, as ValidatingAdmissionPolicies.
enum RulesExport {
  static let options = [
    OptionSpec("vap", "export: as ValidatingAdmissionPolicies with bindings (Kubernetes 1.30 and newer)"),
    OptionSpec(
      "action", value: "Deny|Warn|Audit",
      "export: what the cluster does (default by severity: error Deny, warning Warn and Audit, info Audit)"),
  ]

  static func run(_ names: [String], _ arguments: Arguments, _ output: Output) throws(UsageError) -> Int32 {
    guard arguments.has("vap") else { throw UsageError("rules export needs --vap, the form to export") }
    var action: AdmissionPolicyWriter.Action?
    if let word = arguments["action"] {
      guard let known = AdmissionPolicyWriter.Action(word: word) else { throw UsageError("--action knows Deny, Warn and Audit, not '\(word)'") }
      action = known
    }
    let provenance = Provenance()
    var lint = try LintCommand.lintOptions(arguments)
    lint.selection.select = names
    let setup = try SetupLine.load(".", prefix: "", arguments: arguments, options: lint, provenance: provenance)
    guard let tree = DiskFileTree(root: ".") else { throw UsageError("no directory '.'") }
    let sink = DiagnosticSink()
    let export = PolicyExport(tree, options: setup.options, action: action, provenance: provenance, sink: sink)
    if sink.hasErrors { throw UsageError(DiagnosticText(provenance: provenance).text(sink.diagnostics), isReport: true) }
    // Of a category or a tag only what can be written is meant.
    for (rule, reason) in export.omitted where names.contains(rule) { throw UsageError("'\(rule)' cannot be a policy: \(reason)") }
    if let directory = arguments["out"] ?? arguments["output"] {
      mkdir(directory, 0o755)
      for (rule, text) in export.policies {
        try ReportTarget.write(Array(text.utf8), to: directory + "/\(AdmissionPolicyWriter.prefix)\(rule).yaml")
      }
    } else {
      output.write(Array(export.policies.map(\.text).joined(separator: "---\n").utf8))
    }
    output.error(summary(export))
    return ExitCode.clean
  }

  /// How many were written, and why the others were not.
  private static func summary(_ export: PolicyExport) -> String {
    func count(_ number: Int, _ one: String, _ many: String) -> String { "\(number) \(number == 1 ? one : many)" }
    var text = "secretslint: \(count(export.policies.count, "rule", "rules")) written as policies"
    var reasons: [(reason: String, count: Int)] = []
    for (_, reason) in export.omitted {
      if let place = reasons.firstIndex(where: { $0.reason == reason }) { reasons[place].count += 1 } else { reasons.append((reason, 1)) }
    }
    for (reason, number) in reasons.sorted(by: { $0.count > $1.count }) { text += "\n  \(number) not: \(reason)" }
    return text
  }
}
