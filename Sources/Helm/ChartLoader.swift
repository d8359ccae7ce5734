import FileTree
import SourceText
import Values
import YAMLSyntax

/// Loads charts: directories with `.helmignore`, archives, and what lies in their `charts/` (helm.sh/helm `pkg/chart/v2/loader`).
struct ChartLoader {
  let tree: any FileTree
  let provenance: Provenance
  let limits: Limits
  let sink: DiagnosticSink

  private static let fileLimit = 5 << 20
  private static let archiveLimit = 100 << 20
  private static let depthLimit = 20

  /// A file before its place in the chart is known.
  private struct Loose {
    var name: String
    /// Path for people and positions.
    var path: String
    var bytes: [UInt8]
    /// Registered at once for files that lie in the tree.
    var source: SourceFile?
  }

  /// Loads the chart in a directory or an archive of the tree.
  func load(_ path: String) throws(ChartError) -> Chart {
    switch tree.kind(path) {
    case .directory: return try build(try directory(path), depth: 0)
    case .file:
      let bytes: [UInt8]
      do throws(FileError) { bytes = try tree.read(path) } catch { throw ChartError(error.message) }
      return try build(try archive(bytes, path: path), depth: 0)
    case nil: throw ChartError("path \"\(path)\" not found")
    }
  }

  // MARK: Files

  private func directory(_ root: String) throws(ChartError) -> [Loose] {
    let ignorePath = TreePath.join(root, ".helmignore")
    let ignoreBytes = tree.isFile(ignorePath) ? try? tree.read(ignorePath) : nil
    let ignore = HelmIgnore(ignoreBytes)
    if let problem = ignore.problem {
      let file = provenance.sources.add(path: ignorePath, bytes: ignoreBytes ?? [])
      throw ChartError(problem, at: SourceSpan(source: file.id, 0..<0))
    }
    var files: [Loose] = []
    try walk(root, "", ignore, &files, depth: 0)
    return files
  }

  private func walk(_ root: String, _ below: String, _ ignore: HelmIgnore, _ files: inout [Loose], depth: Int) throws(ChartError) {
    guard depth < 64 else { return }
    let entries: [DirectoryEntry]
    do throws(FileError) { entries = try tree.list(TreePath.join(root, below)) } catch { throw ChartError(error.message) }
    for entry in entries {
      let name = TreePath.join(below, entry.name)
      if ignore.ignores(name, isDirectory: entry.kind == .directory) { continue }
      if entry.kind == .directory {
        try walk(root, name, ignore, &files, depth: depth + 1)
        continue
      }
      let path = TreePath.join(root, name)
      let bytes: [UInt8]
      do throws(FileError) { bytes = try tree.read(path) } catch { throw ChartError("error reading \(name): \(error.message)") }
      guard bytes.count <= Self.fileLimit else {
        throw ChartError("chart file \"\(entry.name)\" is larger than the maximum file size \(Self.fileLimit)")
      }
      files.append(Loose(name: name, path: path, bytes: bytes))
    }
  }

  /// Files of an archive, checked as Helm checks them (`archive.LoadArchiveFiles`).
  private func archive(_ bytes: [UInt8], path: String) throws(ChartError) -> [Loose] {
    guard Gzip.isGzip(bytes) else {
      throw ChartError("file '\(path)' does not appear to be a gzipped archive")
    }
    var files: [Loose] = []
    do throws(ArchiveError) {
      for entry in try TarReader.entries(try Gzip.inflate(bytes, limit: Self.archiveLimit + (8 << 20))) {
        let delimiter: Character = entry.name.contains("\\") ? "\\" : "/"
        let parts = entry.name.split(separator: delimiter, omittingEmptySubsequences: false)
        let rest = parts.dropFirst().joined(separator: "/")
        if rest.hasPrefix("/") { throw ArchiveError("chart illegally contains absolute paths") }
        guard let name = TreePath.normalize(rest) else { throw ArchiveError("chart illegally references parent directory") }
        if name.isEmpty { throw ArchiveError("chart illegally contains content outside the base directory: \"\(entry.name)\"") }
        if name.utf8.count > 2, Array(name.utf8)[1] == UInt8(ascii: ":"), Array(name.utf8)[2] == UInt8(ascii: "/") {
          throw ArchiveError("chart contains illegally named files")
        }
        if parts.first == "Chart.yaml" { throw ArchiveError("chart yaml not in base directory") }
        guard entry.bytes.count <= Self.fileLimit else {
          throw ArchiveError("decompressed chart file \"\(entry.name)\" is larger than the maximum file size \(Self.fileLimit)")
        }
        files.append(Loose(name: name, path: path + "/" + name, bytes: entry.bytes))
      }
    } catch {
      throw ChartError(error.message, code: "helm/archive")
    }
    guard !files.isEmpty else { throw ChartError("no files in chart archive", code: "helm/archive") }
    return files
  }

