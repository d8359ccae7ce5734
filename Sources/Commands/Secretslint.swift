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
    case "--version", "version": output.print("secretslint \(version)")
    case "--help", "-h": output.print(Help.overview)
    case "help": try help(rest, output)
    case let name?:
      guard let command = CommandSpec.named(name) else { return try lintOrUnknown(words, output: output) }
      guard CommandSpec.asksForHelp(rest) else { return try command.run(rest, output) }
      output.print(Help.text(command))
    case nil: return try lintOrUnknown(words, output: output)
    }
    return ExitCode.clean
  }

  /// `help [COMMAND]`.
  private static func help(_ words: [String], _ output: Output) throws(UsageError) {
    guard let name = words.first else { return output.print(Help.overview) }
    guard let command = CommandSpec.named(name) else {
      let near = nearestName(to: name, in: commands).map { ", did you mean '\($0)'?" } ?? ""
      throw UsageError("there is no command '\(name)'\(near)")
    }
    output.print(Help.text(command))
  }

  /// `lint` is the default command: options and paths that exist belong to it.
  private static func lintOrUnknown(_ words: [String], output: Output) throws(UsageError) -> Int32 {
    if let first = words.first, first.utf8.first != UInt8(ascii: "-"), DiskFileTree.realPath(first) == nil {
      let near = nearestName(to: first, in: commands).map { ", did you mean '\($0)'?" } ?? ""
      throw UsageError("no command, file or directory '\(first)'\(near)")
    }
    if CommandSpec.asksForHelp(words), let lint = CommandSpec.named("lint") {
      output.print(Help.text(lint))
      return ExitCode.clean
    }
    return try LintCommand.run(words, output: output)
  }

  private static let commands = CommandSpec.all.map(\.name) + ["help", "version"]
}
