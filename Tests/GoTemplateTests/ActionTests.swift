import GoTemplate
import Testing

@Suite("actions, variables and control")
struct ActionTests {
  static let data = #"""
    {"i": 17, "f": 2.5, "s": "text", "empty": "", "yes": true, "no": false, "zero": 0, "nothing": null,
     "list": [3, 4, 5], "none": [], "map": {"b": 2, "a": 1, "c": {"d": "deep"}}, "bare": {}, "names": ["x", "y"]}
    """#

  static let cases: [TemplateCase] = [
    // Text, comments, trimming.
    .init("", ""),
    .init("plain {{/* comment */}}text", "plain text"),
    .init("a {{- /* trimmed */ -}} b", "ab"),
    .init("{{/*\nlines\n*/}}x", "x"),
    .init("{{-\n/* lines */\n-}} x", "x"),
    .init("x \r\n\t{{- 3 -}} \n\n\t y", "x3y"),
    .init("x {{-3}} y", "x -3 y"),
    .init("x {{3-}} y", "template: t:1: bad number syntax: \"3-\""),
    .init("x {{- 3 }} y", "x3 y"),
    .init("{{ \"}}\" }}{{ `{{` }}", "}}{{"),
    .init("{ {{ 1 }} }", "{ 1 }"),
    .init("{{{ 1 }}}", "template: t:1: unexpected \"{\" in command"),
    .init("a{{\n\"x\"\n|\nprintf\n}}b", "axb"),
    // Dot, fields, literals.
    .init("{{ .i }} {{ .f }} {{ .s }} {{ .yes }} {{ .list }} {{ .map }}", "17 2.5 text true [3 4 5] map[a:1 b:2 c:map[d:deep]]"),
    .init("{{ .map.c.d }} {{ $.map.c.d }} {{ (.map).c.d }} {{ (.map.c).d }}", "deep deep deep deep"),
    .init("{{ .missing }}|{{ .nothing }}", "<no value>|<no value>"),
    .init("{{ true }}{{ false }} {{ 1 }} {{ -2 }} {{ +3 }} {{ 1.5 }} {{ 'a' }} {{ '\\n' }} {{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 017 }} {{ 1_000 }}",
      "truefalse 1 -2 3 1.5 97 10 31 5 15 15 1000"),
    .init("{{ 1e3 }} {{ 1e6 }} {{ 1.0 }} {{ 0.00001 }} {{ 123456789.0 }}", "1000 1e+06 1 1e-05 1.23456789e+08"),
    .init("{{ \"a\\tb\\u00e9\\x41\\101\\\"\" }} {{ `raw\\n` }}", "a\tb\u{e9}AA\" raw\\n"),
    .init("{{ 2i }} {{ 1+2i }} {{ 1.5-0.5i }} {{ 1e2+3i }} {{ printf `%g %.1f %T` 1+7i 1i 2i }} {{ eq 1+2i 1+2i }} {{ if 0i }}a{{ else }}b{{ end }}",
      "(0+2i) (1+2i) (1.5-0.5i) (100+3i) (1+7i) (0.0+1.0i) complex128 true b"),
    .init("{{ printf `%T %T %T %T %T` 1 1.0 0xef 'x' 0Xe }}", "int float64 int int int"),
    // Variables.
    .init("{{ $x := 1 }}{{ $x }}{{ $x = 2 }}{{ $x }}", "12"),
    .init("{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ $x }}{{ end }}{{ $x }}", "21"),
    .init("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $x }}{{ end }}{{ $x }}", "22"),
    .init("{{ $x := 1 }}{{ range .list }}{{ $x = . }}{{ end }}{{ $x }}", "5"),
    .init("{{ $x := .s }}{{ with .map }}{{ $x }}{{ $.i }}{{ end }}", "text17"),
    .init("{{ $x := 1 }}{{ $x := 2 }}{{ $x }}", "2"),
    .init("{{ $m := .map }}{{ $m.c.d }}", "deep"),
    .init("{{ with $y := .s }}{{ $y }}{{ end }}", "text"),
    .init("{{ if $y := .zero }}a{{ else }}{{ $y }}{{ end }}", "0"),
    .init("{{ if $y := .zero }}a{{ else if $z := .i }}{{ $y }} {{ $z }}{{ end }}", "0 17"),
    .init("{{ ($v := 5) }}{{ $v }}", "55"),
    .init("{{ $x := 1 }}{{ $x := $x }}{{ $x }}", "1"),
    .init("{{ $x := $x }}", "template: t:1:9: executing \"t\" at <$x>: undefined variable: $x"),
    .init("{{ $y = 1 }}", "template: t:1:8: executing \"t\" at <1>: undefined variable: $y"),
    .init("{{ if .zero }}{{ $x := 1 }}{{ else }}{{ $x }}{{ end }}",
      "template: t:1:40: executing \"t\" at <$x>: undefined variable: $x"),
    .init("{{ or 1 ($q := 2) }}{{ $q }}", "template: t:1:23: executing \"t\" at <$q>: undefined variable: $q"),
    .init("{{ $x := 1 }}{{ range $x = .list }}{{ $x }}{{ end }}{{ $x }}", "3455"),
    .init("{{ $i := 1 }}{{ $e := 2 }}{{ range $i, $e = .names }}{{ end }}{{ $i }}{{ $e }}", "1y"),
    // if, with, else.
    .init("{{ if .yes }}a{{ else }}b{{ end }}{{ if .no }}a{{ else }}b{{ end }}", "ab"),
    .init("{{ if .zero }}1{{ else if .empty }}2{{ else if .none }}3{{ else if .bare }}4{{ else if .nothing }}5{{ else }}6{{ end }}", "6"),
    .init("{{ if .i }}1{{ end }}{{ if .f }}2{{ end }}{{ if .s }}3{{ end }}{{ if .list }}4{{ end }}{{ if .map }}5{{ end }}", "12345"),
    .init("{{ if 0.0 }}a{{ end }}{{ if -1 }}b{{ end }}{{ if .missing }}c{{ end }}", "b"),
    .init("{{ with .zero }}a{{ else with .s }}{{ . }}{{ else }}c{{ end }}", "text"),
    .init("{{ with .zero }}a{{ else with .empty }}b{{ else }}{{ .i }}{{ end }}", "17"),
    .init("{{ with .map }}{{ .a }}{{ with .c }}{{ .d }}{{ end }}{{ end }}", "1deep"),
    .init("{{ if and .yes (or .zero .i) (not .no) }}y{{ end }}", "y"),
    // range.
    .init("{{ range .list }}<{{ . }}>{{ end }}", "<3><4><5>"),
    .init("{{ range .none }}x{{ else }}none{{ end }}", "none"),
    .init("{{ range .nothing }}x{{ else }}none{{ end }}{{ range .missing }}{{ end }}", "none"),
    .init("{{ range $x := .list }}{{ $x }}{{ end }}", "345"),
    .init("{{ range $i, $x := .list }}{{ $i }}={{ $x }} {{ end }}", "0=3 1=4 2=5 "),
    .init("{{ range $k, $v := .map }}{{ $k }}={{ $v }} {{ end }}", "a=1 b=2 c=map[d:deep] "),
    .init("{{ range .map }}{{ . }},{{ end }}", "1,2,map[d:deep],"),
    .init("{{ range 3 }}{{ . }}{{ end }}{{ range $i := 2 }}{{ $i }}{{ end }}{{ range 0 }}x{{ else }}e{{ end }}", "01201e"),
    .init("{{ range $i, $j := 3 }}{{ end }}", "template: t:1:19: executing \"t\" at <3>: can't use 3 to iterate over more than one variable"),
    .init("{{ range .s }}{{ end }}", "template: t:1:9: executing \"t\" at <.s>: range can't iterate over text"),
    .init("{{ range .f }}{{ end }}", "template: t:1:9: executing \"t\" at <.f>: range can't iterate over 2.5"),
    .init("{{ range .list }}{{ if eq . 4 }}{{ continue }}{{ end }}{{ . }}{{ end }}", "template: t:1:23: executing \"t\" at <eq . 4>: error calling eq: incompatible types for comparison: float64 and int", floats: true),
    .init("{{ range 5 }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ if eq . 3 }}{{ break }}{{ end }}{{ . }}{{ end }}", "02"),
    .init("{{ range 2 }}{{ range 3 }}{{ if eq . 1 }}{{ break }}{{ end }}{{ . }}{{ end }};{{ end }}", "0;0;"),
    .init("{{ range $i, $e := .list }}{{ if $i }},{{ end }}{{ $e }}{{ end }}", "3,4,5"),
    .init("{{ range .list }}{{ $n := . }}{{ end }}{{ range .names }}{{ $.s }}{{ . }}{{ end }}", "textxtexty"),
    // define, template, block.
    .init("{{ define \"x\" }}[{{ . }}]{{ end }}{{ template \"x\" .s }}{{ template `x` 3 }}{{ template \"x\" }}", "[text][3][<no value>]"),
    .init("{{ template \"x\" .map.c }}{{ define \"x\" }}{{ .d }}{{ $.d }}{{ end }}", "deepdeep"),
    .init("{{ block \"b\" .s }}<{{ . }}>{{ end }}{{ template \"b\" 1 }}", "<text><1>"),
    .init("{{ define \"a\" }}{{ template \"b\" . }}{{ end }}{{ define \"b\" }}B{{ end }}{{ template \"a\" }}", "B"),
    .init("{{ template \"no\" }}", "template: t:1:12: executing \"t\" at <{{template \"no\"}}>: template \"no\" not defined"),
    .init("{{ template \"no\" .i }}", "template: t:1:12: executing \"t\" at <{{template \"no\" .i}}>: template \"no\" not defined"),
    .init("{{ $x := 1 }}{{ define \"v\" }}{{ $x }}{{ end }}", "template: t:1: undefined variable \"$x\""),
    .init("{{ define \"x\" }}  {{ end }}{{ define \"x\" }}y{{ end }}{{ template \"x\" }}", "y"),
    .init("{{ define \"r\" }}{{ . }}{{ if lt . 3 }}{{ template \"r\" (len (slice \"xxxxx\" 0 (index (slice .) 0))) }}{{ end }}{{ end }}", ""),
    // Pipelines.
    .init("{{ .s | printf \"%s-%s\" \"a\" }}", "a-text"),
    .init("{{ .list | len }} {{ 1 | print 2 | printf \"%v\" }}", "3 2 1"),
    .init("{{ (printf \"%s\" .s) | print (1 | print) }}", "1text"),
    .init("{{ printf \"%d %d\" (1) (2 | print | len) }}", "1 1"),
  ]

  @Test(arguments: cases) func givesWhatGoGives(_ test: TemplateCase) {
    #expect(rendered(test.template, data: Self.data, floats: test.floats) == test.expected)
  }

  @Test func breakIsAFunctionWhereOneIsGiven() {
    let function = TemplateFunction("break", [.any]) { _, arguments in arguments[0] }
    #expect(rendered("{{ range 2 }}{{ break 7 }}{{ end }}", functions: [function]) == "77")
    #expect(rendered("{{ range 2 }}{{ break 7 }}{{ end }}") == "template: t:1: unexpected \"7\" in {{break}}")
  }
}
