import Values

/// Go's `time.Duration`: nanoseconds in an int64 (src/time/time.go, format.go).
enum GoDuration {
  static let second: Int64 = 1_000_000_000

  struct Failure: Error { let message: String }

  private static let units: [String: UInt64] = [
    "ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000,
    "h": 3_600_000_000_000,
  ]

  /// `time.ParseDuration`.
  static func parse(_ text: [UInt8]) throws(Failure) -> Int64 {
    let name = GoQuote.quoted(text[...])
    let invalid = Failure(message: "time: invalid duration \(name)")
    var rest = text[...]
    var negative = false
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      negative = sign == UInt8(ascii: "-")
      rest = rest.dropFirst()
    }
    if rest.elementsEqual([UInt8(ascii: "0")]) { return 0 }
    if rest.isEmpty { throw invalid }
    var total: UInt64 = 0
    while !rest.isEmpty {
      let whole = rest.prefix { 0x30...0x39 ~= $0 }
      rest = rest.dropFirst(whole.count)
      var fraction: ArraySlice<UInt8> = []
      if rest.first == UInt8(ascii: ".") {
        rest = rest.dropFirst()
        fraction = rest.prefix { 0x30...0x39 ~= $0 }
        rest = rest.dropFirst(fraction.count)
      }
      if whole.isEmpty && fraction.isEmpty { throw invalid }
      let unitBytes = rest.prefix { $0 != UInt8(ascii: ".") && !(0x30...0x39 ~= $0) }
      if unitBytes.isEmpty { throw Failure(message: "time: missing unit in duration \(name)") }
      rest = rest.dropFirst(unitBytes.count)
      guard let unit = units[String(decoding: unitBytes, as: UTF8.self)] else {
        throw Failure(message: "time: unknown unit \(GoQuote.quoted(unitBytes)) in duration \(name)")
      }
      var value: UInt64 = 0
      for digit in whole {
        let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = scaled.addingReportingOverflow(UInt64(digit - 0x30))
        if overflow || carry || sum > 1 << 63 { throw invalid }
        value = sum
      }
      let (scaled, overflow) = value.multipliedReportingOverflow(by: unit)
      if overflow || scaled > 1 << 63 { throw invalid }
      value = scaled
      if !fraction.isEmpty {
        var part: UInt64 = 0
        var scale = 1.0
        for digit in fraction.prefix(18) {
          part = part * 10 + UInt64(digit - 0x30)
          scale *= 10
        }
        value += UInt64(Double(part) * (Double(unit) / scale))
        if value > 1 << 63 { throw invalid }
      }
      let (sum, carry) = total.addingReportingOverflow(value)
      if carry || sum > 1 << 63 { throw invalid }
      total = sum
    }
    if negative { return Int64(truncatingIfNeeded: 0 &- total) }
    guard let result = Int64(exactly: total) else { throw invalid }
    return result
  }

  /// `Duration.String`: "72h3m0.5s".
  static func text(_ duration: Int64) -> String {
    if duration == 0 { return "0s" }
    let sign = duration < 0 ? "-" : ""
    let magnitude = duration.magnitude
    func decimal(_ value: UInt64, _ digits: Int) -> String {
      var scale: UInt64 = 1
      for _ in 0..<digits { scale *= 10 }
      var fraction = String(value % scale)
      fraction = String(repeating: "0", count: digits - fraction.count) + fraction
      while fraction.hasSuffix("0") { fraction.removeLast() }
      return "\(value / scale)" + (fraction.isEmpty ? "" : "." + fraction)
    }
    if magnitude < 1_000 { return sign + "\(magnitude)ns" }
    if magnitude < 1_000_000 { return sign + decimal(magnitude, 3) + "µs" }
    if magnitude < 1_000_000_000 { return sign + decimal(magnitude, 6) + "ms" }
    let seconds = magnitude / 1_000_000_000
    var text = decimal(seconds % 60 * 1_000_000_000 + magnitude % 1_000_000_000, 9) + "s"
    if seconds >= 60 { text = "\(seconds / 60 % 60)m" + text }
    if seconds >= 3_600 { text = "\(seconds / 3_600)h" + text }
    return sign + text
  }

  /// `Duration.Round`: halves away from zero; a step of 0 or less changes nothing.
  static func rounded(_ duration: Int64, to step: Int64) -> Int64 {
    if step <= 0 { return duration }
    let rest = duration % step
    let twice = rest.magnitude.multipliedReportingOverflow(by: 2)
    if !twice.overflow, twice.partialValue < step.magnitude { return duration - rest }
    let (sum, overflow) = (duration - rest).addingReportingOverflow(duration < 0 ? -step : step)
    return overflow ? (duration < 0 ? .min : .max) : sum
  }

  /// `Duration.Truncate`.
  static func truncated(_ duration: Int64, to step: Int64) -> Int64 { step <= 0 ? duration : duration - duration % step }
}

/// `time.Duration` in a template.
final class GoDurationObject: GoObject, @unchecked Sendable {
  let nanoseconds: Int64

  init(_ nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  override var goTypeName: String { "time.Duration" }
  override var goKind: String { "int64" }
  override var truth: Bool { nanoseconds != 0 }
  override var printed: Text { Text(GoDuration.text(nanoseconds)) }
  override func isEqual(_ other: GoObject) -> Bool { (other as? GoDurationObject)?.nanoseconds == nanoseconds }

  override func method(_ name: Text) -> TemplateFunction? {
    let nanoseconds = nanoseconds
    func result(_ make: @escaping @Sendable () -> Value) -> TemplateFunction {
      TemplateFunction(name.string, []) { _, _ in make() }
    }
    func stepped(_ change: @escaping @Sendable (Int64, Int64) -> Int64) -> TemplateFunction {
      TemplateFunction(name.string, [.any]) { (_, a) throws(TemplateError) in
        guard let step = (a.value(0).object as? GoDurationObject)?.nanoseconds ?? a.value(0).int else {
          throw TemplateError("wrong type for value; expected time.Duration; got \(a.value(0).goTypeName)")
        }
        return Value(.object(GoDurationObject(change(nanoseconds, step))))
      }
    }
    switch name.string {
    case "Hours": return result { GoValue.float64(DateFunctions.quotient(nanoseconds, 3_600_000_000_000)) }
    case "Minutes": return result { GoValue.float64(DateFunctions.quotient(nanoseconds, 60_000_000_000)) }
    case "Seconds": return result { GoValue.float64(DateFunctions.quotient(nanoseconds, GoDuration.second)) }
    case "Milliseconds": return result { GoValue.int64(nanoseconds / 1_000_000) }
    case "Microseconds": return result { GoValue.int64(nanoseconds / 1_000) }
    case "Nanoseconds": return result { GoValue.int64(nanoseconds) }
    case "String": return result { .string(GoDuration.text(nanoseconds)) }
    case "Abs":
      return result { Value(.object(GoDurationObject(nanoseconds == .min ? .max : abs(nanoseconds)))) }
    case "Round": return stepped(GoDuration.rounded)
    case "Truncate": return stepped(GoDuration.truncated)
    default: return nil
    }
  }
}
