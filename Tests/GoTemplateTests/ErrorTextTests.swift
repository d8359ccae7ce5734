import SourceText
import Testing
import Values

@testable import GoTemplate

@Suite("errors of execution")
struct ErrorTextTests {
  static let functions: [TemplateFunction] = [
    TemplateFunction("one", [.string]) { _, a in .string("one=" + (a[0].string ?? "")) },
    TemplateFunction("two", [.string, .string]) { _, a in .string("two=" + (a[0].string ?? "") + (a[1].string ?? "")) },
    TemplateFunction("many", [.int], variadic: .string) { _, a in .string("\(a.count)") },
    TemplateFunction("flag", [.bool]) { _, a in a[0] },
    TemplateFunction("real", [.float64]) { _, a in a[0] },
    TemplateFunction("wide", [.int64]) { _, a in a[0] },
    TemplateFunction("dict", [.dict]) { _, a in .string("\(a[0].map?.count ?? -1)") },
    TemplateFunction("list", [.list]) { _, a in .string("\(a[0].list?.count ?? -1)") },
    TemplateFunction("echo", [.any]) { _, a in a[0] },
    TemplateFunction("nothing", []) { _, _ in .null },
    TemplateFunction("three", []) { _, _ in .map(ValueMap([("three", .int(3))])) },
    TemplateFunction("words", []) { _, _ in Value(.list(ValueList([.string("a")])), tag: GoList.strings) },
    TemplateFunction("fail", [.string]) { (_, a) throws(TemplateError) in throw TemplateError(a[0].string ?? "") },
    TemplateFunction("include", [.string, .any]) { (call, a) throws(TemplateError) in
      guard let executor = call.executor as? Executor else { throw TemplateError("no executor") }
      return .string(try executor.include(a[0].text ?? .empty, data: a[1]))
    },
    TemplateFunction("tpl", [.string, .any]) { (call, a) throws(TemplateError) in
      guard let executor = call.executor as? Executor else { throw TemplateError("no executor") }
      return .string(try executor.tpl(a[0].text ?? .empty, origin: a[0].origin, data: a[1]))
    },
  ]
  static let data = #"{"n": 1, "s": "x", "nil": null, "list": [1, null], "map": {"a": {"b": "c"}, "nil": null}, "t": true}"#

  static func at(_ column: Int, _ node: String, _ text: String) -> String {
    "template: t:1:\(column): executing \"t\" at <\(node)>: \(text)"
  }

