import SourceText
import Values

extension CELLibrary {
  /// cel-go cel/library.go, optional types.
  static let optionals: [CELOverload] = {
    let a = CELType.parameter(0)
    let optional = CELType.optional(a)
    @Sendable func inner(_ value: Value) -> Value? { (value.object as? CELOptional)?.value }
    return [
      CELOverload("optional.of", [a], optional) { _, v in CELOptional.some(v[0]) },
      CELOverload("optional.none", [], optional) { _, _ in CELOptional.none },
      CELOverload("optional.ofNonZeroValue", [a], optional) { _, v in isZero(v[0]) ? CELOptional.none : CELOptional.some(v[0]) },
      CELOverload("optional.unwrap", [.list(optional)], .list(a)) { _, v in .list(v[0].items.compactMap(inner)) },
      CELOverload("unwrapOpt", [.list(optional)], .list(a), member: true) { _, v in .list(v[0].items.compactMap(inner)) },
      CELOverload("hasValue", [optional], .bool, member: true) { _, v in .bool(inner(v[0]) != nil) },
      CELOverload("value", [optional], a, member: true) { _, v throws(CELError) in
        guard let value = inner(v[0]) else { throw CELError("optional.none() has no value") }
        return value
      },
      CELOverload("or", [optional, optional], optional, member: true, strict: false) { _, v in
        if v[0].isUnknown { return v[0] }
        return inner(v[0]) == nil ? v[1] : v[0]
      },
      CELOverload("orValue", [optional, a], a, member: true, strict: false) { _, v in
        if v[0].isUnknown { return v[0] }
        return inner(v[0]) ?? v[1]
      },
    ]
  }()

  private static func isZero(_ value: Value) -> Bool {
    switch value.payload {
    case .null: true
    case .bool(let flag): !flag
    case .int(let number): number == 0
    case .double(let number): number == 0
    case .string(let text): text.count == 0
    case .list(let list): list.items.isEmpty
    case .map(let map): map.isEmpty
    case .object(let object):
      switch object {
      case let bytes as CELBytes: bytes.bytes.isEmpty
      case let map as CELMap: map.entries.isEmpty
      case let time as CELTimestamp: time.seconds == 0 && time.nanos == 0
      case let span as CELDuration: span.nanos == 0
      case let optional as CELOptional: optional.value == nil
      default: false
      }
    case .unknown: false
    }
  }

  /// cel-go ext/encoders.go.
  static let encoders: [CELOverload] = [
    CELOverload("base64.encode", [.bytes], .string) { _, v in .string(Text(Base64.encode(v[0].bytesValue))) },
    CELOverload("base64.decode", [.string], .bytes) { _, v throws(CELError) in
      guard let bytes = Base64.decode(v[0].bytesOfText) else { throw CELError("malformed base64") }
      return CELBytes.value(bytes, v[0].origin)
    },
  ]
}

/// RFC 4648; padding may be left out when decoding.
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var at = 0
    while at < bytes.count {
      let chunk = bytes[at..<min(at + 3, bytes.count)]
      var bits: UInt32 = 0
      for place in 0..<3 { bits = bits << 8 | (place < chunk.count ? UInt32(chunk[at + place]) : 0) }
      for place in 0..<4 {
        out.append(place <= chunk.count ? alphabet[Int(bits >> UInt32(18 - 6 * place)) & 63] : UInt8(ascii: "="))
      }
      at += 3
    }
    return out
  }

  static func decode(_ text: [UInt8]) -> [UInt8]? {
    var body = text[...]
    while body.last == UInt8(ascii: "="), text.count - body.count < 2 { body = body.dropLast() }
    if body.count != text.count, text.count % 4 != 0 { return nil }
    guard body.count % 4 != 1 else { return nil }
    var out: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in body {
      let value: UInt8
      switch byte {
      case 0x41...0x5A: value = byte - 0x41
      case 0x61...0x7A: value = byte - 0x61 + 26
      case 0x30...0x39: value = byte - 0x30 + 52
      case UInt8(ascii: "+"): value = 62
      case UInt8(ascii: "/"): value = 63
      default: return nil
      }
      bits = (bits << 6 | UInt32(value)) & 0xFF_FFFF
      count += 6
      if count >= 8 {
        count -= 8
        out.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return out
  }
}
