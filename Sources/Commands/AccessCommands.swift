import AccessModel
import FileTree
import Linting
import Rendering
import SourceText
import Terraform
import Values

/// `secretslint who-can SECRET [PATH]`.
enum WhoCanCommand {
  static let options = [
    OptionSpec("format", value: "text|json", "output format (default text)"), PlanArgument.option,
    OptionSpec("config", value: "FILE", "configuration, instead of the nearest .secretslint.yaml"),
    OptionSpec("no-config", "use no configuration"),
  ]

  static func run(_ words: [String], output: Output) throws(UsageError) -> Int32 {
    let arguments = try Arguments(words, options)
    guard let secret = arguments.positional.first else { throw UsageError("who-can needs the name or ARN of a secret") }
    let model = try ModelArgument.model(Array(arguments.positional.dropFirst()), arguments)
    let queries = ModelQueries(graph: model.graph, provenance: model.provenance)
    switch arguments["format"] ?? "text" {
    case "json": output.write(queries.whoCanJSON(secret))
    case "text": output.write(queries.whoCanText(secret))
    default: throw UsageError("--format knows text and json")
    }
    return ExitCode.clean
  }
}

/// `secretslint can ROLE SECRET [PATH]`: exit status 0 if it can, 1 if not, 3 if that is not known.
enum CanCommand {
  static let options = WhoCanCommand.options

  static func run(_ words: [String], output: Output) throws(UsageError) -> Int32 {
    let arguments = try Arguments(words, options)
    guard arguments.positional.count >= 2 else { throw UsageError("can needs a role (name, ARN or address) and the name or ARN of a secret") }
    let (role, secret) = (arguments.positional[0], arguments.positional[1])
    let model = try ModelArgument.model(Array(arguments.positional.dropFirst(2)), arguments)
    let queries = ModelQueries(graph: model.graph, provenance: model.provenance)
    let roles = queries.roles(named: role)
    if roles.isEmpty {
      let near = nearestName(to: role, in: queries.roleNames).map { ", did you mean '\($0)'?" } ?? ""
      throw UsageError("the repository defines no role '\(role)'\(near)")
    }
    let answers = roles.map { queries.answer($0, secret) }
    switch arguments["format"] ?? "text" {
    case "json": output.write(queries.canJSON(answers, secret))
    case "text": output.write(queries.canText(answers, secret))
    default: throw UsageError("--format knows text and json")
    }
    if answers.contains(where: { $0.isAllowed == true }) { return ExitCode.clean }
    return answers.contains { $0.isAllowed == nil } ? ExitCode.incomplete : ExitCode.findings
  }
}

/// The one directory that a command about the model is given.
enum ModelArgument {
  static func model(_ paths: [String], _ arguments: Arguments) throws(UsageError) -> LintModel {
    guard paths.count < 2 else { throw UsageError("one directory at most, not \(paths.count)") }
    let path = paths.first ?? "."
    guard let tree = DiskFileTree(root: path) else { throw UsageError("no directory '\(path)'") }
    var options = LintOptions()
    options.rendering.environment = Clock.environment()
    options.rendering.plans = try PlanArgument.plans(arguments, tree)
    let prefix = path == "." ? "" : path.hasSuffix("/") ? path : path + "/"
    let setup = try SetupLine.load(path, prefix: prefix, arguments: arguments, options: options, provenance: Provenance())
    return Linter.model(tree, options: setup.options)
  }
}

/// `--terraform-plan [DIR=]FILE`.
enum PlanArgument {
  static let option = OptionSpec("terraform-plan", value: "[DIR=]FILE", "output of `terraform show -json` for the root DIR (default: the plan's directory)")

  static func plans(_ arguments: Arguments, _ tree: DiskFileTree) throws(UsageError) -> [TerraformPlanFile] {
    var result: [TerraformPlanFile] = []
    for word in arguments.all("terraform-plan") { result.append(try plan(word, tree)) }
    return result
  }

  private static func plan(_ word: String, _ tree: DiskFileTree) throws(UsageError) -> TerraformPlanFile {
    let evaluator = TerraformEvaluator(tree: tree, provenance: Provenance())
    var path = word
    var directory: String?
    if let equals = word.firstIndex(of: "="), DiskFileTree.realPath(word) == nil {
      path = String(word[word.index(after: equals)...])
      guard let inside = TreePath.normalize(String(word[..<equals])) else { throw UsageError("--terraform-plan: '\(word[..<equals])' lies outside of the linted directory") }
      directory = inside
    }
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try DiskFileTree.read(absolute: path, shown: path)
    } catch {
      throw UsageError(error.message)
    }
    if directory == nil, let full = DiskFileTree.realPath(path), TreePath.isInside(full, tree.root) {
      directory = TreePath.directory(of: String(full.dropFirst(tree.root == "/" ? 1 : tree.root.utf8.count + 1)))
    }
    guard let directory, evaluator.isModule(directory) else {
      throw UsageError("--terraform-plan: no Terraform root in '\(directory ?? TreePath.directory(of: path))'; name it: --terraform-plan DIR=\(TreePath.name(of: path))")
    }
    return TerraformPlanFile(directory: directory, path: path, bytes: bytes)
  }
}
