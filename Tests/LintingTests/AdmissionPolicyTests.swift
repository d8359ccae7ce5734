import Linting
import SourceText
import Testing

private let deployment = """
  apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: web
    namespace: production
    labels: {team: shop}
  spec:
    replicas: 7
    template:
      spec:
        containers:
          - {name: web, image: "web:1"}
  """

private func policy(
  _ validations: String, match: String = "{resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}]}",
  more: String = ""
) -> String {
  """
  apiVersion: admissionregistration.k8s.io/v1
  kind: ValidatingAdmissionPolicy
  metadata: {name: few-replicas}
  spec:
    matchConstraints: \(match)
  \(more)
    validations:
  \(validations)

  """
}

/// ValidatingAdmissionPolicies judge rendered objects as the API server would.
@Suite struct AdmissionPolicyTests {
  private func findings(_ policies: String, objects: String = deployment, also: [String: String] = [:]) -> [String] {
    let files = [".secretslint.yaml": "policies: [cluster/policies.yaml]\n", "cluster/policies.yaml": policies, "k8s/web.yaml": objects]
      .merging(also) { first, _ in first }
    return LintFixture.run(files, rules: []).findings.filter { ["few-replicas", "rule-invalid", "config-invalid"].contains($0.rule) }
      .map { "\($0.place?.path ?? ""):\($0.place?.start.line ?? 0) \($0.severity.name) \($0.message)" }
  }

  private let limit = "    - {expression: object.spec.replicas <= 5, message: \"too {many}\"}"

  @Test func anObjectThatThePolicyRefusesIsAFindingAtItsField() {
    #expect(findings(policy(limit)) == ["k8s/web.yaml:8 error production Deployment `web`: too {many}"])
    #expect(findings(policy(limit), objects: deployment.replacing("7", with: "5")) == [])
  }

  @Test func theMessageMayBeAnExpression() {
    let text = "    - {expression: object.spec.replicas <= 5, messageExpression: \"'has ' + string(object.spec.replicas)\"}"
    #expect(findings(policy(text)) == ["k8s/web.yaml:8 error production Deployment `web`: has 7"])
    let broken = "    - {expression: object.spec.replicas <= 5, message: plain, messageExpression: \"object.nothing\"}"
    #expect(findings(policy(broken)) == ["k8s/web.yaml:8 error production Deployment `web`: plain"])
    let none = "    - {expression: object.spec.replicas <= 5}"
    #expect(findings(policy(none)) == ["k8s/web.yaml:8 error production Deployment `web`: failed expression: object.spec.replicas <= 5"])
  }

  @Test func variablesAndConditionsAreEvaluated() {
    let more = """
        variables:
          - {name: limit, expression: "object.metadata.labels.team == 'shop' ? 9 : 5"}
        matchConditions:
          - {name: in production, expression: request.namespace == 'production'}
      """
    let text = "    - {expression: object.spec.replicas <= variables.limit, message: many}"
    #expect(findings(policy(text, more: more)) == [])
    #expect(findings(policy(text, more: more), objects: deployment.replacing("team: shop", with: "team: x")).count == 1)
    let elsewhere = deployment.replacing("team: shop", with: "team: x").replacing("namespace: production", with: "namespace: staging")
    #expect(findings(policy(text, more: more), objects: elsewhere) == [])
  }

  struct Match: CustomTestStringConvertible, Sendable {
    var text: String
    var matches: Bool
    var testDescription: String { text }
  }

  @Test(arguments: [
    Match(text: "{resourceRules: [{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']}]}", matches: true),
    Match(text: "{resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [DELETE], resources: [deployments]}]}", matches: false),
    Match(text: "{resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]}", matches: false),
    Match(text: "{resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [statefulsets]}]}", matches: false),
    Match(text: "{resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments], scope: Cluster}]}", matches: false),
    Match(text: "{resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments], resourceNames: [other]}]}", matches: false),
    Match(text: "{resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}], excludeResourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]}", matches: false),
    Match(text: "{resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}], objectSelector: {matchLabels: {team: shop}}}", matches: true),
    Match(text: "{resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}], objectSelector: {matchLabels: {team: other}}}", matches: false),
    Match(text: "{resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}], namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: production}}}", matches: true),
    Match(text: "{resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}], namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: staging}}}", matches: false),
    Match(text: "{resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}], namespaceSelector: {matchLabels: {level: high}}}", matches: false),
  ])
  func constraintsSayWhatThePolicySees(_ match: Match) {
    #expect(findings(policy(limit, match: match.text)).isEmpty == !match.matches)
  }

