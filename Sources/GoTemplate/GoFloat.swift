import Glibc

/// Floating point as Go's strconv prints it.
public enum GoFloat {
  /// `strconv.FormatFloat(value, kind, precision ?? -1, 64)` for e, E, f, g, G.
  public static func format(_ value: Double, _ kind: UInt8, precision: Int?, isSingle: Bool = false) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if let precision { return exact(value, kind, min(max(precision, 0), 1000)) }
    let sign = value.sign == .minus ? "-" : ""
    let (digits, point) = shortest(value.magnitude, isSingle: isSingle)
    switch kind {
    case UInt8(ascii: "e"), UInt8(ascii: "E"): return sign + exponential(digits, point, kind)
    case UInt8(ascii: "f"): return sign + plain(digits, point)
    default:
      let exponent = point - 1
      // With the fewest digits Go decides as if the precision were 6: 1e+06, 1.234567e+06.
      if exponent < -4 || exponent >= 6 {
        return sign + exponential(digits, point, kind == UInt8(ascii: "G") ? UInt8(ascii: "E") : UInt8(ascii: "e"))
      }
      return sign + plain(digits, point)
    }
  }

  private static func exact(_ value: Double, _ kind: UInt8, _ precision: Int) -> String {
    var buffer = [CChar](repeating: 0, count: precision + 400)
    let pattern = "%.\(precision)\(Character(Unicode.Scalar(kind)))"
    let count = withVaList([value]) { vsnprintf(&buffer, buffer.count, pattern, $0) }
    return String(decoding: buffer.prefix(max(0, Int(count))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The fewest decimal digits that give the value back, and where the point stands among them.
  static func shortest(_ value: Double, isSingle: Bool) -> (digits: [UInt8], point: Int) {
    let text = isSingle ? Float(value).description : value.description
    var digits: [UInt8] = []
    var point: Int?
    var exponent = 0
    var bytes = text.utf8[...]
    while let byte = bytes.popFirst() {
      if byte == UInt8(ascii: ".") {
        point = digits.count
      } else if byte == UInt8(ascii: "e") {
        exponent = Int(String(Substring(bytes)).drop { $0 == "+" }) ?? 0
        break
      } else {
        digits.append(byte)
      }
    }
    var place = (point ?? digits.count) + exponent
    let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
    digits.removeFirst(leading)
    place -= leading
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    return digits.isEmpty ? ([UInt8(ascii: "0")], 1) : (digits, place)
  }

  /// `strconv.FormatFloat(value, 'x' or 'X', precision ?? -1, 64)`: hexadecimal digits and a binary exponent.
  static func hex(_ value: Double, precision: Int?, uppercase: Bool) -> String {
    var (mantissa, exponent) = parts(value)
    if mantissa == 0 { exponent = 0 }
    mantissa <<= 8
    while mantissa != 0, mantissa & 1 << 60 == 0 {
      mantissa <<= 1
      exponent -= 1
    }
    if let precision, precision < 15 {
      let shift = UInt64(max(0, precision) * 4)
      let extra = mantissa << shift & (1 << 60 - 1)
      mantissa >>= 60 - shift
      if extra | mantissa & 1 > 1 << 59 { mantissa += 1 }
      mantissa <<= 60 - shift
      if mantissa & 1 << 61 != 0 {
        mantissa >>= 1
        exponent += 1
      }
    }
    var text = (value.sign == .minus ? "-" : "") + "0x" + String(mantissa >> 60 & 1)
    mantissa <<= 4
    let digits = precision ?? 16
    var written = 0
    while precision == nil ? mantissa != 0 : written < min(digits, 1000) {
      if written == 0 { text += "." }
      text += String(mantissa >> 60 & 15, radix: 16)
      mantissa <<= 4
      written += 1
    }
    text += "p" + (exponent < 0 ? "-" : "+") + (abs(exponent) < 10 ? "0" : "") + String(abs(exponent))
    return uppercase ? text.uppercased() : text
  }

  /// `%b`: the mantissa and its power of two.
  static func binary(_ value: Double) -> String {
    let (mantissa, exponent) = parts(value)
    let power = exponent - 52
    return (value.sign == .minus ? "-" : "") + String(mantissa) + "p" + (power < 0 ? "-" : "+") + String(abs(power))
  }

  private static func parts(_ value: Double) -> (mantissa: UInt64, exponent: Int) {
    let biased = Int(value.exponentBitPattern)
    return biased == 0 ? (value.significandBitPattern, -1022) : (value.significandBitPattern | 1 << 52, biased - 1023)
  }

  private static func exponential(_ digits: [UInt8], _ point: Int, _ letter: UInt8) -> String {
    var result: [UInt8] = [digits.first ?? UInt8(ascii: "0")]
    if digits.count > 1 {
      result.append(UInt8(ascii: "."))
      result += digits.dropFirst()
    }
    let exponent = point - 1
    result.append(letter)
    result.append(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
    let number = String(exponent.magnitude)
    if number.utf8.count < 2 { result.append(UInt8(ascii: "0")) }
    result += number.utf8
    return String(decoding: result, as: UTF8.self)
  }

  private static func plain(_ digits: [UInt8], _ point: Int) -> String {
    var result: [UInt8] = []
    if point > 0 {
      result += digits.prefix(point)
      result += [UInt8](repeating: UInt8(ascii: "0"), count: max(0, point - digits.count))
    } else {
      result.append(UInt8(ascii: "0"))
    }
    if digits.count > point, digits != [UInt8(ascii: "0")] {
      result.append(UInt8(ascii: "."))
      result += [UInt8](repeating: UInt8(ascii: "0"), count: max(0, -point))
      result += digits.dropFirst(max(0, point))
    }
    return String(decoding: result, as: UTF8.self)
  }
}
