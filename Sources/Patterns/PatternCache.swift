import Synchronization

/// Compiled patterns by their source, for callers that meet the same pattern again and again. Holds a bounded number;
/// when it is full it starts anew.
package final class PatternCache: Sendable {
  private let entries = Mutex<[String: Result<Pattern, PatternError>]>([:])
  private let capacity: Int

  package init(capacity: Int = 256) { self.capacity = max(1, capacity) }

  /// The compiled pattern; a refusal is remembered too.
  package func pattern(_ source: String) throws(PatternError) -> Pattern {
    if let known = entries.withLock({ $0[source] }) { return try known.get() }
    let result: Result<Pattern, PatternError>
    do throws(PatternError) { result = .success(try Pattern(source)) } catch { result = .failure(error) }
    entries.withLock { map in
      if map.count >= capacity { map.removeAll(keepingCapacity: true) }
      map[source] = result
    }
    return try result.get()
  }
}
