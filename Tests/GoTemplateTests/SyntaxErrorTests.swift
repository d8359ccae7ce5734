import SourceText
import Testing
import Values

@testable import GoTemplate

@Suite("errors of syntax")
struct SyntaxErrorTests {
  static let cases: [TemplateCase] = [
    .init("line1\n{{", "2: unclosed action"),
    .init("line1\n{{define `x`}}line2\n{{", "3: unclosed action"),
    .init("line1\n{{\"x\"\n\"y\"\n", "4: unclosed action started at t:2"),
    .init("{{\n\n\n\n\n", "6: unclosed action started at t:1"),
    .init("line1\n{{\nx\n}}", "3: function \"x\" not defined"),
    .init("{{/*}}", "1: unclosed comment"),
    .init("{{/*\nhello\n}}", "1: unclosed comment"),
    .init("{{/* a */ x }}", "1: comment ends before closing delimiter"),
    .init("{{ print (1 2 3}}", "1: unclosed left paren"),
    .init("{{ print 1 2 3 ) }}", "1: unexpected right paren"),
    .init("{{(print 1 2 3", "1: unclosed action"),
    .init("{{`x`3}}", "1: unexpected \"3\" in operand"),
    .init("{{a#}}", "1: bad character U+0023 '#'"),
    .init("{{ $x# }}", "1: bad character U+0023 '#'"),
    .init("{{'a}}", "1: unterminated character constant"),
    .init("{{\"a}}", "1: unterminated quoted string"),
    .init("{{\"a\n\"}}", "1: unterminated quoted string"),
    .init("{{`a}}", "1: unterminated raw quoted string"),
    .init("hello\n\n{{`unterminated\n\n\n\n}}\n some more\n\n", "3: unterminated raw quoted string"),
    .init("{{0xi}}", "1: illegal number syntax: \"0xi\""),
    .init("{{ 089 }}", "1: integer overflow: \"089\""),
    .init("{{ 0x.1F }}", "1: illegal number syntax: \"0x.1F\""),
    .init("{{ 1x }}", "1: bad number syntax: \"1x\""),
    .init("{{ 99999999999999999999 }}", "1: integer overflow: \"99999999999999999999\""),
    .init("{{define `a`}}a{{end}}{{define `a`}}b{{end}}", "1: template: multiple definition of template \"a\""),
    .init("{{range .X}}", "1: unexpected EOF"),
    .init("{{$x := 23}}{{with $x.y := 3}}{{$x 23}}{{end}}", "1: unexpected \":=\" in operand"),
    .init("{{$a,$b,$c := 23}}", "1: too many declarations in command"),
    .init("{{$a}}", "1: undefined variable \"$a\""),
    .init("{{true.any}}", "1: unexpected . after term \"true\""),
    .init("{{1.E}}", "1: illegal number syntax: \"1.E\""),
    .init("{{\"hello\".guys}}", "1: unexpected . after term \"\\\"hello\\\"\""),
    .init("{{..E}}", "1: unexpected . after term \".\""),
    .init("{{nil.E}}", "1: unexpected . after term \"nil\""),
    .init("{{12|false}}", "1: non executable command in pipeline stage 2"),
    .init("{{.|print|\"error\"}}", "1: non executable command in pipeline stage 3"),
    .init("{{'c'|nil}}", "1: non executable command in pipeline stage 2"),
    .init("{{ ( ) }}", "1: missing value for parenthesized pipeline"),
    .init("{{ }}", "1: missing value for command"),
    .init("{{ if }}{{ end }}", "1: missing value for if"),
    .init("{{ $v := `\n` }} {{", "2: unclosed action"),
    .init("{{range $k}}{{end}}", "1: undefined variable \"$k\""),
    .init("{{range $k, $v}}{{end}}", "1: undefined variable \"$v\""),
    .init("{{range $k,}}{{end}}", "1: missing value for range"),
    .init("{{range $k, $v := }}{{end}}", "1: missing value for range"),
    .init("{{range $k, .}}{{end}}", "1: range can only initialize variables"),
    .init("{{range $u, $v, $w := 3}}{{end}}", "1: too many declarations in range"),
    .init("{{with $v, $u := 3}}{{end}}", "1: too many declarations in with"),
    .init("{{end}}", "1: unexpected {{end}}"),
    .init("{{else}}", "1: unexpected {{else}}"),
    .init("{{if .X}}hello{{end}}{{else}}", "1: unexpected {{else}}"),
    .init("{{if .X}}1{{else}}2{{else}}3{{end}}", "1: expected end; found {{else}}"),
    .init("{{if .X}}1{{else foo}}2{{end}}", "1: unexpected \"foo\" in else"),
    .init("hello{{range .x}}{{else}}", "1: unexpected EOF"),
    .init("{{with $x := 4}}{{end}}{{$x}}", "1: undefined variable \"$x\""),
    .init("{{template $v}}", "1: unexpected \"$v\" in template clause"),
    .init("{{template .X}}", "1: unexpected \".X\" in template clause"),
    .init("{{block \"foo\"}}hello{{end}}", "1: missing value for block clause"),
    .init("{{define}}x{{end}}", "1: unexpected \"}}\" in define clause"),
    .init("{{define \"a\" }}x", "1: unexpected EOF"),
    .init("{{if .x}}{{define \"a\"}}{{end}}{{end}}", "1: unexpected <define> in command"),
    .init("{{print 3, 4}}", "1: unexpected \",\" in operand"),
    .init("{{print (print .).}}", "1: unexpected <.> in operand"),
    .init("{{print `x`.}}", "1: unexpected <.> in operand"),
    .init("{{range .}}{{end}} {{break}}", "1: {{break}} outside {{range}}"),
    .init("{{range .}}{{else}}{{continue}}{{end}}", "1: {{continue}} outside {{range}}"),
    .init("{{$x += 1}}{{$x}}", "1: undefined variable \"$x\""),
    .init("{{$x:=.}}{{$x!2}}", "1: bad character U+0021 '!'"),
    .init("{{$x:=.}}{{$x+2}}", "1: bad character U+002B '+'"),
    .init("{{range $x := $y := 3}}{{end}}", "1: undefined variable \"$y\""),
    .init("{{ €  }}", "1: unrecognized character in action: U+20AC '€'"),
    .init("a\nb{{ if eq .a \"x }}\nc\n{{ end }}", "2: unterminated quoted string"),
    .init("{{ \"\\q\" }}", "1: invalid syntax"),
    .init("{{ printf \"a very long string\"\"x\" }}", "1: unexpected \"\\\"x\\\"\" in operand"),
    .init("{{ printf 1\"a very long string\" }}", "1: unexpected \"\\\"a very lo\"... in operand"),
  ]

