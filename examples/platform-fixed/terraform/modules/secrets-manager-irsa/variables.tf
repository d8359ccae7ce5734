variable "role_name" {
  description = "Name of the role."
  type        = string
}

variable "environment" {
  description = "Environment that the role belongs to."
  type        = string
}

variable "namespace" {
  description = "Namespace of the ServiceAccount that may take the role."
  type        = string
}

variable "service_account" {
  description = "ServiceAccount that may take the role."
  type        = string
}

variable "secret_prefix" {
  description = "Secrets below this path may be read, such as \"production/orders\"."
  type        = string
}

variable "oidc_provider" {
  description = "Issuer of the cluster's service account tokens, without https://."
  type        = string
}
