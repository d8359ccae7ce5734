import SourceText
import Values
import YAMLSyntax

/// Which fields the transformers of a kustomization change (kustomize `builtinconfig.TransformerConfig`).
struct TransformerConfig {
  var namePrefix: [FieldSpec] = []
  var nameSuffix: [FieldSpec] = []
  var namespace: [FieldSpec] = []
  var commonLabels: [FieldSpec] = []
  var labels: [FieldSpec] = []
  var templateLabels: [FieldSpec] = []
  var commonAnnotations: [FieldSpec] = []
  var nameReference: [NameReference] = []
  var varReference: [FieldSpec] = []
  var images: [FieldSpec] = []
  var replicas: [FieldSpec] = []
  /// Whether this is, or has in it, what kustomize has built in: merging that again changes nothing.
  private var isBuiltin = false
  private var hasBuiltin = false

  private static let lists: [(name: String, field: any WritableKeyPath<TransformerConfig, [FieldSpec]> & Sendable)] = [
    ("namePrefix", \.namePrefix), ("nameSuffix", \.nameSuffix), ("namespace", \.namespace), ("commonLabels", \.commonLabels),
    ("labels", \.labels), ("templateLabels", \.templateLabels), ("commonAnnotations", \.commonAnnotations),
    ("varReference", \.varReference), ("images", \.images), ("replicas", \.replicas),
  ]

  mutating func merge(_ other: TransformerConfig) throws(KustomizeError) {
    if other.isBuiltin, hasBuiltin { return }
    // Other lists cannot be taken over as they are: a spec for all kinds goes where one for a kind with the same path comes first.
    if isEmpty, other.isBuiltin {
      self = other
      return
    }
    isBuiltin = false
    hasBuiltin = hasBuiltin || other.hasBuiltin
    for (_, field) in Self.lists { try self[keyPath: field].merge(other[keyPath: field]) }
    for reference in other.nameReference { try merge(reference) }
    sort()
  }

  private var isEmpty: Bool { nameReference.isEmpty && Self.lists.allSatisfy { self[keyPath: $0.field].isEmpty } }

  mutating func merge(_ reference: NameReference) throws(KustomizeError) {
    var isFound = false
    for at in nameReference.indices where nameReference[at].gvk == reference.gvk {
      try nameReference[at].referrers.merge(reference.referrers)
      isFound = true
    }
    if !isFound { nameReference.append(reference) }
  }

  mutating func sort() {
    for (_, field) in Self.lists { self[keyPath: field].sortByKind() }
    nameReference = nameReference.enumerated().sorted {
      KindOrder.precedes($0.element.gvk, $1.element.gvk)
        || (!KindOrder.precedes($1.element.gvk, $0.element.gvk) && $0.offset < $1.offset)
    }.map(\.element)
  }

  /// A file of `configurations:`; unknown fields are errors.
  init(_ value: Value) throws(KustomizeError) {
    let reader = KustomizationReader()
    var fields = try StructReader(value, what: "the transformer configuration", isLenient: true)
    for (name, field) in Self.lists { self[keyPath: field] = try fields.each(name, reader.fieldSpec) }
    nameReference = try fields.each("nameReference") { value throws(KustomizeError) in
      var inner = try StructReader(value, what: "nameReference", isLenient: true)
      let gvk = GroupVersionKind(
        group: try inner.scalar("group").string, version: try inner.scalar("version").string,
        kind: try inner.scalar("kind").string)
      let reference = NameReference(gvk: gvk, referrers: try inner.each("fieldSpecs", reader.fieldSpec))
      try inner.finish()
      return reference
    }
    try fields.finish()
    sort()
  }

  init() {}
}

/// Fields that hold the name of an object of a kind.
struct NameReference {
  var gvk: GroupVersionKind
  var referrers: [FieldSpec]
}

extension TransformerConfig {
  /// What kustomize 5.5 has built in (`builtinpluginconsts`).
  static let builtin: TransformerConfig = {
    var config = TransformerConfig()
    config.namePrefix = [FieldSpec("metadata/name")]
    config.nameSuffix = [FieldSpec("metadata/name")]
    config.namespace = [
      FieldSpec("metadata/name", kind: "Namespace", create: true),
      FieldSpec("spec/service/namespace", group: "apiregistration.k8s.io", kind: "APIService", create: true),
      FieldSpec(
        "spec/conversion/webhook/clientConfig/service/namespace", group: "apiextensions.k8s.io", kind: "CustomResourceDefinition"),
    ]
    config.templateLabels = metadataLabels
    config.commonLabels = selectors + metadataLabels
    config.commonAnnotations = annotations
    config.images = ["spec/", "spec/template/spec/"].flatMap { path in
      ["containers[]/image", "initContainers[]/image"].map { FieldSpec(path + $0, create: true) }
    }
    config.replicas = ["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"].map {
      FieldSpec("spec/replicas", kind: $0, create: true)
    }
    config.varReference = varFields
    config.nameReference = NameReferenceTable.all
    config.sort()
    config.isBuiltin = true
    config.hasBuiltin = true
    return config
  }()

