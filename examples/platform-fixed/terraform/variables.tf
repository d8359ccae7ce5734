variable "region" {
  description = "Region of the clusters and of their secrets."
  type        = string
  default     = "eu-central-1"
}

variable "oidc_provider" {
  description = "Issuer of the cluster's service account tokens, without https://."
  type        = string
  default     = "oidc.eks.eu-central-1.amazonaws.com/id/A1B2C3D4E5F60718293A4B5C6D7E8F90"
}
