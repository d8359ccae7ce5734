import FileTree
import SourceText
import Terraform
import Values

/// A root in memory, evaluated.
struct TerraformBench {
  let provenance = Provenance()
  let result: TerraformResult

  init(
    _ files: [String: String], directory: String = "", variableFiles: [String] = [], variables: [(String, String)] = [],
    strict: Bool = false
  ) {
    let evaluator = TerraformEvaluator(tree: MemoryFileTree(text: files), provenance: provenance)
    if strict {
      let inputs = variableFiles.map { TerraformInput.file($0) } + variables.map { .variable(name: $0.0, value: $0.1) }
      result = evaluator.evaluation(
        directory: directory, inputs: inputs, workspace: "default", strict: true, sink: DiagnosticSink()).result
    } else {
      result = evaluator.evaluate(directory: directory, variableFiles: variableFiles, variables: variables, sink: DiagnosticSink())
    }
  }

  var codes: [String] { result.diagnostics.map(\.code) }

  func resource(_ address: String) -> TerraformResource? { result.resources.first { $0.address == address } }

  /// "file:line:text" of a span.
  func place(_ span: SourceSpan?) -> String? {
    guard let span, let file = provenance.sources.file(span.source) else { return nil }
    return "\(file.path):\(file.position(span.start).line):\(file.text(span))"
  }

  /// Where a value is to be edited.
  func edit(_ origin: Origin) -> String? { place(provenance.origins.editPlace(origin)) }

  /// Where a part of a text is to be edited.
  func edit(_ value: Value?, part: String) -> String? {
    guard let value, let text = value.text else { return nil }
    let string = text.string
    guard let range = string.firstRange(of: part) else { return nil }
    let start = string.utf8.distance(from: string.startIndex, to: range.lowerBound)
    return edit(text.origin(of: start..<start + part.utf8.count, in: provenance.origins, whole: value.origin))
  }

  func json(_ name: String) -> String? {
    guard let value = result.outputs[name] else { return nil }
    var writer = JSONWriter()
    writer.custom = { _ in "?" }
    return writer.string(value)
  }
}

extension TerraformBench {
  static func tree(_ files: [String: String]) -> MemoryFileTree { MemoryFileTree(text: files) }
}
