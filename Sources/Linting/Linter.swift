import AccessModel
import BuiltinRules
import Discovery
import FileTree
import Rendering
import Rules
import SourceText
import Values

/// What a run is told beside the tree.
package struct LintOptions: Sendable {
  package var selection = RuleSelection()
  /// Rule files beside the built-in ones: path and bytes. A later file replaces a rule of the same id.
  package var rules: [(path: String, bytes: [UInt8])] = []
  /// Rule id → parameter → value.
  package var parameters: [String: [String: Value]] = [:]
  package var rendering = RenderOptions()
  package var model = ModelConfiguration()
  package var honoursSuppressions = true
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

  package static func lint(_ tree: any FileTree, options: LintOptions = LintOptions()) -> LintRun {
    let provenance = Provenance()
    let workspace = Workspace(tree: tree, provenance: provenance, limits: options.rendering.limits)
    let repository = RepositoryRenderer.render(workspace, options: options.rendering)
    var (report, graph) = judge(repository, tree: tree, provenance: provenance, options: options)
    report.filesRead = workspace.files.count
    report.deployments = repository.units.count
    report.terraformRoots = repository.terraform.count
    report.isEmpty = repository.scan.isEmpty && repository.units.isEmpty && repository.diagnostics.isEmpty
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
    let chosen = pack.rules.filter { options.selection.contains($0.rule) }
    let run = RuleEngine.run(chosen, graph: graph, provenance: provenance, parameters: options.parameters)
    var findings = FindingBuilder(provenance: provenance, prefix: options.prefix)
    var report = findings.report(run, diagnostics: sink.diagnostics)
    report.secretLines = SecretLines(repository, provenance: provenance).lines
    report.rules = chosen.map { RuleDescription($0.rule) }
    report.rulesRun = chosen.count
    report.isIncomplete =
      report.isIncomplete || graph[.failure].contains { $0.fields["severity"]?.string == Severity.error.name }
    if options.honoursSuppressions { suppress(&report, today: options.today) }
    return (report, graph)
  }

  /// The built-in rules, those of the tree's `.secretslint/rules`, and those that were handed in.
  package static func loadRules(
    _ tree: any FileTree, _ options: LintOptions, _ provenance: Provenance, _ sink: DiagnosticSink
  ) -> RulePack {
    // A user's rules come last: sorted by path alone they could come before the built-in ones that they replace.
    let own = RulePack.files(in: tree, below: ".secretslint/rules")
    return RulePack.load(BuiltinRules.files + own + options.rules, provenance: provenance, names: options.model.names, sink: sink)
  }

  private static func suppress(_ report: inout LintReport, today: String) {
    var suppressions = Suppressions(today: today)
    var kept: [Finding] = []
    for var finding in report.findings {
      finding.suppression = suppressions.suppression(of: finding)
      if finding.suppression == nil { kept.append(finding) } else { report.suppressed.append(finding) }
    }
    report.findings = kept
  }
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
