import SourceText
import Values

extension Text {
  /// The first byte that is no white space (Go's unicode.IsSpace), or the end.
  func leadingSpaceEnd(from start: Int = 0) -> Int {
    var at = start
    while at < count {
      let width = spaceWidth(at)
      if width == 0 { return at }
      at += width
    }
    return count
  }

  /// The end of the last byte that is no white space, or 0.
  func trailingSpaceStart() -> Int {
    var end = count
    while end > 0 {
      let byte = bytes[end - 1]
      if byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) {
        end -= 1
      } else if end > 1, spaceWidth(end - 2) == 2 {
        end -= 2
      } else {
        return end
      }
    }
    return 0
  }

  var isBlank: Bool { leadingSpaceEnd() == count }

  private func spaceWidth(_ at: Int) -> Int {
    switch bytes[at] {
    case 0x20, 0x09...0x0D: 1
    case 0xC2 where at + 1 < count && (bytes[at + 1] == 0x85 || bytes[at + 1] == 0xA0): 2
    default: 0
    }
  }

  /// Without every "<no value>", which Go prints for what is missing and Helm takes out again (`engine.render`).
  func withoutNoValue() -> Text {
    let mark: StaticString = "<no value>"
    var builder: TextBuilder?
    var from = 0
    var at = 0
    while at < count {
      guard bytes[at] == UInt8(ascii: "<"), bytes.starts(with: mark, at: at) else {
        at += 1
        continue
      }
      var building = builder ?? TextBuilder()
      building.append(self, range: from..<at)
      builder = building
      at += mark.utf8CodeUnitCount
      from = at
    }
    guard var builder else { return self }
    builder.append(self, range: from..<count)
    return builder.build()
  }

  /// Splits at `(?m)^---[ \t]*` and drops blank parts (`releaseutil.SplitManifests`).
  func splitManifests() -> [Text] {
    var parts: [Text] = []
    var start = leadingSpaceEnd()
    var at = start
    func add(_ end: Int) {
      let from = min(leadingSpaceEnd(from: start), end)
      if from < end { parts.append(slice(from..<end)) }
    }
    while at < count {
      if bytes.starts(with: "---", at: at) {
        add(at)
        at += 3
        while at < count, bytes[at] == 0x20 || bytes[at] == 0x09 { at += 1 }
        start = at
      }
      while at < count, bytes[at] != 0x0A { at += 1 }
      at += 1
    }
    add(count)
    return parts
  }
}
