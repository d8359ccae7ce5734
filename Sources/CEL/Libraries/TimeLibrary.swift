import SourceText
import Values

extension CELLibrary {
  /// Parts of timestamps and durations (cel-spec, "Timezones").
  static let times: [CELOverload] = {
    func part(_ name: String, _ body: @escaping @Sendable (LocalTime) -> Int64) -> [CELOverload] {
      [
        CELOverload(name, [.timestamp], .int, member: true) { _, v in
          .int(CELTimestamp.of(v[0]).map { body(LocalTime($0, offset: 0)) } ?? 0)
        },
        CELOverload(name, [.timestamp, .string], .int, member: true) { frame, v throws(CELError) in
          guard let time = CELTimestamp.of(v[0]) else { return .int(0) }
          let offset = try TimeZones.offset(v[1].string ?? "", at: time.seconds, frame.timeZone)
          return .int(body(LocalTime(time, offset: offset)))
        },
      ]
    }
    func span(_ name: String, _ unit: Int64) -> CELOverload {
      CELOverload(name, [.duration], .int, member: true) { _, v in .int((CELDuration.of(v[0])?.nanos ?? 0) / unit) }
    }
    return part("getFullYear") { $0.year } + part("getMonth") { $0.month - 1 } + part("getDate") { $0.day }
      + part("getDayOfMonth") { $0.day - 1 } + part("getDayOfWeek") { $0.dayOfWeek } + part("getDayOfYear") { $0.dayOfYear }
      + part("getHours") { $0.secondOfDay / 3600 } + part("getMinutes") { $0.secondOfDay / 60 % 60 }
      + part("getSeconds") { $0.secondOfDay % 60 } + part("getMilliseconds") { $0.nanos / 1_000_000 }
      + [
        span("getHours", 3600 * Times.second), span("getMinutes", 60 * Times.second), span("getSeconds", Times.second),
        // The language definition wants the part, not the whole; cel-go gives the whole.
        CELOverload("getMilliseconds", [.duration], .int, member: true) { _, v in .int((CELDuration.of(v[0])?.nanos ?? 0) % Times.second / 1_000_000) },
      ]
  }()
}

/// The calendar parts of an instant.
struct LocalTime {
  let year: Int64
  let month: Int64
  let day: Int64
  let secondOfDay: Int64
  let nanos: Int64
  private let days: Int64

  init(_ time: CELTimestamp, offset: Int64) {
    let local = time.seconds + offset
    days = Times.floor(local, 86400)
    secondOfDay = local - days * 86400
    let date = Gregorian.date(days: Int(days))
    (year, month, day) = (Int64(date.year), Int64(date.month), Int64(date.day))
    nanos = time.nanos
  }

  /// 0 is Sunday; 1970-01-01 was a Thursday.
  var dayOfWeek: Int64 { ((days + 4) % 7 + 7) % 7 }
  var dayOfYear: Int64 { days - Int64(Gregorian.days(year: Int(year), month: 1, day: 1)) }
}

/// Offsets of zones: `UTC`, `+02:00`, `02:00`, and names of the tz database where the environment can read it.
enum TimeZones {
  static func offset(_ zone: String, at seconds: Int64, _ database: (@Sendable (String) -> [UInt8]?)?) throws(CELError) -> Int64 {
    if zone.isEmpty || zone == "UTC" || zone == "GMT" { return 0 }
    if let fixed = fixed(Array(zone.utf8)) { return fixed }
    guard let bytes = database?(zone), let offset = tzif(bytes, at: seconds) else { throw CELError("unknown time zone '\(zone)'") }
    return offset
  }

  private static func fixed(_ bytes: [UInt8]) -> Int64? {
    var rest = bytes[...]
    var sign: Int64 = 1
    if let first = rest.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
      sign = first == UInt8(ascii: "-") ? -1 : 1
      rest = rest.dropFirst()
    }
    let parts = rest.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2,
      let hours = Int64(String(decoding: parts[0], as: UTF8.self)), let minutes = Int64(String(decoding: parts[1], as: UTF8.self)),
      hours >= 0, hours < 24, minutes >= 0, minutes < 60
    else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }

  /// The offset that a TZif file (RFC 8536) gives for an instant; after its last transition the last offset holds.
  private static func tzif(_ bytes: [UInt8], at seconds: Int64) -> Int64? {
    func number(_ at: Int, _ width: Int) -> Int64? {
      guard at >= 0, at + width <= bytes.count else { return nil }
      var value: UInt64 = 0
      for byte in bytes[at..<(at + width)] { value = value << 8 | UInt64(byte) }
      if width == 4 { return Int64(Int32(truncatingIfNeeded: value)) }
      return width == 8 ? Int64(bitPattern: value) : Int64(value)
    }
    func counts(_ at: Int) -> [Int]? {
      var result: [Int] = []
      for field in 0..<6 {
        guard let count = number(at + 20 + 4 * field, 4), count >= 0, count < 1 << 20 else { return nil }
        result.append(Int(count))
      }
      return result
    }
    guard bytes.starts(with: "TZif", at: 0), bytes.count > 44, bytes[4] >= UInt8(ascii: "2"), let old = counts(0) else { return nil }
    // isutc, isstd, leap, time, type, char
    let skip = 44 + old[3] * 5 + old[4] * 6 + old[5] + old[2] * 8 + old[1] + old[0]
    guard bytes.starts(with: "TZif", at: skip), let new = counts(skip) else { return nil }
    let times = skip + 44
    let kinds = times + new[3] * 8
    let types = kinds + new[3]
    var low = 0
    var high = new[3]
    while low < high {
      let middle = (low + high) / 2
      guard let time = number(times + middle * 8, 8) else { return nil }
      if time <= seconds { low = middle + 1 } else { high = middle }
    }
    let kind = low == 0 ? 0 : number(kinds + low - 1, 1)
    guard let kind else { return nil }
    return number(types + Int(kind) * 6, 4)
  }
}
