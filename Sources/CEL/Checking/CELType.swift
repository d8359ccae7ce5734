import Values

/// A type of CEL (cel-spec, "Types").
public indirect enum CELType: Sendable, Hashable {
  case dyn
  case null
  case bool
  case int
  case uint
  case double
  case string
  case bytes
  case timestamp
  case duration
  case list(CELType)
  case map(CELType, CELType)
  case optional(CELType)
  /// The type of a type.
  case type(CELType)
  /// A host object with named fields, declared in a `CELEnvironment`.
  case object(String)
  /// A host object without fields: `net.IP`, `kubernetes.Quantity`.
  case opaque(String)
  /// A value of the type, or null.
  case nullable(CELType)
  /// Stands for any one type in a declaration, or for one not yet known while checking.
  case parameter(Int)

  public static let anyList = CELType.list(.dyn)
  public static let anyMap = CELType.map(.dyn, .dyn)

  /// As written in declarations and messages: `map(string, list(int))`.
  public var name: String {
    switch self {
    case .dyn: "dyn"
    case .null: "null_type"
    case .bool: "bool"
    case .int: "int"
    case .uint: "uint"
    case .double: "double"
    case .string: "string"
    case .bytes: "bytes"
    case .timestamp: "google.protobuf.Timestamp"
    case .duration: "google.protobuf.Duration"
    case .list(let item): "list(\(item.name))"
    case .map(let key, let value): "map(\(key.name), \(value.name))"
    case .optional(let item): "optional_type(\(item.name))"
    case .type(let item): "type(\(item.name))"
    case .object(let name), .opaque(let name): name
    case .nullable(let item): "nullable(\(item.name))"
    case .parameter(let number): "<\(number)>"
    }
  }

  /// The name of the type of a value of this type: without parameters.
  public var plainName: String {
    switch self {
    case .list: "list"
    case .map: "map"
    case .optional: "optional_type"
    case .type: "type"
    case .nullable(let item): item.plainName
    default: name
    }
  }

  /// Whether a value may be used where this type is declared. Parameters of lists and maps are not looked at.
  func admits(_ value: Value) -> Bool {
    switch (self, value.payload) {
    case (.dyn, _), (.parameter, _), (_, .unknown): true
    case (.nullable(let item), _): value.isNull || item.admits(value)
    case (.null, .null), (.bool, .bool), (.double, .double), (.string, .string), (.list, .list), (.map, .map): true
    case (.int, .int): value.tag != CELValue.uintTag
    case (.uint, .int): value.tag == CELValue.uintTag
    case (.bytes, .object(let object)): object is CELBytes
    case (.timestamp, .object(let object)): object is CELTimestamp
    case (.duration, .object(let object)): object is CELDuration
    case (.map, .object(let object)): object is CELMap
    case (.optional, .object(let object)): object is CELOptional
    case (.type, .object(let object)): object is CELTypeValue
    case (.object(let name), .object(let object)), (.opaque(let name), .object(let object)): object.typeName == name
    default: false
    }
  }

  /// Reads a declaration such as `map(string, list(int))`. Unknown names are objects.
  public init?(declaration text: String) {
    var rest = Substring(text)
    guard let type = CELType.read(&rest, depth: 0), rest.allSatisfy({ $0 == " " }) else { return nil }
    self = type
  }

  private static func read(_ rest: inout Substring, depth: Int) -> CELType? {
    guard depth < 50 else { return nil }
    rest = rest.drop { $0 == " " }
    let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
    guard !name.isEmpty else { return nil }
    rest = rest.dropFirst(name.count)
    var parameters: [CELType] = []
    if rest.first == "(" {
      repeat {
        rest = rest.dropFirst()
        guard let next = read(&rest, depth: depth + 1) else { return nil }
        parameters.append(next)
        rest = rest.drop { $0 == " " }
      } while rest.first == ","
      guard rest.first == ")" else { return nil }
      rest = rest.dropFirst()
    }
    let first = parameters.first ?? .dyn
    switch name {
    case "list": return .list(first)
    case "map": return .map(first, parameters.dropFirst().first ?? .dyn)
    case "optional_type", "optional": return .optional(first)
    case "type": return .type(first)
    case "nullable", "wrapper": return .nullable(first)
    case "null": return .null
    case "timestamp": return .timestamp
    case "duration": return .duration
    default: return CELType.named[String(name)] ?? .object(String(name))
    }
  }

  /// Types that are names of the language and so values of type `type`.
  static let named: [String: CELType] = [
    "dyn": .dyn, "null_type": .null, "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string,
    "bytes": .bytes, "google.protobuf.Timestamp": .timestamp, "google.protobuf.Duration": .duration,
  ]

  /// What an expression may name as a type value.
  static let values: [String: CELType] = {
    var result = named
    result["dyn"] = nil
    result["list"] = .anyList
    result["map"] = .anyMap
    result["optional_type"] = .optional(.dyn)
    result["type"] = .type(.dyn)
    return result
  }()
}
