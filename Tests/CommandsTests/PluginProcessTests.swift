import Foundation
import Support
import Testing

/// The built program as a sidecar's server would run it: a copy of the repository below `_cmp_server/<id>`, the Application's directory as
/// working directory, an environment of exact names, no standard input.
@Suite struct PluginProcessTests {
  private static let program = repositoryRoot + "/.build/debug/secretslint"
  private static let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"

  private struct Ended {
    var out: String
    var err: String
    var status: Int32
  }

  private func run(
    _ files: [String: String], _ path: String, _ words: [String] = ["generate"], variables: [String: String] = [:], readOnly: Bool = false
  ) throws -> Ended {
    let place = try TemporaryDirectory(text: Dictionary(uniqueKeysWithValues: files.map { ("_cmp_server/1234/" + $0.key, $0.value) }))
    let out = place.path + "/out"
    let err = place.path + "/err"
    for file in [out, err] { _ = FileManager.default.createFile(atPath: file, contents: nil) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.program)
    process.arguments = ["plugin"] + words
    process.currentDirectoryURL = URL(fileURLWithPath: place.path + "/_cmp_server/1234/" + path)
    var environment = [
      "PATH": "/usr/bin:/bin", "TMPDIR": place.path, "ARGOCD_APP_NAME": "web", "ARGOCD_APP_SOURCE_PATH": path, "ARGOCD_SERVER_PORT": "tcp://10.0.0.1:80",
      "ARGOCD_APP_SOURCE_REPO_URL": "https://github.com/acme/deploy", "KUBE_VERSION": "1.31.4",
    ]
    environment.merge(variables) { $1 }
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    let outFile = try #require(FileHandle(forWritingAtPath: out))
    let errFile = try #require(FileHandle(forWritingAtPath: err))
    process.standardOutput = outFile
    process.standardError = errFile
    if readOnly { chmod(place.path + "/_cmp_server/1234/" + path, 0o555) }
    try process.run()
    process.waitUntilExit()
    chmod(place.path + "/_cmp_server/1234/" + path, 0o755)
    func text(_ file: String) -> String { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" }
    let lines = text(err).split(separator: "\n", omittingEmptySubsequences: true).filter { !$0.hasPrefix("secretslint: not decided yet") }
    return Ended(out: text(out), err: lines.joined(separator: "\n"), status: process.terminationStatus)
  }

  @Test(.enabled(if: access(program, X_OK) == 0)) func rendersFromTheWorkingDirectory() throws {
    let plain = try run(["with space/ü/a.yaml": Self.object], "with space/ü", readOnly: true)
    #expect(plain.status == 0 && plain.out.contains("kind: ConfigMap") && plain.err.isEmpty, "\(plain.err)")
    let overlay = try run(["base/kustomization.yaml": "resources: [a.yaml]\n", "base/a.yaml": Self.object, "prod/kustomization.yaml": "resources: [../base]\nnamePrefix: p-\n"], "prod")
    #expect(overlay.status == 0 && overlay.out.contains("name: p-x"), "\(overlay.err)")
  }

  @Test(.enabled(if: access(program, X_OK) == 0)) func failsWithoutAWordOnStandardOutput() throws {
    let broken = try run(["app/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "app/templates/x.yaml": "{{ required \"give it\" .Values.x }}\n"], "app")
    #expect(broken.status == 1 && broken.out.isEmpty)
    #expect(broken.err.hasPrefix("secretslint: BLOCKED 1 error in web:") && broken.err.contains("app/templates/x.yaml:1"), "\(broken.err)")
    let misconfigured = try run(["app/a.yaml": Self.object, ".secretslint.yaml": "rulez: 1\n"], "app")
    #expect(misconfigured.status == 1 && misconfigured.out.isEmpty && misconfigured.err.contains(".secretslint.yaml:1"), "\(misconfigured.err)")
    let logged = try run(["app/readme": "x"], "app", ["generate", "--log-format", "json"])
    #expect(logged.status == 1 && logged.err.hasPrefix(#"{"level":"error","message":"secretslint: BLOCKED web: "#), "\(logged.err)")
    let late = try run(
      ["app/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "app/templates/x.yaml": "{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}\n"], "app",
      variables: ["SECRETSLINT_TIMEOUT": "0.2"])
    #expect(late.status == 1 && late.out.isEmpty && late.err.contains("secretslint: BLOCKED"), "\(late.err)")
  }

  @Test(.enabled(if: access(program, X_OK) == 0)) func aBinaryOfTheImageRenders() throws {
    let tools = try TemporaryDirectory(text: ["helm": "#!/bin/sh\necho '---'\necho 'apiVersion: v1'\necho 'kind: ConfigMap'\necho \"metadata: {name: x, labels: {by: helm}}\"\necho \"# $PWD $*\"\n"])
    chmod(tools.path + "/helm", 0o755)
    let chart = ["app/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "app/templates/x.yaml": Self.object]
    let result = try run(chart, "app", ["generate", "--renderer", "auto"], variables: ["PATH": tools.path + ":/usr/bin:/bin"])
    #expect(result.status == 0 && result.out.contains("by: helm") && result.out.contains("/app template . --name-template web"), "\(result.err)")
    #expect(result.err.contains("helm and secretslint render differently: ConfigMap/x"), "\(result.err)")
    let none = try run(chart, "app", ["generate", "--renderer", "helm"], variables: ["PATH": "/nowhere"])
    #expect(none.status == 1 && none.err.contains("there is no 'helm' in PATH"), "\(none.err)")
  }

  @Test(.enabled(if: access(program, X_OK) == 0)) func waitsForASlot() throws {
    let result = try run(["app/a.yaml": Self.object], "app", variables: ["SECRETSLINT_PARALLEL": "1"])
    #expect(result.status == 0)
    // Without a directory to write to there is no bound, and no failure.
    #expect(try run(["app/a.yaml": Self.object], "app", variables: ["TMPDIR": "/nowhere"]).status == 0)
  }

  /// The emulator of repo-server and cmp-server, where it is at hand.
  private static let emulator: String? = {
    let places = [ProcessInfo.processInfo.environment["CMP_EMULATOR"] ?? "", repositoryRoot + "/../shared/tools/cmp_emulator.py"]
    return places.first { !$0.isEmpty && access($0, R_OK) == 0 }
  }()

  @Test(.enabled(if: emulator != nil && access(program, X_OK) == 0)) func acceptance() throws {
    let emulator = try #require(Self.emulator)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", repositoryRoot + "/Tests/Acceptance/plugin_acceptance.py", emulator, Self.program]
    process.environment = ProcessInfo.processInfo.environment.merging(["ACCEPTANCE_PARALLEL": "4"]) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)")
  }
}
