import Values

/// Bits of `Value.tag` that only the executor uses. They never leave it.
enum GoTag {
  /// The value stands in an `interface {}` (an element of a map or list): error texts name that type, and a nil is a nil
  /// interface and not Go's invalid value.
  static let boxed: UInt8 = 0x80
  /// A variable whose declaration was not run.
  static let unset: UInt8 = 0x40
}

extension Value {
  /// Go's name of the type of a value: "string", "int64", "map[string]interface {}", … ; "<nil>" for nil.
  public var goTypeName: String {
    let tag = tag & ~GoTag.boxed
    switch payload {
    case .null: return "<nil>"
    case .bool: return "bool"
    case .int: return Value.goIntegerName(tag)
    case .double: return tag == GoNumber.float32 ? "float32" : "float64"
    case .string: return "string"
    case .list:
      switch tag {
      case GoList.strings: return "[]string"
      case GoList.ints: return "[]int"
      case GoList.bytes: return "[]uint8"
      default: return "[]interface {}"
      }
    case .map:
      switch tag {
      case GoMap.strings: return "map[string]string"
      case GoMap.values: return "common.Values"
      default: return "map[string]interface {}"
      }
    case .object(let object): return (object as? GoObject)?.goTypeName ?? object.typeName
    case .unknown: return "unknown"
    }
  }

  private static func goIntegerName(_ tag: UInt8) -> String {
    switch tag {
    case GoNumber.int: "int"
    case GoNumber.uint64: "uint64"
    case GoNumber.int32: "int32"
    case GoNumber.uint8: "uint8"
    case GoNumber.uint32: "uint32"
    case GoNumber.float64: "float64"
    default: "int64"
    }
  }

  /// Go's kind (reflect.Kind) of a value; "invalid" for nil.
  public var goKind: String {
    switch payload {
    case .null: return "invalid"
    case .list: return "slice"
    case .map: return "map"
    case .object(let object): return (object as? GoObject)?.goKind ?? "struct"
    default: return goTypeName
    }
  }

  var isBoxed: Bool { tag & GoTag.boxed != 0 }

  /// The value as an element of an `interface {}`.
  var boxed: Value { Value(payload, tag: tag | GoTag.boxed, origin: origin) }

  /// What is in the interface; a nil interface becomes the invalid value.
  var unboxed: Value { Value(payload, tag: tag & ~GoTag.boxed, origin: origin) }

  /// The static type as error texts name it.
  var staticTypeName: String { isBoxed ? "interface {}" : goTypeName }
}

extension GoType {
  /// Go's name of the type.
  public var name: String {
    switch self {
    case .any: "interface {}"
    case .string: "string"
    case .bool: "bool"
    case .int: "int"
    case .int64: "int64"
    case .float64: "float64"
    case .dict: "map[string]interface {}"
    case .list: "[]interface {}"
    case .strings: "[]string"
    case .object: "struct {}"
    }
  }
}
