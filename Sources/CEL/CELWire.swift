import SourceText
import Values

/// Requests and answers of `eval --lang cel`: values with their kinds spelled out.
public enum CELWire {
  /// Answers `{"expr", "bindings", "container"?, "declare"?, "disable_macros"?, "disable_check"?}` with `{"value", "type"}` or
  /// `{"error"}`.
  public static func answer(_ request: Value, timeZone: (@Sendable (String) -> [UInt8]?)? = nil) -> Value {
    guard let expression = request["expr"]?.string else { return error("request has no 'expr'") }
    var environment = CELEnvironment()
    environment.container = request["container"]?.string ?? ""
    environment.isChecked = request["disable_check"]?.bool != true
    environment.parserOptions.macros = request["disable_macros"]?.bool != true
    environment.parserOptions.blocks = true
    environment.timeZone = timeZone
    for entry in request["declare"]?.map?.entries ?? [] {
      environment.declare(entry.key.string, entry.value.string.flatMap(CELType.init(declaration:)) ?? .dyn)
    }
    let bindings = request["bindings"]?.map?.entries ?? []
    for entry in bindings where environment.slot(entry.key.string) == nil { environment.declare(entry.key.string, .dyn) }
    do {
      let program = try environment.compile(expression)
      var activation = CELActivation(environment)
      for entry in bindings {
        guard let slot = environment.slot(entry.key.string) else { continue }
        guard let value = decode(entry.value) else { return error("cannot read the value of '\(entry.key.string)'") }
        activation.set(slot, value)
      }
      let value = try program.evaluate(activation)
      if case .unknown(let unknown) = value.payload {
        return .map(ValueMap([("unknown", .bool(true)), ("reason", .string(unknown.reason))]))
      }
      let answer = ValueMap([("value", encode(value))])
      if environment.isChecked { answer.set("type", .string(program.type.name)) }
      return .map(answer)
    } catch let problem as ExpressionProblem {
      return error(problem.message, at: problem.range)
    } catch let failure as CELError {
      return error(failure.message, at: failure.range)
    } catch {
      return self.error("evaluation failed")
    }
  }

  private static func error(_ message: String, at range: Range<Int>? = nil) -> Value {
    let map = ValueMap([("error", .string(message))])
    if let range { map.set("range", .list([.int(Int64(range.lowerBound)), .int(Int64(range.upperBound))])) }
    return .map(map)
  }

  static func decode(_ wire: Value) -> Value? {
    guard let map = wire.map, map.count == 1, let entry = map.entries.first else { return nil }
    return decode(entry.key.string, entry.value)
  }

  // Apart from `decode(_:)`: in one function the optimizer of Swift 6.3.1 fails its own check of lifetimes.
  @inline(never)
  private static func decode(_ kind: String, _ inner: Value) -> Value? {
    switch kind {
    case "null": return .null
    case "bool": return inner.bool.map { .bool($0) }
    case "int": return inner.string.flatMap { Int64($0) }.map { .int($0) }
    case "uint": return inner.string.flatMap { UInt64($0) }.map(CELValue.uint)
    case "double":
      if let number = inner.number { return .double(number) }
      return inner.string.flatMap(Numbers.double).map { .double($0) }
    case "string": return inner.text.map { .string($0) }
    case "bytes": return (inner.text?.bytes).flatMap(Base64.decode).map { CELBytes.value($0) }
    case "list": return decodeList(inner.list ?? [])
    case "map": return decodeMap(inner.list ?? [])
    case "type": return inner.string.flatMap { CELType.values[$0] ?? CELLibrary.types[$0] }.map(CELTypeValue.value)
    case "timestamp":
      guard let seconds = inner[0]?.string.flatMap({ Int64($0) }), let nanos = inner[1]?.int else { return nil }
      return CELTimestamp.value(seconds: seconds, nanos: nanos)
    case "duration":
      guard let seconds = inner[0]?.string.flatMap({ Int64($0) }), let nanos = inner[1]?.int else { return nil }
      let (scaled, over) = seconds.multipliedReportingOverflow(by: Times.second)
      let (sum, carry) = scaled.addingReportingOverflow(nanos)
      return over || carry ? nil : CELDuration.value(sum)
    case "optional": return inner.isNull ? CELOptional.none : decode(inner).map(CELOptional.some)
    case "unknown": return .unknown("bound as unknown")
    default: return nil
    }
  }

  private static func decodeList(_ wires: [Value]) -> Value? {
    var items: [Value] = []
    for wire in wires {
      guard let item = decode(wire) else { return nil }
      items.append(item)
    }
    return .list(items)
  }

  private static func decodeMap(_ wires: [Value]) -> Value? {
    var entries: [(Value, Value)] = []
    for pair in wires {
      guard let first = pair[0], let second = pair[1], let key = decode(first), let value = decode(second) else { return nil }
      entries.append((key, value))
    }
    return try? CELValue.map(entries)
  }

  static func encode(_ value: Value) -> Value {
    func tagged(_ kind: String, _ inner: Value) -> Value { .map(ValueMap([(kind, inner)])) }
    func pairs(_ entries: [(Value, Value)]) -> Value { tagged("map", .list(entries.map { .list([encode($0.0), encode($0.1)]) })) }
    switch value.payload {
    case .null: return tagged("null", .null)
    case .bool: return tagged("bool", value)
    case .int(let number):
      if let unsigned = CELValue.uint(of: value) { return tagged("uint", .string(String(unsigned))) }
      return tagged("int", .string(String(number)))
    case .double(let number):
      if number.isNaN { return tagged("double", .string("NaN")) }
      if number.isInfinite { return tagged("double", .string(number < 0 ? "-Infinity" : "Infinity")) }
      return tagged("double", value)
    case .string: return tagged("string", value)
    case .list(let list): return tagged("list", .list(list.items.map(encode)))
    case .map(let map): return pairs(map.entries.map { (.string($0.key), $0.value) })
    case .unknown: return tagged("unknown", .bool(true))
    case .object(let object):
      switch object {
      case let bytes as CELBytes: return tagged("bytes", .string(Text(Base64.encode(bytes.bytes))))
      case let map as CELMap: return pairs(map.entries.map { ($0.key, $0.value) })
      case let type as CELTypeValue: return tagged("type", .string(type.type.plainName))
      case let time as CELTimestamp:
        return tagged("timestamp", .list([.string(String(time.seconds)), .int(time.nanos)]))
      case let span as CELDuration:
        return tagged("duration", .list([.string(String(span.nanos / Times.second)), .int(span.nanos % Times.second)]))
      case let optional as CELOptional: return tagged("optional", optional.value.map(encode) ?? .null)
      default: return tagged("object", .string(object.typeName))
      }
    }
  }
}
