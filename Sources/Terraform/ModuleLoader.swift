import FileTree
import HCL
import SourceText
import Values

/// The modules of one evaluation.
final class ModuleLoader {
  private let sources: TerraformSources
  private var reported: Set<String> = []

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
    let module = sources.module(directory)
    if reported.insert(directory).inserted { for diagnostic in module.diagnostics { sink.report(diagnostic) } }
    return module.configuration
  }

  /// Where a module's source leads: a directory of the tree, or nil for a registry, git and the like.
  static func localDirectory(_ source: String, from directory: String) -> String? {
    guard source.hasPrefix("./") || source.hasPrefix("../") || source == "." || source == ".." else { return nil }
    return TreePath.normalize(directory + "/" + source)
  }
}
