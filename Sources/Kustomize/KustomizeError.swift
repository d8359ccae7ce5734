import SourceText
import Values

/// Why a build was given up. Kustomize stops at its first error, and so do we.
struct KustomizeError: Error {
  /// `kustomize/name`.
  var code: String
  var message: String
  /// The value that a person must look at; `none` where the caller knows better.
  var origin: Origin
  /// A place that is no value: the kustomization file itself, a syntax error of another reader.
  var span: SourceSpan?
  var notes: [String]

  init(_ code: String, _ message: String, at origin: Origin = .none, span: SourceSpan? = nil, notes: [String] = []) {
    self.code = "kustomize/" + code
    self.message = message
    self.origin = origin
    self.span = span
    self.notes = notes
  }

  /// The same error with a place, unless it has one.
  func located(at origin: Origin) -> KustomizeError {
    guard !self.origin.isKnown, span == nil, origin.isKnown else { return self }
    var copy = self
    copy.origin = origin
    return copy
  }
}

/// Runs a step and gives its errors a place where they have none.
func locating<T>(_ origin: Origin, _ body: () throws(KustomizeError) -> T) throws(KustomizeError) -> T {
  do { return try body() } catch { throw error.located(at: origin) }
}
