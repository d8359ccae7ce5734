import ArgoCD
import FileTree
import Kubernetes
import Rendering
import SourceText
import Testing
import Values

/// Charts of the tree that a `helm_release` of Terraform or a HelmRelease of Flux deploys.
@Suite struct ReleaseTests {
  private let chart = [
    "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0",
    "charts/web/values.yaml": "a: default\nb: default\nlist: []\n",
    "charts/web/templates/a.yaml": """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }}}
    data:
      a: {{ .Values.a | quote }}
      b: {{ .Values.b | quote }}
      list: {{ .Values.list | join "+" | quote }}

    """,
  ]

  private func render(_ files: [String: String]) -> (units: [RenderedUnit], provenance: Provenance) {
    let provenance = Provenance()
    let tree = MemoryFileTree(text: files.merging(chart) { own, _ in own })
    let options = RenderOptions(repositories: [url])
    return (RepositoryRenderer.render(tree: tree, provenance: provenance, options: options).units.filter { $0.request.tool == .helm }, provenance)
  }

  /// "path:line" of the place to edit.
  private func place(_ value: Value?, _ provenance: Provenance) -> String {
    guard let span = provenance.origins.editPlace(value?.origin ?? .none), let file = provenance.sources.file(span.source) else { return "?" }
    return "\(file.path):\(file.position(span.start).line)"
  }

  struct Case: CustomTestStringConvertible {
    var name: String
    /// Arguments of the release.
    var arguments: String
    var files: [String: String] = [:]
    /// Values of the ConfigMap and where they are written; "?" for what is unknown.
    var a: String
    var at: String
    var b = "default"
    var list = ""
    var testDescription: String { name }
  }

  static let releases: [Case] = [
    Case(name: "the chart's defaults", arguments: "", a: "default", at: "charts/web/values.yaml:1"),
    Case(name: "values in place", arguments: "values = [\"a: given\"]", a: "given", at: "tf/main.tf:5"),
    Case(name: "a values file", arguments: "values = [file(\"${path.module}/v.yaml\")]", files: ["tf/v.yaml": "\na: given\n"], a: "given", at: "tf/v.yaml:2"),
    Case(name: "later values win", arguments: "values = [\"a: first\\nb: first\", yamlencode({ a = \"given\" })]", a: "given", at: "tf/main.tf:5", b: "first"),
    Case(
      name: "a template with a gap", arguments: "values = [templatefile(\"v.tpl\", { x = aws_vpc.v.id, y = \"given\" })]",
      files: ["tf/v.tpl": "a: ${y}\nb: ${x}\n"], a: "given", at: "tf/main.tf:5", b: "?"),
    Case(name: "an encoded map with a gap", arguments: "values = [yamlencode({ a = \"given\", b = aws_vpc.v.id })]", a: "given", at: "tf/main.tf:5", b: "?"),
    Case(name: "a setting over values", arguments: "values = [\"a: x\"]\n  set {\n    name  = \"a\"\n    value = \"given\"\n  }", a: "given", at: "tf/main.tf:8"),
    Case(name: "settings as a list", arguments: "set = [{ name = \"a\", value = \"given\" }]", a: "given", at: "tf/main.tf:5"),
    Case(name: "a setting that is not known", arguments: "set = [{ name = \"b\", value = aws_vpc.v.id }, { name = \"a\", value = \"given\" }]", a: "given", at: "tf/main.tf:5", b: "?"),
    Case(name: "a list", arguments: "set_list {\n    name  = \"list\"\n    value = [\"x\", \"y\"]\n  }", a: "default", at: "charts/web/values.yaml:1", list: "x+y"),
    Case(name: "a literal", arguments: "set = [{ name = \"a\", value = \"x,y\", type = \"literal\" }]", a: "x,y", at: "tf/main.tf:5"),
  ]

  @Test(arguments: releases) func terraformGivesItsValues(_ one: Case) throws {
    var files = one.files
    files["tf/main.tf"] = "resource \"helm_release\" \"web\" {\n  name = \"shop\"\n  namespace = \"web-staging\"\n  chart = \"../charts/web\"\n  \(one.arguments)\n}\nresource \"aws_vpc\" \"v\" {}\n"
    let (units, provenance) = render(files)
    #expect(units.map(\.request.name) == ["helm_release.web of tf"])
    let object = try #require(units.first?.objects.first)
    #expect(object.name == "shop" && object.namespace == "web-staging")
    let data = object.root["data"]
    #expect(data?["a"]?.string == one.a && place(data?["a"], provenance) == one.at)
    #expect((data?["b"]?.isUnknown == true ? "?" : data?["b"]?.string) == one.b)
    #expect(data?["list"]?.string == one.list)
    #expect(units.first?.request.evidence.first?.environment == "staging")
  }

