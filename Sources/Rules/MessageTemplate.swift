import CEL
import SourceText
import Values

/// A compiled message. In a template `{expression}` shows a value; `{{` and `}}` stand for single braces.
struct MessageTemplate: Sendable {
  enum Piece: Sendable {
    case text(String)
    case program(CELProgram)
  }

  let pieces: [Piece]

  /// Cuts a template into literal texts and expressions with their ranges; nil where a brace is not closed.
  static func split(_ bytes: [UInt8]) -> [(range: Range<Int>, isExpression: Bool)]? {
    var result: [(range: Range<Int>, isExpression: Bool)] = []
    var start = 0
    var at = 0
    func isDoubled(_ place: Int) -> Bool { place + 1 < bytes.count && bytes[place + 1] == bytes[place] }
    while at < bytes.count {
      let byte = bytes[at]
      guard byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") else {
        at += 1
        continue
      }
      if isDoubled(at) {
        result.append((start..<(at + 1), false))
        at += 2
        start = at
        continue
      }
      guard byte == UInt8(ascii: "{") else { return nil }
      if at > start { result.append((start..<at, false)) }
      let open = at + 1
      var depth = 1
      var quote: UInt8?
      at = open
      while at < bytes.count, depth > 0 {
        let inner = bytes[at]
        if let mark = quote {
          if inner == UInt8(ascii: "\\") { at += 1 } else if inner == mark { quote = nil }
        } else if inner == UInt8(ascii: "'") || inner == UInt8(ascii: "\"") {
          quote = inner
        } else if inner == UInt8(ascii: "{") {
          depth += 1
        } else if inner == UInt8(ascii: "}") {
          depth -= 1
        }
        at += 1
      }
      guard depth == 0, at <= bytes.count else { return nil }
      result.append((open..<(at - 1), true))
      start = at
    }
    if start < bytes.count { result.append((start..<bytes.count, false)) }
    return result
  }

  /// The text for one evaluation. What is unknown is shown as `?`.
  func text(_ activation: CELActivation) throws(CELError) -> String {
    var result = ""
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .program(let program): result += Self.show(try program.evaluate(activation))
      }
    }
    return result
  }

  /// The text for one evaluation; nil where a part of it is unknown.
  func knownText(_ activation: CELActivation) throws(CELError) -> String? {
    for piece in pieces {
      if case .program(let program) = piece, try program.evaluate(activation).isUnknown { return nil }
    }
    return try text(activation)
  }

  static func show(_ value: Value) -> String {
    switch value.payload {
    case .string(let text): text.string
    case .list(let list): list.items.map(show).joined(separator: ", ")
    case .null: "nothing"
    case .unknown: "?"
    case .bool(let flag): flag ? "true" : "false"
    case .int(let number): String(number)
    case .double(let number): JSONWriter.number(number)
    case .map: JSONWriter().string(value)
    case .object(let object): (object as? CELOptional).map { $0.value.map(show) ?? "nothing" } ?? CELText.describe(value) ?? object.typeName
    }
  }
}