  static let cases: [TemplateCase] = [
    // Fields.
    .init("{{ .s.x }}", at(5, ".s.x", "can't evaluate field x in type interface {}")),
    .init("{{ $x := .s }}{{ $x.y }}", at(19, "$x.y", "can't evaluate field y in type string")),
    .init("{{ with .n }}{{ .y }}{{ end }}", at(16, ".y", "can't evaluate field y in type int64")),
    .init("{{ range .list }}{{ .y }}{{ end }}", at(20, ".y", "can't evaluate field y in type interface {}")),
    .init("{{ .map.nil.x }}", at(7, ".map.nil.x", "nil pointer evaluating interface {}.x")),
    .init("{{ .map.a.b.c.d }}", at(7, ".map.a.b.c.d", "can't evaluate field c in type interface {}")),
    .init("{{ (.map.nil).x }}", "<no value>"),
    .init("{{ $x := .nil }}{{ $x.y.z }}", "<no value>"),
    .init("{{ .map.a 1 }}", at(7, ".map.a", "a is not a method but has arguments")),
    .init("{{ 1 | .map.a }}", at(11, ".map.a", "a is not a method but has arguments")),
    .init("{{ (.list).x }}", at(4, ".list", "can't evaluate field x in type []interface {}")),
    .init("{{ three.three }}-{{ (three).three }}", "3-3"),
    .init("{{ three.x.y }}", "<no value>"),
    .init("{{ (nil).x }}", at(4, "nil", "nil is not a command")),
    // Arguments to what takes none.
    .init("{{ 3 2 }}", at(3, "3", "can't give argument to non-function 3")),
    .init("{{ . 2 }}", at(3, ".", "can't give argument to non-function .")),
    .init("{{ $x := 1 }}{{ $x 2 }}", at(16, "$x", "can't give argument to non-function $x")),
    .init("{{ $x := 1 }}{{ 3 | $x }}", at(20, "$x", "can't give argument to non-function $x")),
    .init("{{ (print 1) 2 }}", at(3, "(print 1) 2", "can't give argument to non-function print 1")),
    .init("{{ nil }}", at(3, "nil", "nil is not a command")),
    .init("{{ 18446744073709551615 }}", at(3, "18446744073709551615", "18446744073709551615 overflows int")),
    // Numbers of arguments.
    .init("{{ one }}", at(3, "one", "wrong number of args for one: want 1 got 0")),
    .init("{{ one \"a\" \"b\" }}", at(3, "one", "wrong number of args for one: want 1 got 2")),
    .init("{{ \"a\" | one \"b\" }}", at(9, "one", "wrong number of args for one: want 1 got 2")),
    .init("{{ many }}", at(3, "many", "wrong number of args for many: want at least 1 got 0")),
    // Types of arguments.
    .init("{{ one \"a\" }} {{ \"b\" | one }} {{ \"c\" | two \"d\" }} {{ many 1 }} {{ many 1 \"a\" \"b\" }}", "one=a one=b two=dc 1 3"),
    .init("{{ one 1 }}", at(7, "1", "expected string; found 1")),
    .init("{{ one .n }}", at(7, ".n", "wrong type for value; expected string; got int64")),
    .init("{{ one .nil }}", at(7, ".nil", "wrong type for value; expected string; got interface {}")),
    .init("{{ one .none }}", at(7, ".none", "invalid value; expected string")),
    .init("{{ .nil | one }}", at(10, "one", "invalid value; expected string")),
    .init("{{ one nil }}", at(7, "nil", "cannot assign nil to string")),
    .init("{{ 1 | one }}", at(7, "one", "wrong type for value; expected string; got int")),
    .init("{{ one (print 1 | echo) }}", "one=1"),
    .init("{{ one (echo 1) }}", at(13, "1", "wrong type for value; expected string; got int")),
    .init("{{ one nothing }}", at(7, "nothing", "wrong type for value; expected string; got interface {}")),
    .init("{{ many \"x\" }}", at(8, "\"x\"", "expected integer; found \"x\"")),
    .init("{{ many .n }}", at(8, ".n", "wrong type for value; expected int; got int64")),
    .init("{{ many 1.0 }} {{ many 'a' }}", "1 1"),
    .init("{{ many 1.5 }}", at(8, "1.5", "expected integer; found 1.5")),
    .init("{{ many 1 2 }}", at(10, "2", "expected string; found 2")),
    .init("{{ 4 | many 3 }}", at(12, "3", "wrong type for value; expected string; got int")),
    .init("{{ flag 1 }}", at(8, "1", "expected bool; found 1")),
    .init("{{ flag .s }}", at(8, ".s", "wrong type for value; expected bool; got string")),
    .init("{{ real \"a\" }}", at(8, "\"a\"", "expected float; found \"a\"")),
    .init("{{ real 1 }} {{ wide 2 }} {{ wide .n }}", "1 2 1"),
    .init("{{ real .n }}", at(8, ".n", "wrong type for value; expected float64; got int64")),
    .init("{{ dict .map }} {{ dict nil }} {{ list .list }} {{ .none | dict }}", "2 0 2 0"),
    .init("{{ dict .s }}", at(8, ".s", "wrong type for value; expected map[string]interface {}; got string")),
    .init("{{ dict .nil }}", at(8, ".nil", "wrong type for value; expected map[string]interface {}; got interface {}")),
    .init("{{ dict \"x\" }}", at(8, "\"x\"", "can't handle \"x\" for arg of type map[string]interface {}")),
    .init("{{ list words }}", at(8, "words", "wrong type for value; expected []interface {}; got []string")),
    // Errors of functions.
    .init("{{ fail \"boom\" }}", at(3, "fail \"boom\"", "error calling fail: boom")),
    .init("{{ \"boom\" | fail }}", at(12, "fail", "error calling fail: boom")),
    .init("{{ print (fail \"boom\") }}", at(10, "fail \"boom\"", "error calling fail: boom")),
    .init("{{ define \"a\" }}\n {{ fail \"x\" }}{{ end }}{{ include \"a\" . }}",
      "template: t:2:27: executing \"t\" at <include \"a\" .>: error calling include: template: t:2:4: executing \"a\" at <fail \"x\">: error calling fail: x"),
    .init("{{ define \"a\" }}{{ fail \"x\" }}{{ end }}{{ template \"a\" . }}",
      "template: t:1:19: executing \"a\" at <fail \"x\">: error calling fail: x"),
    .init("{{ include \"none\" . }}",
      at(3, "include \"none\" .", "error calling include: template: no template \"none\" associated with template \"t\"")),
    .init("{{ tpl \"a {{ .s.x }}\" . }}",
      at(3, "tpl \"a {{ .s.x }}\" .",
        "error calling tpl: error during tpl function execution for \"a {{ .s.x }}\": template: t:1:7: executing \"t\" at <.s.x>: can't evaluate field x in type interface {}")),
    .init("{{ tpl \"{{ nope }}\" . }}",
      at(3, "tpl \"{{ nope }}\" .",
        "error calling tpl: cannot parse template \"{{ nope }}\": template: t:1: function \"nope\" not defined")),
    .init("{{ tpl \"{{ .s }}{{ .none }}!\" . }} {{ tpl \"plain\" . }} {{ tpl \"{{ tpl .q . }}\" (echo .) }}",
      at(58, "tpl \"{{ tpl .q . }}\" (echo .)",
        "error calling tpl: error during tpl function execution for \"{{ tpl .q . }}\": template: t:1:7: executing \"t\" at <.q>: invalid value; expected string")),
    .init("{{ tpl \"{{ define \\\"d\\\" }}D{{ .s }}{{ end }}{{ include \\\"d\\\" . }}\" . }}", "Dx"),
    .init("{{ tpl \"{{ define \\\"d\\\" }}D{{ end }}\" . }}{{ include \"d\" . }}",
      at(45, "include \"d\" .", "error calling include: template: no template \"d\" associated with template \"t\"")),
  ]

