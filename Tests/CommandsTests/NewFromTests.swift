import Commands
import Foundation
import Support
import Testing

/// A Git repository that is gone with its owner.
private struct Repository {
  let directory: TemporaryDirectory

  init(_ files: [String: String]) throws {
    directory = try TemporaryDirectory(text: files)
    try git("init", "--quiet", "--initial-branch=main")
    try commit("first")
  }

  @discardableResult
  func git(_ words: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", "-C", directory.path] + words
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "git \(words)")
    return String(decoding: data, as: UTF8.self)
  }

  func commit(_ message: String) throws {
    try git("add", "--all")
    try git("commit", "--quiet", "--message", message)
  }

  func write(_ name: String, _ text: String) throws { try directory.write(name, Array(text.utf8)) }

  /// "path:line" of the findings of `secret-path-missing-env`.
  func lint(_ revision: String, below: String = "", _ more: String...) -> (status: Int32, places: [String], errors: String) {
    let output = Output()
    let words = ["lint", "--select", "secret-path-missing-env", "--format", "concise", "--new-from", revision, directory.path + below] + more
    let status = Secretslint.run(words, output: output)
    let lines = String(decoding: output.standardOutput, as: UTF8.self).split(separator: "\n").filter { $0.contains("[secret-path-missing-env]") || $0.contains("secret-path-missing-env") }
    let places = lines.map { line in
      line.replacing(directory.path + "/", with: "").split(separator: ":").prefix(2).joined(separator: ":")
    }
    return (status, places, String(decoding: output.standardError, as: UTF8.self))
  }
}

private func provider(_ name: String, _ secret: String) -> String {
  """
  apiVersion: secrets-store.csi.x-k8s.io/v1
  kind: SecretProviderClass
  metadata: { name: \(name), namespace: production }
  spec:
    provider: aws
    parameters:
      objects: |
        - objectName: \(secret)
          objectType: secretsmanager

  """
}

private let hasGit = ["/usr/bin/git", "/usr/local/bin/git", "/bin/git"].contains(where: FileManager.default.isExecutableFile)

/// `lint --new-from`: the findings of a change, not those that were there before.
@Suite(.enabled(if: hasGit)) struct NewFromTests {
  @Test func onlyWhatIsNewIsReported() throws {
    let repository = try Repository(["k8s/old.yaml": provider("old", "web/database")])
    try repository.write("k8s/new.yaml", provider("new", "api/database"))
    try repository.commit("second")
    let outcome = repository.lint("HEAD~1")
    #expect(outcome.status == 1)
    #expect(outcome.places == ["k8s/new.yaml:8"])
    #expect(outcome.errors == "secretslint: 1 finding was there before HEAD~1\n")
    #expect(repository.lint("HEAD").places == [])
    #expect(repository.lint("HEAD").status == 0)
  }

  @Test func movedLinesAreNotNewAndTheWorkTreeCounts() throws {
    let repository = try Repository(["k8s/old.yaml": provider("old", "web/database")])
    try repository.write("k8s/old.yaml", "# moved\n\n" + provider("old", "web/database") + "---\n" + provider("two", "api/database"))
    #expect(repository.lint("HEAD").places == ["k8s/old.yaml:20"])
  }

  @Test func neitherTheWorkTreeNorTheIndexIsTouched() throws {
    let repository = try Repository(["k8s/old.yaml": provider("old", "web/database"), "k8s/x.yaml": "a: 1\n"])
    try repository.write("k8s/old.yaml", provider("old", "production/web/database"))
    try repository.write("k8s/x.yaml", "a: 2\n")
    try repository.git("add", "k8s/x.yaml")
    let before = try repository.git("status", "--porcelain=v2", "--branch")
    #expect(repository.lint("HEAD").status == 0)
    #expect(try repository.git("status", "--porcelain=v2", "--branch") == before)
    #expect(readText(repository.directory.path + "/k8s/old.yaml") == provider("old", "production/web/database"))
  }

  @Test func whatOthersMendedSinceIsNotNew() throws {
    let repository = try Repository(["k8s/old.yaml": provider("old", "web/database")])
    try repository.git("checkout", "--quiet", "-b", "change")
    try repository.write("k8s/new.yaml", provider("new", "api/database"))
    try repository.commit("change")
    try repository.git("checkout", "--quiet", "main")
    try repository.write("k8s/old.yaml", provider("old", "production/web/database"))
    try repository.commit("mended")
    try repository.git("checkout", "--quiet", "change")
    #expect(repository.lint("main").places == ["k8s/new.yaml:8"])
  }

  @Test func aDirectoryOfTheRepositoryIsComparedWithItself() throws {
    let repository = try Repository(["a/k8s/old.yaml": provider("old", "web/database"), "b/other.yaml": provider("b", "b/x")])
    try repository.write("a/k8s/new.yaml", provider("new", "api/database"))
    #expect(repository.lint("HEAD", below: "/a").places == ["a/k8s/new.yaml:8"])
  }

  @Test func linksAreWhatTheyPointAt() throws {
    let directory = try Repository(["base/old.yaml": provider("old", "web/database")])
    try directory.directory.link("linked", to: "base")
    try directory.directory.link("outside", to: "/etc")
    try directory.commit("links")
    #expect(directory.lint("HEAD").places == [])
  }

  @Test func aRuleOfTodayFindsNothingNewInOldFiles() throws {
    let repository = try Repository(["k8s/old.yaml": provider("old", "web/database"), ".secretslint.yaml": "rules: { secret-path-missing-env: off }\n"])
    try repository.write(".secretslint.yaml", "rules: { secret-path-missing-env: error }\n")
    #expect(repository.lint("HEAD").places == [])
  }

  @Test func mistakesAreSaid() throws {
    let repository = try Repository(["k8s/old.yaml": provider("old", "web/database")])
    #expect(repository.lint("nothing").status == 2)
    #expect(repository.lint("nothing").errors.contains("--new-from: there is no revision 'nothing'"))
    #expect(repository.lint("-x").errors.contains("--new-from needs a revision, not '-x'"))
    try repository.git("checkout", "--quiet", "--orphan", "other")
    try repository.commit("other")
    #expect(repository.lint("main").errors.contains("have no commit in common"))
    let plain = try TemporaryDirectory(text: ["k8s/old.yaml": provider("old", "web/database")])
    let output = Output()
    #expect(Secretslint.run(["lint", "--new-from", "HEAD", plain.path], output: output) == 2)
    #expect(String(decoding: output.standardError, as: UTF8.self).contains("is in no Git repository"))
  }
}
