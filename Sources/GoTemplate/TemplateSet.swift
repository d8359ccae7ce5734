import SourceText
import Values

/// What Go's `Option("missingkey=…")` sets.
public enum MissingKey: Sendable {
  /// A missing key is no value: prints "<no value>".
  case invalid
  /// A missing key is the zero value of the map's elements; Helm uses it.
  case zero
  /// A missing key is an error.
  case error

  public init?(name: String) {
    switch name {
    case "default", "invalid": self = .invalid
    case "zero": self = .zero
    case "error": self = .error
    default: return nil
    }
  }
}

/// Named templates that know each other. Parse all files into it first; from then on it does not change and may be shared between
/// threads, each with an `Executor` of its own.
public final class TemplateSet: @unchecked Sendable {
  /// Go's name of the set's root template, which some error texts name; Helm's is "gotpl".
  public let name: String
  public let functions: FunctionTable
  let limits: Limits
  private var definitions: [Text: Definition] = [:]

  public init(name: String = "gotpl", functions: FunctionTable = FunctionTable(), limits: Limits = Limits()) {
    self.name = name
    self.functions = functions
    self.limits = limits
  }

  /// Parses a file. Its definitions replace those of the same name that were parsed before, unless they are empty.
  /// - Parameter name: the template's name in error texts and for `include`, which may differ from the file's path.
  public func parse(name: String, file: SourceFile, provenance: Provenance) throws(TemplateError) {
    try add(TemplateSource(name: name, bytes: file.bytes, place: .file(file.id)), provenance: provenance)
  }

  /// Parses a text whose parts may come from several places.
  /// - Parameter whole: the origin of the value that holds the text.
  public func parse(name: String, text: Text, whole: Origin = .none, provenance: Provenance?) throws(TemplateError) {
    try add(TemplateSource(name: name, bytes: text.bytes, place: .text(text, whole: whole, fallback: nil)), provenance: provenance)
  }

  private func add(_ source: TemplateSource, provenance: Provenance?) throws(TemplateError) {
    let parser = TemplateParser(source, functions: functions, table: provenance?.origins, nesting: limits.nesting)
    for definition in try parser.parse(name: Text(source.name)) {
      if definitions[definition.name] != nil, definition.isEmpty { continue }
      definitions[definition.name] = definition
    }
  }

  subscript(_ name: Text) -> Definition? { definitions[name] }

  /// Names of all definitions, in byte order.
  public var definedNames: [Text] { definitions.keys.sorted() }

  public func contains(_ name: String) -> Bool { definitions[Text(name)] != nil }

  /// Executes one template once. To execute several of one chart, make one `Executor` and use it for all: it keeps what it learns of origins.
  public func execute(
    name: String, data: Value, missingKey: MissingKey = .zero, provenance: Provenance = Provenance(), limits: Limits = Limits()
  ) throws(TemplateError) -> Text {
    try Executor(self, missingKey: missingKey, provenance: provenance, limits: limits).execute(name: name, data: data)
  }
}

/// The templates in reach of an execution: a set, and what the texts of `tpl` around it defined.
final class TemplateScope {
  let outer: TemplateScope?
  private let base: TemplateSet
  private let own: [Text: Definition]

  init(_ base: TemplateSet, outer: TemplateScope? = nil, own: [Definition] = []) {
    self.base = base
    self.outer = outer
    var map: [Text: Definition] = [:]
    for definition in own {
      if definition.isEmpty, (outer?[definition.name] ?? base[definition.name]) != nil { continue }
      map[definition.name] = definition
    }
    self.own = map
  }

  subscript(_ name: Text) -> Definition? {
    if let found = own[name] { return found }
    var scope = outer
    while let next = scope {
      if let found = next.own[name] { return found }
      scope = next.outer
    }
    return base[name]
  }
}
