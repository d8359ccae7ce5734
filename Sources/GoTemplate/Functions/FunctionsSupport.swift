import SourceText
import Values

/// Shorthands for the bodies of functions. The executor has checked the number and the types of arguments before, so the fallbacks
/// here are never seen; they are there because nothing may trap.
extension [Value] {
  func value(_ place: Int) -> Value { indices.contains(place) ? self[place] : .null }
  func text(_ place: Int) -> Text { value(place).text ?? .empty }
  func bytes(_ place: Int) -> [UInt8] { text(place).bytes }
  func string(_ place: Int) -> String { text(place).string }
  func int(_ place: Int) -> Int { Int(clamping: value(place).int ?? 0) }
  func flag(_ place: Int) -> Bool { value(place).bool ?? false }
  func number(_ place: Int) -> Double { value(place).number ?? 0 }
  /// Nil for Go's nil map.
  func map(_ place: Int) -> ValueMap? { value(place).map }
}

extension TemplateCall {
  /// The origin of something made of several values, the main one first.
  func joined(_ values: [Value]) -> Origin {
    let known = values.filter(\.origin.isKnown)
    if known.count <= 1 { return known.first?.origin ?? .none }
    return provenance.origins.join(known.map(\.origin))
  }
}

extension TemplateFunction {
  /// A function whose result is unknown as soon as one of its arguments is.
  static func strict(
    _ name: String, _ parameters: [GoType], variadic: GoType? = nil, _ body: @escaping Body
  ) -> TemplateFunction {
    TemplateFunction(name, parameters, variadic: variadic) { (call, arguments) throws(TemplateError) in
      for argument in arguments where argument.isUnknown { return argument }
      return try body(call, arguments)
    }
  }

  /// The same function under another name.
  func named(_ other: String) -> TemplateFunction {
    TemplateFunction(other, parameters, variadic: variadic, body)
  }
}

/// Go's views of values that several families of functions need.
enum GoValue {
  /// Deepest nesting that is looked into; readers never make deeper values.
  static let deepest = 1000

  static func boolean(_ value: Bool) -> Value { .bool(value) }
  static func int(_ value: Int) -> Value { Value(.int(Int64(value)), tag: GoNumber.int) }
  static func int64(_ value: Int64) -> Value { Value(.int(value), tag: GoNumber.int64) }
  static func float64(_ value: Double) -> Value { Value(.double(value), tag: GoNumber.float64) }
  static func strings(_ items: [Value], _ origin: Origin = .none) -> Value {
    Value(.list(ValueList(items)), tag: GoList.strings, origin: origin)
  }

  /// `[]interface{}` of whatever list a value is; nil where Go's kind is neither slice nor array.
  static func elements(_ value: Value) -> [Value]? {
    switch value.payload {
    case .list(let list): return list.items
    case .object(let object):
      guard let object = object as? GoObject, object.goKind == "slice" || object.goKind == "array" else { return nil }
      return object.rangeEntries?.map(\.value)
    default: return nil
    }
  }

  /// The elements, or sprig's error for what is no list: "Cannot push on type string".
  static func elements(_ value: Value, or complaint: String) throws(TemplateError) -> [Value] {
    if let items = elements(value) { return items }
    if value.isNull { throw TemplateError(nilPointer) }
    throw TemplateError("\(complaint) \(value.goKind)")
  }

  static let nilPointer = "runtime error: invalid memory address or nil pointer dereference"

  /// Sprig's `empty` (defaults.go). The value must not be unknown.
  static func isEmpty(_ value: Value) -> Bool {
    switch value.payload {
    case .null: true
    case .bool(let flag): !flag
    case .int(let number): number == 0
    case .double(let number): number == 0
    case .string(let text): text.count == 0
    case .list(let list): list.items.isEmpty
    case .map(let map): map.isEmpty
    case .object(let object):
      if let object = object as? GoObject, object.goKind == "map" || object.goKind == "slice" {
        object.length == 0
      } else {
        false
      }
    case .unknown: false
    }
  }

