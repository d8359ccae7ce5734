import FileTree
import HCL
import SourceText
import Synchronization
import Values

/// The files of a tree that evaluations have read, each read and parsed once however many roots and modules need it. Safe to use from
/// several threads.
final class TerraformSources: Sendable {
  /// One configuration file and what is wrong in it.
  struct Configuration: Sendable {
    var body: HCLBody
    var diagnostics: [Diagnostic]
    /// Data sources that are read when they are asked for.
    var deferred: [DeferredBody] = []
  }

  /// What the files of one directory declare, and what is wrong in them.
  struct Module: Sendable {
    var configuration: ModuleConfiguration
    var diagnostics: [Diagnostic]
  }

  let tree: any FileTree
  let provenance: Provenance
  let limits: Limits
  /// Whether data sources are read only when they are asked for.
  private let defersData: Bool
  private let files = Mutex<[String: SourceFile]>([:])
  private let configurations = Mutex<[String: Configuration]>([:])
  private let modules = Mutex<[String: Module]>([:])

  init(tree: any FileTree, provenance: Provenance, limits: Limits, defersData: Bool = false) {
    self.defersData = defersData
    self.tree = tree
    self.provenance = provenance
    self.limits = limits
  }

  /// A file of the tree, registered once.
  func file(_ path: String) throws(FileError) -> SourceFile {
    if let known = files.withLock({ $0[path] }) { return known }
    let bytes = try tree.read(path)
    return files.withLock { table in
      // Another thread may have been faster; all shall see one file.
      if let known = table[path] { return known }
      let file = provenance.sources.add(path: path, bytes: bytes)
      table[path] = file
      return file
    }
  }

  /// Whether a data source that was asked for is no HCL.
  var hasBrokenData: Bool { configurations.withLock { table in table.values.contains { $0.deferred.contains(where: \.isBroken) } } }

  func hasRead(_ path: String) -> Bool { files.withLock { $0[path] != nil } }

  /// A configuration file in either syntax.
  func configuration(_ path: String) throws(FileError) -> Configuration {
    if let known = configurations.withLock({ $0[path] }) { return known }
    let file = try file(path)
    let sink = DiagnosticSink()
    var deferred: [DeferredBody] = []
    let body: HCLBody
    if path.hasSuffix(".json") {
      body = HCLJSONParser.parse(file: file, provenance: provenance, limits: limits, sink: sink)
    } else if defersData {
      (body, deferred) = HCLParser.parse(file: file, deferring: "data", provenance: provenance, limits: limits, sink: sink)
    } else {
      body = HCLParser.parse(file: file, provenance: provenance, limits: limits, sink: sink)
    }
    let made = Configuration(body: body, diagnostics: sink.diagnostics, deferred: deferred)
    return configurations.withLock { table in
      if let known = table[path] { return known }
      table[path] = made
      return made
    }
  }

  /// The configuration of a directory.
  func module(_ directory: String) -> Module {
    if let known = modules.withLock({ $0[directory] }) { return known }
    let sink = DiagnosticSink()
    var builder = ModuleBuilder(sink: sink)
    for name in configurationFiles(directory) {
      do throws(FileError) {
        let found = try configuration(TreePath.join(directory, name))
        for diagnostic in found.diagnostics { sink.report(diagnostic) }
        builder.add(found.body, isOverride: Self.isOverride(name))
      } catch {
        sink.error("terraform/file", error.message, at: nil)
      }
    }
    let made = Module(configuration: builder.build(directory: directory), diagnostics: sink.diagnostics)
    return modules.withLock { table in
      if let known = table[directory] { return known }
      table[directory] = made
      return made
    }
  }

  /// Names of the configuration files of a directory: the primary ones first, then overrides, each in byte order.
  func configurationFiles(_ directory: String) -> [String] {
    guard let entries = try? tree.list(directory) else { return [] }
    let names = entries.filter { $0.kind == .file && Self.isConfiguration($0.name) }.map(\.name)
    return names.filter { !Self.isOverride($0) } + names.filter { Self.isOverride($0) }
  }

  static func isConfiguration(_ name: String) -> Bool {
    (name.hasSuffix(".tf") || name.hasSuffix(".tf.json")) && !name.hasPrefix(".") && !name.hasSuffix("~")
  }

  static func isOverride(_ name: String) -> Bool {
    let base = name.hasSuffix(".tf.json") ? name.dropLast(8) : name.dropLast(3)
    return base == "override" || base.hasSuffix("_override")
  }
}
