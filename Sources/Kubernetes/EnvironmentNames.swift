/// The names of environments, their other spellings, and the words that name no environment on purpose.
///
/// A name belongs to an environment when one of its whole tokens (runs of ASCII letters and digits) is an alias; `product-api`, `devops`,
/// `latest` hold none. Aliases of several tokens (`pre-prod`) are tried first, the longest first; a token behind `non`, `no` or
/// `not` counts for nothing. Comparison ignores ASCII case.
package struct EnvironmentNames: Sendable {
  /// One environment: its canonical name and all spellings.
  package struct Environment: Sendable, Hashable {
    package var canonical: String
    package var aliases: [String]

    package init(_ canonical: String, _ aliases: [String]) {
      self.canonical = canonical
      self.aliases = aliases
    }
  }

  /// An environment found in a name.
  package struct Match: Sendable, Hashable {
    /// Canonical name.
    package var environment: String
    /// As the name spells it.
    package var spelling: String
    /// Bytes of the name that spell it.
    package var range: Range<Int>
  }

  /// What the first segment of a secret's path says.
  package enum Segment: Sendable, Hashable {
    case environment(canonical: String, spelling: String)
    /// On the allow-list of words that stand for no environment (`shared`).
    case shared(String)
    /// Neither.
    case other(String)
    /// The path has no segment at all.
    case none
  }

  package let environments: [Environment]
  package let shared: [String]
  /// Lower-case alias → canonical name.
  private let table: [String: String]
  /// Aliases as lists of tokens, longest first.
  private let sequences: [(tokens: [String], canonical: String)]
  private static let negations: Set<String> = ["non", "no", "not"]

  package init(environments: [Environment], shared: [String]) {
    self.environments = environments
    self.shared = shared.map(Self.lowercased)
    var table: [String: String] = [:]
    var sequences: [(tokens: [String], canonical: String)] = []
    for environment in environments {
      for alias in [environment.canonical] + environment.aliases {
        let alias = Self.lowercased(alias)
        guard table[alias] == nil else { continue }
        table[alias] = environment.canonical
        let tokens = Self.tokens(alias).map(\.text)
        if !tokens.isEmpty { sequences.append((tokens, environment.canonical)) }
      }
    }
    self.table = table
    self.sequences = sequences.enumerated()
      .sorted { ($1.element.tokens.count, $0.offset) < ($0.element.tokens.count, $1.offset) }
      .map(\.element)
  }

  /// The aliases of domain practice; a repository's configuration may replace or extend them.
  package static let standard = EnvironmentNames(
    environments: [
      Environment("development", ["dev", "develop"]),
      Environment("staging", ["stg", "stage"]),
      Environment("production", ["prod", "prd", "live"]),
      Environment("test", ["testing", "tst"]),
      Environment("qa", []),
      Environment("uat", []),
      Environment("preprod", ["pre-prod", "preproduction", "pre-production"]),
      Environment("sandbox", ["sbx"]),
      Environment("dr", []),
    ],
    shared: ["shared", "common", "global", "platform", "infra"])

  /// The canonical name if the whole text is an alias.
  package func canonical(of name: String) -> String? { table[Self.lowercased(name)] }

  package func isShared(_ name: String) -> Bool { shared.contains(Self.lowercased(name)) }

  /// Whether two spellings name one environment. Spellings that are no alias are compared as they are.
  package func isSame(_ a: String, _ b: String) -> Bool {
    (canonical(of: a) ?? Self.lowercased(a)) == (canonical(of: b) ?? Self.lowercased(b))
  }

  /// All environments that whole tokens of a name spell, in order.
  package func matches(inName name: String) -> [Match] {
    let tokens = Self.tokens(name)
    let bytes = Array(name.utf8)
    var result: [Match] = []
    var at = 0
    scan: while at < tokens.count {
      for (sequence, canonical) in sequences where at + sequence.count <= tokens.count {
        guard sequence.indices.allSatisfy({ tokens[at + $0].text == sequence[$0] }) else { continue }
        let isNegated = at > 0 && Self.negations.contains(tokens[at - 1].text)
        if !isNegated {
          let range = tokens[at].range.lowerBound..<tokens[at + sequence.count - 1].range.upperBound
          result.append(Match(environment: canonical, spelling: String(decoding: bytes[range], as: UTF8.self), range: range))
        }
        at += sequence.count
        continue scan
      }
      at += 1
    }
    return result
  }

  /// The one environment that a name spells anywhere; nil where it spells none or several.
  package func environment(inName name: String) -> Match? {
    let found = matches(inName: name)
    guard let first = found.first, found.allSatisfy({ $0.environment == first.environment }) else { return nil }
    return first
  }

  /// The environment that a name is or has as its first or last token (`staging`, `web-staging`, `prod-eu`); nil where both
  /// ends name different ones.
  package func environment(atEndsOf name: String) -> Match? {
    guard let first = Self.tokens(name).first, let last = Self.tokens(name).last else { return nil }
    let ends = matches(inName: name).filter {
      $0.range.lowerBound == first.range.lowerBound || $0.range.upperBound == last.range.upperBound
    }
    guard let match = ends.first, ends.allSatisfy({ $0.environment == match.environment }) else { return nil }
    return match
  }

  /// What the first segment of a path such as `production/web/database` says. One leading slash is passed over. The
  /// whole segment must be the name: `web-prod/…` separates nothing.
  package func firstSegment(ofPath path: String) -> Segment {
    guard let segment = path.split(separator: "/", omittingEmptySubsequences: true).first.map(String.init) else { return .none }
    if let canonical = canonical(of: segment) { return .environment(canonical: canonical, spelling: segment) }
    return isShared(segment) ? .shared(segment) : .other(segment)
  }

  /// Canonical name of the environment that the first segment of a path is.
  package func firstSegmentEnvironment(_ path: String) -> String? {
    if case .environment(let canonical, _) = firstSegment(ofPath: path) { canonical } else { nil }
  }

  private static func lowercased(_ text: String) -> String {
    String(decoding: text.utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }, as: UTF8.self)
  }

  /// Runs of letters and digits, in lower case, with their bytes.
  private static func tokens(_ name: String) -> [(text: String, range: Range<Int>)] {
    var result: [(text: String, range: Range<Int>)] = []
    var current: [UInt8] = []
    var start = 0
    for (offset, byte) in name.utf8.enumerated() {
      switch byte {
      case 0x30...0x39, 0x61...0x7A, 0x41...0x5A, 0x80...0xFF:
        if current.isEmpty { start = offset }
        current.append(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
      default:
        if !current.isEmpty { result.append((String(decoding: current, as: UTF8.self), start..<offset)) }
        current = []
      }
    }
    if !current.isEmpty { result.append((String(decoding: current, as: UTF8.self), start..<(start + current.count))) }
    return result
  }
}
