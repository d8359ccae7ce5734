import HCL
import SourceText
import Values

/// An IP network: the address with its host bits cleared, and how many bits name the network.
struct IPNetwork {
  var address: UInt128
  var prefix: Int
  /// 32 or 128.
  var width: Int

  var hostBits: Int { width - prefix }

  /// Reads `10.0.0.0/8`, `fd00::/8`. Leading zeros are taken as decimal, as terraform's own parser does.
  static func parse(_ text: String) -> IPNetwork? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let prefix = Int(parts[1]), prefix >= 0, parts[1].utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
    guard let (address, width) = address(String(parts[0])), prefix <= width else { return nil }
    let kept = prefix == 0 ? 0 : (address >> UInt128(width - prefix)) << UInt128(width - prefix)
    return IPNetwork(address: kept, prefix: prefix, width: width)
  }

  static func address(_ text: String) -> (UInt128, Int)? {
    if text.utf8.contains(UInt8(ascii: ":")) { return version6(text).map { ($0, 128) } }
    return version4(text[...]).map { ($0, 32) }
  }

  private static func version4(_ text: Substring) -> UInt128? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var result: UInt128 = 0
    for part in parts {
      guard !part.isEmpty, part.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let value = UInt8(part) else { return nil }
      result = result << 8 | UInt128(value)
    }
    return result
  }

  private static func version6(_ text: String) -> UInt128? {
    func groups(_ part: Substring) -> [UInt16]? {
      if part.isEmpty { return [] }
      var result: [UInt16] = []
      let pieces = part.split(separator: ":", omittingEmptySubsequences: false)
      for (place, piece) in pieces.enumerated() {
        if place == pieces.count - 1, piece.utf8.contains(UInt8(ascii: ".")) {
          guard let four = version4(piece) else { return nil }
          result += [UInt16(truncatingIfNeeded: four >> 16), UInt16(truncatingIfNeeded: four)]
        } else {
          guard piece.utf8.count <= 4, let value = UInt16(piece, radix: 16) else { return nil }
          result.append(value)
        }
      }
      return result
    }
    var all: [UInt16]
    if let gap = text.firstRange(of: "::") {
      guard let head = groups(text[..<gap.lowerBound]), let tail = groups(text[gap.upperBound...]), head.count + tail.count < 8 else { return nil }
      all = head + [UInt16](repeating: 0, count: 8 - head.count - tail.count) + tail
    } else {
      guard let whole = groups(text[...]) else { return nil }
      all = whole
    }
    guard all.count == 8 else { return nil }
    return all.reduce(0) { $0 << 16 | UInt128($1) }
  }

  static func text(_ address: UInt128, _ width: Int) -> String {
    if width == 32 {
      return [24, 16, 8, 0].map { String(UInt8(truncatingIfNeeded: address >> UInt128($0))) }.joined(separator: ".")
    }
    let groups = (0..<8).map { UInt16(truncatingIfNeeded: address >> UInt128(112 - 16 * $0)) }
    var best = 0..<0
    var at = 0
    while at < 8 {
      var end = at
      while end < 8, groups[end] == 0 { end += 1 }
      if end - at > best.count, end - at > 1 { best = at..<end }
      at = max(end, at + 1)
    }
    func joined(_ part: ArraySlice<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
    if best.isEmpty { return joined(groups[...]) }
    return joined(groups[..<best.lowerBound]) + "::" + joined(groups[best.upperBound...])
  }

  var text: String { Self.text(address, width) + "/\(prefix)" }
}

extension TerraformFunctions {
  private static func network(_ call: HCLCall, _ index: Int = 0) throws(HCLError) -> IPNetwork {
    guard let network = IPNetwork.parse(call.string(index)) else { throw call.fail("'\(call.string(index))' is no CIDR expression") }
    return network
  }

  /// A whole number as bits; nil where it is none or needs more than 127.
  private static func whole(_ number: HCLNumber) -> Int128? {
    guard number.isInteger else { return nil }
    return Int128(number.text)
  }

  static var networks: [String: HCLFunction] {
    var table: [String: HCLFunction] = [:]
    let prefix = HCLParameter("prefix", .string)
    table["cidrhost"] = HCLFunction([prefix, HCLParameter("hostnum", .number)], result: .string) { (call) throws(HCLError) in
      let network = try network(call)
      guard let number = whole(call.number(1)) else { throw call.fail("the host number must be whole") }
      let size: UInt128? = network.hostBits < 128 ? 1 << UInt128(network.hostBits) : nil
      let magnitude = number.magnitude
      if let size, number >= 0 ? magnitude >= size : magnitude > size {
        throw call.fail("prefix of \(network.prefix) does not accommodate a host numbered \(number)")
      }
      let offset = number >= 0 ? magnitude : (size ?? 0) &- magnitude
      return .string(IPNetwork.text(network.address &+ offset, network.width))
    }
    table["cidrnetmask"] = HCLFunction([prefix], result: .string) { (call) throws(HCLError) in
      let network = try network(call)
      guard network.width == 32 else { throw call.fail("IPv6 addresses have no netmask") }
      let mask: UInt128 = network.prefix == 0 ? 0 : (0xFFFF_FFFF >> UInt128(network.hostBits)) << UInt128(network.hostBits)
      return .string(IPNetwork.text(mask, 32))
    }
    table["cidrsubnet"] = HCLFunction(
      [prefix, HCLParameter("newbits", .number), HCLParameter("netnum", .number)], result: .string
    ) { (call) throws(HCLError) in
      let network = try network(call)
      let bits = try call.int(1)
      guard bits >= 0, bits <= network.hostBits else {
        throw call.fail("there are not \(bits) bits left to extend a prefix of \(network.prefix)")
      }
      guard let number = whole(call.number(2)), number >= 0, bits >= 127 || number.magnitude < 1 << UInt128(bits) else {
        throw call.fail("\(bits) bits do not hold the network number \(call.number(2).text)")
      }
      let shift = network.hostBits - bits
      let added = shift >= 128 ? 0 : number.magnitude << UInt128(shift)
      return .string(IPNetwork(address: network.address | added, prefix: network.prefix + bits, width: network.width).text)
    }
    table["cidrsubnets"] = HCLFunction(
      [prefix], variadic: HCLParameter("newbits", .number), result: .list(.string)
    ) { (call) throws(HCLError) in
      let network = try network(call)
      var result: [HCLValue] = []
      var used: UInt128 = 0
      var full = false
      for place in 1..<max(1, call.arguments.count) {
        let bits = try call.int(place)
        guard bits >= 1 else { throw call.fail("at least one new bit is required") }
        guard bits <= 32 || network.width == 128 else { throw call.fail("no more than 32 new bits are allowed") }
        guard bits <= network.hostBits else { throw call.fail("would extend the prefix to \(network.prefix + bits) bits, too long") }
        let size: UInt128 = 1 << UInt128(network.hostBits - bits)
        let rest = used % size
        if rest != 0 { used += size - rest }
        let fits = network.hostBits >= 128 || used < 1 << UInt128(network.hostBits)
        guard fits, !full else { throw call.fail("not enough remaining address space for a subnet with a prefix of \(network.prefix + bits) bits") }
        result.append(
          .string(IPNetwork(address: network.address | used, prefix: network.prefix + bits, width: network.width).text))
        let (next, overflow) = used.addingReportingOverflow(size)
        used = next
        full = overflow
      }
      return .list(result, of: .string)
    }
    return table
  }
}
