import Crypto
import FileTree
import Helm
import SourceText
import Values

/// `eval --lang helm`: `{"chart": path, "values": [path], "set": [text], "release_name", "namespace", "kube_version",
/// "api_versions": [text], "include_crds": bool, "output": bool, "provenance": bool}` → `{"bytes": n}`, with `"output": text` on demand, or `{"error": text}`.
/// Renders many charts in one process, for benchmarks. As in a lint run, a chart is loaded once for the requests of it that follow one another,
/// and the keys that templates generate are shared by the renderings: nothing here is deployed.
final class EvalHelm {
  private let keys = KeyPool()
  /// Of the last request.
  private var last: (path: String, provenance: Bool, renderer: HelmRenderer)?

  private func renderer(_ path: String, provenance: Bool) -> HelmRenderer? {
    if let last, last.path == path, last.provenance == provenance { return last.renderer }
    guard let tree = DiskFileTree(root: path) else { return nil }
    let renderer = HelmRenderer(tree: tree, provenance: Provenance(origins: OriginTable(keeps: provenance)), keys: keys)
    last = (path, provenance, renderer)
    return renderer
  }

  func answer(_ request: Value) -> Value {
    guard let path = request["chart"]?.string else { return error("the request names no chart") }
    guard let renderer = renderer(path, provenance: request["provenance"]?.bool ?? true) else { return error("no directory '\(path)'") }
    var options = HelmOptions()
    options.sharesKeys = true
    options.releaseName = .string(request["release_name"]?.string ?? "demo")
    options.namespace = .string(request["namespace"]?.string ?? "default")
    options.kubeVersion = request["kube_version"]?.string
    options.apiVersions = (request["api_versions"]?.list ?? []).compactMap(\.string)
    options.includeCRDs = request["include_crds"]?.bool ?? false
    for file in request["values"]?.list ?? [] {
      guard let name = file.string else { return error("'values' lists paths") }
      do throws(FileError) {
        options.values.append(.source(renderer.provenance.sources.add(path: name, bytes: try DiskFileTree.read(absolute: name))))
      } catch { return self.error(error.message) }
    }
    for text in request["set"]?.list ?? [] { options.settings.append(HelmSetting(.set, text: text.text ?? .empty, origin: .none)) }
    let result = renderer.render("", options, sink: DiagnosticSink())
    if let failure = result.failure { return error(failure) }
    var pairs: [(String, Value)] = [("bytes", .int(Int64(result.text.count)))]
    if request["output"]?.bool == true { pairs.append(("output", .string(result.text))) }
    return .map(ValueMap(pairs))
  }

  private func error(_ message: String) -> Value { .map(ValueMap([("error", .string(message))])) }
}
