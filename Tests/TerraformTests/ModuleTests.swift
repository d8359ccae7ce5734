import SourceText
import Terraform
import Testing
import Values

@Suite struct ModuleTests {
  @Test func defaultsArgumentsAndFilesAreThePlacesToEdit() throws {
    let module = """
      variable "secret_prefix" {
        default = "*"
      }
      resource "aws_iam_role_policy" "this" {
        policy = "arn:aws:secretsmanager:eu-west-1:1:secret:${var.secret_prefix}/*"
      }
      """
    var bench = TerraformBench(["modules/m/main.tf": module, "main.tf": "module \"a\" {\n  source = \"./modules/m\"\n}\n"])
    var policy = bench.resource("module.a.aws_iam_role_policy.this")?.attributes["policy"]
    #expect(policy?.string == "arn:aws:secretsmanager:eu-west-1:1:secret:*/*")
    #expect(bench.edit(policy, part: "*/") == "modules/m/main.tf:2:\"*\"")
    #expect(bench.edit(policy, part: "/*") == "modules/m/main.tf:5:/*")

    bench = TerraformBench([
      "modules/m/main.tf": module, "main.tf": "module \"a\" {\n  source        = \"./modules/m\"\n  secret_prefix = \"prod\"\n}\n",
    ])
    policy = bench.resource("module.a.aws_iam_role_policy.this")?.attributes["policy"]
    #expect(bench.edit(policy, part: "prod") == "main.tf:3:\"prod\"")

    bench = TerraformBench([
      "modules/m/main.tf": module,
      "main.tf": "variable \"p\" {}\nmodule \"a\" {\n  source        = \"./modules/m\"\n  secret_prefix = var.p\n}\n",
      "prod.tfvars": "\np = \"prod/*\"\n",
    ], variableFiles: ["prod.tfvars"])
    policy = bench.resource("module.a.aws_iam_role_policy.this")?.attributes["policy"]
    #expect(bench.edit(policy, part: "prod") == "prod.tfvars:2:\"prod/*\"")
    #expect(bench.result.variableFile == "prod.tfvars")
  }

  @Test func missingVariablesAreUnknownNotErrors() {
    let files = ["main.tf": "variable \"p\" {}\noutput \"x\" {\n  value = \"a/${var.p}/*\"\n}\n"]
    let bench = TerraformBench(files)
    #expect(bench.result.diagnostics.isEmpty)
    guard case .unknown(let unknown)? = bench.result.outputs["x"]?.payload else {
      Issue.record("known")
      return
    }
    #expect(unknown.reason == "variable `p` is not set")
    let parts = (unknown.refinement as? TerraformPartialText)?.parts ?? []
    #expect(parts.map { $0.string ?? "?" } == ["a/", "?", "/*"])
    #expect(TerraformBench(files, strict: true).codes == ["terraform/missing-variable"])
  }

  @Test func variablesFilesGoInOrder() {
    let bench = TerraformBench([
      "main.tf": "variable \"x\" { default = 0 }\nvariable \"y\" { default = 0 }\nvariable \"z\" { default = 0 }\noutput \"all\" { value = [var.x, var.y, var.z] }\n",
      "terraform.tfvars": "x = 1\ny = 1\nz = 1\n", "a.auto.tfvars": "y = 2\nz = 2\n", "b.auto.tfvars.json": "{\"z\": 3}",
    ], variables: [("x", "9")])
    #expect(bench.json("all") == "[\"9\",2,3]")
  }

  @Test func countAndForEachMakeInstances() {
    let bench = TerraformBench([
      "main.tf": """
        resource "aws_x" "c" {
          count = 2
          name  = "n${count.index}"
        }
        resource "aws_x" "e" {
          for_each = { b = 2, a = 1 }
          name     = "${each.key}${each.value}"
        }
        resource "aws_x" "u" {
          count = var.n
          name  = "u"
        }
        variable "n" {}
        output "c" { value = aws_x.c[*].name }
        output "u" { value = aws_x.u[0].name }
        """
    ])
    #expect(bench.result.resources.map(\.address) == ["aws_x.c[0]", "aws_x.c[1]", "aws_x.e[\"a\"]", "aws_x.e[\"b\"]", "aws_x.u[*]"])
    #expect(bench.json("c") == "[\"n0\",\"n1\"]")
    #expect(bench.json("u") == "\"u\"")
    #expect(bench.result.diagnostics.isEmpty)
  }

