import FileTree
import SourceText
import Values

/// What an Application changes in the kustomization before it is built: Argo CD runs `kustomize edit` for each
/// (argo-cd `util/kustomize/kustomize.go`), in this order.
package struct KustomizeEdits: Sendable {
  package struct Pair: Sendable {
    package var key: Text
    package var keyOrigin: Origin
    package var value: Value

    package init(key: Text, keyOrigin: Origin = .none, value: Value) {
      self.key = key
      self.keyOrigin = keyOrigin
      self.value = value
    }
  }

  package var namePrefix: Value = .null
  package var nameSuffix: Value = .null
  /// `name=newName:tag`, `name:tag`, `name@digest`, ….
  package var images: [Value] = []
  /// Name and count.
  package var replicas: [(name: Value, count: Value)] = []
  package var labels: [Pair] = []
  package var forceLabels = false
  /// Labels go into `labels` without selectors instead of `commonLabels`.
  package var labelsWithoutSelector = false
  package var labelsIncludeTemplates = false
  package var annotations: [Pair] = []
  package var forceAnnotations = false
  package var namespace: Value = .null
  /// Mappings as in `patches:` of a kustomization.
  package var patches: [Value] = []
  package var components: [Value] = []
  package var ignoresMissingComponents = false

  package init() {}

  /// The section `spec.source.kustomize` of an Application, after templating. What is not text there is left out: the reader of
  /// Applications reports it.
  package init(section: Value) {
    namePrefix = section["namePrefix"] ?? .null
    nameSuffix = section["nameSuffix"] ?? .null
    images = section["images"]?.list ?? []
    replicas = (section["replicas"]?.list ?? []).map { ($0["name"] ?? .null, $0["count"] ?? .null) }
    func pairs(_ name: String) -> [Pair] {
      (section[name]?.map?.sortedEntries ?? []).map { Pair(key: $0.key, keyOrigin: $0.keyOrigin, value: $0.value) }
    }
    labels = pairs("commonLabels")
    forceLabels = section["forceCommonLabels"]?.bool ?? false
    labelsWithoutSelector = section["labelWithoutSelector"]?.bool ?? false
    labelsIncludeTemplates = section["labelIncludeTemplates"]?.bool ?? false
    annotations = pairs("commonAnnotations")
    forceAnnotations = section["forceCommonAnnotations"]?.bool ?? false
    namespace = section["namespace"] ?? .null
    patches = section["patches"]?.list ?? []
    components = section["components"]?.list ?? []
    ignoresMissingComponents = section["ignoreMissingComponents"]?.bool ?? false
  }

  func apply(to target: inout Kustomization, _ loader: Loader) throws(KustomizeError) {
    if let prefix = try scalar(namePrefix, "namePrefix") { target.namePrefix = prefix }
    if let suffix = try scalar(nameSuffix, "nameSuffix") { target.nameSuffix = suffix }
    for image in images {
      guard let text = try scalar(image, "images") else { continue }
      try set(Self.image(text), in: &target.images)
    }
    for replica in replicas {
      guard let name = try scalar(replica.name, "replicas") else { continue }
      guard let count = replica.count.int ?? replica.count.string.flatMap({ Int64($0) }) else {
        throw unusable(replica.count, "the count of replicas")
      }
      let origin = replica.count.origin.isKnown ? replica.count.origin : name.origin
      target.replicas.removeAll { $0.name.text == name.text }
      target.replicas.append(ReplicaEntry(name: name, count: count, origin: origin))
    }
    try addLabels(to: &target)
    for pair in annotations {
      try add(pair, to: &target.commonAnnotations, force: forceAnnotations, "commonAnnotations")
    }
    if let namespace = try scalar(namespace, "namespace") { target.namespace = namespace }
    let reader = KustomizationReader()
    for patch in patches { target.patches.append(try reader.patch(patch)) }
    for component in components {
      guard let path = try scalar(component, "components") else { continue }
      if ignoresMissingComponents, TreePath.resolve(path.string, from: loader.root).flatMap({ loader.files.tree.kind($0) }) != .directory {
        continue
      }
      target.components.append(path)
    }
  }

  private func unusable(_ value: Value, _ what: String) -> KustomizeError {
    if case .unknown(let unknown) = value.payload {
      return KustomizeError("unknown-edit", "\(what) of the Application is not known: \(unknown.reason)", at: value.origin)
    }
    return KustomizeError("wrong-type", "\(what) of the Application must be text", at: value.origin)
  }

  /// nil where nothing is given.
  private func scalar(_ value: Value, _ what: String) throws(KustomizeError) -> Scalar? {
    switch value.payload {
    case .null: return nil
    case .string(let text): return text.bytes.isEmpty ? nil : Scalar(text: text, origin: value.origin)
    default: throw unusable(value, "'\(what)'")
    }
  }

  private func add(_ pair: Pair, to map: inout ScalarMap, force: Bool, _ what: String) throws(KustomizeError) {
    guard case .string(let text) = pair.value.payload else { throw unusable(pair.value, "'\(what)'") }
    let entry = (key: Scalar(text: pair.key, origin: pair.keyOrigin), value: Scalar(text: text, origin: pair.value.origin))
    if let at = map.firstIndex(where: { $0.key.text == pair.key }) {
      guard force else {
        throw KustomizeError(
          "edit-conflict", "'\(pair.key.string)' of the Application is already in the kustomization's '\(what)'", at: pair.keyOrigin,
          notes: ["Argo CD fails here unless the Application forces it"])
      }
      map[at] = entry
      return
    }
    map.append(entry)
    map.sort { $0.key.text < $1.key.text }
  }

  private func addLabels(to target: inout Kustomization) throws(KustomizeError) {
    guard !labels.isEmpty else { return }
    guard labelsWithoutSelector else {
      for pair in labels { try add(pair, to: &target.commonLabels, force: forceLabels, "commonLabels") }
      return
    }
    // `kustomize edit add label --without-selector` writes into the first entry of the same kind, or a new one.
    let templates = labelsIncludeTemplates
    var at = target.labels.firstIndex { !$0.includeSelectors && $0.includeTemplates == templates && $0.fields.isEmpty }
    if at == nil {
      target.labels.append(LabelEntry(includeTemplates: templates))
      at = target.labels.count - 1
    }
    guard let at else { return }
    for pair in labels {
      let isTaken = target.labels.contains { $0.pairs.contains { $0.key.text == pair.key } }
        || target.commonLabels.contains { $0.key.text == pair.key }
      if isTaken, !forceLabels {
        throw KustomizeError(
          "edit-conflict", "'\(pair.key.string)' of the Application is already in the kustomization's 'labels'", at: pair.keyOrigin,
          notes: ["Argo CD fails here unless the Application forces it"])
      }
      try add(pair, to: &target.labels[at].pairs, force: true, "labels")
    }
  }

  /// The word of `kustomize edit set image`.
  static func image(_ text: Scalar) -> ImageEntry {
    let word = text.string
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    func at(_ string: String) -> Scalar { string.isEmpty ? Scalar() : Scalar(text: Text(string), origin: text.origin) }
    let (name, tag, digest) = Transformers.split(String(parts[parts.count - 1]))
    if parts.count == 2 {
      return ImageEntry(name: at(String(parts[0])), newName: at(name), newTag: at(tag), digest: at(digest))
    }
    return ImageEntry(name: at(name), newTag: at(tag), digest: at(digest))
  }

  /// Replaces the entry of the same name; `*` keeps what it says.
  private func set(_ image: ImageEntry, in images: inout [ImageEntry]) throws(KustomizeError) {
    var image = image
    if let at = images.firstIndex(where: { $0.name.text == image.name.text }) {
      let old = images[at]
      if image.newName.string == "*" || image.newName.isEmpty { image.newName = old.newName }
      if image.newTag.string == "*" { image.newTag = old.newTag }
      images[at] = image
    } else {
      images.append(image)
    }
    images.sort { $0.name.text < $1.name.text }
  }
}
