import FileTree
import HCL
import SourceText
import Values

/// What all module instances of one evaluation share.
final class EvaluationContext {
  let loader: ModuleLoader
  let sink: DiagnosticSink
  let limits: Limits
  let budget: HCLBudget
  let rootDirectory: String
  /// Reports what terraform would refuse, not only what cannot be evaluated.
  let strict: Bool
  var functions: [String: HCLFunction] = [:]
  var depth = 0
  var moduleInstances = 0
  /// Only a part of the root is evaluated.
  var isFocused = false
  static let moduleInstanceLimit = 2_000
  static let instanceLimit = 10_000
  /// Every step may leave a value with an origin, so this bounds memory too.
  static let stepLimit = 5_000_000

  var provenance: Provenance { loader.provenance }
  var origins: OriginTable { loader.provenance.origins }

  /// The workspace; nil where it is not known.
  let workspaceName: String?

  init(loader: ModuleLoader, sink: DiagnosticSink, rootDirectory: String, workspace: String?, strict: Bool) {
    self.loader = loader
    workspaceName = workspace
    self.sink = sink
    self.rootDirectory = rootDirectory
    self.strict = strict
    limits = loader.limits
    budget = HCLBudget(min(loader.limits.steps, Self.stepLimit))
  }

  /// A directory as `path.module` shows it: from the root module.
  func relative(_ directory: String) -> String { TreePath.relative(directory, to: rootDirectory) }

  func report(_ error: HCLError, at span: SourceSpan?) {
    if error.code == "syntax" { return }
    sink.error("terraform/" + error.code, error.message, at: error.span ?? span)
  }

  static let failed = "evaluation failed"
}

/// The key of an instance.
enum InstanceKey: Sendable {
  case none
  case index(Int)
  case name(Text)
  /// `count` or `for_each` is not known; one instance stands for all.
  case unknown

  var suffix: String {
    switch self {
    case .none: ""
    case .index(let index): "[\(index)]"
    case .name(let name): "[" + JSONWriter().string(.string(name)) + "]"
    case .unknown: "[*]"
    }
  }
}

struct Instance {
  var key: InstanceKey
  /// `each` and `count`.
  var scope: HCLScope?
}

/// One module with its variables: the root, or one instance of a module call. Values are made when they are first asked for.
final class ModuleInstance {
  enum State {
    case evaluating
    case done(HCLValue)
  }

  final class ResourceInstance {
    let key: InstanceKey
    let value: HCLValue

    init(key: InstanceKey, value: HCLValue) {
      self.key = key
      self.value = value
    }
  }

  final class ModuleCall {
    var shape = Shape.single
    var instances: [(key: InstanceKey, module: ModuleInstance)] = []
    /// Values of the instances of a module that is not in the tree.
    var external: [(InstanceKey, HCLValue)]?
    /// What is missing for the records of such a module.
    var pending: (Declaration, [Instance], source: String, version: String, Origin)?
    var records: [TerraformExternalModule] = []
    /// Some expression that was evaluated refers to it.
    var isReferred = false

    /// The instance that a constant index names.
    func instance(_ key: HCLValue) -> ModuleInstance? {
      for instance in instances {
        switch instance.key {
        case .index(let index): if key.number?.int == index { return instance.module }
        case .name(let name): if key.text == name { return instance.module }
        case .none, .unknown: break
        }
      }
      return nil
    }
  }

