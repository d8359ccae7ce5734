import FileTree
import SourceText
import Values
import YAMLSyntax

/// One Application, written out or made by an ApplicationSet.
package struct ExpandedApplication: Sendable {
  /// The whole object; its strings carry the places of the template and of the parameters that they show.
  package var value: Value
  /// The element that it was made of; nil where it was written out.
  package var parameters: ValueMap?

  package init(value: Value, parameters: ValueMap? = nil) {
    self.value = value
    self.parameters = parameters
  }
}

/// ApplicationSets → Applications, as Argo CD's controller makes them from the repository alone. What generators learn elsewhere
/// (clusters, pull requests, …) is unknown.
///
/// Source: applicationset/controllers/template/template.go `GenerateApplications`, applicationset/generators.
package struct ApplicationSetExpander {
  let files: any RepositoryFiles
  let repository: OwnRepository
  /// Secrets of the repository that declare clusters to Argo CD.
  let clusterSecrets: [Value]
  let sink: DiagnosticSink

  package init(files: any RepositoryFiles, repository: OwnRepository, clusterSecrets: [Value] = [], sink: DiagnosticSink) {
    self.files = files
    self.repository = repository
    self.clusterSecrets = clusterSecrets
    self.sink = sink
  }

  /// How many elements one set may have; more are dropped with a diagnostic.
  static let elementLimit = 5000

  /// The Applications of a set, in the order of its generators. An error in any generator or template leaves none, as in the controller.
  package func expand(_ set: Value) -> [ExpandedApplication] {
    guard let spec = set["spec"], spec.map != nil else {
      sink.error("applicationset/spec", "ApplicationSet without 'spec'", at: files.place(set))
      return []
    }
    let isGo = spec["goTemplate"]?.bool ?? false
    let options = (spec["goTemplateOptions"]?.list ?? []).compactMap(\.string)
    for option in spec["goTemplateOptions"]?.list ?? [] {
      let known = ["missingkey=default", "missingkey=invalid", "missingkey=zero", "missingkey=error"]
      guard let name = option.string, known.contains(name) else {
        sink.error(
          "applicationset/option", "unknown Go template option '\(option.string ?? "")', expected one of \(known.joined(separator: ", "))",
          at: files.place(option))
        return []
      }
    }
    let renderer = TemplateRenderer(
      isGoTemplate: isGo, options: options, provenance: files.provenance, limits: files.limits, sink: sink)
    let generators = Generators(
      files: files, repository: repository, clusterSecrets: clusterSecrets, renderer: renderer, sink: sink)
    let base = spec["template"] ?? .map(ValueMap(), set.origin)
    var result: [ExpandedApplication] = []
    do throws(ExpansionError) {
      guard let entries = spec["generators"]?.list, !entries.isEmpty else {
        throw ExpansionError("ApplicationSet without generators", span: files.place(spec))
      }
      for entry in entries {
        for part in try generators.transform(entry, base: base, given: nil, depth: 0) {
          for parameters in part.parameters {
            let value = try application(of: set, spec, part.template, parameters, renderer)
            result.append(ExpandedApplication(value: value, parameters: parameters.map))
          }
        }
      }
    } catch {
      sink.error("applicationset/generate", error.message, at: error.span ?? files.place(set))
      return []
    }
    if result.isEmpty {
      sink.warning("applicationset/no-elements", "the generators give no element: no Application is made", at: files.place(spec["generators"]))
    }
    checkNames(result, set)
    return result
  }

  private func checkNames(_ applications: [ExpandedApplication], _ set: Value) {
    var seen: Set<String> = []
    for application in applications {
      guard let name = application.value.at("metadata", "name"), !name.isUnknown else { continue }
      let text = name.string ?? ""
      if text.isEmpty {
        sink.error("applicationset/name", "an Application without name is made", at: files.place(name) ?? files.place(set))
      } else if !seen.insert(text).inserted {
        sink.error(
          "applicationset/duplicate-name", "ApplicationSet makes the Application '\(text)' more than once",
          at: files.place(application.value.at("metadata", "name")) ?? files.place(set))
      }
    }
  }

  private func application(
    of set: Value, _ spec: Value, _ template: Value, _ parameters: ParameterSet, _ renderer: TemplateRenderer
  ) throws(ExpansionError) -> Value {
    let filled = parameters.isEmpty ? template : try renderer.fill(template, parameters)
    let given = filled["metadata"]
    let metadata = ValueMap()
    for key in ["name", "labels", "annotations", "finalizers"] {
      guard let entry = given?.map?.entry(key) else { continue }
      metadata.set(entry.key, entry.value, keyOrigin: entry.keyOrigin)
    }
    let keeps = spec.at("syncPolicy", "preserveResourcesOnDeletion")?.bool ?? false
    if !parameters.isEmpty, !keeps, metadata["finalizers"]?.list?.isEmpty ?? true {
      metadata.set("finalizers", .list([.string("resources-finalizer.argocd.argoproj.io", template.origin)], template.origin))
    }
    let root = ValueMap()
    root.set("apiVersion", .string("argoproj.io/v1alpha1", template.origin))
    root.set("kind", .string("Application", template.origin))
    root.set("metadata", .map(metadata, given?.origin ?? template.origin))
    if let entry = filled.map?.entry("spec") { root.set(entry.key, entry.value, keyOrigin: entry.keyOrigin) }
    var result = Value.map(root, template.origin)
    if let patch = spec["templatePatch"], !patch.isNull {
      result = try patched(result, patch, parameters, renderer)
    }
    // The set's namespace is forced last, whatever template and patch say.
    if let map = result["metadata"]?.map {
      if let namespace = set.at("metadata", "namespace") { map.set("namespace", namespace) } else { map.remove("namespace") }
    }
    return result
  }

  private func patched(
    _ application: Value, _ patch: Value, _ parameters: ParameterSet, _ renderer: TemplateRenderer
  ) throws(ExpansionError) -> Value {
    let rendered = try renderer.fillString(patch, parameters)
    guard let text = rendered.text else {
      // What the patch changes is not known, so neither is what it may change.
      guard let map = application.map?.copy() else { return application }
      if case .unknown(let why) = rendered.payload { map.set("spec", .unknown(why.reason, patch.origin)) }
      return .map(map, application.origin)
    }
    let inner = DiagnosticSink()
    let documents = YAMLReader.read(
      text: text, whole: rendered.origin, dialect: .kubernetes, provenance: files.provenance, limits: files.limits, sink: inner)
    if let problem = inner.diagnostics.first(where: { $0.severity == .error }) {
      throw ExpansionError("templatePatch is no YAML: \(problem.message)", span: problem.span ?? files.place(patch))
    }
    guard let change = documents.first?.root, !change.isNull else { return application }
    guard change.map != nil else { throw ExpansionError("templatePatch is no map", span: files.place(patch)) }
    let project = application.at("spec", "project")
    let result = StrategicMerge.merge(application, change)
    if let spec = result["spec"]?.map {
      if let project { spec.set("project", project) } else { spec.remove("project") }
    }
    return result
  }
}
