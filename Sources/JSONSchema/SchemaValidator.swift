import Values

/// Validates an instance against compiled schemas (santhosh-tekuri/jsonschema: validator.go).
struct SchemaValidator {
  /// Schemas that may be applied to parts of one instance.
  private let stepLimit: Int
  /// Schemas in one another while one instance is validated.
  private static let depthLimit = 1_000

  /// The schemas that led here, the innermost first: for dynamic references and cycles.
  final class Scope {
    let node: SchemaNode
    let parent: Scope?
    /// Equal for scopes that validate the same value.
    let value: Int
    let depth: Int

    init(_ node: SchemaNode, parent: Scope?, value: Int) {
      self.node = node
      self.parent = parent
      self.value = value
      depth = (parent?.depth ?? 0) + 1
    }
  }

  /// What no schema has looked at yet: places of entries or items. Empty where nobody asks.
  struct Unevaluated {
    var places: [Bool] = []

    var isEmpty: Bool { !places.contains(true) }

    mutating func done(_ place: Int) { if places.indices.contains(place) { places[place] = false } }

    /// Takes over what a schema for the same value has looked at.
    mutating func merge(_ other: Unevaluated) {
      for place in places.indices where !(other.places.indices.contains(place) && other.places[place]) {
        places[place] = false
      }
    }
  }

  private(set) var isExhausted = false
  /// Why a part of the instance is not known.
  private(set) var unknown: String?
  private var steps = 0
  private var valueCount = 0

  init(stepLimit: Int) { self.stepLimit = stepLimit }

  mutating func run(_ node: SchemaNode, _ instance: Value) -> SchemaViolation? {
    let frame = Frame(node: node, value: instance, path: [], scope: Scope(node, parent: nil, value: 0), quiet: false)
    var unevaluated = Self.unevaluated(instance, node, wanted: false)
    guard let found = validate(frame, &unevaluated) else { return nil }
    let message = "jsonschema validation failed with \(SchemaText.quoted(node.location))"
    return SchemaViolation(
      schemaLocation: node.location, schemaOrigin: node.origin, instancePath: [], instanceOrigin: instance.origin,
      message: message, discreetMessage: message, causes: found.kind == .group ? found.causes : [found], kind: .root)
  }

  struct Frame {
    let node: SchemaNode
    let value: Value
    let path: [String]
    let scope: Scope
    /// Only whether it is valid is asked, not why.
    let quiet: Bool

    /// - Parameter discreet: the message without the value's text, where it shows it.
    func violation(
      _ message: @autoclosure () -> String, discreet: @autoclosure () -> String? = nil, causes: [SchemaViolation] = [],
      kind: SchemaViolation.Kind = .plain
    ) -> SchemaViolation {
      let words = quiet ? "" : message()
      return SchemaViolation(
        schemaLocation: quiet ? "" : node.location, schemaOrigin: node.origin, instancePath: quiet ? [] : path,
        instanceOrigin: value.origin, message: words, discreetMessage: quiet ? "" : discreet() ?? words,
        causes: quiet ? [] : causes, kind: kind)
    }
  }

  static func unevaluated(_ value: Value, _ node: SchemaNode, wanted: Bool) -> Unevaluated {
    switch value.payload {
    case .map(let map):
      guard !node.evaluatesAllProperties, wanted || node.unevaluatedProperties != nil else { return Unevaluated() }
      return Unevaluated(places: [Bool](repeating: true, count: map.count))
    case .list(let list):
      guard !node.evaluatesAllItems, wanted || node.unevaluatedItems != nil else { return Unevaluated() }
      return Unevaluated(places: list.items.indices.map { $0 >= node.evaluatedPrefix })
    default: return Unevaluated()
    }
  }

  // MARK: Going down

