import SourceText
import Values

/// A property of an object in a JSON configuration file.
final class HCLJSONProperty: Sendable {
  let name: String
  let nameSpan: SourceSpan
  /// The name as an expression: a literal, or a template in parentheses.
  let key: HCLExpression
  let value: HCLJSONNode

  init(name: String, nameSpan: SourceSpan, key: HCLExpression, value: HCLJSONNode) {
    self.name = name
    self.nameSpan = nameSpan
    self.key = key
    self.value = value
  }
}

indirect enum HCLJSONNode: Sendable {
  case object([HCLJSONProperty], SourceSpan)
  case array([HCLJSONNode], SourceSpan)
  /// A string, number, `true`, `false` or `null`, as an expression already.
  case scalar(HCLExpression)

  var span: SourceSpan {
    switch self {
    case .object(_, let span), .array(_, let span): span
    case .scalar(let expression): expression.span
    }
  }
}

/// HCL's JSON syntax (hashicorp/hcl, `json`): strings are templates; which properties are blocks depends on the reader.
package struct HCLJSONParser {
  private var parser: HCLParser
  private let file: SourceFile
  private let sink: DiagnosticSink

  package static func parse(file: SourceFile, provenance: Provenance, limits: Limits = Limits(), sink: DiagnosticSink) -> HCLBody {
    var reader = HCLJSONParser(
      parser: HCLParser(bytes: file.bytes, source: file.id, provenance: provenance, limits: limits), file: file, sink: sink)
    reader.parser.ignoresNewlines = true
    let whole = SourceSpan(source: file.id, 0..<file.bytes.count)
    do throws(HCLSyntaxError) {
      reader.skip()
      let node = try reader.node(depth: 0)
      reader.skip()
      if reader.parser.at < reader.parser.end { throw reader.parser.fail("unexpected text behind the JSON value") }
      switch node {
      case .object(let properties, let span): return HCLBody(json: properties, span: span)
      case .array(let items, let span):
        return HCLBody(json: items.flatMap { (item) -> [HCLJSONProperty] in if case .object(let properties, _) = item { properties } else { [] } }, span: span)
      case .scalar(let expression):
        sink.error("hcl/syntax", "expected a JSON object at the top of the file", at: expression.span)
      }
    } catch {
      sink.error("hcl/syntax", error.message, at: error.span)
    }
    return HCLBody(json: [], span: whole)
  }

  private mutating func skip() {
    while let byte = parser.next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { parser.at += 1 }
  }

  private mutating func node(depth: Int) throws(HCLSyntaxError) -> HCLJSONNode {
    guard depth < parser.limits.nesting else { throw parser.fail("JSON nested more than \(parser.limits.nesting) levels deep") }
    let start = parser.at
    switch parser.next {
    case UInt8(ascii: "{"):
      parser.at += 1
      var properties: [HCLJSONProperty] = []
      skip()
      if parser.next == UInt8(ascii: "}") {
        parser.at += 1
        return .object([], parser.span(from: start))
      }
      while true {
        skip()
        guard parser.next == UInt8(ascii: "\"") else { throw parser.fail("expected a property's name in double quotes") }
        let (name, span, plain) = try string()
        let key = name.contains(UInt8(ascii: "{"))
          ? HCLExpression(.parentheses(template(name, span, plain)), span)
          : HCLExpression(.literal(.string(Text(name), parser.provenance.origins.add(.source, span))), span)
        skip()
        guard parser.next == UInt8(ascii: ":") else { throw parser.fail("expected `:` behind a property's name") }
        parser.at += 1
        skip()
        properties.append(HCLJSONProperty(name: name.lossyString, nameSpan: span, key: key, value: try node(depth: depth + 1)))
        skip()
        if parser.next == UInt8(ascii: ",") {
          parser.at += 1
        } else if parser.next == UInt8(ascii: "}") {
          parser.at += 1
          return .object(properties, parser.span(from: start))
        } else {
          throw parser.fail("expected `,` or `}` in a JSON object")
        }
      }
    case UInt8(ascii: "["):
      parser.at += 1
      var items: [HCLJSONNode] = []
      skip()
      if parser.next == UInt8(ascii: "]") {
        parser.at += 1
        return .array([], parser.span(from: start))
      }
      while true {
        skip()
        items.append(try node(depth: depth + 1))
        skip()
        if parser.next == UInt8(ascii: ",") {
          parser.at += 1
        } else if parser.next == UInt8(ascii: "]") {
          parser.at += 1
          return .array(items, parser.span(from: start))
        } else {
          throw parser.fail("expected `,` or `]` in a JSON list")
        }
      }
    case UInt8(ascii: "\""):
      let (text, span, plain) = try string()
      return .scalar(template(text, span, plain))
    case nil: throw parser.fail("unexpected end of the JSON text")
    default:
      while let byte = parser.next, !",]} \t\r\n".utf8.contains(byte) { parser.at += 1 }
      let span = parser.span(from: start)
      let word = Array(parser.bytes[start..<parser.at])
      switch word.lossyString {
      case "true": return .scalar(parser.literal(.bool(true), span))
      case "false": return .scalar(parser.literal(.bool(false), span))
      case "null": return .scalar(parser.literal(.null(.dynamic), span))
      default:
        guard let first = word.first, first == UInt8(ascii: "-") || (first >= UInt8(ascii: "0") && first <= UInt8(ascii: "9")),
          let number = HCLNumber(word)
        else { throw parser.fail("unexpected text; expected a JSON value", from: start) }
        return .scalar(parser.literal(.number(number), span))
      }
    }
  }

  /// The text of a string, its place with the quotes, and whether it holds no escape sequence.
  private mutating func string() throws(HCLSyntaxError) -> ([UInt8], SourceSpan, Bool) {
    let start = parser.at
    parser.at += 1
    var plain = true
    while let byte = parser.next, byte != UInt8(ascii: "\"") {
      if byte == UInt8(ascii: "\n") { throw parser.fail("this string has no end on its line", from: start) }
      if byte == UInt8(ascii: "\\") {
        plain = false
        parser.at += 1
      }
      parser.at += 1
    }
    guard parser.next == UInt8(ascii: "\"") else {
      parser.at = min(parser.at, parser.end)
      throw parser.fail("this string has no end", from: start)
    }
    parser.at += 1
    let span = parser.span(from: start)
    let inner = Array(parser.bytes[start + 1..<parser.at - 1])
    if plain { return (inner, span, true) }
    do throws(JSONError) {
      let value = try JSONReader.read(Array(parser.bytes[start..<parser.at]))
      return (value.text?.bytes ?? inner, span, false)
    } catch {
      throw parser.fail(error.message, from: start)
    }
  }

  private func template(_ text: [UInt8], _ span: SourceSpan, _ plain: Bool) -> HCLExpression {
    var inner: HCLParser
    if plain {
      inner = HCLParser(
        bytes: file.bytes, range: Int(span.start) + 1..<Int(span.end) - 1, source: file.id, provenance: parser.provenance,
        limits: parser.limits)
    } else {
      inner = HCLParser(bytes: text, source: file.id, fixed: span, provenance: parser.provenance, limits: parser.limits)
    }
    do throws(HCLSyntaxError) {
      let parsed = try inner.bareTemplate()
      return HCLExpression(parsed.kind, span)
    } catch {
      sink.error("hcl/syntax", error.message, at: error.span)
      return HCLExpression(.invalid, span)
    }
  }
}

