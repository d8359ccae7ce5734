import SourceText
import Terraform
import Values
import YAMLSyntax

/// The manifest in `kubernetes_manifest` (hashicorp/kubernetes) and `kubectl_manifest` (gavinbunny/kubectl).
package struct TerraformManifest {
  let provenance: Provenance
  let limits: Limits

  package init(provenance: Provenance, limits: Limits) {
    self.provenance = provenance
    self.limits = limits
  }

  /// - Returns: nil where the resource holds no manifest as such; within, nil where the manifest is not known.
  package func object(_ resource: TerraformResource) -> Value?? {
    switch resource.type {
    case "kubernetes_manifest", "kubernetes_manifest_v1":
      guard let manifest = resource.attributes["manifest"].map(TerraformStructure.known), manifest.map != nil else { return .some(nil) }
      return .some(TerraformStructure.knownThroughout(manifest))
    case "kubectl_manifest":
      guard let value = resource.attributes["yaml_body"].map(TerraformStructure.known) else { return .some(nil) }
      if value.map != nil { return .some(TerraformStructure.knownThroughout(value)) }
      return .some(yaml(value))
    default: return nil
    }
  }

  private func yaml(_ value: Value) -> Value? {
    guard let text = TerraformPartialText.marked(value) else { return nil }
    let sink = DiagnosticSink()
    let documents = YAMLReader.read(text: text, whole: value.origin, dialect: .kubernetes, provenance: provenance, limits: limits, sink: sink)
    guard !sink.hasErrors, let root = documents.first?.root, root.map != nil else { return nil }
    return UnknownMark.restored(root, Unknown("a part of the text is not known"))
  }
}
