/// Which lists of Kubernetes' own kinds are merged by key, as the OpenAPI document of Kubernetes 1.21 says that kustomize 5.5 has
/// built in (`x-kubernetes-patch-strategy` with `merge`; keys from `x-kubernetes-list-map-keys`, else
/// `x-kubernetes-patch-merge-key`). Fields that lead to no such list are left out.
enum MergeSchemaTable {
  /// `Type: field>Type field*key+key>Type …`; a list of plain values has no key.
  static let types = """
    APIService: metadata>ObjectMeta status>APIServiceStatus
    APIServiceStatus: conditions*type>
    CSINode: metadata>ObjectMeta spec>CSINodeSpec
    CSINodeSpec: drivers*name>
    ComponentStatus: conditions*type> metadata>ObjectMeta
    Container: env*name> ports*containerPort+protocol> volumeDevices*devicePath> volumeMounts*mountPath>
    CronJob: metadata>ObjectMeta spec>CronJobSpec
    CronJobSpec: jobTemplate>JobTemplateSpec
    DaemonSet: metadata>ObjectMeta spec>DaemonSetSpec status>DaemonSetStatus
    DaemonSetSpec: template>PodTemplateSpec
    DaemonSetStatus: conditions*type>
    Deployment: metadata>ObjectMeta spec>DeploymentSpec status>DeploymentStatus
    DeploymentSpec: template>PodTemplateSpec
    DeploymentStatus: conditions*type>
    EphemeralContainer: env*name> volumeDevices*devicePath> volumeMounts*mountPath>
    EphemeralVolumeSource: volumeClaimTemplate>Named
    Job: metadata>ObjectMeta spec>JobSpec status>JobStatus
    JobSpec: template>PodTemplateSpec
    JobStatus: conditions*type>
    JobTemplateSpec: metadata>ObjectMeta spec>JobSpec
    MutatingWebhookConfiguration: metadata>ObjectMeta webhooks*name>
    Namespace: metadata>ObjectMeta status>NamespaceStatus
    NamespaceStatus: conditions*type>
    Node: metadata>ObjectMeta spec>NodeSpec status>NodeStatus
    NodeSpec: podCIDRs*>
    NodeStatus: addresses*type> conditions*type>
    ObjectMeta: finalizers*> ownerReferences*uid>
    PersistentVolumeClaim: metadata>ObjectMeta status>PersistentVolumeClaimStatus
    PersistentVolumeClaimStatus: conditions*type>
    Pod: metadata>ObjectMeta spec>PodSpec status>PodStatus
    PodDisruptionBudget: metadata>ObjectMeta status>PodDisruptionBudgetStatus
    PodDisruptionBudgetStatus: conditions*type>
    PodSpec: containers*name>Container ephemeralContainers*name>EphemeralContainer hostAliases*ip> imagePullSecrets*name> initContainers*name>Container topologySpreadConstraints*topologyKey+whenUnsatisfiable> volumes*name>Volume
    PodStatus: conditions*type> podIPs*ip>
    PodTemplate: metadata>ObjectMeta template>PodTemplateSpec
    PodTemplateSpec: metadata>ObjectMeta spec>PodSpec
    ReplicaSet: metadata>ObjectMeta spec>ReplicaSetSpec status>ReplicaSetStatus
    ReplicaSetSpec: template>PodTemplateSpec
    ReplicaSetStatus: conditions*type>
    ReplicationController: metadata>ObjectMeta spec>ReplicationControllerSpec status>ReplicationControllerStatus
    ReplicationControllerSpec: template>PodTemplateSpec
    ReplicationControllerStatus: conditions*type>
    Service: metadata>ObjectMeta spec>ServiceSpec status>ServiceStatus
    ServiceAccount: metadata>ObjectMeta secrets*name>
    ServiceSpec: ports*port+protocol>
    ServiceStatus: conditions*type>
    StatefulSet: metadata>ObjectMeta spec>StatefulSetSpec status>StatefulSetStatus
    StatefulSetSpec: template>PodTemplateSpec
    StatefulSetStatus: conditions*type>
    ValidatingWebhookConfiguration: metadata>ObjectMeta webhooks*name>
    Volume: ephemeral>EphemeralVolumeSource
    Named: metadata>ObjectMeta
    """

