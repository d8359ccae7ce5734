import SourceText
import Values

/// How parameters of several generators, and templates of generators and set, come together.
enum ParameterMerge {
  /// `strong` over `weak`, map by map; lists and scalars of `strong` win, empty ones too (dario.cat/mergo `WithOverride` on
  /// `map[string]any`).
  static func deep(_ weak: ValueMap, _ strong: ValueMap, depth: Int = 0) -> ValueMap {
    let result = weak.copy()
    guard depth < 200 else { return result }
    for entry in strong.entries {
      if let old = result[entry.key]?.map, let new = entry.value.map {
        result.set(entry.key, .map(deep(old, new, depth: depth + 1), entry.value.origin))
      } else {
        result.set(entry.key, entry.value, keyOrigin: entry.keyOrigin)
      }
    }
    return result
  }

  /// `over` over `base`, key by key.
  static func flat(_ base: ValueMap, _ over: ValueMap) -> ValueMap {
    let result = base.copy()
    for entry in over.entries { result.set(entry.key, entry.value, keyOrigin: entry.keyOrigin) }
    return result
  }

  /// Two children of a matrix under fasttemplate: all values become strings, and a key of both must have one value.
  ///
  /// Source: applicationset/utils/map.go `CombineStringMaps`.
  static func combine(_ a: ValueMap, _ b: ValueMap) throws(ExpansionError) -> ValueMap {
    let result = ValueMap()
    for entry in a.entries { result.set(entry.key, ParameterSet.goText(entry.value), keyOrigin: entry.keyOrigin) }
    for entry in b.entries {
      let value = ParameterSet.goText(entry.value)
      if let current = result[entry.key], !current.isUnknown, !value.isUnknown, current != value {
        throw ExpansionError(
          "found duplicate key \(entry.key.string) with different value, a: \(current.string ?? "") ,b: \(value.string ?? "")")
      }
      if result[entry.key]?.isUnknown ?? true { result.set(entry.key, value, keyOrigin: entry.keyOrigin) }
    }
    return result
  }

  /// A generator's own template with its empty fields filled from the set's (dario.cat/mergo `Merge`): maps merge, lists do not. The
  /// bytes of `valuesObject` are one field.
  static func templates(_ own: Value, _ base: Value, key: String = "", depth: Int = 0) -> Value {
    if own.isGoEmpty { return base.isGoEmpty ? own : base }
    guard depth < 200, key != "valuesObject", let first = own.map, let second = base.map else { return own }
    let result = first.copy()
    for entry in second.entries {
      if let mine = result[entry.key] {
        result.set(entry.key, templates(mine, entry.value, key: entry.key.string, depth: depth + 1))
      } else {
        result.set(entry.key, entry.value, keyOrigin: entry.keyOrigin)
      }
    }
    return .map(result, own.origin)
  }
}
