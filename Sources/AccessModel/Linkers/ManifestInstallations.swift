import ArgoCD
import Kubernetes
import Rendering
import SourceText
import Values

/// Installations that stand in the rendered objects themselves: the driver's and provider's DaemonSets, Reloader's Deployment. What a chart
/// named in the model already is not counted twice.
struct ManifestInstallations {
  let context: LinkContext

  func link() {
    for workload in context.workloads {
      let containers = workload.workload.pod.containers
      guard let image = containers.compactMap({ $0.image?.string }).first(where: { kind(ofImage: $0) != nil }), let type = kind(ofImage: image) else { continue }
      let unit = workload.object.unit
      let known = type == .driver ? context.drivers : type == .provider ? context.providers : context.reloaders
      if known.contains(where: { $0.unit === unit }) { continue }
      guard let container = containers.first(where: { $0.image?.string == image }) else { continue }
      add(type, workload, container, image)
    }
  }

  private func kind(ofImage image: String) -> NodeType? {
    if image.contains("secrets-store-csi-driver-provider-aws") { return .provider }
    if image.contains("csi-secrets-store/driver:") || image.contains("secrets-store-csi-driver:") || image.contains("secrets-store/driver@") { return .driver }
    if image.contains("stakater/reloader") || image.contains("/reloader:") && image.contains("stakater") { return .reloader }
    return nil
  }

  private func add(_ type: NodeType, _ workload: WorkloadRecord, _ container: PodSpec.Container, _ image: String) {
    let object = workload.object
    let node = context.make(type, id: "manifest/" + object.id, title: "\(type.rawValue) of \(object.title)", origin: object.metadata.origin)
    let tag = image.split(separator: "@").first?.split(separator: ":").last.map(String.init) ?? ""
    let version = ProgramVersion(tag)
    let place = container.root.map?.entry("args")?.keyOrigin ?? container.root.map?.entry("name")?.keyOrigin ?? object.metadata.origin
    node.set("name", object.object.name)
    node.set("source", "manifest")
    node.set("deployment", object.unit.node.value)
    node.set("namespace", object.namespaceValue.located(node.origin))
    node.set("cluster", object.unit.cluster)
    node.set("chartVersion", "")
    node.set("version", version.map { .string($0.description, container.image?.origin ?? place) } ?? .unknown("the image's tag is no version", place))
    node.set("values", container.root.with(origin: place))
    node.set("valuesKnown", true)
    node.set("unknownValues", .list([], node.origin))
    object.environment.apply(to: node)
    let record = InstallationRecord(
      node: node, cluster: object.unit.cluster, values: InstallationValues(root: .map(ValueMap(), place), isKnown: true, place: place), unit: object.unit)
    record.environment = object.environment
    switch type {
    case .driver:
      fillDriver(node, container, version, place, workload)
      context.drivers.append(record)
    case .provider:
      fillProvider(node, container, version, workload)
      context.providers.append(record)
    default:
      record.reloader = fillReloader(node, container, version, place, workload)
      context.reloaders.append(record)
    }
  }

  /// `--flag=value`, `--flag value`, `--flag`.
  private func flag(_ name: String, _ container: PodSpec.Container) -> Value? {
    let arguments = container.arguments
    for (index, argument) in arguments.enumerated() {
      guard let text = argument.string else { continue }
      for dashes in ["--", "-"] {
        if text.hasPrefix(dashes + name + "=") { return .string(String(text.dropFirst(dashes.count + name.count + 1)), argument.origin) }
        guard text == dashes + name else { continue }
        if index + 1 < arguments.count, let next = arguments[index + 1].string, !next.hasPrefix("-") { return arguments[index + 1] }
        return .string("true", argument.origin)
      }
    }
    return nil
  }

  private func bool(_ name: String, _ container: PodSpec.Container, _ place: Origin) -> Value {
    guard let value = flag(name, container) else { return .bool(false, place) }
    guard let answer = value.looseBool else { return .unknown("--\(name) is no bool", value.origin) }
    return .bool(answer, value.origin)
  }

  private func fillDriver(_ node: ModelNode, _ container: PodSpec.Container, _ version: ProgramVersion?, _ place: Origin, _ workload: WorkloadRecord) {
    node.set("isBundled", context.providers.contains { $0.unit === workload.object.unit })
    node.set("rotationEnabled", bool("enable-secret-rotation", container, place))
    InstallationInterval.apply(to: node, flag("rotation-poll-interval", container) ?? .string("", place))
    // The roles beside it decide; the linker of installations looks for them.
    let unitHasRole = workload.object.unit.objects.contains { record in
      record.object.kind == "ClusterRole" && record.object.name.contains("secretprovidersyncing")
    }
    node.set("syncSecretEnabled", unitHasRole)
    node.set("tokenAudiences", .list([], place))
    let directories = flag("provider-volume", container)
    let more = (flag("additional-provider-volume-paths", container)?.string ?? "").split(separator: ",").map { Value.string(String($0), place) }
    node.set("providersDirs", .list([directories ?? .string("/var/run/secrets-store-csi-providers", place)] + more, place))
    node.set("isRotationByRepublish", version.map { ChartKnowledge.driver.has("rotation-by-republish", $0) }, because: "the driver's version is not known")
    node.set("nameCollides", false)
  }

