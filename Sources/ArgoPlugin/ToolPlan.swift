import ArgoCD
import FileTree
import Kubernetes
import Rendering
import SourceText
import Values
import YAMLSyntax

/// Who renders what is printed.
package enum PluginRenderer: String, Sendable, CaseIterable {
  /// Our own engines.
  case native
  /// The `helm` of the image for charts, our own engines for the rest.
  case helm
  /// The `kustomize` of the image for kustomizations, our own engines for the rest.
  case kustomize
  /// Whichever of the two the image has.
  case auto
}

/// Commands to run one after the other; what the last one prints is the result. `{tmp}` in texts stands for a fresh, empty directory that is
/// removed afterwards.
package struct ToolPlan: Sendable, Equatable {
  package var program: String
  /// Files to write there first: path and bytes.
  package var files: [(path: String, bytes: [UInt8])] = []
  package var workingDirectory: String
  /// Arguments of each command.
  package var steps: [[String]]

  package static func == (a: Self, b: Self) -> Bool {
    a.program == b.program && a.workingDirectory == b.workingDirectory && a.steps == b.steps && a.files.map(\.path) == b.files.map(\.path)
      && a.files.map(\.bytes) == b.files.map(\.bytes)
  }
}

/// What came of a plan.
package struct ToolResult: Sendable {
  package var output: [UInt8]
  /// Why there is no output; nil where all went well.
  package var failure: String?
  /// The program is not in the image.
  package var isMissing: Bool

  package init(output: [UInt8] = [], failure: String? = nil, isMissing: Bool = false) {
    self.output = output
    self.failure = failure
    self.isMissing = isMissing
  }
}

extension ToolPlan {
  /// The commands that Argo CD would run for a request; nil where the renderer leaves it to our own engines.
  static func plan(_ unit: RenderedUnit, _ call: PluginCall) -> ToolPlan? {
    guard !call.root.isEmpty, let directory = unit.request.directory else { return nil }
    switch (unit.request.tool, call.renderer) {
    case (.helm, .helm), (.helm, .auto): return helm(unit.request, call, directory)
    case (.kustomize, .kustomize), (.kustomize, .auto): return kustomize(unit, call, directory)
    default: return nil
    }
  }

  /// argo-cd util/helm/cmd.go `template`.
  private static func helm(_ request: RenderRequest, _ call: PluginCall, _ directory: String) -> ToolPlan {
    func absolute(_ path: String) -> String { path.isEmpty ? call.root : call.root + "/" + path }
    var words = ["template", ".", "--name-template", request.releaseName.string ?? ""]
    if let namespace = request.namespace.string, !namespace.isEmpty { words += ["--namespace", namespace] }
    if let version = request.kubeVersion { words += ["--kube-version", version] }
    var files: [(path: String, bytes: [UInt8])] = []
    for parameter in request.parameters {
      let name = parameter.name.string ?? ""
      let value = parameter.value.string ?? ""
      switch parameter.kind {
      case .set: words += ["--set", name + "=" + escaped(value)]
      case .setString: words += ["--set-string", name + "=" + escaped(value)]
      case .setFile: words += ["--set-file", name + "=" + absolute(value)]
      case .setLiteral: words += ["--set-literal", name + "=" + value]
      }
    }
    for layer in request.values {
      switch layer {
      case .file(let path, _, _): words += ["--values", absolute(path)]
      case .text(let value):
        files.append(("values-\(files.count).yaml", value.text?.bytes ?? []))
        words += ["--values", "{tmp}/values-\(files.count - 1).yaml"]
      case .object(let value):
        files.append(("values-\(files.count).yaml", JSONWriter().bytes(value)))
        words += ["--values", "{tmp}/values-\(files.count - 1).yaml"]
      case .external: break
      }
    }
    for version in request.apiVersions { words += ["--api-versions", version] }
    if request.includeCRDs { words.append("--include-crds") }
    if request.skipSchemaValidation { words.append("--skip-schema-validation") }
    if request.skipTests { words.append("--skip-tests") }
    return ToolPlan(program: "helm", files: files, workingDirectory: absolute(directory), steps: [words])
  }

  /// Commas outside of a list in braces are meant as they stand (`cleanSetParameters`).
  private static func escaped(_ value: String) -> String {
    if value.hasPrefix("{"), value.hasSuffix("}") { return value }
    var out = ""
    var previous: Character?
    for character in value {
      if character == ",", previous != "\\" { out += "\\" }
      out.append(character)
      previous = character
    }
    return out
  }

