import ArgoCD
import FileTree
import Kubernetes
import Rendering
import SourceText
import Terraform
import Values

/// What is installed: the CSI driver, the AWS provider, Reloader; by Applications of remote charts, charts of the repository, Terraform,
/// Flux or plain manifests.
struct InstallationLinker {
  let context: LinkContext

  static let driverChart = "secrets-store-csi-driver"
  static let providerChart = "secrets-store-csi-driver-provider-aws"

  /// The add-on of EKS that is the AWS provider with its bundled driver.
  static let addon = "aws-secrets-store-csi-driver-provider"

  /// One way in which a chart is deployed.
  struct Source {
    var chart: String
    var version: String
    var name: String
    var how: String
    var namespace: String
    var cluster: String
    var values: InstallationValues
    var unit: UnitRecord?
    var environment: EnvironmentDecision
    var origin: Origin
    /// False: the version is a module's default, which changes from one of its versions to the next.
    var isVersionGiven = true
  }

  func link() {
    for unit in context.units { addUnit(unit) }
    for object in context.objects { addFlux(object) }
    for result in context.repository.terraform { addTerraform(result) }
    ManifestInstallations(context: context).link()
    finish()
  }

  // MARK: Where charts are named

  private func addUnit(_ unit: UnitRecord) {
    let rendered = unit.unit
    let hasUnknownLayer = rendered.request.values.contains { if case .external = $0 { true } else { false } }
    let isExternal = rendered.status == .external
    func source(_ chart: String, _ version: String, _ values: Value, _ origin: Origin, _ how: String, isKnown: Bool) -> Source {
      let place = values.origin.isKnown ? values.origin : origin
      return Source(
        chart: chart, version: version, name: unit.name, how: how, namespace: unit.namespace, cluster: unit.cluster,
        values: InstallationValues(root: values, isKnown: isKnown, place: place), unit: unit, environment: unit.environment, origin: origin)
    }
    if case .external(_, let chart, _, let revision, let origin) = rendered.request.location {
      let name = rendered.chartName.isEmpty ? chart ?? "" : rendered.chartName
      let version = rendered.chartVersion.isEmpty ? revision : rendered.chartVersion
      add(source(name, version, rendered.values, origin.isKnown ? origin : unit.node.origin, "argocd", isKnown: !hasUnknownLayer))
    } else if !isExternal, !rendered.chartName.isEmpty, rendered.status != .failed {
      add(source(rendered.chartName, rendered.chartVersion, rendered.values, unit.node.origin, "chart", isKnown: !hasUnknownLayer))
    }
    for missing in rendered.missingDependencies {
      add(source(missing.name, missing.version, missing.values, missing.origin, "chart", isKnown: !hasUnknownLayer), misplaced: misplaced(missing, rendered))
    }
  }

  private func addFlux(_ record: ObjectRecord) {
    guard record.object.kind == "HelmRelease", record.object.group == "helm.toolkit.fluxcd.io", let spec = record.object.root["spec"],
      !isRendered(record.object.root.origin)
    else { return }
    let chart = spec.at("chart", "spec")
    let values = spec["values"] ?? .map(ValueMap(), record.metadata.origin)
    add(
      Source(
        chart: chart?["chart"]?.string ?? "", version: chart?["version"]?.scalarText ?? "", name: record.object.name, how: "manifest",
        namespace: spec["targetNamespace"]?.string ?? record.namespace, cluster: record.unit.cluster,
        values: InstallationValues(root: values, isKnown: spec["valuesFrom"] == nil, place: record.metadata.origin), unit: record.unit,
        environment: record.environment, origin: record.metadata.origin))
  }

  /// Whether the release that stands at a place has a chart of the tree, which speaks for itself.
  private func isRendered(_ origin: Origin) -> Bool { context.units.contains { $0.unit.request.release?.origin == origin } }

