import AccessModel
import FileTree
import Rules
import Values

/// `secretslint-dev mutate-rules [DIR]`: breaks each rule in each way and asks its examples whether they notice.
package enum RuleMutationCommand {
  /// Prints the mutants that no example notices. The status is 1 where a broken check went unnoticed; other broken parts are only shown.
  package static func run(_ words: [String]) -> Int32 {
    let output = Output(live: true)
    do throws(UsageError) {
      let (pack, provenance) = try RulesCommand.load(words.first, output: output)
      var made: [RuleMutations.Part: Int] = [:]
      var unnoticed: [RuleMutations.Part: Int] = [:]
      for rule in pack.rules {
        var models: [[String: String]: (graph: AccessGraph, provenance: Provenance)] = [:]
        let survivors = RuleMutations.survivors(of: rule.rule, among: pack.rules, rules: provenance) { files in
          if let known = models[files] { return known }
          let model = RulesCommand.model(files)
          models[files] = model
          return model
        }
        for mutant in RuleMutations.mutants(of: rule.rule) { made[mutant.part, default: 0] += 1 }
        for mutant in survivors {
          unnoticed[mutant.part, default: 0] += 1
          output.print("\(rule.rule.id): \(mutant.part.rawValue): \(mutant.change)")
        }
      }
      output.print("\(pack.rules.count) rules")
      for part in RuleMutations.Part.allCases {
        output.print("\(part.rawValue): \(made[part] ?? 0) mutants, \(unnoticed[part] ?? 0) not noticed")
      }
      return unnoticed[.check] == nil ? ExitCode.clean : ExitCode.findings
    } catch {
      output.error("secretslint-dev: \(error.message)")
      return ExitCode.usage
    }
  }
}
