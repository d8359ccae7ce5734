import Testing

@Suite("functions of text/template")
struct CoreFunctionTests {
  static let data = #"""
    {"n": 3, "m": 4, "x": 1.5, "s": "hello", "list": [1, "two", null, {"k": "v"}], "map": {"one": 1, "nil": null}, "nil": null, "t": true}
    """#

  static func call(_ text: String, _ node: String, _ column: Int = 3) -> String {
    "template: t:1:\(column): executing \"t\" at <\(node)>: \(text)"
  }

  static let cases: [TemplateCase] = [
    // and, or, not.
    .init("{{ and 1 0 }} {{ and 0 true }} {{ and 1 2 }} {{ and .s }}", "0 0 2 hello"),
    .init("{{ or 0 0 }} {{ or 1 0 }} {{ or 0 true }} {{ or .nil .s }}", "0 1 true hello"),
    .init("{{ or 1 (index .list 99) }} {{ and 0 (index .list 99) }}", "1 0"),
    .init("{{ 1 | and 2 }} {{ 0 | or 3 }} {{ 5 | or 0 }}", "1 3 5"),
    .init("{{ not 0 }} {{ not .s }} {{ not .nil }} {{ not .missing }}", "true false true true"),
    .init("{{ and }}", call("wrong number of args for and: want at least 1 got 0", "and")),
    .init("{{ not 1 2 }}", call("wrong number of args for not: want 1 got 2", "not")),
    // len.
    .init("{{ len .s }} {{ len .list }} {{ len .map }} {{ len \"\" }} {{ len \"é\" }}", "5 4 2 0 2"),
    .init("{{ len 3 }}", call("error calling len: len of type int", "len 3")),
    .init("{{ len .nil }}", call("error calling len: len of nil pointer", "len .nil")),
    .init("{{ len nil }}", call("error calling len: reflect: call of reflect.Value.Type on zero Value", "len nil")),
    .init("{{ len .t }}", call("error calling len: len of type bool", "len .t")),
    // index.
    .init("{{ index .list 1 }} {{ index .map \"one\" }} {{ index .list 3 \"k\" }} {{ index .s 0 }} {{ (index .list 3).k }}", "two 1 v 104 v"),
    .init("{{ index .map \"none\" }} {{ index .list }}", "<no value> [1 two <nil> map[k:v]]"),
    .init("{{ index .list 4 }}", call("error calling index: reflect: slice index out of range", "index .list 4")),
    .init("{{ index .list 5 }}", call("error calling index: index out of range: 5", "index .list 5")),
    .init("{{ index .list -1 }}", call("error calling index: index out of range: -1", "index .list -1")),
    .init("{{ index .s 5 }}", call("error calling index: reflect: string index out of range", "index .s 5")),
    .init("{{ index .list \"a\" }}", call("error calling index: cannot index slice/array with type string", "index .list \"a\"")),
    .init("{{ index .list 1.0 }}", call("error calling index: cannot index slice/array with type float64", "index .list 1.0")),
    .init("{{ index .list nil }}", call("error calling index: cannot index slice/array with nil", "index .list nil")),
    .init("{{ index .map 1 }}", call("error calling index: value has type int; should be string", "index .map 1")),
    .init("{{ index .map nil }}", call("error calling index: value is nil; should be of type string", "index .map nil")),
    .init("{{ index .map \"nil\" \"x\" }}", call("error calling index: index of nil pointer", "index .map \"nil\" \"x\"")),
    .init("{{ index nil 1 }}", call("error calling index: index of untyped nil", "index nil 1")),
    .init("{{ index .n 1 }}", call("error calling index: can't index item of type int64", "index .n 1")),
    // slice.
    .init("{{ slice .s 1 3 }} {{ slice .s 2 }} {{ slice .s }} {{ slice .list 1 2 }} {{ slice .list 0 1 2 }}", "el llo hello [two] [1]"),
    .init("{{ slice .s 3 1 }}", call("error calling slice: invalid slice index: 3 > 1", "slice .s 3 1")),
    .init("{{ slice .s 0 6 }}", call("error calling slice: index out of range: 6", "slice .s 0 6")),
    .init("{{ slice .s 0 1 2 }}", call("error calling slice: cannot 3-index slice a string", "slice .s 0 1 2")),
    .init("{{ slice .map 1 }}", call("error calling slice: can't slice item of type map[string]interface {}", "slice .map 1")),
    .init("{{ slice .list 0 1 2 3 }}", call("error calling slice: too many slice indexes: 4", "slice .list 0 1 2 3")),
    .init("{{ slice nil }}", call("error calling slice: slice of untyped nil", "slice nil")),
    // eq and the rest.
    .init("{{ eq 1 1 }} {{ eq 1 2 3 1 }} {{ eq \"a\" \"a\" }} {{ eq true false }} {{ eq 1.5 1.5 }} {{ eq .n 3 }}", "true true true false true true"),
    .init("{{ ne 1 2 }} {{ lt 1 2 }} {{ le 2 2 }} {{ gt 3 2 }} {{ ge 2 3 }} {{ lt \"a\" \"b\" }} {{ lt 1.5 2.5 }}", "true true true true false true true"),
    .init("{{ eq .nil nil }} {{ eq .missing nil }} {{ eq .s nil }} {{ eq nil 1 }} {{ ne .nil \"x\" }} {{ eq .map nil }}",
      "true true false false true false"),
    .init("{{ eq (index \"x\" 0) 'x' }} {{ lt (index \"a\" 0) 'b' }} {{ lt -1 (index \"a\" 0) }} {{ gt -1 (index \"a\" 0) }}", "true true true false"),
    .init("{{ eq 1 1.0 }}", call("error calling eq: incompatible types for comparison: int and float64", "eq 1 1.0")),
    .init("{{ eq .s 1 }}", call("error calling eq: incompatible types for comparison: string and int", "eq .s 1")),
    .init("{{ eq 1 }}", call("error calling eq: missing argument for comparison", "eq 1")),
    .init("{{ eq .list .list }}", call("error calling eq: non-comparable type [1 two <nil> map[k:v]]: []interface {}", "eq .list .list")),
    .init("{{ lt true false }}", call("error calling lt: invalid type for comparison", "lt true false")),
    .init("{{ lt .nil 1 }}", call("error calling lt: invalid type for comparison", "lt .nil 1")),
    .init("{{ lt 1 \"a\" }}", call("error calling lt: incompatible types for comparison: int and string", "lt 1 \"a\"")),
    .init("{{ gt .n 2 }} {{ ge .x 1.5 }}", "true true"),
    .init("{{ gt .n 2 }}", call("error calling gt: incompatible types for comparison: float64 and int", "gt .n 2"), floats: true),
    .init("{{ ne 1 2 3 }}", call("wrong number of args for ne: want 2 got 3", "ne")),
    // print, println.
    .init("{{ print 1 2 3 }}|{{ print \"a\" 1 2 \"b\" }}|{{ print 1 nil }}|{{ println 1 \"a\" }}", "1 2 3|a1 2b|1 <nil>|1 a\n"),
    .init("{{ print }}{{ println }}|{{ print .list }}", "\n|[1 two <nil> map[k:v]]"),
    // html, js, urlquery.
    .init("{{ html \"<a href='x'>&\\\"</a>\" }} {{ html 1 2 }} {{ html nil }}", "&lt;a href=&#39;x&#39;&gt;&amp;&#34;&lt;/a&gt; 1 2 &lt;no value&gt;"),
    .init("{{ js `It's <b> & \"q\" = \\ é` }} {{ js \"\\n\" }}", "It\\'s \\u003Cb\\u003E \\u0026 \\\"q\\\" \\u003D \\\\ é \\u000A"),
    .init("{{ \"http://a/?b=c d&é~_-.\" | urlquery }}", "http%3A%2F%2Fa%2F%3Fb%3Dc+d%26%C3%A9~_-."),
    // call.
    .init("{{ call nil }}", call("error calling call: call of nil", "call nil")),
    .init("{{ call .s }}", call("error calling call: non-function .s of type string", "call .s")),
  ]

  @Test(arguments: cases) func givesWhatGoGives(_ test: TemplateCase) {
    #expect(rendered(test.template, data: Self.data, floats: test.floats) == test.expected)
  }
}
