import FileTree
import Kubernetes
import Kustomize
import SourceText
import Values

/// A kustomization of a test, built in memory.
struct Built: Sendable {
  let provenance: Provenance
  let diagnostics: [Diagnostic]
  let result: KustomizeResult

  init(
    _ files: [String: String], _ directory: String = "", edits: KustomizeEdits = KustomizeEdits(), limits: Limits = Limits(),
    helm: KustomizeHelm? = nil, provenance: Provenance = Provenance()
  ) {
    self.provenance = provenance
    let sink = DiagnosticSink()
    result = KustomizeBuilder(tree: MemoryFileTree(text: files), provenance: provenance, limits: limits, helm: helm)
      .build(directory: directory, edits: edits, sink: sink)
    diagnostics = sink.diagnostics
  }

  var text: String { result.text.string }

  /// "path:line:column" of the place to edit for the value at a path of an object.
  func place(_ kind: String, _ path: [String]) -> String { entries(kind, path).last ?? "nothing" }

  /// The places along the chain of a value's origin, the nearest step first.
  func entries(_ kind: String, _ path: [String]) -> [String] {
    guard let value = value(kind, path) else { return [] }
    return provenance.origins.chain(value.origin).map { provenance.sources.describe($0.span) }
  }

  func steps(_ kind: String, _ path: [String]) -> [OriginStep] {
    guard let value = value(kind, path) else { return [] }
    return provenance.origins.chain(value.origin).map(\.step)
  }

  func value(_ kind: String, _ path: [String]) -> Value? {
    guard var value = result.objects.first(where: { $0.kind == kind })?.root else { return nil }
    for part in path {
      guard let next = Int(part).flatMap({ value[$0] }) ?? value[part] else { return nil }
      value = next
    }
    return value
  }

  /// Code and place of the error that ended the build.
  var refusal: String {
    guard let first = diagnostics.first else { return "none" }
    return first.code + (first.span.map { " " + provenance.sources.describe($0) } ?? "")
  }
}
