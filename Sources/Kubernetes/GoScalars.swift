/// Texts as Go's standard library reads them; Kubernetes' controllers take their options in these forms.
package enum GoScalars {
  /// `strconv.ParseBool`: `1 t T TRUE true True`, `0 f F FALSE false False`; nil for everything else.
  package static func bool(_ text: String) -> Bool? {
    switch text {
    case "1", "t", "T", "TRUE", "true", "True": true
    case "0", "f", "F", "FALSE", "false", "False": false
    default: nil
    }
  }

  private static let units: [String: Double] = [
    "ns": 1, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9, "m": 6e10, "h": 3.6e12,
  ]

  /// `time.ParseDuration`: nanoseconds; nil where Go reports an error. Signed decimals with units, concatenated: `1h30m`, `1.5m`,
  /// `120s`; a bare `0` is legal, a bare `120` is not.
  package static func duration(_ text: String) -> Int64? {
    var rest = Array(text.utf8)[...]
    var negative = false
    if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      negative = first == UInt8(ascii: "-")
      rest = rest.dropFirst()
    }
    if rest.elementsEqual("0".utf8) { return 0 }
    guard !rest.isEmpty else { return nil }
    var total = 0.0
    while !rest.isEmpty {
      let number = rest.prefix { $0 == UInt8(ascii: ".") || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) }
      let digits = number.filter { $0 != UInt8(ascii: ".") }
      guard !digits.isEmpty, number.count - digits.count <= 1 else { return nil }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { $0 != UInt8(ascii: ".") && !($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) }
      guard let scale = units[String(decoding: unit, as: UTF8.self)],
        let value = Double("0" + String(decoding: number, as: UTF8.self) + (number.last == UInt8(ascii: ".") ? "0" : ""))
      else { return nil }
      rest = rest.dropFirst(unit.count)
      total += value * scale
    }
    // Go's durations are 64-bit nanoseconds; what is longer is an error there.
    guard total < 9.223372036854775e18 else { return nil }
    return Int64(negative ? -total : total)
  }
}
