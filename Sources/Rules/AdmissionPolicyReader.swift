import CEL
import Kubernetes
import SourceText
import Values
import YAMLSyntax

/// Reads ValidatingAdmissionPolicies, their bindings and parameters (kubernetes.io/docs, "Validating Admission Policy") as rules, so that one
/// policy serves in the repository and in the cluster. What cannot be judged here is a diagnostic at its place.
package struct AdmissionPolicyReader {
  private let provenance: Provenance
  private let sink: DiagnosticSink

  package init(provenance: Provenance, sink: DiagnosticSink) {
    self.provenance = provenance
    self.sink = sink
  }

  private struct Found {
    var file: SourceFile
    var root: Value
    var name: String { root.at("metadata", "name")?.string ?? "" }
  }

  /// A rule for each policy; with a body for each binding and each of its parameters. Without any binding in the files a policy
  /// is judged as if one denied everywhere.
  package func rules(_ files: [(path: String, bytes: [UInt8])]) -> [RuleFile] {
    var policies: [Found] = []
    var bindings: [Found] = []
    var others: [Found] = []
    for (path, bytes) in files {
      let file = provenance.sources.add(path: path, bytes: bytes)
      for document in YAMLReader.read(file: file, dialect: .kubernetes, provenance: provenance, sink: sink) where !document.root.isNull {
        let found = Found(file: file, root: document.root)
        let isOfGroup = document.root["apiVersion"]?.string?.hasPrefix("admissionregistration.k8s.io/") ?? false
        switch document.root["kind"]?.string {
        case "ValidatingAdmissionPolicy" where isOfGroup: policies.append(found)
        case "ValidatingAdmissionPolicyBinding" where isOfGroup: bindings.append(found)
        default: others.append(found)
        }
      }
    }
    return policies.compactMap { policy in
      rule(policy, bindings.filter { $0.root.at("spec", "policyName")?.string == policy.name }, others)
    }
  }

  private func rule(_ policy: Found, _ bindings: [Found], _ others: [Found]) -> RuleFile? {
    let spec = policy.root["spec"] ?? .null
    guard !policy.name.isEmpty, let validations = spec["validations"]?.list, !validations.isEmpty else {
      report("rules/policy", "a ValidatingAdmissionPolicy needs a name and validations", policy.root)
      return nil
    }
    guard spec.at("matchConstraints", "resourceRules")?.list?.isEmpty == false else {
      report("rules/policy", "policy '\(policy.name)' has no matchConstraints.resourceRules", policy.root["spec"] ?? policy.root)
      return nil
    }
    if let kind = spec.at("paramKind"), bindings.isEmpty {
      report("rules/policy", "policy '\(policy.name)' takes parameters, and none of the files binds it to any", kind)
      return nil
    }
    let conditions = named(spec["matchConditions"])
    let variables = named(spec["variables"])
    var bodies: [RuleBody] = []
    func add(_ severity: Severity, _ binding: Value?, _ params: Value, onlyNamespace: String? = nil) {
      let selections = [selection(spec["matchConstraints"]), selection(binding?.at("spec", "matchResources"))].compactMap { $0 }
      let read = validations.compactMap { validation($0, severity) }
      let context = AdmissionContext(
        selections: selections, params: params, onlyNamespace: onlyNamespace, ignoresErrors: spec["failurePolicy"]?.string == "Ignore",
        fallbacks: read.map(\.fallback))
      bodies.append(
        RuleBody(
          match: .kinds(["*"]), matchConditions: conditions, variables: variables, forEach: nil, validations: read.map(\.validation), policy: context))
    }
    if bindings.isEmpty { add(.error, nil, .null) }
    for binding in bindings {
      let actions = (binding.root.at("spec", "validationActions")?.list ?? []).compactMap(\.string)
      let severity: Severity = actions.contains("Deny") || actions.isEmpty ? .error : actions.contains("Warn") ? .warning : .info
      guard let reference = binding.root.at("spec", "paramRef") else {
        if spec["paramKind"] == nil {
          add(severity, binding.root, .null)
        } else {
          report("rules/policy", "the binding '\(binding.name)' of policy '\(policy.name)' has no paramRef", binding.root)
        }
        continue
      }
      let found = params(reference, spec["paramKind"], others)
      if found.isEmpty {
        sink.warning(
          "rules/policy", "the parameters of policy '\(policy.name)' are not among the files: the binding '\(binding.name)' is not judged",
          at: provenance.origins.editPlace(reference.origin))
      }
      for param in found {
        // Without a namespace in the reference, an object is judged by the parameters of its own namespace.
        let own = reference["namespace"] == nil ? param.root.at("metadata", "namespace")?.string : nil
        add(severity, binding.root, param.root, onlyNamespace: own)
      }
    }
    guard !bodies.isEmpty else { return nil }
    return RuleFile(
      id: policy.name, category: "policies", source: policy.file, title: "ValidatingAdmissionPolicy \(policy.name)", severity: .error, since: "",
      tags: ["admission"], references: [], why: "the cluster refuses the object when it is applied, and the sync stops half-way",
      rationale: "", remediation: "Change the object so that it satisfies the policy, or agree on the policy with its owners.", bodies: bodies,
      yieldsTo: [], isOnByDefault: true, aliases: [], parameters: [], examples: [])
  }

  private func params(_ reference: Value, _ kind: Value?, _ others: [Found]) -> [Found] {
    others.filter { other in
      guard other.root["apiVersion"]?.string == kind?["apiVersion"]?.string, other.root["kind"]?.string == kind?["kind"]?.string else { return false }
      if let namespace = reference["namespace"]?.string, namespace != other.root.at("metadata", "namespace")?.string ?? namespace { return false }
      if let name = reference["name"]?.string { return name == other.name }
      guard let selector = reference["selector"].flatMap({ LabelSelector($0) }) else { return false }
      return selector.matches(other.root.at("metadata", "labels")?.map ?? ValueMap()) ?? false
    }
  }

  // MARK: Matching

  private func selection(_ value: Value?) -> AdmissionContext.Selection? {
    guard let value, !value.isNull else { return nil }
    var result = AdmissionContext.Selection()
    if let rules = value["resourceRules"]?.list { result.rules = rules.map(resourceRule) }
    result.excluded = (value["excludeResourceRules"]?.list ?? []).map(resourceRule)
    if let selector = value["objectSelector"], selector.map?.isEmpty == false { result.objects = LabelSelector(selector) }
    if let selector = value["namespaceSelector"], selector.map?.isEmpty == false { result.namespaces = LabelSelector(selector) }
    return result
  }

  private func resourceRule(_ value: Value) -> AdmissionContext.ResourceRule {
    func strings(_ key: String) -> [String] { (value[key]?.list ?? []).compactMap(\.string) }
    let operations = strings("operations")
    return AdmissionContext.ResourceRule(
      groups: strings("apiGroups"), versions: strings("apiVersions"), resources: strings("resources"), names: strings("resourceNames"),
      scope: value["scope"]?.string ?? "*", concernsWrites: operations.contains { ["CREATE", "*"].contains($0) })
  }

  // MARK: Expressions

  private func named(_ value: Value?) -> [NamedExpression] {
    (value?.list ?? []).compactMap { item in
      guard let name = item["name"]?.string, let expression = expression(item["expression"]) else { return nil }
      return NamedExpression(name: name, expression: expression)
    }
  }

  private func expression(_ value: Value?) -> RuleExpression? {
    guard let value, let text = value.text else { return nil }
    return RuleExpression(text: text, origin: value.origin)
  }

  private func validation(_ value: Value, _ severity: Severity) -> (validation: RuleValidation, fallback: String)? {
    guard let expression = expression(value["expression"]) else {
      report("rules/policy", "a validation needs 'expression'", value)
      return nil
    }
    let fallback = value["message"]?.string ?? "failed expression: \(expression.text.string.split(separator: "\n").joined(separator: " "))"
    let message: RuleMessage
    if let own = self.expression(value["messageExpression"]) {
      message = .expression(own)
    } else {
      // Braces mean nothing in a policy's message.
      message = .template(RuleExpression(text: Text(Self.doubled(fallback)), origin: value.origin))
    }
    return (
      RuleValidation(
        expression: expression, at: nil, message: message, label: nil, severity: severity, severityExpression: nil, help: nil, related: []),
      fallback
    )
  }

  private static func doubled(_ text: String) -> String {
    var out = ""
    for character in text {
      out.append(character)
      if character == "{" || character == "}" { out.append(character) }
    }
    return out
  }

  private func report(_ code: String, _ message: String, _ value: Value) {
    sink.error(code, message, at: provenance.origins.editPlace(value.origin))
  }
}

