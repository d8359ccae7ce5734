import FileTree
import GoTemplate
import Kubernetes
import SourceText
import Values
import YAMLSyntax

/// One run of `helm template`.
struct HelmRendering {
  let renderer: HelmRenderer
  let options: HelmOptions
  let sink: DiagnosticSink
  private(set) var result = HelmResult(
    text: .empty, manifests: [], objects: [], values: .null, chartName: "", chartVersion: "", missing: [], unknowns: [], failed: false, failure: nil)

  private var origins: OriginTable { renderer.provenance.origins }

  init(renderer: HelmRenderer, options: HelmOptions, sink: DiagnosticSink) {
    self.renderer = renderer
    self.options = options
    self.sink = sink
  }

  /// Notes Helm's refusal; the first one counts.
  private mutating func fail(
    _ message: String, code: String, at span: SourceSpan?, summary: String? = nil, labels: [DiagnosticLabel] = [], notes: [String] = [],
    hints: Bool = false, severity: Severity = .error
  ) {
    result.failed = true
    if result.failure == nil { result.failure = message + (hints ? "\n\nUse --debug flag to render out invalid YAML" : "") }
    sink.report(Diagnostic(severity, code: code, summary ?? message, at: span, labels: labels, notes: notes))
  }

  mutating func run(_ path: String) {
    let overrides: ValueMap
    let chart: Chart
    do throws(ChartError) {
      overrides = try mergedOverrides()
      chart = try renderer.load(path, sink: sink)
    } catch {
      fail(error.message, code: error.code, at: error.span)
      return
    }
    result.chartName = chart.metadata.name
    result.chartVersion = chart.metadata.version
    let chartSpan = origins.editPlace(chart.metadata.strings["Name"]?.origin ?? chart.metadata.origin)
    if chart.metadata.string("Type").lowercased() == "library" {
      fail("library charts are not installable", code: "helm/library", at: origins.editPlace(chart.metadata.strings["Type"]?.origin ?? .none) ?? chartSpan)
      return
    }
    if !options.isLenient, !checkDependencies(chart) { return }
    let releaseName = options.releaseName.string ?? ""
    if !options.releaseName.isUnknown, !ChartValidation.isReleaseName(releaseName) {
      fail(
        "release name check failed: release name \"\(releaseName)\": invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53",
        code: "helm/release-name", at: origins.editPlace(options.releaseName.origin))
      if !options.isLenient { return }
    }
    guard let kubeVersion = options.kubeVersion.map({ KubeVersionObject.parse($0) }) ?? KubeVersionObject.builtin else {
      fail("invalid kube version '\(options.kubeVersion ?? "")': could not parse it as a version", code: "helm/kube-version", at: nil)
      return
    }
    let release = ReleaseChart(chart)
    let values: ValueMap
    do throws(Coalesce.TypeMismatch) {
      do throws(Coalesce.TypeMismatch) { try DependencyProcessor().process(release, overrides) } catch {
        fail(
          "chart dependencies processing failed: type mismatch on \(error.name): %!t(\(Self.goFormat(error.value)))", code: "helm/values",
          at: origins.editPlace(error.value.origin), summary: "values of chart '\(error.name)' are no mapping")
        return
      }
      values = try Coalesce.values(release, overrides, keepsNulls: false)
    } catch {
      fail(
        "type mismatch on \(error.name): %!t(\(Self.goFormat(error.value)))", code: "helm/values", at: origins.editPlace(error.value.origin),
        summary: "values of chart '\(error.name)' are no mapping")
      return
    }
    result.values = Value.map(values).deepCopy()
    if options.isLenient { noteMissing(chart, release, values) }
    if !options.skipsSchema {
      let problems = SchemaCheck(origins: origins, compiled: renderer.schema).check(release, .map(values))
      for problem in problems { sink.report(problem.diagnostic) }
      // A schema on the network: Helm's bytes are refused, as Helm without a network does; where a repository is judged it is only noted.
      if problems.contains(where: { !$0.isUnknown || !options.isLenient }) {
        result.failed = true
        if result.failure == nil {
          result.failure = "values don't meet the specifications of the schema(s) in the following chart(s):\n" + problems.map(\.text).joined()
        }
        if !options.isLenient { return }
      }
    }
    let constraint = chart.metadata.string("KubeVersion")
    if !constraint.isEmpty, !ChartVersion.isCompatible(constraint, kubeVersion.normalized) {
      fail(
        "chart requires kubeVersion: \(constraint) which is incompatible with Kubernetes \(kubeVersion.version)", code: "helm/kube-version",
        at: origins.editPlace(chart.metadata.strings["KubeVersion"]?.origin ?? .none) ?? chartSpan, hints: true)
      if !options.isLenient { return }
    }
    render(release, values, kubeVersion)
  }