  let context: EvaluationContext
  let configuration: ModuleConfiguration
  /// Addresses of the modules from the root.
  let path: [String]
  /// Directories of the modules from the root, to find modules that call themselves.
  let ancestors: [String]
  /// Gives the value of a variable where one is given.
  let argument: (String) -> (value: HCLValue, span: SourceSpan?)?
  private(set) var variables: [String: State] = [:]
  private(set) var locals: [String: State] = [:]
  private(set) var outputs: [String: State] = [:]
  private(set) var resources: [String: State] = [:]
  private(set) var resourceInstances: [String: [ResourceInstance]] = [:]
  /// What `count` and `for_each` of a resource make, while only some of its instances are evaluated.
  private var expansions: [String: [Instance]] = [:]
  /// Instances that are evaluated while the others are not, by address without the modules'.
  private var elements: [String: State] = [:]
  private var modules: [String: State] = [:]
  private(set) var calls: [String: ModuleCall] = [:]
  private var validated: Set<String> = []
  /// Values of references (`terraform_data.u.output`) that are given from outside.
  var overrides: [String: HCLValue] = [:]
  private(set) lazy var evaluator: HCLEvaluator = {
    let evaluator = HCLEvaluator(
      provenance: context.provenance, limits: context.limits, functions: context.functions, budget: context.budget
    ) { [unowned self] (root, steps, span) throws(HCLError) in
      try self.resolve(root, steps, span)
    }
    evaluator.triesPartly = !context.strict
    // Which version of Terraform will run is not known: what the newer ones take is no failure.
    evaluator.shortCircuits = !context.strict
    if context.isFocused {
      evaluator.resolveElement = { [unowned self] (root, steps, key, span) throws(HCLError) in try self.element(root, steps, key, at: span) }
    }
    return evaluator
  }()

  init(
    context: EvaluationContext, configuration: ModuleConfiguration, path: [String], ancestors: [String],
    argument: @escaping (String) -> (value: HCLValue, span: SourceSpan?)?
  ) {
    self.context = context
    self.configuration = configuration
    self.path = path
    self.ancestors = ancestors
    self.argument = argument
  }

  func address(_ local: String) -> String { (path + [local]).joined(separator: ".") }

  // MARK: Evaluation of everything

  func evaluateAll() {
    for variable in configuration.variables { _ = try? self.variable(variable.name, at: variable.header) }
    for variable in configuration.variables { validate(variable) }
    for local in configuration.locals { _ = try? self.local(local.name, at: local.nameSpan) }
    for resource in configuration.resources { _ = try? self.resource(resource.address, at: resource.declaration.header) }
    for module in configuration.modules { expandModule(module) }
    for module in configuration.modules {
      guard let call = calls[module.name] else { continue }
      ModuleCaller(self).finish(call)
      for instance in call.instances { instance.module.evaluateAll() }
    }
    for output in configuration.outputs { _ = try? self.output(output.name, at: output.header) }
    for check in configuration.checks { evaluate(check) }
    for declaration in configuration.resources.map(\.declaration) + configuration.modules + configuration.outputs {
      checkDependencies(declaration)
    }
    for provider in configuration.providers { _ = BlockEvaluator(self).attributes(provider.body, skipping: ["alias", "version"], scope: nil) }
  }

  /// Evaluates one expression; an error is reported and the value unknown.
  func value(_ expression: HCLExpression, scope: HCLScope? = nil) -> HCLValue {
    do throws(HCLError) {
      return try evaluator.evaluate(expression, scope: scope)
    } catch {
      context.report(error, at: expression.span)
      return .unknown(.dynamic, EvaluationContext.failed, context.origins.add(.source, expression.span))
    }
  }

  /// A check that fails is a warning of terraform's; one that cannot be evaluated is an error.
  private func evaluate(_ check: Declaration) {
    for block in check.body.blocks where block.type == "assert" {
      let body = block.body.reading(blocks: [:], sink: context.sink)
      guard let condition = body.attribute("condition") else { continue }
      var refers = false
      condition.expression.references { root, steps, span in
        refers = true
        // A check's own data source is not evaluated.
        if root != "data" { _ = try? resolve(root, steps, span) }
      }
      if !refers {
        context.sink.error("terraform/invalid-condition", "a condition must refer to something of the configuration", at: condition.expression.span)
      }
    }
  }

  private func checkDependencies(_ declaration: Declaration) {
    guard case .tuple(let items)? = declaration.body.attribute("depends_on")?.expression.kind else { return }
    for item in items {
      guard case .traversal(let root, let steps) = item.kind else { continue }
      do throws(HCLError) {
        _ = try resolve(root, steps, item.span)
      } catch {
        if error.code != "cycle" { context.report(error, at: item.span) }
      }
    }
  }

