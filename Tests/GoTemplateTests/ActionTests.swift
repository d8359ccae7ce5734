import Testing

@Suite("actions")
struct ActionTests {
  static let cases: [TemplateCase] = [
    .init("plain {{/* comment */}}text", "plain text"),
    .init("a {{- /* trimmed */ -}} b", "ab"),
    .init("{{ .x }}", "1", data: #"{"x":1}"#),
    .init("{{ .x }}", "<no value>"),
  ]

  @Test(arguments: cases) func givesWhatGoGives(_ test: TemplateCase) {
    #expect(rendered(test.template, data: test.data) == test.expected)
  }
}
