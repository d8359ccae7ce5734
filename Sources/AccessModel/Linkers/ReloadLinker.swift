import ArgoCD
import Kubernetes
import Rendering
import Values

/// Reloader's decision for each secret use and workload, by the installation that is responsible.
struct ReloadLinker {
  let context: LinkContext

  func link() {
    checkKeys()
    findSearchers()
    for use in context.uses { decide(use) }
    for workload in context.workloads { summarize(workload) }
  }

  // MARK: Installations

  /// The Reloaders that may be responsible for a workload: of its cluster and environment; an assumed one if there is none.
  private func settings(for object: ObjectRecord) -> [(settings: ReloaderSettings, record: InstallationRecord?)] {
    let fitting = context.reloaders.filter { record in
      guard record.reloader != nil else { return false }
      if let own = object.environment.certain, let other = record.environment.certain, own != other { return false }
      return context.mayShareCluster(record.cluster, object.unit.cluster)
    }
    let found = fitting.compactMap { record in record.reloader.map { (settings: $0, record: Optional(record)) } }
    if !found.isEmpty { return found }
    // One on another cluster shows how Reloader is meant to be installed, but not here.
    return [(.assumed, nil)]
  }

  private func namespaceLabels(_ object: ObjectRecord) -> (labels: ValueMap?, isKnown: Bool) {
    let record = context.objects.first {
      $0.object.kind == "Namespace" && $0.object.group.isEmpty && $0.object.name == object.namespace && !object.namespace.isEmpty
    }
    if let record { return (record.object.labels, true) }
    // Argo CD makes the namespace with these labels, and keeps them.
    let policy = object.unit.unit.request.application?.at("spec", "syncPolicy")
    guard object.namespace == object.unit.namespace, !object.namespace.isEmpty,
      policy?["syncOptions"]?.list?.contains(where: { $0.string == "CreateNamespace=true" }) == true,
      let labels = policy?.at("managedNamespaceMetadata", "labels")?.map
    else { return (nil, false) }
    return (labels, true)
  }

  // MARK: Uses

  private func decide(_ use: UseRecord) {
    let object = use.workload.object
    var best: (answer: ReloadAnswer, record: InstallationRecord?, isAssumed: Bool)?
    func rank(_ reloads: Bool?) -> Int { reloads == true ? 2 : reloads == nil ? 1 : 0 }
    for candidate in settings(for: object) {
      let found = answer(use, candidate.settings)
      if let old = best, rank(old.answer.reloads) >= rank(found.reloads) { continue }
      best = (found, candidate.record, candidate.settings.isAssumed)
    }
    guard let best else { return }
    let answer: ReloadAnswer = best.answer
    let node = use.node
    let origin = answer.origin.isKnown ? answer.origin : use.workload.object.metadata.origin
    switch answer.reloads {
    case true?: node.set("reload", "yes", origin)
    case false?: node.set("reload", "no", origin)
    case nil: node.set("reload", .unknown(answer.message, origin))
    }
    node.set("reloadReason", answer.reloads == nil ? .unknown(answer.message, origin) : .string(answer.reason.rawValue, origin))
    node.set("reloadMessage", answer.message, origin)
    node.set("isAssumed", best.isAssumed)
    node.set("reloader", best.record?.node.value ?? .null(node.origin))
  }

