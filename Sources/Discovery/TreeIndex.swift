import FileTree
import SourceText

/// The names of all files and directories of a tree, from one walk.
package struct TreeIndex: Sendable {
  /// In byte order.
  package private(set) var files: [String] = []
  /// Without the root; in byte order.
  package private(set) var directories: [String] = []
  package private(set) var diagnostics: [Diagnostic] = []

  /// Directories that hold no sources of the repository's own.
  private static let skipped: Set<String> = [
    ".git", ".hg", ".svn", "node_modules", "vendor", ".terraform", ".terragrunt-cache", ".venv", "venv", "__pycache__", ".tox",
    ".idea", ".gradle", ".cache",
  ]

  /// - Parameters:
  ///   - below: the directory where the walk begins.
  ///   - skipsForeign: whether directories of version control, packages and caches are left out.
  ///   - entryLimit: files and directories; what lies beyond is not seen, with a diagnostic.
  package init(_ tree: any FileTree, below: String = "", skipsForeign: Bool = true, entryLimit: Int = 400_000, depthLimit: Int = 64) {
    var pending = [(path: below, depth: 0)]
    var files: [String] = []
    var directories: [String] = []
    while let (path, depth) = pending.popLast() {
      let entries: [DirectoryEntry]
      do {
        entries = try tree.list(path)
      } catch {
        diagnostics.append(Diagnostic(.error, code: "discovery/unreadable", error.message))
        continue
      }
      for entry in entries {
        let child = TreePath.join(path, entry.name)
        switch entry.kind {
        case .file: files.append(child)
        case .directory:
          guard !skipsForeign || !Self.skipped.contains(entry.name) else { continue }
          directories.append(child)
          // A linked directory is known by name only: what it leads to is walked where it really is.
          guard !entry.isLink else { continue }
          if depth + 1 < depthLimit {
            pending.append((child, depth + 1))
          } else {
            diagnostics.append(
              Diagnostic(.warning, code: "discovery/too-deep", "directories below '\(child)' are not read: nested more than \(depthLimit) levels deep"))
          }
        }
      }
      if files.count + directories.count > entryLimit {
        diagnostics.append(
          Diagnostic(.error, code: "discovery/too-many-files", "the tree holds more than \(entryLimit) files and directories; the rest is not read"))
        break
      }
    }
    self.files = files.sorted { $0.bytesPrecede($1) }
    self.directories = directories.sorted { $0.bytesPrecede($1) }
  }

  /// Files below a directory (not only directly in it).
  package func files(below directory: String) -> ArraySlice<String> {
    guard !directory.isEmpty else { return files[...] }
    let prefix = directory + "/"
    let start = Self.lowerBound(files, prefix)
    var end = start
    while end < files.count, files[end].hasPrefix(prefix) { end += 1 }
    return files[start..<end]
  }

  private static func lowerBound(_ list: [String], _ key: String) -> Int {
    var low = 0
    var high = list.count
    while low < high {
      let middle = (low + high) / 2
      if list[middle].bytesPrecede(key) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
