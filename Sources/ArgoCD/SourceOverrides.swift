import FileTree
import SourceText
import Values
import YAMLSyntax

extension ApplicationReader {
  /// The source with `.argocd-source.yaml` and `.argocd-source-<app>.yaml` of its directory merged in. They may change all but
  /// where the source is; a null in them removes nothing (reposerver/repository `mergeSourceParameters`).
  func overridden(_ source: Source, _ directory: String) -> Value {
    var section = source.section
    var names = [".argocd-source.yaml"]
    if !source.name.isEmpty { names.append(".argocd-source-" + source.name + ".yaml") }
    for name in names {
      let path = TreePath.join(directory, name)
      guard files.tree.isFile(path) else { continue }
      let parsed: ParsedFile
      do {
        parsed = try files.parse(path)
      } catch {
        sink.error("argocd/override", error.message, at: nil)
        continue
      }
      for diagnostic in parsed.diagnostics { sink.report(diagnostic) }
      guard let root = parsed.documents.first?.root, !root.isNull else { continue }
      guard root.map != nil else {
        sink.error("argocd/override", "'\(path)' holds no map", at: place(root))
        continue
      }
      section = merge(section, root, isTop: true, depth: 0)
    }
    return section
  }

  private func merge(_ base: Value, _ over: Value, isTop: Bool, depth: Int) -> Value {
    guard depth < 200, let old = base.map, let new = over.map else { return over }
    let result = old.copy()
    for entry in new.entries where !entry.value.isNull {
      if isTop, ["chart", "path", "repoURL", "targetRevision"].contains(entry.key.string) { continue }
      if let current = result[entry.key], current.map != nil, entry.value.map != nil {
        result.set(entry.key, merge(current, entry.value, isTop: false, depth: depth + 1), keyOrigin: entry.keyOrigin)
      } else {
        result.set(entry.key, entry.value, keyOrigin: entry.keyOrigin)
      }
    }
    return .map(result, base.origin)
  }
}
