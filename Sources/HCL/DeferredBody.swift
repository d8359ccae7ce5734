import SourceText
import Synchronization

/// The body of a block that is read when it is first asked for. Its end is found by its braces alone.
package final class DeferredBody: Sendable {
  private let parser: HCLParser
  private let state = Mutex<(body: HCLBody, hasErrors: Bool)?>(nil)

  init(_ parser: HCLParser) { self.parser = parser }

  private var read: (body: HCLBody, hasErrors: Bool) {
    state.withLock { state in
      if let state { return state }
      var parser = parser
      let sink = DiagnosticSink()
      let body = parser.body(sink: sink, depth: 1)
      let made = (body, sink.hasErrors)
      state = made
      return made
    }
  }

  package var body: HCLBody { read.body }

  /// Whether it was read and something in it is no HCL.
  package var isBroken: Bool { state.withLock { $0?.hasErrors ?? false } }
}

extension HCLParser {
  /// The offset of the brace that closes a block, from behind the opening one; nil where only reading tells: heredocs, comments over several
  /// lines, strings that do not end.
  func closingBrace() -> Int? {
    /// `{` of code, or `"` of a string.
    var open: [UInt8] = []
    var place = at
    while place < end {
      let byte = bytes[place]
      if open.last == UInt8(ascii: "\"") {
        switch byte {
        case UInt8(ascii: "\n"): return nil
        case UInt8(ascii: "\\"): place += 1
        case UInt8(ascii: "\""): open.removeLast()
        case UInt8(ascii: "$"), UInt8(ascii: "%"):
          if place + 2 < end, bytes[place + 1] == byte, bytes[place + 2] == UInt8(ascii: "{") {
            place += 2
          } else if place + 1 < end, bytes[place + 1] == UInt8(ascii: "{") {
            open.append(UInt8(ascii: "{"))
            place += 1
          }
        default: break
        }
      } else {
        switch byte {
        case UInt8(ascii: "{"): open.append(byte)
        case UInt8(ascii: "\""): open.append(byte)
        case UInt8(ascii: "}"):
          if open.isEmpty { return place }
          open.removeLast()
        case UInt8(ascii: "#"): while place < end, bytes[place] != UInt8(ascii: "\n") { place += 1 }
        case UInt8(ascii: "/"):
          guard place + 1 < end else { return nil }
          if bytes[place + 1] == UInt8(ascii: "*") { return nil }
          if bytes[place + 1] == UInt8(ascii: "/") { while place < end, bytes[place] != UInt8(ascii: "\n") { place += 1 } }
        case UInt8(ascii: "<"):
          if place + 1 < end, bytes[place + 1] == byte { return nil }
        default: break
        }
      }
      if open.count > limits.nesting { return nil }
      place += 1
    }
    return nil
  }
}
