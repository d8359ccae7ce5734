import FileTree
import Linting
import Reports
import SourceText
import Values

/// Lints mutated repositories with everything that a repository brings along (configuration, rules, baseline, suppressions) and writes every
/// report: no trap, no hang, bounded memory. Each directory of the given one is a repository.
enum LintFuzz {
  /// Larger repositories are left out: many small ones find more.
  private static let repositoryBytes = 150_000

  static func run(_ words: [String]) -> Int32 {
    Fuzzing.main("fuzz-lint", words, seconds: 20) { tree in
      var repositories: [[(path: String, bytes: [UInt8])]] = []
      for entry in (try? tree.list("")) ?? [] where entry.kind == .directory {
        let files = Fuzzing.files(tree, below: entry.name, where: isRead)
        let size = files.reduce(0) { $0 + $1.bytes.count }
        if !files.isEmpty, size <= repositoryBytes { repositories.append(files) }
      }
      return repositories.isEmpty ? nil : (repositories.count, { random in lint(repositories, &random) })
    }
  }

  private static func isRead(_ name: String) -> Bool {
    [".yaml", ".yml", ".tf", ".tfvars", ".json", ".tpl", ".hcl", ".lock", ".txt"].contains { name.hasSuffix($0) }
  }

  private static func lint(_ repositories: [[(path: String, bytes: [UInt8])]], _ random: inout FuzzRandom) -> Bool {
    var files = repositories[random.below(repositories.count)]
    let other = repositories[random.below(repositories.count)]
    Fuzzing.mutate(&files, other, most: 3, words: words, &random)
    for (path, text) in own where random.below(8) == 0 {
      files.append((path, random.below(3) == 0 ? Array(text.utf8) : Fuzzing.mutate(Array(text.utf8), Array(text.utf8), words: words, &random)))
    }
    var bytes: [String: [UInt8]] = [:]
    for file in files { bytes[file.path] = file.bytes }
    let tree = MemoryFileTree(bytes)
    let provenance = Provenance()
    let sink = DiagnosticSink()
    var options = LintOptions()
    options.today = "2026-06-01"
    let setup = LintSetup(tree: tree, options: options, provenance: provenance, sink: sink)
    if sink.hasErrors { return false }
    let report = Linter.lint(tree, options: setup.options, provenance: provenance).report
    var shown = ReportOptions()
    shown.color = random.below(2) == 0
    shown.showsUnknown = true
    shown.showsAllInstances = true
    shown.showsStatistics = true
    for format in ReportFormat.allCases { _ = report.written(as: format, options: shown) }
    return !report.isEmpty
  }

