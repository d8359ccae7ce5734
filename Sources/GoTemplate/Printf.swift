import Values

/// `fmt.Sprintf` (src/fmt/print.go, doPrintf).
extension GoFormatter {
  private struct Cursor {
    var at = 0
    var argument = 0
    var reordered = false
    var goodIndex = true
  }

  /// - Parameter formatOrigin: the origin of the format, for its literal text.
  public mutating func sprintf(_ format: Text, formatOrigin: Origin = .none, _ values: [Value]) {
    let bytes = format.bytes
    var cursor = Cursor()
    while cursor.at < bytes.count, !isFull {
      cursor.goodIndex = true
      let start = cursor.at
      while cursor.at < bytes.count, bytes[cursor.at] != UInt8(ascii: "%") { cursor.at += 1 }
      if cursor.at > start { out.append(format, range: start..<cursor.at, origin: formatOrigin) }
      guard cursor.at < bytes.count else { break }
      cursor.at += 1
      verb(bytes, formatOrigin, &cursor, values)
    }
    flags = Flags()
    if !cursor.reordered, cursor.argument < values.count { extra(values[cursor.argument...], formatOrigin) }
  }

  private mutating func extra(_ values: ArraySlice<Value>, _ origin: Origin) {
    write("%!(EXTRA ", origin)
    for (index, value) in values.enumerated() {
      if index > 0 { write(", ", origin) }
      if value.isNull {
        write("<nil>", origin)
      } else {
        write(value.goTypeName + "=", origin)
        print(value, verb: UInt8(ascii: "v"))
      }
    }
    write(")", origin)
  }

  /// One verb; the cursor stands behind its `%`.
  private mutating func verb(_ bytes: [UInt8], _ origin: Origin, _ cursor: inout Cursor, _ values: [Value]) {
    flags = Flags()
    flagLoop: while cursor.at < bytes.count {
      switch bytes[cursor.at] {
      case UInt8(ascii: "#"): flags.sharp = true
      case UInt8(ascii: "0"): flags.zero = !flags.minus
      case UInt8(ascii: "+"): flags.plus = true
      case UInt8(ascii: "-"):
        flags.minus = true
        flags.zero = false
      case UInt8(ascii: " "): flags.space = true
      default: break flagLoop
      }
      cursor.at += 1
    }
    var afterIndex = argumentIndex(bytes, &cursor, values.count)
    if cursor.at < bytes.count, bytes[cursor.at] == UInt8(ascii: "*") {
      cursor.at += 1
      if let width = number(&cursor, values) {
        flags.width = abs(width)
        if width < 0 {
          flags.minus = true
          flags.zero = false
        }
      } else {
        write("%!(BADWIDTH)", origin)
      }
      afterIndex = false
    } else {
      flags.width = digits(bytes, &cursor.at)
      if afterIndex, flags.width != nil { cursor.goodIndex = false }
    }
    if cursor.at < bytes.count, bytes[cursor.at] == UInt8(ascii: ".") {
      cursor.at += 1
      if afterIndex { cursor.goodIndex = false }
      afterIndex = argumentIndex(bytes, &cursor, values.count)
      if cursor.at < bytes.count, bytes[cursor.at] == UInt8(ascii: "*") {
        cursor.at += 1
        if let precision = number(&cursor, values), precision >= 0 {
          flags.precision = precision
        } else {
          write("%!(BADPREC)", origin)
        }
        afterIndex = false
      } else {
        flags.precision = digits(bytes, &cursor.at) ?? 0
      }
    }
    if !afterIndex { afterIndex = argumentIndex(bytes, &cursor, values.count) }
    guard cursor.at < bytes.count else { return write("%!(NOVERB)", origin) }
    let (verb, width) = GoRune.decode(bytes, cursor.at)
    cursor.at += width
    if verb == UInt32(UInt8(ascii: "%")) { return write("%", origin) }
    guard cursor.goodIndex else { return write("%!\(GoRune.string(verb))(BADINDEX)", origin) }
    guard cursor.argument < values.count else { return write("%!\(GoRune.string(verb))(MISSING)", origin) }
    if verb == UInt32(UInt8(ascii: "v")) || verb == UInt32(UInt8(ascii: "w")) {
      (flags.sharpV, flags.sharp) = (flags.sharp, false)
      (flags.plusV, flags.plus) = (flags.plus, false)
    }
    let value = values[cursor.argument]
    cursor.argument += 1
    print(value, verb: verb)
  }

  private func digits(_ bytes: [UInt8], _ at: inout Int) -> Int? {
    var value = 0
    var found = false
    while at < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[at] {
      if value > 1_000_000 {
        at = bytes.count
        return nil
      }
      value = value * 10 + Int(bytes[at] - UInt8(ascii: "0"))
      found = true
      at += 1
    }
    return found ? value : nil
  }

  /// The next argument as the number for a `*`.
  private func number(_ cursor: inout Cursor, _ values: [Value]) -> Int? {
    guard cursor.argument < values.count else { return nil }
    let value = values[cursor.argument]
    cursor.argument += 1
    guard let int = value.int, -1_000_000...1_000_000 ~= int else { return nil }
    return Int(int)
  }

  /// Reads `[n]`. Whether there was one.
  private func argumentIndex(_ bytes: [UInt8], _ cursor: inout Cursor, _ count: Int) -> Bool {
    guard cursor.at < bytes.count, bytes[cursor.at] == UInt8(ascii: "[") else { return false }
    cursor.reordered = true
    guard bytes.count - cursor.at >= 3, let close = bytes[cursor.at...].firstIndex(of: UInt8(ascii: "]")) else {
      cursor.goodIndex = false
      cursor.at += 1
      return false
    }
    var at = cursor.at + 1
    let index = digits(Array(bytes[..<close]), &at)
    cursor.at = close + 1
    guard let index, at == close else {
      cursor.goodIndex = false
      return false
    }
    guard index >= 1, index <= count else {
      cursor.goodIndex = false
      return true
    }
    cursor.argument = index - 1
    return true
  }
}
