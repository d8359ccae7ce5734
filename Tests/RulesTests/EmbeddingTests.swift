import BuiltinRules
import FileTree
import Glibc
import SourceText
import Support
import Testing
import Values

@testable import Rules

@Suite struct EmbeddingTests {
  @Test func theListOfEmbeddedRulesIsFresh() throws {
    let tree = try #require(DiskFileTree(root: repositoryRoot))
    let paths = RulePack.files(in: tree, below: "rules").map(\.path)
    let wanted = BuiltinRules.embedding(paths)
    let path = repositoryRoot + "/Sources/CRules/rules.c"
    if getenv("UPDATE_GOLDEN") != nil, let file = fopen(path, "w") {
      fputs(wanted, file)
      fclose(file)
      return
    }
    #expect(readText(path) == wanted, "Sources/CRules/rules.c is stale: run `make generate`")
  }

  @Test func embeddedBytesAreTheFiles() throws {
    let tree = try #require(DiskFileTree(root: repositoryRoot))
    for (path, bytes) in BuiltinRules.files { #expect(try tree.read(path) == bytes, "\(path)") }
  }

  /// What is cut off begins with `admission:` or `examples:` and holds no other key.
  @Test func admissionSectionsAndExamplesStandLastAndAreCutOffWhole() {
    for (whole, cut) in zip(BuiltinRules.files, BuiltinRules.filesToJudge) {
      #expect(whole.path == cut.path && whole.bytes.starts(with: cut.bytes))
      let rest = String(decoding: whole.bytes.dropFirst(cut.bytes.count), as: UTF8.self)
      #expect(rest.hasPrefix("examples:\n") || rest.hasPrefix("admission:\n"), "\(whole.path)")
      let keys = rest.split(separator: "\n").filter { line in line.first.map { !" -#".contains($0) } ?? false }
      #expect(keys == ["examples:"] || keys == ["admission:", "examples:"], "\(whole.path)")
    }
  }
}

/// Pages that are made of the rules and of the model's schema.
@Suite struct GeneratedPagesTests {
  @Test func theListOfRulesIsFresh() throws {
    let files = RulePack.files(in: try #require(DiskFileTree(root: repositoryRoot)), below: "rules")
    expectFresh(RuleDocumentation.index(RulePack.load(files, provenance: Provenance(), sink: DiagnosticSink())), "rules/README.md")
  }

  @Test func theReferenceIsFresh() { expectFresh(RuleDocumentation.reference(), "rules/REFERENCE.md") }

  @Test func theSchemaIsFresh() { expectFresh(RuleSchema.text(), "schema/rule.schema.json") }
}
