import SourceText
import Terraform
import Testing
import Values

@testable import AccessModel

/// What known community modules make of their inputs: rows of a table, each a module call and what the role is.
struct ModuleTruthTests {
  private static let provider = "arn:aws:iam::731848255912:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB"
  private static let oidc = """
    oidc_providers = { a = { provider_arn = "\(provider)", namespace_service_accounts = ["production:web", "staging:web"] } }
    """
  private static let iam = "terraform-aws-modules/iam/aws//modules/"

  struct Row: Sendable, CustomTestStringConvertible {
    var source: String
    var version: String
    var arguments: String
    /// nil: no role.
    var subjects: [String]?
    var scope = ""
    var audience = ""
    /// Resources of statements that read secrets.
    var resources: [String] = []
    var policiesKnown = true
    var why: String

    var testDescription: String { "\(source) \(version): \(why)" }
  }

  static let rows: [Row] = [
    Row(source: iam + "iam-role-for-service-accounts-eks", version: "~> 5.0", arguments: oidc, subjects: ["production:web", "staging:web"], scope: "exact", audience: "ok", why: "items are ns:sa, the audience is always set"),
    Row(source: iam + "iam-role-for-service-accounts-eks", version: "5.60.0", arguments: oidc + "\nassume_role_condition_test = \"StringLike\"", subjects: ["production:web", "staging:web"], scope: "exact", audience: "ok", why: "the operator is an input"),
    Row(source: iam + "iam-role-for-service-accounts-eks", version: "~> 5.0", arguments: oidc + "\nattach_external_secrets_policy = true", subjects: ["production:web", "staging:web"], scope: "exact", audience: "ok", resources: ["arn:aws:secretsmanager:*:*:secret:*"], why: "a default that nobody wrote"),
    Row(source: iam + "iam-role-for-service-accounts-eks", version: "~> 5.0", arguments: oidc + "\nattach_external_secrets_policy = true\nexternal_secrets_secrets_manager_arns = [\"arn:aws:secretsmanager:*:*:secret:production/*\"]", subjects: ["production:web", "staging:web"], scope: "exact", audience: "ok", resources: ["arn:aws:secretsmanager:*:*:secret:production/*"], why: "given ARNs replace the default"),
    Row(source: iam + "iam-role-for-service-accounts-eks", version: "~> 5.0", arguments: oidc + "\nattach_external_secrets_policy = false", subjects: ["production:web", "staging:web"], scope: "exact", audience: "ok", why: "switched off"),
    Row(source: iam + "iam-role-for-service-accounts-eks", version: "~> 5.0", arguments: "create_role = false", subjects: nil, why: "nothing is made"),
    Row(source: iam + "iam-role-for-service-accounts-eks", version: "~> 5.0", arguments: oidc + "\nrole_policy_arns = { a = \"arn:aws:iam::731848255912:policy/x\" }", subjects: ["production:web", "staging:web"], scope: "exact", audience: "ok", policiesKnown: false, why: "a policy of another repository"),
    Row(source: "git::https://github.com/terraform-aws-modules/terraform-aws-iam.git//modules/iam-role-for-service-accounts-eks?ref=v5.30.0", version: "", arguments: oidc + "\nattach_external_secrets_policy = true", subjects: ["production:web", "staging:web"], scope: "exact", audience: "ok", resources: ["arn:aws:secretsmanager:*:*:secret:*"], why: "the same by a git address"),
    Row(source: iam + "iam-role-for-service-accounts", version: "~> 6.0", arguments: oidc + "\nattach_external_secrets_policy = true", subjects: ["production:web", "staging:web"], scope: "exact", audience: "ok", why: "the permissive defaults are gone"),
    Row(source: iam + "iam-role-for-service-accounts", version: "6.2.1", arguments: oidc + "\npermissions = { a = { actions = [\"secretsmanager:GetSecretValue\"], resources = [\"arn:aws:secretsmanager:*:*:secret:staging/*\"] } }", subjects: ["production:web", "staging:web"], scope: "exact", audience: "ok", resources: ["arn:aws:secretsmanager:*:*:secret:staging/*"], why: "statements as a map"),
    Row(source: iam + "iam-role-for-service-accounts", version: "~> 6.0", arguments: oidc + "\ninline_policy_permissions = { a = { actions = [\"secretsmanager:GetSecretValue\"], resources = [\"*\"] } }", subjects: ["production:web", "staging:web"], scope: "exact", audience: "ok", why: "inline statements without their switch"),
    Row(source: iam + "iam-assumable-role-with-oidc", version: "~> 5.0", arguments: "provider_url = \"x.example/id/A\"", subjects: nil, why: "create_role is off by default"),
    Row(source: iam + "iam-assumable-role-with-oidc", version: "~> 5.0", arguments: "create_role = true\nprovider_url = \"https://oidc.eks.eu-west-1.amazonaws.com/id/A\"", subjects: [], scope: "everyone", audience: "missing", why: "no subjects: an open role"),
    Row(source: iam + "iam-assumable-role-with-oidc", version: "~> 5.0", arguments: "create_role = true\nprovider_url = \"oidc.eks.eu-west-1.amazonaws.com/id/A\"\noidc_fully_qualified_subjects = [\"system:serviceaccount:production:web\"]", subjects: ["production:web"], scope: "exact", audience: "missing", why: "no audience by default"),
    Row(source: iam + "iam-assumable-role-with-oidc", version: "~> 5.0", arguments: "create_role = true\nprovider_url = \"oidc.eks.eu-west-1.amazonaws.com/id/A\"\noidc_subjects_with_wildcards = [\"system:serviceaccount:*:web\"]\noidc_fully_qualified_audiences = [\"sts.amazonaws.com\"]", subjects: ["*:web"], scope: "any-namespace", audience: "ok", why: "wildcards by StringLike"),
    Row(source: iam + "iam-role", version: "~> 6.0", arguments: "enable_oidc = true\noidc_provider_urls = [\"oidc.eks.eu-west-1.amazonaws.com/id/A\"]", subjects: [], scope: "everyone", audience: "missing", why: "the same conditional blocks"),
    Row(source: iam + "iam-role", version: "~> 6.0", arguments: "enable_oidc = true\noidc_provider_urls = [\"oidc.eks.eu-west-1.amazonaws.com/id/A\"]\noidc_wildcard_subjects = [\"system:serviceaccount:production:*\"]\noidc_audiences = [\"sts.amazonaws.com\"]", subjects: ["production:*"], scope: "namespace", audience: "ok", why: "a namespace"),
    Row(source: iam + "iam-eks-role", version: "~> 5.0", arguments: "cluster_service_accounts = { main = [\"production:web\"] }", subjects: ["production:web"], scope: "exact", audience: "missing", why: "no condition on the audience at all"),
    Row(source: "terraform-aws-modules/eks-pod-identity/aws", version: "~> 1.4", arguments: "attach_external_secrets_policy = true", subjects: [], why: "no secrets by default"),
    Row(source: "terraform-aws-modules/eks-pod-identity/aws", version: "~> 2.0", arguments: "attach_external_secrets_policy = true\nexternal_secrets_secrets_manager_arns = [\"arn:aws:secretsmanager:*:*:secret:production/*\"]", subjects: [], resources: ["arn:aws:secretsmanager:*:*:secret:production/*"], why: "given ARNs"),
    Row(source: "aws-ia/eks-blueprints-addons/aws", version: "~> 1.0", arguments: "oidc_provider_arn = \"\(provider)\"", subjects: nil, why: "External Secrets is off by default"),
    Row(source: "aws-ia/eks-blueprints-addons/aws", version: "~> 1.0", arguments: "enable_external_secrets = true\noidc_provider_arn = \"\(provider)\"", subjects: ["external-secrets:external-secrets-sa"], scope: "exact", audience: "ok", resources: ["arn:aws:secretsmanager:*:*:secret:*"], why: "all secrets by default"),
    Row(source: "aws-ia/eks-blueprints-addons/aws", version: "~> 1.0", arguments: "enable_external_secrets = true\noidc_provider_arn = \"\(provider)\"\nexternal_secrets = { namespace = \"es\", service_account_name = \"sa\" }\nexternal_secrets_secrets_manager_arns = [\"arn:aws:secretsmanager:*:*:secret:staging/*\"]", subjects: ["es:sa"], scope: "exact", audience: "ok", resources: ["arn:aws:secretsmanager:*:*:secret:staging/*"], why: "configured"),
    Row(source: "aws-ia/eks-blueprints-addon/aws", version: "~> 1.0", arguments: "create_role = true\nrole_name = \"x\"\nnamespace = \"tools\"\noidc_providers = { this = { provider_arn = \"\(provider)\", service_account = \"x\" } }", subjects: ["tools:x"], scope: "exact", audience: "ok", why: "the namespace is the add-on's"),
    Row(source: "github.com/aws-ia/terraform-aws-eks-blueprints//modules/irsa?ref=v4.32.1", version: "", arguments: "kubernetes_namespace = \"production\"\nkubernetes_service_account = \"web\"\nirsa_iam_policies = [\"arn:aws:iam::aws:policy/SecretsManagerReadWrite\"]\neks_oidc_provider_arn = \"\(provider)\"", subjects: ["production:web"], scope: "exact", audience: "unknown", why: "versions differ in the audience"),
    Row(source: "somebody/else/aws", version: "1.0.0", arguments: oidc, subjects: nil, why: "no module that is known"),
  ]