  @Test(arguments: cases) func areGos(_ test: TemplateCase) {
    #expect(rendered(test.template, data: Self.data, functions: Self.functions) == test.expected)
  }

  static let missing: [(String, MissingKey, String)] = [
    ("{{ .x }}", .invalid, "<no value>"),
    ("{{ .x }}", .zero, "<no value>"),
    ("{{ .x }}", .error, at(3, ".x", "map has no entry for key \"x\"")),
    ("{{ .x.y }}", .invalid, "<no value>"),
    ("{{ .x.y }}", .zero, at(5, ".x.y", "nil pointer evaluating interface {}.y")),
    ("{{ .x.y.z }}", .zero, at(5, ".x.y.z", "nil pointer evaluating interface {}.y")),
    ("{{ if .x }}{{ end }}", .error, at(6, ".x", "map has no entry for key \"x\"")),
    ("{{ $v := .nil }}{{ $v.y }}", .error, at(21, "$v.y", "nil data; no entry for key \"y\"")),
    ("{{ $v := .nil }}{{ $v.y }}", .zero, "<no value>"),
    ("{{ index .map \"q\" }}", .error, "<no value>"),
  ]

  @Test(arguments: missing) func missingKeysFollowTheOption(_ template: String, _ option: MissingKey, _ expected: String) {
    #expect(rendered(template, data: Self.data, missingKey: option) == expected)
  }

