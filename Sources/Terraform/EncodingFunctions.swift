import Crypto
import HCL
import SourceText
import Values
import YAMLSyntax

/// Encodings and hashes (go-cty `stdlib/json.go`, `csv.go`; zclconf/go-cty-yaml; terraform `internal/lang/funcs/encoding.go`, `crypto.go`).
extension TerraformFunctions {
  private static let str = HCLParameter("str", .string)

  static var encodings: [String: HCLFunction] {
    var table: [String: HCLFunction] = [:]
    let any = HCLParameter("val", .dynamic, null: true, unknown: true)
    table["jsonencode"] = HCLFunction([any], result: .string) { (call) throws(HCLError) in
      let value = call.arguments[0]
      let origin = call.evaluator.derived(call.span, from: [])
      if let reason = value.unknownReason {
        return .unknown(.string, reason, origin, notNull: true, knowledge: .json(value))
      }
      let text = JSONText.encode(value)
      guard text.count <= call.evaluator.limits.outputBytes else { throw call.fail("the text grows too large") }
      return .string(text, origin)
    }
    table["jsondecode"] = HCLFunction([str]) { (call) throws(HCLError) in
      do throws(JSONDecoding.Failure) {
        return try JSONDecoding.read(
          call.text(0), whole: call.arguments[0].origin, origins: call.evaluator.provenance.origins, limits: call.evaluator.limits)
      } catch {
        throw call.fail("\(error.message), at byte \(error.offset)")
      }
    }
    table["yamlencode"] = HCLFunction([any], result: .string) { (call) throws(HCLError) in
      let value = call.arguments[0]
      let origin = call.evaluator.derived(call.span, from: [])
      if let reason = value.unknownReason { return .unknown(.string, reason, origin, notNull: true, knowledge: .json(value)) }
      let text = YAMLText.encode(value)
      guard text.count <= call.evaluator.limits.outputBytes else { throw call.fail("the text grows too large") }
      return .string(text, origin)
    }
    table["yamldecode"] = HCLFunction([str]) { (call) throws(HCLError) in
      let sink = DiagnosticSink()
      let documents = YAMLReader.read(
        text: call.text(0), whole: call.arguments[0].origin, dialect: .terraform, provenance: call.evaluator.provenance,
        limits: call.evaluator.limits, sink: sink)
      if let first = sink.diagnostics.first(where: { $0.severity == .error }) { throw call.fail(first.message) }
      guard let only = documents.first else { throw call.fail("the text holds no YAML document") }
      guard documents.count == 1 else { throw call.fail("the text holds more than one YAML document") }
      return imported(only.root)
    }
    table["base64encode"] = HCLFunction([str], result: .string) { (call) throws(HCLError) in
      .string(Base64.encode(call.text(0).bytes).lossyString)
    }
    table["base64decode"] = HCLFunction([str], result: .string) { (call) throws(HCLError) in
      let bytes: [UInt8]
      do throws(EncodingError) { bytes = try Base64.decode(call.text(0).bytes) } catch { throw call.fail(error.message) }
      guard String(validating: bytes, as: UTF8.self) != nil else { throw call.fail("the decoded bytes are not UTF-8") }
      return .string(Text(bytes))
    }
    table["textencodebase64"] = HCLFunction([str, HCLParameter("encoding", .string)], result: .string) { (call) throws(HCLError) in
      guard let bytes = TextEncoding.encode(call.string(0), call.string(1)) else {
        throw call.fail("'\(call.string(1))' is not a supported encoding, or has no such character")
      }
      return .string(Base64.encode(bytes).lossyString)
    }
    table["textdecodebase64"] = HCLFunction([HCLParameter("source", .string), HCLParameter("encoding", .string)], result: .string) { (call) throws(HCLError) in
      let bytes: [UInt8]
      do throws(EncodingError) { bytes = try Base64.decode(call.text(0).bytes) } catch { throw call.fail(error.message) }
      guard let text = TextEncoding.decode(bytes, call.string(1)) else {
        throw call.fail("'\(call.string(1))' is not a supported encoding, or the bytes do not belong to it")
      }
      return .string(text)
    }
    table["base64gzip"] = HCLFunction([str], result: .string) { (call) throws(HCLError) in
      .unknown(.string, "compressed text", call.arguments[0].origin, notNull: true)
    }
    table["urlencode"] = HCLFunction([str], result: .string) { (call) throws(HCLError) in
      var out: [UInt8] = []
      for byte in call.text(0).bytes {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
          out.append(byte)
        case UInt8(ascii: " "): out.append(UInt8(ascii: "+"))
        default: out += Array(("%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)).utf8)
        }
      }
      return .string(out.lossyString)
    }
    table["csvdecode"] = HCLFunction([str]) { (call) throws(HCLError) in try CSVDecoding.decode(call) }
    return table
  }

  static var hashes: [String: HCLFunction] {
    var table: [String: HCLFunction] = [:]
    for (name, digest) in [("md5", Digest.md5), ("sha1", .sha1), ("sha256", .sha256), ("sha512", .sha512)] {
      table[name] = HCLFunction([str], result: .string) { (call) throws(HCLError) in .string(digest.hexadecimal(call.text(0).bytes)) }
      if name == "sha256" || name == "sha512" {
        table["base64" + name] = HCLFunction([str], result: .string) { (call) throws(HCLError) in
          .string(Base64.encode(digest.hash(call.text(0).bytes)).lossyString)
        }
      }
    }
    table["uuid"] = HCLFunction([], result: .string) { (call) throws(HCLError) in
      .unknown(.string, "a random identifier", call.evaluator.derived(call.span, from: []), notNull: true)
    }
    table["bcrypt"] = HCLFunction([str], variadic: HCLParameter("cost", .number), result: .string) { (call) throws(HCLError) in
      .unknown(.string, "a hash with random salt", call.evaluator.derived(call.span, from: []), notNull: true)
    }
    table["rsadecrypt"] = HCLFunction([HCLParameter("ciphertext", .string), HCLParameter("privatekey", .string)], result: .string) { (call) throws(HCLError) in
      .unknown(.string, "decrypted text", call.evaluator.derived(call.span, from: []), notNull: true)
    }
    table["uuidv5"] = HCLFunction([HCLParameter("namespace", .string), HCLParameter("name", .string)], result: .string) { (call) throws(HCLError) in
      let wellKnown = ["dns": "10", "url": "11", "oid": "12", "x500": "14"]
      let namespace = wellKnown[call.string(0)].map { "6ba7b8\($0)-9dad-11d1-80b4-00c04fd430c8" } ?? call.string(0)
      var bytes: [UInt8] = []
      let digits = Array(namespace.replacing("-", with: "").utf8)
      guard digits.count == 32 else { throw call.fail("'\(call.string(0))' is no namespace: dns, url, oid, x500 or a UUID") }
      for place in stride(from: 0, to: 32, by: 2) {
        guard let byte = UInt8(String(decoding: digits[place...place + 1], as: UTF8.self), radix: 16) else {
          throw call.fail("'\(call.string(0))' is no namespace: dns, url, oid, x500 or a UUID")
        }
        bytes.append(byte)
      }
      var hash = Array(Digest.sha1.hash(bytes + call.text(1).bytes).prefix(16))
      hash[6] = hash[6] & 0x0F | 0x50
      hash[8] = hash[8] & 0x3F | 0x80
      let text = Hexadecimal.text(hash)
      var parts: [Substring] = []
      var rest = text[...]
      for length in [8, 4, 4, 4, 12] {
        parts.append(rest.prefix(length))
        rest = rest.dropFirst(length)
      }
      return .string(parts.joined(separator: "-"))
    }
    return table
  }

  /// Values of other readers as HCL's: lists are tuples, maps objects.
  static func imported(_ value: Value) -> HCLValue {
    switch value.payload {
    case .null: .null(.dynamic, value.origin)
    case .bool(let flag): .bool(flag, value.origin)
    case .int(let number): .number(HCLNumber(number), value.origin)
    case .double(let number): .number(HCLNumber(JSONWriter.number(number)) ?? HCLNumber(number), value.origin)
    case .string(let text): .string(text, value.origin)
    case .list(let list): .tuple(list.items.map(imported), value.origin)
    case .map(let map):
      .object(HCLMap(map.entries.map { HCLMap.Entry(key: $0.key, keyOrigin: $0.keyOrigin, value: imported($0.value)) }), value.origin)
    case .object, .unknown: .unknown(.dynamic, "unknown", value.origin)
    }
  }
}

/// YAML as `yamlencode` writes it: every string and key in double quotes, texts of several lines as literal blocks.
enum YAMLText {
  static func encode(_ value: HCLValue) -> Text {
    var out = TextBuilder()
    switch value.payload {
    case .null:
      out.append("null\n...\n", origin: value.origin)
    case .bool(let flag): out.append(flag ? "true\n...\n" : "false\n...\n", origin: value.origin)
    case .number(let number): out.append(number.text + "\n...\n", origin: value.origin)
    default: write(value, 0, inline: false, &out)
    }
    return out.build()
  }

