import SourceText

/// A stretch of a text that came from one place.
public struct OriginRun: Hashable, Sendable {
  /// Byte offsets in the text.
  public var start: UInt32
  public var end: UInt32
  public var origin: Origin
  /// Where the stretch begins inside the origin's own span (of what an action shows: inside the value's span, see
  /// `OriginTable.letters`) if its bytes are that span's bytes, letter for letter; `OriginRun.derived` if not.
  public var offset: UInt32

  public static let derived = UInt32.max

  public init(start: UInt32, end: UInt32, origin: Origin, offset: UInt32 = OriginRun.derived) {
    self.start = start
    self.end = end
    self.origin = origin
    self.offset = offset
  }

  public var isVerbatim: Bool { offset != OriginRun.derived }
}

/// The bytes of a string (UTF-8 by custom, but any bytes: Go's and CEL's strings are) with, where it is
/// known more finely than for the whole, the origins of its parts.
public final class Text: Sendable {
  public let bytes: [UInt8]
  /// In order, without overlap; may have gaps. Empty: the origin of the value holds for all of it.
  public let runs: [OriginRun]

  public init(_ bytes: [UInt8], runs: [OriginRun] = []) {
    self.bytes = bytes
    self.runs = runs
  }

  public convenience init(_ string: String) { self.init(Array(string.utf8)) }

  public static let empty = Text([])

  public var count: Int { bytes.count }

  /// As a Swift string, leniently decoded.
  public var string: String { String(decoding: bytes, as: UTF8.self) }

  /// The part of the text in a range, with the runs cut to it.
  public func slice(_ range: Range<Int>) -> Text {
    let range = range.clamped(to: 0..<bytes.count)
    if range == 0..<bytes.count { return self }
    var builder = TextBuilder()
    builder.append(self, range: range)
    return builder.build()
  }

  /// Index of the first run that ends behind an offset.
  public func runIndex(at offset: Int) -> Int {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if Int(runs[middle].end) <= offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The origin of a part of the text: of the exact bytes where they stand verbatim in a source, else of
  /// the run; of all runs that the range touches, the ones that came from a value first.
  /// - Parameter whole: the origin of the value that holds the text, for parts without a run.
  public func origin(of range: Range<Int>, in table: OriginTable, whole: Origin = .none) -> Origin {
    guard !runs.isEmpty else { return whole }
    var found: [Origin] = []
    var index = runIndex(at: range.lowerBound)
    let end = max(range.upperBound, range.lowerBound + 1)
    while index < runs.count, Int(runs[index].start) < end, found.count < OriginTable.partLimit {
      found.append(origin(of: runs[index], within: range, in: table))
      index += 1
    }
    if found.isEmpty { return whole }
    if found.count == 1 { return found[0] }
    return table.join(Self.ordered(found, table))
  }

  /// The parts of a composed text, the one to edit first: a value's text that composes the others (a string of a values file that is
  /// itself a template), then other values, then the letters that a template puts around them and the names that deployments go by.
  private static func ordered(_ parts: [Origin], _ table: OriginTable) -> [Origin] {
    var composing: Set<SourceID> = []
    for part in parts { if let entry = table[part], entry.step == .templateAction { composing.insert(entry.span.source) } }
    var ranks: [[Origin]] = [[], [], []]
    for part in parts {
      let entry = table[part]
      let end = table.chain(part).last
      if entry?.step == .templateText || end?.step == .templateConstant || table.isIdentity(part) {
        ranks[2].append(part)
      } else if let place = end?.span, composing.contains(place.source), entry?.span.source != place.source {
        ranks[0].append(part)
      } else {
        ranks[1].append(part)
      }
    }
    return ranks.flatMap { $0 }
  }

  private func origin(of run: OriginRun, within range: Range<Int>, in table: OriginTable) -> Origin {
    guard run.isVerbatim, let entry = table.letters(run.origin) else { return run.origin }
    let from = max(range.lowerBound, Int(run.start))
    let to = max(from, min(range.upperBound, Int(run.end)))
    let start = Int(entry.span.start) + Int(run.offset) + from - Int(run.start)
    let span = SourceSpan(source: entry.span.source, start..<(start + to - from))
    if span == entry.span { return run.origin }
    let part = OriginEntry(entry.step, span, parent: entry.parent, context: entry.context)
    guard var shown = table[run.origin], shown.step == .templateAction else { return table.add(part) }
    // All of a scalar but its quotes is the scalar.
    if span.count + 2 >= entry.span.count { return run.origin }
    shown.parent = table.add(part)
    return table.add(shown)
  }
}

extension Text: Hashable, Comparable, CustomStringConvertible {
  public static func == (a: Text, b: Text) -> Bool { a === b || a.bytes == b.bytes }

