import Values

/// Exact comparisons and divisions of JSON numbers, which are decimals.
enum SchemaNumber {
  /// Whether a number has no fraction: `1.0` is an integer.
  static func isInteger(_ value: Value) -> Bool {
    switch value.payload {
    case .int: true
    case .double(let number): number.isFinite && number == number.rounded(.towardZero)
    default: false
    }
  }

  /// -1, 0 or 1; nil if one is no number.
  static func compare(_ a: Value, _ b: Value) -> Int? {
    switch (a.payload, b.payload) {
    case (.int(let x), .int(let y)): x < y ? -1 : x == y ? 0 : 1
    case (.double(let x), .double(let y)): x < y ? -1 : x == y ? 0 : 1
    case (.int(let x), .double(let y)): compare(x, y)
    case (.double(let x), .int(let y)): -compare(y, x)
    default: nil
    }
  }

  private static func compare(_ whole: Int64, _ number: Double) -> Int {
    if number >= 0x1p63 { return -1 }
    if number < -0x1p63 { return 1 }
    let floor = number.rounded(.down)
    guard let other = Int64(exactly: floor) else { return 0 }
    if whole != other { return whole < other ? -1 : 1 }
    return number > floor ? -1 : 0
  }

  /// Whether a number is a multiple of another, as decimals.
  static func isMultiple(_ value: Value, of step: Value) -> Bool {
    guard let (a, ea) = decimal(value), let (b, eb) = decimal(step), b != 0 else { return true }
    if a == 0 { return true }
    var exponent = ea - eb
    if exponent >= 0 {
      // a · 10^exponent mod b.
      var rest = a % b
      while exponent > 0, rest != 0 {
        let (high, low) = rest.multipliedFullWidth(by: 10)
        rest = b.dividingFullWidth((high % b, low)).remainder
        exponent -= 1
      }
      return rest == 0
    }
    var divisor = b
    while exponent < 0 {
      let (product, overflow) = divisor.multipliedReportingOverflow(by: 10)
      // A divisor above the number itself.
      if overflow || product > a { return false }
      divisor = product
      exponent += 1
    }
    return a % divisor == 0
  }

  /// Digits and exponent, without the sign.
  private static func decimal(_ value: Value) -> (UInt64, Int)? {
    switch value.payload {
    case .int(let number): return (number.magnitude, 0)
    case .double(let number):
      guard number.isFinite else { return nil }
      let (_, digits, first) = JSONWriter.shortestDigits(number)
      return UInt64(digits).map { ($0, first - digits.utf8.count + 1) }
    default: return nil
    }
  }
}
