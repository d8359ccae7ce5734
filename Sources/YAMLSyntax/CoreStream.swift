import SourceText

/// What YAML 1.2 says otherwise than libyaml 0.2.5, as far as it can be told from outside: directives, document ends, comments.
enum CoreStream {
  /// The same bytes, with as many of them, in words that libyaml reads as YAML 1.2 means them.
  static func prepared(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(UInt8(ascii: "%")) || bytes.contains(UInt8(ascii: ".")) else { return bytes }
    var result = bytes
    /// Whether no document has begun since the last end; directives stand there.
    var isProlog = true
    var at = 0
    while at < bytes.count {
      let end = bytes[at...].firstIndex(of: 0x0A) ?? bytes.count
      if isMarker("...", bytes, at) {
        if isProlog {
          // An end without a document.
          result[at] = UInt8(ascii: "#")
        } else if beginsBare(bytes, end) {
          // A document without `---` may follow, which libyaml refuses.
          for place in at..<(at + 3) { result[place] = UInt8(ascii: "-") }
        } else {
          isProlog = true
        }
      } else if isMarker("---", bytes, at) {
        isProlog = false
      } else if isProlog, at < end {
        if bytes[at] == UInt8(ascii: "%") {
          // Unknown directives are to be ignored.
          if !bytes.starts(with: "%YAML ", at: at), !bytes.starts(with: "%TAG ", at: at) { result[at] = UInt8(ascii: "#") }
        } else if let first = bytes[at..<end].first(where: { $0 > 0x20 }), first != UInt8(ascii: "#") {
          isProlog = false
        }
      }
      at = end + 1
    }
    return result
  }

  private static func isMarker(_ marker: StaticString, _ bytes: [UInt8], _ at: Int) -> Bool {
    bytes.starts(with: marker, at: at) && (at + 3 == bytes.count || bytes[at + 3] <= 0x20)
  }

  /// Whether the next line of substance begins a document's content.
  private static func beginsBare(_ bytes: [UInt8], _ from: Int) -> Bool {
    var at = from + 1
    while at < bytes.count {
      let end = bytes[at...].firstIndex(of: 0x0A) ?? bytes.count
      if let first = bytes[at..<end].first(where: { $0 > 0x20 }), first != UInt8(ascii: "#") {
        return bytes[at] != UInt8(ascii: "%") && !isMarker("---", bytes, at) && !isMarker("...", bytes, at)
      }
      at = end + 1
    }
    return false
  }

  /// The first `#` that begins a comment without white space before it.
  static func gluedComment(_ arena: YAMLArena, _ bytes: [UInt8]) -> Int? {
    let scalars = arena.nodes.filter { $0.kind == .scalar && $0.tokenEnd > $0.tokenStart }.map { Int($0.tokenStart)..<Int($0.tokenEnd) }
      .sorted { $0.lowerBound < $1.lowerBound }
    var next = 0
    var at = 0
    while at < bytes.count {
      while next < scalars.count, scalars[next].upperBound <= at { next += 1 }
      if next < scalars.count, scalars[next].contains(at) {
        at = scalars[next].upperBound
        continue
      }
      switch bytes[at] {
      case UInt8(ascii: "#"):
        guard at == 0 || bytes[at - 1] <= 0x20 else { return at }
        while at < bytes.count, bytes[at] != 0x0A { at += 1 }
      case UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "%"):
        // Names of anchors, tags and directives may hold the sign.
        while at < bytes.count, bytes[at] > 0x20 { at += 1 }
      default: at += 1
      }
    }
    return nil
  }

  /// Where a quoted scalar goes on in a line that is not indented more than its block.
  /// - Parameter column: of the block that holds it; -1 at the top.
  static func outdentedLine(_ bytes: [UInt8], _ content: Range<Int>, column: Int) -> Int? {
    guard column >= 0 else { return nil }
    var at = content.lowerBound
    while let feed = bytes[at..<content.upperBound].firstIndex(of: 0x0A) {
      var first = feed + 1
      while first < content.upperBound, bytes[first] == 0x20 { first += 1 }
      if first < content.upperBound, bytes[first] > 0x20, first - feed - 1 <= column { return first }
      at = feed + 1
    }
    return nil
  }
}