  private static func goFormat(_ value: Value) -> String {
    switch value.payload {
    case .null: "<nil>"
    case .bool(let flag): "bool=\(flag)"
    case .string(let text): "string=\(text.string)"
    case .double(let number): "float64=\(JSONWriter.number(number))"
    default: value.goTypeName
    }
  }

  // MARK: Values

  /// `values.Options.MergeValues`.
  private func mergedOverrides() throws(ChartError) -> ValueMap {
    var base = ValueMap()
    for layer in options.values {
      let next: Value
      switch layer {
      case .file(let path, let optional, let origin):
        if optional, !renderer.tree.isFile(path) { continue }
        do throws(ChartError) { next = try renderer.valuesFile(path, sink: sink) } catch {
          if error.code == "helm/values-file" {
            throw ChartError(error.message, at: error.span ?? origins.editPlace(origin), code: error.code)
          }
          throw error.wrapped("failed to parse \(path)")
        }
      case .source(let file):
        do throws(ChartError) {
          next = try ValuesFile.read(file, provenance: renderer.provenance, limits: renderer.limits, sink: sink)
        } catch { throw error.wrapped("failed to parse \(file.path)") }
      case .text(let text, let whole):
        do throws(ChartError) {
          next = try ValuesFile.read(text: text, whole: whole, provenance: renderer.provenance, limits: renderer.limits, sink: sink)
        } catch { throw error.wrapped("failed to parse values") }
      case .object(let value): next = GoConversion.floats(value)
      case .unknown(let name, let origin):
        sink.report(
          Diagnostic(
            .info, code: "helm/external-values", "values of '\(name)' are not in the repository; what they set is not seen",
            at: origins.editPlace(origin)))
        continue
      }
      if let map = next.map { base = ValuesFile.mergeMaps(base, map) }
    }
    // Layers are shared with other renderings; what follows changes maps in place.
    base = Value.map(base).deepCopy().map ?? base
    let groups: [(HelmSetting.Kind, SetParser.Kind, String)] = [
      (.setJSON, .json, "--set-json data"), (.set, .set, "--set data"), (.setString, .string, "--set-string data"),
      (.setFile, .file, "--set-file data"), (.setLiteral, .literal, "--set-literal data"),
    ]
    for (kind, parser, what) in groups {
      for setting in options.settings where setting.kind == kind {
        if kind == .setJSON, setting.text.leadingSpaceEnd() < setting.text.count,
          setting.text.bytes[setting.text.leadingSpaceEnd()] == UInt8(ascii: "{")
        {
          let text = setting.text
          let whole = setting.origin
          do throws(JSONError) {
            let value = try JSONReader.read(text.bytes) { text.origin(of: $0, in: origins, whole: whole) }
            if let map = GoConversion.floats(value).map { base = ValuesFile.mergeMaps(base, map) }
          } catch {
            throw ChartError("failed parsing --set-json data JSON: \(text.string)", at: origins.editPlace(whole), code: "helm/set")
          }
          continue
        }
        do throws(SetParser.Failure) {
          try SetParser.parse(setting.text, whole: setting.origin, kind: parser, into: base, table: origins, readFile: readFile)
        } catch {
          let detail = kind == .setJSON ? " \(setting.text.string)" : ": \(error.message)"
          throw ChartError("failed parsing \(what)\(detail)", at: origins.editPlace(setting.origin), code: "helm/set")
        }
      }
    }
    return UnknownMark.restored(.map(base), Self.parameter).map ?? base
  }

  /// Of what a mark in the values stands for.
  private static let parameter = Unknown("a value that the repository does not tell")

