import AccessModel
import SourceText
import Values

/// Rules with one part broken on purpose. Examples that are worth their name notice each of them: mutation testing of the rules.
package enum RuleMutations {
  /// One broken form of a rule.
  package struct Mutant: Sendable {
    package var rule: RuleFile
    /// What was done: `validation 1: false`.
    package var change: String
    /// The check itself was broken, not only a condition in front of it.
    package var isOfCheck: Bool
  }

  /// All mutants of a rule: each validation deleted (always true), turned into its opposite and made always false; each match condition
  /// deleted. What would change nothing is left out.
  package static func mutants(of rule: RuleFile) -> [Mutant] {
    var result: [Mutant] = []
    for (place, body) in rule.bodies.enumerated() {
      let prefix = place == 0 ? "" : "alternative \(place), "
      for (index, validation) in body.validations.enumerated() {
        let source = text(validation.expression)
        var forms = [("true", "true"), ("false", "false")].filter { $0.1 != source }
        if source != "true", source != "false" { forms.append(("negated", "!(\(source))")) }
        for (name, form) in forms {
          var copy = rule
          copy.bodies[place].validations[index].expression = RuleExpression(text: Text(form), origin: validation.expression.origin)
          result.append(Mutant(rule: copy, change: "\(prefix)validation \(index + 1): \(name)", isOfCheck: true))
        }
      }
      for (index, condition) in body.matchConditions.enumerated() {
        var copy = rule
        copy.bodies[place].matchConditions.remove(at: index)
        result.append(Mutant(rule: copy, change: "\(prefix)without condition '\(condition.name)'", isOfCheck: false))
      }
    }
    return result
  }

  /// The mutants of a rule that none of its examples notices.
  /// - Parameters:
  ///   - others: rules that run, too, where the rule is about the open questions of others.
  ///   - provenance: that of the rule files.
  ///   - build: the model of an example; called often with the same files, so it should remember.
  package static func survivors(of rule: RuleFile, among others: [CompiledRule] = [], rules provenance: Provenance, build: RuleExamples.Build) -> [Mutant] {
    mutants(of: rule).filter { mutant in
      // A mutant that does not compile shows nothing; it counts as not noticed.
      guard let compiled = RuleCompiler(provenance: provenance, sink: DiagnosticSink()).compile(mutant.rule) else { return true }
      return RuleExamples.check(compiled, among: others, rules: provenance, build: build).isEmpty
    }
  }

  private static func text(_ expression: RuleExpression) -> String {
    String(decoding: expression.text.bytes, as: UTF8.self)
  }
}
