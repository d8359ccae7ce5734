import ArgoCD
import Kubernetes
import Rendering
import SourceText
import Testing
import Values

@testable import AccessModel

private let workload = """
  apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: web
    annotations:
      reloader.stakater.com/auto: "true"
  spec:
    template:
      spec:
        serviceAccountName: web
        containers:
          - name: app
            envFrom:
              - secretRef: {name: web-database}
            volumeMounts:
              - {name: secrets, mountPath: /mnt}
        volumes:
          - name: secrets
            csi:
              driver: secrets-store.csi.k8s.io
              readOnly: true
              volumeAttributes:
                secretProviderClass: web
  """

private let secretClass = """
  apiVersion: secrets-store.csi.x-k8s.io/v1
  kind: SecretProviderClass
  metadata:
    name: web
  spec:
    provider: aws
    parameters:
      objects: |
        - objectName: staging/web/database
          objectType: secretsmanager
          objectAlias: db
          jmesPath:
            - {path: username, objectAlias: db-user}
            - {path: db-url, objectAlias: db-url}
    secretObjects:
      - secretName: web-database
        type: Opaque
        data:
          - {objectName: db-user, key: USER}
          - {objectName: db_url, key: URL}
  """

private let account = """
  apiVersion: v1
  kind: ServiceAccount
  metadata:
    name: web
    annotations:
      eks.amazonaws.com/role-arn: arn:aws:iam::ACCOUNT_ID:role/web
  """

private func all(_ parts: String...) -> String { parts.joined(separator: "\n---\n") }

/// A manifest under another name, or with a namespace after its name.
private func named(_ manifest: String, _ name: String) -> String {
  manifest.split(separator: "metadata:\n  name: web", omittingEmptySubsequences: false).joined(separator: "metadata:\n  name: \(name)")
}

struct KubernetesSideTests {
  @Test func aWorkloadIsFollowedToItsSecrets() throws {
    var fixture = ModelFixture()
    fixture.add("web", all(workload, secretClass, account))
    let graph = fixture.build()
    let web = try #require(graph.first(.workload))
    #expect(web.text("environment") == "staging" || web.isUnknown("environment"))
    #expect(web.node("serviceAccount")?.text("name") == "web")
    #expect(web.text("roleArn") == "arn:aws:iam::ACCOUNT_ID:role/web")
    #expect(web.bool("usesAwsSecrets") == true)
    #expect(web.bool("needsRole") == true)
    #expect(web.text("reload") == "yes")
    let volume = try #require(graph.first(.csiVolume))
    #expect(volume.node("secretProviderClass") === graph.first(.secretProviderClass))
    #expect(volume.bool("readOnly") == true && volume.bool("isMounted") == true)
    let reference = try #require(graph.first(.secretReference))
    #expect(reference.bool("provided") == true)
    #expect(reference.text("providedBy") == "synced")
    #expect(reference.text("mountState") == "pod")
    #expect(reference.texts("availableKeys") == ["USER", "URL"])
  }

  @Test func objectsAreReadWithTheirLines() throws {
    var fixture = ModelFixture()
    fixture.add("web", secretClass)
    let graph = fixture.build()
    let object = try #require(graph.first(.secretObject))
    #expect(object.text("objectName") == "staging/web/database")
    #expect(fixture.line(object.fields["objectName"]) == "web.yaml:9")
    #expect(object.text("firstSegment") == "staging")
    #expect(object.text("pathEnvironment") == "staging")
    #expect(object.texts("segments") == ["staging", "web", "database"])
    #expect(object.text("fileName") == "db")
    #expect(object.records("jmesPaths", "error").map(\.isEmpty) == [true, false])
    #expect(object.records("jmesPaths", "quoted") == ["", "\"db-url\""])
    let synced = try #require(graph.first(.syncedSecret))
    #expect(synced.fields["data"]?.list?.map { $0["isProvided"]?.bool } == [true, false])
    #expect(synced.records("data", "nearest") == ["", "db-url"])
    #expect(fixture.line(synced.fields["data"]?[1]) == "web.yaml:20")
    let owner = try #require(graph.first(.secretProviderClass))
    #expect(owner.texts("fileNames") == ["db", "db-user", "db-url"])
    #expect(owner.text("region") == "")
    #expect(fixture.line(owner.fields["region"]) == "web.yaml:7")
    #expect(owner.bool("isMounted") == false)
  }

