import Commands
import Foundation
import Support
import Testing

private func secretslint(_ words: String...) -> (status: Int32, output: String, errors: String) {
  let output = Output()
  let status = Secretslint.run(words, output: output)
  return (status, String(decoding: output.standardOutput, as: UTF8.self), String(decoding: output.standardError, as: UTF8.self))
}

private func rule(_ expression: String, examples: String) -> String {
  """
  title: Mine
  severity: warning
  why: it matters
  remediation: Repair it.
  match: { kinds: [v1/ConfigMap] }
  validations:
    - { expression: "\(expression)", at: object.metadata.name, message: "found `{object.metadata.name}`" }
  examples:
  \(examples)
  """
}

private let examples = """
    - name: the bad one
      fail: |
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: bad # <- finding
    - name: the good one
      pass: |
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: good
  """

/// Rules of a repository's own, from the command line.
@Suite struct RulesCommandTests {
  @Test func examplesAreRunByDirectory() throws {
    let directory = try TemporaryDirectory(text: ["mine/mine.yaml": rule("object.metadata.name != 'bad'", examples: examples)])
    let outcome = secretslint("rules", "test", directory.path)
    #expect(outcome.status == 0)
    #expect(outcome.output == "2 examples of 1 rules, 0 failed\n")
  }

  @Test func whatDiffersIsShownLineByLine() throws {
    let directory = try TemporaryDirectory(text: ["mine/mine.yaml": rule("object.metadata.name != 'good'", examples: examples)])
    let outcome = secretslint("rules", "test", directory.path)
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("  manifests/example.yaml\n      3 | metadata:\n  -   4 |   name: bad   # expected a finding\n"))
    #expect(outcome.output.contains("  +   4 |   name: good   # found: found `good`\n"))
  }

  @Test func aTypoInAFieldIsShownWithACaretAndTheNearestName() throws {
    let text = rule("true", examples: examples).replacing("match: { kinds: [v1/ConfigMap] }", with: "match: { node: driver }").replacing("\"true\"", with: "driver.rotationEnbled")
    let directory = try TemporaryDirectory(text: ["mine/mine.yaml": text])
    let outcome = secretslint("rules", "test", directory.path)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("error[rules/expression]: 'driver' has no field 'rotationEnbled', did you mean 'rotationEnabled'"))
    #expect(outcome.errors.contains("^^^^^^^^^"))
  }

  @Test func pagesAreWrittenOneARule() throws {
    let directory = try TemporaryDirectory()
    #expect(secretslint("rules", "docs", "--out", directory.path).status == 0)
    #expect(readText(directory.path + "/README.md")?.hasPrefix("# Rules") == true)
    #expect(readText(directory.path + "/spc-unused.md")?.hasPrefix("# spc-unused") == true)
  }

  @Test func theSchemaListsTheFunctions() {
    let schema = secretslint("rules", "schema").output
    #expect(schema.contains("\"x-functions\""))
    #expect(schema.contains("goDuration(string) -> "))
  }

  @Test func explainTellsAllRules() {
    func told(_ words: String...) -> (status: Int32, text: String, errors: String) {
      let output = Output()
      let status = Secretslint.run(["explain"] + words, output: output)
      return (status, String(decoding: output.standardOutput, as: UTF8.self), String(decoding: output.standardError, as: UTF8.self))
    }
    let text = told("--all")
    #expect(text.status == 0 && text.text.contains("error[csi-rotation-disabled]:") && text.text.contains("warning[suppression-unused]:"))
    let pages = told("--all", "--format", "markdown").text
    #expect(pages.contains("\n# csi-rotation-disabled\n") && pages.contains("\n# suppression-unused\n"))
    #expect(told("spc-region", "--format", "markdown").text.hasPrefix("# spc-region\n"))
    #expect(told("--all", "spc-region").status == 2 && told("--format", "html", "spc-region").status == 2 && told().status == 2)
  }
}
