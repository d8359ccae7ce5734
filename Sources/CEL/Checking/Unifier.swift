/// Which types the parameters of one expression stand for, found while checking (cel-go checker/types.go).
struct Unifier {
  private var bindings: [Int: CELType] = [:]
  private var next = 0

  /// A parameter of which nothing is known yet.
  mutating func fresh() -> CELType {
    next += 1
    return .parameter(1_000_000 + next)
  }

  /// The type with all that is known put in place of its parameters.
  func resolve(_ type: CELType, depth: Int = 0) -> CELType {
    guard depth < 100 else { return .dyn }
    switch type {
    case .parameter(let number):
      guard let bound = bindings[number] else { return type }
      return resolve(bound, depth: depth + 1)
    case .list(let item): return .list(resolve(item, depth: depth + 1))
    case .map(let key, let value): return .map(resolve(key, depth: depth + 1), resolve(value, depth: depth + 1))
    case .optional(let item): return .optional(resolve(item, depth: depth + 1))
    case .type(let item): return .type(resolve(item, depth: depth + 1))
    case .nullable(let item): return .nullable(resolve(item, depth: depth + 1))
    default: return type
    }
  }

  /// The type with parameters that nothing is known of as `dyn`.
  func final(_ type: CELType) -> CELType { Self.close(resolve(type)) }

  private static func close(_ type: CELType) -> CELType {
    switch type {
    case .parameter: .dyn
    case .list(let item): .list(close(item))
    case .map(let key, let value): .map(close(key), close(value))
    case .optional(let item): .optional(close(item))
    case .type(let item): .type(close(item))
    case .nullable(let item): .nullable(close(item))
    default: type
    }
  }

  /// Gives the parameters of a declaration fresh names.
  mutating func instantiate(_ types: [CELType]) -> [CELType] {
    var names: [Int: CELType] = [:]
    return types.map { instantiate($0, &names) }
  }

  private mutating func instantiate(_ type: CELType, _ names: inout [Int: CELType]) -> CELType {
    switch type {
    case .parameter(let number):
      if let known = names[number] { return known }
      let made = fresh()
      names[number] = made
      return made
    case .list(let item): return .list(instantiate(item, &names))
    case .map(let key, let value): return .map(instantiate(key, &names), instantiate(value, &names))
    case .optional(let item): return .optional(instantiate(item, &names))
    case .type(let item): return .type(instantiate(item, &names))
    case .nullable(let item): return .nullable(instantiate(item, &names))
    default: return type
    }
  }

  /// Whether a value of the type `given` may stand where `wanted` is declared; binds parameters on the way.
  mutating func assign(_ given: CELType, to wanted: CELType, depth: Int = 0) -> Bool {
    guard depth < 100 else { return true }
    let given = resolve(given)
    let wanted = resolve(wanted)
    if given == wanted { return true }
    switch (wanted, given) {
    case (.parameter(let number), _):
      guard !Self.mentions(given, number) else { return false }
      bindings[number] = given
      return true
    case (_, .parameter(let number)):
      guard !Self.mentions(wanted, number) else { return false }
      bindings[number] = wanted
      return true
    case (.dyn, _), (_, .dyn): return true
    case (.nullable, .null), (.null, .nullable), (.object, .null), (.null, .object), (.opaque, .null), (.null, .opaque),
      (.timestamp, .null), (.duration, .null), (.null, .timestamp), (.null, .duration):
      return true
    case (.nullable(let a), .nullable(let b)): return assign(b, to: a, depth: depth + 1)
    case (.nullable(let a), _): return assign(given, to: a, depth: depth + 1)
    case (_, .nullable(let b)): return assign(b, to: wanted, depth: depth + 1)
    case (.list(let a), .list(let b)), (.optional(let a), .optional(let b)): return assign(b, to: a, depth: depth + 1)
    case (.type, .type): return true
    case (.map(let a, let x), .map(let b, let y)):
      return assign(b, to: a, depth: depth + 1) && assign(y, to: x, depth: depth + 1)
    default: return false
    }
  }

  private static func mentions(_ type: CELType, _ number: Int) -> Bool {
    switch type {
    case .parameter(let other): number == other
    case .list(let item), .optional(let item), .type(let item), .nullable(let item): mentions(item, number)
    case .map(let key, let value): mentions(key, number) || mentions(value, number)
    default: false
    }
  }

  /// The type of what is of the one or of the other type.
  mutating func join(_ a: CELType, _ b: CELType) -> CELType {
    let before = self
    if resolve(a) == .dyn || resolve(b) == .dyn { return .dyn }
    if assign(b, to: a) {
      if case .null = resolve(a) { return resolve(b) }
      return resolve(a)
    }
    self = before
    if assign(a, to: b) { return resolve(b) }
    self = before
    return .dyn
  }
}
