internal import CPCRE2

/// A compiled regular expression with RE2's syntax and meaning, as Go's package regexp has it: leftmost-first, no
/// look-around, no back references, bytes that are not UTF-8 count as U+FFFD. Safe to use from several threads.
///
/// PCRE2 does the matching, by backtracking; where RE2 would stay linear, a limit of steps ends the match with
/// `PatternError.limit`.
package final class Pattern: Sendable {
  /// The pattern as given.
  package let source: String
  /// Names of the groups; index 0 is the whole match and has none.
  package let groupNames: [String?]

  nonisolated(unsafe) private let code: OpaquePointer
  nonisolated(unsafe) private let context: OpaquePointer

  /// Bounds of one attempt: steps of backtracking, and kibibytes of its memory.
  private static let steps: UInt32 = 5_000_000
  private static let heap: UInt32 = 64 << 10
  /// Longest pattern that is looked at.
  private static let longest = 256 << 10

  package convenience init(_ source: String) throws(PatternError) { try self.init(Array(source.utf8)) }

  package init(_ source: [UInt8]) throws(PatternError) {
    guard source.count <= Self.longest else { throw .unsupported("pattern of more than \(Self.longest) bytes") }
    var translator = Translator(source)
    try translator.translate()
    let text = translator.out
    var code = CInt(0)
    var offset = 0
    let options = UInt32(PCRE2_UTF) | UInt32(PCRE2_NEVER_BACKSLASH_C) | UInt32(PCRE2_NO_UTF_CHECK)
    let compiled = Self.withBytes(text) { pointer, count in
      pcre2_compile_8(pointer, count, options, &code, &offset, nil)
    }
    guard let compiled else { throw .unsupported(Self.message(code)) }
    guard let context = pcre2_match_context_create_8(nil) else {
      pcre2_code_free_8(compiled)
      throw .unsupported("out of memory")
    }
    pcre2_set_match_limit_8(context, Self.steps)
    pcre2_set_depth_limit_8(context, Self.steps)
    pcre2_set_heap_limit_8(context, Self.heap)
    self.source = String(decoding: source, as: UTF8.self)
    self.groupNames = translator.groupNames
    self.code = compiled
    self.context = context
  }

  deinit {
    pcre2_match_context_free_8(context)
    pcre2_code_free_8(code)
  }

  /// Number of groups without the whole match.
  package var groupCount: Int { groupNames.count - 1 }

  private static func message(_ code: CInt) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = pcre2_get_error_message_8(code, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, Int(length))), as: UTF8.self)
  }

  /// Hands the bytes on with a pointer that is never null.
  private static func withBytes<R>(_ bytes: [UInt8], _ body: (UnsafePointer<UInt8>, Int) -> R) -> R {
    (bytes.isEmpty ? [0] : bytes).withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("an array of one byte has an address") }
      return body(base, bytes.count)
    }
  }

  /// Goes through the matches: `body` gets the groups' offsets and says where to look next, nil to stop.
  func scan(
    _ subject: Subject, from start: Int = 0, _ body: ([Range<Int>?]) -> Int?
  ) throws(PatternError) {
    guard let data = pcre2_match_data_create_from_pattern_8(code, nil) else { throw .limit }
    defer { pcre2_match_data_free_8(data) }
    let failure: PatternError? = Self.withBytes(subject.bytes) { pointer, count in
      var next: Int? = start
      while let at = next, at <= count {
        let found = pcre2_match_8(code, pointer, count, at, UInt32(PCRE2_NO_UTF_CHECK), data, context)
        if found == PCRE2_ERROR_NOMATCH { return nil }
        guard found > 0, let vector = pcre2_get_ovector_pointer_8(data) else { return PatternError.limit }
        let pairs = Int(pcre2_get_ovector_count_8(data))
        var groups: [Range<Int>?] = []
        groups.reserveCapacity(pairs)
        for pair in 0..<min(pairs, groupNames.count) {
          let (from, to) = (vector[2 * pair], vector[2 * pair + 1])
          groups.append(pair < Int(found) && from >= 0 && from <= to && to <= count ? from..<to : nil)
        }
        next = body(groups)
      }
      return nil
    }
    if let failure { throw failure }
  }
}
