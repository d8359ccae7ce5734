import AccessModel
import CEL
import SourceText
import Values

/// What one validation of a rule says about one node. Fine ones are only counted.
package struct RuleResult: Sendable {
  package enum Outcome: Sendable, Equatable {
    case violated
    /// Not decided, and on what it depends.
    case unknown(String)
  }

  package var rule: RuleFile
  package var node: ModelNode
  package var outcome: Outcome
  package var severity: Severity
  package var message: String
  /// What the caret says at `at`; may be empty.
  package var label: String
  /// A concrete value to write; may be empty.
  package var help: String
  /// The primary place.
  package var at: Origin
  package var related: [(origin: Origin, message: String)]
}

/// An expression of a rule that failed while it was evaluated: a defect of the rule.
package struct RuleFailure: Sendable {
  package var rule: RuleFile
  package var node: ModelNode
  package var message: String
}

/// All that a run of rules gave.
package struct RuleRun: Sendable {
  /// Violated and unknown ones, by rule, then node, then validation.
  package var results: [RuleResult] = []
  package var failures: [RuleFailure] = []
  package var satisfied = 0
  /// Nodes that a match condition left out.
  package var notApplicable = 0
  /// Violations that gave way to another rule's.
  package var yielded = 0

  package init() {}

  fileprivate mutating func add(_ other: RuleRun) {
    results += other.results
    failures += other.failures
    satisfied += other.satisfied
    notApplicable += other.notApplicable
  }
}

/// Evaluates compiled rules over the nodes of a model.
package enum RuleEngine {
  /// - Parameters:
  ///   - provenance: that of the linted repository; decides whether two findings have one cause.
  ///   - parameters: rule id → parameter → value, where a configuration sets them.
  package static func run(
    _ rules: [CompiledRule], graph: AccessGraph, provenance: Provenance, parameters: [String: [String: Value]] = [:]
  ) -> RuleRun {
    var whole = run(rules.flatMap { rule in rule.bodies.filter { !isAboutQuestions($0) }.map { (rule.rule, $0) } }, graph, provenance, parameters)
    let later = rules.flatMap { rule in rule.bodies.filter(isAboutQuestions).map { (rule.rule, $0) } }
    if !later.isEmpty {
      var graph = graph
      graph.nodes[.openQuestion] = questions(whole.results)
      whole.add(run(later, graph, provenance, parameters))
    }
    Yielding.apply(&whole, provenance)
    return whole
  }

  private static func isAboutQuestions(_ body: CompiledBody) -> Bool { body.match == .node(NodeType.openQuestion.rawValue) }

  /// What rules could not decide, as nodes.
  private static func questions(_ results: [RuleResult]) -> [ModelNode] {
    var nodes: [ModelNode] = []
    for result in results {
      guard case .unknown(let reason) = result.outcome else { continue }
      let at = result.at
      let fields = ValueMap([
        ("rule", .string(result.rule.id, at)), ("subject", .string(result.node.title, at)), ("reason", .string(reason, at)),
      ])
      nodes.append(ModelNode(.openQuestion, id: "openQuestion/\(nodes.count)", title: result.node.title, fields: fields, origin: at))
    }
    return nodes
  }

  private static func run(
    _ work: [(RuleFile, CompiledBody)], _ graph: AccessGraph, _ provenance: Provenance, _ parameters: [String: [String: Value]]
  ) -> RuleRun {
    let root = Value(.object(ModelRoot(graph)))
    let work = work.sorted { $0.0.id.bytesPrecede($1.0.id) }
    let parts = Parallel.map(work.count) { index in
      let (rule, body) = work[index]
      return RuleEvaluation(rule, body, root: root, origins: provenance.origins, parameters: parameters[rule.id] ?? [:]).run(graph)
    }
    var whole = RuleRun()
    for part in parts { whole.add(part) }
    return whole
  }
}

/// One rule over all its nodes.
private struct RuleEvaluation {
  let rule: RuleFile
  let compiled: CompiledBody
  let root: Value
  let origins: OriginTable
  let parameters: [String: Value]
  var run = RuleRun()

  init(_ rule: RuleFile, _ compiled: CompiledBody, root: Value, origins: OriginTable, parameters: [String: Value]) {
    self.origins = origins
    self.rule = rule
    self.compiled = compiled
    self.root = root
    self.parameters = parameters
  }

  func run(_ graph: AccessGraph) -> RuleRun {
    var copy = self
    switch compiled.match {
    case .node(let name):
      for node in NodeType(rawValue: name).map({ graph[$0] }) ?? [] { copy.evaluate(node) }
    case .kinds(let kinds):
      let patterns = kinds.map(KindPattern.init)
      for node in graph[.object] where patterns.contains(where: { $0.matches(node) }) {
        if let policy = compiled.policy { copy.admit(node, policy, graph) } else { copy.evaluate(node) }
      }
    }
    return copy.run
  }