  /// Another schema for the same value.
  mutating func same(
    _ frame: Frame, _ node: SchemaNode, _ unevaluated: inout Unevaluated, quiet: Bool = false
  ) -> SchemaViolation? {
    let inner = Frame(
      node: node, value: frame.value, path: frame.path,
      scope: Scope(node, parent: frame.scope, value: frame.scope.value), quiet: frame.quiet || quiet)
    var own = Self.unevaluated(frame.value, node, wanted: !unevaluated.isEmpty)
    if let violation = validate(inner, &own) { return violation }
    unevaluated.merge(own)
    return nil
  }

  /// A schema for an entry or an item of the value.
  mutating func part(_ frame: Frame, _ node: SchemaNode, _ value: Value, _ key: @autoclosure () -> String) -> SchemaViolation? {
    valueCount += 1
    let inner = Frame(
      node: node, value: value, path: frame.quiet ? [] : frame.path + [key()],
      scope: Scope(node, parent: frame.scope, value: valueCount), quiet: frame.quiet)
    var own = Self.unevaluated(value, node, wanted: false)
    return validate(inner, &own)
  }

  private mutating func refer(
    _ frame: Frame, _ node: SchemaNode, _ unevaluated: inout Unevaluated
  ) -> SchemaViolation? {
    guard let found = same(frame, node, &unevaluated) else { return nil }
    return frame.violation("validation failed", causes: found.kind == .group ? found.causes : [found], kind: .reference)
  }

  // MARK: One schema

  private mutating func validate(_ frame: Frame, _ unevaluated: inout Unevaluated) -> SchemaViolation? {
    let node = frame.node
    if let constant = node.constant { return constant ? nil : frame.violation("false schema") }
    steps += 1
    if steps > stepLimit || frame.scope.depth > Self.depthLimit { isExhausted = true }
    if isExhausted { return nil }
    var outer = frame.scope.parent
    while let scope = outer, scope.value == frame.scope.value {
      if scope.node === node {
        return frame.violation("both \(scope.node.location) and \(node.location) resolve to the same schema causing reference cycle")
      }
      outer = scope.parent
    }
    if case .unknown(let why) = frame.value.payload {
      unknown = unknown ?? why.reason
      return nil
    }
    if let violation = basics(frame) { return violation }
    var found: [SchemaViolation] = []
    if let target = node.reference {
      let violation = refer(frame, target, &unevaluated)
      if node.draft < .draft2019 { return violation }
      if let violation { found.append(violation) }
    }
    switch frame.value.payload {
    case .map(let map): object(frame, map, &unevaluated, &found)
    case .list(let list): array(frame, list.items, &unevaluated, &found)
    case .string(let text): string(frame, text, &found)
    case .int, .double: number(frame, &found)
    default: break
    }
    if found.isEmpty || !frame.quiet {
      if node.draft >= .draft2019 { dynamicReferences(frame, &unevaluated, &found) }
      conditions(frame, &unevaluated, &found)
      if node.draft >= .draft2019 { leftovers(frame, &unevaluated, &found) }
    }
    switch found.count {
    case 0: return nil
    case 1: return found[0]
    default: return frame.violation("validation failed", causes: found, kind: .group)
    }
  }

  /// Type, constant, enumeration, format: the first that fails is the only one told.
  private func basics(_ frame: Frame) -> SchemaViolation? {
    let node = frame.node
    let value = frame.value
    let type = SchemaTypes(of: value)
    if type.isEmpty { return frame.violation("invalid jsonType") }
    if !node.types.isEmpty, node.types.isDisjoint(with: type),
      !(node.types.contains(.integer) && type == .number && SchemaNumber.isInteger(value))
    {
      let wanted = node.types.words.joined(separator: " or ")
      return frame.violation("got \(type.words.first ?? ""), want \(wanted)")
    }
    if let wanted = node.constValue, value != wanted {
      let isPlain = wanted.list == nil && wanted.map == nil
      return frame.violation(isPlain ? "value must be \(SchemaText.display(wanted))" : "const failed")
    }
    if let choices = node.enumeration, !choices.contains(where: { $0 == value }) {
      let isPlain = !choices.contains { $0.list != nil || $0.map != nil }
      let words = choices.map(SchemaText.display)
      return frame.violation(
        !isPlain
          ? "enum failed"
          : words.count == 1 ? "value must be \(words[0])" : "value must be one of \(words.joined(separator: ", "))")
    }
    if let format = node.format, let problem = SchemaFormat.problem(value, format) {
      return frame.violation(
        "\(SchemaText.display(value)) is not valid \(format): \(problem)", discreet: "value is not valid \(format)")
    }
    return nil
  }

