/// How grave a diagnostic or a finding is.
public enum Severity: UInt8, Sendable, Comparable, CaseIterable {
  case info
  case warning
  case error

  public static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }

  public var name: String {
    switch self {
    case .info: "info"
    case .warning: "warning"
    case .error: "error"
    }
  }

  public init?(name: String) {
    guard let match = Severity.allCases.first(where: { $0.name == name }) else { return nil }
    self = match
  }
}

/// A labelled place of a diagnostic beside its main one.
public struct DiagnosticLabel: Hashable, Sendable {
  public var span: SourceSpan
  public var message: String

  public init(span: SourceSpan, message: String) {
    self.span = span
    self.message = message
  }
}

/// Input that could not be read, rendered or evaluated. Findings of rules are another thing
/// (`Linting.Finding`).
///
/// Wording: lower-case start, no final full stop, names in single quotes or backquotes; says what was found,
/// then what was expected. Never holds a secret's value.
public struct Diagnostic: Hashable, Sendable {
  public var severity: Severity
  /// Stable identifier, `area/name`, e.g. `yaml/syntax`, `template/undefined-function`.
  public var code: String
  public var message: String
  /// The place to edit; nil only where the problem has no place (a missing directory).
  public var span: SourceSpan?
  public var labels: [DiagnosticLabel]
  /// Further sentences: how to repair it, the original's own error text, the call chain.
  public var notes: [String]

  public init(
    _ severity: Severity, code: String, _ message: String, at span: SourceSpan? = nil,
    labels: [DiagnosticLabel] = [], notes: [String] = []
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.span = span
    self.labels = labels
    self.notes = notes
  }
}

/// Where parsers and evaluators report while they go on with the best result they have.
/// One sink belongs to one evaluation; it is not shared between threads.
public final class DiagnosticSink {
  public private(set) var diagnostics: [Diagnostic] = []
  private var seen: Set<Diagnostic> = []
  private let limit: Int

  /// - Parameter limit: how many are kept; what comes after is dropped, the first ones matter.
  public init(limit: Int = 1000) { self.limit = limit }

  /// Adds a diagnostic, once: the same one again is dropped.
  public func report(_ diagnostic: Diagnostic) {
    guard diagnostics.count < limit, seen.insert(diagnostic).inserted else { return }
    diagnostics.append(diagnostic)
  }

  public func error(_ code: String, _ message: String, at span: SourceSpan?, notes: [String] = []) {
    report(Diagnostic(.error, code: code, message, at: span, notes: notes))
  }

  public func warning(_ code: String, _ message: String, at span: SourceSpan?, notes: [String] = []) {
    report(Diagnostic(.warning, code: code, message, at: span, notes: notes))
  }

  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
