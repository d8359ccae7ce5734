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
    for mismatch in RuleExamples.check(rule, among: builtin.pack.rules, rules: builtin.provenance, build: model) {
      Issue.record(
        "\(mismatch.description)",
        sourceLocation: SourceLocation(
          fileID: "Rules/\(rule.rule.id).yaml", filePath: rule.rule.source.path, line: mismatch.line, column: 1))
    }
  }

  /// Mutation testing: a rule whose check is deleted, negated or always fails has an example that notices.
  @Test(arguments: builtin.pack.rules.map { RuleID(id: $0.rule.id) })
  func examplesNoticeABrokenCheck(_ id: RuleID) throws {
    let rule = try #require(builtin.pack[id.id])
    var models: [[String: String]: (graph: AccessGraph, provenance: Provenance)] = [:]
    let survivors = RuleMutations.survivors(of: rule.rule, among: builtin.pack.rules, rules: builtin.provenance) { files in
      if let known = models[files] { return known }
      let made = model(files)
      models[files] = made
      return made
    }
    #expect(survivors.filter { $0.part == .check }.map(\.change) == [])
  }
}

private func model(_ files: [String: String]) -> (graph: AccessGraph, provenance: Provenance) {
  let provenance = Provenance()
  let tree = MemoryFileTree(text: files)
  let repository = RepositoryRenderer.render(tree: tree, provenance: provenance)
  return (AccessModelBuilder.build(repository: repository, provenance: provenance, tree: tree), provenance)
}
