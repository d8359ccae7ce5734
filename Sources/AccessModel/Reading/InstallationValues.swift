import Values

/// The values that a chart gets, wherever they come from.
struct InstallationValues {
  /// The merged values that are known; a map.
  let root: Value
  /// Every layer is known: what is absent is a default.
  let isKnown: Bool
  /// Where a missing value belongs: the values block, or the source that has none.
  let place: Origin

  init(root: Value, isKnown: Bool, place: Origin) {
    let map = root.map.map { Value.map($0, root.origin) } ?? .map(ValueMap(), root.origin)
    self.root = map.origin.isKnown ? map : map.with(origin: place)
    self.isKnown = isKnown && !root.isUnknown
    self.place = place
  }

  /// The value behind a path; nil where it surely is not set. Unknown where a layer is not known.
  func value(_ path: [String]) -> Value? {
    var value = root
    for key in path {
      guard let next = value[key] else {
        if value.isUnknown { return value }
        return isKnown ? nil : .unknown("a layer of the values is not in the repository", parent(path))
      }
      value = next
    }
    return value
  }

  /// The nearest thing that exists on the way to a path.
  func parent(_ path: [String]) -> Origin {
    var value = root
    var origin = root.origin.isKnown ? root.origin : place
    for key in path {
      guard let entry = value.map?.entry(key) else { break }
      origin = entry.keyOrigin.isKnown ? entry.keyOrigin : entry.value.origin.isKnown ? entry.value.origin : origin
      value = entry.value
    }
    return origin
  }

  /// A value as a field of a node, with a default.
  func field(_ path: [String], default fallback: Value) -> Value {
    guard let value = value(path), !value.isNull else { return fallback.with(origin: parent(path)) }
    return value.located(parent(path))
  }

  func bool(_ path: [String], default fallback: Bool) -> Value {
    let value = field(path, default: .bool(fallback))
    guard let answer = value.isTruthy, !value.isUnknown else { return .unknown("the value `\(path.joined(separator: "."))` is not known", value.origin) }
    // Templates print the value: the text "false" is a text, but the flag that it becomes is off.
    return .bool(value.string.map { $0 != "false" && answer } ?? answer, value.origin)
  }

  func text(_ path: [String], default fallback: String) -> Value {
    let value = field(path, default: .string(fallback))
    if value.isUnknown { return value }
    return .string(value.scalarText ?? fallback, value.origin)
  }

  /// The part below a key, for a sub-chart.
  func below(_ key: String) -> InstallationValues {
    let part = root[key]
    return InstallationValues(root: part ?? .map(ValueMap(), parent([key])), isKnown: isKnown && part?.isUnknown != true, place: parent([key]))
  }
}
