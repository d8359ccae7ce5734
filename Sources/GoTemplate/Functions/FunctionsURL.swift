import SourceText
import Values

/// Sprig's `urlParse` and `urlJoin` (url.go) and `getHostByName`.
enum URLFunctions {
  static let all: [TemplateFunction] = [
    .strict("urlParse", [.string]) { (_, a) throws(TemplateError) in
      let url: GoURL
      do throws(GoURL.Failure) { url = try GoURL(a.bytes(0)) } catch {
        throw TemplateError("unable to parse url: " + error.message)
      }
      let map = ValueMap()
      for (name, part) in [
        ("fragment", url.fragment), ("host", url.host), ("hostname", url.hostname), ("opaque", url.opaque),
        ("path", url.path), ("query", url.query), ("scheme", url.scheme), ("userinfo", url.user ?? []),
      ] {
        map.set(name, .string(Text(part), a.value(0).origin))
      }
      return .map(map, a.value(0).origin)
    },
    .strict("urlJoin", [.dict]) { (call, a) throws(TemplateError) in
      let map = a.map(0)
      var origins: [Value] = []
      func part(_ key: String) throws(TemplateError) -> [UInt8] {
        guard let value = map?[key] else { return [] }
        if value.isNull { throw TemplateError(GoValue.nilPointer) }
        guard let text = value.text else {
          throw TemplateError("unable to parse \(key) key, must be of type string, but \(value.goKind) found")
        }
        origins.append(value)
        return text.bytes
      }
      if let unknown = GoValue.unknown(in: a.value(0)) { return unknown }
      var url = GoURL()
      url.host = try part("host")
      url.scheme = try part("scheme")
      url.path = try part("path")
      url.query = try part("query")
      url.opaque = try part("opaque")
      url.fragment = try part("fragment")
      let user = try part("userinfo")
      if !user.isEmpty {
        do throws(GoURL.Failure) {
          url.user = try GoURL(Array("proto://".utf8) + user + Array("@host".utf8)).user
        } catch { throw TemplateError("unable to parse userinfo in dict: " + error.message) }
      }
      return .string(Text(url.text), call.joined(origins))
    },
  ]

  /// Helm's without `--enable-dns`.
  static let getHostByName = TemplateFunction("getHostByName", [.string]) { call, _ in .string(.empty, call.origin) }
}

/// Go's net/url (url.go), as far as sprig shows it.
struct GoURL {
  struct Failure: Error { let message: String }

  var scheme: [UInt8] = []
  var opaque: [UInt8] = []
  /// As `Userinfo.String` gives it; nil if there is none.
  var user: [UInt8]?
  var host: [UInt8] = []
  /// Decoded.
  var path: [UInt8] = []
  private var rawPath: [UInt8] = []
  var query: [UInt8] = []
  private var forceQuery = false
  /// Decoded.
  var fragment: [UInt8] = []

  init() {}

  /// Which characters stay as they are in which part.
  private enum Part { case path, host, zone, userPassword, fragment }

  init(_ text: [UInt8]) throws(Failure) {
    func failure(_ message: String) -> Failure { Failure(message: "parse \(GoQuote.quoted(text[...])): \(message)") }
    do throws(Failure) { try parse(text) } catch { throw failure(error.message) }
  }

