import SourceText
import Values

/// Where a text is composed of several values: `"{{ .Values.service }}/database"` in a values file, with the service from an ApplicationSet.
enum Composition {
  /// Of the parts of a joined origin, the first whose line to edit holds a template itself: that text is
  /// what a person edits. The origin as it is where no part does.
  static func origin(_ origin: Origin, _ provenance: Provenance) -> Origin {
    let parts = parts(origin, provenance.origins, depth: 0)
    guard parts.count > 1 else { return origin }
    for part in parts {
      guard let span = provenance.origins.editPlace(part), let file = provenance.sources.file(span.source) else { continue }
      let text = Array(file.text(span).utf8)
      if text.indices.contains(where: { text.starts(with: "{{", at: $0) }) { return part }
    }
    return origin
  }

  private static func parts(_ origin: Origin, _ table: OriginTable, depth: Int) -> [Origin] {
    guard depth < 50 else { return [origin] }
    var at = origin
    var steps = 0
    while let entry = table[at], steps < 1000 {
      if entry.step == .join { return parts(entry.parent, table, depth: depth + 1) + parts(entry.context, table, depth: depth + 1) }
      at = entry.parent
      steps += 1
    }
    return [origin]
  }
}
