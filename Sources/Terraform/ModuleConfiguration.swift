import HCL
import SourceText
import Values

/// One block of a module with its overrides merged in.
struct Declaration: Sendable {
  var name: String
  var header: SourceSpan
  var body: HCLBody
}

/// What the files of one directory declare. Nothing is evaluated yet.
final class ModuleConfiguration: Sendable {
  struct Resource: Sendable {
    var isData: Bool
    var type: String
    var declaration: Declaration

    var address: String { (isData ? "data." : "") + type + "." + declaration.name }
  }

  let directory: String
  let variables: [Declaration]
  let locals: [HCLAttribute]
  let outputs: [Declaration]
  let modules: [Declaration]
  let resources: [Resource]
  let providers: [Declaration]
  let checks: [Declaration]
  let variableIndex: [String: Int]
  let localIndex: [String: Int]
  let outputIndex: [String: Int]
  let moduleIndex: [String: Int]
  let resourceIndex: [String: Int]

  init(
    directory: String, variables: [Declaration], locals: [HCLAttribute], outputs: [Declaration], modules: [Declaration],
    resources: [Resource], providers: [Declaration], checks: [Declaration] = []
  ) {
    self.directory = directory
    self.variables = variables
    self.locals = locals
    self.outputs = outputs
    self.modules = modules
    self.resources = resources
    self.providers = providers
    self.checks = checks
    func index(_ names: [String]) -> [String: Int] {
      Dictionary(names.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }
    variableIndex = index(variables.map(\.name))
    localIndex = index(locals.map(\.name))
    outputIndex = index(outputs.map(\.name))
    moduleIndex = index(modules.map(\.name))
    resourceIndex = index(resources.map(\.address))
  }
}

/// Collects the blocks of a directory's files and merges override files (hashicorp/terraform, `configs/module.go`,
/// `module_merge.go`).
struct ModuleBuilder {
  private let sink: DiagnosticSink
  private var variables: [Declaration] = []
  private var locals: [HCLAttribute] = []
  private var outputs: [Declaration] = []
  private var modules: [Declaration] = []
  private var resources: [ModuleConfiguration.Resource] = []
  private var providers: [Declaration] = []
  private var checks: [Declaration] = []
  /// Where each thing stands in its list, by "kind name".
  private var places: [String: Int] = [:]

  init(sink: DiagnosticSink) { self.sink = sink }

  /// Block types of a file and how many labels each has.
  static let rootBlocks: [String: Int] = [
    "terraform": 0, "provider": 1, "variable": 1, "locals": 0, "output": 1, "module": 1, "resource": 2, "data": 2, "ephemeral": 2,
    "moved": 0, "import": 0, "removed": 0, "check": 1,
  ]

  private static let innerBlocks: [String: [String: Int]] = [
    "variable": ["validation": 0], "output": ["precondition": 0], "module": [:], "locals": [:], "provider": [:],
    "resource": ["lifecycle": 0, "provisioner": 1, "connection": 0, "dynamic": 1], "data": ["lifecycle": 0, "dynamic": 1],
    "ephemeral": ["lifecycle": 0, "dynamic": 1], "check": ["assert": 0, "data": 2],
    "terraform": ["required_providers": 0, "backend": 1, "cloud": 0, "provider_meta": 1],
  ]

  private static let arguments: [String: Set<String>] = [
    "variable": ["description", "type", "default", "sensitive", "nullable", "ephemeral", "deprecated"],
    "output": ["value", "description", "sensitive", "depends_on", "ephemeral", "deprecated"],
    "terraform": ["required_version", "experiments", "language"],
  ]

  /// Names that module calls use themselves.
  private static let reserved: Set<String> = [
    "source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals",
  ]

  mutating func add(_ file: HCLBody, isOverride: Bool) {
    let body = file.reading(blocks: Self.rootBlocks, sink: sink)
    for attribute in body.attributes {
      sink.error("terraform/unsupported-argument", "an argument named '\(attribute.name)' is not expected here", at: attribute.nameSpan)
    }
    for block in body.blocks {
      guard let labels = Self.rootBlocks[block.type] else {
        let near = nearestName(to: block.type, in: Self.rootBlocks.keys.sorted()).map { "; did you mean '\($0)'?" } ?? ""
        sink.error("terraform/unsupported-block", "blocks of type '\(block.type)' are not expected here\(near)", at: block.header)
        continue
      }
      guard block.labels.count == labels else {
        sink.error("terraform/block-labels", "a '\(block.type)' block has \(labels) labels, found \(block.labels.count)", at: block.header)
        continue
      }
      add(block, isOverride)
    }
  }

