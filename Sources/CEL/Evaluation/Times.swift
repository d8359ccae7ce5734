import SourceText
import Values

/// An instant, from year 1 to year 9999.
public final class CELTimestamp: HostObject, @unchecked Sendable {
  public let seconds: Int64
  public let nanos: Int64
  private init(_ seconds: Int64, _ nanos: Int64) {
    self.seconds = seconds
    self.nanos = nanos
  }
  public override var typeName: String { "google.protobuf.Timestamp" }

  static let first: Int64 = -62_135_596_800
  static let last: Int64 = 253_402_300_799

  public static func value(seconds: Int64, nanos: Int64 = 0) -> Value? {
    guard seconds >= first, seconds <= last, nanos >= 0, nanos < 1_000_000_000 else { return nil }
    return Value(.object(CELTimestamp(seconds, nanos)))
  }

  static func of(_ value: Value) -> CELTimestamp? { value.object as? CELTimestamp }
}

/// A span of time in nanoseconds of 64 bits, as cel-go holds it.
public final class CELDuration: HostObject, @unchecked Sendable {
  public let nanos: Int64
  init(_ nanos: Int64) { self.nanos = nanos }
  public override var typeName: String { "google.protobuf.Duration" }
  public static func value(_ nanos: Int64) -> Value { Value(.object(CELDuration(nanos))) }
  static func of(_ value: Value) -> CELDuration? { value.object as? CELDuration }
}

/// Reading and writing of times.
enum Times {
  static let second: Int64 = 1_000_000_000