  private mutating func dynamicReferences(
    _ frame: Frame, _ unevaluated: inout Unevaluated, _ found: inout [SchemaViolation]
  ) {
    if var target = frame.node.recursiveReference {
      if target.isRecursiveAnchor {
        var scope: Scope? = frame.scope
        while let next = scope {
          if next.node.resource?.isRecursiveAnchor == true { target = next.node.resource ?? target }
          scope = next.parent
        }
      }
      if let violation = refer(frame, target, &unevaluated) { found.append(violation) }
    }
    if let (start, anchor) = frame.node.dynamicReference {
      var target = start
      if let anchor, start.dynamicAnchor == anchor {
        var scope: Scope? = frame.scope
        while let next = scope {
          if let other = next.node.resource?.dynamicAnchors[anchor] { target = other }
          scope = next.parent
        }
      }
      if let violation = refer(frame, target, &unevaluated) { found.append(violation) }
    }
  }

  private mutating func conditions(
    _ frame: Frame, _ unevaluated: inout Unevaluated, _ found: inout [SchemaViolation]
  ) {
    let node = frame.node
    if let not = node.not, same(frame, not, &unevaluated, quiet: true) == nil { found.append(frame.violation("not failed")) }
    if !node.allOf.isEmpty {
      var causes: [SchemaViolation] = []
      for part in node.allOf {
        guard let violation = same(frame, part, &unevaluated) else { continue }
        causes.append(violation)
        if frame.quiet { break }
      }
      if !causes.isEmpty { found.append(frame.violation("allOf failed", causes: causes)) }
    }
    if !node.anyOf.isEmpty {
      var matched = false
      var causes: [SchemaViolation] = []
      for part in node.anyOf {
        if let violation = same(frame, part, &unevaluated) {
          causes.append(violation)
        } else {
          matched = true
          // While something is unevaluated all alternatives must be looked at.
          if unevaluated.isEmpty { break }
        }
      }
      if !matched { found.append(frame.violation("anyOf failed", causes: causes)) }
    }
    if !node.oneOf.isEmpty {
      var matched: Int?
      var causes: [SchemaViolation] = []
      for (place, part) in node.oneOf.enumerated() {
        if let violation = same(frame, part, &unevaluated, quiet: matched != nil) {
          if matched == nil { causes.append(violation) }
        } else if let first = matched {
          found.append(frame.violation("oneOf failed, subschemas \(first), \(place) matched"))
          break
        } else {
          matched = place
        }
      }
      if matched == nil { found.append(frame.violation("oneOf failed, none matched", causes: causes)) }
    }
    if let condition = node.condition {
      let branch = same(frame, condition, &unevaluated, quiet: true) == nil ? node.then : node.otherwise
      if let branch, let violation = same(frame, branch, &unevaluated) { found.append(violation) }
    }
  }

  private mutating func leftovers(
    _ frame: Frame, _ unevaluated: inout Unevaluated, _ found: inout [SchemaViolation]
  ) {
    if let schema = frame.node.unevaluatedProperties, let map = frame.value.map {
      for (place, entry) in map.entries.enumerated() where unevaluated.places.indices.contains(place) && unevaluated.places[place] {
        if let violation = part(frame, schema, entry.value, entry.key.string) { found.append(violation) }
      }
      unevaluated.places = []
    }
    if let schema = frame.node.unevaluatedItems, let items = frame.value.list {
      for (place, item) in items.enumerated() where unevaluated.places.indices.contains(place) && unevaluated.places[place] {
        if let violation = part(frame, schema, item, String(place)) { found.append(violation) }
      }
      unevaluated.places = []
    }
  }
}
