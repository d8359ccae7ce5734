import Kubernetes
import Patterns
import SourceText
import Values

/// Finds keys of Reloader where Reloader does not look, and values that it does not take as they are meant.
struct ReloaderKeyCheck {
  let keys: ReloaderKeys
  /// The oldest installed version; nil where not known.
  let version: ProgramVersion?
  /// Some Reloader watches SecretProviderClasses.
  let watchesClasses: Bool
  /// The repository installs a Reloader.
  let isInstalled: Bool

  enum Place: String { case annotation, label, templateAnnotation, templateLabel, jobTemplate }

  /// Kinds that people annotate by mistake.
  private static let passive: Set<String> = ["Secret", "ConfigMap", "ServiceAccount", "Namespace", "Service", "Ingress", "SecretProviderClass"]
  private static let resources: Set<String> = ["Secret", "ConfigMap", "SecretProviderClass"]

  private var workloadKeys: [String] {
    [keys.auto, keys.search, keys.pausePeriod, ReloaderKeys.domain + "rollout-strategy"]
      + [ResourceKind.secret, .configMap, .secretProviderClass].flatMap { [keys.named($0), keys.typedAuto($0), keys.exclude($0)] }
  }

  private var workloadOnly: [String] {
    [keys.pausePeriod, ReloaderKeys.domain + "rollout-strategy"]
      + [ResourceKind.secret, .configMap, .secretProviderClass].map { keys.exclude($0) }
  }

  /// What Reloader itself writes.
  private static let written = ["reloader.stakater.com/last-reloaded-from", "deployment.reloader.stakater.com/paused-at"]

  func check(_ object: KubernetesObject) -> [Value] {
    var found: [Value] = []
    let workload = object.workload
    visit(object.root.at("metadata", "annotations"), .annotation, object, workload, &found)
    visit(object.root.at("metadata", "labels"), .label, object, workload, &found)
    if let workload, workload.kind != .pod {
      visit(workload.template?.at("metadata", "annotations"), .templateAnnotation, object, workload, &found)
      visit(workload.template?.at("metadata", "labels"), .templateLabel, object, workload, &found)
    }
    if workload?.kind == .cronJob {
      for part in ["annotations", "labels"] { visit(object.root.at("spec", "jobTemplate", "metadata", part), .jobTemplate, object, workload, &found) }
    }
    if object.kind == "SecretProviderClass" {
      for entry in object.root.at("spec", "secretObjects")?.list ?? [] { visitSynced(entry["annotations"], &found) }
    }
    return found
  }

  private func isOurs(_ key: String) -> Bool {
    key.contains("reloader.stakater.com/") || workloadKeys.contains(key) || key == keys.match || key == keys.ignore
  }

  private func visit(_ map: Value?, _ place: Place, _ object: KubernetesObject, _ workload: Workload?, _ found: inout [Value]) {
    for entry in map?.map?.entries ?? [] where isOurs(entry.key.string) {
      let key = entry.key.string
      guard workload != nil || Self.passive.contains(object.kind) else { continue }
      if Self.written.contains(key) { continue }
      let isKnown = workloadKeys.contains(key) || key == keys.match || key == keys.ignore
      guard isKnown else {
        let candidates = workloadKeys + [keys.match, keys.ignore]
        report(entry, place, "unknown-key", nearestName(to: key, in: candidates) ?? "", &found)
        continue
      }
      if let suggestion = misplaced(key, place, object, workload) {
        report(entry, place, "misplaced", suggestion, &found)
        continue
      }
      if let (problem, suggestion) = valueProblem(key, entry.value) {
        report(entry, place, problem, suggestion, &found)
      } else if key == keys.pausePeriod, workload?.kind != .deployment {
        report(entry, place, "pause-kind", "", &found)
      }
    }
  }

  private func visitSynced(_ map: Value?, _ found: inout [Value]) {
    for entry in map?.map?.entries ?? [] where isOurs(entry.key.string) {
      let key = entry.key.string
      guard key == keys.match || key == keys.ignore else {
        report(entry, .annotation, workloadKeys.contains(key) ? "misplaced" : "unknown-key", workloadKeys.contains(key) ? "metadata.annotations of the workload" : "", &found)
        continue
      }
      if let (problem, suggestion) = valueProblem(key, entry.value) { report(entry, .annotation, problem, suggestion, &found) }
    }
  }

  private func report(_ entry: ValueMap.Entry, _ place: Place, _ problem: String, _ suggestion: String, _ found: inout [Value]) {
    let origin = problem == "misplaced" || problem == "unknown-key" || !entry.value.origin.isKnown ? entry.keyOrigin : entry.value.origin
    let at = origin.isKnown ? origin : entry.value.origin
    found.append(
      makeRecord(
        .reloaderKey, at,
        [
          ("key", .string(entry.key, at)), ("value", .string(entry.value.scalarText ?? "", entry.value.origin)), ("place", .string(place.rawValue, at)),
          ("problem", .string(problem, at)), ("suggestion", .string(suggestion, at)),
        ]))
  }

