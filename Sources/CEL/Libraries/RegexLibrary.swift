import Patterns
import SourceText
import Values

extension CELLibrary {
  private static let patterns = PatternCache()

  private static func pattern(_ value: Value) throws(CELError) -> Pattern {
    do throws(PatternError) { return try patterns.pattern(value.string ?? "") } catch {
      throw CELError("invalid regular expression: \(error.message)")
    }
  }

  /// `matches` of the language, `find` and `findAll` of Kubernetes (apiserver pkg/cel/library/regex.go), `regex.*` of cel-go
  /// (ext/regex.go).
  static let regex: [CELOverload] = {
    @Sendable func matched<T>(_ body: () throws(PatternError) -> T) throws(CELError) -> T {
      do throws(PatternError) { return try body() } catch { throw CELError("regular expression: \(error.message)") }
    }
    let matches: CELOverload.Body = { frame, v throws(CELError) in
      try frame.step(1 + v[0].bytesOfText.count / 8)
      let pattern = try pattern(v[1])
      return .bool(try matched { () throws(PatternError) in try pattern.matches(v[0].bytesOfText) })
    }
    @Sendable func findAll(_ v: [Value], _ limit: Int64, _ frame: CELFrame) throws(CELError) -> Value {
      try frame.step(1 + v[0].bytesOfText.count / 8)
      let pattern = try pattern(v[1])
      let found = try matched { () throws(PatternError) in
        try pattern.allMatches(in: v[0].bytesOfText, limit: Int(clamping: limit))
      }
      return .list(found.map { .string(v[0].text?.slice($0.range) ?? .empty, v[0].origin) }, v[0].origin)
    }
    return [
      CELOverload("matches", [.string, .string], .bool, member: true, matches),
      CELOverload("matches", [.string, .string], .bool, matches),
      CELOverload("find", [.string, .string], .string, member: true) { frame, v throws(CELError) in
        try frame.step(1 + v[0].bytesOfText.count / 8)
        let pattern = try pattern(v[1])
        let found = try matched { () throws(PatternError) in try pattern.firstMatch(in: v[0].bytesOfText) }
        return .string(found.flatMap { v[0].text?.slice($0.range) } ?? .empty, v[0].origin)
      },
      CELOverload("findAll", [.string, .string], .list(.string), member: true) { frame, v throws(CELError) in
        try findAll(v, -1, frame)
      },
      CELOverload("findAll", [.string, .string, .int], .list(.string), member: true) { frame, v throws(CELError) in
        try findAll(v, v[2].whole, frame)
      },
      CELOverload("regex.extract", [.string, .string], .optional(.string)) { frame, v throws(CELError) in
        try frame.step(1 + v[0].bytesOfText.count / 8)
        let pattern = try pattern(v[1])
        guard pattern.groupCount <= 1 else { throw CELError("regex.extract() takes a pattern with one group at most") }
        let found = try matched { () throws(PatternError) in try pattern.firstMatch(in: v[0].bytesOfText) }
        guard let found, let range = pattern.groupCount == 0 ? found.range : found[1], let text = v[0].text else {
          return CELOptional.none
        }
        return CELOptional.some(.string(text.slice(range), v[0].origin))
      },
      CELOverload("regex.extractAll", [.string, .string], .list(.string)) { frame, v throws(CELError) in
        try frame.step(1 + v[0].bytesOfText.count / 8)
        let pattern = try pattern(v[1])
        guard pattern.groupCount <= 1 else { throw CELError("regex.extractAll() takes a pattern with one group at most") }
        let found = try matched { () throws(PatternError) in try pattern.allMatches(in: v[0].bytesOfText, limit: -1) }
        var parts: [Value] = []
        for match in found {
          // A group that took no part, or took nothing, is left out.
          guard let range = pattern.groupCount == 0 ? match.range : match[1], let text = v[0].text else { continue }
          if pattern.groupCount == 0 || !range.isEmpty { parts.append(.string(text.slice(range), v[0].origin)) }
        }
        return .list(parts, v[0].origin)
      },
      CELOverload("regex.replace", [.string, .string, .string], .string) { frame, v throws(CELError) in try replaced(v, -1, frame) },
      CELOverload("regex.replace", [.string, .string, .string, .int], .string) { frame, v throws(CELError) in try replaced(v, v[3].whole, frame) },
    ]
  }()

  private static func replaced(_ v: [Value], _ limit: Int64, _ frame: CELFrame) throws(CELError) -> Value {
    try frame.step(1 + v[0].bytesOfText.count / 8)
    let pattern = try pattern(v[1])
    if limit == 0 { return v[0] }
    // cel-go's replacement names groups as \1, Go's as $1.
    let template = v[2].bytesOfText.reduce(into: [UInt8]()) { out, byte in
      if byte == UInt8(ascii: "$") { out += [byte, byte] } else { out.append(byte == UInt8(ascii: "\\") ? UInt8(ascii: "$") : byte) }
    }
    do throws(PatternError) {
      let result = try pattern.replaceAll(in: v[0].bytesOfText, with: template, limit: Int(clamping: max(-1, limit)))
      return .string(Text(result), v[0].origin)
    } catch {
      throw CELError("regular expression: \(error.message)")
    }
  }
}