  /// Writes a value and its line's end; `inline` where something stands on the line already.
  private static func write(_ value: HCLValue, _ indent: Int, inline: Bool, _ out: inout TextBuilder) {
    guard out.count <= Limits().outputBytes else { return }
    let pad = String(repeating: " ", count: indent)
    switch value.payload {
    case .null, .unknown: out.append("null\n", origin: value.origin)
    case .bool(let flag): out.append(flag ? "true\n" : "false\n", origin: value.origin)
    case .number(let number): out.append(number.text + "\n", origin: value.origin)
    case .string(let text): string(text, value.origin, indent, &out)
    case .list(let items, _), .set(let items, _), .tuple(let items):
      if items.isEmpty {
        out.append("[]\n", origin: value.origin)
        return
      }
      for (place, item) in items.enumerated() {
        if !(inline && place == 0) { out.append(pad) }
        out.append("- ")
        write(item, indent + 2, inline: true, &out)
      }
    case .map(let map, _), .object(let map):
      if map.count == 0 {
        out.append("{}\n", origin: value.origin)
        return
      }
      for (place, entry) in map.entries.enumerated() {
        if !(inline && place == 0) { out.append(pad) }
        quoted(entry.key, entry.keyOrigin, &out)
        out.append(":")
        switch entry.value.payload {
        case .list(let items, _), .set(let items, _), .tuple(let items):
          out.append(items.isEmpty ? " " : "\n")
          write(entry.value, indent, inline: false, &out)
        case .map(let inner, _), .object(let inner):
          out.append(inner.count == 0 ? " " : "\n")
          write(entry.value, indent + 2, inline: false, &out)
        default:
          out.append(" ")
          write(entry.value, indent + 2, inline: true, &out)
        }
      }
    }
  }

