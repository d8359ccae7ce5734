import Kubernetes
import Patterns
import Values

/// Why a change does or does not reload a workload; words of `secretUse.reloadReason`.
enum ReloadReason: String, Sendable, Hashable {
  case enabled
  case notEnabled = "not-enabled"
  case disabled
  case valueInvalid = "value-invalid"
  case csiOnly = "csi-only"
  case csiUnsupported = "csi-unsupported"
  case noMatch = "no-match"
  case namedMismatch = "named-mismatch"
  case namedHidden = "named-hidden"
  case shadowed
  case excluded
  case ignored
  case kind
  case scope
  case badRegex = "bad-regex"
  case pausePeriod = "pause-period"
}

/// One answer with the key that decided.
struct ReloadAnswer: Sendable {
  /// nil: not known.
  var reloads: Bool?
  var reason: ReloadReason
  var message: String
  /// The deciding key; `none` where none is there.
  var origin: Origin
}

/// Whether a change of one resource reloads one workload: stakater/Reloader pkg/common/common.go, ShouldReload, and
/// internal/pkg/handler/upgrade.go.
struct ReloaderDecision {
  let workload: Workload
  let kind: ResourceKind
  let name: String
  /// Annotations of the changed resource.
  let resourceAnnotations: ValueMap?
  let isReferenced: Bool
  let settings: ReloaderSettings

  /// The answer of the installed version; where the version is not known, what all versions agree on.
  func answer() -> ReloadAnswer {
    let answers = settings.semantics.map(answer)
    guard let first = answers.first else { return ReloadAnswer(reloads: nil, reason: .notEnabled, message: "", origin: .none) }
    if answers.allSatisfy({ $0.reloads == first.reloads }) { return first }
    return ReloadAnswer(reloads: nil, reason: first.reason, message: "versions of Reloader differ here and the installed one is not known", origin: first.origin)
  }

  /// Whether Reloader handles the kind at all; nil where a flag is not known.
  static func handles(_ kind: Workload.Kind, _ settings: ReloaderSettings) -> Bool? {
    switch kind {
    case .deployment, .daemonSet, .statefulSet: true
    case .job: settings.isIgnored(settings.ignoreJobs).map { !$0 }
    case .cronJob: settings.isIgnored(settings.ignoreCronJobs).map { !$0 }
    case .rollout: settings.isArgoRollouts
    case .deploymentConfig: settings.version.map { $0 < ProgramVersion(1, 4, 5) ? true : false }
    case .pod, .replicaSet, .replicationController, .custom: false
    }
  }

  private func no(_ reason: ReloadReason, _ message: String, _ origin: Origin = .none) -> ReloadAnswer {
    ReloadAnswer(reloads: false, reason: reason, message: message, origin: origin)
  }

  private func unknown(_ message: String, _ origin: Origin = .none) -> ReloadAnswer {
    ReloadAnswer(reloads: nil, reason: .notEnabled, message: message, origin: origin)
  }

  private func answer(_ semantics: ReloaderSettings.Semantics) -> ReloadAnswer {
    let keys = settings.keys
    switch Self.handles(workload.kind, settings) {
    case false?:
      return no(.kind, "Reloader does not handle \(workload.object.kind)s as it is installed")
    case nil: return unknown("it is not known whether Reloader handles \(workload.object.kind)s")
    case true?: break
    }
    if workload.pod.containers.isEmpty { return no(.kind, "the pod template has no container of its own") }
    if kind == .secretProviderClass, semantics != .current { return no(.csiUnsupported, "this version of Reloader does not know SecretProviderClasses") }
    if semantics != .old, let ignore = resourceAnnotations?[keys.ignore] {
      if ignore.isUnknown { return unknown("the annotation `\(keys.ignore)` is not known", ignore.origin) }
      if ignore.scalarText == "true" { return no(.ignored, "\(kind.rawValue) '\(name)' carries `\(keys.ignore)`", ignore.origin) }
    }
    // The template is read only where the workload has none of the four keys, whatever their values.
    let four = [keys.named(kind), keys.search, keys.auto, keys.typedAuto(kind)]
    let own = workload.annotations
    let template = workload.templateAnnotations
    let usesOwn = four.contains { own?[$0] != nil }
    let source = usesOwn ? own : template
    if let excluded = own?[keys.exclude(kind)], let text = excluded.scalarText, items(text).contains(name) {
      return no(.excluded, "\(kind.rawValue) '\(name)' is on the list of `\(keys.exclude(kind))`", excluded.origin)
    }
    let reading = read(source, semantics)
    if let reading, reading.reloads == true, workload.kind == .deployment, semantics != .old, let pause = own?[keys.pausePeriod], let text = pause.scalarText,
      GoScalars.duration(text) == nil
    {
      return no(.pausePeriod, "`\(keys.pausePeriod)` is no duration: '\(text)'", pause.origin)
    }
    if let reading, reading.reloads != false { return reading }
    if usesOwn, four.contains(where: { template?[$0] != nil }), let hidden = read(template, semantics), hidden.reloads == true {
      let key = four.first { own?[$0] != nil } ?? keys.auto
      return no(.shadowed, "`\(key)` on the workload keeps Reloader from reading the pod template's annotations", own?[key]?.origin ?? .none)
    }
    return reading ?? no(.notEnabled, "no annotation of the workload or its pod template asks for it")
  }

