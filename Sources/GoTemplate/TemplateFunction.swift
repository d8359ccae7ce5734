import SourceText
import Values

/// Go's kind of a number that a `Value` holds, in `Value.tag`. 0 means what a document gives: `int` holds an int64, `double` a
/// float64.
public enum GoNumber {
  public static let document: UInt8 = 0
  /// Go's `int`: literals of templates, `len`, `int`, `add`'s operands …
  public static let int: UInt8 = 1
  public static let int64: UInt8 = 2
  public static let uint64: UInt8 = 3
  public static let float64: UInt8 = 4
  public static let int32: UInt8 = 5
  public static let uint8: UInt8 = 6
  public static let uint32: UInt8 = 7
  public static let float32: UInt8 = 8
}

/// The Go type of one parameter, which decides which arguments the executor admits and with which words it refuses others.
public enum GoType: Sendable, Hashable {
  /// `interface{}`: everything, nil too.
  case any
  case string
  case bool
  case int
  case int64
  case float64
  /// `map[string]interface{}`.
  case dict
  /// `[]interface{}`; `[]string`.
  case list
  case strings
  /// `time.Time` and other host objects are checked by the function itself.
  case object
}

/// Go's type of a list that a `Value` holds, in `Value.tag`.
public enum GoList {
  /// `[]interface {}`: what documents and most functions give.
  public static let any: UInt8 = 0
  /// `[]string`.
  public static let strings: UInt8 = 1
  /// `[]int`.
  public static let ints: UInt8 = 2
  /// `[]uint8`.
  public static let bytes: UInt8 = 3
}

/// Go's type of a map that a `Value` holds, in `Value.tag`.
public enum GoMap {
  /// `map[string]interface {}`.
  public static let any: UInt8 = 0
  /// `map[string]string`.
  public static let strings: UInt8 = 1
  /// `common.Values`, Helm's own name for a `map[string]interface {}`.
  public static let values: UInt8 = 2
  /// A nil `map[string]interface {}`, which cannot be written to.
  public static let absent: UInt8 = 3
}

/// Why a template could not be parsed or executed. A function throws it with a message alone; the executor adds the place.
public struct TemplateError: Error, Sendable {
  /// Go's own words, without the `template: file:line:col: executing …` part.
  public var message: String
  /// The place to edit: of the innermost template that failed.
  public var span: SourceSpan?
  /// Go's whole text once parser or executor have placed it; nil before.
  public var placed: String?
  /// The texts of the errors that this one wraps, the outermost first, as Go's `errors.Unwrap` would give them.
  public var causes: [String]
  /// The actions (`include`, `template`, `tpl`) through which the failing template was called, the innermost first.
  public var calls: [SourceSpan]
  /// Stable identifier of the diagnostic: `template/execution`, `template/syntax`, `template/undefined-function`, …
  public var code: String
  /// Further sentences for people, such as the name that was probably meant.
  public var notes: [String]
  /// Set where the template failed only because something is not known from the repository.
  public var unknown: Unknown?

  public init(
    _ message: String, span: SourceSpan? = nil, placed: String? = nil, causes: [String] = [],
    code: String = "template/execution", notes: [String] = [], unknown: Unknown? = nil
  ) {
    self.message = message
    self.span = span
    self.placed = placed
    self.causes = causes
    self.calls = []
    self.code = code
    self.notes = notes
    self.unknown = unknown
  }

  /// Another error as its own, with words before its text, as Go's `%w`. Where templates called one another thousands of times,
  /// only the inner end of the text is kept: each call repeats all before it.
  init(wrapping error: TemplateError, _ prefix: String) {
    var text = error.text
    if text.utf8.count > 65_536 { text = "… " + String(decoding: text.utf8.suffix(2048), as: UTF8.self) }
    self = error
    message = prefix + text
    placed = nil
    if causes.count < 64 { causes.insert(text, at: 0) }
  }

  /// Go's text of the error, placed if it is.
  public var text: String { placed ?? message }

  /// The error as a located diagnostic.
  public var diagnostic: Diagnostic {
    Diagnostic(
      .error, code: code, text, at: span,
      labels: calls.map { DiagnosticLabel(span: $0, message: "called from here") }, notes: notes)
  }
}

/// What a function sees of the call it serves.
public struct TemplateCall {
  public let provenance: Provenance
  /// The origin of the calling action, for values that the function makes of nothing.
  public let origin: Origin
  /// The running executor, for functions that execute templates (`include`, `tpl`).
  public let executor: AnyObject?

  public init(provenance: Provenance, origin: Origin, executor: AnyObject?) {
    self.provenance = provenance
    self.origin = origin
    self.executor = executor
  }
}

/// One entry of a function map.
///
/// Origins: a function that hands an argument on returns it unchanged. One that makes a new text of its arguments keeps their
/// runs where it copies bytes (`TextBuilder.append(_:range:origin:)`, giving each argument's own `origin`) and gives the result the
/// joined origins (`OriginTable.join`) of the arguments that it is made of, the main one first. A result that shows
/// nothing of its arguments (`eq`, `len`) needs no origin.
public struct TemplateFunction: Sendable {
  public typealias Body = @Sendable (_ call: TemplateCall, _ arguments: [Value]) throws(TemplateError) -> Value

  public let name: String
  public let parameters: [GoType]
  /// The type of all further arguments; nil if there may be none.
  public let variadic: GoType?
  public let body: Body

  public init(_ name: String, _ parameters: [GoType], variadic: GoType? = nil, _ body: @escaping Body) {
    self.name = name
    self.parameters = parameters
    self.variadic = variadic
    self.body = body
  }
}
