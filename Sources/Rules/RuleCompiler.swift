import AccessModel
import CEL
import Kubernetes
import SourceText
import Values

/// A rule whose expressions are checked and planned.
package final class CompiledRule: Sendable {
  package let rule: RuleFile
  let bodies: [CompiledBody]

  init(rule: RuleFile, bodies: [CompiledBody]) {
    self.rule = rule
    self.bodies = bodies
  }
}

struct CompiledBody: Sendable {
  let match: RuleMatch
  let environment: CELEnvironment
  let conditions: [(name: String, program: CELProgram)]
  let variables: [(slot: Int, program: CELProgram)]
  let forEach: (slot: Int, program: CELProgram)?
  let validations: [CompiledValidation]
  /// nil for rules of our own form.
  var policy: AdmissionContext? = nil
}

struct CompiledValidation: Sendable {
  let expression: CELProgram
  let at: CELProgram?
  let message: MessageTemplate
  let label: MessageTemplate?
  let severity: Severity?
  let severityExpression: CELProgram?
  let help: MessageTemplate?
  let related: [(at: CELProgram, message: MessageTemplate, when: CELProgram?)]
}

/// Compiles rule files. Mistakes become diagnostics at the exact part of the expression.
package struct RuleCompiler {
  private let provenance: Provenance
  private let names: EnvironmentNames
  let sink: DiagnosticSink

  /// - Parameter provenance: that of the rule files.
  package init(provenance: Provenance, names: EnvironmentNames = .standard, sink: DiagnosticSink) {
    self.provenance = provenance
    self.names = names
    self.sink = sink
  }

  /// nil, with diagnostics, where some expression does not hold.
  package func compile(_ rule: RuleFile) -> CompiledRule? {
    let bodies = rule.bodies.compactMap { compile($0, rule.parameters) }
    let isExportable = rule.admission.map { check($0, rule.parameters) } ?? true
    return isExportable && bodies.count == rule.bodies.count ? CompiledRule(rule: rule, bodies: bodies) : nil
  }

  private func compile(_ rule: RuleBody, _ parameters: [RuleParameter]) -> CompiledBody? {
    var environment = rule.policy == nil ? RuleEnvironment.make(rule.match, names: names) : RuleEnvironment.admission()
    var failed = false
    for parameter in parameters {
      let type = CELType(declaration: parameter.type) ?? .dyn
      environment.declare("params.\(parameter.name)", type)
    }
    func program(_ expression: RuleExpression, _ wanted: CELType?, _ what: String) -> CELProgram? {
      let program = compile(expression, environment, wanted, what)
      if program == nil { failed = true }
      return program
    }
    var conditions: [(name: String, program: CELProgram)] = []
    func compileConditions() {
      for condition in rule.matchConditions {
        if let compiled = program(condition.expression, .bool, "match condition") { conditions.append((condition.name, compiled)) }
      }
    }
    // An API server judges a policy's conditions before its variables.
    if rule.policy != nil { compileConditions() }
    var variables: [(slot: Int, program: CELProgram)] = []
    for variable in rule.variables {
      guard let compiled = program(variable.expression, nil, "variable") else { continue }
      let name = "variables.\(variable.name)"
      environment.declare(name, compiled.type)
      if let slot = environment.slot(name) { variables.append((slot, compiled)) }
    }
    // Those of our own form may use variables, too.
    if rule.policy == nil { compileConditions() }
    var forEach: (slot: Int, program: CELProgram)?
    if let loop = rule.forEach, let compiled = program(loop.expression, nil, "forEach") {
      switch compiled.type {
      case .list(let item): environment.declare(loop.name, item)
      case .dyn: environment.declare(loop.name, .dyn)
      default:
        failed = true
        sink.error("rules/expression", "'forEach' is of type '\(compiled.type.name)', expected a list", at: place(loop.expression.origin))
      }
      if let slot = environment.slot(loop.name) { forEach = (slot, compiled) }
    }
    func message(_ message: RuleMessage?) -> MessageTemplate? {
      guard let message else { return nil }
      let compiled = template(message, environment)
      if compiled == nil { failed = true }
      return compiled
    }
    var validations: [CompiledValidation] = []
    for validation in rule.validations {
      guard let expression = program(validation.expression, .bool, "validation"), let text = message(validation.message)
      else { continue }
      var related: [(at: CELProgram, message: MessageTemplate, when: CELProgram?)] = []
      for place in validation.related {
        guard let at = program(place.at, nil, "at"), let text = message(place.message) else { continue }
        related.append((at, text, place.when.flatMap { program($0, .bool, "when") }))
      }
      validations.append(
        CompiledValidation(
          expression: expression, at: validation.at.flatMap { program($0, nil, "at") }, message: text,
          label: message(validation.label), severity: validation.severity,
          severityExpression: validation.severityExpression.flatMap { program($0, .string, "severityExpression") },
          help: message(validation.help), related: related))
    }
    if failed { return nil }
    return CompiledBody(
      match: rule.match, environment: environment, conditions: conditions, variables: variables, forEach: forEach,
      validations: validations, policy: rule.policy)
  }

  func place(_ origin: Origin) -> SourceSpan? { provenance.origins.editPlace(origin) }

  /// The place of a part of an expression: a scalar that stands as it is has no runs, one that does not (folded, escaped) has.
  private func place(_ text: Text, _ range: Range<Int>, _ origin: Origin) -> SourceSpan? {
    if text.runs.isEmpty, let whole = place(origin), whole.count == text.count {
      let start = Int(whole.start) + range.lowerBound
      return SourceSpan(source: whole.source, start..<max(start, Int(whole.start) + range.upperBound))
    }
    return place(text.origin(of: range, in: provenance.origins, whole: origin))
  }

  /// One whole expression.
  func compile(_ expression: RuleExpression, _ environment: CELEnvironment, _ wanted: CELType?, _ what: String) -> CELProgram? {
    compile(expression.text, 0..<expression.text.count, expression.origin, environment, wanted, what)
  }

  private func compile(
    _ text: Text, _ range: Range<Int>, _ origin: Origin, _ environment: CELEnvironment, _ wanted: CELType?, _ what: String
  ) -> CELProgram? {
    let source = String(decoding: text.bytes[range.clamped(to: 0..<text.count)], as: UTF8.self)
    func report(_ message: String, _ inner: Range<Int>) {
      let shifted = (inner.lowerBound + range.lowerBound)..<(inner.upperBound + range.lowerBound)
      sink.error("rules/expression", message, at: place(text, shifted, origin))
    }
    do throws(ExpressionProblem) {
      let program = try environment.compile(source)
      if let wanted, program.type != wanted, program.type != .dyn, program.type != .nullable(wanted) {
        report("\(what) is of type '\(program.type.name)', expected '\(wanted.name)'", 0..<range.count)
        return nil
      }
      return program
    } catch {
      report(error.message, error.range)
      return nil
    }
  }

  private func template(_ message: RuleMessage, _ environment: CELEnvironment) -> MessageTemplate? {
    switch message {
    case .expression(let expression):
      return compile(expression.text, 0..<expression.text.count, expression.origin, environment, .string, "message")
        .map { MessageTemplate(pieces: [.program($0)]) }
    case .template(let template):
      guard let parts = MessageTemplate.split(template.text.bytes) else {
        sink.error("rules/message", "a brace in the message is not closed, or stands alone", at: place(template.origin))
        return nil
      }
      var pieces: [MessageTemplate.Piece] = []
      for part in parts {
        guard part.isExpression else {
          pieces.append(.text(String(decoding: template.text.bytes[part.range], as: UTF8.self)))
          continue
        }
        guard let program = compile(template.text, part.range, template.origin, environment, nil, "message") else { return nil }
        pieces.append(.program(program))
      }
      return MessageTemplate(pieces: pieces)
    }
  }
}