  private func answer(_ use: UseRecord, _ settings: ReloaderSettings) -> ReloadAnswer {
    let workload = use.workload.workload
    let labels = namespaceLabels(use.workload.object)
    let referenced = Set(use.references.compactMap(\.reference.name.string))
    var answers: [ReloadAnswer] = []
    for (entry, _) in use.owner.synced where !entry.name.isEmpty && (referenced.isEmpty || referenced.contains(entry.name)) {
      var answer = ReloaderDecision(
        workload: workload, kind: .secret, name: entry.name, resourceAnnotations: entry.annotations.map,
        isReferenced: workload.pod.isReferenced(.secret, entry.name), settings: settings
      ).answer()
      if answer.reloads == true {
        let scope = settings.sees(
          namespace: use.workload.object.namespace, namespaceLabels: labels.labels, labelsKnown: labels.isKnown, resourceLabels: entry.labels.map)
        if scope.answer != true { answer = ReloadAnswer(reloads: scope.answer, reason: .scope, message: scope.message, origin: .none) }
      }
      answers.append(answer)
    }
    if let yes = answers.first(where: { $0.reloads == true }) { return yes }
    let byClass = ReloaderDecision(
      workload: workload, kind: .secretProviderClass, name: use.owner.name, resourceAnnotations: use.owner.object.object.annotations,
      isReferenced: workload.pod.isReferenced(.secretProviderClass, use.owner.name), settings: settings
    ).answer()
    switch settings.watchesClasses {
    case true? where settings.resourceLabelSelector.isEmpty && byClass.reloads != false:
      let scope = settings.sees(
        .secretProviderClass, namespace: use.workload.object.namespace, namespaceLabels: labels.labels, labelsKnown: labels.isKnown, resourceLabels: nil)
      return scope.answer == true ? byClass : ReloadAnswer(reloads: scope.answer, reason: .scope, message: scope.message, origin: .none)
    case nil where byClass.reloads != false && byClass.reason != .csiUnsupported:
      return ReloadAnswer(reloads: nil, reason: .csiOnly, message: "it is not known whether Reloader's CSI integration is on", origin: byClass.origin)
    default: break
    }
    if let unknown = answers.first(where: { $0.reloads == nil }) { return unknown }
    return worst(use, answers, byClass, settings)
  }

  /// The reason to name when nothing reloads.
  private func worst(_ use: UseRecord, _ answers: [ReloadAnswer], _ byClass: ReloadAnswer, _ settings: ReloaderSettings) -> ReloadAnswer {
    if !use.references.isEmpty, let first = answers.first { return first }
    if let hidden = answers.first(where: { $0.reason == .namedHidden }) { return hidden }
    var byClass = byClass
    if byClass.reason == .csiUnsupported {
      // What a version that knows classes would do tells what was meant.
      var newer = settings
      newer.version = ReloaderSettings.newest
      byClass = ReloaderDecision(
        workload: use.workload.workload, kind: .secretProviderClass, name: use.owner.name, resourceAnnotations: use.owner.object.object.annotations,
        isReferenced: true, settings: newer
      ).answer()
    }
    let wanted = answers.first { $0.reason == .csiOnly }
    if byClass.reloads == true || wanted != nil {
      let origin = wanted?.origin ?? byClass.origin
      let isOld = settings.version.map { $0 < ProgramVersion(1, 4, 13) } ?? false
      if isOld, settings.csiIntegration == true {
        return ReloadAnswer(reloads: false, reason: .csiUnsupported, message: "this version of Reloader does not watch SecretProviderClasses", origin: origin)
      }
      let why = settings.resourceLabelSelector.isEmpty ? "Reloader's CSI integration is off" : "Reloader's resourceLabelSelector hides the driver's pod status"
      return ReloadAnswer(
        reloads: false, reason: .csiOnly,
        message: "the secret reaches the pod only by the CSI volume, which is a reference to the SecretProviderClass; \(why)", origin: origin)
    }
    // What the Secret's own keys say is nearer to what was meant than what the class's would.
    return answers.first { $0.reason != .notEnabled && $0.reason != .kind } ?? byClass
  }

  // MARK: Workloads

  private func summarize(_ record: WorkloadRecord) {
    let node = record.node
    let uses = context.uses.filter { $0.workload === record }
    let handled = settings(for: record.object).map { ReloaderDecision.handles(record.workload.kind, $0.settings) }
    let isReloadable: Bool? = handled.contains(true) ? true : handled.contains(nil) ? nil : false
    node.set("isReloadable", isReloadable, because: "Reloader's flags are not known")
    node.set("staleReloaderNames", .list(uses.isEmpty ? [] : staleNames(record), node.origin))
    guard !uses.isEmpty else {
      for name in ["reload", "reloadReason"] { node.set(name, .unknown("it takes no secret of AWS", node.origin)) }
      node.set("reloadMessage", "")
      return
    }
    let deciding = uses.first { $0.node.string("reload") == "no" } ?? uses.first { $0.node.fields["reload"]?.isUnknown == true } ?? uses.first
    guard let deciding else { return }
    for name in ["reload", "reloadReason", "reloadMessage"] { if let value = deciding.node.fields[name] { node.set(name, value) } }
  }

