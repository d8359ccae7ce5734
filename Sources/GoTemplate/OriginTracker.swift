import SourceText
import Values

/// Derives the origins of what templates write, each once: equal steps on equal origins share an entry of the table.
struct OriginTracker {
  private let table: OriginTable
  private var derived: [Key: Origin] = [:]

  private struct Key: Hashable {
    var step: UInt32
    var source: UInt32
    var start: UInt32
    var origin: UInt32
    var context: UInt32

    func hash(into hasher: inout Hasher) {
      hasher.combine(UInt64(source) << 32 | UInt64(start))
      hasher.combine((UInt64(origin) << 32 | UInt64(context)) ^ UInt64(step) << 61)
    }
  }

  /// No action at all.
  static let nowhere = SourceSpan(source: SourceID(UInt32.max), start: 0, end: 0)

  init(_ table: OriginTable) { self.table = table }

  /// The link of a call in the chain of calls.
  mutating func call(_ action: SourceSpan, in context: Origin) -> Origin {
    let key = Key(step: 1, source: action.source.rawValue, start: action.start, origin: 0, context: context.rawValue)
    if let known = derived[key] { return known }
    let origin = table.add(.templateCall, action, context: context)
    derived[key] = origin
    return origin
  }

  /// The origin of a template's literal text, of which runs are verbatim parts.
  mutating func text(_ source: TemplateSource, in context: Origin) -> Origin {
    guard case .file(let id) = source.place else { return .none }
    let key = Key(step: 2, source: id.rawValue, start: 0, origin: 0, context: context.rawValue)
    if let known = derived[key] { return known }
    let origin = table.add(.templateText, SourceSpan(source: id, 0..<source.bytes.count), context: context)
    derived[key] = origin
    return origin
  }

  /// The origin of what an action shows of a value. What a template wrote already keeps its origin.
  mutating func shown(_ origin: Origin, action: SourceSpan, context: Origin) -> Origin {
    guard action.source.rawValue != UInt32.max else { return origin }
    let key = Key(
      step: 3, source: action.source.rawValue, start: action.start, origin: origin.rawValue, context: context.rawValue)
    if let known = derived[key] { return known }
    var result = origin
    if !isWritten(origin) { result = table.add(.templateAction, action, parent: origin, context: context) }
    derived[key] = result
    return result
  }

  /// The origin of literal text of a template that is itself a text with origins.
  private mutating func literal(_ origin: Origin, in context: Origin) -> Origin {
    let key = Key(step: 4, source: 0, start: 0, origin: origin.rawValue, context: context.rawValue)
    if let known = derived[key] { return known }
    var result = origin
    if !isWritten(origin), let entry = table[origin] {
      result = table.add(.templateText, entry.span, parent: entry.parent, context: context)
    }
    derived[key] = result
    return result
  }

  private func isWritten(_ origin: Origin) -> Bool {
    guard let entry = table[origin] else { return false }
    return entry.step == .templateText || entry.step == .templateAction
  }

  /// Appends a text, or a range of it, that an action shows.
  mutating func append(
    _ text: Text, _ range: Range<Int>?, origin: Origin, action: SourceSpan, context: Origin, to out: inout TextBuilder
  ) {
    let range = range ?? 0..<text.count
    if range.isEmpty { return }
    if text.runs.isEmpty {
      out.append(bytes: text.bytes, range, origin: shown(origin, action: action, context: context))
      return
    }
    var at = range.lowerBound
    var index = text.runIndex(at: at)
    while index < text.runs.count, Int(text.runs[index].start) < range.upperBound {
      let run = text.runs[index]
      let from = max(Int(run.start), range.lowerBound)
      let to = min(Int(run.end), range.upperBound)
      if from > at { out.append(bytes: text.bytes, at..<from, origin: shown(origin, action: action, context: context)) }
      if run.isVerbatim {
        appendVerbatim(text, from..<to, run, action: action, context: context, to: &out)
      } else {
        out.append(bytes: text.bytes, from..<to, origin: shown(run.origin, action: action, context: context))
      }
      at = to
      index += 1
    }
    if at < range.upperBound {
      out.append(bytes: text.bytes, at..<range.upperBound, origin: shown(origin, action: action, context: context))
    }
  }

  /// Letters that stand so in a source: a template's own text stays as it is, of a value's the run says which part is shown.
  private mutating func appendVerbatim(
    _ text: Text, _ range: Range<Int>, _ run: OriginRun, action: SourceSpan, context: Origin, to out: inout TextBuilder
  ) {
    let offset = run.offset + UInt32(clamping: range.lowerBound - Int(run.start))
    if action.source.rawValue == UInt32.max {
      out.append(bytes: text.bytes, range, origin: literal(run.origin, in: context), offset: offset)
      return
    }
    out.append(bytes: text.bytes, range, origin: shown(run.origin, action: action, context: context), offset: offset)
  }

  func join(_ origins: [Origin]) -> Origin { table.join(origins) }
}

extension Text {
  /// The text without "<no value>", which Helm cuts out of all that templates write.
  public func removingNoValue() -> Text {
    let marker: StaticString = "<no value>"
    var found: [Int] = []
    var at = 0
    bytes.withUnsafeBufferPointer { buffer in
      while at + marker.utf8CodeUnitCount <= buffer.count {
        if buffer[at] == UInt8(ascii: "<"), buffer[at + 1] == UInt8(ascii: "n"), bytes.starts(with: marker, at: at) {
          found.append(at)
          at += marker.utf8CodeUnitCount
        } else {
          at += 1
        }
      }
    }
    if found.isEmpty { return self }
    var builder = TextBuilder()
    builder.reserve(count)
    at = 0
    for place in found {
      builder.append(self, range: at..<place)
      at = place + marker.utf8CodeUnitCount
    }
    builder.append(self, range: at..<count)
    return builder.build()
  }
}
