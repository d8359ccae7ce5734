import ArgoCD
import FileTree
import Kubernetes
import Terraform
import Values

/// For which environment a resource of Terraform is (domain.md §6.3): variables and locals of its root, tags, the variables' file, the
/// directory, a name.
struct TerraformEnvironment {
  let context: LinkContext
  let result: TerraformResult

  private static let keys = ["environment", "env", "stage"]

  func decide(_ resource: TerraformResource, name: Value? = nil) -> EnvironmentDecision {
    EnvironmentDecision(signs(tags: resource.attributes["tags"] ?? resource.attributes["tags_all"], name: name ?? resource.attributes["name"], origin: resource.origin))
  }

  func decide(tags: Value?, name: Value?, origin: Origin) -> EnvironmentDecision {
    EnvironmentDecision(signs(tags: tags, name: name, origin: origin))
  }

  private func signs(tags: Value?, name: Value?, origin: Origin) -> [EnvironmentEvidence] {
    // The nearest strong sign counts alone: a tag of the module call is more than a variable of the root.
    if let own = tagSigns(tags).first { return [own] }
    var found: [EnvironmentEvidence] = []
    for (map, word) in [(result.variables, "variable"), (result.locals, "local value")] {
      for key in Self.keys {
        if let sign = context.sign(map[key], "\(word) `\(key)`") { return [sign] }
      }
    }
    if !result.variableFile.isEmpty, let match = context.names.matches(inName: TreePath.name(of: result.variableFile)).last {
      return [
        EnvironmentEvidence(
          environment: match.environment, spelling: match.spelling, strength: .strong, how: "variables' file `\(result.variableFile)`", origin: origin)
      ]
    }
    var previous = ""
    for part in result.directory.split(separator: "/").map(String.init) {
      if let canonical = context.names.canonical(of: part) {
        let isMarked = ["envs", "env", "environments", "environment", "live", "stages", "clusters", "overlays"].contains(previous.lowercased())
        found.append(
          EnvironmentEvidence(
            environment: canonical, spelling: part, strength: isMarked ? .strong : .weak, how: "directory `\(part)`", origin: origin))
      }
      previous = part
    }
    if let sign = context.sign(name, "name", strength: .weak) { found.append(sign) }
    return found
  }

  private func tagSigns(_ tags: Value?) -> [EnvironmentEvidence] {
    guard let map = tags.map(TerraformStructure.known)?.map else { return [] }
    return map.entries.compactMap { entry in
      guard Self.keys.contains(entry.key.string.lowercased()) else { return nil }
      return context.sign(entry.value, "tag `\(entry.key.string)`")
    }
  }
}