  /// The number's Go type, whether it came from a document or from a function.
  private static func numberType(_ value: Value) -> UInt8 {
    switch (value.payload, value.tag) {
    case (.int, GoNumber.document): GoNumber.int64
    case (.double, GoNumber.document): GoNumber.float64
    case (_, let tag): tag
    }
  }

  /// `reflect.DeepEqual`: equal types and equal contents.
  static func deepEqual(_ a: Value, _ b: Value, depth: Int = 0) -> Bool {
    guard depth < deepest else { return false }
    switch (a.payload, b.payload) {
    case (.null, .null): return true
    case (.bool(let x), .bool(let y)): return x == y
    case (.int(let x), .int(let y)): return x == y && numberType(a) == numberType(b)
    case (.double(let x), .double(let y)): return x == y && numberType(a) == numberType(b)
    case (.string(let x), .string(let y)): return x == y
    case (.list(let x), .list(let y)):
      guard a.tag == b.tag, x.items.count == y.items.count else { return false }
      for (one, other) in zip(x.items, y.items) where !deepEqual(one, other, depth: depth + 1) { return false }
      return true
    case (.map(let x), .map(let y)):
      guard a.tag == b.tag, x.count == y.count else { return false }
      if x === y { return true }
      for entry in x.entries {
        guard let other = y[entry.key], deepEqual(entry.value, other, depth: depth + 1) else { return false }
      }
      return true
    case (.object(let x), .object(let y)):
      if x === y { return true }
      guard let x = x as? GoObject, let y = y as? GoObject, x.goTypeName == y.goTypeName else { return false }
      return x.isEqual(y)
    default: return false
    }
  }

  /// The first unknown in a value; what is printed as a whole must know all its parts.
  static func unknown(in value: Value, depth: Int = 0) -> Value? {
    guard depth < deepest else { return nil }
    switch value.payload {
    case .unknown: return value
    case .list(let list):
      for item in list.items { if let found = unknown(in: item, depth: depth + 1) { return found } }
    case .map(let map):
      for entry in map.entries { if let found = unknown(in: entry.value, depth: depth + 1) { return found } }
    default: break
    }
    return nil
  }

  /// Sprig's `strval`: a string as it is, all else as `%v` prints it.
  static func text(_ value: Value) -> Text {
    if case .string(let text) = value.payload { return text }
    return GoFormatter.text(value)
  }

  /// Bounds the size of what one function makes.
  static func checkSize(_ bytes: Int) throws(TemplateError) {
    if bytes > Limits().outputBytes {
      throw TemplateError("result would have more than \(Limits().outputBytes) bytes", code: "template/too-large")
    }
  }
}

/// Rewrites a text stretch by stretch and keeps the origins of its parts.
struct TextRewriter {
  private var builder = TextBuilder()
  private let text: Text
  private let origin: Origin

  init(_ value: Value) {
    text = value.text ?? .empty
    origin = value.origin
    builder.reserve(text.count)
  }

  init(_ text: Text, origin: Origin) {
    self.text = text
    self.origin = origin
  }

  /// Bytes that stay as they are.
  mutating func keep(_ range: Range<Int>) { builder.append(text, range: range) }

  /// New bytes in the place of others, which lend them their origin.
  mutating func put(_ bytes: some Collection<UInt8>, at place: Int) {
    if text.runs.isEmpty {
      builder.append(bytes)
    } else {
      let index = text.runIndex(at: place)
      let covered = index < text.runs.count && Int(text.runs[index].start) <= place
      builder.append(bytes, origin: covered ? text.runs[index].origin : .none)
    }
  }

  /// Bytes that come from nowhere.
  mutating func insert(_ bytes: some Collection<UInt8>) { builder.append(bytes) }

  /// The result, or the text itself if nothing was changed.
  consuming func value() -> Value {
    builder.bytes == text.bytes ? .string(text, origin) : .string(builder.build(), origin)
  }
}
