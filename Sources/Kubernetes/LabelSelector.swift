import Values

/// A selector over labels: `matchLabels`/`matchExpressions`, or the text form of command lines.
package struct LabelSelector: Sendable {
  package struct Requirement: Sendable, Hashable {
    package enum Operator: Sendable, Hashable { case isIn, notIn, exists, doesNotExist }
    package var key: String
    package var relation: Operator
    package var values: [String]
  }

  package var requirements: [Requirement]

  package init(_ requirements: [Requirement]) { self.requirements = requirements }

  /// A LabelSelector of the API; nil where an operator is not known.
  package init?(_ value: Value) {
    requirements = []
    for entry in value["matchLabels"]?.map?.sortedEntries ?? [] {
      requirements.append(Requirement(key: entry.key.string, relation: .isIn, values: [entry.value.string ?? ""]))
    }
    for expression in value["matchExpressions"]?.list ?? [] {
      let relation: Requirement.Operator
      switch expression["operator"]?.string {
      case "In": relation = .isIn
      case "NotIn": relation = .notIn
      case "Exists": relation = .exists
      case "DoesNotExist": relation = .doesNotExist
      default: return nil
      }
      requirements.append(
        Requirement(
          key: expression["key"]?.string ?? "", relation: relation, values: (expression["values"]?.list ?? []).compactMap(\.string)))
    }
  }

  /// The text form: `a=b,c!=d,e in (x,y),f notin (z),g,!h`. Reloader's older `k:v` and `k:*` are taken too. nil where it cannot
  /// be read.
  package init?(text: String) {
    requirements = []
    var parts: [String] = []
    var depth = 0
    var current = ""
    for character in text {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character == ",", depth == 0 {
        parts.append(current)
        current = ""
      } else {
        current.append(character)
      }
    }
    parts.append(current)
    for part in parts.map(Self.trimmed) where !part.isEmpty {
      guard let requirement = Self.requirement(part) else { return nil }
      requirements.append(requirement)
    }
  }

  private static func requirement(_ part: String) -> Requirement? {
    for (mark, relation) in [("!=", Requirement.Operator.notIn), ("==", .isIn), ("=", .isIn), (":", .isIn)] {
      guard let range = firstRange(of: mark, in: part) else { continue }
      let key = trimmed(String(part[..<range.lowerBound]))
      let value = trimmed(String(part[range.upperBound...]))
      if mark == ":", value == "*" { return Requirement(key: key, relation: .exists, values: []) }
      return key.isEmpty ? nil : Requirement(key: key, relation: relation, values: [value])
    }
    let words = part.split(separator: " ", omittingEmptySubsequences: true)
    if words.count >= 2, words[1] == "in" || words[1].hasPrefix("in(") || words[1] == "notin" || words[1].hasPrefix("notin(") {
      guard let open = part.firstIndex(of: "("), let close = part.lastIndex(of: ")"), open < close else { return nil }
      let values = part[part.index(after: open)..<close].split(separator: ",").map { trimmed(String($0)) }
      return Requirement(key: String(words[0]), relation: words[1].hasPrefix("notin") ? .notIn : .isIn, values: values)
    }
    guard words.count == 1 else { return nil }
    if part.hasPrefix("!") { return Requirement(key: trimmed(String(part.dropFirst())), relation: .doesNotExist, values: []) }
    return Requirement(key: part, relation: .exists, values: [])
  }

  private static func firstRange(of mark: String, in text: String) -> Range<String.Index>? {
    var at = text.startIndex
    while at < text.endIndex {
      if text[at...].hasPrefix(mark) { return at..<text.index(at, offsetBy: mark.count) }
      at = text.index(after: at)
    }
    return nil
  }

  private static func trimmed(_ text: String) -> String {
    var slice = text[...]
    while slice.first?.isWhitespace == true { slice = slice.dropFirst() }
    while slice.last?.isWhitespace == true { slice = slice.dropLast() }
    return String(slice)
  }

  /// Whether labels satisfy it; nil where a label that decides is unknown. An empty selector matches everything.
  package func matches(_ labels: ValueMap?) -> Bool? {
    var isUnknown = false
    for requirement in requirements {
      let value = labels?[requirement.key]
      if value?.isUnknown == true, requirement.relation == .isIn || requirement.relation == .notIn {
        isUnknown = true
        continue
      }
      let holds: Bool
      switch requirement.relation {
      case .isIn: holds = value?.string.map(requirement.values.contains) ?? false
      case .notIn: holds = !(value?.string.map(requirement.values.contains) ?? false)
      case .exists: holds = value != nil
      case .doesNotExist: holds = value == nil
      }
      if !holds { return false }
    }
    return isUnknown ? nil : true
  }
}
