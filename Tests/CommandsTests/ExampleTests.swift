import FileTree
import Linting
import Reports
import SourceText
import Support
import Testing

private func lint(_ example: String) throws -> LintReport {
  let tree = try #require(DiskFileTree(root: repositoryRoot + "/examples/" + example))
  var options = LintOptions()
  options.prefix = "examples/\(example)/"
  return Linter.lint(tree, options: options).report
}

/// The examples a newcomer sees first.
@Suite struct ExampleTests {
  @Test func theBrokenPlatformHasItsRecordedFindings() throws {
    let report = try lint("platform")
    expectGolden(String(decoding: report.written(as: .text), as: UTF8.self), "examples/platform.txt")
  }

  @Test func theFixedPlatformIsClean() throws {
    let report = try lint("platform-fixed")
    #expect(report.findings.map(\.message) == [])
    #expect(!report.isIncomplete)
    #expect(report.deployments == 19)
  }

  /// Each row of examples/README.md's table is one planted defect: its file has a finding of its rule.
  @Test func everyPlantedDefectIsFound() throws {
    let report = try lint("platform")
    let text = try #require(readText(repositoryRoot + "/examples/README.md"))
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { $0.split(separator: "`") }
    #expect(rows.count == 31)
    for row in rows {
      let path = "examples/platform/" + row[1]
      let rule = String(row[row.count - 2])
      #expect(report.findings.contains { $0.place?.path == path && $0.rule == rule }, "\(rule) in \(path)")
    }
    #expect(report.findings.count == rows.count)
  }

  /// Each rule that stands for one of the tool's promises shows itself at least once.
  @Test func everyCoreRuleFires() throws {
    let report = try lint("platform")
    let found = Set(report.findings.map(\.rule))
    let core = report.rules.filter { $0.tags.contains("core") }.map(\.id)
    #expect(core.count >= 30)
    #expect(core.filter { !found.contains($0) } == [])
  }

  @Test func theSameTreeGivesTheSameBytes() throws {
    for format in ReportFormat.allCases {
      #expect(try lint("platform").written(as: format) == lint("platform").written(as: format))
    }
  }
}

/// Whatever finds fault with a Secret, its value stays out of every report.
@Suite struct SecretValueTests {
  @Test func valuesOfSecretsAreNeverShown() throws {
    let tree = MemoryFileTree(text: [
      "k8s/secret.yaml": """
      apiVersion: v1
      kind: Secret
      metadata: {name: db, namespace: production}
      stringData:
        password: hunter2-in-git
        url: |
          postgres://u:hunter2-in-git@db
      data:
        token: aHVudGVyMi1pbi1naXQ=
      """,
      "k8s/spc.yaml": """
      apiVersion: secrets-store.csi.x-k8s.io/v1
      kind: SecretProviderClass
      metadata: {name: web, namespace: production}
      spec:
        provider: aws
        parameters:
          objects: |
            - {objectName: production/web/db, objectType: secretsmanager, objectAlias: password}
        secretObjects:
          - secretName: db
            type: Opaque
            data: [{objectName: password, key: password}]
      """,
    ])
    let report = Linter.lint(tree).report
    #expect(report.findings.contains { $0.rule == "plain-secret-in-git" })
    for format in ReportFormat.allCases {
      let text = String(decoding: report.written(as: format), as: UTF8.self)
      #expect(!text.contains("hunter2"), "\(format): \(text)")
      #expect(!text.contains("aHVudGVyMi1pbi1naXQ"), "\(format)")
    }
  }
}