  /// Names of the list of Secrets that nothing in sight bears. Patterns are left alone, and so is a namespace that is not wholly known.
  private func staleNames(_ record: WorkloadRecord) -> [Value] {
    let keys = settings(for: record.object).first?.settings.keys ?? ReloaderKeys()
    let four = [keys.named(.secret), keys.search, keys.auto, keys.typedAuto(.secret)]
    let own = record.workload.annotations
    let source = four.contains { own?[$0] != nil } ? own : record.workload.templateAnnotations
    guard let list = source?[keys.named(.secret)], let text = list.text, context.isClosed(record.object),
      let names = secretNames(near: record.object)
    else { return [] }
    var stale: [Value] = []
    var start = 0
    for part in text.bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      let name = ClassReading.trimmed(String(decoding: part, as: UTF8.self))
      let lead = part.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\n") }.count
      let range = (start + lead)..<(start + lead + name.utf8.count)
      start += part.count + 1
      guard Self.isPlainName(name), !names.contains(name) else { continue }
      stale.append(.string(name, text.origin(of: range, in: context.origins, whole: list.origin)))
    }
    return stale
  }

  private static func isPlainName(_ text: String) -> Bool {
    !text.isEmpty && GoScalars.bool(text) == nil
      && text.utf8.allSatisfy {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || $0 == UInt8(ascii: "-")
      }
  }

  /// All Secrets that are or may be in an object's namespace, made or taken; nil where a name is not known.
  private func secretNames(near object: ObjectRecord) -> Set<String>? {
    var names: Set<String> = []
    for secret in context.secrets where context.neighbourhood(object, secret.object) != .other { names.insert(secret.name) }
    for owner in context.classes where context.neighbourhood(object, owner.object) != .other {
      for (entry, _) in owner.synced { names.insert(entry.name) }
    }
    for reference in context.references where context.neighbourhood(object, reference.workload.object) != .other {
      guard let name = reference.reference.name.string else { return nil }
      names.insert(name)
    }
    return names.contains("") ? nil : names
  }

  // MARK: Keys

  /// Which workloads search, and which Secrets carry `match`, by the keys in use.
  private func findSearchers() {
    let keys = context.reloaders.compactMap(\.reloader).first?.keys ?? ReloaderKeys()
    func searches(_ record: WorkloadRecord) -> Bool {
      record.workload.annotations?[keys.search]?.string == "true" || record.workload.templateAnnotations?[keys.search]?.string == "true"
    }
    func set(_ node: ModelNode, _ users: [ReferenceRecord], _ match: Value?) {
      var workloads: [WorkloadRecord] = []
      for user in users where !workloads.contains(where: { $0 === user.workload }) { workloads.append(user.workload) }
      node.set("referencedBy", workloads.map(\.node))
      node.set("searchedBy", workloads.filter(searches).map(\.node))
      node.set("hasMatch", match?.string == "true", match?.origin ?? .none)
      node.set("matchKey", keys.match)
    }
    for owner in context.classes {
      for (entry, node) in owner.synced {
        set(node, context.references.filter { reference in reference.synced.contains { $0.node === node } }, entry.annotations[keys.match])
      }
    }
    for secret in context.secrets {
      let users = context.references.filter { reference in
        reference.reference.name.string == secret.name && reference.synced.isEmpty
          && context.neighbourhood(reference.workload.object, secret.object) == .same
      }
      set(secret.node, users, secret.madeBy == "Secret" ? secret.object.object.annotations?[keys.match] : nil)
    }
  }

  private func checkKeys() {
    let settings = context.reloaders.compactMap(\.reloader)
    let version = settings.isEmpty || settings.contains { $0.version == nil } ? nil : settings.compactMap(\.version).min()
    let check = ReloaderKeyCheck(
      keys: settings.first?.keys ?? ReloaderKeys(), version: version, watchesClasses: settings.contains { $0.watchesClasses != false },
      isInstalled: !settings.isEmpty)
    for record in context.objects { record.node?.set("reloaderKeys", .list(check.check(record.object), record.node?.origin ?? .none)) }
    for workload in context.workloads { if let keys = workload.object.node?.fields["reloaderKeys"] { workload.node.set("reloaderKeys", keys) } }
  }
}
