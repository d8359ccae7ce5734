import AccessModel
import FileTree
import Glibc
import Linting
import Rendering
import Reports
import Rules
import SourceText
import Values

/// `secretslint lint [PATH…]`.
enum LintCommand {
  static let options = [
    OptionSpec("format", value: "text|json|sarif", "how to write the report (default text)"),
    OptionSpec("output", short: "o", value: "FILE", "write the report to a file"),
    OptionSpec("fail-on", value: "error|warning|info", "lowest severity that ends in exit status 1 (default error)"),
    OptionSpec("enable", value: "RULE,...", "rules that are off by default, beside the others"),
    OptionSpec("select", value: "RULE,...", "only these rules, categories or tags"),
    OptionSpec("ignore", value: "RULE,...", "all but these rules, categories or tags"),
    OptionSpec("rules", value: "DIR", "further rules, beside .secretslint/rules"),
    OptionSpec("show-unknown", "list what the repository does not tell"),
    OptionSpec("all-instances", "list every deployment that a finding concerns"),
    OptionSpec("no-suppressions", "report suppressed findings too"),
    OptionSpec("allow-render-errors", "exit 0 though something could not be rendered"),
    OptionSpec("color", value: "auto|always|never", "colours in the text report (default auto)"),
    OptionSpec("quiet", short: "q", "findings only, without the closing line"),
    OptionSpec("help", short: "h", "this help"),
  ]

  static func run(_ words: [String], output: Output) throws(UsageError) -> Int32 {
    let arguments = try Arguments(words, options)
    if arguments.has("help") {
      output.print(Help.text("[lint] [PATH...]", options))
      return ExitCode.clean
    }
    let format = try formatOption(arguments)
    guard let failOn = Severity(name: arguments["fail-on"] ?? "error") else {
      throw UsageError("--fail-on knows error, warning and info, not '\(arguments["fail-on"] ?? "")'")
    }
    let started = Clock.seconds()
    var report = LintReport()
    let roots = try uniqueRoots(arguments.positional.isEmpty ? ["."] : arguments.positional)
    report.isEmpty = true
    for root in roots {
      var lint = try lintOptions(arguments)
      lint.prefix = root.prefix
      report.add(Linter.lint(root.tree, options: lint).report)
    }
    if report.isEmpty { throw UsageError(nothingThere(roots.map(\.name))) }
    try write(report, format: format, arguments: arguments, seconds: Clock.seconds() - started, output: output)
    return exitCode(report, failOn: failOn, allowsRenderErrors: arguments.has("allow-render-errors"))
  }

  private static func formatOption(_ arguments: Arguments) throws(UsageError) -> ReportFormat {
    let name = arguments["format"] ?? "text"
    guard let format = ReportFormat(rawValue: name) else {
      let known = ReportFormat.allCases.map(\.rawValue)
      let near = nearestName(to: name, in: known).map { ", did you mean '\($0)'?" } ?? ""
      throw UsageError("unknown format '\(name)'\(near) (\(known.joined(separator: ", ")))")
    }
    return format
  }

  /// The options that do not depend on the linted directory. Unknown rule names are refused: a typo must not weaken a check.
  static func lintOptions(_ arguments: Arguments) throws(UsageError) -> LintOptions {
    var lint = LintOptions()
    lint.today = Clock.today()
    lint.selection.select = arguments.list("select")
    lint.selection.ignore = arguments.list("ignore")
    lint.selection.enable = arguments.list("enable")
    lint.honoursSuppressions = !arguments.has("no-suppressions")
    lint.rendering.environment = Clock.environment()
    for directory in arguments.all("rules") {
      guard let tree = DiskFileTree(root: directory) else { throw UsageError("--rules: no directory '\(directory)'") }
      lint.rules += RulePack.files(in: tree, below: "").map { (directory + "/" + $0.path, $0.bytes) }
    }
    let words = lint.selection.select + lint.selection.ignore + lint.selection.enable
    if !words.isEmpty { try checkNames(words, lint) }
    return lint
  }

