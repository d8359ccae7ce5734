/// Arithmetic on natural numbers of any size: 32-bit limbs, the least significant first, no zero limb at the top; zero is empty.
enum Limbs {
  typealias Number = [UInt32]

  static func make(_ value: UInt64) -> Number {
    trim([UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32)])
  }

  static func trim(_ limbs: Number) -> Number {
    var limbs = limbs
    while limbs.last == 0 { limbs.removeLast() }
    return limbs
  }

  static func bitCount(_ a: Number) -> Int {
    guard let top = a.last else { return 0 }
    return a.count * 32 - top.leadingZeroBitCount
  }

  static func trailingZeros(_ a: Number) -> Int {
    for (place, limb) in a.enumerated() where limb != 0 { return place * 32 + limb.trailingZeroBitCount }
    return 0
  }

  static func compare(_ a: Number, _ b: Number) -> Int {
    if a.count != b.count { return a.count < b.count ? -1 : 1 }
    for place in a.indices.reversed() where a[place] != b[place] { return a[place] < b[place] ? -1 : 1 }
    return 0
  }

  static func add(_ a: Number, _ b: Number) -> Number {
    let (long, short) = a.count >= b.count ? (a, b) : (b, a)
    var result = long
    var carry: UInt64 = 0
    for place in long.indices {
      if place >= short.count, carry == 0 { break }
      let sum = UInt64(long[place]) + (place < short.count ? UInt64(short[place]) : 0) + carry
      result[place] = UInt32(truncatingIfNeeded: sum)
      carry = sum >> 32
    }
    if carry > 0 { result.append(UInt32(truncatingIfNeeded: carry)) }
    return result
  }

  /// `a - b`; `a` must not be less than `b`.
  static func subtract(_ a: Number, _ b: Number) -> Number {
    var result = a
    var borrow: Int64 = 0
    for place in a.indices {
      if place >= b.count, borrow == 0 { break }
      var difference = Int64(a[place]) - (place < b.count ? Int64(b[place]) : 0) - borrow
      borrow = difference < 0 ? 1 : 0
      if difference < 0 { difference += 1 << 32 }
      result[place] = UInt32(truncatingIfNeeded: difference)
    }
    return trim(result)
  }

  static func multiply(_ a: Number, _ b: Number) -> Number {
    guard !a.isEmpty, !b.isEmpty else { return [] }
    var result = Number(repeating: 0, count: a.count + b.count)
    for (i, x) in a.enumerated() where x != 0 {
      var carry: UInt64 = 0
      for (j, y) in b.enumerated() {
        let sum = UInt64(x) * UInt64(y) + UInt64(result[i + j]) + carry
        result[i + j] = UInt32(truncatingIfNeeded: sum)
        carry = sum >> 32
      }
      result[i + b.count] = UInt32(truncatingIfNeeded: carry)
    }
    return trim(result)
  }

  static func multiply(_ a: Number, small: UInt32, adding: UInt32 = 0) -> Number {
    var result = a
    var carry = UInt64(adding)
    for place in a.indices {
      let product = UInt64(a[place]) * UInt64(small) + carry
      result[place] = UInt32(truncatingIfNeeded: product)
      carry = product >> 32
    }
    if carry > 0 { result.append(UInt32(truncatingIfNeeded: carry)) }
    return trim(result)
  }

  static func divide(_ a: Number, small: UInt32) -> (quotient: Number, remainder: UInt32) {
    guard small > 0 else { return ([], 0) }
    var result = a
    var remainder: UInt64 = 0
    for place in a.indices.reversed() {
      let part = remainder << 32 | UInt64(a[place])
      result[place] = UInt32(truncatingIfNeeded: part / UInt64(small))
      remainder = part % UInt64(small)
    }
    return (trim(result), UInt32(truncatingIfNeeded: remainder))
  }

  static func shiftLeft(_ a: Number, _ bits: Int) -> Number {
    guard bits > 0, !a.isEmpty else { return a }
    let (whole, part) = bits.quotientAndRemainder(dividingBy: 32)
    var result = Number(repeating: 0, count: whole)
    var carry: UInt32 = 0
    for limb in a {
      result.append(part == 0 ? limb : limb << UInt32(part) | carry)
      carry = part == 0 ? 0 : limb >> UInt32(32 - part)
    }
    if carry > 0 { result.append(carry) }
    return result
  }

  static func shiftRight(_ a: Number, _ bits: Int) -> Number {
    guard bits > 0 else { return a }
    let (whole, part) = bits.quotientAndRemainder(dividingBy: 32)
    guard whole < a.count else { return [] }
    var result = Number(a[whole...])
    if part > 0 {
      for place in result.indices {
        let above = place + 1 < result.count ? result[place + 1] << UInt32(32 - part) : 0
        result[place] = result[place] >> UInt32(part) | above
      }
    }
    return trim(result)
  }

  static func bit(_ a: Number, _ index: Int) -> Bool {
    guard index >= 0, index / 32 < a.count else { return false }
    return a[index / 32] >> UInt32(index % 32) & 1 == 1
  }

  /// Knuth's algorithm D. Dividing by zero gives zero.
  static func divide(_ a: Number, _ b: Number) -> (quotient: Number, remainder: Number) {
    guard let top = b.last else { return ([], []) }
    if compare(a, b) < 0 { return ([], a) }
    if b.count == 1 {
      let (quotient, remainder) = divide(a, small: top)
      return (quotient, remainder == 0 ? [] : [remainder])
    }
    let shift = top.leadingZeroBitCount
    let v = shiftLeft(b, shift)
    var u = shiftLeft(a, shift)
    while u.count <= a.count { u.append(0) }
    let n = v.count
    let m = u.count - n - 1
    var quotient = Number(repeating: 0, count: m + 1)
    let first = UInt64(v[n - 1])
    let second = UInt64(v[n - 2])
    for j in stride(from: m, through: 0, by: -1) {
      let head = UInt64(u[j + n]) << 32 | UInt64(u[j + n - 1])
      var guess = head / first
      var rest = head % first
      while guess >> 32 != 0 || guess * second > (rest << 32 | UInt64(u[j + n - 2])) {
        guess -= 1
        rest += first
        if rest >> 32 != 0 { break }
      }
      var borrow: Int64 = 0
      var carry: UInt64 = 0
      for i in 0..<n {
        let product = guess * UInt64(v[i]) + carry
        carry = product >> 32
        var difference = Int64(u[i + j]) - borrow - Int64(product & 0xFFFF_FFFF)
        borrow = difference < 0 ? 1 : 0
        if difference < 0 { difference += 1 << 32 }
        u[i + j] = UInt32(truncatingIfNeeded: difference)
      }
      var difference = Int64(u[j + n]) - borrow - Int64(carry)
      let negative = difference < 0
      if negative { difference += 1 << 32 }
      u[j + n] = UInt32(truncatingIfNeeded: difference)
      if negative {
        guess -= 1
        var carry: UInt64 = 0
        for i in 0..<n {
          let sum = UInt64(u[i + j]) + UInt64(v[i]) + carry
          u[i + j] = UInt32(truncatingIfNeeded: sum)
          carry = sum >> 32
        }
        u[j + n] = UInt32(truncatingIfNeeded: UInt64(u[j + n]) + carry)
      }
      quotient[j] = UInt32(truncatingIfNeeded: guess)
    }
    return (trim(quotient), shiftRight(trim(Number(u[0..<n])), shift))
  }

  static func powerOfTen(_ exponent: Int) -> Number {
    var result: Number = [1]
    var rest = exponent
    while rest >= 9 {
      result = multiply(result, small: 1_000_000_000)
      rest -= 9
    }
    while rest > 0 {
      result = multiply(result, small: 10)
      rest -= 1
    }
    return result
  }

  /// Decimal digits; "0" for zero.
  static func decimal(_ a: Number) -> String {
    var parts: [String] = []
    var rest = a
    while !rest.isEmpty {
      let (quotient, remainder) = divide(rest, small: 1_000_000_000)
      rest = quotient
      let digits = String(remainder)
      parts.append(rest.isEmpty ? digits : String(repeating: "0", count: 9 - digits.utf8.count) + digits)
    }
    return parts.isEmpty ? "0" : parts.reversed().joined()
  }

  static func parse(_ digits: some Sequence<UInt8>, radix: UInt32 = 10) -> Number {
    var result: Number = []
    for digit in digits { result = multiply(result, small: radix, adding: UInt32(digit)) }
    return result
  }
}
