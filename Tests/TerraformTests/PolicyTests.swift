import SourceText
import Terraform
import Testing
import Values

@Suite struct PolicyTests {
  private let document = """
    variable "prefix" { default = "*" }
    data "aws_iam_policy_document" "d" {
      statement {
        sid       = "Read"
        actions   = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
        resources = ["arn:aws:secretsmanager:eu-west-1:1:secret:${var.prefix}/&{aws:PrincipalTag/ns}"]
        condition {
          test     = "StringEquals"
          variable = "aws:x"
          values   = ["a"]
        }
      }
      statement {
        effect = "Deny"
        principals {
          type        = "*"
          identifiers = ["*"]
        }
      }
    }
    """

  @Test func policyDocumentsAreTheProvidersText() {
    let bench = TerraformBench(["main.tf": document + "\noutput \"j\" { value = data.aws_iam_policy_document.d.json }\n"])
    let text = """
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Sid": "Read",
            "Effect": "Allow",
            "Action": [
              "secretsmanager:GetSecretValue",
              "secretsmanager:DescribeSecret"
            ],
            "Resource": "arn:aws:secretsmanager:eu-west-1:1:secret:*/${aws:PrincipalTag/ns}",
            "Condition": {
              "StringEquals": {
                "aws:x": "a"
              }
            }
          },
          {
            "Effect": "Deny",
            "Principal": "*"
          }
        ]
      }
      """
    #expect(bench.result.outputs["j"]?.string == text)
    #expect(bench.edit(bench.result.outputs["j"], part: "secret:*") == "main.tf:1:\"*\"")
    #expect(bench.edit(bench.result.outputs["j"], part: "DescribeSecret") == "main.tf:5:DescribeSecret")
    let structure = bench.result.outputs["j"].flatMap { TerraformPolicy.document($0, provenance: bench.provenance) }
    let resource = structure?["Statement"]?[0]?["Resource"]
    #expect(bench.edit(resource, part: "*") == "main.tf:1:\"*\"")
  }

  private static let unknown = """
    data "aws_caller_identity" "me" {}
    data "aws_iam_openid_connect_provider" "o" { arn = "x" }
    resource "aws_secretsmanager_secret" "db" { name = "prod/db" }
    variable "more" {}
    """

  @Test(arguments: [
    """
    resource "aws_iam_policy" "p" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Action    = concat(["a:b"], var.more)
          Resource  = ["arn:${data.aws_caller_identity.me.account_id}:secret:prod/*", aws_secretsmanager_secret.db.arn]
          Condition = { StringEquals = { "${replace(data.aws_iam_openid_connect_provider.o.url, "https://", "")}:sub" = "system:serviceaccount:a:b" } }
        }]
      })
    }
    """,
    """
    data "aws_iam_policy_document" "d" {
      statement {
        actions   = concat(["a:b"], var.more)
        resources = ["arn:${data.aws_caller_identity.me.account_id}:secret:prod/*", aws_secretsmanager_secret.db.arn]
        condition {
          test     = "StringEquals"
          variable = "${replace(data.aws_iam_openid_connect_provider.o.url, "https://", "")}:sub"
          values   = ["system:serviceaccount:a:b"]
        }
      }
    }
    resource "aws_iam_policy" "p" { policy = data.aws_iam_policy_document.d.json }
    """,
    """
    resource "aws_iam_policy" "p" {
      policy = <<-EOT
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["a:b", "${var.more}"],
          "Resource": ["arn:${data.aws_caller_identity.me.account_id}:secret:prod/*", ${jsonencode(aws_secretsmanager_secret.db.arn)}],
          "Condition": {"StringEquals": {"${data.aws_iam_openid_connect_provider.o.url}:sub": "system:serviceaccount:a:b"}}}]}
      EOT
    }
    """,
  ])
  func partlyUnknownPoliciesStayReadable(_ text: String) throws {
    let bench = TerraformBench(["main.tf": Self.unknown + "\n" + text])
    #expect(bench.result.diagnostics.isEmpty)
    let policy = try #require(bench.resource("aws_iam_policy.p")?.attributes["policy"])
    #expect(policy.isUnknown)
    let structure = try #require(TerraformPolicy.document(policy, provenance: bench.provenance))
    let statement = try #require(structure["Statement"]?[0])
    #expect(statement["Effect"]?.string == "Allow")
    #expect(statement["Action"]?[0]?.string == "a:b")
    #expect(statement["Action"]?[1]?.isUnknown == true)
    let resources = try #require(statement["Resource"]?.list)
    #expect(resources.count == 2)
    guard case .unknown(let arn)? = resources.first?.payload, let parts = (arn.refinement as? TerraformPartialText)?.parts else {
      Issue.record("no pieces")
      return
    }
    #expect(parts.map { $0.string ?? "?" } == ["arn:", "?", ":secret:prod/*"])
    let line = text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains("prod/*") } ?? 0
    #expect(bench.edit(parts.last, part: "*") == "main.tf:\(line + 5):*")
    let condition = try #require(statement["Condition"]?["StringEquals"]?.map?.entries.first)
    #expect(condition.key.string.hasSuffix("}:sub"))
    #expect(condition.value.string == "system:serviceaccount:a:b")
    guard case .unknown(let reference) = resources[1].payload else {
      Issue.record("known")
      return
    }
    let inner = reference.refinement as? TerraformReference
    let json = (reference.refinement as? TerraformJSON)?.value
    if let json, case .unknown(let unknown) = json.payload {
      #expect((unknown.refinement as? TerraformReference)?.address == "aws_secretsmanager_secret.db")
    } else {
      #expect(inner?.address == "aws_secretsmanager_secret.db")
    }
  }

  @Test func documentsMergeBySid() {
    let bench = TerraformBench([
      "main.tf": """
        data "aws_iam_policy_document" "a" {
          statement {
            sid     = "One"
            actions = ["a:a"]
          }
        }
        data "aws_iam_policy_document" "b" {
          source_policy_documents   = [data.aws_iam_policy_document.a.json, "{\\"Statement\\": {\\"Sid\\": \\"Two\\", \\"Action\\": \\"b:b\\"}}"]
          override_policy_documents = ["{\\"Statement\\": [{\\"Sid\\": \\"One\\", \\"Effect\\": \\"Deny\\"}]}"]
          dynamic "statement" {
            for_each = toset(["x"])
            content {
              sid       = statement.key
              not_actions = ["c:c"]
            }
          }
        }
        output "j" { value = data.aws_iam_policy_document.b.minified_json }
        """
    ])
    #expect(
      bench.result.outputs["j"]?.string
        == #"{"Version":"2012-10-17","Statement":[{"Sid":"One","Effect":"Deny"},{"Sid":"Two","Action":"b:b"},{"Sid":"x","Effect":"Allow","NotAction":"c:c"}]}"#)
  }

  @Test func filesAndTemplatesKeepTheirLines() {
    let bench = TerraformBench([
      "main.tf": "output \"f\" { value = file(\"${path.module}/p.json\") }\noutput \"t\" { value = templatefile(\"t.tftpl\", { s = \"prod/*\" }) }\n",
      "p.json": "{\n  \"Resource\": \"*\"\n}\n", "t.tftpl": "a\n${s}\n%{ for x in [1] ~}\n- ${x}\n%{ endfor ~}\n",
    ])
    #expect(bench.edit(bench.result.outputs["f"], part: "*") == "p.json:2:*")
    #expect(bench.result.outputs["t"]?.string == "a\nprod/*\n- 1\n")
    #expect(bench.edit(bench.result.outputs["t"], part: "prod") == "main.tf:2:\"prod/*\"")
  }
}
