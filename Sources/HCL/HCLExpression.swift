import SourceText
import Values

/// An expression of HCL, parsed.
package final class HCLExpression: Sendable {
  package indirect enum Kind: Sendable {
    /// A number, `true`, `false`, `null`, or a string without interpolation.
    case literal(HCLValue)
    case template([HCLTemplateNode])
    /// `"${x}"`: the value itself, whatever its type.
    case wrapped(HCLExpression)
    /// `var.name[0].x`, as far as its steps are constant.
    case traversal(String, [HCLStep])
    case relative(HCLExpression, [HCLStep])
    case index(HCLExpression, HCLExpression)
    /// The source, and what is made of each element, which is `anonymous` there.
    case splat(HCLExpression, HCLExpression)
    case anonymous
    case call(String, SourceSpan, [HCLExpression], expandsLast: Bool)
    case conditional(HCLExpression, HCLExpression, HCLExpression)
    case unary(HCLOperator, HCLExpression)
    case binary(HCLOperator, HCLExpression, HCLExpression)
    case tuple([HCLExpression])
    case object([HCLObjectItem])
    case loop(HCLFor)
    case parentheses(HCLExpression)
    /// What could not be read; the diagnostic is given already.
    case invalid
  }

  package let kind: Kind
  package let span: SourceSpan

  package init(_ kind: Kind, _ span: SourceSpan) {
    self.kind = kind
    self.span = span
  }
}

/// A constant step of a traversal.
package struct HCLStep: Sendable {
  package enum Kind: Sendable {
    case attribute(String)
    case index(HCLValue)
  }

  package var kind: Kind
  package var span: SourceSpan

  package init(_ kind: Kind, _ span: SourceSpan) {
    self.kind = kind
    self.span = span
  }

  package var name: String? { if case .attribute(let name) = kind { name } else { nil } }
}

package enum HCLOperator: Sendable {
  case or, and, equal, notEqual, less, lessEqual, greater, greaterEqual, add, subtract, multiply, divide, modulo, not, negate
}

package struct HCLObjectItem: Sendable {
  /// A bare word is a literal; a reference must stand in parentheses.
  package var key: HCLExpression
  package var value: HCLExpression
}

package final class HCLFor: Sendable {
  package let key: String?
  package let value: String
  package let collection: HCLExpression
  /// nil in a tuple.
  package let keyResult: HCLExpression?
  package let valueResult: HCLExpression
  package let condition: HCLExpression?
  package let groups: Bool

  init(
    key: String?, value: String, collection: HCLExpression, keyResult: HCLExpression?, valueResult: HCLExpression,
    condition: HCLExpression?, groups: Bool
  ) {
    self.key = key
    self.value = value
    self.collection = collection
    self.keyResult = keyResult
    self.valueResult = valueResult
    self.condition = condition
    self.groups = groups
  }
}

package indirect enum HCLTemplateNode: Sendable {
  /// With runs into the source.
  case literal(Text, SourceSpan)
  case interpolation(HCLExpression, SourceSpan)
  case condition(HCLExpression, [HCLTemplateNode], [HCLTemplateNode], SourceSpan)
  case loop(key: String?, value: String, HCLExpression, [HCLTemplateNode], SourceSpan)
}

extension HCLExpression {
  /// The single word that the expression is: `string`, `null`, `self`.
  package var keyword: String? {
    switch kind {
    case .traversal(let name, let steps): steps.isEmpty ? name : nil
    case .literal(let value):
      switch value.payload {
      case .null: "null"
      case .bool(let flag): flag ? "true" : "false"
      default: nil
      }
    default: nil
    }
  }

  /// A constant string.
  package var constantString: String? {
    if case .literal(let value) = kind { value.string } else { nil }
  }

  /// The first function call in it.
  package var firstCall: SourceSpan? {
    switch kind {
    case .literal, .anonymous, .invalid, .traversal: return nil
    case .call(_, let span, _, _): return span
    case .template(let nodes): return Self.firstCall(nodes)
    case .wrapped(let inner), .relative(let inner, _), .unary(_, let inner), .parentheses(let inner): return inner.firstCall
    case .index(let a, let b), .splat(let a, let b), .binary(_, let a, let b): return a.firstCall ?? b.firstCall
    case .conditional(let a, let b, let c): return a.firstCall ?? b.firstCall ?? c.firstCall
    case .tuple(let items): return items.lazy.compactMap(\.firstCall).first
    case .object(let items): return items.lazy.compactMap { $0.key.firstCall ?? $0.value.firstCall }.first
    case .loop(let loop):
      return [loop.collection, loop.keyResult, loop.valueResult, loop.condition].lazy.compactMap { $0?.firstCall }.first
    }
  }

