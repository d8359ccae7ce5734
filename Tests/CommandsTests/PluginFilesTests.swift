import ArgoCD
import FileTree
import Kubernetes
import Kustomize
import SourceText
import Support
import Testing
import Values
import YAMLSyntax

private func documents(_ path: String) throws -> [Value] {
  let tree = try #require(DiskFileTree(root: repositoryRoot))
  let provenance = Provenance()
  let sink = DiagnosticSink()
  let file = provenance.sources.add(path: path, bytes: try tree.read(path))
  let found = YAMLReader.read(file: file, dialect: .kubernetes, provenance: provenance, sink: sink)
  #expect(sink.diagnostics.isEmpty, "\(path): \(sink.diagnostics.map(\.message))")
  return found.map(\.root)
}

/// What operators and CI systems get from us, judged as they would.
@Suite struct PluginFilesTests {
  @Test(arguments: ["plugin/plugin.yaml", "plugin/examples/discovery.yaml"]) func pluginStartsAServer(_ path: String) throws {
    let plugin = try #require(try documents(path).first)
    #expect(plugin["kind"]?.string == "ConfigManagementPlugin")
    // A version that is a number would stop the server.
    let version = try #require(plugin.at("spec", "version")?.string)
    #expect(plugin.at("metadata", "name")?.string == "secretslint" && version == "v1")
    #expect(plugin.at("spec", "generate", "command")?.list?.map(\.string) == ["/usr/local/bin/secretslint", "plugin", "generate"])
    let known: Set<String> = ["version", "init", "generate", "discover", "parameters", "preserveFileMode", "provideGitCreds"]
    let fields = Set(plugin["spec"]?.map?.entries.map(\.key.string) ?? [])
    #expect(fields.isSubset(of: known))
    #expect((plugin.at("spec", "discover") == nil) == (path == "plugin/plugin.yaml"))
  }

  @Test(arguments: [
    "plugin/examples/helm.yaml", "plugin/examples/kustomize.yaml", "examples/ci/github.yml", "examples/ci/secretslint.gitlab-ci.yml", "examples/ci/pre-commit.yaml",
    "action.yml", ".pre-commit-hooks.yaml",
  ]) func filesAreYAML(_ path: String) throws { #expect(try documents(path).count == 1) }

  private static func build() throws -> KustomizeResult {
    var files = [
      "kustomization.yaml": "resources: [argocd.yaml]\ncomponents: [plugin]\n",
      "argocd.yaml": """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: argocd-repo-server}
        spec: {template: {spec: {containers: [{name: argocd-repo-server, image: argocd}], volumes: [{name: var-files, emptyDir: {}}, {name: plugins, emptyDir: {}}]}}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: argocd-cmd-params-cm}
        """,
    ]
    for name in ["kustomization.yaml", "repo-server.yaml", "timeouts.yaml"] {
      let text: String = try #require(readText(repositoryRoot + "/plugin/kustomize/" + name))
      files["plugin/" + name] = text
    }
    let sink = DiagnosticSink()
    let result = KustomizeBuilder(tree: MemoryFileTree(text: files), provenance: Provenance()).build(directory: "", sink: sink)
    #expect(sink.diagnostics.map(\.message) == [])
    return result
  }

  @Test func theComponentAddsTheSidecar() throws {
    let result = try Self.build()
    let pod = try #require(result.objects.first { $0.kind == "Deployment" }?.root.at("spec", "template", "spec"))
    let containers = Set((pod["containers"]?.list ?? []).compactMap { $0["name"]?.string })
    #expect(containers == ["argocd-repo-server", "secretslint"])
    let volumes = Set((pod["volumes"]?.list ?? []).compactMap { $0["name"]?.string })
    #expect(volumes == ["var-files", "plugins", "secretslint-tmp"])
    let sidecar = try #require(pod["containers"]?.list?.first { $0["name"]?.string == "secretslint" })
    let security = try #require(sidecar["securityContext"])
    #expect(security["runAsUser"]?.int == 999 && security["readOnlyRootFilesystem"]?.bool == true && security["allowPrivilegeEscalation"]?.bool == false)
  }

  /// Both ways to install add the same container.
  @Test func theValuesOfTheChartSayTheSame() throws {
    let values = try #require(try documents("plugin/argocd-values.yaml").first)
    let pod = try #require(try Self.build().objects.first { $0.kind == "Deployment" }?.root.at("spec", "template", "spec"))
    let writer = JSONWriter(sortsKeys: true)
    let component = try #require(pod["containers"]?.list?.first { $0["name"]?.string == "secretslint" })
    let chart = try #require(values.at("repoServer", "extraContainers")?.list?.first)
    #expect(writer.string(component) == writer.string(chart))
  }

  /// Each parameter of the example Applications is one that the plugin knows, in the form that it expects.
  @Test(arguments: ["plugin/examples/helm.yaml", "plugin/examples/kustomize.yaml"]) func examplesUseKnownParameters(_ path: String) throws {
    let application = try #require(try documents(path).first)
    #expect(application.at("spec", "source", "plugin", "name")?.string == "secretslint-v1")
    let sink = DiagnosticSink()
    _ = PluginParameters(application.at("spec", "source", "plugin", "parameters") ?? .null, origins: OriginTable(), sink: sink)
    #expect(sink.diagnostics.map(\.message) == [])
  }

  /// The page that operators read names every parameter.
  @Test func theReadmeNamesAllParameters() throws {
    let text = try #require(readText(repositoryRoot + "/plugin/README.md"))
    for definition in PluginParameters.definitions { #expect(text.contains("`" + definition.name), "\(definition.name)") }
  }
}
