import Kubernetes
import Values

/// How one Reloader is installed, as far as it decides about reloads. nil: not known.
struct ReloaderSettings: Sendable {
  /// The image's version.
  var version: ProgramVersion?
  var releaseNamespace = ""
  var watchGlobally: Bool? = true
  var namespaces: [String] = []
  var ignoreNamespaces: [String] = []
  var namespaceSelector = ""
  var resourceLabelSelector = ""
  var ignoreSecrets: Bool? = false
  var ignoreJobs: Bool? = false
  var ignoreCronJobs: Bool? = false
  var isArgoRollouts: Bool? = false
  var autoReloadAll: Bool? = false
  var csiIntegration: Bool? = false
  var webhookUrl = ""
  var keys = ReloaderKeys()
  /// No installation was found; the newest version's defaults stand in.
  var isAssumed = false

  /// The newest version that these rules were read from.
  static let newest = ProgramVersion(1, 4, 21)

  static var assumed: ReloaderSettings {
    var settings = ReloaderSettings()
    settings.version = newest
    settings.isAssumed = true
    return settings
  }

  /// Order and power of the annotations differ between versions.
  enum Semantics: Hashable, Sendable {
    /// ≤ 1.4.5 and 1.4.9: auto, then named, then search; no `ignore`.
    case old
    /// 1.4.6–1.4.8, 1.4.10–1.4.12: auto first, and its answer is final.
    case autoFinal
    /// ≥ 1.4.13.
    case current
  }

  static func semantics(_ version: ProgramVersion) -> Semantics {
    if version >= ProgramVersion(1, 4, 13) || version > ProgramVersion(1, 4, 1000) { return .current }
    if version == ProgramVersion(1, 4, 9) || version <= ProgramVersion(1, 4, 5) { return .old }
    return .autoFinal
  }

  /// All that may hold: one where the version is known.
  var semantics: [Semantics] { version.map { [Self.semantics($0)] } ?? [.current, .autoFinal, .old] }

  /// Whether a flag that leaves jobs out counts: images before v1.4.8, and v1.4.9, do not know it.
  func isIgnored(_ flag: Bool?) -> Bool? {
    guard flag != false else { return false }
    guard let version else { return nil }
    return version < ProgramVersion(1, 4, 8) || version == ProgramVersion(1, 4, 9) ? false : flag
  }

  /// Whether changes of SecretProviderClasses are watched.
  var watchesClasses: Bool? {
    guard csiIntegration != false else { return false }
    guard let version else { return nil }
    return version < ProgramVersion(1, 4, 13) ? false : csiIntegration
  }
}

/// Names of the annotations; the standard ones unless flags rename them (internal/pkg/options/flags.go).
struct ReloaderKeys: Sendable, Hashable {
  static let domain = "reloader.stakater.com/"
  var auto = domain + "auto"
  var secret = "secret." + domain + "reload"
  var configmap = "configmap." + domain + "reload"
  var secretAuto = "secret." + domain + "auto"
  var configmapAuto = "configmap." + domain + "auto"
  var search = domain + "search"
  var match = domain + "match"
  var ignore = domain + "ignore"
  var pausePeriod = "deployment." + domain + "pause-period"
  let classNamed = "secretproviderclass." + domain + "reload"
  let classAuto = "secretproviderclass." + domain + "auto"

  func named(_ kind: ResourceKind) -> String {
    switch kind {
    case .secret: secret
    case .configMap: configmap
    case .secretProviderClass: classNamed
    }
  }

  func typedAuto(_ kind: ResourceKind) -> String {
    switch kind {
    case .secret: secretAuto
    case .configMap: configmapAuto
    case .secretProviderClass: classAuto
    }
  }

  func exclude(_ kind: ResourceKind) -> String {
    switch kind {
    case .secret: "secrets.exclude." + Self.domain + "reload"
    case .configMap: "configmaps.exclude." + Self.domain + "reload"
    case .secretProviderClass: "secretproviderclasses.exclude." + Self.domain + "reload"
    }
  }

  /// The chart's `reloader.custom_annotations`; standard key → key in use.
  mutating func rename(_ custom: ValueMap) -> [(String, String)] {
    var renamed: [(String, String)] = []
    func take(_ name: String, _ key: WritableKeyPath<ReloaderKeys, String>) {
      guard let text = custom[name]?.string, !text.isEmpty else { return }
      renamed.append((self[keyPath: key], text))
      self[keyPath: key] = text
    }
    take("auto", \.auto)
    take("secret", \.secret)
    take("configmap", \.configmap)
    take("secret_auto", \.secretAuto)
    take("configmap_auto", \.configmapAuto)
    take("search", \.search)
    take("match", \.match)
    take("ignore", \.ignore)
    take("pausePeriod", \.pausePeriod)
    return renamed
  }
}
