import SourceText
import Values

/// What we know of a chart that is not in the repository: the keys that its values.yaml has, for a range of versions.
struct ChartProfile: Sendable {
  /// Known keys below a key.
  indirect enum Keys: Sendable {
    /// Free-form: labels, affinity, resources, …
    case any
    case map([String: Keys])
  }

  let versions: ClosedRange<ProgramVersion>
  let keys: [String: Keys]
  /// Frequent mistakes: path → (the path that is meant or "", why).
  let mistakes: [String: (suggestion: String, note: String)]

  /// Values that the chart does not know; [] where the profile does not hold for the version.
  func unknownValues(_ values: InstallationValues, version: ProgramVersion?) -> [Value] {
    guard let version, versions.contains(version), let map = values.root.map else { return [] }
    var found: [Value] = []
    visit(map, keys, [], &found)
    return found
  }

  private func visit(_ map: ValueMap, _ known: [String: Keys], _ path: [String], _ found: inout [Value]) {
    guard path.count < 20 else { return }
    for entry in map.entries {
      let key = entry.key.string
      if path.isEmpty, key == "global" { continue }
      let full = path + [key]
      switch known[key] {
      case .any?: continue
      case .map(let inner)?:
        if let below = entry.value.map { visit(below, inner, full, &found) }
      case nil:
        let text = full.joined(separator: ".")
        let mistake = mistakes[text]
        let near = nearestName(to: key, in: known.keys.sorted { $0.bytesPrecede($1) })
        let suggestion = mistake?.suggestion ?? near.map { (path + [$0]).joined(separator: ".") } ?? ""
        let origin = entry.keyOrigin.isKnown ? entry.keyOrigin : entry.value.origin
        found.append(
          makeRecord(
            .unknownValue, origin,
            [("key", .string(text, origin)), ("suggestion", .string(suggestion, origin)), ("note", .string(mistake?.note ?? "", origin))]))
      }
    }
  }

  private static func any(_ names: String) -> [String: Keys] {
    Dictionary(names.split(separator: " ").map { (String($0), Keys.any) }, uniquingKeysWith: { first, _ in first })
  }

  private static func with(_ plain: String, _ maps: [String: Keys] = [:]) -> [String: Keys] { any(plain).merging(maps) { _, new in new } }

  private static let node: Keys = .map(
    with(
      "enabled image affinity registrarImage livenessProbeImage updateStrategy kubeletRootDir providersDir additionalProvidersDirs nodeSelector tolerations metricsAddr env priorityClassName daemonsetAnnotations podAnnotations podLabels volumes volumeMounts crds customUserAgent",
      ["driver": .map(any("resources")), "registrar": .map(any("resources logVerbosity")), "livenessProbe": .map(any("resources"))]))

  private static let driverKeys = with(
    "logVerbosity logFormatJSON maxCallRecvMsgSize enableSecretRotation rotationPollInterval providerHealthCheck providerHealthCheckInterval imagePullSecrets tokenRequests automountServiceAccountToken commonLabels nameOverride fullnameOverride minimumProviderVersions filteredWatchSecret tags condition",
    [
      "linux": node, "windows": node, "livenessProbe": .map(any("port logLevel")), "rbac": .map(any("install pspEnabled")),
      "syncSecret": .map(any("enabled")),
    ])

  private static let driverMistakes: [String: (suggestion: String, note: String)] = [
    "serviceAccount": ("", "the chart's ServiceAccount is fixed and takes no annotations; the driver needs no role"),
    "linux.resources": ("linux.driver.resources", "the containers have resources of their own"),
    "windows.resources": ("windows.driver.resources", "the containers have resources of their own"),
    "resources": ("linux.driver.resources", "the containers have resources of their own"),
    "enableMetrics": ("", "metrics are always on; their address is linux.metricsAddr"),
    "metrics": ("", "metrics are always on; their address is linux.metricsAddr"),
    "secrets-store-csi-driver": ("", "these are the chart's own values: they stand at the top level"),
    "rotation": ("enableSecretRotation", ""), "secretRotation": ("enableSecretRotation", ""), "syncSecrets": ("syncSecret", ""),
    "rotationInterval": ("rotationPollInterval", ""), "syncSecret.enable": ("syncSecret.enabled", ""),
  ]

