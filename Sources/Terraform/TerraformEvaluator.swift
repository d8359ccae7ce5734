/// Terraform roots → evaluated resources, data sources, module instances and outputs, with origins.
///
/// `TerraformSources` reads files and directories, `ModuleBuilder` merges their blocks, `ModuleInstance` evaluates on demand with the functions
/// of `TerraformFunctions` (`FocusedEvaluation`: only what one application asks for), `BlockEvaluator` makes resources of blocks. What a provider would compute is unknown; `ProviderKnowledge`
/// and `PolicyDocument` hold what is known all the same, and `TerraformKnowledge` how it looks to other rooms.
import FileTree
import HCL
import SourceText
import Values

package struct TerraformEvaluator: Sendable {
  private let sources: TerraformSources
  private var provenance: Provenance { sources.provenance }
  private var limits: Limits { sources.limits }

  /// Files are read once for all that the evaluator and its copies are asked.
  /// - Parameter defersData: data sources are read only when they are asked for; see `hasBrokenData`.
  package init(tree: any FileTree, provenance: Provenance, limits: Limits = Limits(), defersData: Bool = false) {
    sources = TerraformSources(tree: tree, provenance: provenance, limits: limits, defersData: defersData)
  }

  /// Evaluates a root module.
  ///
  /// Variables without a value are unknown. Nesting follows the input: call it on a thread with a large stack (`Parallel`).
  /// - Parameters:
  ///   - variableFiles: paths of the tree, as `-var-file` takes them, behind the automatic ones.
  ///   - variables: as `-var` takes them, behind the files.
  package func evaluate(
    directory: String, variableFiles: [String] = [], variables: [(String, String)] = [], sink: DiagnosticSink
  ) -> TerraformResult {
    let inputs = variableFiles.map { TerraformInput.file($0) } + variables.map { .variable(name: $0.0, value: $0.1) }
    var result = evaluation(directory: directory, inputs: inputs, sink: sink).result
    result.variableFile = variableFiles.joined(separator: ",")
    return result
  }

  /// Evaluates of a root what one application asks for; the rest is left out of the result.
  /// - Returns: also what of it the root declares. Where that is not all, only a whole evaluation tells why.
  package func evaluate(
    directory: String, variableFiles: [String] = [], focus: TerraformFocus, sink: DiagnosticSink
  ) -> (result: TerraformResult, coverage: TerraformCoverage) {
    let found = evaluation(directory: directory, inputs: variableFiles.map { .file($0) }, focus: focus, sink: sink)
    var result = found.result
    result.variableFile = variableFiles.joined(separator: ",")
    return (result, found.coverage)
  }

  /// What evaluation gives; `outputs` keeps HCL's own values for exact printing.
  package struct Evaluation {
    package var result: TerraformResult
    package var outputs: [(name: String, value: HCLValue)]
    package var coverage = TerraformCoverage()
  }

  /// - Parameters:
  ///   - environment: values of `TF_VAR_…`, by variable.
  ///   - workspace: nil where it is not known.
  ///   - focus: evaluate only what it asks for.
  ///   - strict: refuse what terraform refuses (a variable without value, `count` that is not known, outputs that leak).
  package func evaluation(
    directory: String, inputs: [TerraformInput] = [], environment: [(String, String)] = [], workspace: String? = nil,
    focus: TerraformFocus? = nil, strict: Bool = false, sink: DiagnosticSink
  ) -> Evaluation {
    let local = DiagnosticSink()
    let loader = ModuleLoader(sources)
    let context = EvaluationContext(loader: loader, sink: local, rootDirectory: directory, workspace: workspace, strict: strict)
    context.functions = TerraformFunctions.all(context)
    context.isFocused = focus != nil
    let configuration = loader.module(directory, sink: local)
    var given: [String: VariableInputs.Given] = [:]
    let root = ModuleInstance(
      context: context, configuration: configuration, path: [], ancestors: [directory],
      argument: { name in given[name].map { ($0.value, $0.span) } })
    var reader = VariableInputs(context: context, configuration: configuration) { VariableEvaluator(root).type($0) }
    reader.read(environment: environment, inputs: inputs)
    given = reader.values
    var focused: FocusedEvaluation?
    if let focus {
      focused = FocusedEvaluation(root, focus)
      focused?.run()
    } else {
      root.evaluateAll()
    }

    var result = TerraformResult(directory: directory)
    var outputs: [(name: String, value: HCLValue)] = []
    for output in configuration.outputs {
      guard case .done(let value)? = root.outputs[output.name] else { continue }
      outputs.append((output.name, value))
      result.outputs.set(output.name, ValueExport.value(value), keyOrigin: provenance.origins.add(.source, output.header))
    }
    for variable in configuration.variables {
      guard case .done(let value)? = root.variables[variable.name] else { continue }
      result.variables.set(variable.name, ValueExport.value(value), keyOrigin: provenance.origins.add(.source, variable.header))
    }
    for item in configuration.locals {
      guard case .done(let value)? = root.locals[item.name] else { continue }
      result.locals.set(item.name, ValueExport.value(value), keyOrigin: provenance.origins.add(.source, item.nameSpan))
    }
    Self.collect(root, into: &result)
    if let focused { result.resources += focused.others }
    result.diagnostics = local.diagnostics
    for diagnostic in local.diagnostics { sink.report(diagnostic) }
    return Evaluation(result: result, outputs: outputs, coverage: focused?.coverage ?? TerraformCoverage())
  }

  private static func ignoredChanges(_ body: HCLBody) -> Set<String> {
    var names: Set<String> = []
    for block in body.blocks where block.type == "lifecycle" {
      for attribute in block.body.attributes where attribute.name == "ignore_changes" {
        switch attribute.expression.kind {
        case .traversal(let name, _): names.insert(name)
        case .tuple(let items):
          for item in items { if case .traversal(let name, _) = item.kind { names.insert(name) } }
        default: break
        }
      }
    }
    return names
  }

  private static func collect(_ module: ModuleInstance, into result: inout TerraformResult) {
    for resource in module.configuration.resources {
      for instance in module.evaluated(resource) {
        guard let map = instance.value.map else { continue }
        let attributes = ValueExport.map(map)
        for name in ProviderKnowledge.shown(resource.isData, resource.type) where attributes[name] == nil {
          if let value = map[name] { attributes.set(name, ValueExport.value(value)) }
        }
        var made = TerraformResource(
          mode: resource.isData ? .data : .managed, type: resource.type, name: resource.declaration.name, module: module.path,
          key: instance.key.suffix, attributes: attributes, origin: instance.value.origin)
        made.ignoredChanges = ignoredChanges(resource.declaration.body)
        result.resources.append(made)
      }
    }
    for declaration in module.configuration.modules {
      guard let call = module.calls[declaration.name] else { continue }
      result.externalModules += call.records
      for instance in call.instances {
        result.moduleInstances.append(
          TerraformModuleInstance(module: instance.module.path, directory: instance.module.configuration.directory, header: declaration.header))
      }
      for instance in call.instances { collect(instance.module, into: &result) }
    }
  }

  /// A root with the values of a plan that `terraform show -json` printed.
  package func evaluate(directory: String, plan: SourceFile, sink: DiagnosticSink) -> TerraformResult {
    let evaluated = evaluate(directory: directory, sink: DiagnosticSink())
    let local = DiagnosticSink()
    var result = TerraformPlan(file: plan, provenance: provenance, limits: limits, sink: local).map { PlanOverlay(plan: $0).apply(to: evaluated) } ?? evaluated
    result.diagnostics += local.diagnostics
    for diagnostic in result.diagnostics { sink.report(diagnostic) }
    return result
  }

  // MARK: Cheap queries

  /// Reads and parses configuration files ahead of their evaluation, in parallel; what cannot be read is reported when it is needed.
  package func parse(_ paths: [String], workers: Int) {
    let sources = sources
    _ = Parallel.map(paths.count, workers: workers) { (try? sources.configuration(paths[$0])) != nil }
  }

  /// A configuration file's text; nil where it cannot be read.
  package func text(of path: String) -> [UInt8]? { (try? sources.file(path))?.bytes }

  /// Whether a data source that an evaluation asked for is no HCL; the evaluation has not said so.
  package var hasBrokenData: Bool { sources.hasBrokenData }

  /// Whether an evaluation has read a file.
  package func hasRead(_ path: String) -> Bool { sources.hasRead(path) }

  /// Whether the directory holds configuration files.
  package func isModule(_ directory: String) -> Bool {
    !sources.configurationFiles(directory).isEmpty
  }

  /// Directories of the tree that a directory's module calls lead to, in the order of the text. Nothing is evaluated: only
  /// constant sources count, as terraform has it.
  package func calledModules(in directory: String) -> [String] {
    let loader = ModuleLoader(sources)
    let configuration = loader.module(directory, sink: DiagnosticSink())
    var result: [String] = []
    for module in configuration.modules {
      guard let source = module.body.attribute("source")?.expression.constantString,
        let target = ModuleLoader.localDirectory(source, from: directory), !result.contains(target)
      else { continue }
      result.append(target)
    }
    return result
  }
}
