import Crypto
import FileTree
import GoTemplate
import Kubernetes
import SourceText
import Synchronization
import Values
import YAMLSyntax

/// Renders charts of one tree. Charts and values files are read and templates parsed once; renderings may run in parallel.
package final class HelmRenderer: Sendable {
  let tree: any FileTree
  package let provenance: Provenance
  let limits: Limits

  private struct LoadedChart {
    var chart: Result<Chart, ChartError>
    var diagnostics: [Diagnostic]
  }

  private struct LoadedValues {
    var values: Result<Value, ChartError>
    var diagnostics: [Diagnostic]
  }

  /// One slot of a cache with a lock of its own, so that different charts load in parallel.
  private final class Slot<Content: Sendable>: Sendable {
    private let content = Mutex<Content?>(nil)

    func get(_ make: () -> Content) -> Content {
      content.withLock { known in
        if let known { return known }
        let made = make()
        known = made
        return made
      }
    }
  }

  private final class Cache<Content: Sendable>: Sendable {
    private let slots = Mutex<[String: Slot<Content>]>([:])

    func get(_ key: String, _ make: () -> Content) -> Content {
      let slot = slots.withLock { map in
        if let known = map[key] { return known }
        let slot = Slot<Content>()
        map[key] = slot
        return slot
      }
      return slot.get(make)
    }
  }

  private let charts = Cache<LoadedChart>()
  private let values = Cache<LoadedValues>()
  private let templates = Cache<ParsedTemplates>()
  /// For renderings that are never deployed.
  let keys: KeyPool
  private let schemas = Cache<CompiledSchema>()

  struct ParsedTemplates {
    var set: TemplateSet
    /// The first file that Helm cannot parse, in its order.
    var failures: [(name: String, error: TemplateError)]
  }

  package init(tree: any FileTree, provenance: Provenance, limits: Limits = Limits(), keys: KeyPool = KeyPool()) {
    self.keys = keys
    self.tree = tree
    self.provenance = provenance
    self.limits = limits
  }

  /// Renders a chart.
  /// - Parameter chart: a directory or a `.tgz` of the tree.
  package func render(_ chart: String, _ options: HelmOptions, sink: DiagnosticSink) -> HelmResult {
    var rendering = HelmRendering(renderer: self, options: options, sink: sink)
    rendering.run(chart)
    return rendering.result
  }

  /// Parses a values file of the tree, once.
  func valuesFile(_ path: String, sink: DiagnosticSink) throws(ChartError) -> Value {
    let loaded = values.get(path) {
      let inner = DiagnosticSink()
      do throws(ChartError) {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try tree.read(path) } catch {
          throw ChartError(error.reason == .notFound ? "open \(path): no such file or directory" : error.message, code: "helm/values-file")
        }
        let file = provenance.sources.add(path: path, bytes: bytes)
        return LoadedValues(
          values: .success(try ValuesFile.read(file, provenance: provenance, limits: limits, sink: inner)), diagnostics: inner.diagnostics)
      } catch {
        return LoadedValues(values: .failure(error), diagnostics: inner.diagnostics)
      }
    }
    for diagnostic in loaded.diagnostics { sink.report(diagnostic) }
    return try loaded.values.get()
  }

  /// Compiles a chart's schema, once.
  func schema(_ file: ChartFile) -> CompiledSchema {
    schemas.get(String(file.source.id.rawValue)) { CompiledSchema(file, origins: provenance.origins) }
  }

  func load(_ path: String, sink: DiagnosticSink) throws(ChartError) -> Chart {
    let loaded = charts.get(path) {
      let inner = DiagnosticSink()
      let loader = ChartLoader(tree: tree, provenance: provenance, limits: limits, sink: inner)
      do throws(ChartError) {
        return LoadedChart(chart: .success(try loader.load(path)), diagnostics: inner.diagnostics)
      } catch {
        return LoadedChart(chart: .failure(error), diagnostics: inner.diagnostics)
      }
    }
    for diagnostic in loaded.diagnostics { sink.report(diagnostic) }
    return try loaded.chart.get()
  }

  /// Parses the templates of a release, once for each set of files and names.
  func parse(_ data: RenderData) -> ParsedTemplates {
    let order = data.order
    let key = order.map { "\($0)\u{0}\(data.templates[$0]?.file.source.id.rawValue ?? 0)" }.joined(separator: "\u{1}")
    return templates.get(key) {
      let set = TemplateSet(name: "gotpl", functions: HelmFunctionTable.table, limits: limits)
      var failures: [(name: String, error: TemplateError)] = []
      for name in order {
        guard let file = data.templates[name]?.file else { continue }
        do throws(TemplateError) {
          if file.bytes.count == file.source.bytes.count {
            try set.parse(name: name, file: file.source, provenance: provenance)
          } else {
            let skipped = file.source.bytes.count - file.bytes.count
            let origin = provenance.origins.add(.source, SourceSpan(source: file.source.id, skipped..<file.source.bytes.count))
            let run = OriginRun(start: 0, end: UInt32(clamping: file.bytes.count), origin: origin, offset: 0)
            try set.parse(name: name, text: Text(file.bytes, runs: [run]), whole: origin, provenance: provenance)
          }
        } catch {
          failures.append((name, error))
        }
      }
      return ParsedTemplates(set: set, failures: failures)
    }
  }
}
