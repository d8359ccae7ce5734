import SourceText
import Values

/// What the executor runs. Nodes are made by the parser and never change; `id` finds a node again in `TemplateSource.nodes` for
/// error texts, which is all that Go's `state.node` is needed for.
enum Statement {
  /// Literal text: a range of the template's bytes.
  case text(start: UInt32, end: UInt32)
  case action(ActionNode)
  case branch(BranchNode)
  case range(RangeNode)
  case call(CallNode)
  case breakLoop
  case continueLoop
}

/// `{{pipeline}}`.
final class ActionNode {
  let id: Int
  let start: Int
  /// From the left delimiter to the right one, where a person finds it.
  let span: SourceSpan
  let pipe: PipeNode

  init(id: Int, start: Int, span: SourceSpan, pipe: PipeNode) {
    self.id = id
    self.start = start
    self.span = span
    self.pipe = pipe
  }
}

/// `if` or `with` with all its `else if`s or `else with`s.
final class BranchNode {
  struct Arm {
    let pipe: PipeNode
    let span: SourceSpan
    let body: [Statement]
  }

  /// `with`: the value becomes dot.
  let setsDot: Bool
  let arms: [Arm]
  let otherwise: [Statement]

  init(setsDot: Bool, arms: [Arm], otherwise: [Statement]) {
    self.setsDot = setsDot
    self.arms = arms
    self.otherwise = otherwise
  }
}

final class RangeNode {
  let id: Int
  let start: Int
  let span: SourceSpan
  let pipe: PipeNode
  let body: [Statement]
  let otherwise: [Statement]

  init(id: Int, start: Int, span: SourceSpan, pipe: PipeNode, body: [Statement], otherwise: [Statement]) {
    self.id = id
    self.start = start
    self.span = span
    self.pipe = pipe
    self.body = body
    self.otherwise = otherwise
  }
}

/// `{{template "name" pipeline}}`, also of a `block`.
final class CallNode {
  let id: Int
  let start: Int
  let span: SourceSpan
  let name: Text
  let pipe: PipeNode?

  init(id: Int, start: Int, span: SourceSpan, name: Text, pipe: PipeNode?) {
    self.id = id
    self.start = start
    self.span = span
    self.name = name
    self.pipe = pipe
  }
}

/// A variable that a pipeline declares or assigns. A slot below 0: the variable was never declared.
struct Declaration {
  let name: Text
  let slot: Int
}

final class PipeNode {
  let id: Int
  let start: Int
  let assigns: Bool
  let declarations: [Declaration]
  let commands: [CommandNode]

  init(id: Int, start: Int, assigns: Bool, declarations: [Declaration], commands: [CommandNode]) {
    self.id = id
    self.start = start
    self.assigns = assigns
    self.declarations = declarations
    self.commands = commands
  }
}

final class CommandNode {
  let id: Int
  let start: Int
  let arguments: [Operand]

  init(id: Int, start: Int, arguments: [Operand]) {
    self.id = id
    self.start = start
    self.arguments = arguments
  }
}

enum Operand {
  case dot(NilNode)
  case nothing(NilNode)
  case field(FieldNode)
  case variable(VariableNode)
  case chain(ChainNode)
  case function(FunctionNode)
  case pipe(PipeNode)
  case constant(ConstantNode)

  var id: Int {
    switch self {
    case .dot(let node), .nothing(let node): node.id
    case .field(let node): node.id
    case .variable(let node): node.id
    case .chain(let node): node.id
    case .function(let node): node.id
    case .pipe(let node): node.id
    case .constant(let node): node.id
    }
  }
}

/// `.` or `nil`.
final class NilNode {
  let id: Int
  let start: Int

  init(id: Int, start: Int) {
    self.id = id
    self.start = start
  }
}

/// `.A.B`.
final class FieldNode {
  let id: Int
  let start: Int
  let names: [Text]

  init(id: Int, start: Int, names: [Text]) {
    self.id = id
    self.start = start
    self.names = names
  }
}

/// `$x.A.B`.
final class VariableNode {
  let id: Int
  let start: Int
  let name: Text
  let slot: Int
  let fields: [Text]

  init(id: Int, start: Int, name: Text, slot: Int, fields: [Text]) {
    self.id = id
    self.start = start
    self.name = name
    self.slot = slot
    self.fields = fields
  }
}

/// `(pipeline).A.B`, `function.A`.
final class ChainNode {
  let id: Int
  let start: Int
  let operand: Operand
  let fields: [Text]

