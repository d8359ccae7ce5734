import FileTree
import SourceText

/// The program: arguments in, exit code out.
package enum Secretslint {
  package static let version = "0.1.0"

  package static func run(_ words: [String], output: Output) -> Int32 {
    do throws(UsageError) {
      return try dispatch(words, output: output)
    } catch {
      if error.isReport {
        output.emit(error: Array(error.message.utf8))
        return ExitCode.usage
      }
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
    case "--help", "-h", "help":
      output.print(Help.overview)
      return ExitCode.clean
    case "lint": return try LintCommand.run(rest, output: output)
    case "render": return try RenderCommand.run(rest, output: output)
    case "inspect": return try InspectCommand.run(rest, output: output)
    case "rules": return try RulesCommand.run(rest, output: output)
    case "explain": return try RulesCommand.explain(rest, output: output)
    case "who-can": return try WhoCanCommand.run(rest, output: output)
    case "can": return try CanCommand.run(rest, output: output)
    case "config": return try ConfigCommand.run(rest, output: output)
    case "plugin": return try PluginLine.run(rest, output: output)
    case "eval": return try EvalCommand.run(rest, output: output)
    default: return try lintOrUnknown(words, output: output)
    }
  }

  /// `lint` is the default command: options and paths that exist belong to it.
  private static func lintOrUnknown(_ words: [String], output: Output) throws(UsageError) -> Int32 {
    if let first = words.first, first.utf8.first != UInt8(ascii: "-"), DiskFileTree.realPath(first) == nil {
      let near = nearestName(to: first, in: commands).map { ", did you mean '\($0)'?" } ?? ""
      throw UsageError("no command, file or directory '\(first)'\(near)")
    }
    return try LintCommand.run(words, output: output)
  }

  private static let commands = ["lint", "render", "inspect", "who-can", "can", "explain", "rules", "config", "plugin", "eval", "help", "version"]
}
