import ArgoPlugin
import FileTree
import Linting
import Rendering
import SourceText
import Terraform
import Testing
import Values

@testable import Commands

/// The plugin evaluates of Terraform what one Application asks for. Its answer must be that of the whole evaluation.
@Suite struct PluginFocusTests {
  private static func application(_ name: String, secret: String, role: String, account: String = "") -> String {
    """
    apiVersion: v1
    kind: ServiceAccount
    metadata:
      name: \(name)
      \(role.isEmpty ? "labels: {}" : "annotations: {eks.amazonaws.com/role-arn: \"\(role)\"}")
    ---
    apiVersion: secrets-store.csi.x-k8s.io/v1
    kind: SecretProviderClass
    metadata: {name: \(name)}
    spec:
      provider: aws
      secretObjects:
        - {secretName: \(name), type: Opaque, data: [{objectName: token, key: token}]}
      parameters:
        region: eu-west-1
        objects: |
          - objectName: \(secret)
            objectType: secretsmanager
            objectAlias: token
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: \(name), annotations: {reloader.stakater.com/auto: "true"}}
    spec:
      selector: {matchLabels: {app: \(name)}}
      template:
        metadata: {labels: {app: \(name)}}
        spec:
          serviceAccountName: \(account.isEmpty ? name : account)
          containers: [{name: main, image: registry.example/\(name):1, envFrom: [{secretRef: {name: \(name)}}], volumeMounts: [{name: s, mountPath: /s, readOnly: true}]}]
          volumes: [{name: s, csi: {driver: secrets-store.csi.k8s.io, readOnly: true, volumeAttributes: {secretProviderClass: \(name)}}}]
    """
  }

  private static func role(_ name: String, namespace: String? = nil, secret: String? = nil) -> String {
    """
    resource "aws_iam_role" "\(name)" {
      name               = "prod-\(name)"
      assume_role_policy = jsonencode({
        Statement = [{
          Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity"
          Principal = { Federated = "arn:aws:iam::482910573816:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB12" }
          Condition = { StringEquals = {
            "oidc.eks.eu-west-1.amazonaws.com/id/AB12:sub" = "system:serviceaccount:\(namespace ?? name):\(name)"
            "oidc.eks.eu-west-1.amazonaws.com/id/AB12:aud" = "sts.amazonaws.com"
          } }
        }]
      })
    }
    resource "aws_iam_policy" "\(name)" {
      name   = "\(name)"
      policy = jsonencode({ Statement = [{
        Effect = "Allow", Action = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
        Resource = "arn:aws:secretsmanager:eu-west-1:482910573816:secret:\(secret ?? "prod/" + name)/*"
      }] })
    }
    resource "aws_iam_role_policy_attachment" "\(name)" {
      role       = aws_iam_role.\(name).name
      policy_arn = aws_iam_policy.\(name).arn
    }

    """
  }

  private static func secret(_ name: String, _ path: String) -> String {
    "resource \"aws_secretsmanager_secret\" \"\(name)\" {\n  name = \"\(path)\"\n}\n"
  }

  private static let arn = "arn:aws:iam::482910573816:role/prod-"

