import HCL
import Testing

@Suite struct NumberTests {
  @Test(arguments: [
    ("0", "0"), ("007", "7"), ("1e3", "1000"), ("1.e3", "1000"), ("-2.5e+2", "-250"), ("1.50", "1.5"), ("0.0000001", "0.0000001"),
    ("12345678901234567890", "12345678901234567890"), ("9223372036854775808", "9223372036854775808"), ("1e21", "1000000000000000000000"),
    ("3.14159265358979323846264338327950288", "3.14159265358979323846264338327950288"), ("-0", "0"),
  ])
  func readsAndPrints(_ text: String, _ printed: String) { #expect(HCLNumber(text)?.text == printed) }

  @Test(arguments: ["", "-", "1.2.3", "1_000", "0x10", "e5", " 1", "1e99999"])
  func refuses(_ text: String) { #expect(HCLNumber(text) == nil) }

  @Test func calculatesWith512Bits() throws {
    let tenth = try #require(HCLNumber("0.1"))
    let fifth = try #require(HCLNumber("0.2"))
    #expect(tenth + fifth == HCLNumber("0.3"))
    let third = HCLNumber(1) / HCLNumber(3) ?? HCLNumber(0)
    #expect(third.text.count > 150)
    #expect(HCLNumber(third.text) == third)
    let twoThirds = HCLNumber(2) / HCLNumber(3) ?? HCLNumber(0)
    #expect(twoThirds * HCLNumber(3) == HCLNumber(2))
    let large = try #require(HCLNumber("100000000000000000000"))
    #expect((large * large)?.text == "10000000000000000000000000000000000000000")
  }

  @Test func knowsItsLimits() {
    #expect(HCLNumber(0) / HCLNumber(0) == nil)
    #expect((HCLNumber(1) / HCLNumber(0))?.isInfinite == true)
    #expect(HCLNumber(5) % HCLNumber(0) == HCLNumber(5))
    #expect(HCLNumber(5) % HCLNumber(-3) == HCLNumber(2))
    #expect(-HCLNumber(Int64.min) == HCLNumber("9223372036854775808"))
    var power = HCLNumber(10)
    for _ in 0..<40 { power = power * power ?? power }
    #expect(power.isInfinite)
  }

  @Test(arguments: [("1.2", "1", "2"), ("-1.2", "-2", "-1"), ("5", "5", "5"), ("-0.5", "-1", "0")])
  func rounds(_ text: String, _ floor: String, _ ceiling: String) {
    #expect(HCLNumber(text)?.floor.text == floor)
    #expect(HCLNumber(text)?.ceiling.text == ceiling)
  }

  @Test func ordersAcrossSizes() throws {
    let texts = ["-1e30", "-2.5", "-1", "0", "0.3", "1", "1.5", "9223372036854775807", "1e19", "1e300"]
    let numbers = texts.compactMap { HCLNumber($0) }
    try #require(numbers.count == texts.count)
    for (place, number) in numbers.enumerated() {
      for (other, more) in numbers.enumerated() { #expect((number < more) == (place < other)) }
    }
    #expect(HCLNumber("0.1")?.double == 0.1)
  }
}
