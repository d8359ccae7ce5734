import SourceText
import Values
import YAMLSyntax

/// Cuts rendered files into documents, tells hooks from manifests and sorts both (helm.sh/helm `pkg/release/v1/util`).
struct ManifestSorter {
  struct Entry {
    var path: String
    var text: Text
    var root: Value
    var kind: String
  }

  struct Failure {
    var message: String
    var span: SourceSpan?
    var code: String
    /// Marks stand in the document: with what they stand for it may be right.
    var holdsMarks = false
  }

  let provenance: Provenance
  let limits: Limits
  let sink: DiagnosticSink
  private(set) var manifests: [Entry] = []
  private(set) var hooks: [Entry] = []

  init(provenance: Provenance, limits: Limits, sink: DiagnosticSink) {
    self.provenance = provenance
    self.limits = limits
    self.sink = sink
  }

  /// Adds a rendered file; the answer is why Helm refuses it.
  mutating func add(_ path: String, _ text: Text) -> [Failure] {
    var failures: [Failure] = []
    for document in text.splitManifests() {
      let inner = DiagnosticSink()
      let documents = YAMLReader.read(
        text: document, whole: .none, dialect: .kubernetes, provenance: provenance, limits: limits, sink: inner)
      for diagnostic in inner.diagnostics where diagnostic.severity != .error { sink.report(diagnostic) }
      // Go reads no further than the first document; an error behind it does not matter.
      if documents.isEmpty, let error = inner.diagnostics.first(where: { $0.severity == .error }) {
        failures.append(
          Failure(
            message: "YAML parse error on \(path): " + YAMLErrorText.text(error), span: error.span, code: error.code, holdsMarks: UnknownMark.isIn(document)))
        continue
      }
      let root = documents.first?.root ?? .null
      if let problem = Self.headProblem(root) {
        failures.append(
          Failure(
            message: "YAML parse error on \(path): error unmarshaling JSON: while decoding JSON: json: \(problem.text)",
            span: provenance.origins.editPlace(problem.value.origin), code: "helm/manifest"))
        continue
      }
      let kind = root["kind"].flatMap { GoConversion.string($0)?.string } ?? ""
      let entry = Entry(path: path, text: document, root: root, kind: kind)
      guard let events = root.at("metadata", "annotations", "helm.sh/hook").flatMap({ GoConversion.string($0)?.string }) else {
        manifests.append(entry)
        continue
      }
      let isKnown = events.split(separator: ",", omittingEmptySubsequences: false).allSatisfy {
        var name = $0[...]
        while name.first?.isWhitespace == true { name.removeFirst() }
        while name.last?.isWhitespace == true { name.removeLast() }
        return Self.events.contains(name.lowercased())
      }
      if isKnown {
        hooks.append(entry)
      } else {
        sink.warning(
          "helm/unknown-hook", "'\(events)' names a hook that Helm does not know; it leaves the object out",
          at: root.at("metadata", "annotations", "helm.sh/hook").flatMap { provenance.origins.editPlace($0.origin) })
      }
    }
    return failures
  }

  mutating func sort() {
    manifests = Self.sorted(manifests)
    hooks = Self.sorted(hooks)
  }

  /// Puts unknowns where the documents hold marks.
  mutating func restoreUnknowns(_ reason: Unknown) {
    for place in manifests.indices { manifests[place].root = UnknownMark.restored(manifests[place].root, reason) }
    for place in hooks.indices { hooks[place].root = UnknownMark.restored(hooks[place].root, reason) }
  }

  private static let events: Set<String> = [
    "pre-install", "post-install", "pre-delete", "post-delete", "pre-upgrade", "post-upgrade", "pre-rollback", "post-rollback", "test",
    "test-success",
  ]

  /// What Go's decoder says where the head of a document does not fit `SimpleHead`.
  private static func headProblem(_ root: Value) -> (text: String, value: Value)? {
    func mismatch(_ value: Value, _ field: String, _ type: String) -> (String, Value) {
      ("cannot unmarshal \(ValuesFile.jsonType(value)) into Go \(field.isEmpty ? "value" : "struct field SimpleHead.\(field)") of type \(type)", value)
    }
    if root.isNull { return nil }
    guard let map = root.map else { return mismatch(root, "", "util.SimpleHead") }
    for key in ["apiVersion", "kind"] {
      if let value = map[key], GoConversion.string(value) == nil { return mismatch(value, key, "string") }
    }
    guard let metadata = map["metadata"], !metadata.isNull else { return nil }
    guard let inner = metadata.map else {
      return mismatch(metadata, "metadata", "struct { Name string \"json:\\\"name\\\"\"; Annotations map[string]string \"json:\\\"annotations\\\"\" }")
    }
    if let name = inner["name"], GoConversion.string(name) == nil { return mismatch(name, "metadata.name", "string") }
    guard let annotations = inner["annotations"], !annotations.isNull else { return nil }
    guard let entries = annotations.map else { return mismatch(annotations, "metadata.annotations", "map[string]string") }
    for entry in entries.entries where GoConversion.string(entry.value) == nil { return mismatch(entry.value, "metadata.annotations", "string") }
    return nil
  }

  /// `InstallOrder`.
  private static let order: [String: Int] = {
    let kinds = [
      "PriorityClass", "Namespace", "NetworkPolicy", "ResourceQuota", "LimitRange", "PodSecurityPolicy", "PodDisruptionBudget",
      "ServiceAccount", "Secret", "SecretList", "ConfigMap", "StorageClass", "PersistentVolume", "PersistentVolumeClaim",
      "CustomResourceDefinition", "ClusterRole", "ClusterRoleList", "ClusterRoleBinding", "ClusterRoleBindingList", "Role", "RoleList",
      "RoleBinding", "RoleBindingList", "Service", "DaemonSet", "Pod", "ReplicationController", "ReplicaSet", "Deployment",
      "HorizontalPodAutoscaler", "StatefulSet", "Job", "CronJob", "IngressClass", "Ingress", "APIService",
      "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration",
    ]
    return Dictionary(uniqueKeysWithValues: kinds.enumerated().map { ($0.element, $0.offset) })
  }()

  /// By kind; unknown kinds last and by name; else as they came.
  private static func sorted(_ entries: [Entry]) -> [Entry] {
    entries.enumerated().sorted { a, b in
      let (x, y) = (order[a.element.kind], order[b.element.kind])
      switch (x, y) {
      case (let x?, let y?) where x != y: return x < y
      case (_?, nil): return true
      case (nil, _?): return false
      case (nil, nil) where a.element.kind != b.element.kind: return a.element.kind.bytesPrecede(b.element.kind)
      default: return a.offset < b.offset
      }
    }.map(\.element)
  }
}
