import SourceText

/// A tree in which some files are others: what an editor holds unsaved, over the repository on disk.
package struct OverlayFileTree: FileTree {
  private let base: any FileTree
  private let above: MemoryFileTree

  /// - Parameter files: path → bytes, which hide what `base` has there. Their directories need not be in `base`.
  package init(_ base: any FileTree, files: [String: [UInt8]]) {
    self.base = base
    above = MemoryFileTree(files)
  }

  package func kind(_ path: String) -> FileKind? { above.kind(path) ?? base.kind(path) }

  package func list(_ path: String) throws(FileError) -> [DirectoryEntry] {
    guard above.isDirectory(path) else { return try base.list(path) }
    let added = try above.list(path)
    guard base.isDirectory(path) else { return added }
    let names = Set(added.map(\.name))
    // A directory that both have keeps what the base says of it: it may be a link.
    var entries = try base.list(path)
    let known = Set(entries.map(\.name))
    entries.removeAll { names.contains($0.name) && $0.kind == .file }
    entries += added.filter { $0.kind == .file || !known.contains($0.name) }
    return entries.sorted { $0.name.bytesPrecede($1.name) }
  }

  package func read(_ path: String) throws(FileError) -> [UInt8] {
    above.isFile(path) ? try above.read(path) : try base.read(path)
  }
}