  @Test func labelsOfANamespaceOfTheRepositoryAreKnown() {
    let namespace = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: production, labels: {level: high}}\n"
    let text = policy(limit, match: "{resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}], namespaceSelector: {matchLabels: {level: high}}}")
    #expect(findings(text, objects: deployment + "\n" + namespace).count == 1)
    #expect(findings(text, objects: deployment + "\n" + namespace.replacing("high", with: "low")) == [])
  }

  @Test func fieldsThatAreNullAreAbsent() {
    let text = policy("    - {expression: \"!has(object.spec.paused) && !has(object.metadata.annotations)\", message: present}")
    let objects = deployment.replacing("  replicas: 7", with: "  replicas: 7\n  paused: null").replacing("labels: {", with: "annotations:\n  labels: {")
    #expect(findings(text, objects: objects) == [])
  }

  @Test func conditionsHaveNoVariablesAndTheRequestIsTyped() {
    let more = """
        variables: [{name: limit, expression: "5"}]
        matchConditions: [{name: x, expression: variables.limit == 5}]
      """
    #expect(findings(policy(limit, more: more)).map { $0.contains("nothing is called 'variables'") } == [true])
    let typo = findings(policy("    - {expression: request.opration == 'CREATE', message: no}"))
    #expect(typo.map { $0.contains("did you mean 'operation'") } == [true], "\(typo)")
    #expect(findings(policy("    - {expression: \"request.requestKind.kind == 'Deployment' && request.kind.group == 'apps'\", message: no}")) == [])
  }

  @Test func aMissingFieldRefusesUnlessFailuresAreIgnored() {
    let text = "    - {expression: object.spec.paused == false, message: paused}"
    #expect(findings(policy(text)).map { $0.contains("expression failed: no such key") && $0.contains("paused") } == [true], "\(findings(policy(text)))")
    #expect(findings(policy(text, more: "  failurePolicy: Ignore")) == [])
  }

  @Test func parametersComeFromTheFilesByTheirBinding() {
    let text = policy("    - {expression: object.spec.replicas <= params.limit, message: many}", more: "  paramKind: {apiVersion: rules.example.com/v1, kind: Limit}")
    func binding(_ action: String, _ name: String) -> String {
      """
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicyBinding
      metadata: {name: bound}
      spec: {policyName: few-replicas, validationActions: [\(action)], paramRef: {name: \(name), namespace: policies, parameterNotFoundAction: Deny}}

      """
    }
    let param = "---\napiVersion: rules.example.com/v1\nkind: Limit\nmetadata: {name: small, namespace: policies}\nlimit: 5\n"
    #expect(findings(text + binding("Deny", "small") + param) == ["k8s/web.yaml:8 error production Deployment `web`: many"])
    #expect(findings(text + binding("Warn", "small") + param) == ["k8s/web.yaml:8 warning production Deployment `web`: many"])
    #expect(findings(text + binding("Audit", "small") + param) == ["k8s/web.yaml:8 info production Deployment `web`: many"])
    #expect(findings(text + binding("Deny", "small") + param.replacing("limit: 5", with: "limit: 7")) == [])
    // What a cluster may hold is not known here.
    #expect(findings(text + binding("Deny", "other") + param).map { $0.contains("are not among the files") } == [true])
    #expect(findings(text).first?.contains("none of the files binds it") == true)
  }

  @Test func mistakesAreLocated() {
    let typo = findings(policy("    - {expression: objct.spec.replicas <= 5, message: many}"))
    #expect(typo.count == 1 && typo[0].hasPrefix("cluster/policies.yaml:8 error"), "\(typo)")
    let authorizer = findings(policy("    - {expression: \"authorizer.group('').resource('pods').check('get').allowed()\", message: no}"))
    #expect(authorizer.count == 1 && authorizer[0].contains("authorizer"), "\(authorizer)")
    #expect(findings("apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: few-replicas}\nspec: {}\n").count == 1)
  }

  @Test func whoAppliesTheObjectIsNotKnown() {
    #expect(findings(policy("    - {expression: \"request.userInfo.username == 'me'\", message: no}")) == [])
  }
}
