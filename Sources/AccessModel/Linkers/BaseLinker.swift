import ArgoCD
import FileTree
import IAM
import Kubernetes
import Rendering
import SourceText
import Values

/// Kustomize bases that several overlays build on → `chart` and `chartDefault` nodes: which secret or role of one environment a base
/// names, and which overlays inherit it unpatched.
struct BaseLinker {
  let context: LinkContext

  /// A base's value that names an environment.
  private struct Default: Hashable {
    var base: String
    var file: String
    var start: UInt32
  }

  private struct Found {
    var value: Value
    var key: String
    var kind: String
    var environment: String
    var inheriting: [UnitRecord]
  }

  func link() {
    guard let tree = context.tree else { return }
    var found: [Default: Found] = [:]
    var order: [Default] = []
    func add(_ value: Value?, _ key: String, _ kind: String, _ environment: String?, _ unit: UnitRecord) {
      guard let value, let environment, let place = place(value, unit, tree) else { return }
      if found[place] == nil { order.append(place) }
      found[place, default: Found(value: value, key: key, kind: kind, environment: environment, inheriting: [])].inheriting
        .append(unit)
    }
    for owner in context.classes where owner.reading.isAWS && isOverlay(owner.object.unit) {
      for (_, node) in owner.items {
        add(
          node.fields["objectName"], "objects of \(owner.name)", "secretPath", node.fields["pathEnvironment"]?.string,
          owner.object.unit)
      }
    }
    for account in context.accounts {
      guard let unit = account.object?.unit, isOverlay(unit), let role = account.roleARN?.name else { continue }
      add(
        account.node.fields["roleArn"], "role of \(account.name)", "roleArn",
        context.names.environment(inName: role)?.environment, unit)
    }
    var bases: [String: (node: ModelNode, users: [UnitRecord])] = [:]
    for place in order {
      guard let entry = found[place] else { continue }
      let base = bases[place.base] ?? makeBase(place, entry)
      bases[place.base] = base
      // With one user the finding about the path itself says all.
      guard base.users.count > 1 else { continue }
      makeDefault(entry, base.node)
    }
    for base in bases.values {
      base.node.set("defaults", (context.nodes[.chartDefault] ?? []).filter { $0.related("chart") === base.node })
    }
  }

  private func isOverlay(_ unit: UnitRecord) -> Bool { unit.unit.request.tool == .kustomize }

  private func path(_ unit: UnitRecord) -> String? {
    if case .tree(let path) = unit.unit.request.location { path } else { nil }
  }

  /// Where the value stands, if that is a kustomization other than the unit's own.
  private func place(_ value: Value, _ unit: UnitRecord, _ tree: any FileTree) -> Default? {
    guard let own = path(unit), let span = context.origins.editPlace(value.origin),
      let file = context.provenance.sources.file(span.source)?.path
    else { return nil }
    var directory = TreePath.directory(of: file)
    while !["kustomization.yaml", "kustomization.yml", "Kustomization"].contains(where: {
      tree.isFile(TreePath.join(directory, $0))
    }) {
      guard !directory.isEmpty else { return nil }
      directory = TreePath.directory(of: directory)
    }
    return directory == own ? nil : Default(base: directory, file: file, start: span.start)
  }

  private func makeBase(_ place: Default, _ entry: Found) -> (node: ModelNode, users: [UnitRecord]) {
    let users = context.units.filter { unit in
      guard isOverlay(unit), let path = path(unit) else { return false }
      return path == place.base || unit.unit.inputs.contains(place.base) || unit.unit.inputs.contains(place.file)
    }
    let node = context.make(.chart, id: place.base, title: "base `\(place.base)`", origin: entry.value.origin)
    node.set("name", TreePath.name(of: place.base))
    node.set("kind", "base")
    node.set("path", place.base)
    node.set("values", .null(node.origin))
    node.set("deployments", users.map(\.node))
    return (node, users)
  }

  private func makeDefault(_ entry: Found, _ base: ModelNode) {
    let node = context.make(
      .chartDefault, id: (base.string("path") ?? "") + "/" + entry.key, title: "\(entry.key) in \(base.title)",
      origin: entry.value.origin)
    node.set("chart", base.value)
    node.set("key", entry.key, entry.value.origin)
    node.set("text", entry.value.located(base.origin))
    node.set("textEnvironment", entry.environment, entry.value.origin)
    node.set("kind", entry.kind)
    node.set("inheritedBy", entry.inheriting.filter { !$0.isConventional }.map(\.node))
    node.set(
      "mismatchedBy", entry.inheriting.filter { $0.environment.certain.map { $0 != entry.environment } ?? false }.map(\.node))
  }
}
