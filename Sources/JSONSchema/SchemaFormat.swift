import Glibc
import Patterns
import SourceText
import Values

/// Formats as santhosh-tekuri/jsonschema checks them (format.go); others are not checked.
enum SchemaFormat {
  /// What is wrong with a value; nil if it has the format, or is no string.
  static func problem(_ value: Value, _ format: String) -> String? {
    guard let text = value.text else { return nil }
    let bytes = text.bytes
    switch format {
    case "regex":
      do throws(PatternError) {
        _ = try Pattern(bytes)
        return nil
      } catch { return error.message }
    case "json-pointer": return pointer(bytes)
    case "relative-json-pointer": return relativePointer(bytes)
    case "uuid": return uuid(bytes)
    case "duration": return duration(bytes)
    case "period": return period(bytes)
    case "ipv4": return ipv4(bytes)
    case "ipv6": return ipv6(bytes)
    case "hostname": return hostname(bytes)
    case "email": return email(bytes)
    case "date": return date(bytes)
    case "time": return time(bytes)
    case "date-time": return dateTime(bytes)
    case "uri", "iri": return uri(bytes, needsScheme: true)
    case "uri-reference", "iri-reference":
      return bytes.contains(UInt8(ascii: "\\")) ? #"contains \"# : uri(bytes, needsScheme: false)
    case "uri-template": return template(bytes)
    case "semver": return semver(bytes)
    default: return nil
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }
  private static func isLetter(_ byte: UInt8) -> Bool { 0x61...0x7A ~= byte | 0x20 }
  private static func split(_ bytes: [UInt8], _ byte: Character) -> [[UInt8]] {
    bytes.split(separator: byte.asciiValue ?? 0, omittingEmptySubsequences: false).map(Array.init)
  }

  private static func pointer(_ bytes: [UInt8]) -> String? {
    guard let first = bytes.first else { return nil }
    if first != UInt8(ascii: "/") { return "not starting with /" }
    for (place, byte) in bytes.enumerated() where byte == UInt8(ascii: "~") {
      let next = place + 1 < bytes.count ? bytes[place + 1] : 0
      if next != UInt8(ascii: "0"), next != UInt8(ascii: "1") { return "~ must be followed by 0 or 1" }
    }
    return nil
  }

  private static func relativePointer(_ bytes: [UInt8]) -> String? {
    let digits = bytes.prefix(while: isDigit)
    if digits.isEmpty { return "must start with non-negative integer" }
    if digits.count > 1, digits.first == 0x30 { return "starts with zero" }
    let rest = Array(bytes.dropFirst(digits.count))
    return rest == [UInt8(ascii: "#")] ? nil : pointer(rest)
  }

  private static func uuid(_ bytes: [UInt8]) -> String? {
    let sizes = [8, 4, 4, 4, 12]
    let groups = split(bytes, "-")
    if groups.count != sizes.count { return "must have 5 elements" }
    for (place, group) in groups.enumerated() {
      if group.count != sizes[place] { return "element \(place + 1) must be \(sizes[place]) characters long" }
      for byte in group where !(isDigit(byte) || 0x61...0x66 ~= byte | 0x20) {
        return "non-hex character '\(UnicodeScalar(byte))'"
      }
    }
    return nil
  }

  private static func duration(_ bytes: [UInt8]) -> String? {
    guard bytes.first == UInt8(ascii: "P") else { return "must start with P" }
    let rest = Array(bytes.dropFirst())
    if rest.isEmpty { return "nothing after P" }
    if rest.last == UInt8(ascii: "W") {
      let number = rest.dropLast()
      return number.isEmpty ? "no number in week" : number.allSatisfy(isDigit) ? nil : "invalid week"
    }
    let units = [Array("YMD".utf8), Array("HMS".utf8)]
    for (place, part) in split(rest, "T").enumerated() {
      if place > 0, part.isEmpty { return "no time elements" }
      guard place < units.count else { return "more than one T" }
      var left = units[place][...]
      var part = part[...]
      while !part.isEmpty {
        let digits = part.prefix(while: isDigit)
        if digits.isEmpty { return "missing number" }
        part = part.dropFirst(digits.count)
        guard let unit = part.first else { return "missing unit" }
        guard let found = left.firstIndex(of: unit) else {
          let known = units[place].contains(unit)
          return "\(known ? "unit" : "invalid unit") '\(UnicodeScalar(unit))'\(known ? " out of order" : "")"
        }
        left = left[(found + 1)...]
        part = part.dropFirst()
      }
    }
    return nil
  }

  private static func period(_ bytes: [UInt8]) -> String? {
    guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")) else { return "missing slash" }
    let start = Array(bytes[..<slash])
    let end = Array(bytes[(slash + 1)...])
    if start.first == UInt8(ascii: "P") {
      if let problem = duration(start) { return "invalid start duration: \(problem)" }
      return dateTime(end).map { "invalid end date-time: \($0)" }
    }
    if let problem = dateTime(start) { return "invalid start date-time: \(problem)" }
    if end.first == UInt8(ascii: "P") { return duration(end).map { "invalid end duration: \($0)" } }
    return dateTime(end).map { "invalid end date-time: \($0)" }
  }

  private static func ipv4(_ bytes: [UInt8]) -> String? {
    let groups = split(bytes, ".")
    if groups.count != 4 { return "expected four decimals" }
    for group in groups {
      if group.count > 1, group.first == 0x30 { return "leading zeros" }
      guard !group.isEmpty, group.allSatisfy(isDigit) else {
        return "strconv.Atoi: parsing \"\(String(decoding: group, as: UTF8.self))\": invalid syntax"
      }
      guard let number = UInt8(String(decoding: group, as: UTF8.self)) else {
        return "decimal must be between 0 and 255"
      }
      _ = number
    }
    return nil
  }

  private static func ipv6(_ bytes: [UInt8]) -> String? {
    guard bytes.contains(UInt8(ascii: ":")) else { return "missing colon" }
    if bytes.contains(UInt8(ascii: "%")) { return "zone id is not a part of ipv6 address" }
    let text = String(decoding: bytes, as: UTF8.self)
    var address = in6_addr()
    guard !bytes.contains(0), inet_pton(AF_INET6, text, &address) == 1 else {
      return "ParseAddr(\"\(text)\"): unable to parse IP"
    }
    return nil
  }

  private static func hostname(_ bytes: [UInt8]) -> String? {
    var bytes = bytes
    if bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
    if bytes.count > 253 { return "more than 253 characters long" }
    for label in split(bytes, ".") {
      if label.isEmpty || label.count > 63 { return "label must be 1 to 63 characters long" }
      if label.first == UInt8(ascii: "-") { return "label starts with hyphen" }
      if label.last == UInt8(ascii: "-") { return "label ends with hyphen" }
      for scalar in String(decoding: label, as: UTF8.self).unicodeScalars {
        guard scalar.isASCII, let byte = UInt8(exactly: scalar.value), isDigit(byte) || isLetter(byte) || byte == 0x2D else {
          return "invalid character '\(scalar)'"
        }
      }
    }
    return nil
  }

  private static func email(_ bytes: [UInt8]) -> String? {
    if bytes.count > 254 { return "more than 255 characters long" }
    guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return "missing @" }
    let local = Array(bytes[..<at])
    var domain = Array(bytes[(at + 1)...])
    if local.count > 64 { return "local part more than 64 characters long" }
    if local.count > 1, local.first == UInt8(ascii: "\"") {
      let inner = local.dropFirst().dropLast()
      if inner.contains(UInt8(ascii: "\\")) || inner.contains(UInt8(ascii: "\"")) {
        return "backslash and quote are not allowed within quoted local part"
      }
    } else {
      if local.first == UInt8(ascii: ".") { return "starts with dot" }
      if local.last == UInt8(ascii: ".") { return "ends with dot" }
      for (one, other) in zip(local, local.dropFirst()) where one == 0x2E && other == 0x2E { return "consecutive dots" }
      for scalar in String(decoding: local, as: UTF8.self).unicodeScalars {
        let byte = UInt8(exactly: scalar.value) ?? 0
        guard scalar.isASCII, isDigit(byte) || isLetter(byte) || ".!#$%&'*+-/=?^_`{|}~".utf8.contains(byte) else {
          return "invalid character '\(scalar)'"
        }
      }
    }
    if domain.first == UInt8(ascii: "["), domain.last == UInt8(ascii: "]"), domain.count > 1 {
      domain = Array(domain.dropFirst().dropLast())
      if domain.starts(with: "IPv6:".utf8) { return ipv6(Array(domain.dropFirst(5))).map { "invalid ipv6 address: \($0)" } }
      return ipv4(domain).map { "invalid ipv4 address: \($0)" }
    }
    return hostname(domain).map { "invalid domain: \($0)" }
  }

