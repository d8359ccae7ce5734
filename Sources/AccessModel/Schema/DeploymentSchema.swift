extension ModelSchema {
  static let deploymentNodes: [NodeDefinition] = [
    NodeDefinition(
      .deployment, "One deployment of one source: what an Application asks for, what convention assumes, or what a Terraform root declares itself",
      [
        FieldDefinition("name", .string, "name for people: the Application's, or the path"),
        FieldDefinition("application", .optional(.node(.application)), "the Application that asks for it"),
        FieldDefinition("tool", .string, "`helm`, `kustomize`, `directory` or `terraform` (objects that a Terraform root declares)"),
        FieldDefinition("path", .string, "path of the source in the repository; \"\" for an external one"),
        FieldDefinition("isExternal", .bool, "the source is a remote chart or another repository: only its values are known"),
        FieldDefinition("isConventional", .bool, "no Application or overlay of the repository asks for it"),
        FieldDefinition("isDefault", .bool, "nothing of the repository deploys it, and it is a chart with nothing but its own defaults, a sample, or a base whose overlays cannot be built"),
        FieldDefinition("isSample", .bool, "nothing of the repository deploys it, and it lies among tests or documentation"),
        FieldDefinition("releaseName", .string, "Helm's release name"),
        FieldDefinition("namespace", .string, "destination namespace"),
        FieldDefinition("cluster", .string, "destination cluster; \"\" if not told"),
        FieldDefinition("status", .string, "`complete`, `partial`, `failed` or `external`"),
        FieldDefinition("chartName", .string, "Helm: the chart's name; else \"\""),
        FieldDefinition("chartVersion", .string, "Helm: the chart's version as written; else \"\""),
        FieldDefinition("values", .dynamic, "Helm: the merged values; null otherwise"),
        FieldDefinition("signs", .list(.record(.environmentSign)), "all signs of an environment, the strongest first"),
        FieldDefinition("usesAwsSecrets", .bool, "it brings a workload or SecretProviderClass that takes secrets of AWS"),
        FieldDefinition("objects", .list(.node(.object)), "all its objects"),
        FieldDefinition("workloads", .list(.node(.workload)), "its workloads"),
      ] + environment),
    NodeDefinition(
      .application, "An Argo CD Application, after expansion of ApplicationSets",
      [
        FieldDefinition("name", .string, "metadata.name"),
        FieldDefinition("namespace", .string, "namespace of the Application itself"),
        FieldDefinition("project", .string, "spec.project"),
        FieldDefinition("destinationNamespace", .string, "spec.destination.namespace; \"\" if absent"),
        FieldDefinition("destinationCluster", .string, "spec.destination.name or .server; \"\" if absent"),
        FieldDefinition("isAutomated", .bool, "spec.syncPolicy.automated is set"),
        FieldDefinition("selfHeals", .bool, "spec.syncPolicy.automated.selfHeal"),
        FieldDefinition("sources", .list(.dynamic), "spec.sources, or spec.source as a list of one"),
        FieldDefinition("object", .dynamic, "the whole Application"),
        FieldDefinition("deployments", .list(.node(.deployment)), "what it deploys, a deployment for each source"),
      ]),
    NodeDefinition(
      .object, "Any rendered object of Kubernetes",
      [
        FieldDefinition("apiVersion", .string, "apiVersion"),
        FieldDefinition("group", .string, "API group; \"\" for the core group"),
        FieldDefinition("kind", .string, "kind"),
        FieldDefinition("name", .string, "metadata.name"),
        FieldDefinition("namespace", .string, "its namespace, the deployment's by default; \"\" for kinds without one"),
        FieldDefinition("labels", .map(.string), "metadata.labels"),
        FieldDefinition("annotations", .map(.string), "metadata.annotations"),
        FieldDefinition("object", .dynamic, "the whole object"),
        FieldDefinition("metadata", .dynamic, "metadata; as `at` for what is missing there"),
        FieldDefinition(
          "reloaderKeys", .list(.record(.reloaderKey)),
          "keys of Reloader in its annotations, labels and pod template that stand where Reloader does not look, or whose value is wrong"),
      ] + placement),
    NodeDefinition(
      .chart, "A Helm chart of the repository, by itself, or a Kustomize base with an environment's secret or role in it",
      [
        FieldDefinition("name", .string, "name of Chart.yaml; of the base's directory"),
        FieldDefinition("kind", .string, "`chart` or `base`"),
        FieldDefinition("path", .string, "its directory"),
        FieldDefinition("values", .dynamic, "its own values.yaml; null for a base"),
        FieldDefinition("deployments", .list(.node(.deployment)), "what deploys it"),
        FieldDefinition("defaults", .list(.node(.chartDefault)), "defaults that name an environment"),
      ]),
    NodeDefinition(
      .chartDefault, "A default in a chart's values.yaml (or an object of a Kustomize base) that holds the secret path or role of one environment",
      [
        FieldDefinition("chart", .node(.chart), "the chart"),
        FieldDefinition("key", .string, "path of the value: `secrets.objects[0].name`; what it is, in a base"),
        FieldDefinition("text", .string, "the value"),
        FieldDefinition("textEnvironment", .string, "canonical name of the environment that it names"),
        FieldDefinition("kind", .string, "`secretPath` or `roleArn`"),
        FieldDefinition(
          "inheritedBy", .list(.node(.deployment)),
          "deployments whose merged values still hold it, or overlays that do not patch it"),
        FieldDefinition("mismatchedBy", .list(.node(.deployment)), "those of them that are for another environment"),
      ]),
    NodeDefinition(
      .openQuestion, "A question of another rule that the repository does not answer",
      [
        FieldDefinition("rule", .string, "id of that rule"),
        FieldDefinition("subject", .string, "what it asked about, in words"),
        FieldDefinition("reason", .string, "why it is not known. The origin is the place that it hangs on"),
      ]),
    NodeDefinition(
      .failure, "A source that could not be read, rendered or evaluated",
      [
        FieldDefinition("kind", .string, "`render`, `terraform` or `read`"),
        FieldDefinition("source", .string, "path of the source"),
        FieldDefinition("deployment", .optional(.node(.deployment)), "the deployment that could not be rendered"),
        FieldDefinition("severity", .string, "`error`, `warning` or `info`"),
        FieldDefinition("code", .string, "code of the diagnostic: `template/undefined-function`"),
        FieldDefinition("message", .string, "message of the diagnostic. The origin is its place"),
        FieldDefinition("isFatal", .bool, "nothing of the source could be rendered"),
        FieldDefinition("renders", .bool, "false, or unknown where that depends on what the repository does not tell"),
        FieldDefinition("isConventional", .bool, "it was rendered by convention only"),
        FieldDefinition(
          "rival", .optional(.string),
          "the name of an Application that stands beside the one that asks for the source and bears the same name: only one of them can be there"
        ),
      ]),
    NodeDefinition(
      .terraformModule, "A call of a module that is not in the repository",
      [
        FieldDefinition("address", .string, "`module.a.module.b`"),
        FieldDefinition("source", .string, "as written: `terraform-aws-modules/iam/aws//modules/iam-policy`"),
        FieldDefinition("version", .string, "as written: `~> 5.0`; \"\" if absent"),
        FieldDefinition("directory", .string, "directory of the root module"),
        FieldDefinition("arguments", .dynamic, "what it is given"),
      ]),
    NodeDefinition(
      .terraformResource, "A resource or data source instance of Terraform, after evaluation",
      [
        FieldDefinition("address", .string, "`module.a.aws_iam_role.web[0]`"),
        FieldDefinition("type", .string, "`aws_iam_role`"),
        FieldDefinition("name", .string, "its label"),
        FieldDefinition("isData", .bool, "a data source"),
        FieldDefinition("directory", .string, "directory of the root module"),
        FieldDefinition("attributes", .dynamic, "its arguments"),
      ] + environment),
  ]

  static let recordDefinitions: [RecordDefinition] = [
    RecordDefinition(
      .problem, "A defect that the original tool reports in the same words",
      [
        FieldDefinition("code", .string, "stable word: `object-type`, `duplicate-alias`, …"),
        FieldDefinition("message", .string, "the original's message. The origin is the place to edit"),
      ]),
    RecordDefinition(
      .environmentSign, "One sign of an environment",
      [
        FieldDefinition("environment", .string, "canonical name"),
        FieldDefinition("spelling", .string, "as it is spelled. The origin is the place"),
        FieldDefinition("strength", .string, "`strong` or `weak`"),
        FieldDefinition("how", .string, "what it was read from"),
      ]),
    RecordDefinition(
      .volumeMount, "One container's mount of a volume",
      [
        FieldDefinition("container", .string, "name of the container"),
        FieldDefinition("mountPath", .string, "mountPath"),
        FieldDefinition("subPath", .string, "subPath or subPathExpr; \"\" if absent"),
      ]),
    RecordDefinition(
      .syncedItem, "One item of `secretObjects[].data`",
      [
        FieldDefinition("objectName", .string, "file that it takes, trimmed"),
        FieldDefinition("key", .string, "key in the Secret"),
        FieldDefinition("isProvided", .bool, "some object or jmesPath alias mounts a file of that name"),
        FieldDefinition("nearest", .string, "the file name that is meant, if one is near; else \"\""),
      ]),
    RecordDefinition(
      .jmesItem, "One item of `jmesPath`",
      [
        FieldDefinition("path", .string, "the expression"),
        FieldDefinition("alias", .string, "objectAlias"),
        FieldDefinition("fileName", .string, "the file that it mounts"),
        FieldDefinition("error", .string, "why the expression does not compile; \"\" if it does"),
        FieldDefinition("quoted", .string, "the path with its identifiers quoted, where that repairs it; else \"\""),
        FieldDefinition("resultType", .string, "`string`, `number`, `boolean`, `object`, `array`, `null` by the secret in Terraform; unknown without it"),
      ]),
    RecordDefinition(
      .policyCondition, "One condition of a policy statement",
      [
        FieldDefinition("test", .string, "operator: `StringEquals`"),
        FieldDefinition("key", .string, "condition key"),
        FieldDefinition("values", .list(.string), "values"),
      ]),
    RecordDefinition(
      .unknownValue, "A chart value that the chart does not know",
      [
        FieldDefinition("key", .string, "path of the key. The origin is the key's place"),
        FieldDefinition("suggestion", .string, "the path that is meant; \"\" if none is known"),
        FieldDefinition("note", .string, "why, for frequent mistakes; else \"\""),
      ]),
    RecordDefinition(
      .reloaderKey, "A key of Reloader with what is wrong with it",
      [
        FieldDefinition("key", .string, "the key. The origin is its place"),
        FieldDefinition("value", .string, "its value"),
        FieldDefinition("place", .string, "`annotation`, `label`, `templateAnnotation`, `templateLabel`"),
        FieldDefinition(
          "problem", .string,
          "`misplaced`, `pause-kind` (a pause on another kind than Deployment), `integration-off`, `comma-in-braces`, `plain-dot`, `not-bool`, `not-exact` (search, match, ignore want exactly `true`), `glob`, `slash`, `bool-as-name`, `bad-regex`, `top-level-alternative`, `unknown-key`, `not-text`, `pause-period`, `too-new` (the installed version does not know it)"),
        FieldDefinition("suggestion", .string, "what is meant, if known; else \"\""),
      ]),
    RecordDefinition(
      .secretKey, "A key of a JSON secret in Terraform",
      [
        FieldDefinition("name", .string, "the key"),
        FieldDefinition("type", .string, "type of its value: `string`, `number`, `boolean`, `object`, `array`, `null`"),
      ]),
  ]
}
