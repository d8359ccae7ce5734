import SourceText

/// A tree held in memory: unpacked archives, examples of rules, tests.
package struct MemoryFileTree: FileTree {
  private let files: [String: [UInt8]]
  private let directories: [String: [DirectoryEntry]]

  /// - Parameter files: path → bytes. Paths that would leave the root are dropped.
  package init(_ files: [String: [UInt8]]) {
    var kept: [String: [UInt8]] = [:]
    var names: [String: [String: FileKind]] = ["": [:]]
    for (path, bytes) in files {
      guard let path = TreePath.normalize(path), !path.isEmpty else { continue }
      kept[path] = bytes
      var child = path
      var kind = FileKind.file
      while !child.isEmpty {
        let parent = TreePath.directory(of: child)
        names[parent, default: [:]][TreePath.name(of: child)] = kind
        child = parent
        kind = .directory
      }
    }
    self.files = kept
    directories = names.mapValues { entries in
      entries.map { DirectoryEntry(name: $0.key, kind: $0.value) }.sorted { $0.name.bytesPrecede($1.name) }
    }
  }

  package init(text files: [String: String]) { self.init(files.mapValues { Array($0.utf8) }) }

  package func kind(_ path: String) -> FileKind? {
    if files[path] != nil { return .file }
    return directories[path] != nil ? .directory : nil
  }

  package func list(_ path: String) throws(FileError) -> [DirectoryEntry] {
    guard let entries = directories[path] else { throw FileError(path: path, reason: .notFound) }
    return entries
  }

  package func read(_ path: String) throws(FileError) -> [UInt8] {
    guard let bytes = files[path] else {
      throw FileError(path: path, reason: directories[path] == nil ? .notFound : .notRegular)
    }
    return bytes
  }
}
