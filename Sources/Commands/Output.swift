import Glibc

/// What a command prints; kept apart from the process so that commands can be tested.
package final class Output {
  package var standardOutput: [UInt8] = []
  package var standardError: [UInt8] = []
  /// Writes through at once instead of keeping the bytes (`eval` answers line by line).
  private let live: Bool

  package init(live: Bool = false) { self.live = live }

  package func print(_ text: String) { write(Array((text + "\n").utf8)) }

  package func write(_ bytes: [UInt8]) {
    if live { Self.write(bytes, to: 1) } else { standardOutput += bytes }
  }

  /// Writes bytes in one go; false where that failed.
  package func emit(_ bytes: [UInt8]) -> Bool {
    if live { return Self.write(bytes, to: 1) }
    standardOutput += bytes
    return true
  }

  package func emit(error bytes: [UInt8]) {
    if live { Self.write(bytes, to: 2) } else { standardError += bytes }
  }

  package func error(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    if live { Self.write(bytes, to: 2) } else { standardError += bytes }
  }

  /// Writes all bytes to a file descriptor; false on an error (a closed pipe, a full disk).
  @discardableResult
  package static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count, let base = buffer.baseAddress {
        let count = Glibc.write(descriptor, base + done, buffer.count - done)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { return false }
        done += count
      }
      return true
    }
  }
}

/// Exit codes of DESIGN.md.
package enum ExitCode {
  package static let clean: Int32 = 0
  package static let findings: Int32 = 1
  package static let usage: Int32 = 2
  package static let incomplete: Int32 = 3
}
