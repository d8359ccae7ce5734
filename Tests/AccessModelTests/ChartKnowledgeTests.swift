import FileTree
import SourceText
import Support
import Testing
import Values
import YAMLSyntax

@testable import AccessModel

struct ChartKnowledgeTests {
  @Test func everyFileIsEmbeddedAndReads() throws {
    let tree = try #require(DiskFileTree(root: repositoryRoot))
    let names = try tree.list("knowledge/charts").map { "knowledge/charts/" + $0.name }
    #expect(ChartKnowledge.files.map(\.path).sorted() == names.sorted())
    for (path, bytes) in ChartKnowledge.files {
      #expect(try tree.read(path) == bytes, "\(path)")
      let sink = DiagnosticSink()
      let knowledge = try #require(ChartKnowledge.read(path, bytes, sink))
      #expect(sink.diagnostics.map(\.message) == [])
      #expect(path.hasSuffix("/\(knowledge.chart).yaml"))
      // A key that is meant instead of another one exists in some version.
      for (mistake, meant) in knowledge.mistakes where !meant.use.isEmpty {
        let inner = knowledge.bundles.first.map { meant.use.hasPrefix($0.chart + ".") } ?? false
        let known = inner ? ChartKnowledge.driver.keys.map { "secrets-store-csi-driver." + $0.name } : []
        let isThere = (knowledge.keys.map(\.name) + known + ["secrets-store-csi-driver.install"]).contains { $0 == meant.use || $0.hasPrefix(meant.use + ".") }
        #expect(isThere, "\(mistake) → \(meant.use)")
      }
    }
  }

  static let unknown: [(chart: String, version: String, values: String, unknown: [String])] = [
    ("secrets-store-csi-driver", "1.5.4", "linux: {driver: {resources: {limits: {cpu: 1}}}, image: {tag: x}}", []),
    ("secrets-store-csi-driver", "1.5.4", "linux: {image: {tagg: x}}", ["linux.image.tagg"]),
    ("secrets-store-csi-driver", "1.3.4", "linux: {image: {digest: x}}", ["linux.image.digest"]),
    ("secrets-store-csi-driver", "1.4.0", "linux: {image: {digest: x}}", []),
    ("secrets-store-csi-driver", "9.0.0", "nonsense: 1", []),
    ("secrets-store-csi-driver", "1.5.4", "nonsense: null", []),
    ("secrets-store-csi-driver", "1.5.4", "global: {a: 1}\ntags: {b: true}", []),
    ("secrets-store-csi-driver-provider-aws", "1.0.1", "secrets-store-csi-driver: {install: false}", ["secrets-store-csi-driver"]),
    ("secrets-store-csi-driver-provider-aws", "2.0.0", "secrets-store-csi-driver: {install: false, syncSecret: {enabled: true}}", []),
    ("secrets-store-csi-driver-provider-aws", "3.1.1", "secrets-store-csi-driver: {linux: {resources: {}}}", ["secrets-store-csi-driver.linux.resources"]),
    ("reloader", "2.2.7", "reloader: {enableCSIIntegration: true}", ["reloader.enableCSIIntegration"]),
    ("reloader", "2.2.8", "reloader: {enableCSIIntegration: true}", []),
    ("reloader", "2.2.14", "reloader: {namespaces: [a]}", ["reloader.namespaces"]),
    ("reloader", "2.2.15", "reloader: {namespaces: [a]}", []),
  ]

  @Test(arguments: unknown)
  func valuesThatAVersionDoesNotReadAreUnknown(chart: String, version: String, values: String, unknown: [String]) throws {
    let provenance = Provenance()
    let file = provenance.sources.add(path: "values.yaml", bytes: Array(values.utf8))
    let root = try #require(YAMLReader.read(file: file, dialect: .kubernetes, provenance: provenance, sink: DiagnosticSink()).first?.root)
    let knowledge = try #require(ChartKnowledge.of(chart))
    let found = knowledge.unknownValues(InstallationValues(root: root, isKnown: true, place: .none), version: ProgramVersion(version))
    #expect(found.compactMap { $0["key"]?.string } == unknown)
  }

  @Test(arguments: [
    ("2.0.0", "1.5.2"), ("2.1.0", "1.5.2"), ("2.1.1", "1.5.3"), ("2.2.1", "1.5.3"), ("2.2.2", "1.5.6"), ("3.0.1", "1.5.6"), ("3.1.0", "1.6.0"), ("3.1.1", "1.6.0"),
  ])
  func theProviderBringsAVersionOfTheDriver(provider: String, driver: String) throws {
    let version = try #require(ProgramVersion(provider))
    #expect(ChartKnowledge.provider.bundle(of: version)?.version.description == driver)
  }

  @Test(arguments: [
    ("^2.1", "2.1.0"), ("~2.1.3", "2.1.3"), ("2.x", "2.0.0"), ("2.1.*", "2.1.0"), (">=2.0.0", "2.0.0"), (">= 2.1, < 3", "2.1.0"), ("3", "3.0.0"), ("*", nil), ("HEAD", nil), ("", nil),
    ("^1 || ^2", nil), ("<3", nil),
  ])
  func rangesHaveALowerBound(range: String, lowest: String?) {
    #expect(ProgramVersion(lowerBoundOf: range)?.description == lowest)
  }
}