  /// `Kind: versions`, or `Kind=Type: versions` where the type has another name.
  static let kinds = """
    APIService: apiregistration.k8s.io/v1 apiregistration.k8s.io/v1beta1
    CSINode: storage.k8s.io/v1 storage.k8s.io/v1beta1
    ComponentStatus: v1
    CronJob: batch/v1 batch/v1beta1
    DaemonSet: apps/v1
    Deployment: apps/v1
    Job: batch/v1
    MutatingWebhookConfiguration: admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1beta1
    Binding=Named: v1
    CSIDriver=Named: storage.k8s.io/v1 storage.k8s.io/v1beta1
    CSIStorageCapacity=Named: storage.k8s.io/v1beta1
    CertificateSigningRequest=Named: certificates.k8s.io/v1 certificates.k8s.io/v1beta1
    ClusterRole=Named: rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1
    ClusterRoleBinding=Named: rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1
    ConfigMap=Named: v1
    ControllerRevision=Named: apps/v1
    CustomResourceDefinition=Named: apiextensions.k8s.io/v1 apiextensions.k8s.io/v1beta1
    EndpointSlice=Named: discovery.k8s.io/v1 discovery.k8s.io/v1beta1
    Endpoints=Named: v1
    Event=Named: events.k8s.io/v1 events.k8s.io/v1beta1 v1
    Eviction=Named: policy/v1beta1
    FlowSchema=Named: flowcontrol.apiserver.k8s.io/v1beta1
    HorizontalPodAutoscaler=Named: autoscaling/v1 autoscaling/v2beta1 autoscaling/v2beta2
    Ingress=Named: extensions/v1beta1 networking.k8s.io/v1 networking.k8s.io/v1beta1
    IngressClass=Named: networking.k8s.io/v1 networking.k8s.io/v1beta1
    Lease=Named: coordination.k8s.io/v1 coordination.k8s.io/v1beta1
    LimitRange=Named: v1
    LocalSubjectAccessReview=Named: authorization.k8s.io/v1 authorization.k8s.io/v1beta1
    NetworkPolicy=Named: networking.k8s.io/v1
    PersistentVolume=Named: v1
    PodSecurityPolicy=Named: policy/v1beta1
    PriorityClass=Named: scheduling.k8s.io/v1 scheduling.k8s.io/v1beta1
    PriorityLevelConfiguration=Named: flowcontrol.apiserver.k8s.io/v1beta1
    ResourceQuota=Named: v1
    Role=Named: rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1
    RoleBinding=Named: rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1
    RuntimeClass=Named: node.k8s.io/v1 node.k8s.io/v1beta1
    Scale=Named: autoscaling/v1
    Secret=Named: v1
    SelfSubjectAccessReview=Named: authorization.k8s.io/v1 authorization.k8s.io/v1beta1
    SelfSubjectRulesReview=Named: authorization.k8s.io/v1 authorization.k8s.io/v1beta1
    StorageClass=Named: storage.k8s.io/v1 storage.k8s.io/v1beta1
    SubjectAccessReview=Named: authorization.k8s.io/v1 authorization.k8s.io/v1beta1
    TokenRequest=Named: authentication.k8s.io/v1
    TokenReview=Named: authentication.k8s.io/v1 authentication.k8s.io/v1beta1
    VolumeAttachment=Named: storage.k8s.io/v1 storage.k8s.io/v1beta1
    Namespace: v1
    Node: v1
    PersistentVolumeClaim: v1
    Pod: v1
    PodDisruptionBudget: policy/v1 policy/v1beta1
    PodTemplate: v1
    ReplicaSet: apps/v1
    ReplicationController: v1
    Service: v1
    ServiceAccount: v1
    StatefulSet: apps/v1
    ValidatingWebhookConfiguration: admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1beta1
    """
}