  @Test func attributesAreReferences() throws {
    let bench = TerraformBench([
      "main.tf": """
        resource "aws_iam_role" "web" {
          name = "web"
        }
        resource "aws_iam_policy" "read" {}
        resource "aws_iam_role_policy_attachment" "a" {
          role       = aws_iam_role.web.id
          policy_arn = aws_iam_policy.read.id
        }
        output "issuer" { value = data.aws_eks_cluster.c.identity[0].oidc[0].issuer }
        data "aws_eks_cluster" "c" { name = "c" }
        """
    ])
    let attachment = try #require(bench.resource("aws_iam_role_policy_attachment.a"))
    #expect(attachment.attributes["role"]?.string == "web")
    guard case .unknown(let arn)? = attachment.attributes["policy_arn"]?.payload, case .unknown(let issuer)? = bench.result.outputs["issuer"]?.payload
    else {
      Issue.record("known")
      return
    }
    let reference = try #require(arn.refinement as? TerraformReference)
    #expect(reference.address == "aws_iam_policy.read")
    #expect(reference.attributePath == "arn")
    #expect((issuer.refinement as? TerraformReference)?.attributePath == "identity[0].oidc[0].issuer")
    #expect(issuer.reason == "data source `data.aws_eks_cluster.c`")
    #expect(bench.resource("aws_iam_role.web")?.attributes["arn"]?.isUnknown == true)
  }

  @Test func foreignModulesAreRecorded() throws {
    let bench = TerraformBench([
      "main.tf": """
        module "irsa" {
          source    = "terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts-eks"
          version   = "~> 5.0"
          role_name = "x-${local.env}"
        }
        locals { env = "prod" }
        output "arn" { value = module.irsa.iam_role_arn }
        """
    ])
    let module = try #require(bench.result.externalModules.first)
    #expect(module.version == "~> 5.0")
    #expect(module.arguments["role_name"]?.string == "x-prod")
    #expect(bench.edit(module.arguments["role_name"], part: "prod") == "main.tf:6:\"prod\"")
    guard case .unknown(let arn)? = bench.result.outputs["arn"]?.payload else {
      Issue.record("known")
      return
    }
    #expect((arn.refinement as? TerraformReference)?.address == "module.irsa")
    #expect((arn.refinement as? TerraformReference)?.attributePath == "iam_role_arn")
  }

  @Test func modulesMayDependOnTheirOwnOutputs() {
    let bench = TerraformBench([
      "main.tf": """
        module "eks" {
          source = "terraform-aws-modules/eks/aws"
          sg     = aws_x.sg.name
        }
        module "own" {
          source = "./own"
          a      = 1
          b      = module.own.first
        }
        resource "aws_x" "sg" { name = "sg-${module.eks.id}" }
        """,
      "own/main.tf": "variable \"a\" {}\nvariable \"b\" {}\noutput \"first\" { value = var.a }\noutput \"second\" { value = var.b }\n",
    ])
    #expect(bench.result.diagnostics.isEmpty)
    #expect(bench.result.externalModules.first?.arguments["sg"]?.isUnknown == true)
  }