  @Test func environmentsOfObjectsFollowSigns() throws {
    var fixture = ModelFixture()
    fixture.add("a", secretClass, namespace: "web-prod", evidence: [("production", .strong)])
    fixture.add("b", secretClass, namespace: nil, evidence: [("production", .strong), ("staging", .strong)])
    fixture.add("c", secretClass, namespace: nil)
    fixture.add("d", secretClass, namespace: nil, evidence: [("qa", .weak)])
    fixture.configuration.namespaces = ["web-prod": "live"]
    let nodes = fixture.build()[.secretProviderClass]
    #expect(nodes.map { $0.text("environment") } == ["production", nil, nil, "qa"])
    #expect(nodes.map { $0.text("environmentStrength") } == ["strong", "conflict", "none", "weak"])
  }

  @Test func danglingReferencesNameTheNearest() throws {
    var fixture = ModelFixture()
    let wrong = workload.split(separator: "web-database", omittingEmptySubsequences: false).joined(separator: "web-databse")
    fixture.add("web", all(wrong, secretClass, account))
    let graph = fixture.build()
    let reference = try #require(graph.first(.secretReference))
    #expect(reference.bool("provided") == false)
    #expect(reference.text("nearest") == "web-database")
    #expect(reference.text("providedBy") == "none")
    #expect(fixture.line(reference.fields["name"]) == "web.yaml:14")
    // The workload asks for reloads, but only the CSI volume reaches it.
    #expect(graph.first(.workload)?.text("reload") == "no")
    #expect(graph.first(.workload)?.text("reloadReason") == "csi-only")
    #expect(graph.first(.secretUse)?.bool("isAssumed") == true)
  }

  @Test func whatMayBeElsewhereIsUnknown() throws {
    let wrong = workload.split(separator: "web-database", omittingEmptySubsequences: false).joined(separator: "other")
    var partial = ModelFixture()
    partial.add("web", all(wrong, secretClass), status: .partial)
    #expect(partial.build().first(.secretReference)?.isUnknown("provided") == true)
    var external = ModelFixture()
    external.add("web", all(wrong, secretClass))
    external.addChart("postgresql", "1.0.0", "{}", namespace: "staging")
    #expect(external.build().first(.secretReference)?.isUnknown("provided") == true)
    var configured = ModelFixture()
    configured.add("web", all(wrong, secretClass))
    configured.configuration.externalSecrets = ["oth*"]
    #expect(configured.build().first(.secretReference)?.isUnknown("provided") == true)
    var byHand = ModelFixture()
    byHand.add("web", wrong)
    #expect(byHand.build().first(.secretReference)?.isUnknown("provided") == true)
    var neighbour = ModelFixture()
    neighbour.add("web", all(wrong, secretClass))
    neighbour.add("shared", "apiVersion: v1\nkind: Secret\nmetadata: {name: other}\nstringData: {a: b}")
    let found = try #require(neighbour.build().first(.secretReference))
    #expect(found.bool("provided") == true)
    #expect(found.text("providedBy") == "manifest")
  }

  @Test func aSyncedSecretThatNobodyMountsIsNotProvided() throws {
    var fixture = ModelFixture()
    let plain = """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: api}
      spec:
        template:
          spec:
            containers:
              - name: app
                env:
                  - name: X
                    valueFrom: {secretKeyRef: {name: web-database, key: MISSING}}
      """
    fixture.add("web", all(plain, secretClass), namespace: nil, conventional: true)
    let graph = fixture.build()
    let reference = try #require(graph.first(.secretReference))
    #expect(reference.bool("provided") == false)
    #expect(reference.text("providedBy") == "synced")
    #expect(reference.text("mountState") == "nobody")
    #expect(reference.texts("missingKeys") == ["MISSING"])
    #expect(graph.first(.workload)?.text("reloadReason") == "not-enabled")
    #expect(fixture.line(graph.first(.workload)?.fields["reload"]) == "web.yaml:3")
  }

  @Test func whatNamesNoNamespaceGoesToDefault() throws {
    func volume(_ classNamespace: String) throws -> ModelNode {
      var fixture = ModelFixture()
      let inside = named(secretClass, "web\n  namespace: \(classNamespace)")
      fixture.add("k8s", all(workload, inside), namespace: nil, conventional: true)
      return try #require(fixture.build().first(.csiVolume))
    }
    #expect(try volume("default").node("secretProviderClass")?.text("namespace") == "default")
    // `kubectl apply --namespace payments` is as likely; an Application would say so.
    #expect(try volume("payments").node("secretProviderClass")?.text("namespace") == "payments")
    var deployed = ModelFixture()
    deployed.add("web", all(workload, named(secretClass, "web\n  namespace: default")), namespace: "web")
    #expect(deployed.build().first(.csiVolume)?.fields["secretProviderClass"]?.isNull == true)
  }