  @Test(arguments: rows)
  func roles(_ row: Row) throws {
    var fixture = ModelFixture()
    let version = row.version.isEmpty ? "" : "version = \"\(row.version)\"\n"
    fixture.addTerraform(["main.tf": "module \"m\" {\nsource = \"\(row.source)\"\n\(version)\(row.arguments)\n}\n"])
    let graph = fixture.build()
    guard let subjects = row.subjects else {
      #expect(graph[.role].isEmpty)
      return
    }
    let role = try #require(graph[.role].first)
    #expect(role.texts("subjects") == subjects.map { "system:serviceaccount:" + $0 })
    if !row.scope.isEmpty {
      let trust = try #require(role.fields["trusts"]?.list?.first?.object as? ModelNode)
      #expect(trust.text("subjectScope") == row.scope)
      #expect(trust.text("audienceState") ?? "unknown" == row.audience)
    }
    let reading = (role.fields["statements"]?.list ?? []).compactMap { $0.object as? ModelNode }.filter { $0.bool("grantsRead") == true }
    #expect(reading.flatMap { $0.texts("resources") } == row.resources)
    #expect(role.bool("policiesKnown") == row.policiesKnown)
  }

  @Test(arguments: [
    ("5.60.0", 5), ("~> 5.0", 5), (">= 5.2, < 6.0", 5), ("< 6.0, >= 5.2", 5), ("v6.1.0", 6), ("= 6", 6), ("< 6.0", 5), ("<= 5.99", 5), ("", nil), ("main", nil),
  ] as [(String, Int?)])
  func majorVersions(constraint: String, major: Int?) {
    #expect(KnownModule.major(constraint) == major)
  }

  /// With `use_name_prefix`, on by default, the name is only the beginning of the role's.
  @Test(arguments: [("", nil), ("use_name_prefix = false", "web")] as [(String, String?)])
  func namesOfVersionSixHaveASuffix(argument: String, name: String?) throws {
    var fixture = ModelFixture()
    fixture.addTerraform(["main.tf": "module \"m\" {\nsource = \"\(Self.iam)iam-role-for-service-accounts\"\nversion = \"~> 6.0\"\nname = \"web\"\n\(argument)\n}\n"])
    #expect(try #require(fixture.build().first(.role)).text("name") == name)
  }
}
