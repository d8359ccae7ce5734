import FileTree
import Glibc

/// `lint -`: one file on standard input.
enum StandardInput {
  static let option = OptionSpec(
    "stdin-filename", value: "FILE", "with -: the file that standard input is the text of; its findings in the directory here are shown")
  private static let limit = 64 << 20

  /// Where the words are `-`: what is to be linted. Without a name manifests alone, as `stdin.yaml`; with one the working directory with the text in the
  /// file's place, or the file's repository where that file lies elsewhere. nil where the words are paths.
  static func root(_ arguments: Arguments) throws(UsageError) -> LintCommand.Root? {
    let name = arguments["stdin-filename"]
    guard arguments.positional.contains("-") else {
      if name != nil { throw UsageError("--stdin-filename goes with '-', which stands for standard input") }
      return nil
    }
    guard arguments.positional == ["-"] else { throw UsageError("'-' stands alone: standard input is one file") }
    guard !arguments.has("write-baseline"), !arguments.has("prune-baseline") else { throw UsageError("a baseline is of a directory, not of standard input") }
    guard let here = DiskFileTree.realPath("."), let tree = DiskFileTree(root: here) else { throw UsageError("the working directory cannot be read") }
    guard let name else { return LintCommand.Root(name: ".", tree: tree, prefix: "", linted: MemoryFileTree(["stdin.yaml": try read()])) }
    let directory = TreePath.directory(of: name)
    let start = directory.isEmpty ? (name.hasPrefix("/") ? "/" : ".") : directory
    guard let real = DiskFileTree.realPath(start), let place = RepositoryPlace(directory: start) else {
      throw UsageError("--stdin-filename: no directory '\(start)'")
    }
    let root = TreePath.isInside(real, here) ? tree : place.tree
    let path = TreePath.relative((real == "/" ? "" : real) + "/" + TreePath.name(of: name), to: root.root)
    guard !root.isDirectory(path) else { throw UsageError("--stdin-filename: '\(name)' is a directory") }
    let shown = TreePath.relative(root.root, to: here)
    let prefix = shown == "." ? "" : shown + "/"
    return LintCommand.Root(
      name: root.root, tree: root, prefix: prefix, linted: OverlayFileTree(root, files: [path: try read()]), only: prefix + path)
  }

  private static func read() throws(UsageError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(0, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw UsageError("standard input cannot be read: \(String(cString: strerror(errno)))") }
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
      guard bytes.count <= limit else { throw UsageError("standard input is larger than \(limit) bytes") }
    }
  }
}
