import Kubernetes
import Rendering
import Testing
import Values

@testable import AccessModel

/// What stakater/Reloader does for one change and one workload, by image: pkg/common/common.go (ShouldReload),
/// internal/pkg/handler/upgrade.go, internal/pkg/cmd/reloader.go. Each row was decided by reading these at the tags of the images.
struct ReloaderTableTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var what: String
    /// Keys of the workload, `|`, keys of its pod template; short names, see `expand`. In values `;` stands for a comma, `¦` for a bar.
    var keys: String
    /// Annotations of what changes.
    var resource = ""
    var kind = ResourceKind.secret
    var workload = "Deployment"
    var referenced = true
    var images: [String] = Self.all
    var flags = ""
    /// nil: not known.
    var reloads: Bool?
    var testDescription: String { what }

    /// The boundaries: before and at each change of the decision.
    static let all = ["1.3.0", "1.4.5", "1.4.6", "1.4.8", "1.4.9", "1.4.10", "1.4.12", "1.4.13", "1.4.21"]
    /// Images that know SecretProviderClasses, and read the named list first.
    static let current = ["1.4.13", "1.4.20", "1.4.21"]
    /// Images in which auto's answer is final.
    static let final = ["1.4.6", "1.4.7", "1.4.8", "1.4.10", "1.4.11", "1.4.12"]
    /// Images without `ignore` and the pause.
    static let old = ["1.3.0", "1.4.5", "1.4.9"]
    static let exceptOld = final + current
  }

  private static func yes(_ what: String, _ keys: String, _ change: (inout Row) -> Void = { _ in }) -> Row { row(what, keys, true, change) }
  private static func no(_ what: String, _ keys: String, _ change: (inout Row) -> Void = { _ in }) -> Row { row(what, keys, false, change) }
  private static func row(_ what: String, _ keys: String, _ reloads: Bool?, _ change: (inout Row) -> Void) -> Row {
    var row = Row(what: what, keys: keys, reloads: reloads)
    change(&row)
    return row
  }

  // swift-format-ignore
  static let rows: [Row] = [
    // Nothing, and auto as Go reads a bool.
    no("no keys", ""),
    yes("auto true", "auto=true"), yes("auto 1", "auto=1"), yes("auto t", "auto=t"), yes("auto T", "auto=T"), yes("auto TRUE", "auto=TRUE"), yes("auto True", "auto=True"),
    no("auto false", "auto=false"), no("auto 0", "auto=0"), no("auto f", "auto=f"), no("auto F", "auto=F"), no("auto FALSE", "auto=FALSE"), no("auto False", "auto=False"),
    no("auto yes", "auto=yes"), no("auto on", "auto=on"), no("auto enabled", "auto=enabled"), no("auto tRue", "auto=tRue"), no("auto with a space", "auto=true "), no("auto empty", "auto="),
    // What auto looks at.
    no("auto, not referenced", "auto=true") { $0.referenced = false },
    yes("auto, a ConfigMap", "auto=true") { $0.kind = .configMap },
    no("auto, a ConfigMap not referenced", "auto=true") { $0.kind = .configMap; $0.referenced = false },
    yes("auto, a class", "auto=true") { $0.kind = .secretProviderClass; $0.images = Row.current },
    no("auto, a class before v1.4.13", "auto=true") { $0.kind = .secretProviderClass; $0.images = Row.old + Row.final },
    // Typed auto.
    yes("typed auto", "secret.auto=true"), no("typed auto of another kind", "configmap.auto=true"), yes("typed auto for ConfigMaps", "configmap.auto=true") { $0.kind = .configMap },
    no("typed auto for Secrets, a ConfigMap changes", "secret.auto=true") { $0.kind = .configMap },
    yes("auto true or typed false", "auto=true,secret.auto=false"), yes("auto false or typed true", "auto=false,secret.auto=true"),
    no("both false", "auto=false,secret.auto=false"), no("typed auto, not referenced", "secret.auto=true") { $0.referenced = false },
    no("typed auto yes", "secret.auto=yes"),
    yes("typed auto for classes", "class.auto=true") { $0.kind = .secretProviderClass; $0.images = Row.current },
    no("typed auto for classes, a Secret changes", "class.auto=true"),
    no("typed auto for classes before v1.4.13", "class.auto=true") { $0.kind = .secretProviderClass; $0.images = Row.old + Row.final },
    // Named lists.
    yes("named", "secret=web"), yes("named, not referenced", "secret=web") { $0.referenced = false }, yes("in a list", "secret=a;web;b"), yes("trimmed", "secret= a ; web ; b "),
    no("another name", "secret=other"), no("a part of the name", "secret=we"), no("a longer name", "secret=web-tls"), no("case counts", "secret=Web"), no("the bool", "secret=true"),
    no("a glob", "secret=we-*"), yes("a pattern", "secret=w.*"), yes("a class of letters", "secret=w[a-f]b"), yes("a group", "secret=(web¦api)"), no("a group without it", "secret=(db¦api)"),
    yes("a bar without a group: the left part anchors the beginning only", "secret=we¦x"), yes("the right part anchors the end only", "secret=x¦eb"), no("neither part", "secret=x¦y"),
    no("namespace and name", "secret=production/web"), no("an empty list", "secret="), no("only commas", "secret=;;"), no("named for ConfigMaps, a Secret changes", "configmap=web"),
    yes("named for ConfigMaps", "configmap=web") { $0.kind = .configMap }, yes("named for classes", "class=web") { $0.kind = .secretProviderClass; $0.images = Row.current },
    no("named for classes before v1.4.13", "class=web") { $0.kind = .secretProviderClass; $0.images = Row.old + Row.final },
    yes("auto false does not stop a named one", "auto=false,secret=web"), yes("an unreadable auto does not either", "auto=yes,secret=web"),
    yes("named, and auto for a referenced one", "auto=true,secret=web"),
    yes("auto and named, not referenced", "auto=true,secret=web") { $0.referenced = false; $0.images = Row.current + Row.old },
    no("auto hides the list in v1.4.6 to v1.4.12", "auto=true,secret=web") { $0.referenced = false; $0.images = Row.final },
    no("typed auto hides it, too", "secret.auto=true,secret=web") { $0.referenced = false; $0.images = Row.final },
    yes("typed auto hides it no longer", "secret.auto=true,secret=web") { $0.referenced = false; $0.images = Row.current + Row.old },
    yes("auto of another type hides nothing", "configmap.auto=true,secret=web") { $0.referenced = false },
    no("a pattern that does not compile stops the controller", "secret=web(") { $0.images = ["1.4.10", "1.4.13", "1.4.21"] },
    yes("later images pass over it", "secret=web(;web") { $0.images = ["1.4.22"] },
    // search and match.
    no("search alone", "search=true"), yes("search and match", "search=true") { $0.resource = "match=true" }, no("match alone", "") { $0.resource = "match=true" },
    no("search True", "search=True") { $0.resource = "match=true" }, no("search 1", "search=1") { $0.resource = "match=true" }, no("search false", "search=false") { $0.resource = "match=true" },
    no("match True", "search=true") { $0.resource = "match=True" }, no("match false", "search=true") { $0.resource = "match=false" },
    no("search and match, not referenced", "search=true") { $0.resource = "match=true"; $0.referenced = false },
    no("match on the workload", "match=true"), no("search and match swapped", "match=true") { $0.resource = "search=true" },
    yes("auto does not need match", "auto=true,search=true"), yes("auto false does not stop search", "auto=false,search=true") { $0.resource = "match=true" },
    yes("search and match of a class", "search=true") { $0.kind = .secretProviderClass; $0.resource = "match=true"; $0.images = Row.current },
    yes("a stale name beside search", "secret=other,search=true") { $0.resource = "match=true" },
    // ignore.
    no("ignore beats auto", "auto=true") { $0.resource = "ignore=true"; $0.images = Row.exceptOld }, no("ignore beats a name", "secret=web") { $0.resource = "ignore=true"; $0.images = Row.exceptOld },
    no("ignore beats search", "search=true") { $0.resource = "ignore=true,match=true"; $0.images = Row.exceptOld },
    yes("older images do not know ignore", "auto=true") { $0.resource = "ignore=true"; $0.images = Row.old }, yes("ignore True is nothing", "auto=true") { $0.resource = "ignore=True" },
    yes("ignore false is nothing", "auto=true") { $0.resource = "ignore=false" }, yes("ignore on the workload is nothing", "auto=true,ignore=true"),
    no("ignore beats autoReloadAll", "") { $0.flags = "all"; $0.resource = "ignore=true"; $0.images = Row.exceptOld },
    // Exclude lists.
    no("excluded", "auto=true,exclude=web"), no("excluded in a list", "auto=true,exclude=a; web "), no("excluded though named", "secret=web,exclude=web"),
    no("excluded though searched", "search=true,exclude=web") { $0.resource = "match=true" }, yes("another is excluded", "auto=true,exclude=other"), yes("no patterns there", "auto=true,exclude=w.*"),
    yes("not read in the template", "auto=true|exclude=web"), yes("nor for another kind", "auto=true,configmap.exclude=web"), no("for ConfigMaps", "auto=true,configmap.exclude=web") { $0.kind = .configMap },
    no("excluded though all are reloaded", "exclude=web") { $0.flags = "all" },
    // The pod template.
    yes("auto in the template", "|auto=true"), yes("a name in the template", "|secret=web"), yes("search in the template", "|search=true") { $0.resource = "match=true" },
    no("auto false hides it", "auto=false|auto=true"), no("an empty auto hides it", "auto=|auto=true"), no("a stale name hides it", "secret=other|auto=true"), no("search hides it", "search=true|auto=true"),
    no("an empty list hides it", "secret=|auto=true"), no("typed auto false hides it", "secret.auto=false|auto=true"), yes("a list of ConfigMaps hides nothing for Secrets", "configmap=x|auto=true"),
    no("but for ConfigMaps", "configmap=x|auto=true") { $0.kind = .configMap }, yes("the exclude list hides nothing", "exclude=other|auto=true"), yes("match hides nothing", "match=true|auto=true"),
    yes("both places", "auto=true|auto=false"), no("typed auto of the class hides nothing of it for Secrets", "class.auto=true|auto=false"), yes("neither does it hide auto", "class.auto=true|auto=true"),
    // autoReloadAll.
    yes("all", "") { $0.flags = "all" }, no("all, not referenced", "") { $0.flags = "all"; $0.referenced = false }, no("auto false opts out", "auto=false") { $0.flags = "all" },
    no("so does what is no bool", "auto=maybe") { $0.flags = "all" }, no("so does a typed false", "secret.auto=false") { $0.flags = "all" }, yes("an empty auto does not", "auto=") { $0.flags = "all" },
    yes("nor one of another type", "configmap.auto=false") { $0.flags = "all" }, yes("a stale name does not", "secret=other") { $0.flags = "all" },
    yes("search does not narrow it", "search=true") { $0.flags = "all" }, no("the template's auto false opts out", "|auto=false") { $0.flags = "all" },
    yes("a name counts beside it", "secret=web") { $0.flags = "all"; $0.referenced = false; $0.images = Row.current + Row.old },
    no("and is hidden by it in v1.4.6 to v1.4.12", "secret=web") { $0.flags = "all"; $0.referenced = false; $0.images = Row.final },
    // The pause.
    yes("a pause", "auto=true,pause=5m"), no("no duration", "auto=true,pause=5") { $0.images = Row.exceptOld }, no("no duration: words", "auto=true,pause=5min") { $0.images = Row.exceptOld },
    yes("older images do not read it", "auto=true,pause=5") { $0.images = Row.old }, yes("nor does a StatefulSet", "auto=true,pause=5") { $0.workload = "StatefulSet" },
    yes("nor in the template", "auto=true|pause=5"), yes("zero is a duration", "auto=true,pause=0s"), no("it stops a named reload, too", "secret=web,pause=x") { $0.images = Row.exceptOld },
    // Kinds.
    yes("DaemonSet", "auto=true") { $0.workload = "DaemonSet" }, yes("StatefulSet", "auto=true") { $0.workload = "StatefulSet" }, yes("Job", "auto=true") { $0.workload = "Job" },
    yes("CronJob", "auto=true") { $0.workload = "CronJob" }, no("Job, left out", "auto=true") { $0.workload = "Job"; $0.flags = "ignoreJobs"; $0.images = ["1.4.8", "1.4.10", "1.4.21"] },
    no("CronJob, left out", "auto=true") { $0.workload = "CronJob"; $0.flags = "ignoreCronJobs"; $0.images = ["1.4.8", "1.4.10", "1.4.21"] },
    yes("Job, by an image that does not know the flag", "auto=true") { $0.workload = "Job"; $0.flags = "ignoreJobs"; $0.images = ["1.4.7", "1.4.9"] },
    yes("CronJob while Jobs are left out", "auto=true") { $0.workload = "CronJob"; $0.flags = "ignoreJobs" }, no("Pod", "auto=true") { $0.workload = "Pod" }, no("ReplicaSet", "auto=true") { $0.workload = "ReplicaSet" },
    no("Rollout without the flag", "auto=true") { $0.workload = "Rollout" }, yes("Rollout with the flag", "auto=true") { $0.workload = "Rollout"; $0.flags = "rollouts" },
    no("a Rollout that refers to a Deployment", "auto=true") { $0.workload = "Rollout/workloadRef"; $0.flags = "rollouts" },
    no("DeploymentConfig", "auto=true") { $0.workload = "DeploymentConfig"; $0.images = ["1.4.5", "1.4.13", "1.4.21"] }, yes("DeploymentConfig before v1.4.5", "auto=true") { $0.workload = "DeploymentConfig"; $0.images = ["1.3.0", "1.4.4"] },
    no("Knative Service", "auto=true") { $0.workload = "KnativeService" },
    // Renamed keys.
    yes("a renamed auto", "my.org/auto=true") { $0.flags = "renamed" }, no("the default key is dead then", "auto=true") { $0.flags = "renamed" }, yes("others keep their names", "secret=web") { $0.flags = "renamed" },
    // No version.
    yes("all versions agree", "auto=true") { $0.images = [""] }, row("versions differ", "auto=true,secret=web", nil) { $0.images = [""]; $0.referenced = false }, row("ignore, of any version", "auto=true", nil) { $0.images = [""]; $0.resource = "ignore=true" },
  ]

  @Test func thereAreEnoughOfThem() {
    #expect(Self.rows.count >= 120)
    #expect(Set(Self.rows.map(\.what)).count == Self.rows.count)
  }

  @Test(arguments: rows)
  func theDecisionIsTheControllers(row: Row) throws {
    let parts = row.keys.split(separator: "|", omittingEmptySubsequences: false)
    let workload = try workload(row.workload, expand(parts.first ?? ""), expand(parts.count > 1 ? parts[1] : ""))
    for image in row.images {
      var settings = ReloaderSettings()
      settings.version = ProgramVersion(image)
      settings.autoReloadAll = row.flags == "all"
      settings.ignoreJobs = row.flags == "ignoreJobs"
      settings.ignoreCronJobs = row.flags == "ignoreCronJobs"
      settings.isArgoRollouts = row.flags == "rollouts"
      if row.flags == "renamed" { settings.keys.auto = "my.org/auto" }
      let answer = ReloaderDecision(
        workload: workload, kind: row.kind, name: "web", resourceAnnotations: map(expand(row.resource[...])).map, isReferenced: row.referenced, settings: settings
      ).answer()
      #expect(answer.reloads == row.reloads, "image \(image): \(answer.message)")
    }
  }

  private func expand(_ text: Substring) -> [(String, String)] {
    text.split(separator: ",").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let domain = "reloader.stakater.com/"
      let names = [
        "secret": "secret.\(domain)reload", "configmap": "configmap.\(domain)reload", "class": "secretproviderclass.\(domain)reload",
        "secret.auto": "secret.\(domain)auto", "configmap.auto": "configmap.\(domain)auto", "class.auto": "secretproviderclass.\(domain)auto",
        "exclude": "secrets.exclude.\(domain)reload", "configmap.exclude": "configmaps.exclude.\(domain)reload", "pause": "deployment.\(domain)pause-period",
      ]
      let key = String(parts[0])
      let name = key.contains("/") ? key : names[key] ?? domain + key
      let value = parts.count > 1 ? String(parts[1].map { $0 == ";" ? "," : $0 == "¦" ? "|" : $0 }) : ""
      return (name, value)
    }
  }

  private func map(_ pairs: [(String, String)]) -> Value { .map(ValueMap(pairs.map { ($0.0, .string($0.1)) })) }

  private func workload(_ kind: String, _ own: [(String, String)], _ template: [(String, String)]) throws -> Workload {
    let pod = Value.map(ValueMap([("containers", .list([.map(ValueMap([("name", .string("a"))]))]))]))
    let inner = Value.map(ValueMap([("metadata", .map(ValueMap([("annotations", map(template))]))), ("spec", pod)]))
    let groups = [
      "Job": "batch/v1", "CronJob": "batch/v1", "Pod": "v1", "Rollout": "argoproj.io/v1alpha1", "DeploymentConfig": "apps.openshift.io/v1", "KnativeService": "serving.knative.dev/v1",
    ]
    let word = String(kind.split(separator: "/")[0])
    var spec = ValueMap([("template", inner)])
    if kind.hasSuffix("/workloadRef") { spec = ValueMap([("workloadRef", .map(ValueMap([("name", .string("web"))])))]) }
    if word == "CronJob" { spec = ValueMap([("jobTemplate", .map(ValueMap([("spec", .map(ValueMap([("template", inner)])))])))]) }
    if word == "Pod" { spec = pod.map ?? spec }
    let root = ValueMap([
      ("apiVersion", .string(groups[word] ?? "apps/v1")), ("kind", .string(word == "KnativeService" ? "Service" : word)),
      ("metadata", .map(ValueMap([("name", .string("web")), ("annotations", map(own))]))), ("spec", .map(spec)),
    ])
    let object = try #require(KubernetesObject(.map(root)))
    return try #require(object.workload)
  }

  // MARK: Scope

  struct Scope: CustomTestStringConvertible, Sendable {
    var what: String
    var version = "1.4.21"
    var kind = ResourceKind.secret
    var global = true
    var namespaces: [String] = []
    var ignored: [String] = []
    var selector = ""
    var labels: [String: String]? = [:]
    var resourceSelector = ""
    var resourceLabels: [String: String] = [:]
    var ignoreSecrets = false
    var webhook = ""
    var sees: Bool?
    var testDescription: String { what }
  }

  // swift-format-ignore
  static let scopes: [Scope] = [
    Scope(what: "everything", sees: true), Scope(what: "an ignored namespace", ignored: ["production"], sees: false), Scope(what: "another is ignored", ignored: ["staging"], sees: true),
    Scope(what: "only its own namespace", global: false, sees: false), Scope(what: "a list", global: false, namespaces: ["production"], sees: true),
    Scope(what: "another list", global: false, namespaces: ["staging"], sees: false), Scope(what: "the list before v1.4.20", version: "1.4.19", global: false, namespaces: ["production"], sees: false),
    Scope(what: "ignored counts globally only", global: false, namespaces: ["production"], ignored: ["production"], sees: true),
    Scope(what: "a selector", selector: "reload=yes", labels: ["reload": "yes"], sees: true), Scope(what: "a selector that selects not", selector: "reload=yes", labels: ["reload": "no"], sees: false),
    Scope(what: "a selector on labels that nobody knows", selector: "reload=yes", labels: nil, sees: nil), Scope(what: "the old form", selector: "reload:yes", labels: ["reload": "yes"], sees: true),
    Scope(what: "the old form for any value", selector: "reload:*", labels: ["reload": "x"], sees: true), Scope(what: "the label of every namespace", selector: "kubernetes.io/metadata.name=production", labels: nil, sees: true),
    Scope(what: "the label of another namespace", selector: "kubernetes.io/metadata.name=staging", labels: nil, sees: false), Scope(what: "a set", selector: "reload in (yes, maybe)", labels: ["reload": "maybe"], sees: true),
    Scope(what: "a label that must not be there", selector: "!reload", labels: [:], sees: true), Scope(what: "the selector counts globally only", global: false, namespaces: ["production"], selector: "reload=yes", labels: [:], sees: true),
    Scope(what: "Secrets without the label", resourceSelector: "team=web", sees: false), Scope(what: "Secrets with the label", resourceSelector: "team=web", resourceLabels: ["team": "web"], sees: true),
    Scope(what: "Secrets are ignored", ignoreSecrets: true, sees: false), Scope(what: "classes stay watched", kind: .secretProviderClass, ignoreSecrets: true, sees: true),
    Scope(what: "a webhook", webhook: "https://example.com", sees: false),
  ]

  @Test(arguments: scopes)
  func theScopeIsTheInstallations(scope: Scope) {
    var settings = ReloaderSettings()
    settings.version = ProgramVersion(scope.version)
    settings.releaseNamespace = "reloader"
    settings.watchGlobally = scope.global
    settings.namespaces = scope.namespaces
    settings.ignoreNamespaces = scope.ignored
    settings.namespaceSelector = scope.selector
    settings.resourceLabelSelector = scope.resourceSelector
    settings.ignoreSecrets = scope.ignoreSecrets
    settings.webhookUrl = scope.webhook
    let seen = settings.sees(
      scope.kind, namespace: "production", namespaceLabels: scope.labels.flatMap { map($0.map { ($0.key, $0.value) }).map }, labelsKnown: scope.labels != nil,
      resourceLabels: map(scope.resourceLabels.map { ($0.key, $0.value) }).map)
    #expect(seen.answer == scope.sees, "\(seen.message)")
  }

  // MARK: References

  // swift-format-ignore
  static let references: [(what: String, pod: String, kind: ResourceKind, referenced: Bool)] = [
    ("env", "containers: [{name: a, env: [{name: A, valueFrom: {secretKeyRef: {name: web, key: k}}}]}]", .secret, true),
    ("envFrom", "containers: [{name: a, envFrom: [{secretRef: {name: web}}]}]", .secret, true),
    ("env of an init container", "containers: [{name: a}]\ninitContainers: [{name: i, envFrom: [{secretRef: {name: web}}]}]", .secret, true),
    ("only an init container", "initContainers: [{name: i, envFrom: [{secretRef: {name: web}}]}]", .secret, false),
    ("a mounted volume", "containers: [{name: a, volumeMounts: [{name: v}]}]\nvolumes: [{name: v, secret: {secretName: web}}]", .secret, true),
    ("a part of a mounted volume", "containers: [{name: a, volumeMounts: [{name: v, subPath: x}]}]\nvolumes: [{name: v, secret: {secretName: web}}]", .secret, true),
    ("a volume that nobody mounts", "containers: [{name: a}]\nvolumes: [{name: v, secret: {secretName: web}}]", .secret, false),
    ("the second volume of the same, the first unmounted", "containers: [{name: a, volumeMounts: [{name: w}]}]\nvolumes: [{name: v, secret: {secretName: web}}, {name: w, secret: {secretName: web}}]", .secret, false),
    ("projected", "containers: [{name: a, volumeMounts: [{name: v}]}]\nvolumes: [{name: v, projected: {sources: [{configMap: {name: c}}, {secret: {name: web}}]}}]", .secret, true),
    ("a pull secret", "containers: [{name: a}]\nimagePullSecrets: [{name: web}]", .secret, false),
    ("a CSI volume is no reference to the Secret", "containers: [{name: a, volumeMounts: [{name: v}]}]\nvolumes: [{name: v, csi: {volumeAttributes: {secretProviderClass: web}}}]", .secret, false),
    ("but to the class", "containers: [{name: a, volumeMounts: [{name: v}]}]\nvolumes: [{name: v, csi: {volumeAttributes: {secretProviderClass: web}}}]", .secretProviderClass, true),
    ("of a driver with any name", "containers: [{name: a, volumeMounts: [{name: v}]}]\nvolumes: [{name: v, csi: {driver: other, volumeAttributes: {secretProviderClass: web}}}]", .secretProviderClass, true),
    ("a class that nobody mounts", "containers: [{name: a}]\nvolumes: [{name: v, csi: {volumeAttributes: {secretProviderClass: web}}}]", .secretProviderClass, false),
    ("nodePublishSecretRef", "containers: [{name: a, volumeMounts: [{name: v}]}]\nvolumes: [{name: v, csi: {nodePublishSecretRef: {name: web}, volumeAttributes: {secretProviderClass: c}}}]", .secret, false),
    ("a ConfigMap by envFrom", "containers: [{name: a, envFrom: [{configMapRef: {name: web}}]}]", .configMap, true),
    ("a ConfigMap is no Secret", "containers: [{name: a, envFrom: [{configMapRef: {name: web}}]}]", .secret, false),
    ("an ephemeral container", "containers: [{name: a}]\nephemeralContainers: [{name: e, envFrom: [{secretRef: {name: web}}]}]", .secret, false),
  ]

  @Test(arguments: references)
  func aReferenceIsWhatTheControllerCounts(what: String, pod: String, kind: ResourceKind, referenced: Bool) throws {
    var fixture = ModelFixture()
    let indented = pod.split(separator: "\n").map { "      " + $0 }.joined(separator: "\n")
    fixture.add("web", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n\(indented)\n")
    let object = try #require(fixture.units.first?.objects.first)
    let workload = try #require(object.workload)
    #expect(workload.pod.isReferenced(kind, "web") == referenced, "\(what)")
  }
}