  private func addTerraform(_ result: TerraformResult) {
    let reader = HelmReleaseValues(provenance: context.provenance, limits: context.limits)
    let cluster = result.cluster
    for resource in result.resources where resource.mode == .managed {
      let attributes = resource.attributes
      let environment = TerraformEnvironment(context: context, result: result).decide(resource)
      switch resource.type {
      case "helm_release" where !isRendered(resource.origin):
        let chart = attributes["chart"]?.string ?? ""
        add(
          Source(
            chart: chart.split(separator: "/").last.map(String.init) ?? chart, version: attributes["version"]?.string ?? "", name: resource.address, how: "helm_release",
            namespace: attributes["namespace"]?.string ?? "default", cluster: cluster, values: reader.read(attributes, place: resource.origin),
            unit: nil, environment: environment, origin: resource.origin))
      case "aws_eks_addon":
        guard let name = attributes["addon_name"]?.string, name == Self.addon else { break }
        add(
          Source(
            chart: Self.providerChart, version: "", name: resource.address, how: "eks-addon", namespace: "aws-secrets-manager", cluster: cluster,
            values: addonValues(attributes, resource.origin), unit: nil, environment: environment, origin: resource.origin))
      default: break
      }
    }
    // Add-ons by name, as the modules of clusters and of EKS Blueprints take them.
    for module in result.externalModules {
      for input in ["addons", "cluster_addons", "eks_addons"] {
        guard let entry = module.arguments[input].map(TerraformStructure.known)?.map?.entry(Self.addon) else { continue }
        let value = TerraformStructure.known(entry.value)
        if value.isNull { continue }
        let place = entry.keyOrigin.isKnown ? entry.keyOrigin : value.origin.isKnown ? value.origin : module.origin
        add(
          Source(
            chart: Self.providerChart, version: "", name: (module.module + [input]).joined(separator: "."), how: "eks-addon", namespace: "aws-secrets-manager", cluster: cluster,
            values: addonValues(value.map ?? ValueMap(), place), unit: nil, environment: .none, origin: place))
      }
    }
    for module in result.externalModules where module.source.contains("eks-blueprints-addon") {
      addBlueprints(module, cluster, reader)
    }
  }

  private func addonValues(_ attributes: ValueMap, _ origin: Origin) -> InstallationValues {
    guard let text = attributes["configuration_values"], !text.isNull else { return InstallationValues(root: .map(ValueMap(), origin), isKnown: true, place: origin) }
    let value = TerraformStructure.known(text)
    if value.map != nil { return InstallationValues(root: value, isKnown: true, place: text.origin.isKnown ? text.origin : origin) }
    guard value.text != nil else { return InstallationValues(root: .map(ValueMap(), origin), isKnown: false, place: origin) }
    let yaml = EmbeddedYAML(value, provenance: context.provenance, limits: context.limits)
    return InstallationValues(root: yaml.root, isKnown: yaml.failure == nil, place: text.origin.isKnown ? text.origin : origin)
  }

  /// aws-ia/terraform-aws-eks-blueprints-addons, variables.tf.
  private func addBlueprints(_ module: TerraformExternalModule, _ cluster: String, _ reader: HelmReleaseValues) {
    for (flag, block, chart, version) in [
      ("enable_secrets_store_csi_driver", "secrets_store_csi_driver", Self.driverChart, "1.4.1"),
      ("enable_secrets_store_csi_driver_provider_aws", "secrets_store_csi_driver_provider_aws", Self.providerChart, "0.3.6"),
    ] {
      guard let value = module.arguments[flag], value.isTruthy == true, value.string != "false" else { continue }
      let given = module.arguments[block].map(TerraformStructure.known)
      let isKnown = given == nil || given?.map != nil
      var values = reader.read(given?.map ?? ValueMap(), place: given?.origin ?? value.origin)
      if !isKnown { values = InstallationValues(root: values.root, isKnown: false, place: values.place) }
      var source = Source(
          chart: chart, version: given?["chart_version"]?.string ?? version, name: (module.module + [block]).joined(separator: "."), how: "module",
          namespace: "kube-system", cluster: cluster, values: values, unit: nil, environment: .none, origin: value.origin.isKnown ? value.origin : module.origin)
      source.isVersionGiven = given?["chart_version"]?.string != nil
      add(source)
    }
  }

  /// - Parameter misplaced: values for the chart that stand where it does not see them.
  private func add(_ source: Source, misplaced: [Value] = []) {
    let record: InstallationRecord
    switch source.chart {
    case Self.driverChart: record = addDriver(source, bundledIn: nil)
    case Self.providerChart: record = addProvider(source)
    case "reloader": record = addReloader(source)
    default: return
    }
    if !misplaced.isEmpty { record.node.set("unknownValues", .list((record.node.fields["unknownValues"]?.list ?? []) + misplaced, record.node.origin)) }
  }

