# One role for each service and environment: IRSA by the module, one call an environment.

terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region = var.region
}

locals {
  services = toset(["orders", "payments"])
}

module "dev_irsa" {
  source   = "./modules/secrets-manager-irsa"
  for_each = local.services

  role_name       = "dev-${each.key}"
  environment     = "dev"
  namespace       = "dev"
  service_account = each.key
  oidc_provider   = var.oidc_provider
}

module "staging_irsa" {
  source   = "./modules/secrets-manager-irsa"
  for_each = local.services

  role_name       = "staging-${each.key}"
  environment     = "staging"
  namespace       = "staging"
  service_account = each.key
  secret_prefix   = "*"
  oidc_provider   = var.oidc_provider
}

module "production_irsa" {
  source   = "./modules/secrets-manager-irsa"
  for_each = local.services

  role_name       = "production-${each.key}"
  environment     = "production"
  namespace       = "production"
  service_account = "${each.key}-api"
  secret_prefix   = "production/${each.key}"
  oidc_provider   = var.oidc_provider
}
