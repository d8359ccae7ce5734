import AccessModel
import ArgoCD
import FileTree
import Kubernetes
import Rendering
import Rules
import SourceText
import Values

extension LintOptions {
  /// Takes over what a configuration says.
  /// - Parameter base: the linted directory below the root of the configuration's tree; "" for the tree itself.
  package mutating func apply(_ configuration: Configuration, base: String = "") {
    let names = configuration.names
    model.names = names
    rendering.applications.environments = names
    model.namespaces = configuration.namespaces.mapValues(\.text)
    model.applications = configuration.applications.mapValues(\.text)
    for (path, environment) in configuration.paths {
      // A path above the linted directory holds for all of it.
      if TreePath.isInside(path, base) {
        model.paths[base.isEmpty ? path : String(path.dropFirst(base.utf8.count + 1))] = environment.text
      } else if TreePath.isInside(base, path) {
        model.paths[""] = environment.text
      }
    }
    model.externalSecrets = configuration.externalSecrets
    rendering.repositories += configuration.repositories
    settings = configuration.settings
    levels.preset = configuration.preset
    for rule in configuration.rules {
      if let level = rule.level { levels.add(rule.name.text, level) }
      for (name, value) in rule.parameters { parameters[rule.name.text, default: [:]][name.text] = value }
    }
    overrides = configuration.overrides
    overrideBase = base
    requiresReason = configuration.requiresReason ?? true
  }
}

extension Configuration {
  /// Looks for names that mean nothing: rules, parameters, environments. A typo must not weaken a check.
  package func check(rules: [RuleFile], sink: DiagnosticSink) {
    let ids = rules.flatMap { [$0.id] + $0.aliases } + LinterRules.all.map(\.id)
    let known = Set(ids + rules.flatMap { [$0.category] + $0.tags })
    func suggestion(_ name: String, _ names: some Sequence<String>) -> String {
      nearestName(to: name, in: names).map { ", did you mean '\($0)'?" } ?? ""
    }
    func checkName(_ name: LocatedText) {
      guard !known.contains(name.text) else { return }
      sink.error("config/rule", "there is no rule, category or tag '\(name.text)'\(suggestion(name.text, known.sorted()))", at: name.span)
    }
    for setting in self.rules {
      checkName(setting.name)
      guard !setting.parameters.isEmpty, known.contains(setting.name.text) else { continue }
      guard let rule = rules.first(where: { $0.id == setting.name.text || $0.aliases.contains(setting.name.text) }) else {
        sink.error("config/parameter", "'\(setting.name.text)' is no rule with parameters", at: setting.name.span)
        continue
      }
      for (name, value) in setting.parameters {
        guard let parameter = rule.parameters.first(where: { $0.name == name.text }) else {
          let near = suggestion(name.text, rule.parameters.map(\.name))
          sink.error("config/parameter", "rule '\(rule.id)' has no parameter '\(name.text)'\(near)", at: name.span)
          continue
        }
        if !parameter.accepts(value) {
          sink.error("config/parameter", "parameter '\(name.text)' of rule '\(rule.id)' wants \(parameter.type)", at: name.span)
        }
      }
    }
    for override in overrides { for (name, _) in override.levels { checkName(name) } }
    let names = self.names
    for environment in [namespaces, applications, paths].flatMap(\.values) + accounts.map(\.environment)
    where names.canonical(of: environment.text) == nil {
      let all = names.environments.flatMap { [$0.canonical] + $0.aliases }
      sink.error(
        "config/environment", "there is no environment '\(environment.text)'\(suggestion(environment.text, all))", at: environment.span,
        notes: ["'environments' of the configuration adds one"])
    }
  }
}
