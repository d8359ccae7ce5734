import Crypto
import SourceText
import Values

/// Executes the templates of a set as text/template's exec.go does. One executor serves one rendering (all templates of a chart): it
/// keeps variables, the chain of calls and the origins already derived, and belongs to one thread.
///
/// Origins: literal text is a verbatim run of the template's file (step `templateText`); what an action prints is a run per origin of the
/// printed text (step `templateAction`, span of the action, parent the value's own origin). The context of both is the chain of
/// `template`, `include` and `tpl` calls. Text that an included template made keeps the runs that it got there.
public final class Executor {
  let set: TemplateSet
  let missingKey: MissingKey
  public let provenance: Provenance
  /// Serves the keys that templates generate; nil makes a new one each time, as a deployment needs.
  package var keyPool: KeyPool?
  /// Whether a rendering takes each key of the pool once, or the same one again and again.
  package var takesKeysOnce = false
  private var keysTaken: [PrivateKey.Kind: Int] = [:]
  public let limits: Limits
  var scope: TemplateScope
  var vars: [Value] = []
  var frame: Frame
  var steps = 0
  var tracker: OriginTracker
  /// Whether what is not known is printed as `UnknownMark` instead of abandoning the template. A decision on it abandons it in any case.
  public var marksUnknowns = false
  /// What was printed as a mark.
  public private(set) var marked: [Unknown] = []
  private var stack = StackBudget.current()
  /// Names being executed by `include`, the innermost last.
  private var included: [Text] = []
  private var parsedTexts: [ObjectIdentifier: ParsedText] = [:]

  /// What belongs to one executing template.
  struct Frame {
    var definition: Definition
    /// Index of `$` in `vars`.
    var base: Int
    /// Id of the node that error texts name.
    var node: Int
    /// The action being executed.
    var action: SourceSpan
    /// The chain of calls.
    var context: Origin
    /// Of the template's literal text.
    var textOrigin: Origin
    /// For texts of `tpl`: the calling action, which is what shows their literal text.
    var shows: (action: SourceSpan, context: Origin)?
    var depth: Int
  }

  private struct ParsedText {
    let text: Text
    let whole: Origin
    let scope: TemplateScope
    let parsedIn: ObjectIdentifier
    let main: Definition
  }

  public init(
    _ set: TemplateSet, missingKey: MissingKey = .zero, provenance: Provenance = Provenance(), limits: Limits = Limits()
  ) {
    self.set = set
    self.missingKey = missingKey
    self.provenance = provenance
    self.limits = limits
    scope = TemplateScope(set)
    tracker = OriginTracker(provenance.origins)
    let none = TemplateSource(name: "", bytes: [], place: .text(.empty, whole: .none, fallback: nil))
    frame = Frame(
      definition: Definition(name: .empty, source: none, body: [], slots: 0), base: 0, node: 0, action: OriginTracker.nowhere,
      context: .none, textOrigin: .none, shows: nil, depth: 0)
  }

  /// A private key for a template.
  func key(_ kind: PrivateKey.Kind) throws(CryptoError) -> PrivateKey {
    guard let keyPool else { return try PrivateKey.generate(kind) }
    guard takesKeysOnce else { return try keyPool.key(kind) }
    let place = keysTaken[kind, default: 0]
    keysTaken[kind] = place + 1
    return try keyPool.key(kind, place)
  }

  // MARK: Entry points

  /// Executes a named template of the set.
  /// - Parameter context: the chain of calls around it (`OriginStep.templateCall`), if any.
  public func execute(name: String, data: Value, context: Origin = .none) throws(TemplateError) -> Text {
    if frame.depth == 0 {
      stack = StackBudget.current()
      steps = 0
    }
    guard let definition = scope[Text(name)] else { throw missing(Text(name)) }
    var out = TextBuilder()
    try run(definition, dot: data, context: context, shows: nil, into: &out)
    return out.build()
  }

  /// Helm's `include`: executes a named template and gives its text. Call it from a function that the executor runs.
  public func include(_ name: Text, data: Value) throws(TemplateError) -> Text {
    if included.count > Self.recursionLimit {
      var same = 0
      for other in included where other == name { same += 1 }
      if same > Self.recursionLimit {
        throw TemplateError(
          "rendering template has a nested reference name: \(name.string): unable to execute template",
          causes: ["unable to execute template"], code: "template/limit")
      }
    }
    guard let definition = scope[name] else { throw missing(name) }
    included.append(name)
    defer { included.removeLast() }
    var out = TextBuilder()
    let call = frame.action
    do {
      try run(definition, dot: data, context: tracker.call(call, in: frame.context), shows: nil, into: &out)
    } catch {
      var error = error
      error.calls.append(call)
      throw error
    }
    return out.build()
  }

