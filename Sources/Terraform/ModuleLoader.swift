import FileTree
import HCL
import SourceText
import Values

/// The modules of one evaluation, each made once.
final class ModuleLoader {
  private let sources: TerraformSources
  private var modules: [String: ModuleConfiguration] = [:]

  init(_ sources: TerraformSources) { self.sources = sources }

  var tree: any FileTree { sources.tree }
  var provenance: Provenance { sources.provenance }
  var limits: Limits { sources.limits }

  /// A file of the tree, registered once.
  func file(_ path: String) throws(FileError) -> SourceFile { try sources.file(path) }

  /// Names of configuration files: the primary ones first, then overrides, each in byte order.
  func configurationFiles(_ directory: String) -> [String] { sources.configurationFiles(directory) }

  /// The configuration of a directory. What is wrong in its files is reported at the first call.
  func module(_ directory: String, sink: DiagnosticSink) -> ModuleConfiguration {
    if let known = modules[directory] { return known }
    var builder = ModuleBuilder(sink: sink)
    for name in sources.configurationFiles(directory) {
      do throws(FileError) {
        let found = try sources.configuration(TreePath.join(directory, name))
        for diagnostic in found.diagnostics { sink.report(diagnostic) }
        builder.add(found.body, isOverride: TerraformSources.isOverride(name))
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
