import Testing
import Values

@testable import AccessModel

/// Objects of Kubernetes that Terraform declares take part in the model like rendered ones.
struct TerraformObjectTests {
  private static let workload = """
    resource "kubernetes_namespace" "shop" {
      metadata {
        name = "shop"
      }
    }
    resource "kubernetes_deployment_v1" "web" {
      metadata {
        name        = "web"
        namespace   = kubernetes_namespace.shop.metadata[0].name
        annotations = { "reloader.stakater.com/auto" = "true" }
      }
      spec {
        replicas = 2
        selector {
          match_labels = { app = "web" }
        }
        template {
          metadata {
            labels = { app = "web" }
          }
          spec {
            service_account_name = "web"
            container {
              name  = "web"
              image = "web:1"
              env_from {
                secret_ref {
                  name = "web-env"
                }
              }
              env {
                name = "PASSWORD"
                value_from {
                  secret_key_ref {
                    name = "plain"
                    key  = "password"
                  }
                }
              }
              volume_mount {
                name       = "secrets"
                mount_path = "/mnt"
              }
            }
            volume {
              name = "secrets"
              csi {
                driver            = "secrets-store.csi.k8s.io"
                read_only         = true
                volume_attributes = { secretProviderClass = "web" }
              }
            }
          }
        }
      }
    }
    resource "kubernetes_secret" "plain" {
      metadata {
        name      = "plain"
        namespace = "shop"
      }
      data = { password = var.password, host = "db" }
    }
    variable "password" { sensitive = true }
    """

  private static let manifest = """
    resource "kubernetes_manifest" "spc" {
      manifest = {
        apiVersion = "secrets-store.csi.x-k8s.io/v1"
        kind       = "SecretProviderClass"
        metadata   = { name = "web", namespace = "shop" }
        spec = {
          provider = "aws"
          parameters = {
            objects = yamlencode([{ objectName = "production/web/db", objectType = "secretsmanager" }])
          }
          secretObjects = [{ secretName = "web-env", type = "Opaque", data = [{ objectName = "production_web_db", key = "db" }] }]
        }
      }
    }
    """

  @Test func typedResourcesAreTheirManifests() throws {
    var fixture = ModelFixture()
    fixture.addTerraform(["main.tf": Self.workload + "\n" + Self.manifest])
    let graph = fixture.build()
    let workload = try #require(graph.first(.workload, "web"))
    #expect(workload.text("namespace") == "shop")
    #expect(workload.text("serviceAccountName") == "web")
    let volume = try #require(graph.first(.csiVolume))
    #expect(volume.bool("readOnly") == true && volume.bool("isMounted") == true)
    #expect(volume.node("secretProviderClass")?.text("name") == "web")
    #expect(graph.first(.secretObject)?.texts("mountedBy") == ["shop Deployment `web`"])
    #expect(fixture.line(graph.first(.secretObject)?.fields["objectName"]) == "terraform/main.tf:\(Self.line(of: "objectName = \"production", in: Self.workload + "\n" + Self.manifest))")
    let references = graph[.secretReference].map { ($0.text("name") ?? "", $0.bool("provided"), $0.text("providedBy")) }
    #expect(references.contains { $0 == ("web-env", true, "synced") })
    #expect(references.contains { $0 == ("plain", true, "manifest") })
    #expect(graph.first(.deployment)?.text("tool") == "terraform")
    // Only what stands in the source is a value in Git.
    #expect(graph.first(.secret, "plain")?.texts("literalKeys").count == 1)
  }

  private static func line(of text: String, in source: String) -> Int {
    (source.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains(text) } ?? -1) + 1
  }

  @Test func textOfManifestsIsRead() {
    var fixture = ModelFixture()
    fixture.addTerraform([
      "main.tf": "resource \"kubectl_manifest\" \"spc\" {\n  yaml_body = file(\"${path.module}/spc.yaml\")\n}\nresource \"kubectl_manifest\" \"other\" {\n  yaml_body = var.text\n}\nvariable \"text\" {}\n",
      "spc.yaml": "apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\nmetadata: {name: web}\nspec:\n  provider: aws\n  parameters:\n    objects: |\n      - objectName: prod/x\n        objectType: secretsmanager\n",
    ])
    let graph = fixture.build()
    #expect(graph.first(.secretProviderClass)?.text("namespace") == "default")
    #expect(fixture.line(graph.first(.secretObject)?.fields["objectName"]) == "terraform/spc.yaml:8")
    // One manifest is not known: absence proves nothing.
    #expect(graph.first(.deployment)?.text("status") == "partial")
  }

  @Test(arguments: [("service_account_name", "serviceAccountName"), ("env", "env"), ("metadata", "metadata"), ("a__b", "aB")])
  func namesOfArguments(name: String, expected: String) {
    #expect(TerraformObjects.camel(name) == expected)
  }

  @Test(arguments: ["cluster_addons", "addons"])
  func addonsOfClusterModulesAreInstallations(input: String) throws {
    var fixture = ModelFixture()
    fixture.addTerraform([
      "main.tf": """
        module "eks" {
          source = "terraform-aws-modules/eks/aws"
          \(input) = {
            coredns = {}
            aws-secrets-store-csi-driver-provider = {
              configuration_values = jsonencode({
                secrets-store-csi-driver = { enableSecretRotation = true, rotationPollInterval = "2m" }
              })
            }
          }
        }
        """
    ])
    let graph = fixture.build()
    #expect(graph[.provider].count == 1)
    let driver = try #require(graph.first(.driver))
    #expect(driver.bool("rotationEnabled") == true)
    #expect(driver.text("rotationInterval") == "2m")
    #expect(fixture.line(driver.fields["rotationInterval"]) == "terraform/main.tf:7")
  }

  @Test func rolesOfACKAreRoles() throws {
    var fixture = ModelFixture()
    fixture.add(
      "ack",
      """
      apiVersion: iam.services.k8s.aws/v1alpha1
      kind: Role
      metadata: {name: web}
      spec:
        name: web-staging
        assumeRolePolicyDocument: |
          {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
            "Principal": {"Federated": "arn:aws:iam::731848255912:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A"},
            "Condition": {"StringLike": {"oidc.eks.eu-west-1.amazonaws.com/id/A:sub": "system:serviceaccount:*:web"}}}]}
        inlinePolicies:
          read: |
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]}
        policies: ["arn:aws:iam::aws:policy/PowerUserAccess"]
      """)
    let graph = fixture.build()
    let role = try #require(graph.first(.role, "web-staging"))
    #expect(role.bool("policiesKnown") == true && role.bool("readsSecrets") == true)
    #expect(role.texts("broadManagedPolicies") == ["PowerUserAccess"])
    #expect(graph.first(.trust)?.text("subjectScope") == "any-namespace")
    #expect(graph.first(.policyResource)?.text("class") == "unbounded")
    #expect(fixture.line(graph.first(.policyResource)?.fields["pattern"]) == "ack.yaml:12")
  }

  @Test func rootsWithoutObjectsAreNoDeployments() {
    var fixture = ModelFixture()
    fixture.addTerraform(["main.tf": "resource \"aws_s3_bucket\" \"x\" { bucket = \"x\" }\n"])
    #expect(fixture.build()[.deployment].isEmpty)
  }
}
