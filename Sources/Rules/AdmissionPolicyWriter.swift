import Kubernetes
import SourceText
import Values
import YAMLSyntax

/// Writes the admission section of a rule as a ValidatingAdmissionPolicy with a binding (admissionregistration.k8s.io/v1, Kubernetes 1.30 and
/// newer). What the configuration says is written as literals, so that the manifest needs no parameter object.
package struct AdmissionPolicyWriter: Sendable {
  /// What a cluster does with a refused object.
  package enum Action: String, Sendable, CaseIterable {
    case deny = "Deny"
    case warn = "Warn"
    case audit = "Audit"

    /// The word of the command line, whatever its case.
    package init?(word: String) {
      guard let action = Self.allCases.first(where: { $0.rawValue.lowercased() == word.lowercased() }) else { return nil }
      self = action
    }

    package init(_ severity: Severity) {
      switch severity {
      case .error: self = .deny
      case .warning: self = .warn
      case .info: self = .audit
      }
    }

    /// `validationActions` of the binding; who is warned is on record, too.
    var actions: [String] { self == .warn ? ["Warn", "Audit"] : [rawValue] }
  }

  /// Names of policies and bindings begin with it.
  package static let prefix = "secretslint-"

  private let names: EnvironmentNames

  package init(names: EnvironmentNames) { self.names = names }

  /// The two documents; nil where the rule has no admission section.
  /// - Parameter parameters: values of the rule's parameters that are not the default ones.
  package func text(_ rule: RuleFile, parameters: [String: Value], action: Action) -> String? {
    guard let section = rule.admission else { return nil }
    let why = "# \(rule.title): \(rule.why).\n# Written by 'secretslint rules export --vap'; 'secretslint explain \(rule.id)' tells more.\n"
    return why + "---\n" + ManifestText.text(policy(rule, section, parameters)) + "---\n" + ManifestText.text(binding(rule, action))
  }

  // MARK: Documents

  private func policy(_ rule: RuleFile, _ section: AdmissionSection, _ parameters: [String: Value]) -> Value {
    var spec: [(String, Value)] = [
      // An expression that fails met a form that nobody foresaw, and that is no finding.
      ("failurePolicy", .string("Ignore")),
      ("matchConstraints", map([("resourceRules", .list(section.resourceRules.map(resourceRule)))])),
      ("matchConditions", .list((Self.commonConditions + section.matchConditions.map { ($0.name, $0.expression.text.string) }).map(named))),
    ]
    let variables = given(rule, section, parameters) + section.variables.map { ($0.name, $0.expression.text.string) }
    if !variables.isEmpty { spec.append(("variables", .list(variables.map(named)))) }
    spec.append(("validations", .list(section.validations.map(validation))))
    return document("ValidatingAdmissionPolicy", rule, spec)
  }

  private func binding(_ rule: RuleFile, _ action: Action) -> Value {
    document(
      "ValidatingAdmissionPolicyBinding", rule,
      [("policyName", .string(Self.prefix + rule.id)), ("validationActions", strings(action.actions))])
  }

  private func document(_ kind: String, _ rule: RuleFile, _ spec: [(String, Value)]) -> Value {
    let metadata = map([("name", .string(Self.prefix + rule.id)), ("labels", map([("app.kubernetes.io/managed-by", .string("secretslint"))]))])
    return map([
      ("apiVersion", .string("admissionregistration.k8s.io/v1")), ("kind", .string(kind)), ("metadata", metadata), ("spec", map(spec)),
    ])
  }

  /// What holds for every policy: no more is judged than what somebody writes. An object that goes must go, what a controller makes is
  /// judged where its owner is, and an update of something else does not stumble over what was there before.
  private static let commonConditions: [(String, String)] = [
    ("not-being-deleted", "!has(object.metadata.deletionTimestamp)"),
    (
      "not-of-a-controller",
      "!has(object.metadata.ownerReferences)\n|| !object.metadata.ownerReferences.exists(o, has(o.controller) && o.controller == true)"
    ),
    (
      "something-written-changes",
      "oldObject == null\n|| object.exists(k, !(k in ['metadata', 'status']) && (!(k in oldObject) || object[k] != oldObject[k]))"
        + "\n|| ['annotations', 'labels'].exists(k, object.metadata[?k] != oldObject.metadata[?k])"
    ),
  ]

  // MARK: Parts

  /// The variables that a section takes from the rule's parameters and the configuration, where it names them.
  private func given(_ rule: RuleFile, _ section: AdmissionSection, _ parameters: [String: Value]) -> [(String, String)] {
    let spellings = Set(names.environments.flatMap { [$0.canonical] + $0.aliases }.map { $0.lowercased() })
    let values: [(String, Value)] = [
      ("environments", strings(spellings.sorted { $0.bytesPrecede($1) })), ("sharedSegments", strings(names.shared)),
    ]
    let all = values + rule.parameters.map { ($0.name, parameters[$0.name] ?? $0.defaultValue) }
    return all.filter { name, _ in section.expressions.contains { Self.names($0.text.string, "variables." + name) } }
      .map { ($0, Self.literal($1)) }
  }

  /// Whether a text has a name that ends there.
  private static func names(_ text: String, _ name: String) -> Bool {
    text.ranges(of: name).contains { range in
      guard range.upperBound < text.endIndex else { return true }
      let next = text[range.upperBound]
      return !next.isLetter && !next.isNumber && next != "_"
    }
  }

  private func resourceRule(_ rule: AdmissionSection.ResourceRule) -> Value {
    map([
      ("apiGroups", strings(rule.apiGroups)), ("apiVersions", strings(rule.apiVersions)), ("operations", strings(rule.operations)),
      ("resources", strings(rule.resources)),
    ])
  }

  private func validation(_ validation: AdmissionSection.Validation) -> Value {
    var pairs: [(String, Value)] = [("expression", .string(validation.expression.text.string)), ("message", .string(validation.message))]
    if let message = validation.messageExpression { pairs.append(("messageExpression", .string(message.text.string))) }
    return map(pairs)
  }

  private func named(_ name: String, _ expression: String) -> Value { map([("name", .string(name)), ("expression", .string(expression))]) }

  private func map(_ pairs: [(String, Value)]) -> Value { .map(ValueMap(pairs)) }

  private func strings(_ texts: [String]) -> Value { .list(texts.map { .string($0) }) }

  /// A value as CEL writes it.
  static func literal(_ value: Value) -> String {
    switch value.payload {
    case .string(let text): return quoted(text.string)
    case .bool(let flag): return flag ? "true" : "false"
    case .int(let number): return String(number)
    case .double(let number): return "double('\(JSONWriter.number(number))')"
    case .list(let list): return "[" + list.items.map(literal).joined(separator: ", ") + "]"
    case .map(let map): return "{" + map.entries.map { quoted($0.key.string) + ": " + literal($0.value) }.joined(separator: ", ") + "}"
    default: return "null"
    }
  }

  private static func quoted(_ text: String) -> String {
    var out = "'"
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": out += "\\\\"
      case "'": out += "\\'"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      default:
        if scalar.value < 0x20 {
          out += "\\x" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    return out + "'"
  }
}

/// A manifest as people write it: keys in their order, lists of words in brackets, expressions as blocks that need no quotes.
enum ManifestText {
  static func text(_ value: Value) -> String {
    var out = ""
    map(value, 0, &out)
    return out
  }

  private static func map(_ value: Value, _ indent: Int, _ out: inout String, isFirstInPlace: Bool = false) {
    var isFirst = isFirstInPlace
    for entry in value.map?.entries ?? [] {
      out += (isFirst ? "" : String(repeating: " ", count: indent)) + scalar(entry.key.string) + ":"
      isFirst = false
      if entry.value.map != nil {
        out += "\n"
        map(entry.value, indent + 2, &out)
      } else if let list = entry.value.list {
        self.list(list, indent + 2, &out)
      } else {
        block(entry.value.string ?? "", indent + 2, &out)
      }
    }
  }

  private static func list(_ items: [Value], _ indent: Int, _ out: inout String) {
    if items.allSatisfy({ $0.map == nil }) {
      out += " [" + items.map { inFlow($0.string ?? "") }.joined(separator: ", ") + "]\n"
      return
    }
    out += "\n"
    for item in items {
      out += String(repeating: " ", count: indent) + "- "
      map(item, indent + 2, &out, isFirstInPlace: true)
    }
  }

  /// A scalar behind its key: plain where that reads as the same text, else as a block.
  private static func block(_ text: String, _ indent: Int, _ out: inout String) {
    let plain = scalar(text)
    let isBlock = plain != text && !text.isEmpty && text.first?.isWhitespace == false && text.last?.isWhitespace == false
    guard isBlock, text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F || $0 == "\n" }) else {
      out += " " + plain + "\n"
      return
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    out += lines.count > 1 ? " |-\n" : " >-\n"
    for line in lines { out += (line.isEmpty ? "" : String(repeating: " ", count: indent) + line) + "\n" }
  }

  private static func inFlow(_ text: String) -> String {
    let plain = scalar(text)
    return plain == text && text.utf8.contains(where: { "[]{},:".utf8.contains($0) }) ? JSONWriter().string(.string(text)) : plain
  }

  /// As a YAML writer quotes it, in one line.
  private static func scalar(_ text: String) -> String {
    if text.utf8.contains(0x0A) || text.utf8.contains(0x0D) { return JSONWriter().string(.string(text)) }
    var written = YAMLWriter.write(.string(text), style: .goYAMLPretty).string
    while written.utf8.last == 0x0A { written.removeLast() }
    return written
  }
}
