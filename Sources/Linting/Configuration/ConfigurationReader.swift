import FileTree
import SourceText
import Values
import YAMLSyntax

/// Finds and reads configuration files. Mistakes are diagnostics at their places; the configuration is not to be used then.
package struct ConfigurationReader {
  package static let fileNames = [".secretslint.yaml", ".secretslint.yml"]
  private static let extendsLimit = 20

  private let tree: any FileTree
  private let provenance: Provenance
  private let sink: DiagnosticSink
  /// The linted directory below the tree's root: paths of files are shown relative to it.
  private let base: String

  /// - Parameter base: the linted directory in the tree; "" for the tree itself.
  package init(tree: any FileTree, base: String = "", provenance: Provenance, sink: DiagnosticSink) {
    self.tree = tree
    self.base = base
    self.provenance = provenance
    self.sink = sink
  }

  /// The nearest configuration at or above a directory; nil where there is none.
  package func nearest(from directory: String) -> Configuration? {
    guard let path = Self.find(in: tree, from: directory) else { return nil }
    return read(path)
  }

  /// Path of the nearest configuration file at or above a directory of a tree.
  package static func find(in tree: any FileTree, from directory: String) -> String? {
    var directory = directory
    while true {
      for name in fileNames {
        let path = TreePath.join(directory, name)
        if tree.isFile(path) { return path }
      }
      if directory.isEmpty { return nil }
      directory = TreePath.directory(of: directory)
    }
  }

  /// Reads one file and all that it extends.
  package func read(_ path: String) -> Configuration? { read(path, from: nil, open: []) }

  private func read(_ path: String, from span: SourceSpan?, open: [String]) -> Configuration? {
    guard !open.contains(path), open.count < Self.extendsLimit else {
      sink.error("config/extends", "'\(path)' extends itself: \((open + [path]).joined(separator: " -> "))", at: span)
      return nil
    }
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try tree.read(path)
    } catch {
      sink.error("config/extends", error.message, at: span)
      return nil
    }
    return read(provenance.sources.add(path: TreePath.relative(path, to: base), bytes: bytes), at: path, open: open + [path])
  }

  /// Reads a file that is at hand; its paths count from the directory of `path`.
  package func read(_ file: SourceFile, at path: String, open: [String] = []) -> Configuration? {
    let inner = DiagnosticSink()
    let documents = YAMLReader.read(file: file, dialect: .core, provenance: provenance, sink: inner)
    for diagnostic in inner.diagnostics { sink.report(diagnostic) }
    guard !inner.hasErrors else { return nil }
    var configuration = Configuration()
    configuration.files = [file]
    guard let root = documents.first?.root, !root.isNull else { return configuration }
    guard documents.count == 1, let map = root.map else {
      sink.error("config/type", "a configuration is one YAML mapping", at: SourceSpan(source: file.id, 0..<0))
      return nil
    }
    let before = sink.diagnostics.count
    ConfigurationChecker(provenance: provenance, sink: sink).check(root, .record(ConfigurationFields.root), "the configuration")
    guard sink.diagnostics.count == before else { return nil }
    decode(map, TreePath.directory(of: path), into: &configuration)
    for item in map["extends"]?.list ?? [] {
      guard let name = item.string else { continue }
      if let preset = RulePreset(rawValue: name) {
        configuration.preset = preset
        continue
      }
      if !name.contains("/"), !name.contains(".") {
        let near = nearestName(to: name, in: ConfigurationFields.presets).map { ", did you mean '\($0)'?" } ?? " (recommended, strict)"
        sink.error("config/extends", "there is no preset '\(name)'\(near)", at: place(item))
        continue
      }
      guard let other = TreePath.resolve(name, from: TreePath.directory(of: path)) else {
        sink.error("config/extends", "'\(name)' leads out of the repository", at: place(item))
        continue
      }
      if let extended = read(other, from: place(item), open: open.isEmpty ? [path] : open) { configuration = configuration.merged(over: extended) }
    }
    return sink.diagnostics.count == before ? configuration : nil
  }

  // MARK: Decoding of what has been checked

  private func place(_ value: Value) -> SourceSpan? { provenance.origins.editPlace(value.origin) }

  private func located(_ value: Value) -> LocatedText { LocatedText(text: value.string ?? "", span: place(value)) }

  private func key(_ entry: ValueMap.Entry) -> LocatedText {
    LocatedText(text: entry.key.string, span: provenance.origins.editPlace(entry.keyOrigin))
  }

  private func strings(_ value: Value?) -> [String] { (value?.list ?? []).compactMap(\.string) }

  private func names(_ value: Value?) -> [String: LocatedText] {
    var result: [String: LocatedText] = [:]
    for entry in value?.map?.entries ?? [] { result[entry.key.string] = located(entry.value) }
    return result
  }

  private func decode(_ map: ValueMap, _ directory: String, into result: inout Configuration) {
    for entry in map["environments"]?.map?.entries ?? [] { result.environments.append((key(entry), strings(entry.value))) }
    result.usesStandardEnvironments = map["standardEnvironments"]?.bool
    result.namespaces = names(map["namespaces"])
    result.applications = names(map["applications"])
    for entry in map["paths"]?.map?.entries ?? [] {
      if let path = resolve(key(entry), directory) { result.paths[path] = located(entry.value) }
    }
    for entry in map["accounts"]?.map?.entries ?? [] {
      for account in entry.value.list ?? [] {
        let text = account.string ?? ""
        guard text.utf8.count == 12, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
          sink.error("config/value", "'\(text)' is no AWS account, expected twelve digits", at: place(account))
          continue
        }
      }
      result.accounts.append((key(entry), strings(entry.value)))
    }
    result.repositories = strings(map["repositories"])
    let secrets = map["secrets"]?.map
    if let shared = secrets?["shared"] { result.shared = strings(shared) }
    result.externalSecrets = strings(secrets?["external"])
    if let path = secrets?["path"] { result.secretPath = secretPath(path) }
    for entry in map["rotation"]?.map?.entries ?? [] { result.rotation[entry.key.string] = entry.value.string }
    if result.rotation["interval"] != nil, result.rotation.count > 1, let value = map["rotation"] {
      sink.error("config/value", "'rotation' has either an interval, or min and max", at: place(value))
    }
    for entry in map["rules"]?.map?.entries ?? [] { result.rules.append(rule(entry)) }
    for item in map["overrides"]?.list ?? [] { if let override = override(item, directory) { result.overrides.append(override) } }
    for item in map["ruleFiles"]?.list ?? [] { if let path = resolve(located(item), directory) { result.ruleDirectories.append(LocatedText(text: path, span: place(item))) } }
    for item in map["policies"]?.list ?? [] { if let path = resolve(located(item), directory) { result.policies.append(LocatedText(text: path, span: place(item))) } }
    result.failOn = (map["failOn"]?.string).flatMap(Severity.init(name:))
    if let reason = map["suppressions"]?.map?["reason"]?.string { result.requiresReason = reason == "required" }
    if let item = map["baseline"], let path = resolve(located(item), directory) { result.baseline = LocatedText(text: path, span: place(item)) }
    let plugin = map["plugin"]?.map
    result.pluginMode = plugin?["mode"].flatMap(ConfigurationChecker.word)
    result.pluginFailOn = (plugin?["failOn"]?.string).flatMap(Severity.init(name:))
    result.pluginReason = plugin?["reason"]?.string ?? ""
    if let mode = result.pluginMode, mode != "enforce", result.pluginReason.isEmpty, let value = map["plugin"] {
      sink.error("config/missing", "plugin mode '\(mode)' needs a 'reason'", at: place(value))
    }
  }

  private func resolve(_ path: LocatedText, _ directory: String) -> String? {
    if let resolved = TreePath.resolve(path.text, from: directory), path.text.utf8.first != UInt8(ascii: "/") { return resolved }
    sink.error("config/value", "'\(path.text)' leads out of the repository, expected a path relative to this file", at: path.span)
    return nil
  }

  private func secretPath(_ value: Value) -> [String]? {
    let text = value.string ?? ""
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.first == "<environment>" else {
      sink.error(
        "config/value", "'\(text)' does not begin with <environment>", at: place(value),
        notes: ["IAM separates secrets by the beginning of their names, so the environment stands first: <environment>/<app>/<purpose>"])
      return nil
    }
    for part in parts where part.isEmpty || part.hasPrefix("<") != part.hasSuffix(">") || part == "<>" {
      sink.error("config/value", "'\(part)' is no segment of a path, expected a word or <a word>", at: place(value))
      return nil
    }
    return parts
  }

  private func rule(_ entry: ValueMap.Entry) -> RuleSetting {
    let map = entry.value.map
    let word = map == nil ? entry.value : map?["level"]
    let parameters = (map?["parameters"]?.map?.entries ?? []).map { (name: key($0), value: $0.value) }
    return RuleSetting(name: key(entry), level: word.flatMap(ConfigurationChecker.word).flatMap(RuleLevel.init(name:)), parameters: parameters)
  }

  private func override(_ item: Value, _ directory: String) -> PathOverride? {
    guard let map = item.map, let span = place(map["reason"] ?? item) else { return nil }
    var globs: [Glob] = []
    var paths: [String] = []
    for path in map["paths"]?.list ?? [] {
      let text = path.string ?? ""
      guard let glob = Glob(gobwas: TreePath.join(directory, text)) else {
        sink.error("config/value", "'\(text)' is no glob", at: place(path))
        continue
      }
      globs.append(glob)
      paths.append(TreePath.join(directory, text))
    }
    if (map["reason"]?.string ?? "").allSatisfy({ $0 == " " }) {
      sink.error("config/missing", "an override needs a 'reason'", at: place(map["reason"] ?? item))
    }
    var levels: [(name: LocatedText, level: RuleLevel)] = []
    for entry in map["rules"]?.map?.entries ?? [] {
      if let level = ConfigurationChecker.word(entry.value).flatMap(RuleLevel.init(name:)) { levels.append((key(entry), level)) }
    }
    return PathOverride(paths: paths, globs: globs, levels: levels, reason: map["reason"]?.string ?? "", until: map["until"]?.string ?? "", span: span)
  }
}
