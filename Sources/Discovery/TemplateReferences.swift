import ArgoCD
import FileTree
import SourceText

/// Files that Terraform fills in by `templatefile`: what stands in them is no manifest yet. The calls are found in the text, since those that
/// no evaluation reaches (`count = 0`) name templates as well.
struct TemplateReferences {
  private let patterns: [GlobPattern]

  init(_ workspace: Workspace, _ units: [TerraformUnit]) {
    var found: [GlobPattern] = []
    for unit in units {
      for path in unit.files where path.hasSuffix(".tf") {
        guard let bytes = try? workspace.tree.read(path), ByteSearch.contains(bytes, "templatefile") else { continue }
        found += Self.patterns(bytes, directory: unit.directory)
      }
    }
    patterns = found
  }

  func contains(_ path: String) -> Bool { patterns.contains { $0.matches(path) } }

  private static let call: StaticString = "templatefile("

  private static func patterns(_ bytes: [UInt8], directory: String) -> [GlobPattern] {
    var result: [GlobPattern] = []
    var at = 0
    while at < bytes.count {
      guard bytes.starts(with: call, at: at) else {
        at += 1
        continue
      }
      at += call.utf8CodeUnitCount
      while at < bytes.count, bytes[at] <= 0x20 { at += 1 }
      guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { continue }
      if let pattern = pattern(bytes[(at + 1)...], directory) { result.append(pattern) }
    }
    return result
  }

  /// The pattern of the quoted path that begins here. Interpolations may be anything, but `path.module` is the file's own directory.
  private static func pattern(_ bytes: ArraySlice<UInt8>, _ directory: String) -> GlobPattern? {
    var path: [UInt8] = []
    var rest = bytes.prefix(1000)
    while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
      guard byte == UInt8(ascii: "$"), rest.first == UInt8(ascii: "{") else {
        if [UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "\\")].contains(byte) { return nil }
        path.append(byte)
        continue
      }
      guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { return nil }
      let name = String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)
      rest = rest[(end + 1)...]
      path.append(UInt8(ascii: name.split(separator: " ").joined() == "path.module" ? "." : "*"))
    }
    let text = String(decoding: path, as: UTF8.self)
    guard text.hasPrefix("*") else { return TreePath.resolve(text, from: directory).flatMap { GlobPattern($0, .gobwas) } }
    // Where the root of all, or something else, stands in front, only the end of the path is known.
    let known = text.split(separator: "/").filter { $0 != "." && $0 != ".." }.dropFirst()
    return known.isEmpty ? nil : GlobPattern("*" + known.joined(separator: "/"), .gobwas)
  }
}
