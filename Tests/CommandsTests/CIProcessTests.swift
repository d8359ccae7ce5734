import Foundation
import Support
import Testing

/// What CI systems get from us, run as their runners run it, with the built program. `Tests/Acceptance/ci_without_runner.py` has more rows, which take
/// many runs.
@Suite struct CIProcessTests {
  private static let program = repositoryRoot + "/.build/debug/secretslint"

  private static func run(_ words: [String]) -> (status: Int32, text: String)? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3"] + words
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    guard (try? process.run()) != nil else { return nil }
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  private static let isPossible = access(program, X_OK) == 0 && run(["-c", "import yaml"])?.status == 0

  @Test(.enabled(if: isPossible), arguments: ["used_actions_are_pinned_and_named_right", "no_expression_stands_in_a_shell_step", "findings", "unrenderable", "gitlab"])
  func stepsDoWhatTheyShould(_ row: String) throws {
    let ended = try #require(Self.run([repositoryRoot + "/Tests/Acceptance/ci_without_runner.py", Self.program, row]))
    #expect(ended.status == 0, "\(ended.text)")
  }
}
