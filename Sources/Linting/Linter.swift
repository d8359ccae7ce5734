import AccessModel
import BuiltinRules
import Discovery
import FileTree
import Rendering
import Rules
import SourceText
import Terraform
import Values

/// What a run is told beside the tree.
package struct LintOptions: Sendable {
  package var selection = RuleSelection()
  /// Rule files beside the built-in ones: path and bytes. A later file replaces a rule of the same id.
  package var rules: [(path: String, bytes: [UInt8])] = []
  /// Files with ValidatingAdmissionPolicies, their bindings and parameters: path and bytes.
  package var policies: [(path: String, bytes: [UInt8])] = []
  /// Rule id → parameter → value.
  package var parameters: [String: [String: Value]] = [:]
  package var rendering = RenderOptions()
  package var model = ModelConfiguration()
  /// Key of the configuration → value, for parameters that take it.
  package var settings: [String: Value] = [:]
  package var levels = RuleLevels()
  package var overrides: [PathOverride] = []
  /// The linted directory below the root of the configuration's tree, to which the overrides' globs are relative.
  package var overrideBase = ""
  /// Whether a suppression without a reason has no effect.
  package var requiresReason = true
  package var baseline: Baseline?
  /// Whether entries of the baseline that match nothing are findings.
  package var judgesBaseline = true
  /// The baseline is about to be written: that there is none yet is no mistake.
  package var writesBaseline = false
  /// The files of the configuration, which are not searched for suppressions.
  package var configurationFiles: [SourceFile] = []
  /// false: comments, annotations, overrides that switch off and the baseline silence nothing.
  package var honoursSuppressions = true
  /// Whether suppressions and entries of the baseline that are wrong, over or of no use are findings.
  package var judgesSuppressions = true
  /// The built-in rules, where they are being loaded already with the provenance of the run.
  package var preload: RulePreload?
  /// Today as YYYY-MM-DD, for suppressions that end.
  package var today = "0000-00-00"
  /// The linted directory as seen from the working directory, with its slash; "" for `.`.
  package var prefix = ""

  package init() {}
}

/// One run with all that it made, for the commands that show more than findings.
package struct LintRun: Sendable {
  package var report: LintReport
  package var graph: AccessGraph
  package var repository: RenderedRepository
  package var provenance: Provenance
}

/// A repository, rendered and linked, not yet judged.
package struct LintModel: Sendable {
  package var graph: AccessGraph
  package var repository: RenderedRepository
  package var provenance: Provenance
}

