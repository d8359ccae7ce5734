import SourceText

/// Splits a template into tokens as Go's lexer does (text/template/parse/lex.go).
struct TemplateLexer {
  let input: [UInt8]
  /// Whether `break` and `continue` are keywords: not if functions have these names.
  let breakIsWord: Bool
  let continueIsWord: Bool
  /// The message of the last `error` token.
  private(set) var errorMessage = ""
  private var at = 0
  private var start = 0
  private var insideAction = false
  private var depth = 0
  private var failed = false

  init(_ input: [UInt8], breakIsWord: Bool, continueIsWord: Bool) {
    self.input = input
    self.breakIsWord = breakIsWord
    self.continueIsWord = continueIsWord
  }

  private func byte(_ offset: Int) -> UInt8 { offset < input.count ? input[offset] : 0 }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }

  private func isSpace(at offset: Int) -> Bool { offset < input.count && Self.isSpace(input[offset]) }

  private func isRightDelim(at offset: Int) -> Bool {
    byte(offset) == UInt8(ascii: "}") && byte(offset + 1) == UInt8(ascii: "}")
  }

  private func isTrimmedRightDelim(at offset: Int) -> Bool {
    isSpace(at: offset) && byte(offset + 1) == UInt8(ascii: "-") && isRightDelim(at: offset + 2)
  }

  private mutating func make(_ kind: TemplateToken.Kind) -> TemplateToken {
    let token = TemplateToken(kind: kind, start: start, end: at)
    start = at
    return token
  }

  private mutating func fail(_ message: String) -> TemplateToken {
    errorMessage = message
    failed = true
    return TemplateToken(kind: .error, start: start, end: at)
  }

  /// The next token; `eof` for ever at the end and behind an error.
  mutating func next() -> TemplateToken {
    if failed { return TemplateToken(kind: .eof, start: input.count, end: input.count) }
    return insideAction ? action() : text()
  }

  // MARK: Text, delimiters, comments

  private mutating func text() -> TemplateToken {
    while true {
      guard let delim = nextLeftDelim(from: at) else {
        at = input.count
        return at > start ? make(.text) : make(.eof)
      }
      let trims = byte(delim + 2) == UInt8(ascii: "-") && isSpace(at: delim + 3)
      var end = delim
      if trims { while end > start, Self.isSpace(input[end - 1]) { end -= 1 } }
      if end > start {
        at = end
        let token = make(.text)
        at = delim
        start = delim
        return token
      }
      start = delim
      let inner = delim + 2 + (trims ? 2 : 0)
      if byte(inner) == UInt8(ascii: "/"), byte(inner + 1) == UInt8(ascii: "*") {
        start = inner
        if let message = comment(from: inner) { return fail(message) }
        continue
      }
      at = delim + 2
      let token = make(.leftDelim)
      at = inner
      start = inner
      insideAction = true
      depth = 0
      return token
    }
  }

  private func nextLeftDelim(from offset: Int) -> Int? {
    input.withUnsafeBufferPointer { buffer in
      var index = offset
      while index + 1 < buffer.count {
        if buffer[index + 1] != UInt8(ascii: "{") {
          index += 2
        } else if buffer[index] == UInt8(ascii: "{") {
          return index
        } else {
          index += 1
        }
      }
      return nil
    }
  }

  /// Skips a comment; the message if it is malformed.
  private mutating func comment(from offset: Int) -> String? {
    var index = offset + 2
    while index + 1 < input.count, !(input[index] == UInt8(ascii: "*") && input[index + 1] == UInt8(ascii: "/")) { index += 1 }
    guard index + 1 < input.count else { return "unclosed comment" }
    at = index + 2
    if isTrimmedRightDelim(at: at) {
      at += 4
      while isSpace(at: at) { at += 1 }
    } else if isRightDelim(at: at) {
      at += 2
    } else {
      return "comment ends before closing delimiter"
    }
    start = at
    return nil
  }

  private mutating func rightDelim() -> TemplateToken {
    let trims = isTrimmedRightDelim(at: at)
    if trims {
      at += 2
      start = at
    }
    at += 2
    let token = make(.rightDelim)
    if trims {
      while isSpace(at: at) { at += 1 }
      start = at
    }
    insideAction = false
    return token
  }

  // MARK: Inside an action

  private mutating func action() -> TemplateToken {
    if isRightDelim(at: at) || isTrimmedRightDelim(at: at) {
      return depth == 0 ? rightDelim() : fail("unclosed left paren")
    }
    guard at < input.count else { return fail("unclosed action") }
    let byte = input[at]
    switch byte {
    case 0x20, 0x09, 0x0D, 0x0A: return space()
    case UInt8(ascii: "="):
      at += 1
      return make(.assign)
    case UInt8(ascii: ":"):
      at += 1
      guard self.byte(at) == UInt8(ascii: "=") else { return fail("expected :=") }
      at += 1
      return make(.declare)
    case UInt8(ascii: "|"):
      at += 1
      return make(.pipe)
    case UInt8(ascii: "\""): return quoted(UInt8(ascii: "\""), .string, "unterminated quoted string")
    case UInt8(ascii: "'"): return quoted(UInt8(ascii: "'"), .charConstant, "unterminated character constant")
    case UInt8(ascii: "`"):
      at += 1
      while at < input.count, input[at] != UInt8(ascii: "`") { at += 1 }
      guard at < input.count else { return fail("unterminated raw quoted string") }
      at += 1
      return make(.rawString)
    case UInt8(ascii: "$"):
      at += 1
      return fieldOrVariable(.variable)
    case UInt8(ascii: "."):
      let following = self.byte(at + 1)
      if at + 1 < input.count, !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= following) {
        at += 1
        return fieldOrVariable(.field)
      }
      return number()
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
    case UInt8(ascii: "("):
      at += 1
      depth += 1
      return make(.leftParen)
    case UInt8(ascii: ")"):
      at += 1
      depth -= 1
      return depth < 0 ? fail("unexpected right paren") : make(.rightParen)
    default:
      let (scalar, width) = GoRune.decode(input, at)
      if GoRune.isAlphaNumeric(scalar) { return identifier() }
      at += width
      if byte < 0x7F, byte > 0x20 { return make(.char) }
      return fail("unrecognized character in action: \(GoRune.describe(scalar))")
    }
  }

  /// A run of spaces, but for the one that belongs to a trim marker.
  private mutating func space() -> TemplateToken {
    while isSpace(at: at) { at += 1 }
    if isTrimmedRightDelim(at: at - 1) {
      at -= 1
      if at == start { return rightDelim() }
    }
    return make(.space)
  }

  private mutating func quoted(_ quote: UInt8, _ kind: TemplateToken.Kind, _ message: String) -> TemplateToken {
    at += 1
    while at < input.count {
      let byte = input[at]
      at += 1
      if byte == quote { return make(kind) }
      if byte == UInt8(ascii: "\n") { return fail(message) }
      if byte == UInt8(ascii: "\\") {
        guard at < input.count, input[at] != UInt8(ascii: "\n") else { return fail(message) }
        at += 1
      }
    }
    return fail(message)
  }

  /// Whether a word may end here.
  private func isTerminator(at offset: Int) -> Bool {
    guard offset < input.count else { return true }
    switch input[offset] {
    case 0x20, 0x09, 0x0D, 0x0A, UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "|"), UInt8(ascii: ":"),
      UInt8(ascii: ")"), UInt8(ascii: "("):
      return true
    default: return isRightDelim(at: offset)
    }
  }

  private mutating func skipWord() {
    while at < input.count {
      let (scalar, width) = GoRune.decode(input, at)
      guard GoRune.isAlphaNumeric(scalar) else { return }
      at += width
    }
  }

  /// After the first character of a field or variable.
  private mutating func fieldOrVariable(_ kind: TemplateToken.Kind) -> TemplateToken {
    if isTerminator(at: at) { return make(kind == .variable ? .variable : .dot) }
    skipWord()
    guard isTerminator(at: at) else { return badCharacter() }
    return make(kind)
  }

  private mutating func badCharacter() -> TemplateToken {
    fail("bad character \(GoRune.describe(GoRune.decode(input, at).scalar))")
  }

  private mutating func identifier() -> TemplateToken {
    skipWord()
    guard isTerminator(at: at) else { return badCharacter() }
    return make(keyword(start..<at) ?? .identifier)
  }

  private func keyword(_ range: Range<Int>) -> TemplateToken.Kind? {
    func matches(_ word: StaticString) -> Bool { word.utf8CodeUnitCount == range.count && input.starts(with: word, at: range.lowerBound) }
    guard range.count <= 8 else { return nil }
    switch input[range.lowerBound] {
    case UInt8(ascii: "b"):
      if matches("block") { return .block }
      return breakIsWord && matches("break") ? .breakWord : nil
    case UInt8(ascii: "c"): return continueIsWord && matches("continue") ? .continueWord : nil
    case UInt8(ascii: "d"): return matches("define") ? .define : nil
    case UInt8(ascii: "e"):
      if matches("end") { return .end }
      return matches("else") ? .elseWord : nil
    case UInt8(ascii: "f"): return matches("false") ? .bool : nil
    case UInt8(ascii: "i"): return matches("if") ? .ifWord : nil
    case UInt8(ascii: "n"): return matches("nil") ? .nilWord : nil
    case UInt8(ascii: "r"): return matches("range") ? .range : nil
    case UInt8(ascii: "t"):
      if matches("true") { return .bool }
      return matches("template") ? .template : nil
    case UInt8(ascii: "w"): return matches("with") ? .with : nil
    default: return nil
    }
  }

  // MARK: Numbers

  private mutating func number() -> TemplateToken {
    guard scanNumber() else { return badNumber() }
    if byte(at) == UInt8(ascii: "+") || byte(at) == UInt8(ascii: "-") {
      guard scanNumber(), input[at - 1] == UInt8(ascii: "i") else { return badNumber() }
      return make(.complex)
    }
    return make(.number)
  }

  private mutating func badNumber() -> TemplateToken {
    fail("bad number syntax: \(GoQuote.quoted(input[start..<min(at, input.count)]))")
  }

  private mutating func accept(_ set: StaticString) -> Bool {
    guard at < input.count else { return false }
    let byte = input[at]
    guard set.withUTF8Buffer({ $0.contains(byte) }) else { return false }
    at += 1
    return true
  }

  private mutating func scanNumber() -> Bool {
    _ = accept("+-")
    var base = 10
    var digits: StaticString = "0123456789_"
    if accept("0") {
      if accept("xX") {
        digits = "0123456789abcdefABCDEF_"
        base = 16
      } else if accept("oO") {
        digits = "01234567_"
        base = 8
      } else if accept("bB") {
        digits = "01_"
        base = 2
      }
    }
    while accept(digits) {}
    if accept(".") { while accept(digits) {} }
    if base == 10, accept("eE") {
      _ = accept("+-")
      while accept("0123456789_") {}
    }
    if base == 16, accept("pP") {
      _ = accept("+-")
      while accept("0123456789_") {}
    }
    _ = accept("i")
    if at < input.count {
      let (scalar, width) = GoRune.decode(input, at)
      if GoRune.isAlphaNumeric(scalar) {
        at += width
        return false
      }
    }
    return true
  }
}
