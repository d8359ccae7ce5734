import Linting
import SourceText
import Values

/// Mistakes in files that steer us (configuration, rules, a baseline), as compilers print them: the line with a caret below.
package struct DiagnosticText {
  private let provenance: Provenance
  private let prefix: String
  private let color: Bool

  /// - Parameter prefix: see `LintOptions.prefix`.
  package init(provenance: Provenance, prefix: String = "", color: Bool = false) {
    self.provenance = provenance
    self.prefix = prefix
    self.color = color
  }

  package func text(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map(text).joined(separator: "\n")
  }

  private func text(_ diagnostic: Diagnostic) -> String {
    let head = "\(diagnostic.severity.name)[\(diagnostic.code)]"
    let paint = diagnostic.severity == .error ? "1;31" : "1;33"
    var out = (color ? "\u{1B}[\(paint)m\(head)\u{1B}[0m" : head) + ": \(diagnostic.message)\n"
    var gutter = 2
    if let span = diagnostic.span, let file = provenance.sources.file(span.source) {
      let place = Place(file: file, span: span, prefix: prefix)
      gutter = max(2, String(place.start.line).utf8.count)
      let pad = String(repeating: " ", count: gutter)
      out += pad + "--> \(place.path):\(place.start.line):\(place.start.column)\n"
      // An empty span stands for the file as a whole.
      if span.count > 0 || span.start > 0, let line = Excerpt.line(place) {
        let number = String(line.number)
        out += pad + " |\n" + String(repeating: " ", count: gutter - number.utf8.count) + number + " | \(line.text)\n"
        out += pad + " | " + String(repeating: " ", count: line.marked.lowerBound) + String(repeating: "^", count: line.marked.count) + "\n"
      }
    }
    for note in diagnostic.notes { out += String(repeating: " ", count: gutter) + " = note: \(note)\n" }
    return out
  }
}