  @Test func causesAreTheWrappedErrors() throws {
    let provenance = Provenance()
    let file = provenance.sources.add(
      path: "a.yaml", bytes: Array("{{ define \"x\" }}\n{{ fail \"boom\" }}{{ end }}\n\n{{ include \"x\" . }}".utf8))
    let set = TemplateSet(functions: FunctionTable(Self.functions))
    try set.parse(name: "c/a.yaml", file: file, provenance: provenance)
    let error = #expect(throws: TemplateError.self) {
      try set.execute(name: "c/a.yaml", data: .null, provenance: provenance)
    }
    #expect(error?.causes == [
      "template: c/a.yaml:2:3: executing \"x\" at <fail \"boom\">: error calling fail: boom", "boom",
    ])
    #expect(try provenance.sources.describe(#require(error?.span)) == "a.yaml:2:1")
    #expect(error?.calls.map(provenance.sources.describe) == ["a.yaml:4:1"])
  }

  // MARK: Limits

  @Test func recursionOfTemplatesEnds() {
    let text = rendered("{{ define \"r\" }}{{ template \"r\" . }}{{ end }}{{ template \"r\" . }}")
    #expect(text == "template: t:1:28: executing \"r\" at <{{template \"r\" .}}>: exceeded maximum template depth (2500)")
  }

  @Test func recursionOfIncludesEndsAsInHelm() {
    let text = rendered("{{ define \"r\" }}{{ include \"r\" . }}{{ end }}{{ include \"r\" . }}", functions: Self.functions)
    #expect(text.hasSuffix("error calling include: rendering template has a nested reference name: r: unable to execute template"))
    #expect(text.hasPrefix("template: t:1:47: executing \"t\" at <include \"r\" .>: error calling include: template: t:1:19: executing \"r\""))
  }

  @Test func recursionOfTplEnds() {
    let text = rendered("{{ tpl .x . }}", data: #"{"x": "{{ tpl .x . }}"}"#, functions: Self.functions)
    #expect(text.hasSuffix("exceeded maximum template depth (2500)"))
  }

  @Test func deepButFiniteRecursionRuns() {
    let text = rendered(
      "{{ define \"r\" }}{{ if gt (len .) 0 }}({{ include \"r\" (slice . 1) }}){{ end }}{{ end }}{{ include \"r\" .s }}",
      data: "{\"s\": \"\(String(repeating: "x", count: 900))\"}", functions: Self.functions)
    #expect(text == String(repeating: "(", count: 900) + String(repeating: ")", count: 900))
  }

  @Test func endlessWorkIsStopped() {
    var limits = Limits()
    limits.templateSteps = 10_000
    limits.outputBytes = 1000
    #expect(rendered("{{ range 9999999999 }}{{ end }}", limits: limits) == Self.at(9, "9999999999", "template takes more than 10000 steps"))
    #expect(rendered("{{ range 99999 }}xxxxxxxxxx{{ end }}", limits: limits).hasSuffix("template writes more than 1000 bytes"))
    let doubling = "{{ $x := \"ab\" }}{{ range 100 }}{{ $x = printf \"%s%s\" $x $x }}{{ end }}"
    #expect(rendered(doubling, limits: limits).hasSuffix("error calling printf: text of more than 1000 bytes"))
  }

  // MARK: Unknown

  @Test func whatIsUnknownIsNotGuessed() throws {
    let provenance = Provenance()
    func run(_ template: String) -> String {
      let file = provenance.sources.add(path: "u", bytes: Array(template.utf8))
      let set = TemplateSet(name: "t", functions: FunctionTable(Self.functions))
      do throws(TemplateError) {
        try set.parse(name: "t", file: file, provenance: provenance)
        let data = Value.map(ValueMap([("u", .unknown("remote")), ("k", .string("known"))]))
        return try set.execute(name: "t", data: data, provenance: provenance).string
      } catch {
        return error.unknown == nil ? "failed: " + error.text : "unknown"
      }
    }
    #expect(run("{{ .k }}") == "known")
    for template in [
      "{{ .u }}", "{{ if .u }}{{ end }}", "{{ range .u }}{{ end }}", "{{ print .u }}", "{{ one .u }}", "{{ .u.x.y }}", "{{ eq .u 1 }}",
      "{{ . }}", "{{ $x := .u }}{{ $x }}", "{{ index .u 1 }}",
    ] {
      #expect(run(template) == "unknown", "\(template)")
    }
    #expect(run("{{ $x := .u }}ok {{ or .k .u }}") == "ok known")
  }
}
