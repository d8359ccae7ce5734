import SourceText
import Testing
import Values

@testable import YAMLSyntax

struct ScalarCase: Sendable, CustomTestStringConvertible {
  var text: String
  var want: ResolvedScalar
  var testDescription: String { text }

  init(_ text: String, _ want: ResolvedScalar) {
    self.text = text
    self.want = want
  }
}

@Suite struct ResolutionTests {
  static let go: [ScalarCase] = [
    .init("", .null), .init("~", .null), .init("NULL", .null), .init("nULL", .string),
    .init("y", .bool(true)), .init("On", .bool(true)), .init("NO", .bool(false)), .init("oFF", .string), .init("tRue", .string),
    .init("0644", .int(420)), .init("0o644", .int(420)), .init("08", .double(8)), .init("1_000", .int(1000)), .init("0x_1F", .int(31)),
    .init("0b101", .int(5)), .init("-0x10", .int(-16)), .init("+12", .int(12)), .init("1:30", .string), .init("1e3", .double(1000)),
    .init("1.", .double(1)), .init(".5", .double(0.5)), .init(".", .string), .init("._5", .string), .init("1e999", .string),
    .init("9223372036854775807", .int(.max)), .init("9223372036854775808", .uint(9_223_372_036_854_775_808)),
    .init("-9223372036854775808", .int(.min)), .init("-9223372036854775809", .double(-9_223_372_036_854_775_808)),
    .init("18446744073709551616", .double(18_446_744_073_709_551_616)), .init("2020-01-01", .timestamp), .init("2020-02-30", .string),
    .init("2001-12-14t21:59:43.10-05:00", .timestamp), .init("2001-12-14 21:59:43.10", .timestamp), .init("2001-12-14 21:59:43.10 -5", .string),
    .init("1.2.3", .string), .init("-", .string), .init("0x", .string), .init("_", .string), .init("-.inf", .double(-.infinity)),
  ]

  @Test(arguments: go) func `plain scalars read as go-yaml reads them`(_ item: ScalarCase) {
    #expect(ScalarResolver.resolve(Array(item.text.utf8), .kubernetes) == item.want)
  }

  static let core: [ScalarCase] = [
    .init("yes", .string), .init("true", .bool(true)), .init("0644", .int(644)), .init("0o644", .int(420)), .init("1_000", .string),
    .init("0x1f", .int(31)), .init("0b1", .string), .init("2020-01-01", .string), .init("+.inf", .double(.infinity)), .init("-1.5e3", .double(-1500)),
  ]

  @Test(arguments: core) func `plain scalars read by the core schema`(_ item: ScalarCase) {
    #expect(ScalarResolver.resolve(Array(item.text.utf8), .core) == item.want)
  }
}