  private mutating func add(_ block: HCLBlock, _ isOverride: Bool) {
    let body = block.body.reading(blocks: Self.innerBlocks[block.type] ?? [:], sink: sink)
    check(block.type, body)
    let declaration = Declaration(name: block.labels.last ?? "", header: block.header, body: body)
    switch block.type {
    case "variable":
      if Self.reserved.contains(declaration.name) {
        sink.error("terraform/reserved-name", "'\(declaration.name)' means something else in module calls and cannot name a variable", at: block.header)
      }
      place(declaration, "variable", isOverride, \.variables)
    case "output": place(declaration, "output", isOverride, \.outputs)
    case "module": place(declaration, "module", isOverride, \.modules)
    case "provider": providers.append(declaration)
    case "check": checks.append(declaration)
    case "locals":
      for attribute in body.attributes {
        let key = "local " + attribute.name
        let known = places[key]
        if let known, isOverride {
          locals[known] = attribute
        } else if known != nil {
          sink.error("terraform/duplicate", "a local value named '\(attribute.name)' is already declared", at: attribute.nameSpan)
        } else if isOverride {
          missing("local value", attribute.name, attribute.nameSpan)
        } else {
          places[key] = locals.count
          locals.append(attribute)
        }
      }
      for inner in body.blocks {
        sink.error("terraform/unsupported-block", "blocks are not allowed in 'locals'", at: inner.header)
      }
    case "resource", "data":
      let resource = ModuleConfiguration.Resource(
        isData: block.type == "data", type: block.labels.first ?? "", declaration: declaration)
      let key = "resource " + resource.address
      let known = places[key]
      if let known, isOverride {
        resources[known].declaration.body = Self.merge(resources[known].declaration.body, body)
      } else if known != nil {
        sink.error("terraform/duplicate", "'\(resource.address)' is already declared", at: block.header)
      } else if isOverride {
        missing(block.type, resource.address, block.header)
      } else {
        places[key] = resources.count
        resources.append(resource)
      }
    default: break
    }
  }

  private func missing(_ kind: String, _ name: String, _ span: SourceSpan) {
    sink.error("terraform/override", "there is no \(kind) '\(name)' to override; an override file can only change what is declared", at: span)
  }

  private mutating func place(
    _ declaration: Declaration, _ kind: String, _ isOverride: Bool, _ list: WritableKeyPath<ModuleBuilder, [Declaration]>
  ) {
    let key = kind + " " + declaration.name
    let known = places[key]
    if let known, isOverride {
      self[keyPath: list][known].body = Self.merge(self[keyPath: list][known].body, declaration.body)
    } else if known != nil {
      sink.error("terraform/duplicate", "a \(kind) named '\(declaration.name)' is already declared", at: declaration.header)
    } else if isOverride {
      missing(kind, declaration.name, declaration.header)
    } else {
      places[key] = self[keyPath: list].count
      self[keyPath: list].append(declaration)
    }
  }

  private func check(_ type: String, _ body: HCLBody) {
    guard let known = Self.arguments[type] else { return }
    for attribute in body.attributes where !known.contains(attribute.name) {
      let near = nearestName(to: attribute.name, in: known.sorted()).map { "; did you mean '\($0)'?" } ?? ""
      sink.error(
        "terraform/unsupported-argument", "an argument named '\(attribute.name)' is not expected in '\(type)'\(near)", at: attribute.nameSpan)
    }
    for block in body.blocks where Self.innerBlocks[type]?[block.type] == nil {
      sink.error("terraform/unsupported-block", "blocks of type '\(block.type)' are not expected in '\(type)'", at: block.header)
    }
  }

  /// Arguments of the override replace those of the base one by one, blocks all those of their type.
  static func merge(_ base: HCLBody, _ override: HCLBody) -> HCLBody {
    let names = Set(override.attributes.map(\.name))
    let dynamic = { (block: HCLBlock) in block.type == "dynamic" ? block.labels.first ?? "" : block.type }
    let types = Set(override.blocks.map(dynamic)).subtracting(["lifecycle", "connection", "provisioner"])
    return HCLBody(
      attributes: base.attributes.filter { !names.contains($0.name) } + override.attributes,
      blocks: base.blocks.filter { !types.contains(dynamic($0)) } + override.blocks, span: base.span)
  }

  func build(directory: String) -> ModuleConfiguration {
    ModuleConfiguration(
      directory: directory, variables: variables, locals: locals, outputs: outputs, modules: modules, resources: resources,
      providers: providers, checks: checks)
  }
}
