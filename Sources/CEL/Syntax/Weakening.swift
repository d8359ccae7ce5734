extension CELEnvironment {
  /// An expression with one part of its logic taken out.
  public struct Weakened: Sendable {
    public let text: String
    /// The part that no longer counts, as written.
    public let part: String
    /// What stands in its place: `true` or `false`.
    public let literal: Bool
  }

  /// Every way of taking one part out of an expression's logic, at any depth: an operand of `&&` becomes `true`, one of `||` becomes
  /// `false`, the condition of `? :` each of both. For mutation testing; empty for what does not parse.
  public func weakened(_ expression: String) -> [Weakened] {
    let bytes = Array(expression.utf8)
    guard let root = try? Parser.parse(bytes, options: parserOptions) else { return [] }
    var found: [(range: Range<Int>, literal: Bool)] = []
    // Bounded by the parser's limit on depth.
    func visit(_ node: SyntaxNode) {
      switch node.kind {
      case .and(let operands):
        found += operands.map { ($0.range, true) }
      case .or(let operands):
        found += operands.map { ($0.range, false) }
      case .conditional(let condition, _, _):
        found += [(condition.range, true), (condition.range, false)]
      default: break
      }
      node.children.forEach(visit)
    }
    visit(root)
    return found.compactMap { range, literal in
      guard let part = slice(bytes, range), part != String(literal) else { return nil }
      guard let before = slice(bytes, 0..<range.lowerBound), let after = slice(bytes, range.upperBound..<bytes.count) else {
        return nil
      }
      return Weakened(text: before + String(literal) + after, part: part, literal: literal)
    }
  }

  private func slice(_ bytes: [UInt8], _ range: Range<Int>) -> String? {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count else { return nil }
    return String(decoding: bytes[range], as: UTF8.self)
  }
}

extension SyntaxNode {
  /// The nodes directly below, in the order of the text.
  fileprivate var children: [SyntaxNode] {
    switch kind {
    case .literal, .name: []
    case .select(let operand, _, _), .presence(let operand, _): [operand]
    case .index(let operand, let key, _): [operand, key]
    case .call(_, let target, let arguments, _): (target.map { [$0] } ?? []) + arguments
    case .unary(_, let operand): [operand]
    case .binary(_, let left, let right): [left, right]
    case .and(let operands), .or(let operands): operands
    case .conditional(let condition, let yes, let no): [condition, yes, no]
    case .list(let items): items.map(\.node)
    case .map(let entries): entries.flatMap { [$0.key, $0.value] }
    case .loop(let loop): [loop.source] + (loop.filter.map { [$0] } ?? []) + [loop.body]
    case .bind(_, let value, let body): [value, body]
    case .optionalMap(let target, _, let body, _): [target, body]
    }
  }
}
