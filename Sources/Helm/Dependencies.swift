import GoTemplate
import Values

/// Which dependencies a release has, under which names, and what they give to their parents (helm.sh/helm `pkg/chart/v2/util/dependencies.go`).
struct DependencyProcessor {
  func process(_ chart: ReleaseChart, _ values: ValueMap) throws(Coalesce.TypeMismatch) {
    try enable(chart, values, path: "")
    try importBelow(chart)
  }

  // MARK: Conditions, tags, aliases

  private func enable(_ chart: ReleaseChart, _ values: ValueMap, path: String) throws(Coalesce.TypeMismatch) {
    guard !chart.chart.metadata.dependencies.isEmpty else { return }
    var charts: [ReleaseChart] = chart.dependencies.filter { existing in
      !chart.requirements.contains {
        $0.name == existing.name.string && ChartVersion.isCompatible($0.version, existing.chart.metadata.version)
      }
    }
    for place in chart.requirements.indices {
      let requirement = chart.requirements[place]
      let match = chart.dependencies.first {
        $0.name.string == requirement.name && ChartVersion.isCompatible(requirement.version, $0.chart.metadata.version)
      }
      if let match {
        charts.append(ReleaseChart(copying: match, as: requirement.alias.isEmpty ? nil : requirement.fields["Alias"]))
      }
      if !requirement.alias.isEmpty {
        chart.requirements[place].name = requirement.alias
        chart.requirements[place].fields["Name"] = requirement.fields["Alias"]
      }
      chart.requirements[place].isEnabled = true
    }
    chart.dependencies = charts
    let merged = try Coalesce.values(chart, values, keepsNulls: false)
    applyTags(chart, merged)
    applyConditions(chart, merged, path: path)
    let disabled = Set(chart.requirements.filter { !$0.isEnabled }.map(\.name))
    let kept = charts.filter { !disabled.contains($0.name.string ?? "") }
    for sub in kept { try enable(sub, merged, path: path + (sub.name.string ?? "") + ".") }
    chart.requirements = chart.requirements.filter { !disabled.contains($0.name) }
    chart.dependencies = kept
  }

  private func applyTags(_ chart: ReleaseChart, _ values: ValueMap) {
    guard let tags = values["tags"]?.map else { return }
    for place in chart.requirements.indices {
      let flags = chart.requirements[place].tags.compactMap { tags[$0]?.bool }
      chart.requirements[place].isEnabled = flags.isEmpty || flags.contains(true)
    }
  }

  private func applyConditions(_ chart: ReleaseChart, _ values: ValueMap, path: String) {
    for place in chart.requirements.indices {
      var condition = chart.requirements[place].condition[...]
      while condition.first?.isWhitespace == true { condition.removeFirst() }
      while condition.last?.isWhitespace == true { condition.removeLast() }
      for part in condition.split(separator: ",") {
        if let flag = ValuePath.scalar(values, path + part)?.bool {
          chart.requirements[place].isEnabled = flag
          break
        }
      }
    }
  }

  // MARK: import-values

  private func importBelow(_ chart: ReleaseChart) throws(Coalesce.TypeMismatch) {
    for sub in chart.dependencies { try importBelow(sub) }
    guard !chart.requirements.isEmpty else { return }
    let merged = try Coalesce.values(chart, ValueMap(), keepsNulls: true)
    let merge = Coalesce(keepsNulls: true)
    let imported = ValueMap()
    for place in chart.requirements.indices {
      let requirement = chart.requirements[place]
      var resolved: [Value] = []
      for item in requirement.importValues {
        let child: String
        let parent: String
        switch item.payload {
        case .map(let map):
          child = text(map["child"])
          parent = text(map["parent"])
        case .string(let name):
          child = "exports." + name.string
          parent = "."
        default: continue
        }
        resolved.append(Value(.map(ValueMap([("child", .string(child)), ("parent", .string(parent))])), tag: GoMap.strings, origin: item.origin))
        guard let table = ValuePath.table(merged, requirement.name + "." + child) else { continue }
        var below = table
        if parent != "." {
          for key in parent.split(separator: ".", omittingEmptySubsequences: false).reversed() {
            below = ValueMap([(String(key), .map(below))])
          }
        }
        merge.tables(imported, below)
      }
      chart.requirements[place].importValues = resolved
    }
    let own = Value.map(merged).deepCopy().map ?? ValueMap()
    merge.tables(own, imported)
    chart.values = own
  }

  /// `fmt.Sprintf("%v")` of what stands there.
  private func text(_ value: Value?) -> String {
    guard let value, !value.isNull else { return "<nil>" }
    return GoConversion.string(value)?.string ?? ""
  }
}

/// Dotted paths into values (`Values.Table`, `Values.PathValue`).
enum ValuePath {
  static func table(_ values: ValueMap, _ path: String) -> ValueMap? {
    var at = values
    for key in path.split(separator: ".", omittingEmptySubsequences: false) {
      guard let next = at[String(key)]?.map else { return nil }
      at = next
    }
    return at
  }

  /// What is no table at the end of a path.
  static func scalar(_ values: ValueMap, _ path: String) -> Value? {
    let parts = path.split(separator: ".", omittingEmptySubsequences: false)
    guard let last = parts.last else { return nil }
    let parent = parts.count == 1 ? values : table(values, parts.dropLast().joined(separator: "."))
    guard let value = parent?[String(last)], value.map == nil else { return nil }
    return value
  }
}
