import SourceText
import Testing
import Values

@testable import Helm

@Suite struct SetParserTests {
  struct Case: Sendable {
    var text: String
    var kind = SetParser.Kind.set
    var want: String
  }

  static let cases: [Case] = [
    .init(text: "a=1,b=x", want: #"{"a":1,"b":"x"}"#),
    .init(text: "a.b.c=true", want: #"{"a":{"b":{"c":true}}}"#),
    .init(text: "a=01", want: #"{"a":"01"}"#),
    .init(text: "a=0", want: #"{"a":0}"#),
    .init(text: "a=null", want: #"{"a":null}"#),
    .init(text: "a=", want: #"{"a":""}"#),
    .init(text: "a={x,y,3}", want: #"{"a":["x","y",3]}"#),
    .init(text: "a={}", want: #"{"a":[""]}"#),
    .init(text: "a[1].b=2", want: #"{"a":[null,{"b":2}]}"#),
    .init(text: "a[0][1]=x", want: #"{"a":[[null,"x"]]}"#),
    .init(text: #"a\.b=c\,d"#, want: #"{"a.b":"c,d"}"#),
    .init(text: "a=1", kind: .string, want: #"{"a":"1"}"#),
    .init(text: "a={1,true}", kind: .string, want: #"{"a":["1","true"]}"#),
    .init(text: #"a={"x":[1,2]},b="y,z",c="#, kind: .json, want: #"{"a":{"x":[1,2]},"b":"y,z","c":null}"#),
    .init(text: #"a=x,y\z"#, kind: .literal, want: #"{"a":"x,y\\z"}"#),
  ]

  @Test(arguments: cases) func `arguments set values`(_ item: Case) throws {
    let target = ValueMap()
    try SetParser.parse(Text(item.text), whole: .none, kind: item.kind, into: target, table: OriginTable())
    #expect(JSONWriter().string(.map(target)) == item.want)
  }

  @Test(arguments: ["a", "a,b=1", "a={x", "a[x]=1", "a[-1]=1", "a[70000]=1", "a[0]b=1", String(repeating: "a.", count: 40) + "b=1"])
  func `malformed arguments are refused`(_ text: String) {
    #expect(throws: SetParser.Failure.self) {
      try SetParser.parse(Text(text), whole: .none, kind: .set, into: ValueMap(), table: OriginTable())
    }
  }

  @Test func `a known map is changed, not replaced`() throws {
    let target = ValueMap([("a", .map(ValueMap([("b", .int(1))])))])
    try SetParser.parse("a.c=2", whole: .none, kind: .set, into: target, table: OriginTable())
    #expect(JSONWriter().string(.map(target)) == #"{"a":{"b":1,"c":2}}"#)
  }

  @Test func `values keep the origins of their letters`() throws {
    let provenance = Provenance()
    let text = "image.tag=v1,name=x"
    let file = provenance.sources.add(path: "<--set>", bytes: Array(text.utf8))
    let origin = provenance.origins.add(.source, SourceSpan(source: file.id, 0..<text.utf8.count))
    let target = ValueMap()
    try SetParser.parse(
      Text(Array(text.utf8), runs: [OriginRun(start: 0, end: UInt32(text.utf8.count), origin: origin, offset: 0)]), whole: origin, kind: .set,
      into: target, table: provenance.origins)
    let value = Value.map(target).at("image", "tag")
    #expect(value.flatMap { provenance.origins.editPlace($0.origin) }.map { file.text($0) } == "v1")
  }
}
