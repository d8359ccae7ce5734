// One scan of a tree: what it holds, sorted into source units. Nothing is rendered here.

import ArgoCD
import FileTree
import SourceText
import Synchronization
import Values
import YAMLSyntax

/// The linted tree with its names and parsed files. Files are read and parsed when they are asked for, once; safe to use from
/// several threads.
package final class Workspace: RepositoryFiles {
  package let tree: any FileTree
  package let provenance: Provenance
  package let limits: Limits
  private let walked = Mutex<TreeIndex?>(nil)
  private let kept = Mutex<[any Sendable]>([])
  private let parsed = Mutex<[String: Result<ParsedFile, FileError>]>([:])

  package init(tree: any FileTree, provenance: Provenance = Provenance(), limits: Limits = Limits()) {
    self.tree = tree
    self.provenance = provenance
    self.limits = limits
  }

  /// Holds something for as long as the workspace lives: what a run has parsed is freed once, at its end, or not at all.
  package func keep(_ value: some Sendable) { kept.withLock { $0.append(value) } }

  /// All names of the tree. The tree is walked when they are first asked for: who needs one directory of a large repository does not.
  package var index: TreeIndex {
    walked.withLock { known in
      if let known { return known }
      let made = TreeIndex(tree)
      known = made
      return made
    }
  }

  /// Files of a source's own directory, in byte order; nothing is left out, whatever the directories are called.
  /// - Parameter recurse: whether subdirectories count.
  package func sourceFiles(in directory: String, recurse: Bool) -> [String] {
    if recurse { return TreeIndex(tree, below: directory, skipsForeign: false).files }
    return ((try? tree.list(directory)) ?? []).filter { $0.kind == .file }.map { TreePath.join(directory, $0.name) }
  }

  package var files: [String] { index.files }
  package var directories: [String] { index.directories }

  /// Reads and parses a YAML or JSON file with the rules of `sigs.k8s.io/yaml`.
  package func parse(_ path: String) throws(FileError) -> ParsedFile {
    if let known = parsed.withLock({ $0[path] }) { return try known.get() }
    let result = load(path, bytes: nil)
    return try parsed.withLock { table in
      // Another thread may have been faster; all shall see one result.
      if let known = table[path] { return known }
      table[path] = result
      return result
    }.get()
  }

  /// As `parse`, for a caller that has read the file already.
  package func parse(_ path: String, bytes: [UInt8]) -> ParsedFile? {
    if let known = parsed.withLock({ $0[path] }) { return try? known.get() }
    let result = load(path, bytes: bytes)
    return try? parsed.withLock { table in
      if let known = table[path] { return known }
      table[path] = result
      return result
    }.get()
  }

  private func load(_ path: String, bytes: [UInt8]?) -> Result<ParsedFile, FileError> {
    let content: [UInt8]
    do {
      content = if let bytes { bytes } else { try tree.read(path) }
    } catch {
      return .failure(error)
    }
    let file = provenance.sources.add(path: path, bytes: content)
    let sink = DiagnosticSink()
    var documents: [YAMLDocument]
    if path.hasSuffix(".json") {
      documents = json(file, sink)
    } else {
      documents = YAMLReader.read(file: file, dialect: .kubernetes, provenance: provenance, limits: limits, sink: sink)
    }
    documents.removeAll { $0.root.isNull }
    return .success(ParsedFile(source: file, documents: documents, diagnostics: sink.diagnostics))
  }

  private func json(_ file: SourceFile, _ sink: DiagnosticSink) -> [YAMLDocument] {
    let bytes = file.bytes
    guard bytes.contains(where: { $0 > 0x20 }) else { return [] }
    do {
      let origins = provenance.origins
      let root = try JSONReader.read(bytes, depthLimit: limits.nesting) { range in
        origins.add(.source, SourceSpan(source: file.id, range))
      }
      return [YAMLDocument(root: root, range: 0..<bytes.count)]
    } catch {
      sink.error("json/syntax", error.message, at: SourceSpan(source: file.id, error.offset..<min(error.offset + 1, bytes.count)))
      return []
    }
  }
}