  private mutating func evaluate(_ node: ModelNode) {
    var activation = CELActivation(compiled.environment)
    func bind(_ name: String, _ value: Value) {
      if let slot = compiled.environment.slot(name) { activation.set(slot, value) }
    }
    bind("node", node.value)
    switch compiled.match {
    case .node(let name): bind(name, node.value)
    case .kinds: bind("object", node.fields["object"] ?? .null)
    }
    bind("model", root)
    for parameter in rule.parameters { bind("params.\(parameter.name)", parameters[parameter.name] ?? parameter.defaultValue) }
    for (slot, program) in compiled.variables {
      activation.set(slot, program: program)
    }
    do throws(CELError) {
      guard try applies(activation, node) else { return }
      guard let (slot, program) = compiled.forEach else {
        try validate(activation, node, item: nil)
        return
      }
      let list = try program.evaluate(activation)
      if case .unknown(let unknown) = list.payload {
        undecided(node, unknown.reason, at: list.origin)
        return
      }
      for item in list.list ?? [] {
        activation.set(slot, item)
        try validate(activation, node, item: item)
      }
    } catch {
      run.failures.append(RuleFailure(rule: rule, node: node, message: error.message))
    }
  }

  /// Judges an object as the API server does: an expression that fails refuses it, unless the policy ignores failures.
  private mutating func admit(_ node: ModelNode, _ policy: AdmissionContext, _ graph: AccessGraph) {
    let request = AdmissionRequest(node, graph: graph)
    switch policy.matches(request) {
    case false?: return
    case nil: return undecided(node, "the labels of namespace '\(request.namespace)' are not known", at: node.origin)
    case true?: break
    }
    var activation = CELActivation(compiled.environment)
    let values: [(String, Value)] = [
      ("object", request.object), ("oldObject", .null), ("request", request.value), ("params", policy.params),
      ("namespaceObject", request.namespaceObject ?? .unknown("the namespace is not in the repository")),
    ]
    for (name, value) in values { if let slot = compiled.environment.slot(name) { activation.set(slot, value) } }
    for (slot, program) in compiled.variables { activation.set(slot, program: program) }
    do throws(CELError) {
      guard try applies(activation, node) else { return }
    } catch {
      if !policy.ignoresErrors { refuse(node, "match condition failed: \(error.message)", rule.severity, at: node.origin) }
      return
    }
    for (index, validation) in compiled.validations.enumerated() {
      let blamed = AdmissionBlame.origin(rule.bodies.first?.validations[safe: index]?.expression.text ?? Text(""), request.object)
      let at = blamed.isKnown ? blamed : node.origin
      let severity = validation.severity ?? rule.severity
      do throws(CELError) {
        let value = try validation.expression.evaluate(activation)
        if case .unknown(let unknown) = value.payload {
          undecided(node, unknown.reason, at: at)
        } else if value.bool == true {
          run.satisfied += 1
        } else {
          let text: String
          do throws(CELError) {
            text = try validation.message.text(activation)
          } catch {
            text = policy.fallbacks[safe: index] ?? rule.title
          }
          refuse(node, text, severity, at: at)
        }
      } catch {
        if !policy.ignoresErrors { refuse(node, "expression failed: \(error.message)", severity, at: at) }
      }
    }
  }

  private mutating func refuse(_ node: ModelNode, _ message: String, _ severity: Severity, at: Origin) {
    run.results.append(
      RuleResult(
        rule: rule, node: node, outcome: .violated, severity: severity, message: "\(node.title): \(message)", label: "", help: "", at: at,
        related: []))
  }

  private mutating func undecided(_ node: ModelNode, _ reason: String, at: Origin) {
    run.results.append(
      RuleResult(
        rule: rule, node: node, outcome: .unknown(reason), severity: rule.severity, message: rule.title, label: "", help: "",
        at: at.isKnown ? at : node.origin, related: []))
  }

  private mutating func applies(_ activation: CELActivation, _ node: ModelNode) throws(CELError) -> Bool {
    var open: Value?
    for condition in compiled.conditions {
      let value = try condition.program.evaluate(activation)
      if value.isUnknown {
        open = open ?? value
      } else if value.bool != true {
        run.notApplicable += 1
        return false
      }
    }
    if case .unknown(let unknown)? = open?.payload {
      undecided(node, unknown.reason, at: open?.origin ?? .none)
      return false
    }
    return true
  }

