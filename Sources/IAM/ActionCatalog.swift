/// The actions of Secrets Manager (AWS service authorization reference) and what they give.
package enum ActionCatalog {
  /// The one that reveals a value.
  package static let readValue = "secretsmanager:GetSecretValue"

  /// Reading of metadata that the driver's rotation may need.
  package static let describe = "secretsmanager:DescribeSecret"

  /// Actions that change, delete or re-share secrets.
  package static let writing = [
    "CancelRotateSecret", "CreateSecret", "DeleteResourcePolicy", "DeleteSecret", "PutResourcePolicy", "PutSecretValue",
    "RemoveRegionsFromReplication", "ReplicateSecretToRegions", "RestoreSecret", "RotateSecret", "StopReplicationToReplica", "TagResource",
    "UntagResource", "UpdateSecret", "UpdateSecretVersionStage",
  ].map { "secretsmanager:" + $0 }

  /// Reading actions that mounting a secret never uses.
  package static let excess = [
    "BatchGetSecretValue", "GetRandomPassword", "GetResourcePolicy", "ListSecrets", "ListSecretVersionIds", "ValidateResourcePolicy",
  ].map { "secretsmanager:" + $0 }

  /// Whether an Action pattern takes in an action, whatever the case of its letters; nil where a gap decides.
  package static func matches(_ pattern: PolicyText, _ action: String) -> Bool? {
    WildcardPattern(pattern).lowercased.matches(action.lowercased())
  }

  /// Whether a pattern is of Secrets Manager at all, or of everything.
  package static func isAboutSecrets(_ pattern: PolicyText) -> Bool {
    WildcardPattern(pattern).lowercased.intersects(WildcardPattern("secretsmanager:*"))
  }

  /// The actions of a list that a pattern takes in for sure.
  package static func taken(_ pattern: PolicyText, of actions: [String]) -> [String] {
    let pattern = WildcardPattern(pattern).lowercased
    return actions.filter { pattern.matches($0.lowercased()) == true }
  }
}
