import AccessModel
import FileTree
import Kubernetes
import SourceText
import Values

/// A set of rules that belong together: the built-in ones with a repository's own.
package struct RulePack: Sendable {
  package private(set) var rules: [CompiledRule] = []

  package init() {}

  /// Former ids → ids.
  package var aliases: [String: String] {
    var result: [String: String] = [:]
    for rule in rules { for alias in rule.rule.aliases { result[alias] = rule.rule.id } }
    return result
  }

  package subscript(_ id: String) -> CompiledRule? {
    rules.first { $0.rule.id == id } ?? rules.first { $0.rule.aliases.contains(id) }
  }

  /// Reads, checks and compiles rule files; those with mistakes are left out, with diagnostics.
  /// - Parameters:
  ///   - files: path (`category/id.yaml` at its end) and bytes. A later file replaces a rule of the same id.
  ///   - provenance: gets the rule files and their origins.
  package static func load(
    _ files: [(path: String, bytes: [UInt8])], provenance: Provenance, names: EnvironmentNames = .standard,
    sink: DiagnosticSink
  ) -> RulePack {
    var pack = RulePack()
    let sources = files.map { provenance.sources.add(path: $0.path, bytes: $0.bytes) }
    let loaded = Parallel.map(sources.count) { place -> (rule: CompiledRule?, diagnostics: [Diagnostic]) in
      let sink = DiagnosticSink()
      guard let rule = RuleDecoder(provenance: provenance, sink: sink).rule(sources[place]) else { return (nil, sink.diagnostics) }
      let compiled = RuleCompiler(provenance: provenance, names: names, sink: sink).compile(rule)
      return (compiled, sink.diagnostics)
    }
    for (compiled, diagnostics) in loaded {
      for diagnostic in diagnostics { sink.report(diagnostic) }
      guard let compiled else { continue }
      pack.rules.removeAll { $0.rule.id == compiled.rule.id }
      pack.rules.append(compiled)
    }
    pack.rules.sort { $0.rule.id.bytesPrecede($1.rule.id) }
    pack.checkReferences(provenance, sink)
    return pack
  }

  /// Adds rules that were read from another form, such as admission policies; those with mistakes are left out, with diagnostics.
  package mutating func add(_ files: [RuleFile], provenance: Provenance, sink: DiagnosticSink) {
    let compiler = RuleCompiler(provenance: provenance, sink: sink)
    for rule in files {
      guard self[rule.id] == nil else {
        sink.error("rules/policy", "policy '\(rule.id)' has the name of a rule", at: SourceSpan(source: rule.source.id, 0..<0))
        continue
      }
      if let compiled = compiler.compile(rule) { rules.append(compiled) }
    }
    rules.sort { $0.rule.id.bytesPrecede($1.rule.id) }
  }

  /// Reads rule files without compiling them: for those who need names only. A later file replaces a rule of the same id.
  package static func decode(
    _ files: [(path: String, bytes: [UInt8])], provenance: Provenance, sink: DiagnosticSink
  ) -> [RuleFile] {
    let decoder = RuleDecoder(provenance: provenance, sink: sink)
    var rules: [RuleFile] = []
    for (path, bytes) in files {
      guard let rule = decoder.rule(provenance.sources.add(path: path, bytes: bytes)) else { continue }
      rules.removeAll { $0.id == rule.id }
      rules.append(rule)
    }
    return rules
  }

  /// The rule files below a directory of a tree, such as a repository's `.secretslint/rules`.
  package static func files(in tree: some FileTree, below directory: String) -> [(path: String, bytes: [UInt8])] {
    var result: [(path: String, bytes: [UInt8])] = []
    var pending = [directory]
    while let next = pending.popLast(), result.count < 10_000 {
      for entry in (try? tree.list(next)) ?? [] {
        let path = TreePath.join(next, entry.name)
        if entry.kind == .directory {
          pending.append(path)
        } else if entry.name.hasSuffix(".yaml") || entry.name.hasSuffix(".yml"), let bytes = try? tree.read(path) {
          result.append((path, bytes))
        }
      }
    }
    return result.sorted { $0.path.bytesPrecede($1.path) }
  }

  private func checkReferences(_ provenance: Provenance, _ sink: DiagnosticSink) {
    let known = rules.map(\.rule.id)
    for rule in rules {
      for other in rule.rule.yieldsTo where !known.contains(other) {
        let near = nearestName(to: other, in: known).map { ", did you mean '\($0)'" } ?? ""
        sink.warning(
          "rules/yields-to", "rule '\(rule.rule.id)' yields to '\(other)', which does not exist" + near,
          at: SourceSpan(source: rule.rule.source.id, 0..<0))
      }
    }
  }
}
