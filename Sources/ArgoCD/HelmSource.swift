import FileTree
import SourceText
import Values

extension ApplicationReader {
  /// The `helm` section of a source (util/helm, reposerver/repository `helmTemplate`).
  func addHelm(_ section: Value, to request: inout RenderRequest, _ source: Source) {
    request.tool = .helm
    if let name = section["releaseName"], !name.isGoEmpty { request.releaseName = name }
    if let namespace = section["namespace"], !namespace.isGoEmpty { request.namespace = namespace }
    request.includeCRDs = !(section["skipCrds"]?.bool ?? false)
    request.skipTests = section["skipTests"]?.bool ?? false
    request.skipSchemaValidation = section["skipSchemaValidation"]?.bool ?? false
    if let version = section["kubeVersion"]?.string, !version.isEmpty { request.kubeVersion = version }
    if let list = section["apiVersions"]?.list, !list.isEmpty { request.apiVersions = list.compactMap(\.string) }
    let ignoresMissing = section["ignoreMissingValueFiles"]?.bool ?? false
    for file in section["valueFiles"]?.list ?? [] {
      addValuesFile(file, to: &request, source, ignoresMissing: ignoresMissing)
    }
    if let object = section["valuesObject"], !object.isGoEmpty {
      request.values.append(.object(object))
    } else if let text = section["values"], !text.isGoEmpty {
      if text.map != nil {
        sink.error("argocd/values-not-text", "'values' holds a map, expected a text; a map belongs into 'valuesObject'", at: place(text))
        request.values.append(.object(text))
        request.isIncomplete = true
      } else {
        request.values.append(.text(text))
      }
    }
    addParameters(section, to: &request, source)
  }

  private func addParameters(_ section: Value, to request: inout RenderRequest, _ source: Source) {
    // Argo CD prints all --set, then all --set-string, then all --set-file.
    for forces in [false, true] {
      for item in section["parameters"]?.list ?? [] where (item["forceString"]?.bool ?? false) == forces {
        guard let name = item["name"], name.text != nil else { continue }
        let value = source.variables.expand(item["value"] ?? .string("", item.origin), files.origins)
        request.parameters.append(HelmParameter(name: name, value: value, kind: forces ? .setString : .set))
      }
    }
    warnOfOverlaps(request.parameters)
    for item in section["fileParameters"]?.list ?? [] {
      guard let name = item["name"], name.text != nil, let path = item["path"] else { continue }
      let file = source.variables.expand(path, files.origins)
      guard let text = file.string else { continue }
      guard let resolved = resolve(text, source, path) else {
        request.isIncomplete = true
        continue
      }
      switch resolved {
      case .inside(let inner):
        guard files.tree.isFile(inner) else {
          missing(source.severity, "argocd/file-parameter-missing", "file '\(text)' of parameter '\(name.string ?? "")' does not exist", path)
          request.isIncomplete = true
          continue
        }
        request.parameters.append(HelmParameter(name: name, value: .string(Text(inner), file.origin), kind: .setFile))
      case .outside(let what):
        request.parameters.append(HelmParameter(name: name, value: .unknown(what, path.origin), kind: .setFile))
      }
    }
  }

  /// Argo CD hands --set arguments over in the random order of a map: of `a` and `a.b` now one wins, now the other.
  private func warnOfOverlaps(_ parameters: [HelmParameter]) {
    for kind in [HelmParameter.Kind.set, .setString] {
      let names = parameters.filter { $0.kind == kind }.map(\.name)
      guard names.count < 500 else { return }
      for name in names {
        guard let text = name.string, let other = names.first(where: { $0.string.map { text.hasPrefix($0 + ".") || text.hasPrefix($0 + "[") } ?? false }) else { continue }
        sink.report(
          Diagnostic(
            .warning, code: "argocd/overlapping-parameters",
            "parameters '\(other.string ?? "")' and '\(text)' overlap, and Argo CD applies them in random order", at: place(name),
            labels: place(other).map { [DiagnosticLabel(span: $0, message: "the other one")] } ?? []))
      }
    }
  }

  private enum Resolved {
    case inside(String)
    case outside(String)
  }

  private func missing(_ severity: Severity, _ code: String, _ message: String, _ value: Value, notes: [String] = []) {
    sink.report(Diagnostic(severity, code: code, message, at: place(value), notes: notes))
  }

