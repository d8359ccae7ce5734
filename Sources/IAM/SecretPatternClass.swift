/// How far a Resource reaches into Secrets Manager. "Name part" is the text behind `secret:`, L the literal text before its first
/// wildcard.
package enum SecretPatternClass: Hashable, Sendable {
  /// L is empty: `*`, `*/*`, `?*`, `*production*`, Resource `*`, `arn:aws:secretsmanager:*`. Every secret of the account.
  case unbounded
  /// A wildcard inside the first segment behind some letters (`prod*`): `product-x/…` matches too.
  case partialSegment
  /// A wildcard behind a hyphen that ends a name without slashes (`database-*`, `production-*`): one secret's suffix or many names,
  /// depending on whether L is an environment.
  case slashFreeName(name: String)
  /// Everything below the first segment: `production/*`.
  case firstSegment(shape: Shape)
  /// Everything below two or more segments: `production/web/*`.
  case prefix
  /// One secret: full ARN, `-??????`.
  case exact
  /// `production/web/database-*`: also `database-admin-…`.
  case nameAndHyphen
  /// `production/web/database*`: also `database2-…`.
  case openName
  /// The first segment is a policy variable (`${aws:PrincipalTag/…}`): bound by the caller's tags.
  case policyVariable
  /// No secret's ARN can match.
  case never(Defect)
  /// The part that decides is not known.
  case unknown
  /// Not about Secrets Manager.
  case otherService

  package enum Shape: Hashable, Sendable {
    /// `production/*`
    case plain
    /// `production/*/*`: only names with two slashes and more.
    case extraWildcard
  }

  package enum Defect: String, Hashable, Sendable {
    /// A name without wildcard and without the six-character suffix that every ARN has.
    case noSuffix = "no-suffix"
    /// Braces, brackets, regular expressions: literal text that no name holds.
    case badSyntax = "bad-syntax"
    /// The word `secret:` is missing before the name.
    case noSecretPrefix = "no-secret-prefix"
    /// Partition and region do not belong together.
    case partition
    case doubleSlash = "double-slash"
  }

  /// Classes one Resource.
  package static func of(_ text: PolicyText) -> SecretPatternClass {
    switch ARNPattern.read(text) {
    case .malformed: return .otherService
    case .unknown: return .unknown
    case .pattern(let pattern): return of(pattern)
    }
  }

  package static func of(_ pattern: ARNPattern) -> SecretPatternClass {
    if pattern.isOneSecret { return .exact }
    guard pattern.isAboutSecrets else { return .otherService }
    if pattern.service.hasGap, pattern.service.matches("secretsmanager") == nil { return .unknown }
    let rests = pattern.secretPatterns
    guard !rests.isEmpty else {
      return pattern.resource.hasGap ? .unknown : .never(.noSecretPrefix)
    }
    if let region = partitionMismatch(pattern), region { return .never(.partition) }
    // Several ways to read it: the widest one is what the statement grants.
    let classes = rests.map(classify)
    return classes.min { $0.rank < $1.rank } ?? .unknown
  }

  private var rank: Int {
    switch self {
    case .unbounded: 0
    case .unknown: 1
    case .partialSegment: 2
    case .slashFreeName: 3
    case .firstSegment: 4
    case .policyVariable: 5
    case .prefix: 6
    case .openName: 7
    case .nameAndHyphen: 8
    case .exact: 9
    case .never: 10
    case .otherService: 11
    }
  }

  private static func partitionMismatch(_ pattern: ARNPattern) -> Bool? {
    let region = pattern.region
    guard !region.hasWildcard, !region.hasGap, !region.hasVariable else { return nil }
    let expected = region.text.hasPrefix("cn-") ? "aws-cn" : region.text.hasPrefix("us-gov-") ? "aws-us-gov" : region.text.isEmpty ? nil : "aws"
    guard let expected else { return nil }
    if expected == "aws", region.text.hasPrefix("us-iso") || region.text.hasPrefix("eu-isoe") || region.text.hasPrefix("eusc-") { return nil }
    return pattern.partition.matches(expected).map { !$0 }
  }

  private static func classify(_ part: WildcardPattern) -> SecretPatternClass {
    let elements = part.elements
    let slash = WildcardPattern.Element.byte(UInt8(ascii: "/"))
    if let defect = defect(elements) { return .never(defect) }
    let firstWildcard = elements.firstIndex { $0 == .any || $0 == .one }
    let firstGap = elements.firstIndex { if case .gap = $0 { true } else { false } }
    let firstVariable = elements.firstIndex { if case .variable = $0 { true } else { false } }
    let firstSlash = elements.dropFirst().firstIndex(of: slash)
    let segmentEnd = firstSlash ?? elements.count
    // What stands in the first segment decides; the earliest special element of it.
    let specials = [firstWildcard, firstGap, firstVariable].compactMap { $0 }.filter { $0 < segmentEnd }
    if let first = specials.min(), firstSlash == nil || first < segmentEnd {
      if first == firstGap { return .unknown }
      if first == firstVariable { return .policyVariable }
      return classifyFirstSegmentWildcard(elements, at: first)
    }
    guard let wildcard = firstWildcard else {
      if firstGap != nil || firstVariable != nil { return .prefix }
      return SecretName.looksSuffixed(part.text) ? .exact : .never(.noSuffix)
    }
    let tail = Array(elements[wildcard...])
    if tail == [WildcardPattern.Element](repeating: .one, count: 6), wildcard > 0, elements[wildcard - 1] == .byte(UInt8(ascii: "-")) {
      return .exact
    }
    let depth = elements[..<wildcard].dropFirst(elements.first == slash ? 1 : 0).filter { $0 == slash }.count
    if elements[wildcard - 1] == slash {
      if depth > 1 { return .prefix }
      let rest = tail.dropFirst()
      return .firstSegment(shape: rest.elementsEqual([slash, .any]) ? .extraWildcard : .plain)
    }
    if tail == [.any] { return elements[wildcard - 1] == .byte(UInt8(ascii: "-")) ? .nameAndHyphen : .openName }
    return depth > 1 ? .prefix : tail.contains(slash) ? .firstSegment(shape: .plain) : .openName
  }

  /// A wildcard before the first slash.
  private static func classifyFirstSegmentWildcard(_ elements: [WildcardPattern.Element], at first: Int) -> SecretPatternClass {
    guard first > 0 else { return .unbounded }
    if first == 1, elements[0] == .byte(UInt8(ascii: "/")) { return .unbounded }
    let tail = Array(elements[first...])
    if elements[first - 1] == .byte(UInt8(ascii: "-")), tail == [WildcardPattern.Element](repeating: .one, count: 6) { return .exact }
    if elements[first - 1] == .byte(UInt8(ascii: "-")), tail == [.any] {
      return .slashFreeName(name: WildcardPattern(elements: Array(elements[..<(first - 1)])).text)
    }
    return .partialSegment
  }

  private static func defect(_ elements: [WildcardPattern.Element]) -> Defect? {
    var last: UInt8?
    for element in elements {
      guard case .byte(let byte) = element else {
        last = nil
        continue
      }
      if byte == UInt8(ascii: "/"), last == byte { return .doubleSlash }
      last = byte
      if WildcardPattern.isAlphanumeric(byte) || "/_+=.@-!".utf8.contains(byte) { continue }
      return .badSyntax
    }
    return nil
  }
}
