import SourceText
import Values

/// Which parameters a Go template refers to, by the letters of its actions. It errs on the side of "refers to": the answer only
/// decides whether a text that may show something unknown is unknown as a whole.
enum GoTemplateReferences {
  /// The reason why the text is not known; nil where it shows known parameters only.
  static func unknown(in bytes: [UInt8], _ parameters: ParameterSet) -> String? {
    let hidden = firstUnknown(.map(parameters.map))
    guard parameters.isOpen || hidden != nil else { return nil }
    var at = 0
    while at + 1 < bytes.count {
      guard bytes.starts(with: "{{", at: at) else {
        at += 1
        continue
      }
      at += 2
      while at < bytes.count, !bytes.starts(with: "}}", at: at) {
        if bytes[at] == UInt8(ascii: "\"") || bytes[at] == UInt8(ascii: "`") {
          skipString(bytes, &at)
          continue
        }
        guard bytes[at] == UInt8(ascii: "."), at == 0 || !isWord(bytes[at - 1]) else {
          at += 1
          continue
        }
        let path = chain(bytes, &at)
        if let reason = look(path, parameters, hidden) { return reason }
      }
    }
    return nil
  }

  private static func look(_ path: [String], _ parameters: ParameterSet, _ hidden: String?) -> String? {
    guard let first = path.first else { return hidden ?? parameters.reason }
    guard var value = parameters.find(first) else { return parameters.isOpen ? parameters.reason : nil }
    for name in path.dropFirst() {
      if case .unknown(let why) = value.payload { return why.reason }
      guard let next = value[name] else { return nil }
      value = next
    }
    return firstUnknown(value)
  }

  private static func firstUnknown(_ value: Value, depth: Int = 0) -> String? {
    guard depth < 100 else { return nil }
    switch value.payload {
    case .unknown(let why): return why.reason
    case .map(let map):
      for entry in map.entries { if let found = firstUnknown(entry.value, depth: depth + 1) { return found } }
      return nil
    case .list(let list):
      for item in list.items { if let found = firstUnknown(item, depth: depth + 1) { return found } }
      return nil
    default: return nil
    }
  }

  /// Reads `.a.b.c`; empty for a bare dot.
  private static func chain(_ bytes: [UInt8], _ at: inout Int) -> [String] {
    var path: [String] = []
    while at < bytes.count, bytes[at] == UInt8(ascii: ".") {
      at += 1
      let start = at
      while at < bytes.count, isWord(bytes[at]) { at += 1 }
      if at == start { break }
      path.append(String(decoding: bytes[start..<at], as: UTF8.self))
    }
    return path
  }

  private static func skipString(_ bytes: [UInt8], _ at: inout Int) {
    let quote = bytes[at]
    at += 1
    while at < bytes.count, bytes[at] != quote {
      if bytes[at] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") { at += 1 }
      at += 1
    }
    at += 1
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
      || byte >= 0x80
  }
}
