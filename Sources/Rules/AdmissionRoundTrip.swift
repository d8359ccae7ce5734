import AccessModel
import Kubernetes
import SourceText
import Values

/// Writes a rule's admission policy, reads it back as a cluster's, and judges the objects of an example by it.
package enum AdmissionRoundTrip {
  /// The policy that is written for a rule, compiled. Expressions that fail refuse, so that they show.
  package static func policy(_ rule: RuleFile, parameters: [String: Value] = [:]) -> (rule: CompiledRule?, problems: [String]) {
    let writer = AdmissionPolicyWriter(names: .standard)
    guard let text = writer.text(rule, parameters: parameters, action: AdmissionPolicyWriter.Action(rule.severity)) else { return (nil, []) }
    let strict = text.replacing("failurePolicy: Ignore", with: "failurePolicy: Fail")
    let provenance = Provenance()
    let sink = DiagnosticSink()
    var pack = RulePack()
    pack.add(AdmissionPolicyReader(provenance: provenance, sink: sink).rules([("policy.yaml", Array(strict.utf8))]), provenance: provenance, sink: sink)
    return (pack.rules.first, sink.diagnostics.map { "the policy that is written of it: \($0.message)" })
  }

  /// What is wrong between a rule and its policy: what the policy refuses is a finding of the rule, and of no lesser severity.
  static func problems(
    _ rule: RuleFile, _ example: RuleExample, _ graph: AccessGraph, _ provenance: Provenance, found: [RuleResult]
  ) -> [String] {
    guard rule.admission != nil else {
      return example.isAdmitted ? ["'admitted' says something of the rule's admission section, and it has none"] : []
    }
    let (compiled, mistakes) = policy(rule, parameters: example.parameters)
    guard let compiled else { return mistakes }
    let run = RuleEngine.run([compiled], graph: graph, provenance: provenance)
    let refused = run.results.filter { $0.outcome == .violated }
    var problems = mistakes
    problems += refused.filter { $0.message.contains("expression failed: ") || $0.message.contains("condition failed: ") }.map(\.message)
    switch example.outcome {
    case .fail where example.isAdmitted, .pass, .unknown:
      problems += refused.map { "the admission section refuses it: \($0.message)" }
    case .fail where refused.isEmpty:
      problems.append("the admission section lets it through; say 'admitted: true' where one object does not show what is wrong")
    case .fail:
      let worst = found.filter { $0.outcome == .violated }.map(\.severity).max()
      if let worst, worst < rule.severity { problems.append("the admission section refuses what is only of severity '\(worst.name)' here") }
    }
    return problems
  }
}
