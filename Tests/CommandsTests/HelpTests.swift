import Commands
import Support
import Testing

private func secretslint(_ words: [String]) -> (status: Int32, output: String, errors: String) {
  let output = Output()
  let status = Secretslint.run(words, output: output)
  return (status, String(decoding: output.standardOutput, as: UTF8.self), String(decoding: output.standardError, as: UTF8.self))
}

@Suite struct HelpTests {
  @Test(arguments: ["lint", "render", "inspect", "who-can", "can", "explain", "rules", "config", "plugin", "eval", "completion"])
  func everyCommandHasHelp(_ command: String) {
    let help = secretslint([command, "--help"])
    #expect(help.status == 0)
    #expect(help.output.hasPrefix("Usage: secretslint ") && help.output.contains("--help"))
    #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(secretslint([command, "-h"]).output == help.output)
    #expect(secretslint(["help", command]).output == help.output)
    #expect(secretslint(["help"]).output.contains("secretslint \(command == "lint" ? "[lint]" : command)"))
  }

  @Test func theOverviewFitsATerminalAndNamesEveryCommand() {
    let overview = secretslint(["--help"]).output
    #expect(overview.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(overview.contains("secretslint who-can SECRET_OR_ARN [PATH]") && overview.contains("secretslint help COMMAND"))
  }

  @Test func helpOfNothingNamesTheNearestCommand() {
    let outcome = secretslint(["help", "rendr"])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("there is no command 'rendr', did you mean 'render'?"))
  }
}

@Suite struct RenderDirectoryTests {
  private let manifests = [
    "b.yaml": "kind: Namespace\napiVersion: v1\nmetadata: {name: b}\n",
    "a.yaml": "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Namespace, metadata: {name: a}}\n",
    "more/c.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: c}\n",
  ]

  private func document(_ name: String) -> String { "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: \(name)\n" }

  @Test func aDirectoryOfManifestsIsItsObjects() throws {
    let directory = try TemporaryDirectory(text: manifests)
    #expect(secretslint(["render", directory.path]).output == document("a") + document("b"))
    #expect(secretslint(["render", "--recurse", directory.path]).output == document("a") + document("b") + document("c"))
  }

  @Test func whatArgoCDRefusesIsNotRendered() throws {
    let directory = try TemporaryDirectory(text: ["t.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Values.x }}}\n"])
    let outcome = secretslint(["render", directory.path])
    #expect(outcome.status == 3 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("'t.yaml' is a template"))
  }
}
