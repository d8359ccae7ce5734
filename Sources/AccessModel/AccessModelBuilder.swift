import FileTree
import Rendering
import SourceText
import Values

/// Builds the graph: the linkers one after the other, each adding one kind of node or edge.
package enum AccessModelBuilder {
  /// - Parameter tree: the linted tree, for what a chart's own values.yaml says; without it there are no `chart` nodes.
  package static func build(
    repository: RenderedRepository, provenance: Provenance, configuration: ModelConfiguration = ModelConfiguration(),
    tree: (any FileTree)? = nil, limits: Limits = Limits()
  ) -> AccessGraph {
    let context = LinkContext(
      repository: repository, provenance: provenance, configuration: configuration, tree: tree, limits: limits)
    DeploymentLinker(context: context).link()
    ObjectLinker(context: context).link()
    WorkloadLinker(context: context).link()
    ClassLinker(context: context).link()
    let secrets = SecretLinker(context: context)
    secrets.link()
    ReferenceLinker(context: context).link()
    secrets.finish()
    AccountLinker(context: context).link()
    let indexes = repository.terraform.map { TerraformIndex($0, context: context) }
    AWSSecretLinker(context: context, indexes: indexes).link()
    SpellingLinker(context: context).link()
    let loose = RoleLinker(context: context, indexes: indexes).link()
    PolicyLinker(context: context).link(loose: loose)
    InstallationLinker(context: context).link()
    IdentityLinker(context: context).link()
    ReloadLinker(context: context).link()
    ChartLinker(context: context).link()
    BaseLinker(context: context).link()
    FailureLinker(context: context).link()
    return context.graph()
  }
}
