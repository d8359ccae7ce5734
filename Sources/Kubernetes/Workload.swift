import Values

/// What makes pods: a workload controller, a Pod, or a custom resource with a pod template.
package struct Workload: Sendable {
  package enum Kind: String, Sendable, Hashable {
    case deployment = "Deployment"
    case statefulSet = "StatefulSet"
    case daemonSet = "DaemonSet"
    case replicaSet = "ReplicaSet"
    case replicationController = "ReplicationController"
    case pod = "Pod"
    case job = "Job"
    case cronJob = "CronJob"
    /// Argo Rollouts.
    case rollout = "Rollout"
    /// OpenShift.
    case deploymentConfig = "DeploymentConfig"
    /// A custom resource that holds a pod template.
    case custom
  }

  package let object: KubernetesObject
  package let kind: Kind
  /// The pod template (`metadata` and `spec`); for a Pod the object itself; nil for a Rollout that uses `workloadRef`.
  package let template: Value?
  package let pod: PodSpec

  /// nil where the object makes no pods.
  package init?(_ object: KubernetesObject) {
    let group = object.group
    let spec = object.root["spec"]
    self.object = object
    switch (object.kind, group) {
    case ("Deployment", "apps"), ("Deployment", "extensions"), ("StatefulSet", "apps"), ("DaemonSet", "apps"),
      ("DaemonSet", "extensions"), ("ReplicaSet", "apps"), ("ReplicaSet", "extensions"), ("ReplicationController", ""),
      ("Job", "batch"), ("DeploymentConfig", "apps.openshift.io"), ("DeploymentConfig", ""):
      kind = Kind(rawValue: object.kind) ?? .custom
      template = spec?["template"]
    case ("Rollout", "argoproj.io"):
      kind = .rollout
      template = spec?["workloadRef"] == nil ? spec?["template"] : nil
    case ("CronJob", "batch"):
      kind = .cronJob
      template = spec?.at("jobTemplate", "spec", "template")
    case ("Pod", ""):
      kind = .pod
      template = object.root
    default:
      guard !group.isEmpty || object.kind == "PodTemplate", let found = Self.findTemplate(object) else { return nil }
      kind = .custom
      template = found
    }
    pod = PodSpec(template?["spec"] ?? .null)
  }

  /// Places where custom resources hold a pod template: Knative Service, OpenKruise CloneSet, Agones GameServer, KEDA ScaledJob, …
  private static let paths: [[String]] = [
    ["spec", "template"], ["spec", "jobTargetRef", "template"], ["spec", "jobTemplate", "spec", "template"],
    ["spec", "podTemplate"], ["spec", "template", "spec", "template"], ["template"],
  ]

  private static func findTemplate(_ object: KubernetesObject) -> Value? {
    for path in paths {
      var value: Value? = object.root
      for key in path { value = value?[key] }
      if let value, value.at("spec", "containers")?.list != nil { return value }
    }
    return nil
  }

  /// Annotations of the workload itself.
  package var annotations: ValueMap? { object.annotations }

  /// Annotations of the pod template; for a Pod the same as the Pod's.
  package var templateAnnotations: ValueMap? { template?.at("metadata", "annotations")?.map }

  /// The name of the ServiceAccount that pods run as: `serviceAccountName`, the old `serviceAccount`, else nil for `default`.
  package var serviceAccountName: Value? { pod.serviceAccountName }
}

extension KubernetesObject {
  /// The workload that this object is, if it makes pods.
  package var workload: Workload? { Workload(self) }

  package var metadata: Value? { root["metadata"] }
  package var annotations: ValueMap? { root.at("metadata", "annotations")?.map }
  package var labels: ValueMap? { root.at("metadata", "labels")?.map }

  package func annotation(_ key: String) -> Value? { annotations?[key] }
  package func label(_ key: String) -> Value? { labels?[key] }

  /// The name with its origin.
  package var nameValue: Value { root.at("metadata", "name") ?? root["kind"] ?? root }

  /// Whether its kind lives in no namespace. Kinds that are not known are taken as namespaced.
  package var isClusterScoped: Bool { ClusterScope.contains(group: group, kind: kind) }
}

/// Kinds that live in no namespace.
package enum ClusterScope {
  private static let kinds: Set<String> = [
    "/Namespace", "/Node", "/PersistentVolume", "/ComponentStatus",
    "rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/ClusterRoleBinding",
    "apiextensions.k8s.io/CustomResourceDefinition", "apiregistration.k8s.io/APIService",
    "admissionregistration.k8s.io/MutatingWebhookConfiguration", "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
    "admissionregistration.k8s.io/ValidatingAdmissionPolicy", "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
    "storage.k8s.io/StorageClass", "storage.k8s.io/CSIDriver", "storage.k8s.io/CSINode", "storage.k8s.io/VolumeAttachment",
    "scheduling.k8s.io/PriorityClass", "node.k8s.io/RuntimeClass", "networking.k8s.io/IngressClass",
    "certificates.k8s.io/CertificateSigningRequest", "flowcontrol.apiserver.k8s.io/FlowSchema",
    "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration", "policy/PodSecurityPolicy",
    "external-secrets.io/ClusterSecretStore", "external-secrets.io/ClusterExternalSecret", "external-secrets.io/ClusterPushSecret",
    "cert-manager.io/ClusterIssuer", "karpenter.sh/NodePool", "karpenter.k8s.aws/EC2NodeClass", "kyverno.io/ClusterPolicy",
    "argoproj.io/ClusterWorkflowTemplate", "argoproj.io/ClusterAnalysisTemplate",
  ]

  package static func contains(group: String, kind: String) -> Bool { kinds.contains(group + "/" + kind) }
}
