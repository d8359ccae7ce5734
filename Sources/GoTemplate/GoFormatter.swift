import SourceText
import Values

/// Prints values as Go's fmt does (src/fmt/print.go, format.go), with the origins of what it prints.
public struct GoFormatter {
  public internal(set) var out = TextBuilder()
  var flags = Flags()
  /// Nesting to which maps and lists are printed; below it stands "…".
  private let depthLimit: Int
  /// Past this many bytes nothing more is written; the caller checks.
  private let byteLimit: Int
  private var origin = Origin.none

  struct Flags {
    var width: Int?
    var precision: Int?
    var minus = false
    var plus = false
    var sharp = false
    var space = false
    var zero = false
    /// `%+v`, `%#v`.
    var plusV = false
    var sharpV = false
  }

  public init(depth: Int = 200, bytes: Int = 128 << 20) {
    depthLimit = depth
    byteLimit = bytes
  }

  /// `fmt.Sprint` of one value.
  static func print(_ value: Value, depth: Int) -> Text {
    var formatter = GoFormatter(depth: depth)
    formatter.print(value, verb: UInt8(ascii: "v"))
    return formatter.out.build()
  }

  /// `fmt.Sprint` of one value as a string.
  public static func string(_ value: Value) -> String { print(value, depth: 200).string }

  /// `fmt.Sprintf("%v")` of a value, with origins.
  public static func text(_ value: Value) -> Text {
    if let text = value.text { return text }
    return print(value, depth: 200)
  }

  /// Something unknown in a value, which must not be printed. Looks at no more than a million parts.
  static func firstUnknown(_ value: Value, depth: Int) -> Unknown? {
    var budget = 1_000_000
    return firstUnknown(value, depth: depth, &budget)
  }

  private static func firstUnknown(_ value: Value, depth: Int, _ budget: inout Int) -> Unknown? {
    budget -= 1
    guard budget > 0 else { return nil }
    switch value.payload {
    case .unknown(let unknown): return unknown
    case .list(let list):
      guard depth > 0 else { return nil }
      for item in list.items { if let found = firstUnknown(item, depth: depth - 1, &budget) { return found } }
    case .map(let map):
      guard depth > 0 else { return nil }
      for entry in map.entries { if let found = firstUnknown(entry.value, depth: depth - 1, &budget) { return found } }
    default: break
    }
    return nil
  }

  var isFull: Bool { out.count > byteLimit }

  // MARK: Sprint, Sprintln

  /// `fmt.Sprint`: spaces between operands when neither is a string.
  public mutating func sprint(_ values: [Value]) {
    var afterString = false
    for (index, value) in values.enumerated() {
      let isString = value.text != nil
      if index > 0, !isString, !afterString { out.append(UInt8(ascii: " ")) }
      print(value, verb: UInt8(ascii: "v"))
      afterString = isString
    }
  }

  /// `fmt.Sprintln`.
  public mutating func sprintln(_ values: [Value]) {
    for (index, value) in values.enumerated() {
      if index > 0 { out.append(UInt8(ascii: " ")) }
      print(value, verb: UInt8(ascii: "v"))
    }
    out.append(UInt8(ascii: "\n"))
  }

  // MARK: Values

  mutating func print(_ value: Value, verb: UInt8) { print(value, verb: UInt32(verb)) }

  mutating func print(_ value: Value, verb: UInt32) {
    origin = value.origin
    if verb == UInt32(UInt8(ascii: "T")) { return pad(truncated(Text(value.goTypeName)).bytes) }
    if value.isNull {
      return verb == UInt32(UInt8(ascii: "v")) ? pad("<nil>") : bad(verb, value)
    }
    if verb == UInt32(UInt8(ascii: "w")) { return bad(verb, value) }
    print(value, verb: verb, depth: 0)
  }

  private mutating func print(_ value: Value, verb: UInt32, depth: Int) {
    if isFull { return }
    origin = value.origin
    switch value.payload {
    case .null: write(flags.sharpV ? "interface {}(nil)" : "<nil>")
    case .bool(let bool):
      verb == UInt32(UInt8(ascii: "t")) || verb == UInt32(UInt8(ascii: "v")) ? pad(bool ? "true" : "false") : bad(verb, value)
    case .int(let int): printInteger(int, value, verb)
    case .double(let double): printFloat(double, value, verb)
    case .string(let text): printString(text, value, verb)
    case .list(let list): printList(list, value, verb, depth)
    case .map(let map): printMap(map, value, verb, depth)
    case .object(let object): printObject(object, value, verb)
    case .unknown: write("<unknown>")
    }
  }