  private func memo(
    _ table: ReferenceWritableKeyPath<ModuleInstance, [String: State]>, _ key: String, _ what: String, _ span: SourceSpan,
    _ make: () -> HCLValue
  ) throws(HCLError) -> HCLValue {
    switch self[keyPath: table][key] {
    case .done(let value): return value
    case .evaluating: throw HCLError("cycle", "\(what) depends on itself", at: span)
    case nil: break
    }
    guard context.depth < context.limits.nesting * 2 else {
      throw HCLError("nesting", "references follow one another more than \(context.limits.nesting * 2) levels deep", at: span)
    }
    self[keyPath: table][key] = .evaluating
    context.depth += 1
    defer { context.depth -= 1 }
    let value = make()
    self[keyPath: table][key] = .done(value)
    return value
  }

  // MARK: Named values

  func local(_ name: String, at span: SourceSpan) throws(HCLError) -> HCLValue {
    guard let place = configuration.localIndex[name] else {
      throw undeclared("local value", name, configuration.localIndex.keys, span)
    }
    let local = configuration.locals[place]
    return try memo(\.locals, name, "the local value '\(name)'", span) { value(local.expression) }
  }

  func output(_ name: String, at span: SourceSpan) throws(HCLError) -> HCLValue {
    guard let place = configuration.outputIndex[name] else {
      throw HCLError("unsupported-attribute", "this module has no output '\(name)'", at: span)
    }
    let output = configuration.outputs[place]
    return try memo(\.outputs, name, "the output '\(name)'", span) {
      guard let attribute = output.body.attribute("value") else {
        context.sink.error("terraform/missing-argument", "the output '\(name)' needs the argument 'value'", at: output.header)
        return .unknown(.dynamic, EvaluationContext.failed)
      }
      conditions(output.body.blocks.filter { $0.type == "precondition" }, scope: nil)
      let value = value(attribute.expression)
      let sensitive = output.body.attribute("sensitive").map { self.value($0.expression).bool == true } ?? false
      if context.strict, path.isEmpty, !sensitive, value.isDeeplySensitive {
        context.sink.error(
          "terraform/sensitive-output", "the output '\(name)' holds sensitive values; it must be declared sensitive", at: attribute.span)
      }
      return sensitive ? value.marked(true) : value
    }
  }

  func variable(_ name: String, at span: SourceSpan) throws(HCLError) -> HCLValue {
    guard let place = configuration.variableIndex[name] else {
      throw undeclared("input variable", name, configuration.variableIndex.keys, span)
    }
    let declaration = configuration.variables[place]
    return try memo(\.variables, name, "the variable '\(name)'", span) { VariableEvaluator(self).value(declaration) }
  }

  private func validate(_ variable: Declaration) {
    guard validated.insert(variable.name).inserted else { return }
    for block in variable.body.blocks where block.type == "validation" {
      var refers = false
      block.body.reading(blocks: [:], sink: context.sink).attribute("condition")?.expression.references { root, steps, _ in
        if root == "var", steps.first?.name == variable.name { refers = true }
      }
      if context.strict, !refers {
        context.sink.error("terraform/invalid-condition", "the condition of a validation must refer to its variable", at: block.header)
      }
      condition(block, scope: nil, "validation-failed")
    }
  }

  func undeclared(_ kind: String, _ name: String, _ known: some Sequence<String>, _ span: SourceSpan) -> HCLError {
    let near = nearestName(to: name, in: known.sorted()).map { "; did you mean '\($0)'?" } ?? ""
    return HCLError("undeclared-reference", "there is no \(kind) named '\(name)' in this module\(near)", at: span)
  }

  func conditions(_ blocks: [HCLBlock], scope: HCLScope?) {
    for block in blocks { condition(block, scope: scope, "condition-failed") }
  }

  private func condition(_ block: HCLBlock, scope: HCLScope?, _ code: String) {
    guard let condition = block.body.reading(blocks: [:], sink: context.sink).attribute("condition") else { return }
    let result = value(condition.expression, scope: scope)
    guard let flag = try? HCLConversion.convert(result, to: .bool), flag.bool == false else { return }
    var message = "the condition does not hold"
    if let text = block.body.reading(blocks: [:], sink: context.sink).attribute("error_message"), !result.isDeeplySensitive,
      let given = try? evaluator.evaluate(text.expression, scope: scope), !given.isDeeplySensitive, let words = given.string
    {
      message += ": " + words
    }
    context.sink.error("terraform/" + code, message, at: condition.expression.span)
  }

