import FileTree
import Rules
import SourceText
import Values

/// Everything that a repository says of how it is to be linted: its configuration, its own rules, its baseline.
package struct LintSetup {
  package var options: LintOptions
  package var configuration: Configuration?
  /// Path of the baseline in the tree, whether there is one or not.
  package var baselinePath = Baseline.fileName
  private let tree: any FileTree
  private let base: String
  private let provenance: Provenance
  private let sink: DiagnosticSink

  /// Reads it. Mistakes are diagnostics; nothing may be linted where one is an error.
  /// - Parameters:
  ///   - tree: of the repository.
  ///   - base: the linted directory in it; "" for all of it.
  ///   - directory: where the search for the nearest configuration begins; `base` if nil.
  ///   - file: path of the configuration, instead of a search.
  ///   - baseline: path of the baseline, instead of what the configuration says.
  ///   - usesConfiguration: false: no configuration is looked for.
  package init(
    tree: any FileTree, base: String = "", from directory: String? = nil, file: String? = nil, baseline: String? = nil,
    usesConfiguration: Bool = true, options: LintOptions = LintOptions(), provenance: Provenance, sink: DiagnosticSink
  ) {
    self.tree = tree
    self.base = base
    self.options = options
    self.provenance = provenance
    self.sink = sink
    self.options.overrideBase = base
    let start = directory ?? base
    if usesConfiguration {
      let reader = ConfigurationReader(tree: tree, base: base, provenance: provenance, sink: sink)
      configuration = (file ?? ConfigurationReader.find(in: tree, from: start)).flatMap(reader.read)
    }
    if let configuration {
      self.options.apply(configuration, base: base)
      self.options.configurationFiles = configuration.files
      for directory in configuration.ruleDirectories { addRules(directory.text, at: directory.span) }
      for policy in configuration.policies { addPolicies(policy) }
    }
    addOwnRules(from: start)
    let hasErrors = sink.hasErrors
    if !hasErrors, configuration != nil || !self.options.selection.isEmpty { checkNames() }
    readBaseline(baseline, from: start)
  }

  /// A repository's own rules lie beside the nearest `.secretslint` directory; those of the linted directory itself are read by the linter.
  private mutating func addOwnRules(from directory: String) {
    var at = directory
    while true {
      let path = TreePath.join(at, ".secretslint/rules")
      if tree.isDirectory(path) {
        if at != base { addRules(path, at: nil) }
        return
      }
      if at.isEmpty { return }
      at = TreePath.directory(of: at)
    }
  }

  private mutating func addRules(_ directory: String, at span: SourceSpan?) {
    guard tree.isDirectory(directory) else {
      sink.error("config/value", "there is no directory '\(directory)'", at: span)
      return
    }
    options.rules += RulePack.files(in: tree, below: directory).map { (TreePath.relative($0.path, to: base), $0.bytes) }
  }

  private mutating func addPolicies(_ place: LocatedText) {
    let files =
      tree.isDirectory(place.text)
      ? RulePack.files(in: tree, below: place.text) : (try? tree.read(place.text)).map { [(path: place.text, bytes: $0)] } ?? []
    if files.isEmpty { sink.error("config/value", "there is no file '\(place.text)'", at: place.span) }
    options.policies += files.map { (TreePath.relative($0.path, to: base), $0.bytes) }
  }

  private func checkNames() {
    let own = base.isEmpty ? RulePack.files(in: tree, below: ".secretslint/rules") : RulePack.files(in: tree, below: TreePath.join(base, ".secretslint/rules"))
    let rules = Linter.ruleFiles(own: own, options)
    configuration?.check(rules: rules, sink: sink)
    let known = Set(rules.flatMap { [$0.id, $0.category] + $0.tags + $0.aliases })
    for word in options.selection.select + options.selection.ignore + options.selection.enable where !known.contains(word) {
      let near = nearestName(to: word, in: known.sorted()).map { ", did you mean '\($0)'?" } ?? ""
      sink.error("usage/rule", "no rule, category or tag '\(word)'\(near)", at: nil)
    }
  }

  private mutating func readBaseline(_ given: String?, from directory: String) {
    let named = given ?? configuration?.baseline?.text
    if let named {
      baselinePath = named
    } else {
      var at = directory
      while !tree.isFile(TreePath.join(at, Baseline.fileName)), !at.isEmpty { at = TreePath.directory(of: at) }
      baselinePath = TreePath.join(at, Baseline.fileName)
    }
    guard let bytes = try? tree.read(baselinePath) else {
      if let place = configuration?.baseline, given == nil, !options.writesBaseline {
        sink.error("config/value", "there is no file '\(place.text)'", at: place.span)
      } else if named != nil, !options.writesBaseline {
        sink.error("usage/baseline", "there is no baseline '\(baselinePath)'; --write-baseline writes one", at: nil)
      }
      return
    }
    let file = provenance.sources.add(path: TreePath.relative(baselinePath, to: base), bytes: bytes)
    options.baseline = Baseline.read(file, provenance: provenance, sink: sink)
    // A run over a part of the tree cannot tell whether the rest of the baseline still matches.
    options.judgesBaseline = TreePath.isInside(baselinePath, base)
  }
}

extension RuleSelection {
  fileprivate var isEmpty: Bool { select.isEmpty && ignore.isEmpty && enable.isEmpty }
}
