import SourceText
import Terraform
import Testing
import Values

/// Input that is broken, huge or turns in circles: a located error, and evaluation goes on.
@Suite struct HugeInputTests {
  private func codes(_ files: [String: String]) -> [String] {
    let input = files
    return Parallel.map(1, workers: 1) { _ in
      let bench = TerraformBench(input)
      // Whatever happens, the rest is evaluated and each error has a place.
      #expect(bench.json("after") == "\"fine\"")
      #expect(bench.result.diagnostics.allSatisfy { $0.span != nil })
      return bench.codes
    }.first ?? []
  }

  private func deep(_ open: String, _ close: String, _ count: Int, inner: String = "1") -> String {
    String(repeating: open, count: count) + inner + String(repeating: close, count: count)
  }

  @Test(arguments: [
    ("locals { a = range(1000000) }", "terraform/invalid-function-argument"),
    ("locals { a = [for i in range(1000) : [for j in range(1000) : [for k in range(1000) : k]]] }", "terraform/value-size"),
    ("locals { a = local.b }\nlocals { b = local.c }\nlocals { c = local.a }", "terraform/cycle"),
    ("output \"a\" { value = module.m.x }\nmodule \"m\" {\n  source = \"./m\"\n}", "terraform/module-cycle"),
    ("resource \"aws_x\" \"y\" {\n  for_each = toset([for i in range(1000) : \"${i}\"])\n  count = 1\n}", "terraform/count-and-for-each"),
    ("resource \"aws_x\" \"y\" { count = 1e300 }", "terraform/invalid-count"),
    ("resource \"aws_x\" \"y\" { count = -1 }", "terraform/invalid-count"),
    ("resource \"aws_x\" \"y\" {\n  dynamic \"b\" {\n    for_each = setproduct(range(1000), range(1000))\n    content {}\n  }\n}", "terraform/"),
    ("locals { a = join(\"\", [for i in range(200) : join(\"\", [for j in range(200) : \"xxxxxxxxxx${i}${j}\"])]) }", ""),
    ("locals { a = 1 / 0 }", ""), ("locals { a = pow(10, 1000000) }", ""), ("locals { a = format(\"%1000000000d\", 1) }", "terraform/"), ("locals { a = format(\"%.1000000f\", 1 / 3) }", ""),
    ("locals { a = regex(\"(a*)*b\", join(\"\", [for i in range(1000) : \"a\"])) }", "terraform/"),
    ("locals { a = templatestring(\"${\"x\"}\", {}) }", ""),
  ])
  func valuesAreBounded(_ text: String, _ code: String) {
    let found = codes(["main.tf": text + "\noutput \"after\" { value = \"fine\" }\n", "m/main.tf": "module \"m\" { source = \"../m\" }\noutput \"x\" { value = 1 }\n"])
    #expect(code.isEmpty || found.contains { $0.hasPrefix(code) }, "\(found)")
  }

  @Test(arguments: [("[", "]"), ("(", ")"), ("{ a = ", " }"), ("!", ""), ("true ? 1 : ", ""), ("f(", ")"), ("-", ""), ("[for x in ", " : x]"), ("1 + ", "")])
  func nestingIsBounded(open: String, close: String) {
    let found = codes(["a.tf": "locals { a = " + deep(open, close, 5000) + " }\n", "b.tf": "output \"after\" { value = \"fine\" }\n"])
    #expect(found.allSatisfy { $0.hasPrefix("hcl/") || $0.hasPrefix("terraform/") })
  }

  @Test func templatesAndBlocksNestAsDeeplyAsIsAllowed() {
    #expect(codes(["a.tf": "locals { a = \"" + deep("${\"", "\"}", 3000, inner: "x") + "\" }\n", "b.tf": "output \"after\" { value = \"fine\" }\n"]).contains("hcl/syntax"))
    let blocks = "resource \"aws_x\" \"y\" {\n" + deep("b {\n", "}\n", 5000, inner: "") + "}\n"
    #expect(codes(["a.tf": blocks, "b.tf": "output \"after\" { value = \"fine\" }\n"]).contains("hcl/syntax"))
    let json = "{\"locals\": {\"a\": " + deep("[", "]", 5000) + "}}"
    _ = codes(["a.tf.json": json, "b.tf": "output \"after\" { value = \"fine\" }\n"])
  }

  @Test func modulesThatCallOneAnotherInACircleEnd() {
    let files = [
      "main.tf": "module \"a\" { source = \"./a\" }\noutput \"after\" { value = \"fine\" }\n", "a/main.tf": "module \"b\" { source = \"../b\" }\n",
      "b/main.tf": "module \"a\" { source = \"../a\" }\n",
    ]
    #expect(codes(files) == ["terraform/module-cycle"])
  }

  @Test func manyBlocksOfOneFileAreRead() {
    let text = (0..<3000).map { "locals { l\($0) = \"${local.base}-\($0)\" }\n" }.joined()
    #expect(codes(["a.tf": text, "b.tf": "locals { base = \"x\" }\noutput \"after\" { value = \"fine\" }\n"]).isEmpty)
  }
}
