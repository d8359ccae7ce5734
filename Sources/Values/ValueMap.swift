/// A map from text to values that keeps the order of insertion. A reference: Go templates change maps in
/// place (`set`, `unset`), and all who hold the map see it. Once a map is handed to another thread or kept
/// beyond one evaluation nobody may change it any more (copy first); that is why it can be `Sendable`.
public final class ValueMap: @unchecked Sendable {
  public struct Entry: Sendable {
    public let key: Text
    /// Where the key itself stands.
    public var keyOrigin: Origin
    public var value: Value

    public init(key: Text, keyOrigin: Origin = .none, value: Value) {
      self.key = key
      self.keyOrigin = keyOrigin
      self.value = value
    }
  }

  public private(set) var entries: [Entry]
  /// Only for larger maps: from key to position.
  private var index: [Text: Int]
  private static let indexed = 16

  public init() {
    entries = []
    index = [:]
  }

  /// The last of equal keys wins and keeps the first one's place.
  public init(_ entries: some Sequence<Entry>) {
    self.entries = []
    self.index = [:]
    for entry in entries { set(entry.key, entry.value, keyOrigin: entry.keyOrigin) }
  }

  public convenience init(_ pairs: [(String, Value)]) {
    self.init(pairs.map { Entry(key: Text($0.0), value: $0.1) })
  }

  public var count: Int { entries.count }
  public var isEmpty: Bool { entries.isEmpty }
  public var keys: [Text] { entries.map(\.key) }

  public func position(of key: Text) -> Int? {
    if entries.count > Self.indexed { return index[key] }
    return entries.firstIndex { $0.key == key }
  }

  public subscript(_ key: Text) -> Value? { position(of: key).map { entries[$0].value } }

  public subscript(_ key: String) -> Value? {
    if entries.count > Self.indexed { return index[Text(key)].map { entries[$0].value } }
    let key = key.utf8
    for entry in entries where entry.key.count == key.count && entry.key.bytes.elementsEqual(key) {
      return entry.value
    }
    return nil
  }

  public func entry(_ key: String) -> Entry? { position(of: Text(key)).map { entries[$0] } }

  /// Puts a value; a known key keeps its place and, unless a new one is given, its origin.
  public func set(_ key: Text, _ value: Value, keyOrigin: Origin = .none) {
    if let at = position(of: key) {
      entries[at].value = value
      if keyOrigin.isKnown { entries[at].keyOrigin = keyOrigin }
      return
    }
    entries.append(Entry(key: key, keyOrigin: keyOrigin, value: value))
    if entries.count == Self.indexed + 1 {
      for (place, entry) in entries.enumerated() { index[entry.key] = place }
    } else if entries.count > Self.indexed {
      index[key] = entries.count - 1
    }
  }

  public func set(_ key: String, _ value: Value, keyOrigin: Origin = .none) {
    set(Text(key), value, keyOrigin: keyOrigin)
  }

  public func remove(_ key: Text) {
    guard let at = position(of: key) else { return }
    entries.remove(at: at)
    index = [:]
    if entries.count > Self.indexed {
      for (place, entry) in entries.enumerated() { index[entry.key] = place }
    }
  }

  public func remove(_ key: String) { remove(Text(key)) }

  /// A new map with the same entries; the values are shared.
  public func copy() -> ValueMap { ValueMap(copying: self) }

  private init(copying other: ValueMap) {
    entries = other.entries
    index = other.index
  }

  /// The entries in the order of the keys' bytes, as Go ranges over and prints maps.
  public var sortedEntries: [Entry] {
    var sorted = true
    for place in entries.indices.dropFirst() where !(entries[place - 1].key < entries[place].key) {
      sorted = false
      break
    }
    return sorted ? entries : entries.sorted { $0.key < $1.key }
  }
}

extension Value {
  /// Copies all maps and lists below, so that changes to the copy do not reach the original. Host objects
  /// are shared. Depth is bounded by the readers that made the value.
  public func deepCopy() -> Value {
    switch payload {
    case .map(let map):
      let copy = map.copy()
      for entry in map.entries {
        switch entry.value.payload {
        case .map, .list: copy.set(entry.key, entry.value.deepCopy())
        default: break
        }
      }
      return Value(.map(copy), tag: tag, origin: origin)
    case .list(let list):
      return Value(.list(ValueList(list.items.map { $0.deepCopy() })), tag: tag, origin: origin)
    default:
      return self
    }
  }
}

extension Value: Equatable {
  /// Equality of what the values are, whatever their origins, tags and order of keys. Numbers are equal by value
  /// across int and double; NaN equals nothing; host objects are equal by identity; unknown equals nothing.
  public static func == (a: Value, b: Value) -> Bool {
    switch (a.payload, b.payload) {
    case (.null, .null): true
    case (.bool(let x), .bool(let y)): x == y
    case (.int(let x), .int(let y)): x == y
    case (.double(let x), .double(let y)): x == y
    case (.int(let x), .double(let y)), (.double(let y), .int(let x)): Int64(exactly: y) == x
    case (.string(let x), .string(let y)): x == y
    case (.list(let x), .list(let y)): x.items == y.items
    case (.map(let x), .map(let y)):
      x === y || (x.count == y.count && x.entries.allSatisfy { y[$0.key] == $0.value })
    case (.object(let x), .object(let y)): x === y
    default: false
    }
  }
}
