import SourceText
import Values

/// What a value of the configuration may be. One table of shapes checks the files and makes the JSON schema, so that the two cannot
/// differ.
indirect enum ConfigurationShape: Sendable {
  case text
  case bool
  /// One of these words.
  case words([String])
  /// `YYYY-MM-DD`.
  case date
  /// A duration in Go's words: `2m`, `1h30m`.
  case duration
  case list(ConfigurationShape)
  case map(ConfigurationShape)
  case record([ConfigurationField])
  /// A mapping takes the second shape, all else the first.
  case scalarOrRecord(ConfigurationShape, [ConfigurationField])
  case anything
}

/// One key of a mapping.
struct ConfigurationField: Sendable {
  let name: String
  let shape: ConfigurationShape
  let documentation: String
  var isRequired = false

  init(_ name: String, _ shape: ConfigurationShape, _ documentation: String, required: Bool = false) {
    self.name = name
    self.shape = shape
    self.documentation = documentation
    isRequired = required
  }
}

/// Compares values with shapes; what does not fit is an error at its place, with the nearest name where one is near.
struct ConfigurationChecker {
  let provenance: Provenance
  let sink: DiagnosticSink

  func check(_ value: Value, _ shape: ConfigurationShape, _ what: String) {
    switch shape {
    case .anything: break
    case .text: if value.string == nil { wrong(value, what, "a text") }
    case .bool: if value.bool == nil { wrong(value, what, "true or false") }
    case .words(let words):
      guard let word = Self.word(value) else { return wrong(value, what, words.joined(separator: ", ")) }
      guard !words.contains(word) else { return }
      sink.error("config/value", "\(what) is '\(word)', expected \(Self.alternatives(words))\(suggestion(word, words))", at: place(value))
    case .date:
      guard let text = value.string else { return wrong(value, what, "a day as YYYY-MM-DD") }
      if !CalendarDay.isValid(text) { sink.error("config/value", "\(what) is '\(text)', expected a day as YYYY-MM-DD", at: place(value)) }
    case .duration:
      guard let text = value.string else { return wrong(value, what, "a duration such as 2m or 1h30m") }
      if !GoDurationText.isValid(text) {
        sink.error("config/value", "\(what) is '\(text)', expected a duration such as 2m or 1h30m", at: place(value))
      }
    case .list(let item):
      guard let list = value.list else { return wrong(value, what, "a list") }
      for entry in list { check(entry, item, "an item of \(what)") }
    case .map(let item):
      guard let map = value.map else { return wrong(value, what, "a mapping") }
      for entry in map.entries { check(entry.value, item, "'\(entry.key.string)' of \(what)") }
    case .record(let fields):
      guard let map = value.map else { return wrong(value, what, "a mapping") }
      record(map, fields, what, at: place(value))
    case .scalarOrRecord(let scalar, let fields):
      guard let map = value.map else { return check(value, scalar, what) }
      record(map, fields, what, at: place(value))
    }
  }

  private func record(_ map: ValueMap, _ fields: [ConfigurationField], _ what: String, at span: SourceSpan?) {
    for entry in map.entries {
      let name = entry.key.string
      guard let field = fields.first(where: { $0.name == name }) else {
        sink.error(
          "config/unknown-key", "\(what) has no key '\(name)'\(suggestion(name, fields.map(\.name)))",
          at: provenance.origins.editPlace(entry.keyOrigin), notes: ["keys of \(what): \(fields.map(\.name).joined(separator: ", "))"])
        continue
      }
      check(entry.value, field.shape, "'\(name)'")
    }
    for field in fields where field.isRequired && map[field.name] == nil {
      sink.error("config/missing", "\(what) has no '\(field.name)': \(field.documentation)", at: span)
    }
  }

  /// A word; YAML 1.1 editors may write `off` as `false`.
  static func word(_ value: Value) -> String? { value.bool == false ? "off" : value.string }

  private func wrong(_ value: Value, _ what: String, _ wanted: String) {
    sink.error("config/type", "\(what) is \(Self.kind(value)), expected \(wanted)", at: place(value))
  }

  private func place(_ value: Value) -> SourceSpan? { provenance.origins.editPlace(value.origin) }

  private func suggestion(_ name: String, _ known: [String]) -> String {
    nearestName(to: name, in: known).map { ", did you mean '\($0)'?" } ?? ""
  }

  static func alternatives(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }

  static func kind(_ value: Value) -> String {
    switch value.payload {
    case .null: "empty"
    case .bool: "true or false"
    case .int, .double: "a number (texts of digits want quotes)"
    case .string: "a text"
    case .list: "a list"
    case .map: "a mapping"
    case .unknown, .object: "nothing known"
    }
  }
}

/// Days as texts, which sort as the days do.
enum CalendarDay {
  /// Whether a text is `YYYY-MM-DD` of a day that there is.
  static func isValid(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return false }
    func number(_ range: Range<Int>) -> Int? {
      var result = 0
      for byte in bytes[range] {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        result = result * 10 + Int(byte - UInt8(ascii: "0"))
      }
      return result
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), (1...12).contains(month) else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return day >= 1 && day <= days[month - 1]
  }
}

/// Texts that Go's time.ParseDuration reads, positive ones: numbers with units, `1h30m`.
enum GoDurationText {
  static func isValid(_ text: String) -> Bool {
    var rest = Substring(text)
    guard !rest.isEmpty, rest.utf8.count < 60 else { return false }
    while !rest.isEmpty {
      let number = rest.prefix { ($0 >= "0" && $0 <= "9") || $0 == "." }
      guard number.contains(where: { $0 != "." }), number.count(where: { $0 == "." }) < 2 else { return false }
      rest = rest.dropFirst(number.count)
      guard let unit = ["ns", "us", "µs", "ms", "s", "m", "h"].first(where: { rest.hasPrefix($0) }) else { return false }
      rest = rest.dropFirst(unit == "m" && rest.hasPrefix("ms") ? 2 : unit.count)
    }
    return true
  }
}
