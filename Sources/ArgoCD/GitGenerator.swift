import FileTree
import SourceText
import Values
import YAMLSyntax

/// Parameters that a path gives (git.go).
struct PathParameters {
  let isGo: Bool
  /// `pathParamPrefix`, or "".
  let prefix: String
  /// The pattern that found the path: what a person edits.
  let origin: Origin

  func add(directory: String, file: String?, to map: ValueMap) {
    func text(_ value: String) -> Value { .string(value, origin) }
    let base = Self.base(directory)
    let segments = directory.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if isGo {
      let inner = ValueMap([
        ("path", text(directory)), ("basename", text(base)), ("basenameNormalized", text(Self.normalized(base))),
        ("segments", .list(segments.map(text), origin)),
      ])
      if let file {
        inner.set("filename", text(file))
        inner.set("filenameNormalized", text(Self.normalized(file)))
      }
      let path = Value.map(inner, origin)
      if prefix.isEmpty { map.set("path", path) } else { map.set(prefix, .map(ValueMap([("path", path)]), origin)) }
      return
    }
    let name = prefix.isEmpty ? "path" : prefix + ".path"
    map.set(name, text(directory))
    map.set(name + ".basename", text(base))
    map.set(name + ".basenameNormalized", text(Self.normalized(base)))
    if let file {
      map.set(name + ".filename", text(file))
      map.set(name + ".filenameNormalized", text(Self.normalized(file)))
    }
    for (index, segment) in segments.enumerated() where !segment.isEmpty { map.set("\(name)[\(index)]", text(segment)) }
  }

  /// Go's `path.Base`.
  static func base(_ path: String) -> String { path.isEmpty ? "." : TreePath.name(of: path) }

  /// template_functions.go `SanitizeName`.
  static func normalized(_ name: String) -> String {
    var bytes: [UInt8] = []
    for scalar in name.lowercased().unicodeScalars {
      let isKept = scalar.isASCII && (("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "-" || scalar == ".")
      bytes.append(isKept ? UInt8(truncatingIfNeeded: scalar.value) : UInt8(ascii: "-"))
    }
    bytes = Array(bytes.prefix(253))
    func isEdge(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") }
    while let last = bytes.last, isEdge(last) { bytes.removeLast() }
    return String(decoding: bytes.drop(while: isEdge), as: UTF8.self)
  }
}

extension Generators {
  /// Directories or files of a repository; unknown where that is not the linted one.
  func git(_ value: Value) throws(ExpansionError) -> [ParameterSet] {
    let url = value["repoURL"]
    if case .unknown(let why)? = url?.payload { return [try outside(value, why.reason)] }
    guard let address = url?.string else { throw ExpansionError("git generator without 'repoURL'", span: files.place(value)) }
    guard repository.recognize(address) != nil else { return [try outside(value, "repository \(address)")] }
    let directories = value["directories"]?.list ?? []
    let patterns = directories.isEmpty ? value["files"]?.list ?? [] : directories
    for item in patterns {
      if case .unknown(let why)? = item["path"]?.payload { return [try outside(value, why.reason)] }
    }
    guard !patterns.isEmpty else { throw ExpansionError("git generator without 'directories' or 'files'", span: files.place(value)) }
    return directories.isEmpty ? try gitFiles(value, patterns) : try gitDirectories(value, patterns)
  }

  private func outside(_ value: Value, _ what: String) throws(ExpansionError) -> ParameterSet {
    try addValues(value["values"], to: ParameterSet(ValueMap(), isOpen: true, reason: what))
  }

  private func prefix(_ value: Value) -> String { value["pathParamPrefix"]?.string ?? "" }

  private func compiled(
    _ patterns: [Value], _ dialect: GlobPattern.Dialect
  ) -> [(glob: GlobPattern, excludes: Bool, origin: Origin)] {
    var result: [(glob: GlobPattern, excludes: Bool, origin: Origin)] = []
    for item in patterns {
      guard let path = item["path"], let text = path.string else { continue }
      guard let glob = GlobPattern(text, dialect) else {
        sink.warning("applicationset/pattern", "malformed pattern '\(text)' matches nothing", at: files.place(path))
        continue
      }
      result.append((glob, item["exclude"]?.bool ?? false, path.origin))
    }
    return result
  }

  private func gitDirectories(_ value: Value, _ patterns: [Value]) throws(ExpansionError) -> [ParameterSet] {
    let globs = compiled(patterns, .goPath)
    var result: [ParameterSet] = []
    for directory in files.directories {
      // Hidden directories and all below are skipped.
      if directory.utf8.first == UInt8(ascii: ".") || directory.contains("/.") { continue }
      let matching = globs.filter { $0.glob.matches(directory) }
      guard let first = matching.first(where: { !$0.excludes }), !matching.contains(where: \.excludes) else { continue }
      let map = ValueMap()
      PathParameters(isGo: isGo, prefix: prefix(value), origin: first.origin).add(directory: directory, file: nil, to: map)
      result.append(try addValues(value["values"], to: ParameterSet(map)))
    }
    return result
  }

  private func gitFiles(_ value: Value, _ patterns: [Value]) throws(ExpansionError) -> [ParameterSet] {
    let globs = compiled(patterns, .pathspec)
    var result: [ParameterSet] = []
    for path in files.files {
      let matching = globs.filter { $0.glob.matches(path) }
      guard let first = matching.first(where: { !$0.excludes }), !matching.contains(where: \.excludes) else { continue }
      for object in try objects(path, first.origin) {
        let map = ValueMap()
        if isGo {
          for entry in ParameterSet.asJSON(object).entries { map.set(entry.key, entry.value, keyOrigin: entry.keyOrigin) }
        } else {
          let flat = ValueMap()
          ParameterSet.flatten(.map(object), prefix: "", depth: 0, into: flat)
          for entry in flat.entries { map.set(entry.key, entry.value, keyOrigin: entry.keyOrigin) }
        }
        let directory = TreePath.directory(of: path)
        PathParameters(isGo: isGo, prefix: prefix(value), origin: first.origin)
          .add(directory: directory.isEmpty ? "." : directory, file: TreePath.name(of: path), to: map)
        result.append(try addValues(value["values"], to: ParameterSet(map)))
        if result.count > ApplicationSetExpander.elementLimit { return result }
      }
    }
    return result
  }

  /// A file holds one object or a list of them; an empty one counts as an object without members.
  private func objects(_ path: String, _ pattern: Origin) throws(ExpansionError) -> [ValueMap] {
    let parsed: ParsedFile
    do {
      parsed = try files.parse(path)
    } catch {
      throw ExpansionError("unable to process file '\(path)': \(error.message)", span: files.origins.editPlace(pattern))
    }
    if let problem = parsed.diagnostics.first(where: { $0.severity == .error }) {
      throw ExpansionError("unable to process file '\(path)': unable to parse file: \(problem.message)", span: problem.span)
    }
    let start = SourceSpan(source: parsed.source.id, start: 0, end: 0)
    guard let root = parsed.documents.first?.root, !root.isNull else { return [ValueMap()] }
    if let map = root.map { return [map] }
    guard let list = root.list else {
      throw ExpansionError("unable to process file '\(path)': expected an object or a list of objects", span: files.place(root) ?? start)
    }
    var result: [ValueMap] = []
    for item in list {
      guard let map = item.map else {
        throw ExpansionError("unable to process file '\(path)': an element of the list is no object", span: files.place(item) ?? start)
      }
      result.append(map)
    }
    return result
  }
}
