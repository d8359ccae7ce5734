/// The rules of a `.helmignore` file (helm.sh/helm `pkg/ignore`): unlike `.gitignore`'s, the first rule that matches decides, and a negated rule
/// ignores all that it does not match.
package struct HelmIgnore: Sendable {
  private enum Scope: Sendable { case path, name }

  private struct Rule: Sendable {
    var glob: Glob
    var scope: Scope
    var isNegated: Bool
    var isDirectory: Bool
  }

  private var rules: [Rule] = []
  /// The words of Helm's refusal of the file; nil if it is well formed.
  package private(set) var problem: String?

  /// - Parameter bytes: the file; nil if there is none. Helm's default rule (dot files in `templates/`) holds always.
  package init(_ bytes: [UInt8]?) {
    var bytes = bytes ?? []
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    for line in String(decoding: bytes, as: UTF8.self).unicodeScalars.split(whereSeparator: { $0 == "\n" }) {
      add(String(String.UnicodeScalarView(line)))
      if problem != nil { return }
    }
    add("templates/.?*")
  }

  private mutating func add(_ line: String) {
    var rule = line[...]
    while let first = rule.first, first.isWhitespace { rule.removeFirst() }
    while let last = rule.last, last.isWhitespace { rule.removeLast() }
    guard !rule.isEmpty, !rule.hasPrefix("#") else { return }
    if rule.contains("**") {
      problem = "double-star (**) syntax is not supported"
      return
    }
    var parsed = (negated: false, directory: false)
    if rule.hasPrefix("!") {
      parsed.negated = true
      rule.removeFirst()
    }
    if rule.hasSuffix("/") {
      parsed.directory = true
      rule.removeLast()
    }
    var scope = rule.contains("/") ? Scope.path : .name
    if rule.hasPrefix("/") {
      scope = .path
      rule.removeFirst()
    }
    guard let glob = Glob(filepath: String(rule)) else {
      problem = "syntax error in pattern"
      return
    }
    rules.append(Rule(glob: glob, scope: scope, isNegated: parsed.negated, isDirectory: parsed.directory))
  }

  /// Whether Helm leaves out a file or a whole directory.
  /// - Parameter path: relative to the chart.
  package func ignores(_ path: String, isDirectory: Bool) -> Bool {
    for rule in rules {
      let isMatch = rule.glob.matches(rule.scope == .name ? TreePath.name(of: path) : path)
      if rule.isNegated {
        if rule.isDirectory && !isDirectory { return true }
        if !isMatch { return true }
        continue
      }
      if rule.isDirectory && !isDirectory { continue }
      if isMatch { return true }
    }
    return false
  }
}
