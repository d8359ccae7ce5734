import AccessModel
import CEL
import SourceText
import Values

/// Rules with one part broken on purpose. Examples that are worth their name notice each of them: mutation testing of the rules.
package enum RuleMutations {
  /// One broken form of a rule.
  package struct Mutant: Sendable {
    package var rule: RuleFile
    /// What was done: `validation 1: false`.
    package var change: String
    package var part: Part
  }

  /// What of a rule was broken.
  package enum Part: String, Sendable, CaseIterable {
    /// A whole check.
    case check
    /// A whole condition in front of the checks.
    case condition
    /// One operand inside a check, a condition or a variable.
    case operand
    /// The choice of a severity.
    case severity
  }

  /// All mutants of a rule: each validation deleted (always true), turned into its opposite and made always false; each match condition
  /// deleted; each operand of `&&`, `||` and `? :` taken out of a check, a condition, a variable or the choice of a severity. What would
  /// change nothing is left out.
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
          copy.bodies[place].validations[index].expression = RuleExpression(
            text: Text(form), origin: validation.expression.origin)
          result.append(Mutant(rule: copy, change: "\(prefix)validation \(index + 1): \(name)", part: .check))
        }
      }
      for (index, condition) in body.matchConditions.enumerated() {
        var copy = rule
        copy.bodies[place].matchConditions.remove(at: index)
        result.append(Mutant(rule: copy, change: "\(prefix)without condition '\(condition.name)'", part: .condition))
      }
      result += operandMutants(of: rule, place, body, prefix)
    }
    return result
  }

  /// The body with one operand less, for each expression that decides something.
  private static func operandMutants(of rule: RuleFile, _ place: Int, _ body: RuleBody, _ prefix: String) -> [Mutant] {
    var result: [Mutant] = []
    func weaken(_ name: String, _ expression: RuleExpression, _ part: Part, _ write: (inout RuleBody, RuleExpression) -> Void) {
      for weak in CELEnvironment().weakened(text(expression)) {
        var copy = rule
        write(&copy.bodies[place], RuleExpression(text: Text(weak.text), origin: expression.origin))
        result.append(Mutant(rule: copy, change: "\(prefix)\(name): '\(weak.part)' is \(weak.literal)", part: part))
      }
    }
    for (index, condition) in body.matchConditions.enumerated() {
      weaken("condition '\(condition.name)'", condition.expression, .operand) { $0.matchConditions[index].expression = $1 }
    }
    for (index, variable) in body.variables.enumerated() {
      weaken("variable '\(variable.name)'", variable.expression, .operand) { $0.variables[index].expression = $1 }
    }
    if let loop = body.forEach { weaken("forEach", loop.expression, .operand) { $0.forEach?.expression = $1 } }
    for (index, validation) in body.validations.enumerated() {
      weaken("validation \(index + 1)", validation.expression, .operand) { $0.validations[index].expression = $1 }
      if let severity = validation.severityExpression {
        weaken("severity \(index + 1)", severity, .severity) { $0.validations[index].severityExpression = $1 }
      }
    }
    return result
  }

  /// The mutants of a rule that none of its examples notices.
  /// - Parameters:
  ///   - others: rules that run, too, where the rule is about the open questions of others.
  ///   - provenance: that of the rule files.
  ///   - build: the model of an example; called often with the same files, so it should remember.
  package static func survivors(
    of rule: RuleFile, among others: [CompiledRule] = [], rules provenance: Provenance, build: RuleExamples.Build
  ) -> [Mutant] {
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
