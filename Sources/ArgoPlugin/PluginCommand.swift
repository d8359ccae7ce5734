import ArgoCD
import Discovery
import FileTree
import Kubernetes
import Linting
import Rendering
import SourceText
import Terraform
import Values

/// What the rules say.
package struct PluginJudgement: Sendable {
  package var findings: [Finding]
  /// Of each rule the words that name it: its id, category and tags. Empty: not told.
  package var ruleNames: [String: [String]]

  package init(findings: [Finding], ruleNames: [String: [String]] = [:]) {
    self.findings = findings
    self.ruleNames = ruleNames
  }
}

/// The three commands of the plugin.
package enum PluginCommand {
  /// What can be done while the source is rendered, once it is sure that it will be judged.
  package typealias Prepare = (_ workspace: Workspace) -> Void
  /// What rendered units ask of Terraform; nil from it: everything may matter.
  package typealias Focus = @Sendable (_ units: [RenderedUnit], _ workspace: Workspace) -> TerraformFocus?
  /// Judges what was rendered. Only what can be decided from the one source is a finding; the rest is unknown to it.
  package typealias Judge = (_ repository: RenderedRepository, _ workspace: Workspace) -> PluginJudgement

  /// `plugin generate`: renders the source as Argo CD would with native settings, judges it, and prints the objects or says why not.
  ///
  /// - Parameters:
  ///   - prepare: called before the source is rendered, unless the mode is off.
  ///   - focus: nil: all of Terraform is evaluated.
  ///   - judge: nil where there are no rules, which is refused unless the mode is off.
  ///
  /// Nothing is written to standard output before the verdict; a failure to render blocks in every mode.
  package static func generate(_ call: PluginCall, limits: Limits = Limits(), prepare: Prepare? = nil, focus: Focus? = nil, judge: Judge?) -> PluginAnswer {
    let name = call.applicationName.isEmpty ? "the Application" : call.applicationName
    let log = PluginLog(format: call.logFormat, application: name)
    let provenance = Provenance()
    let sink = DiagnosticSink()
    let parameters: PluginParameters
    do throws(JSONError) {
      parameters = PluginParameters(try self.parameters(call, provenance), origins: provenance.origins, sink: sink)
    } catch {
      return failure(log, "ARGOCD_APP_PARAMETERS is no JSON: \(error.message)")
    }
    var problems = sink.diagnostics.map(\.message)
    // A configuration with mistakes blocks, whatever it says of the mode.
    let mistakes = DiagnosticSink()
    let configuration = ConfigurationReader(tree: call.tree, provenance: provenance, sink: mistakes).nearest(from: call.directory)
    problems += mistakes.diagnostics.filter { $0.severity == .error }.map { problem in
      (problem.span.map { place($0, provenance) + ": " } ?? "") + problem.message
    }
    let mode = PluginMode.resolve(call, parameters, configuration: configuration, problems: &problems)
    if !problems.isEmpty { return failure(log, problems.joined(separator: "; ")) }

    let workspace = Workspace(tree: call.tree, provenance: provenance, limits: limits)
    guard call.tree.isDirectory(call.directory) else { return failure(log, "the directory '\(call.directory)' was not sent") }
    if mode.level != .off { prepare?(workspace) }
    let rendering: Rendering
    switch render(call, parameters, mode, workspace, focus, log) {
    case .failure(let answer): return answer
    case .success(let done): rendering = done
    }
    let unit = rendering.unit
    if let broken = renderFailure(unit, log, provenance) { return broken }
    if unit.objects.isEmpty, !parameters.flag("allow-empty"), !isEmpty(call) {
      return failure(log, "the source has files but renders to no object; set the parameter allow-empty to 'true' where that is meant")
    }
    let output = unit.manifests
    var notes = rendering.notes
    guard mode.level != .off else {
      return PluginAnswer(
        standardOutput: output, standardError: log.line("warning", "secretslint: mode off in \(name)\(reason(mode)): rendered, not judged", fields(mode, "off")))
    }
    guard let judge else { return failure(log, "this build has no rules; only mode off can be answered") }
    let judgement = judge(PluginView.open(rendering.repository), workspace)
    for word in mode.blockingRules where !judgement.ruleNames.isEmpty && !judgement.ruleNames.values.contains(where: { $0.contains(word) }) {
      return failure(log, "SECRETSLINT_BLOCKING_RULES: no rule, category or tag '\(word)'")
    }
    notes += PluginView.unseen(call, unit, rendering.repository)
    let findings = sorted(judgement.findings.filter { $0.suppression == nil && PluginView.concerns($0, unit, call) })
    let blocking = findings.filter { finding in
      guard finding.severity >= mode.failOn else { return false }
      // What is no rule (a configuration or a rule file with mistakes) blocks whatever the operator has chosen.
      guard let names = judgement.ruleNames[finding.rule] else { return true }
      return mode.blockingRules.isEmpty || mode.blockingRules.contains(where: names.contains)
    }
    if mode.level == .enforce, !blocking.isEmpty {
      let more = notes.isEmpty ? "" : " | not seen: " + notes.joined(separator: "; ")
      let hint = "| details: secretslint lint in the repository; parameter mode=warn with a reason lets it pass" + more
      let items = blocking.map(item)
      return PluginAnswer(
        standardError: log.report("error", "blocked", PluginMessage.blocked(name, items, hint: hint), mode, items: items, lists: false), exitCode: 1)
    }
    return PluginAnswer(standardOutput: output, standardError: passed(log, name, mode, findings, notes, unit))
  }

  /// What the log gets of a call that lets pass. Nothing at all where there is nothing to say, except as JSON.
  private static func passed(
    _ log: PluginLog, _ name: String, _ mode: PluginMode, _ findings: [Finding], _ notes: [String], _ unit: RenderedUnit
  ) -> [UInt8] {
    let items = findings.filter { $0.severity >= .warning }.map(item)
    let lowered = mode.isLowered ? ", set by \(mode.source)\(reason(mode))" : ""
    var out: [UInt8] = []
    if mode.level == .audit {
      var counts: [String: Int] = [:]
      for item in items { counts[item.rule, default: 0] += 1 }
      let rules = counts.keys.sorted { $0.bytesPrecede($1) }.map { "\($0) x\(counts[$0] ?? 0)" }.joined(separator: ", ")
      let errors = items.filter { $0.severity == .error }.count
      let text = "secretslint: audit of \(name)\(lowered): \(errors) errors, \(items.count - errors) warnings" + (rules.isEmpty ? "" : " (\(rules))")
      out = log.report("info", "audited", Array((PluginMessage.ascii(text) + "\n").utf8), mode, items: items, lists: true)
    } else if !items.isEmpty {
      let hint = mode.level == .warn ? "(mode warn\(lowered))" : ""
      out = log.report("warning", "passed", PluginMessage.warned(name, items, hint: hint), mode, items: items, lists: true)
    } else if mode.isLowered {
      // A glass that was broken stays in the log, also on days on which nothing is wrong.
      out = log.line("warning", "secretslint: mode \(mode.level.rawValue) in \(name)\(lowered): nothing found", fields(mode, "passed"))
    } else if log.format == .json {
      out = log.line("info", "secretslint: passed \(name)", fields(mode, "passed") + [("objects", .int(Int64(unit.objects.count)))])
    }
    for note in notes { out += log.line("info", "secretslint: note: " + note) }
    return out
  }

  private static func fields(_ mode: PluginMode, _ verdict: String) -> [(String, Value)] {
    [("verdict", .string(Text(verdict))), ("mode", .string(Text(mode.level.rawValue))), ("modeFrom", .string(Text(mode.source)))]
      + (mode.reason.isEmpty ? [] : [("reason", .string(Text(PluginMessage.ascii(mode.reason))))])
  }

  /// The gravest first, then by place.
  private static func sorted(_ findings: [Finding]) -> [Finding] {
    findings.sorted { $0.severity != $1.severity ? $0.severity > $1.severity : Finding.precedes($0, $1) }
  }

  // MARK: rendering

  private struct Rendering {
    var repository: RenderedRepository
    var unit: RenderedUnit
    /// Sentences for the log.
    var notes: [String] = []
  }

  private enum Outcome {
    case success(Rendering)
    case failure(PluginAnswer)
  }

  private static func render(_ call: PluginCall, _ parameters: PluginParameters, _ mode: PluginMode, _ workspace: Workspace, _ focus: Focus?, _ log: PluginLog) -> Outcome {
    let provenance = workspace.provenance
    let sink = DiagnosticSink()
    var options = RenderOptions(limits: workspace.limits, rendersConventions: false)
    options.knowsBuildOptions = true
    options.applications.readsOverrides = false
    options.applications.kustomizeBuildOptions = call.environment["SECRETSLINT_KUSTOMIZE_BUILD_OPTIONS"] ?? ""
    options.applications.kubeVersion = nonEmpty(call.environment["KUBE_VERSION"])
    options.applications.apiVersions = (call.environment["KUBE_API_VERSIONS"] ?? "").split(separator: ",").map(String.init)
    if let focus { options.focus = { focus($0, workspace) } }
    var own = OwnRepository()
    let url = nonEmpty(call.environment["ARGOCD_APP_SOURCE_REPO_URL"]) ?? "https://repository.invalid/sent"
    own.add(url, .plugin)
    own.add(branch: call.environment["ARGOCD_APP_SOURCE_TARGET_REVISION"] ?? "")
    let application = application(call, url, parameters, provenance)
    let reader = ApplicationReader(files: workspace, repository: own, options: options.applications, sink: sink)
    let requests = reader.requests(ExpandedApplication(value: application))
    guard sink.diagnostics.allSatisfy({ $0.severity < .error }), requests.count == 1 else {
      return .failure(failure(log, sink.diagnostics.map(\.message).joined(separator: "; ")))
    }
    var rendered = RepositoryRenderer.render(requests, in: workspace, options: options, evaluatesTerraform: mode.level != .off)
    guard var unit = rendered.units.first else { return .failure(failure(log, "nothing was rendered")) }
    var notes: [String] = []
    let isRendered = unit.status == .complete && unit.diagnostics.allSatisfy { $0.severity < .error }
    if isRendered, let runTool = call.runTool, let plan = ToolPlan.plan(unit, call) {
      let result = runTool(plan)
      if result.isMissing, call.renderer == .auto {
        notes.append("no \(plan.program) in the image: rendered by secretslint alone")
      } else if let why = result.failure {
        return .failure(failure(log, "\(plan.program) fails where secretslint renders: \(why)"))
      } else {
        guard let joined = ToolRendering(result.output, into: &unit, tool: plan.program, provenance: provenance, limits: workspace.limits) else {
          return .failure(failure(log, "\(plan.program) prints something that is no stream of objects"))
        }
        if !joined.differences.isEmpty {
          let shown = joined.differences.prefix(10).joined(separator: ", ") + (joined.differences.count > 10 ? " and \(joined.differences.count - 10) more" : "")
          notes.append("\(plan.program) and secretslint render differently: \(shown); what \(plan.program) rendered is judged and printed")
        }
        rendered.units[0] = unit
        if !joined.differences.isEmpty, !rendered.terraform.isEmpty { RepositoryRenderer.evaluateTerraform(for: &rendered, in: workspace, options: options) }
      }
    }
    return .success(Rendering(repository: rendered, unit: unit, notes: notes))
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

  private static func failure(_ log: PluginLog, _ what: String) -> PluginAnswer {
    let text = PluginMessage.failed(log.application, what.isEmpty ? "the source cannot be read" : what)
    return PluginAnswer(standardError: log.report("error", "failed", text, nil, items: [], lists: false), exitCode: 1)
  }

  /// Rendering has to be complete: fewer objects than the source describes would be pruned.
  private static func renderFailure(_ unit: RenderedUnit, _ log: PluginLog, _ provenance: Provenance) -> PluginAnswer? {
    let errors = unit.diagnostics.filter { $0.severity == .error }
    guard unit.status != .complete || !errors.isEmpty else { return nil }
    let shown = errors.isEmpty ? unit.diagnostics.filter { $0.severity == .warning } : errors
    guard !shown.isEmpty else { return failure(log, "the source cannot be rendered completely") }
    let items = shown.map { diagnostic in
      PluginMessage.Item(
        rule: diagnostic.code, place: diagnostic.span.map { place($0, provenance) } ?? "", message: diagnostic.message + (diagnostic.notes.first.map { " (\($0))" } ?? ""),
        help: "")
    }
    let text = PluginMessage.blocked(log.application, items, hint: "| a source that cannot be rendered blocks in every mode")
    return PluginAnswer(standardError: log.report("error", "failed", text, nil, items: items, lists: false), exitCode: 1)
  }

  private static func place(_ span: SourceSpan, _ provenance: Provenance) -> String {
    guard let file = provenance.sources.file(span.source) else { return "" }
    return "\(file.path):\(file.position(span.start).line)"
  }

  private static func item(_ finding: Finding) -> PluginMessage.Item {
    PluginMessage.Item(
      severity: finding.severity, rule: finding.rule, place: finding.place.map { "\($0.path):\($0.start.line)" } ?? "", message: finding.message, help: finding.help)
  }

  private static func reason(_ mode: PluginMode) -> String { mode.reason.isEmpty ? "" : ", reason: \(mode.reason)" }

  /// Whether the source's directory holds no file that could be rendered.
  private static func isEmpty(_ call: PluginCall) -> Bool {
    ((try? call.tree.list(call.directory)) ?? []).allSatisfy { $0.name.utf8.first == UInt8(ascii: ".") }
  }
}