  // MARK: Resources

  func resource(_ local: String, at span: SourceSpan) throws(HCLError) -> HCLValue {
    guard let place = configuration.resourceIndex[local] else {
      throw HCLError(
        "undeclared-reference",
        "'\(local)' is not declared in this module"
          + (nearestName(to: local, in: configuration.resourceIndex.keys.sorted()).map { "; did you mean '\($0)'?" } ?? ""), at: span)
    }
    let resource = configuration.resources[place]
    return try memo(\.resources, local, "'\(local)'", span) {
      let (instances, shape) = expand(resource.declaration, what: "'\(local)'")
      var made: [ResourceInstance] = []
      for instance in instances {
        let address = address(local + instance.key.suffix)
        if !elements.isEmpty, case .done(let known)? = elements[local + instance.key.suffix] {
          made.append(ResourceInstance(key: instance.key, value: known))
          continue
        }
        let value = BlockEvaluator(self).resource(resource, address: address, scope: instance.scope)
        made.append(ResourceInstance(key: instance.key, value: value))
      }
      resourceInstances[local] = made
      return collect(made.map { ($0.key, $0.value) }, shape, resource.declaration.header, local)
    }
  }

  // MARK: Single instances, for evaluations that leave the others out

  /// The instances of a resource, nothing of which is evaluated but `count` and `for_each`.
  func instances(of resource: ModuleConfiguration.Resource) -> [Instance] {
    if let known = expansions[resource.address] { return known }
    let made = expand(resource.declaration, what: "'\(resource.address)'").0
    expansions[resource.address] = made
    return made
  }

  /// Evaluates one instance and leaves the others.
  @discardableResult
  func evaluate(_ resource: ModuleConfiguration.Resource, _ instance: Instance, at span: SourceSpan) throws(HCLError) -> HCLValue {
    let local = resource.address
    if case .none = instance.key { return try self.resource(local, at: span) }
    if resources[local] != nil { return try self.resource(local, at: span) }
    let element = local + instance.key.suffix
    let isKnown = if case .done? = elements[element] { true } else { false }
    let value = try memo(\.elements, element, "'\(element)'", span) {
      BlockEvaluator(self).resource(resource, address: address(element), scope: instance.scope)
    }
    if !isKnown { resourceInstances[local, default: []].append(ResourceInstance(key: instance.key, value: value)) }
    return value
  }

  /// Whether the instance of a key is evaluated.
  func isEvaluated(_ local: String, _ key: Text) -> Bool {
    if case .done? = resources[local] { return true }
    if case .done? = elements[local + InstanceKey.name(key).suffix] { return true }
    return false
  }

  /// The instances that were evaluated, in the order of `count` and `for_each`.
  func evaluated(_ resource: ModuleConfiguration.Resource) -> [ResourceInstance] {
    let found = resourceInstances[resource.address] ?? []
    guard found.count > 1, resources[resource.address] == nil else { return found }
    let bySuffix = Dictionary(found.map { ($0.key.suffix, $0) }, uniquingKeysWith: { first, _ in first })
    return instances(of: resource).compactMap { bySuffix[$0.key.suffix] }
  }

