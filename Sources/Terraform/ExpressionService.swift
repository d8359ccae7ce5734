import FileTree
import HCL
import SourceText
import Values

/// One expression alone, for `secretslint eval --lang terraform`.
package enum ExpressionService {
  /// Evaluates an expression.
  /// - Parameters:
  ///   - locals: name → expression.
  ///   - unknown: reference → type, in the words of a type constraint: references whose value is not known.
  /// - Returns: a JSON object: `value`, `type`, `sensitive`, or `error`.
  package static func answer(expression: String, locals: [(String, String)], unknown: [(String, String)]) -> [UInt8] {
    let provenance = Provenance()
    let sink = DiagnosticSink()
    let loader = ModuleLoader(TerraformSources(tree: MemoryFileTree([:]), provenance: provenance, limits: Limits()))
    let context = EvaluationContext(loader: loader, sink: sink, rootDirectory: "", workspace: "default", strict: true)
    context.functions = TerraformFunctions.all(context)
    func parse(_ text: String, _ name: String) -> HCLExpression {
      let file = provenance.sources.add(path: "<\(name)>", bytes: Array(text.utf8))
      return HCLParser.parseExpression(file: file, provenance: provenance, sink: sink)
    }
    let attributes = locals.map { name, text in
      let value = parse(text, name)
      return HCLAttribute(name: name, nameSpan: value.span, expression: value, span: value.span)
    }
    let configuration = ModuleConfiguration(
      directory: "", variables: [], locals: attributes, outputs: [], modules: [], resources: [], providers: [])
    let module = ModuleInstance(context: context, configuration: configuration, path: [], ancestors: [""], argument: { _ in nil })
    for (reference, type) in unknown {
      let constraint: TypeConstraint
      do throws(HCLError) {
        constraint = try TypeConstraint.parse(parse(type, "type"), provenance: provenance) { (expression) throws(HCLError) in
          throw HCLError("invalid-type", "no constant is expected here", at: expression.span)
        }
      } catch {
        return failure(error.message)
      }
      module.overrides[reference] = .unknown(constraint.type, "`\(reference)`")
    }
    let parsed = parse(expression, "expression")
    if let first = sink.diagnostics.first(where: { $0.severity == .error }) { return failure(first.message) }
    let value = module.value(parsed)
    for local in attributes { _ = try? module.local(local.name, at: local.span) }
    if let first = sink.diagnostics.first(where: { $0.severity == .error }) { return failure(first.message) }
    var out = Array(#"{"value":"#.utf8)
    value.writeJSON(to: &out)
    out += Array(",\"type\":\(value.type.json),\"sensitive\":\(value.sensitive)}".utf8)
    return out
  }

  package static func failure(_ message: String) -> [UInt8] {
    JSONWriter().bytes(.map(ValueMap([("error", .string(message))])))
  }
}
