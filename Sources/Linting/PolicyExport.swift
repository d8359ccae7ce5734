import AccessModel
import BuiltinRules
import FileTree
import Rules
import SourceText
import Values

/// Rules as ValidatingAdmissionPolicies: what of a repository's rules a cluster can judge by itself, with what its configuration says of them.
package struct PolicyExport: Sendable {
  /// The manifests by rule, in the order of their ids.
  package private(set) var policies: [(rule: String, text: String)] = []
  /// Chosen rules that are not written, and why.
  package private(set) var omitted: [(rule: String, reason: String)] = []

  /// - Parameters:
  ///   - tree: of the linted directory; its own rules count, too.
  ///   - action: what the cluster does; by the severity of each rule if nil.
  package init(_ tree: any FileTree, options: LintOptions, action: AdmissionPolicyWriter.Action?, provenance: Provenance, sink: DiagnosticSink) {
    let pack = Linter.loadRules(tree, options, provenance, sink, builtin: BuiltinRules.files)
    let writer = AdmissionPolicyWriter(names: options.model.names)
    let chosen = Linter.chosen(pack, options)
    for rule in chosen.rules {
      let severity = options.levels.severity(of: rule.severity, rule: RuleNames(rule), usual: rule.severity)
      if let text = writer.text(rule, parameters: chosen.parameters[rule.id] ?? [:], action: action ?? AdmissionPolicyWriter.Action(severity)) {
        policies.append((rule.id, text))
      } else {
        omitted.append((rule.id, Self.reason(rule)))
      }
    }
  }

  /// Why a rule without an admission section has none, as far as what it looks at tells.
  private static func reason(_ rule: RuleFile) -> String {
    if rule.bodies.contains(where: { $0.policy != nil }) { return "it is a ValidatingAdmissionPolicy already" }
    let types = rule.bodies.compactMap { body -> NodeType? in
      if case .node(let name) = body.match { return NodeType(rawValue: name) }
      return nil
    }
    if types.count == rule.bodies.count, types.allSatisfy({ outside.contains($0) }) {
      return "it judges Terraform, charts or Applications, which are not in the request that a cluster judges"
    }
    return "its verdict hangs on more than the one object that a cluster judges at a time"
  }

  private static let outside: Set<NodeType> = [
    .role, .policyStatement, .policyResource, .trust, .awsSecret, .terraformResource, .chartDefault, .chart, .deployment, .application, .failure,
    .openQuestion,
  ]
}
