import SourceText
import Values

/// Makes ConfigMaps and Secrets of literals, files and env files (`api/internal/generators`, `api/kv`).
struct Generator {
  let context: BuildContext
  let loader: Loader

  func resource(_ entry: GeneratorEntry, isSecret: Bool) throws(KustomizeError) -> Resource {
    let node = Node.map()
    node.origin = entry.origin
    let by = context.transformed(by: entry.origin, from: .none)
    try node.set("apiVersion", .scalar("v1", by), keyOrigin: by)
    try node.set("kind", .scalar(isSecret ? "Secret" : "ConfigMap", by), keyOrigin: by)
    guard !entry.name.isEmpty else {
      throw KustomizeError("generator-name", "a generator must have a name", at: entry.origin)
    }
    let metadata = Node.map()
    metadata.origin = entry.origin
    try node.set("metadata", metadata, keyOrigin: by)
    try metadata.set("name", .string(entry.name.text, made(by: entry.name.origin)), keyOrigin: entry.name.origin)
    if !entry.namespace.isEmpty {
      try metadata.set("namespace", .string(entry.namespace.text, made(by: entry.namespace.origin)), keyOrigin: entry.namespace.origin)
    }
    if isSecret {
      let type = entry.type.isEmpty ? Scalar(text: "Opaque", origin: entry.origin) : entry.type
      try node.set("type", .string(type.text, made(by: type.origin)), keyOrigin: type.origin)
    }
    try fill(node, try pairs(entry), isSecret: isSecret)
    if let options = entry.options {
      try setMap(metadata, "labels", options.labels)
      try setMap(metadata, "annotations", options.annotations)
      if options.immutable {
        let flag = Node(kind: .scalar, tag: .bool, text: "true", origin: made(by: options.origin))
        try node.set("immutable", flag, keyOrigin: options.origin)
      }
    }
    let resource = Resource(node, context)
    if entry.options?.disableNameSuffixHash != true { try resource.enable(BuildAnnotation.needsHash) }
    try resource.setBehavior(Resource.Behavior(rawValue: entry.behavior.string) ?? .unspecified)
    return resource
  }

  private func made(by field: Origin) -> Origin { context.transformed(by: field, from: .none) }

  private func setMap(_ metadata: Node, _ field: String, _ map: ScalarMap) throws(KustomizeError) {
    guard !map.isEmpty, let target = try metadata.fieldOrCreate(field, .map) else { return }
    for (key, value) in map {
      let node = Node.string(value.text, made(by: value.origin))
      node.style = .quoted
      try target.set(key.string, node, keyOrigin: made(by: key.origin))
    }
  }

  /// Puts the pairs into `data`; what is no UTF-8 goes to `binaryData` of a ConfigMap, all of a Secret is base64.
  private func fill(_ node: Node, _ pairs: [(key: Scalar, value: Scalar)], isSecret: Bool) throws(KustomizeError) {
    let data = isSecret ? try node.fieldOrCreate("data", .map) : nil
    for (key, value) in pairs.sorted(by: { $0.key.text < $1.key.text }) {
      let bytes = value.text.bytes
      let isText = !isSecret && Base64.isUTF8(bytes)
      let target = try isSecret ? data : node.fieldOrCreate(isText ? "data" : "binaryData", .map)
      let text = isText ? value.text : Text(Base64.lines(bytes))
      let entry = Node.string(text, made(by: value.origin))
      if text.bytes.contains(UInt8(ascii: "\n")) { entry.style = .quoted }
      try target?.set(key.string, entry, keyOrigin: made(by: key.origin))
    }
  }

  // MARK: Pairs

  private func pairs(_ entry: GeneratorEntry) throws(KustomizeError) -> [(key: Scalar, value: Scalar)] {
    var result: [(key: Scalar, value: Scalar)] = []
    for path in entry.envs { result += try envFile(path) }
    for literal in entry.literals { result.append(try self.literal(literal)) }
    for source in entry.files { result.append(try file(source)) }
    var seen = Set<Text>()
    for pair in result where !seen.insert(pair.key.text).inserted {
      throw KustomizeError(
        "duplicate-key", "'\(entry.name.string)' has the key '\(pair.key.string)' twice", at: pair.key.origin)
    }
    return result
  }

  private func literal(_ source: Scalar) throws(KustomizeError) -> (key: Scalar, value: Scalar) {
    let bytes = source.text.bytes
    guard let mark = bytes.firstIndex(of: UInt8(ascii: "=")), mark > 0 else {
      throw KustomizeError("literal", "a literal must have the form key=value", at: source.origin)
    }
    var range = mark + 1..<bytes.count
    let quotes = [UInt8(ascii: "\""), UInt8(ascii: "'")]
    if range.count >= 2, let first = bytes[range].first, first == bytes[range].last, quotes.contains(first) {
      range = range.lowerBound + 1..<range.upperBound - 1
    }
    return (part(source, 0..<mark), part(source, range))
  }

