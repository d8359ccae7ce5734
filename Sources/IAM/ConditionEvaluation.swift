import SourceText
/// Conditions as IAM holds them against a request (AWS documentation: IAM JSON policy elements, condition operators).
extension PolicyCondition {
  /// Whether the operator is true where nothing equals: `StringNotLike`, `NotIpAddress`.
  package var isNegated: Bool { baseTest.hasPrefix("Not") || baseTest.contains("Not") }

  /// Whether the condition holds; nil where the request, a value or the operator is not known.
  package func holds(in context: RequestContext) -> Bool? {
    guard let key = key.literal else { return nil }
    let entry = context[key]
    if baseTest == "Null" {
      guard entry != .unknown, !isPartial else { return nil }
      let isAbsent = entry == .absent
      return Self.any(values.map { value in value.literal.map { ($0.lowercased() == "true") == isAbsent } })
    }
    switch entry {
    case .unknown:
      // What matches every value that may be there leaves only the question whether the key is there.
      let takesAll = baseTest.hasSuffix("Like") && !isNegated && values.contains { $0.literal == "*" }
      return takesAll && (isIfExists || isForAllValues) ? true : nil
    case .absent:
      if isIfExists || isForAllValues { return true }
      return isForAnyValue ? false : isNegated
    case .values(let given):
      let answers = given.map { value -> Bool? in
        var matched = Self.any(values.map { match($0, value, context) })
        if isPartial, matched == false { matched = nil }
        return isNegated ? matched.map { !$0 } : matched
      }
      if isForAllValues { return Self.all(answers) }
      // A key of one value: all there is is that one.
      return Self.any(answers)
    }
  }

  package var isForAnyValue: Bool { test.hasPrefix("ForAnyValue:") }

  static func any(_ answers: [Bool?]) -> Bool? { answers.contains(true) ? true : answers.contains(nil) ? nil : false }
  static func all(_ answers: [Bool?]) -> Bool? { answers.contains(false) ? false : answers.contains(nil) ? nil : true }

  /// Whether one value of the policy takes in one of the request; the operator's `Not` is left to the caller.
  private func match(_ text: PolicyText, _ value: String, _ context: RequestContext) -> Bool? {
    switch baseTest {
    case "StringEquals", "StringNotEquals":
      guard let pattern = literally(text, context) else { return false }
      return pattern.matches(value)
    case "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase":
      guard let pattern = literally(text, context) else { return false }
      return pattern.lowercased.matches(value.lowercased())
    case "StringLike", "StringNotLike":
      guard case .pattern(let pattern) = WildcardPattern(text).filled(from: context) else { return false }
      return pattern.matches(value)
    case "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike":
      guard case .pattern(let pattern) = WildcardPattern(text).filled(from: context) else { return false }
      return ConditionValue.matchesARN(pattern, value)
    default:
      guard let literal = text.literal else { return nil }
      switch baseTest {
      case "Bool": return literal.lowercased() == value.lowercased()
      case "BinaryEquals": return literal == value
      case "IpAddress", "NotIpAddress": return ConditionValue.isAddress(value, in: literal)
      default: break
      }
      if baseTest.hasPrefix("Numeric") { return ordered(Double(value), Double(literal), "Numeric") }
      if baseTest.hasPrefix("Date") { return ordered(ConditionValue.seconds(value), ConditionValue.seconds(literal), "Date") }
      return nil
    }
  }

  /// Wildcards are plain characters here, variables are not.
  private func literally(_ text: PolicyText, _ context: RequestContext) -> WildcardPattern? {
    guard case .pattern(let pattern) = WildcardPattern(text).filled(from: context) else { return nil }
    return WildcardPattern(
      elements: pattern.elements.map { element in
        switch element {
        case .any: .byte(UInt8(ascii: "*"))
        case .one: .byte(UInt8(ascii: "?"))
        default: element
        }
      })
  }

  private func ordered(_ given: Double?, _ limit: Double?, _ prefix: String) -> Bool? {
    guard let given, let limit else { return nil }
    switch baseTest.dropFirst(prefix.count) {
    case "Equals", "NotEquals": return given == limit
    case "LessThan": return given < limit
    case "LessThanEquals": return given <= limit
    case "GreaterThan": return given > limit
    case "GreaterThanEquals": return given >= limit
    default: return nil
    }
  }
}

/// Values of conditions that are more than text.
enum ConditionValue {
  /// ARNs are compared part by part.
  static func matchesARN(_ pattern: WildcardPattern, _ value: String) -> Bool? {
    var parts: [[WildcardPattern.Element]] = [[]]
    for element in pattern.elements {
      if element == .byte(UInt8(ascii: ":")), parts.count < 6 { parts.append([]) } else { parts[parts.count - 1].append(element) }
    }
    let given = value.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 6, given.count == 6 else { return pattern.hasGap || pattern.hasVariable ? nil : pattern.elements == [.any] }
    return PolicyCondition.all(zip(parts, given).map { WildcardPattern(elements: $0.0).matches($0.1) })
  }

  /// An IPv4 address in a block (`10.0.0.0/8`); nil for what is no IPv4.
  static func isAddress(_ text: String, in block: String) -> Bool? {
    let parts = block.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let first = parts.first, let network = address(first), let given = address(text) else { return nil }
    guard parts.count > 1 else { return network == given }
    guard let bits = Int(parts[1]), bits >= 0, bits <= 32 else { return nil }
    let mask: UInt32 = bits == 0 ? 0 : UInt32.max << UInt32(32 - bits)
    return network & mask == given & mask
  }

  private static func address(_ text: String) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var result: UInt32 = 0
    for part in parts {
      guard let byte = UInt8(part) else { return nil }
      result = result << 8 | UInt32(byte)
    }
    return result
  }

  /// Seconds since 1970 of `2026-01-31`, `2026-01-31T12:00:00Z` or a number of seconds.
  static func seconds(_ text: String) -> Double? {
    if let number = Double(text) { return number }
    let parts = text.split { $0 == "-" || $0 == "T" || $0 == ":" || $0 == "Z" }.map { Int($0) }
    guard parts.count == 3 || parts.count == 6, !parts.contains(nil) else { return nil }
    let numbers = parts.compactMap { $0 }
    guard (1...9999).contains(numbers[0]), (1...12).contains(numbers[1]), (1...31).contains(numbers[2]) else { return nil }
    let day = Gregorian.days(year: numbers[0], month: numbers[1], day: numbers[2])
    var result = Double(day) * 86400
    if numbers.count == 6 {
      guard numbers[3...].allSatisfy({ $0 < 61 }) else { return nil }
      result += Double(numbers[3] * 3600 + numbers[4] * 60 + numbers[5])
    }
    return result
  }
}
