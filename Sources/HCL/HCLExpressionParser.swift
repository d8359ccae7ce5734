import SourceText
import Values

/// Expressions (`hclsyntax.parser.ParseExpression`).
extension HCLParser {
  mutating func expression() throws(HCLSyntaxError) -> HCLExpression {
    guard depth < limits.nesting else { throw fail("expressions nested more than \(limits.nesting) levels deep") }
    depth += 1
    defer { depth -= 1 }
    try space()
    let start = at
    let condition = try binary(level: 0)
    try space()
    guard next == UInt8(ascii: "?") else { return condition }
    at += 1
    let whenTrue = try expression()
    try space()
    guard next == UInt8(ascii: ":") else { throw fail("expected `:` and the value for false in this conditional") }
    at += 1
    let whenFalse = try expression()
    return HCLExpression(.conditional(condition, whenTrue, whenFalse), span(from: start))
  }

  /// Runs `body` with line breaks as space or not, and restores.
  mutating func newlines<T>(
    ignored: Bool, _ body: (inout HCLParser) throws(HCLSyntaxError) -> T
  ) throws(HCLSyntaxError) -> T {
    let before = ignoresNewlines
    ignoresNewlines = ignored
    defer { ignoresNewlines = before }
    return try body(&self)
  }

  /// The operator here that binds at least as tightly as a level, with its length and level.
  private func operation(from level: Int) -> (HCLOperator, Int, Int)? {
    guard let found = operation, found.2 >= level else { return nil }
    return found
  }

  private var operation: (HCLOperator, Int, Int)? {
    guard let byte = next else { return nil }
    let equals = peek(1) == UInt8(ascii: "=")
    switch byte {
    case UInt8(ascii: "|"): return peek(1) == byte ? (.or, 2, 0) : nil
    case UInt8(ascii: "&"): return peek(1) == byte ? (.and, 2, 1) : nil
    case UInt8(ascii: "="): return equals ? (.equal, 2, 2) : nil
    case UInt8(ascii: "!"): return equals ? (.notEqual, 2, 2) : nil
    case UInt8(ascii: "<"): return equals ? (.lessEqual, 2, 3) : (.less, 1, 3)
    case UInt8(ascii: ">"): return equals ? (.greaterEqual, 2, 3) : (.greater, 1, 3)
    case UInt8(ascii: "+"): return (.add, 1, 4)
    case UInt8(ascii: "-"): return (.subtract, 1, 4)
    case UInt8(ascii: "*"): return (.multiply, 1, 5)
    case UInt8(ascii: "/"): return (.divide, 1, 5)
    case UInt8(ascii: "%"): return peek(1) == UInt8(ascii: "{") ? nil : (.modulo, 1, 5)
    default: return nil
    }
  }

  /// Operators of a level and of those that bind more tightly; of one level from left to right.
  private mutating func binary(level: Int) throws(HCLSyntaxError) -> HCLExpression {
    let start = at
    var left = try traversed()
    var count = 0
    while true {
      try space()
      guard let (operation, length, found) = operation(from: level) else { return left }
      count += 1
      if count > limits.nesting * 20 { throw fail("more than \(limits.nesting * 20) operators in a row") }
      at += length
      try space()
      let right = try binary(level: found + 1)
      left = HCLExpression(.binary(operation, left, right), span(from: start))
    }
  }

  /// A term and the steps behind it.
  private mutating func traversed() throws(HCLSyntaxError) -> HCLExpression {
    let start = at
    return try steps(behind: try term(), start: start)
  }

  private func stepped(_ base: HCLExpression, _ step: HCLStep, _ start: Int) -> HCLExpression {
    switch base.kind {
    case .traversal(let root, let steps): HCLExpression(.traversal(root, steps + [step]), span(from: start))
    case .relative(let inner, let steps): HCLExpression(.relative(inner, steps + [step]), span(from: start))
    default: HCLExpression(.relative(base, [step]), span(from: start))
    }
  }

