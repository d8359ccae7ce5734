import CEL
import Kubernetes
import SourceText
import Testing
import Values

@testable import Rules

@Suite struct FunctionTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let expression: String
    let expected: String
    init(_ expression: String, _ expected: String) {
      self.expression = expression
      self.expected = expected
    }
    var testDescription: String { expression }
  }

  @Test(arguments: [
    Case("goDuration('120s') == goDuration('2m')", "true"),
    Case("goDuration('1m60s') == goDuration('2m0s')", "true"),
    Case("goDuration('120').hasValue()", "false"),
    Case("goDuration('2min').hasValue()", "false"),
    Case("goDuration('1d').hasValue()", "false"),
    Case("goDuration('0').hasValue()", "true"),
    Case("goDuration('-1.5h').value() < duration('0s')", "true"),
    Case("environments.canonical('prod')", "production"),
    Case("environments.canonical('product')", ""),
    Case("environments.same('dev', 'Development')", "true"),
    Case("environments.same('web', 'api')", "false"),
    Case("environments.inName('web-prod-eu')", "production"),
    Case("environments.ofPath('staging/web/db')", "staging"),
    Case("environments.ofPath('web-staging/db')", ""),
    Case("environments.isShared('common')", "true"),
    Case("glob('production/*', 'production/web/db')", "true"),
    Case("glob('production/*', 'productions/web')", "false"),
    Case("glob('a?c*', 'abcdef')", "true"),
    Case("glob('', '')", "true"),
    Case("glob('*a*a*a*', 'aa')", "false"),
    Case("nearest('web-secrts', ['api', 'web-secrets'])", "web-secrets"),
    Case("nearest('x', ['api'])", ""),
    Case("quoted(['a', 'b'])", "`a`, `b`"),
    Case("counted(1, 'rule', 'rules') + ', ' + counted(3, 'rule', 'rules')", "1 rule, 3 rules"),
    Case("arn('arn:aws:iam::731848255912:role/x').value().account", "731848255912"),
    Case("arn('arn:aws:iam').hasValue()", "false"),
  ])
  func functionsGive(_ test: Case) throws {
    var environment = CELEnvironment()
    environment.add(RuleFunctions.all(.standard))
    let program = try environment.compile(test.expression)
    #expect(MessageTemplate.show(try program.evaluate(CELActivation(environment))) == test.expected)
  }

  @Test func keyOfPointsAtTheKey() throws {
    var environment = CELEnvironment()
    environment.add(RuleFunctions.all(.standard))
    environment.declare("map", .map(.string, .string))
    let map = ValueMap()
    map.set(Text("name"), .string(Text("x"), Origin(rawValue: 2)), keyOrigin: Origin(rawValue: 3))
    var activation = CELActivation(environment)
    activation.set(0, .map(map, Origin(rawValue: 1)))
    #expect(try environment.compile("keyOf(map, 'name')").origin(activation, in: OriginTable()) == Origin(rawValue: 3))
    #expect(try environment.compile("keyOf(map, 'other')").origin(activation, in: OriginTable()) == Origin(rawValue: 1))
  }

  @Test func everyFunctionIsDocumented() {
    for function in RuleFunctions.all(.standard) { #expect(!function.documentation.isEmpty, "\(function.name)") }
  }
}

@Suite struct TemplateTests {
  @Test func bracesAreCut() {
    func pieces(_ text: String) -> [String]? {
      MessageTemplate.split(Array(text.utf8))?.map { piece in
        let part = String(decoding: Array(text.utf8)[piece.range], as: UTF8.self)
        return piece.isExpression ? "<\(part)>" : part
      }
    }
    #expect(pieces("a {b} c") == ["a ", "<b>", " c"])
    #expect(pieces("{{x}}") == ["{", "x}"])
    #expect(pieces("{'}' + {'a': 1}.a}") == ["<'}' + {'a': 1}.a>"])
    #expect(pieces("open {") == nil)
    #expect(pieces("} close") == nil)
    #expect(pieces("{'unclosed}") == nil)
    #expect(pieces("") == [])
  }
}
