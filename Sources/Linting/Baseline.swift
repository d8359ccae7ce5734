import SourceText
import Values
import YAMLSyntax

/// What a baseline knows a finding by: no line numbers, no message, so that neither moved lines nor better words unsettle it.
package struct BaselineKey: Hashable, Sendable {
  package var rule: String
  /// The deployment, or the directory of a Terraform root; "" where neither is.
  package var deployment: String
  /// The object's path in the model: `workload/web-staging/staging/Deployment/web`.
  package var object: String
  /// The file to edit, relative to the baseline's directory.
  package var path: String

  package init(rule: String, deployment: String, object: String, path: String) {
    self.rule = rule
    self.deployment = deployment
    self.object = object
    self.path = path
  }

  static func precedes(_ a: BaselineKey, _ b: BaselineKey) -> Bool {
    for (x, y) in [(a.path, b.path), (a.rule, b.rule), (a.deployment, b.deployment), (a.object, b.object)] where x != y { return x.bytesPrecede(y) }
    return false
  }
}

/// Findings that were there when the linter came: they are not reported, new ones are.
package struct Baseline: Sendable {
  package static let fileName = ".secretslint-baseline.yaml"

  package struct Entry: Sendable {
    package var key: BaselineKey
    /// How many findings have this key.
    package var count: Int
    package var reason: String
    package var span: SourceSpan
  }

  package var file: SourceFile
  package var entries: [Entry] = []

  /// Reads a baseline; nil, with diagnostics, where it has mistakes.
  package static func read(_ file: SourceFile, provenance: Provenance, sink: DiagnosticSink) -> Baseline? {
    let inner = DiagnosticSink()
    let documents = YAMLReader.read(file: file, dialect: .core, provenance: provenance, sink: inner)
    for diagnostic in inner.diagnostics { sink.report(diagnostic) }
    guard !inner.hasErrors else { return nil }
    let before = sink.diagnostics.count
    let root = documents.first?.root ?? .null
    if root.isNull { return Baseline(file: file) }
    ConfigurationChecker(provenance: provenance, sink: sink).check(root, .record(fields), "the baseline")
    guard sink.diagnostics.count == before else { return nil }
    var baseline = Baseline(file: file)
    for item in root["findings"]?.list ?? [] {
      let key = BaselineKey(
        rule: item["rule"]?.string ?? "", deployment: item["deployment"]?.string ?? "", object: item["object"]?.string ?? "",
        path: item["path"]?.string ?? "")
      let span = provenance.origins.editPlace((item["rule"] ?? item).origin) ?? SourceSpan(source: file.id, 0..<0)
      let count = Int(item["count"]?.int ?? 1)
      baseline.entries.append(Entry(key: key, count: max(1, count), reason: item["reason"]?.string ?? "", span: span))
    }
    return baseline
  }

  private static let fields = [
    ConfigurationField("version", .anything, "1"),
    ConfigurationField(
      "findings",
      .list(
        .record([
          ConfigurationField("rule", .text, "rule", required: true), ConfigurationField("path", .text, "file to edit", required: true),
          ConfigurationField("object", .text, "object", required: true), ConfigurationField("deployment", .text, "deployment"),
          ConfigurationField("count", .anything, "how many"), ConfigurationField("reason", .text, "why it is accepted"),
        ])), "accepted findings"),
  ]

  /// The text of a baseline with these findings.
  /// - Parameter reasons: kept from the baseline before.
  package static func text(_ keys: [BaselineKey], reasons: [BaselineKey: String] = [:]) -> String {
    var counts: [BaselineKey: Int] = [:]
    for key in keys { counts[key, default: 0] += 1 }
    var text = """
      # Findings that are accepted for now. New ones are reported; an entry whose finding is gone is an error:
      # `secretslint lint --prune-baseline` deletes it. A `reason` of yours is kept.
      version: 1

      """
    if counts.isEmpty { return text + "findings: []\n" }
    text += "findings:\n"
    for key in counts.keys.sorted(by: BaselineKey.precedes) {
      text += "  - rule: \(key.rule)\n    path: \(quoted(key.path))\n"
      if !key.deployment.isEmpty { text += "    deployment: \(quoted(key.deployment))\n" }
      text += "    object: \(quoted(key.object))\n"
      if let count = counts[key], count > 1 { text += "    count: \(count)\n" }
      if let reason = reasons[key], !reason.isEmpty { text += "    reason: \(quoted(reason))\n" }
    }
    return text
  }

  /// The baseline's text with the entries that still match, for `--prune-baseline`.
  /// - Parameter keys: of all findings that are there now.
  package func pruned(_ keys: [BaselineKey]) -> String {
    var left: [BaselineKey: Int] = [:]
    for key in keys { left[key, default: 0] += 1 }
    var kept: [BaselineKey] = []
    for entry in entries { for _ in 0..<min(entry.count, left[entry.key] ?? 0) { kept.append(entry.key) } }
    return Baseline.text(kept, reasons: reasons)
  }

  package var reasons: [BaselineKey: String] {
    Dictionary(entries.map { ($0.key, $0.reason) }, uniquingKeysWith: { first, _ in first })
  }

  private static func quoted(_ text: String) -> String {
    let isPlain = !text.isEmpty && text.utf8.allSatisfy { byte in
      byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte >= 0x30 && byte <= 0x39 || byte == 0x2F || byte == 0x2E || byte == 0x5F || byte == 0x2D
    }
    let first = text.utf8.first ?? 0
    let isWord = ["true", "false", "null", "yes", "no", "on", "off"].contains(text.lowercased())
    return isPlain && first | 0x20 >= 0x61 && !isWord ? text : JSONWriter().string(.string(text))
  }
}