  init(id: Int, start: Int, operand: Operand, fields: [Text]) {
    self.id = id
    self.start = start
    self.operand = operand
    self.fields = fields
  }
}

/// The name of a function, resolved when parsed.
final class FunctionNode {
  enum Callee {
    case builtin(Builtin)
    case function(TemplateFunction)
  }

  let id: Int
  let start: Int
  let name: String
  let callee: Callee

  init(id: Int, start: Int, name: String, callee: Callee) {
    self.id = id
    self.start = start
    self.name = name
    self.callee = callee
  }
}

/// A literal.
final class ConstantNode {
  enum Kind {
    case bool
    case string
    case number(GoNumberLiteral)
  }

  let id: Int
  let start: Int
  let end: Int
  let kind: Kind
  /// The value where the context asks for no type; nil for a whole number that does not fit `int`.
  let value: Value?

  init(id: Int, start: Int, end: Int, kind: Kind, value: Value?) {
    self.id = id
    self.start = start
    self.end = end
    self.kind = kind
    self.value = value
  }
}

/// Any node, for error texts.
enum AnyNode {
  case action(ActionNode)
  case range(RangeNode)
  case call(CallNode)
  case pipe(PipeNode)
  case command(CommandNode)
  case operand(Operand)
  /// Reserved and not filled yet.
  case none
}

/// A text that was parsed: one file, or one string for `tpl`. Immutable once it is parsed.
final class TemplateSource: @unchecked Sendable {
  /// Where the bytes come from.
  enum Place {
    /// They are a file's.
    case file(SourceID)
    /// They are a value: the runs say whence; `whole` is the value's origin, `fallback` where nothing else is known.
    case text(Text, whole: Origin, fallback: SourceSpan?)
  }

  /// Go's `ParseName`, which error texts begin with.
  let name: String
  let bytes: [UInt8]
  let place: Place
  var nodes: [AnyNode] = []

  init(name: String, bytes: [UInt8], place: Place) {
    self.name = name
    self.bytes = bytes
    self.place = place
  }

  /// Line from 1.
  func line(at offset: Int) -> Int {
    var line = 1
    for byte in bytes[..<min(offset, bytes.count)] where byte == UInt8(ascii: "\n") { line += 1 }
    return line
  }

  /// Go's `name:line:column`; the column counts bytes from 0.
  func location(_ offset: Int) -> String {
    let end = min(offset, bytes.count)
    let lineStart = bytes[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return "\(name):\(line(at: end)):\(end - lineStart)"
  }

  /// The place of a range of the text in a file.
  func span(_ range: Range<Int>, in table: OriginTable?) -> SourceSpan? {
    switch place {
    case .file(let id): return SourceSpan(source: id, range)
    case .text(let text, let whole, let fallback):
      guard let table else { return fallback }
      var index = text.runIndex(at: range.lowerBound)
      guard index < text.runs.count, Int(text.runs[index].start) < max(range.upperBound, range.lowerBound + 1) else {
        return table.editPlace(whole) ?? fallback
      }
      let first = text.runs[index]
      guard first.isVerbatim, let entry = table.letters(first.origin) else { return table.editPlace(first.origin) ?? fallback }
      let shift = Int(entry.span.start) + Int(first.offset) - Int(first.start)
      let start = max(range.lowerBound, Int(first.start)) + shift
      var end = min(range.upperBound, Int(first.end)) + shift
      while index + 1 < text.runs.count, Int(text.runs[index + 1].start) < range.upperBound {
        index += 1
        let run = text.runs[index]
        guard run.isVerbatim, let next = table.letters(run.origin), next.span.source == entry.span.source else { break }
        end = max(end, Int(next.span.start) + Int(run.offset) + min(range.upperBound, Int(run.end)) - Int(run.start))
      }
      return SourceSpan(source: entry.span.source, start..<max(start, end))
    }
  }
}

/// One named template.
final class Definition: @unchecked Sendable {
  let name: Text
  let source: TemplateSource
  let body: [Statement]
  /// How many variables may be alive at once, `$` included.
  let slots: Int

  init(name: Text, source: TemplateSource, body: [Statement], slots: Int) {
    self.name = name
    self.source = source
    self.body = body
    self.slots = slots
  }

  /// Nothing but white space and comments: such a definition never replaces another one (parse.IsEmptyTree).
  var isEmpty: Bool {
    body.allSatisfy { statement in
      guard case .text(let start, let end) = statement else { return false }
      return source.bytes[Int(start)..<Int(end)].allSatisfy { $0 == 0x20 || 0x09...0x0D ~= $0 }
    }
  }
}