  // MARK: Dates and times

  private static func number(_ bytes: some Collection<UInt8>) -> Int? {
    !bytes.isEmpty && bytes.allSatisfy(isDigit) ? Int(String(decoding: Array(bytes), as: UTF8.self)) : nil
  }

  private static func date(_ bytes: [UInt8]) -> String? {
    let text = String(decoding: bytes, as: UTF8.self)
    let parts = split(bytes, "-")
    guard bytes.count == 10, parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
      let year = number(parts[0]), let month = number(parts[1]), let day = number(parts[2])
    else { return "parsing time \"\(text)\" as \"2006-01-02\": cannot parse" }
    if !(1...12 ~= month) { return "parsing time \"\(text)\": month out of range" }
    return 1...Gregorian.days(in: month, of: year) ~= day ? nil : "parsing time \"\(text)\": day out of range"
  }

  private static func time(_ bytes: [UInt8]) -> String? {
    if bytes.count < 9 { return "less than 9 characters long" }
    let colon = UInt8(ascii: ":")
    if bytes[2] != colon || bytes[5] != colon { return "missing colon in correct place" }
    guard var hour = number(bytes[0..<2]), var minute = number(bytes[3..<5]), let second = number(bytes[6..<8]) else {
      return "invalid hour/min/sec"
    }
    if hour > 23 || minute > 59 || second > 60 { return "hour/min/sec out of range" }
    var rest = bytes[8...]
    if rest.first == UInt8(ascii: ".") {
      let digits = rest.dropFirst().prefix(while: isDigit)
      if digits.isEmpty { return "no digits in second fraction" }
      rest = rest.dropFirst(1 + digits.count)
    }
    if !(rest.count == 1 && (rest.first ?? 0) | 0x20 == UInt8(ascii: "z")) {
      let offset = Array(rest)
      if offset.count != 6 { return "offset must be 6 characters long" }
      let sign: Int
      switch offset[0] {
      case UInt8(ascii: "+"): sign = -1
      case UInt8(ascii: "-"): sign = 1
      default: return "offset must begin with plus/minus"
      }
      if offset[3] != colon { return "missing colon in offset in correct place" }
      guard let hours = number(offset[1..<3]), let minutes = number(offset[4..<6]) else {
        return "invalid hour/min in offset"
      }
      if hours > 23 || minutes > 59 { return "hour/min in offset out of range" }
      var total = hour * 60 + minute + sign * (hours * 60 + minutes)
      if total < 0 { total += 24 * 60 }
      (hour, minute) = (total / 60, total % 60)
    }
    return second >= 60 && (hour != 23 || minute != 59) ? "invalid leap second" : nil
  }