  /// Helm's bound on `include`s of one name in one another (pkg/engine, `recursionMaxNums`).
  private static let recursionLimit = 1000

  private func missing(_ name: Text) -> TemplateError {
    var notes: [String] = []
    if let near = nearestName(to: name.string, in: set.definedNames.map(\.string)) { notes.append("did you mean '\(near)'?") }
    return TemplateError(
      "template: no template \(GoQuote.quoted(name.bytes[...])) associated with template \(GoQuote.quoted(set.name))",
      code: "template/undefined-template", notes: notes)
  }

  /// Helm's `tpl`: parses and executes a text among the templates in reach. What the text defines is known to it and to what it calls.
  /// - Parameter origin: the origin of the value that holds the text, for parts without a run.
  public func tpl(_ text: Text, origin: Origin, data: Value) throws(TemplateError) -> Text {
    if !Self.hasAction(text.bytes) {
      var out = TextBuilder()
      tracker.append(text, nil, origin: origin, action: frame.action, context: frame.context, to: &out)
      return out.build().removingNoValue()
    }
    let quoted = { GoQuote.quoted(text.bytes[...]) }
    let parsed: ParsedText
    if let known = parsedTexts[ObjectIdentifier(text)], known.parsedIn == ObjectIdentifier(scope), known.whole == origin {
      parsed = known
    } else {
      let source = TemplateSource(
        name: set.name, bytes: text.bytes, place: .text(text, whole: origin, fallback: frame.action))
      let parser = TemplateParser(source, functions: set.functions, table: provenance.origins, nesting: limits.nesting)
      let name = Text(set.name)
      do {
        let definitions = try parser.parse(name: name)
        guard let main = definitions.last(where: { $0.name == name }) else { return .empty }
        parsed = ParsedText(
          text: text, whole: origin, scope: TemplateScope(set, outer: scope, own: definitions), parsedIn: ObjectIdentifier(scope),
          main: main)
        if parsedTexts.count > 10_000 { parsedTexts.removeAll() }
        parsedTexts[ObjectIdentifier(text)] = parsed
      } catch {
        var wrapped = TemplateError(wrapping: error, "cannot parse template \(quoted()): ")
        wrapped.calls.append(frame.action)
        throw wrapped
      }
    }
    let outer = scope
    scope = parsed.scope
    defer { scope = outer }
    let call = frame.action
    var out = TextBuilder()
    do {
      try run(
        parsed.main, dot: data, context: tracker.call(call, in: frame.context), shows: (call, frame.context), into: &out)
    } catch {
      var wrapped = TemplateError(wrapping: error, "error during tpl function execution for \(quoted()): ")
      wrapped.calls.append(call)
      throw wrapped
    }
    return out.build().removingNoValue()
  }

  private static func hasAction(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer { buffer in
      guard buffer.count > 1 else { return false }
      for index in 0..<buffer.count - 1 where buffer[index] == UInt8(ascii: "{") && buffer[index + 1] == UInt8(ascii: "{") { return true }
      return false
    }
  }

  // MARK: Running one template

  func run(
    _ definition: Definition, dot: Value, context: Origin, shows: (action: SourceSpan, context: Origin)?, into out: inout TextBuilder
  ) throws(TemplateError) {
    let outer = frame
    try checkDepth()
    let base = vars.count
    vars.append(dot)
    if definition.slots > 1 {
      for _ in 1..<definition.slots { vars.append(Value(.null, tag: GoTag.unset)) }
    }
    frame = Frame(
      definition: definition, base: base, node: 0, action: OriginTracker.nowhere, context: context,
      textOrigin: tracker.text(definition.source, in: context), shows: shows ?? (outer.shows.flatMap { definition.source === outer.definition.source ? $0 : nil }),
      depth: outer.depth + 1)
    defer {
      vars.removeLast(vars.count - base)
      frame = outer
    }
    if stack.isSpent {
      let saved = stack
      defer { stack = saved }
      var failure: TemplateError?
      let ran = StackBudget.onFreshStack { budget in
        stack = budget
        do throws(TemplateError) { _ = try walk(definition.body, dot: dot, into: &out) } catch { failure = error }
      }
      if !ran { throw fail("no stack left for more templates in one another", code: "template/limit") }
      if let failure { throw failure }
    } else {
      _ = try walk(definition.body, dot: dot, into: &out)
    }
  }

  private func checkDepth() throws(TemplateError) {
    guard frame.depth >= limits.templateDepth else { return }
    throw fail("exceeded maximum template depth (\(limits.templateDepth))", code: "template/limit")
  }

  enum Flow { case normal, breakLoop, continueLoop }

