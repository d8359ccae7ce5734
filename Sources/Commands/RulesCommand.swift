import AccessModel
import BuiltinRules
import FileTree
import Glibc
import Linting
import Rendering
import Reports
import Rules
import SourceText
import Values

/// `secretslint rules …` and `secretslint explain`.
enum RulesCommand {
  static let words = ["list", "test", "new", "docs", "schema", "export"]
  /// What `explain` takes as well.
  static let packOptions = [OptionSpec("rules", value: "DIR", "rules of one's own beside the built-in ones")]
  static let explainOptions =
    packOptions + [
      OptionSpec("all", "all rules, the linter's own too"),
      OptionSpec("format", value: "text|markdown", "as a terminal shows it, or pages (default text)"),
    ]
  static let options = packOptions + [
    OptionSpec("node", value: "TYPE", "new: the node type that the rule judges"),
    OptionSpec("reference", "docs: what rules can ask of the model, and functions"),
    OptionSpec("out", short: "o", value: "DIR", "docs, export: write a file for each rule (docs: and an index)"),
    OptionSpec("output", value: "DIR", "the same"),
  ] + RulesExport.options + SetupLine.configuration

  /// Where a repository keeps its own rules.
  private static let ownRules = ".secretslint/rules"

  /// The built-in rules with those of a directory; mistakes in the latter are reported and make the run fail.
  static func load(_ directory: String?, output: Output) throws(UsageError) -> (pack: RulePack, provenance: Provenance) {
    let provenance = Provenance()
    let sink = DiagnosticSink()
    var files = BuiltinRules.files
    if let directory {
      guard let tree = DiskFileTree(root: directory) else { throw UsageError("no directory '\(directory)'") }
      files += RulePack.files(in: tree, below: "").map { (TreePath.join(directory, $0.path), $0.bytes) }
    }
    let pack = RulePack.load(files, provenance: provenance, sink: sink)
    let text = DiagnosticText(provenance: provenance).text(sink.diagnostics)
    if sink.hasErrors { throw UsageError(text, isReport: true) }
    output.emit(error: Array(text.utf8))
    return (pack, provenance)
  }

  static func run(_ words: [String], output: Output) throws(UsageError) -> Int32 {
    let arguments = try Arguments(words, options)
    let names = Array(arguments.positional.dropFirst())
    switch arguments.positional.first {
    case "schema":
      output.write(Array(RuleSchema.text().utf8))
      return ExitCode.clean
    case "new": return try new(names, node: arguments["node"] ?? "workload", below: arguments["rules"], output)
    case "list":
      output.write(Array(RuleDocumentation.list(try load(arguments["rules"], output: output).pack).utf8))
      return ExitCode.clean
    case "test": return try test(names, arguments["rules"], output)
    case "docs":
      if arguments["reference"] != nil {
        output.write(Array(RuleDocumentation.reference().utf8))
        return ExitCode.clean
      }
      return try docs(names, try load(arguments["rules"], output: output).pack, arguments["out"] ?? arguments["output"], output)
    case "export": return try RulesExport.run(names, arguments, output)
    case let word?:
      let near = nearestName(to: word, in: Self.words).map { ", did you mean '\($0)'?" } ?? ""
      throw UsageError("rules knows no '\(word)'\(near)")
    case nil: throw UsageError("rules needs one of \(Self.words.joined(separator: ", "))")
    }
  }

  static func explain(_ words: [String], output: Output) throws(UsageError) -> Int32 {
    let arguments = try Arguments(words, explainOptions)
    let format = arguments["format"] ?? "text"
    guard ["text", "markdown"].contains(format) else { throw UsageError("--format knows text and markdown, not '\(format)'") }
    let pack = try load(arguments["rules"], output: output).pack
    var ids = arguments.positional
    if arguments.has("all") {
      guard ids.isEmpty else { throw UsageError("--all is every rule: name none beside it") }
      ids = pack.rules.map(\.rule.id) + LinterRules.all.map(\.id)
    }
    guard !ids.isEmpty else { throw UsageError("explain needs the id of a rule, or --all; 'secretslint rules list' shows them") }
    for (place, id) in ids.enumerated() {
      if place > 0 { output.print("") }
      if pack[id] == nil, let text = format == "text" ? LinterRules.text(id) : LinterRules.page(id) {
        output.write(Array(text.utf8))
        continue
      }
      let rule = try find(id, pack)
      output.write(Array((format == "text" ? RuleDocumentation.explain(rule) : RuleDocumentation.page(rule)).utf8))
    }
    return ExitCode.clean
  }

