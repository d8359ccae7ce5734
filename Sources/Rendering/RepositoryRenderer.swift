import ArgoCD
import Discovery
import FileTree
import Kubernetes
import SourceText
import Terraform
import Values

/// What a run is told from outside.
package struct RenderOptions: Sendable {
  package var applications: ApplicationOptions
  /// `repositories` of the configuration: URLs that mean this tree.
  package var repositories: [String]
  /// Variables of the environment, for what CI systems tell.
  package var environment: [String: String]
  package var limits: Limits
  /// Whether sources that no Application deploys are rendered by convention.
  package var rendersConventions: Bool
  /// Plans that stand for Terraform roots, as `terraform show -json` prints them.
  package var plans: [TerraformPlanFile] = []
  /// Whether a request's `buildOptions` are all that kustomize is given: charts are inflated only where they say so then.
  package var knowsBuildOptions = false
  /// What the rendered units ask of Terraform, for a run that judges only those; nil from it: everything may matter.
  package var focus: (@Sendable (_ units: [RenderedUnit]) -> TerraformFocus?)?
  /// Threads; 0: one a processor.
  package var workers: Int

  package init(
    applications: ApplicationOptions = ApplicationOptions(), repositories: [String] = [], environment: [String: String] = [:],
    limits: Limits = Limits(), rendersConventions: Bool = true, workers: Int = 0
  ) {
    self.applications = applications
    self.repositories = repositories
    self.environment = environment
    self.limits = limits
    self.rendersConventions = rendersConventions
    self.workers = workers
  }
}

/// A plan and the root that it was made of.
package struct TerraformPlanFile: Sendable {
  /// Directory of the root in the tree.
  package var directory: String
  /// Path of the plan as people know it.
  package var path: String
  package var bytes: [UInt8]

  package init(directory: String, path: String, bytes: [UInt8]) {
    self.directory = directory
    self.path = path
    self.bytes = bytes
  }
}

/// Renders everything that a repository deploys.
package enum RepositoryRenderer {
  /// Scans the tree, expands Applications in rounds (an app may make apps), renders each request once and in parallel, evaluates Terraform
  /// roots, then renders what their releases of Helm, those of Flux and, by convention, nobody deploys. The same tree gives the same result, whatever the scheduling.
  package static func render(
    tree: any FileTree, provenance: Provenance = Provenance(), options: RenderOptions = RenderOptions()
  ) -> RenderedRepository {
    let workspace = Workspace(tree: tree, provenance: provenance, limits: options.limits)
    return render(workspace, options: options)
  }

  package static func render(_ workspace: Workspace, options: RenderOptions = RenderOptions()) -> RenderedRepository {
    let scan = RepositoryScan(workspace, environments: options.applications.environments)
    var run = RenderRun(workspace: workspace, scan: scan, options: options)
    run.renderAll()
    return run.result
  }

  /// Renders given requests only: what a plugin sees of the world. The tree is searched for Terraform, and its roots are evaluated, only where
  /// a rendered object may depend on them.
  package static func render(
    _ requests: [RenderRequest], in workspace: Workspace, options: RenderOptions = RenderOptions(), evaluatesTerraform: Bool = true
  ) -> RenderedRepository {
    var run = RenderRun(workspace: workspace, scan: RepositoryScan(), options: options)
    run.renderOnly(requests, evaluatesTerraform: evaluatesTerraform)
    return run.result
  }

  /// Evaluates the Terraform of a tree anew for units that were changed after they were rendered.
  package static func evaluateTerraform(for repository: inout RenderedRepository, in workspace: Workspace, options: RenderOptions) {
    var run = RenderRun(workspace: workspace, scan: repository.scan, options: options)
    run.evaluateTerraform(for: repository.units)
    repository.terraform = run.result.terraform
  }
}

/// One run: which Applications and requests were seen, and what came of them.
struct RenderRun {
  let workspace: Workspace
  private(set) var scan: RepositoryScan
  let options: RenderOptions
  let renderer: UnitRenderer
  private(set) var repository: OwnRepository
  private var units: [RenderedUnit] = []
  private var applications: [ExpandedApplication] = []
  private var seenRequests: Set<String> = []
  private var seenApplications: Set<String> = []
  private let sink = DiagnosticSink(limit: 10_000)
  /// What is said of Applications that convention made: others may give their chart other values.
  private let conventionalSink = DiagnosticSink(limit: 10_000)
  private var clusterSecrets: [Value] = []
  private var hasGuessed = false
  private var terraform: [TerraformResult] = []
  /// Requests of one run; a repository that asks for more is reported.
  private static let requestLimit = 5000