  private mutating func validate(_ activation: CELActivation, _ node: ModelNode, item: Value?) throws(CELError) {
    for validation in compiled.validations {
      let value = try validation.expression.evaluate(activation)
      let outcome: RuleResult.Outcome
      switch value.payload {
      case .unknown(let unknown): outcome = .unknown(unknown.reason)
      case .bool(true):
        run.satisfied += 1
        continue
      case .bool(false): outcome = .violated
      default: throw CELError("the validation gave no bool")
      }
      var at = validation.at?.origin(activation, in: origins) ?? item?.origin ?? .none
      if !at.isKnown { at = node.origin }
      if case .unknown = outcome {
        run.results.append(
          RuleResult(
            rule: rule, node: node, outcome: outcome, severity: rule.severity, message: rule.title, label: "", help: "", at: at,
            related: []))
        continue
      }
      var severity = validation.severity ?? rule.severity
      if let program = validation.severityExpression {
        let name = try program.evaluate(activation)
        if let text = name.string {
          guard let given = Severity(name: text) else { throw CELError("'\(text)' is no severity") }
          severity = given
        }
      }
      var related: [(origin: Origin, message: String)] = []
      for place in validation.related {
        if let when = place.when, try when.evaluate(activation).bool != true { continue }
        let origin = place.at.origin(activation, in: origins)
        if origin.isKnown, origin != at { related.append((origin, try place.message.text(activation))) }
      }
      run.results.append(
        RuleResult(
          rule: rule, node: node, outcome: .violated, severity: severity, message: try validation.message.text(activation),
          label: try validation.label?.text(activation) ?? "", help: try validation.help?.knownText(activation) ?? "",
          at: at,
          related: related))
    }
  }
}

/// `group/version/Kind` of a rule's match, where `*` is any word.
struct KindPattern {
  private let group: String?
  private let version: String?
  private let kind: String

  init(_ text: String) {
    let parts = text.split(separator: "/").map(String.init)
    kind = parts.last ?? ""
    version = parts.count > 1 ? parts[parts.count - 2] : nil
    group = parts.count > 2 ? parts[parts.count - 3] : nil
  }

  func matches(_ node: ModelNode) -> Bool {
    guard kind == "*" || node.fields["kind"]?.string == kind else { return false }
    let apiVersion = node.fields["apiVersion"]?.string ?? ""
    let parts = apiVersion.split(separator: "/").map(String.init)
    let own = (group: parts.count > 1 ? parts[0] : "", version: parts.last ?? "")
    return (version == nil || version == "*" || version == own.version) && (group == nil || group == "*" || group == own.group)
  }
}

/// One root cause, one finding: drops violations of rules that yield to another rule's violation of the same cause, which is the same
/// node, a node next to it, or the same line to edit.
enum Yielding {
  /// A line to edit; a file that several renderings read is registered several times, so by path.
  private struct Line: Hashable {
    var path: String
    var start: UInt32
    var end: UInt32

    init?(_ origin: Origin, _ provenance: Provenance) {
      guard let span = provenance.origins.editPlace(origin), let file = provenance.sources.file(span.source) else { return nil }
      path = file.path
      start = span.start
      end = span.end
    }
  }

  static func apply(_ run: inout RuleRun, _ provenance: Provenance) {
    let wanted = Set(run.results.flatMap { $0.outcome == .violated ? $0.rule.yieldsTo : [] })
    guard !wanted.isEmpty else { return }
    struct Found {
      var nodes: Set<ObjectIdentifier> = []
      var places: Set<Line> = []
    }
    // An error or a warning does not yield to a mere note: that would let a sync pass.
    var violations: [String: [Bool: Found]] = [:]
    for result in run.results where result.outcome == .violated && wanted.contains(result.rule.id) {
      let isNote = result.severity == .info
      violations[result.rule.id, default: [:]][isNote, default: Found()].nodes.insert(ObjectIdentifier(result.node))
      if let place = Line(result.at, provenance) { violations[result.rule.id, default: [:]][isNote, default: Found()].places.insert(place) }
    }
    let before = run.results.count
    run.results.removeAll { result in
      guard result.outcome == .violated else { return false }
      for other in result.rule.yieldsTo {
        for isNote in result.severity == .info ? [false, true] : [false] {
          guard let found = violations[other]?[isNote] else { continue }
          if found.nodes.contains(ObjectIdentifier(result.node)) { return true }
          if let place = Line(result.at, provenance), found.places.contains(place) { return true }
          for neighbour in neighbours(result.node) where found.nodes.contains(ObjectIdentifier(neighbour)) { return true }
        }
      }
      return false
    }
    run.yielded = before - run.results.count
  }

  /// Nodes that a node's fields hold, without those that nearly everything hangs on.
  private static func neighbours(_ node: ModelNode) -> [ModelNode] {
    var result: [ModelNode] = []
    func add(_ value: Value) {
      if let other = value.object as? ModelNode, other.type != .deployment, other.type != .application { result.append(other) }
    }
    for entry in node.fields.entries {
      add(entry.value)
      for item in entry.value.list ?? [] { add(item) }
    }
    return result
  }
}

extension Array {
  fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
