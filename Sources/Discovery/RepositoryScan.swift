import ArgoCD
import FileTree
import Kubernetes
import SourceText
import Values
import YAMLSyntax

/// What a repository holds. Lists are in the byte order of paths.
package struct RepositoryScan: Sendable {
  package var charts: [ChartUnit] = []
  package var kustomizations: [KustomizationUnit] = []
  package var terraform: [TerraformUnit] = []
  package var manifests: [ManifestUnit] = []
  package var diagnostics: [Diagnostic] = []

  /// Scans a workspace; files are read and parsed in parallel.
  package init(_ workspace: Workspace, environments: EnvironmentNames = .standard) {
    let scanner = RepositoryScanner(workspace: workspace, environments: environments)
    self = scanner.scan()
  }

  /// Only the Terraform directories, for which no file has to be read.
  package init(terraformOf workspace: Workspace) {
    terraform = RepositoryScanner(terraformOf: workspace).terraform()
  }

  /// Of an empty tree.
  package init() {}
}

/// Sorts the files of a workspace.
struct RepositoryScanner: Sendable {
  let workspace: Workspace
  let environments: EnvironmentNames
  private let chartDirectories: Set<String>

  init(workspace: Workspace, environments: EnvironmentNames) {
    self.workspace = workspace
    self.environments = environments
    chartDirectories = Set(workspace.files.filter { TreePath.name(of: $0) == "Chart.yaml" }.map(TreePath.directory(of:)))
  }

  /// For `terraform()` alone, which asks for no charts.
  init(terraformOf workspace: Workspace) {
    self.workspace = workspace
    environments = .standard
    chartDirectories = []
  }

  /// Larger files are not read: Argo CD refuses manifests of more than 10 MiB together.
  private static let manifestBytes = 10 << 20

  /// What one file turned out to be.
  private struct Found: Sendable {
    var manifest: ManifestUnit?
    var diagnostics: [Diagnostic] = []
    /// It holds `${`, as what Terraform, Flux or a shell fills in.
    var isInterpolated = false
  }

  func scan() -> RepositoryScan {
    var result = RepositoryScan()
    result.diagnostics = workspace.index.diagnostics
    result.charts = charts(&result.diagnostics)
    result.kustomizations = kustomizations(&result.diagnostics)
    result.terraform = terraform()
    var owned = Set(result.kustomizations.flatMap(\.files))
    for unit in result.kustomizations { owned.insert(unit.file) }
    let candidates = workspace.files.filter { isCandidate($0) && !owned.contains($0) }
    var found = Parallel.map(candidates.count) { classify(candidates[$0]) }
    if found.contains(where: \.isInterpolated) {
      let templates = TemplateReferences(workspace, result.terraform)
      for place in found.indices where found[place].isInterpolated && templates.contains(candidates[place]) { found[place] = Found() }
    }
    for item in found {
      if let manifest = item.manifest { result.manifests.append(manifest) }
      result.diagnostics += item.diagnostics
    }
    markApplications(&result)
    return result
  }

  // MARK: manifests

  private static func isYAML(_ path: String) -> Bool { path.hasSuffix(".yaml") || path.hasSuffix(".yml") }

  /// Whether a file may be a plain manifest: not a part of a chart, no file of ours.
  private func isCandidate(_ path: String) -> Bool {
    guard Self.isYAML(path) || path.hasSuffix(".json") else { return false }
    let name = TreePath.name(of: path)
    if name == "Chart.yaml" || name == "Chart.lock" || name.hasPrefix(".argocd-source") || name == "package.json" || name == "package-lock.json" { return false }
    if path.hasPrefix(".secretslint/") || path.hasPrefix(".github/") { return false }
    var below = path
    while true {
      let directory = TreePath.directory(of: below)
      if chartDirectories.contains(directory) {
        let inside = directory.isEmpty ? path : String(decoding: path.utf8.dropFirst(directory.utf8.count + 1), as: UTF8.self)
        let first = inside.split(separator: "/").first ?? ""
        if inside.contains("/"), first == "templates" || first == "charts" || first == "crds" { return false }
      }
      if directory.isEmpty { return true }
      below = directory
    }
  }

  private func classify(_ path: String) -> Found {
    let bytes: [UInt8]
    do {
      bytes = try workspace.tree.read(path)
    } catch {
      return Found(diagnostics: [Diagnostic(.warning, code: "discovery/unreadable", error.message)])
    }
    guard ByteSearch.contains(bytes, "apiVersion"), ByteSearch.contains(bytes, "kind") else { return Found() }
    guard bytes.count <= Self.manifestBytes else {
      let file = workspace.provenance.sources.add(path: path, bytes: [])
      return Found(diagnostics: [
        Diagnostic(
          .warning, code: "discovery/too-large", "'\(path)' is larger than \(Self.manifestBytes) bytes and is not read",
          at: SourceSpan(source: file.id, start: 0, end: 0))
      ])
    }
    if bytes.prefix(8192).contains(0) { return Found() }
    guard let parsed = workspace.parse(path, bytes: bytes) else { return Found() }
    let objects = parsed.documents.map(\.root).flatMap(Self.opened).filter(Self.isManifest)
    let hasBraces = ByteSearch.contains(bytes, "{{") || ByteSearch.contains(bytes, "{%")
    let isInterpolated = ByteSearch.contains(bytes, "${")
    let hasTokens = ByteSearch.contains(bytes, "<") && objects.contains(where: Self.isNamedByToken)
    let errors = parsed.diagnostics.filter { $0.severity == .error }
    if hasTokens || errors.contains(where: { Self.isOfPlaceholder($0, bytes) }) || hasBraces && (!errors.isEmpty || Self.isTemplate(bytes, objects)) {
      guard !objects.isEmpty || Self.looksLikeManifest(bytes) else { return Found() }
      return Found(diagnostics: [
        Diagnostic(
          .info, code: "discovery/template-outside-chart", "'\(path)' is a template that belongs to no chart: it is not rendered",
          at: SourceSpan(source: parsed.source.id, start: 0, end: 0))
      ])
    }
    if objects.isEmpty {
      return Found(diagnostics: Self.looksLikeManifest(bytes) ? errors : [], isInterpolated: isInterpolated)
    }
    return Found(manifest: ManifestUnit(path: path, objects: objects), diagnostics: parsed.diagnostics, isInterpolated: isInterpolated)
  }