  private mutating func parse(_ text: [UInt8]) throws(Failure) {
    var text = text[...]
    if let mark = text.firstIndex(of: UInt8(ascii: "#")) {
      fragment = try Self.unescaped(text[(mark + 1)...], .fragment)
      text = text[..<mark]
    }
    if text.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      throw Failure(message: "net/url: invalid control character in URL")
    }
    if text.elementsEqual([UInt8(ascii: "*")]) {
      path = [UInt8(ascii: "*")]
      return
    }
    var rest = try takeScheme(text)
    if rest.last == UInt8(ascii: "?"), rest.filter({ $0 == UInt8(ascii: "?") }).count == 1 {
      forceQuery = true
      rest = rest.dropLast()
    } else if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
      query = Array(rest[(mark + 1)...])
      rest = rest[..<mark]
    }
    if rest.first != UInt8(ascii: "/") {
      if !scheme.isEmpty {
        opaque = Array(rest)
        return
      }
      let segment = rest.prefix { $0 != UInt8(ascii: "/") }
      if segment.contains(UInt8(ascii: ":")) {
        throw Failure(message: "first path segment in URL cannot contain colon")
      }
    }
    let slashes = [UInt8(ascii: "/"), UInt8(ascii: "/")]
    if !scheme.isEmpty || !rest.starts(with: slashes + [UInt8(ascii: "/")]), rest.starts(with: slashes) {
      let authority = rest.dropFirst(2).prefix { $0 != UInt8(ascii: "/") }
      rest = rest.dropFirst(2 + authority.count)
      try takeAuthority(authority)
    }
    rawPath = Array(rest)
    path = try Self.unescaped(rest, .path)
  }

  private mutating func takeScheme(_ text: ArraySlice<UInt8>) throws(Failure) -> ArraySlice<UInt8> {
    for place in text.indices {
      switch text[place] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): continue
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
        if place == text.startIndex { return text }
      case UInt8(ascii: ":"):
        if place == text.startIndex { throw Failure(message: "missing protocol scheme") }
        scheme = text[..<place].map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
        return text[(place + 1)...]
      default: return text
      }
    }
    return text
  }

  private mutating func takeAuthority(_ authority: ArraySlice<UInt8>) throws(Failure) {
    var hostPart = authority
    if let mark = authority.lastIndex(of: UInt8(ascii: "@")) {
      let info = authority[..<mark]
      hostPart = authority[(mark + 1)...]
      let allowed = Array("-._:~!$&'()*+,;=%@".utf8)
      guard info.allSatisfy({ Self.isAlphanumeric($0) || allowed.contains($0) }) else {
        throw Failure(message: "net/url: invalid userinfo")
      }
      let name = info.prefix { $0 != UInt8(ascii: ":") }
      var text = Self.escaped(try Self.unescaped(name, .userPassword), .userPassword)
      if name.count < info.count {
        let password = try Self.unescaped(info.dropFirst(name.count + 1), .userPassword)
        text += [UInt8(ascii: ":")] + Self.escaped(password, .userPassword)
      }
      user = text
    }
    if hostPart.first == UInt8(ascii: "[") {
      guard let close = hostPart.lastIndex(of: UInt8(ascii: "]")) else { throw Failure(message: "missing ']' in host") }
      let port = hostPart[(close + 1)...]
      guard Self.isPort(port) else {
        throw Failure(message: "invalid port \(GoQuote.quoted(port)) after host")
      }
      if let zone = hostPart[..<close].indices.first(where: { hostPart[$0...].starts(with: Array("%25".utf8)) }) {
        host = try Self.unescaped(hostPart[..<zone], .host)
        host += try Self.unescaped(hostPart[zone..<close], .zone) + Self.unescaped(hostPart[close...], .host)
        return
      }
    } else if let colon = hostPart.lastIndex(of: UInt8(ascii: ":")), !Self.isPort(hostPart[colon...]) {
      throw Failure(message: "invalid port \(GoQuote.quoted(hostPart[colon...])) after host")
    }
    host = try Self.unescaped(hostPart, .host)
  }

  private static func isPort(_ text: ArraySlice<UInt8>) -> Bool {
    text.isEmpty || (text.first == UInt8(ascii: ":") && text.dropFirst().allSatisfy { 0x30...0x39 ~= $0 })
  }

  /// The host without brackets and port.
  var hostname: [UInt8] {
    if host.first == UInt8(ascii: "["), let close = host.lastIndex(of: UInt8(ascii: "]")) { return Array(host[1..<close]) }
    if let colon = host.lastIndex(of: UInt8(ascii: ":")), Self.isPort(host[colon...]) { return Array(host[..<colon]) }
    return host
  }

  /// `URL.String`.
  var text: [UInt8] {
    var out: [UInt8] = []
    if !scheme.isEmpty { out += scheme + [UInt8(ascii: ":")] }
    if !opaque.isEmpty {
      out += opaque
    } else {
      if !scheme.isEmpty || !host.isEmpty || user != nil {
        if !host.isEmpty || !path.isEmpty || user != nil { out += [UInt8(ascii: "/"), UInt8(ascii: "/")] }
        if let user { out += user + [UInt8(ascii: "@")] }
        if !host.isEmpty { out += Self.escaped(host, .host) }
      }
      let escapedPath = Self.escaped(path, .path)
      if let first = escapedPath.first, first != UInt8(ascii: "/"), !host.isEmpty { out.append(UInt8(ascii: "/")) }
      if out.isEmpty {
        let segment = escapedPath.prefix { $0 != UInt8(ascii: "/") }
        if segment.contains(UInt8(ascii: ":")) { out += [UInt8(ascii: "."), UInt8(ascii: "/")] }
      }
      out += escapedPath
    }
    if forceQuery || !query.isEmpty { out += [UInt8(ascii: "?")] + query }
    if !fragment.isEmpty { out += [UInt8(ascii: "#")] + Self.escaped(fragment, .fragment) }
    return out
  }

  // MARK: Escapes

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }

  private static func shouldEscape(_ byte: UInt8, _ part: Part) -> Bool {
    if isAlphanumeric(byte) { return false }
    if part == .host || part == .zone, "!$&'()*+,;=:[]<>\"".utf8.contains(byte) { return false }
    if "-_.~".utf8.contains(byte) { return false }
    if "$&+,/:;=?@".utf8.contains(byte) {
      switch part {
      case .path: return byte == UInt8(ascii: "?")
      case .userPassword: return "@/?:".utf8.contains(byte)
      case .fragment: return false
      case .host, .zone: return true
      }
    }
    if part == .fragment, "!()*".utf8.contains(byte) { return false }
    return true
  }

  private static func escaped(_ bytes: [UInt8], _ part: Part) -> [UInt8] {
    var out: [UInt8] = []
    for byte in bytes {
      if shouldEscape(byte, part) {
        out += Array(("%" + GoRune.hex(UInt32(byte), width: 2, uppercase: true)).utf8)
      } else {
        out.append(byte)
      }
    }
    return out
  }

  private static func unescaped(_ text: ArraySlice<UInt8>, _ part: Part) throws(Failure) -> [UInt8] {
    var out: [UInt8] = []
    var at = text.startIndex
    while at < text.endIndex {
      let byte = text[at]
      guard byte == UInt8(ascii: "%") else {
        if part == .host || part == .zone, byte < 0x80, shouldEscape(byte, part) {
          throw Failure(message: "invalid character \(GoQuote.quoted([byte][...])) in host name")
        }
        out.append(byte)
        at += 1
        continue
      }
      guard at + 2 < text.endIndex, let high = GoQuote.digitValue(text[at + 1]), let low = GoQuote.digitValue(text[at + 2]),
        high < 16, low < 16
      else { throw Failure(message: "invalid URL escape \(GoQuote.quoted(text[at..<min(at + 3, text.endIndex)]))") }
      let value = UInt8(truncatingIfNeeded: high << 4 | low)
      if part == .host, high < 8, !(high == 2 && low == 5) {
        throw Failure(message: "invalid URL escape \(GoQuote.quoted(text[at..<(at + 3)]))")
      }
      if part == .zone, value != UInt8(ascii: "%"), value != 0x20, shouldEscape(value, .host) {
        throw Failure(message: "invalid URL escape \(GoQuote.quoted(text[at..<(at + 3)]))")
      }
      out.append(value)
      at += 3
    }
    return out
  }
}
