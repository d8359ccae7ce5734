import SourceText

/// One file of a tar archive; directories, links and devices are left out.
package struct TarEntry: Sendable {
  /// As written in the archive, not yet checked.
  package var name: String
  package var bytes: [UInt8]
}

/// Tar archives: ustar, GNU long names, pax paths.
package enum TarReader {
  package static func entries(_ bytes: [UInt8]) throws(ArchiveError) -> [TarEntry] {
    var entries: [TarEntry] = []
    var at = 0
    var longName: String?
    while at + 512 <= bytes.count {
      let header = bytes[at..<(at + 512)]
      if header.allSatisfy({ $0 == 0 }) { break }
      guard isValid(header) else { throw ArchiveError("archive/tar: invalid tar header") }
      guard let size = number(header[(at + 124)..<(at + 136)]), size >= 0 else { throw ArchiveError("archive/tar: invalid tar header") }
      let start = at + 512
      guard size <= bytes.count - start else { throw ArchiveError("unexpected EOF") }
      let body = start..<(start + size)
      at = start + (size + 511) / 512 * 512
      let type = header[header.startIndex + 156]
      switch type {
      case UInt8(ascii: "L"):
        longName = text(bytes[body])
      case UInt8(ascii: "x"):
        if let path = paxPath(bytes[body]) { longName = path }
      case UInt8(ascii: "g"), UInt8(ascii: "K"):
        break
      case UInt8(ascii: "0"), 0, UInt8(ascii: "7"):
        let name = longName ?? self.name(header)
        longName = nil
        if !name.hasSuffix("/") { entries.append(TarEntry(name: name, bytes: Array(bytes[body]))) }
      default:
        longName = nil
      }
    }
    return entries
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }

  private static func name(_ header: ArraySlice<UInt8>) -> String {
    let base = header.startIndex
    let name = text(header[base..<(base + 100)])
    guard header[(base + 257)..<(base + 262)].elementsEqual("ustar".utf8), header[base + 262] == 0 else { return name }
    let prefix = text(header[(base + 345)..<(base + 500)])
    return prefix.isEmpty ? name : prefix + "/" + name
  }

  /// Octal digits, or GNU's base 256.
  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    guard let first = field.first else { return nil }
    var value = 0
    if first & 0x80 != 0 {
      guard first == 0x80 else { return nil }
      for byte in field.dropFirst() {
        let (scaled, over) = value.multipliedReportingOverflow(by: 256)
        if over { return nil }
        value = scaled + Int(byte)
        if value < 0 { return nil }
      }
      return value
    }
    for byte in field where byte != 0x20 && byte != 0 {
      guard byte >= 0x30, byte <= 0x37, value < 1 << 58 else { return nil }
      value = value * 8 + Int(byte - 0x30)
    }
    return value
  }

  private static func isValid(_ header: ArraySlice<UInt8>) -> Bool {
    let base = header.startIndex
    guard let want = number(header[(base + 148)..<(base + 156)]) else { return false }
    var sum = 0
    for place in 0..<512 { sum += 148..<156 ~= place ? 0x20 : Int(header[base + place]) }
    return sum == want
  }

  /// The `path` record of a pax header: "LENGTH path=VALUE\n".
  private static func paxPath(_ body: ArraySlice<UInt8>) -> String? {
    var rest = body
    var found: String?
    while let space = rest.firstIndex(of: 0x20), let length = Int(String(decoding: rest[rest.startIndex..<space], as: UTF8.self)),
      length > 0, length <= rest.count, rest.startIndex + length > space + 1
    {
      let record = rest[(space + 1)..<(rest.startIndex + length)]
      if let equals = record.firstIndex(of: UInt8(ascii: "=")), record[record.startIndex..<equals].elementsEqual("path".utf8) {
        found = String(decoding: record[(equals + 1)...].prefix { $0 != 0x0A }, as: UTF8.self)
      }
      rest = rest.dropFirst(length)
    }
    return found
  }
}