  public func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }

  /// Order of bytes, as Go's and most others' strings are ordered.
  public static func < (a: Text, b: Text) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }

  public var description: String { string }
}

extension Text: ExpressibleByStringLiteral {
  public convenience init(stringLiteral value: String) { self.init(value) }
}

/// Builds a text piece by piece; the output buffer of all template evaluators.
public struct TextBuilder: Sendable {
  public private(set) var bytes: [UInt8] = []
  public private(set) var runs: [OriginRun] = []

  public init() {}

  public var count: Int { bytes.count }

  public mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  /// Appends bytes that came from one place.
  /// - Parameter offset: see `OriginRun.offset`.
  public mutating func append(
    _ more: some Collection<UInt8>, origin: Origin = .none, offset: UInt32 = OriginRun.derived
  ) {
    let start = bytes.count
    bytes.append(contentsOf: more)
    if origin.isKnown { note(start: start, end: bytes.count, origin: origin, offset: offset) }
  }

  /// Appends a range of an array. Not generic: the hot loops of other modules use it. The range must lie inside the array.
  public mutating func append(bytes source: [UInt8], _ range: Range<Int>, origin: Origin, offset: UInt32 = OriginRun.derived) {
    let start = bytes.count
    if range.count == source.count { bytes.append(contentsOf: source) } else { bytes.append(contentsOf: source[range]) }
    if origin.isKnown { note(start: start, end: bytes.count, origin: origin, offset: offset) }
  }

  public mutating func append(_ string: String, origin: Origin = .none) {
    append(string.utf8, origin: origin)
  }

  public mutating func append(_ byte: UInt8, origin: Origin = .none) {
    bytes.append(byte)
    if origin.isKnown { note(start: bytes.count - 1, end: bytes.count, origin: origin, offset: OriginRun.derived) }
  }

  /// Appends a part of a text with its runs.
  /// - Parameter origin: the origin of the value that holds the text, for parts without a run.
  public mutating func append(_ text: Text, range: Range<Int>? = nil, origin: Origin = .none) {
    let range = (range ?? 0..<text.count).clamped(to: 0..<text.count)
    guard !range.isEmpty else { return }
    let base = bytes.count
    if range.count == text.count {
      bytes.append(contentsOf: text.bytes)
    } else {
      bytes.append(contentsOf: text.bytes[range])
    }
    if text.runs.isEmpty {
      if origin.isKnown { note(start: base, end: bytes.count, origin: origin, offset: OriginRun.derived) }
      return
    }
    var at = range.lowerBound
    var index = text.runIndex(at: range.lowerBound)
    while index < text.runs.count, Int(text.runs[index].start) < range.upperBound {
      let run = text.runs[index]
      let from = max(Int(run.start), range.lowerBound)
      let to = min(Int(run.end), range.upperBound)
      if from > at, origin.isKnown {
        note(start: base + at - range.lowerBound, end: base + from - range.lowerBound, origin: origin, offset: OriginRun.derived)
      }
      let offset = run.isVerbatim ? run.offset + UInt32(from - Int(run.start)) : OriginRun.derived
      note(start: base + from - range.lowerBound, end: base + to - range.lowerBound, origin: run.origin, offset: offset)
      at = to
      index += 1
    }
    if at < range.upperBound, origin.isKnown {
      note(start: base + at - range.lowerBound, end: bytes.count, origin: origin, offset: OriginRun.derived)
    }
  }

  private mutating func note(start: Int, end: Int, origin: Origin, offset: UInt32) {
    guard end > start else { return }
    if let last = runs.last, last.origin == origin, Int(last.end) == start {
      let continues = last.isVerbatim
        ? offset != OriginRun.derived && last.offset + (last.end - last.start) == offset
        : offset == OriginRun.derived
      if continues {
        runs[runs.count - 1].end = UInt32(clamping: end)
        return
      }
    }
    runs.append(OriginRun(start: UInt32(clamping: start), end: UInt32(clamping: end), origin: origin, offset: offset))
  }

  /// Cuts the text back to its first `count` bytes.
  public mutating func truncate(to count: Int) {
    guard count < bytes.count else { return }
    bytes.removeLast(bytes.count - max(0, count))
    while let last = runs.last, Int(last.end) > bytes.count {
      if Int(last.start) >= bytes.count { runs.removeLast() } else { runs[runs.count - 1].end = UInt32(clamping: bytes.count) }
    }
  }

  public consuming func build() -> Text { Text(bytes, runs: runs) }
}
