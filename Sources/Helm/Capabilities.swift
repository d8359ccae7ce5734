import GoTemplate
import Patterns
import SourceText
import Values

/// `.Capabilities` (helm.sh/helm `pkg/chart/common/capabilities.go`).
final class CapabilitiesObject: GoObject, @unchecked Sendable {
  let kubeVersion: KubeVersionObject
  let apiVersions: VersionSetObject

  init(kubeVersion: KubeVersionObject, apiVersions: [String]) {
    self.kubeVersion = kubeVersion
    self.apiVersions = VersionSetObject(Self.builtinVersions + apiVersions)
    super.init()
  }

  override var goTypeName: String { "*common.Capabilities" }
  override var goKind: String { "ptr" }

  override func member(_ name: String) -> Value? {
    switch name {
    case "KubeVersion": Value(.object(kubeVersion))
    case "APIVersions": Value(.object(apiVersions))
    case "HelmVersion": Value(.object(HelmVersionObject()))
    default: nil
    }
  }

  override var memberNames: [String] { ["KubeVersion", "APIVersions", "HelmVersion"] }

  /// Versions that Helm 4.3 knows without a cluster: those registered in client-go 0.37 (kubernetes/scheme/register.go), the core group and the
  /// extension API.
  static let builtinVersions: [String] = [
    "v1", "admissionregistration.k8s.io/v1", "admissionregistration.k8s.io/v1beta1", "admissionregistration.k8s.io/v1alpha1",
    "internal.apiserver.k8s.io/v1alpha1", "apps/v1", "apps/v1beta2", "apps/v1beta1", "authentication.k8s.io/v1",
    "authentication.k8s.io/v1beta1", "authentication.k8s.io/v1alpha1", "authorization.k8s.io/v1", "authorization.k8s.io/v1beta1",
    "autoscaling/v2", "autoscaling/v1", "batch/v1", "batch/v1beta1", "certificates.k8s.io/v1", "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1", "coordination.k8s.io/v1", "coordination.k8s.io/v1beta1", "coordination.k8s.io/v1alpha2",
    "discovery.k8s.io/v1", "discovery.k8s.io/v1beta1", "events.k8s.io/v1", "events.k8s.io/v1beta1", "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1", "flowcontrol.apiserver.k8s.io/v1beta3", "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta1", "lifecycle.k8s.io/v1alpha1", "networking.k8s.io/v1", "networking.k8s.io/v1beta1",
    "node.k8s.io/v1", "node.k8s.io/v1beta1", "node.k8s.io/v1alpha1", "policy/v1", "policy/v1beta1", "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1", "rbac.authorization.k8s.io/v1alpha1", "resource.k8s.io/v1", "resource.k8s.io/v1beta2",
    "resource.k8s.io/v1beta1", "resource.k8s.io/v1alpha3", "scheduling.k8s.io/v1", "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1alpha3", "storage.k8s.io/v1", "storage.k8s.io/v1beta1", "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1", "storagemigration.k8s.io/v1beta1", "apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1",
  ]
}

/// `.Capabilities.KubeVersion`.
final class KubeVersionObject: GoObject, @unchecked Sendable {
  /// As it was given, with `v`: "v1.33.4-gke.1245000".
  let version: String
  /// Without suffixes; for constraints, and what it prints.
  let normalized: String
  let major: String
  let minor: String

  private init(version: String, normalized: String, major: String, minor: String) {
    self.version = version
    self.normalized = normalized
    self.major = major
    self.minor = minor
    super.init()
  }

  static let builtin = KubeVersionObject(version: "v1.37.0", normalized: "v1.37.0", major: "1", minor: "37")

  /// nil where Kubernetes' generic parser refuses the text.
  static func parse(_ text: String) -> KubeVersionObject? {
    var numbers = text.hasPrefix("v") ? text.dropFirst() : text[...]
    if let end = numbers.firstIndex(where: { !($0.isASCII && $0.isNumber) && $0 != "." }) { numbers = numbers[..<end] }
    let parts = numbers.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 2 else { return nil }
    var values: [UInt64] = []
    for (place, part) in parts.enumerated() {
      // A point at the end belongs to a suffix.
      if part.isEmpty, place == parts.count - 1, place >= 2 { break }
      guard let value = UInt64(part), part.count == 1 || part.first != "0" else { return nil }
      values.append(value)
    }
    let padded = values + [UInt64](repeating: 0, count: max(0, 3 - values.count))
    return KubeVersionObject(
      version: text.hasPrefix("v") ? text : "v" + text, normalized: "v" + padded.map { String($0) }.joined(separator: "."),
      major: String(padded[0]), minor: String(padded[1]))
  }

  override var goTypeName: String { "common.KubeVersion" }
  override var printed: Text { Text(normalized) }

  override func member(_ name: String) -> Value? {
    switch name {
    case "Version": .string(version)
    case "Major": .string(major)
    case "Minor": .string(minor)
    default: nil
    }
  }

  override var memberNames: [String] { ["Version", "Major", "Minor"] }

  override func method(_ name: Text) -> TemplateFunction? {
    let text: String
    switch name.string {
    case "GitVersion": text = version
    case "String": text = normalized
    default: return nil
    }
    return TemplateFunction(name.string, []) { _, _ in .string(text) }
  }
}

/// `.Capabilities.APIVersions`.
final class VersionSetObject: GoObject, @unchecked Sendable {
  private let versions: [String]
  private let known: Set<String>

  init(_ versions: [String]) {
    self.versions = versions
    known = Set(versions)
    super.init()
  }

  override var goTypeName: String { "common.VersionSet" }
  override var goKind: String { "slice" }
  override var length: Int? { versions.count }
  override var printed: Text { Text("[" + versions.joined(separator: " ") + "]") }

  override var rangeEntries: [(key: Value, value: Value)]? {
    versions.enumerated().map { (Value(.int(Int64($0.offset)), tag: GoNumber.int), .string($0.element)) }
  }

  override func index(_ key: Value) -> Value? {
    guard let place = key.int, place >= 0, place < versions.count else { return nil }
    return .string(versions[Int(place)])
  }

  override func method(_ name: Text) -> TemplateFunction? {
    guard name.string == "Has" else { return nil }
    let known = known
    return TemplateFunction("Has", [.string]) { _, arguments in .bool(known.contains(arguments.first?.string ?? "")) }
  }
}

/// `.Capabilities.HelmVersion`.
final class HelmVersionObject: GoObject, @unchecked Sendable {
  override var goTypeName: String { "version.BuildInfo" }
  override var memberNames: [String] { ["Version", "GitCommit", "GitTreeState", "GoVersion", "KubeClientVersion"] }

  override func member(_ name: String) -> Value? {
    switch name {
    case "Version": .string("v4.3.1")
    case "KubeClientVersion": .string("v1.37")
    case "GoVersion": .string("go1.26.0")
    case "GitTreeState": .string("clean")
    case "GitCommit": .string("")
    default: nil
    }
  }

  override var printed: Text { "{v4.3.1  clean go1.26.0 v1.37}" }
}
