import HCL
import SourceText
import Values

/// A moment with its offset from UTC (RFC 3339).
struct Timestamp {
  /// Seconds since 1970 in UTC.
  var seconds: Int
  var nanoseconds: Int
  /// Seconds east of UTC.
  var offset: Int
  var isUTC: Bool

  static func parse(_ text: String) -> Timestamp? {
    let bytes = Array(text.utf8)
    func digits(_ start: Int, _ count: Int) -> Int? {
      guard start + count <= bytes.count else { return nil }
      let part = bytes[start..<start + count]
      return part.allSatisfy { $0 >= 48 && $0 <= 57 } ? Int(String(decoding: part, as: UTF8.self)) : nil
    }
    guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: "T"),
      bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"), let year = digits(0, 4), let month = digits(5, 2),
      let day = digits(8, 2), let hour = digits(11, 2), let minute = digits(14, 2), let second = digits(17, 2),
      (1...12).contains(month), day >= 1, day <= Gregorian.days(in: month, of: year), hour < 24, minute < 60, second < 60
    else { return nil }
    var at = 19
    var nanoseconds = 0
    if bytes[at] == UInt8(ascii: ".") {
      at += 1
      var scale = 100_000_000
      let start = at
      while at < bytes.count, bytes[at] >= 48, bytes[at] <= 57 {
        nanoseconds += Int(bytes[at] - 48) * scale
        scale /= 10
        at += 1
      }
      if at == start { return nil }
    }
    var offset = 0
    var isUTC = false
    guard at < bytes.count else { return nil }
    if bytes[at] == UInt8(ascii: "Z") {
      isUTC = true
      at += 1
    } else {
      guard bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-"), at + 6 == bytes.count, bytes[at + 3] == UInt8(ascii: ":"),
        let hours = digits(at + 1, 2), let minutes = digits(at + 4, 2), hours < 24, minutes < 60
      else { return nil }
      offset = (hours * 60 + minutes) * 60 * (bytes[at] == UInt8(ascii: "-") ? -1 : 1)
      at += 6
    }
    guard at == bytes.count else { return nil }
    let seconds = Gregorian.days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second - offset
    return Timestamp(seconds: seconds, nanoseconds: nanoseconds, offset: offset, isUTC: isUTC)
  }

  var local: (year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, weekday: Int) {
    let all = seconds + offset
    let day = all >= 0 ? all / 86_400 : (all - 86_399) / 86_400
    let rest = all - day * 86_400
    let date = Gregorian.date(days: day)
    return (date.year, date.month, date.day, rest / 3600, rest / 60 % 60, rest % 60, ((day + 4) % 7 + 7) % 7)
  }

  static func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number.magnitude)
    return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }

  /// `+05:30` with or without the colon.
  func zone(colon: Bool) -> String {
    let magnitude = Int(offset.magnitude)
    return (offset < 0 ? "-" : "+") + Self.padded(magnitude / 3600, 2) + (colon ? ":" : "") + Self.padded(magnitude / 60 % 60, 2)
  }

  var text: String {
    let l = local
    var result = "\(Self.padded(l.year, 4))-\(Self.padded(l.month, 2))-\(Self.padded(l.day, 2))T\(Self.padded(l.hour, 2)):\(Self.padded(l.minute, 2)):\(Self.padded(l.second, 2))"
    result += offset == 0 ? "Z" : zone(colon: true)
    return result
  }
}

/// Functions on time (go-cty `stdlib/datetime.go`, terraform `internal/lang/funcs/datetime.go`).
extension TerraformFunctions {
  private static func time(_ call: HCLCall, _ index: Int) throws(HCLError) -> Timestamp {
    guard let time = Timestamp.parse(call.string(index)) else { throw call.fail("'\(call.string(index))' is no RFC 3339 timestamp") }
    return time
  }

