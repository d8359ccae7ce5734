import Commands
import Foundation
import Support
import Testing

/// `lint -` in the built program.
@Suite struct StandardInputTests {
  private static let program = repositoryRoot + "/.build/debug/secretslint"
  private static let broken = """
    apiVersion: secrets-store.csi.x-k8s.io/v1
    kind: SecretProviderClass
    metadata: {name: creds, namespace: shop}
    spec:
      provider: aws
      parameters:
        region: eu-central-1
        objects: |
          - objectName: "production/web"
            objectType: "secretsmanagerr"

    """

  private func lint(_ words: [String], _ text: String, in place: TemporaryDirectory, below directory: String = "") throws -> (status: Int32, out: String, err: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.program)
    process.arguments = ["lint", "--format", "concise", "--quiet"] + words
    process.currentDirectoryURL = URL(fileURLWithPath: place.path + "/" + directory)
    let (input, out, err) = (Pipe(), Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = out
    process.standardError = err
    try process.run()
    input.fileHandleForWriting.write(Data(text.utf8))
    input.fileHandleForWriting.closeFile()
    func all(_ pipe: Pipe) -> String { String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) }
    let texts = (all(out), all(err))
    process.waitUntilExit()
    return (process.terminationStatus, texts.0, texts.1)
  }

  @Test(.enabled(if: access(program, X_OK) == 0)) func manifestsOfAPipeAreJudgedAlone() throws {
    let place = try TemporaryDirectory(text: ["other/a.yaml": Self.broken])
    let ended = try lint(["-"], Self.broken, in: place)
    #expect(ended.status == 1 && ended.out.contains("stdin.yaml:10:") && ended.out.contains("error[spc-objects-invalid]"), "\(ended.out)\(ended.err)")
    #expect(!ended.out.contains("other/a.yaml"))
    let empty = try lint(["-"], "", in: place)
    #expect(empty.status == 2 && empty.err.contains("nothing to lint"), "\(empty.err)")
  }

  /// What an editor holds, in its repository: the text in place of the file, and of the findings those of the file.
  @Test(.enabled(if: access(program, X_OK) == 0)) func anUnsavedFileIsJudgedWhereItStands() throws {
    let fixed = Self.broken.replacingOccurrences(of: "managerr", with: "manager")
    let place = try TemporaryDirectory(text: ["app/creds.yaml": Self.broken, "app/other.yaml": Self.broken.replacingOccurrences(of: "creds", with: "other"), ".git/config": ""])
    #expect(try lint(["-", "--stdin-filename", "app/creds.yaml"], fixed, in: place).status == 0)
    let unsaved = try lint(["-", "--stdin-filename", "app/creds.yaml"], "# moved\n" + Self.broken, in: place)
    #expect(unsaved.status == 1 && unsaved.out.contains("app/creds.yaml:11:"), "\(unsaved.out)")
    #expect(!unsaved.out.contains("other.yaml"), "\(unsaved.out)")
    // A file that is not there yet; from a directory below, and one elsewhere in the repository.
    #expect(try lint(["-", "--stdin-filename", "new/x.yaml"], Self.broken, in: place).err.contains("no directory 'new'"))
    #expect(try lint(["-", "--stdin-filename", "fresh.yaml"], Self.broken, in: place, below: "app").out.contains("fresh.yaml:10:"))
    try place.write("docs/x", [])
    #expect(try lint(["-", "--stdin-filename", "../app/creds.yaml"], Self.broken, in: place, below: "docs").out.contains("../app/creds.yaml:10:"))
  }

  @Test(arguments: [
    (["-", "."], "'-' stands alone"), (["--stdin-filename", "x"], "goes with '-'"), (["-", "--write-baseline"], "a baseline is of a directory"),
    (["-", "--stdin-filename", "/nowhere/x.yaml"], "no directory '/nowhere'"),
  ])
  func mistakesAreNamed(_ words: [String], _ message: String) {
    let output = Output()
    #expect(Secretslint.run(["lint"] + words, output: output) == 2)
    #expect(String(decoding: output.standardError, as: UTF8.self).contains(message))
  }
}
