import ArgoCD
import Discovery
import FileTree
import Kubernetes
import SourceText
import Values
import YAMLSyntax

/// Sources of plain manifests, as Argo CD reads them.
///
/// Source: reposerver/repository `findManifests`, `getObjsFromYAMLOrJson` (argocd.md §8.5).
struct DirectoryRenderer {
  let workspace: Workspace
  private static let sizeLimit = 10 << 20
  private static let skipMark: StaticString = "+argocd:skip-file-rendering"

  /// Objects that the scan has read already.
  func render(_ request: RenderRequest, _ manifests: [ManifestUnit]) -> RenderedUnit {
    var unit = RenderedUnit(request: request, status: .complete)
    for manifest in manifests {
      unit.inputs.append(manifest.path)
      for object in manifest.objects { if let object = KubernetesObject(object) { unit.objects.append(object) } }
      // What the reader complained about belongs to the scan; here it only says that something may be missing.
      if let parsed = try? workspace.parse(manifest.path), parsed.diagnostics.contains(where: { $0.severity == .error }) { unit.status = .partial }
    }
    return unit
  }

  func render(_ request: RenderRequest, _ directory: String, recurse: Bool, include: String?, exclude: String?) -> RenderedUnit {
    let sink = DiagnosticSink()
    var unit = RenderedUnit(request: request, status: .complete)
    let place = workspace.provenance.origins.editPlace(request.origin)
    func pattern(_ text: String?) -> GlobPattern? {
      guard let text else { return nil }
      guard let glob = GlobPattern(text, .gobwas) else {
        sink.error("directory/pattern", "malformed pattern '\(text)'", at: place)
        return nil
      }
      return glob
    }
    let included = pattern(include)
    let excluded = pattern(exclude)
    var size = 0
    for path in workspace.sourceFiles(in: directory, recurse: recurse) {
      let inside = directory.isEmpty ? path : String(decoding: path.utf8.dropFirst(directory.utf8.count + 1), as: UTF8.self)
      let kind = [".yaml", ".yml", ".json", ".jsonnet"].first { inside.hasSuffix($0) }
      guard let kind else { continue }
      if let excluded, excluded.matches(inside) { continue }
      if let included, !included.matches(inside) { continue }
      if kind == ".jsonnet" {
        unit.status = .partial
        sink.warning("directory/jsonnet", "'\(path)' is Jsonnet, which is not evaluated: its objects are not known", at: place)
        continue
      }
      add(path, to: &unit, sink, place: place, size: &size)
    }
    unit.diagnostics = sink.diagnostics
    return unit
  }

  private func add(_ path: String, to unit: inout RenderedUnit, _ sink: DiagnosticSink, place: SourceSpan?, size: inout Int) {
    let bytes: [UInt8]
    do {
      bytes = try workspace.tree.read(path)
    } catch {
      sink.error("directory/unreadable", error.message, at: place)
      unit.status = .partial
      return
    }
    guard !ByteSearch.contains(bytes, Self.skipMark) else { return }
    unit.inputs.append(path)
    size += bytes.count
    guard size <= Self.sizeLimit else {
      sink.error("directory/too-large", "the manifests of the source are larger than the \(Self.sizeLimit) bytes that Argo CD accepts", at: place)
      unit.status = .partial
      return
    }
    guard let parsed = workspace.parse(path, bytes: bytes) else { return }
    var found = 0
    for document in parsed.documents {
      for root in Self.opened(document.root) {
        if let object = KubernetesObject(root), !object.apiVersion.isEmpty || ["kind", "metadata"].allSatisfy({ root[$0] != nil }) {
          unit.objects.append(object)
          found += 1
        } else if found > 0, root.map != nil {
          sink.error(
            "directory/not-an-object", "'\(path)': a document without 'kind' behind an object: Argo CD refuses the file",
            at: workspace.provenance.origins.editPlace(root.origin))
          unit.status = .partial
        }
      }
    }
    let errors = parsed.diagnostics.filter { $0.severity == .error }
    if !errors.isEmpty {
      let looksLikeObject = ["apiVersion:", "kind:", "metadata:"].allSatisfy { (mark: StaticString) in ByteSearch.contains(bytes, mark) }
      if found > 0 || looksLikeObject {
        unit.status = .partial
        if let first = errors.first, ByteSearch.contains(bytes, "{{") {
          // One mistake, however many of its lines are no YAML.
          sink.error(
            "directory/template", "'\(path)' is a template, which a directory source does not render: Argo CD refuses it", at: first.span,
            notes: [first.message])
        } else {
          for error in errors { sink.report(error) }
        }
      }
    } else {
      for diagnostic in parsed.diagnostics { sink.report(diagnostic) }
    }
  }

  private static func opened(_ root: Value) -> [Value] {
    guard let kind = root["kind"]?.string, kind.hasSuffix("List"), let items = root["items"]?.list else { return [root] }
    return items
  }
}
