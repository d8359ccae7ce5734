import HCL
import Values

/// What we know of resource types without their provider: which attributes a plan computes, and which are another name for one.
enum ProviderKnowledge {
  /// `id` of these types is their ARN.
  private static let identifiedByARN: Set<String> = [
    "aws_secretsmanager_secret", "aws_iam_policy", "aws_iam_openid_connect_provider", "aws_iam_saml_provider", "aws_acm_certificate",
    "aws_sns_topic", "aws_secretsmanager_secret_policy", "aws_secretsmanager_secret_rotation", "aws_lb", "aws_sfn_state_machine",
  ]

  /// `id` of these types is their name.
  private static let identifiedByName: Set<String> = [
    "aws_iam_role", "aws_iam_user", "aws_iam_group", "aws_iam_instance_profile", "aws_ssm_parameter", "aws_eks_cluster",
    "aws_cloudwatch_log_group", "aws_lambda_function", "kubernetes_namespace",
  ]

  /// Attributes that are text, whatever else is known of the type.
  private static let textual: Set<String> = [
    "arn", "id", "name", "json", "minified_json", "url", "account_id", "partition", "region", "dns_suffix", "unique_id", "key_id",
    "oidc_provider_arn", "cluster_id", "policy_id",
  ]

  /// An attribute that the configuration does not set.
  static func computed(_ isData: Bool, _ type: String, _ address: String, _ attribute: String, _ known: HCLMap) -> HCLValue {
    if type == "terraform_data" {
      switch attribute {
      case "triggers_replace", "input": return .null
      case "output":
        let input = known.entry("input")?.value
        if input == nil || input?.isNull == true { return .null }
        return TerraformReference.value(address, attribute, type: input?.type ?? .dynamic)
      case "id": return TerraformReference.value(address, attribute, type: .string, notNull: true)
      default: break
      }
    }
    var target = attribute
    if attribute == "id" {
      if identifiedByARN.contains(type) { target = "arn" }
      if identifiedByName.contains(type) { target = "name" }
    }
    if target != attribute, let given = known.entry(Text(target))?.value, !given.isNull { return given }
    return TerraformReference.value(
      address, target, type: textual.contains(target) ? .string : .dynamic, notNull: target == "id" || target == "arn")
  }

  /// Whether attributes of a type that are set to null may be computed: many of AWS are optional and computed at once.
  static func computesNulls(_ type: String) -> Bool { type.hasPrefix("aws_") }

  /// The attributes that results show beside what is set.
  static func shown(_ isData: Bool, _ type: String) -> [String] {
    if type == "terraform_data" { return ["id", "output"] }
    return type.hasPrefix("aws_") ? ["arn", "id"] : ["id"]
  }

  /// All attributes of a type whose schema we know.
  static func attributes(_ isData: Bool, _ type: String) -> [String]? {
    type == "terraform_data" && !isData ? ["id", "input", "output", "triggers_replace"] : nil
  }

  /// All arguments of a type whose schema we know.
  static func arguments(_ isData: Bool, _ type: String) -> Set<String>? {
    type == "terraform_data" && !isData ? ["input", "triggers_replace"] : nil
  }
}