/// The field that a policy's expression speaks of: policies do not say it themselves.
enum AdmissionBlame {
  /// The origin of the longest chain `object.a.b` in an expression that the object has; none where it names no field.
  static func origin(_ expression: Text, _ object: Value) -> Origin {
    let bytes = expression.bytes
    let root = Array("object".utf8)
    var best: (depth: Int, origin: Origin) = (0, .none)
    var at = 0
    while at + root.count < bytes.count {
      guard bytes[at..<(at + root.count)].elementsEqual(root), at == 0 || !isWord(bytes[at - 1]) && bytes[at - 1] != UInt8(ascii: ".") else {
        at += 1
        continue
      }
      var value = object
      var depth = 0
      at += root.count
      while at < bytes.count, bytes[at] == UInt8(ascii: ".") {
        var start = at + 1
        if start < bytes.count, bytes[start] == UInt8(ascii: "?") { start += 1 }
        var end = start
        while end < bytes.count, isWord(bytes[end]) { end += 1 }
        guard end > start, let next = value[String(decoding: bytes[start..<end], as: UTF8.self)] else { break }
        value = next
        depth += 1
        at = end
      }
      if depth > best.depth, value.origin.isKnown { best = (depth, value.origin) }
    }
    return best.origin
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte >= 0x30 && byte <= 0x39 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
  }
}
