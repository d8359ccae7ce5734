import SourceText
import Values

/// Why a build was given up. Kustomize stops at its first error, and so do we.
struct KustomizeError: Error {
  /// `kustomize/name`.
  var code: String
  var message: String
  /// The value that a person must look at; `none` where the caller knows better.
  var origin: Origin
  var notes: [String]
  /// What another reader reported; it says all that there is to say.
  var reported: [Diagnostic] = []

  init(_ code: String, _ message: String, at origin: Origin = .none, notes: [String] = []) {
    self.code = "kustomize/" + code
    self.message = message
    self.origin = origin
    self.notes = notes
  }

  init(reported: [Diagnostic]) {
    self.init("input", "a file could not be read")
    self.reported = reported
  }

  /// The same error with a place, unless it has one.
  func located(at origin: Origin) -> KustomizeError {
    guard !self.origin.isKnown, reported.isEmpty else { return self }
    var copy = self
    copy.origin = origin
    return copy
  }
}

/// Runs a step and gives its errors a place where they have none.
func locating<T>(_ origin: Origin, _ body: () throws(KustomizeError) -> T) throws(KustomizeError) -> T {
  do { return try body() } catch { throw error.located(at: origin) }
}
