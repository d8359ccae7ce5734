import SourceText
import Values

/// One object while it is being customized (kustomize `resource.Resource`).
///
/// What happened to it is kept where kustomize keeps it, in annotations of the object itself, since patches can see and lose them;
/// they are taken away at the end.
final class Resource {
  /// nil once a patch has deleted the object.
  var node: Node?
  /// Names of the vars that point here.
  var referringVars: [String] = []
  let context: BuildContext

  init(_ node: Node, _ context: BuildContext) {
    self.node = node
    self.context = context
  }

  func copy() throws(KustomizeError) -> Resource {
    let copy = Resource(.map(), context)
    copy.node = try node.map { (node) throws(KustomizeError) in try context.copy(node) }
    copy.referringVars = referringVars
    return copy
  }

  var isNilOrEmpty: Bool { node.map(\.isNullOrEmpty) ?? true }
  var origin: Origin { node?.origin ?? .none }
  /// Where the object says its name, else where it begins.
  var nameOrigin: Origin {
    let name = node?.field("metadata")?.field("name")?.origin ?? .none
    return name.isKnown ? name : origin
  }

  // MARK: Identity

  var kind: String { node?.field("kind")?.string ?? "" }
  var apiVersion: String { node?.field("apiVersion")?.string ?? "" }
  var gvk: GroupVersionKind { GroupVersionKind(apiVersion: apiVersion, kind: kind) }
  var name: String { metadataText("name") }
  var namespace: String { metadataText("namespace") }

  private var metadata: Node? {
    guard let metadata = node?.field("metadata"), !metadata.isNullOrEmpty else { return nil }
    return metadata
  }

  private func metadataText(_ field: String) -> String {
    guard let value = metadata?.field(field), !value.isNullOrEmpty else { return "" }
    return value.string
  }

  var currentID: ResourceID { ResourceID(gvk: gvk, name: name, namespace: namespace, scopes: context.schema.scopes) }

  /// What the object was called before each renaming, the first one first.
  var previousIDs: [ResourceID] {
    guard let metadata, let annotations = metadata.field("annotations"),
      let names = annotations.field(BuildAnnotation.previousNames)
    else { return [] }
    let parts = Self.words(names.string)
    let namespaces = Self.words(annotations.field(BuildAnnotation.previousNamespaces)?.string ?? "")
    let kinds = Self.words(annotations.field(BuildAnnotation.previousKinds)?.string ?? "")
    guard parts.count == namespaces.count, parts.count == kinds.count else { return [] }
    let (group, version) = GroupVersionKind.parse(apiVersion)
    return parts.indices.map { at in
      ResourceID(
        gvk: GroupVersionKind(group: group, version: version, kind: kinds[at]), name: parts[at], namespace: namespaces[at])
    }
  }

  /// What it was called when it was read.
  var originalID: ResourceID { previousIDs.first ?? currentID }

