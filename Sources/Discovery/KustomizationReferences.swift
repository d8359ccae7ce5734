import FileTree
import Values

/// Which files and directories of the tree a kustomization names.
struct KustomizationReferences {
  private(set) var files: [String] = []
  private(set) var directories: [String] = []
  private let tree: any FileTree
  private let directory: String

  init(_ root: Value, directory: String, tree: any FileTree) {
    self.tree = tree
    self.directory = directory
    for key in ["resources", "bases", "components", "crds", "configurations", "generators", "transformers", "validators", "patchesStrategicMerge"] {
      for item in root[key]?.list ?? [] { add(item.string) }
    }
    for key in ["patches", "patchesJson6902", "replacements"] {
      for item in root[key]?.list ?? [] { add(item["path"]?.string) }
    }
    add(root.at("openapi", "path")?.string)
    for key in ["configMapGenerator", "secretGenerator"] {
      for item in root[key]?.list ?? [] {
        for file in item["files"]?.list ?? [] { add(Self.fileOfPair(file.string)) }
        for file in item["envs"]?.list ?? [] { add(file.string) }
        add(item["env"]?.string)
      }
    }
    let home = root.at("helmGlobals", "chartHome")?.string ?? "charts"
    for chart in root["helmCharts"]?.list ?? [] {
      add(chart["valuesFile"]?.string)
      for file in chart["additionalValuesFiles"]?.list ?? [] { add(file.string) }
      if let name = chart["name"]?.string { add(home + "/" + name) }
    }
  }

  /// `key=file` or `file`.
  private static func fileOfPair(_ text: String?) -> String? {
    guard let text else { return nil }
    guard let equals = text.firstIndex(of: "=") else { return text }
    return String(text[text.index(after: equals)...])
  }

  private mutating func add(_ text: String?) {
    // Inline patches and remote bases are no paths of the tree.
    guard let text, !text.isEmpty, !text.contains("\n"), !text.contains("://"),
      let path = TreePath.resolve(text, from: directory)
    else { return }
    switch tree.kind(path) {
    case .file: files.append(path)
    case .directory: directories.append(path)
    case nil: break
    }
  }
}
