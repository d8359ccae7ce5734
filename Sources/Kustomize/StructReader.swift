import SourceText
import Values

/// Reads a mapping as Go's encoding/json reads an object into a struct: names without regard to case, null as absent, wrong types
/// and, when asked, unknown names as errors.
struct StructReader {
  /// Whether numbers and booleans may stand for text, as sigs.k8s.io/yaml has it where it knows the target's type
  /// (configurations of plugins; not the kustomization file itself).
  let isLenient: Bool
  let origin: Origin
  private let entries: [ValueMap.Entry]
  private var known: Set<String> = []
  /// Name of the struct for messages.
  private let what: String

  init(_ value: Value, what: String, isLenient: Bool = false) throws(KustomizeError) {
    self.what = what
    self.isLenient = isLenient
    origin = value.origin
    switch value.payload {
    case .null: entries = []
    case .map(let map): entries = map.entries
    default: throw KustomizeError("wrong-type", "\(what) must be a mapping", at: value.origin)
    }
  }

  /// The value of a field; nil where it is absent or null.
  mutating func take(_ name: String) -> Value? {
    known.insert(name)
    let folded = name.lowercased()
    guard let entry = entries.last(where: { $0.key.count == name.utf8.count && $0.key.string.lowercased() == folded }),
      !entry.value.isNull
    else { return nil }
    return entry.value.origin.isKnown ? entry.value : entry.value.with(origin: entry.keyOrigin)
  }

  /// An error for the first field that nobody took.
  func finish() throws(KustomizeError) {
    let folded = Set(known.map { $0.lowercased() })
    for entry in entries where !folded.contains(entry.key.string.lowercased()) {
      let near = nearestName(to: entry.key.string, in: known)
      throw KustomizeError(
        "unknown-field", "unknown field '\(entry.key.string)' in \(what)", at: entry.keyOrigin,
        notes: near.map { ["did you mean '\($0)'?"] } ?? [])
    }
  }

  private func wrong(_ name: String, _ value: Value, _ wanted: String) -> KustomizeError {
    KustomizeError("wrong-type", "'\(name)' in \(what) must be \(wanted)", at: value.origin)
  }

  func scalar(_ value: Value, _ name: String) throws(KustomizeError) -> Scalar {
    switch value.payload {
    case .string(let text): return Scalar(text: text, origin: value.origin)
    case .null: return Scalar(origin: value.origin)
    case .int(let number) where isLenient: return Scalar(text: Text(String(number)), origin: value.origin)
    case .double(let number) where isLenient: return Scalar(text: Text(goShortest(number)), origin: value.origin)
    case .bool(let flag) where isLenient: return Scalar(text: Text(flag ? "true" : "false"), origin: value.origin)
    case .int, .double, .bool: throw wrong(name, value, "text: put it in quotes")
    default: throw wrong(name, value, "text")
    }
  }

  mutating func scalar(_ name: String) throws(KustomizeError) -> Scalar {
    guard let value = take(name) else { return Scalar() }
    return try scalar(value, name)
  }

  mutating func list(_ name: String) throws(KustomizeError) -> [Value]? {
    guard let value = take(name) else { return nil }
    guard let list = value.list else { throw wrong(name, value, "a list") }
    return list
  }

  mutating func scalars(_ name: String) throws(KustomizeError) -> [Scalar] {
    var result: [Scalar] = []
    for value in try list(name) ?? [] { result.append(try scalar(value, name)) }
    return result
  }

  mutating func scalarMap(_ name: String) throws(KustomizeError) -> ScalarMap {
    guard let value = take(name) else { return [] }
    guard let map = value.map else { throw wrong(name, value, "a mapping") }
    var result: ScalarMap = []
    for entry in map.sortedEntries {
      result.append((Scalar(text: entry.key, origin: entry.keyOrigin), try scalar(entry.value, name)))
    }
    return result
  }

  mutating func flag(_ name: String) throws(KustomizeError) -> Bool {
    guard let value = take(name) else { return false }
    guard let flag = value.bool else { throw wrong(name, value, "true or false") }
    return flag
  }

  mutating func integer(_ name: String) throws(KustomizeError) -> Int64 {
    guard let value = take(name) else { return 0 }
    guard let number = value.int else { throw wrong(name, value, "a whole number") }
    return number
  }

  /// The entries of a list of structs.
  mutating func each<T>(
    _ name: String, _ read: (Value) throws(KustomizeError) -> T
  ) throws(KustomizeError) -> [T] {
    var result: [T] = []
    for value in try list(name) ?? [] { result.append(try read(value)) }
    return result
  }
}
