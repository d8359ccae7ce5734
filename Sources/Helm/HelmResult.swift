import Kubernetes
import SourceText
import Values

/// A chart of Chart.yaml's `dependencies` that is not in `charts/`.
package struct MissingChart: Sendable {
  package var name: String
  package var alias: String
  package var version: String
  package var repository: String
  /// The values that it would see.
  package var values: Value
  /// Its entry in Chart.yaml.
  package var origin: Origin
}

/// One document of the output.
package struct HelmManifest: Sendable {
  /// Helm's name of the template: "chart/charts/sub/templates/x.yaml".
  package var path: String
  package var text: Text
  /// The document, read; null for comments only or where it is not YAML.
  package var root: Value
  package var isHook: Bool
}

/// What `helm template` makes of a chart.
package struct HelmResult: Sendable {
  /// Code of diagnostics that say that a template or document needs what is not known; a note, not an error.
  package static let unknownCode = "helm/unknown"

  /// The whole standard output, with runs.
  package var text: Text
  /// In the order of the output.
  package var manifests: [HelmManifest]
  /// The objects in them; every scalar has its origin.
  package var objects: [KubernetesObject]
  /// The merged values of the chart.
  package var values: Value
  package var chartName: String
  package var chartVersion: String
  package var missing: [MissingChart]
  /// What the text holds marks for instead of values: it is no manifest to apply.
  package var unknowns: [Unknown]
  /// Whether Helm refuses. In a lenient rendering there may be manifests all the same.
  package var failed: Bool
  /// Helm's own text of the error, without "Error: "; nil if it succeeds.
  package var failure: String?
}
