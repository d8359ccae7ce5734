import ArgoCD
import FileTree
import Rendering
import SourceText
import Terraform
import Testing
import Values

@testable import AccessModel

extension ModelFixture {
  /// Evaluates a Terraform root.
  mutating func addTerraform(_ files: [String: String], directory: String = "terraform") {
    let tree = MemoryFileTree(text: Dictionary(files.map { (directory + "/" + $0.key, $0.value) }, uniquingKeysWith: { first, _ in first }))
    terraform.append(TerraformEvaluator(tree: tree, provenance: provenance).evaluate(directory: directory, sink: DiagnosticSink()))
  }
}

private let role = """
  variable "prefix" {
    default = "staging/web"
  }
  variable "issuer" {
    default = "oidc.eks.eu-west-1.amazonaws.com/id/AB"
  }
  data "aws_caller_identity" "me" {}
  data "aws_region" "here" {}
  data "aws_iam_policy_document" "trust" {
    statement {
      actions = ["sts:AssumeRoleWithWebIdentity"]
      principals {
        type        = "Federated"
        identifiers = ["arn:aws:iam::${data.aws_caller_identity.me.account_id}:oidc-provider/${var.issuer}"]
      }
      condition {
        test     = "StringEquals"
        variable = "${var.issuer}:sub"
        values   = ["system:serviceaccount:staging:web"]
      }
      condition {
        test     = "StringEquals"
        variable = "${var.issuer}:aud"
        values   = ["sts.amazonaws.com"]
      }
    }
  }
  resource "aws_iam_role" "web" {
    name               = "web"
    assume_role_policy = data.aws_iam_policy_document.trust.json
    tags               = { Environment = "stg" }
  }
  data "aws_iam_policy_document" "read" {
    statement {
      actions   = ["secretsmanager:GetSecretValue"]
      resources = ["arn:aws:secretsmanager:${data.aws_region.here.name}:${data.aws_caller_identity.me.account_id}:secret:${var.prefix}/*"]
    }
  }
  resource "aws_iam_role_policy" "read" {
    role   = aws_iam_role.web.id
    policy = data.aws_iam_policy_document.read.json
  }
  """

private let pod = """
  apiVersion: v1
  kind: Pod
  metadata: {name: web}
  spec:
    serviceAccountName: web
    containers: [{name: app, volumeMounts: [{name: s, mountPath: /s}]}]
    volumes:
      - name: s
        csi: {driver: secrets-store.csi.k8s.io, readOnly: true, volumeAttributes: {secretProviderClass: web}}
  ---
  apiVersion: secrets-store.csi.x-k8s.io/v1
  kind: SecretProviderClass
  metadata: {name: web}
  spec:
    provider: aws
    parameters:
      objects: |
        - {objectName: staging/web/database, objectType: secretsmanager, jmesPath: [{path: port, objectAlias: port}]}
        - {objectName: staging/api/database, objectType: secretsmanager}
  ---
  apiVersion: v1
  kind: ServiceAccount
  metadata:
    name: web
    annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::210987654399:role/web"}
  """

private func replaced(_ text: String, _ old: String, _ new: String) -> String {
  text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
}

