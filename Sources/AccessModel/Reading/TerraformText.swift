import IAM
import SourceText
import Terraform
import Values

/// What is known of values of Terraform that are not wholly known.
enum TerraformText {
  /// The reference that an unknown value is.
  static func reference(_ value: Value?) -> TerraformReference? {
    guard case .unknown(let unknown)? = value?.payload else { return nil }
    return unknown.refinement as? TerraformReference
  }

  /// Text with gaps; nil for values that are no strings.
  /// - Parameter secretARN: the pieces of a secret's ARN by the address of its resource.
  static func text(_ value: Value, origins: OriginTable, resolve: (TerraformReference) -> PolicyText?) -> PolicyText? {
    switch value.payload {
    case .string(let text):
      var result = PolicyText(text.bytes, origin: PolicyReader.origin(text, 0..<text.count, origins, whole: value.origin))
      if text.runs.count > 1 { result.source = text }
      return result
    case .int, .double, .bool: return value.scalarText.map { PolicyText($0, origin: value.origin) }
    case .unknown(let unknown):
      if let partial = unknown.refinement as? TerraformPartialText {
        var pieces: [PolicyText.Piece] = []
        for part in partial.parts { pieces += (text(part, origins: origins, resolve: resolve) ?? .unknown("value")).pieces }
        return PolicyText(pieces: merged(pieces), origin: origins.join([deciding(partial.parts, origins), value.origin]))
      }
      if let reference = unknown.refinement as? TerraformReference {
        if var known = resolve(reference) {
          known.origin = value.origin
          return known
        }
        return PolicyText(pieces: [.gap(gap(reference), label: label(reference))], origin: value.origin)
      }
      return .unknown(unknown.reason, origin: value.origin)
    default: return nil
    }
  }

  /// The origin of the wildcard that decides: the first behind `secret:`, else the first.
  private static func deciding(_ parts: [Value], _ origins: OriginTable) -> Origin {
    var first = Origin.none
    var isBehind = false
    for part in parts {
      guard let text = part.text else { continue }
      let bytes = text.bytes[...]
      let isHere = text.string.contains("secret:")
      if let at = PolicyReader.wildcard(bytes), isBehind || isHere || !first.isKnown {
        let origin = text.origin(of: at..<(at + 1), in: origins, whole: part.origin)
        if isBehind { return origin }
        if isHere, text.string.split(separator: "secret:", omittingEmptySubsequences: false).last?.contains(where: { $0 == "*" || $0 == "?" }) == true { return origin }
        first = origin
      }
      isBehind = isBehind || isHere
    }
    return first
  }

  private static func merged(_ pieces: [PolicyText.Piece]) -> [PolicyText.Piece] {
    var result: [PolicyText.Piece] = []
    for piece in pieces {
      if case .literal(let more) = piece, case .literal(let bytes)? = result.last {
        result[result.count - 1] = .literal(bytes + more)
      } else {
        result.append(piece)
      }
    }
    return result
  }

  private static func label(_ reference: TerraformReference) -> String { reference.address + "." + reference.attributePath }

  /// Region, account, partition and ids hold no wildcard; anything else may.
  private static func gap(_ reference: TerraformReference) -> PolicyText.Gap {
    let type = reference.address.split(separator: ".").drop { $0 == "module" }.map(String.init)
    func isType(_ name: String) -> Bool { type.contains { $0 == name || $0.hasPrefix(name + "[") } }
    if isType("aws_secretsmanager_secret"), reference.attributePath == "arn" || reference.attributePath == "id" { return .secretARN }
    if isType("aws_secretsmanager_secret_version"), reference.attributePath == "arn" { return .secretARN }
    if isType("aws_secretsmanager_secret_version"), reference.attributePath == "secret_id" { return .secretARN }
    for name in ["aws_caller_identity", "aws_region", "aws_partition", "aws_eks_cluster", "aws_iam_openid_connect_provider", "random_id", "random_string", "random_pet"]
    where isType(name) {
      return .token
    }
    switch reference.attributePath.split(separator: ".").last {
    case "account_id", "region", "partition", "id", "unique_id", "arn", "oidc_provider", "oidc_provider_arn": return .token
    default: return .anything
    }
  }
}
