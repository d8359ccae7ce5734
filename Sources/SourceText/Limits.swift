/// Bounds on work that follows the input. Each has a diagnostic of its own where it is hit.
package struct Limits: Sendable {
  /// Nesting of YAML, JSON, HCL, template actions, expressions.
  package var nesting = 200
  /// Calls in one another: `include`/`template`/`tpl`, module calls, app-of-apps.
  package var callDepth = 100
  /// Bytes of one file.
  package var fileBytes = 64 << 20
  /// Bytes that one rendering may produce.
  package var outputBytes = 128 << 20
  /// Nodes that one YAML document may have after aliases are expanded.
  package var expandedNodes = 1_000_000
  /// Steps of one evaluation (nodes visited by a template or an expression).
  package var steps = 50_000_000

  package init() {}
}
