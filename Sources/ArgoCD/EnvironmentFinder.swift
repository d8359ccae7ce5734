import FileTree
import Kubernetes
import Values

/// Gathers what tells for which environment a request is (domain.md §6.3).
package struct EnvironmentFinder: Sendable {
  package let names: EnvironmentNames

  package init(names: EnvironmentNames = .standard) { self.names = names }

  /// Parents of directories that are called after an environment.
  private static let environmentDirectories: Set<String> = ["overlays", "overlay", "envs", "env", "environments", "environment", "clusters"]
  private static let labels = ["environment", "env", "app.kubernetes.io/environment"]

  /// All signs for one request, the strongest first.
  /// - Parameter spec: the Application's `spec`; null where convention asks for the rendering.
  package func evidence(_ request: RenderRequest, spec: Value = .null) -> [EnvironmentEvidence] {
    var found: [EnvironmentEvidence] = []
    for part in ["labels", "annotations"] {
      for key in Self.labels {
        let value = request.application?.at("metadata", part, key)
        add(value, .strong, "\(part == "labels" ? "label" : "annotation") `\(key)` of the Application", to: &found) { names.environment(inName: $0) }
      }
    }
    for entry in request.generatorParameters?.entries ?? [] {
      guard let last = entry.key.string.split(separator: ".").last, last == "env" || last == "environment" else { continue }
      add(entry.value, .strong, "ApplicationSet parameter `\(entry.key.string)`", to: &found) { names.environment(inName: $0) }
    }
    add(request.namespace, .strong, "destination namespace", to: &found) { names.environment(atEndsOf: $0) }
    addDirectories(request, spec, to: &found)
    addValueFiles(request, to: &found)
    addInlineValues(request, to: &found)
    guard request.application != nil else { return ordered(found) }
    add(request.application?.at("metadata", "name"), .weak, "name of the Application", to: &found) { names.environment(atEndsOf: $0) }
    add(spec.at("destination", "name"), .weak, "destination cluster", to: &found) { names.environment(inName: $0) }
    add(spec.at("destination", "server"), .weak, "destination server", to: &found) { names.environment(inName: $0) }
    add(spec["project"], .weak, "AppProject", to: &found) { names.environment(inName: $0) }
    let source = spec["source"] ?? spec["sources"]?[0]
    add(source?["targetRevision"], .weak, "target revision", to: &found) { names.environment(inName: $0) }
    return ordered(found)
  }

  /// `env` or `environment` in merged values: the last of the strong signs.
  package func evidence(ofValues values: Value) -> [EnvironmentEvidence] {
    var found: [EnvironmentEvidence] = []
    for key in ["environment", "env"] {
      for (path, value) in [(key, values[key]), ("global." + key, values.at("global", key))] {
        add(value, .strong, "value `\(path)`", to: &found) { names.environment(inName: $0) }
      }
    }
    return found
  }

  private func ordered(_ found: [EnvironmentEvidence]) -> [EnvironmentEvidence] {
    found.filter { $0.strength == .strong } + found.filter { $0.strength == .weak }
  }

  private func add(
    _ value: Value?, _ strength: EvidenceStrength, _ how: String, to found: inout [EnvironmentEvidence],
    _ look: (String) -> EnvironmentNames.Match?
  ) {
    guard let value, let text = value.string, let match = look(text) else { return }
    found.append(
      EnvironmentEvidence(
        environment: match.environment, spelling: match.spelling, strength: strength, how: how, origin: value.origin))
  }

  private func addDirectories(_ request: RenderRequest, _ spec: Value, to found: inout [EnvironmentEvidence]) {
    let path: String
    switch request.location {
    case .tree(let directory): path = directory
    case .external(_, _, let directory, _, _): path = directory ?? ""
    }
    let origin = (spec["source"] ?? spec["sources"]?[0])?["path"]?.origin ?? request.origin
    var previous = ""
    for part in path.split(separator: "/").map(String.init) {
      let isMarked = Self.environmentDirectories.contains(previous.lowercased())
      if isMarked, let match = names.environment(atEndsOf: part) {
        found.append(
          EnvironmentEvidence(
            environment: match.environment, spelling: match.spelling, strength: .strong, how: "directory `\(previous)/\(part)`", origin: origin))
      } else if let canonical = names.canonical(of: part) {
        found.append(
          EnvironmentEvidence(
            environment: canonical, spelling: part, strength: .weak, how: "directory `\(part)`", origin: origin))
      }
      previous = part
    }
  }

  private func addValueFiles(_ request: RenderRequest, to found: inout [EnvironmentEvidence]) {
    for layer in request.values.reversed() {
      let path: String
      let place: Origin
      switch layer {
      case .file(let file, let origin, _): (path, place) = (file, origin)
      case .external(let name, let origin): (path, place) = (name, origin)
      default: continue
      }
      // Only what the file's name adds to its source's directory speaks.
      var text = path
      if let directory = request.directory, !directory.isEmpty, path.hasPrefix(directory + "/") { text = String(decoding: path.utf8.dropFirst(directory.utf8.count + 1), as: UTF8.self) }
      guard let match = names.matches(inName: text).last else { continue }
      found.append(
        EnvironmentEvidence(
          environment: match.environment, spelling: match.spelling, strength: .strong, how: "values file `\(TreePath.name(of: path))`",
          origin: place))
      return
    }
  }

  private func addInlineValues(_ request: RenderRequest, to found: inout [EnvironmentEvidence]) {
    for parameter in request.parameters.reversed() where parameter.kind != .setFile {
      guard let name = parameter.name.string, name == "env" || name == "environment" || name == "global.env" || name == "global.environment" else { continue }
      add(parameter.value, .strong, "Helm parameter `\(name)`", to: &found) { names.environment(inName: $0) }
      return
    }
    for layer in request.values.reversed() {
      if case .object(let object) = layer { found += evidence(ofValues: object) }
    }
  }
}