  /// Nanoseconds of a text in the form of Go's `time.ParseDuration` (golang/go src/time/format.go): `1h30m`, `-1.5s`, `0`;
  /// nil where malformed or beyond 64 bits.
  static func parseDuration(_ text: some Collection<UInt8>) -> Int64? {
    var rest = Array(text)[...]
    var negative = false
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      negative = sign == UInt8(ascii: "-")
      rest = rest.dropFirst()
    }
    if rest.elementsEqual("0".utf8) { return 0 }
    guard !rest.isEmpty else { return nil }
    var total: UInt64 = 0
    while !rest.isEmpty {
      let whole = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
      rest = rest.dropFirst(whole.count)
      var fraction: ArraySlice<UInt8> = []
      if rest.first == UInt8(ascii: ".") {
        rest = rest.dropFirst()
        fraction = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
        rest = rest.dropFirst(fraction.count)
      }
      guard !whole.isEmpty || !fraction.isEmpty else { return nil }
      let unit = rest.prefix { $0 != UInt8(ascii: ".") && !($0 >= 0x30 && $0 <= 0x39) }
      rest = rest.dropFirst(unit.count)
      let scale: UInt64
      switch String(decoding: unit, as: UTF8.self) {
      case "ns": scale = 1
      case "us", "µs", "μs": scale = 1000
      case "ms": scale = 1_000_000
      case "s": scale = 1_000_000_000
      case "m": scale = 60 * 1_000_000_000
      case "h": scale = 3600 * 1_000_000_000
      default: return nil
      }
      var value: UInt64 = 0
      for digit in whole {
        let (product, over) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(UInt64(digit - 0x30))
        guard !over, !carry, sum <= 1 << 63 else { return nil }
        value = sum
      }
      let (scaled, over) = value.multipliedReportingOverflow(by: scale)
      guard !over, scaled <= 1 << 63 else { return nil }
      value = scaled
      var part: UInt64 = 0
      var divisor = 1.0
      for digit in fraction.prefix(18) {
        part = part * 10 + UInt64(digit - 0x30)
        divisor *= 10
      }
      value += UInt64(Double(part) * (Double(scale) / divisor))
      let (sum, carry) = total.addingReportingOverflow(value)
      guard !carry, sum <= 1 << 63 else { return nil }
      total = sum
    }
    if negative { return total == 1 << 63 ? Int64.min : -Int64(total) }
    return Int64(exactly: total)
  }

  /// Seconds with as many digits behind the point as there are: `1.5s`.
  static func durationText(_ nanos: Int64) -> String {
    let magnitude = nanos.magnitude
    var text = (nanos < 0 ? "-" : "") + String(magnitude / UInt64(second))
    let rest = magnitude % UInt64(second)
    if rest > 0 { text += "." + fraction(rest) }
    return text + "s"
  }

  private static func fraction(_ nanos: UInt64) -> String {
    var digits = String(nanos)
    digits = String(repeating: "0", count: max(0, 9 - digits.count)) + digits
    while digits.last == "0" { digits.removeLast() }
    return digits
  }

  /// An instant of RFC 3339 text; nil where malformed or out of range.
  static func parseTimestamp(_ bytes: [UInt8]) -> Value? {
    func number(_ from: Int, _ count: Int) -> Int64? {
      guard from + count <= bytes.count else { return nil }
      var value: Int64 = 0
      for byte in bytes[from..<(from + count)] {
        guard byte >= 0x30, byte <= 0x39 else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      return value
    }
    func sign(_ place: Int, _ wanted: StaticString) -> Bool { bytes.starts(with: wanted, at: place) }
    guard let year = number(0, 4), sign(4, "-"), let month = number(5, 2), sign(7, "-"), let day = number(8, 2),
      sign(10, "T") || sign(10, "t"), let hour = number(11, 2), sign(13, ":"), let minute = number(14, 2), sign(16, ":"),
      let second = number(17, 2), (1...12).contains(month), day >= 1, day <= Gregorian.days(in: Int(month), of: Int(year)), hour < 24,
      minute < 60, second < 60
    else { return nil }
    var at = 19
    var nanos: Int64 = 0
    if sign(at, ".") {
      at += 1
      var digits = 0
      while at < bytes.count, bytes[at] >= 0x30, bytes[at] <= 0x39 {
        if digits < 9 { nanos = nanos * 10 + Int64(bytes[at] - 0x30) }
        digits += 1
        at += 1
      }
      guard digits > 0 else { return nil }
      while digits < 9 {
        nanos *= 10
        digits += 1
      }
    }
    var offset: Int64 = 0
    if sign(at, "Z") || sign(at, "z") {
      at += 1
    } else {
      guard sign(at, "+") || sign(at, "-"), let hours = number(at + 1, 2), sign(at + 3, ":"), let minutes = number(at + 4, 2),
        hours < 24, minutes < 60
      else { return nil }
      offset = (hours * 60 + minutes) * 60 * (sign(at, "-") ? -1 : 1)
      at += 6
    }
    guard at == bytes.count else { return nil }
    let days = Int64(Gregorian.days(year: Int(year), month: Int(month), day: Int(day)))
    let seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset
    return CELTimestamp.value(seconds: seconds, nanos: nanos)
  }

  static func timestampText(_ time: CELTimestamp) -> String {
    func pad(_ value: Int64, _ width: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    let day = floor(time.seconds, 86400)
    let rest = time.seconds - day * 86400
    let date = Gregorian.date(days: Int(day))
    var text = "\(pad(Int64(date.year), 4))-\(pad(Int64(date.month), 2))-\(pad(Int64(date.day), 2))T"
    text += "\(pad(rest / 3600, 2)):\(pad(rest / 60 % 60, 2)):\(pad(rest % 60, 2))"
    if time.nanos > 0 { text += "." + fraction(UInt64(time.nanos)) }
    return text + "Z"
  }

  static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
  }
}

/// Durations for other rooms.
public enum CELTimes {
  /// What Go's `time.ParseDuration` reads of a text; nil where it refuses.
  public static func goDuration(_ text: Value) -> Value? {
    guard let nanos = Times.parseDuration(text.bytesOfText) else { return nil }
    return CELDuration.value(nanos).with(origin: text.origin)
  }
}
