import IAM
import Rendering
import SourceText
import Terraform
import Values

/// One Terraform root, looked up by address, with the texts of its values.
final class TerraformIndex {
  let result: TerraformResult
  let context: LinkContext
  private var byAddress: [String: TerraformResource] = [:]
  private var modules: [String: TerraformExternalModule] = [:]
  /// Versions and policies of secrets, by the address in `secret_id` or `secret_arn`.
  private var versions: [String: [TerraformResource]] = [:]
  private var policies: Set<String> = []
  /// A policy is of a secret that is not known: it may be any.
  private var hasLoosePolicy = false

  init(_ result: TerraformResult, context: LinkContext) {
    self.result = result
    self.context = context
    for resource in result.resources {
      let address = resource.address
      if byAddress[address] == nil { byAddress[address] = resource }
      guard resource.mode == .managed else { continue }
      switch resource.type {
      case "aws_secretsmanager_secret_version":
        if let reference = TerraformText.reference(resource.attributes["secret_id"]) { versions[reference.address, default: []].append(resource) }
      case "aws_secretsmanager_secret_policy":
        if let reference = TerraformText.reference(resource.attributes["secret_arn"]) { policies.insert(reference.address) } else { hasLoosePolicy = true }
      default: break
      }
    }
    for module in result.externalModules { modules[module.module.joined(separator: ".")] = module }
  }

  /// A resource by its address; one without a key stands for its only instance.
  func resource(_ address: String) -> TerraformResource? { byAddress[address] ?? byAddress[address + "[0]"] }

  func module(_ address: String) -> TerraformExternalModule? { modules[address] ?? modules[address + "[0]"] }

  /// Versions that name a secret by reference; one without a key stands for its only instance.
  func versions(of secret: TerraformResource) -> [TerraformResource] { names(secret).flatMap { versions[$0] ?? [] } }

  /// Whether a resource policy is of the secret or may be.
  func hasPolicy(secret: TerraformResource) -> Bool { hasLoosePolicy || names(secret).contains(where: policies.contains) }

  private func names(_ secret: TerraformResource) -> [String] {
    let address = secret.address
    return address.hasSuffix("[0]") ? [address, String(address.dropLast(3))] : [address]
  }

  var reader: PolicyReader {
    PolicyReader(
      origins: context.origins, text: { self.text($0) },
      resolve: { value in
        // A document written as a template: its structure is known as soon as its text parses around the gaps.
        if case .unknown(let unknown) = value.payload, unknown.refinement is TerraformPartialText,
          let document = TerraformPolicy.document(value, origins: self.context.origins), document.map != nil
        {
          return document
        }
        return TerraformStructure.known(value)
      })
  }

  /// Text with gaps; ARNs of secrets whose name is known are spelled out.
  func text(_ value: Value) -> PolicyText? { TerraformText.text(value, origins: context.origins, resolve: resolve) }

  private func resolve(_ reference: TerraformReference) -> PolicyText? {
    guard reference.attributePath == "arn" || reference.attributePath == "id", let resource = resource(reference.address),
      resource.type == "aws_secretsmanager_secret", let name = resource.attributes["name"], !name.isNull, let text = TerraformText.text(name, origins: context.origins, resolve: { _ in nil }),
      text.isKnown
    else { return nil }
    func literal(_ text: String) -> PolicyText.Piece { .literal(Array(text.utf8)) }
    return PolicyText(
      pieces: [
        literal("arn:"), .gap(.token, label: "partition"), literal(":secretsmanager:"), .gap(.token, label: "region"), literal(":"),
        .gap(.token, label: "account"), literal(":secret:" + text.text + "-??????"),
      ])
  }

  /// A name argument, or a prefix with a gap behind it.
  func name(_ attributes: ValueMap, _ name: String = "name", prefix: String = "name_prefix") -> PolicyText {
    if let value = attributes[name], !value.isNull, let text = text(value) { return text }
    if let value = attributes[prefix], !value.isNull, var text = text(value) {
      text.pieces.append(.gap(.token, label: "suffix"))
      return text
    }
    return .unknown("generated name")
  }
}
