import Glibc
import SourceText
import Synchronization

/// A directory of the machine. Symbolic links are followed only where they stay inside.
package struct DiskFileTree: FileTree {
  /// Absolute path without links.
  package let root: String
  private let limit: Int
  private let plain = PlainDirectories()

  /// Directories of the tree with no link on their way, so that what lies in them need not be resolved from the root each time.
  private final class PlainDirectories: Sendable {
    private let paths = Mutex<Set<String>>([])

    func contains(_ path: String) -> Bool { paths.withLock { $0.contains(path) } }
    func insert(_ path: String) { paths.withLock { _ = $0.insert(path) } }
  }

  /// nil where the path is no directory.
  package init?(root: String, limits: Limits = Limits()) {
    guard let real = Self.realPath(root) else { return nil }
    var info = stat()
    guard stat(real, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else { return nil }
    self.root = real
    self.limit = limits.fileBytes
  }

  package static func realPath(_ path: String) -> String? {
    guard let buffer = realpath(path, nil) else { return nil }
    defer { free(buffer) }
    return String(cString: buffer)
  }

  private func absolute(_ path: String) -> String { path.isEmpty ? root : root == "/" ? "/" + path : root + "/" + path }

  /// The path without links, if it stays inside the root.
  private func resolved(_ path: String) throws(FileError) -> String {
    guard TreePath.isNormal(path) else { throw FileError(path: path, reason: .outsideRoot) }
    let full = absolute(path)
    if plain.contains(path) { return full }
    let directory = TreePath.directory(of: path)
    if plain.contains(directory), let kind = Self.ownKind(full), kind != S_IFLNK {
      if kind == S_IFDIR { plain.insert(path) }
      return full
    }
    guard let real = Self.realPath(full) else {
      throw FileError(path: path, reason: errno == ENOENT || errno == ENOTDIR ? .notFound : .unreadable(Self.errorText()))
    }
    guard root == "/" || real == root || real.hasPrefix(root + "/") else { throw FileError(path: path, reason: .outsideRoot) }
    if real == full {
      if Self.ownKind(full) == S_IFDIR { plain.insert(path) } else { plain.insert(directory) }
    }
    return real
  }

  /// The type of what a path itself names, a link not followed; nil where there is nothing.
  private static func ownKind(_ path: String) -> mode_t? {
    var info = stat()
    return lstat(path, &info) == 0 ? info.st_mode & S_IFMT : nil
  }

  private static func errorText() -> String { strerror(errno).map { String(cString: $0) } ?? "unknown error" }

  package func kind(_ path: String) -> FileKind? {
    guard let real = try? resolved(path) else { return nil }
    var info = stat()
    guard stat(real, &info) == 0 else { return nil }
    switch info.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .directory
    default: return nil
    }
  }

  package func list(_ path: String) throws(FileError) -> [DirectoryEntry] {
    let real = try resolved(path)
    guard let handle = opendir(real) else { throw FileError(path: path, reason: .unreadable(Self.errorText())) }
    defer { closedir(handle) }
    var entries: [DirectoryEntry] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      switch Int32(entry.pointee.d_type) {
      case Int32(DT_REG): entries.append(DirectoryEntry(name: name, kind: .file))
      case Int32(DT_DIR):
        entries.append(DirectoryEntry(name: name, kind: .directory))
        // No link leads there from a directory that no link leads to.
        if plain.contains(path) { plain.insert(TreePath.join(path, name)) }
      case Int32(DT_LNK), Int32(DT_UNKNOWN):
        let full = TreePath.join(path, name)
        if let kind = kind(full) {
          entries.append(DirectoryEntry(name: name, kind: kind, isLink: (try? resolved(full)) != absolute(full)))
        }
      default: break
      }
    }
    return entries.sorted { $0.name.bytesPrecede($1.name) }
  }

  package func read(_ path: String) throws(FileError) -> [UInt8] {
    let real = try resolved(path)
    return try Self.read(absolute: real, shown: path, limit: limit)
  }

  /// Reads a file anywhere on the machine: for what the user named on the command line.
  package static func read(absolute: String, shown: String? = nil, limit: Int = Limits().fileBytes) throws(FileError) -> [UInt8] {
    let shown = shown ?? absolute
    let descriptor = open(absolute, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FileError(path: shown, reason: errno == ENOENT ? .notFound : .unreadable(errorText()))
    }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: shown, reason: .notRegular)
    }
    let size = Int(info.st_size)
    guard size <= limit else { throw FileError(path: shown, reason: .tooLarge(limit: limit)) }
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size, let base = buffer.baseAddress {
        let got = Glibc.read(descriptor, base + count, size - count)
        if got < 0, errno == EINTR { continue }
        if got <= 0 {
          failed = got < 0
          break
        }
        count += got
      }
    }
    if failed { throw FileError(path: shown, reason: .unreadable(errorText())) }
    return bytes
  }
}
