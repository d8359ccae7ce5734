import FileTree
import HCL
import SourceText
import Values

/// Reads the directories of one evaluation, each once.
final class ModuleLoader {
  let tree: any FileTree
  let provenance: Provenance
  let limits: Limits
  private var modules: [String: ModuleConfiguration] = [:]
  private var files: [String: SourceFile] = [:]

  init(tree: any FileTree, provenance: Provenance, limits: Limits) {
    self.tree = tree
    self.provenance = provenance
    self.limits = limits
  }

  static func isConfiguration(_ name: String) -> Bool {
    (name.hasSuffix(".tf") || name.hasSuffix(".tf.json")) && !name.hasPrefix(".") && !name.hasSuffix("~")
  }

  private static func isOverride(_ name: String) -> Bool {
    let base = name.hasSuffix(".tf.json") ? name.dropLast(8) : name.dropLast(3)
    return base == "override" || base.hasSuffix("_override")
  }

  /// A file of the tree, registered once.
  func file(_ path: String) throws(FileError) -> SourceFile {
    if let known = files[path] { return known }
    let file = provenance.sources.add(path: path, bytes: try tree.read(path))
    files[path] = file
    return file
  }

  /// Names of configuration files: the primary ones first, then overrides, each in byte order.
  func configurationFiles(_ directory: String) -> [String] {
    guard let entries = try? tree.list(directory) else { return [] }
    let names = entries.filter { $0.kind == .file && Self.isConfiguration($0.name) }.map(\.name)
    return names.filter { !Self.isOverride($0) } + names.filter { Self.isOverride($0) }
  }

  /// The configuration of a directory. What is wrong in its files is reported at the first call.
  func module(_ directory: String, sink: DiagnosticSink) -> ModuleConfiguration {
    if let known = modules[directory] { return known }
    var builder = ModuleBuilder(sink: sink)
    for name in configurationFiles(directory) {
      let path = TreePath.join(directory, name)
      do throws(FileError) {
        let file = try file(path)
        let body = name.hasSuffix(".json")
          ? HCLJSONParser.parse(file: file, provenance: provenance, limits: limits, sink: sink)
          : HCLParser.parse(file: file, provenance: provenance, limits: limits, sink: sink)
        builder.add(body, isOverride: Self.isOverride(name))
      } catch {
        sink.error("terraform/file", error.message, at: nil)
      }
    }
    let module = builder.build(directory: directory)
    modules[directory] = module
    return module
  }

  /// Where a module's source leads: a directory of the tree, or nil for a registry, git and the like.
  static func localDirectory(_ source: String, from directory: String) -> String? {
    guard source.hasPrefix("./") || source.hasPrefix("../") || source == "." || source == ".." else { return nil }
    return TreePath.normalize(directory + "/" + source)
  }
}
