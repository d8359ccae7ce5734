import ArgoCD
import Discovery
import FileTree
import Kubernetes
import SourceText
import Terraform
import Values

/// `helm_release` of Terraform with a chart of the tree → render requests (hashicorp/terraform-provider-helm, helm/resource_helm_release.go:
/// `values` in order, then `set`, `set_list` and `set_sensitive`).
struct TerraformReleases {
  let workspace: Workspace
  let environments: EnvironmentNames
  let terraform: [TerraformResult]

  func requests() -> [RenderRequest] {
    var roots: [String: Int] = [:]
    for root in terraform { roots[root.directory, default: 0] += 1 }
    return terraform.flatMap { root in
      root.resources.filter { $0.mode == .managed && $0.type == "helm_release" }.compactMap {
        request($0, root, isOneOfSeveral: (roots[root.directory] ?? 0) > 1)
      }
    }
  }

  private func request(_ resource: TerraformResource, _ root: TerraformResult, isOneOfSeveral: Bool) -> RenderRequest? {
    let attributes = resource.attributes
    guard attributes["repository"].map({ $0.isNull || $0.string == "" }) ?? true, let directory = chart(attributes["chart"]?.string, root) else { return nil }
    let namespace = attributes["namespace"].flatMap { $0.isNull ? nil : $0 } ?? .string("default", resource.origin)
    let place = root.directory.isEmpty ? "." : root.directory
    var request = RenderRequest(
      tool: .helm, location: .tree(directory), releaseName: attributes["name"] ?? .unknown("the release has no name", resource.origin), namespace: namespace,
      name: "\(resource.address) of \(place)" + (root.variableFile.isEmpty ? "" : " with " + root.variableFile), cluster: root.cluster,
      isConventional: isOneOfSeveral, origin: resource.origin)
    request.includeCRDs = attributes["skip_crds"]?.bool != true
    request.release = .map(attributes, resource.origin)
    request.values = values(attributes, resource)
    readSettings(attributes, resource, into: &request)
    // What a post-renderer makes of the manifests is not known.
    if let filter = attributes["postrender"], !filter.isNull, filter.list?.isEmpty != true { request.isIncomplete = true }
    request.evidence = EnvironmentFinder(names: environments).evidence(request)
    return request
  }

  /// The provider takes a path from where terraform runs, which is the root's directory.
  private func chart(_ name: String?, _ root: TerraformResult) -> String? {
    guard let name, !name.isEmpty, !name.hasPrefix("/"), let path = TreePath.resolve(name, from: root.directory) else { return nil }
    return workspace.tree.isFile(TreePath.join(path, "Chart.yaml")) ? path : nil
  }

  private func values(_ attributes: ValueMap, _ resource: TerraformResource) -> [ValuesLayer] {
    guard let values = attributes["values"].map(TerraformStructure.known), !values.isNull else { return [] }
    let missing = ValuesLayer.external(name: "values of " + resource.address, origin: values.origin.isKnown ? values.origin : resource.origin)
    guard let list = values.list else { return [missing] }
    return list.compactMap { item in
      let value = TerraformStructure.known(item)
      switch value.payload {
      case .null: return nil
      case .map: return .object(TerraformStructure.knownThroughout(value))
      default:
        // A template with gaps: what stands in them is unknown, the rest is not.
        guard let text = TerraformPartialText.marked(value) else { return missing }
        return .text(.string(text, value.origin))
      }
    }
  }

  private func readSettings(_ attributes: ValueMap, _ resource: TerraformResource, into request: inout RenderRequest) {
    for name in ["set", "set_list", "set_sensitive"] {
      guard let value = attributes[name].map(TerraformStructure.known), !value.isNull else { continue }
      let missing = ValuesLayer.external(name: "\(name) of \(resource.address)", origin: value.origin.isKnown ? value.origin : resource.origin)
      guard let list = value.list ?? value.map.map({ _ in [value] }) else {
        request.values.append(missing)
        continue
      }
      for item in list.map(TerraformStructure.known) {
        guard let path = item["name"], path.text != nil, let given = item["value"] else {
          request.values.append(missing)
          continue
        }
        let kind: HelmParameter.Kind =
          switch item["type"]?.string {
          case "string"?: .setString
          case "literal"?: .setLiteral
          default: .set
          }
        request.parameters.append(HelmParameter(name: path, value: name == "set_list" ? Self.list(given) : given, kind: kind))
      }
    }
  }

  /// `{a,b}`, as the provider writes a list for `--set`.
  private static func list(_ value: Value) -> Value {
    let value = TerraformStructure.known(value)
    guard let items = value.list else { return value }
    var text = TextBuilder()
    text.append(UInt8(ascii: "{"))
    for (place, item) in items.enumerated() {
      if place > 0 { text.append(UInt8(ascii: ",")) }
      switch item.payload {
      case .string(let string): text.append(string, origin: item.origin)
      case .int(let number): text.append(String(number), origin: item.origin)
      case .bool(let flag): text.append(flag ? "true" : "false", origin: item.origin)
      default: return .unknown("an item of the list is not known", item.origin)
      }
    }
    text.append(UInt8(ascii: "}"))
    return .string(text.build(), value.origin)
  }
}

extension TerraformResult {
  /// Stands for the cluster that a root's providers lead to, which is not told; each set of variables may lead to another one.
  package var cluster: String { "terraform:" + directory + (variableFile.isEmpty ? "" : "#" + variableFile) }
}
