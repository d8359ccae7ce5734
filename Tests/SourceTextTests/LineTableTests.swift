import SourceText
import Testing

@Suite struct LineTableTests {
  @Test(arguments: [(0, 1, 1), (2, 1, 3), (3, 2, 1), (5, 2, 2), (7, 3, 1), (99, 4, 1)])
  func countsLinesAndScalarsFromOne(_ offset: UInt32, _ line: Int, _ column: Int) {
    let file = SourceMap().add(path: "a", bytes: Array("ab\né\r\n\n".utf8))
    #expect(file.position(offset) == SourcePosition(line: line, column: column))
  }

  @Test func suggestsTheNearestName() {
    #expect(nearestName(to: "nidnent", in: ["indent", "nindent", "quote"]) == "nindent")
    #expect(nearestName(to: "zzzz", in: ["indent", "quote"]) == nil)
  }
}
