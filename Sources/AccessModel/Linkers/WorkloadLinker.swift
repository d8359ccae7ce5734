import Kubernetes
import Values

/// Objects that make pods → `workload` nodes with their volumes and references.
struct WorkloadLinker {
  let context: LinkContext

  static let roleKey = "eks.amazonaws.com/role-arn"

  func link() {
    for record in context.objects {
      guard let workload = record.object.workload else { continue }
      add(record, workload)
    }
    for unit in context.units {
      unit.node.set("workloads", context.workloads.filter { $0.object.unit === unit }.map(\.node))
    }
  }

  private func add(_ record: ObjectRecord, _ workload: Workload) {
    let object = record.object
    let node = context.make(.workload, id: record.id, title: record.title, origin: record.metadata.origin)
    let found = WorkloadRecord(object: record, workload: workload, node: node)
    context.workloads.append(found)
    context.place(node, record)
    for name in ["kind", "apiVersion", "name", "namespace", "labels", "annotations"] {
      if let value = record.node?.fields[name] { node.set(name, value) }
    }
    node.set("templateAnnotations", workload.template?.at("metadata", "annotations").flatMap { $0.isNull ? nil : $0 } ?? .map(ValueMap(), node.origin))
    node.set("metadata", record.metadata)
    node.set("object", object.root)
    node.set("podSpec", (workload.template?["spec"] ?? .map(ValueMap())).located(node.origin))
    node.set("serviceAccountName", (workload.serviceAccountName ?? .string("default")).located(node.origin))
    node.set("isJob", workload.kind == .job || workload.kind == .cronJob)
    node.set("hasReloaderKeys", [workload.annotations, workload.templateAnnotations].contains { map in
      map?.keys.contains { $0.string.hasSuffix("reloader.stakater.com/auto") || $0.string.contains("reloader.stakater.com/") } ?? false
    })
    node.set("roleKeysOnPod", .list(roleKeys(workload), node.origin))
    addReferences(found)
    addVolumes(found)
  }

  /// The annotation on a workload or pod template, where nobody reads it.
  private func roleKeys(_ workload: Workload) -> [Value] {
    var result: [Value] = []
    for map in [workload.annotations, workload.kind == .pod ? nil : workload.templateAnnotations] {
      if let entry = map?.entry(Self.roleKey) {
        result.append(.string(Self.roleKey, entry.keyOrigin.isKnown ? entry.keyOrigin : entry.value.origin))
      }
    }
    return result
  }

  private func addReferences(_ record: WorkloadRecord) {
    var nodes: [ModelNode] = []
    for reference in record.workload.pod.references where reference.kind == .secret {
      let name = reference.name
      let node = context.make(
        .secretReference, id: record.object.id + "/" + reference.way.rawValue + "/" + (name.string ?? "?") + "/" + reference.target,
        title: "\(record.object.title), \(reference.way.rawValue) of Secret `\(name.string ?? "?")`",
        origin: name.origin.isKnown ? name.origin : record.node.origin)
      context.place(node, record.object)
      node.set("workload", record.node.value)
      node.set("name", name.located(node.origin))
      node.set("namespace", record.object.namespaceValue.located(node.origin))
      node.set("way", reference.way.rawValue)
      node.set("container", reference.container)
      node.set("target", reference.target)
      node.set("key", (reference.key ?? .string("")).located(node.origin))
      node.set("keys", .list((reference.key.map { [$0] } ?? []) + reference.items, node.origin))
      node.set("isOptional", reference.optional?.looseBool ?? false, reference.optional?.origin ?? .none)
      nodes.append(node)
      context.references.append(ReferenceRecord(workload: record, reference: reference, node: node))
    }
    record.node.set("references", nodes)
  }

  private func addVolumes(_ record: WorkloadRecord) {
    var nodes: [ModelNode] = []
    var seen: Set<String> = []
    for volume in record.workload.pod.volumes where volume.isSecretsStore {
      let name = volume.secretProviderClass
      let csi = volume.csi ?? .null
      let node = context.make(
        .csiVolume, id: record.object.id + "/" + volume.name, title: "\(record.object.title), volume `\(volume.name)`",
        origin: volume.root["name"]?.origin ?? csi.origin)
      context.place(node, record.object)
      node.set("workload", record.node.value)
      node.set("name", volume.name, volume.root["name"]?.origin ?? .none)
      let readOnly = csi["readOnly"]
      node.set("readOnly", readOnly?.isUnknown == true ? csi["readOnly"] ?? .null : .bool(readOnly?.looseBool ?? false, readOnly?.origin ?? driverOrigin(csi, node)))
      node.set("className", (name ?? .string("")).located(csi.origin))
      let mounts = record.workload.pod.mounts(of: volume.name)
      node.set("isMounted", !mounts.isEmpty)
      node.set(
        "mounts",
        .list(
          mounts.map { container, mount in
            let sub = mount["subPath"] ?? mount["subPathExpr"]
            return makeRecord(
              .volumeMount, mount["name"]?.origin ?? mount.origin,
              [
                ("container", .string(container.name)), ("mountPath", (mount["mountPath"] ?? .string("")).located(node.origin)),
                ("subPath", (sub ?? .string("")).located(node.origin)),
              ])
          }, node.origin))
      let text = name?.string ?? ""
      node.set("isRepeated", !text.isEmpty && !seen.insert(text).inserted)
      nodes.append(node)
      record.mounts.append((volume, text, node, nil))
    }
    record.node.set("csiVolumes", nodes)
  }

  /// The line `driver: …` of a volume: where `readOnly` belongs.
  private func driverOrigin(_ csi: Value, _ node: ModelNode) -> Origin { csi["driver"]?.origin ?? node.origin }
}