  private mutating func printList(_ list: ValueList, _ value: Value, _ verb: UInt32, _ depth: Int) {
    let tag = value.tag & ~GoTag.boxed
    if tag == GoList.bytes, "sqxX".utf8.contains(where: { UInt32($0) == verb }) {
      return printString(Text(list.items.map { UInt8(truncatingIfNeeded: $0.int ?? 0) }), value, verb)
    }
    guard depth < depthLimit else { return write("…") }
    if flags.sharpV { write(value.goTypeName + "{") } else { write("[") }
    for (index, item) in list.items.enumerated() {
      if index > 0 { write(flags.sharpV ? ", " : " ", value.origin) }
      print(item, verb: verb, depth: depth + 1)
    }
    write(flags.sharpV ? "}" : "]", value.origin)
  }

  private mutating func printMap(_ map: ValueMap, _ value: Value, _ verb: UInt32, _ depth: Int) {
    guard depth < depthLimit else { return write("…") }
    if flags.sharpV { write(value.goTypeName + "{") } else { write("map[") }
    for (index, entry) in map.sortedEntries.enumerated() {
      if index > 0 { write(flags.sharpV ? ", " : " ", value.origin) }
      print(Value(.string(entry.key), origin: entry.keyOrigin), verb: verb, depth: depth + 1)
      write(":", entry.keyOrigin)
      print(entry.value, verb: verb, depth: depth + 1)
    }
    write(flags.sharpV ? "}" : "]", value.origin)
  }

  private mutating func printObject(_ object: HostObject, _ value: Value, _ verb: UInt32) {
    if let complex = object as? GoComplex { return printComplex(complex, value, verb) }
    let text = (object as? GoObject)?.printed ?? Text("{}")
    printString(text, value, verb)
  }

  // MARK: Scalars

  private mutating func printString(_ text: Text, _ value: Value, _ verb: UInt32) {
    switch UInt8(truncatingIfNeeded: min(verb, 0xFF)) {
    case UInt8(ascii: "v") where flags.sharpV: quote(truncated(text))
    case UInt8(ascii: "v"), UInt8(ascii: "s"):
      let cut = truncated(text)
      pad(count: flags.width == nil ? 0 : runeCount(cut)) { $0.out.append(cut, origin: $0.origin) }
    case UInt8(ascii: "q"): quote(truncated(text))
    case UInt8(ascii: "x"): hex(text, uppercase: false)
    case UInt8(ascii: "X"): hex(text, uppercase: true)
    default: bad(verb, value)
    }
  }

  private mutating func quote(_ text: Text) {
    if flags.sharp, !text.bytes.contains(UInt8(ascii: "`")), text.bytes.allSatisfy({ $0 == 9 || ($0 >= 0x20 && $0 != 0x7F) }) {
      return pad("`" + text.string + "`")
    }
    pad(GoQuote.quotedBytes(text.bytes, ascii: flags.plus))
  }

