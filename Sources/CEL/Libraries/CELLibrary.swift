import SourceText
import Values

/// All functions that the language and its extensions bring.
public enum CELLibrary {
  static let functions: [String: [CELOverload]] = {
    var result: [String: [CELOverload]] = [:]
    let all =
      standard + conversions + times + strings + lists + sets + math + encoders + optionals + regex + urls + quantities
      + versions + networks + formats
    for overload in all { result[overload.name, default: []].append(overload) }
    return result
  }()

  /// Names of types beside the language's own.
  static let types: [String: CELType] = [
    "net.IP": .opaque("net.IP"), "net.CIDR": .opaque("net.CIDR"), "kubernetes.URL": .opaque("kubernetes.URL"),
    "kubernetes.Quantity": .opaque("kubernetes.Quantity"), "kubernetes.Semver": .opaque("kubernetes.Semver"),
    "kubernetes.NamedFormat": .opaque("kubernetes.NamedFormat"),
  ]

  /// Names of all functions, for documentation.
  public static var names: [String] { functions.keys.sorted { $0.bytesPrecede($1) } }
}

/// Reading of arguments whose kinds the dispatch has checked.
extension Value {
  var bytesOfText: [UInt8] { text?.bytes ?? [] }
  var scalars: [Unicode.Scalar] { Array((string ?? "").unicodeScalars) }
  var bytesValue: [UInt8] { (object as? CELBytes)?.bytes ?? [] }
  var whole: Int64 { int ?? 0 }
  var items: [Value] { list ?? [] }
}

extension CELLibrary {
  static let standard: [CELOverload] = {
    let a = CELType.parameter(0)
    let b = CELType.parameter(1)
    func size(_ type: CELType, _ body: @escaping @Sendable (Value) -> Int) -> [CELOverload] {
      [false, true].map { member in
        CELOverload("size", [type], .int, member: member) { _, v in .int(Int64(body(v[0]))) }
      }
    }
    var result: [CELOverload] = []
    result += size(.string) { ($0.string ?? "").unicodeScalars.count }
    result += size(.bytes) { $0.bytesValue.count }
    result += size(.list(a)) { $0.items.count }
    result += size(.map(a, b)) { $0.map?.count ?? ($0.object as? CELMap)?.entries.count ?? 0 }
    result += [
      CELOverload("startsWith", [.string, .string], .bool, member: true) { _, v in
        .bool(v[0].bytesOfText.starts(with: v[1].bytesOfText))
      },
      CELOverload("endsWith", [.string, .string], .bool, member: true) { _, v in
        .bool(v[0].bytesOfText.reversed().starts(with: v[1].bytesOfText.reversed()))
      },
      CELOverload("contains", [.string, .string], .bool, member: true) { frame, v throws(CELError) in
        try frame.step(v[0].bytesOfText.count / 32)
        return .bool(ByteSearch.first(v[1].bytesOfText, in: v[0].bytesOfText) != nil)
      },
      CELOverload("dyn", [a], .dyn, strict: false) { _, v in v[0] },
      CELOverload("type", [a], .type(a)) { _, v in CELTypeValue.value(CELValue.type(of: v[0])) },
    ]
    return result
  }()

  static let conversions: [CELOverload] = {
    func identity(_ name: String, _ type: CELType) -> CELOverload { CELOverload(name, [type], type) { _, v in v[0] } }
    var result: [CELOverload] = [
      identity("int", .int), identity("uint", .uint), identity("double", .double), identity("string", .string),
      identity("bytes", .bytes), identity("bool", .bool), identity("timestamp", .timestamp), identity("duration", .duration),
    ]
    result += [
      CELOverload("int", [.uint], .int) { _, v throws(CELError) in
        guard v[0].whole >= 0 else { throw CELError("range error: uint to int") }
        return .int(v[0].whole)
      },
      CELOverload("int", [.double], .int) { _, v throws(CELError) in
        // cel-go refuses both ends of the range, where a double is no longer exact.
        guard let number = v[0].number, number > -0x1p63, number < 0x1p63, let whole = Int64(exactly: number.rounded(.towardZero))
        else { throw CELError("range error: double to int") }
        return .int(whole)
      },
      CELOverload("int", [.string], .int) { _, v throws(CELError) in
        guard let text = v[0].string, let whole = Int64(text) else { throw CELError("cannot convert the string to an int") }
        return .int(whole)
      },
      CELOverload("int", [.timestamp], .int) { _, v in .int(CELTimestamp.of(v[0])?.seconds ?? 0) },
      CELOverload("int", [.duration], .int) { _, v in .int(CELDuration.of(v[0])?.nanos ?? 0) },
      CELOverload("uint", [.int], .uint) { _, v throws(CELError) in
        guard let whole = UInt64(exactly: v[0].whole) else { throw CELError("range error: int to uint") }
        return CELValue.uint(whole)
      },
      CELOverload("uint", [.double], .uint) { _, v throws(CELError) in
        guard let number = v[0].number, number > -1, number < 0x1p64, let whole = UInt64(exactly: number.rounded(.towardZero)), number >= 0
        else { throw CELError("range error: double to uint") }
        return CELValue.uint(whole)
      },
      CELOverload("uint", [.string], .uint) { _, v throws(CELError) in
        guard let text = v[0].string, text.utf8.first != UInt8(ascii: "+"), let whole = UInt64(text)
        else { throw CELError("cannot convert the string to a uint") }
        return CELValue.uint(whole)
      },
      CELOverload("double", [.int], .double) { _, v in .double(Double(v[0].whole)) },
      CELOverload("double", [.uint], .double) { _, v in .double(Double(UInt64(bitPattern: v[0].whole))) },
      CELOverload("double", [.string], .double) { _, v throws(CELError) in
        guard let number = Numbers.double(v[0].string ?? "") else { throw CELError("cannot convert the string to a double") }
        return .double(number)
      },
      CELOverload("bool", [.string], .bool) { _, v throws(CELError) in
        switch v[0].string ?? "" {
        case "1", "t", "T", "true", "TRUE", "True": return .bool(true)
        case "0", "f", "F", "false", "FALSE", "False": return .bool(false)
        default: throw CELError("cannot convert the string to a bool")
        }
      },
      CELOverload("bytes", [.string], .bytes) { _, v in CELBytes.value(v[0].bytesOfText, v[0].origin) },
      CELOverload("timestamp", [.string], .timestamp) { _, v throws(CELError) in
        guard let time = Times.parseTimestamp(v[0].bytesOfText) else { throw CELError("malformed timestamp, or out of range") }
        return time
      },
      CELOverload("timestamp", [.int], .timestamp) { _, v throws(CELError) in
        guard let time = CELTimestamp.value(seconds: v[0].whole) else { throw CELError("timestamp is out of range") }
        return time
      },
      CELOverload("duration", [.string], .duration) { _, v throws(CELError) in
        guard let nanos = Times.parseDuration(v[0].bytesOfText) else { throw CELError("malformed duration, or out of range") }
        return CELDuration.value(nanos).with(origin: v[0].origin)
      },
      CELOverload("duration", [.int], .duration) { _, v in CELDuration.value(v[0].whole) },
    ]
    for type in [CELType.int, .uint, .double, .bool, .bytes, .timestamp, .duration] {
      result.append(
        CELOverload("string", [type], .string) { _, v throws(CELError) in
          guard let text = Numbers.text(v[0]) else { throw CELError("cannot convert the \(CELValue.typeName(v[0])) to a string") }
          return .string(Text(text), v[0].origin)
        })
    }
    return result
  }()
}

