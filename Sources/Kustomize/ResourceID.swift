/// Group, version and kind (kyaml `resid.Gvk`). Empty parts of a selector match everything.
struct GroupVersionKind: Hashable, Sendable {
  var group = ""
  var version = ""
  var kind = ""

  init(group: String = "", version: String = "", kind: String = "") {
    self.group = group
    self.version = version
    self.kind = kind
  }

  init(apiVersion: String, kind: String) {
    (group, version) = Self.parse(apiVersion)
    self.kind = kind
  }

  static func parse(_ apiVersion: String) -> (group: String, version: String) {
    guard let slash = apiVersion.utf8.firstIndex(of: UInt8(ascii: "/")) else { return ("", apiVersion) }
    return (String(apiVersion[..<slash]), String(apiVersion[apiVersion.utf8.index(after: slash)...]))
  }

  var apiVersion: String { group.isEmpty ? version : group + "/" + version }

  func isSelected(by selector: GroupVersionKind) -> Bool {
    (selector.group.isEmpty || group == selector.group) && (selector.version.isEmpty || version == selector.version)
      && (selector.kind.isEmpty || kind == selector.kind)
  }

  /// `Deployment.v1.apps`, as kustomize's messages and sort keys have it.
  var description: String {
    "\(kind.isEmpty ? "[noKind]" : kind).\(version.isEmpty ? "[noVer]" : version).\(group.isEmpty ? "[noGrp]" : group)"
  }

  /// The key of kustomize's orders of kinds.
  var sortKey: String { "\(group.isEmpty ? "~G" : group)_\(version.isEmpty ? "~V" : version)_\(kind.isEmpty ? "~K" : kind)" }
}

/// What identifies a resource (kyaml `resid.ResId`).
struct ResourceID: Hashable, Sendable {
  var gvk: GroupVersionKind
  var name: String
  /// As written; empty where it is not.
  var namespace: String
  /// Whether objects of this kind are known to have no namespace.
  var isClusterScoped: Bool

  init(gvk: GroupVersionKind, name: String, namespace: String, scopes: Scopes? = nil) {
    self.gvk = gvk
    self.name = name
    self.namespace = namespace
    isClusterScoped = scopes?.isClusterScoped(gvk) ?? false
  }

  static let notANamespace = "_non_namespaceable_"

  var effectiveNamespace: String {
    isClusterScoped ? Self.notANamespace : namespace.isEmpty ? "default" : namespace
  }

  func hasSameNamespace(_ other: ResourceID) -> Bool { effectiveNamespace == other.effectiveNamespace }

  /// Same kind, name and effective namespace.
  func matches(_ other: ResourceID) -> Bool { gvk == other.gvk && name == other.name && hasSameNamespace(other) }

  /// Whether a selector of replacements takes it (exact words, no patterns).
  func isSelected(by selector: ResourceID) -> Bool {
    (selector.name.isEmpty || selector.name == name)
      && (selector.namespace.isEmpty || selector.hasSameNamespace(self)) && gvk.isSelected(by: selector.gvk)
  }

  var isEmpty: Bool { gvk == GroupVersionKind() && name.isEmpty && namespace.isEmpty }

  /// `Deployment.v1.apps/web.prod`.
  var description: String {
    "\(gvk.description)/\(name.isEmpty ? "[noName]" : name).\(namespace.isEmpty ? "[noNs]" : namespace)"
  }

  /// Hashable form of `matches`.
  struct Key: Hashable {
    var gvk: GroupVersionKind
    var name: String
    var namespace: String
  }

  var matchKey: Key { Key(gvk: gvk, name: name, namespace: effectiveNamespace) }
}

/// Which kinds are known to belong to no namespace: the built-in ones (kyaml `precomputedIsNamespaceScoped`) and those of a
/// custom OpenAPI schema.
struct Scopes: Sendable {
  var custom: [String: Bool] = [:]

  func isClusterScoped(_ gvk: GroupVersionKind) -> Bool {
    let key = gvk.apiVersion + " " + gvk.kind
    if let clusterScoped = Self.builtin[key] { return clusterScoped }
    return custom[key] ?? false
  }

  static let builtin: [String: Bool] = {
    var table: [String: Bool] = [:]
    for line in clusterScopedKinds {
      for version in line.versions { table[version + " " + line.kind] = true }
    }
    for line in namespacedKinds {
      for version in line.versions { table[version + " " + line.kind] = false }
    }
    return table
  }()

  private static let clusterScopedKinds: [(kind: String, versions: [String])] = [
    ("MutatingWebhookConfiguration", ["admissionregistration.k8s.io/v1", "admissionregistration.k8s.io/v1beta1"]),
    ("ValidatingWebhookConfiguration", ["admissionregistration.k8s.io/v1", "admissionregistration.k8s.io/v1beta1"]),
    ("CustomResourceDefinition", ["apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1"]),
    ("APIService", ["apiregistration.k8s.io/v1", "apiregistration.k8s.io/v1beta1"]),
    ("CertificateSigningRequest", ["certificates.k8s.io/v1", "certificates.k8s.io/v1beta1"]),
    ("FlowSchema", ["flowcontrol.apiserver.k8s.io/v1beta1"]),
    ("PriorityLevelConfiguration", ["flowcontrol.apiserver.k8s.io/v1beta1"]),
    ("IngressClass", ["networking.k8s.io/v1", "networking.k8s.io/v1beta1"]),
    ("RuntimeClass", ["node.k8s.io/v1", "node.k8s.io/v1beta1"]),
    ("PodSecurityPolicy", ["policy/v1beta1"]),
    ("ClusterRole", ["rbac.authorization.k8s.io/v1", "rbac.authorization.k8s.io/v1beta1"]),
    ("ClusterRoleBinding", ["rbac.authorization.k8s.io/v1", "rbac.authorization.k8s.io/v1beta1"]),
    ("PriorityClass", ["scheduling.k8s.io/v1", "scheduling.k8s.io/v1beta1"]),
    ("CSIDriver", ["storage.k8s.io/v1", "storage.k8s.io/v1beta1"]),
    ("CSINode", ["storage.k8s.io/v1", "storage.k8s.io/v1beta1"]),
    ("StorageClass", ["storage.k8s.io/v1", "storage.k8s.io/v1beta1"]),
    ("VolumeAttachment", ["storage.k8s.io/v1", "storage.k8s.io/v1beta1"]),
    ("ComponentStatus", ["v1"]), ("Namespace", ["v1"]), ("Node", ["v1"]), ("NodeProxyOptions", ["v1"]), ("PersistentVolume", ["v1"]),
  ]

  /// Listed because a custom schema may not say otherwise.
  private static let namespacedKinds: [(kind: String, versions: [String])] = [
    ("Deployment", ["apps/v1"]), ("DaemonSet", ["apps/v1"]), ("StatefulSet", ["apps/v1"]), ("ReplicaSet", ["apps/v1"]),
    ("Job", ["batch/v1"]), ("CronJob", ["batch/v1", "batch/v1beta1"]), ("ConfigMap", ["v1"]), ("Secret", ["v1"]),
    ("Service", ["v1"]), ("ServiceAccount", ["v1"]), ("Pod", ["v1"]), ("PersistentVolumeClaim", ["v1"]),
    ("Role", ["rbac.authorization.k8s.io/v1"]), ("RoleBinding", ["rbac.authorization.k8s.io/v1"]),
    ("Ingress", ["networking.k8s.io/v1"]), ("NetworkPolicy", ["networking.k8s.io/v1"]),
  ]
}
