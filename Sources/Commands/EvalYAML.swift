import SourceText
import Values
import YAMLSyntax

/// `eval --lang yaml`: `{"yaml": text, "schema"?: "go", "print"?: "go"|"pretty"}` → `{"documents": […]}`, with `print` `{"text": […]}`, or
/// `{"error": text}`.
enum EvalYAML {
  static func answer(_ request: Value) -> Value {
    guard let text = request["yaml"]?.text else { return error("request has no 'yaml'") }
    let provenance = Provenance()
    let file = provenance.sources.add(path: "<stdin>", bytes: text.bytes)
    let sink = DiagnosticSink()
    let dialect: YAMLDialect
    switch request["schema"]?.string {
    case nil, "core": dialect = .core
    case "go", "kubernetes": dialect = .kubernetes
    case "kustomize": dialect = .kustomize
    case "terraform": dialect = .terraform
    case let other?: return error("unknown schema '\(other)'")
    }
    let documents = YAMLReader.read(file: file, dialect: dialect, provenance: provenance, sink: sink)
    if let first = sink.diagnostics.first(where: { $0.severity == .error }) { return error(first.message) }
    if let style = request["print"]?.string {
      let texts = documents.map { Value.string(YAMLWriter.write($0.root, style: style == "pretty" ? .goYAMLPretty : .goYAML)) }
      return .map(ValueMap([("text", .list(texts))]))
    }
    return .map(ValueMap([("documents", .list(documents.map(\.root)))]))
  }

  private static func error(_ message: String) -> Value { .map(ValueMap([("error", .string(message))])) }
}
