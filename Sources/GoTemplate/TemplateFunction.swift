import SourceText
import Values

/// Go's kind of a number that a `Value` holds, in `Value.tag`. 0 means what a document gives: `int` holds an int64, `double` a
/// float64.
package enum GoNumber {
  package static let document: UInt8 = 0
  /// Go's `int`: literals of templates, `len`, `int`, `add`'s operands …
  package static let int: UInt8 = 1
  package static let int64: UInt8 = 2
  package static let uint64: UInt8 = 3
  package static let float64: UInt8 = 4
  package static let int32: UInt8 = 5
  package static let uint8: UInt8 = 6
  package static let uint32: UInt8 = 7
  package static let float32: UInt8 = 8
}

/// The Go type of one parameter, which decides which arguments the executor admits and with which words it refuses others.
package enum GoType: Sendable, Hashable {
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

/// Why a template could not be executed. Without a place: the executor adds the action's and the frames.
package struct TemplateError: Error, Sendable {
  /// Go's own words, without the `template: file:line:col: executing …` part.
  package var message: String
  /// Whether `include`/`tpl` of Helm wrap it; set by the executor.
  package var span: SourceSpan?
  /// Go's whole text once the executor has placed it; nil before.
  package var placed: String?

  package init(_ message: String, span: SourceSpan? = nil, placed: String? = nil) {
    self.message = message
    self.span = span
    self.placed = placed
  }
}

/// What a function sees of the call it serves.
package struct TemplateCall {
  package let provenance: Provenance
  /// The origin of the calling action, for values that the function makes of nothing.
  package let origin: Origin
  /// The running executor, for functions that execute templates (`include`, `tpl`).
  package let executor: AnyObject?

  package init(provenance: Provenance, origin: Origin, executor: AnyObject?) {
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
package struct TemplateFunction: Sendable {
  package typealias Body = @Sendable (_ call: TemplateCall, _ arguments: [Value]) throws(TemplateError) -> Value

  package let name: String
  package let parameters: [GoType]
  /// The type of all further arguments; nil if there may be none.
  package let variadic: GoType?
  package let body: Body

  package init(_ name: String, _ parameters: [GoType], variadic: GoType? = nil, _ body: @escaping Body) {
    self.name = name
    self.parameters = parameters
    self.variadic = variadic
    self.body = body
  }
}
