// Every deployment of a repository, rendered once: requests from Applications and conventions, engines, rounds of apps of apps.

import ArgoCD
import Discovery
import Kubernetes
import SourceText
import Terraform
import Values
import YAMLSyntax

/// How much of a request could be rendered.
package enum RenderStatus: Sendable, Equatable {
  case complete
  /// Some objects are missing (a subchart is not vendored, one template failed): absence proves nothing.
  case partial
  case failed
  /// The source is not in the tree: only its values are known.
  case external
}

/// One deployment, rendered.
package struct RenderedUnit: Sendable {
  package var request: RenderRequest
  package var objects: [KubernetesObject]
  package var status: RenderStatus
  package var diagnostics: [Diagnostic]
  /// Helm: the values as merged for the chart (defaults included where the chart is in the tree). Null otherwise.
  package var values: Value
  /// Helm: the chart's name and version (of `Chart.yaml`, or as the request names an external one).
  package var chartName: String
  package var chartVersion: String
  /// Helm: charts of Chart.yaml's `dependencies` that are not in the tree, with the merged values they would get.
  package var missingDependencies: [MissingDependency]
  /// Directories and files of the tree that were read for it.
  package var inputs: [String]
  /// What the tool prints, where one tool printed all of it.
  package var text: Text?

  package init(
    request: RenderRequest, objects: [KubernetesObject] = [], status: RenderStatus, diagnostics: [Diagnostic] = [],
    values: Value = .null, chartName: String = "", chartVersion: String = "",
    missingDependencies: [MissingDependency] = [], inputs: [String] = []
  ) {
    self.request = request
    self.objects = objects
    self.status = status
    self.diagnostics = diagnostics
    self.values = values
    self.chartName = chartName
    self.chartVersion = chartVersion
    self.missingDependencies = missingDependencies
    self.inputs = inputs
  }
}

/// A dependency that a chart names and the tree does not hold.
package struct MissingDependency: Sendable {
  package var name: String
  package var alias: String
  package var version: String
  package var repository: String
  /// The part of the merged values that the dependency would see (under its alias or name).
  package var values: Value
  package var origin: Origin

  package init(name: String, alias: String, version: String, repository: String, values: Value, origin: Origin) {
    self.name = name
    self.alias = alias
    self.version = version
    self.repository = repository
    self.values = values
    self.origin = origin
  }
}

/// Everything that was rendered and evaluated in one run.
package struct RenderedRepository: Sendable {
  package var units: [RenderedUnit]
  package var terraform: [TerraformResult]
  /// Diagnostics that belong to no unit (files that could not be read, Applications that could not be expanded).
  package var diagnostics: [Diagnostic]
  /// Of what nobody in the repository asks for: files that the scan came across, Applications of charts rendered by convention.
  package var conventionalDiagnostics: [Diagnostic]
  /// What the tree holds.
  package var scan: RepositoryScan
  /// All Applications, written out and made by ApplicationSets, whether or not something was rendered for them.
  package var applications: [ExpandedApplication]
  /// Which repository URLs mean this tree, and how that is known.
  package var repository: OwnRepository

  package init(
    units: [RenderedUnit], terraform: [TerraformResult], diagnostics: [Diagnostic] = [], conventionalDiagnostics: [Diagnostic] = [], scan: RepositoryScan = RepositoryScan(),
    applications: [ExpandedApplication] = [], repository: OwnRepository = OwnRepository()
  ) {
    self.units = units
    self.terraform = terraform
    self.diagnostics = diagnostics
    self.conventionalDiagnostics = conventionalDiagnostics
    self.scan = scan
    self.applications = applications
    self.repository = repository
  }
}

extension RenderedUnit {
  /// The objects as one stream of documents in which each `---` stands alone on its line.
  package var manifests: [UInt8] {
    if let text {
      var out = text.bytes
      if let last = out.last, last != UInt8(ascii: "\n") { out.append(UInt8(ascii: "\n")) }
      return out
    }
    var out: [UInt8] = []
    for object in objects {
      out += Array("---\n".utf8)
      out += YAMLWriter.write(object.root, style: .goYAML).bytes
      if out.last != UInt8(ascii: "\n") { out.append(UInt8(ascii: "\n")) }
    }
    return out
  }
}
