import ArgoCD
import IAM
import Kubernetes
import Rendering
import SourceText
import Values

/// SecretProviderClasses → `secretProviderClass`, `secretObject` and `syncedSecret` nodes.
struct ClassLinker {
  let context: LinkContext

  func link() {
    for record in context.objects
    where record.object.kind == "SecretProviderClass" && record.object.group == "secrets-store.csi.x-k8s.io" {
      add(record)
    }
    mount()
    for record in context.classes { finish(record) }
  }

  private func add(_ record: ObjectRecord) {
    let reading = ClassReading(record.object, provenance: context.provenance, limits: context.limits)
    let node = context.make(.secretProviderClass, id: record.id, title: record.title, origin: record.metadata.origin)
    let found = ClassRecord(object: record, reading: reading, node: node)
    context.classes.append(found)
    context.place(node, record)
    for name in ["name", "namespace", "apiVersion"] { if let value = record.node?.fields[name] { node.set(name, value) } }
    node.set("metadata", record.metadata)
    node.set("object", record.object.root)
    node.set("provider", reading.provider, reading.providerOrigin)
    node.set("isAws", reading.isAWS, reading.providerOrigin)
    let parameters = reading.parameters
    node.set("parameters", parameters)
    for name in ["region", "failoverRegion", "pathTranslation"] {
      node.set(name, (parameters[name] ?? .string("")).located(parameters.origin))
    }
    node.set("keepsSlashes", reading.keepsSlashes, parameters["pathTranslation"]?.origin ?? .none)
    let identity = parameters["usePodIdentity"]
    node.set("usePodIdentityText", (identity?.scalarText).map { .string($0, identity?.origin ?? .none) } ?? identity?.located(parameters.origin) ?? .string("", parameters.origin))
    let flag: Bool? = identity == nil ? false : identity?.string == "" ? false : identity?.looseBool
    node.set("usePodIdentity", flag, because: "usePodIdentity is no bool", identity?.origin ?? parameters.origin)
    node.set("objectsKnown", reading.itemsKnown)
    node.set("problems", .list(reading.problems, node.origin))
    node.set("scalarTraps", .list(reading.scalarTraps, node.origin))
    node.set("fileNames", .list(reading.fileNames.map { .string($0.name, $0.origin) }, node.origin))
    node.set("fileCollisions", .list(reading.collisions, node.origin))
    node.set("slashFileNames", .list(reading.slashFileNames.map { .string($0.name, $0.origin) }, node.origin))
    for item in reading.items { found.items.append((item, makeItem(item, found))) }
    for entry in reading.synced { found.synced.append((entry, makeSynced(entry, found))) }
    node.set("objects", found.items.map(\.node))
    node.set("syncedSecrets", found.synced.map(\.node))
  }

  // MARK: Items

  private func makeItem(_ item: ClassReading.Item, _ owner: ClassRecord) -> ModelNode {
    let node = context.make(
      .secretObject, id: owner.object.id + "/" + item.objectName, title: "object `\(item.objectName)` of \(owner.object.title)", origin: item.nameOrigin)
    context.place(node, owner.object)
    node.set("secretProviderClass", owner.node.value)
    let type = item.effectiveType
    node.set("objectName", item.objectName, item.nameOrigin)
    node.set("objectType", type, item.typeOrigin)
    node.set("isSecret", type == "secretsmanager")
    node.set("isParameter", type == "ssmparameter")
    node.set("isFailover", item.isFailover)
    let arn = item.arn
    node.set("isArn", arn != nil)
    node.set("arnRegion", arn?.region ?? "")
    node.set("arnAccount", arn?.account ?? "")
    let account = arn.map { ARN.accountKind($0.account) }
    node.set("accountIsPlaceholder", account == .placeholder || account == .documentation || account == .malformed)
    let name = item.secretName
    context.setPath(node, name: name, origin: item.nameOrigin)
    node.set("secretName", name, item.nameOrigin)
    node.set("isServiceOwned", SecretName.isServiceOwned(name))
    node.set("nameProblem", arn == nil && type == "secretsmanager" && !ARN.isTemplated(name) ? context.nameProblem(name) : "", item.nameOrigin)
    node.set("alias", item.alias, item.aliasOrigin)
    node.set("version", item.version, item.versionOrigin)
    node.set("versionLabel", item.versionLabel, item.versionLabelOrigin)
    node.set("fileName", item.fileName, item.alias.isEmpty ? item.nameOrigin : item.aliasOrigin)
    node.set("jmesPaths", .list(item.jmes.map { jmesRecord($0) }, node.origin))
    node.set("awsSecret", .unknown("no Terraform of the repository makes secrets", node.origin))
    node.set("nearestAwsSecret", "")
    node.setEmpty("mountedBy")
    node.setEmpty("roles")
    node.set("unreadableDetail", "")
    return node
  }

