/// One command of the program: all that the dispatch, the help and the completions know of it.
struct CommandSpec: Sendable {
  let name: String
  /// What stands behind the program's name in the usage line.
  let usage: String
  /// What it is for, in the list of commands.
  let summary: String
  /// What stands behind the command, one kind a place; the last kind holds for all further places.
  let places: [WordKind]
  let options: [OptionSpec]
  /// A closing line of its help.
  var note = ""
  let run: @Sendable (_ words: [String], _ output: Output) throws(UsageError) -> Int32

  static let all: [CommandSpec] = [
    CommandSpec(
      name: "lint", usage: "[lint] [PATH...|-]", summary: "lint a repository (default .)", places: [.directories],
      options: LintCommand.options,
      run: LintCommand.run),
    CommandSpec(
      name: "render", usage: "render PATH",
      summary: "what Argo CD would apply: a chart, a kustomization, a directory of manifests",
      places: [.files], options: RenderCommand.options, run: RenderCommand.run),
    CommandSpec(
      name: "inspect", usage: "inspect [PATH]", summary: "the model; --terraform DIR for a Terraform root",
      places: [.directories],
      options: InspectCommand.options, run: InspectCommand.run),
    CommandSpec(
      name: "who-can", usage: "who-can SECRET_OR_ARN [PATH]",
      summary: "every role, ServiceAccount and workload that can read a secret",
      places: [.text, .directories], options: WhoCanCommand.options, run: WhoCanCommand.run),
    CommandSpec(
      name: "can", usage: "can ROLE SECRET_OR_ARN [PATH]", summary: "may this role read it, and by which line",
      places: [.text, .text, .directories], options: CanCommand.options,
      note: "Exit status: 0 the role can read the secret, 1 it cannot, 3 not known.", run: CanCommand.run),
    CommandSpec(
      name: "explain", usage: "explain RULE...|--all", summary: "why a rule is on, how to fix, examples", places: [.rules],
      options: RulesCommand.explainOptions, run: RulesCommand.explain),
    CommandSpec(
      name: "rules", usage: "rules " + RulesCommand.words.joined(separator: "|") + " [RULE...]",
      summary: "all rules; rules of one's own",
      places: [.words(RulesCommand.words), .rules], options: RulesCommand.options, run: RulesCommand.run),
    CommandSpec(
      name: "config", usage: "config " + ConfigCommand.words.joined(separator: "|") + " [PATH]",
      summary: ".secretslint.yaml: a commented one, its JSON schema, its mistakes, what holds",
      places: [.words(ConfigCommand.words), .directories], options: ConfigCommand.options, run: ConfigCommand.run),
    CommandSpec(
      name: "plugin", usage: "plugin " + PluginLine.words.joined(separator: "|"), summary: "the Argo CD side",
      places: [.words(PluginLine.words), .text],
      options: PluginLine.options, run: PluginLine.run),
    CommandSpec(
      name: "eval", usage: "eval --lang LANGUAGE", summary: "one engine alone, JSON lines in and out", places: [.text],
      options: EvalCommand.options,
      run: EvalCommand.run),
    CommandSpec(
      name: "completion", usage: "completion " + CompletionCommand.shells.joined(separator: "|"),
      summary: "a script that makes the shell complete commands, options and rules",
      places: [.words(CompletionCommand.shells), .text],
      options: CompletionCommand.options, note: CompletionCommand.note, run: CompletionCommand.run),
  ]

  static func named(_ name: String) -> CommandSpec? { all.first { $0.name == name } }

  /// Whether the words ask for the help instead of a run.
  static func asksForHelp(_ words: [String]) -> Bool { words.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" } }
}
