import FileTree
import Kubernetes
import SourceText
import Values

/// A word of the configuration with its place, for mistakes that show only later.
package struct LocatedText: Hashable, Sendable {
  package var text: String
  package var span: SourceSpan?
}

/// What the configuration says of one rule, category or tag.
package struct RuleSetting: Sendable {
  package var name: LocatedText
  package var level: RuleLevel?
  package var parameters: [(name: LocatedText, value: Value)]
}

/// Other levels below some paths.
package struct PathOverride: Sendable {
  /// Relative to the root of the configuration's tree, as texts and compiled.
  package var paths: [String]
  package var globs: [Glob]
  package var levels: [(name: LocatedText, level: RuleLevel)]
  package var reason: String
  /// Last day on which it holds; "" without an end.
  package var until: String
  package var span: SourceSpan
}

/// What a repository's `.secretslint.yaml` says, with all that it extends. Paths are relative to the root of the tree that it was
/// read from.
package struct Configuration: Sendable {
  /// The files that it was made of, the nearest first.
  package var files: [SourceFile] = []
  package var preset = RulePreset.recommended
  package var environments: [(name: LocatedText, spellings: [String])] = []
  package var usesStandardEnvironments: Bool?
  package var namespaces: [String: LocatedText] = [:]
  package var applications: [String: LocatedText] = [:]
  package var paths: [String: LocatedText] = [:]
  package var accounts: [(environment: LocatedText, accounts: [String])] = []
  package var repositories: [String] = []
  package var shared: [String]?
  package var externalSecrets: [String] = []
  /// Segments of the agreed shape of a secret's name: `<environment>`, `<app>`, `<purpose>`.
  package var secretPath: [String]?
  /// `interval`, `min`, `max`.
  package var rotation: [String: String] = [:]
  package var rules: [RuleSetting] = []
  package var overrides: [PathOverride] = []
  package var ruleDirectories: [LocatedText] = []
  package var policies: [LocatedText] = []
  package var failOn: Severity?
  package var requiresReason: Bool?
  /// Path of the file; nil where it is not set.
  package var baseline: LocatedText?
  package var pluginMode: String?
  package var pluginFailOn: Severity?
  package var pluginReason = ""

  package init() {}

  /// This configuration where it says something, else the other one.
  func merged(over base: Configuration) -> Configuration {
    var result = self
    result.files += base.files.filter { file in !files.contains { $0.id == file.id } }
    if preset == .recommended { result.preset = base.preset }
    result.environments = base.environments.filter { old in !environments.contains { $0.name.text == old.name.text } } + environments
    result.usesStandardEnvironments = usesStandardEnvironments ?? base.usesStandardEnvironments
    result.namespaces = base.namespaces.merging(namespaces) { _, own in own }
    result.applications = base.applications.merging(applications) { _, own in own }
    result.paths = base.paths.merging(paths) { _, own in own }
    result.accounts = base.accounts.filter { old in !accounts.contains { $0.environment.text == old.environment.text } } + accounts
    result.repositories = base.repositories + repositories
    result.shared = shared ?? base.shared
    result.externalSecrets = base.externalSecrets + externalSecrets
    result.secretPath = secretPath ?? base.secretPath
    if rotation.isEmpty { result.rotation = base.rotation }
    result.rules = base.rules + rules
    result.overrides = base.overrides + overrides
    result.ruleDirectories = base.ruleDirectories + ruleDirectories
    result.policies = base.policies + policies
    result.failOn = failOn ?? base.failOn
    result.requiresReason = requiresReason ?? base.requiresReason
    result.baseline = baseline ?? base.baseline
    result.pluginMode = pluginMode ?? base.pluginMode
    result.pluginFailOn = pluginFailOn ?? base.pluginFailOn
    if pluginReason.isEmpty { result.pluginReason = base.pluginReason }
    return result
  }

  /// The names of environments: the standard ones with what the configuration says.
  ///
  /// A configured name that is a spelling of a standard environment becomes its canonical name and keeps its other spellings
  /// (`prod: []` makes `prod` what `production` was); a spelling that is listed elsewhere goes there.
  package var names: EnvironmentNames {
    let standard = EnvironmentNames.standard
    var table = environments.map { EnvironmentNames.Environment($0.name.text, $0.spellings) }
    let claimed = Set(table.flatMap { [$0.canonical] + $0.aliases }.map { $0.lowercased() })
    for old in usesStandardEnvironments == false ? [] : standard.environments {
      let free = ([old.canonical] + old.aliases).filter { !claimed.contains($0) }
      let holder =
        table.firstIndex { ([$0.canonical] + $0.aliases).contains { $0.lowercased() == old.canonical } }
        ?? table.firstIndex { old.aliases.contains($0.canonical.lowercased()) }
      if let holder {
        table[holder].aliases += free
      } else if let first = free.first {
        table.append(EnvironmentNames.Environment(first, Array(free.dropFirst())))
      }
    }
    return EnvironmentNames(environments: table, shared: shared ?? standard.shared)
  }

  /// What rules' parameters may take (`config:` of a parameter): key of the configuration → value.
  package var settings: [String: Value] {
    var result: [String: Value] = [:]
    for (key, value) in rotation { result["rotation." + key] = .string(value) }
    if !rotation.isEmpty, rotation["interval"] == nil {
      // The interval to suggest lies in the window.
      result["rotation.interval"] = (rotation["max"] ?? rotation["min"]).map { .string($0) }
    }
    if let secretPath {
      result["secrets.path"] = .string(secretPath.joined(separator: "/"))
      result["secrets.segments"] = .int(Int64(secretPath.count))
    }
    if !accounts.isEmpty {
      let names = names
      let map = ValueMap()
      for entry in accounts {
        let name = names.canonical(of: entry.environment.text) ?? entry.environment.text
        let known = map[name]?.list ?? []
        map.set(Text(name), .list(known + entry.accounts.map { .string($0) }))
      }
      result["accounts"] = .map(map)
    }
    return result
  }
}
