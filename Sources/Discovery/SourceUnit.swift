import Values

/// A chart of the tree.
package struct ChartUnit: Sendable {
  package var directory: String
  package var name: String
  package var version: String
  /// `type: library`: nothing to deploy.
  package var isLibrary: Bool
  /// The chart in whose `charts/` it lies, or that names its directory as a dependency; nil where it stands by itself.
  package var parent: String?
  /// Values files beside `values.yaml` that are meant for one deployment, in byte order.
  package var valuesFiles: [ValuesFileUnit]
  /// Its templates make Applications or ApplicationSets.
  package var makesApplications: Bool
  package var origin: Origin
}

/// A values file of a chart that stands for one deployment of it by convention.
package struct ValuesFileUnit: Sendable, Hashable {
  package var path: String
  /// Canonical name; nil for files of `ci/` that name no environment.
  package var environment: String?
}

/// A directory with a kustomization file.
package struct KustomizationUnit: Sendable {
  package var directory: String
  package var file: String
  /// `kind: Component`: only part of others.
  package var isComponent: Bool
  /// Directories of the tree that it builds on.
  package var directories: [String]
  /// Files of the tree that it names: resources, patches, sources of generators.
  package var files: [String]
  /// Nobody else builds on it.
  package var isTop: Bool
  /// Its files hold Applications or ApplicationSets.
  package var makesApplications: Bool
  package var origin: Origin
}

/// A file with Kubernetes objects that belongs to no chart and no kustomization.
package struct ManifestUnit: Sendable {
  package var path: String
  package var objects: [Value]
}

/// A directory with Terraform files.
package struct TerraformUnit: Sendable {
  package var directory: String
  package var files: [String]
  /// `.tfvars` files beyond the automatic ones, in byte order.
  package var variableFiles: [String]
}