  /// Terraform, the files of the Application, and a part of what the plugin says ("" where it lets pass).
  private struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var terraform: [String: String]
    var web = application("web", secret: "prod/web/token", role: arn + "web")
    var more: [String: String] = [:]
    var said = ""
    /// Whether a part of Terraform suffices.
    var isFocused = true
  }

  private static let clean = ["tf/main.tf": role("web") + "\n" + role("api") + "\n" + secret("web", "prod/web/token") + secret("api", "prod/api/token")]

  private static let cases = [
    Case(testDescription: "all as it should be", terraform: clean),
    Case(testDescription: "no role and no secret declared", terraform: ["tf/main.tf": "resource \"aws_vpc\" \"v\" {}"]),
    Case(testDescription: "the trust names another namespace", terraform: ["tf/main.tf": role("web", namespace: "other") + role("api")]),
    Case(testDescription: "the policy grants another secret", terraform: ["tf/main.tf": role("web", secret: "prod/other") + role("api")], said: "prod/web/token"),
    Case(
      testDescription: "no such role, but one of nearly that name", terraform: ["tf/main.tf": role("webb") + role("api")], isFocused: false),
    Case(
      testDescription: "no such secret, but one of nearly that name", terraform: ["tf/main.tf": role("web") + secret("web", "prod/web/tokens") + secret("api", "prod/api/token")],
      isFocused: false),
    Case(
      testDescription: "another secret spells the environment differently",
      terraform: ["tf/main.tf": role("web") + secret("web", "prod/web/token") + secret("api", "production/api/token")], isFocused: false),
    Case(
      testDescription: "a policy that is attached by the role's name", terraform: [
        "tf/main.tf": role("web") + role("api") + secret("web", "prod/web/token")
          + """

          resource "aws_iam_role_policy" "more" {
            role   = "prod-web"
            policy = jsonencode({ Statement = [{ Effect = "Deny", Action = "secretsmanager:GetSecretValue", Resource = "*" }] })
          }
          """
      ]),
    Case(
      testDescription: "roles of a module of the tree",
      terraform: [
        "tf/main.tf": "module \"irsa\" {\n  for_each = toset([\"web\", \"api\"])\n  source = \"./irsa\"\n  service = each.key\n  namespace = each.key == \"web\" ? \"other\" : each.key\n}",
        "tf/irsa/main.tf": "variable \"service\" {}\nvariable \"namespace\" {}\n"
          + role("x").replacing("prod-x", "prod-${var.service}").replacing("serviceaccount:x:x", "serviceaccount:${var.namespace}:${var.service}"),
      ], said: "prod/web/token"),
    Case(
      testDescription: "roles of one block with for_each",
      terraform: [
        "tf/main.tf": """
        locals { services = { web = "other", api = "api" } }
        data "aws_iam_policy_document" "trust" {
          for_each = local.services
          statement {
            actions = ["sts:AssumeRoleWithWebIdentity"]
            principals {
              type        = "Federated"
              identifiers = ["arn:aws:iam::482910573816:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB12"]
            }
            condition {
              test     = "StringEquals"
              variable = "oidc.eks.eu-west-1.amazonaws.com/id/AB12:sub"
              values   = ["system:serviceaccount:${each.key}:${each.key}"]
            }
          }
        }
        resource "aws_iam_role" "service" {
          for_each           = local.services
          name               = "prod-${each.key}"
          assume_role_policy = data.aws_iam_policy_document.trust[each.key].json
        }
        resource "aws_iam_role_policy" "service" {
          for_each = local.services
          role     = aws_iam_role.service[each.key].id
          policy   = jsonencode({ Statement = [{ Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = "arn:aws:secretsmanager:*:*:secret:prod/${each.value}/*" }] })
        }
        resource "aws_secretsmanager_secret" "token" {
          for_each = local.services
          name     = "prod/${each.key}/token"
        }
        resource "aws_secretsmanager_secret_version" "token" {
          for_each      = local.services
          secret_id     = aws_secretsmanager_secret.token[each.key].id
          secret_string = jsonencode({ a = "x" })
        }
        """
      ], said: "may not read `prod/web/token`"),
    Case(
      testDescription: "roles with count, all asked for by a splat",
      terraform: [
        "tf/main.tf": """
        locals { services = ["api", "web"] }
        resource "aws_iam_role" "service" {
          count              = 2
          name               = "prod-${local.services[count.index]}"
          assume_role_policy = "{}"
        }
        resource "aws_iam_role_policy" "service" {
          count  = length(aws_iam_role.service[*].name)
          role   = aws_iam_role.service[count.index].id
          policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = "arn:aws:secretsmanager:*:*:secret:prod/api/*" }] })
        }
        """
      ], said: "may not read `prod/web/token`", isFocused: false),
    Case(
      testDescription: "roles of a module of the registry",
      terraform: [
        "tf/main.tf": ["web", "api"].map { name in
          """
          module "\(name)" {
            source    = "terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts-eks"
            version   = "~> 5.0"
            role_name = "prod-\(name)"
            oidc_providers = { main = { provider_arn = "arn:aws:iam::482910573816:oidc-provider/x", namespace_service_accounts = ["other:\(name)"] } }
          }

          """
        }.joined()
      ], said: "prod/web/token"),
    Case(
      testDescription: "a ServiceAccount of Terraform with its role by reference",
      terraform: [
        "tf/main.tf": role("web", namespace: "other") + role("api")
          + """

          resource "kubernetes_service_account" "runner" {
            metadata {
              name        = "runner"
              namespace   = "web"
              annotations = { "eks.amazonaws.com/role-arn" = aws_iam_role.web.arn }
            }
          }
          """
      ], web: application("web", secret: "prod/web/token", role: "", account: "runner")),
    Case(
      testDescription: "associations of EKS Pod Identity",
      terraform: [
        "tf/main.tf": role("web") + role("api")
          + ["web", "api"].map { "\nresource \"aws_eks_pod_identity_association\" \"\($0)\" {\n  cluster_name = \"c\"\n  namespace = \"\($0)\"\n  service_account = \"\($0)\"\n  role_arn = aws_iam_role.\($0).arn\n}\n" }.joined()
      ], web: application("web", secret: "prod/web/token", role: ""), said: "pod-identity-mismatch"),
    Case(
      testDescription: "an association of another ServiceAccount only",
      terraform: [
        "tf/main.tf": role("api") + "\nresource \"aws_eks_pod_identity_association\" \"api\" {\n  cluster_name = \"c\"\n  namespace = \"api\"\n  service_account = \"api\"\n  role_arn = aws_iam_role.api.arn\n}\n"
      ], web: application("web", secret: "prod/web/token", role: ""), said: "irsa-role-missing"),
    Case(
      testDescription: "a name that is not known", terraform: ["tf/main.tf": "variable \"suffix\" {}\n" + role("web").replacing("prod-web", "prod-web${var.suffix}")], isFocused: false),
    Case(
      testDescription: "Terraform that reads the Application's files",
      terraform: ["tf/main.tf": "locals {\n  values = yamldecode(file(\"../app/manifests.yaml\"))\n}\n" + role("web") + secret("web", "prod/web/token")], isFocused: false),
    Case(testDescription: "Terraform in the Application's directory", terraform: ["app/infra/main.tf": role("web") + role("api", secret: "*")], said: "irsa", isFocused: false),
    Case(
      testDescription: "a rule of the repository that compares secrets", terraform: clean,
      more: [
        ".secretslint/rules/own/few-secrets.yaml":
          "title: few secrets\nseverity: error\nwhy: many are hard to rotate\nremediation: merge them\nmatch: {node: secretProviderClass}\nvalidations:\n  - {expression: size(model.awsSecret) < 2, at: secretProviderClass.name, message: 'too many secrets'}\nexamples: []\n"
      ], said: "too many secrets", isFocused: false),
    Case(
      testDescription: "the account's role is worn in another environment, too",
      terraform: [
        "tf/main.tf": clean["tf/main.tf", default: ""]
          + "\nresource \"kubernetes_service_account\" \"stage\" {\n  metadata {\n    name = \"web\"\n    namespace = \"staging\"\n    annotations = { \"eks.amazonaws.com/role-arn\" = \"\(arn)web\" }\n  }\n}\n"
      ]),
  ]

  @Test(arguments: cases) private func focusedAnswersAreThoseOfTheWhole(_ item: Case) {
    let files = item.terraform.merging(item.more) { first, _ in first }.merging(["app/manifests.yaml": item.web]) { first, _ in first }
    let environment = [
      "ARGOCD_APP_NAME": "web", "ARGOCD_APP_NAMESPACE": "web", "ARGOCD_APP_SOURCE_PATH": "app", "ARGOCD_APP_SOURCE_REPO_URL": "https://git.example/platform",
      "SECRETSLINT_MODE": "enforce",
    ]
    let call = PluginCall(environment: environment, tree: MemoryFileTree(text: files), directory: "app")
    let whole = PluginJudge(directory: "app")
    let expected = PluginCommand.generate(call, judge: { whole.judge($0, $1) })
    let judge = PluginJudge(directory: "app")
    let seen = Seen()
    let answer = PluginCommand.generate(
      call, prepare: { judge.prepare($0) }, focus: { judge.focus($0, $1) },
      judge: { repository, workspace in
        seen.add(repository)
        return judge.judge(repository, workspace)
      })
    let all = Seen()
    _ = PluginCommand.generate(call) { repository, _ in
      all.add(repository)
      return PluginJudgement(findings: [])
    }
    #expect(answer == expected)
    let said = answer.standardError.lossyString
    #expect(item.said.isEmpty ? answer.exitCode == 0 : answer.exitCode == 1 && said.contains(item.said), "\(said)")
    #expect((seen.blocks < all.blocks) == item.isFocused, "\(seen.blocks) of \(all.blocks) blocks")
  }

  private final class Seen {
    private(set) var blocks = 0

    func add(_ repository: RenderedRepository) {
      for result in repository.terraform { blocks += result.resources.count + result.externalModules.count }
    }
  }
}

extension String {
  fileprivate func replacing(_ part: String, _ other: String) -> String {
    split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
  }
}