/// From a tree to findings: scan, render, link, judge.
package enum Linter {
  /// The rule that reports what could not be rendered; its findings alone end in exit status 3, not 1.
  package static let renderRule = "render-failed"

  package static func lint(_ tree: any FileTree, options: LintOptions = LintOptions(), provenance: Provenance = Provenance()) -> LintRun {
    let workspace = Workspace(tree: tree, provenance: provenance, limits: options.rendering.limits)
    let repository = RepositoryRenderer.render(workspace, options: options.rendering)
    var (report, graph) = judge(repository, tree: tree, provenance: provenance, options: options)
    report.filesRead = workspace.files.count
    report.deployments = repository.units.count
    report.terraformRoots = repository.terraform.count
    report.isEmpty = repository.scan.isEmpty && repository.units.isEmpty && repository.diagnostics.isEmpty && repository.conventionalDiagnostics.isEmpty
    return LintRun(report: report, graph: graph, repository: repository, provenance: provenance)
  }

  /// All hops but the last: the repository, rendered and linked.
  package static func model(_ tree: any FileTree, options: LintOptions = LintOptions()) -> LintModel {
    let provenance = Provenance()
    let workspace = Workspace(tree: tree, provenance: provenance, limits: options.rendering.limits)
    let repository = RepositoryRenderer.render(workspace, options: options.rendering)
    return LintModel(graph: link(repository, tree, provenance, options), repository: repository, provenance: provenance)
  }

  private static func link(
    _ repository: RenderedRepository, _ tree: any FileTree, _ provenance: Provenance, _ options: LintOptions
  ) -> AccessGraph {
    AccessModelBuilder.build(
      repository: repository, provenance: provenance, configuration: options.model, tree: tree, limits: options.rendering.limits)
  }

  /// Links and judges what was rendered.
  package static func judge(
    _ repository: RenderedRepository, tree: any FileTree, provenance: Provenance, options: LintOptions = LintOptions()
  ) -> (report: LintReport, graph: AccessGraph) {
    let graph = link(repository, tree, provenance, options)
    let sink = DiagnosticSink()
    let pack = loadRules(tree, options, provenance, sink)
    let chosen = pack.rules.filter { isChosen($0.rule, options) }
    let run = RuleEngine.run(
      chosen, graph: graph, provenance: provenance, parameters: parameters(chosen.map(\.rule), pack.aliases, options))
    let skipped = Set(sink.files + pack.rules.map(\.rule.source.id) + options.configurationFiles.map(\.id) + [options.baseline?.file.id].compactMap { $0 })
    var findings = FindingBuilder(options, rules: pack, provenance: provenance, skipped: skipped)
    var report = findings.report(run, graph: graph, diagnostics: sink.diagnostics, asked: chosen.map(\.rule))
    report.secretLines = SecretLines(repository, provenance: provenance).lines
    report.rules = chosen.map { RuleDescription($0.rule) }
    let own = Set((report.findings + report.suppressed).map(\.rule))
    report.rules += LinterRules.all.filter { own.contains($0.id) }
    report.rulesRun = chosen.count
    report.isIncomplete =
      report.isIncomplete || graph[.failure].contains { $0.fields["severity"]?.string == Severity.error.name }
    return (report, graph)
  }

  /// The built-in rules, those of the tree's `.secretslint/rules`, and those that were handed in.
  package static func loadRules(
    _ tree: any FileTree, _ options: LintOptions, _ provenance: Provenance, _ sink: DiagnosticSink,
    builtin: [(path: String, bytes: [UInt8])] = BuiltinRules.filesToJudge
  ) -> RulePack {
    // A user's rules come last: sorted by path alone they could come before the built-in ones that they replace.
    let own = RulePack.files(in: tree, below: ".secretslint/rules")
    var pack =
      options.preload?.rules(own: own, options)
      ?? RulePack.load(builtin + own + options.rules, provenance: provenance, names: options.model.names, sink: sink)
    if !options.policies.isEmpty {
      pack.add(AdmissionPolicyReader(provenance: provenance, sink: sink).rules(options.policies), provenance: provenance, sink: sink)
    }
    return pack
  }

  /// Mistakes of a configuration as findings, for those who report nothing else.
  package static func findings(_ diagnostics: [Diagnostic], provenance: Provenance) -> [Finding] {
    diagnostics.filter { $0.severity == .error }.map { diagnostic in
      let place = diagnostic.span.flatMap { span in provenance.sources.file(span.source).map { Place(file: $0, span: span) } }
      return Finding(
        rule: LinterRules.configuration.id, severity: .error, message: diagnostic.message, place: place, why: LinterRules.configuration.why,
        help: LinterRules.configuration.description.remediation)
    }
  }

  /// A report whose findings have just been accepted in a baseline: only what a baseline does not take is left.
  package static func silenced(_ report: LintReport) -> LintReport {
    var report = report
    report.findings.removeAll { !$0.keys.isEmpty || $0.rule == LinterRules.stale.id }
    return report
  }

  /// What the source of one Application asks of Terraform; nil where everything may matter: rules of a user may compare whatever they like.
  package static func terraformFocus(_ units: [RenderedUnit], tree: any FileTree, provenance: Provenance, options: LintOptions) -> TerraformFocus? {
    let own = RulePack.files(in: tree, below: ".secretslint/rules") + options.rules
    guard !own.contains(where: { ByteSearch.contains($0.bytes, "model.") || ByteSearch.contains($0.bytes, "terraform") }) else { return nil }
    return TerraformNeeds.focus(units, names: options.model.names, provenance: provenance, limits: options.rendering.limits)
  }

  /// The rules of all sources as files, not compiled; those with mistakes are left out, and a later one replaces one of the same id.
  package static func ruleFiles(own: [(path: String, bytes: [UInt8])], _ options: LintOptions) -> [RuleFile] {
    RulePack.decode(BuiltinRules.filesToJudge + own + options.rules, provenance: Provenance(), sink: DiagnosticSink())
      + AdmissionPolicyReader(provenance: Provenance(), sink: DiagnosticSink()).rules(options.policies)
  }

  /// Whether a rule is asked: one that the command line names is, whatever the configuration says.
  private static func isChosen(_ rule: RuleFile, _ options: LintOptions) -> Bool {
    let names = RuleNames(rule)
    // A level of its own switches on what is off by default.
    if !rule.isOnByDefault, options.selection.select.isEmpty, !options.selection.ignore.contains(where: names.contains),
      case .severity? = options.levels.ownLevel(names)
    {
      return true
    }
    guard options.selection.contains(rule) else { return false }
    if options.selection.select.contains(rule.id) || options.selection.enable.contains(rule.id) { return true }
    return options.levels.level(names) != .off
  }

  /// The rules that are asked, with their parameters where these are not the default ones.
  static func chosen(_ pack: RulePack, _ options: LintOptions) -> (rules: [RuleFile], parameters: [String: [String: Value]]) {
    let rules = pack.rules.map(\.rule).filter { isChosen($0, options) }
    return (rules, parameters(rules, pack.aliases, options))
  }

  /// Parameters by rule id: what the configuration says of the rule itself, else what its keys for all rules say.
  private static func parameters(_ rules: [RuleFile], _ aliases: [String: String], _ options: LintOptions) -> [String: [String: Value]] {
    var result: [String: [String: Value]] = [:]
    for (name, values) in options.parameters { result[aliases[name] ?? name, default: [:]].merge(values) { first, _ in first } }
    guard !options.settings.isEmpty else { return result }
    for rule in rules {
      for parameter in rule.parameters where result[rule.id]?[parameter.name] == nil {
        if let value = options.settings[parameter.setting] { result[rule.id, default: [:]][parameter.name] = value }
      }
    }
    return result
  }
}

