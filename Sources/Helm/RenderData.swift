import GoTemplate
import SourceText
import Values

/// The data that templates see, and the list of templates (`engine.allTemplates`).
struct RenderData {
  struct Item {
    var file: ChartFile
    /// `.` of the chart.
    var data: ValueMap
    var basePath: String
  }

  let provenance: Provenance
  let release: Value
  let capabilities: Value
  /// Helm's name of a template → what to render.
  private(set) var templates: [String: Item] = [:]
  /// Files of `crds/`, in Helm's order.
  private(set) var crds: [(path: String, file: ChartFile)] = []

  init(provenance: Provenance, release: Value, capabilities: Value) {
    self.provenance = provenance
    self.release = release
    self.capabilities = capabilities
  }

  /// Adds a chart and its dependencies.
  /// - Parameter values: `.Values` of the parent; of the chart itself at the root.
  @discardableResult
  mutating func add(_ chart: ReleaseChart, values: Value, parent: String?) -> ValueMap {
    let name = chart.name.string ?? ""
    let path = parent.map { $0 + "/charts/" + name } ?? name
    var own = values
    if parent != nil {
      let table = values.map?[name]
      own = table?.map == nil ? .map(ValueMap()) : table ?? .null
    }
    let subcharts = ValueMap()
    let data = ValueMap([
      ("Chart", .map(metadata(chart, isRoot: parent == nil))),
      ("Files", Value(.object(FilesObject(chart.chart.files, origins: provenance.origins)))),
      ("Release", release),
      ("Capabilities", capabilities),
      ("Values", Value(own.payload, tag: GoMap.values, origin: own.origin)),
      ("Subcharts", .map(subcharts)),
    ])
    for file in chart.chart.files where file.name.hasPrefix("crds/") && Self.isManifest(file.name) { crds.append((path + "/" + file.name, file)) }
    for sub in chart.dependencies { subcharts.set(sub.name.string ?? "", .map(add(sub, values: own, parent: path))) }
    for file in chart.chart.templates {
      if chart.isLibrary, !Self.isPartial(file.name) { continue }
      templates[path + "/" + file.name] = Item(file: file, data: data, basePath: path + "/templates")
    }
    return data
  }

  static func isPartial(_ path: String) -> Bool {
    guard let last = path.split(separator: "/").last else { return false }
    return last.hasPrefix("_")
  }

  private static func isManifest(_ name: String) -> Bool {
    let lower = name.lowercased()
    return lower.hasSuffix(".yaml") || lower.hasSuffix(".yml") || lower.hasSuffix(".json")
  }

  /// The names in the order of rendering: deeper paths first, backwards by name (`sortTemplates`).
  var order: [String] {
    templates.keys.map { (name: $0, depth: $0.utf8.reduce(0) { $0 + ($1 == UInt8(ascii: "/") ? 1 : 0) }) }
      .sorted { $0.depth != $1.depth ? $0.depth > $1.depth : $1.name.bytesPrecede($0.name) }
      .map(\.name)
  }

  /// `.Chart`: Go's field names of the metadata (`structToMap`).
  private func metadata(_ chart: ReleaseChart, isRoot: Bool) -> ValueMap {
    let metadata = chart.chart.metadata
    let map = ValueMap()
    for field in ChartMetadata.stringFields.values.sorted() { map.set(field, metadata.strings[field] ?? .string("")) }
    map.set("Name", provenance.origins.identity(chart.name))
    map.set("Sources", .list(metadata.sources))
    map.set("Keywords", .list(metadata.keywords))
    map.set("Maintainers", .list(metadata.maintainers.map { .map(ValueMap($0.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })) }))
    map.set("Deprecated", metadata.isDeprecated)
    map.set("Annotations", Value(.map(metadata.annotations?.copy() ?? ValueMap()), tag: GoMap.strings))
    map.set(
      "Dependencies",
      .list(
        chart.requirements.map { requirement in
          let entry = ValueMap(requirement.fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
          entry.set("Tags", .list(requirement.tags.map { .string($0) }))
          entry.set("Enabled", .bool(requirement.isEnabled))
          entry.set("ImportValues", .list(requirement.importValues))
          return .map(entry, requirement.origin)
        }))
    map.set("IsRoot", .bool(isRoot))
    return map
  }
}

extension OriginTable {
  /// A name that a deployment or its chart goes by, as templates see it.
  func identity(_ name: Value) -> Value {
    guard let span = self[name.origin]?.span else { return name }
    return name.with(origin: add(.identity, span, parent: name.origin))
  }
}