  /// What `type.name[key]` or `module.name[key]` is, with nothing evaluated of the other instances; nil where that is not how it is found.
  func element(_ root: String, _ steps: [HCLStep], _ key: HCLValue, at span: SourceSpan) throws(HCLError) -> HCLValue? {
    let names = steps.compactMap(\.name)
    guard names.count == steps.count else { return nil }
    if root == "module", names.count == 1 {
      guard let place = configuration.moduleIndex[names[0]] else { return nil }
      expandModule(configuration.modules[place])
      guard let call = calls[names[0]], call.external == nil, let instance = call.instance(key) else { return nil }
      var entries: [HCLMap.Entry] = []
      for output in instance.configuration.outputs {
        entries.append(HCLMap.Entry(key: Text(output.name), value: try instance.output(output.name, at: span)))
      }
      return .object(HCLMap(entries), context.origins.add(.source, configuration.modules[place].header))
    }
    guard names.count == (root == "data" ? 2 : 1), let place = configuration.resourceIndex[([root] + names).joined(separator: ".")] else { return nil }
    let resource = configuration.resources[place]
    guard resources[resource.address] == nil else { return nil }
    let instance = instances(of: resource).first { instance in
      switch instance.key {
      case .name(let name): key.text == name
      case .index(let index): key.number?.int == index
      case .none, .unknown: false
      }
    }
    guard let instance else { return nil }
    return try evaluate(resource, instance, at: span).marked(key.sensitive)
  }

  enum Shape { case single, counted, named, unknown(String) }

  /// The instances of a block with `count` or `for_each`.
  func expand(_ declaration: Declaration, what: String) -> ([Instance], Shape) {
    let count = declaration.body.attribute("count")
    let forEach = declaration.body.attribute("for_each")
    if let count, forEach != nil {
      context.sink.error("terraform/count-and-for-each", "\(what) has both 'count' and 'for_each'; only one is allowed", at: count.span)
    }
    if let count { return expand(count: count) }
    if let forEach { return expand(forEach: forEach) }
    return ([Instance(key: .none)], .single)
  }

  private func unknownInstance(_ reason: String) -> ([Instance], Shape) {
    let each = HCLValue.object([("key", .unknown(.string, reason, notNull: true)), ("value", .unknown(.dynamic, reason))])
    let count = HCLValue.object([("index", .unknown(.number, reason, notNull: true))])
    return ([Instance(key: .unknown, scope: HCLScope(["each": each, "count": count]))], .unknown(reason))
  }

  private func expand(count attribute: HCLAttribute) -> ([Instance], Shape) {
    let value = value(attribute.expression)
    func refuse(_ message: String) -> ([Instance], Shape) {
      context.sink.error("terraform/invalid-count", message, at: attribute.expression.span)
      return unknownInstance(EvaluationContext.failed)
    }
    if value.isNull { return refuse("'count' must not be null") }
    guard let number = try? HCLConversion.convert(value, to: .number) else { return refuse("'count' must be a number") }
    if let unknown = number.unknown {
      if context.strict, unknown.reason != EvaluationContext.failed { return refuse("'count' depends on what is known only after apply") }
      return unknownInstance(unknown.reason)
    }
    guard let count = number.number?.int, count >= 0 else { return refuse("'count' must be a whole number that is not negative") }
    guard count <= EvaluationContext.instanceLimit else { return refuse("'count' is more than \(EvaluationContext.instanceLimit)") }
    return (
      (0..<count).map { index in
        Instance(key: .index(index), scope: HCLScope(["count": .object([("index", .number(index, value.origin))])]))
      }, .counted
    )
  }

  private func expand(forEach attribute: HCLAttribute) -> ([Instance], Shape) {
    let value = value(attribute.expression)
    func refuse(_ message: String) -> ([Instance], Shape) {
      context.sink.error("terraform/invalid-for-each", message, at: attribute.expression.span)
      return unknownInstance(EvaluationContext.failed)
    }
    if value.isNull { return refuse("'for_each' must not be null") }
    if value.sensitive { return refuse("'for_each' must not be sensitive: its keys become part of addresses") }
    if let unknown = value.unknown {
      if context.strict, unknown.reason != EvaluationContext.failed { return refuse("'for_each' depends on what is known only after apply") }
      switch unknown.type {
      case .dynamic, .map, .object, .set: return unknownInstance(unknown.reason)
      default: return refuse("'for_each' must be a map, or a set of strings")
      }
    }
    var pairs: [(Text, Origin, HCLValue)] = []
    switch value.payload {
    case .map(let map, _), .object(let map): pairs = map.entries.map { ($0.key, $0.keyOrigin, $0.value) }
    case .set(let items, let type):
      guard type == .string || items.isEmpty else { return refuse("a set for 'for_each' must hold strings") }
      for item in items {
        if item.isNull { return refuse("a set for 'for_each' must not hold null") }
        guard let text = item.text else {
          if context.strict { return refuse("the set for 'for_each' holds what is known only after apply") }
          return unknownInstance(item.unknownReason ?? "unknown")
        }
        pairs.append((text, item.origin, item))
      }
    default: return refuse("'for_each' must be a map, or a set of strings, not a \(value.type.friendlyName)")
    }
    guard pairs.count <= EvaluationContext.instanceLimit else { return refuse("'for_each' has more than \(EvaluationContext.instanceLimit) elements") }
    return (
      pairs.map { key, origin, item in
        let each = HCLValue.object([("key", .string(key, origin)), ("value", item)])
        return Instance(key: .name(key), scope: HCLScope(["each": each]))
      }, .named
    )
  }

