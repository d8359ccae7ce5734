import SourceText
import Values

/// One resource or data source instance after evaluation.
package struct TerraformResource: Sendable {
  package enum Mode: Sendable { case managed, data }
  package var mode: Mode
  /// "aws_iam_role".
  package var type: String
  package var name: String
  /// Addresses of the modules from the root, each with its key: `["module.irsa[\"web\"]"]`; empty in the root.
  package var module: [String]
  /// Key of `count`/`for_each` as terraform prints it (`[0]`, `["a"]`), or "".
  package var key: String
  /// Arguments as a map, blocks as lists of maps; values carry origins whose far end is the line to edit (a module argument, a
  /// `.tfvars` line, a variable's default). What a provider would compute is unknown, unless we know the provider's rule
  /// (`arn` and `json` of what is declared here).
  package var attributes: ValueMap
  /// The block's header.
  package var origin: Origin
  /// Names in `lifecycle { ignore_changes }`: what stands in the file is the first value only; `all` for all.
  package var ignoredChanges: Set<String> = []

  package init(
    mode: Mode, type: String, name: String, module: [String], key: String, attributes: ValueMap, origin: Origin
  ) {
    self.mode = mode
    self.type = type
    self.name = name
    self.module = module
    self.key = key
    self.attributes = attributes
    self.origin = origin
  }

  /// `module.a.aws_iam_role.web[0]`.
  package var address: String {
    (module + [(mode == .data ? "data." : "") + type + "." + name + key]).joined(separator: ".")
  }
}

/// A module call whose source is not in the tree (a registry, git): its arguments are known, what it makes is not.
package struct TerraformExternalModule: Sendable {
  package var module: [String]
  /// As written: "terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts-eks".
  package var source: String
  /// As written (`version = "~> 5.0"`), or "".
  package var version: String
  package var arguments: ValueMap
  package var origin: Origin

  package init(module: [String], source: String, version: String, arguments: ValueMap, origin: Origin) {
    self.module = module
    self.source = source
    self.version = version
    self.arguments = arguments
    self.origin = origin
  }
}

/// One instance of a module of the tree.
package struct TerraformModuleInstance: Sendable {
  /// Addresses of the modules from the root.
  package var module: [String]
  /// Its directory in the tree.
  package var directory: String
  /// The header of the call.
  package var header: SourceSpan
}

/// What one Terraform root evaluates to.
package struct TerraformResult: Sendable {
  /// Directory of the root in the tree.
  package var directory: String
  /// The `.tfvars` file beyond the automatic ones that this evaluation used, or "".
  package var variableFile: String
  package var resources: [TerraformResource]
  package var externalModules: [TerraformExternalModule]
  package var moduleInstances: [TerraformModuleInstance] = []
  package var outputs: ValueMap
  /// Values of the root's variables and locals, for finding the environment.
  package var variables: ValueMap
  package var locals: ValueMap
  package var diagnostics: [Diagnostic]

  package init(
    directory: String, variableFile: String = "", resources: [TerraformResource] = [],
    externalModules: [TerraformExternalModule] = [], outputs: ValueMap = ValueMap(), variables: ValueMap = ValueMap(),
    locals: ValueMap = ValueMap(), diagnostics: [Diagnostic] = []
  ) {
    self.directory = directory
    self.variableFile = variableFile
    self.resources = resources
    self.externalModules = externalModules
    self.outputs = outputs
    self.variables = variables
    self.locals = locals
    self.diagnostics = diagnostics
  }
}
