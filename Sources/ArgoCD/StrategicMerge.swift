import Values

/// A strategic merge patch on an Application: maps merge, null deletes, lists replace, except that the finalizers of object
/// metadata are a set.
///
/// Source: k8s.io/apimachinery/pkg/util/strategicpatch with the tags of `v1alpha1.Application` and `ObjectMeta`.
enum StrategicMerge {
  static func merge(_ base: Value, _ patch: Value) -> Value { merge(base, patch, path: []) }

  private static func merge(_ base: Value, _ patch: Value, path: [String]) -> Value {
    guard path.count < 200, let old = base.map, let new = patch.map else { return cleaned(patch, path.count) }
    switch new["$patch"]?.string {
    case "replace":
      let copy = new.copy()
      copy.remove("$patch")
      return cleaned(.map(copy, patch.origin), path.count)
    case "delete": return .map(ValueMap(), patch.origin)
    default: break
    }
    let result = old.copy()
    for entry in new.entries {
      let key = entry.key.string
      if key == "$patch" || key == "$retainKeys" { continue }
      if entry.value.isNull {
        result.remove(entry.key)
      } else if let current = result[entry.key], current.map != nil, entry.value.map != nil {
        result.set(entry.key, merge(current, entry.value, path: path + [key]), keyOrigin: .none)
      } else if path == ["metadata"], key == "finalizers", let current = result[entry.key]?.list, let more = entry.value.list {
        result.set(entry.key, .list(current + more.filter { !current.contains($0) }, entry.value.origin))
      } else {
        result.set(entry.key, cleaned(entry.value, path.count), keyOrigin: entry.keyOrigin)
      }
    }
    return .map(result, base.origin)
  }

  /// A patch without something to merge with: its nulls delete nothing and vanish.
  private static func cleaned(_ value: Value, _ depth: Int) -> Value {
    guard depth < 200, let map = value.map else { return value }
    let result = ValueMap()
    for entry in map.entries where !entry.value.isNull && entry.key.string != "$patch" {
      result.set(entry.key, cleaned(entry.value, depth + 1), keyOrigin: entry.keyOrigin)
    }
    return .map(result, value.origin)
  }
}
