import ArgoCD
import Linting
import SourceText
import Values

/// How strict a call is.
package struct PluginMode: Sendable, Equatable {
  package enum Level: String, Sendable, Comparable {
    /// Renders, judges nothing.
    case off
    /// Judges, and counts the findings on one line of the log: to measure a fleet before anything is shown or blocked.
    case audit
    /// Findings go to standard error only.
    case warn
    /// Findings block.
    case enforce

    private var rank: Int { self == .off ? 0 : self == .audit ? 1 : self == .warn ? 2 : 3 }

    package static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
  }

  package var level: Level
  /// The least severity that blocks.
  package var failOn: Severity
  package var reason: String
  /// Where the level comes from: "default", "configuration", "parameter", "plugin environment", "operator".
  package var source: String
  /// Rules, categories or tags that block; empty: all. The operator's, for taking rules into force one by one.
  package var blockingRules: [String] = []

  /// Whether an Application has lowered the mode: that is logged, whatever is found.
  package var isLowered: Bool { level < .enforce && ["parameter", "plugin environment", "configuration"].contains(source) }

  /// Resolves the settings, the strongest first: the operator's floor, the parameter `mode`, the plugin environment, the repository's
  /// configuration, enforce.
  /// - Parameter problems: gets a sentence for each setting that is wrong; the call fails then.
  static func resolve(
    _ call: PluginCall, _ parameters: PluginParameters, configuration: Configuration? = nil, problems: inout [String]
  ) -> PluginMode {
    var mode = PluginMode(level: .enforce, failOn: .error, reason: "", source: "default")
    func level(_ text: String, _ name: String) -> Level? {
      guard let level = Level(rawValue: text) else {
        problems.append("\(name) is '\(text)', expected enforce, warn, audit or off")
        return nil
      }
      return level
    }
    if let text = parameters["mode"]?.string, !text.isEmpty {
      if let given = level(text, "parameter 'mode'") { (mode.level, mode.source) = (given, "parameter") }
    } else if let setting = call.setting("SECRETSLINT_MODE") {
      if let given = level(setting.value, "SECRETSLINT_MODE") { (mode.level, mode.source) = (given, setting.isUsers ? "plugin environment" : "operator") }
    } else if let text = configuration?.pluginMode, let given = Level(rawValue: text) {
      (mode.level, mode.source) = (given, "configuration")
    }
    mode.reason = parameters["reason"]?.string ?? call.setting("SECRETSLINT_REASON")?.value ?? ""
    if mode.reason.isEmpty, mode.source == "configuration" { mode.reason = configuration?.pluginReason ?? "" }
    if let given = configuration?.pluginFailOn { mode.failOn = given }
    if let text = parameters["fail-on"]?.string ?? call.setting("SECRETSLINT_FAIL_ON")?.value, !text.isEmpty {
      switch text {
      case "error": mode.failOn = .error
      case "warning": mode.failOn = .warning
      default: problems.append("'fail-on' is '\(text)', expected error or warning")
      }
    }
    let isUsers = ["parameter", "plugin environment", "configuration"].contains(mode.source)
    mode.blockingRules = (call.environment["SECRETSLINT_BLOCKING_RULES"] ?? "").split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init)
    if isUsers, mode.level < .enforce {
      // Names without ARGOCD_ENV_ are the operator's: no Application can set them.
      switch call.environment["SECRETSLINT_OVERRIDES"] ?? "reason" {
      case "deny":
        mode.level = .enforce
        mode.source = "operator"
      case "allow": break
      default:
        if mode.reason.isEmpty { problems.append("mode '\(mode.level.rawValue)' needs a parameter 'reason'") }
      }
    }
    if let text = call.environment["SECRETSLINT_MODE_FLOOR"], !text.isEmpty, let floor = level(text, "SECRETSLINT_MODE_FLOOR"), mode.level < floor {
      mode.level = floor
      mode.source = "operator"
    }
    return mode
  }
}
