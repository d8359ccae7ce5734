/// Bounds on work that follows the input. Each has a diagnostic of its own where it is hit.
public struct Limits: Sendable {
  /// Nesting of YAML, JSON, HCL, template actions, expressions.
  public var nesting = 200
  /// Calls in one another: `include`/`template`/`tpl`, module calls, app-of-apps.
  public var callDepth = 100
  /// `include`, `template` and `tpl` of templates in one another; Helm itself stops at 1000 of one name.
  public var templateDepth = 2500
  /// Bytes of one file.
  public var fileBytes = 64 << 20
  /// Bytes that one rendering or one function may produce. Helm stores a release in a Secret of 1 MiB.
  public var outputBytes = 16 << 20
  /// Bytes that one build of a kustomization may produce.
  public var buildBytes = 64 << 20
  /// Nodes that one YAML document may have after aliases are expanded.
  public var expandedNodes = 1_000_000
  /// Steps of one evaluation (nodes visited by a template or an expression).
  public var steps = 10_000_000

  /// Actions that one template may execute; the largest public charts take some ten thousand.
  public var templateSteps = 2_000_000

  public init() {}
}
