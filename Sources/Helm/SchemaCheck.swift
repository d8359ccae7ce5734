import GoTemplate
import JSONSchema
import SourceText
import Values

/// A chart's `values.schema.json`, compiled once.
enum CompiledSchema: Sendable {
  case schema(Schema)
  /// - isUnknown: whether the schema needs a document of the network.
  case failed(message: String, span: SourceSpan, isUnknown: Bool)

  init(_ file: ChartFile, origins: OriginTable) {
    // Helm drops a byte order mark; the offsets are those of the file.
    let shift = file.source.bytes.count - file.bytes.count
    let id = file.source.id
    do throws(JSONError) {
      let document = try JSONReader.read(file.bytes) { range in
        origins.add(.source, SourceSpan(source: id, (range.lowerBound + shift)..<(range.upperBound + shift)))
      }
      do throws(SchemaError) { self = .schema(try Schema(document)) } catch {
        let place = origins.editPlace(error.origin) ?? SourceSpan(source: id, 0..<file.source.bytes.count)
        self = .failed(message: error.message, span: place, isUnknown: error.kind == .unknown)
      }
    } catch {
      self = .failed(
        message: error.message, span: SourceSpan(source: id, (error.offset + shift)..<(error.offset + shift)), isUnknown: false)
    }
  }
}

/// Validates merged values against the charts' `values.schema.json` (pkg/chart/common/util: jsonschema.go, `ValidateAgainstSchema`).
struct SchemaCheck {
  struct Problem {
    /// Helm's text for one chart, its name first, without the texts of values, which may be secrets.
    var text: String
    var diagnostic: Diagnostic
    /// Whether the values could not be judged: a part of them is not known, or the schema needs the network, which is never asked.
    var isUnknown = false
  }

  let origins: OriginTable
  /// Compiles a schema, or finds it compiled.
  let compiled: (ChartFile) -> CompiledSchema

  func check(_ chart: ReleaseChart, _ values: Value, depth: Int = 0) -> [Problem] {
    guard depth < 100 else { return [] }
    var problems: [Problem] = []
    let name = chart.name.string ?? ""
    if let file = chart.chart.schema, let problem = check(file, values, name) { problems.append(problem) }
    for part in chart.dependencies {
      let partName = part.name.string ?? ""
      guard let own = values.map?[partName], !own.isNull, !own.isUnknown else { continue }
      guard own.map != nil else {
        problems.append(
          Problem(
            text: "\(partName):\ninvalid type for values: expected object (map), got \(own.goTypeName)\n",
            diagnostic: Diagnostic(
              .error, code: "helm/schema", "values of chart '\(partName)' are no mapping", at: origins.editPlace(own.origin))))
        continue
      }
      problems += check(part, own, depth: depth + 1)
    }
    return problems
  }

  private func check(_ file: ChartFile, _ values: Value, _ name: String) -> Problem? {
    switch compiled(file) {
    case .failed(let message, let span, let isUnknown):
      if isUnknown { return unknown(name, message, span) }
      return Problem(
        text: "\(name):\n\(message)",
        diagnostic: Diagnostic(
          .error, code: "helm/schema", "values.schema.json of chart '\(name)' cannot be used", at: span, notes: [message]))
    case .schema(let schema):
      switch schema.validate(values) {
      case .valid: return nil
      case .unknown(let reason): return unknown(name, reason, SourceSpan(source: file.source.id, 0..<file.source.bytes.count))
      case .invalid(let violation): return problem(violation, name)
      }
    }
  }

  private func unknown(_ name: String, _ reason: String, _ span: SourceSpan) -> Problem {
    Problem(
      text: "\(name):\n\(reason)",
      diagnostic: Diagnostic(
        .info, code: "helm/schema-unknown", "values of chart '\(name)' are not judged by its values.schema.json: \(reason)", at: span),
      isUnknown: true)
  }

  private func problem(_ violation: SchemaViolation, _ name: String) -> Problem {
    // The first line of the text names the schema; Helm leaves it out.
    let lines = violation.discreetText.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    let text = "\(name):\n\(lines.count > 1 ? String(lines[1]) : "")\n"
    var labels: [DiagnosticLabel] = []
    for leaf in violation.leaves.prefix(20) {
      guard let place = origins.editPlace(leaf.instanceOrigin) ?? origins.editPlace(leaf.schemaOrigin) else { continue }
      labels.append(DiagnosticLabel(span: place, message: leaf.discreetMessage))
    }
    return Problem(
      text: text,
      diagnostic: Diagnostic(
        .error, code: "helm/schema", "values of chart '\(name)' do not meet its values.schema.json", at: labels.first?.span, labels: labels,
        notes: [text]))
  }
}
