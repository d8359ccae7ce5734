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

private let chart = "apiVersion: v2\nname: web\nversion: 1.0.0\n"

/// Input that people and attackers really hand over: each gives a located error or a clean exit, never a trap or a hang.
@Suite struct OddInputTests {
  @Test func anEmptyDirectoryIsNothingToLint() throws {
    let directory = try TemporaryDirectory()
    let outcome = secretslint("lint", directory.path)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("nothing to lint"))
  }

  @Test func aMissingPathIsNamed() {
    let outcome = secretslint("lint", "/no/such/directory")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("no file or directory '/no/such/directory'"))
  }

  @Test func brokenYAMLIsReportedAtItsLine() throws {
    let directory = try TemporaryDirectory(text: [
      "k8s/deployment.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: [web\nspec: {}\n"
    ])
    let outcome = secretslint("lint", directory.path)
    #expect(outcome.status == 3)
    #expect(outcome.output.contains("k8s/deployment.yaml:"))
    #expect(outcome.output.contains("render-failed"))
  }

  @Test func aBrokenTemplateIsReportedAtItsLine() throws {
    let directory = try TemporaryDirectory(text: [
      "web/Chart.yaml": chart, "web/templates/a.yaml": "kind: ConfigMap\nname: {{ .Values.x | nidnent 2 }}\n",
    ])
    let outcome = secretslint("lint", directory.path)
    #expect(outcome.status == 3)
    #expect(outcome.output.contains("web/templates/a.yaml:2:"))
  }

  @Test func brokenTerraformIsReportedAtItsLine() throws {
    let directory = try TemporaryDirectory(text: ["main.tf": "resource \"aws_iam_role\" \"r\" {\n  name = \n}\n"])
    let outcome = secretslint("lint", directory.path)
    #expect(outcome.status == 3)
    #expect(outcome.output.contains("main.tf:2:"))
  }

  @Test func endlessRecursionOfTemplatesIsStopped() throws {
    let directory = try TemporaryDirectory(text: [
      "web/Chart.yaml": chart, "web/templates/_a.tpl": "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}",
      "web/templates/a.yaml": "kind: ConfigMap\nname: {{ include \"a\" . }}\n",
    ])
    let outcome = secretslint("lint", directory.path)
    #expect(outcome.status == 3)
    #expect(outcome.output.contains("render-failed"))
  }

  @Test func anAliasBombIsStopped() throws {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 {
      let list = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(list)]\n"
    }
    let directory = try TemporaryDirectory(text: ["bomb.yaml": "apiVersion: v1\nkind: ConfigMap\n" + text])
    let outcome = secretslint("lint", directory.path)
    #expect(outcome.status == 3)
    #expect(outcome.output.contains("bomb.yaml:"))
  }

  @Test(arguments: ["a.yaml", "Chart.yaml", "main.tf", "kustomization.yaml", "templates/x.yaml"])
  func randomBytesDoNoHarm(_ name: String) throws {
    var state: UInt64 = 88_172_645_463_325_252
    let bytes = (0..<4096).map { _ -> UInt8 in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state)
    }
    let directory = try TemporaryDirectory([name: bytes, "other/Chart.yaml": Array(chart.utf8)])
    #expect([0, 2, 3].contains(secretslint("lint", directory.path).status))
  }

  @Test func aLoopOfLinksEnds() throws {
    let directory = try TemporaryDirectory(text: ["web/Chart.yaml": chart])
    try directory.link("web/again", to: "..")
    try directory.link("self", to: "self")
    try directory.link("outside", to: "/etc")
    let outcome = secretslint("lint", directory.path)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
  }

  @Test func aPathGivenTwiceIsLintedOnce() throws {
    let directory = try TemporaryDirectory(text: ["web/Chart.yaml": chart])
    let once = secretslint("lint", directory.path)
    let twice = secretslint("lint", directory.path, directory.path + "/", directory.path + "/web/..")
    func withoutTime(_ text: String) -> String { text.replacingOccurrences(of: #"\d+\.\d+ s"#, with: "", options: .regularExpression) }
    #expect(withoutTime(once.output) == withoutTime(twice.output))
    #expect(once.status == twice.status)
  }

  @Test(arguments: [["lnt"], ["lint", "--format", "xml"], ["lint", "--select", "no-such-rule", "."], ["render"], ["eval"]])
  func wrongUsageEndsInTwo(_ words: [String]) {
    let output = Output()
    #expect(Secretslint.run(words, output: output) == 2)
    #expect(output.standardError.starts(with: Array("secretslint: ".utf8)))
  }
}