  private func items(_ list: String) -> [String] {
    list.split(separator: ",", omittingEmptySubsequences: false).map { ClassReading.trimmed(String($0)) }
  }

  /// Steps 5 to 8 on one set of annotations; nil where none of its keys says anything.
  private func read(_ annotations: ValueMap?, _ semantics: ReloaderSettings.Semantics) -> ReloadAnswer? {
    let keys = settings.keys
    let auto = annotations?[keys.auto]
    let typed = annotations?[keys.typedAuto(kind)]
    let search = annotations?[keys.search]
    let named = annotations?[keys.named(kind)]
    for value in [auto, typed, search, named] { if let value, value.isUnknown { return unknown("an annotation of Reloader is not known", value.origin) } }
    func isTrue(_ value: Value?) -> Bool { value?.scalarText.flatMap(GoScalars.bool) ?? false }
    let isAuto = isTrue(auto) || isTrue(typed)
    let autoKey = isTrue(auto) ? keys.auto : keys.typedAuto(kind)
    let autoOrigin = (isTrue(auto) ? auto : typed)?.origin ?? .none
    let isAll = (auto?.scalarText ?? "").isEmpty && (typed?.scalarText ?? "").isEmpty
    var failure: ReloadAnswer?

    func byAuto() -> ReloadAnswer? {
      if isAuto { return reference("`\(autoKey)`", autoOrigin) }
      guard isAll else { return nil }
      switch settings.autoReloadAll {
      case true?: return reference("autoReloadAll", .none)
      case nil: return unknown("it is not known whether autoReloadAll is on")
      case false?: return nil
      }
    }
    func byName() -> ReloadAnswer? {
      guard let named, let text = named.scalarText, !text.isEmpty else { return nil }
      for item in items(text) where !item.isEmpty {
        guard let pattern = try? Pattern("^" + item + "$") else {
          // Later versions pass over it; up to v1.4.21 the controller stops.
          if let version = settings.version, version > ReloaderSettings.newest { continue }
          return no(.badRegex, "'\(item)' in `\(keys.named(kind))` is no regular expression", named.origin)
        }
        if (try? pattern.matches(name)) == true {
          return ReloadAnswer(reloads: true, reason: .enabled, message: "`\(keys.named(kind))` names '\(name)'", origin: named.origin)
        }
      }
      return no(.namedMismatch, "`\(keys.named(kind))` does not name \(kind.rawValue) '\(name)'", named.origin)
    }
    func bySearch() -> ReloadAnswer? {
      guard let search, search.scalarText == "true" else { return nil }
      let match = resourceAnnotations?[keys.match]
      if match?.isUnknown == true { return unknown("the annotation `\(keys.match)` is not known", match?.origin ?? .none) }
      guard match?.scalarText == "true" else {
        return no(.noMatch, "`\(keys.search)` reloads only for a \(kind.rawValue) that carries `\(keys.match)`: \"true\"; '\(name)' does not", search.origin)
      }
      return reference("`\(keys.search)`", search.origin)
    }

    let steps: [() -> ReloadAnswer?] = semantics == .current ? [byName, bySearch, byAuto] : [byAuto, byName, bySearch]
    for (index, step) in steps.enumerated() {
      guard let answer = step() else { continue }
      if answer.reloads != false { return answer }
      if semantics == .autoFinal, index == 0, answer.reason == .csiOnly, byName()?.reloads == true {
        return no(.namedHidden, "`\(autoKey)` keeps this version of Reloader from reading `\(keys.named(kind))`", autoOrigin)
      }
      if semantics == .autoFinal, index == 0 { return answer }
      failure = better(failure, answer)
    }
    if let failure { return failure }
    for (key, value) in [(keys.auto, auto), (keys.typedAuto(kind), typed)] {
      guard let value, let text = value.scalarText, !text.isEmpty else { continue }
      if GoScalars.bool(text) == nil { return no(.valueInvalid, "`\(key)` is '\(text)', which Reloader does not take for true", value.origin) }
      return no(.disabled, "`\(key)` is '\(text)'", value.origin)
    }
    return nil
  }

