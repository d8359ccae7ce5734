import Kustomize
import Testing

/// A kustomization and what kustomize 5.5 prints for it.
struct Build: Sendable, CustomTestStringConvertible {
  var name: String
  var files: [String: String]
  var expected: String

  init(_ name: String, _ files: [String: String], _ expected: String) {
    self.name = name
    self.files = files
    self.expected = expected
  }

  var testDescription: String { name }
}

struct KustomizeBuildTests {
  @Test("prints what kustomize prints", arguments: Self.builds)
  func prints(_ build: Build) {
    let built = Built(build.files)
    #expect(built.text == build.expected)
    #expect(built.diagnostics.isEmpty)
    #expect(!built.result.failed)
  }

  static let builds = Build.transformers + Build.patches + Build.generators + Build.output
}