  private static func firstCall(_ nodes: [HCLTemplateNode]) -> SourceSpan? {
    nodes.lazy.compactMap { node -> SourceSpan? in
      switch node {
      case .literal: nil
      case .interpolation(let inner, _): inner.firstCall
      case .condition(let condition, let a, let b, _): condition.firstCall ?? firstCall(a) ?? firstCall(b)
      case .loop(_, _, let collection, let body, _): collection.firstCall ?? firstCall(body)
      }
    }.first
  }

  /// Calls `visit` with each root name and its constant steps that the expression refers to, except names that its own
  /// `for` expressions bind.
  package func references(_ visit: (String, [HCLStep], SourceSpan) -> Void) { references([], visit) }

  private func references(_ bound: Set<String>, _ visit: (String, [HCLStep], SourceSpan) -> Void) {
    switch kind {
    case .literal, .anonymous, .invalid: break
    case .traversal(let name, let steps): if !bound.contains(name) { visit(name, steps, span) }
    case .template(let nodes): Self.references(nodes, bound, visit)
    case .wrapped(let inner), .relative(let inner, _), .unary(_, let inner), .parentheses(let inner):
      inner.references(bound, visit)
    case .index(let a, let b), .splat(let a, let b), .binary(_, let a, let b):
      a.references(bound, visit)
      b.references(bound, visit)
    case .call(_, _, let arguments, _): for argument in arguments { argument.references(bound, visit) }
    case .conditional(let a, let b, let c): for part in [a, b, c] { part.references(bound, visit) }
    case .tuple(let items): for item in items { item.references(bound, visit) }
    case .object(let items):
      for item in items {
        if item.key.keyword == nil { item.key.references(bound, visit) }
        item.value.references(bound, visit)
      }
    case .loop(let loop):
      loop.collection.references(bound, visit)
      let inner = bound.union([loop.key, loop.value].compactMap { $0 })
      for part in [loop.keyResult, loop.valueResult, loop.condition] { part?.references(inner, visit) }
    }
  }

  private static func references(_ nodes: [HCLTemplateNode], _ bound: Set<String>, _ visit: (String, [HCLStep], SourceSpan) -> Void) {
    for node in nodes {
      switch node {
      case .literal: break
      case .interpolation(let inner, _): inner.references(bound, visit)
      case .condition(let condition, let a, let b, _):
        condition.references(bound, visit)
        references(a, bound, visit)
        references(b, bound, visit)
      case .loop(let key, let value, let collection, let body, _):
        collection.references(bound, visit)
        references(body, bound.union([key, value].compactMap { $0 }), visit)
      }
    }
  }
}

package struct HCLAttribute: Sendable {
  package let name: String
  package let nameSpan: SourceSpan
  package let expression: HCLExpression
  /// Name and value.
  package let span: SourceSpan

  package init(name: String, nameSpan: SourceSpan, expression: HCLExpression, span: SourceSpan) {
    self.name = name
    self.nameSpan = nameSpan
    self.expression = expression
    self.span = span
  }
}

package final class HCLBlock: Sendable {
  package let type: String
  package let labels: [String]
  /// Type and labels.
  package let header: SourceSpan
  package let body: HCLBody
  package let span: SourceSpan

  package init(type: String, labels: [String], header: SourceSpan, body: HCLBody, span: SourceSpan) {
    self.type = type
    self.labels = labels
    self.header = header
    self.body = body
    self.span = span
  }
}

/// What stands between the braces of a block, or in a file.
package final class HCLBody: Sendable {
  private let ownAttributes: [HCLAttribute]
  private let ownBlocks: [HCLBlock]
  package let span: SourceSpan
  /// Of a block that is read when it is first asked for.
  private let deferred: DeferredBody?
  /// Of a JSON file: which properties are blocks only their reader knows.
  let json: [HCLJSONProperty]?

  package init(attributes: [HCLAttribute], blocks: [HCLBlock], span: SourceSpan) {
    ownAttributes = attributes
    ownBlocks = blocks
    self.span = span
    deferred = nil
    json = nil
  }

  init(json: [HCLJSONProperty], span: SourceSpan) {
    ownAttributes = []
    ownBlocks = []
    self.span = span
    deferred = nil
    self.json = json
  }

  init(deferred: DeferredBody, span: SourceSpan) {
    ownAttributes = []
    ownBlocks = []
    self.span = span
    self.deferred = deferred
    json = nil
  }

  package var attributes: [HCLAttribute] { deferred?.body.ownAttributes ?? ownAttributes }
  package var blocks: [HCLBlock] { deferred?.body.ownBlocks ?? ownBlocks }

  package var isJSON: Bool { json != nil }

  package func attribute(_ name: String) -> HCLAttribute? { attributes.first { $0.name == name } }
}