  @Test(arguments: cases) func areGos(_ test: TemplateCase) {
    #expect(rendered(test.template) == "template: t:" + test.expected)
  }

  @Test func undefinedFunctionSuggestsTheNearest() throws {
    let provenance = Provenance()
    let file = provenance.sources.add(path: "templates/a.yaml", bytes: Array("x:\n  {{ pritnf 1 }}\n".utf8))
    let set = TemplateSet()
    let error = #expect(throws: TemplateError.self) { try set.parse(name: "c/templates/a.yaml", file: file, provenance: provenance) }
    let diagnostic = try #require(error?.diagnostic)
    #expect(diagnostic.code == "template/undefined-function")
    #expect(diagnostic.message == "template: c/templates/a.yaml:2: function \"pritnf\" not defined")
    #expect(diagnostic.notes == ["did you mean 'printf'?"])
    #expect(try provenance.sources.describe(#require(diagnostic.span)) == "templates/a.yaml:2:6")
  }

  @Test func deepNestingIsRefused() {
    let deep = String(repeating: "{{if .}}", count: 300) + String(repeating: "{{end}}", count: 300)
    #expect(rendered(deep) == "template: t:1: max control structure depth exceeded")
    let parens = "{{ " + String(repeating: "(", count: 300) + "1" + String(repeating: ")", count: 300) + " }}"
    #expect(rendered(parens) == "template: t:1: max expression depth exceeded")
    let chain = "{{ if .a }}" + String(repeating: "{{ else if .b }}", count: 5000) + "{{ else }}x{{ end }}"
    #expect(rendered(chain) == "x")
  }
}
