import Glibc
import SourceText

/// Searches in bytes.
package enum ByteSearch {
  package static func contains(_ bytes: [UInt8], _ mark: StaticString) -> Bool {
    let count = mark.utf8CodeUnitCount
    guard count > 0, bytes.count >= count else { return false }
    return bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return false }
      let first = Int32(mark.utf8Start.pointee)
      var at = 0
      while at <= buffer.count - count {
        guard let hit = memchr(base + at, first, buffer.count - count - at + 1) else { return false }
        if memcmp(hit, mark.utf8Start, count) == 0 { return true }
        at = base.distance(to: UnsafeRawPointer(hit)) + 1
      }
      return false
    }
  }
}
