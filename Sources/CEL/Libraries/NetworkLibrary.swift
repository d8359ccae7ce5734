import SourceText
import Values

/// An IP address of 4 or 16 bytes.
final class IPAddress: CELComparable, @unchecked Sendable {
  let bytes: [UInt8]
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  override var typeName: String { "net.IP" }
  override func isEqual(to other: HostObject) -> Bool { (other as? IPAddress)?.bytes == bytes }

  var isV4: Bool { bytes.count == 4 }

  static func of(_ value: Value) -> IPAddress { (value.object as? IPAddress) ?? IPAddress([0, 0, 0, 0]) }

  static func parse(_ text: String) throws(CELError) -> IPAddress {
    if text.utf8.contains(UInt8(ascii: "%")) { throw CELError("an IP address with a zone is not allowed") }
    if !text.utf8.contains(UInt8(ascii: ":")) {
      guard let bytes = v4(text) else { throw CELError("malformed IP address") }
      return IPAddress(bytes)
    }
    guard let bytes = v6(text) else { throw CELError("malformed IP address") }
    if text.utf8.contains(UInt8(ascii: ".")) { throw CELError("an IPv4-mapped IPv6 address is not allowed") }
    return IPAddress(bytes)
  }

  private static func v4(_ text: String) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var result: [UInt8] = []
    for part in parts {
      guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), part == "0" || part.first != "0",
        let byte = UInt8(part)
      else { return nil }
      result.append(byte)
    }
    return result
  }

  private static func v6(_ text: String) -> [UInt8]? {
    func groups(_ text: Substring) -> [UInt8]? {
      if text.isEmpty { return [] }
      var result: [UInt8] = []
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      for (place, part) in parts.enumerated() {
        if place == parts.count - 1, part.contains("."), let tail = v4(String(part)) {
          result += tail
          continue
        }
        guard (1...4).contains(part.utf8.count), part.utf8.first != UInt8(ascii: "+"), let group = UInt16(part, radix: 16)
        else { return nil }
        result += [UInt8(group >> 8), UInt8(group & 0xFF)]
      }
      return result
    }
    var gap: String.Index?
    var at = text.startIndex
    while at < text.endIndex {
      let next = text.index(after: at)
      if text[at] == ":", next < text.endIndex, text[next] == ":" {
        if gap != nil { return nil }
        gap = at
        at = text.index(after: next)
        continue
      }
      at = next
    }
    guard let gap else {
      guard let all = groups(text[...]), all.count == 16 else { return nil }
      return all
    }
    guard let head = groups(text[..<gap]), let tail = groups(text[text.index(gap, offsetBy: 2)...]), head.count + tail.count <= 14
    else { return nil }
    return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
  }

  /// RFC 5952.
  var text: String {
    if isV4 { return bytes.map { String($0) }.joined(separator: ".") }
    let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
    var best = (start: 0, count: 0)
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > best.count { best = (start, end - start) }
      start = max(end, start + 1)
    }
    func words(_ part: ArraySlice<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
    if best.count < 2 { return words(groups[...]) }
    return words(groups[..<best.start]) + "::" + words(groups[(best.start + best.count)...])
  }

  var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }
  var isLoopback: Bool { isV4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1 }
  var isMulticast: Bool { isV4 ? bytes[0] & 0xF0 == 0xE0 : bytes[0] == 0xFF }
  var isLinkLocalMulticast: Bool {
    isV4 ? bytes[0] == 224 && bytes[1] == 0 && bytes[2] == 0 : bytes[0] == 0xFF && bytes[1] & 0x0F == 0x02
  }
  var isLinkLocalUnicast: Bool { isV4 ? bytes[0] == 169 && bytes[1] == 254 : bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 }
  var isGlobalUnicast: Bool {
    bytes != [255, 255, 255, 255] && !isUnspecified && !isLoopback && !isMulticast && !isLinkLocalUnicast
  }
}

/// An address and the length of its prefix.
final class IPNetwork: CELComparable, @unchecked Sendable {
  let address: IPAddress
  let length: Int
  init(_ address: IPAddress, _ length: Int) {
    self.address = address
    self.length = length
  }

  override var typeName: String { "net.CIDR" }
  override func isEqual(to other: HostObject) -> Bool {
    guard let other = other as? IPNetwork else { return false }
    return other.length == length && other.address.bytes == address.bytes
  }

