import Support
import Testing

@testable import Commands

private func secretslint(_ words: String...) -> (status: Int32, output: String, errors: String) {
  let output = Output()
  let status = Secretslint.run(words, output: output)
  return (status, String(decoding: output.standardOutput, as: UTF8.self), String(decoding: output.standardError, as: UTF8.self))
}

/// `can`, `who-can` and `inspect --terraform`.
@Suite struct AccessCommandTests {
  private static let source = """
    variable "account" {}
    resource "aws_iam_role" "web" {
      name = "web-production"
      tags = { Environment = "production" }
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity", Principal = { Federated = "arn:aws:iam::731848255912:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A" }, Condition = { StringEquals = { "oidc.eks.eu-west-1.amazonaws.com/id/A:sub" = "system:serviceaccount:production:web" } } }]
      })
    }
    resource "aws_iam_role_policy" "web" {
      role = aws_iam_role.web.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          { Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = "arn:aws:secretsmanager:*:*:secret:production/*" },
          { Effect = "Deny", Action = "*", Resource = "arn:aws:secretsmanager:*:*:secret:production/admin/*" },
        ]
      })
    }
    resource "aws_iam_role" "other" {
      name               = "other"
      assume_role_policy = var.account
    }
    resource "aws_iam_role_policy_attachment" "other" {
      role       = aws_iam_role.other.name
      policy_arn = "arn:aws:iam::731848255912:policy/elsewhere"
    }
    resource "aws_secretsmanager_secret_version" "v" {
      secret_id     = "x"
      secret_string = jsonencode({ password = "hunter2" })
    }
    output "account" { value = var.account }
    """

  private func repository() throws -> TemporaryDirectory { try TemporaryDirectory(text: ["terraform/main.tf": Self.source]) }

  @Test(arguments: [
    ("web-production", "production/web/db", Int32(0), "yes: role `web-production`"), ("web-production", "staging/web/db", 1, "no statement allows it"),
    ("arn:aws:iam::731848255912:role/web-production", "production/admin/db", 1, "an explicit Deny"), ("aws_iam_role.other", "x", 3, "not in the repository"),
    ("web-production", "arn:aws:secretsmanager:eu-west-1:731848255912:secret:production/web/db-AbCdEf", 0, "terraform/main.tf:15"),
  ])
  func canAnswersWithItsExitStatus(role: String, secret: String, status: Int32, text: String) throws {
    let directory = try repository()
    let outcome = secretslint("can", role, secret, directory.path)
    #expect(outcome.status == status)
    #expect(outcome.output.contains(text), "\(outcome.output)")
  }

  @Test func canNamesTheNearestRole() throws {
    let directory = try repository()
    let outcome = secretslint("can", "web-prodction", "x", directory.path)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("did you mean 'web-production'"))
  }

  @Test func whoCanGroupsByEnvironmentAndNamesStatementAndSubject() throws {
    let directory = try repository()
    let text = secretslint("who-can", "production/web/db", directory.path).output
    #expect(text.hasPrefix("production:\ncan: role `web-production`"))
    #expect(text.contains("terraform/main.tf:15:"))
    #expect(text.contains("trusts system:serviceaccount:production:web"))
    #expect(text.contains("no environment:\nmay: role `other`"))
    let json = secretslint("who-can", "production/web/db", directory.path, "--format", "json").output
    #expect(json.contains("\"environment\": \"production\""))
    #expect(!secretslint("who-can", "production/admin/db", directory.path).output.contains("web-production"))
  }

  @Test(arguments: ["text", "json"])
  func inspectHidesValuesOfSecretsAndSaysWhyOthersAreUnknown(format: String) throws {
    let directory = try repository()
    let output = secretslint("inspect", "--terraform", directory.path + "/terraform", "--format", format, "--var", "account=1").output
    #expect(!output.contains("hunter2"))
    #expect(output.contains("sensitive"))
    #expect(output.contains("`arn` of `aws_iam_role.web`"))
    #expect(output.contains(format == "text" ? "aws_iam_role.web  " : "\"line\":2"))
  }

  @Test func plansStandForTheirRoot() throws {
    let plan = #"{"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"address": "aws_iam_role.web", "mode": "managed", "type": "aws_iam_role", "name": "web", "values": {"name": "planned", "assume_role_policy": "{}"}}]}}}"#
    let directory = try TemporaryDirectory(text: ["terraform/main.tf": Self.source, "terraform/plan.json": plan])
    let outcome = secretslint("can", "planned", "x", directory.path, "--terraform-plan", directory.path + "/terraform/plan.json")
    #expect(outcome.status == 1)
    let named = secretslint("can", "planned", "x", directory.path, "--terraform-plan", "terraform=" + directory.path + "/terraform/plan.json")
    #expect(named.status == 1)
    #expect(secretslint("lint", directory.path, "--terraform-plan", "elsewhere=" + directory.path + "/terraform/plan.json").status == 2)
    #expect(secretslint("lint", directory.path, "--terraform-plan", "/no/such/plan").status == 2)
  }
}