  private func fillProvider(_ node: ModelNode, _ container: PodSpec.Container, _ version: ProgramVersion?, _ workload: WorkloadRecord) {
    node.set("installsDriver", false)
    node.set("driver", .null(node.origin))
    node.set("awsRegion", container.env.first { $0["name"]?.string == "AWS_REGION" }?["value"] ?? .string("", node.origin))
    let own = container.root["securityContext"]
    let pod = workload.workload.pod.root["securityContext"]
    let nonRoot = own?["runAsNonRoot"] ?? pod?["runAsNonRoot"]
    let user = own?["runAsUser"] ?? pod?["runAsUser"]
    node.set("cannotRunAsRoot", nonRoot?.isTruthy == true && (user == nil || user?.int == 0), nonRoot?.origin ?? .none)
    node.set("providerDir", flag("provider-volume", container) ?? .string("/var/run/secrets-store-csi-providers", node.origin))
    node.setEmpty("drivers")
    node.set("needsTokenRequests", version.map { ChartKnowledge.provider.has("tokens-from-driver", $0) }, because: "the provider's version is not known")
    node.set("driverWritesSecrets", bool("driver-writes-secrets", container, node.origin))
  }

  private func fillReloader(
    _ node: ModelNode, _ container: PodSpec.Container, _ version: ProgramVersion?, _ place: Origin, _ workload: WorkloadRecord
  ) -> ReloaderSettings {
    var settings = ReloaderSettings()
    settings.version = version
    settings.releaseNamespace = workload.object.namespace
    func set(_ field: String, _ name: String) -> Bool? {
      let value = bool(name, container, place)
      node.set(field, value)
      return value.bool
    }
    func text(_ field: String, _ name: String) -> String {
      let value = flag(name, container) ?? .string("", place)
      node.set(field, value)
      return value.string ?? ""
    }
    func split(_ text: String) -> [String] { text.split(separator: ",").map { ClassReading.trimmed(String($0)) } }
    // Without the variable it watches all namespaces.
    let own = container.env.first { $0["name"]?.string == "KUBERNETES_NAMESPACE" }
    settings.watchGlobally = own == nil
    node.set("watchGlobally", own == nil, own?.origin ?? place)
    settings.namespaces = split(flag("namespaces", container)?.string ?? "")
    node.set("namespaces", settings.namespaces)
    settings.ignoreNamespaces = split(flag("namespaces-to-ignore", container)?.string ?? "")
    node.set("ignoreNamespaces", settings.ignoreNamespaces)
    settings.namespaceSelector = text("namespaceSelector", "namespace-selector")
    settings.resourceLabelSelector = text("resourceLabelSelector", "resource-label-selector")
    let ignored = split((flag("resources-to-ignore", container)?.string ?? "").lowercased())
    settings.ignoreSecrets = ignored.contains("secrets")
    node.set("ignoreSecrets", ignored.contains("secrets"))
    let kinds = split((flag("ignored-workload-types", container)?.string ?? "").lowercased())
    settings.ignoreJobs = kinds.contains("jobs")
    settings.ignoreCronJobs = kinds.contains("cronjobs")
    node.set("ignoreJobs", kinds.contains("jobs"))
    node.set("ignoreCronJobs", kinds.contains("cronjobs"))
    settings.isArgoRollouts = set("isArgoRollouts", "is-Argo-Rollouts")
    settings.autoReloadAll = set("autoReloadAll", "auto-reload-all")
    settings.csiIntegration = set("csiIntegration", "enable-csi-integration")
    node.set("isTooOldForCsi", version.map { $0 < ProgramVersion(1, 4, 13) }, because: "the image's version is not known")
    let strategy = flag("reload-strategy", container)
    node.set("reloadStrategy", strategy?.string == "annotations" ? "annotations" : "env-vars", strategy?.origin ?? place)
    settings.webhookUrl = text("webhookUrl", "webhook-url")
    node.set("customKeys", .map(ValueMap(), place))
    for (name, path) in [("auto-annotation", \ReloaderKeys.auto), ("secret-annotation", \.secret), ("configmap-annotation", \.configmap)] {
      if let key = flag(name, container)?.string, !key.isEmpty { settings.keys[keyPath: path] = key }
    }
    return settings
  }
}
