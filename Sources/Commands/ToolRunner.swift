import ArgoPlugin
import FileTree
import Glibc
import SourceText

/// Runs the official binaries of the image, without a shell, with an environment of a few variables and a directory of its own.
struct ToolRunner: Sendable {
  let environment: [String: String]
  private static let outputLimit = 100 << 20

  func run(_ plan: ToolPlan) -> ToolResult {
    guard let program = find(plan.program) else {
      return ToolResult(failure: "there is no '\(plan.program)' in PATH", isMissing: true)
    }
    guard let place = temporaryDirectory() else { return ToolResult(failure: "no temporary directory can be made") }
    defer { Self.remove(place) }
    for file in plan.files {
      guard write(file.bytes, place, file.path) else { return ToolResult(failure: "'\(file.path)' cannot be written into the temporary directory") }
    }
    func filled(_ text: String) -> String {
      text.hasPrefix("{tmp}") ? place + text.dropFirst("{tmp}".count) : text
    }
    var output: [UInt8] = []
    for step in plan.steps {
      let out = place + "/.out"
      let error = place + "/.err"
      let status = spawn(program, step.map(filled), filled(plan.workingDirectory), place, out, error)
      guard status == 0 else {
        // The first line says what is wrong; the rest may quote what it read.
        let bytes = (try? DiskFileTree.read(absolute: error, limit: 1 << 20)) ?? []
        let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }.prefix(400), as: UTF8.self)
        return ToolResult(failure: line.isEmpty ? "exit status \(status)" : replaced(line, place))
      }
      guard let bytes = try? DiskFileTree.read(absolute: out, limit: Self.outputLimit) else {
        return ToolResult(failure: "its output is too large")
      }
      output = bytes
    }
    return ToolResult(output: output)
  }

  /// Random paths in a message would make each a new one.
  private func replaced(_ line: String, _ place: String) -> String {
    var out = ""
    var rest = line[...]
    while let found = rest.firstRange(of: place) {
      out += rest[..<found.lowerBound] + "."
      rest = rest[found.upperBound...]
    }
    return out + rest
  }

  func find(_ name: String) -> String? {
    for part in (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":") where part.hasPrefix("/") {
      let path = "\(part)/\(name)"
      if access(path, X_OK) == 0 { return path }
    }
    return nil
  }

  // MARK: the temporary directory

  func temporaryDirectory() -> String? {
    let parent = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    var template = Array((parent + "/secretslint-XXXXXX").utf8CString)
    return template.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress, mkdtemp(base) != nil else { return nil }
      return String(cString: base)
    }
  }

  private func write(_ bytes: [UInt8], _ place: String, _ path: String) -> Bool {
    var at = place
    let parts = path.split(separator: "/")
    for part in parts.dropLast() {
      at += "/" + part
      mkdir(at, 0o700)
    }
    let file = open(place + "/" + path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { return false }
    defer { close(file) }
    return Output.write(bytes, to: file)
  }

  static func remove(_ path: String, depth: Int = 0) {
    guard depth < 200 else { return }
    if let handle = opendir(path) {
      var names: [String] = []
      while let entry = readdir(handle) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
      }
      closedir(handle)
      for name in names {
        let child = path + "/" + name
        if unlink(child) != 0 { remove(child, depth: depth + 1) }
      }
    }
    rmdir(path)
  }

  // MARK: the process

  /// The exit status; -1 where the program could not be started or was killed.
  private func spawn(_ program: String, _ arguments: [String], _ directory: String, _ place: String, _ out: String, _ error: String) -> Int32 {
    let variables = [
      "PATH=" + (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"), "HOME=" + place, "TMPDIR=" + place, "HELM_CACHE_HOME=\(place)/.helm/cache",
      "HELM_CONFIG_HOME=\(place)/.helm/config", "HELM_DATA_HOME=\(place)/.helm/data",
    ]
    // The plugin reads its tree by absolute paths: the working directory is this call's to change.
    let before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard chdir(directory) == 0 else { return -1 }
    defer {
      if before >= 0 {
        _ = fchdir(before)
        close(before)
      }
    }
    return Self.spawn(program, arguments, variables, out: out, error: error)
  }

  /// Runs a program in the working directory and waits for it. The exit status; -1 where it could not be started or was killed.
  static func spawn(_ program: String, _ arguments: [String], _ variables: [String], input: String = "/dev/null", out: String, error: String) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, error, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    var settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
    defer { for pointer in words + settings { free(pointer) } }
    var process = pid_t()
    guard posix_spawn(&process, program, &actions, nil, &words, &settings) == 0 else { return -1 }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 { if errno != EINTR { return -1 } }
    // WIFEXITED and WEXITSTATUS, which are macros.
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : -1
  }
}
