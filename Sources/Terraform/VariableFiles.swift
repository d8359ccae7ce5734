import FileTree
import HCL
import SourceText
import Values

/// A value for a variable of the root, as given from outside.
package enum TerraformInput: Sendable {
  /// `-var NAME=VALUE` or `TF_VAR_NAME`.
  case variable(name: String, value: String)
  /// `-var-file`: a path of the tree.
  case file(String)
}

/// Values of the root's variables in terraform's order (hashicorp/terraform, `command/arguments`, `backend/unparsed_value.go`).
struct VariableInputs {
  struct Given {
    var value: HCLValue
    var span: SourceSpan?
  }

  private let context: EvaluationContext
  private let configuration: ModuleConfiguration
  private let typed: (Declaration) -> TypeConstraint
  private(set) var values: [String: Given] = [:]

  init(context: EvaluationContext, configuration: ModuleConfiguration, typed: @escaping (Declaration) -> TypeConstraint) {
    self.context = context
    self.configuration = configuration
    self.typed = typed
  }

  /// Environment, `terraform.tfvars`, `terraform.tfvars.json`, `*.auto.tfvars[.json]` by name, then what is given, in order.
  mutating func read(environment: [(String, String)], inputs: [TerraformInput]) {
    for (name, value) in environment where configuration.variableIndex[name] != nil {
      text(name, value, source: "<TF_VAR_\(name)>", declared: false)
    }
    let directory = configuration.directory
    let names = ((try? context.loader.tree.list(directory)) ?? []).filter { $0.kind == .file }.map(\.name)
    for name in ["terraform.tfvars", "terraform.tfvars.json"] where names.contains(name) { file(TreePath.join(directory, name)) }
    for name in names where name.hasSuffix(".auto.tfvars") || name.hasSuffix(".auto.tfvars.json") {
      file(TreePath.join(directory, name))
    }
    for input in inputs {
      switch input {
      case .variable(let name, let value): text(name, value, source: "<var \(name)>", declared: true)
      case .file(let path): file(path)
      }
    }
  }

  private mutating func text(_ name: String, _ value: String, source: String, declared: Bool) {
    let file = context.provenance.sources.add(path: source, bytes: Array(value.utf8))
    let span = SourceSpan(source: file.id, 0..<file.bytes.count)
    guard let place = configuration.variableIndex[name] else {
      if declared { context.sink.error("terraform/undeclared-variable", "there is no variable '\(name)' in the root module", at: span) }
      return
    }
    let declaration = configuration.variables[place]
    if declaration.body.attribute("type") == nil || typed(declaration).readsLiterally {
      let origin = context.origins.add(.source, span)
      let run = OriginRun(start: 0, end: span.end, origin: origin, offset: 0)
      values[name] = Given(value: .string(Text(file.bytes, runs: span.end > 0 ? [run] : []), origin), span: span)
      return
    }
    let expression = HCLParser.parseExpression(
      file: file, provenance: context.provenance, limits: context.limits, sink: context.sink)
    values[name] = Given(value: constant(expression), span: span)
  }

  private func constant(_ expression: HCLExpression) -> HCLValue {
    let evaluator = HCLEvaluator(
      provenance: context.provenance, limits: context.limits, functions: [:], budget: context.budget
    ) { (root, _, span) throws(HCLError) in
      throw HCLError("invalid-reference", "a variable's value must be constant; it cannot refer to '\(root)'", at: span)
    }
    do throws(HCLError) {
      return try evaluator.evaluate(expression)
    } catch {
      context.report(error, at: expression.span)
      return .unknown(.dynamic, EvaluationContext.failed, context.origins.add(.source, expression.span))
    }
  }

  private mutating func file(_ path: String) {
    let file: SourceFile
    do throws(FileError) {
      file = try context.loader.file(path)
    } catch {
      context.sink.error("terraform/variables-file", error.message, at: nil)
      return
    }
    let body = path.hasSuffix(".json")
      ? HCLJSONParser.parse(file: file, provenance: context.provenance, limits: context.limits, sink: context.sink)
        .reading(blocks: [:], sink: context.sink)
      : HCLParser.parse(file: file, provenance: context.provenance, limits: context.limits, sink: context.sink)
    for block in body.blocks {
      context.sink.error("terraform/unsupported-block", "a variables file holds no blocks", at: block.header)
    }
    for attribute in body.attributes {
      guard configuration.variableIndex[attribute.name] != nil else {
        context.sink.warning(
          "terraform/undeclared-variable", "there is no variable '\(attribute.name)' in the root module", at: attribute.nameSpan)
        continue
      }
      values[attribute.name] = Given(value: constant(attribute.expression), span: attribute.expression.span)
    }
  }
}
