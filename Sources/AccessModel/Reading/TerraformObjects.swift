import ArgoCD
import Kubernetes
import Rendering
import SourceText
import Terraform
import Values

/// Objects of Kubernetes that a Terraform root declares: `kubernetes_manifest`, `kubectl_manifest`, and the typed resources of the provider
/// (hashicorp/kubernetes), whose blocks become the manifest that the provider would send.
struct TerraformObjects {
  let provenance: Provenance
  let limits: Limits

  /// - Returns: nil where the root declares none.
  func unit(_ result: TerraformResult, evidence: [EnvironmentEvidence], isOneOfSeveral: Bool) -> RenderedUnit? {
    var objects: [KubernetesObject] = []
    var isComplete = true
    var hasAny = false
    for resource in result.resources where resource.mode == .managed {
      guard let made = object(resource) else { continue }
      hasAny = true
      if let root = made, let object = KubernetesObject(root) { objects.append(object) } else { isComplete = false }
    }
    guard hasAny else { return nil }
    let place = result.resources.first { $0.type.hasPrefix("kube") }?.origin ?? .none
    let directory = result.directory.isEmpty ? "." : result.directory
    let request = RenderRequest(
      tool: .directory(recurse: false, include: nil, exclude: nil), location: .tree(result.directory), releaseName: .null, namespace: .string("default", place),
      evidence: evidence, name: "terraform " + directory + (result.variableFile.isEmpty ? "" : " with " + result.variableFile), cluster: result.cluster,
      isConventional: isOneOfSeveral, origin: place)
    return RenderedUnit(request: request, objects: objects, status: isComplete ? .complete : .partial)
  }

  /// The manifest of a resource; nil within where it is not known; nil where the resource is no object of Kubernetes.
  private func object(_ resource: TerraformResource) -> Value?? {
    if let manifest = TerraformManifest(provenance: provenance, limits: limits).object(resource) { return .some(manifest) }
    guard let (apiVersion, kind) = Self.kinds[Self.unversioned(resource.type)] else { return nil }
    return .some(typed(resource, apiVersion, kind))
  }

  // MARK: Typed resources

  /// ServiceAccounts are read by `AccountLinker`.
  private static let kinds: [String: (String, String)] = [
    "kubernetes_deployment": ("apps/v1", "Deployment"), "kubernetes_stateful_set": ("apps/v1", "StatefulSet"), "kubernetes_daemonset": ("apps/v1", "DaemonSet"),
    "kubernetes_daemon_set": ("apps/v1", "DaemonSet"), "kubernetes_replication_controller": ("v1", "ReplicationController"), "kubernetes_pod": ("v1", "Pod"),
    "kubernetes_job": ("batch/v1", "Job"), "kubernetes_cron_job": ("batch/v1", "CronJob"), "kubernetes_secret": ("v1", "Secret"),
    "kubernetes_config_map": ("v1", "ConfigMap"), "kubernetes_namespace": ("v1", "Namespace"), "kubernetes_csi_driver": ("storage.k8s.io/v1", "CSIDriver"),
  ]

  /// `kubernetes_deployment_v1` is `kubernetes_deployment`.
  static func unversioned(_ type: String) -> String {
    for suffix in ["_v1", "_v1beta1", "_v2"] where type.hasSuffix(suffix) { return String(type.dropLast(suffix.utf8.count)) }
    return type
  }

  /// Blocks that may be repeated, by what the manifest calls their list.
  private static let lists: [String: String] = [
    "container": "containers", "init_container": "initContainers", "ephemeral_container": "ephemeralContainers", "volume": "volumes", "volume_mount": "volumeMounts",
    "env": "env", "env_from": "envFrom", "port": "ports", "image_pull_secrets": "imagePullSecrets", "toleration": "tolerations", "items": "items", "sources": "sources",
    "volume_claim_template": "volumeClaimTemplates", "host_aliases": "hostAliases", "match_expressions": "matchExpressions", "token_requests": "tokenRequests",
    "volume_device": "volumeDevices", "readiness_gate": "readinessGates", "topology_spread_constraint": "topologySpreadConstraints",
  ]

  /// Arguments that are maps of the user's own keys.
  private static let maps: Set<String> = [
    "labels", "annotations", "match_labels", "volume_attributes", "data", "string_data", "binary_data", "limits", "requests", "node_selector", "parameters", "options",
  ]

  private static let top = ["metadata", "spec", "data", "string_data", "binary_data", "type", "immutable"]

  private func typed(_ resource: TerraformResource, _ apiVersion: String, _ kind: String) -> Value? {
    let root = ValueMap([("apiVersion", .string(apiVersion, resource.origin)), ("kind", .string(kind, resource.origin))])
    for name in Self.top {
      guard let entry = resource.attributes.entry(name), !entry.value.isNull else { continue }
      // The provider takes `data` in plain text and encodes it itself.
      let key = kind == "Secret" && name == "data" ? "stringData" : Self.camel(name)
      guard let value = converted(name, entry.value, depth: 0) else { continue }
      root.set(key, value, keyOrigin: entry.keyOrigin)
    }
    guard root["metadata"]?.map != nil else { return nil }
    return .map(root, resource.origin)
  }

  private func converted(_ name: String, _ value: Value, depth: Int) -> Value? {
    let value = TerraformStructure.known(value)
    guard depth < 60 else { return nil }
    if Self.maps.contains(name) { return value.map == nil ? value : TerraformStructure.knownThroughout(value) }
    switch value.payload {
    case .null: return nil
    case .list(let list):
      let items = list.items.map(TerraformStructure.known)
      guard !items.isEmpty else { return nil }
      guard items.contains(where: { $0.map != nil }) else { return Self.lists[name] == nil ? value : .list(items, value.origin) }
      if Self.lists[name] != nil { return .list(items.map { block($0, depth: depth) }, value.origin) }
      return items.first.map { block($0, depth: depth).located(value.origin) }
    case .map: return block(value, depth: depth)
    default: return value
    }
  }

  private func block(_ value: Value, depth: Int) -> Value {
    guard let map = value.map else { return value }
    let result = ValueMap()
    for entry in map.entries {
      let name = entry.key.string
      guard let inner = converted(name, entry.value, depth: depth + 1) else { continue }
      result.set(Self.lists[name] ?? Self.camel(name), inner, keyOrigin: entry.keyOrigin)
    }
    return .map(result, value.origin)
  }

  /// `service_account_name` → `serviceAccountName`.
  static func camel(_ name: String) -> String {
    var result = ""
    for (place, word) in name.split(separator: "_", omittingEmptySubsequences: true).enumerated() {
      result += place == 0 ? String(word) : word.prefix(1).uppercased() + word.dropFirst()
    }
    return result
  }
}
