import ArgoCD
import FileTree
import SourceText
import Values
import YAMLSyntax

/// A repository in memory.
struct MemoryRepository: RepositoryFiles {
  let tree: any FileTree
  let provenance = Provenance()
  let limits = Limits()
  let files: [String]
  let directories: [String]

  init(_ files: [String: String]) {
    tree = MemoryFileTree(text: files)
    self.files = files.keys.sorted()
    var directories: Set<String> = []
    for path in files.keys {
      var at = TreePath.directory(of: path)
      while !at.isEmpty {
        directories.insert(at)
        at = TreePath.directory(of: at)
      }
    }
    self.directories = directories.sorted()
  }

  func parse(_ path: String) throws(FileError) -> ParsedFile {
    let file = provenance.sources.add(path: path, bytes: try tree.read(path))
    let sink = DiagnosticSink()
    let documents = YAMLReader.read(file: file, dialect: .kubernetes, provenance: provenance, sink: sink)
    return ParsedFile(source: file, documents: documents, diagnostics: sink.diagnostics)
  }

  func read(_ text: String, path: String = "set.yaml") -> Value {
    let file = provenance.sources.add(path: path, bytes: Array(text.utf8))
    return YAMLReader.read(file: file, dialect: .kubernetes, provenance: provenance, sink: DiagnosticSink()).first?.root ?? .null
  }

  /// "path:line text" of the place to edit.
  func written(_ origin: Origin) -> String {
    guard let span = provenance.origins.editPlace(origin), let file = provenance.sources.file(span.source) else { return "?" }
    return "\(file.path):\(file.position(span.start).line) \(file.text(span))"
  }
}

let ownURL = "https://github.com/acme/deploy.git"

func own(_ evidence: OwnRepository.Evidence = .configuration) -> OwnRepository {
  var repository = OwnRepository()
  repository.add(ownURL, evidence)
  return repository
}

/// Values as compact JSON with sorted keys; unknowns as `"?"`.
func json(_ value: Value?) -> String {
  guard let value else { return "nil" }
  var writer = JSONWriter(sortsKeys: true)
  writer.custom = { $0.isUnknown ? "\"?\"" : nil }
  return writer.string(value)
}
