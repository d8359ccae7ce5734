import SourceText
import Testing

@testable import Linting

private struct SuppressionCase: CustomTestStringConvertible, Sendable {
  var text: String
  /// Line, from 0, of the finding.
  var line: Int
  var suppressed: Bool
  var testDescription: String { text }

  init(_ text: String, line: Int, _ suppressed: Bool) {
    self.text = text
    self.line = line
    self.suppressed = suppressed
  }
}

private func scan(_ text: String) -> [SuppressionComment] {
  SuppressionScanner.scan(SourceMap().add(path: "f", bytes: Array(text.utf8)))
}

@Suite struct SuppressionCommentTests {
  @Test(arguments: [
    SuppressionCase("x: 1 # secretslint: ignore r -- agreed with ops", line: 0, true),
    SuppressionCase("x: 1 # secretslint: ignore r -- of this line\ny: 2", line: 1, false),
    SuppressionCase("# secretslint: ignore other, r -- why\nx: 1", line: 1, true),
    SuppressionCase("# secretslint: ignore r -- why\n# and more words\n  # secretslint: ignore s -- why\nx: 1", line: 3, true),
    SuppressionCase("# secretslint: ignore r -- why\n\nx: 1", line: 2, false),
    SuppressionCase("# secretslint: ignore r -- why\nx: 1\ny: 2", line: 2, false),
    SuppressionCase("{{/* secretslint: ignore r -- why */}}\nx: 1", line: 1, true),
    SuppressionCase("{{- /* secretslint: ignore r -- why */ -}}\nx: 1", line: 1, true),
    SuppressionCase("x: {{ .Values.a }} {{/* secretslint: ignore r -- why */}}\ny: 1", line: 0, true),
    SuppressionCase("{{/*\nsecretslint: ignore r -- why\n*/}}\nx: 1", line: 3, true),
    SuppressionCase("/*\n * secretslint: ignore r -- why\n */\nx = 1", line: 3, true),
    SuppressionCase("// secretslint: ignore r -- why\nname = 1", line: 1, true),
    SuppressionCase("/* secretslint: ignore r -- why */ name = 1", line: 0, true),
    SuppressionCase("# secretslint: ignore-file r -- why\n\n\nx: 1", line: 3, true),
    SuppressionCase("---\n\n# words\n# secretslint: ignore-file r -- why\nx: 1", line: 4, true),
    SuppressionCase("x: 1\n# secretslint: ignore-file r -- too late\ny: 1", line: 2, false),
    SuppressionCase("# secretslint: ignore q -- why\nx: 1", line: 1, false),
    SuppressionCase("text: \"secretslint: ignore r -- this is no comment\"", line: 0, false),
    SuppressionCase("url: a#secretslint: ignore r -- nor is this", line: 0, false),
    SuppressionCase("# secretslint: ignore r until=2030-01-01 -- why\r\nx: 1\r\n", line: 1, true),
  ])
  private func aCommentCoversItsLineOrTheNextOne(_ example: SuppressionCase) {
    let covers = scan(example.text).contains { comment in
      comment.problem.isEmpty && comment.rules.contains { $0.name == "r" } && comment.covers(example.line)
    }
    #expect(covers == example.suppressed)
  }

  struct Mistake: CustomTestStringConvertible, Sendable {
    var text: String
    var problem: String
    var testDescription: String { text }
  }

  @Test(arguments: [
    Mistake(text: "# secretslint: ignore -- all of it", problem: "it names no rule; there is no blanket ignore"),
    Mistake(text: "# secretslint: ignroe r -- why", problem: "there is no 'ignroe', did you mean 'ignore'?"),
    Mistake(text: "# secretslint:", problem: "the comment says nothing, expected 'ignore RULE -- reason'"),
    Mistake(text: "# secretslint: ignore r until=soon -- why", problem: "'soon' is no day, expected until=YYYY-MM-DD"),
    Mistake(text: "# secretslint: ignore r until=2027-02-29 -- why", problem: "'2027-02-29' is no day, expected until=YYYY-MM-DD"),
    Mistake(text: "a: 1\n# secretslint: ignore-file r -- why", problem: "'ignore-file' stands behind the first comment block of the file"),
  ])
  func malformedCommentsAreNamed(_ mistake: Mistake) {
    #expect(scan(mistake.text).map(\.problem) == [mistake.problem])
  }

  @Test func theReasonEndsWithTheComment() {
    #expect(scan("{{/* secretslint: ignore r -- reads it */}}\n").map(\.reason) == ["reads it"])
    #expect(scan("a /* secretslint: ignore r -- b */ c").map(\.reason) == ["b"])
    #expect(scan("# secretslint: ignore r -- é -- twice  \t\n").map(\.reason) == ["é -- twice"])
  }
}
