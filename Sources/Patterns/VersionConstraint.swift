/// A constraint on versions as github.com/Masterminds/semver v3 reads it: `>=1.2 <2 || ~3.1`, `1.2 - 1.4`, `^0.3`, `1.x`.
public struct VersionConstraint: Sendable {
  private struct Condition: Sendable {
    var operation: String
    var version: SemanticVersion
    var isDirty = false
    var isMinorDirty = false
    var isPatchDirty = false
  }

  private let groups: [[Condition]]

  /// nil where Go's `semver.NewConstraint` refuses the text ("improper constraint").
  public init?(_ text: String) {
    var groups: [[Condition]] = []
    for part in Self.split(Self.rewritingRanges(text)) {
      guard let group = Self.group(Array(part.utf8)) else { return nil }
      groups.append(group)
    }
    self.groups = groups
  }

  /// Whether a version meets one of the groups. Pre-releases only meet groups that name one.
  public func allows(_ version: SemanticVersion) -> Bool {
    groups.contains { group in
      let admits = version.prerelease.isEmpty || group.contains { !$0.version.prerelease.isEmpty }
      return admits && group.allSatisfy { Self.check($0, version) }
    }
  }

  // MARK: Reading

  private static func split(_ text: String) -> [String] {
    var parts: [String] = []
    var part: [UInt8] = []
    let bytes = Array(text.utf8)
    var at = 0
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "|"), at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "|") {
        parts.append(String(decoding: part, as: UTF8.self))
        part = []
        at += 2
      } else {
        part.append(bytes[at])
        at += 1
      }
    }
    parts.append(String(decoding: part, as: UTF8.self))
    return parts
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D && byte != 0x0B) }

  /// `1.2 - 1.4` as `>= 1.2, <= 1.4`.
  private static func rewritingRanges(_ text: String) -> String {
    var words = text.utf8.split(whereSeparator: isSpace).map { String(decoding: Array($0), as: UTF8.self) }
    guard words.contains("-") else { return text }
    var place = 1
    while place + 1 < words.count {
      if words[place] == "-", isVersion(words[place - 1]), isVersion(words[place + 1]) {
        words[place] = ", <= " + words[place + 1]
        words[place - 1] = ">= " + words[place - 1]
        words.remove(at: place + 1)
      }
      place += 1
    }
    return words.joined(separator: " ")
  }

  private static func isVersion(_ word: String) -> Bool {
    var scan = Scan(bytes: Array(word.utf8))
    return scan.version() != nil && scan.at == scan.bytes.count
  }

  private static func group(_ bytes: [UInt8]) -> [Condition]? {
    var scan = Scan(bytes: bytes)
    var conditions: [Condition] = []
    scan.skipSpace()
    while true {
      guard let operation = scan.operation() else { return nil }
      scan.skipSpace()
      guard let parts = scan.version(), let condition = condition(operation, parts) else { return nil }
      conditions.append(condition)
      let before = scan.at
      scan.skipSpace()
      if scan.at == bytes.count { return conditions }
      if bytes[scan.at] == UInt8(ascii: ",") {
        scan.at += 1
        scan.skipSpace()
      } else if scan.at == before {
        return nil
      }
    }
  }

  private struct Scan {
    let bytes: [UInt8]
    var at = 0

    mutating func skipSpace() { while at < bytes.count, VersionConstraint.isSpace(bytes[at]) { at += 1 } }

    mutating func operation() -> String? {
      let start = at
      while at < bytes.count, "=!<>~^".utf8.contains(bytes[at]) { at += 1 }
      let text = String(decoding: bytes[start..<at], as: UTF8.self)
      return ["", "=", "!=", ">", "<", ">=", "=>", "<=", "=<", "~", "~>", "^"].contains(text) ? text : nil
    }

    /// Three parts (nil where missing or a wildcard) and the pre-release.
    mutating func version() -> (parts: [String?], prerelease: String)? {
      if at < bytes.count, bytes[at] == UInt8(ascii: "v") { at += 1 }
      var parts: [String?] = []
      while parts.count < 3 {
        if !parts.isEmpty {
          guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "."), Self.isPart(bytes[at + 1]) else { break }
          at += 1
        }
        let start = at
        while at < bytes.count, Self.isPart(bytes[at]) { at += 1 }
        guard at > start else { return nil }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        parts.append(["x", "X", "*"].contains(text) ? nil : text)
      }
      while parts.count < 3 { parts.append(nil) }
      var prerelease = ""
      if at < bytes.count, bytes[at] == UInt8(ascii: "-") {
        let end = SemanticVersion.identifiersEnd(bytes, at + 1)
        prerelease = String(decoding: bytes[(at + 1)..<end], as: UTF8.self)
        guard SemanticVersion.areIdentifiers(prerelease) else { return nil }
        at = end
      }
      if at < bytes.count, bytes[at] == UInt8(ascii: "+") { at = SemanticVersion.identifiersEnd(bytes, at + 1) }
      return (parts, prerelease)
    }

    private static func isPart(_ byte: UInt8) -> Bool {
      (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")) || byte | 0x20 == UInt8(ascii: "x") || byte == UInt8(ascii: "*")
    }
  }

  private static func condition(_ operation: String, _ read: (parts: [String?], prerelease: String)) -> Condition? {
    let suffix = read.prerelease.isEmpty ? "" : "-" + read.prerelease
    var text: String
    var dirty = (any: false, minor: false, patch: false)
    if let major = read.parts[0] {
      if let minor = read.parts[1] {
        if let patch = read.parts[2] {
          text = "\(major).\(minor).\(patch)"
        } else {
          text = "\(major).\(minor).0"
          dirty = (true, false, true)
        }
      } else {
        text = "\(major).0.0"
        dirty = (true, true, false)
      }
    } else {
      text = "0.0.0"
      dirty = (true, false, false)
    }
    text += suffix
    guard let version = SemanticVersion(text) else { return nil }
    return Condition(operation: operation, version: version, isDirty: dirty.any, isMinorDirty: dirty.minor, isPatchDirty: dirty.patch)
  }

  // MARK: Checking

  private static func check(_ condition: Condition, _ version: SemanticVersion) -> Bool {
    let want = condition.version
    let order = version.compare(want)
    switch condition.operation {
    case "", "=": return condition.isDirty ? tilde(condition, version) : order == 0
    case "!=":
      guard condition.isDirty else { return order != 0 }
      if want.major != version.major { return true }
      if want.minor != version.minor, !condition.isMinorDirty { return true }
      if condition.isMinorDirty { return false }
      if want.patch != version.patch, !condition.isPatchDirty { return true }
      if condition.isPatchDirty, !version.prerelease.isEmpty || !want.prerelease.isEmpty {
        return SemanticVersion.comparePrerelease(version.prerelease, want.prerelease) != 0
      }
      return !condition.isPatchDirty && order != 0
    case ">":
      guard condition.isDirty else { return order > 0 }
      if version.major != want.major { return version.major > want.major }
      if condition.isMinorDirty { return false }
      if condition.isPatchDirty { return version.minor > want.minor }
      return order > 0
    case "<": return order < 0
    case ">=", "=>": return order >= 0
    case "<=", "=<":
      guard condition.isDirty else { return order <= 0 }
      if version.major > want.major { return false }
      return !(version.major == want.major && version.minor > want.minor && !condition.isMinorDirty)
    case "~", "~>": return tilde(condition, version)
    case "^": return caret(condition, version)
    default: return false
    }
  }

  private static func tilde(_ condition: Condition, _ version: SemanticVersion) -> Bool {
    let want = condition.version
    if version.compare(want) < 0 { return false }
    if want.major == 0, want.minor == 0, want.patch == 0, !condition.isMinorDirty, !condition.isPatchDirty { return true }
    return version.major == want.major && (version.minor == want.minor || condition.isMinorDirty)
  }

  private static func caret(_ condition: Condition, _ version: SemanticVersion) -> Bool {
    let want = condition.version
    if version.compare(want) < 0 { return false }
    if want.major > 0 || condition.isMinorDirty { return version.major == want.major }
    if version.major > 0 { return false }
    if want.minor > 0 || condition.isPatchDirty { return version.minor == want.minor }
    return version.minor == 0 && version.patch == want.patch
  }
}
