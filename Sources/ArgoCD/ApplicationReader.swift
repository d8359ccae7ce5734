import FileTree
import Kubernetes
import SourceText
import Values
import YAMLSyntax

/// What is the same for all Applications of a run.
package struct ApplicationOptions: Sendable {
  /// Version of the clusters, as `1.31.4`; nil: the renderers' default.
  package var kubeVersion: String?
  package var apiVersions: [String]
  /// `kustomize.buildOptions` of argocd-cm.
  package var kustomizeBuildOptions: String
  package var environments: EnvironmentNames
  /// Names under which our own plugin is installed; their parameters mean what the native fields mean.
  package var pluginNames: Set<String>
  /// Whether `.argocd-source*.yaml` are merged in. Argo CD has done that before it calls a plugin.
  package var readsOverrides = true

  package init(
    kubeVersion: String? = nil, apiVersions: [String] = [], kustomizeBuildOptions: String = "",
    environments: EnvironmentNames = .standard, pluginNames: Set<String> = ["secretslint"]
  ) {
    self.kubeVersion = kubeVersion
    self.apiVersions = apiVersions
    self.kustomizeBuildOptions = kustomizeBuildOptions
    self.environments = environments
    self.pluginNames = pluginNames
  }

  /// `secretslint`, or `secretslint-<version>`, under which a plugin with a version is known.
  func isOwnPlugin(_ name: String) -> Bool {
    pluginNames.contains(name) || pluginNames.contains { name.hasPrefix($0 + "-") }
  }
}