  @Test func theOnlyOneOfItsNameIsMeantAcrossDirectories() throws {
    var fixture = ModelFixture()
    fixture.add("app", workload, namespace: nil, conventional: true)
    fixture.add("secrets", all(secretClass, account), namespace: nil, conventional: true)
    var graph = fixture.build()
    #expect(graph.first(.csiVolume)?.node("secretProviderClass") != nil)
    #expect(graph.first(.secretReference)?.text("mountState") == "pod")
    #expect(graph.first(.workload)?.node("serviceAccount")?.text("name") == "web")
    // Two of them: which one is meant cannot be told.
    fixture.add("more", all(secretClass, account), namespace: nil, conventional: true)
    graph = fixture.build()
    #expect(graph.first(.csiVolume)?.isUnknown("secretProviderClass") == true)
    #expect(graph.first(.secretReference)?.isUnknown("provided") == true)
    #expect(graph.first(.workload)?.isUnknown("serviceAccount") == true)
  }

  @Test func otherWritersOfASecretAreNamed() throws {
    var fixture = ModelFixture()
    let second = named(secretClass, "api")
    fixture.add("web", all(secretClass, second, "apiVersion: v1\nkind: Secret\nmetadata: {name: web-database}\nstringData: {a: b}"))
    let node = try #require(fixture.build().first(.syncedSecret))
    #expect(node.texts("otherWriters") == ["staging SecretProviderClass `api`", "a manifest"])
  }

  @Test func classesOfOtherNamespacesDoNotCount() throws {
    var fixture = ModelFixture()
    fixture.add("web", workload, namespace: "staging")
    fixture.add("classes", secretClass, namespace: "other")
    let volume = try #require(fixture.build().first(.csiVolume))
    #expect(volume.fields["secretProviderClass"]?.isNull == true)
    #expect(volume.texts("foundIn") == ["other"])
  }

  @Test(arguments: [
    ("arn:aws:iam::210987654399:role/team/web", "", "web"), ("arn:aws:iam::123456789012:role/web", "documentation-account", "web"),
    ("arn:aws:iam::ACCOUNT_ID:role/web", "placeholder", "web"), ("web", "malformed", nil), ("${ROLE}", "", nil), ("\"\"", "empty", nil),
  ] as [(String, String, String?)])
  func roleARNsAreChecked(arn: String, problem: String, name: String?) throws {
    var fixture = ModelFixture()
    fixture.add("sa", "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: web\n  annotations:\n    eks.amazonaws.com/role-arn: \(arn)")
    let node = try #require(fixture.build().first(.serviceAccount))
    #expect(node.text("roleArnProblem") == problem)
    #expect(node.text("roleName") == name)
    #expect(fixture.line(node.fields["roleArn"]) == "sa.yaml:6")
  }

  @Test func conventionalRenderingsYieldToDeployments() {
    var fixture = ModelFixture()
    fixture.add("web", secretClass)
    fixture.units[0].request.isConventional = true
    fixture.add("web", secretClass)
    #expect(fixture.build()[.secretProviderClass].count == 1)
  }

  @Test func failuresKeepTheirPlaces() throws {
    var fixture = ModelFixture()
    let file = fixture.provenance.sources.add(path: "t.yaml", bytes: Array("a\nb\n".utf8))
    fixture.add(
      "web", "", status: .failed,
      diagnostics: [Diagnostic(.error, code: "template/x", "it broke", at: SourceSpan(source: file.id, start: 2, end: 3))])
    let node = try #require(fixture.build().first(.failure))
    #expect(node.text("code") == "template/x" && node.bool("isFatal") == true)
    #expect(fixture.line(node.fields["message"]) == "t.yaml:2")
  }

  @Test func everyNodeHasTheFieldsOfTheSchema() {
    var fixture = ModelFixture()
    fixture.add("web", all(workload, secretClass, account, "apiVersion: v1\nkind: Secret\nmetadata: {name: s}"))
    fixture.addChart("secrets-store-csi-driver", "1.5.4", "enableSecretRotation: true")
    fixture.addChart("secrets-store-csi-driver-provider-aws", "2.1.1", "{}")
    fixture.addChart("reloader", "2.2.16", "{}")
    let graph = fixture.build()
    for (type, nodes) in graph.nodes {
      for node in nodes { #expect(node.memberNames == ModelSchema.fields(of: type).map(\.name)) }
    }
    #expect(Set(graph.nodes.values.flatMap { $0 }.map(\.id)).count == graph.nodes.values.map(\.count).reduce(0, +))
  }
}
