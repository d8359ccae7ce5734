import ArgoCD
import FileTree
import Kubernetes
import SourceText
import Values
import YAMLSyntax

extension RepositoryScanner {
  // MARK: charts

  func charts(_ diagnostics: inout [Diagnostic]) -> [ChartUnit] {
    var units: [ChartUnit] = []
    var local: [String: String] = [:]
    for path in workspace.files where TreePath.name(of: path) == "Chart.yaml" {
      let directory = TreePath.directory(of: path)
      guard let parsed = try? workspace.parse(path) else { continue }
      diagnostics += parsed.diagnostics
      let root = parsed.documents.first?.root ?? .null
      for dependency in root["dependencies"]?.list ?? [] {
        guard let repository = dependency["repository"]?.string, repository.hasPrefix("file://"),
          let target = TreePath.resolve(String(repository.dropFirst(7)), from: directory), target != directory
        else { continue }
        local[target] = directory
      }
      units.append(
        ChartUnit(
          directory: directory, name: root["name"]?.string ?? TreePath.name(of: directory), version: root["version"].map(plain) ?? "",
          isLibrary: root["type"]?.string == "library", parent: nil, valuesFiles: valuesFiles(of: directory), makesApplications: false,
          origin: root["name"]?.origin ?? workspace.provenance.origins.add(.source, SourceSpan(source: parsed.source.id, start: 0, end: 0))))
    }
    let directories = Set(units.map(\.directory))
    for index in units.indices {
      let directory = units[index].directory
      let above = TreePath.directory(of: directory)
      if TreePath.name(of: above) == "charts", !above.isEmpty || directory.hasPrefix("charts/"),
        directories.contains(TreePath.directory(of: above)), TreePath.directory(of: above) != directory
      {
        units[index].parent = TreePath.directory(of: above)
      } else {
        units[index].parent = local[directory]
      }
    }
    return units
  }

  private func plain(_ value: Value) -> String {
    switch value.payload {
    case .string(let text): text.string
    case .int(let number): String(number)
    case .double(let number): JSONWriter.number(number)
    default: ""
    }
  }

  /// Directories of a chart in which values files for environments lie by custom.
  private static let valuesDirectories: Set<String> = ["ci", "values", "env", "envs", "environment", "environments", "config", "configs", "overlays", "helmvalues", "helm-values"]

  /// `values-<env>.yaml`, `values/<env>.yaml`, `environments/<env>…`, `ci/*.yaml`, in the chart's own directory.
  private func valuesFiles(of directory: String) -> [ValuesFileUnit] {
    var result: [ValuesFileUnit] = []
    for path in workspace.index.files(below: directory) where path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
      let inside = directory.isEmpty ? path : String(decoding: path.utf8.dropFirst(directory.utf8.count + 1), as: UTF8.self)
      let parts = inside.split(separator: "/").map(String.init)
      guard let name = parts.last, parts.count <= 3, !["templates", "charts", "crds"].contains(parts[0]) || parts.count == 1 else { continue }
      let stem = String(name.prefix(while: { $0 != "." }))
      let isNamedValues = name.lowercased().contains("values")
      let match = environments.matches(inName: inside).last
      if parts.count == 1 {
        guard isNamedValues, let match else { continue }
        result.append(ValuesFileUnit(path: path, environment: match.environment))
      } else if Self.valuesDirectories.contains(parts[0].lowercased()) || isNamedValues {
        guard !isManifestFile(path) else { continue }
        if let match {
          result.append(ValuesFileUnit(path: path, environment: match.environment))
        } else if parts[0] == "ci", parts.count == 2, stem.hasSuffix("values") {
          result.append(ValuesFileUnit(path: path, environment: nil))
        }
      }
    }
    // A chart without values.yaml whose one values file lies in a directory for them is deployed with that.
    if result.isEmpty, !workspace.tree.isFile(TreePath.join(directory, "values.yaml")) {
      let others = workspace.index.files(below: directory).filter { path in
        let inside = directory.isEmpty ? path : String(decoding: path.utf8.dropFirst(directory.utf8.count + 1), as: UTF8.self)
        let parts = inside.split(separator: "/").map(String.init)
        return parts.count == 2 && Self.valuesDirectories.contains(parts[0].lowercased()) && parts[1].hasPrefix("values") && !isManifestFile(path)
      }
      if others.count == 1 { result.append(ValuesFileUnit(path: others[others.startIndex], environment: nil)) }
    }
    return result
  }

  private func isManifestFile(_ path: String) -> Bool {
    guard let root = try? workspace.parse(path).documents.first?.root else { return true }
    return root.map == nil || Self.isManifest(root)
  }

  // MARK: kustomizations

  func kustomizations(_ diagnostics: inout [Diagnostic]) -> [KustomizationUnit] {
    var units: [KustomizationUnit] = []
    for path in workspace.files where ApplicationReader.kustomizationNames.contains(TreePath.name(of: path)) {
      let directory = TreePath.directory(of: path)
      guard let parsed = try? workspace.parse(path) else { continue }
      let root = parsed.documents.first?.root ?? .null
      // Flux's objects of the same name are no kustomization files.
      if let version = root["apiVersion"]?.string, !version.hasPrefix("kustomize.config.k8s.io/") { continue }
      let references = KustomizationReferences(root, directory: directory, tree: workspace.tree)
      units.append(
        KustomizationUnit(
          directory: directory, file: path, isComponent: root["kind"]?.string == "Component", directories: references.directories,
          files: references.files, isTop: true, makesApplications: false,
          origin: root.origin.isKnown
            ? root.origin : workspace.provenance.origins.add(.source, SourceSpan(source: parsed.source.id, start: 0, end: 0))))
    }
    let included = Set(units.flatMap { unit in unit.directories.filter { $0 != unit.directory } })
    for index in units.indices { units[index].isTop = !units[index].isComponent && !included.contains(units[index].directory) }
    return units
  }

  // MARK: Terraform

  func terraform() -> [TerraformUnit] {
    var files: [String: [String]] = [:]
    var variables: [String] = []
    for path in workspace.files {
      if path.hasSuffix(".tf") || path.hasSuffix(".tf.json") {
        files[TreePath.directory(of: path), default: []].append(path)
      } else if path.hasSuffix(".tfvars") || path.hasSuffix(".tfvars.json") {
        variables.append(path)
      }
    }
    return files.keys.sorted { $0.bytesPrecede($1) }.map { directory in
      TerraformUnit(directory: directory, files: files[directory] ?? [], variableFiles: variableFiles(of: directory, variables, Set(files.keys)))
    }
  }

  /// Files in the directory itself and in those below that hold no Terraform of their own. `terraform.tfvars` and
  /// `*.auto.tfvars` of the directory itself are read anyway.
  private func variableFiles(of directory: String, _ all: [String], _ modules: Set<String>) -> [String] {
    all.filter { path in
      guard TreePath.isInside(path, directory) else { return false }
      let own = TreePath.directory(of: path)
      if own == directory {
        let name = TreePath.name(of: path)
        return !(name.hasPrefix("terraform.tfvars") || name.contains(".auto.tfvars"))
      }
      var at = own
      while at != directory {
        if modules.contains(at) { return false }
        at = TreePath.directory(of: at)
      }
      return true
    }
  }
}
