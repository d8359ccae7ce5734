import Commands
import Foundation
import Support
import Testing

/// Without a configuration, wherever the tests run.
private func export(_ words: String...) -> (status: Int32, output: String, errors: String) {
  let output = Output()
  let status = Secretslint.run(["rules", "export", "--no-config"] + words, output: output)
  return (status, String(decoding: output.standardOutput, as: UTF8.self), String(decoding: output.standardError, as: UTF8.self))
}

/// Rules as ValidatingAdmissionPolicies, from the command line.
@Suite struct RulesExportTests {
  @Test func aRuleIsAPolicyWithItsBinding() {
    let outcome = export("--vap", "csi-volume-not-readonly")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("kind: ValidatingAdmissionPolicy\nmetadata:\n  name: secretslint-csi-volume-not-readonly\n"))
    #expect(outcome.output.hasSuffix("spec:\n  policyName: secretslint-csi-volume-not-readonly\n  validationActions: [Deny]\n"))
    #expect(outcome.errors == "secretslint: 1 rule written as policies\n")
  }

  @Test(arguments: [("Warn", "[Warn, Audit]"), ("audit", "[Audit]"), ("Deny", "[Deny]")])
  func theActionMayBeGiven(_ word: String, _ actions: String) {
    #expect(export("--vap", "--action", word, "csi-volume-not-readonly").output.hasSuffix("validationActions: \(actions)\n"))
  }

  @Test func allRulesThatAClusterCanJudgeAreWritten() {
    let outcome = export("--vap")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("name: secretslint-irsa-role-arn-invalid\n"))
    #expect(outcome.errors.contains(" rules written as policies\n"))
    #expect(outcome.errors.contains(" not: its verdict hangs on more than the one object that a cluster judges at a time\n"))
  }

  @Test func whatCannotBeAPolicySaysWhy() {
    let terraform = export("--vap", "irsa-wildcard-secret-prefix")
    #expect(terraform.status == 2)
    #expect(terraform.errors.contains("'irsa-wildcard-secret-prefix' cannot be a policy: it judges Terraform, charts or Applications"))
    #expect(export("--vap", "spc-unused").errors.contains("'spc-unused' cannot be a policy: its verdict hangs on more than the one object"))
    #expect(export("--vap", "spc-unusd").errors.contains("did you mean 'spc-unused'?"))
    #expect(export("--vap", "--action", "Block").errors.contains("--action knows Deny, Warn and Audit, not 'Block'"))
    #expect(export().errors.contains("rules export needs --vap"))
  }

  @Test func aFileIsWrittenForEachRule() throws {
    let directory = try TemporaryDirectory()
    #expect(export("--vap", "--out", directory.path + "/policies", "csi-volume-not-readonly", "rotation-setting-misplaced").status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.path + "/policies").sorted()
    #expect(names == ["secretslint-csi-volume-not-readonly.yaml", "secretslint-rotation-setting-misplaced.yaml"])
  }
}
