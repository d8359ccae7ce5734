import Patterns

/// Versions of charts and of Kubernetes.
enum ChartVersion {
  static func isValid(_ version: String) -> Bool { SemanticVersion(version) != nil }

  /// `chartutil.IsCompatibleRange`: false too where either cannot be read.
  static func isCompatible(_ constraint: String, _ version: String) -> Bool {
    guard let version = SemanticVersion(version), let constraint = VersionConstraint(constraint) else { return false }
    return constraint.allows(version)
  }
}
