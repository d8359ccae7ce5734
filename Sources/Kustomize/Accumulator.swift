import SourceText
import Values

/// What a kustomization has gathered so far (`accumulator.ResAccumulator`): objects, which fields to change, vars.
final class Accumulator {
  let map = ResourceMap()
  var config = TransformerConfig()
  private(set) var vars: [VarEntry] = []

  func merge(_ other: Accumulator) throws(KustomizeError) {
    try map.append(other.map.resources)
    try config.merge(other.config)
    try add(other.vars)
  }

  private func add(_ more: [VarEntry]) throws(KustomizeError) {
    for variable in more {
      if vars.contains(where: { $0.name.text == variable.name.text }) {
        throw KustomizeError("var", "the var '\(variable.name.string)' is defined twice", at: variable.name.origin)
      }
      vars.append(variable)
    }
  }

  /// Takes in the vars of a kustomization and notes at the objects which of them point there.
  func merge(vars more: [VarEntry], scopes: Scopes) throws(KustomizeError) {
    for variable in more {
      var target = variable.id
      target.isClusterScoped = scopes.isClusterScoped(target.gvk)
      let exact = !target.namespace.isEmpty || target.isClusterScoped
      let found = map.matchingAnyID { id in
        exact ? target.matches(id) : target.name == id.name && target.gvk == id.gvk
      }
      if found.count > 1 {
        throw KustomizeError(
          "var", "\(found.count) objects are what the var '\(variable.name.string)' refers to", at: variable.name.origin)
      }
      found.first?.referringVars.append(variable.name.string)
    }
    try add(more)
  }
}
