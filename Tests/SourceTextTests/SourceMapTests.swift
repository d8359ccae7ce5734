import SourceText
import Testing

struct SourceMapTests {
  @Test("the same bytes under the same path are one file")
  func once() {
    let map = SourceMap()
    let first = map.add(path: "a.yaml", bytes: [1, 2])
    #expect(map.add(path: "a.yaml", bytes: [1, 2]).id == first.id)
    #expect(map.add(path: "a.yaml", bytes: [1, 3]).id != first.id)
    #expect(map.add(path: "b.yaml", bytes: [1, 2]).id != first.id)
    #expect(map.file(first.id)?.path == "a.yaml")
  }
}
