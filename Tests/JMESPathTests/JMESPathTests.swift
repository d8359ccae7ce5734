import Testing
import Values

@testable import JMESPath

struct JMESPathTests {
  @Test(arguments: [
    "username", "a.b.c", "_x1", #""db-url""#, #"a."b-c""#, "a[0]", "a[-1].b", "a[*].b", "*", "a.*.b", "a[]", "a[?b=='x'].c", "a | b", "a || b",
    "a && !b", "[a, b]", "{x: a, \"y-z\": b}", "to_string(port)", "join(',', a)", "@", "`1`", "'raw'", "a[1:2]", "a[::2].b", "(a)", "sort_by(a, &b)",
    "a.[b,c]", "a.{x: b}", "[?a > `1`]", "[0]", "[*]", "[*].a",
  ])
  func compiles(text: String) {
    #expect(JMESExpression.problem(text) == nil)
  }

  @Test(arguments: [
    "", "db-url", "0d", "a b", ".username", "$.x", "über", "a.", "a[", "a..b", "a[b]", "\"open", "a = b", "[", "{a}", "\"f\"(x)", "a)", "'x", "a[0:1:0]",
    "!", "&&", "a |", "[a,]", "-",
  ])
  func doesNotCompile(text: String) {
    #expect(JMESExpression.problem(text) != nil)
  }

  @Test(arguments: [
    ("db-url", #""db-url""#), ("a.db-url", #"a."db-url""#), ("0d", #""0d""#), ("a b", #""a b""#), ("username", nil), (".x", nil), ("$.x", #""$".x"#),
  ] as [(String, String?)])
  func identifiersAreQuoted(text: String, quoted: String?) {
    #expect(JMESExpression.quoted(text) == quoted)
  }

  @Test(arguments: [
    ("a", "string"), ("b", "number"), ("c.d", "boolean"), ("c", "object"), ("e[0]", "string"), ("e", "array"), ("missing", "null"), ("to_string(b)", "string"),
    ("missing.x", "null"), ("missing || a", "string"), ("e[9]", "null"),
  ])
  func valuesAreFound(text: String, type: String) throws {
    let value = try JSONReader.read(#"{"a":"x","b":1,"c":{"d":true},"e":["y"]}"#)
    let found = try JMESExpression(text).evaluate(value)
    #expect(found.map(JMESExpression.typeName) == type)
  }

  @Test func deepNestingIsAnError() {
    #expect(JMESExpression.problem(String(repeating: "(", count: 100_000)) != nil)
    #expect(JMESExpression.problem(String(repeating: "!", count: 100_000) + "a") != nil)
  }
}
