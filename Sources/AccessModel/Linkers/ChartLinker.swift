import ArgoCD
import FileTree
import IAM
import Kubernetes
import Rendering
import SourceText
import Values
import YAMLSyntax

/// Charts of the repository → `chart` and `chartDefault` nodes: what their own values.yaml says about one environment, and who
/// inherits it.
struct ChartLinker {
  let context: LinkContext

  func link() {
    guard let tree = context.tree else { return }
    var charts: [String: [UnitRecord]] = [:]
    var order: [String] = []
    for unit in context.units {
      guard case .tree(let path) = unit.unit.request.location, unit.unit.request.tool == .helm, tree.isFile(TreePath.join(path, "Chart.yaml")) else { continue }
      if charts[path] == nil { order.append(path) }
      charts[path, default: []].append(unit)
    }
    for path in order { add(path, charts[path] ?? [], tree) }
  }

  private func add(_ path: String, _ units: [UnitRecord], _ tree: any FileTree) {
    let file = TreePath.join(path, "values.yaml")
    let name = units.first { !$0.unit.chartName.isEmpty }?.unit.chartName ?? TreePath.name(of: path)
    var values = Value.null
    var source: SourceFile?
    if let bytes = try? tree.read(file) {
      let read = context.provenance.sources.add(path: file, bytes: bytes)
      source = read
      values = YAMLReader.read(file: read, dialect: .kubernetes, provenance: context.provenance, limits: context.limits, sink: DiagnosticSink()).first?.root ?? .null
    }
    let origin = source.map { context.origins.add(.source, SourceSpan(source: $0.id, start: 0, end: 0)) } ?? units.first?.node.origin ?? .none
    let node = context.make(.chart, id: path.isEmpty ? name : path, title: "chart `\(name)`", origin: origin)
    node.set("name", name)
    node.set("kind", "chart")
    node.set("path", path)
    node.set("values", values.located(origin))
    node.set("deployments", units.map(\.node))
    var defaults: [ModelNode] = []
    visit(values, [], 0) { steps, leaf in
      if let found = self.makeDefault(node, steps, leaf, units) { defaults.append(found) }
    }
    node.set("defaults", defaults)
  }

  private func visit(_ value: Value, _ steps: [Step], _ depth: Int, _ body: ([Step], Value) -> Void) {
    guard depth < 60 else { return }
    switch value.payload {
    case .map(let map): for entry in map.entries { visit(entry.value, steps + [.key(entry.key.string)], depth + 1, body) }
    case .list(let list): for (index, item) in list.items.enumerated() { visit(item, steps + [.index(index)], depth + 1, body) }
    case .string: body(steps, value)
    default: break
    }
  }

  enum Step {
    case key(String)
    case index(Int)
  }

  private func text(_ steps: [Step]) -> String {
    var out = ""
    for step in steps {
      switch step {
      case .key(let key): out += (out.isEmpty ? "" : ".") + key
      case .index(let index): out += "[\(index)]"
      }
    }
    return out
  }

  /// The environment that a default names: by the first segment of what looks like a secret's path, or in a role's ARN.
  private func named(_ leaf: String, _ steps: [Step]) -> (environment: String, kind: String)? {
    if let role = RoleARN(leaf).name {
      return context.names.environment(inName: role).map { ($0.environment, "roleArn") }
    }
    guard leaf.utf8.contains(UInt8(ascii: "/")), !leaf.utf8.contains(UInt8(ascii: " ")), leaf.utf8.count <= 512, !leaf.contains("://"), !leaf.hasPrefix("/") || isAboutSecrets(steps) else { return nil }
    let name = ARN(leaf)?.secretName ?? leaf
    guard let environment = context.names.firstSegmentEnvironment(name), isAboutSecrets(steps) || ARN(leaf)?.isSecret == true else { return nil }
    return (environment, "secretPath")
  }

  /// Whether the keys on the way speak of secrets; `prod/…` may be a path of an image or an ingress too.
  private func isAboutSecrets(_ steps: [Step]) -> Bool {
    steps.contains { step in
      guard case .key(let key) = step else { return false }
      let lower = key.lowercased()
      return ["secret", "objectname", "ssm", "parameterstore", "csi", "vault", "credential"].contains { lower.contains($0) }
    }
  }

  private func makeDefault(_ chart: ModelNode, _ steps: [Step], _ leaf: Value, _ units: [UnitRecord]) -> ModelNode? {
    guard let string = leaf.string, let (environment, kind) = named(string, steps) else { return nil }
    let key = text(steps)
    let node = context.make(.chartDefault, id: (chart.string("path") ?? "") + "/" + key, title: "default `\(key)` of \(chart.title)", origin: leaf.origin)
    node.set("chart", chart.value)
    node.set("key", key, leaf.origin)
    node.set("text", string, leaf.origin)
    node.set("textEnvironment", environment, leaf.origin)
    node.set("kind", kind)
    let inheriting = units.filter { inherits($0, steps, string, leaf.origin) }
    node.set("inheritedBy", inheriting.filter { !$0.isConventional }.map(\.node))
    node.set("mismatchedBy", inheriting.filter { $0.environment.certain.map { $0 != environment } ?? false }.map(\.node))
    return node
  }

  /// Whether the merged values still hold the very default.
  private func inherits(_ unit: UnitRecord, _ steps: [Step], _ text: String, _ origin: Origin) -> Bool {
    var value: Value? = unit.unit.values
    for step in steps {
      switch step {
      case .key(let key): value = value?[key]
      case .index(let index): value = value?[index]
      }
    }
    guard let value, value.string == text else { return false }
    guard let here = context.origins.editPlace(origin), let there = context.origins.editPlace(value.origin) else { return true }
    let paths = [here, there].map { context.provenance.sources.file($0.source)?.path }
    return paths[0] == paths[1]
  }
}
