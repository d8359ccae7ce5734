import SourceText
import Testing

@Suite struct GregorianTests {
  @Test(arguments: [
    (1970, 1, 1, 0), (1969, 12, 31, -1), (2000, 2, 29, 11_016), (2024, 3, 1, 19_783), (1, 1, 1, -719_162), (-1, 12, 31, -719_529),
    (9999, 12, 31, 2_932_896),
  ]) func datesAndDaysAreTheSame(_ year: Int, _ month: Int, _ day: Int, _ days: Int) {
    #expect(Gregorian.days(year: year, month: month, day: day) == days)
    #expect(Gregorian.date(days: days) == (year, month, day))
  }

  @Test(arguments: [(2, 2000, 29), (2, 1900, 28), (2, 2023, 28), (4, 2024, 30), (12, 2024, 31)])
  func monthsHaveTheirLength(_ month: Int, _ year: Int, _ length: Int) { #expect(Gregorian.days(in: month, of: year) == length) }
}
