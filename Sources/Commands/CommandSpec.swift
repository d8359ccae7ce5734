/// One command of the program: all that the dispatch and the help know of it.
struct CommandSpec: Sendable {
  let name: String
  /// What stands behind the program's name in the usage line.
  let usage: String
  let options: [OptionSpec]
  /// A closing line of its help.
  var note = ""
  let run: @Sendable (_ words: [String], _ output: Output) throws(UsageError) -> Int32

  static let all: [CommandSpec] = [
    CommandSpec(name: "lint", usage: "[lint] [PATH...]", options: LintCommand.options, run: LintCommand.run),
    CommandSpec(name: "render", usage: "render PATH", options: RenderCommand.options, run: RenderCommand.run),
    CommandSpec(name: "inspect", usage: "inspect [PATH]", options: InspectCommand.options, run: InspectCommand.run),
    CommandSpec(name: "who-can", usage: "who-can SECRET_OR_ARN [PATH]", options: WhoCanCommand.options, run: WhoCanCommand.run),
    CommandSpec(
      name: "can", usage: "can ROLE SECRET_OR_ARN [PATH]", options: CanCommand.options,
      note: "Exit status: 0 the role can read the secret, 1 it cannot, 3 not known.", run: CanCommand.run),
    CommandSpec(name: "explain", usage: "explain RULE...", options: RulesCommand.packOptions, run: RulesCommand.explain),
    CommandSpec(
      name: "rules", usage: "rules " + RulesCommand.words.joined(separator: "|") + " [RULE...]", options: RulesCommand.options,
      run: RulesCommand.run),
    CommandSpec(
      name: "config", usage: "config " + ConfigCommand.words.joined(separator: "|") + " [PATH]", options: ConfigCommand.options,
      run: ConfigCommand.run),
    CommandSpec(
      name: "plugin", usage: "plugin " + PluginLine.words.joined(separator: "|"), options: PluginLine.options, run: PluginLine.run),
    CommandSpec(name: "eval", usage: "eval --lang LANGUAGE", options: EvalCommand.options, run: EvalCommand.run),
  ]

  static func named(_ name: String) -> CommandSpec? { all.first { $0.name == name } }

  /// Whether the words ask for the help instead of a run.
  static func asksForHelp(_ words: [String]) -> Bool { words.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" } }
}
