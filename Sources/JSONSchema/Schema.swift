import SourceText
import Values

/// Why a schema could not be compiled.
package struct SchemaError: Error, Sendable {
  package enum Kind: Sendable, Hashable {
    /// The schema is not valid, or refers to what is not there.
    case invalid
    /// It refers to a document on the network, which is never fetched: what the values are worth is not known.
    case unknown
  }

  package var kind: Kind
  /// santhosh-tekuri/jsonschema's words where it has some.
  package var message: String
  /// Where the schema says so.
  package var origin: Origin
}

/// A compiled JSON Schema: drafts 4, 6, 7, 2019-09 and 2020-12, with the rules and the words of santhosh-tekuri/jsonschema v6, which Helm 4
/// uses. Safe to use from several threads.
package final class Schema: Sendable {
  package struct Options: Sendable {
    /// The dialect of a schema without `$schema`; Helm leaves it at the newest.
    package var draft: SchemaDraft
    /// Whether `format` is asserted. Nil: before 2019-09 it is, later only if the meta-schema's vocabulary says so.
    package var assertsFormat: Bool?
    /// Documents that may be referred to, by address.
    package var documents: [String: Value]
    /// Whether the schema itself is checked against its meta-schema.
    package var checksMetaSchema: Bool
    /// How many schemas may be applied in one validation before it is given up.
    package var steps = 1_000_000

    package init(
      draft: SchemaDraft = .draft2020, assertsFormat: Bool? = nil, documents: [String: Value] = [:],
      checksMetaSchema: Bool = true
    ) {
      self.draft = draft
      self.assertsFormat = assertsFormat
      self.documents = documents
      self.checksMetaSchema = checksMetaSchema
    }
  }

  /// What validation found.
  package enum Outcome: Sendable {
    case valid
    case invalid(SchemaViolation)
    /// A part of the instance is not known, or the work became too much.
    case unknown(String)
  }

  private let root: SchemaNode
  private let steps: Int
  /// Keeps all nodes alive.
  private let nodes: [SchemaNode]

  /// - Parameter url: the address of the schema; Helm's is `file:///values.schema.json`.
  package init(
    _ document: Value, url: String = "file:///values.schema.json", options: Options = Options()
  ) throws(SchemaError) {
    let compiler = SchemaCompiler(options: options)
    root = try compiler.compile(document, url: url)
    nodes = compiler.allNodes
    steps = options.steps
  }

  deinit { for node in nodes { node.unlink() } }

  package func validate(_ instance: Value) -> Outcome {
    var validator = SchemaValidator(stepLimit: steps)
    let violation = validator.run(root, instance)
    if validator.isExhausted { return .unknown("validation takes more than \(steps) steps") }
    guard let violation else { return .valid }
    if let unknown = validator.unknown { return .unknown(unknown) }
    return .invalid(violation)
  }
}

/// One thing that is wrong with an instance, and what led to it.
package struct SchemaViolation: Sendable {
  /// Address and pointer of the schema that was not met.
  package var schemaLocation: String
  package var schemaOrigin: Origin
  /// Keys and indexes from the root of the instance.
  package var instancePath: [String]
  package var instanceOrigin: Origin
  /// "got string, want integer". May show the value itself.
  package var message: String
  /// The same without the value's text, which may be a secret.
  package var discreetMessage: String
  package var causes: [SchemaViolation]
  /// Groups several violations and has no line of its own where it stands alone.
  var kind: Kind

  enum Kind: Sendable { case root, group, reference, plain }

  /// The text of santhosh-tekuri/jsonschema's error (output.go, `display`).
  package var text: String {
    var lines = ""
    write(to: &lines, indent: 0, discreet: false)
    return lines
  }

  /// The same without texts of values.
  package var discreetText: String {
    var lines = ""
    write(to: &lines, indent: 0, discreet: true)
    return lines
  }

  private func write(to out: inout String, indent: Int, discreet: Bool) {
    var indent = indent
    let isSkipped = kind == .reference && causes.count == 1
    if !isSkipped {
      if indent > 0 { out += "\n" + String(repeating: "  ", count: indent - 1) + "- " }
      indent += 1
      let words = discreet ? discreetMessage : message
      out += kind == .root ? words : "at \(SchemaText.quoted(path)): \(words)"
    }
    for cause in causes { cause.write(to: &out, indent: indent, discreet: discreet) }
  }

  private var path: String { instancePath.reduce("") { SchemaPointer.appending($0, $1) } }

  /// The violations that have no causes, which say what is wrong in particular.
  package var leaves: [SchemaViolation] { causes.isEmpty ? [self] : causes.flatMap(\.leaves) }
}

/// Pieces of messages (kind.go).
enum SchemaText {
  /// Go's `%q` with single quotes.
  static func quoted(_ text: String) -> String {
    var out = "'"
    for scalar in text.unicodeScalars {
      switch scalar {
      case "'": out += "\\'"
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\r": out += "\\r"
      case "\u{7}": out += "\\a"
      case "\u{8}": out += "\\b"
      case "\u{c}": out += "\\f"
      case "\u{b}": out += "\\v"
      case "\u{0}"..."\u{1f}", "\u{7f}":
        let digits = String(scalar.value, radix: 16)
        out += "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "'"
  }

  static func quotedList(_ texts: some Sequence<String>) -> String { texts.map(quoted).joined(separator: ", ") }

  /// A value of an enumeration.
  static func display(_ value: Value) -> String {
    switch value.payload {
    case .string(let text): quoted(text.string)
    case .list, .map, .object, .unknown: "value"
    case .null: "<nil>"
    case .bool(let flag): flag ? "true" : "false"
    case .int(let number): String(number)
    case .double(let number): JSONWriter.number(number)
    }
  }

  /// A number as golang.org/x/text prints it in English: groups of three digits.
  static func number(_ value: Value) -> String {
    switch value.payload {
    case .int(let number): return grouped(String(number))
    case .double(let number): return grouped(JSONWriter.number(number))
    default: return ""
    }
  }

  static func count(_ number: Int) -> String { grouped(String(number)) }

  private static func grouped(_ text: String) -> String {
    if text.contains("e") { return text }
    let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
    guard var whole = parts.first else { return text }
    let sign = whole.hasPrefix("-") ? "-" : ""
    if !sign.isEmpty { whole.removeFirst() }
    var out = ""
    for (place, digit) in whole.enumerated() {
      if place > 0, (whole.count - place) % 3 == 0 { out += "," }
      out.append(digit)
    }
    return sign + out + (parts.count > 1 ? "." + parts[1] : "")
  }
}
