import AccessModel
import BuiltinRules
import Kubernetes
import Rules
import SourceText
import Values

/// The built-in rules, loaded in the background while a repository is read: for runs that have no others and call environments as everybody does.
package final class RulePreload: Sendable {
  private let pending: Parallel.Pending<RulePack>

  /// - Parameter provenance: that of the run.
  package init(provenance: Provenance) {
    pending = Parallel.Pending { RulePack.load(BuiltinRules.filesToJudge, provenance: provenance, sink: DiagnosticSink()) }
  }

  /// The rules, as soon as they are there; nil where the run needs others.
  func rules(own: [(path: String, bytes: [UInt8])], _ options: LintOptions) -> RulePack? {
    let (names, standard) = (options.model.names, EnvironmentNames.standard)
    guard own.isEmpty, options.rules.isEmpty, names.environments == standard.environments, names.shared == standard.shared else { return nil }
    return pending.wait()
  }
}
