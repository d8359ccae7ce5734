import SourceText
import Testing
import Values

@testable import CEL

/// An expression and what it gives: as text, `error`, or `unknown`.
struct ExpressionCase: CustomTestStringConvertible, Sendable {
  let expression: String
  let expected: String
  init(_ expression: String, _ expected: String) {
    self.expression = expression
    self.expected = expected
  }
  var testDescription: String { expression }
}

/// The outcome of an expression over a few variables, as text.
func outcome(_ expression: String, checked: Bool = true) -> String {
  var environment = CELEnvironment()
  environment.isChecked = checked
  environment.stepLimit = 200_000
  environment.declare("gone", .dyn)
  environment.declare("names", .list(.string))
  environment.declare("partial", .list(.dyn))
  environment.declare("pod", .object("pod"))
  environment.objects["pod"] = ["name": .string, "image": .nullable(.string), "owner": .object("pod"), "labels": .map(.string, .string)]
  do {
    let program = try environment.compile(expression)
    var activation = CELActivation(environment)
    let values: [(String, Value)] = [
      ("gone", .unknown("not in the repository")),
      ("names", .list([.string("a"), .string("b")])),
      ("partial", .list([.int(1), .unknown("x")])),
      ("pod", .map(ValueMap([("name", .string("web")), ("image", .null), ("labels", .map(ValueMap([("app", .string("web"))])))]))),
    ]
    for (name, value) in values { if let slot = environment.slot(name) { activation.set(slot, value) } }
    let value = try program.evaluate(activation)
    return value.isUnknown ? "unknown" : JSONWriter().string(CELWire.encode(value))
  } catch let problem as ExpressionProblem {
    return "problem: \(problem.message)"
  } catch let error as CELError {
    return "error: \(error.message)"
  } catch {
    return "?"
  }
}

