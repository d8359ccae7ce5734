import Linting
import SourceText
import Values

/// `--format json`: one object, `"schema": 1`, keys in snake case.
struct JSONReport {
  let options: ReportOptions

  func write(_ report: LintReport) -> [UInt8] {
    let root = ValueMap([
      ("schema", .int(1)),
      ("tool", object([("name", .string("secretslint")), ("version", .string(options.toolVersion))])),
      ("findings", .list(report.findings.map(finding))),
      ("suppressed", .list(report.suppressed.map(finding))),
      ("unknown", .list(report.unknown.map(question))),
      ("summary", summary(report)),
    ])
    return JSONWriter(style: .indented(2)).bytes(.map(root)) + [UInt8(ascii: "\n")]
  }

  func summary(_ report: LintReport) -> Value {
    object([
      ("errors", .int(Int64(report.count(.error)))), ("warnings", .int(Int64(report.count(.warning)))),
          ("notes", .int(Int64(report.count(.info)))), ("files_with_findings", .int(Int64(report.filesWithFindings))),
          ("suppressed", .int(Int64(report.suppressed.count))),
          ("files", .int(Int64(report.filesRead))), ("deployments", .int(Int64(report.deployments))),
          ("terraform_roots", .int(Int64(report.terraformRoots))), ("rules", .int(Int64(report.rulesRun))),
          ("incomplete", .bool(report.isIncomplete)),
    ])
  }

  private func object(_ pairs: [(String, Value)]) -> Value { .map(ValueMap(pairs)) }

  func finding(_ finding: Finding) -> Value {
    var pairs: [(String, Value)] = [
      ("rule", .string(finding.rule)), ("severity", .string(finding.severity.name)), ("message", .string(finding.message)),
      ("location", finding.place.map(place) ?? .null),
      ("related", .list(finding.labels.map { object([("message", .string($0.message)), ("location", place($0.place))]) })),
      ("why", .string(finding.why)), ("help", .string(finding.help)), ("instance", .string(finding.instance)),
      ("also", .list(finding.also.map { .string($0) })), ("objects", .list(finding.objects.map { .string($0) })),
    ]
    if let suppression = finding.suppression {
      pairs.append((
        "suppression",
        object([
          ("kind", .string(suppression.kind.rawValue)), ("reason", .string(suppression.reason)), ("location", place(suppression.place)),
        ])
      ))
    }
    return object(pairs)
  }

  func question(_ question: OpenQuestion) -> Value {
    object([
      ("rule", .string(question.rule)), ("subject", .string(question.subject)), ("reason", .string(question.reason)),
      ("location", question.place.map(place) ?? .null),
    ])
  }

  private func place(_ place: Place) -> Value {
    object([
      ("file", .string(place.path)),
      ("start", position(place.start, place.span.start)), ("end", position(place.end, place.span.end)),
    ])
  }

  private func position(_ position: SourcePosition, _ offset: UInt32) -> Value {
    object([("line", .int(Int64(position.line))), ("column", .int(Int64(position.column))), ("byte", .int(Int64(offset)))])
  }
}
