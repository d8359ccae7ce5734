import FileTree
import Glibc
import Helm
import SourceText
import Values

/// `secretslint render` of a chart: the bytes that `helm template` prints.
enum RenderHelm {
  /// Whether a path is a chart's directory or a packed chart.
  static func isChart(_ path: String) -> Bool {
    if let tree = DiskFileTree(root: path) { return tree.isFile("Chart.yaml") }
    return path.hasSuffix(".tgz") || path.hasSuffix(".tar.gz")
  }

  static func run(_ path: String, _ arguments: Arguments, output: Output) throws(UsageError) -> Int32 {
    guard let real = DiskFileTree.realPath(path) else { throw UsageError("there is no chart '\(path)'") }
    var root = real
    var chart = ""
    if DiskFileTree(root: real) == nil {
      root = "/" + TreePath.directory(of: String(real.dropFirst()))
      chart = TreePath.name(of: real)
    }
    guard let tree = DiskFileTree(root: root) else { throw UsageError("'\(root)' cannot be read") }
    let provenance = Provenance()
    let sink = DiagnosticSink()
    let result = HelmRenderer(tree: tree, provenance: provenance)
      .render(chart, try options(arguments, provenance), sink: sink)
    for diagnostic in sink.diagnostics where result.failure?.hasPrefix(diagnostic.message) != true {
      let place = diagnostic.span.map { provenance.sources.describe($0) + ": " } ?? ""
      output.error("\(place)\(diagnostic.severity.name): \(diagnostic.message) [\(diagnostic.code)]")
      for label in diagnostic.labels { output.error("  \(provenance.sources.describe(label.span)): \(label.message)") }
    }
    if let failure = result.failure {
      output.error("Error: \(failure)")
      return ExitCode.incomplete
    }
    if arguments["explain-origin"] != nil {
      output.write(explained(result.text, provenance))
    } else {
      output.write(result.text.bytes)
    }
    return ExitCode.clean
  }

  private static func options(_ arguments: Arguments, _ provenance: Provenance) throws(UsageError) -> HelmOptions {
    var options = HelmOptions()
    options.readFile = { path in try? DiskFileTree.read(absolute: path) }
    for option in arguments.options {
      switch option.name {
      case "values":
        do throws(FileError) {
          options.values.append(.source(provenance.sources.add(path: option.value, bytes: try DiskFileTree.read(absolute: option.value))))
        } catch {
          throw UsageError(error.message)
        }
      case "set": options.settings.append(setting(.set, option.value, provenance))
      case "set-string": options.settings.append(setting(.setString, option.value, provenance))
      case "set-file": options.settings.append(setting(.setFile, option.value, provenance))
      case "set-json": options.settings.append(setting(.setJSON, option.value, provenance))
      case "set-literal": options.settings.append(setting(.setLiteral, option.value, provenance))
      case "release-name": options.releaseName = .string(option.value)
      case "namespace": options.namespace = .string(option.value)
      case "kube-version": options.kubeVersion = option.value
      case "api-versions":
        options.apiVersions += option.value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      case "include-crds": options.includeCRDs = option.value == "true"
      case "is-upgrade": options.isUpgrade = option.value == "true"
      case "skip-schema-validation": options.skipsSchema = option.value == "true"
      default: break
      }
    }
    return options
  }

  private static func setting(_ kind: HelmSetting.Kind, _ text: String, _ provenance: Provenance) -> HelmSetting {
    let bytes = Array(text.utf8)
    let file = provenance.sources.add(path: "<--set>", bytes: bytes)
    let origin = provenance.origins.add(.source, SourceSpan(source: file.id, 0..<bytes.count))
    let run = OriginRun(start: 0, end: UInt32(clamping: bytes.count), origin: origin, offset: 0)
    return HelmSetting(kind, text: Text(bytes, runs: bytes.isEmpty ? [] : [run]), origin: origin)
  }

  /// Each line with the place that a person edits to change it.
  static func explained(_ text: Text, _ provenance: Provenance) -> [UInt8] {
    var out: [UInt8] = []
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, text.bytes[end] != 0x0A { end += 1 }
      let origin = text.origin(of: start..<end, in: provenance.origins)
      let place = provenance.origins.editPlaces(origin).prefix(3).map { provenance.sources.describe($0) }.joined(separator: ", ")
      out += text.bytes[start..<end] + Array((place.isEmpty ? "" : "  # " + place).utf8) + [0x0A]
      start = end + 1
    }
    return out
  }
}