@Suite struct UnknownTests {
  static let cases = [
    ExpressionCase("gone && false", #"{"bool":false}"#),
    ExpressionCase("false && gone", #"{"bool":false}"#),
    ExpressionCase("gone || true", #"{"bool":true}"#),
    ExpressionCase("gone && true", "unknown"),
    ExpressionCase("gone || 1 / 0 > 0", "unknown"),
    ExpressionCase("!gone", "unknown"),
    ExpressionCase("gone == 1", "unknown"),
    ExpressionCase("gone ? 1 : 2", "unknown"),
    ExpressionCase("has(gone.a)", "unknown"),
    ExpressionCase("gone.a.b[0].startsWith('x')", "unknown"),
    ExpressionCase("gone.?a.orValue('x')", "unknown"),
    ExpressionCase("gone.all(x, x)", "unknown"),
    ExpressionCase("names.exists(n, n == 'b' || gone)", #"{"bool":true}"#),
    ExpressionCase("names.all(n, n == 'b' && gone)", #"{"bool":false}"#),
    ExpressionCase("names.filter(n, gone)", "unknown"),
    ExpressionCase("1 in partial", #"{"bool":true}"#),
    ExpressionCase("2 in partial", "unknown"),
    ExpressionCase("partial == [1]", #"{"bool":false}"#),
    ExpressionCase("partial == [2, 2]", #"{"bool":false}"#),
    ExpressionCase("partial == [1, 2]", "unknown"),
    ExpressionCase("size(partial)", #"{"int":"2"}"#),
    ExpressionCase("'a' + gone", "unknown"),
  ]

  @Test(arguments: cases) func unknownsPropagateUnlessDecided(_ test: ExpressionCase) {
    #expect(outcome(test.expression) == test.expected)
  }
}

@Suite struct CheckingTests {
  static let cases = [
    ExpressionCase("pod.nam", "problem: 'pod' has no field 'nam', did you mean 'name'"),
    ExpressionCase("pod.owner.owner.name + 1", "problem: '+' does not take (string, int)"),
    ExpressionCase("nmaes", "problem: nothing is called 'nmaes' here, did you mean 'names'"),
    ExpressionCase("pod.name.startWith('a')", "problem: there is no function 'startWith', did you mean 'startsWith'"),
    ExpressionCase("pod.name.startsWith(1)", "problem: 'startsWith' does not take (string, int)"),
    ExpressionCase("names.all(n, n)", "problem: the predicate of 'all' is of type 'string', expected 'bool'"),
    ExpressionCase("names.all(n + 1, true)", "problem: expected a simple name for the variable of a macro"),
    ExpressionCase("pod.image == null", #"{"bool":true}"#),
    ExpressionCase("pod.name ? 1 : 2", "problem: the condition of '?:' is of type 'string', expected 'bool'"),
    ExpressionCase("for", "problem: 'for' is a reserved word"),
    ExpressionCase("1 +", "problem: unexpected end of the expression, expected an expression"),
    ExpressionCase("'a", "problem: string is not closed"),
    ExpressionCase("pod{}", "problem: messages cannot be built here: there are no protocol buffer types"),
  ]

  @Test(arguments: cases) func mistakesAreFoundBeforeEvaluation(_ test: ExpressionCase) {
    #expect(outcome(test.expression) == test.expected)
  }

  @Test func deepExpressionsAreRefused() {
    let deep = String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000)
    #expect(outcome(deep).hasPrefix("problem: expression is nested"))
    #expect(outcome(String(repeating: "1 + ", count: 5000) + "1").hasPrefix("problem: expression is nested"))
    #expect(outcome(String(repeating: "true && ", count: 5000) + "true") == #"{"bool":true}"#)
  }

  @Test func workIsBounded() {
    let range = "lists.range(400)"
    #expect(outcome("\(range).all(a, \(range).all(b, a + b >= 0)) && \(range).all(a, \(range).all(b, a + b >= 0))").hasPrefix("error: evaluation takes more"))
  }
}

@Suite struct LanguageTests {
  static let cases = [
    ExpressionCase("1 + 2 * 3 == 7 // comment", #"{"bool":true}"#),
    ExpressionCase("{'a': 1}.?b.orValue(5)", #"{"int":"5"}"#),
    ExpressionCase("[1, 2, 3].map(x, x > 1, x * 2)", #"{"list":[{"int":"4"},{"int":"6"}]}"#),
    ExpressionCase("{'a': 1, 'b': 2}.transformList(k, v, k + string(v))", #"{"list":[{"string":"a1"},{"string":"b2"}]}"#),
    ExpressionCase("string(1e6)", #"{"string":"1e+06"}"#),
    ExpressionCase("string(duration('1h30m'))", #"{"string":"5400s"}"#),
    ExpressionCase("'%s has %d'.format(['x', 2])", #"{"string":"x has 2"}"#),
    ExpressionCase("'a/b/c'.split('/', 2)", #"{"list":[{"string":"a"},{"string":"b/c"}]}"#),
    ExpressionCase("'abc'.replace('', '-')", #"{"string":"-a-b-c-"}"#),
    ExpressionCase("'héllo'.substring(1, 3)", #"{"string":"él"}"#),
    ExpressionCase("names.join(',')", #"{"string":"a,b"}"#),
    ExpressionCase("'x-12'.find('[0-9]+')", #"{"string":"12"}"#),
    ExpressionCase("[3, 1, 2].sort()", #"{"list":[{"int":"1"},{"int":"2"},{"int":"3"}]}"#),
    ExpressionCase("sets.intersects(names, ['b'])", #"{"bool":true}"#),
    ExpressionCase("[1][1]", "error: index out of bounds: 1"),
    ExpressionCase("{'a': 1}.b", "error: no such key: 'b'"),
    ExpressionCase("9223372036854775807 + 1", "error: integer overflow"),
  ]

  @Test(arguments: cases) func expressionsEvaluate(_ test: ExpressionCase) {
    #expect(outcome(test.expression) == test.expected)
  }
}

@Suite struct OriginTests {
  private func origin(_ expression: String) throws -> UInt32 {
    var environment = CELEnvironment()
    environment.declare("object", .dyn)
    let inner = ValueMap()
    inner.set(Text("image"), .string(Text("nginx"), Origin(rawValue: 3)), keyOrigin: Origin(rawValue: 4))
    let root = Value.map(
      ValueMap([("spec", .map(inner, Origin(rawValue: 2))), ("list", .list([.int(5, Origin(rawValue: 7))], Origin(rawValue: 6)))]),
      Origin(rawValue: 1))
    var activation = CELActivation(environment)
    activation.set(try #require(environment.slot("object")), root)
    return try environment.compile(expression).origin(activation, in: OriginTable()).rawValue
  }

  @Test func membersKeepTheirOrigins() throws {
    #expect(try origin("object.spec.image") == 3)
    #expect(try origin("object.list[0]") == 7)
    #expect(try origin("object.?spec.?image") == 3)
    #expect(try origin("object.list.filter(x, x == 5)[0]") == 7)
    #expect(try origin("object.spec.filter(k, true)[0]") == 4)
  }

  @Test func absentMembersPointAtTheNearestParent() throws {
    #expect(try origin("object.spec.tag.digest") == 2)
    #expect(try origin("object.spec.?tag") == 2)
    #expect(try origin("object.none[3].x") == 1)
  }

  @Test func concatenationKeepsRuns() throws {
    var environment = CELEnvironment()
    environment.declare("a", .string)
    var activation = CELActivation(environment)
    activation.set(0, .string(Text("env"), Origin(rawValue: 9)))
    let value = try environment.compile("'x/' + a").evaluate(activation)
    #expect(value.string == "x/env")
    #expect(value.text?.runs == [OriginRun(start: 2, end: 5, origin: Origin(rawValue: 9))])
  }
}

/// What cel-go's and Kubernetes' libraries do beyond the language, and where the language definition has the last word.
@Suite struct LibraryEdgeTests {
  static let cases = [
    ExpressionCase("[{'a': 2}, {'a': 1}].sortBy(x, x.a).map(x, x.a)", #"{"list":[{"int":"1"},{"int":"2"}]}"#),
    ExpressionCase("['bb', 'a', 'ccc'].sortBy(s, -size(s))[0]", #"{"string":"ccc"}"#),
    ExpressionCase("[].sortBy(x, x)", #"{"list":[]}"#),
    ExpressionCase("[1, 2].sortBy(x, gone)", "unknown"),
    ExpressionCase("regex.extractAll('a1b2', '[a-z]([0-9])')", #"{"list":[{"string":"1"},{"string":"2"}]}"#),
    ExpressionCase("regex.extractAll('a1b2', '[a-z]')", #"{"list":[{"string":"a"},{"string":"b"}]}"#),
    ExpressionCase("regex.replace('aaa', 'a', 'b', 2)", #"{"string":"bba"}"#),
    ExpressionCase("regex.replace('aaa', 'a', 'b', 0)", #"{"string":"aaa"}"#),
    ExpressionCase("regex.replace('aaa', 'a', 'b', -1)", #"{"string":"bbb"}"#),
    ExpressionCase("url('https://example.com/path with spaces/').getEscapedPath()", #"{"string":"/path%20with%20spaces/"}"#),
    ExpressionCase("url('https://example.com/a%20b').getEscapedPath()", #"{"string":"/a%20b"}"#),
    ExpressionCase("isURL('https://a:b:c/')", #"{"bool":false}"#),
    ExpressionCase("isURL('https://[::1/')", #"{"bool":false}"#),
    ExpressionCase("isURL('https://example.com/%zz')", #"{"bool":false}"#),
    ExpressionCase("isURL('https://exa mple.com/')", #"{"bool":false}"#),
    ExpressionCase("isURL('https://[::1]:8080/')", #"{"bool":true}"#),
    ExpressionCase("duration('123.456s').getMilliseconds()", #"{"int":"456"}"#),
    ExpressionCase("duration('123.456s').getSeconds()", #"{"int":"123"}"#),
    ExpressionCase("jsonpatch.escapeKey('a/b~c')", #"{"string":"a~1b~0c"}"#),
  ]

  @Test(arguments: cases)
  func theyDo(_ item: ExpressionCase) { #expect(outcome(item.expression) == item.expected) }
}
