import Commands
import Foundation
import Support
import Testing

private struct Outcome {
  var status: Int32
  var output: String
  var errors: String
}

private func secretslint(_ words: String...) -> Outcome {
  let output = Output()
  let status = Secretslint.run(words, output: output)
  return Outcome(
    status: status, output: String(decoding: output.standardOutput, as: UTF8.self),
    errors: String(decoding: output.standardError, as: UTF8.self))
}

private let spc = """
  apiVersion: secrets-store.csi.x-k8s.io/v1
  kind: SecretProviderClass
  metadata: {name: web, namespace: production}
  spec:
    provider: aws
    parameters:
      objects: |
        - objectName: web/database
          objectType: secretsmanager
          objectAlias: db

  """

/// The configuration, the baseline and several reports, from the command line.
@Suite struct ConfigurationCommandTests {
  @Test func aMistakeIsShownWithACaretAndEndsInTwo() throws {
    let directory = try TemporaryDirectory(text: [".secretslint.yaml": "rules:\n  spc-unusd: off\n", "k8s/spc.yaml": spc])
    for words in [["lint", directory.path], ["config", "check", directory.path], ["inspect", directory.path]] {
      let output = Output()
      #expect(Secretslint.run(words, output: output) == 2)
      #expect(
        String(decoding: output.standardError, as: UTF8.self) == """
          error[config/rule]: there is no rule, category or tag 'spc-unusd', did you mean 'spc-unused'?
            --> \(directory.path)/.secretslint.yaml:2:3
             |
           2 |   spc-unusd: off
             |   ^^^^^^^^^

          """)
    }
    #expect(secretslint("lint", "--no-config", directory.path).status == 1)
  }

  @Test func aMissingConfigurationEndsInTwo() throws {
    let directory = try TemporaryDirectory(text: ["k8s/spc.yaml": spc])
    let outcome = secretslint("lint", "--config", directory.path + "/none.yaml", directory.path)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("--config: no file"))
    #expect(secretslint("lint", "--baseline", directory.path + "/none.yaml", directory.path).status == 2)
  }

  @Test func theConfigurationOfTheRepositoryHoldsBelowIt() throws {
    let directory = try TemporaryDirectory(text: [
      ".git/HEAD": "ref: refs/heads/main\n", ".secretslint.yaml": "rules: {paths: off, hygiene: off, secrets: off, sources: off, csi: off}\n",
      "a/k8s/spc.yaml": spc,
    ])
    #expect(secretslint("lint", directory.path + "/a").status == 0)
    #expect(secretslint("lint", "--no-config", directory.path + "/a").status == 1)
  }

  @Test func failOnOfTheConfigurationGivesWayToTheOption() throws {
    let directory = try TemporaryDirectory(text: [".secretslint.yaml": "failOn: warning\nrules: {secret-path-missing-env: warning}\n", "k8s/spc.yaml": spc])
    #expect(secretslint("lint", "--select", "secret-path-missing-env", directory.path).status == 1)
    #expect(secretslint("lint", "--select", "secret-path-missing-env", "--fail-on", "error", directory.path).status == 0)
    #expect(secretslint("lint", "--select", "secret-path-missing-env", "--exit-zero", directory.path).status == 0)
    #expect(secretslint("lint", "--select", "secret-path-missing-env", "--fail-on", "error", "--max-warnings", "0", directory.path).status == 1)
    #expect(secretslint("lint", "--select", "secret-path-missing-env", "--fail-on", "error", "--max-warnings", "1", directory.path).status == 0)
    #expect(secretslint("lint", "--max-warnings", "some", directory.path).status == 2)
  }

  @Test func aBaselineAcceptsPrunesAndComplains() throws {
    let directory = try TemporaryDirectory(text: ["k8s/spc.yaml": spc])
    #expect(secretslint("lint", directory.path).status == 1)
    let written = secretslint("lint", "--write-baseline", directory.path)
    #expect(written.status == 0)
    #expect(written.errors.contains("baseline .secretslint-baseline.yaml written"))
    let accepted = secretslint("lint", directory.path)
    #expect(accepted.status == 0)
    #expect(accepted.output.contains("in the baseline."))
    let fixed = spc.replacing("web/database", with: "production/web/database")
    try fixed.write(toFile: directory.path + "/k8s/spc.yaml", atomically: true, encoding: .utf8)
    #expect(secretslint("lint", directory.path).output.contains("baseline-stale"))
    #expect(secretslint("lint", "--prune-baseline", directory.path).status == 0)
    #expect(secretslint("lint", directory.path).output.contains("baseline-stale") == false)
    #expect(secretslint("lint", "--no-suppressions", directory.path).output.contains("in the baseline") == false)
  }

  @Test func pruningNeedsABaseline() throws {
    let directory = try TemporaryDirectory(text: ["k8s/spc.yaml": spc])
    #expect(secretslint("lint", "--prune-baseline", directory.path).status == 2)
  }

  @Test func oneRunWritesSeveralReports() throws {
    let directory = try TemporaryDirectory(text: ["k8s/spc.yaml": spc])
    let sarif = directory.path + "/out.sarif"
    let outcome = secretslint("lint", "--format", "sarif", "--output", sarif, "--format", "concise", "--statistics", directory.path)
    #expect(outcome.output.contains("error[secret-path-missing-env]"))
    #expect(outcome.output.contains("1  secret-path-missing-env"))
    #expect(readText(sarif)?.contains("\"2.1.0\"") == true)
    #expect(secretslint("lint", "--format", "json", "--format", "text", directory.path).status == 2)
    #expect(secretslint("lint", "--format", "jsn", directory.path).errors.contains("did you mean 'json'?"))
  }

  @Test func initWritesAFileThatChangesNothing() throws {
    let directory = try TemporaryDirectory(text: ["k8s/spc.yaml": spc])
    let before = secretslint("lint", "--format", "json", directory.path).output
    #expect(secretslint("config", "init", directory.path).status == 0)
    #expect(secretslint("config", "init", directory.path).status == 2)
    #expect(secretslint("config", "check", directory.path).output.contains(": fine"))
    let after = secretslint("lint", "--format", "json", directory.path).output
    let isSame = before.split(separator: "\n").filter { !$0.contains("\"files\"") } == after.split(separator: "\n").filter { !$0.contains("\"files\"") }
    #expect(isSame)
  }

  @Test func commandsAreSpelledOut() {
    #expect(secretslint("config", "shema").errors.contains("did you mean 'schema'?"))
    #expect(secretslint("config").status == 2)
    #expect(secretslint("config", "schema").output.hasPrefix("{\n  \"$schema\""))
    #expect(secretslint("explain", "suppression-unused").output.hasPrefix("warning[suppression-unused]"))
    for command in ["config", "lint", "inspect", "who-can"] {
      #expect(secretslint(command, "--help").output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(command)")
    }
  }
}
