import SourceText

/// `time.ParseInLocation` with the local zone UTC (src/time/format.go, `parse`).
struct GoTimeParser {
  struct Failure: Error { let message: String }

  private let layout: [UInt8]
  private let text: [UInt8]
  private var at = 0
  /// Set as soon as a field does not fit.
  private var isBad = false

  static func parse(layout: [UInt8], _ text: [UInt8]) throws(Failure) -> GoCivilTime {
    var parser = GoTimeParser(layout: layout, text: text)
    return try parser.run()
  }

  private init(layout: [UInt8], text: [UInt8]) {
    self.layout = layout
    self.text = text
  }

  private func quoted(_ bytes: some Collection<UInt8>) -> String { GoQuote.quoted(Array(bytes)[...]) }

  private func failure(_ element: some Collection<UInt8>, at place: Int) -> Failure {
    Failure(
      message: "parsing time \(quoted(text)) as \(quoted(layout)): cannot parse \(quoted(text[place...])) as "
        + quoted(element))
  }

  private func failure(_ message: String) -> Failure { Failure(message: "parsing time \(quoted(text)): \(message)") }

  private func isDigit(_ place: Int) -> Bool { place < text.count && 0x30...0x39 ~= text[place] }

  private mutating func number(fixed: Bool, most: Int = 2) -> Int {
    var value = 0
    var count = 0
    while count < most, isDigit(at) {
      value = value * 10 + Int(text[at] - 0x30)
      at += 1
      count += 1
    }
    if count == 0 || (fixed && count != most) { isBad = true }
    return value
  }

