import FileTree
import Helm
import SourceText
import Values

/// `eval --lang helm`: `{"chart": path, "values": [path], "set": [text], "release_name", "namespace", "kube_version",
/// "api_versions": [text], "include_crds": bool, "output": bool}` → `{"bytes": n}`, with `"output": text` on demand, or `{"error": text}`.
/// Renders many charts in one process, for benchmarks and fuzzing; every request is rendered anew.
enum EvalHelm {
  static func answer(_ request: Value) -> Value {
    guard let path = request["chart"]?.string else { return error("the request names no chart") }
    guard let tree = DiskFileTree(root: path) else { return error("no directory '\(path)'") }
    let provenance = Provenance()
    var options = HelmOptions()
    options.releaseName = .string(request["release_name"]?.string ?? "demo")
    options.namespace = .string(request["namespace"]?.string ?? "default")
    options.kubeVersion = request["kube_version"]?.string
    options.apiVersions = (request["api_versions"]?.list ?? []).compactMap(\.string)
    options.includeCRDs = request["include_crds"]?.bool ?? false
    for file in request["values"]?.list ?? [] {
      guard let name = file.string else { return error("'values' lists paths") }
      do throws(FileError) {
        options.values.append(.source(provenance.sources.add(path: name, bytes: try DiskFileTree.read(absolute: name))))
      } catch { return self.error(error.message) }
    }
    for text in request["set"]?.list ?? [] { options.settings.append(HelmSetting(.set, text: text.text ?? .empty, origin: .none)) }
    let result = HelmRenderer(tree: tree, provenance: provenance).render("", options, sink: DiagnosticSink())
    if let failure = result.failure { return error(failure) }
    var pairs: [(String, Value)] = [("bytes", .int(Int64(result.text.count)))]
    if request["output"]?.bool == true { pairs.append(("output", .string(result.text))) }
    return .map(ValueMap(pairs))
  }

  private static func error(_ message: String) -> Value { .map(ValueMap([("error", .string(message))])) }
}
