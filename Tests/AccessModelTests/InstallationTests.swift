import ArgoCD
import Rendering
import SourceText
import Terraform
import Testing
import Values

@testable import AccessModel

struct InstallationTests {
  @Test func theDriverIsReadFromAnApplicationsValues() throws {
    var fixture = ModelFixture()
    fixture.addChart(
      "secrets-store-csi-driver", "1.5.4", "syncSecret:\n  enabled: true\nenableSecretRotation: true\nrotationPollInterval: 2min\nserviceAccount: {}\nlinux:\n  resources: {}\n")
    let driver = try #require(fixture.build().first(.driver))
    #expect(driver.bool("rotationEnabled") == true)
    #expect(driver.text("rotationInterval") == "2min")
    #expect(driver.text("rotationIntervalProblem") == "not-a-duration")
    #expect(driver.bool("syncSecretEnabled") == true)
    #expect(driver.records("unknownValues", "key") == ["serviceAccount", "linux.resources"])
    #expect(driver.records("unknownValues", "suggestion") == ["", "linux.driver.resources"])
    #expect(fixture.line(driver.fields["rotationInterval"]) == "apps/secrets-store-csi-driver.yaml:4")
  }

  @Test func absentValuesPointAtTheirParent() throws {
    var fixture = ModelFixture()
    fixture.addChart("secrets-store-csi-driver", "1.5.4", "syncSecret:\n  enabled: \"false\"\n")
    let driver = try #require(fixture.build().first(.driver))
    #expect(driver.bool("rotationEnabled") == false)
    #expect(fixture.line(driver.fields["rotationEnabled"]) == "apps/secrets-store-csi-driver.yaml:1")
    #expect(driver.bool("syncSecretEnabled") == false)
    #expect(driver.fields["rotationIntervalSeconds"]?.isNull == true)
  }

  @Test func theProviderBringsADriver() throws {
    var fixture = ModelFixture()
    fixture.addChart("secrets-store-csi-driver", "1.5.4", "enableSecretRotation: true\n", cluster: "c")
    fixture.addChart(
      "secrets-store-csi-driver-provider-aws", "2.1.1", "enableSecretRotation: true\nsecurityContext:\n  runAsNonRoot: true\n", cluster: "c",
      release: "secrets-store-csi-driver-provider-aws")
    let graph = fixture.build()
    let provider = try #require(graph.first(.provider))
    #expect(provider.bool("installsDriver") == true && provider.bool("cannotRunAsRoot") == true)
    #expect(provider.records("unknownValues", "suggestion") == ["secrets-store-csi-driver.enableSecretRotation"])
    let bundled = try #require(provider.node("driver"))
    #expect(bundled.bool("isBundled") == true && bundled.bool("rotationEnabled") == false && bundled.bool("nameCollides") == true)
    #expect(bundled.text("version") == "1.5.3")
    #expect(graph[.driver].map { $0.texts("others").count } == [1, 1])
  }

  @Test func rangesOfVersionsAreUnknown() throws {
    var fixture = ModelFixture()
    fixture.addChart("secrets-store-csi-driver-provider-aws", "*", "{}")
    fixture.addChart("reloader", "2.*", "{}")
    let graph = fixture.build()
    #expect(graph.first(.provider)?.isUnknown("installsDriver") == true)
    #expect(graph.first(.provider)?.isUnknown("version") == true)
    #expect(graph.first(.reloader)?.isUnknown("version") == true)
  }

  @Test func whatHoldsForTheOldestVersionOfARangeHoldsForAll() throws {
    var fixture = ModelFixture()
    fixture.addChart("secrets-store-csi-driver-provider-aws", "^2", "{}")
    let provider = try #require(fixture.build().first(.provider))
    #expect(provider.bool("installsDriver") == true)
    #expect(provider.isUnknown("version") && provider.isUnknown("needsTokenRequests"))
  }

