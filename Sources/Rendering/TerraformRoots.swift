import ArgoCD
import Discovery
import FileTree
import Kubernetes
import SourceText
import Terraform
import Values

/// Evaluates the Terraform roots of a repository: directories that no other one calls as a module, once for each set of variable
/// files that stands for an environment.
struct TerraformRoots {
  let workspace: Workspace
  let scan: RepositoryScan
  let options: RenderOptions

  /// One evaluation.
  struct Variant: Sendable {
    var directory: String
    var files: [String]
  }

  private func evaluator(defersData: Bool = false) -> TerraformEvaluator {
    let made = TerraformEvaluator(tree: workspace.tree, provenance: workspace.provenance, limits: options.limits, defersData: defersData)
    workspace.keep(made)
    return made
  }

  private func calledModules(_ evaluator: TerraformEvaluator, workers: Int) -> Set<String> {
    let units = scan.terraform
    evaluator.parse(units.flatMap(\.files), workers: workers)
    return Set(Parallel.map(units.count, workers: workers) { evaluator.calledModules(in: units[$0].directory) }.joined())
  }

  /// Only what a focus asks for; nil where the whole is needed: the units lie among Terraform, which is judged with them or may read their
  /// files, or something of the focus is not declared by its name.
  func evaluate(for units: [RenderedUnit], _ focus: TerraformFocus, workers: Int) -> [TerraformResult]? {
    let directories = scan.terraform.map(\.directory)
    for case .tree(let path) in units.map(\.request.location) where path.isEmpty || directories.contains(where: { TreePath.isInside($0, path) }) { return nil }
    let evaluator = evaluator(defersData: true)
    let work = variants(roots(called: calledModules(evaluator, workers: workers)))
    // Roles made of what lies in the applications' directories may be judged there.
    let readsFiles = scan.terraform.flatMap(\.files).contains { path in
      evaluator.text(of: path).map { ByteSearch.contains($0, "yamldecode") || ByteSearch.contains($0, "fileset") } ?? false
    }
    guard options.plans.isEmpty, !readsFiles else { return nil }
    let found = Parallel.map(work.count, workers: workers) {
      evaluator.evaluate(directory: work[$0].directory, variableFiles: work[$0].files, focus: focus, sink: DiagnosticSink())
    }
    var coverage = TerraformCoverage()
    for part in found { coverage.add(part.coverage) }
    guard coverage.covers(focus), !evaluator.hasBrokenData, units.allSatisfy({ $0.inputs.allSatisfy { !evaluator.hasRead($0) } }) else { return nil }
    return found.map(\.result)
  }

  func evaluate(workers: Int) -> [TerraformResult] {
    let evaluator = evaluator()
    let called = calledModules(evaluator, workers: workers)
    let planned = Set(options.plans.map(\.directory))
    let plans = options.plans.map { (directory: $0.directory, file: workspace.provenance.sources.add(path: $0.path, bytes: $0.bytes)) }
    let work = plans.map { Variant(directory: $0.directory, files: []) } + variants(roots(called: called)).filter { !planned.contains($0.directory) }
    return Parallel.map(work.count, workers: workers) { index in
      if plans.indices.contains(index) { return evaluator.evaluate(directory: plans[index].directory, plan: plans[index].file, sink: DiagnosticSink()) }
      return evaluator.evaluate(directory: work[index].directory, variableFiles: work[index].files, sink: DiagnosticSink())
    }
  }

  /// Directories that nothing calls. A module that nothing calls is no root where there is something better.
  func roots(called: Set<String>) -> [TerraformUnit] {
    let uncalled = scan.terraform.filter { !called.contains($0.directory) }
    let real = uncalled.filter { unit in !unit.directory.split(separator: "/").dropLast().contains("modules") }
    return real.isEmpty ? uncalled : real
  }

  /// Files of one environment are used together, behind those that name none; without environments each file is a variant, for nobody
  /// says which belong together.
  func variants(_ units: [TerraformUnit]) -> [Variant] {
    units.flatMap { unit -> [Variant] in
      let files = unit.variableFiles.filter { !TreePath.name(of: $0).contains("backend") }
      var common: [String] = []
      var order: [String] = []
      var groups: [String: [String]] = [:]
      for file in files {
        let inside = unit.directory.isEmpty ? file : String(decoding: file.utf8.dropFirst(unit.directory.utf8.count + 1), as: UTF8.self)
        let names = options.applications.environments
        guard !names.matches(inName: inside).isEmpty else {
          common.append(file)
          continue
        }
        // Files of one environment's directory belong together; `dev-eu` and `dev-us` beside each other are two deployments.
        let directory = TreePath.directory(of: inside)
        let key = names.matches(inName: directory).isEmpty ? inside : directory
        if groups[key] == nil { order.append(key) }
        groups[key, default: []].append(file)
      }
      if order.isEmpty { return common.isEmpty ? [Variant(directory: unit.directory, files: [])] : common.map { Variant(directory: unit.directory, files: [$0]) } }
      return order.map { Variant(directory: unit.directory, files: common + (groups[$0] ?? [])) }
    }
  }
}
