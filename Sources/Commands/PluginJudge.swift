import ArgoPlugin
import Discovery
import Linting
import Rendering
import SourceText
import Synchronization
import Terraform

/// All rules over the one deployment of a plugin's call, by the configuration nearest to its source.
package final class PluginJudge: Sendable {
  private let directory: String
  /// Of the last call. Freeing it takes longer than ending the process, which frees it, too.
  private let last = Mutex<(repository: RenderedRepository, workspace: Workspace)?>(nil)
  private let preload = Mutex<RulePreload?>(nil)
  private let known = Mutex<(setup: LintSetup, mistakes: [Diagnostic])?>(nil)

  package init(directory: String) { self.directory = directory }

  /// The configuration, read when it is first needed.
  private func setup(_ workspace: Workspace) -> (setup: LintSetup, mistakes: [Diagnostic]) {
    known.withLock { known in
      if let known { return known }
      var options = LintOptions()
      options.today = Clock.today()
      options.judgesSuppressions = false
      options.preload = preload.withLock { $0 }
      let sink = DiagnosticSink()
      let setup = LintSetup(tree: workspace.tree, from: directory, options: options, provenance: workspace.provenance, sink: sink)
      let made = (setup, sink.diagnostics)
      known = made
      return made
    }
  }

  /// Begins to load the rules.
  package func prepare(_ workspace: Workspace) { preload.withLock { $0 = RulePreload(provenance: workspace.provenance) } }

  package func focus(_ units: [RenderedUnit], _ workspace: Workspace) -> TerraformFocus? {
    Linter.terraformFocus(units, tree: workspace.tree, provenance: workspace.provenance, options: setup(workspace).setup.options)
  }

  /// A configuration with mistakes blocks.
  package func judge(_ repository: RenderedRepository, _ workspace: Workspace) -> PluginJudgement {
    last.withLock { $0 = (repository, workspace) }
    let (setup, mistakes) = setup(workspace)
    guard mistakes.allSatisfy({ $0.severity < .error }) else {
      return PluginJudgement(findings: Linter.findings(mistakes, provenance: workspace.provenance))
    }
    let report = Linter.judge(repository, tree: workspace.tree, provenance: workspace.provenance, options: setup.options).report
    let names = Dictionary(report.rules.map { ($0.id, [$0.id] + $0.tags) }, uniquingKeysWith: { first, _ in first })
    return PluginJudgement(findings: report.findings, ruleNames: names)
  }
}