/// Applications → render requests (argocd.md §8).
package struct ApplicationReader {
  let files: any RepositoryFiles
  let repository: OwnRepository
  let options: ApplicationOptions
  let sink: DiagnosticSink

  package init(
    files: any RepositoryFiles, repository: OwnRepository, options: ApplicationOptions = ApplicationOptions(), sink: DiagnosticSink
  ) {
    self.files = files
    self.repository = repository
    self.options = options
    self.sink = sink
  }

  /// One source of an Application while it is read.
  struct Source {
    var application: ExpandedApplication
    var name: String
    var section: Value
    /// Directory of the tree; nil for external sources.
    var directory: String?
    /// How it is known that the source is in this checkout.
    var evidence: OwnRepository.Evidence?
    var isOtherRevision: Bool
    var refs: [String: Ref]
    var isMultiple: Bool
    var variables: BuildVariables

    /// What is missing is an error only where it is certain that this checkout is what Argo CD renders.
    var severity: Severity { evidence == .guess || isOtherRevision ? .warning : .error }
  }

  /// A source with a `ref`, which values files of its siblings name.
  struct Ref {
    var url: String
    var revision: String
    var evidence: OwnRepository.Evidence?
    var isOtherRevision: Bool
    /// The source is a chart: it may bear a ref, but no values file of it can be used.
    var isChart: Bool
  }

  func place(_ value: Value?) -> SourceSpan? { files.place(value) }

  /// The deployments that an Application asks for: one for each source that renders something.
  package func requests(_ application: ExpandedApplication) -> [RenderRequest] {
    let value = application.value
    guard let spec = value["spec"], spec.map != nil else {
      if !(value["spec"]?.isUnknown ?? false) { sink.error("argocd/spec", "Application without 'spec'", at: place(value)) }
      return []
    }
    let several = spec["sources"]?.list ?? []
    var sections = several
    if sections.isEmpty {
      if let hydrator = spec["sourceHydrator"], let dry = hydrator["drySource"] { sections = [dry] }
      else if let source = spec["source"], !source.isNull { sections = [source] }
    }
    guard !sections.isEmpty else {
      sink.error("argocd/no-source", "Application without 'source' or 'sources'", at: place(spec))
      return []
    }
    let refs = refs(sections, isMultiple: !several.isEmpty)
    var result: [RenderRequest] = []
    for (index, section) in sections.enumerated() {
      guard section.map != nil else {
        if !section.isUnknown { sink.error("argocd/source", "a source is no map", at: place(section) ?? place(spec)) }
        continue
      }
      let isOnlyRef = section["ref"]?.string != nil && section["path"] == nil && section["chart"] == nil
      if isOnlyRef, !several.isEmpty { continue }
      let suffix = sections.count > 1 ? "/\(index + 1)" : ""
      if let request = request(application, spec, section, refs: refs, isMultiple: !several.isEmpty, suffix: suffix) {
        result.append(request)
      }
    }
    return result
  }

  private func refs(_ sections: [Value], isMultiple: Bool) -> [String: Ref] {
    guard isMultiple else { return [:] }
    var result: [String: Ref] = [:]
    for section in sections {
      guard let name = section["ref"], let text = name.string, let url = section["repoURL"]?.string else { continue }
      let isName = !text.isEmpty && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
      }
      if !isName {
        sink.error("argocd/ref-name", "ref '\(text)' may hold letters, digits, '-' and '_' only", at: place(name))
      } else if result[text] != nil {
        sink.error("argocd/duplicate-ref", "two sources have the ref '\(text)'", at: place(name))
      } else {
        let revision = section["targetRevision"]?.string ?? ""
        result[text] = Ref(
          url: url, revision: revision, evidence: repository.recognize(url), isOtherRevision: !repository.isOwn(revision: revision),
          isChart: section["chart"]?.string?.isEmpty == false)
      }
    }
    return result
  }

  private func request(
    _ application: ExpandedApplication, _ spec: Value, _ section: Value, refs: [String: Ref], isMultiple: Bool, suffix: String
  ) -> RenderRequest? {
    let name = application.value.at("metadata", "name") ?? .unknown("name of the Application", application.value.origin)
    for key in ["repoURL", "path", "chart", "targetRevision"] {
      guard case .unknown(let why)? = section[key]?.payload, key != "targetRevision" else { continue }
      sink.report(
        Diagnostic(
          .info, code: "argocd/unknown-source", "\(key) of '\(name.string ?? "an Application")' depends on \(why.reason): what it deploys is not known",
          at: place(section[key])))
      return nil
    }
    guard let url = section["repoURL"]?.string, !url.isEmpty else {
      sink.error("argocd/no-repository", "source without 'repoURL'", at: place(section))
      return nil
    }
    let chart = section["chart"]?.string ?? ""
    let revision = section["targetRevision"]?.string ?? ""
    let path = section["path"]?.string
    if chart.isEmpty, path == nil {
      sink.error("argocd/no-path", "source without 'path' or 'chart'", at: place(section))
      return nil
    }
    if !chart.isEmpty, revision.isEmpty, section["targetRevision"]?.isUnknown != true {
      sink.error("argocd/chart-without-version", "chart '\(chart)' without 'targetRevision'", at: place(section["chart"]))
    }
    let evidence = chart.isEmpty && !url.hasPrefix("oci://") ? repository.recognize(url) : nil
    let plainName = name.string.map(BuildVariables.withoutNamespace) ?? ""
    var source = Source(
      application: application, name: plainName, section: section, directory: nil, evidence: evidence,
      isOtherRevision: evidence != nil && !repository.isOwn(revision: revision), refs: refs, isMultiple: isMultiple,
      variables: BuildVariables(
        application: name, namespace: spec.at("destination", "namespace"), project: spec["project"], url: section["repoURL"],
        path: section["path"], revision: section["targetRevision"], kubeVersion: options.kubeVersion))
    var location = RenderRequest.Location.external(
      repository: url, chart: chart.isEmpty ? nil : chart, path: chart.isEmpty ? path : nil, revision: revision, origin: section.origin)
    if evidence != nil, let path {
      guard let directory = directory(path, source) else { return nil }
      source.directory = directory
      if options.readsOverrides { source.section = overridden(source, directory) }
      location = .tree(directory)
    }
    guard let kind = kind(of: source, isChart: !chart.isEmpty) else { return nil }
    let destination = spec["destination"]
    var request = RenderRequest(
      tool: .directory(recurse: false, include: nil, exclude: nil), location: location, releaseName: name.string == nil ? name : .string(Text(plainName), name.origin),
      namespace: destination?["namespace"] ?? .null, kubeVersion: options.kubeVersion, apiVersions: options.apiVersions,
      application: application.value, name: (name.string ?? "?") + suffix, cluster: cluster(destination),
      origin: section.origin, revision: revision, isOtherRevision: source.isOtherRevision,
      generatorParameters: application.parameters)
    switch kind {
    case .helm(let helm): addHelm(helm, to: &request, source)
    case .kustomize(let kustomize): addKustomize(expanded(kustomize, source.variables), to: &request)
    case .directory(let directory): addDirectory(directory, to: &request)
    case .foreignPlugin(let plugin):
      sink.report(
        Diagnostic(
          .info, code: "argocd/foreign-plugin",
          "'\(name.string ?? "?")' is rendered by the plugin '\(plugin)': what it makes is not known", at: place(section["plugin"])))
      request.location = .external(repository: url, chart: nil, path: path, revision: revision, origin: section.origin)
    }
    request.evidence = EnvironmentFinder(names: options.environments).evidence(request, spec: spec)
    return request
  }

  private func cluster(_ destination: Value?) -> String {
    let text = destination?["name"]?.string ?? destination?["server"]?.string ?? ""
    return text == "in-cluster" || text == Generators.inClusterServer ? "in-cluster" : text
  }

  private func directory(_ path: String, _ source: Source) -> String? {
    let origin = source.section["path"]
    if path.utf8.first == UInt8(ascii: "/") {
      sink.error("argocd/absolute-path", "app path '\(path)' is absolute, expected a path relative to the repository", at: place(origin))
      return nil
    }
    guard let directory = TreePath.normalize(path) else {
      sink.error("argocd/path-outside", "app path '\(path)' leads out of the repository", at: place(origin))
      return nil
    }
    switch files.tree.kind(directory) {
    case .directory: return directory
    case .file:
      sink.report(Diagnostic(source.severity, code: "argocd/path-not-directory", "app path '\(path)' is a file, expected a directory", at: place(origin)))
    case nil:
      let near = nearestName(to: directory, in: files.directories).map { ["did you mean '\($0)'?"] } ?? []
      sink.report(
        Diagnostic(source.severity, code: "argocd/path-missing", "app path '\(path)' does not exist", at: place(origin), notes: near))
    }
    return nil
  }

  // MARK: tool

  private enum Kind {
    case helm(Value)
    case kustomize(Value)
    case directory(Value)
    case foreignPlugin(String)
  }

  private func kind(of source: Source, isChart: Bool) -> Kind? {
    let present = ["helm", "kustomize", "directory", "plugin"].filter { key in
      source.section[key].map { !$0.isNull } ?? false
    }
    guard present.count <= 1 else {
      sink.error(
        "argocd/several-source-types",
        "multiple application sources defined: \(present.joined(separator: ", ")); a source may have one of these sections",
        at: place(source.section[present[1]]))
      return nil
    }
    let none = Value.map(ValueMap(), source.section.origin)
    switch present.first {
    case "helm": return .helm(source.section["helm"] ?? none)
    case "kustomize": return .kustomize(source.section["kustomize"] ?? none)
    case "directory": return .directory(source.section["directory"] ?? none)
    case "plugin":
      let plugin = source.section["plugin"] ?? none
      let name = plugin["name"]?.string ?? ""
      guard options.isOwnPlugin(name) else { return .foreignPlugin(name.isEmpty ? "chosen by discovery" : name) }
      let parameters = PluginParameters(plugin["parameters"] ?? .null, origins: files.origins, sink: sink)
      switch detected(source, isChart: isChart) {
      case .helm: return .helm(parameters.helm)
      case .kustomize: return .kustomize(parameters.kustomize)
      default: return .directory(parameters.directory)
      }
    default:
      switch detected(source, isChart: isChart) {
      case .helm: return .helm(none)
      case .kustomize: return .kustomize(none)
      default: return .directory(none)
      }
    }
  }

  /// The tool that the files of a directory call for.
  private func detected(_ source: Source, isChart: Bool) -> RenderRequest.Tool {
    if isChart { return .helm }
    guard let directory = source.directory else { return .directory(recurse: false, include: nil, exclude: nil) }
    return Self.tool(of: directory, files.tree)
  }

  /// Which tool Argo CD picks for a directory without being told: a file whose name ends in `Chart.yaml` means Helm, a kustomization
  /// Kustomize, which wins where both are (util/app/discovery).
  package static func tool(of directory: String, _ tree: any FileTree) -> RenderRequest.Tool {
    var tool = RenderRequest.Tool.directory(recurse: false, include: nil, exclude: nil)
    for entry in (try? tree.list(directory)) ?? [] where entry.kind == .file {
      if entry.name.hasSuffix("Chart.yaml"), tool != .kustomize { tool = .helm }
      if kustomizationNames.contains(entry.name) { tool = .kustomize }
    }
    return tool
  }

  package static let kustomizationNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

  /// Build variables are expanded in images and in the values of common labels, in those of annotations on request only.
  private func expanded(_ section: Value, _ variables: BuildVariables) -> Value {
    guard let map = section.map?.copy() else { return section }
    if let images = map["images"], let list = images.list {
      map.set("images", .list(list.map { variables.expand($0, files.origins) }, images.origin))
    }
    var keys = ["commonLabels"]
    if map["commonAnnotationsEnvsubst"]?.bool ?? false { keys.append("commonAnnotations") }
    for key in keys {
      guard let pairs = map[key], let entries = pairs.map?.entries else { continue }
      let filled = ValueMap(entries.map { ValueMap.Entry(key: $0.key, keyOrigin: $0.keyOrigin, value: variables.expand($0.value, files.origins)) })
      map.set(key, .map(filled, pairs.origin))
    }
    return .map(map, section.origin)
  }

  private func addKustomize(_ section: Value, to request: inout RenderRequest) {
    request.tool = .kustomize
    request.kustomize = KustomizeOptions(section: section)
    request.buildOptions = section["buildOptions"]?.string ?? options.kustomizeBuildOptions
    if let version = section["kubeVersion"]?.string { request.kubeVersion = version }
  }

  private func addDirectory(_ section: Value, to request: inout RenderRequest) {
    request.tool = .directory(
      recurse: section["recurse"]?.bool ?? false, include: nonEmpty(section["include"]), exclude: nonEmpty(section["exclude"]))
  }

  private func nonEmpty(_ value: Value?) -> String? {
    guard let text = value?.string, !text.isEmpty else { return nil }
    return text
  }
}