  private static func words(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  func storePreviousID() throws(KustomizeError) {
    let id = currentID
    try appendToAnnotation(BuildAnnotation.previousNames, id.name)
    try appendToAnnotation(BuildAnnotation.previousNamespaces, id.effectiveNamespace)
    try appendToAnnotation(BuildAnnotation.previousKinds, id.gvk.kind)
  }

  // MARK: Prefixes and suffixes

  var prefixes: [String] { annotationWords(BuildAnnotation.prefixes) }
  var suffixes: [String] { annotationWords(BuildAnnotation.suffixes) }

  private func annotationWords(_ name: String) -> [String] {
    guard let value = metadata?.field("annotations")?.field(name) else { return [] }
    return Self.words(value.string)
  }

  func appendToAnnotation(_ name: String, _ value: String) throws(KustomizeError) {
    guard !value.isEmpty, let node else { return }
    let all = (annotationWords(name) + [value]).joined(separator: ",")
    if let metadata = node.field("metadata") {
      if let annotations = metadata.field("annotations"), annotations.content.isEmpty { try metadata.clear("annotations") }
      if metadata.content.isEmpty { try node.clear("metadata") }
    }
    let annotations = try node.fieldOrCreate("metadata", .map)?.fieldOrCreate("annotations", .map)
    let value = Node.string(all)
    value.style = .quoted
    try annotations?.set(name, value)
  }

  // MARK: Fields of metadata

  /// A value of a string map with the places of its key and of itself.
  struct Entry {
    var text: Text
    var origin: Origin
    var keyOrigin: Origin

    init(_ text: String) { self.init(Text(text), .none, .none) }

    init(_ text: Text, _ origin: Origin, _ keyOrigin: Origin) {
      self.text = text
      self.origin = origin
      self.keyOrigin = keyOrigin
    }
  }

  var annotations: [String: Entry] { stringMap("annotations") }
  var labels: [String: Entry] { stringMap("labels") }

  private func stringMap(_ field: String) -> [String: Entry] {
    var result: [String: Entry] = [:]
    for (key, value) in metadata?.field(field)?.fields ?? [] {
      result[key.string] = Entry(value.text, value.origin, key.origin)
    }
    return result
  }

  func setAnnotations(_ map: [String: Entry]) throws(KustomizeError) { try setStringMap(map, "annotations") }
  func setLabels(_ map: [String: Entry]) throws(KustomizeError) { try setStringMap(map, "labels") }

  /// Writes the map anew, in the order of its keys; all values are strings from then on. An empty one takes the field away.
  private func setStringMap(_ map: [String: Entry], _ field: String) throws(KustomizeError) {
    guard let metadata = try node?.fieldOrCreate("metadata", .map) else { return }
    try metadata.clear(field)
    guard !map.isEmpty else { return }
    guard let target = try metadata.fieldOrCreate(field, .map) else { return }
    for (key, entry) in map.sorted(by: { $0.key.bytesPrecede($1.key) }) {
      let value = Node.string(entry.text, entry.origin)
      if entry.text.bytes.contains(UInt8(ascii: "\n")) { value.style = .quoted }
      try target.set(key, value, keyOrigin: entry.keyOrigin)
    }
  }

  func isEnabled(_ annotation: String) -> Bool {
    metadata?.field("annotations")?.field(annotation)?.string == BuildAnnotation.enabled
  }

  func enable(_ annotation: String) throws(KustomizeError) {
    var annotations = annotations
    annotations[annotation] = Entry(BuildAnnotation.enabled)
    try setAnnotations(annotations)
  }

  func setName(_ name: Text, _ origin: Origin) throws(KustomizeError) {
    try node?.fieldOrCreate("metadata", .map)?.set("name", .scalar(name, origin))
  }

  /// The name's text with the origins of its parts.
  var nameText: Text { metadata?.field("name")?.text ?? .empty }
  var namespaceText: Text { metadata?.field("namespace")?.text ?? .empty }

  func setNamespace(_ namespace: Text, _ origin: Origin) throws(KustomizeError) {
    guard let node else { return }
    if namespace.bytes.isEmpty {
      try node.field("metadata")?.clear("namespace")
      return
    }
    try node.fieldOrCreate("metadata", .map)?.set("namespace", .scalar(namespace, origin))
  }

  func setKind(_ kind: String, _ origin: Origin = .none) throws(KustomizeError) {
    try node?.set("kind", .scalar(Text(kind), origin))
  }

  func setAPIVersion(_ version: String, _ origin: Origin = .none) throws(KustomizeError) {
    try node?.set("apiVersion", .scalar(Text(version), origin))
  }

  // MARK: Generated objects

  enum Behavior: String { case unspecified, create, replace, merge }

  var behavior: Behavior {
    Behavior(rawValue: metadata?.field("annotations")?.field(BuildAnnotation.behavior)?.string ?? "") ?? .unspecified
  }

  func setBehavior(_ behavior: Behavior) throws(KustomizeError) {
    var annotations = annotations
    annotations[BuildAnnotation.behavior] = Entry(behavior.rawValue)
    try setAnnotations(annotations)
  }

  /// Takes over labels, annotations, name and namespace of an older object (`CopyMergeMetaDataFieldsFrom`).
  func mergeMetadata(from other: Resource) throws(KustomizeError) {
    try setLabels(other.labels.merging(labels) { $1 })
    let own = annotations
    let others = other.annotations
    var merged = others.merging(own) { $1 }
    for name in BuildAnnotation.all { merged[name] = others[name] }
    if own[BuildAnnotation.needsHash] == nil { merged[BuildAnnotation.needsHash] = nil }
    try setAnnotations(merged)
    try setName(other.nameText, other.metadata?.field("name")?.origin ?? .none)
    try setNamespace(other.namespaceText, other.metadata?.field("namespace")?.origin ?? .none)
    referringVars = other.referringVars
  }

  /// Adds the keys of an older object's `data` or `binaryData` that this one does not have.
  func mergeData(from other: Resource, _ field: String) throws(KustomizeError) {
    var merged: [String: Entry] = [:]
    for map in [other.node?.field(field), node?.field(field)] {
      for (key, value) in map?.fields ?? [] {
        merged[key.string] = Entry(value.isNull ? .empty : value.text, value.origin, key.origin)
      }
    }
    try node?.clear(field)
    guard !merged.isEmpty, let target = try node?.fieldOrCreate(field, .map) else { return }
    for (key, entry) in merged.sorted(by: { $0.key.bytesPrecede($1.key) }) {
      let value = Node.string(entry.text, entry.origin)
      if entry.text.bytes.contains(UInt8(ascii: "\n")) { value.style = .quoted }
      try target.set(key, value, keyOrigin: entry.keyOrigin)
    }
  }

  /// Applies a strategic merge patch; name, namespace and kind stay unless the patch may change them.
  func apply(_ patch: Resource) throws(KustomizeError) {
    guard let node, let patchNode = patch.node else {
      throw KustomizeError("deleted", "a patch meets an object that another patch has deleted", at: patch.origin)
    }
    let metadata = metadata
    let oldName = (nameText, metadata?.field("name")?.origin ?? .none)
    let oldNamespace = (namespaceText, metadata?.field("namespace")?.origin ?? .none)
    let oldKind = (kind, node.field("kind")?.origin ?? .none)
    let mayRename = patch.isEnabled(BuildAnnotation.allowNameChange)
    let mayChangeKind = patch.isEnabled(BuildAnnotation.allowKindChange)
    if mayRename || mayChangeKind { try storePreviousID() }
    self.node = try StrategicMerge(context: context).merge(patchNode, into: node)
    if isNilOrEmpty { return }
    if !mayChangeKind { try setKind(oldKind.0, oldKind.1) }
    if !mayRename { try setName(oldName.0, oldName.1) }
    try setNamespace(oldNamespace.0, oldNamespace.1)
  }

  func removeBuildAnnotations() throws(KustomizeError) {
    var annotations = annotations
    guard !annotations.isEmpty else { return }
    for name in BuildAnnotation.all { annotations[name] = nil }
    try setAnnotations(annotations)
  }
}

/// The annotations in which kustomize notes what it did to an object (`api/internal/utils/annotations.go`).
enum BuildAnnotation {
  static let previousKinds = "internal.config.kubernetes.io/previousKinds"
  static let previousNames = "internal.config.kubernetes.io/previousNames"
  static let previousNamespaces = "internal.config.kubernetes.io/previousNamespaces"
  static let prefixes = "internal.config.kubernetes.io/prefixes"
  static let suffixes = "internal.config.kubernetes.io/suffixes"
  static let referredBy = "internal.config.kubernetes.io/refBy"
  static let behavior = "internal.config.kubernetes.io/generatorBehavior"
  static let needsHash = "internal.config.kubernetes.io/needsHashSuffix"
  static let allowNameChange = "internal.config.kubernetes.io/allowNameChange"
  static let allowKindChange = "internal.config.kubernetes.io/allowKindChange"
  static let enabled = "enabled"
  static let origin = "config.kubernetes.io/origin"
  static let transformations = "alpha.config.kubernetes.io/transformations"
  static let localConfig = "config.kubernetes.io/local-config"
  static let internalPrefix = "internal.config.kubernetes.io/"

  static let all = [
    previousKinds, previousNames, prefixes, suffixes, previousNamespaces, allowNameChange, allowKindChange, referredBy,
    behavior, needsHash, "internal.config.kubernetes.io/path", "internal.config.kubernetes.io/index",
    "internal.config.kubernetes.io/seqindent", "internal.config.kubernetes.io/id",
    "internal.config.kubernetes.io/annotations-migration-resource-id", "config.kubernetes.io/path",
    "config.kubernetes.io/index", "config.k8s.io/id",
  ]
}
