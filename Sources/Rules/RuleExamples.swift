import AccessModel
import SourceText
import Values

/// Runs the examples of rules: they are their tests.
package enum RuleExamples {
  /// Behind a line where the finding must point.
  package static let marker = "# <- finding"

  /// What went wrong in one example.
  package struct Mismatch: Sendable, CustomStringConvertible {
    package var rule: String
    package var example: String
    /// Line of the example's name in the rule file, from 1.
    package var line: Int
    package var problems: [String]

    package var description: String {
      "\(rule): example '\(example)'\n" + problems.map { "  \($0)" }.joined(separator: "\n")
    }
  }

  /// Builds the model of a small repository.
  /// - Parameter files: path → text, without markers.
  package typealias Build = (_ files: [String: String]) -> (graph: AccessGraph, provenance: Provenance)

  /// The examples of a rule whose findings are not where the markers are.
  package static func check(_ compiled: CompiledRule, rules provenance: Provenance, build: Build) -> [Mismatch] {
    compiled.rule.examples.compactMap { example in
      let problems = problems(compiled, example, build)
      guard !problems.isEmpty else { return nil }
      let line = provenance.origins.editPlace(example.origin).map { compiled.rule.source.position($0.start).line } ?? 1
      return Mismatch(rule: compiled.rule.id, example: example.name, line: line, problems: problems)
    }
  }

  /// The text without markers, and the lines (from 1) that had one.
  static func unmarked(_ text: String) -> (text: String, lines: [Int]) {
    var lines: [Int] = []
    var out: [Substring] = []
    for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard let range = markerRange(line) else {
        out.append(line)
        continue
      }
      lines.append(place + 1)
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

  private static func problems(_ compiled: CompiledRule, _ example: RuleExample, _ build: Build) -> [String] {
    var files: [String: String] = [:]
    var expected: Set<String> = []
    for file in example.files {
      let (text, lines) = unmarked(file.text)
      files[file.path] = text
      for line in lines { expected.insert("\(file.path):\(line)") }
    }
    let (graph, provenance) = build(files)
    let run = RuleEngine.run([compiled], graph: graph, provenance: provenance)
    var problems = run.failures.map { "error in an expression for \($0.node.title): \($0.message)" }
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
      if !expected.contains(place) { problems.append("finding without a marker at \(place): \(result.message)") }
    }
    for place in expected.sorted(by: { $0.bytesPrecede($1) }) where !found.contains(place) { problems.append("no finding at \(place)") }
    switch example.outcome {
    case .fail where expected.isEmpty: problems.append("an example of 'fail' needs a marker '\(marker)'")
    case .pass where !expected.isEmpty, .unknown where !expected.isEmpty:
      problems.append("an example of '\(example.outcome.rawValue)' has no markers")
    case .unknown where unknown.isEmpty: problems.append("expected an open question, but the rule decided")
    default: break
    }
    if !problems.isEmpty { problems += unknown }
    if !problems.isEmpty, graph.nodes.values.allSatisfy(\.isEmpty) { problems.append("the model is empty: nothing was recognised") }
    return problems
  }
}
