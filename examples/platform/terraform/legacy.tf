# Roles from before the module, and the secrets of billing.

data "aws_caller_identity" "current" {}

locals {
  secret_arn = "arn:aws:secretsmanager:${var.region}:${data.aws_caller_identity.current.account_id}:secret"
}

resource "aws_iam_role" "billing" {
  name               = "production-billing"
  assume_role_policy = data.aws_iam_policy_document.billing_trust.json
  tags               = { Environment = "production" }
}

data "aws_iam_policy_document" "billing_trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:oidc-provider/${var.oidc_provider}"]
    }

    condition {
      test     = "StringEquals"
      variable = "${var.oidc_provider}:sub"
      values   = ["system:serviceaccount:production:billing"]
    }

    condition {
      test     = "StringEquals"
      variable = "${var.oidc_provider}:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "billing" {
  name = "read-secrets"
  role = aws_iam_role.billing.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = [
          "secretsmanager:GetSecretValue",
          "secretsmanager:DescribeSecret",
          "secretsmanager:ListSecretVersionIds",
        ]
        Resource = [
          "${local.secret_arn}:production/billing/*",
          "${local.secret_arn}:prod*",
          "${local.secret_arn}:production/shared/smtp",
          "${local.secret_arn}:staging/billing/*",
        ]
      },
    ]
  })
}

# From the first plan, which gave the driver a role of its own.
resource "aws_iam_role" "driver" {
  name               = "production-secrets-store-csi-driver"
  assume_role_policy = data.aws_iam_policy_document.driver_trust.json
  tags               = { Environment = "production" }
}

data "aws_iam_policy_document" "driver_trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:oidc-provider/${var.oidc_provider}"]
    }

    condition {
      test     = "StringEquals"
      variable = "${var.oidc_provider}:sub"
      values   = ["system:serviceaccount:kube-system:secrets-store-csi-driver"]
    }

    condition {
      test     = "StringEquals"
      variable = "${var.oidc_provider}:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "driver" {
  name = "read-secrets"
  role = aws_iam_role.driver.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
        Resource = ["${local.secret_arn}:production/billing/*", "${local.secret_arn}:production/orders/*"]
      },
    ]
  })
}

resource "aws_secretsmanager_secret" "billing" {
  name = "production/billing/database"
  tags = { Environment = "production" }
}

resource "aws_secretsmanager_secret_version" "billing" {
  secret_id     = aws_secretsmanager_secret.billing.id
  secret_string = jsonencode({ host = "billing.example.com", port = 5432 })
}

resource "aws_secretsmanager_secret" "billing_mail" {
  name = "prod/billing/mail"
  tags = { Environment = "production" }
}
