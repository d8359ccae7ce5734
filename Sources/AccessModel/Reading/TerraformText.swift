import SourceText
import Values

/// What is known of values of Terraform that are not wholly known.
enum TerraformText {
  /// The structure of an unknown value, where it is known.
  static func structure(_ value: Value) -> Value { value }
}
