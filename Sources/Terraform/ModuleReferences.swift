import HCL
import SourceText
import Values

/// References of a module's expressions (hashicorp/terraform, `addrs.ParseRef`).
extension ModuleInstance {
  func resolve(_ root: String, _ steps: [HCLStep], _ span: SourceSpan) throws(HCLError) -> (HCLValue, Int) {
    if !overrides.isEmpty {
      var path = root
      for (place, step) in steps.enumerated() {
        guard let name = step.name else { break }
        path += "." + name
        if let value = overrides[path] { return (value.with(origin: context.origins.add(.source, span)), place + 1) }
      }
    }
    switch root {
    case "var": return (try variable(try name(root, steps, span), at: span), 1)
    case "local": return (try local(try name(root, steps, span), at: span), 1)
    case "module":
      let (value, used) = try module(try name(root, steps, span), steps.dropFirst(), at: span)
      return (value, used + 1)
    case "path": return (try self.path(try name(root, steps, span), span), 1)
    case "terraform":
      switch try name(root, steps, span) {
      case "workspace":
        let origin = context.origins.add(.expression, span)
        guard let workspace = context.workspaceName else {
          return (.unknown(.string, "the terraform workspace", origin, notNull: true), 1)
        }
        return (.string(workspace, origin), 1)
      case "applying": return (.bool(false, context.origins.add(.expression, span)), 1)
      case let other: throw HCLError("invalid-reference", "'terraform' has no attribute '\(other)'", at: span)
      }
    case "each": throw HCLError("invalid-reference", "'each' can be used only in a block with 'for_each'", at: span)
    case "count": throw HCLError("invalid-reference", "'count' can be used only in a block with 'count'", at: span)
    case "self": throw HCLError("invalid-reference", "'self' can be used only in provisioners, connections and postconditions", at: span)
    case "data":
      guard steps.count >= 2, let type = steps[0].name, let name = steps[1].name else {
        throw HCLError("invalid-reference", "'data' must be followed by a data source's type and name", at: span)
      }
      return (try resource("data." + type + "." + name, at: span), 2)
    case "ephemeral":
      let path = steps.prefix(2).compactMap(\.name).joined(separator: ".")
      return (TerraformReference.value(address("ephemeral." + path), "value"), min(2, steps.count))
    case "resource":
      guard steps.count >= 2, let type = steps[0].name, let name = steps[1].name else {
        throw HCLError("invalid-reference", "'resource' must be followed by a resource's type and name", at: span)
      }
      return (try resource(type + "." + name, at: span), 2)
    default:
      guard let name = steps.first?.name else {
        throw HCLError(
          "invalid-reference", "'\(root)' alone is no reference: a resource's type is followed by its name", at: span)
      }
      return (try resource(root + "." + name, at: span), 1)
    }
  }

  private func name(_ root: String, _ steps: [HCLStep], _ span: SourceSpan) throws(HCLError) -> String {
    guard let first = steps.first, let name = first.name else {
      throw HCLError("invalid-reference", "'\(root)' must be followed by a dot and a name", at: span)
    }
    return name
  }

  private func path(_ name: String, _ span: SourceSpan) throws(HCLError) -> HCLValue {
    let origin = context.origins.add(.expression, span)
    switch name {
    case "module": return .string(context.relative(configuration.directory), origin)
    case "root": return .string(".", origin)
    case "cwd": return .unknown(.string, "the directory terraform runs in", origin, notNull: true)
    default: throw HCLError("invalid-reference", "'path' has no attribute '\(name)'; it has module, root and cwd", at: span)
    }
  }
}