extension HCLJSONNode {
  /// As an expression: arrays are tuples, objects are objects with templates as keys (hcl `json.expression`).
  func expression() -> HCLExpression {
    switch self {
    case .scalar(let expression): return expression
    case .array(let items, let span): return HCLExpression(.tuple(items.map { $0.expression() }), span)
    case .object(let properties, let span):
      return HCLExpression(
        .object(properties.map { HCLObjectItem(key: $0.key, value: $0.value.expression()) }), span)
    }
  }
}

extension HCLBody {
  /// The body as its reader sees it: of a JSON body, properties named in `blocks` are blocks with so many labels, all others are
  /// arguments. Native bodies are what they are.
  package func reading(blocks kinds: [String: Int], sink: DiagnosticSink) -> HCLBody {
    guard let json else { return self }
    var attributes: [HCLAttribute] = []
    var blocks: [HCLBlock] = []
    for property in json where property.name != "//" {
      if let labels = kinds[property.name] {
        Self.blocks(property.name, property.nameSpan, [], labels, property.value, &blocks, sink)
      } else {
        let span = SourceSpan(source: property.nameSpan.source, start: property.nameSpan.start, end: property.value.span.end)
        attributes.append(
          HCLAttribute(name: property.name, nameSpan: property.nameSpan, expression: property.value.expression(), span: span))
      }
    }
    return HCLBody(attributes: attributes, blocks: blocks, span: span)
  }

  private static func blocks(
    _ type: String, _ header: SourceSpan, _ labels: [String], _ missing: Int, _ node: HCLJSONNode, _ result: inout [HCLBlock],
    _ sink: DiagnosticSink
  ) {
    switch node {
    case .array(let items, _):
      for item in items { blocks(type, header, labels, missing, item, &result, sink) }
    case .object(let properties, let span):
      if missing > 0 {
        for property in properties where property.name != "//" {
          blocks(type, property.nameSpan, labels + [property.name], missing - 1, property.value, &result, sink)
        }
      } else {
        result.append(HCLBlock(type: type, labels: labels, header: header, body: HCLBody(json: properties, span: span), span: span))
      }
    case .scalar(let expression):
      if expression.keyword == "null" { return }
      sink.error("hcl/syntax", "expected a JSON object for the block '\(type)'", at: expression.span)
    }
  }
}