  /// `name: <CLUSTER_NAME>-web`, which no API takes before a script has replaced it.
  private static func isNamedByToken(_ object: Value) -> Bool {
    ["name", "namespace"].contains { key in
      guard let name = object.at("metadata", key)?.string, let start = name.firstIndex(of: "<"), let end = name[start...].firstIndex(of: ">") else { return false }
      let token = name[name.index(after: start)..<end]
      return !token.isEmpty && token.utf8.allSatisfy { byte in
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "_")
      }
    }
  }

  /// Whether the line that is no YAML holds `{TENANT_ID}`, as scripts replace it.
  private static func isOfPlaceholder(_ error: Diagnostic, _ bytes: [UInt8]) -> Bool {
    guard let span = error.span, Int(span.start) <= bytes.count else { return false }
    let newline = UInt8(ascii: "\n")
    let first = bytes[..<Int(span.start)].lastIndex(of: newline).map { $0 + 1 } ?? 0
    let line = bytes[first...].prefix { $0 != newline }
    var start: Int?
    for (place, byte) in zip(line.indices, line) {
      switch byte {
      case UInt8(ascii: "{"): start = place
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): break
      case UInt8(ascii: "}"):
        if let start, place - start > 2 { return true }
        start = nil
      default: start = nil
      }
    }
    return false
  }

  /// The members of a `List`.
  private static func opened(_ root: Value) -> [Value] {
    guard let kind = root["kind"]?.string, kind.hasSuffix("List"), let items = root["items"]?.list else { return [root] }
    return items
  }

  /// Groups whose objects configure tools and never reach a cluster's API.
  private static let toolGroups = [
    "kustomize.config.k8s.io/", "kind.x-k8s.io/", "skaffold/", "k3d.io/", "audit.k8s.io/", "kubeadm.k8s.io/",
    "kubelet.config.k8s.io/", "apiserver.config.k8s.io/", "client.authentication.k8s.io/", "backstage.io/", "helm.toolkit/", "minikube/", "ctlptl.dev/", "kpt.dev/",
  ]

  static func isManifest(_ root: Value) -> Bool {
    guard let version = root["apiVersion"]?.string, let kind = root["kind"]?.string, !kind.isEmpty else { return false }
    if toolGroups.contains(where: version.hasPrefix) { return false }
    // A cluster's roles and ServiceAccounts stand in eksctl's configuration; its other kinds say nothing of them.
    if version.hasPrefix("eksctl.io/") { return kind == "ClusterConfig" }
    return !(version == "v1" && (kind == "Config" || kind == "Kustomization"))
  }

  /// Whether text with `{{` is a template for some program, not an object whose strings hold braces (an ApplicationSet, an alert).
  private static func isTemplate(_ bytes: [UInt8], _ objects: [Value]) -> Bool {
    if objects.contains(where: { ($0["apiVersion"]?.string ?? "").hasPrefix("argoproj.io/") }) { return false }
    for mark in [".Values", ".Release.", ".Chart.", "{{- ", "{{ include", "{{ template", "{%"] as [StaticString] where ByteSearch.contains(bytes, mark) {
      return true
    }
    return objects.contains { object in
      ["name", "namespace"].contains { object.at("metadata", $0)?.string?.contains("{{") ?? false }
    }
  }

  /// `apiVersion:` and `kind:` at the start of lines.
  private static func looksLikeManifest(_ bytes: [UInt8]) -> Bool {
    var version = false
    var kind = false
    var start = true
    for (index, byte) in bytes.enumerated() {
      if start {
        if bytes.starts(with: "apiVersion:", at: index) { version = true }
        if bytes.starts(with: "kind:", at: index) { kind = true }
        if version, kind { return true }
      }
      start = byte == UInt8(ascii: "\n")
    }
    return false
  }

  /// A chart's or kustomization's own objects are not known before rendering; whether it makes Applications shows in its text.
  private func markApplications(_ result: inout RepositoryScan) {
    func mentions(_ path: String) -> Bool {
      guard let bytes = try? workspace.tree.read(path) else { return false }
      return ByteSearch.contains(bytes, "argoproj.io/") && ByteSearch.contains(bytes, "kind: Application")
    }
    for index in result.charts.indices {
      let templates = TreePath.join(result.charts[index].directory, "templates")
      result.charts[index].makesApplications = workspace.index.files(below: templates).contains(where: mentions)
    }
    for index in result.kustomizations.indices {
      result.kustomizations[index].makesApplications = result.kustomizations[index].files.contains(where: mentions)
    }
  }
}