  private static let metadataLabels: [FieldSpec] = [
    FieldSpec("metadata/labels", create: true),
    FieldSpec("spec/template/metadata/labels", version: "v1", kind: "ReplicationController", create: true),
    FieldSpec("spec/template/metadata/labels", kind: "Deployment", create: true),
    FieldSpec("spec/template/metadata/labels", kind: "ReplicaSet", create: true),
    FieldSpec("spec/template/metadata/labels", kind: "DaemonSet", create: true),
    FieldSpec("spec/template/metadata/labels", group: "apps", kind: "StatefulSet", create: true),
    FieldSpec("spec/volumeClaimTemplates[]/metadata/labels", group: "apps", kind: "StatefulSet", create: true),
    FieldSpec("spec/template/metadata/labels", group: "batch", kind: "Job", create: true),
    FieldSpec("spec/jobTemplate/metadata/labels", group: "batch", kind: "CronJob", create: true),
    FieldSpec("spec/jobTemplate/spec/template/metadata/labels", group: "batch", kind: "CronJob", create: true),
  ]

  private static let selectors: [FieldSpec] = {
    var specs = [
      FieldSpec("spec/selector", version: "v1", kind: "Service", create: true),
      FieldSpec("spec/selector", version: "v1", kind: "ReplicationController", create: true),
      FieldSpec("spec/selector/matchLabels", kind: "Deployment", create: true),
      FieldSpec("spec/selector/matchLabels", kind: "ReplicaSet", create: true),
      FieldSpec("spec/selector/matchLabels", kind: "DaemonSet", create: true),
      FieldSpec("spec/selector/matchLabels", group: "apps", kind: "StatefulSet", create: true),
      FieldSpec("spec/selector/matchLabels", group: "batch", kind: "Job"),
      FieldSpec("spec/jobTemplate/spec/selector/matchLabels", group: "batch", kind: "CronJob"),
      FieldSpec("spec/selector/matchLabels", group: "policy", kind: "PodDisruptionBudget"),
      FieldSpec("spec/podSelector/matchLabels", group: "networking.k8s.io", kind: "NetworkPolicy"),
      FieldSpec("spec/ingress/from/podSelector/matchLabels", group: "networking.k8s.io", kind: "NetworkPolicy"),
      FieldSpec("spec/egress/to/podSelector/matchLabels", group: "networking.k8s.io", kind: "NetworkPolicy"),
    ]
    for kind in ["Deployment", "StatefulSet"] {
      for affinity in ["podAffinity", "podAntiAffinity"] {
        let path = "spec/template/spec/affinity/" + affinity
        specs.append(
          FieldSpec(
            path + "/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels", group: "apps", kind: kind))
        specs.append(
          FieldSpec(path + "/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels", group: "apps", kind: kind))
      }
      specs.append(
        FieldSpec("spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels", group: "apps", kind: kind))
    }
    return specs
  }()

  private static let annotations: [FieldSpec] = [
    FieldSpec("metadata/annotations", create: true),
    FieldSpec("spec/template/metadata/annotations", version: "v1", kind: "ReplicationController", create: true),
    FieldSpec("spec/template/metadata/annotations", kind: "Deployment", create: true),
    FieldSpec("spec/template/metadata/annotations", kind: "ReplicaSet", create: true),
    FieldSpec("spec/template/metadata/annotations", kind: "DaemonSet", create: true),
    FieldSpec("spec/template/metadata/annotations", kind: "StatefulSet", create: true),
    FieldSpec("spec/template/metadata/annotations", group: "batch", kind: "Job", create: true),
    FieldSpec("spec/jobTemplate/metadata/annotations", group: "batch", kind: "CronJob", create: true),
    FieldSpec("spec/jobTemplate/spec/template/metadata/annotations", group: "batch", kind: "CronJob", create: true),
  ]

  private static let varFields: [FieldSpec] = {
    var specs: [FieldSpec] = []
    for (kind, path) in PodSpecs.withoutPodTemplate {
      for containers in ["containers", "initContainers"] {
        for field in ["args", "command", "env/value", "volumeMounts/mountPath"] {
          specs.append(FieldSpec("\(path)/\(containers)/\(field)", kind: kind))
        }
      }
      switch kind {
      case "CronJob": specs.append(FieldSpec("spec/jobTemplate/spec/template/volumes/nfs/server", kind: kind))
      case "StatefulSet": specs.append(FieldSpec("spec/volumeClaimTemplates/spec/nfs/server", kind: kind))
      case "ReplicaSet", "Deployment", "DaemonSet", "Job", "Pod": specs.append(FieldSpec(path + "/volumes/nfs/server", kind: kind))
      default: break
      }
    }
    specs.append(FieldSpec("spec/template/metadata/annotations", kind: "Deployment"))
    for field in ["rules/host", "tls/hosts", "tls/secretName"] { specs.append(FieldSpec("spec/" + field, kind: "Ingress")) }
    for field in ["port", "targetPort"] { specs.append(FieldSpec("spec/ports/" + field, kind: "Service")) }
    specs.append(FieldSpec("spec/nfs/server", kind: "PersistentVolume"))
    specs.append(FieldSpec("metadata/labels"))
    specs.append(FieldSpec("metadata/annotations"))
    return specs
  }()
}

/// Where the kinds keep their pod specs.
enum PodSpecs {
  static let withoutPodTemplate: [(kind: String, path: String)] = [
    ("Pod", "spec"), ("Deployment", "spec/template/spec"), ("ReplicaSet", "spec/template/spec"),
    ("DaemonSet", "spec/template/spec"), ("StatefulSet", "spec/template/spec"), ("Job", "spec/template/spec"),
    ("CronJob", "spec/jobTemplate/spec/template/spec"),
  ]
  static let all = withoutPodTemplate + [("PodTemplate", "template/spec")]
}
