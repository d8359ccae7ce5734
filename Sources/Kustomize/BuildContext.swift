import Patterns
import SourceText
import Values

/// What all steps of one build share.
final class BuildContext {
  let provenance: Provenance
  let limits: Limits
  let patterns = PatternCache()
  /// Merge keys of kinds and which kinds have no namespace.
  var schema = MergeSchema()
  /// Steps left of `Limits.steps`.
  private var steps: Int

  init(provenance: Provenance, limits: Limits) {
    self.provenance = provenance
    self.limits = limits
    steps = limits.steps
  }

  var origins: OriginTable { provenance.origins }

  /// Counts work that follows the input.
  func spend(_ count: Int = 1) throws(KustomizeError) {
    steps -= count
    if steps < 0 { throw KustomizeError("limit", "this build takes more than \(limits.steps) steps") }
  }

  /// A copy of a node; copies count as work, since patches and replacements can double what they copy again and again.
  func copy(_ node: Node, depth: Int = 0) throws(KustomizeError) -> Node {
    try spend()
    guard depth < limits.nesting else {
      throw KustomizeError("limit", "nested more than \(limits.nesting) levels deep", at: node.origin)
    }
    let copy = Node(kind: node.kind, tag: node.tag, style: node.style, text: node.text, origin: node.origin)
    copy.content.reserveCapacity(node.content.count)
    for child in node.content { copy.content.append(try self.copy(child, depth: depth + 1)) }
    return copy
  }

  /// What a network would give and is not known. Objects may be missing then, and what looks for them is let be.
  var unknownBases: [KustomizeError] = []

  /// The origin of a value that a field of a kustomization put in place of an older one.
  func transformed(by field: Origin, from old: Origin) -> Origin {
    guard field.isKnown else { return old }
    guard let span = origins[old]?.span ?? origins[field]?.span else { return field }
    return origins.add(.transformer, span, parent: field)
  }

  /// Gives all nodes below the origin that they have as parts of a patch.
  func markAsPatch(_ node: Node, depth: Int = 0) {
    if node.origin.isKnown, let span = origins[node.origin]?.span, origins[node.origin]?.step != .patch {
      node.origin = origins.add(.patch, span, parent: node.origin)
    }
    guard depth < limits.nesting else { return }
    for child in node.content { markAsPatch(child, depth: depth + 1) }
  }

  func pattern(_ source: String, at origin: Origin = .none) throws(KustomizeError) -> Pattern {
    do {
      return try patterns.pattern(source)
    } catch {
      throw KustomizeError("invalid-pattern", "'\(source)' is no regular expression: \(error.message)", at: origin)
    }
  }

  func matches(_ source: String, _ text: String, at origin: Origin = .none) throws(KustomizeError) -> Bool {
    let compiled = try pattern(source, at: origin)
    do {
      return try compiled.matches(text)
    } catch {
      throw KustomizeError("invalid-pattern", "'\(source)' cannot be matched: \(error.message)", at: origin)
    }
  }
}
