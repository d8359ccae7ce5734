import HCL
import SourceText
import Values

/// The value of a variable: what is given, or its default, as its type wants it.
struct VariableEvaluator {
  private let module: ModuleInstance

  init(_ module: ModuleInstance) { self.module = module }

  private var context: EvaluationContext { module.context }

  /// The declared type; `any` where it cannot be read, which is reported.
  func type(_ declaration: Declaration) -> TypeConstraint {
    guard let attribute = declaration.body.attribute("type") else { return .any }
    if context.strict, attribute.expression.constantString != nil,
      context.provenance.sources.file(attribute.span.source)?.path.hasSuffix(".json") == false
    {
      context.sink.error("terraform/invalid-type", "types in quotes are of terraform 0.11; leave the quotes out", at: attribute.expression.span)
    }
    do throws(HCLError) {
      return try TypeConstraint.parse(attribute.expression, provenance: context.provenance) { (expression) throws(HCLError) in
        try module.evaluator.evaluate(expression)
      }
    } catch {
      context.report(error, at: attribute.span)
      return .any
    }
  }

  private func flag(_ declaration: Declaration, _ name: String, _ fallback: Bool) -> Bool {
    guard let attribute = declaration.body.attribute(name) else { return fallback }
    return module.value(attribute.expression).bool ?? fallback
  }

  func value(_ declaration: Declaration) -> HCLValue {
    let type = type(declaration)
    let nullable = flag(declaration, "nullable", true)
    let sensitive = flag(declaration, "sensitive", false)
    var fallback: HCLValue?
    if let attribute = declaration.body.attribute("default") {
      checkConstant(attribute.expression)
      let given = module.value(attribute.expression)
      let origin = context.origins.add(.defaultValue, attribute.expression.span, parent: given.origin)
      do throws(HCLConversionError) {
        fallback = try type.convert(given).with(origin: origin)
      } catch {
        context.sink.error(
          "terraform/invalid-default", "the default of '\(declaration.name)' does not fit its type: \(error.message)",
          at: attribute.expression.span)
        fallback = .unknown(type.type, EvaluationContext.failed, origin)
      }
      if !nullable, fallback?.isNull == true {
        context.sink.error(
          "terraform/invalid-default", "the default of '\(declaration.name)' must not be null, for the variable is not nullable",
          at: attribute.expression.span)
      }
    }
    guard let (given, span) = module.argument(declaration.name), !(given.isNull && !nullable && fallback != nil) else {
      return (fallback ?? missing(declaration, type)).marked(sensitive)
    }
    if given.isNull, !nullable {
      context.sink.error("terraform/null-value", "the variable '\(declaration.name)' must not be null", at: span ?? declaration.header)
      return .unknown(type.type, EvaluationContext.failed, given.origin)
    }
    do throws(HCLConversionError) {
      return try type.convert(given).marked(sensitive)
    } catch {
      context.sink.report(
        Diagnostic(
          .error, code: "terraform/invalid-variable-value",
          "the value of the variable '\(declaration.name)' does not fit its type: \(error.message)", at: span ?? declaration.header,
          labels: [DiagnosticLabel(span: declaration.header, message: "declared here")]))
      return .unknown(type.type, EvaluationContext.failed, given.origin)
    }
  }

  /// Defaults are constant: neither references nor calls.
  private func checkConstant(_ expression: HCLExpression) {
    if let call = expression.firstCall {
      context.sink.error("terraform/not-constant", "functions are not allowed in the default of a variable", at: call)
    }
    expression.references { name, _, span in
      context.sink.error("terraform/not-constant", "'\(name)' is not allowed in the default of a variable", at: span)
    }
  }

  private func missing(_ declaration: Declaration, _ type: TypeConstraint) -> HCLValue {
    if context.strict, module.path.isEmpty {
      context.sink.error(
        "terraform/missing-variable", "the variable '\(declaration.name)' is not set and has no default", at: declaration.header)
    }
    return .unknown(type.type, "variable `\(declaration.name)` is not set", context.origins.add(.source, declaration.header))
  }
}