struct IdentitySideTests {
  @Test func theChainFromPodToPolicyIsJoined() throws {
    var fixture = ModelFixture()
    fixture.add("web", pod)
    fixture.addTerraform(["main.tf": role])
    let graph = fixture.build()
    let found = try #require(graph.first(.role))
    #expect(found.text("name") == "web")
    #expect(found.text("environment") == "staging")
    #expect(found.bool("policiesKnown") == true && found.bool("trustKnown") == true)
    #expect(found.bool("isWebIdentity") == true)
    #expect(found.texts("readEnvironments") == ["staging"])
    #expect(found.texts("subjects") == ["system:serviceaccount:staging:web"])
    let trust = try #require(graph.first(.trust))
    #expect(trust.text("subjectScope") == "exact" && trust.text("audienceState") == "ok" && trust.text("issuerKind") == "eks" && trust.text("keyMismatch") == "")
    let resource = try #require(graph.first(.policyResource))
    #expect(resource.text("class") == "prefix")
    #expect(resource.text("firstSegment") == "staging" && resource.text("resourceEnvironment") == "staging")
    let account = try #require(graph.first(.serviceAccount))
    #expect(account.node("role") === found)
    #expect(account.bool("isAdmitted") == true)
    #expect(graph.first(.workload)?.node("role") === found)
    let objects = graph[.secretObject]
    #expect(objects.map { $0.bool("isReadable") } == [true, false])
    #expect(objects[1].text("unreadableDetail")?.contains("staging/web/*") == true)
    for (type, nodes) in graph.nodes {
      for node in nodes { #expect(node.memberNames == ModelSchema.fields(of: type).map(\.name)) }
    }
  }

  @Test func aWildcardLeadsBackToTheVariablesDefault() throws {
    var fixture = ModelFixture()
    fixture.addTerraform(["main.tf": replaced(role, "staging/web\"", "*\"")])
    let resource = try #require(fixture.build().first(.policyResource))
    #expect(resource.text("class") == "unbounded")
    #expect(resource.bool("grantsRead") == true)
    #expect(fixture.line(resource.fields["pattern"]) == "terraform/main.tf:2")
  }

  @Test func theWildcardDecidesWhereToEditInKnownTextToo() throws {
    var fixture = ModelFixture()
    let known = replaced(replaced(role, "${data.aws_region.here.name}:${data.aws_caller_identity.me.account_id}:secret", "*:*:secret"), "staging/web\"", "*\"")
    fixture.addTerraform(["main.tf": known])
    let resource = try #require(fixture.build().first(.policyResource))
    #expect(resource.text("class") == "unbounded")
    #expect(fixture.line(resource.fields["pattern"]) == "terraform/main.tf:2")
  }

  @Test(arguments: [
    ("staging/web\"", "prod*\"", "partial-segment"), ("staging/web\"", "staging\"", "environment"), ("${var.prefix}/*\"", "staging/web/db\"", "never"),
    ("${var.prefix}/*\"", "production-*\"", "partial-segment"), ("${var.prefix}/*\"", "database-*\"", "name-wildcard"),
    ("${var.prefix}/*\"", "staging/web/db-??????\"", "exact"),
  ])
  func resourcesHaveClasses(old: String, new: String, expected: String) throws {
    var fixture = ModelFixture()
    fixture.addTerraform(["main.tf": replaced(role, old, new)])
    #expect(try #require(fixture.build().first(.policyResource)).text("class") == expected)
  }

  @Test func subjectsThatDoNotFitAreNamed() throws {
    var fixture = ModelFixture()
    fixture.add("web", pod)
    fixture.addTerraform(["main.tf": replaced(role, "serviceaccount:staging:web", "serviceaccount:staging:web-api")])
    let account = try #require(fixture.build().first(.serviceAccount))
    #expect(account.bool("isAdmitted") == false)
    #expect(account.text("admissionDetail") == "the role admits only 'system:serviceaccount:staging:web-api'")
    #expect(fixture.line(account.fields["isAdmitted"]) == "web.yaml:25")
    #expect(fixture.line(account.fields["admissionDetail"]) == "terraform/main.tf:19")
  }

  @Test func thePartOfTheSubjectThatDepartsIsNamed() throws {
    var fixture = ModelFixture()
    fixture.add("web", pod)
    let split = replaced(role, "serviceaccount:staging:web\"", "serviceaccount:${var.namespace}:${var.account}\"")
    fixture.addTerraform(["main.tf": split, "variables.tf": "variable \"namespace\" {\n  default = \"staging\"\n}\nvariable \"account\" {\n  default = \"web-api\"\n}\n"])
    let account = try #require(fixture.build().first(.serviceAccount))
    #expect(fixture.line(account.fields["admissionDetail"]) == "terraform/variables.tf:5")
  }

  @Test func actionsThatAreMissingAreTold() throws {
    var fixture = ModelFixture()
    fixture.add("web", pod)
    fixture.addChart("secrets-store-csi-driver", "1.5.4", "enableSecretRotation: true")
    fixture.addTerraform(["main.tf": role])
    let object = try #require(fixture.build().first(.secretObject))
    #expect(object.bool("isReadable") == true && object.bool("isCovered") == true && object.bool("needsDescribe") == true)
    #expect(object.texts("missingActions") == ["secretsmanager:DescribeSecret"])
    #expect(fixture.line(object.fields["missingActions"]?[0]) == "terraform/main.tf:35")
    #expect(object.bool("canDecrypt") == false)
    var parameter = ModelFixture()
    parameter.add("web", replaced(replaced(pod, "objectType: secretsmanager, jmesPath: [{path: port, objectAlias: port}]", "objectType: ssmparameter"), "objectName: staging/web", "objectName: /staging/web"))
    parameter.addTerraform(["main.tf": replaced(replaced(role, ":secret:", ":parameter/"), "secretsmanager", "ssm")])
    #expect(parameter.build().first(.secretObject)?.bool("isReadable") == false)
    parameter.terraform = []
    parameter.addTerraform(["main.tf": replaced(replaced(replaced(role, ":secret:", ":parameter/"), "secretsmanager", "ssm"), "GetSecretValue", "GetParameter*")])
    #expect(parameter.build().first(.secretObject)?.bool("isReadable") == true)
  }

  @Test func rolesThatAreNotDefinedAreUnknown() throws {
    var fixture = ModelFixture()
    fixture.add("web", replaced(pod, "role/web", "role/wib"))
    fixture.addTerraform(["main.tf": role])
    let account = try #require(fixture.build().first(.serviceAccount))
    #expect(account.isUnknown("role") && account.isUnknown("isAdmitted"))
    #expect(account.bool("roleIsDefined") == false)
    #expect(account.text("nearestRole") == "web")
    var alone = ModelFixture()
    alone.add("web", pod)
    #expect(alone.build().first(.serviceAccount)?.isUnknown("roleIsDefined") == true)
  }

  @Test func secretsOfTerraformAreJoinedByName() throws {
    var fixture = ModelFixture()
    fixture.add("web", pod)
    fixture.addTerraform([
      "main.tf": """
      resource "aws_secretsmanager_secret" "db" {
        name = "staging/web/database"
        tags = { Environment = "staging" }
      }
      resource "aws_secretsmanager_secret_version" "db" {
        secret_id     = aws_secretsmanager_secret.db.id
        secret_string = jsonencode({ user = "x", port = 5432 })
      }
      """
    ])
    let graph = fixture.build()
    let secret = try #require(graph.first(.awsSecret))
    #expect(secret.text("pathEnvironment") == "staging")
    #expect(secret.records("keys", "type").sorted() == ["number", "string"])
    let objects = graph[.secretObject]
    #expect(objects[0].node("awsSecret") === secret)
    #expect(objects[0].records("jmesPaths", "resultType") == ["number"])
    #expect(objects[1].fields["awsSecret"]?.isNull == true)
    let json = String(decoding: ModelQueries(graph: graph, provenance: fixture.provenance).inspectJSON(), as: UTF8.self)
    #expect(!json.contains("5432"))
  }

  @Test func communityModulesGrantWhatTheirDefaultsSay() throws {
    var fixture = ModelFixture()
    fixture.addTerraform([
      "main.tf": """
      module "irsa" {
        source    = "terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts-eks"
        version   = "~> 5.0"
        role_name = "external-secrets"
        attach_external_secrets_policy = true
        oidc_providers = {
          main = {
            provider_arn               = "arn:aws:iam::210987654399:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB"
            namespace_service_accounts = ["staging:web"]
          }
        }
      }
      module "new" {
        source = "terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts"
        name   = "new"
        attach_external_secrets_policy = true
      }
      module "open" {
        source       = "terraform-aws-modules/iam/aws//modules/iam-assumable-role-with-oidc"
        create_role  = true
        role_name    = "open"
        provider_url = "oidc.eks.eu-west-1.amazonaws.com/id/AB"
      }
      """
    ])
    let graph = fixture.build()
    let roles = graph[.role]
    #expect(roles.map { $0.text("name") } == ["external-secrets", nil, "open"])
    let resource = try #require(graph.first(.policyResource))
    #expect(graph[.policyResource].count == 1)
    #expect(resource.text("class") == "unbounded" && resource.bool("isModuleDefault") == true)
    #expect(fixture.line(resource.fields["pattern"]) == "terraform/main.tf:5")
    #expect(roles[0].texts("subjects") == ["system:serviceaccount:staging:web"])
    let open = try #require(graph[.trust].last)
    #expect(open.text("subjectScope") == "everyone" && open.text("audienceState") == "missing")
  }

  @Test func managedPoliciesAndUnknownOnesAreTold() throws {
    var fixture = ModelFixture()
    fixture.addTerraform([
      "main.tf": role + """

      resource "aws_iam_role_policy_attachment" "broad" {
        role       = aws_iam_role.web.name
        policy_arn = "arn:aws:iam::aws:policy/SecretsManagerReadWrite"
      }
      resource "aws_iam_role_policy_attachment" "other" {
        role       = "web"
        policy_arn = "arn:aws:iam::210987654399:policy/elsewhere"
      }
      """
    ])
    let found = try #require(fixture.build().first(.role))
    #expect(found.texts("broadManagedPolicies") == ["SecretsManagerReadWrite"])
    #expect(found.bool("policiesKnown") == false)
  }

  @Test func whoCanNamesRoleAndLine() throws {
    var fixture = ModelFixture()
    fixture.add("web", pod)
    fixture.addTerraform(["main.tf": role])
    let queries = ModelQueries(graph: fixture.build(), provenance: fixture.provenance)
    let text = String(decoding: queries.whoCanText("staging/web/database"), as: UTF8.self)
    #expect(text.hasPrefix("staging:\ncan: role `web`"))
    #expect(text.contains("in staging Pod `web`"))
    #expect(String(decoding: queries.whoCanText("production/x"), as: UTF8.self).hasPrefix("no role"))
  }
}
