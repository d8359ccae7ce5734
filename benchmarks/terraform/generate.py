"""Writes a Terraform root of many blocks that needs no provider but terraform's own: locals, resources with for_each, module calls,
outputs. Usage: generate.py DIRECTORY BLOCKS"""
import os
import sys


def main():
    directory, blocks = sys.argv[1], int(sys.argv[2])
    os.makedirs(os.path.join(directory, "module"), exist_ok=True)
    # Four blocks a group; a module call counts as one, what it makes is not counted.
    groups = blocks // 4
    with open(os.path.join(directory, "main.tf"), "w") as out:
        out.write('variable "environment" {\n  default = "production"\n}\n\n')
        for n in range(groups):
            out.write(f"""locals {{
  names_{n}  = [for s in ["web", "api", "job"] : "${{var.environment}}/${{s}}/{n}"]
  policy_{n} = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = ["secretsmanager:GetSecretValue"], Resource = [for n in local.names_{n} : "arn:aws:secretsmanager:*:*:secret:${{n}}-*"] }}]
  }})
}}

resource "terraform_data" "role_{n}" {{
  for_each = toset(local.names_{n})
  input    = {{ name = replace(each.key, "/", "-"), policy = local.policy_{n}, tags = merge({{ a = "b" }}, {{ n = "{n}" }}) }}
}}

module "reader_{n}" {{
  source = "./module"
  prefix = "${{var.environment}}/{n}"
}}

output "names_{n}" {{
  value = [for k, v in terraform_data.role_{n} : upper(v.input.name)]
}}

""")
    with open(os.path.join(directory, "module", "main.tf"), "w") as out:
        out.write("""variable "prefix" {
  type    = string
  default = "*"
}

locals {
  resource = format("arn:aws:secretsmanager:*:*:secret:%s/*", var.prefix)
}

resource "terraform_data" "policy" {
  input = local.resource
}

output "resource" {
  value = local.resource
}
""")
    print(f"{groups * 4} blocks and a module that {groups} of them call")


main()
