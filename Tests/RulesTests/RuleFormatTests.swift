import AccessModel
import BuiltinRules
import SourceText
import Testing
import Values

@testable import Rules

private func load(_ text: String) -> (pack: RulePack, messages: [String]) {
  let provenance = Provenance()
  let sink = DiagnosticSink()
  let pack = RulePack.load([("rules/csi/sample-rule.yaml", Array(text.utf8))], provenance: provenance, sink: sink)
  let messages = sink.diagnostics.map { diagnostic in
    (diagnostic.span.map { provenance.sources.describe($0).replacing("rules/csi/sample-rule.yaml:", with: "") } ?? "-") + " " + diagnostic.message
  }
  return (pack, messages)
}

private let head = """
  title: Sample
  severity: error
  why: it breaks
  remediation: Do it.
  match: { node: driver }

  """

@Suite struct RuleFormatTests {
  @Test func aRuleCompiles() {
    let (pack, messages) = load(head + """
      parameters:
        - { name: interval, type: string, default: 2m }
      variables:
        - { name: wanted, expression: goDuration(params.interval) }
      validations:
        - expression: goDuration(driver.rotationInterval) == variables.wanted
          at: driver.rotationInterval
          message: "`{driver.name}` polls every {driver.rotationInterval}, not {{{params.interval}}}"
      """)
    #expect(messages == [])
    #expect(pack.rules.map(\.rule.id) == ["sample-rule"])
    #expect(pack.rules.first?.rule.category == "csi")
  }

  struct Mistake: CustomTestStringConvertible, Sendable {
    let body: String
    let message: String
    var testDescription: String { message }
  }

  @Test(arguments: [
    Mistake(
      body: "validations:\n  - expression: driver.rotationEnbled\n    message: x\n",
      message: "7:17 'driver' has no field 'rotationEnbled', did you mean 'rotationEnabled'"),
    Mistake(
      body: "validations:\n  - expresion: true\n    message: x\n",
      message: "7:5 validation has no key 'expresion', did you mean 'expression'"),
    Mistake(
      body: "validations:\n  - expression: driver.name\n    message: x\n",
      message: "7:17 validation is of type 'string', expected 'bool'"),
    Mistake(
      body: "validations:\n  - expression: true\n    message: 'no {driver.nam}'\n",
      message: "8:19 'driver' has no field 'nam', did you mean 'name'"),
    Mistake(
      body: "validations:\n  - expression: true\n    message: 'open {driver'\n",
      message: "8:15 a brace in the message is not closed, or stands alone"),
    Mistake(
      body: "variables:\n  - { name: a, expression: '1' }\nvalidations:\n  - expression: variables.b == 1\n    message: x\n",
      message: "9:17 'variables' has no 'b', did you mean 'a'"),
  ])
  func mistakesAreLocated(_ mistake: Mistake) {
    let (pack, messages) = load(head + mistake.body)
    #expect(pack.rules.isEmpty)
    #expect(messages.first == mistake.message)
  }

  @Test func missingPartsAreNamed() {
    let (_, messages) = load("title: x\nmatch: { node: drivr }\n")
    #expect(messages.contains("1:1 rule has no 'severity'"))
    #expect(messages.contains("1:1 rule has no 'why'"))
    #expect(messages.contains("1:1 rule has no 'validations'"))
    #expect(messages.contains("2:16 there is no node type 'drivr', did you mean 'driver'"))
  }

  @Test func everyBuiltInRuleCompiles() {
    let provenance = Provenance()
    let sink = DiagnosticSink()
    let pack = RulePack.load(BuiltinRules.files, provenance: provenance, sink: sink)
    let problems = sink.diagnostics.map { ($0.span.map(provenance.sources.describe) ?? "") + " " + $0.message }
    #expect(problems == [])
    #expect(pack.rules.count == BuiltinRules.files.count)
    for rule in pack.rules {
      #expect(rule.rule.examples.contains { $0.outcome == .fail }, "\(rule.rule.id) has no failing example")
      #expect(rule.rule.examples.contains { $0.outcome == .pass }, "\(rule.rule.id) has no passing example")
    }
    #expect(Set(pack.rules.map(\.rule.title)).count == pack.rules.count, "two rules have one title")
  }
}

@Suite struct RuleEngineTests {
  private func node(_ id: String, _ fields: [(String, Value)], origin: UInt32) -> ModelNode {
    ModelNode(.driver, id: id, title: id, fields: ValueMap(fields), origin: Origin(rawValue: origin))
  }

  private func run(_ body: String, _ nodes: [ModelNode]) throws -> RuleRun {
    let (pack, messages) = load(head + body)
    #expect(messages == [])
    return RuleEngine.run(pack.rules, graph: AccessGraph(nodes: [.driver: nodes]), provenance: Provenance())
  }

  @Test func violationsUnknownsAndSatisfiedAreKeptApart() throws {
    let nodes = [
      node("a", [("name", .string("a")), ("rotationEnabled", .bool(false, Origin(rawValue: 7)))], origin: 1),
      node("b", [("name", .string("b")), ("rotationEnabled", .bool(true))], origin: 2),
      node("c", [("name", .string("c")), ("rotationEnabled", .unknown("remote values"))], origin: 3),
      node("d", [("name", .string("skip")), ("rotationEnabled", .bool(false))], origin: 4),
    ]
    let result = try run(
      """
      matchConditions:
        - { name: not skipped, expression: "driver.name != 'skip'" }
      validations:
        - expression: driver.rotationEnabled
          at: driver.rotationEnabled
          message: "driver `{driver.name}` is off"
          help: "set it"
          related:
            - { at: driver, message: "of this driver" }
      """, nodes)
    #expect(result.results.map(\.message) == ["driver `a` is off", "Sample"])
    #expect(result.results.map(\.outcome) == [.violated, .unknown("remote values")])
    #expect(result.results.first?.at == Origin(rawValue: 7))
    #expect(result.results.first?.related.map(\.origin) == [Origin(rawValue: 1)])
    #expect(result.satisfied == 1)
    #expect(result.notApplicable == 1)
    #expect(result.failures.isEmpty)
  }

  @Test func forEachJudgesEveryItem() throws {
    let items: [Value] = ["x", "yy", "zzz"].enumerated().map { .string(Text($1), Origin(rawValue: UInt32(10 + $0))) }
    let result = try run(
      """
      forEach: { name: item, expression: driver.tokenAudiences }
      validations:
        - expression: size(item) != 2
          message: "`{item}` has two letters"
      """, [node("a", [("tokenAudiences", .list(items))], origin: 1)])
    #expect(result.results.map(\.message) == ["`yy` has two letters"])
    #expect(result.results.map(\.at) == [Origin(rawValue: 11)])
    #expect(result.satisfied == 2)
  }

  @Test func errorsInExpressionsAreFailuresNotFindings() throws {
    let result = try run(
      "validations:\n  - { expression: 'driver.tokenAudiences[3] == \"x\"', message: x }\n",
      [node("a", [("tokenAudiences", .list([]))], origin: 1)])
    #expect(result.results.isEmpty)
    #expect(result.failures.map(\.message) == ["index out of bounds: 3"])
  }
}
