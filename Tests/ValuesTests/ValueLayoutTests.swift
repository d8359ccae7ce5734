import SourceText
import Testing
import Values

@Suite struct ValueLayoutTests {
  @Test func aValueTakesSixteenBytes() {
    #expect(MemoryLayout<Value>.size == 16)
    #expect(MemoryLayout<Value>.stride == 16)
  }

  @Test func mapsKeepOrderAndTheLastOfEqualKeysWins() {
    let map = ValueMap((0..<40).map { ("k\($0 % 30)", .int(Int64($0))) })
    #expect(map.count == 30)
    #expect(map["k3"] == .int(33))
    #expect(map.keys.first == "k0")
    map.remove("k0")
    #expect(map["k0"] == nil)
    #expect(map["k29"] == .int(29))
  }

  @Test func deepCopiesDoNotShareMaps() {
    let inner = ValueMap([("a", .int(1))])
    let copy = Value.map(ValueMap([("m", .map(inner))])).deepCopy()
    inner.set("a", .int(2))
    #expect(copy.at("m", "a") == .int(1))
  }
}

@Suite struct TextOriginTests {
  @Test func slicesOfVerbatimRunsPointAtTheExactBytes() throws {
    let table = OriginTable()
    let span = SourceSpan(source: SourceID(0), start: 100, end: 110)
    let origin = table.add(.source, span)
    var builder = TextBuilder()
    builder.append("ab".utf8)
    builder.append("0123456789".utf8, origin: origin, offset: 0)
    let text = builder.build()
    let part = text.origin(of: 5..<7, in: table)
    #expect(table.editPlace(part) == SourceSpan(source: SourceID(0), start: 103, end: 105))
    #expect(text.slice(4..<8).origin(of: 0..<4, in: table) != .none)
    #expect(table.editPlace(text.slice(4..<8).origin(of: 1..<2, in: table))?.start == 103)
  }

  @Test func aValueComesBeforeTheTemplateTextAroundIt() throws {
    let table = OriginTable()
    let frame = table.add(.templateText, SourceSpan(source: SourceID(0), start: 0, end: 3))
    let key = table.add(.source, SourceSpan(source: SourceID(1), start: 7, end: 9))
    let action = table.add(.templateAction, SourceSpan(source: SourceID(0), start: 3, end: 20), parent: key)
    var builder = TextBuilder()
    builder.append("x: ".utf8, origin: frame, offset: 0)
    builder.append("v".utf8, origin: action)
    let whole = builder.build().origin(of: 0..<4, in: table)
    #expect(table.editPlace(whole)?.source == SourceID(1))
    #expect(table.editPlaces(whole).count == 2)
  }

  @Test func theOriginOfAMillionPartsIsBounded() {
    let table = OriginTable()
    var builder = TextBuilder()
    for start in 0..<1_000_000 as Range<UInt32> {
      builder.append(UInt8(ascii: "x"), origin: table.add(.source, SourceSpan(source: SourceID(0), start: start, end: start + 1)))
    }
    let whole = builder.build().origin(of: 0..<1_000_000, in: table)
    #expect(table.editPlaces(whole).count == 256)
  }

  /// `"{{ .Values.service }}/database"` in a values file, handed to `tpl`: the line to edit is that string's, not the service's.
  @Test func aValueThatIsATemplateComesBeforeWhatItShows() throws {
    let table = OriginTable()
    func span(_ source: UInt32, _ range: Range<Int>) -> SourceSpan { SourceSpan(source: SourceID(source), range) }
    let service = table.add(.source, span(2, 5..<11))
    let inner = table.add(.templateAction, span(1, 40..<61), parent: service)
    let outer = table.add(.templateAction, span(0, 9..<30), parent: table.add(.source, span(1, 61..<70)))
    var builder = TextBuilder()
    builder.append("orders".utf8, origin: inner)
    builder.append("/database".utf8, origin: outer)
    let whole = builder.build().origin(of: 0..<15, in: table)
    #expect(table.editPlace(whole) == span(1, 61..<70))
    #expect(table.editPlaces(whole) == [span(1, 61..<70), span(2, 5..<11)])
  }
}

@Suite struct JSONTests {
  @Test(arguments: [
    #"{"a":[1,-2.5,true,null,"x\"\n"],"b":{}}"#, "[]", "\"é\"", "12345678901234567890",
  ])
  func readsAndWritesBack(_ text: String) throws {
    let value = try JSONReader.read(text)
    let expected = text == "12345678901234567890" ? "12345678901234567000" : text
    #expect(JSONWriter().string(value) == expected)
  }

  @Test(arguments: ["", "{", "[1,]", "01", "\"\u{1}\"", "tru", "{\"a\" 1}", "1 2", "\"\\q\""])
  func refusesMalformedText(_ text: String) {
    #expect(throws: JSONError.self) { try JSONReader.read(text) }
  }

  @Test func refusesDeepNesting() {
    #expect(throws: JSONError.self) { try JSONReader.read(String(repeating: "[", count: 100_000)) }
  }

  @Test(arguments: [
    (1e21, "1e+21"), (1e20, "100000000000000000000"), (0.000001, "0.000001"), (1e-7, "1e-7"), (2.5, "2.5"), (-0.0, "-0"),
    (1.5e300, "1.5e+300"), (123456.789, "123456.789"),
  ])
  func writesDoublesAsGoDoes(_ value: Double, _ text: String) {
    #expect(JSONWriter.number(value) == text)
  }
}
