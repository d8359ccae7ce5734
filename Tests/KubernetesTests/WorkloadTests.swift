import Testing
import Values

@testable import Kubernetes

private func object(_ json: String) throws -> KubernetesObject { try #require(KubernetesObject(try JSONReader.read(json))) }

private func deployment(_ pod: String, kind: String = "Deployment", api: String = "apps/v1") -> String {
  #"{"apiVersion":"\#(api)","kind":"\#(kind)","metadata":{"name":"web"},"spec":{"template":{"metadata":{"annotations":{"a":"b"}},"spec":\#(pod)}}}"#
}

struct WorkloadTests {
  @Test(arguments: [
    (#"{"apiVersion":"v1","kind":"Pod","spec":{"serviceAccount":"old"}}"#, Workload.Kind.pod, "old"),
    (#"{"apiVersion":"batch/v1","kind":"CronJob","spec":{"jobTemplate":{"spec":{"template":{"spec":{"serviceAccountName":"cj"}}}}}}"#, .cronJob, "cj"),
    (#"{"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","spec":{"workloadRef":{"name":"x"}}}"#, .rollout, nil),
    (#"{"apiVersion":"serving.knative.dev/v1","kind":"Service","spec":{"template":{"spec":{"serviceAccountName":"kn","containers":[]}}}}"#, .custom, "kn"),
    (#"{"apiVersion":"keda.sh/v1alpha1","kind":"ScaledJob","spec":{"jobTargetRef":{"template":{"spec":{"containers":[{"name":"a"}]}}}}}"#, .custom, nil),
  ] as [(String, Workload.Kind, String?)])
  func kindsOfPodMakersAreKnown(json: String, kind: Workload.Kind, account: String?) throws {
    let workload = try #require(try object(json).workload)
    #expect(workload.kind == kind)
    #expect(workload.serviceAccountName?.string == account)
  }

  @Test(arguments: [
    #"{"apiVersion":"v1","kind":"Service","spec":{"template":{"spec":{"containers":[]}}}}"#,
    #"{"apiVersion":"v1","kind":"ConfigMap"}"#,
    #"{"apiVersion":"apps/v1","kind":"Job"}"#,
  ])
  func othersAreNoWorkloads(json: String) throws {
    #expect(try object(json).workload == nil)
  }

  @Test func referencesAreFoundEverywhere() throws {
    let workload = try #require(
      try object(
        deployment(
          #"""
          {"containers":[{"name":"app","env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"s1","key":"k","optional":true}}}],
             "envFrom":[{"secretRef":{"name":"s2"}},{"configMapRef":{"name":"c1"}}],"volumeMounts":[{"name":"v1","mountPath":"/x","subPath":"y"}]}],
           "initContainers":[{"name":"init","volumeMounts":[{"name":"v2","mountPath":"/x"}]}],
           "imagePullSecrets":[{"name":"pull"}],
           "volumes":[{"name":"v1","secret":{"secretName":"s3","items":[{"key":"i","path":"p"}]}},
             {"name":"v2","projected":{"sources":[{"secret":{"name":"s4"}},{"configMap":{"name":"c2"}}]}},{"name":"v3","secret":{"secretName":"s5"}}]}
          """#)
      ).workload)
    let found = workload.pod.references.map { "\($0.kind.rawValue) \($0.way.rawValue) \($0.name.string ?? "?") \($0.container) \($0.isMounted)" }
    #expect(
      found == [
        "Secret env s1 app true", "Secret envFrom s2 app true", "ConfigMap envFrom c1 app true", "Secret volume s3 app true",
        "Secret projectedVolume s4 init true", "ConfigMap projectedVolume c2 init true", "Secret volume s5  false",
        "Secret imagePullSecret pull  false",
      ])
    #expect(workload.pod.references[0].key?.string == "k")
    #expect(workload.pod.references[0].optional?.bool == true)
    #expect(workload.pod.references[3].items.compactMap(\.string) == ["i"])
    for (name, isReferenced) in [("s1", true), ("s2", true), ("s3", true), ("s4", true), ("s5", false), ("pull", false), ("c1", false)] {
      #expect(workload.pod.isReferenced(.secret, name) == isReferenced, "\(name)")
    }
    #expect(workload.pod.isReferenced(.configMap, "c2"))
    #expect(workload.templateAnnotations?["a"]?.string == "b")
  }

  @Test func theFirstVolumeOfASecretDecides() throws {
    let workload = try #require(
      try object(
        deployment(
          #"""
          {"containers":[{"name":"app","volumeMounts":[{"name":"second","mountPath":"/x"},{"name":"csi","mountPath":"/y"}]}],
           "volumes":[{"name":"first","secret":{"secretName":"s"}},{"name":"second","secret":{"secretName":"s"}},
             {"name":"csi","csi":{"driver":"any","volumeAttributes":{"secretProviderClass":"spc"}}}]}
          """#)
      ).workload)
    #expect(!workload.pod.isReferenced(.secret, "s"))
    #expect(workload.pod.isReferenced(.secretProviderClass, "spc"))
  }

  @Test func nothingIsReferencedWithoutAnOrdinaryContainer() throws {
    let workload = try #require(
      try object(deployment(#"{"initContainers":[{"name":"i","envFrom":[{"secretRef":{"name":"s"}}]}]}"#)).workload)
    #expect(!workload.pod.isReferenced(.secret, "s"))
  }

  @Test(arguments: [
    ("a=b", true), ("a==b,c!=d", true), ("a in (x, b)", true), ("a notin (b)", false), ("!z", true), ("z", false), ("a:b", true), ("a:*", true),
    ("", true), ("a=x", false),
  ])
  func textSelectorsMatchLabels(text: String, matches: Bool) throws {
    let selector = try #require(LabelSelector(text: text))
    #expect(selector.matches(ValueMap([("a", .string("b"))])) == matches)
  }

  @Test func structuredSelectorsMatchLabels() throws {
    let json = #"{"matchLabels":{"a":"b"},"matchExpressions":[{"key":"c","operator":"Exists"},{"key":"d","operator":"NotIn","values":["x"]}]}"#
    let selector = try #require(LabelSelector(try JSONReader.read(json)))
    #expect(selector.matches(ValueMap([("a", .string("b")), ("c", .string(""))])) == true)
    #expect(selector.matches(ValueMap([("a", .string("b"))])) == false)
    #expect(selector.matches(ValueMap([("a", .unknown("why")), ("c", .string(""))])) == nil)
    #expect(LabelSelector(try JSONReader.read(#"{"matchExpressions":[{"key":"c","operator":"Gt"}]}"#)) == nil)
  }
}
