import FileTree
import SourceText

/// The tree with an empty chart in it, whose place stands for a chart that is not there: its values are merged by Helm's own rules.
struct ExternalChartTree: FileTree {
  /// A name that no repository has.
  static let directory = ".secretslint-external-chart"
  private static let chart = Array("apiVersion: v2\nname: external\nversion: 0.0.0\n".utf8)
  let base: any FileTree

  func kind(_ path: String) -> FileKind? {
    if path == Self.directory { return .directory }
    if TreePath.isInside(path, Self.directory) { return path == Self.directory + "/Chart.yaml" ? .file : nil }
    return base.kind(path)
  }

  func list(_ path: String) throws(FileError) -> [DirectoryEntry] {
    if path == Self.directory { return [DirectoryEntry(name: "Chart.yaml", kind: .file)] }
    return try base.list(path)
  }

  func read(_ path: String) throws(FileError) -> [UInt8] {
    if path == Self.directory + "/Chart.yaml" { return Self.chart }
    return try base.read(path)
  }
}
