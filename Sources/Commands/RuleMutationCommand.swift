import AccessModel
import FileTree
import Rules
import Values

/// `secretslint-dev mutate-rules [DIR]`: breaks each rule in each way and asks its examples whether they notice.
package enum RuleMutationCommand {
  /// Prints the mutants that no example notices. The status is 1 where a broken check went unnoticed; broken conditions are only shown.
  package static func run(_ words: [String]) -> Int32 {
    let output = Output(live: true)
    do throws(UsageError) {
      let (pack, provenance) = try RulesCommand.load(words.first, output: output)
      var counts = (mutants: 0, checks: 0, conditions: 0)
      for rule in pack.rules {
        var models: [[String: String]: (graph: AccessGraph, provenance: Provenance)] = [:]
        let survivors = RuleMutations.survivors(of: rule.rule, among: pack.rules, rules: provenance) { files in
          if let known = models[files] { return known }
          let made = RulesCommand.model(files)
          models[files] = made
          return made
        }
        counts.mutants += RuleMutations.mutants(of: rule.rule).count
        for mutant in survivors {
          if mutant.isOfCheck { counts.checks += 1 } else { counts.conditions += 1 }
          output.print("\(rule.rule.id): \(mutant.change)")
        }
      }
      output.print(
        "\(pack.rules.count) rules, \(counts.mutants) mutants; not noticed: \(counts.checks) broken checks, \(counts.conditions) conditions less")
      return counts.checks == 0 ? ExitCode.clean : ExitCode.findings
    } catch {
      output.error("secretslint-dev: \(error.message)")
      return ExitCode.usage
    }
  }
}
