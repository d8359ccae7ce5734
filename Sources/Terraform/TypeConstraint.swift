import HCL
import SourceText
import Values

/// The type of a variable, with `optional()` attributes and their defaults (hashicorp/terraform, `lang/types`, and hcl `typeexpr`).
indirect enum TypeConstraint: Sendable {
  struct Attribute: Sendable {
    var type: TypeConstraint
    var isOptional: Bool
    var defaultValue: HCLValue?
  }

  case any, bool, number, string
  case list(TypeConstraint), set(TypeConstraint), map(TypeConstraint)
  case tuple([TypeConstraint])
  case object([String: Attribute])

  var type: HCLType {
    switch self {
    case .any: .dynamic
    case .bool: .bool
    case .number: .number
    case .string: .string
    case .list(let element): .list(element.type)
    case .set(let element): .set(element.type)
    case .map(let element): .map(element.type)
    case .tuple(let elements): .tuple(elements.map(\.type))
    case .object(let attributes): .object(attributes.mapValues(\.type.type))
    }
  }

  /// Whether a text given from outside is taken as it stands.
  var readsLiterally: Bool {
    switch self {
    case .bool, .number, .string: true
    default: false
    }
  }

  // MARK: Reading

  /// - Parameter constant: evaluates a default inside `optional()`.
  static func parse(
    _ expression: HCLExpression, provenance: Provenance, constant: (HCLExpression) throws(HCLError) -> HCLValue
  ) throws(HCLError) -> TypeConstraint {
    if let quoted = expression.constantString {
      // Terraform 0.11 quoted types; JSON configurations have no other way.
      switch quoted {
      case "string": return .string
      case "number": return .number
      case "bool": return .bool
      case "any": return .any
      case "list": return .list(.any)
      case "map": return .map(.any)
      default:
        let sink = DiagnosticSink()
        let inner = HCLParser.parseExpression(
          text: Array(quoted.utf8), at: expression.span, provenance: provenance, sink: sink)
        guard !sink.hasErrors, inner.constantString == nil else { break }
        return try parse(inner, provenance: provenance, constant: constant)
      }
    }
    if let word = expression.keyword {
      switch word {
      case "any": return .any
      case "bool": return .bool
      case "number": return .number
      case "string": return .string
      case "list": return .list(.any)
      case "set": return .set(.any)
      case "map": return .map(.any)
      default: throw HCLError("invalid-type", "'\(word)' is no type", at: expression.span)
      }
    }
    guard case .call(let name, _, let arguments, expandsLast: false) = expression.kind, let first = arguments.first,
      arguments.count == 1
    else { throw HCLError("invalid-type", "a type is required here: a type keyword, or a call such as list(string)", at: expression.span) }
    switch name {
    case "list": return .list(try parse(first, provenance: provenance, constant: constant))
    case "set": return .set(try parse(first, provenance: provenance, constant: constant))
    case "map": return .map(try parse(first, provenance: provenance, constant: constant))
    case "tuple":
      guard case .tuple(let items) = first.kind else {
        throw HCLError("invalid-type", "'tuple' requires a list of types in brackets", at: first.span)
      }
      var elements: [TypeConstraint] = []
      for item in items { elements.append(try parse(item, provenance: provenance, constant: constant)) }
      return .tuple(elements)
    case "object":
      guard case .object(let items) = first.kind else {
        throw HCLError("invalid-type", "'object' requires a map of types in braces", at: first.span)
      }
      var attributes: [String: Attribute] = [:]
      for item in items {
        guard let key = item.key.keyword ?? item.key.constantString else {
          throw HCLError("invalid-type", "the names of an object type must be constant", at: item.key.span)
        }
        attributes[key] = try attribute(item.value, provenance: provenance, constant: constant)
      }
      return .object(attributes)
    case "optional":
      throw HCLError("invalid-type", "'optional' is valid only for an attribute of an object type", at: expression.span)
    default: throw HCLError("invalid-type", "'\(name)' makes no type; expected list, set, map, tuple or object", at: expression.span)
    }
  }

  private static func attribute(
    _ expression: HCLExpression, provenance: Provenance, constant: (HCLExpression) throws(HCLError) -> HCLValue
  ) throws(HCLError) -> Attribute {
    guard case .call("optional", _, let arguments, expandsLast: false) = expression.kind else {
      return Attribute(type: try parse(expression, provenance: provenance, constant: constant), isOptional: false)
    }
    guard let first = arguments.first, arguments.count <= 2 else {
      throw HCLError("invalid-type", "'optional' requires a type and, if wanted, a default", at: expression.span)
    }
    let type = try parse(first, provenance: provenance, constant: constant)
    guard arguments.count == 2, let second = arguments.last else { return Attribute(type: type, isOptional: true) }
    let value = try constant(second)
    do throws(HCLConversionError) {
      _ = try type.convert(value)
    } catch {
      throw HCLError("invalid-type", "this default does not fit the attribute's type: \(error.message)", at: second.span)
    }
    return Attribute(type: type, isOptional: true, defaultValue: value)
  }

  // MARK: Converting

  /// Fills in defaults, drops attributes that the type does not have, converts.
  func convert(_ value: HCLValue) throws(HCLConversionError) -> HCLValue {
    try HCLConversion.convert(prepared(value), to: type)
  }

  private func prepared(_ value: HCLValue) -> HCLValue {
    func made(_ payload: HCLValue.Payload) -> HCLValue { HCLValue(payload, origin: value.origin, sensitive: value.sensitive) }
    guard hasObjects else { return value }
    switch self {
    case .list(let element), .set(let element):
      guard let items = value.items else { return value }
      return made(.tuple(items.map(element.prepared)))
    case .map(let element):
      guard let map = value.map else { return value }
      return made(.object(map.mapValues { element.prepared($0.value) }))
    case .tuple(let elements):
      guard let items = value.items, items.count == elements.count else { return value }
      return made(.tuple(zip(elements, items).map { $0.prepared($1) }))
    case .object(let attributes):
      guard let map = value.map else { return value }
      var entries: [HCLMap.Entry] = []
      for (name, attribute) in attributes.sorted(by: { $0.key.bytesPrecede($1.key) }) {
        let key = Text(name)
        let given = map.entry(key)
        if let given, !(given.value.isNull && attribute.defaultValue != nil) {
          entries.append(HCLMap.Entry(key: key, keyOrigin: given.keyOrigin, value: attribute.type.prepared(given.value)))
        } else if given == nil, let other = map.other {
          entries.append(HCLMap.Entry(key: key, value: other(name)))
        } else if attribute.isOptional {
          let value = attribute.defaultValue.map(attribute.type.prepared) ?? .null(attribute.type.type, given?.value.origin ?? .none)
          entries.append(HCLMap.Entry(key: key, keyOrigin: given?.keyOrigin ?? .none, value: value))
        }
      }
      return made(.object(HCLMap(entries)))
    default: return value
    }
  }

  private var hasObjects: Bool {
    switch self {
    case .any, .bool, .number, .string: false
    case .list(let element), .set(let element), .map(let element): element.hasObjects
    case .tuple(let elements): elements.contains(where: \.hasObjects)
    case .object: true
    }
  }
}