  /// Values of a chart that has nothing of its own but dependencies, which stand beside the dependency's name instead of below it.
  private func misplaced(_ missing: MissingDependency, _ unit: RenderedUnit) -> [Value] {
    guard unit.objects.isEmpty, let knowledge = ChartKnowledge.of(missing.name), let map = unit.values.map else { return [] }
    let own = Set(unit.missingDependencies.flatMap { [$0.name, $0.alias] })
    return map.entries.compactMap { entry in
      let key = entry.key.string
      guard !own.contains(key), knowledge.keys.contains(where: { $0.name == key || $0.name.hasPrefix(key + ".") }) else { return nil }
      let name = missing.alias.isEmpty ? missing.name : missing.alias
      return ChartKnowledge.unknownValue(entry, key: key, suggestion: name + "." + key, note: "`\(name)` is a dependency: its values stand below its name")
    }
  }

  // MARK: Nodes

  private func make(_ type: NodeType, _ source: Source, version: ProgramVersion?, programKnown: Value, profile: ChartKnowledge) -> ModelNode {
    let node = context.make(type, id: source.how + "/" + source.name, title: "\(type.rawValue) of `\(source.name)`", origin: source.origin)
    node.set("name", source.name)
    node.set("source", source.how)
    node.set("deployment", source.unit?.node.value ?? .null(node.origin))
    node.set("namespace", source.namespace)
    node.set("cluster", source.cluster)
    node.set("chartVersion", version.map { .string($0.description, source.origin) } ?? .unknown("the chart's version is no exact version", source.origin))
    node.set("version", programKnown)
    node.set("values", source.values.root)
    node.set("valuesKnown", source.values.isKnown)
    // A chart of the repository is rendered with its own defaults merged in: what it knows is not ours to say.
    let isJudged = source.isVersionGiven && !(source.how == "chart" && source.unit?.unit.chartName == source.chart)
    let unknown = isJudged ? profile.unknownValues(source.values, version: version) : []
    node.set("unknownValues", .list(unknown.map { isShared($0, source) ? $0.noted("one template gives it to several charts") : $0 }, node.origin))
    source.environment.apply(to: node)
    return node
  }

  /// Whether the very same line gives a value to another chart, too, as the template of an ApplicationSet of many charts does.
  private func isShared(_ value: Value, _ source: Source) -> Bool {
    guard let key = value["key"], let path = key.string, let place = context.origins.editPlace(key.origin) else { return false }
    return context.units.contains { other in
      guard other !== source.unit, other.unit.chartName != source.chart else { return false }
      var inner = other.unit.values
      var origin = Origin.none
      for part in path.split(separator: ".") {
        guard let entry = inner.map?.entry(String(part)) else { return false }
        origin = entry.keyOrigin.isKnown ? entry.keyOrigin : entry.value.origin
        inner = entry.value
      }
      return context.origins.editPlace(origin) == place
    }
  }

  @discardableResult
  private func addDriver(_ source: Source, bundledIn provider: (node: ModelNode, version: ProgramVersion?)?) -> InstallationRecord {
    let chart = provider == nil ? ProgramVersion(source.version) : nil
    let bundled = provider?.version.flatMap { ChartKnowledge.provider.versions.contains($0) ? ChartKnowledge.provider.bundle(of: $0)?.version : nil }
    let program: ProgramVersion? = chart.flatMap(ChartKnowledge.driver.program) ?? bundled
    let node = make(
      .driver, source, version: chart ?? program, programKnown: program.map { .string($0.description, source.origin) } ?? .unknown("the version is not exact", source.origin),
      profile: .driver)
    let values = source.values
    node.set("isBundled", provider != nil)
    let isAddon = source.how == "eks-addon"
    node.set("rotationEnabled", values.bool(["enableSecretRotation"], default: false))
    setInterval(node, values.text(["rotationPollInterval"], default: ""))
    node.set("syncSecretEnabled", values.bool(["syncSecret", "enabled"], default: false))
    let bundlesTokens = provider?.version.map { ChartKnowledge.provider.has("sets-token-requests", $0) } ?? false
    let requests = values.value(["tokenRequests"])
    if let list = requests?.list {
      node.set("tokenAudiences", .list(list.compactMap { $0["audience"] }, values.parent(["tokenRequests"])))
    } else if requests?.isUnknown == true || isAddon {
      node.set("tokenAudiences", .unknown("tokenRequests is not known", node.origin))
    } else {
      let place = values.parent(["tokenRequests"])
      let defaults = bundlesTokens ? ["sts.amazonaws.com", "pods.eks.amazonaws.com"] : []
      node.set("tokenAudiences", .list(defaults.map { .string($0, place) }, place))
    }
    let directory = values.text(["linux", "providersDir"], default: "/var/run/secrets-store-csi-providers")
    let more = values.value(["linux", "additionalProvidersDirs"])?.list ?? [.string("/etc/kubernetes/secrets-store-csi-providers", node.origin)]
    node.set("providersDirs", .list([directory] + more, node.origin))
    node.set("isRotationByRepublish", program.map { ChartKnowledge.driver.has("rotation-by-republish", $0) }, because: "the driver's version is not exact")
    node.set("nameCollides", collides(source, provider?.version), because: "the provider chart's version is not exact")
    let record = InstallationRecord(node: node, cluster: source.cluster, values: values, unit: source.unit)
    record.environment = source.environment
    context.drivers.append(record)
    return record
  }