  /// The value that a reference to all instances has.
  func collect(_ instances: [(InstanceKey, HCLValue)], _ shape: Shape, _ span: SourceSpan, _ local: String) -> HCLValue {
    let origin = context.origins.add(.source, span)
    switch shape {
    case .single: return instances.first?.1 ?? .unknown(.dynamic, EvaluationContext.failed, origin)
    case .counted: return .tuple(instances.map(\.1), origin)
    case .named:
      var entries: [HCLMap.Entry] = []
      for (key, value) in instances {
        if case .name(let name) = key { entries.append(HCLMap.Entry(key: name, value: value)) }
      }
      return .object(HCLMap(entries), origin)
    case .unknown(let reason):
      guard let only = instances.first?.1 else { return .unknown(.dynamic, reason, origin) }
      return .unknown(.dynamic, reason, origin, notNull: true, knowledge: .host(TerraformInstances(address: address(local)), HCLTrace(index: { _ in only })))
    }
  }

  // MARK: Modules

  func expandModule(_ declaration: Declaration) {
    if calls[declaration.name] != nil { return }
    _ = try? memo(\.modules, declaration.name, "the module '\(declaration.name)'", declaration.header) {
      calls[declaration.name] = ModuleCaller(self).call(declaration)
      return .null
    }
  }

  /// `module.NAME` with the steps behind it: the value, and how many of them it used up. Only the output that is asked for is evaluated, since
  /// others may depend on what asks.
  func module(_ name: String, _ steps: ArraySlice<HCLStep>, at span: SourceSpan) throws(HCLError) -> (HCLValue, Int) {
    guard let place = configuration.moduleIndex[name] else {
      throw undeclared("module call", name, configuration.moduleIndex.keys, span)
    }
    let declaration = configuration.modules[place]
    _ = try memo(\.modules, name, "the module '\(name)'", span) {
      calls[name] = ModuleCaller(self).call(declaration)
      return .null
    }
    guard let call = calls[name] else { return (.unknown(.dynamic, EvaluationContext.failed), 0) }
    if call.external == nil, let first = steps.first {
      if let output = first.name, case .single = call.shape, let only = call.instances.first {
        return (try only.module.output(output, at: first.span), 1)
      }
      if case .index(let key) = first.kind, let output = steps.dropFirst().first, let outputName = output.name,
        let instance = call.instance(key)
      {
        return (try instance.output(outputName, at: output.span), 2)
      }
    }
    call.isReferred = true
    if let external = call.external { return (collect(external, call.shape, declaration.header, "module." + name), 0) }
    var values: [(InstanceKey, HCLValue)] = []
    for instance in call.instances {
      var entries: [HCLMap.Entry] = []
      for output in instance.module.configuration.outputs {
        entries.append(HCLMap.Entry(key: Text(output.name), value: try instance.module.output(output.name, at: span)))
      }
      values.append((instance.key, .object(HCLMap(entries), context.origins.add(.source, declaration.header))))
    }
    return (collect(values, call.shape, declaration.header, "module." + name), 0)
  }

}

/// Refinement of all instances of something whose `count` or `for_each` is not known.
package final class TerraformInstances: HostObject, @unchecked Sendable {
  /// Without a key.
  package let address: String

  init(address: String) { self.address = address }

  package override var typeName: String { "instances" }
}
