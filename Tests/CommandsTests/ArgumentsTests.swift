import Commands
import Testing

private let specs = [
  OptionSpec("values", short: "f", value: "FILE", ""), OptionSpec("set", value: "K=V", ""), OptionSpec("quiet", short: "q", ""),
]

@Suite struct ArgumentsTests {
  @Test func optionsAndPathsMayBeMixed() throws {
    let arguments = try Arguments(["a", "-f", "1", "--set=x=y", "b", "-f2", "-q", "--", "-c"], specs)
    #expect(arguments.positional == ["a", "b", "-c"])
    #expect(arguments.all("values") == ["1", "2"])
    #expect(arguments["set"] == "x=y")
    #expect(arguments.has("quiet"))
  }

  @Test func aSingleDashIsAPath() throws {
    #expect(try Arguments(["-"], specs).positional == ["-"])
  }

  @Test(arguments: [
    (["--valuse", "x"], "unknown option '--valuse', did you mean '--values'?"), (["-x"], "unknown option '-x'"),
    (["--values"], "option '--values' needs a value: FILE"), (["--quiet=maybe"], "option '--quiet' takes no value"),
  ])
  func mistakesAreNamed(_ words: [String], _ message: String) {
    #expect(throws: UsageError(message)) { try Arguments(words, specs) }
  }
}
