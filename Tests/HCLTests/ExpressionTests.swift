import HCL
import SourceText
import Testing
import Values

/// Evaluates expressions with the names of `scope` bound and no functions.
struct Bench {
  let provenance = Provenance()
  var scope: [String: HCLValue] = [:]
  var shortCircuits = false

  func evaluate(_ text: String) throws(HCLError) -> HCLValue {
    let sink = DiagnosticSink()
    let file = provenance.sources.add(path: "x.tf", bytes: Array(text.utf8))
    let expression = HCLParser.parseExpression(file: file, provenance: provenance, sink: sink)
    if let first = sink.diagnostics.first { throw HCLError("syntax", first.message, at: first.span) }
    let evaluator = HCLEvaluator(provenance: provenance, limits: Limits(), functions: [:]) { (root, _, span) throws(HCLError) in
      throw HCLError("undeclared-reference", "no \(root)", at: span)
    }
    evaluator.shortCircuits = shortCircuits
    return try evaluator.evaluate(expression, scope: HCLScope(scope))
  }

  func json(_ text: String) throws(HCLError) -> String {
    var out: [UInt8] = []
    try evaluate(text).writeJSON(to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  func span(_ origin: Origin) -> String? {
    provenance.origins.editPlace(origin).flatMap { span in provenance.sources.file(span.source)?.text(span) }
  }
}

@Suite struct ExpressionTests {
  @Test(arguments: [("false && [1][5]", "false"), ("true || null + 1 == 1", "true"), ("false && null", "false")])
  func whatTheLeftSideDecidesNeedsNoRightSide(_ text: String, _ expected: String) throws {
    #expect(throws: HCLError.self) { try Bench().json(text) }
    #expect(try Bench(shortCircuits: true).json(text) == expected)
  }

  @Test(arguments: [
    ("1 + 2 * 3 - 4 / 2", "5"), ("-(3)", "-3"), ("--3", "3"), ("!false && true || false", "true"), ("\"1\" + 2", "3"),
    ("false || true && true", "true"),
    ("1 == \"1\"", "false"), ("true ? 1 : \"a\"", "\"1\""), ("[1, \"a\", null]", "[1,\"a\",null]"), ("{a = 1, \"b\" : 2}", "{\"a\":1,\"b\":2}"),
    ("{for k, v in {b = 2, a = 1} : k => v}", "{\"a\":1,\"b\":2}"), ("[for i, v in [\"x\", \"y\"] : \"${i}${v}\"]", "[\"0x\",\"1y\"]"),
    ("{for v in [\"a\", \"b\", \"a\"] : v => 1...}", "{\"a\":[1,1],\"b\":[1]}"), ("[[1, 2], [3]][0][1]", "2"), ("{a = {b = [5]}}.a.b[0]", "5"),
    ("[{n = 1}, {n = 2}][*].n", "[1,2]"), ("[{n = 1}, {n = 2}].*.n", "[1,2]"), ("null[*]", "[]"), ("\"x\"[*]", "[\"x\"]"),
    ("[[1, 2]].0.1", "2"), ("{a-b = 1}.a-b", "1"), ("1 # comment\n", "1"), ("[\n1, // one\n/* two */ 2,\n]", "[1,2]"),
    ("(\ntrue\n? 1\n: 2)", "1"), ("{(\"k\") = 1}", "{\"k\":1}"), ("{null = 1}", "{\"null\":1}"),
  ])
  func evaluates(_ text: String, _ json: String) throws { #expect(try Bench().json(text) == json) }

  @Test(arguments: [
    ("1 +", "syntax"), ("[1, 2", "syntax"), ("{a}", "syntax"), ("\"open", "syntax"), ("\"${1\"", "syntax"), ("\"\\q\"", "syntax"),
    ("[for x in [1] x]", "syntax"), ("{for x in [1] : x}", "syntax"), ("1.2.3", "syntax"), ("@", "syntax"), ("'a'", "syntax"),
    ("<<EOT\nx\n", "syntax"), ("null + 1", "null-value"), ("[1] + 2", "invalid-operand"), ("1 ? 2 : 3", "invalid-condition"),
    ("[1][5]", "invalid-index"), ("{a = 1}.b", "unsupported-attribute"), ("\"a\".b", "unsupported-attribute"), ("nope.x", "undeclared-reference"),
    ("{for v in [1, 1] : v => v}", "duplicate-key"), ("[for v in 5 : v]", "not-iterable"), ("0 / 0", "invalid-operation"),
    ("\"${[]}\" == 1 ? \"${[1]}x\" : 1", ""), ("{a.b = 1}", "ambiguous-key"), ("missing()", "unknown-function"),
    ("true && [1][5]", "invalid-index"), ("false || null", "null-value"),
  ])
  func refuses(_ text: String, _ code: String) {
    do throws(HCLError) {
      _ = try Bench().evaluate(text)
      #expect(code == "")
    } catch {
      #expect(error.code == code)
      #expect(error.span != nil)
    }
  }

  @Test func nestingIsBounded() {
    for text in [String(repeating: "(", count: 5000), String(repeating: "[", count: 5000), String(repeating: "-", count: 5000) + "1",
      String(repeating: "\"${", count: 5000), "1" + String(repeating: "+1", count: 100_000), "a" + String(repeating: "[*]", count: 5000)] {
      #expect(throws: HCLError.self) { try Bench().evaluate(text) }
    }
  }

  @Test(arguments: [
    ("\"$${x} %%{y}\"", "${x} %{y}"), ("\"a\\tb\\u00e9\\n\"", "a\tbé\n"), ("\"%{if true}yes%{else}no%{endif}\"", "yes"),
    ("\"%{ for i, v in [\"a\", \"b\"] ~}  ${i}=${v}; %{ endfor ~} end\"", "0=a; 1=b; end"), ("\"%{if true ~}  t  %{~ endif}\"", "t"),
    ("<<EOT\na\n  b\nEOT\n", "a\n  b\n"), ("<<-EOT\n    a\n      b\n  EOT\n", "a\n  b\n"), ("<<-EOT\n\n    a\n    EOT\n", "\na\n"),
    ("<<-EOT\n  %{ for v in [\"a\"] ~}\n  - ${v}\n  %{ endfor ~}\n  EOT\n", "  - a\n"), ("<<EOT\na\r\nEOT\n", "a\r\n"),
    ("<<EOT\n\\n \"q\" ${\"x\"}\nEOT\n", "\\n \"q\" x\n"), ("\"$5 100%\"", "$5 100%"),
  ])
  func templates(_ text: String, _ result: String) throws { #expect(try Bench().evaluate(text).string == result) }

  @Test func valuesOfSharedPartsAreBounded() throws {
    var bench = Bench()
    bench.scope["v"] = .tuple(Array(repeating: .number(1), count: 1000))
    bench.scope["v"] = try bench.evaluate("[for x in v : x]")
    bench.scope["w"] = .tuple(Array(repeating: try bench.evaluate("v"), count: 900))
    #expect(throws: HCLError.self) { try bench.evaluate("[w, w]") }
    #expect(try bench.evaluate("[w]").items?.count == 1)
  }

  @Test func unknownsKeepWhatIsKnown() throws {
    var bench = Bench()
    bench.scope["u"] = .unknown(.string, "later")
    bench.scope["l"] = .unknown(.list(.string), "later")
    let text = try bench.evaluate("\"arn:${u}:x/${\"a\"}*\"")
    guard case .text(let parts)? = text.unknown?.knowledge else {
      Issue.record("no pieces")
      return
    }
    #expect(parts.map { $0.string ?? "?" } == ["arn:", "?", ":x/a*"])
    #expect(try bench.json("[u, 1]") == "[{\"unknown\":true},1]")
    #expect(try bench.json("\"p-${u}\" == \"q\"") == "false")
    #expect(try bench.json("\"p-${u}\" != null") == "true")
    #expect(try bench.evaluate("u == \"x\"").isUnknown)
    #expect(try bench.evaluate("l[0]").type == .string)
    guard case .entries(let entries)? = try bench.evaluate("{\"${u}:sub\" = \"a\", b = 1}").unknown?.knowledge else {
      Issue.record("no entries")
      return
    }
    #expect(entries.map { $0.key.string ?? "?" } == ["?", "b"])
  }

  @Test func marksSpread() throws {
    var bench = Bench()
    bench.scope["s"] = HCLValue(.string("x"), sensitive: true)
    #expect(try bench.evaluate("\"a${s}\"").sensitive)
    #expect(try bench.evaluate("{a = s}.a").sensitive)
    #expect(try bench.evaluate("s == \"x\"").sensitive)
    #expect(try !bench.evaluate("[s]").sensitive)
  }

  @Test func literalsAndPiecesHaveTheirPlaces() throws {
    var bench = Bench()
    let literal = try bench.evaluate("\"prod/*\"")
    #expect(bench.span(literal.origin) == "\"prod/*\"")
    let text = try #require(literal.text)
    #expect(bench.span(text.origin(of: 5..<6, in: bench.provenance.origins)) == "*")
    let escaped = try #require(try bench.evaluate("\"a\\n*\"").text)
    #expect(bench.span(escaped.origin(of: 2..<3, in: bench.provenance.origins)) == "*")
    bench.scope["v"] = try bench.evaluate("\"*\"")
    let mixed = try #require(try bench.evaluate("\"secret:${v}/x\"").text)
    #expect(mixed.string == "secret:*/x")
    #expect(bench.span(mixed.origin(of: 7..<8, in: bench.provenance.origins)) == "\"*\"")
    #expect(bench.span(mixed.origin(of: 9..<10, in: bench.provenance.origins)) == "x")
    // A range over both is first of all the value's.
    #expect(bench.span(mixed.origin(of: 0..<10, in: bench.provenance.origins)) == "\"*\"")
    let heredoc = try #require(try bench.evaluate("<<-EOT\n    one\n    two\n    EOT\n").text)
    #expect(bench.span(heredoc.origin(of: 4..<7, in: bench.provenance.origins)) == "two")
  }
}

@Suite struct TypeTests {
  @Test func unifies() {
    #expect(HCLType.unify([.number, .string]) == .string)
    #expect(HCLType.unify([.bool, .number]) == nil)
    #expect(HCLType.unify([.object(["a": .number]), .object(["b": .number])]) == .map(.number))
    #expect(HCLType.unify([.tuple([.string]), .tuple([.string, .number])]) == .list(.string))
    #expect(HCLType.unify([.tuple([.number]), .tuple([.string])]) == .tuple([.string]))
    #expect(HCLType.unify([.object([:]), .tuple([])]) == nil)
    #expect(HCLType.unify([.map(.string), .object(["a": .bool])]) == .map(.string))
  }

  @Test func converts() throws {
    let list = try HCLConversion.convert(.tuple([.string("b"), .string("a"), .string("b")]), to: .set(.dynamic))
    #expect(list.items?.map { $0.string ?? "" } == ["a", "b"])
    #expect(throws: HCLConversionError.self) { try HCLConversion.convert(.string("x"), to: .number) }
    #expect(throws: HCLConversionError.self) { try HCLConversion.convert(.object([]), to: .object(["a": .string])) }
    #expect(try HCLConversion.convert(.bool(true), to: .string).string == "true")
  }
}