  /// A reason that says more wins: what is asked for but not referenced first.
  private func better(_ a: ReloadAnswer?, _ b: ReloadAnswer) -> ReloadAnswer {
    guard let a else { return b }
    let order: [ReloadReason] = [.badRegex, .csiOnly, .noMatch, .namedMismatch]
    return (order.firstIndex(of: b.reason) ?? 9) < (order.firstIndex(of: a.reason) ?? 9) ? b : a
  }

  private func reference(_ what: String, _ origin: Origin) -> ReloadAnswer {
    if isReferenced { return ReloadAnswer(reloads: true, reason: .enabled, message: "\(what) reloads for what the pod references", origin: origin) }
    return no(.csiOnly, "\(what) reloads only for what the pod references by env, envFrom or a volume of its own; \(kind.rawValue) '\(name)' is not", origin)
  }
}

extension ReloaderSettings {
  /// Whether it sees a namespace and a Secret in it; nil where that is not known. The message says why not.
  func sees(_ kind: ResourceKind = .secret, namespace: String, namespaceLabels: ValueMap?, labelsKnown: Bool, resourceLabels: ValueMap?) -> (answer: Bool?, message: String) {
    // SecretProviderClasses stay watched.
    if kind == .secret {
      if ignoreSecrets == nil { return (nil, "it is not known whether Reloader watches Secrets") }
      if ignoreSecrets == true { return (false, "this Reloader ignores Secrets") }
    }
    if !webhookUrl.isEmpty { return (false, "this Reloader calls a webhook instead of reloading") }
    switch watchGlobally {
    case nil: return (nil, "it is not known which namespaces Reloader watches")
    case false?:
      // `--namespaces` came with v1.4.20; before, only the release's own is watched.
      guard let version = version ?? (namespaces.isEmpty ? Self.newest : nil) else { return (nil, "it is not known whether this Reloader knows `namespaces`") }
      let scoped = version >= ProgramVersion(1, 4, 20) ? namespaces : []
      let watched = scoped + (releaseNamespace.isEmpty ? [] : [releaseNamespace])
      if namespace.isEmpty || watched.isEmpty { return (nil, "the namespace is not known") }
      if !watched.contains(namespace) { return (false, "this Reloader watches only \(watched.map { "'\($0)'" }.joined(separator: ", "))") }
    case true?:
      if !namespace.isEmpty, ignoreNamespaces.contains(namespace) { return (false, "this Reloader ignores the namespace '\(namespace)'") }
      if !namespaceSelector.isEmpty {
        guard let selector = LabelSelector(text: namespaceSelector) else { return (nil, "the namespace selector cannot be read") }
        // The API server gives every namespace a label with its name.
        let nameLabel = "kubernetes.io/metadata.name"
        let isByName = !namespace.isEmpty && !selector.requirements.isEmpty && selector.requirements.allSatisfy { $0.key == nameLabel }
        guard labelsKnown || isByName else { return (nil, "the labels of the namespace '\(namespace)' are not known") }
        let labels = ValueMap()
        for entry in namespaceLabels?.entries ?? [] { labels.set(entry.key, entry.value) }
        if !namespace.isEmpty { labels.set(nameLabel, .string(namespace)) }
        switch selector.matches(labels) {
        case false?: return (false, "the namespace selector '\(namespaceSelector)' does not select '\(namespace)'")
        case nil: return (nil, "the labels of the namespace '\(namespace)' are not known")
        case true?: break
        }
      }
    }
    if !resourceLabelSelector.isEmpty {
      guard let selector = LabelSelector(text: resourceLabelSelector) else { return (nil, "the resource label selector cannot be read") }
      switch selector.matches(resourceLabels) {
      case false?: return (false, "the Secret does not carry the labels '\(resourceLabelSelector)' that this Reloader watches")
      case nil: return (nil, "the labels of the Secret are not known")
      case true?: break
      }
    }
    return (true, "")
  }
}
