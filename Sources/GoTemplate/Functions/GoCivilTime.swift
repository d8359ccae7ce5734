import Glibc
import SourceText

/// A zone with one fixed offset. Other zones need the system's time zone database, which is no part of a repository.
struct GoZone: Hashable, Sendable {
  var name: String
  /// Seconds east of Greenwich.
  var offset: Int

  static let utc = GoZone(name: "UTC", offset: 0)

  /// `time.LoadLocation`; nil where the answer depends on a database. The local zone is UTC, as in Argo CD's containers.
  static func load(_ name: String) -> GoZone? {
    switch name {
    case "", "UTC", "Local", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu": utc
    case "GMT", "Etc/GMT", "Etc/Greenwich", "Greenwich": GoZone(name: "GMT", offset: 0)
    default: nil
    }
  }
}

/// An instant and the zone it is shown in: as much of `time.Time` as templates see.
struct GoCivilTime: Hashable, Sendable {
  /// Seconds since 1970 in UTC.
  var seconds: Int64
  /// 0 to 999,999,999.
  var nanoseconds: Int
  var zone = GoZone.utc

  init(seconds: Int64, nanoseconds: Int = 0, zone: GoZone = .utc) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
    self.zone = zone
  }

  static var now: GoCivilTime {
    var clock = timespec()
    clock_gettime(CLOCK_REALTIME, &clock)
    return GoCivilTime(seconds: Int64(clock.tv_sec), nanoseconds: Int(clock.tv_nsec))
  }

  /// Go's zero time, January 1 of the year 1.
  static let zero = GoCivilTime(seconds: -62_135_596_800)

  /// A date and a clock time in a zone; all fields are in their ranges.
  init(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, nanoseconds: Int, zone: GoZone) {
    let days = Gregorian.days(year: year, month: month, day: day)
    self.init(
      seconds: Int64(days * 86_400 + hour * 3_600 + minute * 60 + second - zone.offset), nanoseconds: nanoseconds,
      zone: zone)
  }

  struct Fields {
    var year = 1970
    var month = 1
    var day = 1
    /// From 1.
    var dayOfYear = 1
    /// 0 is Sunday.
    var weekday = 4
    var hour = 0
    var minute = 0
    var second = 0
  }

  var fields: Fields {
    // The range that has years Go can print; beyond it the calendar would overflow.
    let local = min(max(seconds, -1 << 55), 1 << 55) + Int64(zone.offset)
    let day = Int((local >= 0 ? local : local - 86_399) / 86_400)
    let clock = Int(local) - day * 86_400
    let date = Gregorian.date(days: day)
    var fields = Fields()
    fields.year = date.year
    fields.month = date.month
    fields.day = date.day
    fields.dayOfYear = day - Gregorian.days(year: date.year, month: 1, day: 1) + 1
    fields.weekday = ((day + 4) % 7 + 7) % 7
    fields.hour = clock / 3_600
    fields.minute = clock / 60 % 60
    fields.second = clock % 60
    return fields
  }

  /// The time later by a duration in nanoseconds.
  func adding(_ duration: Int64) -> GoCivilTime {
    var total = nanoseconds + Int(duration % 1_000_000_000)
    var (sum, overflow) = seconds.addingReportingOverflow(duration / 1_000_000_000)
    if overflow { return self }
    if total < 0 {
      total += 1_000_000_000
      sum &-= 1
    } else if total >= 1_000_000_000 {
      total -= 1_000_000_000
      sum &+= 1
    }
    return GoCivilTime(seconds: sum, nanoseconds: total, zone: zone)
  }

  /// Nanoseconds from another time to this one, cut to Go's range.
  func since(_ other: GoCivilTime) -> Int64 {
    let (difference, overflow) = seconds.subtractingReportingOverflow(other.seconds)
    let (scaled, tooLong) = difference.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carried) = scaled.addingReportingOverflow(Int64(nanoseconds - other.nanoseconds))
    if overflow || tooLong || carried { return seconds > other.seconds ? .max : .min }
    return sum
  }

  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
}
