import Values

/// The order in which go-yaml prints the string keys of a map (`sorter.go`, `keyList.Less`): letters behind other signs, numbers inside
/// names by value.
enum NaturalOrder {
  static func sorted(_ entries: [ValueMap.Entry]) -> [ValueMap.Entry] {
    if entries.count < 2 { return entries }
    if entries.allSatisfy({ $0.key.bytes.allSatisfy { $0 < 0x80 } }) {
      return entries.sorted { precedes($0.key.bytes, $1.key.bytes) }
    }
    let decoded = entries.map { (Array($0.key.string.unicodeScalars), $0) }
    return decoded.sorted { precedes($0.0, $1.0) }.map(\.1)
  }

  private static func precedes(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    precedes(a.count, b.count, { UInt32(a[$0]) }, { UInt32(b[$0]) })
  }

  private static func precedes(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Bool {
    precedes(a.count, b.count, { a[$0].value }, { b[$0].value })
  }

  private static func precedes(_ aCount: Int, _ bCount: Int, _ a: (Int) -> UInt32, _ b: (Int) -> UInt32) -> Bool {
    for place in 0..<min(aCount, bCount) {
      let x = a(place)
      let y = b(place)
      if x == y { continue }
      let xIsLetter = isLetter(x)
      let yIsLetter = isLetter(y)
      if xIsLetter && yIsLetter { return x < y }
      if xIsLetter || yIsLetter { return yIsLetter }
      var xNumber: Int64 = 0
      var yNumber: Int64 = 0
      if x == 0x30 || y == 0x30 {
        // Zeros inside a number count; those at its front do not.
        var back = place - 1
        while back >= 0, isDigit(a(back)) {
          if a(back) != 0x30 {
            xNumber = 1
            yNumber = 1
            break
          }
          back -= 1
        }
      }
      var xEnd = place
      while xEnd < aCount, isDigit(a(xEnd)) {
        xNumber = xNumber &* 10 &+ (Int64(a(xEnd)) - 0x30)
        xEnd += 1
      }
      var yEnd = place
      while yEnd < bCount, isDigit(b(yEnd)) {
        yNumber = yNumber &* 10 &+ (Int64(b(yEnd)) - 0x30)
        yEnd += 1
      }
      if xNumber != yNumber { return xNumber < yNumber }
      if xEnd != yEnd { return xEnd < yEnd }
      return x < y
    }
    return aCount < bCount
  }

  private static func isLetter(_ code: UInt32) -> Bool {
    if code < 0x80 { return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7A }
    switch Unicode.Scalar(code)?.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
    default: return false
    }
  }

  private static func isDigit(_ code: UInt32) -> Bool {
    if code < 0x80 { return code >= 0x30 && code <= 0x39 }
    return Unicode.Scalar(code)?.properties.generalCategory == .decimalNumber
  }
}
