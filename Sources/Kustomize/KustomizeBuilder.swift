/// Builds kustomizations as kustomize 5.5 does, natively: bases, components, generators, transformers, patches, name references;
/// each value of the result knows the line of the base, the patch or the kustomization file that a person edits to change it.
///
/// The steps and their order are kustomize's (`api/krusty`, `api/internal/target`), and so are its quirks, since its output is the
/// measure. What it refuses is refused here too, with a place; what comes from a network is refused honestly.
import FileTree
import Kubernetes
import SourceText
import Values
import YAMLSyntax

/// A chart that a kustomization wants inflated.
package struct KustomizeHelmRequest {
  /// The entry of `helmCharts`.
  package var chart: Value
  package var globals: Value?
  /// The kustomization's directory in the tree.
  package var directory: String

  package init(chart: Value, globals: Value?, directory: String) {
    self.chart = chart
    self.globals = globals
    self.directory = directory
  }
}

/// Renders charts for kustomizations; without it `helmCharts` are refused, as kubectl refuses them without --enable-helm.
package struct KustomizeHelm {
  /// Code of the error for a chart that is not in the tree: its objects are unknown, the build goes on without them.
  package static let missingChart = "kustomize/remote-chart"
  /// The objects, or why there are none.
  package var inflate: (KustomizeHelmRequest) -> (objects: [Value], diagnostics: [Diagnostic])

  package init(_ inflate: @escaping (KustomizeHelmRequest) -> (objects: [Value], diagnostics: [Diagnostic])) {
    self.inflate = inflate
  }
}

/// What a build gives.
package struct KustomizeResult: Sendable {
  /// In the order of the output.
  package var objects: [KubernetesObject]
  /// What `kubectl kustomize` prints, with the scalars' origins as runs.
  package var text: Text
  /// Whether kustomize would fail here. There are objects all the same where only bases are missing that come from a network:
  /// then they are what the repository alone gives, and the absence of others proves nothing.
  package var failed: Bool
  /// Files that were read, in byte order.
  package var inputs: [String]
}

package struct KustomizeBuilder {
  private let tree: any FileTree
  private let provenance: Provenance
  private let limits: Limits
  private let helm: KustomizeHelm?
  private let restrictsLoads: Bool

  /// - Parameter restrictsLoads: false is `--load-restrictor LoadRestrictionsNone`: files above a kustomization can be read, those outside of the tree
  ///   still cannot.
  package init(
    tree: any FileTree, provenance: Provenance, limits: Limits = Limits(), helm: KustomizeHelm? = nil, restrictsLoads: Bool = true
  ) {
    self.restrictsLoads = restrictsLoads
    self.tree = tree
    self.provenance = provenance
    self.limits = limits
    self.helm = helm
  }

  /// Builds the kustomization of a directory.
  /// - Parameters:
  ///   - directory: path in the tree, "" for its root.
  ///   - edits: what an Application changes first, as `kustomize edit` does.
  ///   - sink: gets the error that ends a build, or one for each base that comes from a network.
  package func build(directory: String, edits: KustomizeEdits = KustomizeEdits(), sink: DiagnosticSink) -> KustomizeResult {
    let context = BuildContext(provenance: provenance, limits: limits)
    let files = BuildFiles(tree: tree, context: context, restrictsLoads: restrictsLoads)
    do throws(KustomizeError) {
      let resources = try run(Loader(files: files, root: directory, referrers: []), edits, context)
      var result = try result(resources, context, files)
      for error in context.unknownBases {
        report(error, to: sink, directory)
        result.failed = true
      }
      return result
    } catch {
      report(error, to: sink, directory)
      return KustomizeResult(objects: [], text: .empty, failed: true, inputs: files.inputs)
    }
  }

  private func report(_ error: KustomizeError, to sink: DiagnosticSink, _ directory: String) {
    for diagnostic in error.reported { sink.report(diagnostic) }
    guard error.reported.isEmpty else { return }
    let notes = error.notes + (error.origin.isKnown || directory.isEmpty ? [] : ["while building '\(directory)'"])
    sink.error(error.code, error.message, at: provenance.origins.editPlace(error.origin), notes: notes)
  }

  private func run(_ loader: Loader, _ edits: KustomizeEdits, _ context: BuildContext) throws(KustomizeError) -> [Resource] {
    var target = try Target(context: context, loader: loader, helm: helm, at: .none)
    try edits.apply(to: &target.kustomization, loader)
    try target.useOpenAPI(isRoot: true)
    if !target.kustomization.buildMetadata.isEmpty { target.objectOrigin = ObjectOrigin() }
    let ra = try target.accumulate(into: Accumulator())
    let map = ra.map
    try Transformers(context: context).addHashes(to: map)
    try NameReferences(context: context, references: ra.config.nameReference).apply(to: map)
    let vars = Vars(context: context)
    try vars.replace(try vars.resolve(ra.vars, in: map), in: map, specs: ra.config.varReference)
    map.forgetIDs()
    try dropLocal(map)
    try OutputOrder.apply(target.kustomization.sortOptions, to: map)
    let metadata = Set(target.kustomization.buildMetadata.map(\.string))
    if metadata.contains("managedByLabel") {
      let place = target.kustomization.buildMetadata.first { $0.string == "managedByLabel" }?.origin ?? .none
      let pair = (Scalar(text: "app.kubernetes.io/managed-by", origin: place), Scalar(text: Text(Self.managedBy), origin: place))
      try Transformers(context: context).setEntries([pair], in: map, specs: [FieldSpec("metadata/labels", create: true)])
    }
    map.forgetIDs()
    for resource in map.resources {
      try resource.removeBuildAnnotations()
      var annotations = resource.annotations
      if !metadata.contains("originAnnotations") { annotations[BuildAnnotation.origin] = nil }
      if !metadata.contains("transformerAnnotations") { annotations[BuildAnnotation.transformations] = nil }
      try resource.setAnnotations(annotations)
    }
    return map.resources
  }

  /// The value of the label of the kustomize that is built into kubectl.
  private static let managedBy = "kustomize-(devel)"

  /// Objects marked as local configuration only do not reach the output.
  private func dropLocal(_ map: ResourceMap) throws(KustomizeError) {
    var kept: [Resource] = []
    for resource in map.resources where !resource.isNilOrEmpty {
      let kind = resource.kind
      if kind.isEmpty { throw KustomizeError("no-kind", "an object has lost its 'kind'", at: resource.origin) }
      if resource.name.isEmpty, !kind.hasSuffix("List") {
        throw KustomizeError("no-name", "a \(kind) has lost its 'metadata.name'", at: resource.origin)
      }
      let mark = resource.annotations[BuildAnnotation.localConfig]?.text.string
      if mark == nil || mark == "false" { kept.append(resource) }
    }
    map.replaceAll(kept)
  }

  private func result(_ resources: [Resource], _ context: BuildContext, _ files: BuildFiles) throws(KustomizeError) -> KustomizeResult {
    let values = NodeValues(context: context)
    var objects: [KubernetesObject] = []
    var text = TextBuilder()
    for (at, resource) in resources.enumerated() {
      guard let node = resource.node else { continue }
      let value = try values.value(node)
      if at > 0 { text.append("---\n") }
      text.append(YAMLWriter.write(value, style: .goYAML, limits: limits))
      guard text.count <= limits.buildBytes else {
        throw KustomizeError("limit", "the output is larger than \(limits.buildBytes) bytes", at: resource.nameOrigin)
      }
      if let object = KubernetesObject(value) { objects.append(object) }
    }
    return KustomizeResult(objects: objects, text: text.build(), failed: false, inputs: files.inputs)
  }
}
