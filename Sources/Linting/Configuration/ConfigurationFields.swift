import Values

/// The keys of `.secretslint.yaml`.
enum ConfigurationFields {
  static let levels = ["error", "warning", "info", "off"]
  static let presets = ["recommended", "strict"]

  static let root: [ConfigurationField] = [
    ConfigurationField(
      "extends", .list(.text),
      "presets (recommended: the rules' own levels; strict: warnings are errors, notes are warnings) and other configuration files, "
        + "relative to this one; what this file says wins over them"),
    ConfigurationField(
      "environments", .map(.list(.text)),
      "canonical name of an environment -> its other spellings; adds to the standard ones and takes over those that it names"),
    ConfigurationField("standardEnvironments", .bool, "false: only the environments listed here (default true)"),
    ConfigurationField("namespaces", .map(.text), "namespace -> environment; wins over everything that is found"),
    ConfigurationField("applications", .map(.text), "name of an Argo CD Application -> environment"),
    ConfigurationField("paths", .map(.text), "directory, relative to this file -> environment; the longest one wins"),
    ConfigurationField("accounts", .map(.list(.text)), "environment -> its AWS accounts, twelve digits each, in quotes"),
    ConfigurationField("repositories", .list(.text), "URLs of Git repositories that mean this one"),
    ConfigurationField("secrets", .record(secrets), "how secrets are named"),
    ConfigurationField("rotation", .record(rotation), "how often the CSI driver shall look for new values"),
    ConfigurationField(
      "rules", .map(.scalarOrRecord(.words(levels), rule)), "rule, category or tag -> level, or level and parameters; the rule's own name wins"),
    ConfigurationField("overrides", .list(.record(override)), "other levels below some paths; later entries win"),
    ConfigurationField("ruleFiles", .list(.text), "directories with further rules, relative to this file, beside .secretslint/rules"),
    ConfigurationField(
      "policies", .list(.text), "files or directories with ValidatingAdmissionPolicies, their bindings and parameters, relative to this file"),
    ConfigurationField("failOn", .words(["error", "warning", "info"]), "lowest severity that ends in exit status 1 (default error)"),
    ConfigurationField("suppressions", .record(suppressions), "what suppressions must have"),
    ConfigurationField("baseline", .text, "file of accepted findings, relative to this file (default .secretslint-baseline.yaml)"),
    ConfigurationField("plugin", .record(plugin), "how strict the Argo CD plugin is"),
  ]

  private static let secrets = [
    ConfigurationField(
      "path", .text, "shape of a secret's name: <environment>/<app>/<purpose>; words in <> stand for any segment, others for themselves"),
    ConfigurationField("shared", .list(.text), "first segments that stand for no environment on purpose; replaces shared, common, global, platform, infra"),
    ConfigurationField("external", .list(.text), "names of Kubernetes Secrets that are made outside Git; * at the end stands for any rest"),
  ]

  private static let rotation = [
    ConfigurationField("interval", .duration, "the agreed interval"),
    ConfigurationField("min", .duration, "instead of an interval: the least"),
    ConfigurationField("max", .duration, "instead of an interval: the most"),
  ]

  private static let rule = [
    ConfigurationField("level", .words(levels), "the rule's severity, or off"),
    ConfigurationField("parameters", .map(.anything), "parameters of the rule; its page lists them"),
  ]

  private static let override = [
    ConfigurationField("paths", .list(.text), "globs relative to this file: *, **, ?, [a-z], {a,b}", required: true),
    ConfigurationField("rules", .map(.words(levels)), "rule, category or tag -> level", required: true),
    ConfigurationField("reason", .text, "why; reports show it with what it silences", required: true),
    ConfigurationField("until", .date, "last day on which it holds"),
  ]

  private static let suppressions = [
    ConfigurationField(
      "reason", .words(["required", "optional"]), "optional: a suppression without a reason holds, with a warning (default required)")
  ]

  private static let plugin = [
    ConfigurationField("mode", .words(["enforce", "warn", "audit", "off"]), "enforce blocks, warn only tells, audit only counts, off judges nothing (default enforce)"),
    ConfigurationField("failOn", .words(["error", "warning"]), "lowest severity that blocks (default error)"),
    ConfigurationField("reason", .text, "why the mode is lower than enforce"),
  ]
}

/// The JSON schema of `.secretslint.yaml`, for editors.
package enum ConfigurationSchema {
  package static func text() -> String {
    let root = schema(.record(ConfigurationFields.root), "")
    let whole = ValueMap([
      ("$schema", .string("https://json-schema.org/draft/2020-12/schema")), ("title", .string("secretslint configuration")),
      ("description", .string("`.secretslint.yaml` of a repository; printed by `secretslint config schema`")),
    ])
    for entry in root.map?.entries ?? [] { whole.set(entry.key, entry.value) }
    return JSONWriter(style: .indented(2)).string(.map(whole)) + "\n"
  }

  private static func object(_ pairs: [(String, Value)]) -> Value { .map(ValueMap(pairs)) }

  private static func schema(_ shape: ConfigurationShape, _ documentation: String) -> Value {
    var pairs: [(String, Value)] = documentation.isEmpty ? [] : [("description", .string(documentation))]
    switch shape {
    case .text: pairs.append(("type", .string("string")))
    case .bool: pairs.append(("type", .string("boolean")))
    case .words(let words): pairs.append(("enum", .list(words.map { .string($0) })))
    case .date: pairs += [("type", .string("string")), ("pattern", .string("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    case .duration: pairs += [("type", .string("string")), ("pattern", .string("^([0-9]*[.]?[0-9]+(ns|us|µs|ms|s|m|h))+$"))]
    case .list(let item): pairs += [("type", .string("array")), ("items", schema(item, ""))]
    case .map(let item): pairs += [("type", .string("object")), ("additionalProperties", schema(item, ""))]
    case .record(let fields): pairs += record(fields)
    case .scalarOrRecord(let scalar, let fields):
      pairs.append(("anyOf", .list([schema(scalar, ""), object(record(fields))])))
    case .anything: break
    }
    return object(pairs)
  }

  private static func record(_ fields: [ConfigurationField]) -> [(String, Value)] {
    var pairs: [(String, Value)] = [("type", .string("object")), ("additionalProperties", .bool(false))]
    let required = fields.filter(\.isRequired).map { Value.string($0.name) }
    if !required.isEmpty { pairs.append(("required", .list(required))) }
    pairs.append(("properties", object(fields.map { ($0.name, schema($0.shape, $0.documentation)) })))
    return pairs
  }
}
