/// UTF-8 as Go reads it: each byte that is not part of a well-formed sequence counts as U+FFFD of width 1.
enum UTF8Scan {
  /// The code point at an offset and its length; nil where the bytes are not well-formed.
  static func decode(_ bytes: [UInt8], _ at: Int) -> (UInt32, Int)? {
    guard at < bytes.count else { return nil }
    let first = bytes[at]
    if first < 0x80 { return (UInt32(first), 1) }
    let length: Int
    var low: UInt8 = 0x80
    var high: UInt8 = 0xBF
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, low) = (3, 0xA0)
    case 0xED: (length, high) = (3, 0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, low) = (4, 0x90)
    case 0xF4: (length, high) = (4, 0x8F)
    case 0xF1...0xF3: length = 4
    default: return nil
    }
    guard at + length <= bytes.count, bytes[at + 1] >= low, bytes[at + 1] <= high else { return nil }
    var rune = UInt32(first) & (0x7F >> UInt32(length))
    for index in (at + 1)..<(at + length) {
      guard bytes[index] & 0xC0 == 0x80 else { return nil }
      rune = rune << 6 | UInt32(bytes[index] & 0x3F)
    }
    return (rune, length)
  }

  /// Length of what Go takes for one character at an offset.
  static func width(_ bytes: [UInt8], _ at: Int) -> Int { decode(bytes, at)?.1 ?? 1 }

  static func isValid(_ bytes: [UInt8]) -> Bool {
    var at = 0
    while at < bytes.count {
      if bytes[at] < 0x80 {
        at += 1
      } else if let (_, length) = decode(bytes, at) {
        at += length
      } else {
        return false
      }
    }
    return true
  }
}

/// A text to match: well-formed UTF-8, and the way back to the offsets of the text that was given.
struct Subject {
  let bytes: [UInt8]
  /// For each offset of `bytes` (its end too) the offset in the original; nil if they are the same.
  private let offsets: [Int]?

  init(_ original: [UInt8]) {
    if UTF8Scan.isValid(original) {
      bytes = original
      offsets = nil
      return
    }
    var repaired: [UInt8] = []
    var map: [Int] = []
    var at = 0
    while at < original.count {
      let length: Int
      if let (_, width) = UTF8Scan.decode(original, at) {
        length = width
        for index in at..<(at + width) {
          repaired.append(original[index])
          map.append(index)
        }
      } else {
        length = 1
        repaired.append(contentsOf: [0xEF, 0xBF, 0xBD])
        map.append(contentsOf: [at, at, at])
      }
      at += length
    }
    map.append(original.count)
    bytes = repaired
    offsets = map
  }

  func original(_ range: Range<Int>) -> Range<Int> {
    guard let offsets else { return range }
    return offsets[range.lowerBound]..<offsets[range.upperBound]
  }
}
