import SourceText
import Values

/// Bodies: attributes and blocks (`hclsyntax.parser.ParseBody`).
extension HCLParser {
  /// Reads up to the closing brace or the end of the text. Errors are reported; reading goes on behind them.
  mutating func body(sink: DiagnosticSink, depth level: Int) -> HCLBody {
    let start = at
    var attributes: [HCLAttribute] = []
    var blocks: [HCLBlock] = []
    var names: Set<String> = []
    while true {
      ignoresNewlines = true
      do throws(HCLSyntaxError) {
        try space()
        ignoresNewlines = false
        guard let byte = next else { break }
        if byte == UInt8(ascii: "}") {
          if level > 0 { break }
          at += 1
          throw fail("found a closing brace without an opening one; expected an argument or a block")
        }
        try item(level, &attributes, &blocks, &names, sink)
      } catch {
        ignoresNewlines = false
        sink.error("hcl/syntax", error.message, at: error.span)
        recover()
      }
    }
    return HCLBody(attributes: attributes, blocks: blocks, span: span(from: start))
  }

  private mutating func item(
    _ level: Int, _ attributes: inout [HCLAttribute], _ blocks: inout [HCLBlock], _ names: inout Set<String>, _ sink: DiagnosticSink
  ) throws(HCLSyntaxError) {
    let start = at
    guard let name = identifier() else {
      throw fail(
        next == UInt8(ascii: "\"")
          ? "an argument's name must not be quoted" : "an argument or block definition is required here")
    }
    let nameSpan = span(from: start)
    try space()
    if next == UInt8(ascii: "="), peek(1) != UInt8(ascii: "=") {
      at += 1
      try space()
      let value = try expression()
      let attribute = HCLAttribute(name: name, nameSpan: nameSpan, expression: value, span: span(from: start))
      if !names.insert(name).inserted {
        sink.error("hcl/syntax", "the argument '\(name)' is already set in this block; each may be set only once", at: nameSpan)
      } else {
        attributes.append(attribute)
      }
      try lineEnd("argument")
      return
    }
    blocks.append(try block(name, start, level, sink))
    try lineEnd("block")
  }

  private mutating func lineEnd(_ what: String) throws(HCLSyntaxError) {
    try space()
    if at >= end || takeNewline() { return }
    if next == UInt8(ascii: ","), what == "argument" {
      throw fail("found a comma behind an argument; expected a line break")
    }
    throw fail("expected a line break after this \(what)")
  }

  private mutating func block(
    _ type: String, _ start: Int, _ level: Int, _ sink: DiagnosticSink
  ) throws(HCLSyntaxError) -> HCLBlock {
    var labels: [String] = []
    while true {
      try space()
      if next == UInt8(ascii: "\"") {
        let from = at
        let quoted = try quotedTemplate()
        guard let label = quoted.constantString else { throw fail("a block's label must not hold interpolations", from: from) }
        labels.append(label)
      } else if let label = identifier() {
        labels.append(label)
      } else {
        break
      }
    }
    let header = span(from: start)
    guard next == UInt8(ascii: "{") else {
      throw fail(
        labels.isEmpty
          ? "found '\(type)' alone; expected `=` for an argument or `{` for a block"
          : "expected `{` or a quoted label for the block '\(type)'")
    }
    guard level < limits.nesting else { throw fail("blocks nested more than \(limits.nesting) levels deep") }
    at += 1
    try space()
    if next == UInt8(ascii: "}") {
      at += 1
      return HCLBlock(
        type: type, labels: labels, header: header, body: HCLBody(attributes: [], blocks: [], span: span(from: at)),
        span: span(from: start))
    }
    if at < end, !atNewline {
      // A block on one line holds one argument and no block.
      let from = at
      guard let name = identifier() else { throw fail("expected an argument, `}` or a line break") }
      let nameSpan = span(from: from)
      try space()
      guard next == UInt8(ascii: "="), peek(1) != UInt8(ascii: "=") else {
        throw fail("a block on one line can hold only one argument; expected `=` or a line break behind `{`")
      }
      at += 1
      try space()
      let value = try expression()
      let attribute = HCLAttribute(name: name, nameSpan: nameSpan, expression: value, span: span(from: from))
      try space()
      guard next == UInt8(ascii: "}") else { throw fail("a block on one line can hold only one argument; expected `}`") }
      at += 1
      return HCLBlock(
        type: type, labels: labels, header: header,
        body: HCLBody(attributes: [attribute], blocks: [], span: span(from: from)), span: span(from: start))
    }
    if level == 0, type == deferredType, let close = closingBrace() {
      var inner = self
      inner.deferredType = nil
      inner.deferred = []
      let made = DeferredBody(inner)
      deferred.append(made)
      let from = at
      at = close + 1
      return HCLBlock(type: type, labels: labels, header: header, body: HCLBody(deferred: made, span: span(from..<close)), span: span(from: start))
    }
    let inner = body(sink: sink, depth: level + 1)
    guard next == UInt8(ascii: "}") else {
      throw HCLSyntaxError(message: "the block '\(type)' has no end; expected `}`", span: header)
    }
    at += 1
    return HCLBlock(type: type, labels: labels, header: header, body: inner, span: span(from: start))
  }

  /// Goes to the next line on the same level of brackets.
  private mutating func recover() {
    var open = 0
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\n"):
        if open <= 0 { return }
      case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("): open += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ")"):
        if open == 0, byte == UInt8(ascii: "}") { return }
        open -= 1
      case UInt8(ascii: "\""):
        at += 1
        while let inner = next, inner != UInt8(ascii: "\""), inner != UInt8(ascii: "\n") {
          at += inner == UInt8(ascii: "\\") ? 2 : 1
        }
        if next == UInt8(ascii: "\n") { continue }
      case UInt8(ascii: "#"):
        while let inner = next, inner != UInt8(ascii: "\n") { at += inner == 0 ? 1 : 1 }
        continue
      default: break
      }
      at += 1
    }
    at = min(at, end)
  }
}