  /// charts/secrets-store-csi-driver of kubernetes-sigs/secrets-store-csi-driver.
  static let driver = ChartProfile(versions: ProgramVersion(1, 3, 0)...ProgramVersion(1, 6, 99), keys: driverKeys, mistakes: driverMistakes)

  /// charts/secrets-store-csi-driver-provider-aws of aws/secrets-store-csi-driver-provider-aws.
  static let provider = ChartProfile(
    versions: ProgramVersion(2, 0, 0)...ProgramVersion(3, 1, 99),
    keys: with(
      "image awsRegion nameOverride fullnameOverride providerVolume kubeletPath driverWritesSecrets commonLabels podLabels podAnnotations affinity resources priorityClassName nodeSelector tolerations port updateStrategy imagePullSecrets rbac securityContext useFipsEndpoint podIdentityHttpTimeout k8sThrottlingParams dnsConfig privileged apiVolume eksAddonVersion hostNetwork logVerbosity podSecurityContext env",
      ["secrets-store-csi-driver": .map(driverKeys.merging(any("install")) { old, _ in old })]),
    mistakes: [
      "enableSecretRotation": ("secrets-store-csi-driver.enableSecretRotation", "the driver is a sub-chart: its values stand below its name"),
      "rotationPollInterval": ("secrets-store-csi-driver.rotationPollInterval", "the driver is a sub-chart: its values stand below its name"),
      "syncSecret": ("secrets-store-csi-driver.syncSecret", "the driver is a sub-chart: its values stand below its name"),
      "tokenRequests": ("secrets-store-csi-driver.tokenRequests", "the driver is a sub-chart: its values stand below its name"),
      "linux": ("secrets-store-csi-driver.linux", "the driver is a sub-chart: its values stand below its name"),
      "serviceAccount": ("", "the provider uses the pod's identity: its own ServiceAccount needs no role"),
    ])

  private static let reloaderKeys = with(
    "autoReloadAll isArgoRollouts isOpenshift ignoreSecrets ignoreConfigMaps ignoreJobs ignoreCronJobs reloadOnCreate reloadOnDelete syncAfterRestart reloadStrategy ignoreNamespaces namespaceSelector resourceLabelSelector logFormat logLevel watchGlobally namespaces enableHA enablePProf enableCSIIntegration pprofAddr readOnlyRootFileSystem legacy matchLabels enableMetricsByNamespace service rbac serviceAccount custom_annotations serviceMonitor podMonitor podDisruptionBudget netpol verticalPodAutoscaler webhookUrl volumeMounts volumes",
    [
      "deployment": .map(
        any(
          "dnsConfig replicas revisionHistoryLimit hostUsers nodeSelector affinity volumeMounts volumes securityContext containerSecurityContext tolerations topologySpreadConstraints annotations labels env livenessProbe readinessProbe resources pod priorityClassName runtimeClassName schedulerName gomaxprocsOverride gomemlimitOverride image command args updateStrategy imagePullSecrets"
        ))
    ])

  /// deployments/kubernetes/chart/reloader of stakater/Reloader.
  static let reloader = ChartProfile(
    versions: ProgramVersion(2, 1, 0)...ProgramVersion(2, 2, 99),
    keys: with("kubernetes nameOverride fullnameOverride image", ["reloader": .map(reloaderKeys)]),
    mistakes: [
      "reloader.deployment.podSecurityContext": ("reloader.deployment.securityContext", "the pod's security context has this name here"),
      "reloader.resources": ("reloader.deployment.resources", ""),
      "resources": ("reloader.deployment.resources", ""),
    ].merging(
      ["autoReloadAll", "isArgoRollouts", "ignoreSecrets", "ignoreNamespaces", "namespaceSelector", "resourceLabelSelector", "watchGlobally", "reloadStrategy",
        "enableCSIIntegration", "reloadOnCreate", "reloadOnDelete", "logLevel", "logFormat", "deployment", "serviceAccount", "rbac", "syncAfterRestart"]
        .map { ($0, (suggestion: "reloader.\($0)", note: "the chart's values stand below `reloader`")) }, uniquingKeysWith: { old, _ in old }))
}
