import SourceText
import Values

/// An absolute URI or an absolute path, as Go's `url.ParseRequestURI` takes it.
final class ParsedURL: CELComparable, @unchecked Sendable {
  let text: String
  let scheme: String
  let host: String
  let path: String
  let query: String

  override var typeName: String { "kubernetes.URL" }
  override func isEqual(to other: HostObject) -> Bool { (other as? ParsedURL)?.text == text }

  static func of(_ value: Value) -> ParsedURL? { value.object as? ParsedURL }

  init?(_ text: String) {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
    self.text = text
    var rest = Substring(text)
    var scheme = ""
    if let colon = rest.firstIndex(of: ":"), !rest[..<colon].contains("/"), !rest[..<colon].contains("?") {
      let word = rest[..<colon]
      guard let first = word.utf8.first, first | 0x20 >= 0x61, first | 0x20 <= 0x7A,
        word.utf8.allSatisfy({ ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E })
      else { return nil }
      scheme = word.lowercased()
      rest = rest[rest.index(after: colon)...]
    }
    self.scheme = scheme
    var query = ""
    if let mark = rest.firstIndex(of: "?") {
      query = String(rest[rest.index(after: mark)...])
      rest = rest[..<mark]
    }
    self.query = query
    guard rest.utf8.first == UInt8(ascii: "/") || !scheme.isEmpty else { return nil }
    var host = ""
    if rest.hasPrefix("//"), !scheme.isEmpty {
      rest = rest.dropFirst(2)
      let end = rest.firstIndex(of: "/") ?? rest.endIndex
      host = String(rest[..<end])
      if let at = host.lastIndex(of: "@") { host = String(host[host.index(after: at)...]) }
      guard Self.isHost(host) else { return nil }
      rest = rest[end...]
    }
    self.host = host
    guard let path = Self.escapedPath(Array(rest.utf8)) else { return nil }
    self.path = path
  }

  /// A port of digits, an address in brackets that are closed, no spaces (net/url.parseHost).
  private static func isHost(_ host: String) -> Bool {
    if host.utf8.contains(where: { $0 == 0x20 || $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "\"") }) { return false }
    var tail = host[...]
    if host.hasPrefix("[") {
      guard let end = host.lastIndex(of: "]") else { return false }
      tail = host[host.index(after: end)...]
      if tail.isEmpty { return true }
      guard tail.hasPrefix(":") else { return false }
    }
    guard let colon = tail.lastIndex(of: ":") else { return true }
    return tail[tail.index(after: colon)...].utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
  }

  /// The path with its escapes as they are written where they are right, and made where they are missing (net/url.EscapedPath).
  private static func escapedPath(_ path: [UInt8]) -> String? {
    var out: [UInt8] = []
    let plain = Set("-_.~$&+,/:;=@!'()*[]".utf8)
    var at = 0
    while at < path.count {
      let byte = path[at]
      if byte == UInt8(ascii: "%") {
        guard at + 2 < path.count, isHex(path[at + 1]), isHex(path[at + 2]) else { return nil }
        out += path[at...(at + 2)]
        at += 3
        continue
      }
      let isLetter = (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (byte >= 0x30 && byte <= 0x39)
      if isLetter || plain.contains(byte) {
        out.append(byte)
      } else {
        let digits = Array("0123456789ABCDEF".utf8)
        out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
      at += 1
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x66)
  }

  var hostname: String {
    if host.hasPrefix("["), let end = host.firstIndex(of: "]") { return String(host[host.index(after: host.startIndex)..<end]) }
    return host.firstIndex(of: ":").map { String(host[..<$0]) } ?? host
  }

  var port: String {
    let tail = host.hasPrefix("[") ? host.drop { $0 != "]" }.dropFirst() : host[...]
    return tail.lastIndex(of: ":").map { String(tail[tail.index(after: $0)...]) } ?? ""
  }

  static func unescape(_ text: Substring, plus: Bool) -> [UInt8] {
    var out: [UInt8] = []
    let bytes = Array(text.utf8)
    var at = 0
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count,
        let code = UInt8(String(decoding: bytes[(at + 1)...(at + 2)], as: UTF8.self), radix: 16)
      {
        out.append(code)
        at += 3
        continue
      }
      out.append(plus && bytes[at] == UInt8(ascii: "+") ? 0x20 : bytes[at])
      at += 1
    }
    return out
  }

  var queryMap: Value {
    let map = ValueMap()
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let key = Text(Self.unescape(parts[0], plus: true))
      let value = Value.string(Text(parts.count > 1 ? Self.unescape(parts[1], plus: true) : []))
      map.set(key, .list((map[key]?.list ?? []) + [value]))
    }
    return .map(map)
  }
}

extension CELLibrary {
  /// apiserver pkg/cel/library/urls.go.
  static let urls: [CELOverload] = {
    let url = CELType.opaque("kubernetes.URL")
    func part(_ name: String, _ body: @escaping @Sendable (ParsedURL) -> String) -> CELOverload {
      CELOverload(name, [url], .string, member: true) { _, v in .string(ParsedURL.of(v[0]).map(body) ?? "", v[0].origin) }
    }
    return [
      CELOverload("url", [.string], url) { _, v throws(CELError) in
        guard let parsed = ParsedURL(v[0].string ?? "") else { throw CELError("malformed URL") }
        return Value(.object(parsed), origin: v[0].origin)
      },
      CELOverload("isURL", [.string], .bool) { _, v in .bool(ParsedURL(v[0].string ?? "") != nil) },
      part("getScheme") { $0.scheme }, part("getHost") { $0.host }, part("getHostname") { $0.hostname },
      part("getPort") { $0.port }, part("getEscapedPath") { $0.path },
      CELOverload("getQuery", [url], .map(.string, .list(.string)), member: true) { _, v in
        ParsedURL.of(v[0])?.queryMap ?? .map(ValueMap())
      },
    ]
  }()
}
