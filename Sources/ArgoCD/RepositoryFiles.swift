import FileTree
import SourceText
import Values
import YAMLSyntax

/// One file of the repository, read and parsed.
package struct ParsedFile: Sendable {
  package let source: SourceFile
  /// Non-empty documents in order; of JSON files the one value.
  package let documents: [YAMLDocument]
  /// What the reader complained about.
  package let diagnostics: [Diagnostic]

  package init(source: SourceFile, documents: [YAMLDocument], diagnostics: [Diagnostic]) {
    self.source = source
    self.documents = documents
    self.diagnostics = diagnostics
  }
}

/// The repository as the rooms that expand Applications see it. Whoever implements it reads and parses each file once
/// (`Discovery.Workspace`) and may be called from several threads.
package protocol RepositoryFiles: Sendable {
  var tree: any FileTree { get }
  var provenance: Provenance { get }
  var limits: Limits { get }
  /// All files below the root, in byte order.
  var files: [String] { get }
  /// All directories below the root without the root itself, in byte order.
  var directories: [String] { get }
  func parse(_ path: String) throws(FileError) -> ParsedFile
}

extension RepositoryFiles {
  var origins: OriginTable { provenance.origins }

  /// Where a value is written; the far end of its chain.
  func place(_ value: Value?) -> SourceSpan? { value.flatMap { origins.editPlace($0.origin) } }
}
