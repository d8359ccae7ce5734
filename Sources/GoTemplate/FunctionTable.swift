import SourceText

/// The functions that templates may name, beside Go's own.
public final class FunctionTable: Sendable {
  private let functions: [String: TemplateFunction]

  /// The last of functions with one name wins.
  public init(_ functions: some Sequence<TemplateFunction> = []) {
    var map: [String: TemplateFunction] = [:]
    for function in functions { map[function.name] = function }
    self.functions = map
  }

  public subscript(_ name: String) -> TemplateFunction? { functions[name] }

  /// All names, Go's own too, in byte order.
  public var names: [String] {
    Set(functions.keys).union(Builtin.allCases.map(\.rawValue)).sorted { $0.bytesPrecede($1) }
  }

  func callee(_ name: String) -> FunctionNode.Callee? {
    if let function = functions[name] { return .function(function) }
    return Builtin(rawValue: name).map { .builtin($0) }
  }
}

/// The functions of text/template itself (funcs.go, `builtins`).
enum Builtin: String, CaseIterable {
  case and, call, html, index, slice, js, len, not, or, print, printf, println, urlquery, eq, ge, gt, le, lt, ne

  /// How many arguments it needs, and whether there may be more.
  var arity: (fixed: Int, variadic: Bool) {
    switch self {
    case .and, .or, .index, .slice, .call, .eq, .printf: (1, true)
    case .html, .js, .urlquery, .print, .println: (0, true)
    case .not, .len: (1, false)
    case .ne, .lt, .le, .gt, .ge: (2, false)
    }
  }
}