  /// Files that few repositories have; each is added now and then, mutated or not.
  private static let own: [(path: String, text: String)] = [
    (
      ".secretslint.yaml",
      """
      environments: {production: [prd], staging: [stg]}
      namespaces: {payments: production}
      accounts: {production: ["731940228865"]}
      secrets: {path: <environment>/<app>/<purpose>, shared: [common/]}
      rotation: {interval: 5m}
      policies: [policy.yaml]
      rules: {paths: warning, irsa-trust-audience: {level: error}}
      overrides: [{paths: ["**/*.yaml"], rules: {spc-region: off}, reason: x, until: 2027-01-01}]

      """
    ),
    (
      ".secretslint/rules/mine/no-latest.yaml",
      """
      title: No latest
      severity: warning
      since: 1.0.0
      why: x
      description: x
      fix: x
      match: {node: workload}
      matchConditions: [{name: a, expression: "workload.object.metadata.name.matches('(a+)+$')"}]
      validations:
        - expression: "workload.containers.all(c, !c.image.endsWith(':latest') && size(c.image.split('/')) < 9223372036854775807)"
          at: workload
          message: "{workload.name} {workload.containers.map(c, c.image).join(',')}"

      """
    ),
    (
      "policy.yaml",
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicy
      metadata: {name: p}
      spec:
        matchConstraints: {resourceRules: [{apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*"]}]}
        variables: [{name: c, expression: "object.spec.?template.spec.containers.orValue([])"}]
        validations: [{expression: "variables.c.all(x, x.image.contains('@') || quantity(x.resources.limits.cpu).isLessThan(quantity('1')))", messageExpression: "object.metadata.name + string(size(variables.c))"}]
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicyBinding
      metadata: {name: b}
      spec: {policyName: p, validationActions: [Deny]}

      """
    ),
    (".secretslint-baseline.yaml", "version: 1\nfindings:\n  - {rule: spc-region, deployment: a, object: b, file: c, reason: d}\n"),
    (
      "fuzz/main.tf",
      """
      variable "n" { default = { a = 1, b = 2 } }
      locals { p = [for k, v in var.n : format("%s/%d/*", k, v) if v > 0] }
      data "aws_iam_policy_document" "d" {
        statement {
          actions   = ["secretsmanager:Get*"]
          resources = [for p in local.p : "arn:aws:secretsmanager:*:*:secret:${p}"]
        }
      }
      module "m" {
        source   = "./m"
        for_each = var.n
        name     = each.key
      }
      resource "aws_iam_role" "r" {
        count              = length(local.p)
        name               = "r-${count.index}"
        assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity" }] })
        inline_policy { policy = data.aws_iam_policy_document.d.json }
      }

      """
    ),
    ("fuzz/m/main.tf", "variable \"name\" { type = string }\nmodule \"again\" {\n  source = \"../m\"\n  name = var.name\n}\noutput \"o\" { value = module.again.o }\n"),
    (
      "fuzz/set.yaml",
      """
      apiVersion: argoproj.io/v1alpha1
      kind: ApplicationSet
      metadata: {name: s}
      spec:
        goTemplate: true
        goTemplateOptions: [missingkey=error]
        generators: [{matrix: {generators: [{git: {directories: [{path: "*"}, {path: fuzz, exclude: true}], repoURL: x}}, {list: {elements: [{env: production}, {env: staging}]}}]}}]
        template:
          metadata: {name: "{{.path.basename | normalize}}-{{.env}}"}
          spec: {project: p, source: {repoURL: x, path: "{{.path.path}}", helm: {valueFiles: ["values-{{.env}}.yaml"], parameters: [{name: a[0].b, value: "{{index .path.segments 0}}"}]}}, destination: {namespace: "{{.env}}"}}

      """
    ),
  ]

  private static let words: [String] = [
    "{{", "}}", "{{ .Values.x }}", "${", "${var.x}", "%{ for x in y }", "%{ endfor }", "<<EOT\n", "EOT\n", "[for x in y : x...]", "{for k, v in m : k => v}", "[*]", ".*.id", "count = 1e9\n",
    "for_each = toset([])\n", "dynamic \"statement\" {\n", "}\n", "each.value", "self.x", "path.module", "file(\"../../../etc/passwd\")", "templatefile(\"main.tf\", {})", "range(1, 1e9)",
    "jsonencode(", "format(\"%*d\", ", "cidrsubnet(\"10.0.0.0/8\", 99, -1)", "regexall(\"(a*)*b\", ", "merge(", "lookup(", "try(", "can(", "-9223372036854775808", "99999999999999999999999", "1e999",
    "arn:aws:secretsmanager:eu-west-1:1:secret:*", "arn:::::", "production/", "prod", "staging", "*", "?", "system:serviceaccount:*:*", "\"NotAction\": \"*\"", "\"Condition\": {\"StringLike\": 1}",
    "reloader.stakater.com/auto: \"true\"\n", "secretproviderclass.reloader.stakater.com/reload: a,(b\n", "eks.amazonaws.com/role-arn: x\n", "objects: |\n", "objectName: ", "jmesPath: [{path: \"a[?b==`1`].c | [0]\", objectAlias: x}]\n",
    "objectAlias: ../../x\n", "secretObjects: [{secretName: a, data: [{key: b, objectName: c}]}]\n", "failoverRegion: x\n", "rotationPollInterval: -1ns\n", "enableSecretRotation: \"yes\"\n",
    "# secretslint: ignore spc-region until=2027-01-31 -- x\n", "# secretslint: ignore-file\n", "secretslint.dev/ignore.spc-region: x\n", "kind: List\nitems: [{}]\n", "---\n", "...\n", "- ", ": ", "? ", "&a ", "*a", "<<: *a",
    "!!binary x", "!!int x", "null", "~", "''", "\"", "'", "\t", "\r\n", "\u{0}", "\u{FEFF}", "\u{85}", "\u{1F600}", "e\u{301}", "[[[[[[[[", "{a: {a: {a: ", "helm: {values: \"a: [\"}\n", "ref: values\n", "$values/x\n", "../",
    "https://", "postBuild: {substitute: {a: b}}\n", "${a:=b}", "${a/b/c}", "namePrefix: p-\n", "resources: [.., .]\n", "helmCharts: [{name: a}]\n", "alias: a\n", "dependencies: [{name: a, repository: \"file://..\"}]\n",
  ]
}
