import SourceText
import Testing

@Suite struct ParallelTests {
  @Test func resultsKeepTheirOrder() {
    #expect(Parallel.map(1000, workers: 4) { $0 * 2 } == (0..<1000).map { $0 * 2 })
    #expect(Parallel.map(0) { $0 } == [])
  }

  /// Deep enough to overflow a stack of 8 MB.
  @Test func threadsHaveRoomForDeepRecursion() {
    @Sendable func depth(_ level: Int) -> Int {
      var pad = (level, level, level, level, level, level, level, level)
      return withUnsafeMutablePointer(to: &pad) { level == 0 ? 0 : 1 + depth($0.pointee.0 - 1) }
    }
    #expect(Parallel.map(2, workers: 2) { _ in depth(200_000) } == [200_000, 200_000])
  }
}
