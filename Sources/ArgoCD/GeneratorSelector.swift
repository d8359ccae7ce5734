import SourceText
import Values

/// `selector` of a generator entry: a label selector over the flattened parameters, without the limits of label values.
///
/// Source: applicationset/utils/selector.go.
struct GeneratorSelector {
  enum Verdict { case yes, no, unknown }

  private enum Operator: String {
    case isIn = "In"
    case notIn = "NotIn"
    case exists = "Exists"
    case doesNotExist = "DoesNotExist"
  }

  private struct Requirement {
    let key: String
    let test: Operator
    let values: [String]
  }

  private let requirements: [Requirement]

  init(_ selector: Value, place: (Value?) -> SourceSpan?) throws(ExpansionError) {
    var requirements: [Requirement] = []
    for entry in selector["matchLabels"]?.map?.entries ?? [] {
      let value = ParameterSet.goText(entry.value).string ?? ""
      requirements.append(Requirement(key: entry.key.string, test: .isIn, values: [value]))
    }
    for item in selector["matchExpressions"]?.list ?? [] {
      guard let name = item["operator"]?.string, let test = Operator(rawValue: name) else {
        throw ExpansionError(
          "error parsing label selector: \"\(item["operator"]?.string ?? "")\" is not a valid label selector operator",
          span: place(item["operator"] ?? item))
      }
      let values = (item["values"]?.list ?? []).compactMap { ParameterSet.goText($0).string }
      switch test {
      case .isIn, .notIn:
        if values.isEmpty {
          throw ExpansionError("error parsing label selector: for '\(name)' the values must be given", span: place(item))
        }
      case .exists, .doesNotExist:
        if !values.isEmpty {
          throw ExpansionError("error parsing label selector: for '\(name)' the values must be empty", span: place(item["values"]))
        }
      }
      requirements.append(Requirement(key: item["key"]?.string ?? "", test: test, values: values))
    }
    for requirement in requirements where !Self.isQualifiedName(requirement.key) {
      throw ExpansionError(
        "error parsing label selector: key '\(requirement.key)' is no valid label key, so it can match no parameter",
        span: place(selector))
    }
    self.requirements = requirements
  }

  func matches(_ set: ParameterSet) -> Verdict {
    requirements.isEmpty ? .yes : matches(set.flattened(), isOpen: set.isOpen)
  }

  /// Against labels as they stand, whose keys may hold dots.
  func matchesLabels(_ labels: ValueMap) -> Verdict { matches(labels, isOpen: false) }

  private func matches(_ flat: ValueMap, isOpen: Bool) -> Verdict {
    var verdict = Verdict.yes
    for requirement in requirements {
      let value = flat[requirement.key]
      if value?.isUnknown == true || (value == nil && isOpen) {
        verdict = .unknown
        continue
      }
      let text = value?.string
      let holds =
        switch requirement.test {
        case .isIn: text.map(requirement.values.contains) ?? false
        case .notIn: text.map { !requirement.values.contains($0) } ?? true
        case .exists: text != nil
        case .doesNotExist: text == nil
        }
      if !holds { return .no }
    }
    return verdict
  }

  /// `[prefix/]name`; names are at most 63 letters, digits, `-`, `_`, `.` between letters or digits.
  private static func isQualifiedName(_ key: String) -> Bool {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let name = parts.last else { return false }
    if parts.count == 2, parts[0].isEmpty || parts[0].utf8.count > 253 { return false }
    let bytes = Array(name.utf8)
    func isWord(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
    guard let first = bytes.first, let last = bytes.last, bytes.count <= 63, isWord(first), isWord(last) else { return false }
    return bytes.allSatisfy { isWord($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") }
  }
}
