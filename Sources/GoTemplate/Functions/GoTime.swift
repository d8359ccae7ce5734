import SourceText
import Values

/// `time.Time` in a template: `now`, `toDate` and what is made of them.
final class GoTime: GoObject, @unchecked Sendable {
  let time: GoCivilTime

  init(_ time: GoCivilTime) { self.time = time }

  override var goTypeName: String { "time.Time" }
  override var printed: Text { Text(time.format(GoTimeLayout.standard)) }
  override func isEqual(_ other: GoObject) -> Bool { (other as? GoTime)?.time == time }

  override func method(_ name: Text) -> TemplateFunction? {
    let time = time
    let fields = time.fields
    func int(_ value: Int) -> TemplateFunction { TemplateFunction(name.string, []) { _, _ in GoValue.int(value) } }
    func int64(_ scale: Int64, _ rest: Int64) -> TemplateFunction {
      TemplateFunction(name.string, []) { _, _ in GoValue.int64(time.seconds &* scale &+ rest) }
    }
    func made(_ value: GoCivilTime) -> TemplateFunction {
      TemplateFunction(name.string, []) { _, _ in Value(.object(GoTime(value))) }
    }
    func comparison(_ holds: @escaping @Sendable (GoCivilTime, GoCivilTime) -> Value) -> TemplateFunction {
      TemplateFunction(name.string, [.any]) { (_, a) throws(TemplateError) in
        guard let other = a.value(0).object as? GoTime else {
          throw TemplateError("wrong type for value; expected time.Time; got \(a.value(0).goTypeName)")
        }
        return holds(time, other.time)
      }
    }
    switch name.string {
    case "Format": return TemplateFunction("Format", [.string]) { _, a in .string(time.format(a.bytes(0))) }
    case "String": return TemplateFunction("String", []) { _, _ in .string(time.format(GoTimeLayout.standard)) }
    case "Unix": return int64(1, 0)
    case "UnixMilli": return int64(1_000, Int64(time.nanoseconds / 1_000_000))
    case "UnixMicro": return int64(1_000_000, Int64(time.nanoseconds / 1_000))
    case "UnixNano": return int64(1_000_000_000, Int64(time.nanoseconds))
    case "Year": return int(fields.year)
    case "Month": return TemplateFunction("Month", []) { _, _ in GoNamedInt.value(fields.month, "time.Month", GoCivilTime.months, from: 1) }
    case "Weekday":
      return TemplateFunction("Weekday", []) { _, _ in
        GoNamedInt.value(fields.weekday, "time.Weekday", GoCivilTime.weekdays, from: 0)
      }
    case "Day": return int(fields.day)
    case "YearDay": return int(fields.dayOfYear)
    case "Hour": return int(fields.hour)
    case "Minute": return int(fields.minute)
    case "Second": return int(fields.second)
    case "Nanosecond": return int(time.nanoseconds)
    case "UTC", "Local": return made(GoCivilTime(seconds: time.seconds, nanoseconds: time.nanoseconds))
    case "IsZero":
      return TemplateFunction("IsZero", []) { _, _ in
        .bool(time.seconds == GoCivilTime.zero.seconds && time.nanoseconds == 0)
      }
    case "Add":
      return TemplateFunction("Add", [.any]) { (_, a) throws(TemplateError) in
        guard let step = (a.value(0).object as? GoDurationObject)?.nanoseconds ?? a.value(0).int else {
          throw TemplateError("wrong type for value; expected time.Duration; got \(a.value(0).goTypeName)")
        }
        return Value(.object(GoTime(time.adding(step))))
      }
    case "AddDate":
      return TemplateFunction("AddDate", [.int, .int, .int]) { _, a in
        // Bounded to what a calendar can hold.
        let bound = { (number: Int) in max(-1_000_000, min(number, 1_000_000)) }
        let months = fields.month - 1 + bound(a.int(1))
        let year = fields.year + bound(a.int(0)) + (months >= 0 ? months : months - 11) / 12
        let first = Gregorian.days(year: year, month: ((months % 12) + 12) % 12 + 1, day: 1)
        let days = first + fields.day - 1 + bound(a.int(2))
        let clock = fields.hour * 3_600 + fields.minute * 60 + fields.second
        return Value(
          .object(
            GoTime(
              GoCivilTime(
                seconds: Int64(days * 86_400 + clock - time.zone.offset), nanoseconds: time.nanoseconds, zone: time.zone))))
      }
    case "Sub": return comparison { Value(.object(GoDurationObject($0.since($1)))) }
    case "After": return comparison { .bool($0.since($1) > 0) }
    case "Before": return comparison { .bool($0.since($1) < 0) }
    case "Equal": return comparison { .bool($0.since($1) == 0) }
    default: return nil
    }
  }
}

/// An int whose type has names for its values: `time.Month`.
final class GoNamedInt: GoObject, @unchecked Sendable {
  private let number: Int
  private let type: String
  private let name: String

  private init(_ number: Int, _ type: String, _ name: String) {
    self.number = number
    self.type = type
    self.name = name
  }

  static func value(_ number: Int, _ type: String, _ names: [String], from first: Int) -> Value {
    let place = number - first
    return Value(.object(GoNamedInt(number, type, names.indices.contains(place) ? names[place] : "%!\(type)(\(number))")))
  }

  override var goTypeName: String { type }
  override var goKind: String { "int" }
  override var truth: Bool { number != 0 }
  override var printed: Text { Text(name) }
  override func isEqual(_ other: GoObject) -> Bool { (other as? GoNamedInt).map { $0.number == number && $0.type == type } ?? false }
}