  func walk(_ body: [Statement], dot: Value, into out: inout TextBuilder) throws(TemplateError) -> Flow {
    for statement in body {
      switch statement {
      case .text(let start, let end): writeText(Int(start), Int(end), into: &out)
      case .action(let node):
        try step(out.count)
        frame.node = node.id
        frame.action = node.span
        let value = try evaluate(node.pipe, dot: dot)
        if node.pipe.declarations.isEmpty {
          frame.node = node.id
          frame.action = node.span
          try show(value, into: &out)
        }
      case .branch(let node):
        let flow = try walk(node, dot: dot, into: &out)
        if flow != .normal { return flow }
      case .range(let node):
        let flow = try walk(node, dot: dot, into: &out)
        if flow != .normal { return flow }
      case .call(let node): try walk(node, dot: dot, into: &out)
      case .breakLoop: return .breakLoop
      case .continueLoop: return .continueLoop
      }
    }
    return .normal
  }

  private func writeText(_ start: Int, _ end: Int, into out: inout TextBuilder) {
    let source = frame.definition.source
    switch source.place {
    case .file: out.append(bytes: source.bytes, start..<end, origin: frame.textOrigin, offset: UInt32(clamping: start))
    case .text(let text, let whole, _):
      let shows = frame.shows ?? (OriginTracker.nowhere, frame.context)
      tracker.append(text, start..<end, origin: whole, action: shows.action, context: shows.context, to: &out)
    }
  }

  /// Counts work and output against the limits.
  @inline(__always)
  func step(_ written: Int) throws(TemplateError) {
    steps += 1
    if steps > limits.templateSteps { throw fail("template takes more than \(limits.templateSteps) steps", code: "template/limit") }
    if written > limits.outputBytes { throw fail("template writes more than \(limits.outputBytes) bytes", code: "template/limit") }
  }

  private func walk(_ node: BranchNode, dot: Value, into out: inout TextBuilder) throws(TemplateError) -> Flow {
    for arm in node.arms {
      try step(out.count)
      frame.action = arm.span
      let value = try evaluate(arm.pipe, dot: dot)
      if try isTrue(value) { return try walk(arm.body, dot: node.setsDot ? value : dot, into: &out) }
    }
    return try walk(node.otherwise, dot: dot, into: &out)
  }

  private func walk(_ node: CallNode, dot: Value, into out: inout TextBuilder) throws(TemplateError) {
    frame.node = node.id
    frame.action = node.span
    guard let definition = scope[node.name] else {
      throw fail("template \(GoQuote.quoted(node.name.bytes[...])) not defined", code: "template/undefined-template")
    }
    try checkDepth()
    var value = Value(.null)
    if let pipe = node.pipe { value = try evaluate(pipe, dot: dot) }
    frame.action = node.span
    do {
      try run(definition, dot: value, context: tracker.call(node.span, in: frame.context), shows: nil, into: &out)
    } catch {
      var error = error
      error.calls.append(node.span)
      throw error
    }
  }

  // MARK: range

  private func walk(_ node: RangeNode, dot: Value, into out: inout TextBuilder) throws(TemplateError) -> Flow {
    frame.node = node.id
    frame.action = node.span
    let value = try evaluate(node.pipe, dot: dot)
    switch value.payload {
    case .list(let list):
      let boxed = value.tag == GoList.any
      for (index, element) in list.items.enumerated() {
        let element = boxed ? element.boxed : element
        let key = Value(.int(Int64(index)), tag: GoNumber.int, origin: element.origin)
        if try iterate(node, key, element, into: &out) == .breakLoop { return .normal }
      }
      if !list.items.isEmpty { return .normal }
    case .map(let map):
      let boxed = value.tag != GoMap.strings
      for entry in map.sortedEntries {
        let element = boxed ? entry.value.boxed : entry.value
        let key = Value(.string(entry.key), origin: entry.keyOrigin.isKnown ? entry.keyOrigin : entry.value.origin)
        if try iterate(node, key, element, into: &out) == .breakLoop { return .normal }
      }
      if !map.isEmpty { return .normal }
    case .int(let count):
      if node.pipe.declarations.count > 1 { throw fail("can't use \(count) to iterate over more than one variable") }
      var index: Int64 = 0
      while index < count {
        let element = Value(.int(index), tag: value.tag, origin: value.origin)
        if try iterate(node, Value(.null), element, into: &out) == .breakLoop { return .normal }
        index += 1
      }
      if count > 0 { return .normal }
    case .object(let object as GoObject):
      guard let entries = object.rangeEntries else { throw cannotIterate(value) }
      for (key, element) in entries {
        if try iterate(node, key, element, into: &out) == .breakLoop { return .normal }
      }
      if !entries.isEmpty { return .normal }
    case .null: break
    case .unknown(let unknown): throw notKnown(unknown)
    default: throw cannotIterate(value)
    }
    return try walk(node.otherwise, dot: dot, into: &out)
  }

  private func cannotIterate(_ value: Value) -> TemplateError {
    fail("range can't iterate over \(GoFormatter.print(value, depth: limits.nesting).string)")
  }

