# Names and keys only: values are written by hand or by rotation, never by Terraform.

resource "aws_secretsmanager_secret" "database" {
  for_each = { for pair in setproduct(["dev", "staging", "production"], local.services) : "${pair[0]}/${pair[1]}" => pair }

  name = "${each.key}/database"

  tags = {
    Environment = each.value[0]
    Application = each.value[1]
  }
}
