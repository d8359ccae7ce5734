import SourceText
import Values

/// A text of a kustomization with its place.
struct Scalar {
  var text: Text = .empty
  var origin: Origin = .none

  var string: String { text.string }
  var isEmpty: Bool { text.bytes.isEmpty }
}

/// A map of texts in the order of its keys' bytes.
typealias ScalarMap = [(key: Scalar, value: Scalar)]

/// A kustomization file, decoded (kustomize `types.Kustomization`).
struct Kustomization {
  var kind = Scalar()
  var apiVersion = Scalar()
  var openAPI: ScalarMap = []
  var namePrefix = Scalar()
  var nameSuffix = Scalar()
  var namespace = Scalar()
  var commonLabels: ScalarMap = []
  var labels: [LabelEntry] = []
  var commonAnnotations: ScalarMap = []
  var patchesStrategicMerge: [Scalar] = []
  var patchesJSON6902: [PatchEntry] = []
  var patches: [PatchEntry] = []
  var images: [ImageEntry] = []
  var replacements: [ReplacementEntry] = []
  var replicas: [ReplicaEntry] = []
  var vars: [VarEntry] = []
  var sortOptions: SortOptions?
  var resources: [Scalar] = []
  var components: [Scalar] = []
  var crds: [Scalar] = []
  var configMapGenerator: [GeneratorEntry] = []
  var secretGenerator: [GeneratorEntry] = []
  var helmCharts: [Value] = []
  var helmGlobals: Value?
  var generatorOptions: GeneratorOptions?
  var configurations: [Scalar] = []
  var generators: [Scalar] = []
  var transformers: [Scalar] = []
  var validators: [Scalar] = []
  var buildMetadata: [Scalar] = []

  var isComponent: Bool { kind.string == "Component" }
}

struct LabelEntry {
  var pairs: ScalarMap = []
  var includeSelectors = false
  var includeTemplates = false
  var fields: [FieldSpec] = []
}

struct PatchEntry {
  var path = Scalar()
  var patch = Scalar()
  var target: Selector?
  var options: [String: Bool] = [:]
  var origin: Origin = .none
}

struct ImageEntry {
  var name = Scalar()
  var newName = Scalar()
  var tagSuffix = Scalar()
  var newTag = Scalar()
  var digest = Scalar()
}

struct ReplicaEntry {
  var name = Scalar()
  var count: Int64 = 0
  var origin: Origin = .none
}

struct FieldOptions {
  var delimiter = Scalar()
  var index: Int64 = 0
  var create = false
}

struct ReplacementEntry {
  struct Source {
    var id = Selector()
    var fieldPath = Scalar()
    var options: FieldOptions?
    var origin: Origin = .none
  }

  struct Target {
    var select: Selector?
    var reject: [Selector] = []
    var fieldPaths: [Scalar] = []
    var options: FieldOptions?
    var origin: Origin = .none
  }

  var source: Source?
  var targets: [Target]?
  var path = Scalar()
  var origin: Origin = .none
}

struct VarEntry {
  var name = Scalar()
  var id = ResourceID(gvk: GroupVersionKind(), name: "", namespace: "")
  var fieldPath = Scalar()
}

struct SortOptions {
  var order = Scalar()
  /// nil: kustomize's own lists.
  var legacy: (first: [Scalar], last: [Scalar])?
  var origin: Origin = .none
}

struct GeneratorOptions {
  var labels: ScalarMap = []
  var annotations: ScalarMap = []
  var disableNameSuffixHash = false
  var immutable = false
  var origin: Origin = .none
}

struct GeneratorEntry {
  var name = Scalar()
  var namespace = Scalar()
  var behavior = Scalar()
  var literals: [Scalar] = []
  var files: [Scalar] = []
  var envs: [Scalar] = []
  var options: GeneratorOptions?
  /// Of Secrets.
  var type = Scalar()
  var origin: Origin = .none

  /// The kustomization's `generatorOptions` fill what the entry's own leave open.
  mutating func merge(_ global: GeneratorOptions?) {
    guard let global else { return }
    var own = options ?? GeneratorOptions()
    func fill(_ map: inout ScalarMap, _ more: ScalarMap) {
      for entry in more where !map.contains(where: { $0.key.text == entry.key.text }) { map.append(entry) }
      map.sort { $0.key.text < $1.key.text }
    }
    fill(&own.labels, global.labels)
    fill(&own.annotations, global.annotations)
    own.disableNameSuffixHash = own.disableNameSuffixHash || global.disableNameSuffixHash
    own.immutable = own.immutable || global.immutable
    options = own
  }
}