/// Text of numbers and back.
enum Numbers {
  static func double(_ text: String) -> Double? {
    switch text.lowercased() {
    case "nan": return .nan
    case "inf", "+inf", "infinity", "+infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    default:
      // Swift reads more words than Go; what is left has digits and an exponent.
      guard text.utf8.allSatisfy({ $0 != 0x20 && $0 | 0x20 != UInt8(ascii: "n") }) else { return nil }
      return Double(text)
    }
  }

  /// What `string()` makes of a value; nil where it makes nothing.
  static func text(_ value: Value) -> [UInt8]? {
    switch value.payload {
    case .bool(let flag): return Array((flag ? "true" : "false").utf8)
    case .int(let number):
      return Array((value.tag == CELValue.uintTag ? String(UInt64(bitPattern: number)) : String(number)).utf8)
    case .double(let number): return Array(general(number).utf8)
    case .string(let text): return text.bytes
    case .object(let object):
      switch object {
      case let bytes as CELBytes: return String(validating: bytes.bytes, as: UTF8.self).map { Array($0.utf8) }
      case let time as CELTimestamp: return Array(Times.timestampText(time).utf8)
      case let span as CELDuration: return Array(Times.durationText(span.nanos).utf8)
      case let type as CELTypeValue: return Array(type.type.plainName.utf8)
      default: return nil
      }
    default: return nil
    }
  }

  static func special(_ number: Double, infinity: String) -> String? {
    number.isNaN ? "NaN" : number.isInfinite ? (number < 0 ? "-" : "+") + infinity : nil
  }

  /// Go's `strconv.FormatFloat(x, 'g', -1, 64)`.
  static func general(_ number: Double) -> String {
    if let special = special(number, infinity: "Inf") { return special }
    let (negative, digits, exponent) = JSONWriter.shortestDigits(number)
    if number == 0 { return number.sign == .minus ? "-0" : "0" }
    if exponent < -4 || exponent >= 6 {
      let tail = digits.count > 1 ? "." + digits.dropFirst() : ""
      let power = String(exponent.magnitude)
      return (negative ? "-" : "") + String(digits.first ?? "0") + tail + "e" + (exponent < 0 ? "-" : "+") + (power.count < 2 ? "0" : "") + power
    }
    return plain(number)
  }

  /// Go's `strconv.FormatFloat(x, 'f', -1, 64)` for finite numbers.
  static func plain(_ number: Double) -> String {
    let (negative, digits, exponent) = JSONWriter.shortestDigits(number)
    let sign = negative ? "-" : ""
    if number == 0 { return sign + "0" }
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    if digits.count <= exponent + 1 { return sign + digits + String(repeating: "0", count: exponent + 1 - digits.count) }
    return sign + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
  }
}

/// Searching in bytes.
enum ByteSearch {
  static func first(_ needle: [UInt8], in bytes: [UInt8], from start: Int = 0) -> Int? {
    if needle.isEmpty { return start }
    guard bytes.count >= needle.count, start <= bytes.count - needle.count else { return nil }
    let head = needle[0]
    return bytes.withUnsafeBufferPointer { hay in
      needle.withUnsafeBufferPointer { wanted in
        var at = start
        let last = hay.count - wanted.count
        while at <= last {
          if hay[at] == head {
            var length = 1
            while length < wanted.count, hay[at + length] == wanted[length] { length += 1 }
            if length == wanted.count { return at }
          }
          at += 1
        }
        return nil
      }
    }
  }
}

/// Values as people read them.
public enum CELText {
  /// What `string()` makes of a value; nil where it makes nothing.
  public static func describe(_ value: Value) -> String? { Numbers.text(value).map { String(decoding: $0, as: UTF8.self) } }
}