  private func setInterval(_ node: ModelNode, _ interval: Value) { InstallationInterval.apply(to: node, interval) }

  private func collides(_ source: Source, _ provider: ProgramVersion?) -> Bool? {
    guard source.chart == Self.providerChart, source.how != "eks-addon" else { return false }
    guard let provider else { return nil }
    guard ChartKnowledge.provider.has("name-collision", provider) else { return false }
    let release = source.unit?.unit.request.releaseName.string ?? source.name
    return release.contains(Self.providerChart)
  }

  private func addProvider(_ source: Source) -> InstallationRecord {
    let version = ProgramVersion(source.version)
    let isAddon = source.how == "eks-addon"
    let program: Value = version.map { .string($0.description, source.origin) } ?? .unknown("the version is not exact", source.origin)
    let node = make(.provider, source, version: version, programKnown: program, profile: .provider)
    let values = source.values
    let asked = values.bool(["secrets-store-csi-driver", "install"], default: true)
    // Of a range, what holds for its oldest version holds for all.
    let oldest = version ?? ProgramVersion(lowerBoundOf: source.version)
    let hasBundle: Bool? = isAddon ? true : oldest.map { ChartKnowledge.provider.bundle(of: $0) != nil } == true ? true : version == nil ? nil : false
    let installs: Bool? = asked.bool == false || hasBundle == false ? false : asked.bool == nil ? nil : hasBundle
    node.set("installsDriver", installs, because: "the chart's version is not exact", asked.origin)
    node.set("awsRegion", values.text(["awsRegion"], default: ""))
    let context = values.value(["securityContext"])
    let nonRoot = context?["runAsNonRoot"]
    let user = context?["runAsUser"]
    let image = values.value(["image", "repository"])
    // An image of one's own may have a user.
    let isOwnImage: Bool? = image == nil || image?.isNull == true ? false : image?.string.map { !$0.contains(Self.providerChart) }
    let isRefused = nonRoot?.isTruthy == true && (user == nil || user?.isNull == true || user?.int == 0) && ChartKnowledge.provider.imageUser == "root"
    let refuses: Bool? = context?.isUnknown == true ? nil : isRefused && isOwnImage != false ? nil : isRefused
    node.set("cannotRunAsRoot", refuses, because: "the securityContext is not known", nonRoot?.origin ?? values.parent(["securityContext"]))
    node.set("providerDir", values.text(["providerVolume"], default: "/var/run/secrets-store-csi-providers"))
    node.set("needsTokenRequests", isAddon ? nil : version.map { ChartKnowledge.provider.has("tokens-from-driver", $0) }, because: "the provider's version is not exact")
    node.set("driverWritesSecrets", values.bool(["driverWritesSecrets"], default: false))
    node.set("driver", .null(node.origin))
    let record = InstallationRecord(node: node, cluster: source.cluster, values: values, unit: source.unit)
    record.environment = source.environment
    self.context.providers.append(record)
    node.setEmpty("drivers")
    guard installs != false else { return record }
    if installs == nil {
      node.set("driver", .unknown("the chart's version is not exact", node.origin))
      // Values for the driver say that it is meant to be there.
      guard source.values.root["secrets-store-csi-driver"]?.map != nil else { return record }
    }
    var inner = source
    inner.values = values.below("secrets-store-csi-driver")
    let driver = addDriver(inner, bundledIn: (node, version))
    node.set("driver", driver.node.value)
    return record
  }

