/// Policies that AWS itself maintains.
package enum ManagedPolicy {
  package enum Grant: Hashable, Sendable {
    /// Reads (and more) every secret.
    case allSecrets
    /// Known to reveal no value of a secret.
    case noSecrets
    /// Not known: another policy of AWS, or one of the customer's that the repository does not hold.
    case unknown
  }

  private static let broad: Set<String> = ["SecretsManagerReadWrite", "AdministratorAccess", "PowerUserAccess"]

  /// Frequent on roles of clusters, nodes and functions; none allows secretsmanager:GetSecretValue.
  private static let harmless: Set<String> = [
    "AmazonEKSClusterPolicy", "AmazonEKSServicePolicy", "AmazonEKSVPCResourceController", "AmazonEKSWorkerNodePolicy", "AmazonEKSWorkerNodeMinimalPolicy",
    "AmazonEKS_CNI_Policy", "AmazonEKSFargatePodExecutionRolePolicy", "AmazonEC2ContainerRegistryReadOnly", "AmazonEC2ContainerRegistryPowerUser",
    "AmazonEC2ContainerRegistryPullOnly", "AmazonEC2ContainerRegistryFullAccess", "AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy",
    "AmazonEBSCSIDriverPolicy", "AmazonEFSCSIDriverPolicy", "AmazonS3CSIDriverPolicy", "AWSLambdaBasicExecutionRole", "AWSLambdaVPCAccessExecutionRole",
    "AmazonS3ReadOnlyAccess", "AmazonS3FullAccess", "AmazonDynamoDBReadOnlyAccess", "AmazonDynamoDBFullAccess", "AmazonSQSFullAccess",
    "AmazonSQSReadOnlyAccess", "AmazonSNSFullAccess", "AmazonRoute53FullAccess", "AmazonPrometheusRemoteWriteAccess", "AmazonPrometheusQueryAccess",
    "AWSXRayDaemonWriteAccess", "AWSXrayWriteOnlyAccess", "CloudWatchLogsFullAccess", "CloudWatchFullAccess", "CloudWatchReadOnlyAccess",
    "ReadOnlyAccess", "ViewOnlyAccess", "SecurityAudit", "AmazonECSTaskExecutionRolePolicy", "AmazonRDSEnhancedMonitoringRole",
    "AmazonEKSBlockStoragePolicy", "AmazonEKSComputePolicy", "AmazonEKSLoadBalancingPolicy", "AmazonEKSNetworkingPolicy", "AmazonKinesisFullAccess",
    "AmazonSESFullAccess", "AmazonEC2ReadOnlyAccess", "AutoScalingFullAccess", "ElasticLoadBalancingFullAccess",
  ]

  /// Name behind `policy/` (and a path such as `service-role/`) of an AWS-managed policy; nil for others.
  package static func name(ofARN arn: String) -> String? {
    guard let parsed = ARN(arn), parsed.service == "iam", parsed.account == "aws", parsed.resource.hasPrefix("policy/") else { return nil }
    return parsed.resource.split(separator: "/").last.map(String.init)
  }

  package static func grant(ofARN arn: String) -> Grant {
    guard let name = name(ofARN: arn) else { return .unknown }
    if broad.contains(name) { return .allSecrets }
    return harmless.contains(name) ? .noSecrets : .unknown
  }
}
