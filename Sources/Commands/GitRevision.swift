import FileTree
import Glibc
import SourceText

/// A directory of a Git repository as a revision has it, in a temporary directory. Neither the work tree nor the index nor the repository
/// is touched: blobs are read as they are stored (`ls-tree`, `cat-file`), without filters, hooks or the network.
final class GitRevision {
  let tree: DiskFileTree
  private let place: String

  private static let sizeLimit = 32 << 20

  /// The merge base of a revision and HEAD, so that what others have done since is not taken for new.
  /// - Parameters:
  ///   - repository: the directory that holds `.git`.
  ///   - base: the directory in it that is wanted; "" for all.
  init(_ revision: String, repository: String, base: String) throws(UsageError) {
    guard access((repository == "/" ? "" : repository) + "/.git", F_OK) == 0 else { throw UsageError("--new-from: '\(repository)' is in no Git repository") }
    guard !revision.isEmpty, !revision.hasPrefix("-") else { throw UsageError("--new-from needs a revision, not '\(revision)'") }
    let runner = ToolRunner(environment: Self.environment())
    guard let program = runner.find("git") else { throw UsageError("--new-from: there is no 'git' in PATH") }
    guard let place = runner.temporaryDirectory() else { throw UsageError("--new-from: no temporary directory can be made") }
    do throws(UsageError) {
      let git = Git(program: program, repository: repository, place: place)
      guard let commit = git.line(["rev-parse", "--verify", "--quiet", revision + "^{commit}"]) else { throw UsageError("--new-from: there is no revision '\(revision)'") }
      guard let start = git.line(["merge-base", commit, "HEAD"]) else {
        throw UsageError("--new-from: '\(revision)' and HEAD have no commit in common here; fetch more of the history")
      }
      // The directory's own name, since names may be taken from it.
      let root = place + "/tree/" + (TreePath.name(of: base.isEmpty ? repository : base))
      mkdir(place + "/tree", 0o700)
      mkdir(root, 0o700)
      try Self.write(git.entries(start, below: base), of: git, to: root)
      guard let tree = DiskFileTree(root: root) else { throw UsageError("--new-from: '\(root)' cannot be read") }
      self.tree = tree
      self.place = place
    } catch {
      ToolRunner.remove(place)
      throw error
    }
  }

  deinit { ToolRunner.remove(place) }

  /// What git needs to know of its user, to trust the repository; nothing that asks, fetches or locks.
  private static func environment() -> [String: String] {
    var found: [String: String] = [:]
    for name in ["PATH", "TMPDIR", "HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_COUNT", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"] {
      if let value = getenv(name) { found[name] = String(cString: value) }
    }
    return found
  }

  // MARK: Blobs

  fileprivate struct Entry {
    var object: String
    var isLink: Bool
    /// Below the wanted directory.
    var path: String
  }

  fileprivate struct Git {
    let program: String
    let repository: String
    let place: String

    /// The file that holds what git printed; nil where it failed.
    func run(_ words: [String], input: String = "/dev/null") -> String? {
      var variables = ["GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_NO_REPLACE_OBJECTS=1", "LC_ALL=C"]
      for (name, value) in GitRevision.environment() { variables.append("\(name)=\(value)") }
      let out = place + "/.out"
      let status = ToolRunner.spawn(program, ["-C", repository] + words, variables, input: input, out: out, error: place + "/.err")
      return status == 0 ? out : nil
    }

    func line(_ words: [String]) -> String? {
      guard let file = run(words), let bytes = try? DiskFileTree.read(absolute: file, limit: 1 << 16) else { return nil }
      let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
      return line.isEmpty ? nil : line
    }

    /// The files below a directory of a commit; what is too large to be of interest is left out.
    func entries(_ commit: String, below base: String) throws(UsageError) -> [Entry] {
      let words = ["ls-tree", "-r", "-l", "-z", "--full-tree", commit] + (base.isEmpty ? [] : ["--", base + "/"])
      guard let file = run(words), let bytes = try? DiskFileTree.read(absolute: file, limit: 1 << 30) else {
        throw UsageError("--new-from: the files of \(commit) cannot be listed")
      }
      var result: [Entry] = []
      for record in bytes.split(separator: 0) {
        guard let tab = record.firstIndex(of: 0x09) else { continue }
        let head = record[..<tab].split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
        var path = String(decoding: record[record.index(after: tab)...], as: UTF8.self)
        guard head.count == 4, head[1] == "blob", let size = Int(head[3]), size <= GitRevision.sizeLimit else { continue }
        if !base.isEmpty {
          guard path.hasPrefix(base + "/") else { continue }
          path = String(path.dropFirst(base.count + 1))
        }
        guard TreePath.normalize(path) == path else { continue }
        result.append(Entry(object: head[2], isLink: head[0] == "120000", path: path))
      }
      return result
    }
  }

  /// Writes the blobs of a list; links last, so that nothing is written through one.
  private static func write(_ entries: [Entry], of git: Git, to root: String) throws(UsageError) {
    guard !entries.isEmpty else { return }
    let list = git.place + "/.objects"
    try ReportTarget.write(Array(entries.map { $0.object + "\n" }.joined().utf8), to: list)
    guard let output = git.run(["cat-file", "--batch"], input: list), let file = fopen(output, "r") else {
      throw UsageError("--new-from: the files of the revision cannot be read")
    }
    defer { fclose(file) }
    var links: [(path: String, target: [UInt8])] = []
    for entry in entries {
      guard let bytes = blob(file) else { throw UsageError("--new-from: '\(entry.path)' of the revision is not in this clone") }
      if entry.isLink {
        links.append((entry.path, bytes))
        continue
      }
      makeDirectories(entry.path, below: root)
      try ReportTarget.write(bytes, to: root + "/" + entry.path)
    }
    for link in links {
      makeDirectories(link.path, below: root)
      symlink(String(decoding: link.target, as: UTF8.self), root + "/" + link.path)
    }
  }

  private static func makeDirectories(_ path: String, below root: String) {
    var at = root
    for part in path.split(separator: "/").dropLast() {
      at += "/" + part
      mkdir(at, 0o700)
    }
  }

  /// The next answer of `cat-file --batch`: `<object> blob <size>`, the bytes, a line break; nil where the object is missing.
  private static func blob(_ file: UnsafeMutablePointer<FILE>) -> [UInt8]? {
    var head: [UInt8] = []
    while true {
      let byte = getc(file)
      if byte == EOF || head.count > 1000 { return nil }
      if byte == 0x0A { break }
      head.append(UInt8(truncatingIfNeeded: byte))
    }
    let words = String(decoding: head, as: UTF8.self).split(separator: " ")
    guard words.count == 3, words[1] == "blob", let size = Int(words[2]), size >= 0, size <= sizeLimit else { return nil }
    var bytes = [UInt8](repeating: 0, count: size)
    guard size == 0 || fread(&bytes, 1, size, file) == size, getc(file) == 0x0A else { return nil }
    return bytes
  }
}