  @Test(arguments: [
    ("locals {\n  a = local.b\n  b = local.a\n}\n", "terraform/cycle", 3),
    ("output \"x\" { value = var.nope }\n", "terraform/undeclared-reference", 1),
    ("output \"x\" { value = aws_x.nope.id }\n", "terraform/undeclared-reference", 1),
    ("output \"x\" { value = nosuch(1) }\n", "terraform/unknown-function", 1),
    ("variable \"n\" {\n  type    = number\n  default = \"abc\"\n}\n", "terraform/invalid-default", 3),
    ("outputs \"x\" {}\n", "terraform/unsupported-block", 1),
    ("variable \"a\" {}\nvariable \"a\" {}\n", "terraform/duplicate", 2),
    ("module \"m\" { source = \"./nope\" }\n", "terraform/module-not-found", 1),
    ("module \"m\" { source = \"./\" }\n", "terraform/module-cycle", 1),
    ("output \"x\" { value = file(\"../../etc/passwd\") }\n", "terraform/file-outside-root", 1),
    ("output \"x\" { value = file(\"/etc/passwd\") }\n", "terraform/file-outside-root", 1),
    ("resource \"aws_x\" \"y\" {\n  for_each = null\n}\n", "terraform/invalid-for-each", 2),
    ("resource \"aws_x\" \"y\" {\n  count = 1000000\n}\n", "terraform/invalid-count", 2),
    ("locals { a = 1 +\n}\n", "hcl/syntax", 1),
  ])
  func errorsAreLocatedAndEvaluationGoesOn(_ text: String, _ code: String, _ line: Int) throws {
    let bench = TerraformBench(["main.tf": text + "output \"after\" { value = \"fine\" }\n"])
    let diagnostic = try #require(bench.result.diagnostics.first)
    #expect(diagnostic.code == code)
    let span = try #require(diagnostic.span)
    #expect(bench.provenance.sources.file(span.source)?.position(span.start).line == line)
    #expect(bench.json("after") == "\"fine\"")
  }

  @Test func longChainsAndManyModulesAreBounded() {
    let chain = (0..<3000).map { "  l\($0) = local.l\($0 + 1)\n" }.joined()
    var codes: [String] = []
    // Nesting follows the input, so a large stack is part of the contract.
    codes = Parallel.map(1, workers: 1) { _ in TerraformBench(["main.tf": "locals {\n\(chain)  l3000 = 1\n}\n"]).codes }.first ?? []
    #expect(codes.contains("terraform/nesting"))
    var files: [String: String] = [:]
    for level in 0..<30 {
      files["m\(level)/main.tf"] = "module \"a\" { source = \"../m\(level + 1)\" }\nmodule \"b\" { source = \"../m\(level + 1)\" }\n"
    }
    files["m30/main.tf"] = "locals { a = 1 }\n"
    let many = files
    codes = Parallel.map(1, workers: 1) { _ in TerraformBench(many, directory: "m0").codes }.first ?? []
    #expect(codes.contains("terraform/module-instances"))
  }

  @Test func overridesReplaceArgumentsAndBlocks() {
    let bench = TerraformBench([
      "main.tf": "resource \"aws_x\" \"d\" {\n  name = \"base\"\n  kept = 1\n  s { id = \"one\" }\n}\n",
      "z_override.tf": "resource \"aws_x\" \"d\" {\n  name = \"over\"\n  s { id = \"two\" }\n  s { id = \"three\" }\n}\n",
    ])
    let attributes = bench.resource("aws_x.d")?.attributes
    #expect(attributes?["name"]?.string == "over")
    #expect(attributes?["kept"]?.int == 1)
    #expect(attributes?["s"]?.list?.compactMap { $0["id"]?.string } == ["two", "three"])
  }

  @Test func calledModulesAreFoundWithoutEvaluation() {
    let evaluator = TerraformEvaluator(
      tree: TerraformBench.tree([
        "envs/prod/main.tf": "module \"a\" { source = \"../../modules/a\" }\nmodule \"b\" { source = \"hashicorp/x/y\" }\n",
        "modules/a/main.tf": "module \"c\" { source = \"./c\" }\nmodule \"d\" { source = \"./c\" }\n", "modules/a/c/main.tf": "",
      ]), provenance: Provenance())
    #expect(evaluator.calledModules(in: "envs/prod") == ["modules/a"])
    #expect(evaluator.calledModules(in: "modules/a") == ["modules/a/c"])
    #expect(evaluator.isModule("modules/a"))
    #expect(!evaluator.isModule("envs"))
  }
}
