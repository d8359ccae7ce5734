/// Which fields hold names of other objects, so that they follow when those are renamed (kustomize 5.5
/// `builtinpluginconsts/namereference.go`). IngressClass is left out: its group is misspelt there and matches nothing.
enum NameReferenceTable {
  static let all: [NameReference] = scaled + [
    configMap, secret, service, role, clusterRole, serviceAccount, claim, volume, storageClass, priorityClass, admissionPolicy,
  ]

  private static func reference(_ gvk: GroupVersionKind, _ referrers: [FieldSpec]) -> NameReference {
    NameReference(gvk: gvk, referrers: referrers)
  }

  private static let scaled: [NameReference] = ["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"].map {
    reference(GroupVersionKind(kind: $0), [FieldSpec("spec/scaleTargetRef/name", kind: "HorizontalPodAutoscaler")])
  }

  /// The same fields of the pod specs of all kinds.
  private static func inPods(_ fields: [String], version: String = "v1") -> [FieldSpec] {
    PodSpecs.all.flatMap { kind, path in
      fields.map { FieldSpec(path + "/" + $0, version: kind == "Pod" ? version : "", kind: kind) }
    }
  }

  private static let configMap = reference(
    GroupVersionKind(version: "v1", kind: "ConfigMap"),
    inPods([
      "volumes/configMap/name", "containers/env/valueFrom/configMapKeyRef/name",
      "initContainers/env/valueFrom/configMapKeyRef/name", "containers/envFrom/configMapRef/name",
      "initContainers/envFrom/configMapRef/name", "volumes/projected/sources/configMap/name",
    ]) + [
      FieldSpec("spec/configSource/configMap", kind: "Node"), FieldSpec("rules/resourceNames", kind: "Role"),
      FieldSpec("rules/resourceNames", kind: "ClusterRole"),
      FieldSpec(#"metadata/annotations/nginx.ingress.kubernetes.io\/fastcgi-params-configmap"#, kind: "Ingress"),
    ])

  private static let secret = reference(
    GroupVersionKind(version: "v1", kind: "Secret"),
    inPods([
      "volumes/secret/secretName", "containers/env/valueFrom/secretKeyRef/name",
      "initContainers/env/valueFrom/secretKeyRef/name", "containers/envFrom/secretRef/name",
      "initContainers/envFrom/secretRef/name", "imagePullSecrets/name", "volumes/projected/sources/secret/name",
    ]) + [
      FieldSpec("spec/tls/secretName", kind: "Ingress"),
      FieldSpec(#"metadata/annotations/ingress.kubernetes.io\/auth-secret"#, kind: "Ingress"),
      FieldSpec(#"metadata/annotations/nginx.ingress.kubernetes.io\/auth-secret"#, kind: "Ingress"),
      FieldSpec(#"metadata/annotations/nginx.ingress.kubernetes.io\/auth-tls-secret"#, kind: "Ingress"),
      FieldSpec("imagePullSecrets/name", kind: "ServiceAccount"),
      FieldSpec("parameters/secretName", kind: "StorageClass"), FieldSpec("parameters/adminSecretName", kind: "StorageClass"),
      FieldSpec("parameters/userSecretName", kind: "StorageClass"), FieldSpec("parameters/secretRef", kind: "StorageClass"),
      FieldSpec("rules/resourceNames", kind: "Role"), FieldSpec("rules/resourceNames", kind: "ClusterRole"),
      FieldSpec(
        "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", group: "serving.knative.dev", version: "v1", kind: "Service"),
      FieldSpec("spec/azureFile/secretName", kind: "PersistentVolume"),
    ])

  private static let service = reference(
    GroupVersionKind(version: "v1", kind: "Service"),
    [
      FieldSpec("spec/serviceName", group: "apps", kind: "StatefulSet"),
      FieldSpec("spec/rules/http/paths/backend/serviceName", kind: "Ingress"),
      FieldSpec("spec/backend/serviceName", kind: "Ingress"),
      FieldSpec("spec/rules/http/paths/backend/service/name", kind: "Ingress"),
      FieldSpec("spec/defaultBackend/service/name", kind: "Ingress"),
      FieldSpec("spec/service/name", group: "apiregistration.k8s.io", kind: "APIService"),
      FieldSpec("webhooks/clientConfig/service", group: "admissionregistration.k8s.io", kind: "ValidatingWebhookConfiguration"),
      FieldSpec("webhooks/clientConfig/service", group: "admissionregistration.k8s.io", kind: "MutatingWebhookConfiguration"),
    ])

  private static let rbac = "rbac.authorization.k8s.io"

  private static let role = reference(
    GroupVersionKind(group: rbac, kind: "Role"), [FieldSpec("roleRef/name", group: rbac, kind: "RoleBinding")])

  private static let clusterRole = reference(
    GroupVersionKind(group: rbac, kind: "ClusterRole"),
    ["RoleBinding", "ClusterRoleBinding"].map { FieldSpec("roleRef/name", group: rbac, kind: $0) })

  /// A field of the pod specs of the kinds that most references name.
  private static func ofWorkloads(_ field: String) -> [FieldSpec] {
    [
      ("Pod", "spec"), ("StatefulSet", "spec/template/spec"), ("Deployment", "spec/template/spec"),
      ("ReplicationController", "spec/template/spec"), ("CronJob", "spec/jobTemplate/spec/template/spec"),
      ("Job", "spec/template/spec"), ("DaemonSet", "spec/template/spec"),
    ].map { FieldSpec($1 + "/" + field, kind: $0) }
  }

  private static let serviceAccount = reference(
    GroupVersionKind(version: "v1", kind: "ServiceAccount"),
    ["RoleBinding", "ClusterRoleBinding"].map { FieldSpec("subjects", group: rbac, kind: $0) } + ofWorkloads("serviceAccountName"))

  private static let claim = reference(
    GroupVersionKind(version: "v1", kind: "PersistentVolumeClaim"), ofWorkloads("volumes/persistentVolumeClaim/claimName"))

  private static let volume = reference(
    GroupVersionKind(version: "v1", kind: "PersistentVolume"),
    [FieldSpec("spec/volumeName", kind: "PersistentVolumeClaim"), FieldSpec("rules/resourceNames", kind: "ClusterRole")])

  private static let storageClass = reference(
    GroupVersionKind(group: "storage.k8s.io", version: "v1", kind: "StorageClass"),
    [
      FieldSpec("spec/storageClassName", kind: "PersistentVolume"),
      FieldSpec("spec/storageClassName", kind: "PersistentVolumeClaim"),
      FieldSpec("spec/volumeClaimTemplates/spec/storageClassName", kind: "StatefulSet"),
    ])

  private static let priorityClass = reference(
    GroupVersionKind(group: "scheduling.k8s.io", version: "v1", kind: "PriorityClass"), ofWorkloads("priorityClassName"))

  private static let admissionPolicy = reference(
    GroupVersionKind(group: "admissionregistration.k8s.io", kind: "ValidatingAdmissionPolicy"),
    [FieldSpec("spec/policyName", group: "admissionregistration.k8s.io", kind: "ValidatingAdmissionPolicyBinding")])
}