  private mutating func hex(_ text: Text, uppercase: Bool) {
    let count = min(text.count, flags.precision ?? text.count)
    let digits = Array((uppercase ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
    var result: [UInt8] = []
    let prefix = Array((uppercase ? "0X" : "0x").utf8)
    if flags.sharp, count > 0 { result += prefix }
    for (index, byte) in text.bytes[..<count].enumerated() {
      if flags.space, index > 0 {
        result.append(UInt8(ascii: " "))
        if flags.sharp { result += prefix }
      }
      result.append(digits[Int(byte >> 4)])
      result.append(digits[Int(byte & 15)])
    }
    pad(result)
  }

  private func truncated(_ text: Text) -> Text {
    guard let precision = flags.precision else { return text }
    var at = 0
    var runes = 0
    while at < text.count {
      if runes == precision { return text.slice(0..<at) }
      at += GoRune.decode(text.bytes, at).width
      runes += 1
    }
    return text
  }

  private func runeCount(_ text: Text) -> Int {
    var at = 0
    var runes = 0
    while at < text.count {
      at += GoRune.decode(text.bytes, at).width
      runes += 1
    }
    return runes
  }

  private mutating func printInteger(_ int: Int64, _ value: Value, _ verb: UInt32) {
    let tag = value.tag & ~GoTag.boxed
    let isSigned = tag != GoNumber.uint64 && tag != GoNumber.uint32 && tag != GoNumber.uint8
    let negative = isSigned && int < 0
    let magnitude = isSigned ? int.magnitude : UInt64(bitPattern: int)
    switch UInt8(truncatingIfNeeded: min(verb, 0xFF)) {
    case UInt8(ascii: "v") where flags.sharpV && !isSigned:
      flags.sharp = true
      integer(magnitude, negative, radix: 16, verb: UInt8(ascii: "v"))
      flags.sharp = false
    case UInt8(ascii: "v"), UInt8(ascii: "d"): integer(magnitude, negative, radix: 10, verb: UInt8(ascii: "d"))
    case UInt8(ascii: "b"): integer(magnitude, negative, radix: 2, verb: UInt8(ascii: "b"))
    case UInt8(ascii: "o"): integer(magnitude, negative, radix: 8, verb: UInt8(ascii: "o"))
    case UInt8(ascii: "O"): integer(magnitude, negative, radix: 8, verb: UInt8(ascii: "O"))
    case UInt8(ascii: "x"): integer(magnitude, negative, radix: 16, verb: UInt8(ascii: "x"))
    case UInt8(ascii: "X"): integer(magnitude, negative, radix: 16, verb: UInt8(ascii: "X"))
    case UInt8(ascii: "c"), UInt8(ascii: "q"):
      let rune = negative ? GoRune.replacement : UInt32(exactly: magnitude).flatMap { Unicode.Scalar($0)?.value } ?? GoRune.replacement
      var bytes: [UInt8] = []
      if verb == UInt32(UInt8(ascii: "c")) {
        GoRune.append(rune, to: &bytes)
      } else {
        bytes.append(UInt8(ascii: "'"))
        GoQuote.appendEscaped(rune, quote: UInt8(ascii: "'"), ascii: flags.plus, to: &bytes)
        bytes.append(UInt8(ascii: "'"))
      }
      pad(bytes)
    case UInt8(ascii: "U"):
      let code = UInt64(bitPattern: int)
      var text = "U+" + GoRune.pad(String(code, radix: 16, uppercase: true), max(4, min(flags.precision ?? 4, 1000)))
      if flags.sharp, let scalar = UInt32(exactly: code), GoRune.isPrint(scalar), let rune = Unicode.Scalar(scalar) {
        text += " '\(Character(rune))'"
      }
      pad(text)
    default: bad(verb, value)
    }
  }

  private mutating func integer(_ magnitude: UInt64, _ negative: Bool, radix: Int, verb: UInt8) {
    var digits = 0
    if let precision = flags.precision {
      digits = precision
      if precision == 0, magnitude == 0 {
        padding(flags.width ?? 0, UInt8(ascii: " "))
        return
      }
    } else if flags.zero, !flags.minus, let width = flags.width {
      digits = negative || flags.plus || flags.space ? width - 1 : width
    }
    var text = GoRune.pad(String(magnitude, radix: radix, uppercase: verb == UInt8(ascii: "X")), min(digits, 1_000_000))
    if flags.sharp {
      switch radix {
      case 2: text = "0b" + text
      case 8: if !text.hasPrefix("0") { text = "0" + text }
      case 16: text = (verb == UInt8(ascii: "X") ? "0X" : "0x") + text
      default: break
      }
    }
    if verb == UInt8(ascii: "O") { text = "0o" + text }
    if negative { text = "-" + text } else if flags.plus { text = "+" + text } else if flags.space { text = " " + text }
    let zero = flags.zero
    flags.zero = false
    pad(text)
    flags.zero = zero
  }

  private mutating func printFloat(_ double: Double, _ value: Value, _ verb: UInt32) {
    let isSingle = value.tag & ~GoTag.boxed == GoNumber.float32
    if !printFloat(double, verb, isSingle: isSingle) { bad(verb, value) }
  }

  /// False where the verb is none for numbers with a fraction.
  private mutating func printFloat(_ double: Double, _ verb: UInt32, isSingle: Bool) -> Bool {
    let kind: UInt8
    var precision = flags.precision
    switch UInt8(truncatingIfNeeded: min(verb, 0xFF)) {
    case UInt8(ascii: "v"): kind = UInt8(ascii: "g")
    case UInt8(ascii: "F"): kind = UInt8(ascii: "f")
    case UInt8(ascii: "g"), UInt8(ascii: "G"), UInt8(ascii: "f"), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "x"),
      UInt8(ascii: "X"), UInt8(ascii: "b"):
      kind = UInt8(truncatingIfNeeded: verb)
    default: return false
    }
    var text: String
    switch kind {
    case UInt8(ascii: "x") where double.isFinite: text = GoFloat.hex(double, precision: precision, uppercase: false)
    case UInt8(ascii: "X") where double.isFinite: text = GoFloat.hex(double, precision: precision, uppercase: true)
    case UInt8(ascii: "b") where double.isFinite: text = GoFloat.binary(double)
    case UInt8(ascii: "f"), UInt8(ascii: "e"), UInt8(ascii: "E"):
      precision = precision ?? 6
      text = GoFloat.format(double, kind, precision: precision, isSingle: isSingle)
    default: text = GoFloat.format(double, kind, precision: precision, isSingle: isSingle)
    }
    var sign = "+"
    if text.hasPrefix("-") || text.hasPrefix("+") { sign = String(text.removeFirst()) }
    if flags.space, sign == "+", !flags.plus { sign = " " }
    let zero = flags.zero
    defer { flags.zero = zero }
    if !double.isFinite {
      flags.zero = false
      if double.isNaN, !flags.space, !flags.plus {
        pad(text)
        return true
      }
    } else if flags.sharp, kind != UInt8(ascii: "b") {
      text = withPoint(text, kind)
    }
    if flags.plus || sign != "+" {
      if flags.zero, !flags.minus, let width = flags.width, width > text.utf8.count + 1 {
        write(sign)
        padding(width - text.utf8.count - 1, UInt8(ascii: "0"))
        write(text)
        return true
      }
      pad(sign + text)
      return true
    }
    pad(text)
    return true
  }

  /// The flag `#` of numbers with a fraction: always a point, and for %g all digits of the precision (format.go, fmtFloat).
  private func withPoint(_ text: String, _ kind: UInt8) -> String {
    var digits = 0
    if kind == UInt8(ascii: "g") || kind == UInt8(ascii: "G") || kind == UInt8(ascii: "x") { digits = flags.precision ?? 6 }
    var number: [UInt8] = []
    var tail: [UInt8] = []
    var hasPoint = false
    var significant = false
    let isHex = kind | 0x20 == UInt8(ascii: "x")
    for byte in text.utf8 {
      if !tail.isEmpty || byte | 0x20 == UInt8(ascii: "p") || (byte | 0x20 == UInt8(ascii: "e") && !isHex) {
        tail.append(byte)
        continue
      }
      if byte == UInt8(ascii: ".") {
        hasPoint = true
      } else {
        if byte != UInt8(ascii: "0") { significant = true }
        if significant { digits -= 1 }
      }
      number.append(byte)
    }
    if !hasPoint {
      if number == [UInt8(ascii: "0")] { digits -= 1 }
      number.append(UInt8(ascii: "."))
    }
    number += [UInt8](repeating: UInt8(ascii: "0"), count: max(0, min(digits, 1_000_000)))
    return String(decoding: number + tail, as: UTF8.self)
  }

  private mutating func printComplex(_ complex: GoComplex, _ value: Value, _ verb: UInt32) {
    guard "vbgGxXfFeE".utf8.contains(where: { UInt32($0) == verb }) else { return bad(verb, value) }
    write("(")
    _ = printFloat(complex.real, verb, isSingle: false)
    let plus = flags.plus
    flags.plus = true
    _ = printFloat(complex.imaginary, verb, isSingle: false)
    flags.plus = plus
    write("i)")
  }

  // MARK: Writing

  /// `%!d(string=hi)`.
  private mutating func bad(_ verb: UInt32, _ value: Value) {
    let origin = value.origin
    write("%!\(GoRune.string(verb))(", origin)
    if value.isNull {
      write("<nil>", origin)
    } else {
      write(value.goTypeName + "=", origin)
      print(value, verb: UInt8(ascii: "v"))
    }
    write(")", origin)
  }

  mutating func write(_ string: String) { out.append(string, origin: origin) }

  mutating func write(_ string: String, _ other: Origin) { out.append(string, origin: other) }

  private mutating func padding(_ count: Int, _ byte: UInt8) {
    guard count > 0 else { return }
    out.append(bytes: [UInt8](repeating: byte, count: min(count, 1_000_000)), 0..<min(count, 1_000_000), origin: origin)
  }

  private mutating func pad(count: Int, _ body: (inout GoFormatter) -> Void) {
    let missing = (flags.width ?? 0) - count
    if missing > 0, !flags.minus { padding(missing, flags.zero ? UInt8(ascii: "0") : UInt8(ascii: " ")) }
    body(&self)
    if missing > 0, flags.minus { padding(missing, UInt8(ascii: " ")) }
  }

  private mutating func pad(_ text: String) { pad(Array(text.utf8)) }

  private mutating func pad(_ bytes: [UInt8]) {
    let count = flags.width == nil ? 0 : runeCount(Text(bytes))
    pad(count: count) { $0.out.append(bytes: bytes, 0..<bytes.count, origin: $0.origin) }
  }
}

extension GoRune {
  /// Zeros before digits up to a width.
  static func pad(_ digits: String, _ width: Int) -> String {
    String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  static func string(_ scalar: UInt32) -> String { Unicode.Scalar(scalar).map { String(Character($0)) } ?? "\u{FFFD}" }
}
