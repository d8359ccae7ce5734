import Values

/// Go's encoding/json (`Marshal`, `MarshalIndent`): keys in byte order; scalars keep their origins.
struct GoJSONWriter {
  /// Go's error for numbers without a text in JSON.
  struct Failure: Error { let message: String }

  private var builder = TextBuilder()
  private let writer: JSONWriter
  private let isPretty: Bool

  /// - Parameter pretty: line breaks and two spaces a level.
  static func text(_ value: Value, pretty: Bool = false, escapesHTML: Bool = true) throws(Failure) -> Text {
    var json = GoJSONWriter(pretty: pretty, escapesHTML: escapesHTML)
    try json.write(GoValue.plain(value), level: 0)
    return json.builder.build()
  }

  private init(pretty: Bool, escapesHTML: Bool) {
    isPretty = pretty
    writer = JSONWriter(escapesHTML: escapesHTML)
  }

  private mutating func write(_ value: Value, level: Int) throws(Failure) {
    guard level < GoValue.deepest else { throw Failure(message: "json: unsupported value: encountered a cycle") }
    switch value.payload {
    case .null, .unknown, .object: builder.append("null", origin: value.origin)
    case .bool(let flag): builder.append(flag ? "true" : "false", origin: value.origin)
    case .int(let number):
      let text = value.tag == GoNumber.uint64 ? String(UInt64(bitPattern: number)) : String(number)
      builder.append(text, origin: value.origin)
    case .double(let number):
      guard number.isFinite else {
        throw Failure(message: "json: unsupported value: \(number.isNaN ? "NaN" : number > 0 ? "+Inf" : "-Inf")")
      }
      builder.append(JSONWriter.number(number), origin: value.origin)
    case .string(let text): string(text, origin: value.origin)
    case .list(let list) where list.isNil: builder.append("null", origin: value.origin)
    case .list(let list):
      builder.append(UInt8(ascii: "["))
      for (place, item) in list.items.enumerated() {
        if place > 0 { builder.append(UInt8(ascii: ",")) }
        lineBreak(level + 1)
        try write(item, level: level + 1)
      }
      if !list.items.isEmpty { lineBreak(level) }
      builder.append(UInt8(ascii: "]"))
    case .map(let map):
      builder.append(UInt8(ascii: "{"))
      for (place, entry) in map.sortedEntries.enumerated() {
        if place > 0 { builder.append(UInt8(ascii: ",")) }
        lineBreak(level + 1)
        string(entry.key, origin: entry.keyOrigin)
        builder.append(isPretty ? ": " : ":")
        try write(entry.value, level: level + 1)
      }
      if !map.isEmpty { lineBreak(level) }
      builder.append(UInt8(ascii: "}"))
    }
  }

  private mutating func lineBreak(_ level: Int) {
    guard isPretty else { return }
    builder.append(UInt8(ascii: "\n"))
    builder.append(repeatElement(UInt8(ascii: " "), count: 2 * level).map { $0 })
  }

  private mutating func string(_ text: Text, origin: Origin) {
    var bytes: [UInt8] = []
    writer.writeString(text.bytes, to: &bytes)
    // Where nothing is escaped the runs of the text stay exact.
    if bytes.count == text.count + 2 {
      builder.append(UInt8(ascii: "\""))
      builder.append(text, origin: origin)
      builder.append(UInt8(ascii: "\""))
      return
    }
    builder.append(bytes, origin: origin.isKnown ? origin : text.runs.first?.origin ?? .none)
  }
}

extension GoValue {
  /// The value without Go objects: structs and the like as encoding/json writes them.
  static func plain(_ value: Value, depth: Int = 0) -> Value {
    guard depth < deepest else { return value }
    switch value.payload {
    case .object(let object): return plain(object, value, depth)
    case .list(let list):
      guard list.items.contains(where: holdsObject) else { return value }
      return Value(.list(ValueList(list.items.map { plain($0, depth: depth + 1) })), tag: value.tag, origin: value.origin)
    case .map(let map):
      guard map.entries.contains(where: { holdsObject($0.value) }) else { return value }
      let copy = ValueMap(
        map.entries.map {
          ValueMap.Entry(key: $0.key, keyOrigin: $0.keyOrigin, value: plain($0.value, depth: depth + 1))
        })
      return Value(.map(copy), tag: value.tag, origin: value.origin)
    default: return value
    }
  }

  private static func holdsObject(_ value: Value) -> Bool {
    switch value.payload {
    case .object, .list, .map: true
    default: false
    }
  }

  private static func plain(_ object: HostObject, _ value: Value, _ depth: Int) -> Value {
    guard let object = object as? GoObject else { return .null(value.origin) }
    if let time = object as? GoTime { return .string(time.time.format(GoTimeLayout.rfc3339Nano), value.origin) }
    if let duration = object as? GoDurationObject { return .int(duration.nanoseconds, value.origin) }
    if object is GoVersion { return .string(object.printed, value.origin) }
    if object.goKind == "slice", let entries = object.rangeEntries {
      return .list(entries.map { plain($0.value, depth: depth + 1) }, value.origin)
    }
    let map = ValueMap()
    if object.isMap, let entries = object.rangeEntries {
      for (key, entry) in entries { map.set(GoFormatter.text(key), plain(entry, depth: depth + 1)) }
    } else {
      for name in object.memberNames { if let member = object.member(name) { map.set(name, plain(member, depth: depth + 1)) } }
    }
    return .map(map, value.origin)
  }

  /// Numbers as encoding/json reads them: all are float64.
  static func asJSON(_ value: Value, depth: Int = 0) -> Value {
    guard depth < deepest else { return value }
    switch value.payload {
    case .int(let number): return Value(.double(Double(number)), origin: value.origin)
    case .list(let list): return .list(list.items.map { asJSON($0, depth: depth + 1) }, value.origin)
    case .map(let map):
      return .map(
        ValueMap(
          map.entries.map {
            ValueMap.Entry(key: $0.key, keyOrigin: $0.keyOrigin, value: asJSON($0.value, depth: depth + 1))
          }), value.origin)
    default: return value
    }
  }
}
