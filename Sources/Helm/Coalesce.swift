import Values

/// The merging of values (helm.sh/helm `pkg/chart/common/util/coalesce.go`). All maps that are handed in are changed; callers copy first.
struct Coalesce {
  /// Whether nulls are kept (`MergeValues`) or delete what they cover (`CoalesceValues`).
  let keepsNulls: Bool

  struct TypeMismatch: Error {
    var name: String
    var value: Value
  }

  private static let global = Text("global")

  /// The values of a chart and its dependencies, `overrides` on top.
  static func values(_ chart: ReleaseChart, _ overrides: ValueMap, keepsNulls: Bool) throws(TypeMismatch) -> ValueMap {
    let copy = Value.map(overrides).deepCopy().map ?? ValueMap()
    try Coalesce(keepsNulls: keepsNulls).chart(chart, copy)
    return copy
  }

  private func chart(_ chart: ReleaseChart, _ target: ValueMap) throws(TypeMismatch) {
    defaults(of: chart, into: target)
    for sub in chart.dependencies {
      guard let name = sub.name.text else { continue }
      let inner: ValueMap
      switch target[name]?.payload {
      case nil:
        inner = ValueMap()
        target.set(name, .map(inner))
      case .map(let map)?: inner = map
      case .unknown?:
        inner = ValueMap()
        target.set(name, .map(inner))
      default: throw TypeMismatch(name: name.string, value: target[name] ?? .null)
      }
      globals(from: target, into: inner)
      try self.chart(sub, inner)
    }
  }

  private func globals(from source: ValueMap, into target: ValueMap) {
    let below: ValueMap
    switch target[Self.global]?.payload {
    case nil: below = ValueMap()
    case .map(let map)?: below = map
    default: return
    }
    let above: ValueMap
    switch source[Self.global]?.payload {
    case nil: above = ValueMap()
    case .map(let map)?: above = map
    default: return
    }
    for entry in above.entries {
      switch (entry.value.payload, below[entry.key]?.payload) {
      case (.map(let map), nil):
        below.set(entry.key, Value(.map(map.copy()), origin: entry.value.origin), keyOrigin: entry.keyOrigin)
      case (.map(let map), .map(let known)?):
        let copy = map.copy()
        Coalesce(keepsNulls: true).tables(copy, known)
        below.set(entry.key, Value(.map(copy), origin: entry.value.origin), keyOrigin: entry.keyOrigin)
      case (.map, _): continue
      case (_, .map?): continue
      default: below.set(entry.key, entry.value, keyOrigin: entry.keyOrigin)
      }
    }
    let origin = target[Self.global]?.origin ?? source[Self.global]?.origin ?? .none
    let keyOrigin = target.entry("global")?.keyOrigin ?? source.entry("global")?.keyOrigin ?? .none
    target.set(Self.global, Value(.map(below), origin: origin), keyOrigin: keyOrigin)
  }

  private func defaults(of chart: ReleaseChart, into target: ValueMap) {
    let values = Value.map(chart.values).deepCopy().map ?? ValueMap()
    for entry in values.entries {
      guard let given = target[entry.key] else {
        if !keepsNulls {
          if entry.value.isNull { continue }
          if case .map(let map) = entry.value.payload { Self.removeNulls(map) }
        }
        target.set(entry.key, entry.value, keyOrigin: entry.keyOrigin)
        continue
      }
      if given.isNull, !keepsNulls {
        target.remove(entry.key)
      } else if case .map(let given) = given.payload, case .map(let source) = entry.value.payload {
        let keeps = keepsNulls || chart.dependencies.contains { $0.name.text == entry.key }
        if !keeps { Self.removeNulls(source) }
        Coalesce(keepsNulls: keeps).tables(given, source)
      }
    }
  }

  /// `coalesceTablesFullKey`: what `target` has wins.
  func tables(_ target: ValueMap, _ source: ValueMap) {
    var given: Set<Text> = []
    for entry in source.entries where !entry.value.isNull { given.insert(entry.key) }
    for entry in target.entries where entry.value.isNull { source.set(entry.key, entry.value, keyOrigin: entry.keyOrigin) }
    for entry in source.entries {
      guard let own = target[entry.key] else {
        target.set(entry.key, entry.value, keyOrigin: entry.keyOrigin)
        continue
      }
      if !keepsNulls, own.isNull, given.contains(entry.key) {
        target.remove(entry.key)
      } else if case .map(let below) = entry.value.payload, case .map(let above) = own.payload {
        tables(above, below)
      }
    }
  }

  static func removeNulls(_ map: ValueMap) {
    for entry in map.entries {
      if entry.value.isNull {
        map.remove(entry.key)
      } else if case .map(let inner) = entry.value.payload {
        removeNulls(inner)
      }
    }
  }
}