  private func addReloader(_ source: Source) -> InstallationRecord {
    let chart = ProgramVersion(source.version)
    let tag = source.values.value(["image", "tag"])?.string ?? source.values.value(["reloader", "deployment", "image", "tag"])?.string
    let image = tag.flatMap { ProgramVersion($0) } ?? chart.flatMap(ChartKnowledge.reloader.program)
    let node = make(
      .reloader, source, version: chart, programKnown: image.map { .string($0.description, source.origin) } ?? .unknown("the version is not exact", source.origin),
      profile: .reloader)
    let inner = source.values.below("reloader")
    var settings = ReloaderSettings()
    settings.version = image
    settings.releaseNamespace = source.namespace
    func flag(_ name: String, _ fallback: Bool, _ field: String? = nil) -> Bool? {
      let value = inner.bool([name], default: fallback)
      node.set(field ?? name, value)
      return value.bool
    }
    func list(_ name: String) -> [String] {
      let value = inner.field([name], default: .list([]))
      let items = value.list?.compactMap(\.string) ?? (value.string ?? "").split(separator: ",").map { ClassReading.trimmed(String($0)) }
      node.set(name, value.isUnknown ? value : .list(items.filter { !$0.isEmpty }.map { .string($0, value.origin) }, value.origin))
      return items.filter { !$0.isEmpty }
    }
    func text(_ name: String, _ fallback: String) -> String {
      let value = inner.text([name], default: fallback)
      node.set(name, value)
      return value.string ?? fallback
    }
    settings.watchGlobally = flag("watchGlobally", true)
    settings.namespaces = list("namespaces")
    settings.ignoreNamespaces = list("ignoreNamespaces")
    settings.namespaceSelector = text("namespaceSelector", "")
    settings.resourceLabelSelector = text("resourceLabelSelector", "")
    settings.ignoreSecrets = flag("ignoreSecrets", false)
    settings.ignoreJobs = flag("ignoreJobs", false)
    settings.ignoreCronJobs = flag("ignoreCronJobs", false)
    settings.isArgoRollouts = flag("isArgoRollouts", false)
    settings.autoReloadAll = flag("autoReloadAll", false)
    settings.csiIntegration = flag("enableCSIIntegration", false, "csiIntegration")
    node.set("isTooOldForCsi", image.map { $0 < ProgramVersion(1, 4, 13) }, because: "the image's version is not known")
    let strategy = text("reloadStrategy", "default")
    node.set("reloadStrategy", strategy == "annotations" ? "annotations" : "env-vars", inner.text(["reloadStrategy"], default: "default").origin)
    settings.webhookUrl = text("webhookUrl", "")
    let custom = inner.field(["custom_annotations"], default: .map(ValueMap()))
    let renamed = custom.map.map { settings.keys.rename($0) } ?? []
    if renamed.isEmpty { settings.webhookUrl = "" }
    node.set("customKeys", .map(ValueMap(renamed.map { ($0.0, .string($0.1, custom.origin)) }), custom.origin))
    let record = InstallationRecord(node: node, cluster: source.cluster, values: source.values, unit: source.unit)
    record.environment = source.environment
    record.reloader = settings
    context.reloaders.append(record)
    return record
  }

  // MARK: Together

