extension ModelSchema {
  /// Fields of everything that is installed by a chart or by manifests.
  private static let installation: [FieldDefinition] = [
    FieldDefinition("name", .string, "name for people: the Application, the release, the add-on"),
    FieldDefinition("source", .string, "`argocd` (an Application of a remote chart), `chart` (a chart of the repository or its dependency), `manifest`, `helm_release`, `eks-addon`, `module`"),
    FieldDefinition("deployment", .optional(.node(.deployment)), "the deployment that brings it; null for Terraform"),
    FieldDefinition("namespace", .string, "namespace"),
    FieldDefinition("cluster", .string, "destination cluster; \"\" if not told"),
    FieldDefinition("chartVersion", .string, "version of its chart; unknown for a range, \"\" where no chart is used"),
    FieldDefinition("version", .string, "version of the program; unknown where it cannot be told"),
    FieldDefinition("values", .dynamic, "the values that it gets; as `at` for values that are missing"),
    FieldDefinition("valuesKnown", .bool, "all layers of values are in the repository"),
    FieldDefinition("unknownValues", .list(.record(.unknownValue)), "values that this version of the chart does not know; empty where the version is not known"),
  ]

  static let installationNodes: [NodeDefinition] = [
    NodeDefinition(
      .driver, "An installation of the Secrets Store CSI driver",
      installation + [
        FieldDefinition("isBundled", .bool, "it comes with the AWS provider's chart"),
        FieldDefinition("rotationEnabled", .bool, "secret rotation is on. The origin of an absent value is the values block"),
        FieldDefinition("rotationInterval", .string, "the poll interval as written; \"\" if none is given (the driver then takes 2m)"),
        FieldDefinition("rotationIntervalSeconds", .optional(.int), "the interval in seconds, rounded down; null if it is absent or no duration"),
        FieldDefinition("rotationIntervalProblem", .string, "`not-a-duration`, `not-positive`; \"\" if fine or absent"),
        FieldDefinition("syncSecretEnabled", .bool, "it may write Secrets: syncSecret.enabled, or a ClusterRole of the repository"),
        FieldDefinition("tokenAudiences", .list(.string), "audiences of tokenRequests"),
        FieldDefinition("missingAudiences", .list(.string), "audiences that classes of the repository need, the provider expects from tokenRequests, and they do not name"),
        FieldDefinition("passesTokens", .bool, "not needed, or tokenRequests name sts.amazonaws.com"),
        FieldDefinition("providersDirs", .list(.string), "directories where it looks for providers"),
        FieldDefinition("isRotationByRepublish", .bool, "version 1.6 or newer"),
        FieldDefinition("repositoryUsesAws", .bool, "the repository has a SecretProviderClass of AWS"),
        FieldDefinition("repositorySyncsSecrets", .bool, "some SecretProviderClass of the repository has secretObjects"),
        FieldDefinition("others", .list(.node(.driver)), "other installations on the same cluster"),
        FieldDefinition("nameCollides", .bool, "bundled: its DaemonSet has the provider's name (provider charts 2.0.0 to 2.1.1)"),
      ] + environment),
    NodeDefinition(
      .provider, "An installation of the AWS provider of the driver",
      installation + [
        FieldDefinition("installsDriver", .bool, "its chart installs the driver too"),
        FieldDefinition("driver", .optional(.node(.driver)), "that driver; null if it installs none"),
        FieldDefinition("awsRegion", .string, "value awsRegion; \"\" if absent"),
        FieldDefinition("cannotRunAsRoot", .bool, "securityContext demands a non-root user without naming one; the image runs as root"),
        FieldDefinition("providerDir", .string, "directory of its socket"),
        FieldDefinition("drivers", .list(.node(.driver)), "installations of the driver on the same cluster"),
        FieldDefinition("needsTokenRequests", .bool, "version 3 or newer: the driver must request tokens for it"),
        FieldDefinition("driverWritesSecrets", .bool, "value driverWritesSecrets"),
      ] + environment),
    NodeDefinition(
      .reloader, "An installation of Stakater Reloader",
      installation + [
        FieldDefinition("watchGlobally", .bool, "it watches all namespaces"),
        FieldDefinition("namespaces", .list(.string), "with watchGlobally false: the namespaces that it watches"),
        FieldDefinition("ignoreNamespaces", .list(.string), "namespaces that it ignores"),
        FieldDefinition("namespaceSelector", .string, "selector on Namespaces; \"\" if none"),
        FieldDefinition("resourceLabelSelector", .string, "selector on Secrets; \"\" if none"),
        FieldDefinition("ignoreSecrets", .bool, "Secrets are not watched"),
        FieldDefinition("ignoreJobs", .bool, "Jobs are not touched"),
        FieldDefinition("ignoreCronJobs", .bool, "CronJobs are not touched"),
        FieldDefinition("isArgoRollouts", .bool, "Rollouts are handled"),
        FieldDefinition("autoReloadAll", .bool, "reloads without annotations"),
        FieldDefinition("csiIntegration", .bool, "changes of mounted SecretProviderClasses reload (version 1.4.13 and newer)"),
        FieldDefinition("isTooOldForCsi", .bool, "its image is older than v1.4.13"),
        FieldDefinition("reloadStrategy", .string, "`env-vars` or `annotations`"),
        FieldDefinition("webhookUrl", .string, "calls this instead of reloading; \"\" if none"),
        FieldDefinition("customKeys", .map(.string), "renamed annotation keys: standard key → key in use"),
      ] + environment),
  ]
}