  static func of(_ value: Value) -> IPNetwork { (value.object as? IPNetwork) ?? IPNetwork(IPAddress([0, 0, 0, 0]), 0) }

  static func parse(_ text: String) throws(CELError) -> IPNetwork {
    guard let slash = text.lastIndex(of: "/") else { throw CELError("malformed CIDR") }
    let address = try IPAddress.parse(String(text[..<slash]))
    let digits = text[text.index(after: slash)...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), digits == "0" || digits.first != "0",
      let length = Int(digits), length <= address.bytes.count * 8
    else { throw CELError("malformed CIDR") }
    return IPNetwork(address, length)
  }

  static func masked(_ bytes: [UInt8], _ length: Int) -> [UInt8] {
    bytes.enumerated().map { place, byte in
      let kept = max(0, min(8, length - place * 8))
      return kept == 0 ? 0 : byte & (0xFF << UInt8(8 - kept))
    }
  }

  func contains(_ other: IPAddress) -> Bool {
    other.bytes.count == address.bytes.count && Self.masked(other.bytes, length) == Self.masked(address.bytes, length)
  }
}

extension CELLibrary {
  /// apiserver pkg/cel/library/ip.go and cidr.go.
  static let networks: [CELOverload] = {
    let ip = CELType.opaque("net.IP")
    let cidr = CELType.opaque("net.CIDR")
    func flag(_ name: String, _ body: @escaping @Sendable (IPAddress) -> Bool) -> CELOverload {
      CELOverload(name, [ip], .bool, member: true) { _, v in .bool(body(IPAddress.of(v[0]))) }
    }
    @Sendable func address(_ value: Value) throws(CELError) -> IPAddress {
      if let text = value.string { return try IPAddress.parse(text) }
      return IPAddress.of(value)
    }
    @Sendable func network(_ value: Value) throws(CELError) -> IPNetwork {
      if let text = value.string { return try IPNetwork.parse(text) }
      return IPNetwork.of(value)
    }
    return [
      CELOverload("ip", [.string], ip) { _, v throws(CELError) in Value(.object(try address(v[0])), origin: v[0].origin) },
      CELOverload("isIP", [.string], .bool) { _, v in .bool((try? address(v[0])) != nil) },
      CELOverload("ip.isCanonical", [.string], .bool) { _, v throws(CELError) in .bool(try address(v[0]).text == v[0].string) },
      CELOverload("family", [ip], .int, member: true) { _, v in .int(IPAddress.of(v[0]).isV4 ? 4 : 6) },
      flag("isUnspecified") { $0.isUnspecified }, flag("isLoopback") { $0.isLoopback },
      flag("isLinkLocalMulticast") { $0.isLinkLocalMulticast }, flag("isLinkLocalUnicast") { $0.isLinkLocalUnicast },
      flag("isGlobalUnicast") { $0.isGlobalUnicast },
      CELOverload("string", [ip], .string) { _, v in .string(IPAddress.of(v[0]).text) },
      CELOverload("cidr", [.string], cidr) { _, v throws(CELError) in Value(.object(try network(v[0])), origin: v[0].origin) },
      CELOverload("isCIDR", [.string], .bool) { _, v in .bool((try? network(v[0])) != nil) },
      CELOverload("ip", [cidr], ip, member: true) { _, v in Value(.object(IPNetwork.of(v[0]).address)) },
      CELOverload("masked", [cidr], cidr, member: true) { _, v in
        let network = IPNetwork.of(v[0])
        return Value(.object(IPNetwork(IPAddress(IPNetwork.masked(network.address.bytes, network.length)), network.length)))
      },
      CELOverload("prefixLength", [cidr], .int, member: true) { _, v in .int(Int64(IPNetwork.of(v[0]).length)) },
      CELOverload("string", [cidr], .string) { _, v in
        .string("\(IPNetwork.of(v[0]).address.text)/\(IPNetwork.of(v[0]).length)")
      },
    ]
      + [CELType.string, ip].map { type in
        CELOverload("containsIP", [cidr, type], .bool, member: true) { _, v throws(CELError) in
          .bool(IPNetwork.of(v[0]).contains(try address(v[1])))
        }
      }
      + [CELType.string, cidr].map { type in
        CELOverload("containsCIDR", [cidr, type], .bool, member: true) { _, v throws(CELError) in
          let inner = try network(v[1])
          return .bool(inner.length >= IPNetwork.of(v[0]).length && IPNetwork.of(v[0]).contains(inner.address))
        }
      }
  }()
}
