import Terraform

/// One community module in a range of versions: which of its inputs matter to roles, trusts and policies, and what they default to.
///
/// Read out of main.tf, policies.tf and variables.tf of the modules: terraform-aws-modules/terraform-aws-iam v5.60.0 and v6.5.0,
/// terraform-aws-eks-pod-identity v1.0.0 to v2.8.1, aws-ia/terraform-aws-eks-blueprints-addons and -addon v1, modules/irsa of
/// aws-ia/terraform-aws-eks-blueprints v4.
struct KnownModule: Sendable {
  /// What the module makes of its inputs.
  enum Shape: Sendable {
    /// `oidc_providers.*.namespace_service_accounts`.
    case serviceAccounts
    /// Provider addresses and lists of subjects; each condition exists only where its list holds something.
    case subjects
    /// `cluster_service_accounts`, without a condition on the audience.
    case clusters
    /// `kubernetes_namespace` and `kubernetes_service_account`.
    case oneAccount
    case podIdentity
    case policy
    /// A cluster's add-ons: the role of External Secrets.
    case addons
    /// One add-on with its own role.
    case addon
  }

  /// Path behind the registry's name of the package, or the package's own name.
  var name: String
  /// Major versions; nil: any.
  var majors: ClosedRange<Int>?
  var shape: Shape
  /// The switch that makes the role, and whether it is on by default.
  var create = ("create", true)
  var roleName = "name"
  var namePrefix = "name_prefix"
  /// The switch by which the name is only the beginning of the role's, on by default.
  var usesPrefix: String?
  var conditionTest = "StringEquals"
  var conditionTestInput = ""
  var policies = "policies"
  /// Inputs that hold statements as maps, with the switch that they need.
  var statements: [(input: String, needs: String?)] = []
  /// Inputs that hold policy documents, with the switch that they need.
  var documents: [(input: String, needs: String?)] = []
  /// Secrets that `attach_external_secrets_policy` grants where no ARNs are given.
  var externalSecrets: [String] = []
  var createPermission = "external_secrets_secrets_manager_create_permission"
  /// `subjects`: inputs in the order provider addresses, exact subjects, subjects with wildcards, audiences, and the switch.
  var subjectInputs = (urls: [String](), exact: "", like: "", audiences: "", needs: String?.none)
  /// Inputs that add trust statements which are not read.
  var furtherTrust: [String] = []

  static let everySecret = "arn:aws:secretsmanager:*:*:secret:*"

