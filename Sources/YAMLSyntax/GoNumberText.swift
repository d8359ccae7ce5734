import Values

/// Numbers as Go's strconv writes them.
enum GoNumberText {
  /// `strconv.FormatFloat(value, 'g', -1, 64)`, with YAML's words for what is no number.
  static func general(_ value: Double) -> String {
    guard value.isFinite else { return word(value) }
    if value == 0 { return value.sign == .minus ? "-0" : "0" }
    let (negative, digits, exponent) = JSONWriter.shortestDigits(value)
    return general(negative, digits, exponent)
  }

  /// `strconv.FormatFloat(value, 'g', -1, 32)`.
  static func general(_ value: Float) -> String {
    guard value.isFinite else { return word(Double(value)) }
    if value == 0 { return value.sign == .minus ? "-0" : "0" }
    // The shortest digits of the float, read as a double, are those digits again.
    guard let shortest = Double(value.description) else { return value.description }
    let (negative, digits, exponent) = JSONWriter.shortestDigits(shortest)
    return general(negative, digits, exponent)
  }

  private static func word(_ value: Double) -> String { value.isNaN ? ".nan" : value > 0 ? ".inf" : "-.inf" }

  static func special(_ value: Double) -> String { value.isNaN ? "NaN" : value > 0 ? "+Inf" : "-Inf" }

  private static func general(_ negative: Bool, _ digits: String, _ exponent: Int) -> String {
    var text = negative ? "-" : ""
    // The shortest form decides by a precision of 6 (strconv/ftoa.go, `formatDigits`).
    if exponent < -4 || exponent >= 6 {
      text += String(digits.prefix(1))
      if digits.count > 1 { text += "." + digits.dropFirst() }
      let power = String(exponent.magnitude)
      return text + "e" + (exponent < 0 ? "-" : "+") + (power.count < 2 ? "0" + power : power)
    }
    if exponent < 0 { return text + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    if digits.count <= exponent + 1 { return text + digits + String(repeating: "0", count: exponent + 1 - digits.count) }
    return text + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
  }
}