  private func jmesRecord(_ item: ClassReading.JMESItem) -> Value {
    makeRecord(
      .jmesItem, item.origin,
      [
        ("path", .string(item.path, item.origin)), ("alias", .string(item.alias, item.origin)), ("fileName", .string(item.fileName, item.origin)),
        ("error", .string(item.error, item.origin)), ("quoted", .string(item.quoted, item.origin)),
        ("resultType", .unknown("the secret's value is not in Terraform", item.origin)),
      ])
  }

  // MARK: Synced Secrets

  private func makeSynced(_ entry: ClassReading.Synced, _ owner: ClassRecord) -> ModelNode {
    let node = context.make(
      .syncedSecret, id: owner.object.id + "/" + entry.name, title: "Secret `\(entry.name)` synced by \(owner.object.title)", origin: entry.nameOrigin)
    context.place(node, owner.object)
    node.set("name", entry.name, entry.nameOrigin)
    node.set("namespace", owner.object.namespaceValue.located(node.origin))
    node.set("secretProviderClass", owner.node.value)
    node.set("type", entry.type, entry.typeOrigin)
    let files = owner.reading.fileNames.map(\.name)
    node.set(
      "data",
      .list(
        entry.data.map { datum in
          let isProvided = files.contains(datum.objectName)
          let translated = owner.reading.fileName(datum.objectName)
          let nearest = isProvided ? "" : files.contains(translated) ? translated : nearestName(to: datum.objectName, in: files) ?? ""
          return makeRecord(
            .syncedItem, datum.nameOrigin,
            [
              ("objectName", .string(datum.objectName, datum.nameOrigin)), ("key", .string(datum.key, datum.keyOrigin)),
              ("isProvided", owner.reading.itemsKnown || isProvided ? .bool(isProvided, datum.nameOrigin) : .unknown("the objects of the class are not known", datum.nameOrigin)),
              ("nearest", .string(nearest, datum.nameOrigin)),
            ])
        }, node.origin))
    node.set("keys", .list(entry.data.map { .string($0.key, $0.keyOrigin) }, node.origin))
    node.set("annotations", entry.annotations.located(node.origin))
    node.set("labels", entry.labels.located(node.origin))
    node.set("problems", .list(entry.problems, node.origin))
    node.setEmpty("otherWriters")
    node.setEmpty("referencedBy")
    node.setEmpty("searchedBy")
    return node
  }

  // MARK: Mounts

