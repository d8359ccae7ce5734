import AccessModel
import SourceText
import Values

/// Runs the examples of rules: they are their tests.
package enum RuleExamples {
  /// Behind a line where the finding must point; `# <- finding: warning` tells its severity, too.
  package static let marker = "# <- finding"

  /// What went wrong in one example.
  package struct Mismatch: Sendable, CustomStringConvertible {
    package var rule: String
    package var example: String
    /// Line of the example's name in the rule file, from 1.
    package var line: Int
    package var problems: [String]
    /// The lines around what is missing (`-`) and what is too much (`+`); "" where lines are not the problem.
    package var difference = ""

    package var description: String {
      "\(rule): example '\(example)'\n" + problems.map { "  \($0)" }.joined(separator: "\n")
    }
  }

  /// Builds the model of a small repository.
  ///
  /// `files` are paths with their texts, without markers.
  package typealias Build = (_ files: [String: String]) -> (graph: AccessGraph, provenance: Provenance)

  /// The examples of a rule whose findings are not where the markers are.
  /// - Parameter others: rules that run, too, where the rule is about the open questions of others.
  package static func check(_ compiled: CompiledRule, among others: [CompiledRule] = [], rules provenance: Provenance, build: Build) -> [Mismatch] {
    compiled.rule.examples.compactMap { example in
      var places = (missing: Set<String>(), extra: [String: String]())
      let problems = problems(compiled, example, others, build, &places)
      guard !problems.isEmpty else { return nil }
      let line = provenance.origins.editPlace(example.origin).map { compiled.rule.source.position($0.start).line } ?? 1
      return Mismatch(rule: compiled.rule.id, example: example.name, line: line, problems: problems, difference: difference(example, places.missing, places.extra))
    }
  }

  /// The text without markers, and the lines (from 1) that had one, with the severity that it names.
  static func unmarked(_ text: String) -> (text: String, lines: [(line: Int, severity: Severity?)]) {
    var lines: [(line: Int, severity: Severity?)] = []
    var out: [Substring] = []
    for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard let range = markerRange(line) else {
        out.append(line)
        continue
      }
      let word = line[range...].utf8.dropFirst(marker.utf8.count).drop { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: " ") }
      lines.append((place + 1, Severity(name: String(decoding: word.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self))))
      var kept = line[..<range]
      while kept.last == " " { kept = kept.dropLast() }
      out.append(kept)
    }
    return (out.joined(separator: "\n"), lines)
  }

  private static func markerRange(_ line: Substring) -> Substring.Index? {
    let bytes = Array(line.utf8)
    let mark = Array(marker.utf8)
    guard bytes.count >= mark.count else { return nil }
    for start in 0...(bytes.count - mark.count) where bytes[start..<(start + mark.count)].elementsEqual(mark) {
      return line.utf8.index(line.startIndex, offsetBy: start)
    }
    return nil
  }

  /// The lines of an example's files on which expectation and result differ, with their neighbours.
  private static func difference(_ example: RuleExample, _ missing: Set<String>, _ extra: [String: String]) -> String {
    var out = ""
    for file in example.files {
      let lines = unmarked(file.text).text.split(separator: "\n", omittingEmptySubsequences: false)
      var shown: Set<Int> = []
      for index in lines.indices where missing.contains("\(file.path):\(index + 1)") || extra["\(file.path):\(index + 1)"] != nil {
        for near in max(0, index - 1)...min(lines.count - 1, index + 1) { shown.insert(near) }
      }
      guard !shown.isEmpty else { continue }
      out += "  \(file.path)\n"
      var last: Int?
      for index in shown.sorted() {
        if let last, index > last + 1 { out += "      ...\n" }
        last = index
        let place = "\(file.path):\(index + 1)"
        let sign = missing.contains(place) ? "-" : extra[place] != nil ? "+" : " "
        let number = String(index + 1)
        let note = missing.contains(place) ? "   # expected a finding" : extra[place].map { "   # found: \($0)" } ?? ""
        out += "  \(sign)" + String(repeating: " ", count: max(0, 4 - number.utf8.count)) + "\(number) | \(lines[index])\(note)\n"
      }
    }
    return out
  }

  private static func problems(_ compiled: CompiledRule, _ example: RuleExample, _ others: [CompiledRule], _ build: Build, _ places: inout (missing: Set<String>, extra: [String: String])
  ) -> [String] {
    var files: [String: String] = [:]
    var expected: Set<String> = []
    var severities: [String: Severity] = [:]
    for file in example.files {
      let (text, lines) = unmarked(file.text)
      files[file.path] = text
      for (line, severity) in lines {
        expected.insert("\(file.path):\(line)")
        severities["\(file.path):\(line)"] = severity
      }
    }
    let (graph, provenance) = build(files)
    var problems = example.parameters.keys.filter { name in !compiled.rule.parameters.contains { $0.name == name } }
      .map { "the rule has no parameter '\($0)'" }
    let needsOthers = compiled.rule.bodies.contains { $0.match == .node(NodeType.openQuestion.rawValue) }
    let rules = needsOthers ? others.filter { $0.rule.id != compiled.rule.id } + [compiled] : [compiled]
    var run = RuleEngine.run(rules, graph: graph, provenance: provenance, parameters: [compiled.rule.id: example.parameters])
    run.results.removeAll { $0.rule.id != compiled.rule.id }
    run.failures.removeAll { $0.rule.id != compiled.rule.id }
    problems += run.failures.map { "error in an expression for \($0.node.title): \($0.message)" }
    var found: Set<String> = []
    var unknown: [String] = []
    for result in run.results {
      if case .unknown(let reason) = result.outcome {
        unknown.append("not decided for \(result.node.title): \(reason)")
        continue
      }
      let place: String
      if let span = provenance.origins.editPlace(result.at), let file = provenance.sources.file(span.source) {
        place = "\(file.path):\(file.position(span.start).line)"
      } else {
        place = "nowhere (\(result.node.title))"
      }
      found.insert(place)
      if let wanted = severities[place], wanted != result.severity {
        problems.append("the finding at \(place) is of severity '\(result.severity.name)', not '\(wanted.name)'")
      }
      if !expected.contains(place) {
        places.extra[place] = result.message
        problems.append("finding without a marker at \(place): \(result.message)")
      }
    }
    for place in expected.sorted(by: { $0.bytesPrecede($1) }) where !found.contains(place) {
      places.missing.insert(place)
      problems.append("no finding at \(place)")
    }
    switch example.outcome {
    case .fail where expected.isEmpty: problems.append("an example of 'fail' needs a marker '\(marker)'")
    case .pass where !expected.isEmpty, .unknown where !expected.isEmpty:
      problems.append("an example of '\(example.outcome.rawValue)' has no markers")
    case .unknown where unknown.isEmpty: problems.append("expected an open question, but the rule decided")
    default: break
    }
    problems += AdmissionRoundTrip.problems(compiled.rule, example, graph, provenance, found: run.results)
    if !problems.isEmpty { problems += unknown }
    if !problems.isEmpty, graph.nodes.values.allSatisfy(\.isEmpty) { problems.append("the model is empty: nothing was recognised") }
    return problems
  }
}
