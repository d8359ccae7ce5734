import Testing
import Values

@testable import CEL

@Suite struct RobustnessTests {
  /// Pieces that break parsers; all pairs and triples are tried, none may crash.
  private static let pieces = [
    "(", ")", "[", "]", "{", "}", ".", ",", ":", "?", "-", "!", "&&", "in", "a", "a.all(x, ", "1", "1u", "0x", "'", "'''", "b'\\x", "r\"", "`",
    "has(", "\\", "//", "\u{0}", "é", "9223372036854775808", "-9223372036854775808", "1e999", "cel.bind(a, 1, ", ".a", "{?", "[?", "[].min()",
    "'%.99999s'.format([1])", "'a'.substring(9, 1)", "[1].slice(5, 9)", "''.charAt(-1)", "0.0 / 0.0", "% 0", "duration('9999999999h')",
    "timestamp('0000-00-00T00:00:00Z')", "quantity('1e99')", "cidr('::/999')", "math.bitShiftLeft(1, 99)", "'x'.split('', 3)", "lists.range(-1)",
    "'é'.replace('', 'x', 2)", "{1: 2, 1u: 3}", "[[]].flatten(9)", "'a'.matches('(')", "semver('1.2.3-')", "int(1e30)", "uint(-1)", "-(-9223372036854775807 - 1)",
    "(-9223372036854775807 - 1) / -1", "(-9223372036854775807 - 1) % -1", "math.abs(-9223372036854775807 - 1)", "url('://')", "ip('1.2.3.4').family()",
  ]

  @Test func noExpressionCrashes() {
    var environment = CELEnvironment()
    environment.stepLimit = 10_000
    environment.declare("a", .dyn)
    var evaluated = 0
    func attempt(_ text: String) {
      guard let program = try? environment.compile(text) else { return }
      _ = try? program.evaluate(CELActivation(environment))
      evaluated += 1
    }
    for first in Self.pieces {
      attempt(first)
      for second in Self.pieces { attempt(first + " " + second) }
      for second in ["+", "==", "&&", "<", "in"] { for third in Self.pieces { attempt(first + " " + second + " " + third) } }
    }
    #expect(evaluated > 500)
  }
}
