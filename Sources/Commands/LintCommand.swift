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
    OptionSpec("format", value: "FORMAT", choices: ReportFormat.allCases.map(\.rawValue), "how to write the report (default text): " + ReportFormat.list),
    OptionSpec("output", short: "o", value: "FILE", "write the report of the --format before it to a file"),
    OptionSpec("fail-on", value: "error|warning|info", "lowest severity that ends in exit status 1 (default error)"),
    OptionSpec("enable", value: "RULE,...", "rules that are off by default, beside the others"),
    OptionSpec("select", value: "RULE,...", "only these rules, categories or tags"),
    OptionSpec("ignore", value: "RULE,...", "all but these rules, categories or tags"),
    OptionSpec("max-warnings", value: "N", "exit status 1 with more warnings than this"),
    OptionSpec("exit-zero", "exit status 0 though there are findings"),
    OptionSpec("rules", value: "DIR", "further rules, beside .secretslint/rules"),
    PlanArgument.option, StandardInput.option,
    OptionSpec("show-unknown", "list what the repository does not tell"),
    OptionSpec("all-instances", "list every deployment that a finding concerns"),
    OptionSpec("statistics", "end with the number of findings of each rule"),
    OptionSpec("no-suppressions", "report what comments, annotations and the baseline silence"),
    OptionSpec("new-from", value: "REV", "only what is new since HEAD and the Git revision parted"),
    OptionSpec("write-baseline", "accept all findings of now: write them to the baseline"),
    OptionSpec("prune-baseline", "delete what is gone from the baseline"),
    OptionSpec("allow-render-errors", "exit 0 though something could not be rendered"),
    OptionSpec("color", value: "auto|always|never", "colours in the text report (default auto)"),
    OptionSpec("quiet", short: "q", "findings only, without the closing line"),
  ] + SetupLine.options

  static func run(_ words: [String], output: Output) throws(UsageError) -> Int32 {
    let arguments = try Arguments(words, options)
    let targets = try ReportTarget.read(arguments)
    guard var failOn = Severity(name: arguments["fail-on"] ?? "error") else {
      throw UsageError("--fail-on knows error, warning and info, not '\(arguments["fail-on"] ?? "")'")
    }
    var maximum: Int?
    if let text = arguments["max-warnings"] {
      guard let number = Int(text), number >= 0 else { throw UsageError("--max-warnings needs a number, not '\(text)'") }
      maximum = number
    }
    let started = Clock.seconds()
    var report = LintReport()
    let roots: [Root]
    if let root = try StandardInput.root(arguments) {
      roots = [root]
    } else {
      roots = try uniqueRoots(arguments.positional.isEmpty ? ["."] : arguments.positional)
    }
    if arguments.has("write-baseline") || arguments.has("prune-baseline"), roots.count > 1 {
      throw UsageError("a baseline is of one directory, not of \(roots.count)")
    }
    report.isEmpty = true
    for root in roots {
      var lint = try lintOptions(arguments)
      lint.prefix = root.prefix
      lint.rendering.plans = try PlanArgument.plans(arguments, root.tree)
      let provenance = Provenance()
      let setup = try SetupLine.load(root.name, prefix: root.prefix, arguments: arguments, options: lint, provenance: provenance)
      if arguments["fail-on"] == nil, let given = setup.configuration?.failOn { failOn = given }
      var one = Linter.lint(root.linted, options: setup.options, provenance: provenance).report
      if let only = root.only { one.keep(only) }
      if try writeBaseline(one, setup, root, arguments, output) { one = Linter.silenced(one) }
      if let revision = arguments["new-from"] { try keepNew(&one, since: revision, setup, root, output) }
      report.add(one)
    }
    if report.isEmpty { throw UsageError(nothingThere(roots.map { $0.name })) }
    try ReportTarget.write(report, targets, arguments: arguments, seconds: Clock.seconds() - started, output: output)
    if arguments.has("exit-zero") { return ExitCode.clean }
    if let maximum, report.count(.warning) > maximum { return ExitCode.findings }
    return exitCode(report, failOn: failOn, allowsRenderErrors: arguments.has("allow-render-errors"))
  }

  /// Writes the baseline where that is asked for; true where all findings are accepted now.
  private static func writeBaseline(
    _ report: LintReport, _ setup: LintSetup, _ root: Root, _ arguments: Arguments, _ output: Output
  ) throws(UsageError) -> Bool {
    let writes = arguments.has("write-baseline")
    guard writes || arguments.has("prune-baseline") else { return false }
    guard let place = RepositoryPlace(directory: root.name) else { return false }
    let text: String
    if writes {
      text = Baseline.text(report.baselineKeys, reasons: setup.options.baseline?.reasons ?? [:])
    } else if let baseline = setup.options.baseline {
      text = baseline.pruned(report.baselineKeys)
    } else {
      throw UsageError("there is no baseline '\(setup.baselinePath)'")
    }
    let file = (place.tree.root == "/" ? "" : place.tree.root) + "/" + setup.baselinePath
    try ReportTarget.write(Array(text.utf8), to: file)
    output.error("secretslint: baseline \(setup.baselinePath) written")
    return true
  }

  /// Leaves what is new compared with a revision. That is judged by what is said today: configuration, rules and policies.
  private static func keepNew(
    _ report: inout LintReport, since revision: String, _ setup: LintSetup, _ root: Root, _ output: Output
  ) throws(UsageError) {
    guard let place = RepositoryPlace(directory: root.name) else { return }
    let before = try GitRevision(revision, repository: place.tree.root, base: place.base)
    var options = setup.options
    options.rules = RulePack.files(in: root.tree, below: ".secretslint/rules") + options.rules
    options.baseline = nil
    let known = withExtendedLifetime(before) { Linter.lint(before.tree, options: options).report }
    let count = report.keepNew(since: known)
    if count > 0 { output.error("secretslint: \(count) \(count == 1 ? "finding was" : "findings were") there before \(revision)") }
  }

  /// The options that do not depend on the linted directory. Unknown rule names are refused: a typo must not weaken a check.
  static func lintOptions(_ arguments: Arguments) throws(UsageError) -> LintOptions {
    var lint = LintOptions()
    lint.today = Clock.today()
    lint.selection.select = arguments.list("select")
    lint.selection.ignore = arguments.list("ignore")
    lint.selection.enable = arguments.list("enable")
    lint.honoursSuppressions = !arguments.has("no-suppressions")
    lint.writesBaseline = arguments.has("write-baseline")
    lint.rendering.environment = Clock.environment()
    for directory in arguments.all("rules") {
      guard let tree = DiskFileTree(root: directory) else { throw UsageError("--rules: no directory '\(directory)'") }
      lint.rules += RulePack.files(in: tree, below: "").map { (directory + "/" + $0.path, $0.bytes) }
    }
    return lint
  }

  // MARK: Paths

  struct Root {
    var name: String
    var tree: DiskFileTree
    /// See `LintOptions.prefix`.
    var prefix: String
    /// What is linted: `tree`, or that with standard input in it.
    var linted: any FileTree
    /// The path, as it is shown, of the only file whose findings are wanted.
    var only: String?
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
      roots.append(Root(name: path, tree: tree, prefix: shown == "." ? "" : shown == "/" ? "/" : shown + "/", linted: tree))
    }
    return roots.filter { root in
      !roots.contains { $0.tree.root != root.tree.root && TreePath.isInside(root.tree.root, $0.tree.root) }
    }
  }

  private static func nothingThere(_ names: [String]) -> String {
    "nothing to lint in '\(names.joined(separator: "', '"))': no chart, kustomization, manifest, Application or Terraform file"
  }

  // MARK: The end

  private static func exitCode(_ report: LintReport, failOn: Severity, allowsRenderErrors: Bool) -> Int32 {
    if report.findings.contains(where: { $0.severity >= failOn && $0.rule != Linter.renderRule }) { return ExitCode.findings }
    if report.isIncomplete, !allowsRenderErrors { return ExitCode.incomplete }
    return ExitCode.clean
  }
}

extension LintReport {
  /// Drops what is found in other files than one.
  fileprivate mutating func keep(_ path: String) {
    findings.removeAll { $0.place?.path != path }
    suppressed.removeAll { $0.place?.path != path }
  }

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
    instances += other.instances.filter { !instances.contains($0) }
    terraformRoots += other.terraformRoots
    isIncomplete = isIncomplete || other.isIncomplete
    isEmpty = isEmpty && other.isEmpty
    findings.sort(by: Finding.precedes)
  }
}
