import FileTree
import SourceText
import Terraform
import Testing
import Values

/// Plans as `terraform show -json` prints them.
@Suite struct PlanTests {
  private static let source = """
    data "aws_caller_identity" "me" {}
    resource "aws_iam_policy" "read" {
      name   = "read"
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = "arn:aws:secretsmanager:eu-west-1:${data.aws_caller_identity.me.account_id}:secret:prod/*" }] })
    }
    module "irsa" {
      source    = "terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts-eks"
      role_name = "web"
    }
    resource "aws_iam_role_policy_attachment" "a" {
      role       = "web"
      policy_arn = aws_iam_policy.read.arn
    }
    resource "aws_iam_role_policy_attachment" "b" {
      role       = module.irsa.iam_role_name
      policy_arn = "x"
    }
    resource "aws_iam_role" "gone" {
      count = 0
      name  = "gone"
    }
    output "account" { value = data.aws_caller_identity.me.account_id }
    """

  private static let plan = #"""
    {"format_version": "1.2", "variables": {},
     "planned_values": {
       "outputs": {"account": {"sensitive": false, "value": "731848255912"}},
       "root_module": {
         "resources": [
           {"address": "aws_iam_policy.read", "mode": "managed", "type": "aws_iam_policy", "name": "read",
            "values": {"name": "read", "policy": "{\"Statement\":[{\"Action\":\"secretsmanager:GetSecretValue\",\"Effect\":\"Allow\",\"Resource\":\"arn:aws:secretsmanager:eu-west-1:731848255912:secret:prod/*\"}]}"}},
           {"address": "aws_iam_role_policy_attachment.a", "mode": "managed", "type": "aws_iam_role_policy_attachment", "name": "a", "values": {"role": "web"}},
           {"address": "aws_iam_role_policy_attachment.b", "mode": "managed", "type": "aws_iam_role_policy_attachment", "name": "b", "values": {"policy_arn": "x"}}
         ],
         "child_modules": [{"address": "module.irsa", "resources": [
           {"address": "module.irsa.aws_iam_role.this[0]", "mode": "managed", "type": "aws_iam_role", "name": "this", "index": 0, "values": {"name": "web"}},
           {"address": "module.irsa.aws_iam_role_policy_attachment.this[\"p\"]", "mode": "managed", "type": "aws_iam_role_policy_attachment", "name": "this", "index": "p", "values": {"role": "web"}}
         ]}]
       }
     },
     "resource_changes": [
       {"address": "aws_iam_policy.read", "change": {"actions": ["create"], "after_unknown": {"arn": true, "id": true}}},
       {"address": "aws_iam_role_policy_attachment.a", "change": {"actions": ["create"], "after_unknown": {"policy_arn": true}}},
       {"address": "aws_iam_role_policy_attachment.b", "change": {"actions": ["create"], "after_unknown": {"role": true}}},
       {"address": "module.irsa.aws_iam_role_policy_attachment.this[\"p\"]", "change": {"actions": ["create"], "after_unknown": {"policy_arn": true}}}
     ],
     "prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": [
       {"address": "data.aws_caller_identity.me", "mode": "data", "type": "aws_caller_identity", "name": "me", "values": {"account_id": "731848255912"}}
     ]}}},
     "configuration": {"root_module": {"module_calls": {"irsa": {
       "expressions": {"role_policy": {"references": ["aws_iam_policy.read.arn", "aws_iam_policy.read"]}},
       "module": {
         "outputs": {"iam_role_name": {"expression": {"references": ["aws_iam_role.this[0].name", "aws_iam_role.this[0]", "aws_iam_role.this"]}}},
         "resources": [{"address": "aws_iam_role_policy_attachment.this", "mode": "managed", "type": "aws_iam_role_policy_attachment", "name": "this",
           "expressions": {"policy_arn": {"references": ["var.role_policy"]}}}]}}}}}}
    """#

  private func evaluate(_ plan: String, _ source: String = source) -> (TerraformResult, Provenance) {
    let provenance = Provenance()
    let evaluator = TerraformEvaluator(tree: MemoryFileTree(text: ["main.tf": source]), provenance: provenance)
    let file = provenance.sources.add(path: "plan.json", bytes: Array(plan.utf8))
    return (evaluator.evaluate(directory: "", plan: file, sink: DiagnosticSink()), provenance)
  }

  private func line(_ origin: Origin?, _ provenance: Provenance) -> String? {
    guard let span = origin.flatMap({ provenance.origins.editPlace($0) }), let file = provenance.sources.file(span.source) else { return nil }
    return "\(file.path):\(file.position(span.start).line)"
  }

  private func reference(_ value: Value?) -> String? {
    guard case .unknown(let unknown)? = value?.payload, let reference = unknown.refinement as? TerraformReference else { return nil }
    return reference.address + " " + reference.attributePath
  }

  @Test func valuesAreThePlansAndPlacesTheSources() throws {
    let (result, provenance) = evaluate(Self.plan)
    #expect(result.diagnostics.isEmpty)
    #expect(
      result.resources.map(\.address) == [
        "aws_iam_policy.read", "aws_iam_role_policy_attachment.a", "aws_iam_role_policy_attachment.b", "module.irsa.aws_iam_role.this[0]",
        "module.irsa.aws_iam_role_policy_attachment.this[\"p\"]", "data.aws_caller_identity.me",
      ])
    let policy = try #require(result.resources.first)
    #expect(policy.attributes["policy"]?.string?.contains("eu-west-1:731848255912:secret:prod/*") == true)
    #expect(line(policy.attributes["policy"]?.origin, provenance) == "main.tf:4")
    #expect(line(policy.origin, provenance) == "main.tf:2")
    #expect(policy.attributes["arn"]?.isUnknown == true)
    #expect(result.outputs["account"]?.string == "731848255912")
  }

  @Test func whatIsKnownAfterApplyStaysAReference() {
    let (result, _) = evaluate(Self.plan)
    func attribute(_ address: String, _ name: String) -> Value? { result.resources.first { $0.address == address }?.attributes[name] }
    #expect(reference(attribute("aws_iam_role_policy_attachment.a", "policy_arn")) == "aws_iam_policy.read arn")
    // Through an output of a module that only the plan looks into.
    #expect(reference(attribute("aws_iam_role_policy_attachment.b", "role")) == "module.irsa.aws_iam_role.this[0] name")
    // Through an argument of the module's call.
    #expect(reference(attribute("module.irsa.aws_iam_role_policy_attachment.this[\"p\"]", "policy_arn")) == "aws_iam_policy.read arn")
  }

  @Test func modulesThatThePlanLooksIntoAreNoLongerForeign() {
    let (result, provenance) = evaluate(Self.plan)
    #expect(result.externalModules.isEmpty)
    let role = result.resources.first { $0.type == "aws_iam_role" }
    #expect(role?.attributes["name"]?.string == "web")
    // The call is what a person edits.
    #expect(line(role?.origin, provenance) == "main.tf:6")
  }

  @Test(arguments: [
    ("", "terraform/plan"), ("{", "terraform/plan"), ("[]", "terraform/plan"), ("{\"format_version\": \"1.2\"}", "terraform/plan"),
    (String(repeating: "[", count: 100_000), "terraform/plan"),
  ])
  func whatIsNoPlanIsReported(text: String, code: String) {
    let (result, _) = evaluate(text)
    #expect(result.diagnostics.map(\.code) == [code])
    #expect(!result.resources.isEmpty)
  }

  @Test func aStateIsReadToo() {
    let (result, _) = evaluate(
      #"{"format_version": "1.0", "values": {"root_module": {"resources": [{"address": "aws_iam_role.x", "mode": "managed", "type": "aws_iam_role", "name": "x", "values": {"name": "x"}}]}}}"#)
    #expect(result.resources.first?.attributes["name"]?.string == "x")
  }
}