  private mutating func word(_ words: [String], short: Bool) -> Int {
    for (place, word) in words.enumerated() {
      let bytes = short ? Array(word.utf8.prefix(3)) : Array(word.utf8)
      guard at + bytes.count <= text.count else { continue }
      if zip(bytes, text[at...]).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) {
        at += bytes.count
        return place + 1
      }
    }
    isBad = true
    return 0
  }

  /// Runs of blanks in the layout stand for any number of blanks.
  private mutating func skip(_ prefix: ArraySlice<UInt8>) -> Bool {
    var rest = prefix
    while let byte = rest.first {
      if byte == 0x20 {
        if at < text.count, text[at] != 0x20 { return false }
        rest = rest.drop { $0 == 0x20 }
        while at < text.count, text[at] == 0x20 { at += 1 }
      } else {
        guard at < text.count, text[at] == byte else { return false }
        rest = rest.dropFirst()
        at += 1
      }
    }
    return true
  }

  private mutating func run() throws(Failure) -> GoCivilTime {
    var year = 0
    var month: Int?
    var day: Int?
    var dayOfYear: Int?
    var (hour, minute, second, nanoseconds) = (0, 0, 0, 0)
    var afternoon: Bool?
    var zone: GoZone?
    var zoneName = ""
    var offset: Int?
    var range: String?
    var layoutAt = 0
    while let (prefix, element, span) = GoTimeLayout.next(layout, from: layoutAt) {
      if !skip(layout[prefix]) { throw failure(layout[prefix], at: at) }
      layoutAt = span.upperBound
      let hold = at
      isBad = false
      switch element {
      case .year:
        year = number(fixed: true)
        year += year >= 69 ? 1900 : 2000
      case .longYear: year = number(fixed: true, most: 4)
      case .month: month = word(GoCivilTime.months, short: true)
      case .longMonth: month = word(GoCivilTime.months, short: false)
      case .numMonth, .zeroMonth:
        let value = number(fixed: element == .zeroMonth)
        if !isBad, !(1...12 ~= value) { range = "month" }
        month = value
      case .weekday: _ = word(GoCivilTime.weekdays, short: true)
      case .longWeekday: _ = word(GoCivilTime.weekdays, short: false)
      case .day, .underDay, .zeroDay:
        if element == .underDay, at < text.count, text[at] == 0x20 { at += 1 }
        day = number(fixed: element == .zeroDay)
      case .underYearDay, .zeroYearDay:
        for _ in 0..<2 where element == .underYearDay && at < text.count && text[at] == 0x20 { at += 1 }
        dayOfYear = number(fixed: element == .zeroYearDay, most: 3)
      case .hour:
        hour = number(fixed: false)
        if hour >= 24 { range = "hour" }
      case .hour12, .zeroHour12:
        hour = number(fixed: element == .zeroHour12)
        if hour > 12 { range = "hour" }
      case .minute, .zeroMinute:
        minute = number(fixed: element == .zeroMinute)
        if minute >= 60 { range = "minute" }
      case .second, .zeroSecond:
        second = number(fixed: element == .zeroSecond)
        if second >= 60 { range = "second" }
        // A fraction may stand behind the seconds even if the layout has none.
        if !isBad, range == nil, isFraction(at) {
          if case .fraction? = GoTimeLayout.next(layout, from: layoutAt)?.element { break }
          nanoseconds = fraction()
        }
      case .upperPM, .lowerPM:
        let mark = String(decoding: text[at...].prefix(2), as: UTF8.self)
        let wanted = element == .upperPM ? ["AM", "PM"] : ["am", "pm"]
        if let place = wanted.firstIndex(of: mark) {
          afternoon = place == 1
          at += 2
        } else {
          isBad = true
        }
      case .offset(let zulu, let colon, let seconds, let short):
        if zulu, at < text.count, text[at] == UInt8(ascii: "Z") {
          at += 1
          zone = .utc
          break
        }
        let sign = at < text.count ? text[at] : 0
        at += 1
        let hours = number(fixed: true)
        var total = hours * 3_600
        if hours > 24 { range = "time zone offset hour" }
        for part in 0..<(short ? 0 : seconds ? 2 : 1) where !isBad {
          if colon {
            if at < text.count, text[at] == UInt8(ascii: ":") { at += 1 } else { isBad = true }
          }
          let value = number(fixed: true)
          if value > 60 { range = part == 0 ? "time zone offset minute" : "time zone offset second" }
          total += part == 0 ? value * 60 : value
        }
        if sign != UInt8(ascii: "+"), sign != UInt8(ascii: "-") { isBad = true }
        offset = sign == UInt8(ascii: "-") ? -total : total
      case .zoneName:
        if text[at...].starts(with: Array("UTC".utf8)) {
          at += 3
          zone = .utc
        } else if let length = zoneNameLength() {
          zoneName = String(decoding: text[at..<(at + length)], as: UTF8.self)
          at += length
        } else {
          isBad = true
        }
      case .fraction(let digits, let trims, _):
        if trims {
          if isFraction(at) { nanoseconds = fraction() }
        } else if at + digits < text.count, isFraction(at) {
          nanoseconds = fraction(digits: digits)
        } else {
          isBad = true
        }
      }
      if let range { throw failure(range + " out of range") }
      if isBad { throw failure(layout[span], at: hold) }
    }
    if !skip(layout[layoutAt...]) { throw failure(layout[layoutAt...], at: at) }
    if at < text.count { throw failure("extra text: " + quoted(text[at...])) }
    if afternoon == true, hour < 12 { hour += 12 } else if afternoon == false, hour == 12 { hour = 0 }
    if let dayOfYear {
      guard dayOfYear >= 1, dayOfYear <= (Gregorian.isLeap(year) ? 366 : 365) else {
        throw failure("day-of-year out of range")
      }
      let found = GoCivilTime(
        seconds: Int64(Gregorian.days(year: year, month: 1, day: 1) + dayOfYear - 1) * 86_400
      ).fields
      if let month, month != found.month { throw failure("day-of-year does not match month") }
      if let day, day != found.day { throw failure("day-of-year does not match day") }
      (month, day) = (found.month, found.day)
    }
    guard 1...Gregorian.days(in: month ?? 1, of: year) ~= day ?? 1 else { throw failure("day out of range") }
    let used: GoZone
    if let zone {
      used = zone
    } else if let offset {
      used = offset == 0 && (zoneName.isEmpty || zoneName == "UTC") ? .utc : GoZone(name: zoneName, offset: offset)
    } else if !zoneName.isEmpty {
      let hours = zoneName.hasPrefix("GMT") ? Int(zoneName.dropFirst(3)) ?? 0 : 0
      used = GoZone(name: zoneName, offset: hours * 3_600)
    } else {
      used = .utc
    }
    return GoCivilTime(
      year: year, month: month ?? 1, day: day ?? 1, hour: hour, minute: minute, second: second,
      nanoseconds: nanoseconds, zone: used)
  }

  private func isFraction(_ place: Int) -> Bool {
    place < text.count && (text[place] == UInt8(ascii: ".") || text[place] == UInt8(ascii: ",")) && isDigit(place + 1)
  }

  /// A separator and digits; more than nine are cut off.
  private mutating func fraction(digits: Int = .max) -> Int {
    at += 1
    var value = 0
    var count = 0
    while isDigit(at), count < digits {
      if count < 9 { value = value * 10 + Int(text[at] - 0x30) }
      count += 1
      at += 1
    }
    if digits != .max, count < digits { isBad = true }
    for _ in 0..<max(0, 9 - count) { value *= 10 }
    return value
  }

  /// `parseTimeZone`: three to five capitals, "GMT+3", "+03".
  private func zoneNameLength() -> Int? {
    let rest = text[at...]
    func signedOffset(_ from: Int) -> Int {
      guard from < text.count, text[from] == UInt8(ascii: "+") || text[from] == UInt8(ascii: "-") else { return 0 }
      var end = from + 1
      while isDigit(end), end < from + 4 { end += 1 }
      guard end > from + 1, let hours = Int(String(decoding: text[(from + 1)..<end], as: UTF8.self)), hours <= 23 else {
        return 0
      }
      return end - from
    }
    guard rest.count >= 3 else { return nil }
    if rest.starts(with: Array("ChST".utf8)) || rest.starts(with: Array("MeST".utf8)) { return 4 }
    if rest.starts(with: Array("GMT".utf8)) { return 3 + signedOffset(at + 3) }
    let offset = signedOffset(at)
    if offset > 0 { return offset }
    let capitals = rest.prefix(6).prefix { 0x41...0x5A ~= $0 }
    switch capitals.count {
    case 3: return 3
    case 4: return capitals.last == UInt8(ascii: "T") || capitals.elementsEqual(Array("WITA".utf8)) ? 4 : nil
    case 5: return capitals.last == UInt8(ascii: "T") ? 5 : nil
    default: return nil
    }
  }
}