  private func mount() {
    let named = Dictionary(grouping: context.classes, by: \.name)
    for workload in context.workloads {
      for index in workload.mounts.indices {
        let (_, name, node, _) = workload.mounts[index]
        let near = (name.isEmpty ? [] : named[name] ?? []).map { ($0, context.neighbourhood(workload.object, $0.object)) }
        let found = context.meant(near)
        workload.mounts[index].found = found
        if let found, !found.mountedBy.contains(where: { $0 === workload }) { found.mountedBy.append(workload) }
        let place = node.fields["className"]?.origin ?? node.origin
        if let found {
          node.set("secretProviderClass", found.node.value)
        } else if near.contains(where: { $0.1 == .possible }) || name.isEmpty && node.fields["className"]?.isUnknown == true {
          node.set("secretProviderClass", .unknown("a class of that name is in another source, whose namespace is not known", place))
        } else if context.isClosed(workload.object) {
          node.set("secretProviderClass", .null(place))
        } else {
          node.set("secretProviderClass", .unknown("a source of the namespace could not be rendered", place))
        }
        let others = Set(near.filter { $0.1 == .other }.map(\.0.object.namespace)).filter { !$0.isEmpty && $0 != workload.object.namespace }
        node.set("foundIn", others.sorted { $0.bytesPrecede($1) })
        let local = found == nil ? context.classes.filter { context.neighbourhood(workload.object, $0.object) == .same } : []
        let nearest = nearestName(to: name, in: local.map(\.name)) ?? ""
        node.set("nearest", nearest)
        guard !nearest.isEmpty, node.fields["secretProviderClass"]?.isNull == true else { continue }
        for meant in local where meant.name == nearest { meant.misnamedBy.append(node) }
      }
    }
  }

  private func appNames(_ record: ClassRecord) -> [String] {
    let unit = record.object.unit
    var names = [record.name, record.object.namespace, unit.unit.chartName, unit.unit.request.releaseName.string ?? "", unit.name]
    names.append(unit.unit.request.application?.at("metadata", "name")?.string ?? "")
    let keys = ["app", "app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/part-of", "app.kubernetes.io/component", "service", "component"]
    for object in [record.object] + record.mountedBy.map(\.object) {
      names.append(object.object.name)
      for key in keys { if let label = object.object.labels?[key]?.string { names.append(label) } }
    }
    names += record.mountedBy.map(\.accountName)
    var result: [String] = []
    for name in names where !name.isEmpty && !result.contains(name) { result.append(name) }
    return result
  }

  private func finish(_ record: ClassRecord) {
    record.node.set("mountedBy", record.mountedBy.map(\.node))
    let names = appNames(record)
    for (_, node) in record.items {
      node.set("mountedBy", record.mountedBy.map(\.node))
      node.set("appNames", names)
    }
    var isMounted: Bool? = !record.mountedBy.isEmpty
    if isMounted == false {
      let isPossible = context.workloads.contains { workload in
        workload.mounts.contains { $0.className == record.name || $0.node.fields["className"]?.isUnknown == true }
          && context.neighbourhood(record.object, workload.object) == .possible
      }
      if isPossible || !context.isClosed(record.object) { isMounted = nil }
    }
    record.node.set("isMounted", isMounted, because: "a workload of another source may mount it")
    record.node.set("usedBy", record.mountedBy.map(\.node))
    record.node.set("misnamedBy", record.misnamedBy)
  }
}

extension LinkContext {
  /// Why a secret should not have a name; "" if nothing speaks against it.
  func nameProblem(_ name: String) -> String {
    if let problem = SecretName.problem(name) { return problem }
    guard SecretName.looksSuffixed(name) else { return "" }
    return "it ends in a hyphen and six characters, like the suffix of an ARN, so look-ups by a part of the ARN may find another secret"
  }

  /// The fields that say what a secret's path looks like. A segment with a variable that another tool fills in is not known.
  func setPath(_ node: ModelNode, name: String, origin: Origin) {
    let segments = SecretName.segments(name)
    node.set("segments", .list(segments.map { .string($0, origin) }, origin))
    node.set("hasLeadingSlash", name.hasPrefix("/"), origin)
    let first = segments.first ?? ""
    if ARN.isTemplated(first) {
      for field in ["firstSegment", "pathEnvironment", "isShared"] { node.set(field, .unknown("'\(first)' is filled in by another tool", origin)) }
      return
    }
    node.set("firstSegment", first, origin)
    node.set("pathEnvironment", names.canonical(of: first).map { .string($0, origin) } ?? .null(origin))
    node.set("isShared", names.isShared(first), origin)
  }
}