  @Test func helmReleasesOfTerraformAreRead() throws {
    var fixture = ModelFixture()
    fixture.addTerraform([
      "main.tf": """
      resource "helm_release" "csi" {
        name    = "csi"
        chart   = "secrets-store-csi-driver"
        version = "1.5.4"
        values  = [yamlencode({ syncSecret = { enabled = true } })]
        set {
          name  = "enableSecretRotation"
          value = "true"
        }
      }
      """
    ])
    let driver = try #require(fixture.build().first(.driver))
    #expect(driver.bool("rotationEnabled") == true && driver.bool("syncSecretEnabled") == true)
    #expect(fixture.line(driver.fields["rotationEnabled"]) == "terraform/main.tf:8")
  }

  @Test func manifestsOfTheDriverAreRead() throws {
    var fixture = ModelFixture()
    fixture.add(
      "driver",
      """
      apiVersion: apps/v1
      kind: DaemonSet
      metadata: {name: csi}
      spec:
        template:
          spec:
            containers:
              - name: registrar
                image: registry.k8s.io/sig-storage/csi-node-driver-registrar:v2
              - name: secrets-store
                image: registry.k8s.io/csi-secrets-store/driver:v1.6.0
                args:
                  - --enable-secret-rotation=true
                  - --rotation-poll-interval
                  - 90s
      """)
    let driver = try #require(fixture.build().first(.driver))
    #expect(driver.bool("rotationEnabled") == true)
    #expect(driver.fields["rotationIntervalSeconds"]?.int == 90)
    #expect(driver.bool("isRotationByRepublish") == true)
    #expect(fixture.line(driver.fields["rotationInterval"]) == "driver.yaml:15")
  }

  @Test func reloadersSettingsDecide() throws {
    let workload = """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, annotations: {reloader.stakater.com/auto: "true"}}
      spec:
        template:
          spec:
            containers: [{name: app, volumeMounts: [{name: s, mountPath: /s}]}]
            volumes:
              - name: s
                csi: {driver: secrets-store.csi.k8s.io, readOnly: true, volumeAttributes: {secretProviderClass: web}}
      ---
      apiVersion: secrets-store.csi.x-k8s.io/v1
      kind: SecretProviderClass
      metadata: {name: web}
      spec:
        provider: aws
        parameters: {objects: "[{objectName: staging/x, objectType: secretsmanager}]"}
      """
    func reload(_ version: String, _ values: String) -> (String?, String?) {
      var fixture = ModelFixture()
      fixture.add("web", workload)
      fixture.addChart("reloader", version, values, namespace: "reloader")
      let node = fixture.build().first(.secretUse)
      return (node?.text("reload"), node?.text("reloadReason"))
    }
    #expect(reload("2.2.16", "{}") == ("no", "csi-only"))
    #expect(reload("2.2.16", "reloader: {enableCSIIntegration: true}") == ("yes", "enabled"))
    #expect(reload("2.2.5", "reloader: {enableCSIIntegration: true}") == ("no", "csi-unsupported"))
    #expect(reload("2.2.16", "reloader: {enableCSIIntegration: true, watchGlobally: false}") == ("no", "scope"))
    #expect(reload("2.2.16", "reloader: {enableCSIIntegration: true, ignoreNamespaces: \"a,staging\"}") == ("no", "scope"))
    #expect(reload("^2", "reloader: {enableCSIIntegration: true}") == (nil, nil))
  }

  @Test func aReloaderOfTerraformServesAnyCluster() throws {
    var fixture = ModelFixture()
    fixture.add(
      "web",
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec: {template: {spec: {containers: [{name: app, envFrom: [{secretRef: {name: web}}]}]}}}
      ---
      apiVersion: secrets-store.csi.x-k8s.io/v1
      kind: SecretProviderClass
      metadata: {name: web}
      spec:
        provider: aws
        parameters: {objects: "[{objectName: staging/x, objectType: secretsmanager}]"}
        secretObjects: [{secretName: web, type: Opaque, data: [{objectName: staging_x, key: X}]}]
      """, cluster: "https://kubernetes.default.svc")
    fixture.addTerraform([
      "main.tf": """
      resource "helm_release" "reloader" {
        name    = "reloader"
        chart   = "reloader"
        version = "2.2.16"
        values  = [yamlencode({ reloader = { autoReloadAll = true } })]
      }
      """
    ])
    let use = try #require(fixture.build().first(.secretUse))
    #expect(use.text("reload") == "yes" && use.bool("isAssumed") == false)
    #expect(use.node("reloader")?.text("source") == "helm_release")
  }
}
