import SourceText
import Values

/// Parameters of our Argo CD plugin, which mean what the native fields of a source mean: a source with a `plugin` section cannot
/// have a `helm` or `kustomize` section as well.
package struct PluginParameters {
  package enum Form: Sendable { case string, array, map }

  /// What a parameter is for.
  package enum Scope: Sendable { case helm, kustomize, directory, policy }

  package struct Definition: Sendable {
    package let name: String
    package let form: Form
    package let scope: Scope
    /// Native field that it stands for; "" for our own.
    package let field: String
    package let title: String
    package let help: String
  }

  /// The vocabulary, in the order in which it is announced.
  package static let definitions: [Definition] = [
    Definition(name: "release-name", form: .string, scope: .helm, field: "releaseName", title: "Release name", help: "Helm release name; the Application's name by default"),
    Definition(name: "namespace", form: .string, scope: .helm, field: "namespace", title: "Namespace", help: "namespace given to Helm; the destination's by default"),
    Definition(name: "value-files", form: .array, scope: .helm, field: "valueFiles", title: "Values files", help: "relative to the source's path; a leading / means the repository's root"),
    Definition(name: "values", form: .string, scope: .helm, field: "values", title: "Values", help: "Helm values as YAML text"),
    Definition(name: "parameters", form: .map, scope: .helm, field: "parameters", title: "Parameters", help: "as --set"),
    Definition(name: "string-parameters", form: .map, scope: .helm, field: "parameters", title: "String parameters", help: "as --set-string"),
    Definition(name: "file-parameters", form: .map, scope: .helm, field: "fileParameters", title: "File parameters", help: "as --set-file"),
    Definition(name: "skip-crds", form: .string, scope: .helm, field: "skipCrds", title: "Skip CRDs", help: "true leaves out crds/"),
    Definition(name: "skip-tests", form: .string, scope: .helm, field: "skipTests", title: "Skip tests", help: "true leaves out test hooks"),
    Definition(name: "ignore-missing-value-files", form: .string, scope: .helm, field: "ignoreMissingValueFiles", title: "Ignore missing values files", help: "true passes over values files that do not exist"),
    Definition(name: "kube-version", form: .string, scope: .helm, field: "kubeVersion", title: "Kubernetes version", help: "the cluster's by default"),
    Definition(name: "api-versions", form: .array, scope: .helm, field: "apiVersions", title: "API versions", help: "the cluster's by default"),
    Definition(name: "kustomize-images", form: .array, scope: .kustomize, field: "images", title: "Images", help: "as kustomize edit set image"),
    Definition(name: "kustomize-name-prefix", form: .string, scope: .kustomize, field: "namePrefix", title: "Name prefix", help: "put before all names"),
    Definition(name: "kustomize-name-suffix", form: .string, scope: .kustomize, field: "nameSuffix", title: "Name suffix", help: "put behind all names"),
    Definition(name: "kustomize-labels", form: .map, scope: .kustomize, field: "commonLabels", title: "Common labels", help: "set on all objects"),
    Definition(name: "kustomize-annotations", form: .map, scope: .kustomize, field: "commonAnnotations", title: "Common annotations", help: "set on all objects"),
    Definition(name: "kustomize-namespace", form: .string, scope: .kustomize, field: "namespace", title: "Namespace", help: "set on all objects"),
    Definition(name: "kustomize-replicas", form: .map, scope: .kustomize, field: "replicas", title: "Replicas", help: "name of a workload and its number of replicas"),
    Definition(name: "kustomize-components", form: .array, scope: .kustomize, field: "components", title: "Components", help: "directories of components to add"),
    Definition(name: "kustomize-build-options", form: .string, scope: .kustomize, field: "buildOptions", title: "Build options", help: "arguments of kustomize build, such as --enable-helm"),
    Definition(name: "directory-recurse", form: .string, scope: .directory, field: "recurse", title: "Recurse", help: "true takes in subdirectories"),
    Definition(name: "directory-include", form: .string, scope: .directory, field: "include", title: "Include", help: "pattern of files to take in"),
    Definition(name: "directory-exclude", form: .string, scope: .directory, field: "exclude", title: "Exclude", help: "pattern of files to leave out"),
    Definition(name: "mode", form: .string, scope: .policy, field: "", title: "Mode", help: "enforce (default), warn, audit or off"),
    Definition(name: "reason", form: .string, scope: .policy, field: "", title: "Reason", help: "why the mode is lowered"),
    Definition(name: "fail-on", form: .string, scope: .policy, field: "", title: "Fail on", help: "error (default) or warning"),
    Definition(name: "allow-empty", form: .string, scope: .policy, field: "", title: "Allow empty", help: "true allows a source without objects"),
  ]

  private var given: [String: Value] = [:]
  private let origin: Origin
  private let origins: OriginTable

  /// - Parameter list: `plugin.parameters`, or the JSON of `ARGOCD_APP_PARAMETERS`; null and the empty list mean the same.
  package init(_ list: Value, origins: OriginTable, sink: DiagnosticSink) {
    origin = list.origin
    self.origins = origins
    guard !list.isNull else { return }
    guard let items = list.list else {
      sink.error("plugin/parameters", "parameters are no list", at: origins.editPlace(list.origin))
      return
    }
    for item in items {
      guard let name = item["name"]?.string else {
        sink.error("plugin/parameters", "a parameter without name", at: origins.editPlace(item.origin))
        continue
      }
      guard let definition = Self.definitions.first(where: { $0.name == name }) else {
        let near = nearestName(to: name, in: Self.definitions.map(\.name)).map { ", did you mean '\($0)'?" } ?? ""
        sink.error("plugin/unknown-parameter", "unknown parameter '\(name)'\(near)", at: origins.editPlace((item["name"] ?? item).origin))
        continue
      }
      let key = ["string", "array", "map"].first { item[$0].map { !$0.isNull } ?? false }
      let wanted = definition.form == .string ? "string" : definition.form == .array ? "array" : "map"
      // An empty list or map may arrive without its field.
      guard let key, let value = item[key] else { continue }
      guard key == wanted else {
        sink.error("plugin/parameter-form", "parameter '\(name)' is given as \(key), expected \(wanted)", at: origins.editPlace(value.origin))
        continue
      }
      if definition.form == .string, ["skip-crds", "skip-tests", "ignore-missing-value-files", "directory-recurse", "allow-empty"].contains(name),
        let text = value.string, !["true", "false", ""].contains(text)
      {
        sink.error("plugin/parameter-value", "parameter '\(name)' is '\(text)', expected 'true' or 'false'", at: origins.editPlace(value.origin))
      }
      given[name] = value
    }
  }

  package subscript(_ name: String) -> Value? { given[name] }

  package func flag(_ name: String) -> Bool { given[name]?.string == "true" }

  /// The parameters as a native `helm` section.
  package var helm: Value {
    let section = plain(.helm, except: ["parameters", "string-parameters", "file-parameters"])
    var parameters: [Value] = []
    for (name, forces) in [("parameters", false), ("string-parameters", true)] {
      for entry in given[name]?.map?.entries ?? [] {
        let item = ValueMap([("name", .string(entry.key, entry.keyOrigin)), ("value", entry.value)])
        if forces { item.set("forceString", .bool(true)) }
        parameters.append(.map(item, entry.value.origin))
      }
    }
    if !parameters.isEmpty { section.set("parameters", .list(parameters, origin)) }
    if let files = given["file-parameters"]?.map, !files.isEmpty {
      let items = files.entries.map { entry in
        Value.map(ValueMap([("name", .string(entry.key, entry.keyOrigin)), ("path", entry.value)]), entry.value.origin)
      }
      section.set("fileParameters", .list(items, origin))
    }
    return .map(section, origin)
  }

  /// The parameters as a native `kustomize` section.
  package var kustomize: Value {
    let section = plain(.kustomize, except: ["kustomize-replicas"])
    if let replicas = given["kustomize-replicas"]?.map, !replicas.isEmpty {
      let items = replicas.entries.map { entry in
        Value.map(
          ValueMap([
            ("name", .string(entry.key, entry.keyOrigin)),
            ("count", entry.value.string.flatMap(Int64.init).map { .int($0, entry.value.origin) } ?? entry.value),
          ]), entry.value.origin)
      }
      section.set("replicas", .list(items, origin))
    }
    return .map(section, origin)
  }

  /// The parameters as a native `directory` section.
  package var directory: Value { .map(plain(.directory, except: []), origin) }

  private func plain(_ scope: Scope, except: [String]) -> ValueMap {
    let section = ValueMap()
    for definition in Self.definitions where definition.scope == scope && !except.contains(definition.name) {
      guard let value = given[definition.name] else { continue }
      switch definition.name {
      case "skip-crds", "skip-tests", "ignore-missing-value-files", "directory-recurse":
        section.set(definition.field, .bool(value.string == "true", value.origin))
      default: section.set(definition.field, value)
      }
    }
    return section
  }
}
