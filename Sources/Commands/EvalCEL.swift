import CEL
import FileTree
import SourceText
import Values

/// `eval --lang cel`.
enum EvalCEL {
  static func answer(_ request: Value) -> Value { CELWire.answer(request, timeZone: zoneFile) }

  /// A zone of the machine's tz database; CEL's functions with zone names need it.
  @Sendable private static func zoneFile(_ name: String) -> [UInt8]? {
    guard !name.isEmpty, name.utf8.count < 100 else { return nil }
    return try? DiskFileTree(root: "/usr/share/zoneinfo")?.read(name)
  }
}
