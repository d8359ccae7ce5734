/// Why a pattern could not be used.
package enum PatternError: Error, Hashable, Sendable {
  /// RE2 refuses the pattern. The text is Go's: "error parsing regexp: missing closing ]: `[a`".
  case syntax(String)
  /// RE2 may accept the pattern, this matcher cannot hold it (too large, a script newer than PCRE2's tables).
  case unsupported(String)
  /// Matching took more steps or memory than allowed. RE2 would have answered.
  case limit

  package var message: String {
    switch self {
    case .syntax(let text): text
    case .unsupported(let text): "regexp not supported: " + text
    case .limit: "regexp takes too many steps to match"
    }
  }
}
