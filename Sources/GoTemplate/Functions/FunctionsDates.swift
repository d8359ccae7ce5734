import Values

/// Sprig's dates (date.go) and Helm's durations (pkg/engine: funcs.go).
enum DateFunctions {
  static let all: [TemplateFunction] = [
    TemplateFunction("now", []) { call, _ in Value(.object(GoTime(.now)), origin: call.origin) },
    .strict("date", [.string, .any]) { _, a in dateInZone(a.text(0), a.value(1), "Local") },
    .strict("htmlDate", [.any]) { _, a in dateInZone("2006-01-02", a.value(0), "Local") },
    .strict("dateInZone", [.string, .any, .string]) { _, a in dateInZone(a.text(0), a.value(1), a.string(2)) },
    .strict("date_in_zone", [.string, .any, .string]) { _, a in dateInZone(a.text(0), a.value(1), a.string(2)) },
    .strict("htmlDateInZone", [.any, .string]) { _, a in dateInZone("2006-01-02", a.value(0), a.string(1)) },
    modifying("dateModify", fails: false),
    modifying("date_modify", fails: false),
    modifying("mustDateModify", fails: true),
    modifying("must_date_modify", fails: true),
    .strict("toDate", [.string, .string]) { _, a in
      let time = (try? GoTimeParser.parse(layout: a.bytes(0), a.bytes(1))) ?? .zero
      return Value(.object(GoTime(time)), origin: a.value(1).origin)
    },
    .strict("mustToDate", [.string, .string]) { (_, a) throws(TemplateError) in
      do throws(GoTimeParser.Failure) {
        return Value(.object(GoTime(try GoTimeParser.parse(layout: a.bytes(0), a.bytes(1)))), origin: a.value(1).origin)
      } catch { throw TemplateError(error.message) }
    },
    .strict("unixEpoch", [.any]) { (_, a) throws(TemplateError) in
      .string(String(try time(a.value(0)).seconds), a.value(0).origin)
    },
    .strict("ago", [.any]) { _, a in
      let elapsed = GoCivilTime.now.since(instant(a.value(0), int32: false))
      return .string(GoDuration.text(GoDuration.rounded(elapsed, to: GoDuration.second)), a.value(0).origin)
    },
    .strict("duration", [.any]) { _, a in
      var seconds: Int64 = 0
      switch a.value(0).payload {
      case .string(let text): seconds = GoCast.decimal(text.bytes) ?? 0
      case .int(let number) where a.value(0).goTypeName == "int64": seconds = number
      default: break
      }
      return .string(GoDuration.text(seconds &* GoDuration.second), a.value(0).origin)
    },
    .strict("durationRound", [.any]) { _, a in
      var duration: Int64 = 0
      switch a.value(0).payload {
      case .string(let text): duration = (try? GoDuration.parse(text.bytes)) ?? 0
      case .int(let number) where a.value(0).goTypeName == "int64": duration = number
      case .object(let object):
        if let time = object as? GoTime { duration = GoCivilTime.now.since(time.time) }
      default: break
      }
      return .string(coarse(duration.magnitude), a.value(0).origin)
    },
  ]

  /// Helm's own.
  static let helm: [TemplateFunction] = [
    .strict("mustToDuration", [.any]) { (_, a) throws(TemplateError) in
      do throws(GoDuration.Failure) {
        return Value(.object(GoDurationObject(try duration(a.value(0)))), origin: a.value(0).origin)
      } catch { throw TemplateError(error.message) }
    },
    measured("durationSeconds") { GoValue.float64(quotient($0, GoDuration.second)) },
    measured("durationMilliseconds") { GoValue.int64($0 / 1_000_000) },
    measured("durationMicroseconds") { GoValue.int64($0 / 1_000) },
    measured("durationNanoseconds") { GoValue.int64($0) },
    measured("durationMinutes") { GoValue.float64(quotient($0, 60_000_000_000)) },
    measured("durationHours") { GoValue.float64(quotient($0, 3_600_000_000_000)) },
    measured("durationDays") { GoValue.float64(quotient($0, 3_600_000_000_000) / 24) },
    measured("durationWeeks") { GoValue.float64(quotient($0, 3_600_000_000_000) / 24 / 7) },
    stepped("durationRoundTo", GoDuration.rounded),
    stepped("durationTruncateTo", GoDuration.truncated),
  ]

  /// Go's `Hours` and the like: the whole part and the rest apart.
  static func quotient(_ duration: Int64, _ unit: Int64) -> Double {
    Double(duration / unit) + Double(duration % unit) / Double(unit)
  }

