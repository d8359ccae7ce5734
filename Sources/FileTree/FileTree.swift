import SourceText

/// Why a file or directory could not be read.
package struct FileError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    case notFound
    case notRegular
    /// The path, or a link on it, leaves the root.
    case outsideRoot
    case tooLarge(limit: Int)
    case unreadable(String)
  }

  package var path: String
  package var reason: Reason

  package init(path: String, reason: Reason) {
    self.path = path
    self.reason = reason
  }

  package var message: String {
    switch reason {
    case .notFound: "no file or directory '\(path)'"
    case .notRegular: "'\(path)' is not a regular file"
    case .outsideRoot: "'\(path)' leads out of the repository"
    case .tooLarge(let limit): "'\(path)' is larger than \(limit) bytes"
    case .unreadable(let why): "cannot read '\(path)': \(why)"
    }
  }
}

package enum FileKind: Sendable, Hashable {
  case file
  case directory
}

/// One name in a directory. Links are shown as what they lead to; links that lead nowhere or out of the root are left out.
package struct DirectoryEntry: Hashable, Sendable {
  package var name: String
  package var kind: FileKind
  /// A symbolic link, shown as what it leads to. Walks do not descend into linked directories, which may lead back up.
  package var isLink: Bool

  package init(name: String, kind: FileKind, isLink: Bool = false) {
    self.name = name
    self.kind = kind
    self.isLink = isLink
  }
}

/// A read-only tree of files. Paths are relative to its root, `/` separated, without `.` or `..` segments after
/// `TreePath.normalize`; "" is the root. No path leaves the root, by links neither.
package protocol FileTree: Sendable {
  func kind(_ path: String) -> FileKind?
  /// Names in byte order.
  func list(_ path: String) throws(FileError) -> [DirectoryEntry]
  func read(_ path: String) throws(FileError) -> [UInt8]
}

extension FileTree {
  package func isFile(_ path: String) -> Bool { kind(path) == .file }
  package func isDirectory(_ path: String) -> Bool { kind(path) == .directory }
}

/// Arithmetic on paths of a tree; all of it textual.
package enum TreePath {
  /// Resolves `.` and `..` and doubled slashes; nil where `..` would leave the root. A leading `/` is dropped.
  package static func normalize(_ path: String) -> String? {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." {
        guard parts.popLast() != nil else { return nil }
      } else {
        parts.append(part)
      }
    }
    return parts.joined(separator: "/")
  }

  /// Whether `normalize` would change nothing and the system can open it: no empty, `.` or `..` segment, no NUL.
  static func isNormal(_ path: String) -> Bool {
    var length = 0
    var dots = 0
    for byte in path.utf8 {
      switch byte {
      case 0: return false
      case UInt8(ascii: "/"):
        if length == 0 || (length == dots && dots < 3) { return false }
        length = 0
        dots = 0
      default:
        length += 1
        if byte == UInt8(ascii: ".") { dots += 1 }
      }
    }
    return path.isEmpty || !(length == 0 || (length == dots && dots < 3))
  }

  /// `path` as seen from `directory`; an absolute path counts from the root. nil where it leaves the root.
  package static func resolve(_ path: String, from directory: String) -> String? {
    path.utf8.first == UInt8(ascii: "/") ? normalize(path) : normalize(directory + "/" + path)
  }

  package static func join(_ directory: String, _ name: String) -> String {
    directory.isEmpty ? name : name.isEmpty ? directory : directory + "/" + name
  }

  package static func directory(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
    return String(path[..<slash])
  }

  package static func name(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }

  /// Whether `path` is `directory` or lies below it.
  package static func isInside(_ path: String, _ directory: String) -> Bool {
    directory.isEmpty || path == directory || path.hasPrefix(directory + "/")
  }

  /// `path` relative to `directory`, with `..` where needed.
  package static func relative(_ path: String, to directory: String) -> String {
    let target = path.split(separator: "/")
    let base = directory.split(separator: "/")
    var shared = 0
    while shared < target.count, shared < base.count, target[shared] == base[shared] { shared += 1 }
    let up = [Substring](repeating: "..", count: base.count - shared)
    let result = (up + target[shared...]).joined(separator: "/")
    return result.isEmpty ? "." : result
  }
}
