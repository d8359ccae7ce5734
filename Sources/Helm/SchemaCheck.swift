import GoTemplate
import JSONSchema
import SourceText
import Values

/// Validates merged values against the charts' `values.schema.json` (pkg/chart/common/util: jsonschema.go, `ValidateAgainstSchema`).
struct SchemaCheck {
  struct Problem {
    /// Helm's text for one chart, its name first, without the texts of values, which may be secrets.
    var text: String
    var chart: String
    /// The line to edit: of the value that is wrong, else of the schema.
    var span: SourceSpan?
    /// What is wrong with each value, and where it and its schema stand.
    var labels: [DiagnosticLabel] = []

    func report(_ sink: DiagnosticSink) {
      sink.report(
        Diagnostic(
          .error, code: "helm/schema", "values of chart '\(chart)' do not meet its values.schema.json", at: span, labels: labels,
          notes: [text]))
    }
  }

  let provenance: Provenance
  let sink: DiagnosticSink
  /// Whether a schema that refers to the network is only noted. Helm without a network fails, and so does a strict rendering.
  let isLenient: Bool

  func check(_ chart: ReleaseChart, _ values: ValueMap) -> [Problem] { check(chart, .map(values), depth: 0) }

  private func check(_ chart: ReleaseChart, _ values: Value, depth: Int) -> [Problem] {
    guard depth < 100 else { return [] }
    var problems: [Problem] = []
    let name = chart.name.string ?? ""
    if let file = chart.chart.schema, let problem = check(file, values, name) { problems.append(problem) }
    for part in chart.dependencies {
      let partName = part.name.string ?? ""
      guard let own = values.map?[partName], !own.isNull else { continue }
      guard own.map != nil else {
        if own.isUnknown { continue }
        problems.append(
          Problem(
            text: "\(partName):\ninvalid type for values: expected object (map), got \(own.goTypeName)\n", chart: partName,
            span: provenance.origins.editPlace(own.origin)))
        continue
      }
      problems += check(part, own, depth: depth + 1)
    }
    return problems
  }

  private func check(_ file: ChartFile, _ values: Value, _ name: String) -> Problem? {
    let whole = SourceSpan(source: file.source.id, 0..<file.source.bytes.count)
    // Helm drops a byte order mark; the offsets are those of the file.
    let shift = file.source.bytes.count - file.bytes.count
    let document: Value
    do throws(JSONError) {
      document = try JSONReader.read(file.bytes) { range in
        provenance.origins.add(.source, SourceSpan(source: file.source.id, (range.lowerBound + shift)..<(range.upperBound + shift)))
      }
    } catch {
      let at = SourceSpan(source: file.source.id, (error.offset + shift)..<(error.offset + shift))
      return Problem(text: "\(name):\n\(error.message)", chart: name, span: at)
    }
    do throws(SchemaError) {
      switch try Schema(document).validate(values) {
      case .valid: return nil
      case .unknown(let reason):
        sink.report(
          Diagnostic(
            .info, code: "helm/schema-unknown", "values of chart '\(name)' are not judged by its values.schema.json: \(reason)", at: whole))
        return nil
      case .invalid(let violation): return problem(violation, name)
      }
    } catch {
      let place = provenance.origins.editPlace(error.origin) ?? whole
      if error.kind == .unknown, isLenient {
        sink.report(
          Diagnostic(
            .info, code: "helm/schema-unknown", "values of chart '\(name)' are not judged by its values.schema.json: \(error.message)",
            at: place))
        return nil
      }
      return Problem(text: "\(name):\n\(error.message)", chart: name, span: place)
    }
  }

  private func problem(_ violation: SchemaViolation, _ name: String) -> Problem {
    // The first line of the text names the schema; Helm leaves it out.
    let lines = violation.discreetText.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    var result = Problem(text: "\(name):\n\(lines.count > 1 ? String(lines[1]) : "")\n", chart: name)
    for leaf in violation.leaves.prefix(20) {
      let place = provenance.origins.editPlace(leaf.instanceOrigin) ?? provenance.origins.editPlace(leaf.schemaOrigin)
      guard let place else { continue }
      if result.span == nil { result.span = place }
      result.labels.append(DiagnosticLabel(span: place, message: leaf.discreetMessage))
    }
    return result
  }
}
