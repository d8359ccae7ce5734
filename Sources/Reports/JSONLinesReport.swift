import Linting
import SourceText
import Values

/// `--format jsonl`: an object a line, each with a `type`: `finding`, `suppressed`, `unknown`, at the end `summary`. The objects are those of
/// `--format json`.
struct JSONLinesReport {
  let options: ReportOptions

  func write(_ report: LintReport) -> [UInt8] {
    let json = JSONReport(options: options)
    var out: [UInt8] = []
    func add(_ type: String, _ value: Value) {
      let map = ValueMap([("type", .string(type))])
      for entry in value.map?.entries ?? [] { map.set(entry.key, entry.value) }
      out += JSONWriter().bytes(.map(map)) + [UInt8(ascii: "\n")]
    }
    for finding in report.findings { add("finding", json.finding(finding)) }
    for finding in report.suppressed { add("suppressed", json.finding(finding)) }
    for question in report.unknown { add("unknown", json.question(question)) }
    let summary = ValueMap([("schema", .int(1))])
    for entry in json.summary(report).map?.entries ?? [] { summary.set(entry.key, entry.value) }
    add("summary", .map(summary))
    return out
  }
}