  private func finish() {
    let usesAWS = context.classes.contains { $0.reading.isAWS }
    let syncs = context.classes.contains { !$0.reading.synced.isEmpty }
    let identity = context.classes.filter(\.reading.isAWS).map { $0.node.fields["usePodIdentity"]?.bool }
    var wanted: [String] = []
    if identity.isEmpty || identity.contains(false) { wanted.append("sts.amazonaws.com") }
    if identity.contains(true) { wanted.append("pods.eks.amazonaws.com") }
    let csiDrivers = context.objects.filter { $0.object.kind == "CSIDriver" && $0.object.name == "secrets-store.csi.k8s.io" }
    let syncRole = syncRoleObject()
    for record in context.drivers {
      let node = record.node
      node.set("repositoryUsesAws", usesAWS)
      node.set("repositorySyncsSecrets", syncs)
      let others = context.drivers.filter { $0 !== record && sameCluster(record, $0) }
      node.set("others", others.map(\.node))
      if node.flag("syncSecretEnabled") == false, syncRole { node.set("syncSecretEnabled", true) }
      let declared = csiDrivers.flatMap { $0.object.root.at("spec", "tokenRequests")?.list?.compactMap { $0["audience"] } ?? [] }
      if !declared.isEmpty, let own = node.fields["tokenAudiences"] {
        node.set("tokenAudiences", .list((own.list ?? []) + declared, own.origin))
      }
      let own = context.providers.filter { $0.node.related("driver") === node || sameCluster(record, $0) || $0.unit != nil && $0.unit === record.unit }
      // A provider of which it is not told where it runs leaves the question open, unless it needs nothing.
      let possible = own.isEmpty ? context.providers.filter { mayBeTogether(record, $0) } : []
      let needs =
        own.map { $0.node.fields["needsTokenRequests"]?.bool }
        + possible.map { $0.node.fields["needsTokenRequests"]?.bool == false ? Optional(false) : nil }
      let place = node.fields["tokenAudiences"]?.origin ?? .none
      if needs.allSatisfy({ $0 == false }) {
        node.set("passesTokens", true, place)
        node.setEmpty("missingAudiences")
        continue
      }
      let audiences = node.fields["tokenAudiences"]?.list?.compactMap(\.string)
      let missing = audiences.map { found in wanted.filter { !found.contains($0) } }
      let passes: Bool? = missing?.isEmpty == true ? true : needs.contains(true) ? missing.map { _ in false } : nil
      node.set("passesTokens", passes, because: "which version of the provider works with this driver is not told", place)
      if passes != nil, let missing { node.set("missingAudiences", .list(missing.map { .string($0, place) }, place)) }
    }
    for record in context.providers {
      let own = record.node.related("driver")
      let drivers = context.drivers.filter { $0.node === own || sameCluster(record, $0) || $0.unit === record.unit && record.unit != nil }
      record.node.set("drivers", drivers.map(\.node))
    }
  }

  /// Whether two installations may work together; what is not known speaks for it.
  private func mayBeTogether(_ a: InstallationRecord, _ b: InstallationRecord) -> Bool {
    if let first = a.environment.certain, let second = b.environment.certain, first != second { return false }
    return context.mayShareCluster(a.cluster, b.cluster)
  }

  private func sameCluster(_ a: InstallationRecord, _ b: InstallationRecord) -> Bool {
    if let first = a.environment.certain, let second = b.environment.certain, first != second { return false }
    return !a.cluster.isEmpty && a.cluster == b.cluster
  }

  /// Whether a ClusterRole of the repository lets the driver's ServiceAccount write Secrets.
  private func syncRoleObject() -> Bool {
    let bound = context.objects.filter { record in
      record.object.kind == "ClusterRoleBinding"
        && (record.object.root["subjects"]?.list ?? []).contains { $0["name"]?.string == "secrets-store-csi-driver" }
    }.compactMap { $0.object.root.at("roleRef", "name")?.string }
    return context.objects.contains { record in
      record.object.kind == "ClusterRole" && bound.contains(record.object.name)
        && (record.object.root["rules"]?.list ?? []).contains { rule in
          let resources = rule["resources"]?.list?.compactMap(\.string) ?? []
          let verbs = rule["verbs"]?.list?.compactMap(\.string) ?? []
          return (resources.contains("secrets") || resources.contains("*")) && (verbs.contains("create") || verbs.contains("*"))
        }
    }
  }
}

/// The fields about the poll interval.
enum InstallationInterval {
  static func apply(to node: ModelNode, _ interval: Value) {
    node.set("rotationInterval", interval)
    guard let text = interval.string else {
      for name in ["rotationIntervalSeconds", "rotationIntervalProblem"] { node.set(name, interval) }
      return
    }
    let duration = GoScalars.duration(text)
    node.set("rotationIntervalSeconds", duration.map { .int($0 / 1_000_000_000, interval.origin) } ?? .null(interval.origin))
    let problem = text.isEmpty ? "" : duration == nil ? "not-a-duration" : (duration ?? 1) <= 0 ? "not-positive" : ""
    node.set("rotationIntervalProblem", problem, interval.origin)
  }
}

extension Value {
  /// An unknown value of a chart with a note that says why it does no harm.
  fileprivate func noted(_ note: String) -> Value {
    guard let key = self["key"] else { return self }
    return makeRecord(.unknownValue, origin, [("key", key), ("suggestion", .string("", key.origin)), ("note", .string(note, key.origin))])
  }
}
