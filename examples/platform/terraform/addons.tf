# The management cluster is not reached by Argo CD: its add-ons come from Terraform.

resource "helm_release" "secrets_store_csi_driver" {
  name       = "secrets-store-csi-driver"
  repository = "https://kubernetes-sigs.github.io/secrets-store-csi-driver/charts"
  chart      = "secrets-store-csi-driver"
  version    = "1.5.4"
  namespace  = "kube-system"

  values = [
    yamlencode({
      syncSecret           = { enabled = true }
      tokenRequests        = [{ audience = "sts.amazonaws.com" }]
    })
  ]
}

resource "helm_release" "secrets_store_csi_driver_provider_aws" {
  name       = "provider-aws"
  repository = "https://aws.github.io/secrets-store-csi-driver-provider-aws"
  chart      = "secrets-store-csi-driver-provider-aws"
  version    = "3.1.1"
  namespace  = "kube-system"

  values = [
    yamlencode({
      securityContext = { runAsNonRoot = true }
      enableMetrics   = true
      secrets-store-csi-driver = {
        enableSecretRotation = true
        rotationPollInterval = "2m"
      }
    })
  ]
}
