import Values

/// A complex constant of a template, Go's `complex128`. They can be printed and compared, no more.
final class GoComplex: GoObject, @unchecked Sendable {
  let real: Double
  let imaginary: Double

  init(real: Double, imaginary: Double) {
    self.real = real
    self.imaginary = imaginary
  }

  override var goTypeName: String { "complex128" }
  override var goKind: String { "complex128" }
  override var truth: Bool { real != 0 || imaginary != 0 }
  override var printed: Text { Text(format(UInt8(ascii: "g"), nil)) }

  override func isEqual(_ other: GoObject) -> Bool {
    guard let other = other as? GoComplex else { return false }
    return real == other.real && imaginary == other.imaginary
  }

  /// `(1+2i)`.
  func format(_ kind: UInt8, _ precision: Int?) -> String {
    let second = GoFloat.format(imaginary, kind, precision: precision)
    let sign = second.hasPrefix("-") || second.hasPrefix("+") ? "" : "+"
    return "(\(GoFloat.format(real, kind, precision: precision))\(sign)\(second)i)"
  }
}