  @Test(arguments: ["{{- toYaml .Values.b | nindent 4 }}", "{{- .Values.b | nindent 4 }}", "{{ .Values.b | quote }}", "{{ printf \"%s-x\" .Values.b }}", "|\n{{ .Values.b | indent 4 }}"])
  func whatIsNotKnownKeepsItsPlaceInTheDocument(_ action: String) {
    let (units, _) = render([
      "tf/main.tf": "resource \"helm_release\" \"web\" {\n  name = \"shop\"\n  chart = \"../charts/web\"\n  set = [{ name = \"b\", value = aws_vpc.v.id }]\n}\nresource \"aws_vpc\" \"v\" {}\n",
      "charts/web/templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  b: \(action)\n  c: known\n",
    ])
    #expect(units.map(\.status) == [.complete])
    let data = units.first?.objects.first?.root["data"]
    #expect(data?["b"]?.isUnknown == true && data?["c"]?.string == "known")
  }

  @Test(arguments: ["repository = \"https://charts.example.com\"", "count = 0"]) func whatTerraformDoesNotDeployIsRenderedByConvention(_ argument: String) {
    let (units, _) = render(["tf/main.tf": "resource \"helm_release\" \"web\" {\n  name = \"shop\"\n  chart = \"../charts/web\"\n  \(argument)\n}\n"])
    #expect(units.map(\.request.name) == ["charts/web"])
  }

  @Test(arguments: [
    """
    resource "kubernetes_manifest" "app" {
      manifest = {
        apiVersion = "argoproj.io/v1alpha1"
        kind       = "Application"
        metadata   = { name = "shop", namespace = "argocd" }
        spec = {
          source      = { repoURL = var.url, path = "charts/web", helm = { parameters = [{ name = "a", value = "given" }] } }
          destination = { namespace = "web-${var.env}" }
        }
      }
    }
    """,
    """
    resource "kubectl_manifest" "app" {
      yaml_body = templatefile("app.tpl", { env = var.env, url = var.url })
    }
    """,
  ]) func terraformDeclaresApplications(_ resource: String) throws {
    let application = """
      apiVersion: argoproj.io/v1alpha1
      kind: Application
      metadata: {name: shop, namespace: argocd}
      spec:
        source: {repoURL: "${url}", path: charts/web, helm: {parameters: [{name: a, value: given}]}}
        destination: {namespace: "web-${env}"}
      """
    let (units, _) = render([
      "tf/main.tf": "variable \"env\" { default = \"staging\" }\nvariable \"url\" { default = \"\(url)\" }\n" + resource, "tf/app.tpl": application,
    ])
    #expect(units.map { "\($0.request.isConventional) \($0.request.name)" } == ["false shop"])
    let object = try #require(units.first?.objects.first)
    #expect(object.namespace == "web-staging" && object.root.at("data", "a")?.string == "given")
  }

  private func release(_ spec: String, name: String = "shop") -> String {
    """
    apiVersion: helm.toolkit.fluxcd.io/v2
    kind: HelmRelease
    metadata: {name: \(name), namespace: flux-system}
    spec:
      chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: flux-system}\(spec.hasPrefix(",") ? spec : "}}\n  " + spec)

    """
  }

  @Test func fluxGivesItsValues() throws {
    let (units, provenance) = render(["clusters/staging/web.yaml": release("targetNamespace: web-staging\n  values:\n    a: given\n")])
    #expect(units.map(\.request.name) == ["HelmRelease shop of clusters/staging"])
    let object = try #require(units.first?.objects.first)
    #expect(object.name == "web-staging-shop" && object.namespace == "web-staging")
    #expect(object.root.at("data", "a")?.string == "given" && place(object.root.at("data", "a"), provenance) == "clusters/staging/web.yaml:8")
  }

  @Test func anOverlayOfFluxGivesItsOwnValues() {
    let files = [
      "apps/base/kustomization.yaml": "resources: [web.yaml]\n", "apps/base/web.yaml": release("values: {a: base}"),
      "apps/staging/kustomization.yaml": "resources: [../base]\npatches: [{path: p.yaml}]\n",
      "apps/staging/p.yaml": "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: shop, namespace: flux-system}\nspec: {values: {a: staging}}\n",
    ]
    let (units, provenance) = render(files)
    #expect(units.map(\.request.name) == ["HelmRelease shop of apps/staging"])
    let value = units.first?.objects.first?.root.at("data", "a")
    #expect(value?.string == "staging" && place(value, provenance) == "apps/staging/p.yaml:4")
  }

  @Test func valuesFilesOfFluxStandForTheChartsOwn() {
    let files = ["web.yaml": release(", valuesFiles: [env/staging.yaml]}}"), "env/staging.yaml": "a: given\n"]
    let (units, _) = render(files)
    #expect(units.first?.objects.first?.root.at("data", "a")?.string == "given")
    // The chart's own file does not count then, so that what it sets is not certain.
    #expect(units.first?.status == .partial)
  }
}
