import SourceText
import Values

/// Which reader's rules hold for plain scalars, keys and duplicates.
package enum YAMLDialect: Sendable {
  /// sigs.k8s.io/yaml on go-yaml v2/v3 as Helm and kubectl read: YAML 1.1 booleans and numbers, the last of equal keys
  /// wins, keys become strings, numbers are int where they fit, else double.
  case kubernetes
  /// Kustomize's reader (kyaml): the text of a scalar stays as written, equal keys are errors.
  case kustomize
  /// YAML 1.2's core schema.
  case core
  /// Terraform's `yamldecode` (go-cty-yaml).
  case terraform
}

/// A comment, kept for suppressions.
package struct YAMLComment: Hashable, Sendable {
  /// Byte offset of `#` in the text.
  package var offset: Int
  /// Text behind `#`, trimmed.
  package var text: String

  package init(offset: Int, text: String) {
    self.offset = offset
    self.text = text
  }
}

/// One document of a YAML stream.
package struct YAMLDocument: Sendable {
  package var root: Value
  /// Bytes of the stream that the document takes, its `---` included.
  package var range: Range<Int>

  package init(root: Value, range: Range<Int>) {
    self.root = root
    self.range = range
  }
}
