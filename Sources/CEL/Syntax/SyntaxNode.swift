import Values

/// One node of a parsed expression. Macros are expanded already.
final class SyntaxNode {
  indirect enum Kind {
    case literal(Value)
    /// - rooted: written with a leading dot, so that containers and local names do not apply.
    case name(String, rooted: Bool)
    case select(SyntaxNode, field: String, optional: Bool)
    /// `has(operand.field)`.
    case presence(SyntaxNode, field: String)
    case index(SyntaxNode, SyntaxNode, optional: Bool)
    case call(String, target: SyntaxNode?, arguments: [SyntaxNode], rooted: Bool)
    case unary(Operator, SyntaxNode)
    case binary(Operator, SyntaxNode, SyntaxNode)
    case and([SyntaxNode])
    case or([SyntaxNode])
    case conditional(SyntaxNode, SyntaxNode, SyntaxNode)
    case list([(node: SyntaxNode, optional: Bool)])
    case map([(key: SyntaxNode, value: SyntaxNode, optional: Bool)])
    case loop(Loop)
    /// `cel.bind(name, value, body)`.
    case bind(String, SyntaxNode, SyntaxNode)
    /// `target.optMap(name, body)`; flat: `optFlatMap`.
    case optionalMap(SyntaxNode, String, SyntaxNode, flat: Bool)
  }

  let kind: Kind
  let range: Range<Int>
  /// Height of the tree below, bounded by the parser so that later passes may recurse.
  let depth: Int

  init(_ kind: Kind, _ range: Range<Int>, depth: Int) {
    self.kind = kind
    self.range = range
    self.depth = depth
  }
}

/// A macro that goes through a list or a map.
struct Loop {
  enum Kind: String {
    case all, exists, existsOne, map, filter, transformList, transformMap, transformMapEntry
  }

  var kind: Kind
  var source: SyntaxNode
  /// The element, or for two variables the index or key.
  var first: String
  /// The value, with two variables.
  var second: String?
  var filter: SyntaxNode?
  var body: SyntaxNode
}

/// Operators with two strict operands or one.
enum Operator: String, Sendable {
  case add = "_+_"
  case subtract = "_-_"
  case multiply = "_*_"
  case divide = "_/_"
  case remainder = "_%_"
  case equal = "_==_"
  case notEqual = "_!=_"
  case less = "_<_"
  case lessEqual = "_<=_"
  case greater = "_>_"
  case greaterEqual = "_>=_"
  case contained = "@in"
  case not = "!_"
  case negate = "-_"

  /// As written between operands, for messages.
  var sign: String {
    switch self {
    case .contained: "in"
    default: rawValue.filter { $0 != "_" }
    }
  }
}