  mutating func steps(behind base: HCLExpression, start: Int) throws(HCLSyntaxError) -> HCLExpression {
    var result = base
    while true {
      let before = at
      try space()
      if next == UInt8(ascii: "."), !looking(at: "...") {
        let from = at
        at += 1
        try space()
        if let name = identifier() {
          result = stepped(result, HCLStep(.attribute(name), span(from: from)), start)
        } else if let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
          // `list.0`, and `list.0.1`, which reads as one number.
          while true {
            let digits = at
            while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { at += 1 }
            guard let number = HCLNumber(bytes[digits..<at]), number.int != nil else { throw fail("invalid index", from: digits) }
            result = stepped(result, HCLStep(.index(HCLValue(.number(number))), span(from: from)), start)
            guard next == UInt8(ascii: "."), let byte = peek(1), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { break }
            at += 1
          }
        } else if next == UInt8(ascii: "*") {
          at += 1
          var each = HCLExpression(.anonymous, span(from: from))
          let inner = at
          while true {
            let here = at
            try space()
            guard next == UInt8(ascii: "."), !looking(at: "...") else {
              at = here
              break
            }
            let from = at
            at += 1
            try space()
            if let name = identifier() {
              each = stepped(each, HCLStep(.attribute(name), span(from: from)), inner)
            } else if let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
              let digits = at
              while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { at += 1 }
              guard let number = HCLNumber(bytes[digits..<at]) else { throw fail("invalid index", from: digits) }
              each = stepped(each, HCLStep(.index(HCLValue(.number(number))), span(from: from)), inner)
            } else {
              throw fail("expected an attribute's name behind the dot")
            }
          }
          result = HCLExpression(.splat(result, each), span(from: start))
        } else {
          throw fail("expected an attribute's name behind the dot")
        }
      } else if next == UInt8(ascii: "[") {
        let from = at
        at += 1
        let base = result
        let index = try newlines(ignored: true) { (parser) throws(HCLSyntaxError) in
          try parser.bracket(base, from: from, start: start)
        }
        if let index {
          result = index
        } else {
          let anonymous = HCLExpression(.anonymous, span(from: from))
          guard depth < limits.nesting else { throw fail("splats nested more than \(limits.nesting) levels deep") }
          depth += 1
          defer { depth -= 1 }
          let each = try steps(behind: anonymous, start: at)
          return HCLExpression(.splat(base, each), span(from: start))
        }
      } else {
        at = before
        return result
      }
    }
  }

  /// An index; nil for `[*]`.
  private mutating func bracket(_ base: HCLExpression, from: Int, start: Int) throws(HCLSyntaxError) -> HCLExpression? {
    try space()
    if next == UInt8(ascii: "*") {
      at += 1
      try space()
      guard next == UInt8(ascii: "]") else { throw fail("expected `]` behind `[*`") }
      at += 1
      return nil
    }
    let key = try expression()
    try space()
    guard next == UInt8(ascii: "]") else { throw fail("expected `]` behind the index") }
    at += 1
    if case .literal(let value) = key.kind, value.number != nil || value.text != nil {
      return stepped(base, HCLStep(.index(value), span(from: from)), start)
    }
    return HCLExpression(.index(base, key), span(from: start))
  }

  // MARK: Terms

  private mutating func term() throws(HCLSyntaxError) -> HCLExpression {
    guard depth < limits.nesting else { throw fail("expressions nested more than \(limits.nesting) levels deep") }
    depth += 1
    defer { depth -= 1 }
    try space()
    let start = at
    guard let byte = next else { throw fail("expected an expression, found the end of the text") }
    switch byte {
    case UInt8(ascii: "("):
      at += 1
      let inner = try newlines(ignored: true) { (parser) throws(HCLSyntaxError) in
        let inner = try parser.expression()
        try parser.space()
        guard parser.next == UInt8(ascii: ")") else { throw parser.fail("expected `)` to close the parenthesis") }
        parser.at += 1
        return inner
      }
      return HCLExpression(.parentheses(inner), span(from: start))
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "\""): return try quotedTemplate()
    case UInt8(ascii: "<") where peek(1) == UInt8(ascii: "<"): return try heredoc()
    case UInt8(ascii: "-"):
      at += 1
      try space()
      let operand = try traversed()
      return HCLExpression(.unary(.negate, operand), span(from: start))
    case UInt8(ascii: "!"):
      at += 1
      try space()
      let operand = try traversed()
      return HCLExpression(.unary(.not, operand), span(from: start))
    case UInt8(ascii: "["):
      at += 1
      return try newlines(ignored: true) { (parser) throws(HCLSyntaxError) in try parser.tuple(start) }
    case UInt8(ascii: "{"):
      at += 1
      return try object(start)
    default:
      guard var name = identifier() else {
        throw fail("expected the start of an expression, found '\(String(decoding: bytes[at..<min(end, at + 1)], as: UTF8.self))'")
      }
      let nameSpan = span(from: start)
      let here = at
      try space()
      while looking(at: "::") {
        at += 2
        try space()
        guard let more = identifier() else { throw fail("expected a name behind `::`") }
        name += "::" + more
        try space()
      }
      if next == UInt8(ascii: "(") {
        at += 1
        return try newlines(ignored: true) { (parser) throws(HCLSyntaxError) in try parser.call(name, nameSpan, start) }
      }
      if name.utf8.contains(UInt8(ascii: ":")) { throw fail("expected `(` behind the function's name") }
      at = here
      let span = span(from: start)
      switch name {
      case "true": return literal(.bool(true), span)
      case "false": return literal(.bool(false), span)
      case "null": return literal(.null(.dynamic), span)
      default: return HCLExpression(.traversal(name, []), span)
      }
    }
  }

  func literal(_ payload: HCLValue.Payload, _ span: SourceSpan) -> HCLExpression {
    HCLExpression(.literal(HCLValue(payload, origin: provenance.origins.add(.source, span))), span)
  }

  private mutating func number() throws(HCLSyntaxError) -> HCLExpression {
    let start = at
    var last = at + 1
    at += 1
    scan: while let byte = next {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        at += 1
        last = at
      case UInt8(ascii: "."): at += 1
      case UInt8(ascii: "e"), UInt8(ascii: "E"):
        var digit = 1
        if let sign = peek(1), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { digit = 2 }
        guard let byte = peek(digit), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { break scan }
        at += digit + 1
        last = at
      default: break scan
      }
    }
    at = last
    guard let value = HCLNumber(bytes[start..<at]) else { throw fail("failed to recognise the value of this number", from: start) }
    return literal(.number(value), span(from: start))
  }

  private mutating func call(_ name: String, _ nameSpan: SourceSpan, _ start: Int) throws(HCLSyntaxError) -> HCLExpression {
    var arguments: [HCLExpression] = []
    var expands = false
    while true {
      try space()
      if next == UInt8(ascii: ")") { break }
      arguments.append(try expression())
      try space()
      if take("...") {
        expands = true
        try space()
        guard next == UInt8(ascii: ")") else { throw fail("expected `)` right behind an argument expanded with `...`") }
        break
      }
      if next == UInt8(ascii: ",") {
        at += 1
        continue
      }
      guard next == UInt8(ascii: ")") else { throw fail("expected a comma between the arguments of '\(name)', or `)`") }
    }
    at += 1
    return HCLExpression(.call(name, nameSpan, arguments, expandsLast: expands), span(from: start))
  }

  private mutating func tuple(_ start: Int) throws(HCLSyntaxError) -> HCLExpression {
    try space()
    if looking(atWord: "for") { return try loop(start, object: false) }
    var items: [HCLExpression] = []
    while true {
      try space()
      if next == UInt8(ascii: "]") { break }
      items.append(try expression())
      try space()
      if next == UInt8(ascii: ",") {
        at += 1
      } else if next != UInt8(ascii: "]") {
        throw fail("expected a comma between the elements of a tuple, or `]`")
      }
    }
    at += 1
    return HCLExpression(.tuple(items), span(from: start))
  }

  private mutating func object(_ start: Int) throws(HCLSyntaxError) -> HCLExpression {
    let before = ignoresNewlines
    defer { ignoresNewlines = before }
    ignoresNewlines = true
    try space()
    if looking(atWord: "for") { return try loop(start, object: true) }
    var items: [HCLObjectItem] = []
    while true {
      ignoresNewlines = true
      try space()
      if next == UInt8(ascii: "}") { break }
      ignoresNewlines = false
      let key = try objectKey()
      try space()
      if next == UInt8(ascii: "="), peek(1) != UInt8(ascii: "=") || peek(1) == nil {
        at += 1
      } else if next == UInt8(ascii: ":") {
        at += 1
      } else {
        throw fail("expected `=` and a value behind the key of an object")
      }
      try space()
      items.append(HCLObjectItem(key: key, value: try expression()))
      try space()
      if next == UInt8(ascii: ",") {
        at += 1
      } else if next != UInt8(ascii: "}"), !takeNewline() {
        throw fail("expected a line break or a comma between the items of an object, or `}`")
      }
    }
    at += 1
    return HCLExpression(.object(items), span(from: start))
  }

  private mutating func objectKey() throws(HCLSyntaxError) -> HCLExpression {
    let start = at
    if let name = identifier() {
      let keySpan = span(from: start)
      try space()
      if next == UInt8(ascii: ":") || (next == UInt8(ascii: "=") && peek(1) != UInt8(ascii: "=")) {
        return literal(.string(verbatim(name, keySpan)), keySpan)
      }
      at = start
    }
    return try expression()
  }

  /// A text that stands in the source letter for letter.
  func verbatim(_ text: String, _ span: SourceSpan) -> Text {
    let bytes = Array(text.utf8)
    guard fixed == nil else { return Text(bytes) }
    let origin = provenance.origins.add(.source, span)
    return Text(bytes, runs: [OriginRun(start: 0, end: UInt32(clamping: bytes.count), origin: origin, offset: 0)])
  }

  private mutating func loop(_ start: Int, object: Bool) throws(HCLSyntaxError) -> HCLExpression {
    at += 3
    try space()
    guard var value = identifier() else { throw fail("expected a variable's name behind `for`") }
    var key: String?
    try space()
    if next == UInt8(ascii: ",") {
      at += 1
      try space()
      key = value
      guard let name = identifier() else { throw fail("expected a second variable's name behind the comma") }
      value = name
      try space()
    }
    guard looking(atWord: "in") else { throw fail("expected `in` behind the variables of `for`") }
    at += 2
    let collection = try expression()
    try space()
    guard next == UInt8(ascii: ":") else { throw fail("expected `:` behind the collection of `for`") }
    at += 1
    var result = try expression()
    var keyResult: HCLExpression?
    var groups = false
    try space()
    if looking(at: "=>") {
      guard object else { throw fail("found `=>` in a `for` that makes a tuple; a key is expected only between `{` and `}`") }
      at += 2
      keyResult = result
      result = try expression()
      try space()
      if take("...") {
        groups = true
        try space()
      }
    } else if object {
      throw fail("expected `=>`: a `for` that makes an object needs a key")
    }
    var condition: HCLExpression?
    if looking(atWord: "if") {
      at += 2
      condition = try expression()
      try space()
    }
    guard next == (object ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
      throw fail("expected the end of the `for` expression")
    }
    at += 1
    let loop = HCLFor(
      key: key, value: value, collection: collection, keyResult: keyResult, valueResult: result, condition: condition, groups: groups)
    return HCLExpression(.loop(loop), span(from: start))
  }
}
