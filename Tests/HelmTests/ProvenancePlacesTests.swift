import FileTree
import Kubernetes
import SourceText
import Testing
import Values
import YAMLSyntax

@testable import Helm

/// What a person must edit to change one part of a rendered object.
struct ProvenanceCase: Sendable {
  /// "kind/name".
  let object: String
  /// Keys and indices with blanks between. `@` reads the string as YAML; `#` behind the last key asks for the key itself.
  let path: String
  /// "file:line:column".
  let place: String
  /// The places of the other values and letters that it is made of, in order; more may follow.
  let others: [String]
  /// The calls around it, the innermost first; nil if the case does not look at them.
  let calls: [String]?

  init(_ object: String, _ path: String, _ place: String, and others: [String] = [], calls: [String]? = nil) {
    self.object = object
    self.path = path
    self.place = place
    self.others = others
    self.calls = calls
  }
}

/// A chart in the directory `c`, and the places that its rendering leads to.
struct ProvenanceChart: Sendable, CustomTestStringConvertible {
  let name: String
  let files: [String: String]
  /// Values files, the later ones over the earlier ones.
  var values: [String] = []
  /// `--set` and its siblings: each is a line (from 0) of the file `arguments`.
  var settings: [(HelmSetting.Kind, line: Int)] = []
  let cases: [ProvenanceCase]

  var testDescription: String { name }

  static let all = [layers, helpers, library, subcharts, settings, templatesOfValues, loops, maps, documentsInStrings, composed]
}

@Suite struct ProvenancePlacesTests {
  /// A rendering, and what follows a path into it.
  struct Rendering {
    let provenance = Provenance()
    let sink = DiagnosticSink()
    let result: HelmResult

    init(_ chart: ProvenanceChart) {
      var options = HelmOptions(releaseName: .string("demo"))
      options.values = chart.values.map { .file(path: $0, optional: false, origin: .none) }
      if let arguments = chart.files["arguments"] {
        let file = provenance.sources.add(path: "arguments", bytes: Array(arguments.utf8))
        for (kind, line) in chart.settings {
          let range = file.lines.range(ofLine: line, in: file.bytes)
          let origin = provenance.origins.add(.source, SourceSpan(source: file.id, range))
          let run = OriginRun(start: 0, end: UInt32(range.count), origin: origin, offset: 0)
          options.settings.append(HelmSetting(kind, text: Text(Array(file.bytes[range]), runs: [run]), origin: origin))
        }
      }
      let renderer = HelmRenderer(tree: MemoryFileTree(text: chart.files), provenance: provenance)
      result = renderer.render("c", options, sink: sink)
    }

    /// The origin of what a path leads to; nil where it leads nowhere.
    func origin(_ object: String, _ path: String) -> Origin? {
      guard var value = result.objects.first(where: { "\($0.kind)/\($0.name)" == object })?.root else { return nil }
      for step in path.split(separator: " ").map(String.init) {
        if step == "@" {
          guard let text = value.text else { return nil }
          let documents = YAMLReader.read(
            text: text, whole: value.origin, dialect: .kubernetes, provenance: provenance, limits: Limits(), sink: sink)
          guard let root = documents.first?.root else { return nil }
          value = root
        } else if step.hasSuffix("#") {
          return value.map?.entry(String(step.dropLast()))?.keyOrigin
        } else if let next = value[step] ?? Int(step).flatMap({ value[$0] }) {
          value = next
        } else {
          return nil
        }
      }
      return value.origin
    }

    func describe(_ spans: [SourceSpan]) -> [String] { spans.map(provenance.sources.describe) }
  }

  @Test(arguments: ProvenanceChart.all) func everyPartLeadsToThePlaceToEdit(_ chart: ProvenanceChart) {
    let rendering = Rendering(chart)
    let origins = rendering.provenance.origins
    #expect(rendering.result.failure == nil)
    #expect(rendering.sink.diagnostics.isEmpty)
    for one in chart.cases {
      guard let origin = rendering.origin(one.object, one.path) else {
        Issue.record("\(chart.name): nothing at \(one.object) \(one.path)")
        continue
      }
      let place = origins.editPlace(origin).map(rendering.provenance.sources.describe)
      #expect(place == one.place, "\(one.object) \(one.path)")
      let places = rendering.describe(origins.editPlaces(origin))
      #expect(Array(places.prefix(1 + one.others.count)) == [one.place] + one.others, "all places of \(one.object) \(one.path)")
      if let calls = one.calls {
        #expect(rendering.describe(origins.calls(origin)) == calls, "calls of \(one.object) \(one.path)")
      }
    }
  }

  /// Guards the table against cases that fall out of it: a chart counts only with all its cases.
  @Test func theTableIsWhole() {
    #expect(ProvenanceChart.all.count == 10)
    #expect(ProvenanceChart.all.allSatisfy { $0.cases.count >= 7 })
    #expect(Set(ProvenanceChart.all.map(\.name)).count == 10)
  }
}
