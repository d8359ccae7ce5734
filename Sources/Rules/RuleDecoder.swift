import AccessModel
import CEL
import SourceText
import Values
import YAMLSyntax

/// Reads rule files strictly: what it does not know is an error with the nearest name that it does.
struct RuleDecoder {
  let provenance: Provenance
  let sink: DiagnosticSink

  static let ruleKeys = [
    "title", "severity", "since", "tags", "references", "why", "rationale", "remediation", "match", "matchConditions",
    "variables", "forEach", "validations", "yieldsTo", "aliases", "alternatives", "parameters", "suppressible", "enabled",
    "admission", "examples",
  ]
  static let bodyKeys = ["match", "matchConditions", "variables", "forEach", "validations"]
  static let validationKeys = [
    "expression", "at", "message", "messageExpression", "label", "labelExpression", "severity", "severityExpression", "help",
    "helpExpression", "related",
  ]

  /// The rule in a file; nil, with diagnostics, where it is not usable.
  func rule(_ file: SourceFile) -> RuleFile? {
    let inner = DiagnosticSink()
    let documents = YAMLReader.read(file: file, dialect: .core, provenance: provenance, sink: inner)
    for diagnostic in inner.diagnostics { sink.report(diagnostic) }
    guard !inner.hasErrors else { return nil }
    let start = SourceSpan(source: file.id, 0..<0)
    guard documents.count == 1, let root = documents.first?.root.map else {
      sink.error("rules/syntax", "a rule file is one YAML mapping", at: start)
      return nil
    }
    let before = sink.diagnostics.count
    check(root, Self.ruleKeys, "rule")
    let parts = file.path.split(separator: "/")
    let base = parts.last.map(String.init) ?? file.path
    let id = base.hasSuffix(".yaml") ? String(base.dropLast(5)) : base
    if !Self.isIdentifier(id) {
      sink.error("rules/id", "rule id '\(id)' must consist of lower-case letters, digits and '-'", at: start)
    }
    let severity = severity(root["severity"]) ?? .error
    if root["severity"] == nil { missing("severity", "rule", start) }
    let title = required(root, "title", "rule", start)
    let why = required(root, "why", "rule", start)
    if why.utf8.contains(UInt8(ascii: "\n")) { report("rules/why", "'why' is one line", root["why"]) }
    let rule = RuleFile(
      id: id, category: parts.count > 1 ? String(parts[parts.count - 2]) : "", source: file, title: title,
      severity: severity, since: text(root["since"]), tags: strings(root["tags"]), references: strings(root["references"]),
      why: why, rationale: text(root["rationale"]), remediation: required(root, "remediation", "rule", start),
      bodies: [body(root, start)] + alternatives(root["alternatives"], start), yieldsTo: strings(root["yieldsTo"]),
      isOnByDefault: flag(root["enabled"]) ?? true, aliases: strings(root["aliases"]), parameters: parameters(root["parameters"]),
      isSuppressible: flag(root["suppressible"]) ?? true, admission: admission(root["admission"]), examples: examples(root["examples"]))
    return sink.diagnostics[before...].contains { $0.severity == .error } ? nil : rule
  }

