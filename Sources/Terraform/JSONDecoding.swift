import HCL
import SourceText
import Values

/// JSON text to HCL values: numbers with all digits, strings with the origins of their bytes.
struct JSONDecoding {
  /// Why a text is no JSON.
  struct Failure: Error {
    var message: String
    var offset: Int
  }

  private let text: Text
  private let whole: Origin
  private let origins: OriginTable
  private let limits: Limits
  private var at = 0

  private var bytes: [UInt8] { text.bytes }

  /// nil where the text is no JSON.
  static func decode(_ text: Text, whole: Origin, origins: OriginTable, limits: Limits) -> HCLValue? {
    var reader = JSONDecoding(text: text, whole: whole, origins: origins, limits: limits)
    do throws(Failure) {
      return try reader.document()
    } catch {
      return nil
    }
  }

  static func read(_ text: Text, whole: Origin, origins: OriginTable, limits: Limits) throws(Failure) -> HCLValue {
    var reader = JSONDecoding(text: text, whole: whole, origins: origins, limits: limits)
    return try reader.document()
  }

  private init(text: Text, whole: Origin, origins: OriginTable, limits: Limits) {
    self.text = text
    self.whole = whole
    self.origins = origins
    self.limits = limits
  }

  private mutating func document() throws(Failure) -> HCLValue {
    let value = try value(depth: 0)
    skip()
    if at < bytes.count { throw fail("unexpected text after the JSON value") }
    return value
  }

  private func fail(_ message: String) -> Failure { Failure(message: message, offset: at) }

  private func origin(_ range: Range<Int>) -> Origin { text.origin(of: range, in: origins, whole: whole) }

  private mutating func skip() {
    while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
  }

  private mutating func value(depth: Int) throws(Failure) -> HCLValue {
    guard depth < limits.nesting else { throw fail("nested more than \(limits.nesting) levels deep") }
    skip()
    guard at < bytes.count else { throw fail("unexpected end of JSON") }
    let start = at
    switch bytes[at] {
    case UInt8(ascii: "{"):
      at += 1
      var entries: [HCLMap.Entry] = []
      skip()
      if at < bytes.count, bytes[at] == UInt8(ascii: "}") {
        at += 1
        return .object(.empty, origin(start..<at))
      }
      while true {
        skip()
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw fail("expected a key in double quotes") }
        let (key, keyOrigin) = try string()
        skip()
        guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else { throw fail("expected ':' after a JSON key") }
        at += 1
        entries.append(HCLMap.Entry(key: key, keyOrigin: keyOrigin, value: try value(depth: depth + 1)))
        skip()
        guard at < bytes.count else { throw fail("unexpected end of JSON") }
        at += 1
        if bytes[at - 1] == UInt8(ascii: "}") { return .object(HCLMap(entries), origin(start..<start + 1)) }
        guard bytes[at - 1] == UInt8(ascii: ",") else { throw fail("expected ',' or '}' in a JSON object") }
      }
    case UInt8(ascii: "["):
      at += 1
      var items: [HCLValue] = []
      skip()
      if at < bytes.count, bytes[at] == UInt8(ascii: "]") {
        at += 1
        return .tuple([], origin(start..<at))
      }
      while true {
        items.append(try value(depth: depth + 1))
        skip()
        guard at < bytes.count else { throw fail("unexpected end of JSON") }
        at += 1
        if bytes[at - 1] == UInt8(ascii: "]") { return .tuple(items, origin(start..<start + 1)) }
        guard bytes[at - 1] == UInt8(ascii: ",") else { throw fail("expected ',' or ']' in a JSON list") }
      }
    case UInt8(ascii: "\""):
      let (text, origin) = try string()
      return .string(text, origin)
    default:
      while at < bytes.count, !", ]}\n\r\t".utf8.contains(bytes[at]) { at += 1 }
      let word = bytes[start..<at]
      let origin = origin(start..<at)
      if word.elementsEqual("true".utf8) { return .bool(true, origin) }
      if word.elementsEqual("false".utf8) { return .bool(false, origin) }
      if word.elementsEqual("null".utf8) { return .null(.dynamic, origin) }
      // The strict form of RFC 8259.
      guard (try? JSONReader.read(Array(word))) != nil, let number = HCLNumber(word) else {
        at = start
        throw fail("unexpected text in JSON")
      }
      return .number(number, origin)
    }
  }

  private mutating func string() throws(Failure) -> (Text, Origin) {
    let start = at
    at += 1
    var plain = true
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
      if bytes[at] == UInt8(ascii: "\\") {
        plain = false
        at += 1
      }
      if at < bytes.count, bytes[at] < 0x20 { throw fail("a control character in a JSON string") }
      at += 1
    }
    guard at < bytes.count else { throw fail("unexpected end of a JSON string") }
    at += 1
    let origin = origin(start + 1..<max(start + 1, at - 1))
    if plain { return (text.slice(start + 1..<at - 1), origin) }
    do throws(JSONError) {
      return (try JSONReader.read(Array(bytes[start..<at])).text ?? .empty, origin)
    } catch {
      throw fail(error.message)
    }
  }
}
