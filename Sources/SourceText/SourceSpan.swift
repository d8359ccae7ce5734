/// A half-open range of UTF-8 byte offsets in one source.
public struct SourceSpan: Hashable, Sendable {
  public var source: SourceID
  public var start: UInt32
  public var end: UInt32

  public init(source: SourceID, start: UInt32, end: UInt32) {
    self.source = source
    self.start = start
    self.end = end
  }

  /// Offsets beyond 4 GiB are clamped: no such file is ever read.
  public init(source: SourceID, _ range: Range<Int>) {
    self.init(source: source, start: UInt32(clamping: range.lowerBound), end: UInt32(clamping: range.upperBound))
  }

  public var count: Int { Int(end) - Int(min(start, end)) }
}

/// A place as people count: line and column from 1, the column in Unicode scalars.
public struct SourcePosition: Hashable, Sendable, Comparable {
  public var line: Int
  public var column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  public static func < (a: SourcePosition, b: SourcePosition) -> Bool {
    (a.line, a.column) < (b.line, b.column)
  }
}

/// Start offsets of the lines of a text. Lines end at LF; a CR before it belongs to the line's end.
public struct LineTable: Sendable {
  private let starts: [UInt32]

  public init(_ bytes: [UInt8]) {
    var starts: [UInt32] = [0]
    bytes.withUnsafeBufferPointer { buffer in
      for index in buffer.indices where buffer[index] == UInt8(ascii: "\n") {
        starts.append(UInt32(clamping: index + 1))
      }
    }
    self.starts = starts
  }

  public var count: Int { starts.count }

  /// Index (from 0) of the line that holds an offset.
  public func line(at offset: Int) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if Int(starts[middle]) <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// Offset of the first byte of a line (from 0); of the end of the table for lines beyond it.
  public func start(ofLine line: Int) -> Int {
    Int(starts[max(0, min(line, starts.count - 1))])
  }

  public func position(_ offset: Int, in bytes: [UInt8]) -> SourcePosition {
    let clamped = max(0, min(offset, bytes.count))
    let line = line(at: clamped)
    var column = 1
    for index in start(ofLine: line)..<clamped where bytes[index] & 0xC0 != 0x80 { column += 1 }
    return SourcePosition(line: line + 1, column: column)
  }

  /// Bytes of a line (from 0) without its end.
  public func range(ofLine line: Int, in bytes: [UInt8]) -> Range<Int> {
    guard line >= 0, line < starts.count else { return bytes.count..<bytes.count }
    let start = Int(starts[line])
    var end = line + 1 < starts.count ? Int(starts[line + 1]) - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return start..<max(start, end)
  }
}