  private static func find(_ id: String, _ pack: RulePack) throws(UsageError) -> RuleFile {
    if let rule = pack[id] { return rule.rule }
    let near = nearestName(to: id, in: pack.rules.map(\.rule.id)).map { ", did you mean '\($0)'?" } ?? ""
    throw UsageError("there is no rule '\(id)'\(near)")
  }

  private static func docs(_ names: [String], _ pack: RulePack, _ directory: String?, _ output: Output) throws(UsageError) -> Int32 {
    if let directory {
      try write(RuleDocumentation.index(pack), to: directory + "/README.md")
      for rule in pack.rules { try write(RuleDocumentation.page(rule.rule), to: directory + "/\(rule.rule.id).md") }
      return ExitCode.clean
    }
    if names.isEmpty { output.write(Array(RuleDocumentation.index(pack).utf8)) }
    for id in names { output.write(Array(RuleDocumentation.page(try find(id, pack)).utf8)) }
    return ExitCode.clean
  }

  /// Runs the examples of rules: of the named ones, else of those in the directory, else of all.
  private static func test(_ names: [String], _ directory: String?, _ output: Output) throws(UsageError) -> Int32 {
    // `rules test DIR`; without anything a repository's own rules, else the built-in ones.
    var names = names
    var directory = directory
    if directory == nil, let first = names.first, DiskFileTree(root: first) != nil {
      directory = first
      names.removeFirst()
    }
    if directory == nil, names.isEmpty, DiskFileTree(root: ownRules) != nil { directory = ownRules }
    let (pack, provenance) = try load(directory, output: output)
    var chosen = pack.rules
    if !names.isEmpty {
      var ids: [String] = []
      for name in names { ids.append(try find(name, pack).id) }
      chosen = chosen.filter { ids.contains($0.rule.id) }
    } else if let directory {
      chosen = chosen.filter { $0.rule.source.path.hasPrefix(directory) }
    }
    var failed = 0
    for rule in chosen {
      for mismatch in RuleExamples.check(rule, among: pack.rules, rules: provenance, build: model) {
        failed += 1
        output.print("\(rule.rule.source.path):\(mismatch.line): \(mismatch.description)")
        output.write(Array(mismatch.difference.utf8))
      }
    }
    let count = chosen.reduce(0) { $0 + $1.rule.examples.count }
    output.print("\(count) examples of \(chosen.count) rules, \(failed) failed")
    return failed == 0 ? ExitCode.clean : ExitCode.findings
  }

  /// The model of a small repository in memory.
  static func model(_ files: [String: String]) -> (graph: AccessGraph, provenance: Provenance) {
    let provenance = Provenance()
    let tree = MemoryFileTree(text: files)
    let repository = RepositoryRenderer.render(tree: tree, provenance: provenance)
    return (AccessModelBuilder.build(repository: repository, provenance: provenance, tree: tree), provenance)
  }

  /// Writes a rule's file below a directory: the one given, else `rules/` where that is (this repository), else the place of a
  /// repository's own rules.
  private static func new(_ names: [String], node: String, below directory: String?, _ output: Output) throws(UsageError) -> Int32 {
    guard names.count == 1, let name = names.first else { throw UsageError("rules new needs a category and an id: mine/my-rule") }
    let root = directory ?? (access("rules", F_OK) == 0 ? "rules" : ownRules)
    let file = root + "/" + (name.hasSuffix(".yaml") ? name : name + ".yaml")
    guard access(file, F_OK) != 0 else { throw UsageError("'\(file)' exists") }
    var path = ""
    for part in file.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
      path += part + "/"
      mkdir(path, 0o755)
    }
    try write(RuleDocumentation.scaffold(node: node), to: file)
    output.print("\(file) written; 'secretslint rules test --rules \(root)' runs its examples")
    return ExitCode.clean
  }

  private static func write(_ text: String, to path: String) throws(UsageError) {
    let bytes = Array(text.utf8)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw UsageError("cannot write '\(path)': \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    guard Output.write(bytes, to: descriptor) else { throw UsageError("cannot write '\(path)'") }
  }
}
