import Patterns
import SourceText
import Values

/// A selector of patches and replacements: patterns for the parts of the id, label and annotation selectors
/// (kustomize `types.Selector`).
struct Selector {
  var group = Scalar()
  var version = Scalar()
  var kind = Scalar()
  var name = Scalar()
  var namespace = Scalar()
  var annotationSelector = Scalar()
  var labelSelector = Scalar()

  /// As exact words, which is what replacements compare.
  func id(scopes: Scopes) -> ResourceID {
    ResourceID(
      gvk: GroupVersionKind(group: group.string, version: version.string, kind: kind.string), name: name.string,
      namespace: namespace.string)
  }
}

extension ResourceMap {
  /// The objects that a selector chooses; its parts are anchored regular expressions, and name and namespace may be those
  /// that the object had at first.
  func select(_ selector: Selector, _ context: BuildContext) throws(KustomizeError) -> [Resource] {
    let labels = try LabelRequirements(selector.labelSelector)
    let annotations = try LabelRequirements(selector.annotationSelector)
    var result: [Resource] = []
    for resource in resources {
      try context.spend()
      let current = resource.currentID
      let original = resource.originalID
      func accepts(_ part: Scalar, _ texts: String...) throws(KustomizeError) -> Bool {
        if part.isEmpty { return true }
        for text in texts {
          if try context.matches("^(?:" + part.string + ")$", text, at: part.origin) { return true }
        }
        return false
      }
      guard try accepts(selector.namespace, original.effectiveNamespace, current.effectiveNamespace),
        try accepts(selector.name, original.name, current.name), try accepts(selector.group, current.gvk.group),
        try accepts(selector.version, current.gvk.version), try accepts(selector.kind, current.gvk.kind),
        labels.match(resource.labels), annotations.match(resource.annotations)
      else { continue }
      result.append(resource)
    }
    return result
  }
}

/// The text form of label selectors (`k8s.io/apimachinery/pkg/labels.Parse`).
struct LabelRequirements {
  private enum Relation { case isIn, notIn, exists, doesNotExist, greater, less }

  private struct Requirement {
    var key: String
    var relation: Relation
    var values: [String] = []
  }

  private enum Token: Equatable {
    case word(String)
    case symbol(String)
    case end
  }

  private var requirements: [Requirement] = []
  private var tokens: [Token] = []
  private var at = 0

  init(_ selector: Scalar) throws(KustomizeError) {
    guard !selector.isEmpty else { return }
    tokens = Self.scan(selector.text.bytes)
    while true {
      if next == .end { break }
      guard let requirement = requirement() else {
        throw KustomizeError("invalid-selector", "'\(selector.string)' is no label selector", at: selector.origin)
      }
      requirements.append(requirement)
      if next == .end { break }
      guard take(.symbol(",")), next != .end else {
        throw KustomizeError("invalid-selector", "'\(selector.string)' is no label selector", at: selector.origin)
      }
    }
  }

  func match(_ map: [String: Resource.Entry]) -> Bool {
    requirements.allSatisfy { requirement in
      let value = map[requirement.key]?.text.string
      switch requirement.relation {
      case .isIn: return value.map(requirement.values.contains) ?? false
      case .notIn: return !(value.map(requirement.values.contains) ?? false)
      case .exists: return value != nil
      case .doesNotExist: return value == nil
      case .greater, .less:
        guard let number = value.flatMap({ Int64($0) }), let bound = requirement.values.first.flatMap({ Int64($0) }) else {
          return false
        }
        return requirement.relation == .greater ? number > bound : number < bound
      }
    }
  }

  private var next: Token { at < tokens.count ? tokens[at] : .end }

  private mutating func take(_ token: Token) -> Bool {
    guard next == token else { return false }
    at += 1
    return true
  }

  private mutating func word() -> String? {
    guard case .word(let word) = next else { return nil }
    at += 1
    return word
  }

  private mutating func requirement() -> Requirement? {
    let isAbsent = take(.symbol("!"))
    guard let key = word() else { return nil }
    if isAbsent { return Requirement(key: key, relation: .doesNotExist) }
    if next == .end || next == .symbol(",") { return Requirement(key: key, relation: .exists) }
    if case .symbol(let symbol) = next {
      at += 1
      let relation: Relation
      switch symbol {
      case "=", "==": relation = .isIn
      case "!=": relation = .notIn
      case ">": relation = .greater
      case "<": relation = .less
      default: return nil
      }
      if next == .end || next == .symbol(",") { return Requirement(key: key, relation: relation, values: [""]) }
      guard let value = word() else { return nil }
      return Requirement(key: key, relation: relation, values: [value])
    }
    guard let relation = word(), relation == "in" || relation == "notin", take(.symbol("(")) else { return nil }
    var values: [String] = []
    var needsValue = true
    while true {
      if let value = word() {
        guard needsValue else { return nil }
        values.append(value)
        needsValue = false
      } else if take(.symbol(",")) {
        if needsValue { values.append("") }
        needsValue = true
      } else if take(.symbol(")")) {
        if needsValue { values.append("") }
        return Requirement(key: key, relation: relation == "in" ? .isIn : .notIn, values: values)
      } else {
        return nil
      }
    }
  }

  private static func scan(_ bytes: [UInt8]) -> [Token] {
    var tokens: [Token] = []
    var word: [UInt8] = []
    var at = 0
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
    func isSymbol(_ byte: UInt8) -> Bool { "=!(),><".utf8.contains(byte) }
    while at < bytes.count {
      let byte = bytes[at]
      if !isSpace(byte), !isSymbol(byte) {
        word.append(byte)
        at += 1
        continue
      }
      if !word.isEmpty {
        tokens.append(.word(word.lossyString))
        word = []
      }
      at += 1
      if isSpace(byte) { continue }
      var symbol = String(UnicodeScalar(byte))
      if byte == UInt8(ascii: "=") || byte == UInt8(ascii: "!"), at < bytes.count, bytes[at] == UInt8(ascii: "=") {
        symbol += "="
        at += 1
      }
      tokens.append(.symbol(symbol))
    }
    if !word.isEmpty { tokens.append(.word(word.lossyString)) }
    tokens.append(.end)
    return tokens
  }
}