  private static func string(_ text: Text, _ origin: Origin, _ indent: Int, _ out: inout TextBuilder) {
    guard text.bytes.contains(0x0A), fitsBlock(text) else {
      quoted(text, origin, &out, folds: max(indent, 2))
      out.append("\n")
      return
    }
    let pad = String(repeating: " ", count: max(indent, 2))
    var header = "|"
    if text.bytes.first == 0x20 || text.bytes.first == 0x0A { header += "2" }
    if text.bytes.last != 0x0A {
      header += "-"
    } else if text.count == 1 || text.bytes[text.count - 2] == 0x0A {
      header += "+"
    }
    out.append(header + "\n")
    var from = 0
    while from < text.count {
      let end = text.bytes[from...].firstIndex(of: 0x0A) ?? text.count
      if end > from {
        out.append(pad)
        out.append(text, range: from..<end, origin: origin)
      }
      out.append("\n")
      from = end + 1
    }
  }

  /// What libyaml's emitter puts in a block: no space before a line's end, nothing that needs an escape.
  private static func fitsBlock(_ text: Text) -> Bool {
    var before: Unicode.Scalar = "\n"
    for scalar in text.string.unicodeScalars {
      if scalar == "\n", before == " " { return false }
      if scalar.value < 0x20, scalar != "\n" { return false }
      if scalar == "\u{7f}" || scalar == "\u{feff}" || (scalar.value >= 0x80 && scalar.value < 0xA0) { return false }
      before = scalar
    }
    return before != " "
  }