  private static func dateTime(_ bytes: [UInt8]) -> String? {
    if bytes.count < 20 { return "less than 20 characters long" }
    if bytes[10] | 0x20 != UInt8(ascii: "t") { return "11th character must be t or T" }
    if let problem = date(Array(bytes[..<10])) { return "invalid date element: \(problem)" }
    return time(Array(bytes[11...])).map { "invalid time element: \($0)" }
  }

  // MARK: Addresses

  /// What Go's net/url refuses.
  private static func uri(_ bytes: [UInt8], needsScheme: Bool) -> String? {
    let name = "parse \"\(String(decoding: bytes, as: UTF8.self))\": "
    if bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return name + "net/url: invalid control character in URL" }
    for (place, byte) in bytes.enumerated() where byte == UInt8(ascii: "%") {
      let digits = bytes[(place + 1)...].prefix(2)
      if digits.count < 2 || !digits.allSatisfy({ isDigit($0) || 0x61...0x66 ~= $0 | 0x20 }) {
        return name + "invalid URL escape \"\(String(decoding: bytes[place...].prefix(3), as: UTF8.self))\""
      }
    }
    let uri = SchemaURI(String(decoding: bytes, as: UTF8.self))
    if bytes.first == UInt8(ascii: ":") { return name + "missing protocol scheme" }
    if uri.scheme == nil, uri.authority == nil, uri.path.utf8.prefix(while: { $0 != 0x2F }).contains(UInt8(ascii: ":")) {
      return name + "first path segment in URL cannot contain colon"
    }
    if let authority = uri.authority {
      let host = authority.utf8.lastIndex(of: UInt8(ascii: "@")).map { authority.utf8[authority.utf8.index(after: $0)...] } ?? authority.utf8[...]
      for byte in host where " \"<>\\^`{|}".utf8.contains(byte) && byte != UInt8(ascii: "<") && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "\"") {
        return name + "invalid character \"\(UnicodeScalar(byte))\" in host name"
      }
      if host.first == UInt8(ascii: "[") {
        guard let close = host.lastIndex(of: UInt8(ascii: "]")) else { return name + "missing ']' in host" }
        if let problem = ipv6(Array(host[host.index(after: host.startIndex)..<close])) {
          return "invalid ipv6 address: \(problem)"
        }
      } else if let colon = host.lastIndex(of: UInt8(ascii: ":")) {
        let port = host[host.index(after: colon)...]
        if !port.allSatisfy(isDigit) { return name + "invalid port after host" }
        if host[..<colon].contains(UInt8(ascii: ":")) { return "ipv6 address not enclosed in brackets" }
      }
    }
    return needsScheme && uri.scheme == nil ? "relative url" : nil
  }

  private static func template(_ bytes: [UInt8]) -> String? {
    if let problem = uri(bytes, needsScheme: false) { return problem }
    for part in split(bytes, "/") {
      var isOpen = false
      for byte in part where byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") {
        if (byte == UInt8(ascii: "{")) == isOpen { return "nested curly braces" }
        isOpen.toggle()
      }
      if isOpen { return "no matching closing brace" }
    }
    return nil
  }

  private static func semver(_ bytes: [UInt8]) -> String? {
    func identifiers(_ part: ArraySlice<UInt8>, _ name: String) -> String? {
      for identifier in part.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
        if identifier.isEmpty { return "\(name) identifier is empty" }
        for byte in identifier where !(isDigit(byte) || isLetter(byte) || byte == 0x2D) {
          return "invalid character '\(UnicodeScalar(byte))' in \(name) identifier"
        }
        if name == "pre-release", identifier.count > 1, identifier.first == 0x30, identifier.allSatisfy(isDigit) {
          return "pre-release numeric identifier starts with zero"
        }
      }
      return nil
    }
    var rest = bytes[...]
    if let plus = rest.firstIndex(of: UInt8(ascii: "+")) {
      let build = rest[(plus + 1)...]
      if build.isEmpty { return "build is empty" }
      if let problem = identifiers(build, "build") { return problem }
      rest = rest[..<plus]
    }
    if let dash = rest.firstIndex(of: UInt8(ascii: "-")) {
      if let problem = identifiers(rest[(dash + 1)...], "pre-release") { return problem }
      rest = rest[..<dash]
    }
    let parts = rest.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if parts.count != 3 { return "versionCore must have 3 numbers separated by dot" }
    for (name, part) in zip(["major", "minor", "patch"], parts) {
      if part.isEmpty { return "\(name) is empty" }
      if part.count > 1, part.first == 0x30 { return "\(name) starts with zero" }
      if !part.allSatisfy(isDigit) { return "\(name) contains non-digit" }
    }
    return nil
  }
}
