import Kubernetes
import SourceText
import Values
import YAMLSyntax

/// Texts about configurations.
package enum ConfigurationText {
  /// A first `.secretslint.yaml`: everything in it is a comment, so that it changes nothing.
  package static let commented = """
    # How secretslint judges this repository. Every key may be left out; `secretslint config schema` prints the JSON schema,
    # `secretslint config check` the mistakes, `secretslint config show` what holds.

    # Presets (recommended, strict) or other files; what this file says wins.
    # extends: [strict]

    # Canonical name -> other spellings. The standard ones (production: prod, prd, live; staging: stg, stage; ...) stay.
    # environments:
    #   production: [prd-eu]

    # Where the repository does not tell the environment itself:
    # namespaces: { payments: production }
    # applications: { web-live: production }
    # paths: { clusters/eu1: production }

    # AWS accounts, so that a role or secret of another environment's account is found.
    # accounts:
    #   production: ["111111111111"]

    # secrets:
    #   path: <environment>/<app>/<purpose>
    #   shared: [shared, platform]           # first segments of no environment
    #   external: [regcred, "tls-*"]         # Kubernetes Secrets that are made outside Git

    # rotation: { interval: 2m }             # or min and max

    # Rule, category or tag -> error, warning, info, off.
    # rules:
    #   reloader-job-side-effect: off
    #   secret-path-missing-env: { level: warning, parameters: { allowed: [legacy] } }

    # overrides:
    #   - paths: ["legacy/**"]
    #     rules: { secret-path-shape: off }
    #     reason: moves to the new platform
    #     until: 2027-06-30

    # failOn: warning                        # lowest severity that ends in exit status 1

    """

  /// What holds after presets and `extends`, as YAML in the form of the file.
  package static func effective(_ configuration: Configuration) -> String {
    let root = ValueMap()
    func object(_ pairs: [(String, Value)]) -> Value { .map(ValueMap(pairs)) }
    func list(_ texts: [String]) -> Value { .list(texts.map { .string($0) }) }
    func add(_ key: String, _ value: Value, if condition: Bool) { if condition { root.set(Text(key), value) } }
    func words(_ map: [String: LocatedText]) -> Value { object(map.sorted { $0.key.bytesPrecede($1.key) }.map { ($0.key, .string($0.value.text)) }) }
    add("extends", list([configuration.preset.rawValue]), if: true)
    let names = configuration.names
    root.set("environments", object(names.environments.map { ($0.canonical, list($0.aliases)) }))
    root.set("standardEnvironments", .bool(false))
    add("namespaces", words(configuration.namespaces), if: !configuration.namespaces.isEmpty)
    add("applications", words(configuration.applications), if: !configuration.applications.isEmpty)
    add("paths", words(configuration.paths), if: !configuration.paths.isEmpty)
    add("accounts", configuration.settings["accounts"] ?? .null, if: !configuration.accounts.isEmpty)
    add("repositories", list(configuration.repositories), if: !configuration.repositories.isEmpty)
    var secrets: [(String, Value)] = [("shared", list(names.shared))]
    if let path = configuration.secretPath { secrets.append(("path", .string(path.joined(separator: "/")))) }
    if !configuration.externalSecrets.isEmpty { secrets.append(("external", list(configuration.externalSecrets))) }
    root.set("secrets", object(secrets))
    add("rotation", object(configuration.rotation.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }), if: !configuration.rotation.isEmpty)
    add("rules", rules(configuration), if: !configuration.rules.isEmpty)
    let overrides = configuration.overrides.map { override in
      object(
        [
          ("paths", list(override.paths)), ("rules", object(override.levels.map { ($0.name.text, .string($0.level.name)) })),
          ("reason", .string(override.reason)),
        ] + (override.until.isEmpty ? [] : [("until", .string(override.until))]))
    }
    add("overrides", .list(overrides), if: !overrides.isEmpty)
    add("ruleFiles", list(configuration.ruleDirectories.map(\.text)), if: !configuration.ruleDirectories.isEmpty)
    add("policies", list(configuration.policies.map(\.text)), if: !configuration.policies.isEmpty)
    add("failOn", .string(configuration.failOn?.name ?? ""), if: configuration.failOn != nil)
    add("suppressions", object([("reason", .string("optional"))]), if: configuration.requiresReason == false)
    add("baseline", .string(configuration.baseline?.text ?? ""), if: configuration.baseline != nil)
    if let mode = configuration.pluginMode {
      var plugin: [(String, Value)] = [("mode", .string(mode))]
      if let failOn = configuration.pluginFailOn { plugin.append(("failOn", .string(failOn.name))) }
      if !configuration.pluginReason.isEmpty { plugin.append(("reason", .string(configuration.pluginReason))) }
      root.set("plugin", object(plugin))
    }
    let files = configuration.files.map(\.path).joined(separator: ", ")
    return "# from \(files)\n" + YAMLWriter.write(.map(root), style: .goYAML).string
  }

  private static func rules(_ configuration: Configuration) -> Value {
    let result = ValueMap()
    for setting in configuration.rules {
      let own = result[setting.name.text]?.map ?? ValueMap()
      if let level = setting.level { own.set("level", .string(level.name)) }
      let parameters = own["parameters"]?.map ?? ValueMap()
      for (name, value) in setting.parameters { parameters.set(Text(name.text), value) }
      if !parameters.isEmpty { own.set("parameters", .map(parameters)) }
      result.set(Text(setting.name.text), .map(own))
    }
    return .map(result)
  }
}
