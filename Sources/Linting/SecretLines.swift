import Kubernetes
import Rendering
import SourceText
import Terraform
import Values

/// Finds the lines that hold values of secrets, so that no report shows them: `data` and `stringData` of Secrets, wherever their values
/// come from, and what Terraform puts into secrets.
struct SecretLines {
  let provenance: Provenance
  private(set) var lines: Set<SecretLine> = []

  init(_ repository: RenderedRepository, provenance: Provenance) {
    self.provenance = provenance
    for unit in repository.units {
      for object in unit.objects where object.kind == "Secret" {
        for field in ["data", "stringData"] {
          for entry in object.root[field]?.map?.entries ?? [] { add(entry.value, depth: 0) }
        }
      }
    }
    for result in repository.terraform {
      for resource in result.resources {
        for name in Self.attributes(resource.type) { if let value = resource.attributes[name] { add(value, depth: 0) } }
      }
    }
  }

  /// Arguments of Terraform's resources that hold values of secrets.
  private static func attributes(_ type: String) -> [String] {
    switch type {
    case "aws_secretsmanager_secret_version": ["secret_string", "secret_binary"]
    case "aws_ssm_parameter": ["value"]
    case "kubernetes_secret", "kubernetes_secret_v1": ["data", "binary_data"]
    default: []
    }
  }

  private mutating func add(_ value: Value, depth: Int) {
    guard depth < 20 else { return }
    for span in provenance.origins.editPlaces(value.origin) { add(span) }
    for run in value.text?.runs ?? [] { for span in provenance.origins.editPlaces(run.origin) { add(span) } }
    for item in value.list ?? [] { add(item, depth: depth + 1) }
    for entry in value.map?.entries ?? [] { add(entry.value, depth: depth + 1) }
  }

  private mutating func add(_ span: SourceSpan) {
    guard let file = provenance.sources.file(span.source) else { return }
    let first = file.position(span.start).line
    let last = file.position(max(span.start, span.end)).line
    // A template's whole text is the origin of letters around values; its lines are not secret.
    guard span.count < file.bytes.count || file.bytes.isEmpty else { return }
    for line in first...max(first, last) { lines.insert(SecretLine(source: span.source, line: line)) }
  }
}
