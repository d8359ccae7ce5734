import ArgoCD
import FileTree
import Kubernetes
import Rendering
import SourceText
import Terraform
import Values
import YAMLSyntax

@testable import AccessModel

/// A small repository of manifests without a renderer.
struct ModelFixture {
  let provenance = Provenance()
  var units: [RenderedUnit] = []
  var terraform: [TerraformResult] = []
  var configuration = ModelConfiguration()
  var tree: (any FileTree)?

  /// Adds a deployment of plain manifests.
  @discardableResult
  mutating func add(
    _ name: String, _ yaml: String, namespace: String? = "staging", status: RenderStatus = .complete, conventional: Bool = false,
    evidence: [(String, EvidenceStrength)] = [], cluster: String = "", diagnostics: [Diagnostic] = []
  ) -> Int {
    let file = provenance.sources.add(path: name + ".yaml", bytes: Array(yaml.utf8))
    let documents = YAMLReader.read(file: file, dialect: .kubernetes, provenance: provenance, sink: DiagnosticSink())
    let request = RenderRequest(
      tool: .directory(recurse: false, include: nil, exclude: nil), location: .tree(name), releaseName: .string(name),
      namespace: namespace.map { .string($0) } ?? .null,
      evidence: evidence.map { EnvironmentEvidence(environment: $0.0, spelling: $0.0, strength: $0.1, how: "test", origin: .none) }, name: name, cluster: cluster,
      isConventional: conventional)
    units.append(RenderedUnit(request: request, objects: documents.compactMap { KubernetesObject($0.root) }, status: status, diagnostics: diagnostics))
    return units.count - 1
  }

  /// Adds an Application of a remote chart with inline values.
  mutating func addChart(_ chart: String, _ version: String, _ yaml: String, namespace: String = "kube-system", cluster: String = "", release: String? = nil) {
    let file = provenance.sources.add(path: "apps/\(chart).yaml", bytes: Array(yaml.utf8))
    let values = YAMLReader.read(file: file, dialect: .kubernetes, provenance: provenance, sink: DiagnosticSink()).first?.root ?? .map(ValueMap())
    let request = RenderRequest(
      tool: .helm, location: .external(repository: "https://charts", chart: chart, path: nil, revision: version, origin: .none),
      releaseName: .string(release ?? chart), namespace: .string(namespace), name: release ?? chart, cluster: cluster)
    units.append(RenderedUnit(request: request, status: .external, values: values, chartName: chart, chartVersion: version))
  }

  func build() -> AccessGraph {
    AccessModelBuilder.build(
      repository: RenderedRepository(units: units, terraform: terraform), provenance: provenance, configuration: configuration, tree: tree)
  }

  /// "path:line" of the place to edit.
  func line(_ origin: Origin) -> String {
    guard let span = provenance.origins.editPlace(origin), let file = provenance.sources.file(span.source) else { return "?" }
    return "\(file.path):\(file.position(span.start).line)"
  }

  func line(_ value: Value?) -> String { line(value?.origin ?? .none) }
}

extension AccessGraph {
  func first(_ type: NodeType, _ name: String? = nil) -> ModelNode? {
    self[type].first { name == nil || $0.fields["name"]?.string == name || $0.fields["objectName"]?.string == name }
  }
}

extension ModelNode {
  func text(_ field: String) -> String? { fields[field]?.string }
  func bool(_ field: String) -> Bool? { fields[field]?.bool }
  func texts(_ field: String) -> [String] { fields[field]?.list?.compactMap { $0.string ?? ($0.object as? ModelNode)?.title } ?? [] }
  func node(_ field: String) -> ModelNode? { fields[field]?.object as? ModelNode }
  func isUnknown(_ field: String) -> Bool { fields[field]?.isUnknown ?? false }
  func records(_ field: String, _ key: String) -> [String] { fields[field]?.list?.compactMap { $0[key]?.string } ?? [] }
}
