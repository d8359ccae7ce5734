import SourceText

/// One block of PEM text (RFC 7468), as Go's encoding/pem writes and reads it.
package struct PEMBlock: Hashable, Sendable {
  package let type: String
  package let bytes: [UInt8]

  package init(type: String, bytes: [UInt8]) {
    self.type = type
    self.bytes = bytes
  }

  package var text: String {
    var out = "-----BEGIN \(type)-----\n"
    let body = Base64.encode(bytes)
    var at = 0
    while at < body.count {
      out += String(decoding: body[at..<min(at + 64, body.count)], as: UTF8.self) + "\n"
      at += 64
    }
    return out + "-----END \(type)-----\n"
  }

  /// The first block of a text; nil where there is none.
  package static func first(in text: String) -> PEMBlock? {
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map { line in
      String(line).trimmingBlanks
    }
    for (place, line) in lines.enumerated() where line.hasPrefix("-----BEGIN ") && line.hasSuffix("-----") {
      let type = String(line.dropFirst(11).dropLast(5))
      guard let end = lines[place...].firstIndex(of: "-----END \(type)-----") else { continue }
      // Header lines ("Proc-Type: …") stand before the data.
      let data = lines[(place + 1)..<end].filter { !$0.contains(":") }.joined()
      guard let bytes = try? Base64.decode(Array(data.utf8)) else { continue }
      return PEMBlock(type: type, bytes: bytes)
    }
    return nil
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    let blank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    return String(decoding: utf8.drop(while: blank).reversed().drop(while: blank).reversed(), as: UTF8.self)
  }
}
