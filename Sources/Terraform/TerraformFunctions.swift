import HCL
import Values

/// All functions of terraform's language (hashicorp/terraform, `internal/lang/functions.go`).
enum TerraformFunctions {
  static func all(_ context: EvaluationContext) -> [String: HCLFunction] {
    var table: [String: HCLFunction] = [:]
    for group in [collections, sets, strings, numbers, encodings, hashes, networks, times, conversions, patterns, files(context)] {
      table.merge(group) { first, _ in first }
    }
    return table
  }
}
