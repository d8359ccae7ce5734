import Kubernetes

/// What a repository's configuration says about the model.
package struct ModelConfiguration: Sendable {
  /// Environments, their spellings, and words that are shared on purpose.
  package var names = EnvironmentNames.standard
  /// Namespace → environment; wins over everything that is found.
  package var namespaces: [String: String] = [:]
  /// Application's name → environment.
  package var applications: [String: String] = [:]
  /// Path below the root → environment; the longest path wins.
  package var paths: [String: String] = [:]
  /// Names of Kubernetes Secrets that are made outside Git; `*` at the end stands for any rest.
  package var externalSecrets: [String] = []

  package init() {}

  func isExternalSecret(_ name: String) -> Bool {
    externalSecrets.contains { $0.hasSuffix("*") ? name.hasPrefix($0.dropLast()) : $0 == name }
  }
}
