import ArgoCD
import Discovery
import SourceText
import Terraform
import Values

/// What a run rendered and why, for people (`inspect`). The same repository gives the same text.
package struct RenderPlan: Sendable {
  private let repository: RenderedRepository
  private let provenance: Provenance

  package init(_ repository: RenderedRepository, provenance: Provenance) {
    self.repository = repository
    self.provenance = provenance
  }

  /// One line for each fact; no trailing newlines.
  package var lines: [String] {
    var lines: [String] = []
    for (url, evidence) in repository.repository.urls { lines.append("repository \(url) (\(evidence.words))") }
    lines.append(
      "found \(count(repository.scan.charts.count, "chart")), \(count(repository.scan.kustomizations.count, "kustomization")), "
        + "\(count(repository.scan.manifests.count, "manifest file")), \(count(repository.scan.terraform.count, "Terraform directory", "Terraform directories")), "
        + count(repository.applications.count, "Application"))
    for unit in repository.units { lines += describe(unit) }
    for root in repository.terraform {
      let variables = root.variableFile.isEmpty ? "" : " with \(root.variableFile)"
      lines.append("terraform \(root.directory.isEmpty ? "." : root.directory)\(variables): \(count(root.resources.count, "resource"))")
    }
    return lines
  }

  private func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(number) \(number == 1 ? one : many ?? one + "s")"
  }

  private func describe(_ unit: RenderedUnit) -> [String] {
    let request = unit.request
    let tool: String =
      switch request.tool {
      case .helm: "helm"
      case .kustomize: "kustomize"
      case .directory: "directory"
      }
    let source: String
    switch request.location {
    case .tree(let path): source = path.isEmpty ? "." : path
    case .external(let repository, let chart, let path, let revision, _):
      source = "\(repository) \(chart ?? path ?? "")\(revision.isEmpty ? "" : "@" + revision)"
    }
    let status: String =
      switch unit.status {
      case .complete: count(unit.objects.count, "object")
      case .partial: count(unit.objects.count, "object") + ", some missing"
      case .failed: "not rendered"
      case .external: "source elsewhere"
      }
    var lines = ["\(request.isConventional ? "convention" : "application") \(request.name): \(tool) \(source) (\(status))"]
    let place = request.isConventional ? nil : provenance.origins.editPlace(request.origin)
    if let place { lines.append("  asked for at \(provenance.sources.describe(place))") }
    if let namespace = request.namespace.string { lines.append("  namespace \(namespace)\(request.cluster.isEmpty ? "" : " on \(request.cluster)")") }
    if request.isOtherRevision { lines.append("  revision \(request.revision), which this tree may differ from") }
    for layer in request.values {
      switch layer {
      case .file(let path, _, _): lines.append("  values \(path)")
      case .text: lines.append("  values inline text")
      case .object: lines.append("  values inline object")
      case .external(let name, _): lines.append("  values \(name) (elsewhere)")
      }
    }
    for evidence in request.evidence {
      let at = provenance.origins.editPlace(evidence.origin).map { " at \(provenance.sources.describe($0))" } ?? ""
      lines.append("  environment \(evidence.environment) (\(evidence.strength == .strong ? "strong" : "weak"): \(evidence.how)\(at))")
    }
    return lines
  }
}