  private func readFile(_ path: String) -> Result<Value, SetParser.Failure> {
    let bytes = options.readFile.map { $0(path) } ?? (try? renderer.tree.read(path))
    guard let bytes else { return .failure(SetParser.Failure(message: "open \(path): no such file or directory")) }
    let file = renderer.provenance.sources.add(path: path, bytes: bytes)
    let origin = origins.add(.source, SourceSpan(source: file.id, 0..<bytes.count))
    let run = OriginRun(start: 0, end: UInt32(clamping: bytes.count), origin: origin, offset: 0)
    return .success(.string(Text(bytes, runs: bytes.isEmpty ? [] : [run]), origin))
  }

  // MARK: Dependencies

  private static let vendoring = "run 'helm dependency build' in the chart's directory and commit charts/, or let Argo CD do it: then its objects are not known here"

  /// `action.CheckDependencies`.
  private mutating func checkDependencies(_ chart: Chart) -> Bool {
    let missing = chart.metadata.dependencies.filter { requirement in !chart.dependencies.contains { $0.metadata.name == requirement.name } }
    guard let first = missing.first else { return true }
    fail(
      "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: "
        + missing.map(\.name).joined(separator: ", "),
      code: "helm/missing-dependency", at: origins.editPlace(first.origin), notes: [Self.vendoring])
    return false
  }

  private mutating func noteMissing(_ chart: Chart, _ release: ReleaseChart, _ values: ValueMap) {
    for requirement in release.requirements {
      let original = requirement.fields["Alias"]?.string.flatMap { $0.isEmpty ? nil : $0 } == requirement.name
        ? chart.metadata.dependencies.first { $0.alias == requirement.name }?.name ?? requirement.name : requirement.name
      guard !chart.dependencies.contains(where: { $0.metadata.name == original }) else { continue }
      result.missing.append(
        MissingChart(
          name: original, alias: requirement.alias, version: requirement.version, repository: requirement.repository,
          values: result.values[requirement.name] ?? .map(ValueMap()), origin: requirement.origin))
      sink.report(
        Diagnostic(
          .warning, code: "helm/missing-dependency",
          "chart '\(original)' is in Chart.yaml but not in charts/: what it would render is not known",
          at: origins.editPlace(requirement.origin), notes: [Self.vendoring]))
    }
  }

  // MARK: Templates

  private mutating func render(_ release: ReleaseChart, _ values: ValueMap, _ kubeVersion: KubeVersionObject) {
    var namespace = options.namespace
    if namespace.isNull { namespace = .string("default") }
    let facts = ValueMap([
      ("Name", origins.identity(options.releaseName)), ("Namespace", namespace), ("IsUpgrade", .bool(options.isUpgrade)),
      ("IsInstall", .bool(!options.isUpgrade)), ("Revision", Value(.int(1), tag: GoNumber.int)), ("Service", .string("Helm")),
    ])
    var data = RenderData(
      provenance: renderer.provenance, release: .map(facts),
      capabilities: Value(.object(CapabilitiesObject(kubeVersion: kubeVersion, apiVersions: options.apiVersions))))
    data.add(release, values: .map(values), parent: nil)
    let parsed = renderer.parse(data)
    for (name, error) in parsed.failures {
      report(error, HelmErrorText.parsing(name, error), name)
      if !options.isLenient { return }
    }
    let broken = Set(parsed.failures.map(\.name))
    let executor = Executor(parsed.set, missingKey: .zero, provenance: renderer.provenance, limits: renderer.limits)
    executor.marksUnknowns = options.isLenient
    if options.isLenient || options.sharesKeys { executor.keyPool = renderer.keys }
    executor.takesKeysOnce = options.sharesKeys
    var rendered: [(path: String, text: Text)] = []
    var written = 0
    for name in data.order where !RenderData.isPartial(name) && !broken.contains(name) {
      guard let item = data.templates[name] else { continue }
      item.data.set(
        "Template", Value(.map(ValueMap([("Name", .string(name)), ("BasePath", .string(item.basePath))])), tag: GoMap.values))
      do throws(TemplateError) {
        let text = try executor.execute(name: name, data: Value(.map(item.data), tag: GoMap.values)).withoutNoValue()
        written += text.count
        if written > renderer.limits.outputBytes {
          fail(
            "the templates of chart '\(result.chartName)' write more than \(renderer.limits.outputBytes) bytes", code: "template/limit",
            at: SourceSpan(source: item.file.source.id, 0..<0))
          return
        }
        if !name.hasSuffix("NOTES.txt") { rendered.append((name, text)) }
      } catch {
        report(error, HelmErrorText.execution(name, error), name)
        if !options.isLenient { return }
      }
    }
    result.unknowns = executor.marked
    assemble(rendered, data)
  }

