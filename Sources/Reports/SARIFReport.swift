import Linting
import SourceText
import Values

/// `--format sarif`: SARIF 2.1.0 (OASIS). Columns count Unicode scalars, as `columnKind` says.
struct SARIFReport {
  let options: ReportOptions

  func write(_ report: LintReport) -> [UInt8] {
    let rules = report.rules.sorted { $0.id.bytesPrecede($1.id) }
    var indices: [String: Int64] = [:]
    for (place, rule) in rules.enumerated() { indices[rule.id] = Int64(place) }
    let notifications = report.findings.filter { $0.rule == "render-failed" }.map(notification)
    let run = object([
      (
        "tool",
        object([
          (
            "driver",
            object([
              ("name", .string("secretslint")), ("version", .string(options.toolVersion)),
              ("rules", .list(rules.map(describe))),
            ])
          )
        ])
      ),
      (
        "invocations",
        .list([
          object([
            ("executionSuccessful", .bool(!report.isIncomplete)),
            ("toolExecutionNotifications", .list(notifications)),
          ])
        ])
      ),
      ("columnKind", .string("unicodeCodePoints")),
      ("results", .list((report.findings + report.suppressed).map { result($0, indices) })),
    ])
    let root = object([
      ("$schema", .string("https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json")),
      ("version", .string("2.1.0")), ("runs", .list([run])),
    ])
    return JSONWriter(style: .indented(2)).bytes(root) + [UInt8(ascii: "\n")]
  }

  private func object(_ pairs: [(String, Value)]) -> Value { .map(ValueMap(pairs)) }
  private func text(_ string: String) -> Value { object([("text", .string(string))]) }

  private func level(_ severity: Severity) -> Value {
    switch severity {
    case .error: .string("error")
    case .warning: .string("warning")
    case .info: .string("note")
    }
  }

  private func describe(_ rule: RuleDescription) -> Value {
    let help = rule.rationale + "\n\nHow to fix: " + rule.remediation
    return object([
      ("id", .string(rule.id)), ("name", .string(rule.id)), ("shortDescription", text(rule.title)),
      ("fullDescription", text(rule.rationale)),
      ("help", object([("text", .string(help)), ("markdown", .string(help))])),
      ("defaultConfiguration", object([("level", level(rule.severity))])),
      ("properties", object([("tags", .list(rule.tags.map { .string($0) }))])),
    ])
  }

  private func notification(_ finding: Finding) -> Value {
    object([
      ("level", level(finding.severity)), ("message", text(finding.message)),
      ("locations", .list(finding.place.map { [location($0)] } ?? [])),
    ])
  }

  private func result(_ finding: Finding, _ indices: [String: Int64]) -> Value {
    var message = finding.message
    if !finding.why.isEmpty { message += "\n" + finding.why }
    if !finding.help.isEmpty { message += "\nHelp: " + finding.help }
    var pairs: [(String, Value)] = [("ruleId", .string(finding.rule))]
    if let index = indices[finding.rule] { pairs.append(("ruleIndex", .int(index))) }
    pairs += [("level", level(finding.severity)), ("message", text(message))]
    if let place = finding.place { pairs.append(("locations", .list([location(place, objects: finding.objects)]))) }
    let related = finding.labels.enumerated().map { index, label in
      location(label.place, message: label.message, id: Int64(index + 1))
    }
    if !related.isEmpty { pairs.append(("relatedLocations", .list(related))) }
    pairs.append(("partialFingerprints", object([("secretslint/v1", .string(finding.fingerprint))])))
    if let suppression = finding.suppression {
      pairs.append((
        "suppressions",
        .list([
          object([
            ("kind", .string(suppression.kind == .comment || suppression.kind == .annotation ? "inSource" : "external")),
            ("location", location(suppression.place)), ("justification", .string(suppression.reason)),
          ])
        ])
      ))
    }
    return object(pairs)
  }

  private func location(_ place: Place, message: String? = nil, id: Int64? = nil, objects: [String] = []) -> Value {
    var pairs: [(String, Value)] = []
    if let id { pairs.append(("id", .int(id))) }
    pairs.append((
      "physicalLocation",
      object([
        ("artifactLocation", object([("uri", .string(Self.uri(place.path))), ("uriBaseId", .string("%SRCROOT%"))])),
        (
          "region",
          object([
            ("startLine", .int(Int64(place.start.line))), ("startColumn", .int(Int64(place.start.column))),
            ("endLine", .int(Int64(place.end.line))), ("endColumn", .int(Int64(place.end.column))),
          ])
        ),
      ])
    ))
    if !objects.isEmpty {
      pairs.append(("logicalLocations", .list(objects.map { object([("fullyQualifiedName", .string($0))]) })))
    }
    if let message { pairs.append(("message", text(message))) }
    return object(pairs)
  }

  /// Percent-encodes what a URI's path may not hold.
  static func uri(_ path: String) -> String {
    var out = ""
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"), UInt8(ascii: "+"),
        UInt8(ascii: "@"), UInt8(ascii: "="), UInt8(ascii: ","):
        out.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let hex = String(byte, radix: 16, uppercase: true)
        out += "%" + (hex.utf8.count < 2 ? "0" : "") + hex
      }
    }
    return out
  }
}
