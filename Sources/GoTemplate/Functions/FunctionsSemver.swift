import Patterns
import SourceText
import Values

/// Sprig's `semver` and `semverCompare` (semver.go).
enum SemverFunctions {
  static let all: [TemplateFunction] = [
    .strict("semver", [.string]) { (_, a) throws(TemplateError) in
      Value(.object(GoVersion(try version(a.string(0)))), origin: a.value(0).origin)
    },
    .strict("semverCompare", [.string, .string]) { (_, a) throws(TemplateError) in
      guard let constraint = VersionConstraint(a.string(0)) else {
        let part = alternatives(a.bytes(0)).first { VersionConstraint($0) == nil } ?? a.string(0)
        throw TemplateError("improper constraint: \(GoQuote.quoted(part))")
      }
      return .bool(constraint.allows(try version(a.string(1))))
    },
  ]

  private static func version(_ text: String) throws(TemplateError) -> SemanticVersion {
    if let version = SemanticVersion(text) { return version }
    // Only the numbers of a pre-release may not begin with a zero.
    let rest = text.utf8.drop { $0 != UInt8(ascii: "-") }.dropFirst().prefix { $0 != UInt8(ascii: "+") }
    let core = String(decoding: text.utf8.prefix { $0 != UInt8(ascii: "-") }, as: UTF8.self)
    let hasZero = rest.split(separator: UInt8(ascii: ".")).contains { part in
      part.count > 1 && part.first == 0x30 && part.allSatisfy { 0x30...0x39 ~= $0 }
    }
    if hasZero, SemanticVersion(core) != nil, SemanticVersion.areIdentifiers(String(decoding: rest, as: UTF8.self)) {
      throw TemplateError("version segment starts with 0")
    }
    throw TemplateError("invalid semantic version")
  }

  private static func alternatives(_ bytes: [UInt8]) -> [String] {
    var parts: [[UInt8]] = [[]]
    var at = 0
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "|"), at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "|") {
        parts.append([])
        at += 2
      } else {
        parts[parts.count - 1].append(bytes[at])
        at += 1
      }
    }
    return parts.map(\.lossyString)
  }
}

/// `*semver.Version` in a template: its methods are called like fields, `(semver "1.2.3").Major`.
final class GoVersion: GoObject, @unchecked Sendable {
  let version: SemanticVersion
  private let isPointer: Bool

  init(_ version: SemanticVersion, isPointer: Bool = true) {
    self.version = version
    self.isPointer = isPointer
  }

  override var goTypeName: String { isPointer ? "*semver.Version" : "semver.Version" }
  override var goKind: String { isPointer ? "ptr" : "struct" }
  override var printed: Text { Text(version.text) }
  override func isEqual(_ other: GoObject) -> Bool { (other as? GoVersion)?.version == version }

  override func method(_ name: Text) -> TemplateFunction? {
    let version = version
    func number(_ value: UInt64) -> TemplateFunction {
      TemplateFunction(name.string, []) { _, _ in Value(.int(Int64(truncatingIfNeeded: value)), tag: GoNumber.uint64) }
    }
    func text(_ value: String) -> TemplateFunction { TemplateFunction(name.string, []) { _, _ in .string(value) } }
    func next(_ change: (inout SemanticVersion) -> Bool) -> TemplateFunction {
      var other = version
      let overflows = change(&other)
      other.metadata = ""
      other.original = (version.original.hasPrefix("v") ? "v" : "") + other.text
      let made = other
      return TemplateFunction(name.string, []) { (_, _) throws(TemplateError) in
        if overflows { throw TemplateError("version increment would overflow uint64") }
        return Value(.object(GoVersion(made, isPointer: false)))
      }
    }
    func increment(_ number: inout UInt64) -> Bool {
      let (sum, overflow) = number.addingReportingOverflow(1)
      number = sum
      return overflow
    }
    func comparison(_ holds: @escaping @Sendable (Int) -> Value) -> TemplateFunction {
      TemplateFunction(name.string, [.object]) { (_, a) throws(TemplateError) in
        guard let other = a.value(0).object as? GoVersion else { throw TemplateError(GoValue.nilPointer) }
        return holds(version.compare(other.version))
      }
    }
    switch name.string {
    case "Major": return number(version.major)
    case "Minor": return number(version.minor)
    case "Patch": return number(version.patch)
    case "Prerelease": return text(version.prerelease)
    case "Metadata": return text(version.metadata)
    case "Original": return text(version.original)
    case "String": return text(version.text)
    case "IncMajor":
      return next {
        let overflows = increment(&$0.major)
        ($0.minor, $0.patch, $0.prerelease) = (0, 0, "")
        return overflows
      }
    case "IncMinor":
      return next {
        let overflows = increment(&$0.minor)
        ($0.patch, $0.prerelease) = (0, "")
        return overflows
      }
    case "IncPatch":
      return next {
        let isRelease = $0.prerelease.isEmpty
        $0.prerelease = ""
        return isRelease ? increment(&$0.patch) : false
      }
    case "Compare": return comparison { GoValue.int($0) }
    case "Equal": return comparison { .bool($0 == 0) }
    case "LessThan": return comparison { .bool($0 < 0) }
    case "LessThanEqual": return comparison { .bool($0 <= 0) }
    case "GreaterThan": return comparison { .bool($0 > 0) }
    case "GreaterThanEqual": return comparison { .bool($0 >= 0) }
    default: return nil
    }
  }
}
