import CEL
import SourceText
import Values

/// The part of a rule that an API server can judge by itself, in the words of ValidatingAdmissionPolicy: what `rules export --vap` writes.
/// It says no more than the rule: what it refuses is a finding of the rule, too.
package struct AdmissionSection: Sendable {
  /// One of `matchConstraints.resourceRules`.
  package struct ResourceRule: Sendable {
    package var apiGroups: [String]
    package var apiVersions: [String]
    package var operations: [String]
    package var resources: [String]
  }

  package struct Validation: Sendable {
    package var expression: RuleExpression
    /// One line; what is said where there is no `messageExpression`, or it fails.
    package var message: String
    package var messageExpression: RuleExpression?
  }

  package var resourceRules: [ResourceRule]
  package var matchConditions: [NamedExpression]
  package var variables: [NamedExpression]
  package var validations: [Validation]
  package var origin: Origin

  /// All expressions, for those who look for names in them.
  package var expressions: [RuleExpression] {
    matchConditions.map(\.expression) + variables.map(\.expression) + validations.flatMap { [$0.expression] + ($0.messageExpression.map { [$0] } ?? []) }
  }

  /// Variables beside the rule's parameters that a section may use without making them: name → type and meaning.
  package static let given: [(name: String, type: String, documentation: String)] = [
    ("environments", "list(string)", "all spellings of environments, in lower case"),
    ("sharedSegments", "list(string)", "first segments of secrets' names that stand for no environment on purpose"),
  ]
}

// MARK: - Reading

extension RuleDecoder {
  static let admissionKeys = ["matchConstraints", "matchConditions", "variables", "validations"]
  static let admissionValidationKeys = ["expression", "message", "messageExpression"]
  static let resourceRuleKeys = ["apiGroups", "apiVersions", "operations", "resources"]

  func admission(_ value: Value?) -> AdmissionSection? {
    guard let value else { return nil }
    guard let map = value.map else {
      report("rules/type", "'admission' is a mapping", value)
      return nil
    }
    check(map, Self.admissionKeys, "admission")
    let section = AdmissionSection(
      resourceRules: resourceRules(map["matchConstraints"], value), matchConditions: named(map["matchConditions"], "a match condition"),
      variables: named(map["variables"], "a variable"), validations: admissionValidations(map["validations"]), origin: value.origin)
    for (place, condition) in section.matchConditions.enumerated() where !Self.isQualifiedName(condition.name) {
      report(
        "rules/name", "'\(condition.name)' cannot name a match condition of a policy: letters, digits, '-', '_' and '.', as 'for-aws'",
        items(map["matchConditions"]).dropFirst(place).first?["name"])
    }
    if section.validations.isEmpty { report("rules/missing", "admission has no 'validations'", value) }
    return section
  }

  private func resourceRules(_ value: Value?, _ section: Value) -> [AdmissionSection.ResourceRule] {
    guard let map = value?.map else {
      report("rules/missing", "admission has no 'matchConstraints'", value ?? section)
      return []
    }
    check(map, ["resourceRules"], "matchConstraints")
    let rules: [AdmissionSection.ResourceRule] = items(map["resourceRules"]).compactMap { item in
      guard let rule = item.map else {
        report("rules/type", "a resource rule is a mapping", item)
        return nil
      }
      check(rule, Self.resourceRuleKeys, "resource rule")
      for key in Self.resourceRuleKeys where items(rule[key]).isEmpty { report("rules/missing", "a resource rule needs '\(key)'", rule[key] ?? item) }
      // Only what is written can be judged as the repository's objects are.
      let operations = ["CREATE", "UPDATE"]
      for operation in items(rule["operations"]) {
        guard let name = operation.string, !operations.contains(name) else { continue }
        report("rules/name", "an operation is CREATE or UPDATE, not '\(name)'", operation)
      }
      return AdmissionSection.ResourceRule(
        apiGroups: strings(rule["apiGroups"]), apiVersions: strings(rule["apiVersions"]), operations: strings(rule["operations"]),
        resources: strings(rule["resources"]))
    }
    if rules.isEmpty { report("rules/missing", "matchConstraints has no 'resourceRules'", value) }
    return rules
  }

  private func admissionValidations(_ value: Value?) -> [AdmissionSection.Validation] {
    items(value).compactMap { item in
      guard let map = item.map else {
        report("rules/type", "a validation is a mapping", item)
        return nil
      }
      check(map, Self.admissionValidationKeys, "validation")
      guard let expression = expression(map["expression"]) else {
        report("rules/missing", "a validation needs 'expression'", item)
        return nil
      }
      let message = text(map["message"])
      if message.isEmpty { report("rules/missing", "a validation of a policy needs 'message'", map["message"] ?? item) }
      if message.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) { report("rules/message", "the message of a policy is one line", map["message"]) }
      return AdmissionSection.Validation(expression: expression, message: message, messageExpression: self.expression(map["messageExpression"]))
    }
  }

  /// A name as Kubernetes takes it for match conditions, without a prefix.
  private static func isQualifiedName(_ text: String) -> Bool {
    func isAlphanumeric(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }
    guard let first = text.utf8.first, let last = text.utf8.last, isAlphanumeric(first), isAlphanumeric(last), text.utf8.count <= 63 else { return false }
    return text.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
  }
}

// MARK: - Checking

extension RuleCompiler {
  /// Whether an API server takes all expressions of a section; mistakes are diagnostics at their place.
  func check(_ section: AdmissionSection, _ parameters: [RuleParameter]) -> Bool {
    var environment = RuleEnvironment.admission(withParameters: false)
    environment.refused = CELLibrary.absentFromKubernetes
    var isFine = true
    // Conditions are judged before the rest of a policy and have none of its variables.
    for condition in section.matchConditions where !check(condition.expression, .bool, "match condition", environment) { isFine = false }
    for parameter in parameters { environment.declare("variables.\(parameter.name)", CELType(declaration: parameter.type) ?? .dyn) }
    for given in AdmissionSection.given { environment.declare("variables.\(given.name)", CELType(declaration: given.type) ?? .dyn) }
    let taken = Set(parameters.map(\.name) + AdmissionSection.given.map(\.name))
    for variable in section.variables {
      if taken.contains(variable.name) {
        sink.error("rules/name", "'\(variable.name)' is a variable already: of the rule's parameters and the configuration", at: place(variable.expression.origin))
        isFine = false
      }
      guard let program = compile(variable.expression, environment, nil, "variable") else {
        isFine = false
        continue
      }
      environment.declare("variables.\(variable.name)", program.type)
    }
    for validation in section.validations {
      if !check(validation.expression, .bool, "validation", environment) { isFine = false }
      if let message = validation.messageExpression, !check(message, .string, "message", environment) { isFine = false }
    }
    return isFine
  }

  /// The API server takes exactly the wanted type, and no value whose type only shows when it is evaluated.
  private func check(_ expression: RuleExpression, _ wanted: CELType, _ what: String, _ environment: CELEnvironment) -> Bool {
    guard let program = compile(expression, environment, wanted, what) else { return false }
    guard program.type != wanted else { return true }
    sink.error(
      "rules/expression", "\(what) is of a type that is not known before it is evaluated: the API server wants '\(wanted.name)', as by '\(wanted.name)(…)' or '=='",
      at: place(expression.origin))
    return false
  }
}