  private static func checkNames(_ words: [String], _ lint: LintOptions) throws(UsageError) {
    let pack = Linter.loadRules(MemoryFileTree([:]), lint, Provenance(), DiagnosticSink())
    let known = Set(pack.rules.flatMap { [$0.rule.id, $0.rule.category] + $0.rule.tags + $0.rule.aliases })
    for word in words where !known.contains(word) {
      let near = nearestName(to: word, in: known.sorted()).map { ", did you mean '\($0)'?" } ?? ""
      throw UsageError("no rule, category or tag '\(word)'\(near)")
    }
  }

  // MARK: Paths

  struct Root {
    var name: String
    var tree: DiskFileTree
    /// See `LintOptions.prefix`.
    var prefix: String
  }

  /// The directories that the paths name, each once; a directory inside another one is linted with it.
  static func uniqueRoots(_ paths: [String]) throws(UsageError) -> [Root] {
    var roots: [Root] = []
    for path in paths {
      guard let real = DiskFileTree.realPath(path) else { throw UsageError("no file or directory '\(path)'") }
      guard let tree = DiskFileTree(root: path) else {
        throw UsageError("'\(path)' is not a directory; lint the directory of the repository that holds it")
      }
      guard !roots.contains(where: { $0.tree.root == real }) else { continue }
      var shown = path
      while shown.count > 1, shown.hasSuffix("/") { shown.removeLast() }
      if shown.hasPrefix("./"), shown.count > 2 { shown.removeFirst(2) }
      roots.append(Root(name: path, tree: tree, prefix: shown == "." ? "" : shown == "/" ? "/" : shown + "/"))
    }
    return roots.filter { root in
      !roots.contains { $0.tree.root != root.tree.root && TreePath.isInside(root.tree.root, $0.tree.root) }
    }
  }

  private static func nothingThere(_ names: [String]) -> String {
    "nothing to lint in '\(names.joined(separator: "', '"))': no chart, kustomization, manifest, Application or Terraform file"
  }

  // MARK: The end

  private static func write(
    _ report: LintReport, format: ReportFormat, arguments: Arguments, seconds: Double, output: Output
  ) throws(UsageError) {
    var options = ReportOptions()
    options.toolVersion = Secretslint.version
    options.showsUnknown = arguments.has("show-unknown")
    options.showsAllInstances = arguments.has("all-instances")
    options.showsSummary = !arguments.has("quiet")
    options.seconds = seconds
    let file = arguments["output"]
    switch arguments["color"] ?? "auto" {
    case "always": options.color = true
    case "never": options.color = false
    case "auto": options.color = file == nil && Terminal.wantsColor
    default: throw UsageError("--color knows auto, always and never")
    }
    let bytes = report.written(as: format, options: options)
    guard let file else {
      output.write(bytes)
      return
    }
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw UsageError("cannot write '\(file)'") }
    defer { close(descriptor) }
    guard Output.write(bytes, to: descriptor) else { throw UsageError("cannot write '\(file)'") }
  }

  private static func exitCode(_ report: LintReport, failOn: Severity, allowsRenderErrors: Bool) -> Int32 {
    if report.findings.contains(where: { $0.severity >= failOn && $0.rule != Linter.renderRule }) { return ExitCode.findings }
    if report.isIncomplete, !allowsRenderErrors { return ExitCode.incomplete }
    return ExitCode.clean
  }
}

extension LintReport {
  /// Adds the report of another directory.
  fileprivate mutating func add(_ other: LintReport) {
    findings += other.findings
    suppressed += other.suppressed
    unknown += other.unknown
    if rules.isEmpty { rules = other.rules }
    rulesRun = max(rulesRun, other.rulesRun)
    filesRead += other.filesRead
    secretLines.formUnion(other.secretLines)
    deployments += other.deployments
    terraformRoots += other.terraformRoots
    isIncomplete = isIncomplete || other.isIncomplete
    isEmpty = isEmpty && other.isEmpty
    findings.sort(by: Finding.precedes)
  }
}
