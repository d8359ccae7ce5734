/// The program: arguments in, exit code out.
package enum Secretslint {
  package static let version = "0.1.0"

  package static func run(_ words: [String], output: Output) -> Int32 {
    do throws(UsageError) {
      return try dispatch(words, output: output)
    } catch {
      output.error("secretslint: \(error.message)")
      output.error("secretslint: 'secretslint --help' lists commands and options")
      return ExitCode.usage
    }
  }

  private static func dispatch(_ words: [String], output: Output) throws(UsageError) -> Int32 {
    let rest = Array(words.dropFirst())
    switch words.first {
    case "--version", "version":
      output.print("secretslint \(version)")
      return ExitCode.clean
    case "render": return try RenderCommand.run(rest, output: output)
    case "inspect": return try InspectCommand.run(rest, output: output)
    case "rules": return try RulesCommand.run(rest, output: output)
    case "explain": return try RulesCommand.explain(rest, output: output)
    case "eval": return try EvalCommand.run(rest, output: output)
    default: throw UsageError("no command yet")
    }
  }
}
