import Testing

@testable import Kubernetes

struct GoScalarsTests {
  @Test(arguments: [
    ("2m", 120), ("120s", 120), ("2m0s", 120), ("1m60s", 120), ("1.5m", 90), ("1h30m", 5400), ("0", 0), ("+2m", 120), ("-1s", -1),
    (".5m", 30), ("1.s", 1), ("120", nil), ("2min", nil), ("2 m", nil), ("1d", nil), ("PT2M", nil), ("", nil), ("-", nil), ("1..5s", nil),
    ("m", nil), ("9999999h", nil),
  ] as [(String, Int64?)])
  func durationsAreGoDurations(text: String, seconds: Int64?) {
    #expect(GoScalars.duration(text) == seconds.map { $0 * 1_000_000_000 })
  }

  @Test(arguments: [("true", true), ("T", true), ("1", true), ("False", false), ("f", false), ("yes", nil), ("true ", nil), ("", nil)] as [(String, Bool?)])
  func boolsAreGoBools(text: String, value: Bool?) {
    #expect(GoScalars.bool(text) == value)
  }
}
