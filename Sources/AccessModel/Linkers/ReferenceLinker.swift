import Kubernetes
import SourceText
import Values

/// Who provides the Secrets that workloads reference; which secrets of AWS reach which workload.
struct ReferenceLinker {
  let context: LinkContext

  func link() {
    for record in context.references { provide(record) }
    makeUses()
  }

  // MARK: Providers

  private func provide(_ record: ReferenceRecord) {
    let node = record.node
    let home = record.workload.object
    node.set("mountState", "")
    node.setEmpty("missingKeys")
    node.setEmpty("availableKeys")
    node.set("nearest", "")
    node.set("syncedSecret", .null(node.origin))
    let own = record.workload.mounts.compactMap(\.found).flatMap { $0.synced.map(\.entry.name) }
    node.set("synced", own.filter { !$0.isEmpty })
    guard let name = record.reference.name.string, !name.isEmpty else {
      node.set("provided", .unknown("the name is not known", node.origin))
      node.set("providedBy", .unknown("the name is not known", node.origin))
      return
    }
    var possible = false
    var mayBe: [(ClassRecord, ClassReading.Synced, ModelNode)] = []
    for owner in context.classes {
      for (entry, syncedNode) in owner.synced where entry.name == name {
        switch context.neighbourhood(home, owner.object) {
        case .same: record.synced.append((owner, entry, syncedNode))
        case .possible: mayBe.append((owner, entry, syncedNode))
        case .other: break
        }
      }
    }
    var makers: [SecretRecord] = []
    for secret in context.secrets where matches(secret, name) {
      switch context.neighbourhood(home, secret.object) {
      case .same: makers.append(secret)
      case .possible: possible = true
      case .other: break
      }
    }
    // Of a class in another directory: one that the pod mounts, or the only maker of that name, in a namespace of the same name.
    if record.synced.isEmpty, makers.isEmpty {
      let mounted = mayBe.filter { candidate in record.workload.mounts.contains { $0.found === candidate.0 } }
      if !mounted.isEmpty {
        record.synced = mounted
      } else if mayBe.count == 1, !possible, mayBe[0].0.object.namespace == home.namespace {
        record.synced = mayBe
      }
    }
    possible = possible || !mayBe.isEmpty
    if let first = record.synced.first {
      node.set("syncedSecret", first.node.value)
      node.set("providedBy", "synced")
      let isOwn = record.synced.contains { synced in record.workload.mounts.contains { $0.found === synced.owner } }
      let isMounted = record.synced.contains { !$0.owner.mountedBy.isEmpty }
      let state = isOwn ? "pod" : isMounted ? "other" : context.isClosed(home) ? "nobody" : "unknown"
      node.set("mountState", state == "unknown" ? .unknown("a source of the namespace could not be rendered", node.origin) : .string(state, node.origin))
      node.set("provided", isMounted ? true : state == "nobody" ? false : nil, because: "a workload of another source may mount the class")
      setKeys(record, first.entry.data.map(\.key))
      return
    }
    if let maker = makers.first {
      node.set("providedBy", maker.madeBy == "Secret" ? "manifest" : maker.madeBy)
      node.set("provided", true)
      if let keys = maker.keys { setKeys(record, keys) }
      return
    }
    if context.configuration.isExternalSecret(name) || possible || !context.isClosed(home) {
      let reason = possible ? "a source of another namespace makes a Secret of that name" : "it may be made outside of what could be rendered"
      node.set("provided", .unknown(reason, node.origin))
      node.set("providedBy", .unknown(reason, node.origin))
      return
    }
    let local = context.classes.filter { context.neighbourhood(home, $0.object) == .same }.flatMap { $0.synced.map(\.entry.name) }
    let made = context.secrets.filter { context.neighbourhood(home, $0.object) == .same }.map(\.name)
    let near = nearestName(to: name, in: own) ?? nearestName(to: name, in: local) ?? nearestName(to: name, in: made)
    node.set("nearest", near ?? "")
    // Where nothing of the namespace is synced from AWS, Secrets are made by hand as often as not.
    if local.isEmpty, near == nil {
      let reason = "no SecretProviderClass of the namespace syncs Secrets: it may be made by hand"
      node.set("provided", .unknown(reason, node.origin))
      node.set("providedBy", .unknown(reason, node.origin))
    } else {
      node.set("provided", false)
      node.set("providedBy", "none")
    }
  }

