/// Turns libyaml's marks, which count Unicode scalars behind the byte order mark, into byte offsets. Marks come nearly in
/// order, so a cursor that moves both ways costs one pass in all.
struct MarkCursor {
  private enum Width { case ascii, utf8, utf16(littleEndian: Bool) }

  private let bytes: [UInt8]
  private let width: Width
  private let base: Int
  private var index = 0
  private var offset: Int

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.count >= 2, bytes[0] == 0xFF, bytes[1] == 0xFE {
      width = .utf16(littleEndian: true)
      base = 2
    } else if bytes.count >= 2, bytes[0] == 0xFE, bytes[1] == 0xFF {
      width = .utf16(littleEndian: false)
      base = 2
    } else {
      let start = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
      base = start
      let ascii = bytes.withUnsafeBufferPointer { buffer in
        var bits: UInt8 = 0
        for place in start..<buffer.count { bits |= buffer[place] }
        return bits < 0x80
      }
      width = ascii ? .ascii : .utf8
    }
    offset = base
  }

  var isUTF16: Bool { if case .utf16 = width { true } else { false } }

  mutating func byteOffset(_ mark: Int) -> Int {
    switch width {
    case .ascii:
      return min(bytes.count, base + mark)
    case .utf8:
      while index < mark, offset < bytes.count {
        offset += 1
        while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
        index += 1
      }
      while index > mark, offset > base {
        offset -= 1
        while offset > base, bytes[offset] & 0xC0 == 0x80 { offset -= 1 }
        index -= 1
      }
      return offset
    case .utf16(let little):
      let high = little ? 1 : 0
      while index < mark, offset + 1 < bytes.count {
        offset += bytes[offset + high] & 0xFC == 0xD8 ? 4 : 2
        index += 1
      }
      while index > mark, offset > base {
        offset -= 2
        if offset > base, bytes[offset + high] & 0xFC == 0xDC { offset -= 2 }
        index -= 1
      }
      return min(offset, bytes.count)
    }
  }
}
