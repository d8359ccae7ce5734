import ArgoCD
import Discovery
import FileTree
import Kubernetes
import Linting
import Rendering
import SourceText
import Values
import YAMLSyntax

/// The three commands of the plugin.
package enum PluginCommand {
  /// Judges what was rendered. Only what can be decided from the one source is a finding; the rest is unknown to it.
  package typealias Judge = (_ repository: RenderedRepository, _ workspace: Workspace) -> [Finding]

  /// `plugin generate`: renders the source as Argo CD would with native settings, judges it, and prints the objects or says why not.
  ///
  /// - Parameter judge: nil where there are no rules, which is refused unless the mode is off.
  ///
  /// Nothing is written to standard output before the verdict; a failure to render blocks in every mode.
  package static func generate(_ call: PluginCall, limits: Limits = Limits(), judge: Judge?) -> PluginAnswer {
    let name = call.applicationName.isEmpty ? "the Application" : call.applicationName
    let provenance = Provenance()
    let sink = DiagnosticSink()
    let parameters: PluginParameters
    do throws(JSONError) {
      parameters = PluginParameters(try self.parameters(call, provenance), origins: provenance.origins, sink: sink)
    } catch {
      return failure(name, "ARGOCD_APP_PARAMETERS is no JSON: \(error.message)")
    }
    var problems = sink.diagnostics.map(\.message)
    // A configuration with mistakes blocks, whatever it says of the mode.
    let mistakes = DiagnosticSink()
    let configuration = ConfigurationReader(tree: call.tree, provenance: provenance, sink: mistakes).nearest(from: call.directory)
    problems += mistakes.diagnostics.filter { $0.severity == .error }.map { problem in
      (problem.span.map { place($0, provenance) + ": " } ?? "") + problem.message
    }
    let mode = PluginMode.resolve(call, parameters, configuration: configuration, problems: &problems)
    if !problems.isEmpty { return failure(name, problems.joined(separator: "; ")) }

    let workspace = Workspace(tree: call.tree, provenance: provenance, limits: limits)
    guard call.tree.isDirectory(call.directory) else { return failure(name, "the directory '\(call.directory)' was not sent") }
    var options = RenderOptions(limits: limits, rendersConventions: false)
    options.applications.readsOverrides = false
    options.applications.kubeVersion = nonEmpty(call.environment["KUBE_VERSION"])
    options.applications.apiVersions = (call.environment["KUBE_API_VERSIONS"] ?? "").split(separator: ",").map(String.init)
    var own = OwnRepository()
    let url = nonEmpty(call.environment["ARGOCD_APP_SOURCE_REPO_URL"]) ?? "https://repository.invalid/sent"
    own.add(url, .plugin)
    own.add(branch: call.environment["ARGOCD_APP_SOURCE_TARGET_REVISION"] ?? "")
    let application = application(call, url, parameters, provenance)
    let reader = ApplicationReader(files: workspace, repository: own, options: options.applications, sink: sink)
    let requests = reader.requests(ExpandedApplication(value: application))
    guard sink.diagnostics.allSatisfy({ $0.severity < .error }), requests.count == 1 else {
      return failure(name, sink.diagnostics.map(\.message).joined(separator: "; "))
    }
    let rendered = RepositoryRenderer.render(requests, in: workspace, options: options, evaluatesTerraform: mode.level != .off)
    guard let unit = rendered.units.first else { return failure(name, "nothing was rendered") }
    if let broken = renderFailure(unit, name, provenance) { return broken }
    if unit.objects.isEmpty, !parameters.flag("allow-empty"), !isEmpty(call) {
      return failure(name, "the source has files but renders to no object; set the parameter allow-empty to 'true' where that is meant")
    }
    let output = manifests(unit)
    guard mode.level != .off else {
      return PluginAnswer(standardOutput: output, standardError: note("secretslint: mode off in \(name)\(reason(mode)): rendered, not judged"))
    }
    guard let judge else { return failure(name, "this build has no rules; only mode off can be answered") }
    let findings = judge(PluginView.open(rendered), workspace)
      .filter { $0.suppression == nil && PluginView.concerns($0, unit, call) }.sorted(by: Finding.precedes)
    let blocking = findings.filter { $0.severity >= mode.failOn }
    if mode.level == .enforce, !blocking.isEmpty {
      let hint = "| details: secretslint lint in the repository; parameter mode=warn with a reason lets it pass"
      return PluginAnswer(standardError: PluginMessage.blocked(name, blocking.map(item), hint: hint), exitCode: 1)
    }
    let shown = findings.filter { $0.severity >= .warning }
    if shown.isEmpty { return PluginAnswer(standardOutput: output) }
    let text = PluginMessage.warned(name, shown.map(item), hint: mode.level == .warn ? "(mode warn\(reason(mode)))" : "")
    return PluginAnswer(standardOutput: output, standardError: text)
  }

  /// `plugin discover`, for installations that insist on discovery: names the tool where the repository has a configuration of ours,
  /// and is silent otherwise, so that no other Application is taken over.
  package static func discover(_ call: PluginCall) -> PluginAnswer {
    let marks = [".secretslint.yaml", ".secretslint.yml", ".secretslint"]
    guard marks.contains(where: { call.tree.kind($0) != nil }), call.tree.isDirectory(call.directory) else { return PluginAnswer() }
    return PluginAnswer(standardOutput: Array((toolName(call) + "\n").utf8))
  }

  /// `plugin parameters`: the announcements for the "Parameters" tab, those that mean something for this source. Never fails: a failure
  /// would break the Application's page.
  package static func parameters(_ call: PluginCall) -> PluginAnswer {
    let tool = ApplicationReader.tool(of: call.directory, call.tree)
    let scopes: [PluginParameters.Scope]
    switch tool {
    case .helm: scopes = [.helm, .policy]
    case .kustomize: scopes = [.kustomize, .policy]
    case .directory: scopes = [.directory, .policy]
    }
    let list = PluginParameters.definitions.filter { scopes.contains($0.scope) }.map { definition in
      let map = ValueMap([
        ("name", .string(definition.name)), ("title", .string(definition.title)), ("tooltip", .string(definition.help)),
        ("required", .bool(false)),
      ])
      switch definition.form {
      case .string: map.set("collectionType", .string("string"))
      case .array:
        map.set("itemType", .string("string"))
        map.set("collectionType", .string("array"))
        map.set("array", .list([]))
      case .map:
        map.set("itemType", .string("string"))
        map.set("collectionType", .string("map"))
        map.set("map", .map(ValueMap()))
      }
      return Value.map(map)
    }
    return PluginAnswer(standardOutput: JSONWriter().bytes(.list(list)) + [UInt8(ascii: "\n")])
  }

  // MARK: parts

  private static func nonEmpty(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }

  private static func toolName(_ call: PluginCall) -> String {
    switch ApplicationReader.tool(of: call.directory, call.tree) {
    case .helm: "helm"
    case .kustomize: "kustomize"
    case .directory: "directory"
    }
  }

  private static func parameters(_ call: PluginCall, _ provenance: Provenance) throws(JSONError) -> Value {
    guard let text = nonEmpty(call.environment["ARGOCD_APP_PARAMETERS"]) else { return .null }
    let file = provenance.sources.add(path: "<plugin parameters>", bytes: Array(text.utf8))
    return try JSONReader.read(file.bytes) { range in provenance.origins.add(.source, SourceSpan(source: file.id, range)) }
  }

  /// The Application as far as the call tells it.
  private static func application(_ call: PluginCall, _ url: String, _ parameters: PluginParameters, _ provenance: Provenance) -> Value {
    let text = "<\(call.applicationName.isEmpty ? "Application" : call.applicationName)>"
    let file = provenance.sources.add(path: text, bytes: Array(text.utf8))
    let origin = provenance.origins.add(.source, SourceSpan(source: file.id, 0..<file.bytes.count))
    let tool = toolName(call)
    let section = tool == "helm" ? parameters.helm : tool == "kustomize" ? parameters.kustomize : parameters.directory
    let source = ValueMap([
      ("repoURL", .string(url, origin)), ("path", .string(call.directory, origin)),
      ("targetRevision", .string(call.environment["ARGOCD_APP_SOURCE_TARGET_REVISION"] ?? "", origin)),
      (tool, section.map?.isEmpty ?? true ? .map(ValueMap(), origin) : section),
    ])
    let spec = ValueMap([("source", .map(source, origin))])
    if let project = nonEmpty(call.environment["ARGOCD_APP_PROJECT_NAME"]) { spec.set("project", .string(project, origin)) }
    if let namespace = nonEmpty(call.environment["ARGOCD_APP_NAMESPACE"]) {
      spec.set("destination", .map(ValueMap([("namespace", .string(namespace, origin))]), origin))
    }
    let name = Value.string(call.applicationName, origin)
    return .map(
      ValueMap([
        ("apiVersion", .string("argoproj.io/v1alpha1", origin)), ("kind", .string("Application", origin)),
        ("metadata", .map(ValueMap([("name", name)]), origin)), ("spec", .map(spec, origin)),
      ]), origin)
  }

  private static func failure(_ name: String, _ what: String) -> PluginAnswer {
    PluginAnswer(standardError: PluginMessage.failed(name, what.isEmpty ? "the source cannot be read" : what), exitCode: 1)
  }

  /// Rendering has to be complete: fewer objects than the source describes would be pruned.
  private static func renderFailure(_ unit: RenderedUnit, _ name: String, _ provenance: Provenance) -> PluginAnswer? {
    let errors = unit.diagnostics.filter { $0.severity == .error }
    guard unit.status != .complete || !errors.isEmpty else { return nil }
    let shown = errors.isEmpty ? unit.diagnostics.filter { $0.severity == .warning } : errors
    guard !shown.isEmpty else { return failure(name, "the source cannot be rendered completely") }
    let items = shown.map { diagnostic in
      PluginMessage.Item(
        rule: diagnostic.code, place: diagnostic.span.map { place($0, provenance) } ?? "", message: diagnostic.message + (diagnostic.notes.first.map { " (\($0))" } ?? ""),
        help: "")
    }
    return PluginAnswer(standardError: PluginMessage.blocked(name, items, hint: "| a source that cannot be rendered blocks in every mode"), exitCode: 1)
  }

  private static func place(_ span: SourceSpan, _ provenance: Provenance) -> String {
    guard let file = provenance.sources.file(span.source) else { return "" }
    return "\(file.path):\(file.position(span.start).line)"
  }

  private static func item(_ finding: Finding) -> PluginMessage.Item {
    PluginMessage.Item(
      rule: finding.rule, place: finding.place.map { "\($0.path):\($0.start.line)" } ?? "", message: finding.message, help: finding.help)
  }

  private static func reason(_ mode: PluginMode) -> String { mode.reason.isEmpty ? "" : ", reason: \(mode.reason)" }

  private static func note(_ text: String) -> [UInt8] { Array((PluginMessage.ascii(text) + "\n").utf8) }

  /// Whether the source's directory holds no file that could be rendered.
  private static func isEmpty(_ call: PluginCall) -> Bool {
    ((try? call.tree.list(call.directory)) ?? []).allSatisfy { $0.name.utf8.first == UInt8(ascii: ".") }
  }

  /// The objects as one stream in which each `---` stands alone on its line.
  private static func manifests(_ unit: RenderedUnit) -> [UInt8] {
    if let text = unit.text {
      var out = text.bytes
      if let last = out.last, last != UInt8(ascii: "\n") { out.append(UInt8(ascii: "\n")) }
      return out
    }
    var out: [UInt8] = []
    for object in unit.objects {
      out += Array("---\n".utf8)
      out += YAMLWriter.write(object.root, style: .goYAML).bytes
      if out.last != UInt8(ascii: "\n") { out.append(UInt8(ascii: "\n")) }
    }
    return out
  }
}
