// The vocabulary of Kubernetes: identities of objects, workloads and their pod specs, references to Secrets and ConfigMaps,
// selectors, Go's textual forms of durations and booleans, and the names of environments. It sees no files and no rules.

import Values

/// One rendered object of Kubernetes.
package struct KubernetesObject: Sendable {
  /// The whole object; its scalars and keys carry origins.
  package let root: Value
  package let apiVersion: String
  package let kind: String
  package let name: String
  /// As written in the object; nil where absent.
  package let namespace: String?

  /// nil where the value is no map with a `kind`.
  package init?(_ root: Value) {
    guard let kind = root["kind"]?.string else { return nil }
    self.root = root
    self.kind = kind
    apiVersion = root["apiVersion"]?.string ?? ""
    name = root.at("metadata", "name")?.string ?? ""
    namespace = root.at("metadata", "namespace")?.string
  }

  /// The part of `apiVersion` before the slash; "" for the core group.
  package var group: String {
    guard let slash = apiVersion.utf8.firstIndex(of: UInt8(ascii: "/")) else { return "" }
    return String(apiVersion[..<slash])
  }
}