  /// argo-cd util/kustomize/kustomize.go `Build`, on a copy of the files that the build reads: the tree that was sent stays as it is.
  private static func kustomize(_ unit: RenderedUnit, _ call: PluginCall, _ directory: String) -> ToolPlan {
    let section = unit.request.kustomize?.section ?? .null
    func text(_ name: String) -> String? { section[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }
    func pairs(_ name: String) -> String? {
      guard let map = section[name]?.map, !map.isEmpty else { return nil }
      return map.sortedEntries.map { $0.key.string + ":" + ($0.value.string ?? "") }.joined(separator: ",")
    }
    var steps: [[String]] = []
    if let prefix = text("namePrefix") { steps.append(["edit", "set", "nameprefix", "--", prefix]) }
    if let suffix = text("nameSuffix") { steps.append(["edit", "set", "namesuffix", "--", suffix]) }
    let images = (section["images"]?.list ?? []).compactMap(\.string)
    if !images.isEmpty { steps.append(["edit", "set", "image"] + images) }
    // A loop: the optimizer of Swift 6.3.1 stumbles over the chain of optionals that a closure would hold.
    var replicas: [String] = []
    for item in section["replicas"]?.list ?? [] {
      guard let name = item["name"]?.string else { continue }
      var count = item["count"]?.string ?? ""
      if let number = item["count"]?.int { count = "\(number)" }
      replicas.append(name + "=" + count)
    }
    if !replicas.isEmpty { steps.append(["edit", "set", "replicas"] + replicas) }
    if let labels = pairs("commonLabels") { steps.append(["edit", "add", "label", labels]) }
    if let annotations = pairs("commonAnnotations") { steps.append(["edit", "add", "annotation", annotations]) }
    if let namespace = text("namespace") { steps.append(["edit", "set", "namespace", "--", namespace]) }
    let components = (section["components"]?.list ?? []).compactMap(\.string)
    if !components.isEmpty { steps.append(["edit", "add", "component"] + components) }
    var files: [(path: String, bytes: [UInt8])] = []
    for path in unit.inputs { if let bytes = try? call.tree.read(path) { files.append(("tree/" + path, bytes)) } }
    let place = directory.isEmpty ? "{tmp}/tree" : "{tmp}/tree/" + directory
    steps.append(["build", place] + unit.request.buildOptions.split(separator: " ").map(String.init))
    return ToolPlan(program: "kustomize", files: files, workingDirectory: place, steps: steps)
  }
}

/// What an official binary rendered, joined with what we know about it.
struct ToolRendering {
  /// Objects in which the two renderings differ, as `Kind/name`.
  private(set) var differences: [String] = []

  /// Puts the tool's output into the unit: what is printed is what is judged. An object that both render alike keeps our origins; one that
  /// they do not is the tool's, with lines of its output.
  /// - Returns: nil where the output is no stream of objects.
  init?(_ output: [UInt8], into unit: inout RenderedUnit, tool: String, provenance: Provenance, limits: Limits) {
    if let text = unit.text, text.bytes == output { return }
    guard let theirs = Self.objects(output, "<output of \(tool)>", provenance, limits) else { return nil }
    // Our stream is read in the same way: a text that keeps its newlines is longer in a stream than alone.
    var alike: [String: Int] = [:]
    var ours: [KubernetesObject] = []
    if let text = unit.text { ours = Self.objects(text.bytes, "<our output>", provenance, limits) ?? [] }
    for object in ours { alike[Self.key(object.root), default: 0] += 1 }
    let located = Dictionary(grouping: unit.objects, by: Self.identity)
    var objects: [KubernetesObject] = []
    for object in theirs {
      let key = Self.key(object.root)
      if let count = alike[key], count > 0 {
        alike[key] = count - 1
        // Of several of one name nobody can tell which this is.
        let same = located[Self.identity(object)] ?? []
        objects.append(same.count == 1 ? same[0] : object)
      } else {
        objects.append(object)
        differences.append(object.kind + "/" + object.name)
      }
    }
    for object in ours {
      let key = Self.key(object.root)
      guard let count = alike[key], count > 0 else { continue }
      alike[key] = count - 1
      differences.append(object.kind + "/" + object.name)
    }
    differences = Array(Set(differences)).sorted { $0.bytesPrecede($1) }
    unit.objects = objects
    unit.text = Text(output)
  }

  /// The objects of a stream, Lists opened; nil where it is none.
  private static func objects(_ bytes: [UInt8], _ name: String, _ provenance: Provenance, _ limits: Limits) -> [KubernetesObject]? {
    let sink = DiagnosticSink()
    let file = provenance.sources.add(path: name, bytes: bytes)
    let documents = YAMLReader.read(file: file, dialect: .kubernetes, provenance: provenance, limits: limits, sink: sink)
    guard !sink.hasErrors else { return nil }
    var objects: [KubernetesObject] = []
    for document in documents where !document.root.isNull {
      let isList = document.root["kind"]?.string?.hasSuffix("List") ?? false
      for root in isList ? document.root["items"]?.list ?? [document.root] : [document.root] {
        guard let object = KubernetesObject(root) else { return nil }
        objects.append(object)
      }
    }
    return objects
  }

  private static func identity(_ object: KubernetesObject) -> String {
    "\(object.apiVersion) \(object.kind) \(object.namespace ?? "") \(object.name)"
  }

  private static func key(_ value: Value) -> String {
    var writer = JSONWriter(sortsKeys: true)
    writer.custom = { _ in "?" }
    return writer.string(value)
  }
}