  /// Where a file name of the section leads; nil, with a diagnostic, where it leads nowhere.
  private func resolve(_ text: String, _ source: Source, _ value: Value) -> Resolved? {
    if text.contains("://") { return .outside(text) }
    guard let directory = source.directory else { return .outside(text) }
    guard let path = TreePath.resolve(text, from: directory) else {
      missing(.error, "argocd/file-outside", "file '\(text)' leads out of the repository", value)
      return nil
    }
    return .inside(path)
  }

  private func addValuesFile(_ value: Value, to request: inout RenderRequest, _ source: Source, ignoresMissing: Bool) {
    if case .unknown(let why) = value.payload {
      request.values.append(.external(name: why.reason, origin: value.origin))
      return
    }
    guard let written = value.string, !written.isEmpty else { return }
    var severity = source.severity
    let resolved: Resolved
    if source.isMultiple, written.utf8.first == UInt8(ascii: "$") {
      let reference = written.dropFirst().split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      let name = reference.first.map(String.init) ?? ""
      guard let ref = source.refs[name] else {
        let near = nearestName(to: name, in: source.refs.keys.sorted { $0.bytesPrecede($1) }).map { ["did you mean '$\($0)'?"] } ?? []
        missing(.error, "argocd/unknown-ref", "values file '\(written)': no source of the Application has the ref '\(name)'", value, notes: near)
        request.isIncomplete = true
        return
      }
      // An error only where a values file names it (argoproj/argo-cd, reposerver/repository/repository.go).
      if ref.isChart {
        missing(.error, "argocd/ref-on-chart", "values file '\(written)': the source with the ref '\(name)' is a chart, whose files cannot be used", value)
        request.isIncomplete = true
        return
      }
      guard let evidence = ref.evidence else {
        request.values.append(.external(name: ref.url + "/" + (reference.count > 1 ? String(reference[1]) : ""), origin: value.origin))
        return
      }
      severity = evidence == .guess || ref.isOtherRevision ? .warning : .error
      guard let path = TreePath.normalize(reference.count > 1 ? String(reference[1]) : "") else {
        missing(.error, "argocd/file-outside", "values file '\(written)' leads out of the repository", value)
        request.isIncomplete = true
        return
      }
      resolved = .inside(path)
    } else {
      let expanded = source.variables.expand(value, files.origins)
      guard let text = expanded.string else {
        request.values.append(.external(name: written, origin: value.origin))
        return
      }
      guard let found = resolve(text, source, value) else {
        request.isIncomplete = true
        return
      }
      resolved = found
    }
    switch resolved {
    case .outside(let name): request.values.append(.external(name: name, origin: value.origin))
    case .inside(let path):
      if files.tree.isFile(path) {
        request.values.append(.file(path: path, origin: value.origin, optional: false))
      } else if GlobPattern.hasMeta(path), let glob = GlobPattern(path, .doublestar) {
        addMatches(glob, written, value, to: &request, severity: ignoresMissing ? nil : severity)
      } else if !ignoresMissing {
        let near = nearestName(to: path, in: files.files.filter { TreePath.directory(of: $0) == TreePath.directory(of: path) })
        missing(
          severity, "argocd/values-file-missing", "values file '\(written)' does not exist", value,
          notes: near.map { ["did you mean '\($0)'?"] } ?? [])
        request.isIncomplete = true
      }
    }
  }

  /// A pattern (Argo CD 3.4 and later): its matches in order, without those that are named elsewhere.
  private func addMatches(_ glob: GlobPattern, _ written: String, _ value: Value, to request: inout RenderRequest, severity: Severity?) {
    let named = Set((request.application.flatMap { $0.at("spec", "source", "helm", "valueFiles")?.list } ?? []).compactMap(\.string))
    var found = false
    for path in files.files where glob.matches(path) {
      found = true
      let isNamed = named.contains { name in
        request.directory.flatMap { TreePath.resolve(name, from: $0) } == path
      }
      if !isNamed { request.values.append(.file(path: path, origin: value.origin, optional: false)) }
    }
    if !found, let severity {
      missing(severity, "argocd/values-file-missing", "no values file matches '\(written)'", value)
      request.isIncomplete = true
    }
  }
}

extension RenderRequest {
  /// The directory (or `.tgz`) of the tree that is rendered; nil for external sources.
  package var directory: String? {
    if case .tree(let path) = location { path } else { nil }
  }

  package var isExternal: Bool { directory == nil }
}