  init(workspace: Workspace, scan: RepositoryScan, options: RenderOptions) {
    self.workspace = workspace
    self.scan = scan
    self.options = options
    renderer = UnitRenderer(
      workspace: workspace, environments: options.applications.environments, knowsBuildOptions: options.knowsBuildOptions)
    repository = OwnRepository()
  }

  private var workers: Int { options.workers > 0 ? options.workers : Parallel.processors }

  var result: RenderedRepository {
    RenderedRepository(
      units: units, terraform: terraform, diagnostics: sink.diagnostics, conventionalDiagnostics: scan.diagnostics + conventionalSink.diagnostics, scan: scan,
      applications: applications, repository: repository)
  }

  mutating func renderAll() {
    let objects = scan.manifests.flatMap(\.objects)
    clusterSecrets = objects.filter {
      $0["kind"]?.string == "Secret" && $0.at("metadata", "labels", "argocd.argoproj.io/secret-type")?.string == "cluster"
    }
    let found = objects.filter(Self.isArgo)
    identify()
    rounds(from: found.map { Found(value: $0, inherited: []) })
    evaluateTerraform()
    let manifests = TerraformManifest(provenance: workspace.provenance, limits: options.limits)
    let declared = terraform.flatMap(\.resources).filter { $0.mode == .managed }.compactMap { manifests.object($0) ?? nil }
    rounds(from: declared.filter(Self.isArgo).map { Found(value: $0, inherited: []) })
    let environments = options.applications.environments
    rounds(rendering: TerraformReleases(workspace: workspace, environments: environments, terraform: terraform).requests().map { Work(request: $0) })
    if options.rendersConventions {
      let conventions = Conventions(scan: scan, workspace: workspace, environments: environments)
      // First what may make Applications or HelmReleases, so that what those deploy is not rendered by convention as well.
      rounds(rendering: conventions.kustomizations(covered: units, onlyApplications: true) + conventions.charts(covered: units, onlyApplications: true))
      rounds(rendering: conventions.kustomizations(covered: units))
      for _ in 0..<max(1, options.limits.callDepth) {
        let parts = conventions.parts(of: units)
        guard !parts.isEmpty else { break }
        rounds(rendering: parts)
      }
      rounds(rendering: conventions.manifests(covered: units))
      renderFlux()
      rounds(rendering: conventions.charts(covered: units))
    } else {
      renderFlux()
    }
    checkUnusedValues()
  }

  private mutating func renderFlux() {
    let releases = FluxReleases(workspace: workspace, environments: options.applications.environments, units: units)
    rounds(rendering: releases.requests().map { Work(request: $0) })
  }