  /// - Parameter folds: the indentation of further lines where long text is folded; nil for keys, which are not.
  private static func quoted(_ text: Text, _ origin: Origin, _ out: inout TextBuilder, folds: Int? = nil) {
    out.append("\"", origin: origin)
    var column = 0
    for byte in out.bytes.reversed() {
      if byte == 0x0A { break }
      if byte & 0xC0 != 0x80 { column += 1 }
    }
    let scalars = Array(text.string.unicodeScalars)
    for (place, scalar) in scalars.enumerated() {
      if let folds, scalar == " ", column > 80, place > 0, place < scalars.count - 1, scalars[place - 1] != " " {
        out.append("\n" + String(repeating: " ", count: folds))
        if scalars[place + 1] == " " { out.append("\\") }
        column = folds
        continue
      }
      let before = out.count
      defer { column += scalar.value < 0x80 ? out.count - before : 1 }
      switch scalar {
      case "\n": out.append("\\n", origin: origin)
      case "\"": out.append("\\\"", origin: origin)
      case "\\": out.append("\\\\", origin: origin)
      case "\0": out.append("\\0", origin: origin)
      case "\u{7}": out.append("\\a", origin: origin)
      case "\u{8}": out.append("\\b", origin: origin)
      case "\t": out.append("\\t", origin: origin)
      case "\r": out.append("\\r", origin: origin)
      case "\u{1b}": out.append("\\e", origin: origin)
      case "\u{85}": out.append("\\N", origin: origin)
      case "\u{2028}": out.append("\\L", origin: origin)
      case "\u{2029}": out.append("\\P", origin: origin)
      case "\u{1}"..."\u{1f}", "\u{7f}":
        out.append("\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16, uppercase: true), origin: origin)
      default: out.append(String(scalar), origin: origin)
      }
    }
    out.append("\"", origin: origin)
  }
}

/// Text encodings by their IANA names.
enum TextEncoding {
  private static func normalized(_ name: String) -> String { name.uppercased() }

  /// What windows-1252 has from 0x80 to 0x9F; zero where it has nothing.
  private static let windows1252: [UInt32] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019,
    0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
  ]

  static func encode(_ text: String, _ name: String) -> [UInt8]? {
    switch normalized(name) {
    case "WINDOWS-1252", "CP1252":
      var result: [UInt8] = []
      for scalar in text.unicodeScalars {
        if scalar.value < 0x80 || (0xA0..<0x100).contains(scalar.value) {
          result.append(UInt8(scalar.value))
        } else if let place = windows1252.firstIndex(of: scalar.value) {
          result.append(UInt8(0x80 + place))
        } else {
          return nil
        }
      }
      return result
    case "UTF-8": return Array(text.utf8)
    case "UTF-16LE": return text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    case "UTF-16BE": return text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    case "UTF-16":
      return [0xFE, 0xFF] + text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    case "ISO-8859-1", "LATIN1":
      var result: [UInt8] = []
      for scalar in text.unicodeScalars {
        guard scalar.value < 256 else { return nil }
        result.append(UInt8(scalar.value))
      }
      return result
    default: return nil
    }
  }