  /// A part of a text with its own place.
  private func part(_ source: Scalar, _ range: Range<Int>) -> Scalar {
    var origin = source.origin
    if !range.isEmpty {
      if !source.text.runs.isEmpty {
        origin = source.text.origin(of: range, in: context.origins, whole: source.origin)
      } else if let entry = context.origins[origin], entry.step == .source, entry.span.count == source.text.count {
        // The text stands in the file as it is.
        let start = Int(entry.span.start)
        let span = SourceSpan(source: entry.span.source, start + range.lowerBound..<start + range.upperBound)
        origin = context.origins.add(.source, span, parent: entry.parent)
      }
    }
    return Scalar(text: Text(Array(source.text.bytes[range])), origin: origin)
  }

  private func file(_ source: Scalar) throws(KustomizeError) -> (key: Scalar, value: Scalar) {
    let parts = source.string.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    let key: String
    let path: String
    switch parts.count {
    case 1:
      path = parts[0]
      // Go's path.Base.
      let trimmed = path.split(separator: "/").last.map(String.init)
      key = path.isEmpty ? "." : trimmed ?? "/"
    case 2:
      (key, path) = (parts[0], parts[1])
      if key.isEmpty { throw KustomizeError("file-source", "a key is missing before '='", at: source.origin) }
      if path.isEmpty { throw KustomizeError("file-source", "a path is missing behind '='", at: source.origin) }
    default:
      throw KustomizeError("file-source", "neither key nor path of a file may have '='", at: source.origin)
    }
    let file = try loader.file(Scalar(text: Text(path), origin: source.origin))
    return (Scalar(text: Text(key), origin: source.origin), Scalar(text: Text(file.bytes), origin: loader.origin(of: file)))
  }

  private func envFile(_ path: Scalar) throws(KustomizeError) -> [(key: Scalar, value: Scalar)] {
    let file = try loader.file(path)
    let bytes = file.bytes
    var result: [(key: Scalar, value: Scalar)] = []
    var start = 0
    var isFirst = true
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      let next = end + 1
      if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
      var at = start
      if isFirst, end - at >= 3, bytes[at] == 0xEF, bytes[at + 1] == 0xBB, bytes[at + 2] == 0xBF { at += 3 }
      isFirst = false
      guard Base64.isUTF8(Array(bytes[at..<end])) else {
        throw KustomizeError("env-file", "a line is no UTF-8", at: loader.origin(of: file, start..<end))
      }
      while at < end, Self.isSpace(bytes[at]) { at += 1 }
      if at < end, bytes[at] != UInt8(ascii: "#") {
        let mark = bytes[at..<end].firstIndex(of: UInt8(ascii: "=")) ?? end
        if mark > at {
          let value = min(mark + 1, end)
          result.append(
            (
              Scalar(text: Text(Array(bytes[at..<mark])), origin: loader.origin(of: file, at..<mark)),
              Scalar(text: Text(Array(bytes[value..<end])), origin: loader.origin(of: file, value..<end))
            ))
        }
      }
      start = next
    }
    return result
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
}

/// Base64 as kyaml writes it into Secrets and ConfigMaps: lines of 70 letters, each with a line break, unless it is one line.
enum Base64 {
  static func isUTF8(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

  static func lines(_ bytes: [UInt8]) -> [UInt8] {
    let encoded = encode(bytes)
    guard encoded.count >= 70 else { return encoded }
    var result: [UInt8] = []
    result.reserveCapacity(encoded.count + encoded.count / 70 + 1)
    var at = 0
    while at < encoded.count {
      let end = min(at + 70, encoded.count)
      result.append(contentsOf: encoded[at..<end])
      result.append(UInt8(ascii: "\n"))
      at = end
    }
    return result
  }

  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    var at = 0
    while at < bytes.count {
      let a = Int(bytes[at])
      let b = at + 1 < bytes.count ? Int(bytes[at + 1]) : 0
      let c = at + 2 < bytes.count ? Int(bytes[at + 2]) : 0
      result.append(letters[a >> 2])
      result.append(letters[(a & 3) << 4 | b >> 4])
      result.append(at + 1 < bytes.count ? letters[(b & 15) << 2 | c >> 6] : UInt8(ascii: "="))
      result.append(at + 2 < bytes.count ? letters[c & 63] : UInt8(ascii: "="))
      at += 3
    }
    return result
  }
}
