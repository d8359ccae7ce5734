/// Charts with values and options to Kubernetes objects, as Helm 4.3 makes them: loading, dependencies, merging of values, rendering with
/// `GoTemplate`, sorting, and `helm template`'s output. Every merged value keeps the origin of the layer that won, and every byte of the
/// output the template or value that it came from.
///
/// Entry point: `HelmRenderer`. What cannot be loaded or rendered is a located diagnostic whose last note is Helm's own text.
import SourceText
import Values

/// One file of a chart.
struct ChartFile: Sendable {
  /// Relative to the chart: "templates/deployment.yaml".
  let name: String
  let source: SourceFile
  /// Helm drops a byte order mark.
  let bytes: [UInt8]
}

/// An entry of `dependencies` in Chart.yaml or requirements.yaml.
struct ChartDependency: Sendable {
  var name: String
  var version: String
  var repository: String
  var condition: String
  var tags: [String]
  var alias: String
  var importValues: [Value]
  var isEnabled = false
  /// Where it is written.
  var origin: Origin
  /// The fields as templates see them, with their origins.
  var fields: [String: Value] = [:]
}

/// Chart.yaml.
struct ChartMetadata: Sendable {
  /// Go's field name → value, for those that are plain: `Name`, `Version`, `AppVersion`, …
  var strings: [String: Value] = [:]
  var sources: [Value] = []
  var keywords: [Value] = []
  var maintainers: [[String: Value]] = []
  var isDeprecated = Value.bool(false)
  var annotations: ValueMap?
  var dependencies: [ChartDependency] = []
  /// The span of the whole file.
  var origin = Origin.none

  func string(_ field: String) -> String { strings[field]?.string ?? "" }

  var name: String { string("Name") }
  var version: String { string("Version") }

  static let stringFields = [
    "name": "Name", "home": "Home", "version": "Version", "description": "Description", "icon": "Icon", "apiVersion": "APIVersion",
    "condition": "Condition", "tags": "Tags", "appVersion": "AppVersion", "kubeVersion": "KubeVersion", "type": "Type",
  ]
}

/// A chart as it lies in the tree. Never changed after it is loaded.
final class Chart: Sendable {
  let metadata: ChartMetadata
  /// Values of values.yaml; null where there is none.
  let values: Value
  let schema: ChartFile?
  let templates: [ChartFile]
  let files: [ChartFile]
  /// In the order of their names in `charts/`.
  let dependencies: [Chart]
  /// Chart.yaml itself.
  let chartFile: SourceFile?

  init(
    metadata: ChartMetadata, values: Value, schema: ChartFile?, templates: [ChartFile], files: [ChartFile], dependencies: [Chart],
    chartFile: SourceFile?
  ) {
    self.metadata = metadata
    self.values = values
    self.schema = schema
    self.templates = templates
    self.files = files
    self.dependencies = dependencies
    self.chartFile = chartFile
  }
}

/// A chart in one release: dependencies decided, aliases given, values imported. Confined to one rendering.
final class ReleaseChart {
  let chart: Chart
  var name: Value
  var values: ValueMap
  /// Entries of Chart.yaml that are enabled.
  var requirements: [ChartDependency]
  var dependencies: [ReleaseChart]

  init(_ chart: Chart) {
    self.chart = chart
    name = chart.metadata.strings["Name"] ?? .string("")
    values = chart.values.map ?? ValueMap()
    requirements = chart.metadata.dependencies
    dependencies = chart.dependencies.map { ReleaseChart($0) }
  }

  init(copying other: ReleaseChart, as alias: Value?) {
    chart = other.chart
    name = alias ?? other.name
    values = other.values
    requirements = other.requirements
    dependencies = other.dependencies.map { ReleaseChart(copying: $0, as: nil) }
  }

  var isLibrary: Bool { chart.metadata.string("Type").lowercased() == "library" }
}