  private func register(_ loose: Loose) -> ChartFile {
    let source = loose.source ?? provenance.sources.add(path: loose.path, bytes: loose.bytes)
    let bytes = loose.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(loose.bytes.dropFirst(3)) : loose.bytes
    return ChartFile(name: loose.name, source: source, bytes: bytes)
  }

  // MARK: Charts

  private func build(_ loose: [Loose], depth: Int) throws(ChartError) -> Chart {
    guard depth < Self.depthLimit else { throw ChartError("charts are nested more than \(Self.depthLimit) levels deep") }
    let reader = ChartMetadataReader(origins: provenance.origins)
    var metadata = ChartMetadata()
    var chartFile: ChartFile?
    for file in loose where file.name == "Chart.yaml" {
      let registered = register(file)
      chartFile = registered
      let root = try yaml(registered, "cannot load Chart.yaml")
      metadata.origin = root.origin
      do throws(ChartError) { try reader.fill(&metadata, from: root) } catch { throw error.wrapped("cannot load Chart.yaml") }
      if metadata.string("APIVersion").isEmpty { metadata.strings["APIVersion"] = .string("v1") }
    }
    var hasMetadata = chartFile != nil
    var values = Value.null
    var schema: ChartFile?
    var templates: [ChartFile] = []
    var files: [ChartFile] = []
    var subcharts: [(name: String, files: [Loose])] = []
    for file in loose {
      switch file.name {
      case "Chart.yaml": continue
      case "Chart.lock": _ = try yaml(register(file), "cannot load Chart.lock")
      case "values.yaml":
        let registered = register(file)
        do throws(ChartError) { values = try ValuesFile.read(registered.source, provenance: provenance, limits: limits, sink: sink) } catch {
          throw error.wrapped("cannot load values.yaml")
        }
      case "values.schema.json": schema = register(file)
      case "requirements.yaml":
        let registered = register(file)
        hasMetadata = true
        do throws(ChartError) { try reader.fill(&metadata, from: try yaml(registered, "cannot load requirements.yaml")) } catch {
          throw error.wrapped("cannot load requirements.yaml")
        }
        if metadata.string("APIVersion") == "v1" { files.append(registered) }
      case "requirements.lock":
        let registered = register(file)
        hasMetadata = true
        _ = try yaml(registered, "cannot load requirements.lock")
        if metadata.string("APIVersion") == "v1" { files.append(registered) }
      default:
        if file.name.hasPrefix("templates/") {
          templates.append(register(file))
        } else if file.name.hasPrefix("charts/") {
          if file.name.hasSuffix(".prov") {
            files.append(register(file))
            continue
          }
          var inner = file
          inner.name = String(file.name.dropFirst("charts/".count))
          let name = String(inner.name.prefix { $0 != "/" })
          if let known = subcharts.firstIndex(where: { $0.name == name }) {
            subcharts[known].files.append(inner)
          } else {
            subcharts.append((name, [inner]))
          }
        } else {
          files.append(register(file))
        }
      }
    }
    guard hasMetadata else { throw ChartError("Chart.yaml file is missing") }
    if let problem = ChartValidation.problem(metadata) {
      throw ChartError("validation: " + problem.message, at: problem.origin.flatMap { provenance.origins.editPlace($0) } ?? provenance.origins.editPlace(metadata.origin))
    }
    var dependencies: [Chart] = []
    for subchart in subcharts.sorted(by: { $0.name.bytesPrecede($1.name) }) {
      if subchart.name.hasPrefix("_") || subchart.name.hasPrefix(".") { continue }
      do throws(ChartError) {
        dependencies.append(try self.subchart(subchart.name, subchart.files, depth: depth + 1))
      } catch {
        throw error.wrapped("error unpacking subchart \(subchart.name) in \(metadata.name)")
      }
    }
    return Chart(
      metadata: metadata, values: values, schema: schema, templates: templates, files: files, dependencies: dependencies,
      chartFile: chartFile?.source)
  }

  private func subchart(_ name: String, _ files: [Loose], depth: Int) throws(ChartError) -> Chart {
    if name.hasSuffix(".tgz"), let file = files.first {
      guard file.name == name else { throw ChartError("error unpacking subchart tar in \(name): expected \(name), got \(file.name)") }
      return try build(try archive(file.bytes, path: file.path), depth: depth)
    }
    var inner: [Loose] = []
    for file in files {
      guard let slash = file.name.firstIndex(of: "/") else { continue }
      var copy = file
      copy.name = String(file.name[file.name.index(after: slash)...])
      inner.append(copy)
    }
    return try build(inner, depth: depth)
  }

  private func yaml(_ file: ChartFile, _ what: String) throws(ChartError) -> Value {
    do throws(ChartError) { return try ValuesFile.document(file.source, provenance: provenance, limits: limits, sink: sink) } catch { throw error.wrapped(what) }
  }
}
