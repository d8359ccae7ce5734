import FileTree
import HCL
import SourceText
import Values

/// Module calls: instances of local modules, records of all others.
struct ModuleCaller {
  private let module: ModuleInstance

  init(_ module: ModuleInstance) { self.module = module }

  private var context: EvaluationContext { module.context }

  private static let metaArguments: Set<String> = ["source", "version", "count", "for_each", "providers", "depends_on"]

  func call(_ declaration: Declaration) -> ModuleInstance.ModuleCall {
    let call = ModuleInstance.ModuleCall()
    let (instances, shape) = module.expand(declaration, what: "the module '\(declaration.name)'")
    call.shape = shape
    guard let attribute = declaration.body.attribute("source") else {
      context.sink.error("terraform/missing-argument", "the module '\(declaration.name)' needs the argument 'source'", at: declaration.header)
      external(call, declaration, instances, source: "")
      return call
    }
    guard let source = module.value(attribute.expression).string else {
      external(call, declaration, instances, source: "")
      return call
    }
    guard let directory = ModuleLoader.localDirectory(source, from: module.configuration.directory) else {
      if source.hasPrefix(".") {
        context.sink.warning("terraform/module-outside-root", "the module '\(source)' lies outside the linted tree", at: attribute.span)
      }
      external(call, declaration, instances, source: source)
      return call
    }
    guard !module.ancestors.contains(directory), module.ancestors.count < context.limits.callDepth else {
      context.sink.error("terraform/module-cycle", "the module '\(source)' calls itself", at: attribute.expression.span)
      external(call, declaration, instances, source: source)
      return call
    }
    guard !context.loader.configurationFiles(directory).isEmpty else {
      context.sink.error("terraform/module-not-found", "there is no module at '\(source)'", at: attribute.expression.span)
      external(call, declaration, instances, source: source)
      return call
    }
    let configuration = context.loader.module(directory, sink: context.sink)
    check(declaration, configuration)
    for instance in instances {
      context.moduleInstances += 1
      guard context.moduleInstances <= EvaluationContext.moduleInstanceLimit else {
        context.sink.error(
          "terraform/module-instances", "more than \(EvaluationContext.moduleInstanceLimit) instances of modules", at: declaration.header)
        return call
      }
      let child = ModuleInstance(
        context: context, configuration: configuration, path: module.path + ["module." + declaration.name + instance.key.suffix],
        ancestors: module.ancestors + [directory],
        argument: { [unowned module, context] name in
          guard !Self.metaArguments.contains(name), let given = declaration.body.attribute(name) else { return nil }
          let value = module.value(given.expression, scope: instance.scope)
          let origin = context.origins.add(.argument, given.expression.span, parent: value.origin)
          return (value.with(origin: origin), given.expression.span)
        })
      call.instances.append((instance.key, child))
    }
    return call
  }

  private func check(_ declaration: Declaration, _ configuration: ModuleConfiguration) {
    for attribute in declaration.body.attributes
    where !Self.metaArguments.contains(attribute.name) && configuration.variableIndex[attribute.name] == nil {
      let near = nearestName(to: attribute.name, in: configuration.variableIndex.keys.sorted()).map { "; did you mean '\($0)'?" } ?? ""
      context.sink.error(
        "terraform/unsupported-argument", "the module '\(declaration.name)' has no variable '\(attribute.name)'\(near)", at: attribute.nameSpan)
    }
    for variable in configuration.variables
    where variable.body.attribute("default") == nil && declaration.body.attribute(variable.name) == nil {
      context.sink.report(
        Diagnostic(
          .error, code: "terraform/missing-argument", "the module '\(declaration.name)' needs the argument '\(variable.name)'",
          at: declaration.header, labels: [DiagnosticLabel(span: variable.header, message: "required here")]))
    }
  }

  private func external(
    _ call: ModuleInstance.ModuleCall, _ declaration: Declaration, _ instances: [Instance], source: String
  ) {
    let origin = context.origins.add(.source, declaration.header)
    var values: [(InstanceKey, HCLValue)] = []
    let version = declaration.body.attribute("version").map { module.value($0.expression).string ?? "" } ?? ""
    for instance in instances {
      let address = module.address("module." + declaration.name + instance.key.suffix)
      values.append((instance.key, .object(HCLMap([], other: { TerraformReference.value(address, $0) }), origin)))
    }
    call.external = values
    call.pending = (declaration, instances, source, version, origin)
  }

  /// Evaluates the arguments of a module that is not in the tree. Not at the call: they may depend on other outputs of the same module.
  func finish(_ call: ModuleInstance.ModuleCall) {
    guard let (declaration, instances, source, version, origin) = call.pending else { return }
    call.pending = nil
    for instance in instances {
      var entries: [HCLMap.Entry] = []
      for attribute in declaration.body.attributes where !Self.metaArguments.contains(attribute.name) {
        let value = module.value(attribute.expression, scope: instance.scope)
        let wrapped = context.origins.add(.argument, attribute.expression.span, parent: value.origin)
        entries.append(
          HCLMap.Entry(
            key: Text(attribute.name), keyOrigin: context.origins.add(.source, attribute.nameSpan), value: value.with(origin: wrapped)))
      }
      call.records.append(
        TerraformExternalModule(
          module: module.path + ["module." + declaration.name + instance.key.suffix], source: source, version: version,
          arguments: ValueExport.map(HCLMap(entries)), origin: origin))
    }
  }
}
