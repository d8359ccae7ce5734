import Glibc
import SourceText
import Values

/// `string.format(list)`: cel-go ext/formatting_v2.go.
enum Formatting {
  static func format(_ pattern: [UInt8], _ arguments: [Value]) throws(CELError) -> [UInt8] {
    var out: [UInt8] = []
    var next = 0
    var at = 0
    while at < pattern.count {
      let byte = pattern[at]
      at += 1
      guard byte == UInt8(ascii: "%") else {
        out.append(byte)
        continue
      }
      guard at < pattern.count else { throw CELError("unexpected end of the format string") }
      if pattern[at] == UInt8(ascii: "%") {
        out.append(byte)
        at += 1
        continue
      }
      var precision: Int?
      if pattern[at] == UInt8(ascii: ".") {
        at += 1
        let digits = pattern[at...].prefix { $0 >= 0x30 && $0 <= 0x39 }
        at += digits.count
        guard let number = Int(String(decoding: digits, as: UTF8.self)), number <= 100 else {
          throw CELError("malformed precision in the format string")
        }
        precision = number
        guard at < pattern.count else { throw CELError("unexpected end of the format string") }
      }
      let clause = pattern[at]
      at += 1
      guard next < arguments.count else { throw CELError("index \(next) out of range of the format arguments") }
      let argument = arguments[next]
      next += 1
      out.append(contentsOf: try text(clause, precision, argument))
    }
    return out
  }

  private static func text(_ clause: UInt8, _ precision: Int?, _ value: Value) throws(CELError) -> [UInt8] {
    if value.isUnknown { throw CELError("a value to format is unknown") }
    switch clause {
    case UInt8(ascii: "s"): return try string(value)
    case UInt8(ascii: "d"):
      switch value.payload {
      case .int, .double: return try string(value)
      default: throw wrong("decimal", "integers and doubles", value)
      }
    case UInt8(ascii: "f"), UInt8(ascii: "e"):
      let name = clause == UInt8(ascii: "f") ? "fixed-point" : "scientific"
      let number: Double
      switch value.payload {
      case .double(let double): number = double
      case .int(let int): number = value.tag == CELValue.uintTag ? Double(UInt64(bitPattern: int)) : Double(int)
      default: throw wrong(name, "numbers", value)
      }
      if let special = special(number) { return Array(special.utf8) }
      return print(number, precision ?? 6, exponent: clause == UInt8(ascii: "e"))
    case UInt8(ascii: "b"):
      if let flag = value.bool { return [flag ? 0x31 : 0x30] }
      guard let digits = integer(value, 2) else { throw wrong("binary", "integers and bools", value) }
      return digits
    case UInt8(ascii: "o"):
      guard let digits = integer(value, 8) else { throw wrong("octal", "integers", value) }
      return digits
    case UInt8(ascii: "x"), UInt8(ascii: "X"):
      let upper = clause == UInt8(ascii: "X")
      if let digits = integer(value, 16, upper: upper) { return digits }
      let bytes: [UInt8]
      if let text = value.text { bytes = text.bytes }
      else if let object = value.object as? CELBytes { bytes = object.bytes }
      else { throw wrong("hex", "integers, strings and bytes", value) }
      let digits = Array((upper ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
      return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    default: throw CELError("unknown format clause '\(String(decoding: [clause], as: UTF8.self))'")
    }
  }

  private static func wrong(_ clause: String, _ wanted: String, _ value: Value) -> CELError {
    CELError("the \(clause) clause formats only \(wanted), was given \(CELValue.typeName(value))")
  }

  private static func special(_ number: Double) -> String? {
    number.isNaN ? "NaN" : number.isInfinite ? (number < 0 ? "-Infinity" : "Infinity") : nil
  }

  private static func integer(_ value: Value, _ radix: Int, upper: Bool = false) -> [UInt8]? {
    guard case .int(let number) = value.payload else { return nil }
    if value.tag == CELValue.uintTag { return Array(String(UInt64(bitPattern: number), radix: radix, uppercase: upper).utf8) }
    return Array(String(number, radix: radix, uppercase: upper).utf8)
  }

  private static func print(_ number: Double, _ precision: Int, exponent: Bool) -> [UInt8] {
    var buffer = [CChar](repeating: 0, count: 512)
    let written = withVaList([Int32(precision), number]) { arguments in
      vsnprintf(&buffer, buffer.count, exponent ? "%.*e" : "%.*f", arguments)
    }
    return buffer.prefix(max(0, min(Int(written), buffer.count - 1))).map { UInt8(bitPattern: $0) }
  }

  private static func string(_ value: Value) throws(CELError) -> [UInt8] {
    switch value.payload {
    case .null: return Array("null".utf8)
    case .double(let number): return Array((special(number) ?? Numbers.plain(number)).utf8)
    case .list(let list):
      var out: [UInt8] = [UInt8(ascii: "[")]
      for (place, item) in list.items.enumerated() {
        if place > 0 { out.append(contentsOf: ", ".utf8) }
        out.append(contentsOf: try string(item))
      }
      return out + [UInt8(ascii: "]")]
    case .map(let map):
      return try pairs(map.entries.map { (.string($0.key), $0.value) })
    case .object(let object):
      if let map = object as? CELMap { return try pairs(map.entries.map { ($0.key, $0.value) }) }
      if let bytes = object as? CELBytes { return bytes.bytes }
      guard let text = Numbers.text(value) else { break }
      return text
    default:
      guard let text = Numbers.text(value) else { break }
      return text
    }
    throw wrong("string", "plain values, lists and maps", value)
  }

  private static func pairs(_ entries: [(Value, Value)]) throws(CELError) -> [UInt8] {
    var texts: [(key: [UInt8], value: [UInt8])] = []
    for (key, value) in entries { texts.append((try string(key), try string(value))) }
    texts.sort { $0.key.lexicographicallyPrecedes($1.key) }
    var out: [UInt8] = [UInt8(ascii: "{")]
    for (place, pair) in texts.enumerated() {
      if place > 0 { out.append(contentsOf: ", ".utf8) }
      out += pair.key + Array(": ".utf8) + pair.value
    }
    return out + [UInt8(ascii: "}")]
  }
}