  /// Where the key belongs; nil if it stands right.
  private func misplaced(_ key: String, _ place: Place, _ object: KubernetesObject, _ workload: Workload?) -> String? {
    let isResourceKey = key == keys.match || key == keys.ignore
    if workload != nil {
      if isResourceKey { return "the Secret's annotations (for a synced one: secretObjects[].annotations)" }
      switch place {
      case .label, .templateLabel, .jobTemplate: return "metadata.annotations of the workload"
      case .templateAnnotation: return workloadOnly.contains(key) ? "metadata.annotations of the workload" : nil
      case .annotation: return nil
      }
    }
    if !isResourceKey { return "metadata.annotations of the workload" }
    if place == .label { return "metadata.annotations" }
    if !Self.resources.contains(object.kind) { return "the Secret's annotations" }
    if object.kind == "SecretProviderClass", !watchesClasses { return "secretObjects[].annotations: the synced Secret's" }
    return nil
  }

  private func valueProblem(_ key: String, _ value: Value) -> (String, String)? {
    if value.isUnknown { return nil }
    guard let text = value.text?.string else {
      return value.scalarText.map { ("not-text", "\"\($0)\"") } ?? ("not-text", "")
    }
    let kinds: [ResourceKind] = [.secret, .configMap, .secretProviderClass]
    if let version, version < ProgramVersion(1, 4, 13), key == keys.classAuto || key == keys.classNamed || key == keys.exclude(.secretProviderClass) {
      return ("too-new", "")
    }
    if isInstalled, !watchesClasses, key == keys.classAuto || key == keys.classNamed { return ("integration-off", "") }
    if key == keys.auto || kinds.contains(where: { keys.typedAuto($0) == key }) {
      if GoScalars.bool(text) != nil { return nil }
      return ("not-bool", ["yes", "on", "enabled", "y"].contains(text.lowercased()) || text.lowercased().hasPrefix("true") ? "\"true\"" : "")
    }
    if key == keys.search || key == keys.match || key == keys.ignore {
      return text == "true" || text == "false" ? nil : ("not-exact", GoScalars.bool(text) == true ? "\"true\"" : "")
    }
    if key == keys.pausePeriod { return GoScalars.duration(text).map { $0 > 0 } == true ? nil : ("pause-period", "") }
    guard kinds.contains(where: { keys.named($0) == key }) else { return nil }
    return namedProblem(text)
  }

  private func namedProblem(_ text: String) -> (String, String)? {
    // The list is split at every comma, also at one inside braces.
    let split = text.split(separator: ",").map { ClassReading.trimmed(String($0)) }
    for (item, next) in zip(split, split.dropFirst()) where opensBrace(item) && next.utf8.contains(UInt8(ascii: "}")) {
      return ("comma-in-braces", "")
    }
    var hint: (String, String)?
    for item in split where !item.isEmpty {
      if GoScalars.bool(item) != nil, item.utf8.count > 1 { return ("bool-as-name", "") }
      if item.utf8.contains(UInt8(ascii: "/")) { return ("slash", item.split(separator: "/").last.map(String.init) ?? "") }
      let bytes = Array(item.utf8)
      for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "*") {
        let before = index > 0 ? bytes[index - 1] : 0
        if before != UInt8(ascii: "."), before != UInt8(ascii: ")"), before != UInt8(ascii: "]"), before != UInt8(ascii: "}") {
          return ("glob", item.split(separator: "*", omittingEmptySubsequences: false).joined(separator: ".*"))
        }
      }
      guard (try? Pattern("^" + item + "$")) != nil else { return ("bad-regex", "") }
      if hasTopLevelBar(bytes) { return ("top-level-alternative", "(\(item))") }
      if hint == nil, hasPlainDot(bytes) { hint = ("plain-dot", item.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "\\.")) }
    }
    return hint
  }

  /// A brace that the item does not close.
  private func opensBrace(_ item: String) -> Bool {
    item.utf8.lastIndex(of: UInt8(ascii: "{")).map { !item.utf8[$0...].contains(UInt8(ascii: "}")) } ?? false
  }

  /// A dot that stands for any character where a literal one is meant, as far as that can be told: outside of brackets and without a
  /// quantifier.
  private func hasPlainDot(_ bytes: [UInt8]) -> Bool {
    guard !bytes.contains(where: { "([|+?".utf8.contains($0) }) else { return false }
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: ".") {
      let isEscaped = index > 0 && bytes[index - 1] == UInt8(ascii: "\\")
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      if !isEscaped, next != UInt8(ascii: "*"), next != UInt8(ascii: "{") { return true }
    }
    return false
  }

  private func hasTopLevelBar(_ bytes: [UInt8]) -> Bool {
    var depth = 0
    var isEscaped = false
    for byte in bytes {
      if isEscaped {
        isEscaped = false
        continue
      }
      switch byte {
      case UInt8(ascii: "\\"): isEscaped = true
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "|") where depth == 0: return true
      default: break
      }
    }
    return false
  }
}
