import Glibc

/// Small helpers for byte-level code.
extension Array<UInt8> {
  /// The bytes as text, leniently: U+FFFD for what is not UTF-8.
  public var lossyString: String { String(decoding: self, as: UTF8.self) }

  /// Whether the bytes of `other` stand at `offset`.
  public func starts(with other: StaticString, at offset: Int) -> Bool {
    let count = other.utf8CodeUnitCount
    guard offset >= 0, offset <= self.count - count else { return false }
    return other.withUTF8Buffer { buffer in
      self.withUnsafeBufferPointer { own in
        for index in 0..<count where own[offset + index] != buffer[index] { return false }
        return true
      }
    }
  }
}

extension String {
  /// Order of code units: Swift's own `<` compares canonical equivalents, other languages do not.
  public func bytesPrecede(_ other: String) -> Bool {
    let answer = utf8.withContiguousStorageIfAvailable { own in
      other.utf8.withContiguousStorageIfAvailable { others -> Bool in
        guard let a = own.baseAddress, let b = others.baseAddress else { return own.isEmpty && !others.isEmpty }
        let order = memcmp(a, b, min(own.count, others.count))
        return order == 0 ? own.count < others.count : order < 0
      }
    }
    if case .some(.some(let precedes)) = answer { return precedes }
    return utf8.lexicographicallyPrecedes(other.utf8)
  }
}
