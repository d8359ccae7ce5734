/// A version as github.com/Masterminds/semver v3 reads it: `v` in front, missing parts and leading zeros are forgiven.
public struct SemanticVersion: Hashable, Sendable {
  public var major: UInt64
  public var minor: UInt64
  public var patch: UInt64
  /// Behind `-`; "" if there is none.
  public var prerelease: String
  /// Behind `+`; no part of comparisons.
  public var metadata: String
  /// The text that was read.
  public var original: String

  /// nil where Go's `semver.NewVersion` refuses the text.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    var at = 0
    if bytes.first == UInt8(ascii: "v") { at = 1 }
    var parts: [UInt64] = []
    while parts.count < 3 {
      if !parts.isEmpty {
        guard at < bytes.count, bytes[at] == UInt8(ascii: ".") else { break }
        at += 1
      }
      let start = at
      while at < bytes.count, bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") { at += 1 }
      guard at > start, let number = UInt64(String(decoding: bytes[start..<at], as: UTF8.self)) else { return nil }
      parts.append(number)
    }
    major = parts[0]
    minor = parts.count > 1 ? parts[1] : 0
    patch = parts.count > 2 ? parts[2] : 0
    prerelease = ""
    metadata = ""
    original = text
    if at < bytes.count, bytes[at] == UInt8(ascii: "-") {
      let start = at + 1
      at = Self.identifiersEnd(bytes, start)
      prerelease = String(decoding: bytes[start..<at], as: UTF8.self)
      guard Self.areIdentifiers(prerelease) else { return nil }
      for part in prerelease.utf8.split(separator: UInt8(ascii: ".")) where part.count > 1 && part.first == UInt8(ascii: "0") {
        if part.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) { return nil }
      }
    }
    if at < bytes.count, bytes[at] == UInt8(ascii: "+") {
      let start = at + 1
      at = Self.identifiersEnd(bytes, start)
      metadata = String(decoding: bytes[start..<at], as: UTF8.self)
      guard Self.areIdentifiers(metadata) else { return nil }
    }
    guard at == bytes.count else { return nil }
  }

  static func identifiersEnd(_ bytes: [UInt8], _ from: Int) -> Int {
    var at = from
    while at < bytes.count {
      let byte = bytes[at]
      let isWord =
        (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")) || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
      guard isWord else { break }
      at += 1
    }
    return at
  }

  package static func areIdentifiers(_ text: String) -> Bool {
    text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
  }

  /// The canonical text, without `v`.
  public var text: String {
    "\(major).\(minor).\(patch)" + (prerelease.isEmpty ? "" : "-" + prerelease) + (metadata.isEmpty ? "" : "+" + metadata)
  }

  /// -1, 0 or 1; metadata does not count.
  public func compare(_ other: SemanticVersion) -> Int {
    for (a, b) in [(major, other.major), (minor, other.minor), (patch, other.patch)] where a != b { return a < b ? -1 : 1 }
    if prerelease == other.prerelease { return 0 }
    if prerelease.isEmpty { return 1 }
    if other.prerelease.isEmpty { return -1 }
    return Self.comparePrerelease(prerelease, other.prerelease)
  }

  static func comparePrerelease(_ a: String, _ b: String) -> Int {
    let left = a.split(separator: ".", omittingEmptySubsequences: false)
    let right = b.split(separator: ".", omittingEmptySubsequences: false)
    for place in 0..<max(left.count, right.count) {
      guard place < left.count else { return -1 }
      guard place < right.count else { return 1 }
      let x = left[place]
      let y = right[place]
      if x == y { continue }
      switch (UInt64(x), UInt64(y)) {
      case (let m?, let n?): return m < n ? -1 : 1
      case (_?, nil): return -1
      case (nil, _?): return 1
      case (nil, nil): return x.utf8.lexicographicallyPrecedes(y.utf8) ? -1 : 1
      }
    }
    return 0
  }
}
