import SourceText

/// Go's layouts of times, which show how the reference time would be written (src/time/format.go).
enum GoTimeLayout {
  static let rfc3339Nano = Array("2006-01-02T15:04:05.999999999Z07:00".utf8)
  /// What `%v` prints.
  static let standard = Array("2006-01-02 15:04:05.999999999 -0700 MST".utf8)

  enum Element: Hashable {
    case longMonth, month, numMonth, zeroMonth, longWeekday, weekday, day, underDay, zeroDay, underYearDay, zeroYearDay
    case hour, hour12, zeroHour12, minute, zeroMinute, second, zeroSecond, longYear, year, upperPM, lowerPM, zoneName
    /// Offset from UTC: `Z` for UTC itself, colons, seconds, hours only.
    case offset(zulu: Bool, colon: Bool, seconds: Bool, short: Bool)
    /// Digits of a fraction; whether zeros at its end are dropped; the separator.
    case fraction(digits: Int, trims: Bool, separator: UInt8)
  }

  private static let fixed: [(String, Element)] = [
    ("January", .longMonth), ("Monday", .longWeekday), ("MST", .zoneName), ("2006", .longYear), ("__2", .underYearDay),
    ("002", .zeroYearDay), ("01", .zeroMonth), ("02", .zeroDay), ("03", .zeroHour12), ("04", .zeroMinute),
    ("05", .zeroSecond), ("06", .year), ("15", .hour), ("PM", .upperPM), ("pm", .lowerPM),
    ("-070000", .offset(zulu: false, colon: false, seconds: true, short: false)),
    ("-07:00:00", .offset(zulu: false, colon: true, seconds: true, short: false)),
    ("-0700", .offset(zulu: false, colon: false, seconds: false, short: false)),
    ("-07:00", .offset(zulu: false, colon: true, seconds: false, short: false)),
    ("-07", .offset(zulu: false, colon: false, seconds: false, short: true)),
    ("Z070000", .offset(zulu: true, colon: false, seconds: true, short: false)),
    ("Z07:00:00", .offset(zulu: true, colon: true, seconds: true, short: false)),
    ("Z0700", .offset(zulu: true, colon: false, seconds: false, short: false)),
    ("Z07:00", .offset(zulu: true, colon: true, seconds: false, short: false)),
    ("Z07", .offset(zulu: true, colon: false, seconds: false, short: true)),
    ("1", .numMonth), ("2", .day), ("3", .hour12), ("4", .minute), ("5", .second),
  ]
  private static let table: [(text: [UInt8], element: Element)] = fixed.map { (Array($0.0.utf8), $0.1) }

  /// The next element from an offset on: the text before it and its own range; nil at the end (`nextStdChunk`).
  static func next(_ layout: [UInt8], from start: Int) -> (prefix: Range<Int>, element: Element, range: Range<Int>)? {
    func stands(_ text: StaticString, _ at: Int) -> Bool { layout.starts(with: text, at: at) }
    func isLower(_ at: Int) -> Bool { at < layout.count && 0x61...0x7A ~= layout[at] }
    func isDigit(_ at: Int) -> Bool { at < layout.count && 0x30...0x39 ~= layout[at] }
    var at = start
    while at < layout.count {
      let byte = layout[at]
      if byte == UInt8(ascii: "_"), at + 1 < layout.count, layout[at + 1] == UInt8(ascii: "2") {
        // "_2006" is a line and a year.
        if stands("2006", at + 1) { return (start..<(at + 1), .longYear, (at + 1)..<(at + 5)) }
        return (start..<at, .underDay, at..<(at + 2))
      }
      if byte == UInt8(ascii: ".") || byte == UInt8(ascii: ","), at + 1 < layout.count {
        let digit = layout[at + 1]
        if digit == UInt8(ascii: "0") || digit == UInt8(ascii: "9") {
          var end = at + 1
          while end < layout.count, layout[end] == digit { end += 1 }
          if !isDigit(end) {
            let element = Element.fraction(digits: end - at - 1, trims: digit == UInt8(ascii: "9"), separator: byte)
            return (start..<at, element, at..<end)
          }
        }
        at += 1
        continue
      }
      for (text, element) in table where layout[at...].starts(with: text) {
        return (start..<at, element, at..<(at + text.count))
      }
      if stands("Jan", at), !isLower(at + 3) { return (start..<at, .month, at..<(at + 3)) }
      if stands("Mon", at), !isLower(at + 3) { return (start..<at, .weekday, at..<(at + 3)) }
      at += 1
    }
    return nil
  }
}

