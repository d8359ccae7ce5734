/// Text that is no valid base64 or base32.
public struct EncodingError: Error, Hashable, Sendable {
  /// Go's words: "illegal base64 data at input byte 4".
  public let message: String
}

/// Base64 with the standard alphabet and padding (RFC 4648), with the errors of Go's encoding/base64.
public enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  public static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    var pending: UInt32 = 0
    var count = 0
    for byte in bytes {
      pending = pending << 8 | UInt32(byte)
      count += 1
      if count == 3 {
        for shift in [18, 12, 6, 0] as [UInt32] { out.append(alphabet[Int(pending >> shift & 63)]) }
        pending = 0
        count = 0
      }
    }
    if count > 0 {
      pending <<= UInt32(8 * (3 - count))
      for place in 0..<4 {
        out.append(place <= count ? alphabet[Int(pending >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "="))
      }
    }
    return out
  }

  private static func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }

  /// Line breaks are skipped; all else that is not of the alphabet is an error, missing padding too.
  public static func decode(_ text: [UInt8]) throws(EncodingError) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(text.count / 4 * 3 + 3)
    var at = 0
    func corrupt(_ offset: Int) -> EncodingError {
      EncodingError(message: "illegal base64 data at input byte \(offset)")
    }
    func skipBreaks() { while at < text.count, text[at] == 0x0A || text[at] == 0x0D { at += 1 } }
    while true {
      var quantum: UInt32 = 0
      var count = 0
      while count < 4 {
        skipBreaks()
        guard at < text.count else {
          if count == 0 { return out }
          throw corrupt(at - count)
        }
        let byte = text[at]
        at += 1
        if let value = digit(byte) {
          quantum = quantum << 6 | value
          count += 1
          continue
        }
        guard byte == UInt8(ascii: "="), count >= 2 else { throw corrupt(at - 1) }
        if count == 2 {
          skipBreaks()
          guard at < text.count else { throw corrupt(text.count) }
          guard text[at] == UInt8(ascii: "=") else { throw corrupt(at - 1) }
          at += 1
        }
        skipBreaks()
        if at < text.count { throw corrupt(at) }
        quantum <<= UInt32(6 * (4 - count))
        out.append(UInt8(truncatingIfNeeded: quantum >> 16))
        if count == 3 { out.append(UInt8(truncatingIfNeeded: quantum >> 8)) }
        return out
      }
      for shift in [16, 8, 0] as [UInt32] { out.append(UInt8(truncatingIfNeeded: quantum >> shift)) }
    }
  }
}

/// Base32 with the standard alphabet and padding (RFC 4648), with the errors of Go's encoding/base32.
public enum Base32 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

  public static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var at = 0
    while at < bytes.count {
      let chunk = bytes[at..<min(at + 5, bytes.count)]
      var pending: UInt64 = 0
      for byte in chunk { pending = pending << 8 | UInt64(byte) }
      pending <<= UInt64(8 * (5 - chunk.count))
      let digits = (chunk.count * 8 + 4) / 5
      for place in 0..<8 {
        out.append(place < digits ? alphabet[Int(pending >> UInt64(35 - 5 * place) & 31)] : UInt8(ascii: "="))
      }
      at += 5
    }
    return out
  }

  private static func digit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt64(byte - UInt8(ascii: "A"))
    case UInt8(ascii: "2")...UInt8(ascii: "7"): UInt64(byte - UInt8(ascii: "2")) + 26
    default: nil
    }
  }

  public static func decode(_ text: [UInt8]) throws(EncodingError) -> [UInt8] {
    let input = text.filter { $0 != 0x0A && $0 != 0x0D }
    var out: [UInt8] = []
    var at = 0
    func corrupt(_ offset: Int) -> EncodingError {
      EncodingError(message: "illegal base32 data at input byte \(offset)")
    }
    while at < input.count {
      var pending: UInt64 = 0
      var count = 0
      var ended = false
      while count < 8, !ended {
        guard at < input.count else { throw corrupt(input.count - count) }
        let byte = input[at]
        at += 1
        let left = input.count - at
        if byte == UInt8(ascii: "="), count >= 2, left < 8 {
          if left + count < 7 { throw corrupt(input.count) }
          for ahead in 0..<(7 - count) where left > ahead && input[at + ahead] != UInt8(ascii: "=") {
            throw corrupt(at + ahead - 1)
          }
          if count == 3 || count == 6 { throw corrupt(at - 1) }
          ended = true
        } else if let value = digit(byte) {
          pending = pending << 5 | value
          count += 1
        } else {
          throw corrupt(at - 1)
        }
      }
      pending <<= UInt64(5 * (8 - count))
      for place in 0..<(count * 5 / 8) { out.append(UInt8(truncatingIfNeeded: pending >> UInt64(32 - 8 * place))) }
      if ended { return out }
    }
    return out
  }
}
