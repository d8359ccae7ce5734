import Kubernetes
import Values

/// Which rendered objects Terraform has a say in: what names a role, reads a secret store, or runs as an account of its own (Pod Identity
/// associates roles by the account's name).
package enum TerraformNeed {
  package static func concerns(_ objects: [KubernetesObject]) -> Bool { objects.contains(where: concerns) }

  private static func concerns(_ object: KubernetesObject) -> Bool {
    switch object.kind {
    case "SecretProviderClass", "ExternalSecret", "ClusterExternalSecret", "SecretStore", "ClusterSecretStore": return true
    case "ServiceAccount": return object.root.at("metadata", "annotations", "eks.amazonaws.com/role-arn") != nil
    default: break
    }
    guard let pod = Workload(object)?.pod else { return false }
    if let account = pod.serviceAccountName, account.string != "default" { return true }
    return (pod.root["volumes"]?.list ?? []).contains { $0.at("csi", "driver")?.string == "secrets-store.csi.k8s.io" }
  }
}
