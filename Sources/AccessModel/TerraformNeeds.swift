import ArgoCD
import FileTree
import IAM
import Kubernetes
import Rendering
import SourceText
import Terraform
import Values

/// What rendered objects ask of Terraform: the names by which the linkers will look for roles, secrets and associations.
package enum TerraformNeeds {
  private static let maximum = 5_000

  /// - Returns: nil where a name is not known, so that everything may be what is meant.
  package static func focus(_ units: [RenderedUnit], names: EnvironmentNames, provenance: Provenance, limits: Limits) -> TerraformFocus? {
    var focus = TerraformFocus()
    for object in units.flatMap(\.objects) {
      switch object.kind {
      case "SecretProviderClass" where object.group == "secrets-store.csi.x-k8s.io":
        let reading = ClassReading(object, provenance: provenance, limits: limits)
        for item in reading.isAWS ? reading.items : [] {
          guard !ARN.isTemplated(item.secretName) else { return nil }
          if item.effectiveType == "ssmparameter" { focus.parameters.insert(item.secretName) } else { focus.secrets.insert(item.secretName) }
        }
      case "ServiceAccount" where object.group.isEmpty:
        focus.accounts.insert(object.name)
        guard let arn = object.annotation(WorkloadLinker.roleKey), !arn.isNull else { break }
        guard let text = arn.scalarText else { return nil }
        if let name = RoleARN(text).name ?? text.split(separator: "/").last.map(String.init) { focus.roles.insert(name) }
      // They bring roles and accounts of their own.
      case "ClusterConfig", "PodIdentityAssociation", "Application", "ApplicationSet": return nil
      default:
        guard let workload = Workload(object) else { break }
        guard let account = workload.serviceAccountName else {
          focus.accounts.insert("default")
          break
        }
        guard let name = account.string else { return nil }
        focus.accounts.insert(name)
      }
    }
    guard focus.roles.count + focus.secrets.count + focus.parameters.count <= maximum else { return nil }
    // One environment under two spellings is a finding at either.
    let segments = Set(focus.secrets.union(focus.parameters).compactMap { SecretName.segments($0).first })
    let environments = Set(segments.compactMap(names.canonical))
    focus.isAlike = { secret in
      guard let first = SecretName.segments(secret).first, !segments.contains(first) else { return false }
      return names.canonical(of: first).map(environments.contains) ?? false
    }
    return focus
  }
}
