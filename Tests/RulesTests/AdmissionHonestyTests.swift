import AccessModel
import BuiltinRules
import FileTree
import Rendering
import SourceText
import Testing
import Values

@testable import Rules

/// Numbers that are the same in each run.
private struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  mutating func pick<Item>(_ items: [Item]) -> Item { items[Int(next() % UInt64(items.count))] }
  mutating func chance(_ percent: UInt64) -> Bool { next() % 100 < percent }
}

/// Objects that are put together at random, odd ones too: what a policy refuses is a finding of its rule on the same object.
@Suite struct AdmissionHonestyTests {
  private static let pack = RulePack.load(BuiltinRules.files, provenance: Provenance(), sink: DiagnosticSink())

  @Test(arguments: [1, 2] as [UInt64])
  func classes(_ seed: UInt64) throws {
    var dice = Dice(state: seed &* 0x9E37_79B9_7F4A_7C15)
    try compare((0..<120).map { ("c\($0)", providerClass("c\($0)", &dice)) })
  }

  @Test(arguments: [5] as [UInt64])
  func workloadsAndAnnotations(_ seed: UInt64) throws {
    var dice = Dice(state: seed &* 0x9E37_79B9_7F4A_7C15)
    try compare((0..<120).map { ("c\($0)", annotated("c\($0)", &dice)) })
  }

  private func compare(_ objects: [(name: String, text: String)]) throws {
    let tree = MemoryFileTree(text: Dictionary(objects.map { ("k8s/\($0.name)/object.yaml", $0.text) }, uniquingKeysWith: { first, _ in first }))
    let provenance = Provenance()
    let repository = RepositoryRenderer.render(tree: tree, provenance: provenance)
    let graph = AccessModelBuilder.build(repository: repository, provenance: provenance, tree: tree)
    var refusedInAll = 0
    for rule in Self.pack.rules where rule.rule.admission != nil {
      let policy = try #require(AdmissionRoundTrip.policy(rule.rule).rule)
      let run = RuleEngine.run([policy], graph: graph, provenance: provenance)
      let failed = run.results.filter { $0.message.contains("expression failed: ") || $0.message.contains("condition failed: ") }.map(\.message)
      #expect(failed == [], "\(rule.rule.id)")
      let refused = Set(run.results.filter { $0.outcome == .violated }.compactMap { name($0.node) })
      let found = Set(RuleEngine.run([rule], graph: graph, provenance: provenance).results.filter { $0.outcome == .violated }.compactMap { name($0.node) })
      refusedInAll += refused.count
      for name in refused.subtracting(found).sorted().prefix(2) {
        let text = objects.first { $0.name == name }?.text ?? ""
        let message = run.results.first { $0.outcome == .violated && self.name($0.node) == name }?.message ?? ""
        Issue.record("\(rule.rule.id) refuses what the rule does not report: \(message)\n\(text)")
      }
    }
    #expect(refusedInAll > 80, "the objects are too tame: \(refusedInAll) refusals")
  }

  /// Of the object that a node belongs to.
  private func name(_ node: ModelNode) -> String? {
    for field in ["secretProviderClass", "workload"] {
      if let owner = node.fields[field]?.object as? ModelNode { return owner.fields["name"]?.string }
    }
    return node.fields["name"]?.string
  }

  // MARK: Objects

  private func scalar(_ text: String, _ dice: inout Dice) -> String {
    switch dice.next() % 8 {
    case 0, 1: "\"\(text)\""
    case 2: "'\(text)'"
    case 3: dice.chance(20) ? text + " # said so" : text
    default: text
    }
  }

