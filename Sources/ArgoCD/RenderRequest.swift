import SourceText
import Values

// Applications and ApplicationSets → render requests: what Argo CD would render, from where, with which values and for which
// environment. Nothing is rendered here.

/// How certain it is for which environment a deployment is (domain.md §6.3).
package enum EvidenceStrength: UInt8, Sendable, Comparable {
  case weak
  case strong

  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// One sign that a deployment belongs to an environment.
package struct EnvironmentEvidence: Sendable {
  /// Canonical name (`production`), from the aliases of `Kubernetes.EnvironmentNames`.
  package var environment: String
  /// As it was spelled (`prod`).
  package var spelling: String
  package var strength: EvidenceStrength
  /// One clause: "ApplicationSet parameter `env`", "namespace", "overlay directory".
  package var how: String
  /// Where that is written.
  package var origin: Origin

  package init(environment: String, spelling: String, strength: EvidenceStrength, how: String, origin: Origin) {
    self.environment = environment
    self.spelling = spelling
    self.strength = strength
    self.how = how
    self.origin = origin
  }
}

/// One layer of Helm values, in ascending precedence.
package enum ValuesLayer: Sendable {
  /// A file of the tree.
  /// - origin: where the Application names it.
  case file(path: String, origin: Origin, optional: Bool)
  /// Inline text (`helm.values`): YAML, read with the origins of its runs.
  case text(Value)
  /// Inline object (`helm.valuesObject`).
  case object(Value)
  /// A file that cannot be had here (a remote one, another repository's).
  case external(name: String, origin: Origin)
}

/// `--set`, `--set-string`, `--set-file`, `--set-literal`.
package struct HelmParameter: Sendable {
  package enum Kind: Sendable { case set, setString, setFile, setLiteral }
  package var name: Value
  package var value: Value
  package var kind: Kind

  package init(name: Value, value: Value, kind: Kind) {
    self.name = name
    self.value = value
    self.kind = kind
  }
}

/// Options of an Application's `kustomize:` section; each value with its origin.
package struct KustomizeOptions: Sendable {
  package var section: Value

  /// - Parameter section: the map `spec.source.kustomize` as it stands after templating.
  package init(section: Value) { self.section = section }
}

/// One deployment of one source: what is rendered once and judged once.
package struct RenderRequest: Sendable {
  package enum Tool: Sendable, Equatable {
    case helm
    case kustomize
    case directory(recurse: Bool, include: String?, exclude: String?)
  }

  package enum Location: Sendable {
    /// A directory or a `.tgz` of the linted tree, "" for its root.
    case tree(String)
    /// A chart of a registry or a path of another repository: its objects are unknown, its values are not.
    case external(repository: String, chart: String?, path: String?, revision: String, origin: Origin)
  }

  package var tool: Tool
  package var location: Location
  /// Helm's release name; the Application's name by default.
  package var releaseName: Value
  /// Destination namespace; null where it is not told, unknown where it cannot be known.
  package var namespace: Value
  package var values: [ValuesLayer]
  package var parameters: [HelmParameter]
  package var kustomize: KustomizeOptions?
  package var includeCRDs: Bool
  package var kubeVersion: String?
  package var apiVersions: [String]
  /// Strongest first. Empty: not determined.
  package var evidence: [EnvironmentEvidence]
  /// The Application that asks for it; nil where convention does (a chart that no Application deploys).
  package var application: Value?
  /// What asks for it where no Application does: arguments of a `helm_release` of Terraform, or a HelmRelease of Flux.
  package var release: Value?
  /// Name for people: "web-staging", or the path and values file.
  package var name: String
  /// Destination cluster, for telling installations on different clusters apart; "" if not told.
  package var cluster: String
  /// Whether the rendering is only an example of what somebody may deploy (a chart's defaults, `ci/` values, a base).
  package var isConventional: Bool
  /// It is only a part of what is deployed, judged alone because the whole cannot be rendered.
  package var isPart = false
  /// Where the source is declared: the Application's `source`, or the file that convention found.
  package var origin: Origin
  /// Revision as the source names it; "" where it names none.
  package var revision: String
  /// The revision is none that this checkout is known to be at: findings say so and are warnings at most.
  package var isOtherRevision: Bool
  /// Something that the source asks for is missing (a values file, an unknown `$ref`), so that Argo CD would refuse it; what is rendered
  /// all the same proves no absence.
  package var isIncomplete: Bool
  /// `helm.skipTests`.
  package var skipTests: Bool
  /// `helm.skipSchemaValidation`.
  package var skipSchemaValidation: Bool
  /// Arguments of `kustomize build` beyond the directory (`--enable-helm`).
  package var buildOptions: String
  /// Parameters of the ApplicationSet element that the Application was made of; nil where none.
  package var generatorParameters: ValueMap?

  package init(
    tool: Tool, location: Location, releaseName: Value, namespace: Value, values: [ValuesLayer] = [],
    parameters: [HelmParameter] = [], kustomize: KustomizeOptions? = nil, includeCRDs: Bool = true,
    kubeVersion: String? = nil, apiVersions: [String] = [], evidence: [EnvironmentEvidence] = [],
    application: Value? = nil, name: String, cluster: String = "", isConventional: Bool = false,
    origin: Origin = .none, revision: String = "", isOtherRevision: Bool = false, isIncomplete: Bool = false,
    skipTests: Bool = false, skipSchemaValidation: Bool = false, buildOptions: String = "",
    generatorParameters: ValueMap? = nil
  ) {
    self.tool = tool
    self.location = location
    self.releaseName = releaseName
    self.namespace = namespace
    self.values = values
    self.parameters = parameters
    self.kustomize = kustomize
    self.includeCRDs = includeCRDs
    self.kubeVersion = kubeVersion
    self.apiVersions = apiVersions
    self.evidence = evidence
    self.application = application
    self.name = name
    self.cluster = cluster
    self.isConventional = isConventional
    self.origin = origin
    self.revision = revision
    self.isOtherRevision = isOtherRevision
    self.isIncomplete = isIncomplete
    self.skipTests = skipTests
    self.skipSchemaValidation = skipSchemaValidation
    self.buildOptions = buildOptions
    self.generatorParameters = generatorParameters
  }
}