  static func isIdentifier(_ text: String) -> Bool {
    guard let first = text.utf8.first, first >= 0x61, first <= 0x7A, text.utf8.last != UInt8(ascii: "-") else { return false }
    return text.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D }
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first | 0x20 >= 0x61, first | 0x20 <= 0x7A else { return false }
    return text.utf8.allSatisfy { ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5F }
  }

  // MARK: Parts

  private func body(_ map: ValueMap, _ start: SourceSpan) -> RuleBody {
    RuleBody(
      match: match(map["match"], start), matchConditions: named(map["matchConditions"], "a match condition"),
      variables: named(map["variables"], "a variable"), forEach: map["forEach"].flatMap(forEach),
      validations: validations(map["validations"], start))
  }

  private func alternatives(_ value: Value?, _ start: SourceSpan) -> [RuleBody] {
    items(value).compactMap { item in
      guard let map = item.map else {
        report("rules/type", "an alternative is a mapping", item)
        return nil
      }
      check(map, Self.bodyKeys, "alternative")
      return body(map, provenance.origins.editPlace(item.origin) ?? start)
    }
  }

  private func match(_ value: Value?, _ start: SourceSpan) -> RuleMatch {
    guard let map = value?.map else {
      missing("match", "rule", start)
      return .kinds([])
    }
    check(map, ["node", "kinds"], "match")
    if let node = map["node"], map["kinds"] == nil {
      let name = text(node)
      let known = NodeType.allCases.map(\.rawValue)
      if !known.contains(name) { report("rules/node", "there is no node type '\(name)'" + suggestion(name, known), node) }
      return .node(name)
    }
    let kinds = strings(map["kinds"])
    if kinds.isEmpty || map["node"] != nil { report("rules/match", "'match' names either a node type or a list of kinds", value) }
    return .kinds(kinds)
  }

  func named(_ value: Value?, _ what: String) -> [NamedExpression] {
    items(value).compactMap { item in
      guard let map = item.map else {
        report("rules/type", "\(what) is a mapping of 'name' and 'expression'", item)
        return nil
      }
      check(map, ["name", "expression"], what)
      guard let name = map["name"]?.string, let expression = expression(map["expression"]) else {
        report("rules/missing", "\(what) needs 'name' and 'expression'", item)
        return nil
      }
      if !Self.isName(name), what == "a variable" { report("rules/name", "'\(name)' cannot be the name of a variable", map["name"]) }
      return NamedExpression(name: name, expression: expression)
    }
  }

  private func forEach(_ value: Value) -> NamedExpression? {
    named(.list([value], value.origin), "forEach").first
  }

  private func validations(_ value: Value?, _ start: SourceSpan) -> [RuleValidation] {
    let result: [RuleValidation] = items(value).compactMap { item in
      guard let map = item.map else {
        report("rules/type", "a validation is a mapping", item)
        return nil
      }
      check(map, Self.validationKeys, "validation")
      guard let expression = expression(map["expression"]) else {
        report("rules/missing", "a validation needs 'expression'", item)
        return nil
      }
      guard let message = message(map, "message") else {
        report("rules/missing", "a validation needs 'message' or 'messageExpression'", item)
        return nil
      }
      return RuleValidation(
        expression: expression, at: self.expression(map["at"]), message: message, label: self.message(map, "label"),
        severity: severity(map["severity"]), severityExpression: self.expression(map["severityExpression"]),
        help: self.message(map, "help"), related: related(map["related"]))
    }
    if result.isEmpty { missing("validations", "rule", start) }
    return result
  }

  private func related(_ value: Value?) -> [RelatedPlace] {
    items(value).compactMap { item in
      guard let map = item.map else {
        report("rules/type", "a related place is a mapping of 'at' and 'message'", item)
        return nil
      }
      check(map, ["at", "message", "messageExpression", "when"], "related place")
      guard let at = expression(map["at"]), let message = message(map, "message") else {
        report("rules/missing", "a related place needs 'at' and 'message'", item)
        return nil
      }
      return RelatedPlace(at: at, message: message, when: expression(map["when"]))
    }
  }

  private func message(_ map: ValueMap, _ key: String) -> RuleMessage? {
    switch (expression(map[key]), expression(map[key + "Expression"])) {
    case (let template?, nil): return .template(template)
    case (nil, let expression?): return .expression(expression)
    case (.some, .some):
      report("rules/message", "'\(key)' and '\(key)Expression' exclude one another", map[key])
      return nil
    case (nil, nil): return nil
    }
  }

  private func parameters(_ value: Value?) -> [RuleParameter] {
    items(value).compactMap { item in
      guard let map = item.map, let name = map["name"]?.string, let type = map["type"]?.string, let standard = map["default"] else {
        report("rules/missing", "a parameter needs 'name', 'type' and 'default'", item)
        return nil
      }
      check(map, ["name", "type", "default", "description", "config"], "parameter")
      if !Self.isName(name) { report("rules/name", "'\(name)' cannot be the name of a parameter", map["name"]) }
      if CELType(declaration: type) == nil {
        report("rules/type", "there is no type '\(type)'\(suggestion(type, ["string", "int", "bool", "double"]))", map["type"])
      }
      let setting = text(map["config"])
      if !setting.isEmpty, !RuleParameter.settings.contains(setting) {
        report("rules/name", "no parameter can take '\(setting)' of the configuration\(suggestion(setting, RuleParameter.settings))", map["config"])
      }
      let parameter = RuleParameter(name: name, type: type, defaultValue: standard, description: text(map["description"]), setting: setting)
      if !parameter.accepts(standard) { report("rules/type", "the default is not of type '\(type)'", map["default"]) }
      return parameter
    }
  }

  private func examples(_ value: Value?) -> [RuleExample] {
    items(value).compactMap { item in
      guard let map = item.map else {
        report("rules/type", "an example is a mapping", item)
        return nil
      }
      check(map, ["name", "fail", "pass", "unknown", "parameters", "admitted"], "example")
      let outcomes = [RuleExample.Outcome.fail, .pass, .unknown].filter { map[$0.rawValue] != nil }
      guard outcomes.count == 1, let outcome = outcomes.first, let content = map[outcome.rawValue] else {
        report("rules/example", "an example is one of 'fail', 'pass' and 'unknown'", item)
        return nil
      }
      var files: [(path: String, text: String)] = []
      if let text = content.string {
        files = [("manifests/example.yaml", text)]
      } else if let body = content.map {
        check(body, ["files"], "example")
        for entry in body["files"]?.map?.entries ?? [] { files.append((entry.key.string, text(entry.value))) }
      }
      if files.isEmpty { report("rules/example", "an example has a text, or 'files' with paths and texts", item) }
      var parameters: [String: Value] = [:]
      for entry in map["parameters"]?.map?.entries ?? [] { parameters[entry.key.string] = entry.value }
      return RuleExample(
        name: text(map["name"]), outcome: outcome, parameters: parameters, isAdmitted: flag(map["admitted"]) ?? false, files: files, origin: map["name"]?.origin ?? item.origin)
    }
  }

  // MARK: Small readers

  func items(_ value: Value?) -> [Value] {
    guard let value, !value.isNull else { return [] }
    if let list = value.list { return list }
    report("rules/type", "expected a list", value)
    return []
  }

  func strings(_ value: Value?) -> [String] {
    items(value).compactMap { item in
      if let text = item.string { return text }
      report("rules/type", "expected a string", item)
      return nil
    }
  }

  func text(_ value: Value?) -> String {
    guard let value, !value.isNull else { return "" }
    if let text = value.string { return text }
    report("rules/type", "expected a string", value)
    return ""
  }

  func expression(_ value: Value?) -> RuleExpression? {
    guard let value, !value.isNull else { return nil }
    switch value.payload {
    case .string(let text): return RuleExpression(text: text, origin: value.origin)
    // `expression: true` and numbers are expressions too.
    case .bool(let flag): return RuleExpression(text: Text(flag ? "true" : "false"), origin: value.origin)
    case .int(let number): return RuleExpression(text: Text(String(number)), origin: value.origin)
    default:
      report("rules/type", "expected an expression", value)
      return nil
    }
  }

  private func flag(_ value: Value?) -> Bool? {
    guard let value else { return nil }
    if let flag = value.bool { return flag }
    report("rules/type", "expected true or false", value)
    return nil
  }

  private func severity(_ value: Value?) -> Severity? {
    guard let value else { return nil }
    if let severity = value.string.flatMap(Severity.init(name:)) { return severity }
    report("rules/severity", "severity is 'error', 'warning' or 'info'", value)
    return nil
  }

  private func required(_ map: ValueMap, _ key: String, _ what: String, _ start: SourceSpan) -> String {
    let found = text(map[key])
    if found.isEmpty { missing(key, what, start) }
    return found
  }

  private func missing(_ key: String, _ what: String, _ span: SourceSpan) {
    sink.error("rules/missing", "\(what) has no '\(key)'", at: span)
  }

  func suggestion(_ name: String, _ known: [String]) -> String {
    nearestName(to: name, in: known).map { ", did you mean '\($0)'" } ?? ""
  }

  func check(_ map: ValueMap, _ known: [String], _ what: String) {
    for entry in map.entries where !known.contains(entry.key.string) {
      sink.error(
        "rules/unknown-key", "\(what) has no key '\(entry.key.string)'" + suggestion(entry.key.string, known),
        at: provenance.origins.editPlace(entry.keyOrigin))
    }
  }

  func report(_ code: String, _ message: String, _ value: Value?) {
    sink.error(code, message, at: value.flatMap { provenance.origins.editPlace($0.origin) })
  }
}