  /// Go's time.ParseDuration, in nanoseconds.
  private static func duration(_ text: String) -> Int? {
    var rest = text.utf8[...]
    var negative = false
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      negative = sign == UInt8(ascii: "-")
      rest = rest.dropFirst()
    }
    if rest.elementsEqual("0".utf8) { return 0 }
    guard !rest.isEmpty else { return nil }
    var total = 0.0
    while !rest.isEmpty {
      let number = rest.prefix { ($0 >= 48 && $0 <= 57) || $0 == UInt8(ascii: ".") }
      guard let value = Double(String(decoding: number, as: UTF8.self).hasPrefix(".") ? "0" + String(decoding: number, as: UTF8.self) : String(decoding: number, as: UTF8.self))
      else { return nil }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { !(($0 >= 48 && $0 <= 57) || $0 == UInt8(ascii: ".")) }
      rest = rest.dropFirst(unit.count)
      switch String(decoding: unit, as: UTF8.self) {
      case "h": total += value * 3.6e12
      case "m": total += value * 6e10
      case "s": total += value * 1e9
      case "ms": total += value * 1e6
      case "us", "µs", "μs": total += value * 1e3
      case "ns": total += value
      default: return nil
      }
    }
    guard total < 9e18 else { return nil }
    return Int(negative ? -total : total)
  }

  static var times: [String: HCLFunction] {
    var table: [String: HCLFunction] = [:]
    let timestamp = HCLParameter("timestamp", .string)
    for name in ["timestamp", "plantimestamp"] {
      table[name] = HCLFunction([], result: .string) { (call) throws(HCLError) in
        .unknown(.string, "the current time", call.evaluator.derived(call.span, from: []), notNull: true)
      }
    }
    table["timeadd"] = HCLFunction([timestamp, HCLParameter("duration", .string)], result: .string) { (call) throws(HCLError) in
      var time = try time(call, 0)
      guard let duration = duration(call.string(1)) else { throw call.fail("'\(call.string(1))' is no duration") }
      let nanoseconds = time.nanoseconds + duration % 1_000_000_000
      time.seconds += duration / 1_000_000_000 + (nanoseconds < 0 ? -1 : nanoseconds / 1_000_000_000)
      time.nanoseconds = (nanoseconds + 1_000_000_000) % 1_000_000_000
      return .string(time.text)
    }
    table["timecmp"] = HCLFunction([HCLParameter("timestamp_a", .string), HCLParameter("timestamp_b", .string)], result: .number) { (call) throws(HCLError) in
      let a = try time(call, 0)
      let b = try time(call, 1)
      if (a.seconds, a.nanoseconds) == (b.seconds, b.nanoseconds) { return .number(0) }
      return .number((a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds) ? -1 : 1)
    }
    table["formatdate"] = HCLFunction([HCLParameter("format", .string), HCLParameter("time", .string)], result: .string) { (call) throws(HCLError) in
      .string(try formatDate(call))
    }
    return table
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
  ]
  private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

  private static func formatDate(_ call: HCLCall) throws(HCLError) -> String {
    let time = try time(call, 1)
    let local = time.local
    let bytes = call.text(0).bytes
    var out: [UInt8] = []
    var at = 0
    while at < bytes.count {
      let letter = bytes[at]
      if letter == UInt8(ascii: "'") {
        at += 1
        while true {
          guard at < bytes.count else { throw call.fail("a quoted text in the format has no end") }
          if bytes[at] == UInt8(ascii: "'") {
            at += 1
            guard at < bytes.count, bytes[at] == UInt8(ascii: "'") else { break }
          }
          out.append(bytes[at])
          at += 1
        }
        continue
      }
      guard (letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z")) || (letter >= UInt8(ascii: "A") && letter <= UInt8(ascii: "Z")) else {
        out.append(letter)
        at += 1
        continue
      }
      let start = at
      while at < bytes.count, bytes[at] == letter { at += 1 }
      let token = String(decoding: bytes[start..<at], as: UTF8.self)
      let twelve = local.hour % 12 == 0 ? 12 : local.hour % 12
      let text: String
      switch token {
      case "YYYY": text = Timestamp.padded(local.year, 4)
      case "YY": text = Timestamp.padded(local.year % 100, 2)
      case "MMMM": text = months[local.month - 1]
      case "MMM": text = String(months[local.month - 1].prefix(3))
      case "MM": text = Timestamp.padded(local.month, 2)
      case "M": text = String(local.month)
      case "DD": text = Timestamp.padded(local.day, 2)
      case "D": text = String(local.day)
      case "EEEE": text = weekdays[local.weekday]
      case "EEE": text = String(weekdays[local.weekday].prefix(3))
      case "hh": text = Timestamp.padded(local.hour, 2)
      case "h": text = String(local.hour)
      case "HH": text = Timestamp.padded(twelve, 2)
      case "H": text = String(twelve)
      case "AA": text = local.hour >= 12 ? "PM" : "AM"
      case "aa": text = local.hour >= 12 ? "pm" : "am"
      case "mm": text = Timestamp.padded(local.minute, 2)
      case "m": text = String(local.minute)
      case "ss": text = Timestamp.padded(local.second, 2)
      case "s": text = String(local.second)
      case "ZZZZZ": text = time.zone(colon: true)
      case "ZZZZ": text = time.zone(colon: false)
      case "ZZZ": text = time.offset == 0 ? "UTC" : time.zone(colon: false)
      case "Z": text = time.offset == 0 ? "Z" : time.zone(colon: true)
      default: throw call.fail("'\(token)' is no verb of a date format; quote literal letters")
      }
      out += Array(text.utf8)
    }
    return out.lossyString
  }
}