  private func iterate(
    _ node: RangeNode, _ key: Value, _ element: Value, into out: inout TextBuilder
  ) throws(TemplateError) -> Flow {
    try step(out.count)
    let declarations = node.pipe.declarations
    if let first = declarations.first { try assign(declarations.count > 1 ? key : element, to: first) }
    if declarations.count > 1 { try assign(element, to: declarations[1]) }
    return try walk(node.body, dot: element, into: &out)
  }

  func assign(_ value: Value, to declaration: Declaration) throws(TemplateError) {
    let index = frame.base + declaration.slot
    guard declaration.slot >= 0, index < vars.count else {
      throw fail("undefined variable: \(declaration.name.string)", code: "template/undefined-variable")
    }
    vars[index] = value
  }

  // MARK: Output

  private func show(_ value: Value, into out: inout TextBuilder) throws(TemplateError) {
    switch value.payload {
    case .string(let text):
      tracker.append(text, nil, origin: value.origin, action: frame.action, context: frame.context, to: &out)
    case .null: out.append("<no value>", origin: tracker.shown(value.origin, action: frame.action, context: frame.context))
    case .unknown(let unknown): try mark(unknown, value.origin, into: &out)
    case .object(let object as GoObject) where object.goKind == "func":
      throw fail("can't print \(frame.definition.source.context(frame.node).text) of type \(object.goTypeName)")
    default:
      if let unknown = GoFormatter.firstUnknown(value, depth: limits.nesting) {
        try mark(unknown, value.origin, into: &out)
        return
      }
      let text = GoFormatter.print(value, depth: limits.nesting)
      tracker.append(text, nil, origin: value.origin, action: frame.action, context: frame.context, to: &out)
    }
  }

  private func mark(_ unknown: Unknown, _ origin: Origin, into out: inout TextBuilder) throws(TemplateError) {
    guard marksUnknowns else { throw notKnown(unknown) }
    if !marked.contains(where: { $0 === unknown }), marked.count < 1000 { marked.append(unknown) }
    tracker.append(UnknownMark.text, nil, origin: origin, action: frame.action, context: frame.context, to: &out)
  }

  /// A value whose unknown parts are marks, for functions that write a whole value out; nil where nothing may be marked.
  func marking(_ value: Value) -> Value? {
    guard marksUnknowns else { return nil }
    switch value.payload {
    case .unknown(let unknown):
      if !marked.contains(where: { $0 === unknown }), marked.count < 1000 { marked.append(unknown) }
      return .string(UnknownMark.text, value.origin)
    case .list(let list):
      return Value(.list(ValueList(list.items.map { marking($0) ?? $0 })), tag: value.tag, origin: value.origin)
    case .map(let map):
      let entries = map.entries.map { ValueMap.Entry(key: $0.key, keyOrigin: $0.keyOrigin, value: marking($0.value) ?? $0.value) }
      return Value(.map(ValueMap(entries)), tag: value.tag, origin: value.origin)
    default: return value
    }
  }

  /// Functions that only lay a text out or read it as a document: marks in it stay where they are. Whatever else is made of a marked text is unknown.
  private static let carriers: Set<String> = [
    "cat", "fromYaml", "fromYamlArray", "indent", "nindent", "print", "printf", "println", "quote", "squote", "toString", "toYaml", "tpl", "trim",
  ]

  /// Functions whose line breaks and blanks the document around an unknown text needs.
  static let layouts: Set<String> = ["indent", "nindent"]

  /// A marked text is unknown to all functions that do more than lay it out.
  func seen(_ value: Value, by function: String) -> Value {
    guard let first = marked.first, case .string(let text) = value.payload, !Self.carriers.contains(function), UnknownMark.isIn(text)
    else { return value }
    return Value(.unknown(first), tag: value.tag, origin: value.origin)
  }

  // MARK: Errors

  func notKnown(_ unknown: Unknown) -> TemplateError {
    var error = fail("value is not known from the repository: \(unknown.reason)", code: "template/unknown")
    error.unknown = unknown
    return error
  }

  /// An error at the current node, with Go's whole text.
  func fail(_ message: String, code: String = "template/execution") -> TemplateError {
    placed(TemplateError(message, code: code))
  }

  func placed(_ error: TemplateError) -> TemplateError {
    var error = error
    let source = frame.definition.source
    let (offset, text) = source.context(frame.node)
    error.placed =
      "template: \(source.location(offset)): executing \(GoQuote.quoted(frame.definition.name.bytes[...])) at <\(text)>: \(error.message)"
    if error.span == nil {
      error.span = source.span(offset..<offset, in: provenance.origins).map { place in
        place.source == frame.action.source && frame.action.count > 0 ? frame.action : place
      }
    }
    return error
  }
}