  /// cert-manager, Sealed Secrets and others make just the name; service-account tokens and the like are made by the cluster.
  private func matches(_ secret: SecretRecord, _ name: String) -> Bool { secret.name == name }

  private func setKeys(_ record: ReferenceRecord, _ keys: [String]) {
    record.node.set("availableKeys", keys)
    let wanted = (record.reference.key.map { [$0] } ?? []) + record.reference.items
    record.node.set("missingKeys", .list(wanted.filter { $0.string.map { !keys.contains($0) } ?? false }, record.node.origin))
  }

  // MARK: Uses

  /// One for each workload and class that it mounts, or whose Secrets it references.
  private func makeUses() {
    for workload in context.workloads {
      var owners: [ClassRecord] = []
      func add(_ owner: ClassRecord) {
        if owner.reading.isAWS, !owners.contains(where: { $0 === owner }) { owners.append(owner) }
      }
      workload.mounts.compactMap(\.found).forEach(add)
      let references = context.references.filter { $0.workload === workload && $0.reference.way != .imagePullSecret }
      references.forEach { $0.synced.forEach { add($0.owner) } }
      for owner in owners {
        let used = references.filter { $0.synced.contains { $0.owner === owner } }
        let volumes = workload.mounts.filter { $0.found === owner }
        let isMounted = volumes.contains { !workload.workload.pod.mounts(of: $0.volume.name).isEmpty }
        let origin = used.first?.node.origin ?? volumes.first?.node.fields["className"]?.origin ?? workload.node.origin
        let node = context.make(
          .secretUse, id: workload.object.id + "/" + owner.name, title: "\(workload.object.title) uses \(owner.object.title)", origin: origin)
        context.place(node, workload.object)
        node.set("workload", workload.node.value)
        node.set("secretProviderClass", owner.node.value)
        var ways = volumes.isEmpty ? [] : ["csi"]
        for reference in used where !ways.contains(reference.reference.way.rawValue) { ways.append(reference.reference.way.rawValue) }
        node.set("ways", ways)
        var names: [String] = []
        for name in used.compactMap(\.reference.name.string) where !names.contains(name) { names.append(name) }
        node.set("secretNames", names)
        node.set("isReferenced", !used.isEmpty)
        context.uses.append(UseRecord(workload: workload, owner: owner, node: node, references: used, isMounted: isMounted))
        if !owner.usedBy.contains(where: { $0 === workload }) { owner.usedBy.append(workload) }
      }
      let uses = context.uses.filter { $0.workload === workload }
      let node = workload.node
      node.set("secretUses", uses.map(\.node))
      node.set("usesAwsSecrets", !uses.isEmpty)
      let mounted = workload.mounts.compactMap(\.found).filter(\.reading.isAWS)
      let identity = mounted.map { $0.node.fields["usePodIdentity"]?.bool }
      let usesIdentity: Bool? = identity.contains(true) ? true : identity.contains(nil) ? nil : false
      node.set("usesPodIdentity", usesIdentity, because: "usePodIdentity is no bool")
      let needs: Bool? = identity.contains(false) ? true : identity.contains(nil) ? nil : false
      node.set("needsRole", needs, because: "usePodIdentity is no bool")
    }
    for owner in context.classes { owner.node.set("usedBy", owner.usedBy.map(\.node)) }
    for unit in context.units {
      let uses = context.uses.contains { $0.workload.object.unit === unit } || context.classes.contains { $0.object.unit === unit && $0.reading.isAWS }
      unit.node.set("usesAwsSecrets", uses)
    }
  }
}