  private func providerClass(_ name: String, _ dice: inout Dice) -> String {
    let names = [
      "production/web/database", "production/web_database", "/production/web/database", "web/database", "prod/api", "production//web", "shared/tls", "Production/web/x",
      "rds!cluster-1", "production/web/db#1", "production/ü", "a b/c", "${ENV}/web/db", "staging/web/", "ecr-pullthroughcache/x", "0644", "yes", "1e3", "production/it's/x",
      "arn:aws:secretsmanager:eu-west-1:731940228865:secret:production/web/database-a1B2c3", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:web/db-a1B2c3",
      "arn:aws:secretsmanager:us-east-1:ACCOUNT_ID:secret:production/web/x-a1B2c3", "arn:aws:ssm:eu-west-1:731940228865:parameter/web/db", "arn:aws:secretsmanager",
    ]
    var objects = ""
    let indent = dice.chance(15) ? "  " : ""
    for _ in 0..<(1 + dice.next() % 3) {
      var keys: [String] = []
      if dice.chance(95) { keys.append((dice.chance(4) ? "ObjectName" : "objectName") + ": " + scalar(dice.pick(names), &dice)) }
      if dice.chance(85) { keys.append("objectType: " + scalar(dice.pick(["secretsmanager", "secretsmanager", "secretsmanager", "ssmparameter", "secretmanager", "${T}"]), &dice)) }
      if dice.chance(35) { keys.append("objectAlias: " + scalar(dice.pick(["db", "db", "web/db", "on", "production_web_database", "0644", "True"]), &dice)) }
      if dice.chance(10) { keys.append("objectVersion: " + scalar(dice.pick(["", "abc", "0123"]), &dice)) }
      if dice.chance(10) { keys.append("objectVersionLabel: " + scalar(dice.pick(["AWSCURRENT", "AWSPREVIOUS", ""]), &dice)) }
      if dice.chance(15) { keys.append("filePermission: " + scalar(dice.pick(["0644", "644", "0888", "01750"]), &dice)) }
      if dice.chance(20) {
        let inner = dice.pick(["  ", "    ", ""])
        keys.append("jmesPath:\n\(indent)\(inner.isEmpty ? "  " : inner)- path: " + scalar(dice.pick(["url", ".url", "$.url", "db-url", "a.b", "a[0].c"]), &dice)
          + "\n\(indent)\(inner.isEmpty ? "  " : inner)  objectAlias: " + scalar(dice.pick(["url", "db", "no"]), &dice))
      }
      if dice.chance(8) { keys.append("failoverObject: {objectName: " + dice.pick(names).replacing(":", with: "-").replacing("{", with: "").replacing("}", with: "").replacing("#", with: "") + "}") }
      if keys.isEmpty { keys.append("objectType: secretsmanager") }
      if dice.chance(20) { keys.shuffle(using: &dice) }
      objects += indent + "- " + keys.joined(separator: "\n\(indent)  ") + "\n"
      if dice.chance(8) { objects += dice.pick(["# a comment\n", "\n", "---\n", "  stray\n", "extra: 1\n"]) }
    }
    if dice.chance(4) { objects = "objectName: production/web/x\nobjectType: secretsmanager\n" }
    if dice.chance(2) { objects = "{}" }
    var parameters = ""
    if dice.chance(50) { parameters += "    region: " + dice.pick(["eu-west-1", "us-east-1", "\"\""]) + "\n" }
    if dice.chance(15) { parameters += "    failoverRegion: " + dice.pick(["eu-west-1", "us-east-1"]) + "\n" }
    if dice.chance(25) { parameters += "    pathTranslation: " + dice.pick(["\"False\"", "\"-\"", "\"__\"", "\"\"", "\"ü\"", "\"false\""]) + "\n" }
    if dice.chance(20) { parameters += "    usePodIdentity: " + dice.pick(["\"true\"", "\"yes\"", "\"\"", "\"${X}\"", "true"]) + "\n" }
    if dice.chance(10) { parameters += "    " + dice.pick(["rotationPollInterval", "rotation", "rotationPeriod"]) + ": 2m\n" }
    if dice.chance(97) {
      parameters += "    objects: |\n" + objects.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "      \($0)" }.joined(separator: "\n") + "\n"
    }
    var synced = ""
    for _ in 0..<(dice.next() % 3) {
      var entry: [String] = []
      if dice.chance(92) { entry.append("secretName: " + dice.pick(["web", "web", "api", "\"  \""])) }
      if dice.chance(90) { entry.append("type: " + dice.pick(["Opaque", "kubernetes.io/tls", "\"\""])) }
      if dice.chance(15) {
        entry.append("annotations: { " + dice.pick(["reloader.stakater.com/match", "reloader.stakater.com/auto"]) + ": " + dice.pick(["\"true\"", "\"yes\""]) + " }")
      }
      if dice.chance(92) {
        let files = ["production_web_database", "production/web/database", "db", "url", "web_db", "other", "420", "true", "production-web-database"]
        let data = (0..<(1 + dice.next() % 2)).map { _ in
          "        - { " + (dice.chance(95) ? "objectName: \(dice.pick(files)), " : "") + "key: " + dice.pick(["A", "B", "tls.crt", "\" \""]) + " }"
        }
        entry.append("data:\n" + data.joined(separator: "\n"))
      }
      if entry.isEmpty { entry.append("type: Opaque") }
      synced += "    - " + entry.joined(separator: "\n      ") + "\n"
    }
    return """
      apiVersion: secrets-store.csi.x-k8s.io/v1
      kind: SecretProviderClass
      metadata:
        name: \(name)
        namespace: \(dice.pick(["production", "staging", "default"]))
      spec:
        provider: \(dice.chance(92) ? "aws" : dice.pick(["vault", "\"\"", "azure"]))
      \(parameters.isEmpty ? "" : "  parameters:\n" + parameters)\(synced.isEmpty ? "" : "  secretObjects:\n" + synced)
      """
  }

  private func annotations(_ dice: inout Dice, _ indent: String) -> String {
    let keys = [
      "reloader.stakater.com/auto", "reloader.stakater.com/search", "reloader.stakater.com/match", "reloader.stakater.com/ignore", "secret.reloader.stakater.com/reload",
      "configmap.reloader.stakater.com/reload", "secret.reloader.stakater.com/auto", "secretproviderclass.reloader.stakater.com/reload", "reloader.stakater.com/autom",
      "deployment.reloader.stakater.com/pause-period", "secrets.exclude.reloader.stakater.com/reload", "eks.amazonaws.com/role-arn", "reloader.stakater.com/rollout-strategy",
    ]
    // Text or nothing: the API server takes no other annotations.
    let values = [
      "\"true\"", "\"True\"", "\"yes\"", "\"false\"", "\"web,api\"", "\"web-*\"", "\"a|b\"", "\"(a|b)\"", "\"ns/web\"", "\"web{1,3}\"", "\"web, true\"", "\"5m\"", "\"5min\"",
      "\"0s\"", "\"\"", "\"web.*\"", "\"a|b/c\"", "\"[a|b]\"", "\"**\"", "arn:aws:iam::731940228865:role/web", "arn:aws:iam::123456789012:role/web", "arn:aws:iam::7319:role/web",
      "\"arn:aws:iam::${A}:role/web\"", "null", "\"1h30m\"", "\"-5m\"", "\"web-*,a|b\"",
    ]
    var chosen: [String] = []
    for key in keys where dice.chance(18) { chosen.append("\(indent)\(key): \(dice.pick(values))\n") }
    return chosen.joined()
  }

  private func annotated(_ name: String, _ dice: inout Dice) -> String {
    let kind = dice.pick([
      "Deployment", "Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "Pod", "ReplicaSet", "Secret", "ConfigMap", "ServiceAccount", "Service", "Namespace", "Rollout",
    ])
    let group = ["Deployment": "apps/v1", "StatefulSet": "apps/v1", "DaemonSet": "apps/v1", "ReplicaSet": "apps/v1", "CronJob": "batch/v1", "Job": "batch/v1", "Rollout": "argoproj.io/v1alpha1"]
    func section(_ key: String, _ indent: String, _ dice: inout Dice) -> String {
      let inner = annotations(&dice, indent + "  ")
      return inner.isEmpty || dice.chance(40) ? "" : "\(indent)\(key):\n\(inner)"
    }
    var text = "apiVersion: \(group[kind] ?? "v1")\nkind: \(kind)\nmetadata:\n  name: \(name)\n" + (kind == "Namespace" ? "" : "  namespace: production\n")
    text += section("annotations", "  ", &dice) + section("labels", "  ", &dice)
    guard group[kind] != nil || kind == "Pod" else { return text }
    var indent = ""
    if kind == "CronJob" {
      text += "spec:\n  schedule: '* * * * *'\n  jobTemplate:\n    metadata:\n      name: x\n" + section("annotations", "      ", &dice)
      indent = "    "
    }
    if kind != "Pod" {
      text += "\(indent)spec:\n\(indent)  template:\n\(indent)    metadata:\n\(indent)      name: x\n" + section("annotations", indent + "      ", &dice) + section("labels", indent + "      ", &dice)
      indent += "    "
    }
    text += "\(indent)spec:\n"
    let isDriver = kind == "DaemonSet" && dice.chance(60)
    let image = isDriver ? dice.pick(["registry.k8s.io/csi-secrets-store/driver:v1.5.0", "public.ecr.aws/aws-secrets-manager/secrets-store-csi-driver-provider-aws:2.1.1"]) : "web:1"
    text += "\(indent)  containers:\n\(indent)    - name: web\n\(indent)      image: \(image)\n"
    if isDriver {
      text += "\(indent)      args: ['\(dice.pick(["--enable-secret-rotation=true", "--enable-secret-rotation=false"]))', '--rotation-poll-interval=\(dice.pick(["2m", "120s", "2min", "0", "-1m", "1h", "1.5h", "", "0s", "1m1"]))']\n"
      if dice.chance(60) { text += "\(indent)      securityContext: { runAsNonRoot: \(dice.pick(["true", "false"]))\(dice.pick(["", ", runAsUser: 0", ", runAsUser: 1000"])) }\n" }
    }
    if dice.chance(60) { text += "\(indent)      volumeMounts: [{ name: \(dice.pick(["a", "b"])), mountPath: /x }]\n" }
    if dice.chance(70) {
      text += "\(indent)  volumes:\n"
      for volume in ["a", "b"] where dice.chance(70) {
        let readOnly = dice.pick(["", ", readOnly: true", ", readOnly: true", ", readOnly: false", ", readOnly: null"])
        let attributes = dice.chance(90) ? ", volumeAttributes: { secretProviderClass: \(dice.pick(["web", "web", "api", "\"\""])) }" : ""
        text += "\(indent)    - { name: \(volume), csi: { driver: \(dice.chance(90) ? "secrets-store.csi.k8s.io" : "efs.csi.aws.com")\(readOnly)\(attributes) } }\n"
      }
      if text.hasSuffix("volumes:\n") { text += "\(indent)    - { name: c, emptyDir: {} }\n" }
    }
    return text
  }
}
