import CZlib
import SourceText

/// Why an archive could not be read.
package struct ArchiveError: Error, Hashable, Sendable {
  package var message: String

  package init(_ message: String) { self.message = message }
}

/// RFC 1952 gzip.
package enum Gzip {
  package static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.count > 2 && bytes[0] == 0x1F && bytes[1] == 0x8B && bytes[2] == 8 }

  /// All members of a gzip file, one after the other.
  /// - Parameter limit: bytes that may come out; more is an error, found before they are held.
  package static func inflate(_ bytes: [UInt8], limit: Int) throws(ArchiveError) -> [UInt8] {
    guard isGzip(bytes) else { throw ArchiveError("gzip: invalid header") }
    var stream = z_stream()
    guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw ArchiveError("gzip: cannot start")
    }
    defer { inflateEnd(&stream) }
    var out: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var input = bytes
    let failure: ArchiveError? = input.withUnsafeMutableBufferPointer { source in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(clamping: source.count)
      while true {
        let (status, produced) = chunk.withUnsafeMutableBufferPointer { target -> (Int32, Int) in
          stream.next_out = target.baseAddress
          stream.avail_out = UInt32(clamping: target.count)
          let status = CZlib.inflate(&stream, Z_NO_FLUSH)
          return (status, target.count - Int(stream.avail_out))
        }
        guard out.count + produced <= limit else { return ArchiveError("decompressed archive is larger than the maximum size \(limit)") }
        out.append(contentsOf: chunk[0..<produced])
        switch status {
        case Z_STREAM_END:
          guard stream.avail_in > 0 else { return nil }
          guard inflateReset(&stream) == Z_OK else { return ArchiveError("gzip: cannot continue") }
        case Z_OK where produced > 0 || stream.avail_in > 0:
          continue
        case Z_OK, Z_BUF_ERROR:
          return ArchiveError("unexpected EOF")
        default:
          // Bytes behind the last member that are no member: padding that tools accept.
          return out.isEmpty ? ArchiveError("gzip: damaged data") : (stream.total_in == 0 ? nil : ArchiveError("gzip: damaged data"))
        }
      }
    }
    if let failure { throw failure }
    return out
  }
}
