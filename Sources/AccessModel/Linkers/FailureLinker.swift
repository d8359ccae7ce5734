import ArgoCD
import Discovery
import Helm
import Rendering
import SourceText
import Terraform
import Values

/// Diagnostics of rendering and evaluating → `failure` nodes.
struct FailureLinker {
  let context: LinkContext

  func link() {
    for unit in context.units {
      let rendered = unit.unit
      for diagnostic in rendered.diagnostics where diagnostic.severity == .error || diagnostic.code == HelmResult.unknownCode {
        add(diagnostic, kind: "render", source: unit.node.string("path") ?? unit.name, unit: unit, isFatal: rendered.status == .failed)
      }
      let isSilent = rendered.status == .failed && !rendered.diagnostics.contains { $0.severity == .error }
      if isSilent {
        let diagnostic = Diagnostic(.error, code: "render/failed", "\(unit.name) could not be rendered")
        add(diagnostic, kind: "render", source: unit.node.string("path") ?? unit.name, unit: unit, isFatal: true)
      }
    }
    for result in context.repository.terraform {
      for diagnostic in result.diagnostics where diagnostic.severity == .error {
        add(diagnostic, kind: "terraform", source: result.directory, unit: nil, isFatal: result.resources.isEmpty)
      }
    }
    let rendered = Set(context.units.flatMap(\.unit.diagnostics).compactMap(\.span))
    for diagnostic in context.repository.diagnostics where diagnostic.severity == .error {
      add(diagnostic, kind: "read", source: "", unit: nil, isFatal: true)
    }
    for diagnostic in context.repository.conventionalDiagnostics where diagnostic.severity == .error {
      // What an Application deploys is read, and reported, for it.
      if let span = diagnostic.span, rendered.contains(span) { continue }
      add(diagnostic, kind: "read", source: "", unit: nil, isFatal: true, isConventional: true)
    }
  }

  private func add(_ diagnostic: Diagnostic, kind: String, source: String, unit: UnitRecord?, isFatal: Bool, isConventional: Bool = false) {
    let place = diagnostic.span.map { context.origins.add(.source, $0) } ?? unit?.node.origin ?? .none
    let path = source.isEmpty ? diagnostic.span.flatMap { context.provenance.sources.file($0.source)?.path } ?? "" : source
    let node = context.make(.failure, id: "\(kind)/\(path)/\(diagnostic.code)", title: "failure of `\(path)`", origin: place)
    node.set("kind", kind)
    node.set("source", path)
    node.set("deployment", unit?.node.value ?? .null(place))
    node.set("severity", diagnostic.severity.name)
    node.set("code", diagnostic.code)
    node.set("message", diagnostic.message, place)
    node.set("isFatal", isFatal)
    node.set("renders", diagnostic.code == HelmResult.unknownCode ? nil : false, because: diagnostic.message, place)
    node.set("rival", unit?.rival.map { .string(unit?.name ?? "", $0) } ?? .null(place))
    node.set("isConventional", unit?.isConventional ?? (isConventional || DeploymentLinker.isSample(path)))
  }
}
