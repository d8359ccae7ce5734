import SourceText
import Values

/// The build environment of a source, whose variables Argo CD expands in value file names, Helm parameters and images.
///
/// Source: reposerver/repository `newEnv`, util/argo/env `Envsubst`.
struct BuildVariables {
  private let values: [String: Value]

  init(
    application: Value, namespace: Value?, project: Value?, url: Value?, path: Value?, revision: Value?, kubeVersion: String?
  ) {
    let commit = Value.unknown("the commit that is deployed", application.origin)
    values = [
      "ARGOCD_APP_NAME": application,
      "ARGOCD_APP_NAMESPACE": namespace ?? .string(""),
      "ARGOCD_APP_PROJECT_NAME": project ?? .string(""),
      "ARGOCD_APP_REVISION": commit,
      "ARGOCD_APP_REVISION_SHORT": commit,
      "ARGOCD_APP_REVISION_SHORT_8": commit,
      "ARGOCD_APP_SOURCE_REPO_URL": url ?? .string(""),
      "ARGOCD_APP_SOURCE_PATH": path ?? .string(""),
      "ARGOCD_APP_SOURCE_TARGET_REVISION": revision ?? .string(""),
      "KUBE_VERSION": kubeVersion.map { .string($0) } ?? .unknown("version of the cluster"),
      "KUBE_API_VERSIONS": .unknown("API versions of the cluster"),
    ]
  }

  /// Applications outside of Argo CD's own namespace are called `<namespace>_<name>`; releases are not.
  static func withoutNamespace(_ name: String) -> String {
    name.split(separator: "_", maxSplits: 1).last.map(String.init) ?? name
  }

  /// `$NAME` and `${NAME}` replaced; an unknown name gives nothing, `$$` a dollar.
  func expand(_ value: Value, _ origins: OriginTable) -> Value {
    guard let text = value.text, text.bytes.contains(UInt8(ascii: "$")) else { return value }
    let bytes = text.bytes
    var builder = TextBuilder()
    var at = 0
    var literal = 0
    func isName(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
    }
    while at < bytes.count {
      guard bytes[at] == UInt8(ascii: "$"), at + 1 < bytes.count else {
        at += 1
        continue
      }
      var start = at + 1
      var end = start
      var next = start
      if bytes[start] == UInt8(ascii: "$") {
        builder.append(text, range: literal..<(at + 1), origin: value.origin)
        at += 2
        literal = at
        continue
      } else if bytes[start] == UInt8(ascii: "{") {
        start += 1
        end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "}") { end += 1 }
        next = min(end + 1, bytes.count)
      } else {
        while end < bytes.count, isName(bytes[end]) { end += 1 }
        next = end
      }
      guard next > at + 1 else {
        at += 1
        continue
      }
      builder.append(text, range: literal..<at, origin: value.origin)
      if let found = values[String(decoding: bytes[start..<end], as: UTF8.self)] {
        if found.isUnknown { return found.with(origin: value.origin) }
        if let shown = found.text { builder.append(shown, origin: found.origin) }
      }
      at = next
      literal = next
    }
    builder.append(text, range: literal..<bytes.count, origin: value.origin)
    return Value(.string(builder.build()), origin: value.origin)
  }
}