  static func decode(_ bytes: [UInt8], _ name: String) -> String? {
    func units(big: Bool) -> String? {
      guard bytes.count % 2 == 0 else { return nil }
      var units: [UInt16] = []
      for place in stride(from: 0, to: bytes.count, by: 2) {
        let (high, low) = big ? (bytes[place], bytes[place + 1]) : (bytes[place + 1], bytes[place])
        units.append(UInt16(high) << 8 | UInt16(low))
      }
      return String(decoding: units, as: UTF16.self)
    }
    switch normalized(name) {
    case "UTF-8": return String(validating: bytes, as: UTF8.self)
    case "UTF-16LE": return units(big: false)
    case "UTF-16BE", "UTF-16": return units(big: true)
    case "WINDOWS-1252", "CP1252":
      var text = String.UnicodeScalarView()
      for byte in bytes {
        let code = (0x80..<0xA0).contains(byte) ? windows1252[Int(byte) - 0x80] : UInt32(byte)
        text.append(Unicode.Scalar(code == 0 && byte != 0 ? 0xFFFD : code) ?? "\u{FFFD}")
      }
      return String(text)
    case "ISO-8859-1", "LATIN1":
      var text = String.UnicodeScalarView()
      for byte in bytes { text.append(Unicode.Scalar(byte)) }
      return String(text)
    default: return nil
    }
  }
}

/// `csvdecode`: RFC 4180 as Go's encoding/csv reads it.
enum CSVDecoding {
  static func decode(_ call: HCLCall) throws(HCLError) -> HCLValue {
    let rows = try rows(call.text(0).bytes, call)
    guard let header = rows.first else { throw call.fail("the text has no header row") }
    guard Set(header).count == header.count else { throw call.fail("two columns have the same name") }
    var items: [HCLValue] = []
    for (place, row) in rows.dropFirst().enumerated() {
      guard row.count == header.count else { throw call.fail("record \(place + 2) has \(row.count) fields, expected \(header.count)") }
      items.append(.object(zip(header, row).map { ($0, HCLValue.string($1, call.arguments[0].origin)) }))
    }
    return .list(items, of: .object(Dictionary(header.map { ($0, HCLType.string) }, uniquingKeysWith: { $1 })))
  }

  private static func rows(_ bytes: [UInt8], _ call: HCLCall) throws(HCLError) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var at = 0
    while at < bytes.count {
      if row.isEmpty {
        if bytes[at] == 0x0A {
          at += 1
          continue
        }
        if bytes[at] == 0x0D, at + 1 < bytes.count, bytes[at + 1] == 0x0A {
          at += 2
          continue
        }
      }
      var field: [UInt8] = []
      if bytes[at] == UInt8(ascii: "\"") {
        at += 1
        while true {
          guard at < bytes.count else { throw call.fail("a quoted field has no end") }
          if bytes[at] == UInt8(ascii: "\"") {
            at += 1
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { break }
          }
          if bytes[at] == 0x0D, at + 1 < bytes.count, bytes[at + 1] == 0x0A { at += 1 }
          field.append(bytes[at])
          at += 1
        }
        if at < bytes.count, bytes[at] != UInt8(ascii: ","), bytes[at] != 0x0A, bytes[at] != 0x0D {
          throw call.fail("unexpected text behind a quoted field")
        }
      } else {
        while at < bytes.count, bytes[at] != UInt8(ascii: ","), bytes[at] != 0x0A {
          if bytes[at] == UInt8(ascii: "\"") { throw call.fail("a quote within a field that is not quoted") }
          field.append(bytes[at])
          at += 1
        }
        if field.last == 0x0D, at < bytes.count, bytes[at] == 0x0A { field.removeLast() }
      }
      if at < bytes.count, bytes[at] == 0x0D { at += 1 }
      row.append(field.lossyString)
      if at >= bytes.count || bytes[at] == 0x0A {
        rows.append(row)
        row = []
      } else if at == bytes.count - 1 {
        row.append("")
        rows.append(row)
        row = []
      }
      at += 1
    }
    if !row.isEmpty { rows.append(row + [""]) }
    return rows
  }
}
