import Synchronization

/// Names one `SourceFile` of a `SourceMap`. Ids are handed out in the order of registration and
/// are never compared to decide an order that leaves the program.
public struct SourceID: Hashable, Sendable {
  public let rawValue: UInt32

  public init(_ rawValue: UInt32) { self.rawValue = rawValue }
}

/// The bytes of one file (or of one synthetic text, such as a `--set` argument) and its name.
public final class SourceFile: Sendable {
  public let id: SourceID
  /// Path relative to the linted root, `/` separated; for synthetic texts a name in brackets.
  public let path: String
  public let bytes: [UInt8]
  /// Start offsets of lines; made when first asked for, since most files are never reported on.
  public var lines: LineTable {
    table.withLock { known in
      if let known { return known }
      let made = LineTable(bytes)
      known = made
      return made
    }
  }

  private let table = Mutex<LineTable?>(nil)

  init(id: SourceID, path: String, bytes: [UInt8]) {
    self.id = id
    self.path = path
    self.bytes = bytes
  }

  /// The text of a span, decoded leniently (U+FFFD for bytes that are not UTF-8).
  public func text(_ span: SourceSpan) -> String {
    let end = min(Int(span.end), bytes.count)
    let start = min(Int(span.start), end)
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// Line and column (both from 1, the column in Unicode scalars) of a byte offset.
  public func position(_ offset: UInt32) -> SourcePosition {
    lines.position(Int(offset), in: bytes)
  }
}

/// All files read in one run. Safe to use from several threads.
public final class SourceMap: Sendable {
  private struct State {
    var files: [SourceFile] = []
    var byPath: [String: [Int]] = [:]
  }

  private let state = Mutex(State())

  public init() {}

  /// Registers a file. The same bytes under the same path are one file, however often they are read: several overlays read
  /// one base, and places in it must be equal. Texts of 4 GiB and more are refused by `FileTree` long before.
  @discardableResult
  public func add(path: String, bytes: [UInt8]) -> SourceFile {
    state.withLock { state in
      for place in state.byPath[path] ?? [] where state.files[place].bytes == bytes { return state.files[place] }
      let file = SourceFile(id: SourceID(UInt32(truncatingIfNeeded: state.files.count)), path: path, bytes: bytes)
      state.byPath[path, default: []].append(state.files.count)
      state.files.append(file)
      return file
    }
  }

  public func file(_ id: SourceID) -> SourceFile? {
    state.withLock { Int(id.rawValue) < $0.files.count ? $0.files[Int(id.rawValue)] : nil }
  }

  /// All files, in the order in which they were registered.
  public var files: [SourceFile] { state.withLock { $0.files } }

  /// "path:line:column" of the start of a span, for logs and messages.
  public func describe(_ span: SourceSpan) -> String {
    guard let file = file(span.source) else { return "?" }
    let position = file.position(span.start)
    return "\(file.path):\(position.line):\(position.column)"
  }
}