  static let all: [KnownModule] = [
    KnownModule(
      name: "iam-role-for-service-accounts-eks", shape: .serviceAccounts, create: ("create_role", true), roleName: "role_name", namePrefix: "role_name_prefix",
      conditionTestInput: "assume_role_condition_test", policies: "role_policy_arns", externalSecrets: [everySecret]),
    KnownModule(
      name: "iam-role-for-service-accounts", majors: 6...99, shape: .serviceAccounts, usesPrefix: "use_name_prefix", conditionTestInput: "trust_condition_test",
      statements: [("permissions", nil), ("inline_policy_permissions", "create_inline_policy")],
      documents: [
        ("source_policy_documents", nil), ("override_policy_documents", nil), ("source_inline_policy_documents", "create_inline_policy"),
        ("override_inline_policy_documents", "create_inline_policy"),
      ]),
    KnownModule(
      name: "iam-assumable-role-with-oidc", shape: .subjects, create: ("create_role", false), roleName: "role_name", namePrefix: "role_name_prefix",
      policies: "role_policy_arns", statements: [("inline_policy_statements", nil)],
      subjectInputs: (["provider_urls", "provider_url"], "oidc_fully_qualified_subjects", "oidc_subjects_with_wildcards", "oidc_fully_qualified_audiences", nil)),
    KnownModule(
      name: "iam-role", majors: 6...99, shape: .subjects, usesPrefix: "use_name_prefix", statements: [("inline_policy_permissions", "create_inline_policy")],
      documents: [("source_inline_policy_documents", "create_inline_policy"), ("override_inline_policy_documents", "create_inline_policy")],
      subjectInputs: (["oidc_provider_urls"], "oidc_subjects", "oidc_wildcard_subjects", "oidc_audiences", "enable_oidc"),
      furtherTrust: ["trust_policy_permissions", "source_trust_policy_documents", "override_trust_policy_documents", "enable_github_oidc", "enable_bitbucket_oidc", "enable_saml"]),
    KnownModule(
      name: "iam-eks-role", shape: .clusters, create: ("create_role", true), roleName: "role_name", namePrefix: "role_name_prefix",
      conditionTestInput: "assume_role_condition_test", policies: "role_policy_arns"),
    KnownModule(
      name: "blueprints-irsa", shape: .oneAccount, create: ("irsa_iam_policies", true), roleName: "irsa_iam_role_name",
      conditionTest: "StringLike", policies: "irsa_iam_policies"),
    KnownModule(name: "iam-policy", majors: 0...5, shape: .policy, create: ("create_policy", true)),
    KnownModule(name: "iam-policy", majors: 6...99, shape: .policy),
    KnownModule(
      name: "eks-pod-identity", shape: .podIdentity, usesPrefix: "use_name_prefix", policies: "additional_policy_arns", statements: [("policy_statements", nil)],
      documents: [("source_policy_documents", nil), ("override_policy_documents", nil)], createPermission: "external_secrets_create_permission",
      furtherTrust: ["trust_policy_statements"]),
    KnownModule(
      name: "eks-blueprints-addon", shape: .addon, create: ("create_role", false), roleName: "role_name", usesPrefix: "role_name_use_prefix",
      conditionTestInput: "assume_role_condition_test", policies: "role_policies", statements: [("policy_statements", nil)],
      documents: [("source_policy_documents", nil), ("override_policy_documents", nil)]),
    KnownModule(
      name: "eks-blueprints-addons", shape: .addons, create: ("enable_external_secrets", false), roleName: "role_name", usesPrefix: "role_name_use_prefix",
      policies: "role_policies", externalSecrets: [everySecret]),
  ]

  /// The entry of a module call. A version that is not told, or is a range that several entries fit, is taken for the newest.
  static func find(source: String, version: String) -> KnownModule? {
    guard let name = name(of: source) else { return nil }
    let major = major(version.isEmpty ? reference(source) : version)
    let named = all.filter { $0.name == name }
    guard let major else { return named.last }
    return named.last { $0.majors?.contains(major) ?? true } ?? (named.count == 1 ? named.first : nil)
  }

  /// The sub-module of a registry address or git URL.
  private static func name(of source: String) -> String? {
    let base = source.split(separator: "?").first.map(String.init) ?? source
    if base.contains("eks-pod-identity") { return "eks-pod-identity" }
    if base.contains("eks-blueprints-addons") { return "eks-blueprints-addons" }
    if base.contains("eks-blueprints-addon") { return "eks-blueprints-addon" }
    if base.contains("terraform-aws-eks-blueprints"), base.hasSuffix("modules/irsa") { return "blueprints-irsa" }
    guard base.contains("terraform-aws-modules/iam/") || base.contains("terraform-aws-iam") else { return nil }
    return base.split(separator: "/").last.map(String.init)
  }

  /// `?ref=v5.60.0` of a git address.
  private static func reference(_ source: String) -> String {
    guard let query = source.split(separator: "?").dropFirst().first else { return "" }
    return query.split(separator: "&").first { $0.hasPrefix("ref=") }.map { String($0.dropFirst(4)) } ?? ""
  }

  /// The first number of `5.60.0`, `~> 5.0`, `>= 5.2`, `v6.1.0`; an upper bound alone (`< 6.0`) says the version below it.
  static func major(_ constraint: String) -> Int? {
    let first = constraint.split(separator: ",").map(String.init).first { !$0.contains("<") && !$0.contains("!") } ?? constraint
    let digits = first.drop { !$0.isNumber }.prefix { $0.isNumber }
    guard let number = Int(digits) else { return nil }
    let isExclusiveBound = first.contains("<") && !first.contains("=")
    return isExclusiveBound ? max(0, number - 1) : number
  }
}