  /// Values files of charts that no request has read: what is broken in them is broken for whoever uses them.
  private mutating func checkUnusedValues() {
    let used = Set(units.flatMap(\.inputs))
    for chart in scan.charts {
      for path in workspace.index.files(below: chart.directory) where path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
        let name = TreePath.name(of: path).lowercased()
        let isValues = chart.valuesFiles.contains { $0.path == path } || name.hasPrefix("values") || name.hasSuffix("values.yaml")
        let inside = String(decoding: path.utf8.dropFirst(chart.directory.isEmpty ? 0 : chart.directory.utf8.count + 1), as: UTF8.self)
        guard isValues, !used.contains(path), !inside.hasPrefix("templates/"), !inside.hasPrefix("charts/"), inside != "values.yaml" else { continue }
        do throws(FileError) {
          for diagnostic in try workspace.parse(path).diagnostics { sink.report(diagnostic) }
        } catch {
          sink.error("discovery/unreadable", error.message, at: nil)
        }
      }
    }
  }

  mutating func renderOnly(_ requests: [RenderRequest], evaluatesTerraform: Bool) {
    _ = render(requests.map { Work(request: $0) })
    guard evaluatesTerraform, units.contains(where: { TerraformNeed.concerns($0.objects) }) else { return }
    scan = RepositoryScan(terraformOf: workspace)
    evaluateTerraform(for: units)
  }

  /// Only what given units ask for, where they say that and the roots declare all of it.
  mutating func evaluateTerraform(for units: [RenderedUnit]) {
    let roots = TerraformRoots(workspace: workspace, scan: scan, options: options)
    terraform = options.focus?(units).flatMap { roots.evaluate(for: units, $0, workers: workers) } ?? roots.evaluate(workers: workers)
  }

  private mutating func evaluateTerraform() {
    terraform = TerraformRoots(workspace: workspace, scan: scan, options: options).evaluate(workers: workers)
  }

  private static func isArgo(_ object: Value) -> Bool {
    guard object["apiVersion"]?.string?.hasPrefix("argoproj.io/") ?? false else { return false }
    return object["kind"]?.string == "Application" || object["kind"]?.string == "ApplicationSet"
  }

  private mutating func identify() {
    for url in options.repositories { repository.add(url, .configuration) }
    repository.readGit(workspace.tree)
    repository.readEnvironment(options.environment)
  }

  /// Looks at the Applications found so far, until one answer is found.
  private mutating func guess(from objects: [Value]) {
    guard !hasGuessed, !objects.isEmpty else { return }
    let guess = RepositoryGuess(files: workspace, objects: objects)
    guard let url = guess.guess(known: repository) else { return }
    hasGuessed = true
    repository.add(url, .guess)
  }

  // MARK: rounds

  private mutating func rounds(from objects: [Found]) {
    var pending = objects
    for _ in 0..<max(1, options.limits.callDepth) {
      let requests = requests(for: pending)
      guard !requests.isEmpty else { return }
      pending = render(requests.map { Work(request: $0) })
    }
    sink.error("argocd/too-deep", "apps of apps are nested more than \(options.limits.callDepth) levels deep", at: nil)
  }

  private mutating func rounds(rendering work: [Work]) { rounds(from: render(work)) }

  /// The requests of Applications and sets that were not seen before.
  private mutating func requests(for objects: [Found]) -> [RenderRequest] {
    guess(from: objects.map(\.value))
    var result: [RenderRequest] = []
    for found in objects {
      let sink = found.isConventional ? conventionalSink : sink
      let expander = ApplicationSetExpander(files: workspace, repository: repository, clusterSecrets: clusterSecrets, sink: sink)
      let reader = ApplicationReader(files: workspace, repository: repository, options: options.applications, sink: sink)
      let object = found.value
      let made: [ExpandedApplication]
      if object["kind"]?.string == "ApplicationSet" {
        guard isNew(object) else { continue }
        made = expander.expand(object)
      } else {
        made = [ExpandedApplication(value: object)]
      }
      for application in made {
        guard isNew(application.value) else { continue }
        applications.append(application)
        for var request in reader.requests(application) where seenRequests.insert(Self.key(request)).inserted {
          if !request.evidence.contains(where: { $0.strength == .strong }) { request.evidence = found.inherited + request.evidence }
          request.isConventional = request.isConventional || found.isConventional
          guard seenRequests.count <= Self.requestLimit else {
            sink.error("argocd/too-many-requests", "the repository asks for more than \(Self.requestLimit) deployments", at: nil)
            return result
          }
          result.append(request)
        }
      }
    }
    return result
  }

  /// Whether an Application or set was not seen before: by identity and content, since the same file may be found by the scan and
  /// rendered by a root Application.
  private mutating func isNew(_ object: Value) -> Bool {
    var writer = JSONWriter(sortsKeys: true)
    writer.custom = { _ in "?" }
    let metadata = object["metadata"]
    let parts = [object["kind"], metadata?["name"], metadata?["namespace"], object["spec"]].map { $0.map { writer.string($0) } ?? "" }
    return seenApplications.insert(parts.joined(separator: "\n")).inserted
  }

  /// Identity of a deployment: where from, at which revision, under which name, where to.
  private static func key(_ request: RenderRequest) -> String {
    var parts = [request.name, request.cluster, request.namespace.string ?? "?", request.revision]
    switch request.location {
    case .tree(let path): parts.append("tree:" + path)
    case .external(let repository, let chart, let path, let revision, _): parts += [repository, chart ?? "", path ?? "", revision]
    }
    return parts.joined(separator: "\n")
  }

  /// Renders in parallel; returns the Applications and sets among the rendered objects.
  private mutating func render(_ work: [Work]) -> [Found] {
    guard !work.isEmpty else { return [] }
    let renderer = renderer
    let rendered = Parallel.map(work.count, workers: workers) { renderer.render(work[$0]) }
    units += rendered
    return rendered.flatMap { unit in
      // What an app of an environment makes belongs to it, unless it says otherwise itself.
      let inherited = unit.request.evidence.filter { $0.strength == .strong }.prefix(1).map { evidence in
        var evidence = evidence
        evidence.how += " of '\(unit.request.name)', which makes it"
        return evidence
      }
      // Convention guesses the values of a chart, not what a kustomization or a directory holds.
      let isGuess = unit.request.isConventional && (unit.request.tool == .helm || unit.request.application != nil)
      return unit.objects.map(\.root).filter(Self.isArgo).map {
        Found(value: $0, inherited: inherited, isConventional: isGuess)
      }
    }
  }
}

/// An Application or ApplicationSet that was found, and the environment of what it was found in.
private struct Found {
  var value: Value
  var inherited: [EnvironmentEvidence]
  /// It was rendered of a chart by convention only: whoever deploys the chart may give it other values.
  var isConventional = false
}
