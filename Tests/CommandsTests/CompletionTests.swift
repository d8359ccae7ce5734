import Commands
import Foundation
import Support
import Testing

private func offered(_ line: String...) -> [String] {
  let output = Output()
  #expect(Secretslint.run(["completion", "--words", "--"] + line, output: output) == 0)
  return String(decoding: output.standardOutput, as: UTF8.self).split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
}

@Suite struct CompletionTests {
  @Test func theFirstWordIsACommandOrADirectory() {
    let words = offered("")
    for command in ["lint", "render", "explain", "plugin", "completion", "help", ":directories"] {
      #expect(words.contains(command), "\(command)")
    }
    #expect(!words.contains("--format"))
    #expect(offered("help", "").contains("render") && !offered("help", "").contains(":directories"))
  }

  @Test func optionsAreThoseOfTheCommand() {
    #expect(offered("render", "--").contains("--set-string") && !offered("render", "--").contains("--format"))
    #expect(offered("render", "chart", "-").contains("--help"))
    // `lint` may be left out.
    #expect(offered("--").contains("--max-warnings") && offered("some/dir", "--").contains("--max-warnings"))
  }

  @Test(arguments: [
    (["lint", "--fail-on", ""], ["error", "warning", "info"]), (["lint", "--fail-on", "=", ""], ["error", "warning", "info"]),
    (["lint", "--fail-on", "="], ["error", "warning", "info"]),
    (["lint", "--fail-on=w"], ["--fail-on=error", "--fail-on=warning", "--fail-on=info"]),
    (["--color", "a"], ["auto", "always", "never"]), (["plugin", "--renderer", ""], ["native", "helm", "kustomize", "auto"]),
    (["completion", ""], ["bash", "zsh", "fish"]), (["completion", "bash", ""], []), (["config", "check", ""], [":directories"]),
    (["lint", "--output", "x"], [":files"]), (["lint", "-o", "x"], [":files"]), (["render", "-f", "a", "-n", ""], []),
    (["render", "-n", "x", ""], [":files"]),
    (["who-can", ""], []), (["who-can", "a/b", ""], [":directories"]), (["lint", "--", "-"], [":directories"]),
    (["lint", "--rules", ""], [":directories"]),
  ])
  func valuesAndPlacesAreOfferedAsTheyAre(_ line: [String], _ wanted: [String]) {
    let output = Output()
    #expect(Secretslint.run(["completion", "--words", "--"] + line, output: output) == 0)
    #expect(String(decoding: output.standardOutput, as: UTF8.self).split(separator: "\n").map(String.init) == wanted)
  }

  @Test func rulesAreOfferedWhereTheyAreAskedFor() {
    for line in [["explain", ""], ["explain", "spc-region", ""], ["rules", "test", ""], ["lint", "--ignore", ""]] {
      let output = Output()
      #expect(Secretslint.run(["completion", "--words", "--"] + line, output: output) == 0)
      #expect(
        String(decoding: output.standardOutput, as: UTF8.self).split(separator: "\n").contains("csi-rotation-disabled"), "\(line)"
      )
    }
    // In a list what stands before the last comma is kept; categories are names there, too.
    #expect(
      offered("--select", "spc-region,x").contains("spc-region,csi-rotation-disabled")
        && offered("--select", "").contains("paths"))
    #expect(!offered("explain", "").contains("paths"))
  }

  @Test func anUnknownShellIsRefused() {
    let output = Output()
    #expect(Secretslint.run(["completion", "tcsh"], output: output) == 2)
    #expect(String(decoding: output.standardError, as: UTF8.self).contains("completion needs one of bash, zsh, fish"))
  }
}

/// The scripts in their shells, which ask the built program.
@Suite struct CompletionScriptTests {
  private static let program = repositoryRoot + "/.build/debug/secretslint"
  private static let lines = [
    "secretslint ex", "secretslint lint --format s", "secretslint lint --format=s", "secretslint --fail-on ",
    "secretslint rules t", "secretslint explain csi-rotation-di",
    "secretslint --select spc-region,csi-rotation-di", "secretslint render oth", "secretslint inspect a",
    "secretslint lint --max-w", "secretslint who-can ",
  ]

  /// Runs a shell with the script loaded; `$WORDS` of `perLine` stands for a line, quoted.
  private func answers(_ shell: String, _ prelude: String, perLine: (String) -> String) throws -> String {
    let place = try TemporaryDirectory(text: ["a dir/x": "", "other one.yaml": ""])
    let process = Process()
    process.executableURL = URL(fileURLWithPath: shell)
    process.arguments = [
      shell.hasSuffix("fish") ? "--no-config" : shell.hasSuffix("zsh") ? "-f" : "--norc", "-c",
      prelude + "\n" + Self.lines.map(perLine).joined(separator: "\n"),
    ]
    process.currentDirectoryURL = URL(fileURLWithPath: place.path)
    process.environment = ["PATH": repositoryRoot + "/.build/debug:/usr/bin:/bin", "HOME": place.path, "LC_ALL": "C.UTF-8"]
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text
  }

  private static func isThere(_ shell: String) -> Bool { access(program, X_OK) == 0 && access(shell, X_OK) == 0 }

  @Test(.enabled(if: isThere("/bin/bash"))) func bashOffers() throws {
    let prelude = """
      source <(secretslint completion bash)
      compopt() { :; }
      try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _secretslint; printf '%s:' "$*"; printf ' <%s>' "${COMPREPLY[@]}"; echo; }
      """
    // Bash makes a word of each `=`.
    let text = try answers("/bin/bash", prelude) { line in
      "try " + line.replacingOccurrences(of: "=", with: " = ") + (line.hasSuffix(" ") ? "''" : "")
    }
    expectGolden(text, "completion/bash.txt")
  }

  /// The script itself, with the two functions of zsh's completion system that it calls replaced: these need a terminal.
  @Test(.enabled(if: isThere("/usr/bin/zsh"))) func zshOffers() throws {
    let prelude = """
      compdef() { :; }
      compset() { :; }
      _describe() { local word; for word in "${(@P)2}"; do [[ $word == "${words[CURRENT]}"* ]] && print -rn -- " <$word>"; done; true; }
      _files() { print -rn -- " files $*"; }
      source <(secretslint completion zsh)
      try() { words=("$@"); CURRENT=$#; print -rn -- "$*:"; _secretslint; print; }
      """
    let text = try answers("/usr/bin/zsh", prelude) { line in "try " + line + (line.hasSuffix(" ") ? "''" : "") }
    expectGolden(text, "completion/zsh.txt")
  }

  @Test(.enabled(if: isThere("/usr/bin/fish"))) func fishOffers() throws {
    let text = try answers("/usr/bin/fish", "secretslint completion fish | source") { line in
      "echo '\(line):'; complete -C '\(line)'"
    }
    expectGolden(text, "completion/fish.txt")
  }
}