extension DiagnosticSink {
  /// The files that diagnostics point into.
  fileprivate var files: [SourceID] { diagnostics.compactMap { $0.span?.source } }
}

extension RepositoryScan {
  /// Whether the tree holds nothing that secretslint reads.
  fileprivate var isEmpty: Bool {
    charts.isEmpty && kustomizations.isEmpty && terraform.isEmpty && manifests.isEmpty && diagnostics.isEmpty
  }
}

extension RuleDescription {
  init(_ rule: RuleFile) {
    self.init(
      id: rule.id, title: rule.title, severity: rule.severity, rationale: rule.rationale.isEmpty ? rule.why : rule.rationale,
      remediation: rule.remediation, tags: [rule.category] + rule.tags)
  }
}

/// Which rules run: ids, categories or tags.
package struct RuleSelection: Sendable {
  /// Empty: all.
  package var select: [String] = []
  package var ignore: [String] = []
  /// Ids of rules that are off by default and wanted beside the others.
  package var enable: [String] = []

  package init() {}

  package func contains(_ rule: RuleFile) -> Bool {
    func names(_ word: String) -> Bool {
      word == rule.id || word == rule.category || rule.aliases.contains(word) || rule.tags.contains(word)
    }
    if ignore.contains(where: names) { return false }
    if enable.contains(where: { $0 == rule.id || rule.aliases.contains($0) }) { return true }
    // A category or tag does not switch on what is off by default.
    if !rule.isOnByDefault { return select.contains { $0 == rule.id || rule.aliases.contains($0) } }
    return select.isEmpty || select.contains(where: names)
  }
}
