import AccessModel
import BuiltinRules
import FileTree
import Rendering
import SourceText
import Testing
import Values

@testable import Rules

/// A rule by its id, so that a failure names it.
struct RuleID: CustomTestStringConvertible, Sendable {
  let id: String
  var testDescription: String { id }
}

/// The built-in rules, loaded once.
private let builtin: (pack: RulePack, provenance: Provenance) = {
  let provenance = Provenance()
  return (RulePack.load(BuiltinRules.files, provenance: provenance, sink: DiagnosticSink()), provenance)
}()

/// The examples of the rules are their tests: findings stand exactly where the markers are.
@Suite struct RuleExampleTests {
  @Test(arguments: builtin.pack.rules.map { RuleID(id: $0.rule.id) })
  func examplesFindWhatTheyMark(_ id: RuleID) throws {
    let rule = try #require(builtin.pack[id.id])
    for mismatch in RuleExamples.check(rule, rules: builtin.provenance, build: { files in
      let provenance = Provenance()
      let tree = MemoryFileTree(text: files)
      let repository = RepositoryRenderer.render(tree: tree, provenance: provenance)
      return (AccessModelBuilder.build(repository: repository, provenance: provenance, tree: tree), provenance)
    }) {
      Issue.record(
        "\(mismatch.description)",
        sourceLocation: SourceLocation(
          fileID: "Rules/\(rule.rule.id).yaml", filePath: rule.rule.source.path, line: mismatch.line, column: 1))
    }
  }
}