  private static func time(_ value: Value) throws(TemplateError) -> GoCivilTime {
    guard let time = value.object as? GoTime else {
      if value.isNull { throw TemplateError("invalid value; expected time.Time") }
      throw TemplateError("wrong type for value; expected time.Time; got \(value.goTypeName)")
    }
    return time.time
  }

  /// A time, or seconds since 1970 in an int; for anything else the present.
  private static func instant(_ value: Value, int32: Bool) -> GoCivilTime {
    if let time = value.object as? GoTime { return time.time }
    if case .int(let seconds) = value.payload {
      switch value.goTypeName {
      case "int", "int64": return GoCivilTime(seconds: seconds)
      case "int32" where int32: return GoCivilTime(seconds: seconds)
      default: break
      }
    }
    return .now
  }

  private static func dateInZone(_ layout: Text, _ date: Value, _ zone: String) -> Value {
    guard let zone = GoZone.load(zone) else {
      return .unknown("time zone \(zone), which is looked up in the system's database", date.origin)
    }
    var time = instant(date, int32: true)
    time.zone = zone
    return .string(time.format(layout.bytes), date.origin)
  }

  private static func modifying(_ name: String, fails: Bool) -> TemplateFunction {
    .strict(name, [.string, .any]) { (_, a) throws(TemplateError) in
      let start = try time(a.value(1))
      do throws(GoDuration.Failure) {
        return Value(.object(GoTime(start.adding(try GoDuration.parse(a.bytes(0))))), origin: a.value(1).origin)
      } catch {
        if fails { throw TemplateError(error.message) }
        return a.value(1)
      }
    }
  }

  private static func coarse(_ magnitude: UInt64) -> String {
    let hour: UInt64 = 3_600_000_000_000
    let steps: [(UInt64, String)] = [
      (hour * 24 * 365, "y"), (hour * 24 * 30, "mo"), (hour * 24, "d"), (hour, "h"), (60_000_000_000, "m"),
      (1_000_000_000, "s"),
    ]
    for (length, name) in steps where magnitude > length { return "\(magnitude / length)\(name)" }
    return "0s"
  }

  // MARK: Helm's durations

  /// funcs.go, `asDuration`: text with units, else a number of seconds.
  private static func duration(_ value: Value) throws(GoDuration.Failure) -> Int64 {
    switch value.payload {
    case .object(let object):
      if let object = object as? GoDurationObject { return object.nanoseconds }
    case .null: throw GoDuration.Failure(message: "invalid duration")
    case .string(let text):
      let trimmed = StringFunctions.trim(value) { StringFunctions.isSpace($0) }.text ?? .empty
      if trimmed.count == 0 { throw GoDuration.Failure(message: "empty duration") }
      if let parsed = try? GoDuration.parse(trimmed.bytes) { return parsed }
      if let number = GoCast.float(trimmed.bytes) { return try fromSeconds(number) }
      throw GoDuration.Failure(message: "could not parse duration \(GoQuote.quoted(text.bytes[...]))")
    case .int(let number):
      if value.tag == GoNumber.uint64, number < 0 {
        throw GoDuration.Failure(message: "duration seconds overflow: \(UInt64(bitPattern: number))")
      }
      let (product, overflow) = number.multipliedReportingOverflow(by: GoDuration.second)
      if overflow { throw GoDuration.Failure(message: "duration seconds overflow: \(number)") }
      return product
    case .double(let number): return try fromSeconds(number)
    default: break
    }
    throw GoDuration.Failure(message: "unsupported duration type \(value.goTypeName)")
  }

  private static func fromSeconds(_ number: Double) throws(GoDuration.Failure) -> Int64 {
    let text = GoFormatter.string(.double(number))
    if !number.isFinite { throw GoDuration.Failure(message: "invalid duration seconds: \(text)") }
    guard number.magnitude <= Double(Int64.max) / 1e9 else {
      throw GoDuration.Failure(message: "duration seconds overflow: \(text)")
    }
    return GoCast.truncated(number * 1e9)
  }

  private static func measured(_ name: String, _ measure: @escaping @Sendable (Int64) -> Value) -> TemplateFunction {
    .strict(name, [.any]) { _, a in measure((try? duration(a.value(0))) ?? 0).with(origin: a.value(0).origin) }
  }

  private static func stepped(_ name: String, _ change: @escaping @Sendable (Int64, Int64) -> Int64) -> TemplateFunction {
    .strict(name, [.any, .any]) { call, a in
      var result: Int64 = 0
      if let start = try? duration(a.value(0)) {
        result = (try? duration(a.value(1))).map { change(start, $0) } ?? start
      }
      return Value(.object(GoDurationObject(result)), origin: call.joined(a))
    }
  }
}