  private mutating func report(_ error: TemplateError, _ message: String, _ name: String) {
    if let unknown = error.unknown {
      fail(
        message, code: HelmResult.unknownCode, at: error.span, summary: "template '\(name)' needs what is not known: \(unknown.reason)", notes: [message],
        hints: true, severity: .info)
      return
    }
    fail(
      message, code: "helm/render-failed", at: error.span,
      labels: error.calls.map { DiagnosticLabel(span: $0, message: "called from here") }, notes: error.notes, hints: true)
  }

  // MARK: Output

  private mutating func assemble(_ rendered: [(path: String, text: Text)], _ data: RenderData) {
    var sorter = ManifestSorter(provenance: renderer.provenance, limits: renderer.limits, sink: sink)
    for (path, text) in rendered.sorted(by: { $0.path.bytesPrecede($1.path) }) where !text.isBlank {
      for failure in sorter.add(path, text) {
        if failure.holdsMarks, let unknown = result.unknowns.first {
          fail(
            failure.message, code: HelmResult.unknownCode, at: failure.span, summary: "a document of '\(path)' needs what is not known: \(unknown.reason)",
            notes: [failure.message], hints: true, severity: .info)
        } else {
          fail(failure.message, code: "helm/render-failed", at: failure.span, hints: true)
        }
        if !options.isLenient { return }
      }
    }
    sorter.sort()
    if let first = result.unknowns.first { sorter.restoreUnknowns(first) }
    var builder = TextBuilder()
    if options.includeCRDs {
      for (path, file) in data.crds {
        let origin = origins.add(.source, SourceSpan(source: file.source.id, (file.source.bytes.count - file.bytes.count)..<file.source.bytes.count))
        let text = Text(file.bytes, runs: file.bytes.isEmpty ? [] : [OriginRun(start: 0, end: UInt32(clamping: file.bytes.count), origin: origin, offset: 0)])
        append(path, text, to: &builder)
        let documents = YAMLReader.read(
          text: text, whole: origin, dialect: .kubernetes, provenance: renderer.provenance, limits: renderer.limits, sink: sink)
        result.manifests.append(HelmManifest(path: path, text: text, root: documents.first?.root ?? .null, isHook: false))
        for document in documents { add(document.root) }
      }
    }
    for entry in sorter.manifests {
      append(entry.path, entry.text, to: &builder)
      result.manifests.append(HelmManifest(path: entry.path, text: entry.text, root: entry.root, isHook: false))
      add(entry.root)
    }
    let body = builder.build()
    var output = TextBuilder()
    output.append(body, range: body.leadingSpaceEnd()..<max(body.leadingSpaceEnd(), body.trailingSpaceStart()))
    output.append(UInt8(ascii: "\n"))
    for entry in sorter.hooks {
      append(entry.path, entry.text, to: &output)
      result.manifests.append(HelmManifest(path: entry.path, text: entry.text, root: entry.root, isHook: true))
      add(entry.root)
    }
    result.text = output.build()
  }

  private func append(_ path: String, _ text: Text, to builder: inout TextBuilder) {
    builder.append("---\n# Source: \(path)\n")
    builder.append(text)
    builder.append(UInt8(ascii: "\n"))
  }

  /// Adds an object; the items of a list kind one by one, as they are applied.
  private mutating func add(_ root: Value) {
    if let kind = root["kind"]?.string, kind.hasSuffix("List"), let items = root["items"]?.list {
      for item in items { if let object = KubernetesObject(item) { result.objects.append(object) } }
      return
    }
    if let object = KubernetesObject(root) { result.objects.append(object) }
  }
}