extension GoCivilTime {
  /// `Time.Format`.
  func format(_ layout: [UInt8]) -> String {
    let fields = fields
    var out: [UInt8] = []
    func number(_ value: Int, _ width: Int, _ pad: UInt8 = UInt8(ascii: "0")) {
      let digits = Array(String(value.magnitude).utf8)
      if value < 0 { out.append(UInt8(ascii: "-")) }
      out.append(contentsOf: repeatElement(pad, count: max(0, width - digits.count)))
      out.append(contentsOf: digits)
    }
    func word(_ words: [String], _ place: Int, short: Bool) {
      guard words.indices.contains(place) else { return }
      out.append(contentsOf: short ? Array(words[place].utf8.prefix(3)) : Array(words[place].utf8))
    }
    let hour12 = fields.hour % 12 == 0 ? 12 : fields.hour % 12
    var at = 0
    while let (prefix, element, range) = GoTimeLayout.next(layout, from: at) {
      out.append(contentsOf: layout[prefix])
      at = range.upperBound
      switch element {
      case .year: number(abs(fields.year) % 100, 2)
      case .longYear: number(fields.year, 4)
      case .month: word(Self.months, fields.month - 1, short: true)
      case .longMonth: word(Self.months, fields.month - 1, short: false)
      case .numMonth: number(fields.month, 0)
      case .zeroMonth: number(fields.month, 2)
      case .weekday: word(Self.weekdays, fields.weekday, short: true)
      case .longWeekday: word(Self.weekdays, fields.weekday, short: false)
      case .day: number(fields.day, 0)
      case .underDay: number(fields.day, 2, UInt8(ascii: " "))
      case .zeroDay: number(fields.day, 2)
      case .underYearDay: number(fields.dayOfYear, 3, UInt8(ascii: " "))
      case .zeroYearDay: number(fields.dayOfYear, 3)
      case .hour: number(fields.hour, 2)
      case .hour12: number(hour12, 0)
      case .zeroHour12: number(hour12, 2)
      case .minute: number(fields.minute, 0)
      case .zeroMinute: number(fields.minute, 2)
      case .second: number(fields.second, 0)
      case .zeroSecond: number(fields.second, 2)
      case .upperPM: out.append(contentsOf: (fields.hour >= 12 ? "PM" : "AM").utf8)
      case .lowerPM: out.append(contentsOf: (fields.hour >= 12 ? "pm" : "am").utf8)
      case .zoneName:
        if zone.name.isEmpty {
          offset(to: &out, colon: false, seconds: false, short: false)
        } else {
          out.append(contentsOf: zone.name.utf8)
        }
      case .offset(let zulu, let colon, let seconds, let short):
        if zulu, zone.offset == 0 {
          out.append(UInt8(ascii: "Z"))
        } else {
          offset(to: &out, colon: colon, seconds: seconds, short: short)
        }
      case .fraction(let digits, let trims, let separator):
        var text = Array(String(nanoseconds).utf8)
        text = Array(repeating: UInt8(ascii: "0"), count: max(0, 9 - text.count)) + text
        text = Array(text.prefix(digits)) + [UInt8](repeating: UInt8(ascii: "0"), count: max(0, min(digits, 4096) - 9))
        if trims { while text.last == UInt8(ascii: "0") { text.removeLast() } }
        if !text.isEmpty || !trims { out.append(contentsOf: [separator] + text) }
      }
    }
    out.append(contentsOf: layout[at...])
    return String(decoding: out, as: UTF8.self)
  }

  private func offset(to out: inout [UInt8], colon: Bool, seconds: Bool, short: Bool) {
    func two(_ value: Int) { out.append(contentsOf: (value < 10 ? "0\(value)" : "\(value)").utf8) }
    let magnitude = abs(zone.offset)
    out.append(zone.offset / 60 < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
    two(magnitude / 3_600)
    if short { return }
    if colon { out.append(UInt8(ascii: ":")) }
    two(magnitude / 60 % 60)
    if seconds {
      if colon { out.append(UInt8(ascii: ":")) }
      two(magnitude % 60)
    }
  }
}
